//! Domain names and literals (RFC 5321 §4.1.2 and §4.1.3, RFC 5322 §3.4.1 and §4.4).

use alloc::string::String;
use core::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use bytes::Bytes;

use super::{
    address::Source,
    scanner::{Gate, Picked, Scanner, Sink},
};
use crate::{
    error::{Diagnosis, InvalidDomain, Level, ParseError, ParseErrorKind, Rule, Span},
    grammar::{MAX_DOMAIN, MAX_LABEL, is_atext, is_dtext, is_let_dig, is_no_ws_ctl},
    types::{Domain, DomainName},
};

/// A domain that was scanned.
pub(super) struct Scanned<'i> {
    text: Canonical<'i>,
    pub(super) span: Span,
    /// Whether the span holds the canonical text.
    pub(super) verbatim: bool,
    /// Whether a control character was read, which the text shows as U+FFFD.
    pub(super) shows_controls: bool,
}

/// The text of a domain: labels and dots alone, a literal in its brackets.
enum Canonical<'i> {
    Picked(Picked<'i>),
    Made(String),
}

impl Scanned<'_> {
    pub(super) fn text(&self) -> &str {
        match &self.text {
            Canonical::Picked(text) => text.as_str(),
            Canonical::Made(text) => text,
        }
    }
}

