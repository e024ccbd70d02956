//! `ehlo-line` (RFC 5321 §4.1.1.1) to a [`Capability`].

use bytes::Bytes;
use core::str::FromStr;

use super::{cursor::Cursor, plain};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{is_blank, is_keyword, is_plain},
    types::{Capabilities, Capability, Keyword, Reply, Text, Tolerance, Words},
};

impl TryFrom<&Bytes> for Capability {
    type Error = ParseError;

    fn try_from(line: &Bytes) -> Result<Self, ParseError> {
        ehlo_line(line)
    }
}

impl FromStr for Capability {
    type Err = ParseError;

    fn from_str(line: &str) -> Result<Self, ParseError> {
        Self::parse(line)
    }
}

/// `ehlo-line = ehlo-keyword *( SP ehlo-param )`
fn ehlo_line(line: &Bytes) -> Result<Capability, ParseError> {
    let mut cursor = Cursor::new(line, Tolerance::Interop)?;
    // Keywords with an underscore or a full stop have been seen; they hold no meaning here, but are kept.
    let keyword = cursor.take_while(|byte| is_keyword(byte) || matches!(byte, b'_' | b'.'));
    if keyword.is_empty() || keyword.len() > 64 {
        return Err(cursor.unexpected(Rule::EhloLine));
    }
    let end = cursor.at();
    // `AUTH=LOGIN` is what servers said before RFC 2554 was out, for clients that still look for it.
    let old_auth = cursor.peek() == Some(b'=') && keyword.eq_ignore_ascii_case(b"AUTH");
    if !old_auth && cursor.peek().is_some_and(|byte| !is_blank(byte)) {
        return Err(cursor.unexpected(Rule::EhloLine));
    }
    if !cursor.is_end() {
        cursor.advance(1);
    }
    let mut upper = [0_u8; 24];
    let Some(capitals) = upper.get_mut(..keyword.len()) else {
        return Ok(other(&mut cursor, end));
    };
    capitals.copy_from_slice(keyword);
    capitals.make_ascii_uppercase();
    Ok(match &*capitals {
        b"PIPELINING" => Capability::Pipelining,
        b"SIZE" => Capability::Size(number(&mut cursor)?),
        b"8BITMIME" => Capability::EightBitMime,
        b"SMTPUTF8" => Capability::SmtpUtf8,
        b"CHUNKING" => Capability::Chunking,
        b"BINARYMIME" => Capability::BinaryMime,
        b"STARTTLS" => Capability::StartTls,
        b"AUTH" | b"X-EXPS" => Capability::Auth(words(&mut cursor)),
        b"DSN" => Capability::Dsn,
        b"ENHANCEDSTATUSCODES" => Capability::EnhancedStatusCodes,
        b"REQUIRETLS" => Capability::RequireTls,
        b"LIMITS" => Capability::Limits(words(&mut cursor)),
        b"DELIVERBY" => Capability::DeliverBy(number(&mut cursor)?),
        b"FUTURERELEASE" => Capability::FutureRelease(words(&mut cursor)),
        b"MT-PRIORITY" => Capability::MtPriority(text(&mut cursor)),
        b"RRVS" => Capability::Rrvs,
        b"MTRK" => Capability::Mtrk,
        b"NO-SOLICITING" => Capability::NoSoliciting(text(&mut cursor)),
        b"SUBMITTER" => Capability::Submitter,
        b"BURL" => Capability::Burl(words(&mut cursor)),
        b"CONPERM" => Capability::ConPerm,
        b"CONNEG" => Capability::ConNeg,
        b"CHECKPOINT" => Capability::Checkpoint,
        b"ETRN" => Capability::Etrn,
        b"ATRN" => Capability::Atrn(words(&mut cursor)),
        b"VRFY" => Capability::Vrfy,
        b"EXPN" => Capability::Expn,
        b"HELP" => Capability::Help,
        b"SEND" => Capability::Send,
        b"SOML" => Capability::Soml,
        b"SAML" => Capability::Saml,
        b"TURN" => Capability::Turn,
        b"ONEX" => Capability::Onex,
        b"VERB" => Capability::Verb,
        b"XCLIENT" => Capability::Xclient(words(&mut cursor)),
        b"XFORWARD" => Capability::Xforward(words(&mut cursor)),
        _ => other(&mut cursor, end),
    })
}

