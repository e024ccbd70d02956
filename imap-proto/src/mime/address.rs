//! Addresses of a header field as ENVELOPE wants them: four strings each, nothing decoded (RFC 3501 §7.4.2).

use alloc::{borrow::Cow, vec::Vec};

use super::envelope::one_space;
use crate::types::envelope::Address;

/// What stands for a part that an address lacks, so that it is not taken for a group.
const NO_DOMAIN: &[u8] = b"MISSING_DOMAIN";
const NO_MAILBOX: &[u8] = b"MISSING_MAILBOX";

/// The addresses in the value of a field, whose folding is undone.
pub(super) fn addresses(value: &[u8]) -> Vec<Address<'static>> {
    let mut reader = Reader { rest: value };
    let mut found = Vec::new();
    let mut in_group = false;
    loop {
        let mut words = Words::default();
        let mut comment = Vec::new();
        let stop = reader.words(&mut words, &mut comment);
        match stop {
            Some(b':') => {
                found.push(entry(None, None, Some(words.phrase), None));
                in_group = true;
            }
            Some(b'<') => {
                let route = reader.route();
                let mut local = Words::default();
                let at = reader.words(&mut local, &mut comment);
                let domain = match at {
                    Some(b'@') => reader.domain(&mut comment),
                    _ => Vec::new(),
                };
                reader.until(b">,");
                found.push(mailbox(Some(words.phrase), route, local.local, domain));
                if let Some(b';') = reader.next_separator(&mut comment) {
                    found.push(Address::group_end());
                    in_group = false;
                }
            }
            Some(b'@') => {
                let domain = reader.domain(&mut comment);
                let separator = reader.next_separator(&mut comment);
                let name = (!comment.is_empty()).then(|| comment.clone());
                found.push(mailbox(name, None, words.local, domain));
                if separator == Some(b';') {
                    found.push(Address::group_end());
                    in_group = false;
                }
            }
            stop => {
                if !words.local.is_empty() {
                    let name = (!comment.is_empty()).then(|| comment.clone());
                    found.push(mailbox(name, None, words.local, Vec::new()));
                }
                if stop == Some(b';') && in_group {
                    found.push(Address::group_end());
                    in_group = false;
                }
                if stop.is_none() {
                    break;
                }
            }
        }
    }
    if in_group {
        found.push(Address::group_end());
    }
    found
}

fn mailbox(
    name: Option<Vec<u8>>,
    route: Option<Vec<u8>>,
    local: Vec<u8>,
    domain: Vec<u8>,
) -> Address<'static> {
    let or = |text: Vec<u8>, missing: &[u8]| match text.is_empty() {
        true => missing.to_vec(),
        false => text,
    };
    entry(
        name.map(|name| one_space(&name))
            .filter(|name| !name.is_empty()),
        route,
        Some(or(local, NO_MAILBOX)),
        Some(or(domain, NO_DOMAIN)),
    )
}

fn entry(
    name: Option<Vec<u8>>,
    route: Option<Vec<u8>>,
    mailbox: Option<Vec<u8>>,
    host: Option<Vec<u8>>,
) -> Address<'static> {
    Address::from_octets(
        name.map(Cow::Owned),
        route.map(Cow::Owned),
        mailbox.map(Cow::Owned),
        host.map(Cow::Owned),
    )
}

