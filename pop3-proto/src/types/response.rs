//! The first line of every answer.

use super::{ResponseCode, Text};

/// Whether the command was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 1939 §3 has two status indicators, RFC 5034 adds one"
)]
pub enum Status {
    /// `+OK`
    Ok,
    /// `-ERR`
    Err,
    /// `+ `, which asks for more of an authentication exchange (RFC 5034 §4); the text is the
    /// challenge in base64.
    Continue,
}

/// A response without the lines that may follow it (RFC 1939 §3, RFC 2449 §8).
///
/// ```
/// use mailweft_pop3::{Response, ResponseCode, Status};
///
/// let response = Response::parse(b"-ERR [IN-USE] Do you have another POP session running?")?;
/// assert_eq!(response.status(), Status::Err);
/// assert_eq!(response.code(), Some(&ResponseCode::InUse));
/// assert_eq!(response.text(), &"Do you have another POP session running?");
/// # Ok::<(), mailweft_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    status: Status,
    code: Option<ResponseCode>,
    text: Text,
}

impl Response {
    /// `+OK` and this text.
    #[must_use]
    pub const fn ok(text: Text) -> Self {
        Self {
            status: Status::Ok,
            code: None,
            text,
        }
    }

    /// `-ERR` and this text.
    #[must_use]
    pub const fn err(text: Text) -> Self {
        Self {
            status: Status::Err,
            code: None,
            text,
        }
    }

    pub(crate) const fn new(status: Status, code: Option<ResponseCode>, text: Text) -> Self {
        Self { status, code, text }
    }

    /// The same with a response code.
    #[must_use]
    pub fn with_code(self, code: ResponseCode) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// Parses a line without its line end.
    ///
    /// # Errors
    ///
    /// A line that begins with none of `+OK`, `-ERR` and `+`.
    pub fn parse(line: &[u8]) -> Result<Self, crate::error::ParseError> {
        Self::try_from(line)
    }

    /// The status indicator.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Whether it is `+OK`.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// The extended response code.
    #[must_use]
    pub const fn code(&self) -> Option<&ResponseCode> {
        self.code.as_ref()
    }

    /// What follows: for people, or the drop listing of STAT.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }
}
