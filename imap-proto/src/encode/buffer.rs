//! The writer that every rule uses: what strings look like on this connection, and where it must wait for the peer.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use bytes::{BufMut, BytesMut};

use crate::{
    error::{Invalid, Rule},
    grammar::{self, ASTRING, ATOM, LIST},
    types::{
        flag::Flags,
        mailbox::{ListPattern, Mailbox},
        text::{AString, Atom, Secret},
        value::Value,
        wire::{self, Quoting},
    },
};

/// How literals are announced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LiteralMode {
    /// A client to a server without LITERAL+: each is a stop.
    #[default]
    Sync,
    /// `LITERAL-`: at most 4,096 octets need no waiting (RFC 7888 §5).
    Minus,
    /// `LITERAL+`: none needs waiting (RFC 7888).
    Plus,
    /// A server: its literals never wait.
    Server,
}

/// What the connection has negotiated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wire {
    pub(crate) literal: LiteralMode,
    /// `UTF8=ACCEPT` or `IMAP4rev2` is enabled.
    pub(crate) utf8: bool,
    /// Whether a literal8 may be sent (BINARY, RFC 3516, or what implies it).
    pub(crate) binary: bool,
    /// Whether secrets are written, or `****` for them.
    pub(crate) redact: bool,
}

impl Wire {
    /// A server's.
    pub(crate) const fn server(utf8: bool) -> Self {
        Self {
            literal: LiteralMode::Server,
            utf8,
            binary: true,
            redact: false,
        }
    }

    /// For people to read: no stops, no secrets.
    pub(crate) const fn shown() -> Self {
        Self {
            literal: LiteralMode::Plus,
            utf8: false,
            binary: true,
            redact: true,
        }
    }
}

/// RFC 7888 §5: what LITERAL- allows without waiting.
const LITERAL_MINUS_MOST: usize = 4_096;

/// Writes into a buffer.
#[derive(Debug)]
pub(crate) struct Encoder<'o> {
    out: &'o mut BytesMut,
    stops: Vec<usize>,
    wire: Wire,
    invalid: Option<Invalid>,
}

impl<'o> Encoder<'o> {
    pub(crate) const fn new(out: &'o mut BytesMut, wire: Wire) -> Self {
        Self {
            out,
            stops: Vec::new(),
            wire,
            invalid: None,
        }
    }

    /// The stops, or the first value that could not be written.
    pub(crate) fn finish(self) -> Result<Vec<usize>, Invalid> {
        match self.invalid {
            Some(invalid) => Err(invalid),
            None => Ok(self.stops),
        }
    }

    pub(crate) const fn wire(&self) -> Wire {
        self.wire
    }

    #[cold]
    pub(crate) fn refuse(&mut self, invalid: Invalid) {
        self.invalid.get_or_insert(invalid);
    }

    // Octets that are known to be right.

