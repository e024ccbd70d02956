//! Response codes (RFC 3501 §9, RFC 5530 §5 and others).

use alloc::vec::Vec;

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    grammar::ATOM,
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{code::Code, sequence::SequenceSet, text::Atom, value::Value},
};

const RULE: Rule = Rule::Code;

impl Cursor<'_> {
    /// `"[" resp-text-code "]"`. A code whose arguments do not fit is kept as an unknown one.
    pub(crate) fn code(&mut self) -> Result<Option<Code>> {
        self.expect(b'[', RULE)?;
        let mark = self.mark();
        let name = self.take_while(ATOM);
        let known = self.known_code(Upper::new(name).as_bytes());
        match known {
            Ok(Some(code)) if self.eat(b']') => return Ok(Some(code)),
            Ok(Some(_)) if self.rest().starts_with(b" ") && self.is_interop() => {
                let here = self.mark();
                self.stray_space(RULE)?;
                if self.eat(b']') {
                    self.reset(mark);
                    let name = self.take_while(ATOM);
                    let code = self.known_code(Upper::new(name).as_bytes());
                    self.stray_space(RULE)?;
                    self.eat(b']');
                    return code;
                }
                self.reset(here);
                self.repair(Repair::BadCode, RULE)?;
            }
            Ok(None) => {}
            Err(error) if !self.is_interop() => return Err(error),
            Ok(Some(_)) | Err(_) => self.repair(Repair::BadCode, RULE)?,
        }
        self.rewind(mark);
        self.other_code()
    }

    /// `atom [SP 1*<any TEXT-CHAR except "]">]`, where quoted strings may hold a `]`
    fn other_code(&mut self) -> Result<Option<Code>> {
        let name = self.take_while(ATOM);
        let end = end_of_code(self.rest());
        let Some(end) = end else {
            self.repair(Repair::UnclosedCode, RULE)?;
            return Ok(None);
        };
        let args = self.take(end);
        self.expect(b']', RULE)?;
        if name.is_empty() || args.first().is_some_and(|byte| *byte != b' ') {
            self.repair(Repair::BadCode, RULE)?;
        }
        let name = Atom::from_parsed(self.ascii(name));
        let args = args.strip_prefix(b" ").unwrap_or(args);
        let text = self.text(args, RULE)?;
        Ok(Some(Code::Other { name, text }))
    }

    fn known_code(&mut self, word: &[u8]) -> Result<Option<Code>> {
        if let Some(code) = Code::plain(word) {
            return Ok(Some(code));
        }
        Ok(Some(match word {
            b"CAPABILITY" => Code::Capability(self.capabilities()?.into()),
            b"PERMANENTFLAGS" => {
                self.sp(RULE)?;
                Code::PermanentFlags(self.permanent_flags()?)
            }
            b"UIDVALIDITY" => Code::UidValidity(self.code_number()?),
            b"UIDNEXT" => Code::UidNext(self.code_number()?),
            b"UNSEEN" => Code::Unseen(self.code_number()?),
            b"HIGHESTMODSEQ" => {
                self.sp(RULE)?;
                let modseq = self.number64(RULE)?;
                if modseq == 0 {
                    self.repair(Repair::Zero, RULE)?;
                }
                Code::HighestModSeq(modseq)
            }
            b"APPENDUID" => {
                self.sp(RULE)?;
                let validity = self.nz_number(RULE)?;
                self.sp(RULE)?;
                Code::AppendUid(validity, self.sequence_set(RULE)?)
            }
            b"COPYUID" => self.copy_uid()?,
            b"BADCHARSET" => Code::BadCharset(match self.peek() {
                Some(b' ') => {
                    self.sp(RULE)?;
                    self.list(RULE, |c| c.astring_value(RULE))?
                }
                _ => Vec::new(),
            }),
            b"BADEVENT" => {
                self.sp(RULE)?;
                Code::BadEvent(self.list(RULE, |c| c.atom_value(RULE))?)
            }
            b"BADURL" => {
                self.sp(RULE)?;
                Code::BadUrl(self.astring_value(RULE)?)
            }
            b"MODIFIED" => {
                self.sp(RULE)?;
                Code::Modified(self.sequence_set(RULE)?)
            }
            b"MAILBOXID" => {
                self.sp(RULE)?;
                Code::MailboxId(self.object_id(RULE)?)
            }
            b"REFERRAL" => Code::Referral(self.referrals()?),
            b"METADATA" => self.metadata_code()?,
            b"NOUPDATE" => {
                self.sp(RULE)?;
                Code::NoUpdate(self.astring_value(RULE)?)
            }
            b"UNDEFINED-FILTER" => {
                self.sp(RULE)?;
                Code::UndefinedFilter(self.string_text(RULE)?)
            }
            b"MESSAGELIMIT" => {
                self.sp(RULE)?;
                let limit = self.number(RULE)?;
                Code::MessageLimit(
                    limit,
                    match self.peek() {
                        Some(b' ') => {
                            self.sp(RULE)?;
                            Some(self.nz_number(RULE)?)
                        }
                        _ => None,
                    },
                )
            }
            b"INPROGRESS" => self.in_progress()?,
            b"URLMECH" => {
                self.sp(RULE)?;
                Code::UrlMech(self.code_value()?)
            }
            b"ANNOTATIONS" => {
                self.sp(RULE)?;
                Code::Annotations(self.annotation_support()?)
            }
            b"ANNOTATE" => {
                self.sp(RULE)?;
                Code::Annotate(self.atom_value(RULE)?)
            }
            _ => return Ok(None),
        }))
    }

    /// Values up to the end of the code.
    fn code_value(&mut self) -> Result<Value> {
        let end = end_of_code(self.rest()).ok_or_else(|| self.unexpected(RULE))?;
        let text = self.take(end);
        Value::try_from(self.slice(text)).map_err(|_| self.unexpected(RULE))
    }

    fn code_number(&mut self) -> Result<u32> {
        self.sp(RULE)?;
        self.nz_number(RULE)
    }

    /// `flag-perm` list; one that is cut off at the `]` is a repair.
    fn permanent_flags(&mut self) -> Result<crate::types::flag::Flags> {
        let mark = self.mark();
        let flags = self.flags();
        match flags {
            Ok(flags) => Ok(flags),
            Err(error) if !self.is_interop() => Err(error),
            Err(error) => {
                self.reset(mark);
                self.expect(b'(', RULE)?;
                let end = end_of_code(self.rest()).ok_or(error)?;
                let inside = self.take(end);
                self.repair(Repair::BadCode, RULE)?;
                let inside = inside.strip_suffix(b")").unwrap_or(inside);
                let text = self.text(inside, RULE)?;
                Ok(text
                    .as_str()
                    .split_ascii_whitespace()
                    .map(|flag| crate::types::flag::Flag::from_parsed(flag.into()))
                    .collect())
            }
        }
    }

    /// `"COPYUID" SP nz-number SP uid-set SP uid-set`; a server that copied nothing leaves the sets out.
    fn copy_uid(&mut self) -> Result<Code> {
        self.sp(RULE)?;
        let validity = self.nz_number(RULE)?;
        let mark = self.mark();
        while self.eat(b' ') {}
        if self.peek() == Some(b']') {
            self.reset(mark);
            self.repair(Repair::MissingField, RULE)?;
            while self.eat(b' ') {}
            return Ok(Code::CopyUid(validity, None));
        }
        self.reset(mark);
        self.sp(RULE)?;
        let from: SequenceSet = self.sequence_set(RULE)?;
        self.sp(RULE)?;
        let to = self.sequence_set(RULE)?;
        Ok(Code::CopyUid(validity, Some((from, to))))
    }

    /// `"REFERRAL" 1*(SP url)` (RFC 2221, RFC 2193)
    fn referrals(&mut self) -> Result<Vec<crate::types::text::Text>> {
        let mut urls = Vec::new();
        while self.peek() == Some(b' ') {
            self.sp(RULE)?;
            let rest = self.rest();
            let len = rest
                .iter()
                .position(|b| matches!(b, b' ' | b']' | b'\r' | b'\n'));
            let url = self.take(len.unwrap_or(rest.len()));
            urls.push(self.text(url, RULE)?);
        }
        match urls.is_empty() {
            true => Err(self.unexpected(RULE)),
            false => Ok(urls),
        }
    }

    /// `"METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")` (RFC 5464)
    fn metadata_code(&mut self) -> Result<Code> {
        self.sp(RULE)?;
        Ok(match Upper::new(self.atom(RULE)?).as_bytes() {
            b"LONGENTRIES" => {
                self.sp(RULE)?;
                Code::MetadataLongEntries(self.number64(RULE)?)
            }
            b"MAXSIZE" => {
                self.sp(RULE)?;
                Code::MetadataMaxSize(self.number64(RULE)?)
            }
            b"TOOMANY" => Code::MetadataTooMany,
            b"NOPRIVATE" => Code::MetadataNoPrivate,
            _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
        })
    }

    /// `"INPROGRESS" [SP "(" (quoted / NIL) SP (number / NIL) SP (number / NIL) ")"]` (RFC 9585)
    fn in_progress(&mut self) -> Result<Code> {
        if self.peek() != Some(b' ') {
            return Ok(Code::InProgress(None));
        }
        self.sp(RULE)?;
        self.expect(b'(', RULE)?;
        let tag = match self.nil() {
            true => None,
            false => Some(self.string_text(RULE)?),
        };
        self.sp(RULE)?;
        let number = |c: &mut Self| match c.nil() {
            true => Ok(None),
            false => c.number64(RULE).map(Some),
        };
        let done = number(self)?;
        self.sp(RULE)?;
        let goal = number(self)?;
        self.expect(b')', RULE)?;
        Ok(Code::InProgress(Some((tag, done, goal))))
    }
}

/// Where the `]` stands that closes a code; one in a quoted string does not.
fn end_of_code(text: &[u8]) -> Option<usize> {
    let find = |quotes: bool| {
        let mut quoted = false;
        let mut escaped = false;
        for (at, byte) in text.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' if quotes => quoted = !quoted,
                b']' if !quoted => return Some(at),
                b'\r' | b'\n' => break,
                _ => {}
            }
        }
        None
    };
    find(true).or_else(|| find(false))
}
