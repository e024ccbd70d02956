//! How a part wants to be shown: Content-Disposition.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use super::params::Params;

/// How a part wants to be shown (RFC 2183 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum DispositionType {
    /// Within the message.
    #[default]
    Inline,
    /// As a file, on request.
    Attachment,
    /// Any other word; RFC 2183 §2.8 wants it treated as an attachment.
    Other(String),
}

impl DispositionType {
    /// The word as it stands in a header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for DispositionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The value of Content-Disposition: a word and its parameters (RFC 2183).
///
/// ```
/// use mailweft_mime::{Disposition, DispositionType};
///
/// let disposition = Disposition::read(b"attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.txt");
/// assert_eq!(*disposition.kind(), DispositionType::Attachment);
/// assert_eq!(disposition.params().get("filename").as_deref(), Some("grüße.txt"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disposition {
    pub(crate) kind: DispositionType,
    pub(crate) params: Params,
}

impl Disposition {
    /// A disposition without parameters.
    #[must_use]
    pub const fn new(kind: DispositionType) -> Self {
        Self {
            kind,
            params: Params::new(),
        }
    }

    /// How the part wants to be shown.
    #[must_use]
    pub const fn kind(&self) -> &DispositionType {
        &self.kind
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// The `filename` parameter.
    #[must_use]
    pub fn file_name(&self) -> Option<Cow<'_, str>> {
        self.params.get("filename")
    }

    /// The `size` parameter: roughly how many octets the file has, as its sender says.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.params.get("size")?.trim().parse().ok()
    }
}
