//! BODY, BY, HOLDFOR, MT-PRIORITY, MTRK and RRVS.

use core::str::FromStr;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    types::{
        BodyType, ByMode, DateTime, DeliverBy, Priority, RrvsAction, Seconds, Tracking, ValidSince,
    },
};

const fn fault(kind: ParseErrorKind, rule: Rule, at: usize) -> ParseError {
    ParseError::new(kind, rule, at)
}

impl FromStr for BodyType {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let unknown = fault(ParseErrorKind::UnknownValue, Rule::BodyValue, 0);
        body_value(text.as_bytes()).ok_or(unknown)
    }
}

/// `body-value = "7BIT" / "8BITMIME" / "BINARYMIME"` (RFC 6152 §2, RFC 3030 §3)
pub(super) fn body_value(text: &[u8]) -> Option<BodyType> {
    match text {
        [b'8', rest @ ..] if rest.eq_ignore_ascii_case(b"BITMIME") => Some(BodyType::EightBitMime),
        [b'7', rest @ ..] if rest.eq_ignore_ascii_case(b"BIT") => Some(BodyType::SevenBit),
        text if text.eq_ignore_ascii_case(b"BINARYMIME") => Some(BodyType::BinaryMime),
        _ => None,
    }
}

/// One to nine digits, with a sign where the rule has one.
fn nine_digits(text: &str, rule: Rule) -> Result<u32, ParseError> {
    if let Some(at) = text.bytes().position(|byte| !byte.is_ascii_digit()) {
        let byte = text.as_bytes().get(at).copied().unwrap_or_default();
        return Err(fault(ParseErrorKind::UnexpectedByte(byte), rule, at));
    }
    if text.len() > 9 {
        return Err(fault(ParseErrorKind::OutOfRange, rule, 0));
    }
    text.parse()
        .map_err(|_| fault(ParseErrorKind::UnexpectedEnd, rule, 0))
}

impl FromStr for DeliverBy {
    type Err = ParseError;

    /// `by-value = by-time ";" by-mode [by-trace]` (RFC 2852 §4)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let end = fault(ParseErrorKind::UnexpectedEnd, Rule::ByValue, text.len());
        let (time, mode) = text.split_once(';').ok_or(end)?;
        let (negative, digits) = match time.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, time.strip_prefix('+').unwrap_or(time)),
        };
        let sign = time.len().saturating_sub(digits.len());
        let seconds = nine_digits(digits, Rule::ByValue).map_err(|error| error.shifted(sign))?;
        // Nine digits fit into 31 bits.
        let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
        let seconds = if negative {
            seconds.saturating_neg()
        } else {
            seconds
        };
        let place = time.len().saturating_add(1);
        let unknown = fault(ParseErrorKind::UnknownValue, Rule::ByValue, place);
        let (mode, trace) = match mode.as_bytes() {
            [b'N' | b'n'] => (ByMode::Notify, false),
            [b'R' | b'r'] => (ByMode::Return, false),
            [b'N' | b'n', b'T' | b't'] => (ByMode::Notify, true),
            [b'R' | b'r', b'T' | b't'] => (ByMode::Return, true),
            _ => return Err(unknown),
        };
        let by = Self::new(seconds, mode)
            .map_err(|_| fault(ParseErrorKind::OutOfRange, Rule::ByValue, 0))?;
        Ok(if trace { by.with_trace() } else { by })
    }
}

impl FromStr for Seconds {
    type Err = ParseError;

    /// `future-release-interval = %x31-39 *8DIGIT` (RFC 4865 §4), `mtrk-timeout = 1*9DIGIT` (RFC 3885 §3.1)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let seconds = nine_digits(text, Rule::Hold)?;
        Self::new(seconds).map_err(|_| fault(ParseErrorKind::OutOfRange, Rule::Hold, 0))
    }
}

impl FromStr for Priority {
    type Err = ParseError;

    /// `priority-value = (["-"] NZDIGIT) / "0"` (RFC 6710 §4)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        match digits.as_bytes() {
            [digit @ b'1'..=b'9'] => {
                let magnitude = i8::try_from(digit.wrapping_sub(b'0')).unwrap_or_default();
                let value = if digits.len() < text.len() {
                    magnitude.saturating_neg()
                } else {
                    magnitude
                };
                Self::new(value).map_err(|_| fault(ParseErrorKind::OutOfRange, Rule::Priority, 0))
            }
            b"0" if digits.len() == text.len() => Ok(Self::default()),
            _ => Err(fault(ParseErrorKind::OutOfRange, Rule::Priority, 0)),
        }
    }
}

impl FromStr for Tracking {
    type Err = ParseError;

    /// `mtrk-certifier [":" mtrk-timeout]` (RFC 3885 §3.1)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (certifier, timeout) = match text.split_once(':') {
            Some((certifier, timeout)) => {
                let place = certifier.len().saturating_add(1);
                let timeout = timeout
                    .parse::<Seconds>()
                    .map_err(|error| error.shifted(place))?;
                (certifier, Some(timeout))
            }
            None => (text, None),
        };
        Self::new(bytes::Bytes::copy_from_slice(certifier.as_bytes()), timeout)
            .map_err(|_| fault(ParseErrorKind::NotBase64, Rule::Tracking, 0))
    }
}

impl FromStr for ValidSince {
    type Err = ParseError;

    /// `date-time [ ";" ( "C" / "R" ) ]` (RFC 7293 §3.1)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (since, action) = match text.split_once(';') {
            None => (text, None),
            Some((since, "C" | "c")) => (since, Some(RrvsAction::Continue)),
            Some((since, "R" | "r")) => (since, Some(RrvsAction::Reject)),
            Some((since, _)) => {
                let place = since.len().saturating_add(1);
                return Err(fault(ParseErrorKind::UnknownValue, Rule::Rrvs, place));
            }
        };
        let since = DateTime::try_from(since)
            .map_err(|_| fault(ParseErrorKind::UnknownValue, Rule::DateTime, 0))?;
        Ok(Self::new(since, action))
    }
}
