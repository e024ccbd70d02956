//! How text is read: how tolerant, within which limits, and what had to be repaired.

use alloc::{boxed::Box, vec::Vec};

use crate::error::Repair;

/// How much a parser forgives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// Exactly what the RFCs say.
    Strict,
    /// What real servers and clients send, with each repair named.
    #[default]
    Interop,
}

/// How text is read.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Response, Syntax, Tolerance};
///
/// let line = b"* SEARCH 2 3 \r\n";
/// assert!(Response::parse(line, &Syntax::strict()).is_err());
/// let parsed = Response::parse(line, &Syntax::default())?;
/// assert_eq!(parsed.repairs.to_string(), "stray white space at byte 12");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Syntax {
    /// How much is forgiven.
    pub tolerance: Tolerance,
    /// Whether `UTF8=ACCEPT` or `IMAP4rev2` is enabled: names of mailboxes are UTF-8, and quoted strings may hold it.
    pub utf8: bool,
    /// How deep lists, multiparts, threads and search keys may nest.
    pub depth: usize,
    /// How many members lists may have altogether.
    pub nodes: usize,
}

impl Syntax {
    /// Forgiving, within the default limits.
    pub const fn interop() -> Self {
        Self {
            tolerance: Tolerance::Interop,
            utf8: false,
            depth: 100,
            nodes: 1_000_000,
        }
    }

    /// Not forgiving, within the default limits.
    pub const fn strict() -> Self {
        Self {
            tolerance: Tolerance::Strict,
            ..Self::interop()
        }
    }

    /// With `UTF8=ACCEPT` or `IMAP4rev2` enabled, or not.
    #[must_use]
    pub const fn with_utf8(mut self, utf8: bool) -> Self {
        self.utf8 = utf8;
        self
    }

    /// With another depth of nesting.
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// With another number of list members.
    #[must_use]
    pub const fn with_nodes(mut self, nodes: usize) -> Self {
        self.nodes = nodes;
        self
    }
}

impl Default for Syntax {
    fn default() -> Self {
        Self::interop()
    }
}

/// A value that was read, and what had to be repaired to read it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a pair with names")]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    /// What broke the grammar and was understood nevertheless; empty for a peer that follows the RFCs.
    pub repairs: Repairs,
}

/// What had to be repaired to read a text, each with its byte offset.
///
/// The first sixteen are kept with their places; of the rest, only their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs(Option<Box<Kept>>);

/// Elsewhere, because there are none mostly, and every value that is read has room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    list: Vec<(Repair, usize)>,
    more: usize,
}

impl Repairs {
    /// Nothing was repaired.
    pub const NONE: Self = Self(None);

    const KEPT: usize = 16;

    pub(crate) fn push(&mut self, repair: Repair, offset: usize) {
        let kept = self.0.get_or_insert_default();
        match kept.list.len() < Self::KEPT {
            true => kept.list.push((repair, offset)),
            false => kept.more = kept.more.saturating_add(1),
        }
    }

    /// Forgets what was repaired after the first `count`, when a parser steps back.
    pub(crate) fn truncate(&mut self, count: usize) {
        match (&mut self.0, count) {
            (None, _) => {}
            (repairs, 0) => *repairs = None,
            (Some(kept), _) => {
                kept.more = count.saturating_sub(kept.list.len());
                kept.list.truncate(count);
            }
        }
    }

    fn list(&self) -> &[(Repair, usize)] {
        self.0.as_ref().map_or(&[], |kept| &kept.list)
    }

    fn more(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.more)
    }

    /// How many repairs there were.
    pub fn len(&self) -> usize {
        self.list().len().saturating_add(self.more())
    }

    /// Whether the text followed the RFCs.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The repairs, with the byte offset of each.
    pub fn iter(&self) -> impl Iterator<Item = (Repair, usize)> {
        self.list().iter().copied()
    }

    /// Whether `repair` is among them.
    pub fn contains(&self, repair: Repair) -> bool {
        self.list().iter().any(|(mine, _)| *mine == repair)
    }
}

impl core::fmt::Display for Repairs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (index, (repair, offset)) in self.list().iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{repair} at byte {offset}")?;
        }
        match self.more() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// What a session may cost. All have defaults that suit a public server or a desktop client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of a line, its literals not counted. RFC 9051 §4 asks a server to take 8,192; lists of messages get long.
    pub line: usize,
    /// Octets of a line before authentication. An ID of 30 fields of 1,024 octets takes 31,800 (RFC 2971 §3.3).
    pub line_before_auth: usize,
    /// Octets of a literal that is kept in memory. Longer ones are streamed where that is possible, else refused.
    pub literal: u64,
    /// Octets of a literal before authentication.
    pub literal_before_auth: u64,
    /// Octets of all literals together in one command or response that are kept in memory.
    pub literals: u64,
    /// How many literals one command or response may have.
    pub literal_count: usize,
    /// How deep lists, multiparts, threads and search keys may nest.
    pub depth: usize,
    /// How many members lists may have altogether in one command or response.
    pub nodes: usize,
    /// Octets of a message that a client may append. A refused one is answered with `TOOBIG`.
    pub append: u64,
    /// How many commands may wait for their answers.
    pub pipeline: usize,
    /// How many malformed commands a client may send in a row.
    pub errors: usize,
    /// Octets of a refused non-synchronising literal that are read and thrown away before the connection is closed instead.
    pub skip: u64,
    /// Octets that updates for a client that does not take them may hold.
    pub updates: usize,
}

impl Limits {
    /// The defaults of a server.
    pub const fn server() -> Self {
        Self {
            line: 64 << 10,
            line_before_auth: 32 << 10,
            literal: 64 << 10,
            literal_before_auth: 4 << 10,
            literals: 256 << 10,
            literal_count: 256,
            depth: 100,
            nodes: 100_000,
            append: 64 << 20,
            pipeline: 16,
            errors: 20,
            skip: 64 << 20,
            updates: 1 << 20,
        }
    }

    /// The defaults of a client.
    pub const fn client() -> Self {
        Self {
            line: 32 << 20,
            line_before_auth: 64 << 10,
            literal: 256 << 10,
            literal_before_auth: 64 << 10,
            literals: 16 << 20,
            literal_count: 100_000,
            depth: 100,
            nodes: 1_000_000,
            append: u64::MAX,
            pipeline: 64,
            errors: 1_000,
            skip: u64::MAX,
            updates: 1 << 20,
        }
    }
}
