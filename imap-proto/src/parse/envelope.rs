//! Envelopes (RFC 3501 §9).

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    error::{ParseError, Repair, Rule},
    parse::{
        cursor::{Cursor, Result},
        scan::Scan,
    },
    types::{envelope::Envelope, syntax::Syntax, wire},
};

const RULE: Rule = Rule::Envelope;

impl TryFrom<Bytes> for Envelope {
    type Error = ParseError;

    fn try_from(text: Bytes) -> Result<Self> {
        let mut cursor = Cursor::over(&text, &Syntax::interop());
        let envelope = cursor.envelope()?;
        match cursor.rest() {
            [] => Ok(envelope),
            _ => Err(cursor.unexpected(RULE)),
        }
    }
}

/// How many octets an envelope has that is in its plainest form: no literal, no escape.
fn plain_envelope(text: &[u8]) -> Option<usize> {
    let mut scan = Scan::new(text);
    scan.byte(b'(')?;
    scan.nstring()?;
    scan.byte(b' ')?;
    scan.nstring()?;
    for _ in 0..6 {
        scan.byte(b' ')?;
        if !scan.is(b'(') {
            scan.nil()?;
            continue;
        }
        scan.byte(b'(')?;
        loop {
            scan.byte(b'(')?;
            scan.nstring()?;
            for _ in 0..3 {
                scan.byte(b' ')?;
                scan.nstring()?;
            }
            scan.byte(b')')?;
            if scan.byte(b')').is_some() {
                break;
            }
        }
    }
    for _ in 0..2 {
        scan.byte(b' ')?;
        scan.nstring()?;
    }
    scan.byte(b')')?;
    Some(scan.passed())
}

