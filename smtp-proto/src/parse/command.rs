//! A command line to a [`Command`].

use alloc::vec::Vec;
use core::str::FromStr;

use bytes::Bytes;
use mailweft_address::{self as address, ForwardPath, Level, ReversePath};

use super::{base64, cursor::Cursor, params, plain, xtext};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{MECHANISM_NAME, is_blank, is_esmtp_value, is_host, is_keyword, is_mechanism},
    types::{
        Attribute, Auth, Bdat, Burl, Command, Finding, FindingKind, HelloName, Keyword, Mail,
        Mechanism, Other, Rcpt, Secret, Text, Tolerance, Word,
    },
};

impl TryFrom<&Bytes> for Command {
    type Error = ParseError;

    fn try_from(line: &Bytes) -> Result<Self, ParseError> {
        match bare(line).or_else(|| plain::command(line)) {
            Some(command) => Ok(command),
            None => command(&mut Cursor::new(line, Tolerance::Interop)?),
        }
    }
}

impl TryFrom<&[u8]> for Command {
    type Error = ParseError;

    fn try_from(line: &[u8]) -> Result<Self, ParseError> {
        match bare(line).or_else(|| plain::command(line)) {
            Some(command) => Ok(command),
            None => Self::try_from(&Bytes::copy_from_slice(line)),
        }
    }
}

impl FromStr for Command {
    type Err = ParseError;

    fn from_str(line: &str) -> Result<Self, ParseError> {
        Self::parse(line)
    }
}

impl Command {
    /// Reads a command line without copying, and tells what in it the RFC does not have.
    ///
    /// # Errors
    ///
    /// As [`Command::parse`]; with [`Tolerance::Strict`] also what would be a [`Finding`] otherwise.
    pub fn read(line: &Bytes, tolerance: Tolerance) -> Result<(Self, Vec<Finding>), ParseError> {
        if let Some(command) = plain::command(line) {
            return Ok((command, Vec::new()));
        }
        let mut cursor = Cursor::new(line, tolerance)?;
        let command = command(&mut cursor)?;
        Ok((command, cursor.findings))
    }
}

/// The line of a verb that stands alone, if it is one: read without a slice of it.
pub(crate) fn bare(line: &[u8]) -> Option<Command> {
    let letters = <&[u8; 4]>::try_from(line).ok()?;
    Some(match u32::from_be_bytes(*letters) & 0xdfdf_dfdf {
        DATA => Command::Data,
        RSET => Command::Rset,
        NOOP => Command::Noop(None),
        QUIT => Command::Quit,
        _ => return None,
    })
}

/// The verbs of four letters, as one number each.
pub(super) const fn four(verb: &[u8; 4]) -> u32 {
    u32::from_be_bytes(*verb)
}

pub(super) const HELO: u32 = four(b"HELO");
pub(super) const EHLO: u32 = four(b"EHLO");
pub(super) const LHLO: u32 = four(b"LHLO");
pub(super) const MAIL: u32 = four(b"MAIL");
pub(super) const RCPT: u32 = four(b"RCPT");
const DATA: u32 = four(b"DATA");
const BDAT: u32 = four(b"BDAT");
const RSET: u32 = four(b"RSET");
const NOOP: u32 = four(b"NOOP");
const QUIT: u32 = four(b"QUIT");
const VRFY: u32 = four(b"VRFY");
const EXPN: u32 = four(b"EXPN");
const HELP: u32 = four(b"HELP");
const AUTH: u32 = four(b"AUTH");
const ETRN: u32 = four(b"ETRN");
const ATRN: u32 = four(b"ATRN");
const BURL: u32 = four(b"BURL");

/// `command = verb [SP arguments]` (RFC 5321 §4.1.1)
fn command(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let start = cursor.at();
    let verb = cursor.take_while(is_keyword);
    if verb.is_empty() || verb.first() == Some(&b'-') || verb.len() > 64 {
        return Err(cursor.unexpected_at(start, Rule::Verb));
    }
    if cursor.peek().is_some_and(|byte| !is_blank(byte)) {
        return Err(cursor.unexpected(Rule::Verb));
    }
    if let Ok(letters) = <&[u8; 4]>::try_from(verb) {
        // Clearing bit 5 makes capitals of small letters, and letters of nothing else.
        match u32::from_be_bytes(*letters) & 0xdfdf_dfdf {
            HELO => return hello(cursor).map(Command::Helo),
            EHLO => return hello(cursor).map(Command::Ehlo),
            LHLO => return hello(cursor).map(Command::Lhlo),
            MAIL => return mail(cursor).map(Command::Mail),
            RCPT => return rcpt(cursor).map(Command::Rcpt),
            DATA => return alone(cursor, Command::Data),
            BDAT => return bdat(cursor).map(Command::Bdat),
            RSET => return alone(cursor, Command::Rset),
            NOOP => return optional_text(cursor).map(Command::Noop),
            QUIT => return alone(cursor, Command::Quit),
            VRFY => return text(cursor).map(Command::Vrfy),
            EXPN => return text(cursor).map(Command::Expn),
            HELP => return optional_text(cursor).map(Command::Help),
            AUTH => return auth(cursor).map(Command::Auth),
            ETRN => return etrn(cursor).map(Command::Etrn),
            ATRN => return atrn(cursor).map(Command::Atrn),
            BURL => return burl(cursor).map(Command::Burl),
            _ => {}
        }
    }
    if verb.eq_ignore_ascii_case(b"STARTTLS") {
        return alone(cursor, Command::StartTls);
    }
    if verb.eq_ignore_ascii_case(b"XCLIENT") {
        return attributes(cursor).map(Command::Xclient);
    }
    if verb.eq_ignore_ascii_case(b"XFORWARD") {
        return attributes(cursor).map(Command::Xforward);
    }
    let end = cursor.at();
    let verb = Keyword::checked(cursor.slice(start, end));
    // Blanks at the end may mean something to whoever knows the verb.
    let args = Text::checked(cursor.slice(end.saturating_add(1), usize::MAX));
    Ok(Command::Other(Other { verb, args }))
}

