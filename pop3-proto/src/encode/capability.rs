//! Capability lines.

use alloc::string::ToString as _;

use bytes::{BufMut as _, Bytes, BytesMut};

use super::number::put_number;
use crate::types::Capability;

impl Capability {
    /// The line, without its CRLF.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut line = BytesMut::new();
        write_capability(self, &mut line);
        line.truncate(line.len().saturating_sub(2));
        line.freeze()
    }
}

/// Appends the line and CRLF.
pub(crate) fn write_capability(capability: &Capability, out: &mut BytesMut) {
    match capability {
        Capability::Top => out.put_slice(b"TOP"),
        Capability::User => out.put_slice(b"USER"),
        Capability::Sasl(mechanisms) => {
            out.put_slice(b"SASL");
            for mechanism in mechanisms {
                out.put_u8(b' ');
                out.put_slice(mechanism.to_string().as_bytes());
            }
        }
        Capability::RespCodes => out.put_slice(b"RESP-CODES"),
        Capability::AuthRespCode => out.put_slice(b"AUTH-RESP-CODE"),
        Capability::LoginDelay(delay) => {
            out.put_slice(b"LOGIN-DELAY ");
            put_number(delay.seconds.into(), out);
            put_user(delay.per_user, out);
        }
        Capability::Pipelining => out.put_slice(b"PIPELINING"),
        Capability::Expire(expire) => {
            out.put_slice(b"EXPIRE ");
            match expire.days {
                Some(days) => put_number(days.into(), out),
                None => out.put_slice(b"NEVER"),
            }
            put_user(expire.per_user, out);
        }
        Capability::Uidl => out.put_slice(b"UIDL"),
        Capability::Implementation(name) => {
            out.put_slice(b"IMPLEMENTATION ");
            out.put_slice(name.as_bytes());
        }
        Capability::Stls => out.put_slice(b"STLS"),
        Capability::Utf8 { user } => {
            out.put_slice(b"UTF8");
            put_user(*user, out);
        }
        Capability::Lang => out.put_slice(b"LANG"),
        Capability::Other(line) => out.put_slice(line.as_bytes()),
    }
    out.put_slice(b"\r\n");
}

fn put_user(user: bool, out: &mut BytesMut) {
    if user {
        out.put_slice(b" USER");
    }
}
