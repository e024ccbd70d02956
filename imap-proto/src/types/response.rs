//! What a server answers (RFC 3501 §7, RFC 9051 §7, and the extensions).

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    error::ParseError,
    types::{
        capability::{Capabilities, Capability},
        code::Code,
        fetch::MessageData,
        flag::Flags,
        list::ListedMailbox,
        mailbox::Mailbox,
        namespace::{AclEntry, Id, MetadataEntry, Namespaces, QuotaResource},
        search::{ESearch, SearchData},
        sequence::SequenceSet,
        status::MailboxStatus,
        syntax::{Parsed, Syntax},
        text::{AString, Atom, Tag, Text},
        thread::Threads,
        value::Value,
    },
};

/// One response of a server: a line, with the literals in it (RFC 3501 §7).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Response, StatusKind, Syntax};
///
/// let parsed = Response::parse(b"A44 OK [READ-WRITE] done\r\n", &Syntax::default())?;
/// let Response::Tagged(tag, status) = &parsed.value else { panic!() };
/// assert_eq!((tag.as_str(), status.kind), ("A44", StatusKind::Ok));
/// assert!(parsed.repairs.is_empty());
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3501 §7 closes the set")]
pub enum Response {
    /// `tag OK ..`: the end of a command.
    Tagged(Tag, Status),
    /// `* OK ..`, `* BYE ..`: a status of its own.
    Status(Status),
    /// `* ..`: data.
    Data(Data),
    /// `+ ..`: go on.
    Continue(Continue),
}

impl Response {
    /// Reads one response, with its line end and all its literals.
    ///
    /// # Errors
    ///
    /// When `line` is no response, or its line end or a part of a literal is missing.
    pub fn parse(line: &[u8], syntax: &Syntax) -> Result<Parsed<Self>, ParseError> {
        Self::from_bytes(&Bytes::copy_from_slice(line), syntax)
    }
}

/// `OK`, `NO`, `BAD`, `PREAUTH`, `BYE` (RFC 3501 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3501 §7.1 closes the set")]
pub enum StatusKind {
    /// `OK`: it worked; untagged, information.
    Ok,
    /// `NO`: it did not work; untagged, a warning.
    No,
    /// `BAD`: it was not understood.
    Bad,
    /// `PREAUTH`: a greeting to somebody who is known already.
    PreAuth,
    /// `BYE`: the server closes the connection.
    Bye,
}

/// A status: `resp-cond-state` and its kin (RFC 3501 §7.1).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Code, Status};
///
/// let status = Status::no("no such mailbox").with_code(Code::TryCreate);
/// assert_eq!(status.to_string(), "NO [TRYCREATE] no such mailbox");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Which.
    pub kind: StatusKind,
    /// What it says to programs.
    pub code: Option<Code>,
    /// What it says to people.
    pub text: Text,
}

impl Status {
    /// A status. CR, LF and NUL in `text` become spaces: a text is one line.
    pub fn new(kind: StatusKind, text: impl Into<Text>) -> Self {
        let text = text.into();
        let text = match memchr::memchr3(b'\r', b'\n', 0, text.as_bytes()) {
            None => text,
            Some(_) => Text::from(text.as_str().replace(['\r', '\n', '\0'], " ")),
        };
        Self {
            kind,
            code: None,
            text,
        }
    }

    /// A status whose text is known to be one line.
    pub(crate) const fn from_parsed(kind: StatusKind, code: Option<Code>, text: Text) -> Self {
        Self { kind, code, text }
    }

    /// `OK`
    pub fn ok(text: impl Into<Text>) -> Self {
        Self::new(StatusKind::Ok, text)
    }

    /// `NO`
    pub fn no(text: impl Into<Text>) -> Self {
        Self::new(StatusKind::No, text)
    }

    /// `BAD`
    pub fn bad(text: impl Into<Text>) -> Self {
        Self::new(StatusKind::Bad, text)
    }

    /// `BYE`
    pub fn bye(text: impl Into<Text>) -> Self {
        Self::new(StatusKind::Bye, text)
    }

    /// `PREAUTH`
    pub fn preauth(text: impl Into<Text>) -> Self {
        Self::new(StatusKind::PreAuth, text)
    }

    /// With a response code.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    /// Whether it is `OK`.
    pub const fn is_ok(&self) -> bool {
        matches!(self.kind, StatusKind::Ok)
    }
}

/// `+`: the server waits for more (RFC 3501 §7.5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Continue {
    /// The response code, if the text has one.
    pub code: Option<Code>,
    /// The text; the base64 of a challenge in an AUTHENTICATE exchange.
    pub text: Text,
}

impl Continue {
    /// A request to go on. CR, LF and NUL in `text` become spaces.
    pub fn new(text: impl Into<Text>) -> Self {
        Self {
            code: None,
            text: Status::ok(text).text,
        }
    }
}

