//! What LIST asks for and what it answers (RFC 3501 §6.3.8, RFC 5258, RFC 9051 §6.3.9).

use alloc::vec::Vec;

use crate::types::{
    flag::Flags,
    mailbox::{ListPattern, Mailbox},
    status::StatusAttr,
    text::{AString, Atom},
    value::Value,
};

/// Which mailboxes extended LIST selects: `list-select-opts` (RFC 5258 §3, RFC 9051 §6.3.9.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListSelect {
    /// `SUBSCRIBED`: names that are subscribed to, existing or not.
    Subscribed,
    /// `REMOTE`: also mailboxes on other servers.
    Remote,
    /// `RECURSIVEMATCH`: also those whose children match.
    RecursiveMatch,
    /// `SPECIAL-USE`: only those with a special use (RFC 6154).
    SpecialUse,
    /// An option nobody registered, with its value.
    Other(Atom, Option<Value>),
}

/// What extended LIST tells beside the names: `list-return-opts` (RFC 5258 §3, RFC 9051 §6.3.9.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListReturn {
    /// `SUBSCRIBED`: the attribute `\Subscribed`.
    Subscribed,
    /// `CHILDREN`: the attributes `\HasChildren` and `\HasNoChildren`.
    Children,
    /// `SPECIAL-USE`: the attributes of special use (RFC 6154).
    SpecialUse,
    /// `STATUS (..)`: a STATUS response for each (RFC 5819).
    Status(Vec<StatusAttr>),
    /// `MYRIGHTS`: a MYRIGHTS response for each (RFC 8440).
    MyRights,
    /// `METADATA (..)`: a METADATA response for each (RFC 9590).
    Metadata(Vec<AString>),
    /// An option nobody registered, with its value.
    Other(Atom, Option<Value>),
}

/// The arguments of LIST (RFC 3501 §6.3.8, RFC 5258, RFC 9051 §6.3.9).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, List, ListPattern, ListReturn};
///
/// let list = List::new(ListPattern::ALL).returning(ListReturn::SpecialUse);
/// assert_eq!(Command::List(list).to_string(), "LIST \"\" * RETURN (SPECIAL-USE)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// The reference name, in whose context the patterns are read; most often empty.
    pub reference: Mailbox,
    /// The patterns; more than one only in extended LIST.
    pub patterns: Vec<ListPattern>,
    /// Selection options of extended LIST.
    pub select: Vec<ListSelect>,
    /// Return options of extended LIST; `None` when RETURN was not written at all.
    pub returns: Option<Vec<ListReturn>>,
}

impl List {
    /// The mailboxes that match `pattern`.
    pub fn new(pattern: impl Into<ListPattern>) -> Self {
        Self {
            reference: Mailbox::from(""),
            patterns: Vec::from([pattern.into()]),
            select: Vec::new(),
            returns: None,
        }
    }

    /// In the context of `reference`.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<Mailbox>) -> Self {
        self.reference = reference.into();
        self
    }

    /// Also the mailboxes that match this pattern (extended LIST).
    #[must_use]
    pub fn pattern(mut self, pattern: impl Into<ListPattern>) -> Self {
        self.patterns.push(pattern.into());
        self
    }

    /// Only mailboxes that meet `option` (extended LIST).
    #[must_use]
    pub fn selecting(mut self, option: ListSelect) -> Self {
        self.select.push(option);
        self
    }

    /// Also tells what `option` says (extended LIST).
    #[must_use]
    pub fn returning(mut self, option: ListReturn) -> Self {
        self.returns.get_or_insert_default().push(option);
        self
    }

    /// Whether it needs LIST-EXTENDED, LIST-STATUS or SPECIAL-USE.
    pub fn is_extended(&self) -> bool {
        self.patterns.len() != 1 || !self.select.is_empty() || self.returns.is_some()
    }

    /// Whether it asks for the hierarchy delimiter only: an empty pattern (RFC 3501 §6.3.8).
    pub fn asks_for_delimiter(&self) -> bool {
        !self.is_extended()
            && self
                .patterns
                .iter()
                .all(|pattern| pattern.as_str().is_empty())
    }
}

/// One mailbox in the answer to LIST, LSUB or XLIST: `mailbox-list` (RFC 3501 §7.2.2).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, ListedMailbox, Mailbox};
///
/// let listed = ListedMailbox::new(Mailbox::from("Gesendet"), Some('/')).with_attribute("\\Sent")?;
/// assert_eq!(Data::List(listed).to_string(), "LIST (\\Sent) \"/\" Gesendet");
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMailbox {
    /// Name attributes such as `\Noselect` or `\Sent`.
    pub attributes: Flags,
    /// The hierarchy delimiter; none when the name is flat.
    pub delimiter: Option<char>,
    /// The name.
    pub mailbox: Mailbox,
    /// Extended data items: name and value (RFC 5258 §3.4).
    pub extended: Vec<(AString, Value)>,
}

impl ListedMailbox {
    /// A mailbox without attributes.
    pub const fn new(mailbox: Mailbox, delimiter: Option<char>) -> Self {
        Self {
            attributes: Flags::NONE,
            delimiter,
            mailbox,
            extended: Vec::new(),
        }
    }

    /// With a name attribute such as `\HasChildren`.
    ///
    /// # Errors
    ///
    /// When it does not start with a backslash, or is no atom behind it.
    pub fn with_attribute(mut self, attribute: &str) -> Result<Self, crate::error::Invalid> {
        let flag = crate::types::flag::Flag::system(attribute)?;
        self.attributes = self.attributes.with(&flag);
        Ok(self)
    }

    /// With an extended data item.
    #[must_use]
    pub fn with_extended(mut self, name: impl Into<AString>, value: Value) -> Self {
        self.extended.push((name.into(), value));
        self
    }

    /// `OLDNAME`: the name it had before RENAME (RFC 9051 §6.3.9.7).
    pub fn old_name(&self) -> Option<Mailbox> {
        let (_, value) = self
            .extended
            .iter()
            .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(b"OLDNAME"))?;
        match value.iter().next()? {
            crate::types::value::ValueRef::List(mut names) => match names.next()? {
                crate::types::value::ValueRef::Atom(name) => Some(Mailbox::from(name)),
                crate::types::value::ValueRef::String(name) => {
                    core::str::from_utf8(&name).ok().map(Mailbox::from)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
