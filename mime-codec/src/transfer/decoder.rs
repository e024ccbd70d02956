//! One decoder for all transfer encodings.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{base64, quoted_printable, uuencode, yenc};
use crate::types::encoding::Encoding;

/// How far one step came: octets taken from the input, octets put into the output.
///
/// What was not taken is to be offered again, with more after it or with more room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Octets taken from the input.
    pub consumed: usize,
    /// Octets put into the output.
    pub produced: usize,
}

impl Progress {
    pub(crate) const fn new(consumed: usize, produced: usize) -> Self {
        Self { consumed, produced }
    }
}

/// What was odd about encoded octets; all of it was decoded as far as it made sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Faults {
    /// Octets that the encoding does not know were left out.
    pub junk: bool,
    /// Data goes on after padding.
    pub padding_inside: bool,
    /// The last group is not whole.
    pub truncated: bool,
    /// An escape that is none stands as it is.
    pub bad_escape: bool,
}

impl Faults {
    /// True where something was odd.
    #[must_use]
    pub const fn any(self) -> bool {
        self.junk || self.padding_inside || self.truncated || self.bad_escape
    }
}

/// Decodes a body in pieces of any size, in constant memory.
///
/// ```
/// use mailweft_mime::{Encoding, transfer::Decoder};
///
/// let mut decoder = Decoder::new(Encoding::Base64);
/// let mut out = Vec::new();
/// for piece in ["aGVs", "bG8s\r\nIH", "dvcmxk"] {
///     decoder.push(piece.as_bytes(), &mut out);
/// }
/// let faults = decoder.finish(&mut out);
/// assert_eq!(out, b"hello, world");
/// assert!(!faults.any());
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    engine: Engine,
    /// Octets that could not be told apart yet: part of an escape, of a line.
    carry: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Engine {
    Identity,
    Base64(base64::Decoder),
    QuotedPrintable(quoted_printable::Decoder),
    Uuencode(uuencode::Decoder),
    Yenc(yenc::Decoder),
}

impl Engine {
    fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        match self {
            Self::Identity => {
                let len = input.len().min(out.len());
                if let (Some(to), Some(from)) = (out.get_mut(..len), input.get(..len)) {
                    to.copy_from_slice(from);
                }
                Progress::new(len, len)
            }
            Self::Base64(decoder) => decoder.step(input, out, last),
            Self::QuotedPrintable(decoder) => decoder.step(input, out, last),
            Self::Uuencode(decoder) => decoder.step(input, out, last),
            Self::Yenc(decoder) => decoder.step(input, out, last),
        }
    }
}

/// How much of the output is made room for at once: no more than is surely in the cache.
const BLOCK: usize = 32 * 1024;

impl Decoder {
    /// A decoder for one body.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        let engine = match encoding {
            Encoding::SevenBit | Encoding::EightBit | Encoding::Binary => Engine::Identity,
            Encoding::Base64 => Engine::Base64(base64::Decoder::default()),
            Encoding::QuotedPrintable => {
                Engine::QuotedPrintable(quoted_printable::Decoder::default())
            }
            Encoding::Uuencode => Engine::Uuencode(uuencode::Decoder::default()),
            Encoding::Yenc => Engine::Yenc(yenc::Decoder::default()),
        };
        Self {
            engine,
            carry: Vec::new(),
        }
    }

    /// Decodes one more piece onto the end of `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        if let Engine::Identity = self.engine {
            out.extend_from_slice(input);
        } else if self.carry.is_empty() {
            let taken = self.run(input, out, false);
            self.carry
                .extend_from_slice(input.get(taken..).unwrap_or_default());
        } else {
            let mut joined = core::mem::take(&mut self.carry);
            joined.extend_from_slice(input);
            let taken = self.run(&joined, out, false);
            joined.drain(..taken);
            self.carry = joined;
        }
    }

    /// Decodes what was held back, and tells what was odd about it all.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Faults {
        let carry = core::mem::take(&mut self.carry);
        self.run(&carry, out, true);
        self.faults()
    }

    /// What was odd so far.
    #[must_use]
    pub fn faults(&self) -> Faults {
        match &self.engine {
            Engine::Identity => Faults::default(),
            Engine::Base64(decoder) => decoder.faults(),
            Engine::QuotedPrintable(decoder) => decoder.faults(),
            Engine::Uuencode(decoder) => decoder.faults(),
            Engine::Yenc(decoder) => decoder.faults(),
        }
    }

    /// Decodes into the space of a slice: the same for callers who own the buffer. With `last`, nothing follows.
    ///
    /// The slice should have room for 4,096 octets or more: with less, a line or a run of blanks may find no place.
    pub fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        self.engine.step(input, out, last)
    }

    fn run(&mut self, input: &[u8], out: &mut Vec<u8>, last: bool) -> usize {
        let mut taken = 0_usize;
        loop {
            let rest = input.get(taken..).unwrap_or_default();
            let start = out.len();
            let most = match self.engine {
                Engine::Base64(_) => base64::decoded_len_bound(rest.len()),
                _ => rest.len(),
            };
            out.resize(start.saturating_add(most.clamp(64, BLOCK)), 0);
            let space = out.get_mut(start..).unwrap_or_default();
            let progress = self.engine.step(rest, space, last);
            out.truncate(start.saturating_add(progress.produced));
            taken = taken.saturating_add(progress.consumed);
            if progress == Progress::default() || taken == input.len() {
                return taken;
            }
        }
    }
}

