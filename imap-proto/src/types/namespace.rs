//! Namespaces (RFC 2342), identities (RFC 2971), and other small answers.

use alloc::vec::Vec;

use crate::types::{
    mailbox::Mailbox,
    text::{AString, Text},
};

/// The fields of ID: who is who (RFC 2971). At most 30, names of at most 30 octets, values of at most 1,024.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Id};
///
/// let id = Id::new().with("name", "mailweft");
/// assert_eq!(Command::Id(Some(id)).to_string(), "ID (\"name\" \"mailweft\")");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id(Vec<(AString, Option<AString>)>);

impl Id {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) const fn from_parsed(fields: Vec<(AString, Option<AString>)>) -> Self {
        Self(fields)
    }

    /// With a field such as `name`, `version`, `vendor`, `support-url`.
    #[must_use]
    pub fn with(mut self, name: impl Into<AString>, value: impl Into<AString>) -> Self {
        self.0.push((name.into(), Some(value.into())));
        self
    }

    /// The value of a field, without regard to the case of its name.
    pub fn get(&self, name: &str) -> Option<&AString> {
        self.0
            .iter()
            .find(|(mine, _)| mine.as_bytes().eq_ignore_ascii_case(name.as_bytes()))
            .and_then(|(_, value)| value.as_ref())
    }

    /// The fields in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&AString, Option<&AString>)> {
        self.0.iter().map(|(name, value)| (name, value.as_ref()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One namespace: `Namespace-Descr` (RFC 2342 §6, RFC 9051 §9).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamespaceEntry {
    /// What names in it start with.
    pub prefix: Mailbox,
    /// The hierarchy delimiter.
    pub delimiter: Option<char>,
    /// Extension data: a name and its values.
    pub extensions: Vec<(AString, Vec<AString>)>,
}

impl NamespaceEntry {
    /// A namespace.
    pub fn new(prefix: impl Into<Mailbox>, delimiter: Option<char>) -> Self {
        Self {
            prefix: prefix.into(),
            delimiter,
            extensions: Vec::new(),
        }
    }
}

/// The answer to NAMESPACE (RFC 2342 §5, RFC 9051 §7.3.3). A class without namespaces is `NIL`.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, Namespaces, NamespaceEntry};
///
/// let mut namespaces = Namespaces::default();
/// namespaces.personal.push(NamespaceEntry::new("", Some('/')));
/// assert_eq!(Data::Namespace(namespaces).to_string(), "NAMESPACE ((\"\" \"/\")) NIL NIL");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "RFC 2342 closes the set of classes"
)]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<NamespaceEntry>,
    /// Other users'.
    pub other: Vec<NamespaceEntry>,
    /// Shared ones.
    pub shared: Vec<NamespaceEntry>,
}

/// The use of one resource under a quota root: `quota-resource` (RFC 9208 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 9208 closes the triple")]
pub struct QuotaResource {
    /// `STORAGE` (in units of 1,024 octets), `MESSAGE`, `MAILBOX`, `ANNOTATION-STORAGE`.
    pub name: crate::types::text::Atom,
    /// How much is used.
    pub usage: u64,
    /// How much may be used.
    pub limit: u64,
}

/// One entry of METADATA: a name and its value, `NIL` for none (RFC 5464).
pub type MetadataEntry = (AString, Option<AString>);

/// Where a mailbox's rights are: identifier and rights (RFC 4314).
pub type AclEntry = (AString, Text);
