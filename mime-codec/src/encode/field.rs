//! Header fields, folded.

use alloc::vec::Vec;

use crate::{
    error::{InvalidText, InvalidTextKind},
    grammar::is_ftext,
};

/// The length that a line should keep (RFC 5322 §2.1.1).
pub(crate) const FOLD: usize = 78;

/// The length that a line with an encoded word must keep (RFC 2047 §2).
pub(crate) const WORD_FOLD: usize = 76;

/// Writes one field after the other onto the end of a buffer, and folds them.
#[derive(Debug)]
pub(crate) struct FieldWriter<'o> {
    out: &'o mut Vec<u8>,
    column: usize,
    /// The column right after the name and its colon.
    start: usize,
    /// Text may be UTF-8 as it is (RFC 6532).
    pub(crate) utf8: bool,
}

impl<'o> FieldWriter<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>, utf8: bool) -> Self {
        Self {
            out,
            column: 0,
            start: 0,
            utf8,
        }
    }

    /// `Name:`, to be followed by tokens that bring their blank.
    pub(crate) fn begin(&mut self, name: &str) {
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b':');
        self.column = name.len().saturating_add(1);
        self.start = self.column;
    }

    /// Whether something stands on the line before what comes next, so that folding leaves no empty line.
    pub(crate) const fn can_fold(&self) -> bool {
        self.column > self.start
    }

    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// Blanks and a token: the line is folded before the blanks where the token does not fit.
    pub(crate) fn token(&mut self, blanks: &[u8], token: &[u8], width: usize) {
        self.token_of(blanks, token.len(), width, |out| {
            out.extend_from_slice(token);
        });
    }

    /// Blanks and the token of `len` octets that `write` adds.
    pub(crate) fn token_of(
        &mut self,
        blanks: &[u8],
        len: usize,
        width: usize,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let added = blanks.len().saturating_add(len);
        let fits = self.column.saturating_add(added) <= width;
        if !fits && !blanks.is_empty() && self.column > blanks.len() {
            self.out.extend_from_slice(b"\r\n");
            self.column = 0;
        }
        self.out.extend_from_slice(blanks);
        write(self.out);
        self.column = self.column.saturating_add(added);
    }

    /// A blank and the token that `write` adds: nothing is put together elsewhere before.
    pub(crate) fn word_of(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.out.len();
        self.out.push(b' ');
        write(self.out);
        let added = self.out.len().saturating_sub(start);
        if self.column.saturating_add(added) > FOLD && self.column > 1 {
            self.out.splice(start..start, *b"\r\n");
            self.column = 0;
        }
        self.column = self.column.saturating_add(added);
    }

    pub(crate) fn word(&mut self, token: &[u8]) {
        self.token(b" ", token, FOLD);
    }

    /// Octets right after the token before.
    pub(crate) fn glue(&mut self, octets: &[u8]) {
        self.out.extend_from_slice(octets);
        self.column = self.column.saturating_add(octets.len());
    }

    pub(crate) fn end(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.column = 0;
    }
}

/// Refuses a name that no field can have.
pub(crate) fn check_name(name: &str) -> Result<(), InvalidText> {
    let place = "field-name";
    if name.is_empty() {
        return Err(InvalidText::new(InvalidTextKind::Empty, place));
    }
    // The name and its colon must leave room on a line.
    if name.len() > 76 {
        return Err(InvalidText::new(InvalidTextKind::TooLong(76), place));
    }
    refuse(name, place, is_ftext)
}

/// Refuses text that holds a byte which is not `allowed`.
pub(crate) fn refuse(
    text: &str,
    place: &'static str,
    allowed: fn(u8) -> bool,
) -> Result<(), InvalidText> {
    match text.bytes().enumerate().find(|&(_, byte)| !allowed(byte)) {
        Some((at, byte)) => Err(InvalidText::byte(byte, at, place)),
        None => Ok(()),
    }
}

/// True for all bytes but those which end a line or a string somewhere.
pub(crate) fn is_not_break(byte: u8) -> bool {
    !matches!(byte, b'\r' | b'\n' | 0)
}