/// Data that a server sends: untagged responses but for status (RFC 3501 §7.2 to §7.4).
///
/// Its text is that of the response without `*` and line end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Data {
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `ENABLED` (RFC 5161).
    Enabled(Vec<Capability>),
    /// `LIST`
    List(ListedMailbox),
    /// `LSUB`
    Lsub(ListedMailbox),
    /// `XLIST`
    Xlist(ListedMailbox),
    /// `STATUS`
    Status(MailboxStatus),
    /// `FLAGS`: the flags that messages of the mailbox can have.
    Flags(Flags),
    /// `EXISTS`: how many messages there are.
    Exists(u32),
    /// `RECENT`: how many have `\Recent`.
    Recent(u32),
    /// `EXPUNGE`: the message of this number is gone.
    Expunge(u32),
    /// `VANISHED`: the messages of these identifiers are gone (RFC 7162 §3.2.10).
    Vanished {
        /// `(EARLIER)`: they were gone already, message sequence numbers do not change.
        earlier: bool,
        /// The identifiers.
        uids: SequenceSet,
    },
    /// `FETCH`
    Fetch(MessageData),
    /// `UIDFETCH`: its number is a unique identifier (RFC 9586).
    UidFetch(MessageData),
    /// `SEARCH`
    Search(SearchData),
    /// `ESEARCH` (RFC 4731).
    ESearch(ESearch),
    /// `SORT` (RFC 5256).
    Sort(SearchData),
    /// `THREAD` (RFC 5256).
    Thread(Threads),
    /// `NAMESPACE` (RFC 2342).
    Namespace(Namespaces),
    /// `ID`; `None` is `NIL` (RFC 2971).
    Id(Option<Id>),
    /// `QUOTA` (RFC 9208).
    Quota {
        /// The quota root.
        root: AString,
        /// Its resources.
        resources: Vec<QuotaResource>,
    },
    /// `QUOTAROOT` (RFC 9208).
    QuotaRoot {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Its quota roots.
        roots: Vec<AString>,
    },
    /// `ACL` (RFC 4314).
    Acl {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Who has which rights.
        entries: Vec<AclEntry>,
    },
    /// `LISTRIGHTS` (RFC 4314).
    ListRights {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
        /// The rights that are always granted.
        required: Text,
        /// Rights that can be granted, in groups that go together.
        optional: Vec<Text>,
    },
    /// `MYRIGHTS` (RFC 4314).
    MyRights {
        /// Which mailbox.
        mailbox: Mailbox,
        /// The rights.
        rights: Text,
    },
    /// `METADATA` with values (RFC 5464 §4.4.1).
    Metadata {
        /// Which mailbox; the empty name is the server.
        mailbox: Mailbox,
        /// The entries.
        entries: Vec<MetadataEntry>,
    },
    /// `METADATA` without values: these changed (RFC 5464 §4.4.2).
    MetadataChanged {
        /// Which mailbox; the empty name is the server.
        mailbox: Mailbox,
        /// The names of the entries.
        entries: Vec<AString>,
    },
    /// `LANGUAGE` (RFC 5255).
    Language(Vec<AString>),
    /// `COMPARATOR`: the active one, and those that match (RFC 5255).
    Comparator {
        /// The active one.
        active: AString,
        /// Those that match.
        matching: Vec<AString>,
    },
    /// `GENURLAUTH` (RFC 4467).
    GenUrlAuth(Vec<AString>),
    /// `URLFETCH`: a URL and its octets (RFC 4467); in extended form (RFC 5524) the values as they are written.
    UrlFetch(Vec<(AString, Value)>),
    /// `CONVERSION` (RFC 5259): from, to, and the parameters as they are written.
    Conversion(AString, AString, Value),
    /// `CONVERTED` (RFC 5259): the number of the message, and the data as they are written.
    Converted(u32, Value),
    /// `JMAPACCESS` (RFC 9698).
    JmapAccess(AString),
    /// `UIDBATCHES`: the tag of the command, and ranges of identifiers from the newest to the oldest (RFC 10022).
    UidBatches {
        /// The tag of the command.
        tag: Text,
        /// The batches; `None` when there are none.
        batches: Option<SequenceSet>,
    },
    /// A response nobody registered, or whose data could not be read; kept as it came.
    Other {
        /// The number before the name.
        number: Option<u32>,
        /// The name.
        name: Atom,
        /// What follows it.
        value: Value,
    },
}

impl From<MessageData> for Data {
    fn from(message: MessageData) -> Self {
        Self::Fetch(message)
    }
}

impl From<ListedMailbox> for Data {
    fn from(listed: ListedMailbox) -> Self {
        Self::List(listed)
    }
}

impl From<MailboxStatus> for Data {
    fn from(status: MailboxStatus) -> Self {
        Self::Status(status)
    }
}

impl From<ESearch> for Data {
    fn from(answer: ESearch) -> Self {
        Self::ESearch(answer)
    }
}
