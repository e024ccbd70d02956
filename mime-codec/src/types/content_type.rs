//! What a body is: Content-Type.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use super::params::Params;

/// A media type without parameters: `text/plain` (RFC 2045 §5.1). Its letters have no case.
///
/// ```
/// use mailweft_mime::MediaType;
///
/// let html = MediaType::parse("Text/HTML")?;
/// assert_eq!(html, MediaType::TEXT_HTML);
/// assert_eq!((html.main(), html.sub()), ("Text", "HTML"));
/// assert!(html.is("text", "html"));
/// # Ok::<(), mailweft_mime::ParseError>(())
/// ```
#[derive(Clone, Eq)]
pub struct MediaType {
    pub(crate) text: Cow<'static, str>,
    pub(crate) slash: usize,
}

impl MediaType {
    /// `text/plain`
    pub const TEXT_PLAIN: Self = Self::constant("text/plain", 4);
    /// `text/html`
    pub const TEXT_HTML: Self = Self::constant("text/html", 4);
    /// `text/calendar`
    pub const TEXT_CALENDAR: Self = Self::constant("text/calendar", 4);
    /// `text/rfc822-headers` (RFC 6522 §4)
    pub const TEXT_HEADERS: Self = Self::constant("text/rfc822-headers", 4);
    /// `application/octet-stream`
    pub const OCTET_STREAM: Self = Self::constant("application/octet-stream", 11);
    /// `application/pdf`
    pub const PDF: Self = Self::constant("application/pdf", 11);
    /// `image/png`
    pub const PNG: Self = Self::constant("image/png", 5);
    /// `image/jpeg`
    pub const JPEG: Self = Self::constant("image/jpeg", 5);
    /// `message/rfc822`
    pub const MESSAGE: Self = Self::constant("message/rfc822", 7);
    /// `message/global` (RFC 6532 §3.7)
    pub const MESSAGE_GLOBAL: Self = Self::constant("message/global", 7);
    /// `message/delivery-status` (RFC 3464)
    pub const DELIVERY_STATUS: Self = Self::constant("message/delivery-status", 7);
    /// `message/disposition-notification` (RFC 8098)
    pub const DISPOSITION_NOTIFICATION: Self =
        Self::constant("message/disposition-notification", 7);
    /// `message/feedback-report` (RFC 5965)
    pub const FEEDBACK_REPORT: Self = Self::constant("message/feedback-report", 7);

    pub(crate) const fn constant(text: &'static str, slash: usize) -> Self {
        Self {
            text: Cow::Borrowed(text),
            slash,
        }
    }

    /// `type/subtype` as it was spelt.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The type: `text`.
    #[must_use]
    pub fn main(&self) -> &str {
        self.text.get(..self.slash).unwrap_or(&self.text)
    }

    /// The subtype: `plain`; empty where there is none.
    #[must_use]
    pub fn sub(&self) -> &str {
        self.text
            .get(self.slash.saturating_add(1)..)
            .unwrap_or_default()
    }

    /// True where type and subtype are these, whatever the case of their letters.
    #[must_use]
    pub fn is(&self, main: &str, sub: &str) -> bool {
        self.main().eq_ignore_ascii_case(main) && self.sub().eq_ignore_ascii_case(sub)
    }

    /// True for `multipart/..`.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.main().eq_ignore_ascii_case("multipart")
    }

    /// True for `text/..`.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.main().eq_ignore_ascii_case("text")
    }

    /// True for the types whose body is a message: `message/rfc822`, `message/global`, `message/news`.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.main().eq_ignore_ascii_case("message")
            && ["rfc822", "global", "news"]
                .iter()
                .any(|sub| self.sub().eq_ignore_ascii_case(sub))
    }
}

impl PartialEq for MediaType {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl core::hash::Hash for MediaType {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        for byte in self.text.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

/// A media type with its parameters: the value of Content-Type (RFC 2045 §5).
///
/// ```
/// use mailweft_mime::ContentType;
///
/// let content_type = ContentType::read(b"text/plain; charset=\"utf-8\" (plain); format=flowed");
/// assert!(content_type.is("text", "plain"));
/// assert_eq!(content_type.params().get("charset").as_deref(), Some("utf-8"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentType {
    pub(crate) media_type: MediaType,
    pub(crate) params: Params,
    /// The value was not of the form that RFC 2045 gives.
    pub(crate) malformed: bool,
}

impl ContentType {
    /// A media type without parameters.
    #[must_use]
    pub const fn new(media_type: MediaType) -> Self {
        Self {
            media_type,
            params: Params::new(),
            malformed: false,
        }
    }

    /// Type and subtype.
    #[must_use]
    pub const fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// True where type and subtype are these, whatever the case of their letters.
    #[must_use]
    pub fn is(&self, main: &str, sub: &str) -> bool {
        self.media_type.is(main, sub)
    }

    /// The charset parameter, in the spelling of the message.
    #[must_use]
    pub fn charset(&self) -> Option<Cow<'_, str>> {
        self.params.get("charset")
    }

    /// True where the value was not `type/subtype` with parameters, and was read as far as it made sense.
    #[must_use]
    pub const fn is_malformed(&self) -> bool {
        self.malformed
    }
}

impl From<MediaType> for ContentType {
    fn from(media_type: MediaType) -> Self {
        Self::new(media_type)
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.text.into_owned()
    }
}