/// Words up to a special: as a display name, and as a local part.
#[derive(Default)]
struct Words {
    /// Joined by one space each, quoted strings without their quotes.
    phrase: Vec<u8>,
    /// Joined without spaces.
    local: Vec<u8>,
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn bump(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// Skips white space and comments; the last comment that has text is kept.
    fn cfws(&mut self, comment: &mut Vec<u8>) -> bool {
        let before = self.rest.len();
        loop {
            match self.rest.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    self.bump();
                }
                Some(b'(') => {
                    let text = self.comment();
                    if !text.is_empty() {
                        *comment = text;
                    }
                }
                _ => return self.rest.len() != before,
            }
        }
    }

    fn comment(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 0u32;
        while let Some(byte) = self.bump() {
            match byte {
                b'(' => {
                    if depth > 0 {
                        text.push(byte);
                    }
                    depth = depth.saturating_add(1);
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                    text.push(byte);
                }
                b'\\' => text.extend(self.bump()),
                byte => text.push(byte),
            }
        }
        text.trim_ascii().to_vec()
    }

    /// Words up to one of `< @ : , ;`, which is taken, or to the end.
    fn words(&mut self, words: &mut Words, comment: &mut Vec<u8>) -> Option<u8> {
        let mut space = false;
        loop {
            space |= self.cfws(comment);
            let byte = self.bump()?;
            match byte {
                b'<' | b'@' | b':' | b',' | b';' | b'>' => return Some(byte),
                _ => {}
            }
            if core::mem::take(&mut space) && !words.phrase.is_empty() {
                words.phrase.push(b' ');
            }
            match byte {
                b'"' => {
                    while let Some(byte) = self.bump() {
                        let byte = match byte {
                            b'"' => break,
                            b'\\' => self.bump().unwrap_or(b'\\'),
                            // Folding inside of quotes is undone.
                            b'\r' | b'\n' => continue,
                            byte => byte,
                        };
                        words.phrase.push(byte);
                        words.local.push(byte);
                    }
                }
                byte => {
                    words.phrase.push(byte);
                    words.local.push(byte);
                }
            }
        }
    }

    /// `"@" domain *("," "@" domain) ":"`: the source route of RFC 822, without its colon.
    fn route(&mut self) -> Option<Vec<u8>> {
        let mut none = Vec::new();
        self.cfws(&mut none);
        if self.rest.first() != Some(&b'@') {
            return None;
        }
        let end = self
            .rest
            .iter()
            .position(|byte| matches!(byte, b':' | b'>'))?;
        if self.rest.get(end) != Some(&b':') {
            return None;
        }
        let (route, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..).unwrap_or_default();
        Some(
            route
                .iter()
                .copied()
                .filter(|b| !b.is_ascii_whitespace())
                .collect(),
        )
    }

    fn domain(&mut self, comment: &mut Vec<u8>) -> Vec<u8> {
        let mut domain = Vec::new();
        loop {
            self.cfws(comment);
            match self.rest.first() {
                None | Some(b'>' | b',' | b';' | b'<' | b'"' | b'@') => return domain,
                Some(b'[') => {
                    while let Some(byte) = self.bump() {
                        domain.push(byte);
                        if byte == b']' {
                            break;
                        }
                    }
                }
                Some(_) => domain.extend(self.bump()),
            }
        }
    }

    /// Skips behind the first of `stops`; a comma stays to be read.
    fn until(&mut self, stops: &[u8]) {
        while let Some(byte) = self.rest.first() {
            match stops.contains(byte) {
                true if *byte == b',' => return,
                true => {
                    self.bump();
                    return;
                }
                false => {
                    self.bump();
                }
            }
        }
    }

    /// Takes what separates this address from the next.
    fn next_separator(&mut self, comment: &mut Vec<u8>) -> Option<u8> {
        loop {
            self.cfws(comment);
            if let separator @ (b',' | b';') = self.bump()? {
                return Some(separator);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    fn shown(value: &str) -> Vec<alloc::string::String> {
        addresses(value.as_bytes())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn rfc5322_a_1_2_kinds_of_mailboxes() {
        assert_eq!(
            shown(
                "\"Joe Q. Public\" <john.q.public@example.com>, Who? <one@y.test>, boss@nil.test"
            ),
            [
                "Joe Q. Public <john.q.public@example.com>",
                "Who? <one@y.test>",
                "boss@nil.test"
            ]
        );
        assert_eq!(shown("kim@x.test (Kim Lee)"), ["Kim Lee <kim@x.test>"]);
        assert_eq!(
            shown("=?utf-8?q?J=C3=BC?= <j@x.test>"),
            ["=?utf-8?q?J=C3=BC?= <j@x.test>"]
        );
    }

    #[test]
    fn rfc5322_a_1_3_groups() {
        assert_eq!(
            shown("A Group:Ed Jones <joe@where.test>,joe@where.test;, x@y.test"),
            [
                "A Group:",
                "Ed Jones <joe@where.test>",
                "joe@where.test",
                ";",
                "x@y.test"
            ]
        );
        assert_eq!(
            shown("undisclosed recipients:;"),
            ["undisclosed recipients:", ";"]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(shown("nobody"), ["nobody@MISSING_DOMAIN"]);
        assert_eq!(shown("X <>"), ["X <MISSING_MAILBOX@MISSING_DOMAIN>"]);
        assert_eq!(shown(""), Vec::<alloc::string::String>::new());
        let route = &addresses(b"<@a.test,@b.test:c@d.test>")[0];
        assert_eq!(route.route(), Some(b"@a.test,@b.test".as_slice()));
        assert_eq!(vec![route.to_string()], ["c@d.test"]);
    }
}
