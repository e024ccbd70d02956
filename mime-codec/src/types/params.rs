//! The parameters of Content-Type and Content-Disposition.

use alloc::{string::String, vec::Vec};

/// The parameters of a structured field (RFC 2045 §5.1, RFC 2231), in order, as they stood and as they are meant.
///
/// ```
/// use mailweft_mime::ContentType;
///
/// let field = "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; \
///              title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"";
/// let content_type = ContentType::read(field.as_bytes());
/// assert_eq!(content_type.params().get("title").as_deref(), Some("This is even more ***fun*** isn't it!"));
/// assert_eq!(content_type.params().language("title"), Some("en"));
/// assert_eq!(content_type.params().raw().count(), 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Params {
    pub(crate) list: Vec<RawParam>,
}

/// One parameter as it stood: name and value, unquoted but not decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RawParam {
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
    /// It was given as it is meant, not read: nothing in it is to be decoded.
    pub(crate) literal: bool,
    /// How the value was written, for the problems.
    pub(crate) fault: ParamFault,
}

/// What is odd about the way a value was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum ParamFault {
    #[default]
    None,
    /// It needs quotes and has none.
    Unquoted,
    /// Its quotes do not close.
    Unclosed,
    /// A comment or blanks stand in it or around it.
    Spaced,
}

impl Params {
    /// No parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// True where there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The parameters as they stood: name (`title*0*`) and value, unquoted but not decoded.
    pub fn raw(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.list
            .iter()
            .map(|param| (param.name.as_str(), param.value.as_slice()))
    }
}