/// Decodes a whole body at once; identity encodings copy nothing.
///
/// ```
/// use mailweft_mime::{Encoding, transfer};
///
/// let (body, faults) = transfer::decode(Encoding::QuotedPrintable, b"caf=C3=A9 =\r\nau lait");
/// assert_eq!(body, "café au lait".as_bytes());
/// assert!(!faults.any());
/// ```
#[must_use]
pub fn decode(encoding: Encoding, body: &[u8]) -> (Cow<'_, [u8]>, Faults) {
    if encoding.is_identity() {
        return (Cow::Borrowed(body), Faults::default());
    }
    let mut decoder = Decoder::new(encoding);
    let mut out = Vec::with_capacity(most_octets(encoding, body));
    decoder.push(body, &mut out);
    let faults = decoder.finish(&mut out);
    (Cow::Owned(out), faults)
}

/// At least as many octets as a body decodes to.
const fn most_octets(encoding: Encoding, body: &[u8]) -> usize {
    match encoding {
        Encoding::Base64 => base64::decoded_len_bound(body.len()),
        // None of the others lengthens.
        _ => body.len(),
    }
}

/// Decodes a whole body as text, piece by piece: `cut` says how much of a piece can be told by itself, and `push` puts what
/// that says at the end of the text, or nothing where it is no text.
///
/// Each piece is looked at while it is still near, and copied once it is known to be text.
pub(crate) fn decode_text(
    encoding: Encoding,
    body: &[u8],
    cut: impl Fn(&[u8]) -> usize,
    push: impl Fn(&[u8], &mut String) -> Option<()>,
) -> Option<String> {
    let mut decoder = Decoder::new(encoding);
    let mut text = String::with_capacity(most_octets(encoding, body));
    let mut space = [0; PIECE];
    let (mut rest, mut held) = (body, 0);
    loop {
        let progress = decoder.engine.step(rest, space.get_mut(held..)?, true);
        rest = rest.get(progress.consumed..)?;
        let filled = held.saturating_add(progress.produced);
        let is_last = progress == Progress::default();
        let end = if is_last {
            filled
        } else {
            cut(space.get(..filled)?)
        };
        push(space.get(..end)?, &mut text)?;
        if is_last {
            return Some(text);
        }
        space.copy_within(end..filled, 0);
        held = filled.saturating_sub(end);
    }
}

/// How much is decoded before it is looked at.
const PIECE: usize = 4 * 1024;

/// How many octets a body has once decoded, without keeping them.
///
/// ```
/// use mailweft_mime::{Encoding, transfer};
///
/// assert_eq!(transfer::decoded_len(Encoding::Base64, b"aGVsbG8s\r\nIHdvcmxk\r\n"), 12);
/// ```
#[must_use]
pub fn decoded_len(encoding: Encoding, body: &[u8]) -> u64 {
    if encoding.is_identity() {
        return crate::error::to_u64(body.len());
    }
    let mut decoder = Decoder::new(encoding);
    let mut total = 0_u64;
    let mut space = [0; 4096];
    let mut rest = body;
    loop {
        let progress = decoder.engine.step(rest, &mut space, true);
        total = total.saturating_add(crate::error::to_u64(progress.produced));
        rest = rest.get(progress.consumed..).unwrap_or_default();
        if progress == Progress::default() {
            return total;
        }
    }
}
