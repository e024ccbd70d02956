//! Unstructured text and encoded words (RFC 5322 §3.2.5, RFC 2047).

use super::field::{FOLD, FieldWriter, WORD_FOLD};
use crate::{
    error::InvalidText,
    grammar::{hex_digit, is_wsp},
    transfer::base64,
};

/// A word longer than this is encoded, so that it can be folded.
const LONGEST_WORD: usize = 72;

const HEAD: &[u8] = b"=?utf-8?";

/// Where an encoded word stands, which says what it may hold (RFC 2047 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In unstructured text.
    Text,
    /// In a phrase: letters, digits and `!*+-/` alone.
    Phrase,
}

/// Writes text after the colon of a field: folded, and encoded where it has to be.
///
/// Words and blanks come out as they went in.
pub(crate) fn write_text(writer: &mut FieldWriter<'_>, text: &str) -> Result<(), InvalidText> {
    super::field::refuse(text, "text", super::field::is_not_break)?;
    let utf8 = writer.utf8;
    let needs = |word: &str| {
        let plain = |b: u8| b.is_ascii_graphic() || (utf8 && b >= 0x80);
        word.len() > LONGEST_WORD || word.contains("=?") || !word.bytes().all(plain)
    };
    // Blanks at an end would be lost, and a long run of them could not be folded.
    let blanks_matter = text.starts_with([' ', '\t'])
        || text.ends_with([' ', '\t'])
        || Words { rest: text }.any(|(blanks, _)| blanks.len() > LONGEST_WORD);
    if blanks_matter {
        write_run(writer, b" ", text, Place::Text);
        return Ok(());
    }
    let mut words = Words { rest: text };
    let read = |words: &Words<'_>| text.len().saturating_sub(words.rest.len());
    let mut separator = " ";
    let mut next = words.next();
    while let Some((blanks, word)) = next {
        let before = if separator.is_empty() {
            blanks
        } else {
            core::mem::take(&mut separator)
        };
        let mut end = read(&words);
        next = words.next();
        if !needs(word) {
            writer.token(before.as_bytes(), word.as_bytes(), FOLD);
            continue;
        }
        // Neighbours that need it go into one run, with the blanks between them.
        let start = end.saturating_sub(word.len());
        while next.is_some_and(|(_, word)| needs(word)) {
            end = read(&words);
            next = words.next();
        }
        let run = text.get(start..end).unwrap_or_default();
        write_run(writer, before.as_bytes(), run, Place::Text);
    }
    Ok(())
}

/// Words with the blanks before each; blanks at the end come with an empty word.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let blank = |c: char| u8::try_from(c).is_ok_and(is_wsp);
        let start = self.rest.find(|c| !blank(c)).unwrap_or(self.rest.len());
        let (blanks, rest) = self.rest.split_at(start);
        let end = rest.find(blank).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        Some((blanks, word))
    }
}

/// Writes a run of text as encoded words, in as many as it takes; a character is never cut in two.
pub(crate) fn write_run(writer: &mut FieldWriter<'_>, separator: &[u8], run: &str, place: Place) {
    let quoted: usize = run
        .bytes()
        .map(|b| q_width(b, place))
        .fold(0, usize::saturating_add);
    // Q can be read by people, and is taken as long as it costs no more than half again as much.
    let base64 = quoted.saturating_mul(2) > run.len().div_ceil(3).saturating_mul(12);
    let mut rest = run;
    let mut separator = separator;
    while !rest.is_empty() {
        let used = writer.column().saturating_add(separator.len());
        // A first word on a line that is nearly full would be a crumb: better a new line.
        let room = WORD_FOLD
            .saturating_sub(used)
            .saturating_sub(HEAD.len().saturating_add(4));
        let full = WORD_FOLD
            .saturating_sub(1)
            .saturating_sub(HEAD.len().saturating_add(4));
        let whole = fitting(rest, full, base64, place);
        // What fits a line of its own is not cut, and neither is a crumb.
        let own_line = room < 12 || (whole == rest.len() && writer.can_fold());
        let len = if own_line {
            whole
        } else {
            fitting(rest, room, base64, place)
        };
        let (now, later) = rest.split_at(len);
        let encoded = if base64 {
            now.len().div_ceil(3).saturating_mul(4)
        } else {
            now.bytes()
                .map(|b| q_width(b, place))
                .fold(0, usize::saturating_add)
        };
        let width = encoded.saturating_add(HEAD.len()).saturating_add(4);
        writer.token_of(separator, width, WORD_FOLD, |out| {
            out.extend_from_slice(HEAD);
            if base64 {
                out.extend_from_slice(b"B?");
                base64::encode_run(now.as_bytes(), out);
            } else {
                out.extend_from_slice(b"Q?");
                for byte in now.bytes() {
                    match q_width(byte, place) {
                        1 if byte == b' ' => out.push(b'_'),
                        1 => out.push(byte),
                        _ => out.extend_from_slice(&[b'=', hex_digit(byte >> 4), hex_digit(byte)]),
                    }
                }
            }
            out.extend_from_slice(b"?=");
        });
        separator = b" ";
        rest = later;
    }
}

/// How many octets of `text` fit into `room` once encoded: at least one character.
///
/// Where base64 must go on in a further word, this one is cut between groups if it can be: there are readers
/// to whom padding ends all of the words.
fn fitting(text: &str, room: usize, base64: bool, place: Place) -> usize {
    let (mut taken, mut groups) = (0_usize, 0_usize);
    let mut width = 0_usize;
    for c in text.chars() {
        let after = taken.saturating_add(c.len_utf8());
        let mut bytes = [0; 4];
        let octets = c.encode_utf8(&mut bytes).bytes();
        width = width.saturating_add(
            octets
                .map(|b| q_width(b, place))
                .fold(0, usize::saturating_add),
        );
        let wanted = if base64 {
            after.div_ceil(3).saturating_mul(4)
        } else {
            width
        };
        if wanted > room && taken > 0 {
            return if groups > 0 { groups } else { taken };
        }
        taken = after;
        if base64 && taken % 3 == 0 {
            groups = taken;
        }
    }
    taken
}

/// How wide an octet is in the Q encoding.
const fn q_width(byte: u8, place: Place) -> usize {
    let plain = match place {
        Place::Text => byte.is_ascii_graphic() && !matches!(byte, b'=' | b'?' | b'_'),
        Place::Phrase => {
            byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'*' | b'+' | b'-' | b'/')
        }
    };
    if plain || byte == b' ' { 1 } else { 3 }
}
