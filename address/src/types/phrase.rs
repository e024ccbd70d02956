//! Display names.

use alloc::{
    borrow::Cow,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{
    fmt,
    hash::{Hash, Hasher},
};

use super::Octets;
use crate::{
    error::InvalidPhrase,
    grammar::{
        MAX_COMMENT_DEPTH, encoded_word_length, is_atext, is_bare, is_ctext, is_qtext, is_wsp,
        split_atext, unescaped_length,
    },
};

/// A display name: `phrase` of RFC 5322 §3.2.5.
///
/// It is kept as it stood, octet for octet, encoded words (RFC 2047) undecoded: a list must be
/// taken apart before anything in it is decoded, and a decoded name may hold `@`, `<` or `,`.
/// Printed, it is a phrase whatever it was: what is none is quoted. Names are equal that print the same.
///
/// ```
/// use mailweft_address::{Mailbox, Phrase};
///
/// let mailbox = Mailbox::parse(r#""Doe, \"J\"" Jr <joe@example.org>"#)?;
/// let name = mailbox.name().ok_or("no name")?;
/// assert_eq!(name.raw(), br#""Doe, \"J\"" Jr"#);
/// assert_eq!(name.text(), r#"Doe, "J" Jr"#);
/// assert_eq!(Phrase::new("Doe, Joe")?.raw(), b"\"Doe, Joe\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Phrase {
    raw: Octets,
}

impl Phrase {
    pub(crate) const fn from_raw(raw: Octets) -> Self {
        Self { raw }
    }

    /// A name of this text: written as atoms where it can be, else as a quoted string.
    ///
    /// # Errors
    ///
    /// A control character: CR, LF, NUL, but also a tab.
    pub fn new(text: &str) -> Result<Self, InvalidPhrase> {
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(InvalidPhrase { at });
        }
        let atoms = !text.contains("=?");
        if atoms && is_atoms(text) {
            return Ok(Self {
                raw: Octets::copy(text.as_bytes()),
            });
        }
        let mut raw = String::with_capacity(text.len().saturating_add(2));
        push_words(text, false, &mut raw);
        Ok(Self { raw: raw.into() })
    }

    /// A name from a literal of atoms with single blanks between them, checked when the program is
    /// compiled.
    ///
    /// ```
    /// use mailweft_address::{Address, Mailbox, Phrase};
    ///
    /// const DESK: Mailbox =
    ///     Mailbox::with_phrase(Phrase::from_static("Help Desk"), Address::from_static("help@example.org"));
    /// assert_eq!(DESK.to_string(), "Help Desk <help@example.org>");
    /// ```
    ///
    /// ```compile_fail
    /// const BAD: mailweft_address::Phrase = mailweft_address::Phrase::from_static("Desk, Help");
    /// ```
    ///
    /// # Panics
    ///
    /// Where the literal is anything else: what must be quoted is made with [`Phrase::new`].
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "in a const, a panic is how a bad literal fails to compile"
    )]
    pub const fn from_static(name: &'static str) -> Self {
        let mut rest = name.as_bytes();
        loop {
            let (atom, behind) = split_atext(rest);
            match behind.split_first() {
                _ if atom.is_empty() => panic!("not atoms with single blanks between them"),
                None => break,
                Some((b' ', tail)) => rest = tail,
                Some(_) => panic!("not atoms with single blanks between them"),
            }
        }
        Self {
            raw: Octets::from_static(name.as_bytes()),
        }
    }

    /// The octets as they stood in the header, folds and comments included; with its parentheses where
    /// a comment stood for a name.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.raw.as_slice()
    }

    /// The text: quotes and comments gone, a run of blanks outside quotes one blank, encoded words
    /// as they are. Octets that are not UTF-8 read as U+FFFD. Where there is nothing but a comment,
    /// the comment is the name.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self.octets() {
            Cow::Borrowed(octets) => String::from_utf8_lossy(octets),
            Cow::Owned(octets) => match String::from_utf8(octets) {
                Ok(text) => text.into(),
                Err(error) => String::from_utf8_lossy(error.as_bytes())
                    .into_owned()
                    .into(),
            },
        }
    }

    /// The same before it is taken for UTF-8.
    ///
    /// ```
    /// use mailweft_address::{Entry, entries};
    ///
    /// let Some(Ok(Entry::Mailbox { mailbox, .. })) = entries(b"\"J\xfcrgen\" <j@example.org>").next() else { panic!() };
    /// assert_eq!(mailbox.name().map(|n| n.octets().into_owned()).as_deref(), Some(&b"J\xfcrgen"[..]));
    /// ```
    #[must_use]
    pub fn octets(&self) -> Cow<'_, [u8]> {
        text_octets(self.raw())
    }

    /// Whether it is one quoted string and nothing else, as [`Phrase::new`] writes what atoms cannot say. No
    /// encoded word stands in it, whatever it looks like (RFC 2047 §5 (3)).
    ///
    /// ```
    /// use mailweft_address::Phrase;
    ///
    /// assert!(Phrase::new("=?utf-8?q?x?=")?.is_quoted_string());
    /// assert!(!Phrase::new("Joe")?.is_quoted_string());
    /// # Ok::<(), mailweft_address::InvalidPhrase>(())
    /// ```
    #[must_use]
    pub fn is_quoted_string(&self) -> bool {
        let mut pieces = Pieces(self.raw());
        matches!(pieces.next(), Some(Piece::Quoted { closed: true, .. })) && pieces.next().is_none()
    }

    /// Whether the octets are a `phrase` of RFC 5322 §3.2.5 with RFC 6532, nothing obsolete in it.
    pub(crate) fn is_strict(&self) -> bool {
        let mut words = false;
        let strict = |piece| match piece {
            Piece::Text(octets) => {
                words = true;
                octets.iter().all(|&b| is_atext(b) || b >= 0x80)
            }
            Piece::Quoted { octets, closed } => {
                words = true;
                closed && is_content(octets, is_qtext)
            }
            Piece::Comment { octets, depth } => {
                let fits = (1..=MAX_COMMENT_DEPTH).contains(&depth);
                fits && is_content(octets, |b| is_ctext(b) || matches!(b, b'(' | b')'))
            }
            Piece::Blank(octets) => is_content(octets, |_| false),
        };
        Pieces(self.raw()).all(strict) && words && core::str::from_utf8(self.raw()).is_ok()
    }
}