impl<'i, S: Sink> Scanner<'i, S> {
    /// `domain = dot-atom / domain-literal / obs-domain`, with the CFWS around it.
    pub(super) fn domain(&mut self) -> Result<Scanned<'i>, ParseError> {
        let near = self.cfws()?;
        if !near.is_empty() {
            self.note(Diagnosis::CfwsNearAt, near.span, Rule::Domain)?;
        }
        let domain = if self.peek() == Some(b'[') {
            self.literal()?
        } else {
            self.name()?
        };
        self.check_length(
            Diagnosis::DomainTooLong,
            domain.span.clone(),
            MAX_DOMAIN,
            domain.text().len(),
            Rule::Domain,
        )?;
        Ok(domain)
    }

    /// `dot-atom / obs-domain`, and the CFWS after it.
    fn name(&mut self) -> Result<Scanned<'i>, ParseError> {
        const RULE: Rule = Rule::Domain;
        let start = self.at;
        let mut text = Picked::new(self.input);
        let mut verbatim = true;
        let mut labels = 0_usize;
        loop {
            let label_start = self.at;
            let label = self.take_while(|b| is_atext(b) || b >= 0x80);
            if label.is_empty() {
                return Err(match self.peek() {
                    Some(b'.') if labels == 0 => self.fail(Diagnosis::DotStart, RULE),
                    Some(b'.') => self.fail(Diagnosis::ConsecutiveDots, RULE),
                    None if labels == 0 => self.fail(Diagnosis::NoDomain, RULE),
                    None => self.fail(Diagnosis::DotEnd, RULE),
                    Some(_) => self.fail(Diagnosis::ExpectingAtext, RULE),
                });
            }
            self.label(label, label_start)?;
            if let Err(error) = core::str::from_utf8(label) {
                let at = label_start.saturating_add(error.valid_up_to());
                return Err(self.fail_at(Diagnosis::NotUtf8, at, RULE));
            }
            text.add(label_start..self.at);
            labels = labels.saturating_add(1);
            let end = self.at;
            let after = self.cfws()?;
            if self.peek() == Some(b'.') {
                self.note_obsolete(&after)?;
                self.bump();
                text.add(self.at.saturating_sub(1)..self.at);
                let before = self.cfws()?;
                self.note_obsolete(&before)?;
                verbatim &= after.is_empty() && before.is_empty();
                continue;
            }
            self.note_cfws(&after)?;
            match self.peek() {
                Some(byte) if is_atext(byte) || byte >= 0x80 => {
                    return Err(self.fail(Diagnosis::AtextAfterCfws, RULE));
                }
                _ => {}
            }
            let span = start..end;
            if labels == 1 {
                self.remark(Diagnosis::TopLevelDomain, span.clone(), RULE)?;
            }
            if label.first().is_some_and(u8::is_ascii_digit) {
                self.remark(Diagnosis::NumericTopLevelDomain, label_start..end, RULE)?;
            }
            self.lint_domain(text.as_str(), &span)?;
            return Ok(Scanned {
                text: Canonical::Picked(text),
                span,
                verbatim,
                shows_controls: false,
            });
        }
    }

    /// One label: `sub-domain = Let-dig [Ldh-str]` (RFC 5321 §4.1.2), or any `atext`.
    fn label(&mut self, label: &[u8], start: usize) -> Result<(), ParseError> {
        const RULE: Rule = Rule::Domain;
        let end = start.saturating_add(label.len());
        if label.first() == Some(&b'-') {
            return Err(self.fail_at(Diagnosis::DomainHyphenStart, start, RULE));
        }
        if label.last() == Some(&b'-') {
            return Err(self.fail_at(Diagnosis::DomainHyphenEnd, end.saturating_sub(1), RULE));
        }
        let foreign = |b: &u8| !is_let_dig(*b) && *b != b'-' && *b < 0x80;
        if let Some(offset) = label.iter().position(foreign) {
            self.note(
                Diagnosis::DomainNotHostname,
                start.saturating_add(offset)..end,
                RULE,
            )?;
        }
        self.check_length(
            Diagnosis::LabelTooLong,
            start..end,
            MAX_LABEL,
            label.len(),
            RULE,
        )
    }

    /// `domain-literal = "[" *([FWS] dtext) [FWS] "]"`, and the CFWS after it.
    fn literal(&mut self) -> Result<Scanned<'i>, ParseError> {
        const RULE: Rule = Rule::DomainLiteral;
        let start = self.at;
        self.bump();
        let mut content = Picked::new(self.input);
        loop {
            match self.peek() {
                Some(b']') => break,
                Some(byte) if is_dtext(byte) || byte >= 0x80 => {
                    let at = self.at;
                    self.take_while(|b| is_dtext(b) || b >= 0x80);
                    content.add(at..self.at);
                }
                Some(b'\\') => {
                    let at = self.at;
                    self.quoted_pair(RULE)?;
                    content.add(self.at.saturating_sub(1)..self.at);
                    self.note(Diagnosis::ObsDtext, at..self.at, RULE)?;
                }
                Some(b' ' | b'\t' | b'\r') => {
                    let blank = self.cfws()?;
                    self.note_cfws(&blank)?;
                    if blank.comment {
                        return Err(self.fail_at(
                            Diagnosis::ExpectingDtext,
                            blank.span.start,
                            RULE,
                        ));
                    }
                }
                Some(byte) if is_no_ws_ctl(byte) => {
                    let at = self.at;
                    self.note(Diagnosis::ObsDtext, at..at.saturating_add(1), RULE)?;
                    self.bump();
                    content.add(at..self.at);
                }
                Some(_) => return Err(self.fail(Diagnosis::ExpectingDtext, RULE)),
                None => return Err(self.fail(Diagnosis::UnclosedDomainLiteral, RULE)),
            }
        }
        self.bump();
        let span = start..self.at;
        let Ok(content) = core::str::from_utf8(content.as_slice()) else {
            return Err(self.fail_at(Diagnosis::NotUtf8, start, RULE));
        };
        let verdict = classify(content);
        // RFC 5321 §4.1.3 lets a literal hold angle brackets, but nothing could quote them in a path.
        if let Some(offset) = content.find(['<', '>']) {
            let at = start.saturating_add(1).saturating_add(offset);
            return Err(self.fail_at(Diagnosis::ExpectingDtext, at, RULE));
        }
        self.note_literal(verdict, &span)?;
        let after = self.cfws()?;
        self.note_cfws(&after)?;
        if let Some(byte) = self.peek() {
            if is_atext(byte) || byte == b'.' || byte >= 0x80 {
                return Err(self.fail(Diagnosis::AtextAfterDomainLiteral, RULE));
            }
        }
        // A quoted pair that need not be one is not written as one.
        let plain = content.bytes().all(|b| is_dtext(b) || b >= 0x80);
        let mut text = Picked::new(self.input);
        text.add(span.clone());
        let verbatim =
            plain && content.len().saturating_add(2) == span.len() && is_canonical(content);
        Ok(Scanned {
            verbatim,
            shows_controls: content.contains(|c: char| c.is_ascii_control()),
            text: if verbatim {
                Canonical::Picked(text)
            } else if plain {
                Canonical::Made(alloc::format!("[{}]", canonical(content)))
            } else {
                Canonical::Made(escape(content))
            },
            span,
        })
    }

    fn note_literal(&mut self, verdict: Verdict, span: &Span) -> Result<(), ParseError> {
        match verdict {
            Verdict::Address(None) => {
                self.note(Diagnosis::AddressLiteral, span.clone(), Rule::DomainLiteral)
            }
            Verdict::Address(Some(diagnosis)) => {
                self.note(Diagnosis::AddressLiteral, span.clone(), Rule::DomainLiteral)?;
                self.remark(diagnosis, span.clone(), Rule::DomainLiteral)
            }
            Verdict::Other(diagnosis) => self.remark(diagnosis, span.clone(), Rule::DomainLiteral),
        }
    }
}

