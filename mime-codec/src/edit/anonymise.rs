//! Messages without their words: for reports about what programs make of them.

use alloc::vec::Vec;

use crate::{
    error::{Span, to_usize},
    types::{encoding::Encoding, field::Field, message::Message, part_kind::PartKind},
};

impl<B: AsRef<[u8]>> Message<B> {
    /// The message with its words taken out: structure, lengths, encodings, boundaries and defects stay as they
    /// are, letters become `x` and digits `0`. Fields of structure and dates are kept.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// let message = Message::parse("From: Ann <ann@example.net>\r\nContent-Type: text/plain\r\n\r\nSecret 42!\r\n");
    /// assert_eq!(
    ///     String::from_utf8(message.anonymise()).unwrap(),
    ///     "From: Xxx <xxx@xxxxxxx.xxx>\r\nContent-Type: text/plain\r\n\r\nXxxxxx 00!\r\n",
    /// );
    /// ```
    #[must_use]
    pub fn anonymise(&self) -> Vec<u8> {
        let mut out = self.bytes().to_vec();
        for part in self.parts() {
            for field in part.fields() {
                if let Some(octets) = range(&mut out, field.value_span()) {
                    header(field, octets);
                }
            }
            match part.kind() {
                PartKind::Leaf => {
                    if let Some(octets) = range(&mut out, part.body_span()) {
                        match part.body_encoding() {
                            Encoding::Base64 => base64(octets),
                            _ => words(octets),
                        }
                    }
                }
                _ => {
                    for span in [part.preamble_span(), part.epilogue_span()] {
                        if let Some(octets) = range(&mut out, span) {
                            octets
                                .split_mut(|&b| b == b'\n')
                                .filter(|line| !line.starts_with(b"--"))
                                .for_each(words);
                        }
                    }
                }
            }
        }
        out
    }
}

fn range(out: &mut [u8], span: Span) -> Option<&mut [u8]> {
    out.get_mut(to_usize(span.start())..to_usize(span.end()))
}

/// Keeps what says how the message is built, and takes the words out of everything else.
fn header(field: Field<'_>, octets: &mut [u8]) {
    const KEPT: [&str; 4] = [
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Date",
        "Content-Language",
    ];
    if KEPT.iter().any(|name| field.is(name)) {
        return;
    }
    let structured = field.is("Content-Type") || field.is("Content-Disposition");
    if structured {
        // Of the parameters, names of files and of people alone are words.
        for piece in octets.split_mut(|&b| b == b';') {
            let start = piece
                .trim_ascii_start()
                .get(..4)
                .unwrap_or_default()
                .to_ascii_lowercase();
            let is_name = matches!(start.as_slice(), b"name" | b"file");
            if let (true, Some(equals)) = (is_name, piece.iter().position(|&b| b == b'=')) {
                words(piece.get_mut(equals..).unwrap_or_default());
            }
        }
        return;
    }
    // Encoded words keep their form.
    let mut rest = octets;
    while let Some(start) = memchr::memmem::find(rest, b"=?") {
        let (plain, word) = rest.split_at_mut(start);
        words(plain);
        let marks: Vec<usize> = memchr::memchr_iter(b'?', word).take(3).collect();
        let (Some(&second), Some(&third)) = (marks.get(1), marks.get(2)) else {
            return;
        };
        let is_base64 = matches!(word.get(second.saturating_add(1)), Some(b'B' | b'b'));
        let (_, text) = word.split_at_mut(third.saturating_add(1).min(word.len()));
        let end = memchr::memmem::find(text, b"?=").unwrap_or(text.len());
        let (text, after) = text.split_at_mut(end);
        if is_base64 {
            base64(text);
        } else {
            words(text);
        }
        let len = after.len().min(2);
        (_, rest) = after.split_at_mut(len);
    }
    words(rest);
}

/// Letters become `x`, digits `0`; escapes and octets above 127 stay, so that broken ones stay broken.
fn words(octets: &mut [u8]) {
    let mut escape = 0_u8;
    for byte in octets {
        match *byte {
            b'=' | b'%' => escape = 2,
            _ if escape > 0 && byte.is_ascii_hexdigit() => escape = escape.saturating_sub(1),
            b'a'..=b'z' => *byte = b'x',
            b'A'..=b'Z' => *byte = b'X',
            b'0'..=b'9' => *byte = b'0',
            _ => escape = 0,
        }
    }
}

/// The letters of the alphabet become those that encode `xxx`.
fn base64(octets: &mut [u8]) {
    const GROUP: [u8; 4] = *b"eHh4";
    let mut letters = GROUP.iter().cycle();
    for byte in octets {
        if byte.is_ascii_alphanumeric() || matches!(*byte, b'+' | b'/') {
            *byte = letters.next().copied().unwrap_or(b'e');
        }
    }
}
