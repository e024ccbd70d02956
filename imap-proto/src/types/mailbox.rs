//! Names of mailboxes, and patterns of them.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use crate::types::{text::Text, utf7};

/// The name of a mailbox (RFC 3501 §5.1, RFC 9051 §5.1), as Unicode text.
///
/// On the wire it is modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 once `UTF8=ACCEPT` or `IMAP4rev2` is enabled;
/// both are made from this value. `INBOX` is the same mailbox in any case.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Mailbox;
///
/// let mailbox = Mailbox::from("Entwürfe");
/// assert_eq!(mailbox.to_utf7(), "Entw&APw-rfe");
/// assert_eq!(Mailbox::from("inbox"), Mailbox::INBOX);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mailbox {
    name: Text,
    /// The name came in a form that no modified UTF-7 decodes from, and is written back as it came.
    verbatim: bool,
}

impl Mailbox {
    /// The mailbox that every user has (RFC 3501 §5.1).
    pub const INBOX: Self = Self {
        name: Text::from_static("INBOX"),
        verbatim: false,
    };

    /// A name received where names are modified UTF-7. The flag says whether it was valid.
    pub(crate) fn from_utf7(wire: Text) -> (Self, bool) {
        if !wire.as_bytes().contains(&b'&') && wire.as_bytes().is_ascii() {
            return (Self::from(wire), true);
        }
        match utf7::decode(wire.as_str()) {
            Some(name) => (Self::from(name), true),
            None => {
                let verbatim = true;
                (
                    Self {
                        name: wire,
                        verbatim,
                    },
                    false,
                )
            }
        }
    }

    /// The name as Unicode text.
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }

    pub(crate) const fn text(&self) -> &Text {
        &self.name
    }

    /// The name as it is written where names are modified UTF-7.
    pub fn to_utf7(&self) -> Cow<'_, str> {
        match self.verbatim {
            true => Cow::Borrowed(self.as_str()),
            false => utf7::encode(self.as_str()),
        }
    }

    /// Whether it is INBOX.
    pub fn is_inbox(&self) -> bool {
        self.name == "INBOX"
    }

    /// The names between `delimiter`s, from the root down.
    ///
    /// # Examples
    ///
    /// ```
    /// let mailbox = mailweft_imap::Mailbox::from("work/2026/may");
    /// assert_eq!(mailbox.levels('/').collect::<Vec<_>>(), ["work", "2026", "may"]);
    /// ```
    pub fn levels(&self, delimiter: char) -> impl Iterator<Item = &str> {
        self.as_str().split(delimiter)
    }
}

impl From<Text> for Mailbox {
    fn from(name: Text) -> Self {
        match name.as_bytes().eq_ignore_ascii_case(b"INBOX") {
            true => Self::INBOX,
            false => Self {
                name,
                verbatim: false,
            },
        }
    }
}

impl From<&str> for Mailbox {
    fn from(name: &str) -> Self {
        Self::from(Text::from(name))
    }
}

impl From<String> for Mailbox {
    fn from(name: String) -> Self {
        Self::from(Text::from(name))
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox({:?})", self.as_str())
    }
}

/// A pattern of mailbox names: `list-mailbox`, with `*` for anything and `%` for anything within one level (RFC 3501 §6.3.8).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{ListPattern, Mailbox};
///
/// let pattern = ListPattern::from("work/%");
/// assert!(pattern.matches(&Mailbox::from("work/2026"), Some('/')));
/// assert!(!pattern.matches(&Mailbox::from("work/2026/may"), Some('/')));
/// assert!(ListPattern::from("iNbOx").matches(&Mailbox::INBOX, Some('/')));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ListPattern(Text);

impl ListPattern {
    /// Every mailbox: `*`.
    pub const ALL: Self = Self(Text::from_static("*"));
    /// Every mailbox at the top: `%`.
    pub const TOP: Self = Self(Text::from_static("%"));

    pub(crate) fn from_utf7(wire: Text) -> (Self, bool) {
        let (mailbox, valid) = Mailbox::from_utf7(wire);
        (Self(mailbox.name), valid)
    }

