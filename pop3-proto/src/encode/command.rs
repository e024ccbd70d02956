//! Commands.

use alloc::string::ToString as _;

use bytes::{BufMut as _, Bytes, BytesMut};

use super::{number::put_number, sasl::encode};
use crate::types::{Command, MessageNumber};

impl Command {
    /// The command as a line with its CRLF.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut line = BytesMut::with_capacity(64);
        self.write(&mut line);
        line.freeze()
    }

    /// Appends the command and its CRLF: no memory is asked for where `out` has room.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_pop3::Command;
    ///
    /// let mut out = BytesMut::new();
    /// Command::Stat.write(&mut out);
    /// Command::List(None).write(&mut out);
    /// assert_eq!(out, "STAT\r\nLIST\r\n");
    /// ```
    pub fn write(&self, out: &mut BytesMut) {
        write_command(self, out);
    }
}

/// Appends the command and CRLF.
pub(crate) fn write_command(command: &Command, out: &mut BytesMut) {
    match command {
        Command::Other { keyword, .. } => out.put_slice(keyword.as_bytes()),
        _ => out.put_slice(command.keyword().as_bytes()),
    }
    match command {
        Command::User(name) => word(name.as_bytes(), out),
        Command::Pass(password) => word(password.expose(), out),
        Command::Apop { name, digest } => {
            word(name.as_bytes(), out);
            word(&digest.to_hex(), out);
        }
        Command::Auth { mechanism, initial } => {
            word(mechanism.to_string().as_bytes(), out);
            match initial {
                None => {}
                Some(initial) if initial.expose().is_empty() => word(b"=", out),
                Some(initial) => word(encode(initial.expose()).as_bytes(), out),
            }
        }
        Command::List(Some(message)) | Command::Uidl(Some(message)) => number(*message, out),
        Command::Retr(message) | Command::Dele(message) => number(*message, out),
        Command::Top {
            number: message,
            lines,
        } => {
            number(*message, out);
            out.put_u8(b' ');
            put_number((*lines).into(), out);
        }
        Command::Lang(Some(tag)) => word(tag.as_bytes(), out),
        Command::Other { arguments, .. } if !arguments.is_empty() => {
            word(arguments.as_bytes(), out);
        }
        _ => {}
    }
    out.put_slice(b"\r\n");
}

/// A blank and a word. What would end the line has no way in here: [`Text`](crate::types::Text) and
/// [`Password`](crate::types::Password) cannot hold it.
fn word(octets: &[u8], out: &mut BytesMut) {
    out.put_u8(b' ');
    out.put_slice(octets);
}

fn number(message: MessageNumber, out: &mut BytesMut) {
    out.put_u8(b' ');
    put_number(message.get().into(), out);
}