#[derive(Clone, Copy)]
enum Verdict {
    /// An address literal of RFC 5321, perhaps with a remark.
    Address(Option<Diagnosis>),
    /// A domain literal of RFC 5322 alone, and why.
    Other(Diagnosis),
}

/// The text behind `IPv6:`, in any case.
fn ipv6_text(content: &str) -> Option<&str> {
    let (tag, rest) = content.split_at_checked(5)?;
    tag.eq_ignore_ascii_case("IPv6:").then_some(rest)
}

/// `address-literal` (RFC 5321 §4.1.3)?
fn classify(content: &str) -> Verdict {
    if is_snum_quad(content) {
        return Verdict::Address(None);
    }
    if let Some(text) = ipv6_text(content) {
        return classify_ipv6(text);
    }
    // `Standardized-tag` must be registered, and `IPv6` is the only one that is.
    Verdict::Other(Diagnosis::DomainLiteral)
}

/// `General-address-literal = Standardized-tag ":" 1*dcontent` by its shape.
fn is_general(content: &str) -> bool {
    content.split_once(':').is_some_and(|(tag, text)| {
        let ldh = |b: u8| is_let_dig(b) || b == b'-';
        !text.is_empty()
            && tag.bytes().all(ldh)
            && tag.bytes().last().is_some_and(is_let_dig)
            && text.bytes().all(is_dtext)
    })
}

/// A literal with `obs-dtext`: brackets, backslashes and blanks escaped, controls shown as U+FFFD.
fn escape(content: &str) -> String {
    let mut text = String::with_capacity(content.len().saturating_add(4));
    text.push('[');
    for c in content.chars() {
        if matches!(c, '[' | ']' | '\\' | ' ') {
            text.push('\\');
        }
        text.push(if c.is_ascii_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        });
    }
    text.push(']');
    text
}

/// `IPv4-address-literal = Snum 3("." Snum)`, `Snum = 1*3DIGIT` of 0 to 255
fn is_snum_quad(text: &str) -> bool {
    parse_snum_quad(text).is_some()
}

fn parse_snum_quad(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        // Leading zeroes are allowed here, unlike in `Ipv4Addr::from_str`.
        if part.is_empty() || part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

/// `IPv6-addr = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp` (RFC 5321 §4.1.3)
fn classify_ipv6(text: &str) -> Verdict {
    if text.starts_with(':') && !text.starts_with("::") {
        return Verdict::Other(Diagnosis::Ipv6ColonStart);
    }
    if text.ends_with(':') && !text.ends_with("::") {
        return Verdict::Other(Diagnosis::Ipv6ColonEnd);
    }
    let Some(last) = text.rsplit(':').next() else {
        return Verdict::Other(Diagnosis::Ipv6GroupCount);
    };
    let has_v4 = last.contains('.') && is_snum_quad(last);
    let groups = text.split(':').count().saturating_add(usize::from(has_v4));
    let mut deprecated = None;
    match text.find("::") {
        None if groups != 8 => return Verdict::Other(Diagnosis::Ipv6GroupCount),
        None => {}
        Some(first) if text.rfind("::") != Some(first) => {
            return Verdict::Other(Diagnosis::Ipv6TwoDoubleColons);
        }
        Some(first) => {
            let at_an_end = first == 0 || first.saturating_add(2) == text.len();
            let most = 8_usize.saturating_add(usize::from(at_an_end));
            if groups > most {
                return Verdict::Other(Diagnosis::Ipv6TooManyGroups);
            }
            if groups == most {
                deprecated = Some(Diagnosis::Ipv6Deprecated);
            }
        }
    }
    let hexadecimal =
        |group: &str| group.len() <= 4 && group.bytes().all(|b| b.is_ascii_hexdigit());
    let mut groups = text.split(':').rev();
    if has_v4 {
        groups.next();
    }
    if !groups.all(hexadecimal) {
        return Verdict::Other(Diagnosis::Ipv6BadCharacter);
    }
    Verdict::Address(deprecated)
}

/// The inside of a literal in the spelling that this crate writes.
fn canonical(content: &str) -> String {
    use alloc::string::ToString as _;
    if let Some(v4) = parse_snum_quad(content) {
        return v4.to_string();
    }
    match ipv6_text(content).and_then(|text| text.parse::<Ipv6Addr>().ok()) {
        Some(v6) => alloc::format!("IPv6:{v6}"),
        None => content.into(),
    }
}

/// Whether it is in that spelling.
fn is_canonical(content: &str) -> bool {
    /// What is still to be written.
    struct Rest<'a>(&'a str);

    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    use fmt::Write as _;
    let mut rest = Rest(content);
    let written = if let Some(v4) = parse_snum_quad(content) {
        write!(rest, "{v4}")
    } else if let Some(v6) = ipv6_text(content).and_then(|text| text.parse::<Ipv6Addr>().ok()) {
        write!(rest, "IPv6:{v6}")
    } else {
        return true;
    };
    written.is_ok() && rest.0.is_empty()
}

