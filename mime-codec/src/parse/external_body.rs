//! The parameters of message/external-body and message/partial, and the version of MIME.

use crate::grammar::cfws::skip_cfws;
use crate::types::{
    date_time::DateTime,
    external_body::{ExternalBody, Partial},
    part::Part,
};

impl Part<'_> {
    /// Where the content of a message/external-body part is to be had; `None` for other parts, and without an
    /// access type.
    #[must_use]
    pub fn external_body(self) -> Option<ExternalBody> {
        let content_type = self.content_type();
        if !content_type.media_type().is("message", "external-body") {
            return None;
        }
        let params = content_type.params();
        let expiration = params.get("expiration");
        let permission = params.get("permission");
        Some(ExternalBody {
            access_type: params.get("access-type")?.trim().into(),
            expiration: expiration.and_then(|date| DateTime::read_alone(date.as_bytes())),
            size: params.get("size").and_then(|size| size.trim().parse().ok()),
            is_writable: permission.is_some_and(|p| p.trim().eq_ignore_ascii_case("read-write")),
            params: params.clone(),
        })
    }

    /// Which piece of a message a message/partial part is; `None` for other parts, and without an id and a number.
    #[must_use]
    pub fn partial(self) -> Option<Partial> {
        let content_type = self.content_type();
        if !content_type.media_type().is("message", "partial") {
            return None;
        }
        let number = |name| content_type.params().get(name)?.trim().parse().ok();
        Some(Partial {
            id: content_type.params().get("id")?.into_owned(),
            number: number("number").filter(|&number| number > 0)?,
            total: number("total"),
        })
    }

    /// The version of MIME that the message says it keeps to, `(1, 0)` as a rule (RFC 2045 §4); comments are
    /// skipped. `None` where it says none, or something else.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// let message = Message::parse("MIME-Version: 1.(produced by hand)0\r\n\r\n");
    /// assert_eq!(message.root().mime_version(), Some((1, 0)));
    /// ```
    #[must_use]
    pub fn mime_version(self) -> Option<(u32, u32)> {
        let value = self.field("MIME-Version")?.raw_value();
        let (major, rest) = number(skip_cfws(value))?;
        let rest = skip_cfws(rest).strip_prefix(b".")?;
        let (minor, rest) = number(skip_cfws(rest))?;
        skip_cfws(rest).is_empty().then_some((major, minor))
    }
}

/// The number at the front, and what follows it.
fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let number = core::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}
