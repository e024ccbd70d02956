//! The commands of every session, in the shape that nearly all clients give them, read in one go.
//!
//! Each takes what the grammar of [`super::command`] takes, but less of it: one blank between words, a name or a path of
//! ASCII, the parameters that clients send. All else, and every error, is left to the grammar.

use bytes::Bytes;
use mailweft_address::{ForwardPath, Level, ReversePath};

use super::command::{EHLO, HELO, LHLO, MAIL, RCPT, four};
use crate::{
    grammar::is_host,
    types::{
        BodyType, Command, HelloName, Mail, MailParam, MailParams, Notify, Rcpt, RcptParam,
        RcptParams,
    },
};

/// Clearing bit 5 makes capitals of small letters, and letters of nothing else.
const CAPITALS: u32 = 0xdfdf_dfdf;

/// Octets of a verb.
const VERB: usize = 4;

/// A line whose octets are shared, or are not.
pub(super) trait Line {
    fn octets(&self) -> &[u8];
    /// The octets from `start` on.
    fn behind(&self, start: usize) -> Bytes;
    fn reverse_path(&self, at: usize) -> Option<(ReversePath, usize)>;
    fn forward_path(&self, at: usize) -> Option<(ForwardPath, usize)>;
}

impl Line for Bytes {
    #[inline]
    fn octets(&self) -> &[u8] {
        self
    }

    #[inline]
    fn behind(&self, start: usize) -> Bytes {
        self.slice(start.min(self.len())..)
    }

    #[inline]
    fn reverse_path(&self, at: usize) -> Option<(ReversePath, usize)> {
        ReversePath::parse_at(self, at, Level::SmtpUtf8).ok()
    }

    #[inline]
    fn forward_path(&self, at: usize) -> Option<(ForwardPath, usize)> {
        ForwardPath::parse_at(self, at, Level::SmtpUtf8).ok()
    }
}

impl Line for [u8] {
    #[inline]
    fn octets(&self) -> &[u8] {
        self
    }

    #[inline]
    fn behind(&self, start: usize) -> Bytes {
        Bytes::copy_from_slice(self.get(start..).unwrap_or_default())
    }

    #[inline]
    fn reverse_path(&self, at: usize) -> Option<(ReversePath, usize)> {
        ReversePath::parse_front(self.get(at..)?, Level::SmtpUtf8).ok()
    }

    #[inline]
    fn forward_path(&self, at: usize) -> Option<(ForwardPath, usize)> {
        ForwardPath::parse_front(self.get(at..)?, Level::SmtpUtf8).ok()
    }
}

/// The command in a line without its line ending, where it is one of these.
#[inline]
pub(super) fn command(line: &(impl Line + ?Sized)) -> Option<Command> {
    let (verb, rest) = line.octets().split_first_chunk::<VERB>()?;
    match four(verb) & CAPITALS {
        MAIL => mail(line, rest).map(Command::Mail),
        RCPT => rcpt(line, rest).map(Command::Rcpt),
        EHLO => hello(line, rest).map(Command::Ehlo),
        HELO => hello(line, rest).map(Command::Helo),
        LHLO => hello(line, rest).map(Command::Lhlo),
        _ => None,
    }
}

/// `SP Domain`, in ASCII
#[inline]
fn hello(line: &(impl Line + ?Sized), rest: &[u8]) -> Option<HelloName> {
    let name = rest.strip_prefix(b" ")?;
    let first = name.first()?;
    let host = *first != b'[' && name.len() <= 255 && name.is_ascii() && is_host(name);
    host.then(|| HelloName::checked(line.behind(VERB.wrapping_add(1))))
}

/// `SP "FROM:" Reverse-path [SP Mail-parameters]`
#[inline]
fn mail(line: &(impl Line + ?Sized), rest: &[u8]) -> Option<Mail> {
    let [b' ', word @ .., b':', b'<'] = rest.first_chunk::<7>()? else {
        return None;
    };
    if four(word) & CAPITALS != four(b"FROM") {
        return None;
    }
    let start = VERB.wrapping_add(6);
    let (from, used) = line.reverse_path(start)?;
    let params = mail_params(line.octets().get(start.wrapping_add(used)..)?)?;
    Some(Mail { from, params })
}