/// What nearly every server says, in capitals: each is made where it stays, because moving it takes longer than
/// reading it. Whether that was it; a keyword that is known by then is left to the grammar, too.
#[inline]
fn familiar(reply: &Reply, line: &[u8], known: &mut Capabilities) -> bool {
    match line {
        b"PIPELINING" => known.add(Capability::Pipelining),
        b"8BITMIME" => known.add(Capability::EightBitMime),
        b"SMTPUTF8" => known.add(Capability::SmtpUtf8),
        b"CHUNKING" => known.add(Capability::Chunking),
        b"BINARYMIME" => known.add(Capability::BinaryMime),
        b"STARTTLS" => known.add(Capability::StartTls),
        b"DSN" => known.add(Capability::Dsn),
        b"ENHANCEDSTATUSCODES" => known.add(Capability::EnhancedStatusCodes),
        b"REQUIRETLS" => known.add(Capability::RequireTls),
        b"VRFY" => known.add(Capability::Vrfy),
        b"ETRN" => known.add(Capability::Etrn),
        b"EXPN" => known.add(Capability::Expn),
        b"HELP" => known.add(Capability::Help),
        [b'S', b'I', b'Z', b'E', b' ', digits @ ..] => match plain::number(digits) {
            Some((size, [])) => known.add(Capability::Size(Some(size))),
            _ => false,
        },
        [b'A', b'U', b'T', b'H', b' ', words @ ..] => {
            let tidy = matches!(words, [b'!'..=b'~', .., b'!'..=b'~']) && is_plain(words);
            tidy && known.add(Capability::Auth(Words::checked(Text::checked(
                reply.slice_of(words),
            ))))
        }
        _ => false,
    }
}

fn other(cursor: &mut Cursor<'_>, end: usize) -> Capability {
    Capability::Other {
        keyword: Keyword::checked(cursor.slice(0, end)),
        args: Text::checked(cursor.rest_bytes()),
    }
}

fn words(cursor: &mut Cursor<'_>) -> Words {
    Words::checked(Text::checked(cursor.rest_bytes()))
}

fn text(cursor: &mut Cursor<'_>) -> Option<Text> {
    if cursor.is_end() {
        None
    } else {
        Some(Text::checked(cursor.rest_bytes()))
    }
}

/// The number behind SIZE and DELIVERBY. What follows it, as the options of RFC 2852 §2, is passed over.
fn number(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ParseError> {
    cursor.take_while(is_blank);
    match cursor.peek() {
        None | Some(b',') => Ok(None),
        Some(_) => match cursor.number(Rule::EhloLine, usize::MAX) {
            Ok(number) => Ok(Some(number)),
            // A limit beyond 64 bits is none.
            Err(error) if error.kind() == ParseErrorKind::OutOfRange => Ok(None),
            Err(error) => Err(error),
        },
    }
}

impl From<&Reply> for Capabilities {
    /// What a positive answer to EHLO offers: every line but the first. Lines that cannot be read are
    /// passed over: the reply itself has them.
    fn from(reply: &Reply) -> Self {
        // Room for the lines that have come in, as long as they mostly are.
        let mut capabilities = Self::with_room(reply.octets().div_ceil(16).min(64));
        for line in reply.lines().skip(1) {
            if familiar(reply, line, &mut capabilities) {
                continue;
            }
            if let Ok(capability) = Capability::try_from(&reply.slice_of(line)) {
                capabilities.learn(capability);
            }
        }
        capabilities
    }
}
