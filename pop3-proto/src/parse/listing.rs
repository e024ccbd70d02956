//! Drop, scan and unique-id listings (RFC 1939 §5 and §7), as real servers write them.

use bytes::Bytes;

use super::word::Words;
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::printable_length,
    types::{DropListing, MessageNumber, ScanListing, UniqueId, UniqueIdListing},
};

fn out_of_range(rule: Rule) -> ParseError {
    ParseError::new(ParseErrorKind::OutOfRange, rule, 0)
}

/// `nn SP mm`, whatever follows (RFC 1939 §5, STAT). A size below 0 reads as 0, since servers
/// that count wrong still have the messages.
pub(crate) fn drop_listing(text: &[u8]) -> Result<DropListing, ParseError> {
    const RULE: Rule = Rule::DropListing;
    let mut words = Words::new(text);
    let messages = u32::try_from(words.number(RULE)?).map_err(|_| out_of_range(RULE))?;
    words.skip_blanks();
    let octets = if words.rest().starts_with(b"-") {
        0
    } else {
        words.number(RULE)?
    };
    Ok(DropListing { messages, octets })
}

fn message_number(words: &mut Words<'_>, rule: Rule) -> Result<MessageNumber, ParseError> {
    let number = words.number(rule)?;
    u32::try_from(number)
        .ok()
        .and_then(MessageNumber::new)
        .ok_or(out_of_range(rule))
}

/// The number that digits at the front make, up to eighteen, and what follows them.
#[inline]
fn short_number(line: &[u8]) -> Option<(u64, &[u8])> {
    // Of eight octets that are sure to be there, each is looked at without asking for its place.
    if let Some(front) = line.first_chunk::<8>() {
        if let (value, digits @ 1..8) = leading_digits(front) {
            return Some((value, line.get(digits..)?));
        }
    }
    long_number(line)
}

/// The same of digits that are more than seven, or stand at the end.
fn long_number(line: &[u8]) -> Option<(u64, &[u8])> {
    match leading_digits(line) {
        (value, digits @ 1..=18) => Some((value, line.get(digits..)?)),
        _ => None,
    }
}

/// The number that the digits at the front make, and how many they are.
#[inline]
fn leading_digits(text: &[u8]) -> (u64, usize) {
    let (mut value, mut digits) = (0_u64, 0_usize);
    for octet in text {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        digits = digits.wrapping_add(1);
    }
    (value, digits)
}

/// The line of LIST at the front that is as the RFC has it, to the octet, and how long it is with its end. Others are
/// for [`scan_listing`].
#[inline]
pub(crate) fn plain_scan_listing(lines: &[u8]) -> Option<(ScanListing, usize)> {
    let (number, rest) = short_number(lines)?;
    let (octets, rest) = short_number(rest.strip_prefix(b" ")?)?;
    let rest = rest.strip_prefix(b"\r\n")?;
    let number = MessageNumber::new(u32::try_from(number).ok()?)?;
    let length = lines.len().wrapping_sub(rest.len());
    Some((ScanListing { number, octets }, length))
}

/// The line of UIDL at the front that is as the RFC has it: the number, and where the unique-id begins and ends.
/// Others are for [`unique_id_listing`].
#[inline]
pub(crate) fn plain_unique_id_listing(lines: &[u8]) -> Option<(MessageNumber, usize, usize)> {
    let (number, rest) = short_number(lines)?;
    let id = rest.strip_prefix(b" ")?;
    let number = MessageNumber::new(u32::try_from(number).ok()?)?;
    let length = printable_length(id);
    let ends = id.get(length..)?.starts_with(b"\r\n");
    let start = lines.len().wrapping_sub(id.len());
    (ends && length > 0).then(|| (number, start, start.wrapping_add(length)))
}

/// `message-number SP octets`, whatever follows (RFC 1939 §5, LIST).
pub(crate) fn scan_listing(line: &[u8]) -> Result<ScanListing, ParseError> {
    const RULE: Rule = Rule::ScanListing;
    let mut words = Words::new(line);
    Ok(ScanListing {
        number: message_number(&mut words, RULE)?,
        octets: words.number(RULE)?,
    })
}

/// `message-number SP unique-id` (RFC 1939 §7, UIDL). The unique-id is all that follows the blanks,
/// whatever it holds.
pub(crate) fn unique_id_listing(line: &Bytes) -> Result<UniqueIdListing, ParseError> {
    const RULE: Rule = Rule::UniqueIdListing;
    let mut words = Words::new(line);
    let number = message_number(&mut words, RULE)?;
    words.skip_blanks();
    let id = words.rest().trim_ascii_end();
    if id.is_empty() {
        return Err(words.fault(RULE));
    }
    let start = words.offset();
    Ok(UniqueIdListing {
        number,
        id: UniqueId::from_lines(line, start..start.saturating_add(id.len())),
    })
}
