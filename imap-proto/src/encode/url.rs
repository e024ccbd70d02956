//! IMAP URLs (RFC 5092 §11).

use core::fmt::{self, Write as _};

use crate::types::url::{ImapUrl, UrlAccess, UrlServer};

/// `achar`: what stands for itself in a name.
const fn is_achar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b'&'
                | b'='
        )
}

/// `bchar`: what stands for itself in a path.
const fn is_bchar(byte: u8) -> bool {
    is_achar(byte) || matches!(byte, b':' | b'@' | b'/')
}

fn percent(f: &mut fmt::Formatter<'_>, text: &str, plain: fn(u8) -> bool) -> fmt::Result {
    for byte in text.bytes() {
        match plain(byte) {
            true => f.write_char(char::from(byte))?,
            false => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

impl fmt::Display for UrlServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("imap://")?;
        if let Some(user) = &self.user {
            percent(f, user.as_str(), is_achar)?;
        }
        if let Some(auth) = &self.auth {
            f.write_str(";AUTH=")?;
            percent(f, auth.as_str(), is_achar)?;
        }
        if self.user.is_some() || self.auth.is_some() {
            f.write_char('@')?;
        }
        percent(f, self.host.as_str(), |byte| {
            is_achar(byte) || matches!(byte, b'[' | b']' | b':')
        })?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// The URL with its token: who has it may use it.
impl fmt::Display for ImapUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(server) = &self.server {
            server.fmt(f)?;
        }
        f.write_char('/')?;
        let Some(mailbox) = &self.mailbox else {
            return Ok(());
        };
        percent(f, mailbox.as_str(), is_bchar)?;
        if let Some(validity) = self.uid_validity {
            write!(f, ";UIDVALIDITY={validity}")?;
        }
        let Some(uid) = self.uid else {
            return match &self.search {
                Some(search) => {
                    f.write_char('?')?;
                    percent(f, search.as_str(), is_bchar)
                }
                None => Ok(()),
            };
        };
        write!(f, "/;UID={uid}")?;
        if let Some(section) = &self.section {
            f.write_str("/;SECTION=")?;
            percent(f, &alloc::string::ToString::to_string(section), is_bchar)?;
        }
        match self.partial {
            Some((origin, Some(count))) => write!(f, "/;PARTIAL={origin}.{count}")?,
            Some((origin, None)) => write!(f, "/;PARTIAL={origin}")?,
            None => {}
        }
        if let Some(expire) = &self.expire {
            f.write_str(";EXPIRE=")?;
            percent(f, expire.as_str(), is_bchar)?;
        }
        let Some(access) = &self.access else {
            return Ok(());
        };
        f.write_str(";URLAUTH=")?;
        match access {
            UrlAccess::Submit(user) => {
                f.write_str("submit+")?;
                percent(f, user.as_str(), is_achar)?;
            }
            UrlAccess::User(user) => {
                f.write_str("user+")?;
                percent(f, user.as_str(), is_achar)?;
            }
            UrlAccess::AuthUser => f.write_str("authuser")?,
            UrlAccess::Anonymous => f.write_str("anonymous")?,
        }
        match &self.verifier {
            Some((mechanism, token)) => {
                write!(f, ":{mechanism}:")?;
                percent(f, token.reveal_str().unwrap_or_default(), is_achar)
            }
            None => Ok(()),
        }
    }
}