/// The gate of [`Level::Header`] for a domain that stands alone: no header field is around it, so
/// there are no comments and blanks to skip.
struct Alone;

impl Sink for Alone {
    fn hear(
        &mut self,
        diagnosis: Diagnosis,
        span: Span,
        error: ParseError,
    ) -> Result<(), ParseError> {
        match diagnosis {
            Diagnosis::Comment | Diagnosis::FoldingWhiteSpace | Diagnosis::CfwsNearAt => Err(error),
            _ => Gate(Level::Header).hear(diagnosis, span, error),
        }
    }
}

/// The octets of `source` are kept where they are the name.
fn domain(source: Source<'_>, input: &[u8]) -> Result<Domain, ParseError> {
    let mut scanner = Scanner::new(input, Alone);
    let scanned = scanner.domain()?;
    scanner.end()?;
    let text = scanned.text();
    let Some(content) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
        let text = if scanned.verbatim {
            source.text(0..input.len())
        } else {
            text.into()
        };
        return Ok(Domain::Name(DomainName::from_text(text)));
    };
    if let Some(v4) = parse_snum_quad(content) {
        return Ok(Domain::V4(v4));
    }
    if let Some(v6) = ipv6_text(content).and_then(|text| text.parse().ok()) {
        return Ok(Domain::V6(v6));
    }
    let (tag, text) = match content.split_once(':') {
        Some((tag, text)) if is_general(content) => (tag, text),
        _ => ("", content),
    };
    Ok(Domain::General {
        tag: tag.into(),
        text: text.into(),
    })
}

impl TryFrom<&[u8]> for Domain {
    type Error = InvalidDomain;

    fn try_from(input: &[u8]) -> Result<Self, InvalidDomain> {
        Ok(domain(Source::Slice(input), input)?)
    }
}

impl TryFrom<Bytes> for Domain {
    type Error = InvalidDomain;

    fn try_from(octets: Bytes) -> Result<Self, InvalidDomain> {
        Ok(domain(Source::Shared(&octets), &octets)?)
    }
}

impl TryFrom<Domain> for DomainName {
    type Error = InvalidDomain;

    fn try_from(domain: Domain) -> Result<Self, InvalidDomain> {
        match domain {
            Domain::Name(name) => Ok(name),
            _ => {
                let kind = ParseErrorKind::UnexpectedByte(b'[');
                Err(ParseError::new(kind, Rule::Domain, 0).into())
            }
        }
    }
}

impl TryFrom<&[u8]> for DomainName {
    type Error = InvalidDomain;

    fn try_from(input: &[u8]) -> Result<Self, InvalidDomain> {
        Domain::try_from(input)?.try_into()
    }
}

impl TryFrom<Bytes> for DomainName {
    type Error = InvalidDomain;

    fn try_from(octets: Bytes) -> Result<Self, InvalidDomain> {
        Domain::try_from(octets)?.try_into()
    }
}