impl Cursor<'_> {
    /// `envelope = "(" env-date SP env-subject SP env-from .. SP env-message-id ")"`
    ///
    /// One that is as it should be stays the slice it is; one that is not is written anew as it should be.
    pub(crate) fn envelope(&mut self) -> Result<Envelope> {
        let mark = self.mark();
        if let Some(len) = plain_envelope(self.rest()) {
            let text = self.take(len);
            return Ok(Envelope::from_parsed(self.slice(text)));
        }
        match self.scan_envelope() {
            Ok(()) => Ok(Envelope::from_parsed(self.slice(self.since(mark)))),
            Err(error) if !self.is_interop() => Err(error),
            Err(_) => {
                self.reset(mark);
                let mut out = BytesMut::new();
                self.rewrite_envelope(&mut out)?;
                Ok(Envelope::from_parsed(out.freeze()))
            }
        }
    }

    /// Exactly the grammar; allocates nothing, and any repair is an error.
    pub(crate) fn scan_envelope(&mut self) -> Result<()> {
        self.expect(b'(', RULE)?;
        self.scan_nstring(RULE)?;
        self.expect(b' ', RULE)?;
        self.scan_nstring(RULE)?;
        for _ in 0..6 {
            self.expect(b' ', RULE)?;
            self.scan_addresses()?;
        }
        self.expect(b' ', RULE)?;
        self.scan_nstring(RULE)?;
        self.expect(b' ', RULE)?;
        self.scan_nstring(RULE)?;
        self.expect(b')', RULE)
    }

    /// `"(" 1*address ")" / nil`
    fn scan_addresses(&mut self) -> Result<()> {
        if self.nil() {
            return Ok(());
        }
        self.expect(b'(', RULE)?;
        loop {
            self.expect(b'(', Rule::Address)?;
            self.scan_nstring(Rule::Address)?;
            self.expect(b' ', Rule::Address)?;
            self.scan_nstring(Rule::Address)?;
            self.expect(b' ', Rule::Address)?;
            self.scan_nstring(Rule::Address)?;
            self.expect(b' ', Rule::Address)?;
            self.scan_nstring(Rule::Address)?;
            self.expect(b')', Rule::Address)?;
            if self.eat(b')') {
                return Ok(());
            }
        }
    }

    /// `nstring`, only passed over; whatever would need a repair is an error.
    #[inline]
    pub(crate) fn scan_nstring(&mut self, rule: Rule) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.scan_quoted(rule),
            Some(b'N' | b'n') if self.nil() => Ok(()),
            _ => self.scan_literal(rule),
        }
    }

    /// `string`, only passed over.
    #[inline]
    pub(crate) fn scan_string(&mut self, rule: Rule) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.scan_quoted(rule),
            _ => self.scan_literal(rule),
        }
    }

    #[inline]
    fn scan_quoted(&mut self, rule: Rule) -> Result<()> {
        self.take(1);
        loop {
            self.take(crate::grammar::quoted_run(self.rest()));
            match self.rest() {
                [b'"', ..] => {
                    self.take(1);
                    return Ok(());
                }
                [b'\\', b'"' | b'\\', ..] => {
                    self.take(2);
                }
                [byte, ..] if *byte >= 0x80 && self.syntax().utf8 => {
                    self.take_while(crate::grammar::EIGHT_BIT);
                }
                _ => return Err(self.unexpected(rule)),
            }
        }
    }

    fn scan_literal(&mut self, rule: Rule) -> Result<()> {
        let size = match self.rest() {
            [b'~', b'{', ..] => self.take(2),
            [b'{', ..] => self.take(1),
            _ => return Err(self.unexpected(rule)),
        };
        debug_assert!(!size.is_empty());
        let size = self.number64(rule)?;
        self.eat(b'+');
        for byte in *b"}\r\n" {
            self.expect(byte, rule)?;
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        // A literal that was not kept leaves a hole, which no envelope can be read around.
        if self.rest().len() < size || self.has_hole_here() {
            return Err(self.unexpected(rule));
        }
        self.take(size);
        Ok(())
    }

    // The same, for what real servers send.

    fn rewrite_envelope(&mut self, out: &mut BytesMut) -> Result<()> {
        self.expect(b'(', RULE)?;
        let mut more = self.first_member(RULE)?;
        out.put_u8(b'(');
        for index in 0..10 {
            if index > 0 {
                out.put_u8(b' ');
            }
            if !more {
                self.repair(Repair::MissingField, RULE)?;
                out.put_slice(b"NIL");
                continue;
            }
            match index {
                2..=7 => self.rewrite_addresses(out)?,
                _ => self.rewrite_nstring(out, RULE)?,
            }
            more = self.next_member(RULE)?;
        }
        while more {
            self.repair(Repair::ExtraField, RULE)?;
            self.value()?;
            more = self.next_member(RULE)?;
        }
        out.put_u8(b')');
        Ok(())
    }

    fn rewrite_addresses(&mut self, out: &mut BytesMut) -> Result<()> {
        if self.nil() {
            out.put_slice(b"NIL");
            return Ok(());
        }
        if self.peek() != Some(b'(') {
            self.repair(Repair::WrongString, RULE)?;
            self.value()?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        self.take(1);
        if !self.first_member(RULE)? {
            self.repair(Repair::EmptyList, RULE)?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        let start = out.len();
        out.put_u8(b'(');
        loop {
            self.count(Rule::Address)?;
            if self.nil() {
                self.repair(Repair::WrongString, Rule::Address)?;
            } else {
                self.rewrite_address(out)?;
            }
            match self.rest() {
                [b'(', ..] => {}
                [b')', ..] => {
                    self.take(1);
                    break;
                }
                _ => {
                    self.repair(Repair::StraySpace, Rule::Address)?;
                    self.stray_space(Rule::Address)?;
                    if self.eat(b')') {
                        break;
                    }
                }
            }
        }
        match out.len() == start.saturating_add(1) {
            true => {
                out.truncate(start);
                out.put_slice(b"NIL");
            }
            false => out.put_u8(b')'),
        }
        Ok(())
    }

    fn rewrite_address(&mut self, out: &mut BytesMut) -> Result<()> {
        self.expect(b'(', Rule::Address)?;
        let mut more = self.first_member(Rule::Address)?;
        out.put_u8(b'(');
        for index in 0..4 {
            if index > 0 {
                out.put_u8(b' ');
            }
            if !more {
                self.repair(Repair::MissingField, Rule::Address)?;
                out.put_slice(b"NIL");
                continue;
            }
            self.rewrite_nstring(out, Rule::Address)?;
            more = self.next_member(Rule::Address)?;
        }
        while more {
            self.repair(Repair::ExtraField, Rule::Address)?;
            self.value()?;
            more = self.next_member(Rule::Address)?;
        }
        out.put_u8(b')');
        Ok(())
    }

    /// `nstring` in whatever form, written in the form it should have.
    pub(crate) fn rewrite_nstring(&mut self, out: &mut BytesMut, rule: Rule) -> Result<()> {
        if self.peek() == Some(b'(') {
            self.repair(Repair::WrongString, rule)?;
            self.value()?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        let text = self.nstring(rule)?;
        wire::put_nstring(out, text.as_deref());
        Ok(())
    }
}