    #[inline]
    pub(crate) fn raw(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.out.put_slice(text.as_ref());
        self
    }

    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) -> &mut Self {
        self.out.put_u8(byte);
        self
    }

    #[inline]
    pub(crate) fn sp(&mut self) -> &mut Self {
        self.byte(b' ')
    }

    pub(crate) fn crlf(&mut self) -> &mut Self {
        self.raw("\r\n")
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        wire::put_number(self.out, number);
        self
    }

    /// `item *(SP item)`
    pub(crate) fn spaced<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (index, member) in items.into_iter().enumerate() {
            if index > 0 {
                self.sp();
            }
            item(self, member);
        }
        self
    }

    /// `"(" [item *(SP item)] ")"`
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        item: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.byte(b'(').spaced(items, item).byte(b')')
    }

    // Words and strings.

    /// An atom. One that a tolerant parser took for one is written as it came, but nothing that ends a line or a list.
    pub(crate) fn atom(&mut self, atom: &Atom) -> &mut Self {
        self.word(atom.as_bytes(), Rule::Atom)
    }

    pub(crate) fn word(&mut self, word: &[u8], rule: Rule) -> &mut Self {
        let ends = |byte: &u8| matches!(byte, 0..=b' ' | b'(' | b')' | 0x7f);
        match word.iter().position(ends) {
            Some(at) => {
                let byte = word.get(at).copied().unwrap_or_default();
                self.refuse(Invalid::byte(rule, (at, byte)));
            }
            None if word.is_empty() => self.refuse(Invalid::value(rule)),
            None => {
                self.raw(word);
            }
        }
        self
    }

    /// A name that was kept as it came, brackets and what is in them included.
    pub(crate) fn kept(&mut self, name: &Atom) -> &mut Self {
        // What ends a line, or makes two readers disagree about where the name does.
        let ends = |byte: &u8| matches!(byte, 0 | b'\r' | b'\n' | b'"' | b'{');
        if let Some(at) = name.as_bytes().iter().position(ends) {
            let byte = name.as_bytes().get(at).copied().unwrap_or_default();
            self.refuse(Invalid::byte(Rule::Atom, (at, byte)));
        }
        self.raw(name.as_bytes())
    }

    pub(crate) fn flags(&mut self, flags: &Flags) -> &mut Self {
        // A tolerant parser takes flags for one that hold what would make two readers disagree.
        let ends = |byte: &u8| matches!(byte, 0..b' ' | b'"' | 0x7f);
        if let Some(at) = flags.as_bytes().iter().position(ends) {
            let byte = flags.as_bytes().get(at).copied().unwrap_or_default();
            self.refuse(Invalid::byte(Rule::Flag, (at, byte)));
        }
        self.byte(b'(');
        self.raw(flags.as_bytes());
        self.byte(b')')
    }

    pub(crate) fn value(&mut self, value: &Value) -> &mut Self {
        let text = value.as_bytes();
        // In a response literals need no waiting; in a command each string is written anew.
        if self.wire.literal == LiteralMode::Server || memchr::memchr(b'\n', text).is_none() {
            return self.raw(text);
        }
        let mut walk = wire::Walk::new(text);
        let mut open = true;
        while let Some(token) = walk.token() {
            if !open && token != wire::Token::Close {
                self.sp();
            }
            open = token == wire::Token::Open;
            match token {
                wire::Token::Open => {
                    self.byte(b'(');
                }
                wire::Token::Close => {
                    self.byte(b')');
                }
                wire::Token::Atom(atom) => {
                    self.raw(atom);
                }
                wire::Token::Quoted(text) => {
                    self.byte(b'"').raw(text).byte(b'"');
                }
                wire::Token::Literal(text) => {
                    self.string(text);
                }
            }
        }
        self
    }

    /// `astring`: an atom, a quoted string or a literal, whichever is the shortest that can hold the octets.
    pub(crate) fn astring(&mut self, text: &AString) -> &mut Self {
        self.shortest(text.as_bytes(), ASTRING)
    }

    /// A string that may have wildcards.
    pub(crate) fn list_word(&mut self, text: &AString) -> &mut Self {
        self.shortest(text.as_bytes(), LIST)
    }

    /// A string inside of a response code, where a bracket would end it.
    pub(crate) fn code_string(&mut self, text: &AString) -> &mut Self {
        self.shortest(text.as_bytes(), ATOM)
    }

    fn shortest(&mut self, text: &[u8], classes: grammar::Class) -> &mut Self {
        match grammar::all(text, classes) && !text.eq_ignore_ascii_case(b"NIL") {
            true => self.raw(text),
            false => self.string(text),
        }
    }

    /// `string`: quoted or a literal.
    pub(crate) fn string(&mut self, text: &[u8]) -> &mut Self {
        match wire::quoted_form(text) {
            Quoting::Plain => {
                self.byte(b'"').raw(text).byte(b'"');
            }
            Quoting::Escaped => wire::put_escaped(self.out, text),
            Quoting::Impossible if self.wire.utf8 && is_quotable_utf8(text) => {
                wire::put_escaped(self.out, text);
            }
            Quoting::Impossible => {
                self.literal_header(text.len() as u64, memchr::memchr(0, text).is_some());
                self.raw(text);
            }
        }
        self
    }

    /// `string / nil`
    pub(crate) fn nstring(&mut self, text: Option<&[u8]>) -> &mut Self {
        match text {
            Some(text) => self.string(text),
            None => self.raw("NIL"),
        }
    }

    /// A secret as an `astring`.
    pub(crate) fn secret(&mut self, secret: &Secret) -> &mut Self {
        match self.wire.redact {
            true => self.raw("****"),
            false => self.shortest(secret.reveal(), ASTRING),
        }
    }

    /// The header of a literal of so many octets, which must follow; a literal8 if they hold NUL.
    pub(crate) fn literal_header(&mut self, size: u64, binary: bool) -> &mut Self {
        if binary && !self.wire.binary {
            self.refuse(Invalid::value(Rule::Literal));
        }
        let sync = match self.wire.literal {
            LiteralMode::Sync => true,
            LiteralMode::Minus => size > LITERAL_MINUS_MOST as u64,
            LiteralMode::Plus | LiteralMode::Server => false,
        };
        let plus = !sync && self.wire.literal != LiteralMode::Server;
        self.raw(if binary { "~{" } else { "{" }).number(size);
        self.raw(if plus { "+}\r\n" } else { "}\r\n" });
        if sync {
            self.stops.push(self.out.len());
        }
        self
    }

    /// `mailbox`, in modified UTF-7 or, where it is enabled, in UTF-8.
    pub(crate) fn mailbox(&mut self, mailbox: &Mailbox) -> &mut Self {
        let name = match self.wire.utf8 {
            true => Cow::Borrowed(mailbox.text().as_str()),
            false => mailbox.to_utf7(),
        };
        self.shortest(name.as_bytes(), ASTRING)
    }

    /// `list-mailbox`
    pub(crate) fn list_pattern(&mut self, pattern: &ListPattern) -> &mut Self {
        let name = match self.wire.utf8 {
            true => Cow::Borrowed(pattern.as_str()),
            false => pattern.to_utf7(),
        };
        self.shortest(name.as_bytes(), LIST)
    }
}

fn is_quotable_utf8(text: &[u8]) -> bool {
    memchr::memchr3(b'\r', b'\n', 0, text).is_none() && core::str::from_utf8(text).is_ok()
}

/// Prints what `write` writes.
pub(crate) fn display(
    f: &mut fmt::Formatter<'_>,
    write: impl FnOnce(&mut Encoder<'_>),
) -> fmt::Result {
    let mut out = BytesMut::new();
    write(&mut Encoder::new(&mut out, Wire::shown()));
    f.write_str(&String::from_utf8_lossy(&out))
}
