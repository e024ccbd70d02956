//! What a client asks.

use super::{Atom, Digest, Mechanism, MessageNumber, Password, Secret, Text, Word};

/// A command (RFC 1939, 2449, 2595, 5034, 6856). What a client writes is what a server reads.
///
/// ```
/// use mailweft_pop3::{Command, MessageNumber};
///
/// let command = Command::parse(b"top 1 10")?;
/// let number = MessageNumber::FIRST;
/// assert_eq!(command, Command::Top { number, lines: 10 });
/// assert_eq!(command.to_bytes().as_ref(), b"TOP 1 10\r\n");
/// # Ok::<(), mailweft_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// `USER name` (RFC 1939 §7)
    User(Text),
    /// `PASS string` (RFC 1939 §7); blanks are part of it.
    Pass(Password),
    /// `APOP name digest` (RFC 1939 §7)
    Apop {
        /// The mailbox.
        name: Word,
        /// MD5 of the timestamp and the secret.
        digest: Digest,
    },
    /// `AUTH mechanism [initial-response]` (RFC 5034 §4)
    Auth {
        /// The mechanism.
        mechanism: Mechanism,
        /// The initial response, decoded; `=` is an empty one.
        initial: Option<Secret>,
    },
    /// `AUTH` alone, which some clients send to see the mechanisms.
    AuthList,
    /// `CAPA` (RFC 2449 §5)
    Capa,
    /// `STLS` (RFC 2595 §4)
    Stls,
    /// `STAT` (RFC 1939 §5)
    Stat,
    /// `LIST [msg]` (RFC 1939 §5)
    List(Option<MessageNumber>),
    /// `RETR msg` (RFC 1939 §5)
    Retr(MessageNumber),
    /// `DELE msg` (RFC 1939 §5)
    Dele(MessageNumber),
    /// `NOOP` (RFC 1939 §5)
    Noop,
    /// `RSET` (RFC 1939 §5)
    Rset,
    /// `QUIT` (RFC 1939 §4, §6)
    Quit,
    /// `TOP msg n` (RFC 1939 §7)
    Top {
        /// The message.
        number: MessageNumber,
        /// How many lines of its body.
        lines: u32,
    },
    /// `UIDL [msg]` (RFC 1939 §7)
    Uidl(Option<MessageNumber>),
    /// `UTF8` (RFC 6856 §2)
    Utf8,
    /// `LANG [tag]` (RFC 6856 §3); `*` asks for the server's preference.
    Lang(Option<Atom>),
    /// A keyword that is none of these, kept with its arguments.
    Other {
        /// The keyword, as it was written.
        keyword: Atom,
        /// What follows the blank after it.
        arguments: Text,
    },
}

impl Command {
    /// Parses a line without its line end. Keywords are read in any case.
    ///
    /// # Errors
    ///
    /// An empty line; an argument too many or too few; a message number that is 0 or no number; a
    /// digest that is not 32 hexadecimal digits; an initial response that is not base64; NUL.
    pub fn parse(line: &[u8]) -> Result<Self, crate::error::ParseError> {
        Self::try_from(line)
    }

    /// The keyword in upper case; of an unknown one, `X`.
    #[must_use]
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::User(_) => "USER",
            Self::Pass(_) => "PASS",
            Self::Apop { .. } => "APOP",
            Self::Auth { .. } | Self::AuthList => "AUTH",
            Self::Capa => "CAPA",
            Self::Stls => "STLS",
            Self::Stat => "STAT",
            Self::List(_) => "LIST",
            Self::Retr(_) => "RETR",
            Self::Dele(_) => "DELE",
            Self::Noop => "NOOP",
            Self::Rset => "RSET",
            Self::Quit => "QUIT",
            Self::Top { .. } => "TOP",
            Self::Uidl(_) => "UIDL",
            Self::Utf8 => "UTF8",
            Self::Lang(_) => "LANG",
            Self::Other { .. } => "X",
        }
    }

    /// Whether a positive answer goes on for several lines, up to a dot alone.
    #[must_use]
    pub const fn has_multiline_response(&self) -> bool {
        matches!(
            self,
            Self::Capa
                | Self::AuthList
                | Self::List(None)
                | Self::Uidl(None)
                | Self::Retr(_)
                | Self::Top { .. }
                | Self::Lang(None)
        )
    }
}