/// A verb that takes no argument.
fn alone(cursor: &Cursor<'_>, command: Command) -> Result<Command, ParseError> {
    cursor.finish(Rule::Command).map(|()| command)
}

/// `[ SP String ]`
fn optional_text(cursor: &mut Cursor<'_>) -> Result<Option<Text>, ParseError> {
    if cursor.is_end() {
        Ok(None)
    } else {
        text(cursor).map(Some)
    }
}

/// `SP String`
fn text(cursor: &mut Cursor<'_>) -> Result<Text, ParseError> {
    cursor.blank(Rule::Text)?;
    if cursor.is_end() {
        return Err(cursor.unexpected(Rule::Text));
    }
    Ok(Text::checked(cursor.rest_bytes()))
}

/// `SP ( Domain / address-literal )` (RFC 5321 §4.1.1.1); with [`Tolerance::Interop`] any word.
fn hello(cursor: &mut Cursor<'_>) -> Result<HelloName, ParseError> {
    cursor.blank(Rule::HelloName)?;
    let start = cursor.at();
    let name = cursor.word(Rule::HelloName, |byte| !is_blank(byte))?;
    cursor.finish(Rule::HelloName)?;
    if name.len() > 255 {
        return Err(ParseError::new(
            ParseErrorKind::TooLong(255),
            Rule::HelloName,
            start,
        ));
    }
    let name = HelloName::checked(name);
    if !is_host(name.as_bytes()) {
        cursor.tolerate(
            FindingKind::OddHelloName,
            start,
            cursor.at(),
            Rule::HelloName,
        )?;
    }
    Ok(name)
}

/// `"MAIL FROM:" Reverse-path [SP Mail-parameters]` (RFC 5321 §4.1.1.2)
fn mail(cursor: &mut Cursor<'_>) -> Result<Mail, ParseError> {
    cursor.blank(Rule::Path)?;
    cursor.literal("FROM:", Rule::Path)?;
    let from = path(
        cursor,
        |line, at| ReversePath::parse_at(line, at, Level::SmtpUtf8),
        ReversePath::Mailbox,
    )?;
    Ok(Mail {
        from,
        params: params::mail(cursor)?,
    })
}

/// `"RCPT TO:" Forward-path [SP Rcpt-parameters]` (RFC 5321 §4.1.1.3)
fn rcpt(cursor: &mut Cursor<'_>) -> Result<Rcpt, ParseError> {
    cursor.blank(Rule::Path)?;
    cursor.literal("TO:", Rule::Path)?;
    let to = path(
        cursor,
        |line, at| ForwardPath::parse_at(line, at, Level::SmtpUtf8),
        ForwardPath::Mailbox,
    )?;
    Ok(Rcpt {
        to,
        params: params::rcpt(cursor)?,
    })
}

/// A path in angle brackets; with [`Tolerance::Interop`] behind blanks, or without its brackets.
///
/// Read as SMTPUTF8 has it: whether the transaction allows UTF-8 is known only when the parameters behind
/// the path are.
#[inline(always)]
fn path<P>(
    cursor: &mut Cursor<'_>,
    path_at: impl Fn(&Bytes, usize) -> Result<(P, usize), address::ParseError>,
    mailbox: impl Fn(address::Address) -> P,
) -> Result<P, ParseError> {
    let start = cursor.at();
    if !cursor.take_while(is_blank).is_empty() {
        cursor.tolerate(FindingKind::BlankAfterColon, start, cursor.at(), Rule::Path)?;
    }
    let start = cursor.at();
    let shift = |error: address::ParseError| address_error(error, start);
    match cursor.peek() {
        None => Err(cursor.unexpected(Rule::Path)),
        Some(b'<') => {
            let (path, used) = path_at(cursor.line(), start).map_err(shift)?;
            cursor.advance(used);
            Ok(path)
        }
        Some(_) => {
            let text = cursor.word(Rule::Path, |byte| !is_blank(byte))?;
            let end = cursor.at();
            cursor.tolerate(FindingKind::NoAngleBrackets, start, end, Rule::Path)?;
            address::Address::from_bytes(text, Level::SmtpUtf8)
                .map(mailbox)
                .map_err(shift)
        }
    }
}

