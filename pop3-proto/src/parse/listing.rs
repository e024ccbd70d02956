//! Drop, scan and unique-id listings (RFC 1939 §5 and §7), as real servers write them.

use bytes::Bytes;

use super::word::Words;
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    types::{DropListing, MessageNumber, ScanListing, Text, UniqueId, UniqueIdListing},
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
        id: UniqueId::from_line(Text::from_line(
            line.slice(start..start.saturating_add(id.len())),
        )),
    })
}