    /// The pattern as Unicode text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The pattern as it is written where names are modified UTF-7.
    pub fn to_utf7(&self) -> Cow<'_, str> {
        utf7::encode(self.as_str())
    }

    /// The pattern behind `reference`, as LIST combines its two arguments (RFC 3501 §6.3.8).
    #[must_use]
    pub fn within(&self, reference: &Mailbox) -> Self {
        match reference.as_str() {
            "" => self.clone(),
            reference => Self(Text::from(alloc::format!("{reference}{}", self.as_str()))),
        }
    }

    /// Whether `mailbox` is among those the pattern means, with `delimiter` between levels.
    ///
    /// Takes time in proportion to the product of both lengths at worst, whatever the number of wildcards.
    pub fn matches(&self, mailbox: &Mailbox, delimiter: Option<char>) -> bool {
        let inbox = |text: &str| text.eq_ignore_ascii_case("INBOX");
        if mailbox.is_inbox() && inbox(self.as_str()) {
            return true;
        }
        wildcard(
            self.as_str(),
            mailbox.as_str(),
            delimiter,
            mailbox.is_inbox(),
        )
    }
}

/// The two-pointer matcher, with a place to come back to for the last `*` and for the last `%` behind it.
/// A `%` cannot reach over a delimiter, so that one place for each is enough.
fn wildcard(pattern: &str, name: &str, delimiter: Option<char>, fold: bool) -> bool {
    let same = |a: char, b: char| a == b || (fold && a.eq_ignore_ascii_case(&b));
    let (mut p, mut n) = (pattern.chars(), name.chars());
    let mut star = None;
    let mut percent = None;
    loop {
        let (p_here, n_here) = (p.clone(), n.clone());
        match (p.next(), n.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                n = n_here;
                star = Some((p.clone(), n.clone()));
                percent = None;
                continue;
            }
            (Some('%'), _) => {
                n = n_here;
                percent = Some((p.clone(), n.clone()));
                continue;
            }
            (Some(a), Some(b)) if same(a, b) => continue,
            _ => drop((p_here, n_here)),
        }
        // No match from here: let the nearest wildcard take one character more.
        if let Some((after, mut from)) = percent.take() {
            match from.next() {
                Some(taken) if Some(taken) != delimiter => {
                    (p, n) = (after.clone(), from.clone());
                    percent = Some((after, from));
                    continue;
                }
                _ => {}
            }
        }
        match star.take() {
            Some((after, mut from)) => {
                if from.next().is_none() {
                    return false;
                }
                (p, n) = (after.clone(), from.clone());
                star = Some((after, from));
            }
            None => return false,
        }
    }
}

impl From<&str> for ListPattern {
    fn from(pattern: &str) -> Self {
        Self(Text::from(pattern))
    }
}

impl From<Text> for ListPattern {
    fn from(pattern: Text) -> Self {
        Self(pattern)
    }
}

impl fmt::Display for ListPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ListPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListPattern({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, exponential but plain.
    fn naive(p: &[char], n: &[char], delimiter: char) -> bool {
        match p.split_first() {
            None => n.is_empty(),
            Some(('*', rest)) => (0..=n.len()).any(|i| naive(rest, &n[i..], delimiter)),
            Some(('%', rest)) => (0..=n.len())
                .take_while(|i| !n[..*i].contains(&delimiter))
                .any(|i| naive(rest, &n[i..], delimiter)),
            Some((c, rest)) => n.first() == Some(c) && naive(rest, &n[1..], delimiter),
        }
    }

    #[test]
    fn agrees_with_the_definition() {
        let alphabet = ['a', '/', '%', '*'];
        let words = |letters: &[char], len: u32| {
            let letters = letters.to_vec();
            (0..=len).flat_map(move |n| {
                let letters = letters.clone();
                (0..letters.len().pow(n)).map(move |mut k| {
                    (0..n)
                        .map(|_| {
                            let c = letters[k % letters.len()];
                            k /= letters.len();
                            c
                        })
                        .collect::<String>()
                })
            })
        };
        for pattern in words(&alphabet, 5) {
            for name in words(&['a', '/', 'b'], 4) {
                let p: alloc::vec::Vec<char> = pattern.chars().collect();
                let n: alloc::vec::Vec<char> = name.chars().collect();
                assert_eq!(
                    wildcard(&pattern, &name, Some('/'), false),
                    naive(&p, &n, '/'),
                    "{pattern} {name}"
                );
            }
        }
    }

    #[test]
    fn many_wildcards_cost_no_more_than_the_product() {
        let pattern = ListPattern::from("*a".repeat(2_000).as_str());
        let name = Mailbox::from("a".repeat(1_999).as_str());
        assert!(!pattern.matches(&name, Some('/')));
    }
}
