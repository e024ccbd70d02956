//! A [`Command`] to its line.

use core::fmt::{self, Write as _};

use bytes::BytesMut;

use super::{Sink, base64, xtext};
use crate::types::{Attribute, Auth, Bdat, Command, Text};

/// Writes a command and its CRLF.
pub(crate) fn write(command: &Command, out: &mut BytesMut) {
    // Writing to a buffer cannot fail.
    let _ = write!(Sink(out), "{command}\r\n");
}

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
        f.write_str(self.verb())?;
        match self {
            Self::Helo(name) | Self::Ehlo(name) | Self::Lhlo(name) => write!(f, " {name}"),
            Self::Mail(mail) => {
                write!(f, " FROM:{}", mail.from())?;
                mail.params()
                    .iter()
                    .try_for_each(|param| write!(f, " {param}"))
            }
            Self::Rcpt(rcpt) => {
                write!(f, " TO:{}", rcpt.to())?;
                rcpt.params()
                    .iter()
                    .try_for_each(|param| write!(f, " {param}"))
            }
            Self::Data | Self::Rset | Self::Quit | Self::StartTls => Ok(()),
            Self::Bdat(bdat) => write!(f, " {}{}", bdat.size(), last(bdat.is_last())),
            Self::Noop(text) | Self::Help(text) => optional(text.as_ref(), f),
            Self::Vrfy(text) | Self::Expn(text) => write!(f, " {text}"),
            Self::Auth(auth) => {
                write!(f, " {}", auth.mechanism())?;
                match auth.initial() {
                    None => Ok(()),
                    Some(initial) if initial.is_empty() => f.write_str(" ="),
                    Some(initial) => {
                        f.write_str(" ")?;
                        base64::write(initial.expose(), f)
                    }
                }
            }
            Self::Etrn(node) => write!(f, " {node}"),
            Self::Atrn(domains) => {
                let mut separator = " ";
                domains.iter().try_for_each(|domain| {
                    f.write_str(core::mem::replace(&mut separator, ","))?;
                    write!(f, "{domain}")
                })
            }
            Self::Burl(burl) => write!(f, " {}{}", burl.url(), last(burl.is_last())),
            Self::Xclient(attributes) | Self::Xforward(attributes) => attributes
                .iter()
                .try_for_each(|attribute| write!(f, " {attribute}")),
            Self::Other(other) if other.args().as_bytes().is_empty() => Ok(()),
            Self::Other(other) => write!(f, " {}", other.args()),
        }
    }
}

impl fmt::Display for Bdat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BDAT {}{}", self.size(), last(self.is_last()))
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

fn optional(text: Option<&Text>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match text {
        Some(text) => write!(f, " {text}"),
        None => Ok(()),
    }
}