pub(super) const fn address_error(error: address::ParseError, base: usize) -> ParseError {
    ParseError::new(
        ParseErrorKind::Address(error.kind()),
        Rule::Address(error.rule()),
        error.offset().saturating_add(base),
    )
}

/// `"BDAT" SP chunk-size [SP end-marker]` (RFC 3030 §2)
fn bdat(cursor: &mut Cursor<'_>) -> Result<Bdat, ParseError> {
    cursor.blank(Rule::ChunkSize)?;
    // Leading zeros are digits too: what counts is whether the number fits, not how long it is.
    let size = cursor.number(Rule::ChunkSize, usize::MAX)?;
    Ok(Bdat::new(size, last(cursor)?))
}

/// `[SP "LAST"]` and the end of the line
fn last(cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
    if cursor.is_end() {
        return Ok(false);
    }
    cursor.blank(Rule::EndMarker)?;
    cursor.literal("LAST", Rule::EndMarker)?;
    cursor.finish(Rule::EndMarker)?;
    Ok(true)
}

/// `"BURL" SP absolute-URI [SP end-marker]` (RFC 4468 §3)
fn burl(cursor: &mut Cursor<'_>) -> Result<Burl, ParseError> {
    cursor.blank(Rule::Url)?;
    let url = cursor.word(Rule::Url, |byte| byte.is_ascii_graphic())?;
    Ok(Burl {
        url,
        last: last(cursor)?,
    })
}

/// `"AUTH" SP sasl-mech [SP initial-response]` (RFC 4954 §8)
fn auth(cursor: &mut Cursor<'_>) -> Result<Auth, ParseError> {
    cursor.blank(Rule::Mechanism)?;
    let start = cursor.at();
    let name = cursor.take_while(|byte| is_mechanism(byte.to_ascii_uppercase()));
    if name.is_empty() || cursor.peek().is_some_and(|byte| !is_blank(byte)) {
        return Err(cursor.unexpected(Rule::Mechanism));
    }
    let mechanism = Mechanism::new(name).map_err(|_| {
        ParseError::new(
            ParseErrorKind::TooLong(MECHANISM_NAME),
            Rule::Mechanism,
            start,
        )
    })?;
    if cursor.is_end() {
        return Ok(Auth::new(mechanism, None));
    }
    cursor.blank(Rule::Base64)?;
    let start = cursor.at();
    let initial = match cursor.rest() {
        // `=` is a response of no octets, which is not the lack of one.
        b"=" => Vec::new(),
        text => base64::decode(text).map_err(|error| error.shifted(start))?,
    };
    Ok(Auth::new(mechanism, Some(Secret::new(initial))))
}

/// `"ETRN" SP [option-character] node` (RFC 1985 §5)
fn etrn(cursor: &mut Cursor<'_>) -> Result<Word, ParseError> {
    cursor.blank(Rule::EtrnNode)?;
    let node = cursor.word(Rule::EtrnNode, is_esmtp_value)?;
    cursor.finish(Rule::EtrnNode)?;
    Ok(Word::checked(node))
}

/// `"ATRN" [SP domain *("," domain)]` (RFC 2645 §5.2.1)
fn atrn(cursor: &mut Cursor<'_>) -> Result<Vec<Word>, ParseError> {
    let mut domains = Vec::new();
    if cursor.is_end() {
        return Ok(domains);
    }
    cursor.blank(Rule::DomainList)?;
    loop {
        let domain = cursor.word(Rule::DomainList, |byte| {
            is_esmtp_value(byte) && byte != b','
        })?;
        domains.push(Word::checked(domain));
        if cursor.is_end() {
            return Ok(domains);
        }
        cursor.literal(",", Rule::DomainList)?;
    }
}

/// `1*( SP attribute-name "=" attribute-value )` of XCLIENT and XFORWARD, the value in xtext
fn attributes(cursor: &mut Cursor<'_>) -> Result<Vec<Attribute>, ParseError> {
    let mut attributes = Vec::new();
    loop {
        cursor.blank(Rule::Attribute)?;
        let name = Keyword::checked(cursor.word(Rule::Attribute, is_keyword)?);
        cursor.literal("=", Rule::Attribute)?;
        let start = cursor.at();
        cursor.take_while(|byte| !is_blank(byte));
        let value = xtext::decode(&cursor.slice(start, cursor.at()), start)?;
        let value = Text::new(value)
            .map_err(|_| ParseError::new(ParseErrorKind::NotUtf8, Rule::Attribute, start))?;
        attributes.push(Attribute { name, value });
        if cursor.is_end() {
            return Ok(attributes);
        }
    }
}
