//! Annotations of messages (RFC 5257).

use alloc::vec::Vec;

use crate::types::text::AString;

/// An entry of a message and what its attributes are: `entry-att` (RFC 5257 §5).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Annotation, Command, SequenceSet, Store};
///
/// let comment = Annotation::new("/comment").with("value.priv", "Call back").without("value.shared");
/// let store = Store::uid_annotations(SequenceSet::parse("7")?, [comment]);
/// assert_eq!(
///     Command::Store(store).to_string(),
///     "UID STORE 7 ANNOTATION (/comment (value.priv \"Call back\" value.shared NIL))",
/// );
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Annotation {
    /// The entry: names with slashes before them, such as `/comment` or `/1/altsubject`.
    pub entry: AString,
    /// The attributes, such as `value.priv` and `size.shared`, with their values; none where a server only says that the
    /// entry has changed.
    pub values: Vec<(AString, Option<AString>)>,
}

impl Annotation {
    /// An entry without attributes.
    pub fn new(entry: impl Into<AString>) -> Self {
        Self {
            entry: entry.into(),
            values: Vec::new(),
        }
    }

    /// With the value of an attribute.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<AString>, value: impl Into<AString>) -> Self {
        self.values.push((attribute.into(), Some(value.into())));
        self
    }

    /// With an attribute that is `NIL`: none is there, or it is to be removed.
    #[must_use]
    pub fn without(mut self, attribute: impl Into<AString>) -> Self {
        self.values.push((attribute.into(), None));
        self
    }

    /// The value of an attribute, without regard to the case of its name; nothing where it is `NIL` or not there.
    ///
    /// ```
    /// use mailweft_imap::Annotation;
    ///
    /// let comment = Annotation::new("/comment").with("value.priv", "Call back").without("value.shared");
    /// assert_eq!(comment.get("VALUE.PRIV").and_then(|value| value.as_str()), Some("Call back"));
    /// assert_eq!(comment.get("value.shared"), None);
    /// ```
    pub fn get(&self, attribute: &str) -> Option<&AString> {
        let named = |name: &AString| {
            let name = name.as_bytes();
            name.eq_ignore_ascii_case(attribute.as_bytes())
        };
        let found = self.values.iter().find(|(name, _)| named(name));
        found.and_then(|(_, value)| value.as_ref())
    }
}

/// What FETCH asks of annotations: `"(" entries SP attribs ")"` (RFC 5257 §4.3).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{AnnotationQuery, Command, Fetch, FetchAttr, SequenceSet};
///
/// let query = AnnotationQuery::new(["/*"], ["value.priv", "size.priv"]);
/// let fetch = Fetch::seq(SequenceSet::parse("1")?, [FetchAttr::Annotation(query)]);
/// assert_eq!(
///     Command::Fetch(fetch).to_string(),
///     "FETCH 1 ANNOTATION (/* (value.priv size.priv))",
/// );
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AnnotationQuery {
    /// The entries, which may have the wildcards of LIST.
    pub entries: Vec<AString>,
    /// The attributes; `value` stands for `value.priv` and `value.shared`.
    pub attributes: Vec<AString>,
}

impl AnnotationQuery {
    /// These attributes of these entries.
    pub fn new<E: Into<AString>, A: Into<AString>>(
        entries: impl IntoIterator<Item = E>,
        attributes: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            entries: entries.into_iter().map(Into::into).collect(),
            attributes: attributes.into_iter().map(Into::into).collect(),
        }
    }
}

/// What a mailbox takes of annotations: `ann-size` (RFC 5257 §5).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{AnnotationSupport, Code, Response, Syntax};
///
/// let parsed = Response::parse(b"* OK [ANNOTATIONS 20480 NOPRIVATE] ready\r\n", &Syntax::default())?;
/// let Response::Status(status) = parsed.value else { panic!() };
/// let support = AnnotationSupport::Size { octets: 20480, no_private: true };
/// assert_eq!(status.code, Some(Code::Annotations(support)));
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnotationSupport {
    /// `NONE`
    None,
    /// `READ-ONLY`
    ReadOnly {
        /// `NOPRIVATE`: attributes are shared alone.
        no_private: bool,
    },
    /// Values of so many octets at the most.
    Size {
        /// How many.
        octets: u32,
        /// `NOPRIVATE`: attributes are shared alone.
        no_private: bool,
    },
}
