//! What tells messages apart.

use alloc::string::String;
use core::{cmp::Ordering, fmt, hash, ops::Range};

use bytes::Bytes;

use crate::{
    error::InvalidText,
    grammar::{MAX_UNIQUE_ID, is_printable},
};

/// What tells a message apart for as long as the maildrop exists (RFC 1939 §7).
///
/// The RFC allows 1 to 70 printable characters. What a server sent is kept whatever it was;
/// [`UniqueId::new`] keeps to the RFC.
///
/// Most are short, and stand in place: a list of them that is kept keeps nothing else of the answers that they came in.
///
/// ```
/// use mailweft_pop3::UniqueId;
///
/// assert!(UniqueId::new("whqtswO00WBw418f9t5JxYwZ").is_ok());
/// assert!(UniqueId::new("with blank").is_err());
/// ```
#[derive(Clone)]
pub struct UniqueId(Octets);

/// As many octets stand in place as need no more room than a slice does.
const SHORT: usize = 23;

#[derive(Clone)]
enum Octets {
    /// How many they are; what stands behind them says nothing.
    Short(u8, [u8; SHORT]),
    Long(Bytes),
}

impl UniqueId {
    /// Checks an identifier.
    ///
    /// # Errors
    ///
    /// The empty text, more than 70 octets, a blank, a control character, 8-bit octets.
    pub fn new(id: impl Into<Bytes>) -> Result<Self, InvalidText> {
        let id = id.into();
        if id.is_empty() {
            return Err(InvalidText::Empty);
        }
        if id.len() > MAX_UNIQUE_ID {
            return Err(InvalidText::TooLong(MAX_UNIQUE_ID));
        }
        if let Some(at) = id.iter().position(|&b| !is_printable(b)) {
            let byte = id.get(at).copied().unwrap_or_default();
            return Err(InvalidText::Octet { byte, at });
        }
        Ok(Self::from_octets(id))
    }

    /// The identifier that these octets are, whatever they are.
    pub(crate) fn from_octets(id: Bytes) -> Self {
        match Self::short(&id, id.len()) {
            Some(short) => short,
            None => Self(Octets::Long(id)),
        }
    }

    /// The identifier that stands there in the lines of an answer.
    #[inline]
    pub(crate) fn from_lines(lines: &Bytes, place: Range<usize>) -> Self {
        let rest = lines.get(place.start..).unwrap_or_default();
        match Self::short(rest, place.len()) {
            Some(short) => short,
            None => Self(Octets::Long(lines.slice(place))),
        }
    }

    /// The first octets of a text, if they are few.
    #[inline]
    fn short(text: &[u8], len: usize) -> Option<Self> {
        let count = u8::try_from(len).ok().filter(|_| len <= SHORT)?;
        // So many as there may be are copied faster than so many as there are.
        let octets = match text.first_chunk() {
            Some(octets) => *octets,
            None => {
                let mut octets = [0; SHORT];
                for (to, from) in octets.iter_mut().zip(text) {
                    *to = *from;
                }
                octets
            }
        };
        Some(Self(Octets::Short(count, octets)))
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Octets::Short(count, octets) => octets.get(..usize::from(*count)).unwrap_or_default(),
            Octets::Long(octets) => octets,
        }
    }

    /// Whether it keeps to the RFC, so that it can be written.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        let id = self.as_bytes();
        (1..=MAX_UNIQUE_ID).contains(&id.len()) && id.iter().all(|&b| is_printable(b))
    }
}

impl PartialEq for UniqueId {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for UniqueId {}

impl PartialOrd for UniqueId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UniqueId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl hash::Hash for UniqueId {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl From<UniqueId> for String {
    fn from(id: UniqueId) -> Self {
        Self::from_utf8_lossy(id.as_bytes()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec::Vec};

    use super::*;

    #[test]
    fn what_stands_in_place_takes_no_room() {
        assert_eq!(size_of::<UniqueId>(), size_of::<Bytes>());
    }

    /// Long or short, in the middle of an answer or at its end, they are the octets that stood there.
    #[test]
    fn every_length_at_every_place() {
        let letters: Vec<u8> = (0..=250).map(|at| b'a' + at % 26).collect();
        for len in 0..=100 {
            for behind in [0, 1, 2, 22, 23, 100] {
                let lines = Bytes::copy_from_slice(&letters[..3 + len + behind]);
                let id = UniqueId::from_lines(&lines, 3..3 + len);
                assert_eq!(id.as_bytes(), &letters[3..3 + len]);
                let same = UniqueId::from_octets(Bytes::copy_from_slice(&letters[3..3 + len]));
                assert_eq!((&id, id.cmp(&same)), (&same, Ordering::Equal));
                assert_eq!(format!("{id}{id:?}"), format!("{same}{same:?}"));
                assert_eq!(id.is_regular(), (1..=70).contains(&len));
            }
        }
    }
}
