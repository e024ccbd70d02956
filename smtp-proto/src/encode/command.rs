//! A [`Command`] to its line.

use core::fmt::{self, Write as _};

use bytes::BytesMut;
use mailweft_address::Address;

use super::{Sink, base64, params, sink::Octets, xtext};
use crate::types::{Attribute, Auth, Bdat, Command, Text};

/// Writes a command and its CRLF.
pub(crate) fn write(command: &Command, out: &mut BytesMut) {
    match command {
        Command::Data => return out.extend_from_slice(b"DATA\r\n"),
        Command::Rset => return out.extend_from_slice(b"RSET\r\n"),
        Command::Quit => return out.extend_from_slice(b"QUIT\r\n"),
        Command::Noop(None) => return out.extend_from_slice(b"NOOP\r\n"),
        _ => {}
    }
    // Room for most lines, so that the pieces of one do not each ask for it.
    out.reserve(LINE);
    let mut sink = Sink(out);
    // Writing to a buffer cannot fail.
    let _ = line(command, &mut sink);
    let _ = sink.write_str("\r\n");
}

/// Octets that most lines are shorter than.
const LINE: usize = 128;

/// Octets of the line of an AUTH command, CRLF included.
pub(crate) fn auth_line_len(auth: &Auth) -> usize {
    let initial = auth.initial().map_or(0, |initial| {
        // Four characters for three octets, `=` for none, and the blank before.
        initial
            .expose()
            .len()
            .div_ceil(3)
            .saturating_mul(4)
            .max(1)
            .saturating_add(1)
    });
    "AUTH \r\n"
        .len()
        .saturating_add(auth.mechanism().as_str().len())
        .saturating_add(initial)
}

impl Command {
    /// Writes the line and its CRLF at the end of `out`, the secret of AUTH included.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_smtp::Command;
    ///
    /// let mut out = BytesMut::new();
    /// Command::parse("rcpt to:<ann@example.org>")?.write(&mut out);
    /// assert_eq!(out, "RCPT TO:<ann@example.org>\r\n");
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    pub fn write(&self, out: &mut BytesMut) {
        write(self, out);
    }
}

impl fmt::Display for Command {
    /// The line, without its CRLF. The secret of AUTH is in it; `Debug` and transcripts hide it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(self, f)
    }
}

/// The line, without its CRLF: its pieces one by one where that spares the detour of formatting.
fn line(command: &Command, out: &mut impl Octets) -> fmt::Result {
    match command {
        Command::Helo(name) => words(out, "HELO ", name.as_bytes()),
        Command::Ehlo(name) => words(out, "EHLO ", name.as_bytes()),
        Command::Lhlo(name) => words(out, "LHLO ", name.as_bytes()),
        Command::Mail(mail) => {
            match writable(mail.from().address()) {
                Some(address) => path(out, "MAIL FROM:<", address)?,
                None => write!(out, "MAIL FROM:{}", mail.from())?,
            }
            mail.params()
                .iter()
                .try_for_each(|param| params::mail(param, out))
        }
        Command::Rcpt(rcpt) => {
            match writable(rcpt.to().address()) {
                Some(address) => path(out, "RCPT TO:<", address)?,
                None => write!(out, "RCPT TO:{}", rcpt.to())?,
            }
            rcpt.params()
                .iter()
                .try_for_each(|param| params::rcpt(param, out))
        }
        Command::Data => out.write_str("DATA"),
        Command::Rset => out.write_str("RSET"),
        Command::Quit => out.write_str("QUIT"),
        Command::StartTls => out.write_str("STARTTLS"),
        Command::Bdat(bdat) => chunk(*bdat, out),
        Command::Noop(text) => optional("NOOP", text.as_ref(), out),
        Command::Help(text) => optional("HELP", text.as_ref(), out),
        Command::Vrfy(text) => words(out, "VRFY ", text.as_bytes()),
        Command::Expn(text) => words(out, "EXPN ", text.as_bytes()),
        Command::Auth(auth) => {
            words(out, "AUTH ", auth.mechanism().as_str().as_bytes())?;
            match auth.initial() {
                None => Ok(()),
                Some(initial) if initial.is_empty() => out.write_str(" ="),
                Some(initial) => {
                    out.write_str(" ")?;
                    base64::write(initial.expose(), out)
                }
            }
        }
        Command::Etrn(node) => words(out, "ETRN ", node.as_bytes()),
        Command::Atrn(domains) => {
            out.write_str("ATRN")?;
            let mut separator = " ";
            domains.iter().try_for_each(|domain| {
                let before = core::mem::replace(&mut separator, ",");
                words(out, before, domain.as_bytes())
            })
        }
        Command::Burl(burl) => write!(out, "BURL {}{}", burl.url(), last(burl.is_last())),
        Command::Xclient(given) => attributes("XCLIENT", given, out),
        Command::Xforward(given) => attributes("XFORWARD", given, out),
        Command::Other(other) if other.args().as_bytes().is_empty() => {
            out.write_str(other.verb.as_str())
        }
        Command::Other(other) => {
            out.octets(other.verb.as_bytes())?;
            words(out, " ", other.args().as_bytes())
        }
    }
}

/// Two pieces of text, one after the other.
#[inline]
pub(super) fn words(out: &mut impl Octets, first: &str, second: &[u8]) -> fmt::Result {
    out.write_str(first)?;
    out.octets(second)
}

/// The address of a path that can be written as it stands.
#[inline]
fn writable(address: Option<&Address>) -> Option<&Address> {
    address.filter(|address| address.is_writable())
}

#[inline]
fn path(out: &mut impl Octets, verb: &str, address: &Address) -> fmt::Result {
    words(out, verb, address.as_bytes())?;
    out.write_str(">")
}

fn chunk(bdat: Bdat, out: &mut impl Octets) -> fmt::Result {
    out.write_str("BDAT ")?;
    decimal(bdat.size(), out)?;
    out.write_str(last(bdat.is_last()))
}

/// A number, without the detour of formatting.
pub(super) fn decimal(mut number: u64, out: &mut impl Octets) -> fmt::Result {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at = at.saturating_sub(1);
        if let Some(digit) = digits.get_mut(at) {
            *digit = b'0'.wrapping_add((number % 10) as u8);
        }
        number /= 10;
        if number == 0 {
            break;
        }
    }
    let digits = digits.get(at..).unwrap_or_default();
    out.octets(digits)
}

fn attributes(verb: &str, given: &[Attribute], out: &mut impl Octets) -> fmt::Result {
    out.write_str(verb)?;
    given.iter().try_for_each(|given| write!(out, " {given}"))
}

impl fmt::Display for Bdat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        chunk(*self, f)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.name)?;
        xtext::write(self.value.as_bytes(), f)
    }
}

const fn last(last: bool) -> &'static str {
    if last { " LAST" } else { "" }
}

fn optional(verb: &str, text: Option<&Text>, out: &mut impl Octets) -> fmt::Result {
    match text {
        Some(text) => {
            out.write_str(verb)?;
            words(out, " ", text.as_bytes())
        }
        None => out.write_str(verb),
    }
}
