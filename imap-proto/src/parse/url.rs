//! IMAP URLs (RFC 5092 §11).

use alloc::{string::String, vec::Vec};
use core::str::FromStr;

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Rule},
    parse::cursor::Result,
    types::{
        mailbox::Mailbox,
        section::Section,
        text::{Atom, Secret, Text},
        url::{ImapUrl, UrlAccess, UrlServer},
    },
};

/// What is left of a URL, and how long all of it was.
struct Reader<'a> {
    rest: &'a str,
    whole: usize,
}

impl FromStr for ImapUrl {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self> {
        let mut reader = Reader {
            rest: text,
            whole: text.len(),
        };
        let mut url = Self::default();
        if reader.eat("imap://") {
            url.server = Some(reader.server()?);
            if reader.rest.is_empty() {
                return Ok(url);
            }
        }
        if !reader.eat("/") {
            return Err(reader.error());
        }
        if reader.rest.is_empty() {
            // A path without anything names nothing.
            return match url.server {
                Some(_) => Ok(url),
                None => Err(reader.error()),
            };
        }
        let mailbox = reader.value()?;
        url.mailbox = Some(Mailbox::from(Text::from(mailbox)));
        if reader.eat(";UIDVALIDITY=") {
            url.uid_validity = Some(reader.number()?);
        }
        if reader.eat("?") {
            let search = core::mem::take(&mut reader.rest);
            url.search = Some(Text::from(reader.decode(search)?));
            return Ok(url);
        }
        if reader.eat("/;UID=") {
            url.uid = Some(reader.number()?);
            if reader.eat("/;SECTION=") {
                let section = reader.value()?;
                let section = Section::parse(&section).map_err(|_| reader.error())?;
                url.section = Some(section);
            }
            if reader.eat("/;PARTIAL=") {
                let origin = reader.number()?;
                let count = match reader.eat(".") {
                    true => Some(reader.number()?).filter(|count| *count != 0),
                    false => None,
                };
                url.partial = Some((origin, count));
            }
            reader.authorisation(&mut url)?;
        }
        match reader.rest {
            "" => Ok(url),
            _ => Err(reader.error()),
        }
    }
}

impl<'a> Reader<'a> {
    fn error(&self) -> ParseError {
        let at = self.whole.saturating_sub(self.rest.len());
        ParseError::new(Kind::Impossible, Rule::Url, at)
    }

    /// A fixed text, without regard to case.
    fn eat(&mut self, text: &str) -> bool {
        match self.rest.split_at_checked(text.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(text) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn take_until(&mut self, stop: impl FnMut(char) -> bool) -> &'a str {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        head
    }

    fn number<T: FromStr>(&mut self) -> Result<T> {
        let error = self.error();
        self.take_until(|c| !c.is_ascii_digit())
            .parse()
            .map_err(|_| error)
    }

    /// Up to the next parameter or search, whose slash is not part of it; not empty.
    fn value(&mut self) -> Result<String> {
        let error = self.error();
        let whole = self.rest;
        let mut value = self.take_until(|c| matches!(c, ';' | '?'));
        if self.rest.starts_with(';') {
            if let Some(shorter) = value.strip_suffix('/') {
                value = shorter;
                self.rest = whole.get(value.len()..).unwrap_or_default();
            }
        }
        match value {
            "" => Err(error),
            value => self.decode(value),
        }
    }

    /// Percent signs undone; UTF-8 without controls comes out.
    fn decode(&self, text: &str) -> Result<String> {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        loop {
            match rest {
                [] => break,
                [b'%', high, low, tail @ ..] => {
                    let digit = |byte: u8| char::from(byte).to_digit(16);
                    let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                        return Err(self.error());
                    };
                    out.push(
                        u8::try_from(high.wrapping_mul(16).wrapping_add(low)).unwrap_or_default(),
                    );
                    rest = tail;
                }
                [b'!'..=b'$' | b'&'..=b'~', tail @ ..] => {
                    out.extend(rest.first());
                    rest = tail;
                }
                _ => return Err(self.error()),
            }
        }
        match String::from_utf8(out) {
            Ok(text) if !text.contains(|c: char| c.is_ascii_control()) => Ok(text),
            _ => Err(self.error()),
        }
    }

    /// `iserver`
    fn server(&mut self) -> Result<UrlServer> {
        let authority = self.take_until(|c| c == '/');
        let (who, place) = match authority.rsplit_once('@') {
            Some((who, place)) => (Some(who), place),
            None => (None, authority),
        };
        let (host, port) = match place.rsplit_once(':') {
            // Not a colon inside of an IPv6 address.
            Some((host, port)) if !port.ends_with(']') => {
                (host, Some(port.parse().map_err(|_| self.error())?))
            }
            _ => (place, None),
        };
        if host.is_empty() {
            return Err(self.error());
        }
        let mut server = UrlServer {
            user: None,
            auth: None,
            host: Text::from(self.decode(host)?),
            port,
        };
        if let Some(who) = who {
            let lower = who.to_ascii_lowercase();
            let (user, auth) = match lower.find(";auth=") {
                Some(at) => (who.get(..at), who.get(at.saturating_add(";auth=".len())..)),
                None => (Some(who), None),
            };
            let present = |text: Option<&str>| {
                text.filter(|text| !text.is_empty())
                    .map(|text| self.decode(text))
            };
            server.user = present(user).transpose()?.map(Text::from);
            server.auth = present(auth).transpose()?.map(Text::from);
            if server.user.is_none() && server.auth.is_none() {
                return Err(self.error());
            }
        }
        Ok(server)
    }

    /// `[expire] [";URLAUTH=" access [":" mechanism ":" token]]` (RFC 4467 §3)
    fn authorisation(&mut self, url: &mut ImapUrl) -> Result<()> {
        if self.eat(";EXPIRE=") {
            let until = self.value()?;
            url.expire = Some(Text::from(until));
        }
        if !self.eat(";URLAUTH=") {
            return match url.expire {
                Some(_) => Err(self.error()),
                None => Ok(()),
            };
        }
        let access = self.take_until(|c| c == ':');
        let user = |reader: &Self, prefix: &str| {
            let (head, user) = access.split_at_checked(prefix.len())?;
            (head.eq_ignore_ascii_case(prefix) && !user.is_empty()).then(|| reader.decode(user))
        };
        url.access = Some(match (user(self, "submit+"), user(self, "user+")) {
            (Some(user), _) => UrlAccess::Submit(Text::from(user?)),
            (None, Some(user)) => UrlAccess::User(Text::from(user?)),
            _ if access.eq_ignore_ascii_case("authuser") => UrlAccess::AuthUser,
            _ if access.eq_ignore_ascii_case("anonymous") => UrlAccess::Anonymous,
            _ => return Err(self.error()),
        });
        if self.eat(":") {
            let mechanism = self.take_until(|c| c == ':');
            let mechanism = Atom::new(mechanism).map_err(|_| self.error())?;
            if !self.eat(":") {
                return Err(self.error());
            }
            let token = core::mem::take(&mut self.rest);
            let token = self.decode(token)?;
            if token.is_empty() {
                return Err(self.error());
            }
            url.verifier = Some((mechanism, Secret::from(token)));
        }
        Ok(())
    }
}