/// What a phrase says, before it is taken for UTF-8: [`Phrase::octets`].
pub(crate) fn text_octets(raw: &[u8]) -> Cow<'_, [u8]> {
    match raw {
        // One quoted string with nothing to undo in it.
        [b'"', inside @ .., b'"'] if unescaped_length(inside) == inside.len() => {
            return Cow::Borrowed(inside);
        }
        _ if is_bare(raw) => return Cow::Borrowed(raw),
        _ => {}
    }
    let mut text = Vec::with_capacity(raw.len());
    let mut blank = false;
    let mut words = false;
    for piece in Pieces(raw) {
        let (Piece::Text(octets) | Piece::Quoted { octets, .. }) = piece else {
            blank = true;
            continue;
        };
        if core::mem::take(&mut blank) && words {
            text.push(b' ');
        }
        words = true;
        match piece {
            Piece::Quoted { .. } => unquote(octets, &mut text),
            _ => text.extend_from_slice(octets),
        }
    }
    if !words {
        for piece in Pieces(raw) {
            if let Piece::Comment { octets, .. } = piece {
                if !text.is_empty() {
                    text.push(b' ');
                }
                unquote(octets.trim_ascii(), &mut text);
            }
        }
    }
    Cow::Owned(text)
}

/// Appends words that say `text`: atoms, where they may be and where it is made of them, else a quoted
/// string.
pub(crate) fn push_words(text: &str, atoms: bool, out: &mut String) {
    if atoms && is_atoms(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Read at the obsolete level or leniently, and never written.
            _ if c.is_ascii_control() && c != '\t' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Whether words with single blanks between them may stand without quotes.
fn is_atoms(text: &str) -> bool {
    let is_atom = |word: &str| !word.is_empty() && word.bytes().all(|b| is_atext(b) || b >= 0x80);
    text.split(' ').all(is_atom)
}

/// What a display name is made of.
enum Piece<'r> {
    /// Octets outside quotes and comments: an encoded word, or anything up to the next of the others.
    Text(&'r [u8]),
    /// The inside of a quoted string, and whether a quote closes it.
    Quoted { octets: &'r [u8], closed: bool },
    /// The inside of a comment, and how deep comments nest in it, itself included; zero where it has
    /// no end.
    Comment { octets: &'r [u8], depth: usize },
    /// Blanks and line ends.
    Blank(&'r [u8]),
}

/// The pieces of a display name, in order.
struct Pieces<'r>(&'r [u8]);

impl<'r> Iterator for Pieces<'r> {
    type Item = Piece<'r>;

    fn next(&mut self) -> Option<Piece<'r>> {
        let is_blank = |b: u8| is_wsp(b) || matches!(b, b'\r' | b'\n');
        let (&first, inside) = self.0.split_first()?;
        let (piece, rest) = match first {
            b'"' => {
                let (octets, rest, closed) = split_quoted(inside);
                (Piece::Quoted { octets, closed }, rest)
            }
            b'(' => {
                let (octets, rest, depth) = split_comment(inside);
                (Piece::Comment { octets, depth }, rest)
            }
            _ if is_blank(first) => {
                let (octets, rest) = split_where(self.0, |b| !is_blank(b));
                (Piece::Blank(octets), rest)
            }
            _ => {
                // Nothing inside an encoded word is a comment or a quote.
                let word = encoded_word_length(self.0).unwrap_or(1);
                let (_, behind) = self.0.split_at_checked(word)?;
                let ends = |b: u8| is_blank(b) || matches!(b, b'"' | b'(' | b'=');
                let (_, rest) = split_where(behind, ends);
                let length = self.0.len().saturating_sub(rest.len());
                (Piece::Text(self.0.get(..length)?), rest)
            }
        };
        self.0 = rest;
        Some(piece)
    }
}

fn split_where(text: &[u8], ends: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let length = text.iter().position(|&b| ends(b)).unwrap_or(text.len());
    text.split_at_checked(length).unwrap_or((text, &[]))
}

/// The inside of a quoted string whose opening quote is gone, what follows it, and whether it ends.
fn split_quoted(text: &[u8]) -> (&[u8], &[u8], bool) {
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        match byte {
            b'"' => {
                let length = text.len().saturating_sub(rest.len());
                return (text.get(..length).unwrap_or_default(), tail, true);
            }
            b'\\' => rest = tail.get(1..).unwrap_or_default(),
            _ => rest = tail,
        }
    }
    (text, &[], false)
}

/// The inside of a comment whose opening parenthesis is gone, what follows it, and how deep comments
/// nest; zero where it does not end.
fn split_comment(text: &[u8]) -> (&[u8], &[u8], usize) {
    let (mut depth, mut deepest) = (1_usize, 1_usize);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let here = rest;
        rest = tail;
        match byte {
            b'\\' => rest = tail.get(1..).unwrap_or_default(),
            b'(' => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b')' if depth == 1 => {
                let length = text.len().saturating_sub(here.len());
                return (text.get(..length).unwrap_or_default(), tail, deepest);
            }
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (text, &[], 0)
}

/// Appends the inside of a quoted string or a comment without its backslashes and line ends: a fold is
/// white space without its line end (RFC 5322 §3.2.4).
fn unquote(inside: &[u8], text: &mut Vec<u8>) {
    let mut escaped = false;
    for &byte in inside {
        match byte {
            _ if escaped => {
                escaped = false;
                text.push(byte);
            }
            b'\\' => escaped = true,
            b'\r' | b'\n' => {}
            _ => text.push(byte),
        }
    }
}

/// Whether this is `*([FWS] (text / quoted-pair)) [FWS]`, nothing obsolete in it.
fn is_content(inside: &[u8], text: impl Fn(u8) -> bool) -> bool {
    let mut rest = inside;
    let mut line_ends = 0_u8;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b' ' | b'\t', _) => continue,
            // One line end in a run of blanks, and a blank behind it.
            (b'\r', [b'\n', b' ' | b'\t', behind @ ..]) if line_ends == 0 => {
                line_ends = 1;
                rest = behind;
                continue;
            }
            (b'\\', [quoted, behind @ ..]) if !quoted.is_ascii_control() || *quoted == b'\t' => {
                rest = behind;
            }
            _ if byte >= 0x80 || text(byte) => {}
            _ => return false,
        }
        line_ends = 0;
    }
    true
}

/// Names are equal that are written the same.
impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw || self.to_string() == other.to_string()
    }
}

impl Eq for Phrase {}

impl Hash for Phrase {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phrase(\"{}\")", self.raw().escape_ascii())
    }
}

impl TryFrom<&str> for Phrase {
    type Error = InvalidPhrase;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Phrase {
    type Error = InvalidPhrase;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}