/// `SP "TO:" Forward-path [SP Rcpt-parameters]`
#[inline]
fn rcpt(line: &(impl Line + ?Sized), rest: &[u8]) -> Option<Rcpt> {
    let [b' ', b'T' | b't', b'O' | b'o', b':', b'<'] = rest.first_chunk::<5>()? else {
        return None;
    };
    let start = VERB.wrapping_add(4);
    let (to, used) = line.forward_path(start)?;
    let params = rcpt_params(line.octets().get(start.wrapping_add(used)..)?)?;
    Some(Rcpt { to, params })
}

/// `*( SP ( "SIZE=" size-value / "BODY=" body-value / "SMTPUTF8" ) )`
#[inline]
fn mail_params(mut rest: &[u8]) -> Option<MailParams> {
    let mut params = MailParams::new();
    while let Some((b' ', word)) = rest.split_first() {
        let (keyword, value) = word.split_first_chunk()?;
        let (param, behind) = match (four(keyword) & CAPITALS, value) {
            (SIZE, [b'=', value @ ..]) => {
                let (size, behind) = number(value)?;
                (MailParam::Size(size), behind)
            }
            (BODY, [b'=', value @ ..]) => {
                let (body, behind) = body(value)?;
                (MailParam::Body(body), behind)
            }
            (SMTP, _) => (MailParam::SmtpUtf8, after(value, "UTF8")?),
            _ => return None,
        };
        let kind = core::mem::discriminant(&param);
        if params
            .iter()
            .any(|had| core::mem::discriminant(had) == kind)
        {
            return None;
        }
        params.push(param);
        rest = behind;
    }
    rest.is_empty().then_some(params)
}

const SIZE: u32 = four(b"SIZE");
const BODY: u32 = four(b"BODY");
const SMTP: u32 = four(b"SMTP");

/// `[ SP "NOTIFY=" 1#( "SUCCESS" / "FAILURE" / "DELAY" ) ]`
#[inline]
fn rcpt_params(rest: &[u8]) -> Option<RcptParams> {
    let mut params = RcptParams::new();
    if rest.is_empty() {
        return Some(params);
    }
    let mut list = after(rest, " NOTIFY=")?;
    let mut notify = Notify::NEVER;
    loop {
        let (wish, word) = match list.first()? {
            b'S' | b's' => (Notify::SUCCESS, "SUCCESS"),
            b'F' | b'f' => (Notify::FAILURE, "FAILURE"),
            b'D' | b'd' => (Notify::DELAY, "DELAY"),
            _ => return None,
        };
        notify = notify.and(wish);
        match after(list, word)? {
            [] => break,
            [b',', behind @ ..] => list = behind,
            _ => return None,
        }
    }
    params.push(RcptParam::Notify(notify));
    Some(params)
}

/// What stands behind a word in any case.
#[inline]
fn after<'a>(text: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let (had, behind) = text.split_at_checked(word.len())?;
    had.eq_ignore_ascii_case(word.as_bytes()).then_some(behind)
}

/// `size-value = 1*20DIGIT`, up to 19 of them: those always fit.
#[inline]
pub(super) fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (mut number, mut rest) = (0_u64, text);
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        let digit = digit.wrapping_sub(b'0');
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        rest = behind;
    }
    let digits = text.len().wrapping_sub(rest.len());
    (1..=19).contains(&digits).then_some((number, rest))
}

/// `body-value = "7BIT" / "8BITMIME" / "BINARYMIME"`
#[inline]
fn body(text: &[u8]) -> Option<(BodyType, &[u8])> {
    let body = match text.first()? {
        b'7' => BodyType::SevenBit,
        b'8' => BodyType::EightBitMime,
        _ => BodyType::BinaryMime,
    };
    after(text, body.as_str()).map(|behind| (body, behind))
}
