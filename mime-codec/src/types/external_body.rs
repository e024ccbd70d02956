//! Parts that are elsewhere, in whole or in part: message/external-body and message/partial.

use alloc::string::String;

use super::{date_time::DateTime, params::Params};

/// Where the content of a message/external-body part is to be had (RFC 2046 §5.2.3, RFC 2017).
///
/// Nothing is fetched. The part inside it says what the content will be.
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse(
///     "Content-Type: message/external-body; access-type=URL; url=\"https://example.org/a\"; size=42\r\n\r\n\
///      Content-Type: image/png\r\n\r\n",
/// );
/// let external = message.root().external_body().unwrap();
/// assert!(external.is_access_type("url"));
/// assert_eq!(external.param("URL").as_deref(), Some("https://example.org/a"));
/// assert_eq!(external.size, Some(42));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalBody {
    /// How it is to be had, as it was written: `URL`, `ANON-FTP`, `LOCAL-FILE`, `MAIL-SERVER` ...
    pub access_type: String,
    /// When it may be gone.
    pub expiration: Option<DateTime>,
    /// How many octets it has once it is fetched.
    pub size: Option<u64>,
    /// `permission=read-write`: it may be changed; without it, it may be kept.
    pub is_writable: bool,
    pub(crate) params: Params,
}

impl ExternalBody {
    /// Whether the access type is this, in any case.
    #[must_use]
    pub fn is_access_type(&self, access_type: &str) -> bool {
        self.access_type.eq_ignore_ascii_case(access_type)
    }

    /// Another parameter, such as `name`, `site`, `directory`, `mode`, `server`, `url`; blanks in a `url` are
    /// gone (RFC 2017 §3).
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        let value = self.params.get(name)?;
        Some(if name.eq_ignore_ascii_case("url") {
            value.chars().filter(|c| !c.is_whitespace()).collect()
        } else {
            value.into_owned()
        })
    }
}

/// Which piece of a message a message/partial part is (RFC 2046 §5.2.2).
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse("Content-Type: message/partial; id=\"a@b.example\"; number=2; total=3\r\n\r\n");
/// let partial = message.root().partial().unwrap();
/// assert_eq!((partial.id.as_str(), partial.number, partial.total), ("a@b.example", 2, Some(3)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partial {
    /// What the pieces of one message have in common.
    pub id: String,
    /// Its number, from 1 on.
    pub number: u32,
    /// How many there are; the last piece has it, the others may.
    pub total: Option<u32>,
}
