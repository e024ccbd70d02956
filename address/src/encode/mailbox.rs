//! Mailboxes, groups and lists, in one line or folded.

use alloc::string::{String, ToString as _};
use core::fmt;

use crate::{
    grammar::{encoded_word_length, is_atext},
    types::{AddressList, Group, Item, Mailbox, Phrase, push_words},
};

impl fmt::Display for Phrase {
    /// In one line. A phrase of RFC 5322 §3.2.5 prints as it was read; anything else, its encoded words
    /// apart, in quotes. Octets that are no UTF-8 and control characters are U+FFFD.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_strict() {
            let text = core::str::from_utf8(self.raw()).unwrap_or_default();
            // In a phrase, a line end is part of a fold, and the blank behind it stays.
            return text
                .split(['\r', '\n'])
                .try_for_each(|line| f.write_str(line));
        }
        let text = self.text();
        let mut out = String::with_capacity(text.len().saturating_add(2));
        // Where the word at hand begins, and where the words that are not written yet.
        let (mut at, mut run) = (0_usize, 0_usize);
        for word in text.split(' ') {
            let end = at.saturating_add(word.len());
            if is_encoded_word(word) {
                if run < at {
                    let words = text.get(run..at.saturating_sub(1)).unwrap_or_default();
                    push_words(words, true, &mut out);
                    out.push(' ');
                }
                out.push_str(word);
                if end < text.len() {
                    out.push(' ');
                }
                run = end.saturating_add(1);
            }
            at = end.saturating_add(1);
        }
        if let Some(words) = text.get(run..) {
            push_words(words, true, &mut out);
        }
        f.write_str(&out)
    }
}

/// Whether this is an `encoded-word` as RFC 2047 §5 (3) wants it in a phrase, so that it is written as it is.
fn is_encoded_word(word: &str) -> bool {
    encoded_word_length(word.as_bytes()) == Some(word.len()) && word.bytes().all(is_atext)
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} <{}>", self.address()),
            None => self.address().fmt(f),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name())?;
        for (at, mailbox) in self.mailboxes().iter().enumerate() {
            write!(f, "{} {mailbox}", if at > 0 { "," } else { "" })?;
        }
        f.write_str(";")
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(mailbox) => mailbox.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.iter().enumerate() {
            write!(f, "{}{item}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl AddressList {
    /// The list as the body of a header field, folded between its parts so that lines keep to
    /// `width` octets where they can (RFC 5322 §2.1.1 asks for 78).
    ///
    /// `used` is what already stands on the first line, such as `To: `. A mailbox that does not fit is
    /// folded before its address; what is longer than a line stands on a line of its own.
    ///
    /// ```
    /// use mailweft_address::AddressList;
    ///
    /// let list = AddressList::parse("a@example.org, b@example.org, c@example.org")?;
    /// assert_eq!(
    ///     list.to_folded("To: ".len(), 36),
    ///     "a@example.org, b@example.org,\r\n c@example.org"
    /// );
    /// # Ok::<(), mailweft_address::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_folded(&self, used: usize, width: usize) -> String {
        let mut line = Folded {
            text: String::new(),
            column: used,
            width,
            fresh: true,
        };
        let last = self.len().saturating_sub(1);
        for (at, item) in self.iter().enumerate() {
            let comma = if at < last { "," } else { "" };
            match item {
                Item::Mailbox(mailbox) => line.mailbox(mailbox, comma),
                Item::Group(group) => {
                    let members = group.mailboxes();
                    let end = if members.is_empty() { ":;" } else { ":" };
                    let tail = if members.is_empty() { comma } else { "" };
                    line.word(&group.name().to_string(), &[end, tail]);
                    let last = members.len().saturating_sub(1);
                    for (at, mailbox) in members.iter().enumerate() {
                        if at < last {
                            line.mailbox(mailbox, ",");
                        } else if comma.is_empty() {
                            line.mailbox(mailbox, ";");
                        } else {
                            line.mailbox(mailbox, ";,");
                        }
                    }
                }
            }
        }
        line.text
    }
}

/// A line that is being filled.
struct Folded {
    text: String,
    column: usize,
    width: usize,
    fresh: bool,
}

impl Folded {
    /// A word and what clings to it, on this line or on the next.
    fn word(&mut self, word: &str, tails: &[&str]) {
        let length = tails
            .iter()
            .fold(word.len(), |n, tail| n.saturating_add(tail.len()));
        if !self.fresh {
            if self.column.saturating_add(length).saturating_add(1) > self.width {
                self.text.push_str("\r\n");
                self.column = 0;
            }
            self.text.push(' ');
            self.column = self.column.saturating_add(1);
        }
        self.fresh = false;
        self.text.push_str(word);
        tails.iter().for_each(|tail| self.text.push_str(tail));
        self.column = self.column.saturating_add(length);
    }

    fn mailbox(&mut self, mailbox: &Mailbox, tail: &str) {
        match mailbox.name() {
            Some(name) => {
                self.word(&name.to_string(), &[]);
                self.word("<", &[mailbox.address().as_str(), ">", tail]);
            }
            None => self.word(mailbox.address().as_str(), &[tail]),
        }
    }
}
