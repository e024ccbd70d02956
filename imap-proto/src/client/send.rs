//! What is to be sent, and where sending must wait for the server.

use alloc::{collections::VecDeque, vec::Vec};

use bytes::{BufMut, Bytes, BytesMut};

use super::event::Handle;
use crate::{
    encode::{Encoder, Wire},
    error::Invalid,
    types::{
        command::{AppendData, Command},
        text::Tag,
    },
};

/// A piece of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Octets that can go as soon as those before them have.
    Octets(Bytes),
    /// A `+` from the server must come first.
    Wait,
    /// Octets that the caller gives: how many are missing, of how many; and whether the caller was asked for them.
    Stream {
        missing: u64,
        size: u64,
        asked: bool,
    },
}

/// Pieces of commands in the order they are sent.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<(Handle, Piece)>);

impl Queue {
    /// Adds a command with its tag and line end. The queue is as it was when the command cannot be written.
    pub(super) fn push(
        &mut self,
        handle: Handle,
        tag: &Tag,
        command: &Command,
        wire: Wire,
    ) -> Result<(), Invalid> {
        let mut pieces = Pieces::default();
        let streamed = |data: &AppendData| matches!(data, AppendData::Streamed { .. });
        match command {
            Command::Append(append) if append.messages.iter().any(|m| streamed(&m.data)) => {
                pieces.write(wire, |e| {
                    e.raw(tag.as_bytes())
                        .raw(" APPEND ")
                        .mailbox(&append.mailbox);
                })?;
                pieces.messages(wire, &append.messages)?;
            }
            Command::Replace { number, append, .. }
                if append.messages.iter().any(|m| streamed(&m.data)) =>
            {
                pieces.write(wire, |e| {
                    e.raw(tag.as_bytes())
                        .sp()
                        .raw(command.name())
                        .sp()
                        .sequence_set(number);
                    e.sp().mailbox(&append.mailbox);
                })?;
                pieces.messages(wire, &append.messages)?;
            }
            command => pieces.write(wire, |e| {
                e.raw(tag.as_bytes()).sp().command(command);
            })?,
        }
        pieces.write(wire, |e| {
            e.crlf();
        })?;
        self.0
            .extend(pieces.done.into_iter().map(|piece| (handle, piece)));
        Ok(())
    }

    /// Moves what can go into `out`.
    pub(super) fn pump(&mut self, out: &mut BytesMut) {
        while let Some((_, Piece::Octets(octets))) = self.0.front() {
            out.put_slice(octets);
            self.0.pop_front();
        }
    }

    /// The message whose octets are wanted now and have not been asked for yet.
    pub(super) fn ask(&mut self) -> Option<(Handle, u64)> {
        match self.0.front_mut() {
            Some((handle, Piece::Stream { size, asked, .. })) if !*asked => {
                *asked = true;
                Some((*handle, *size))
            }
            _ => None,
        }
    }

    /// The command that waits for a `+` to go on with a literal.
    pub(super) fn waiting(&self) -> Option<Handle> {
        match self.0.front() {
            Some((handle, Piece::Wait)) => Some(*handle),
            _ => None,
        }
    }

    /// The `+` has come.
    pub(super) fn go_on(&mut self) {
        if matches!(self.0.front(), Some((_, Piece::Wait))) {
            self.0.pop_front();
        }
    }

    /// Takes octets of the message of `handle`; says how many are missing then, or `None` if they are not wanted now.
    pub(super) fn give(&mut self, handle: Handle, octets: usize) -> Option<Result<(), ()>> {
        let Some((mine, Piece::Stream { missing, .. })) = self.0.front_mut() else {
            return None;
        };
        if *mine != handle {
            return None;
        }
        match missing.checked_sub(octets as u64) {
            None => Some(Err(())),
            Some(0) => {
                self.0.pop_front();
                Some(Ok(()))
            }
            Some(left) => {
                *missing = left;
                Some(Ok(()))
            }
        }
    }

    /// Whether anything of a command is still to be sent.
    pub(super) fn has(&self, handle: Handle) -> bool {
        self.0.iter().any(|(mine, _)| *mine == handle)
    }

    /// Forgets what is left of a command whose literal was refused.
    pub(super) fn forget(&mut self, handle: Handle) {
        self.0.retain(|(mine, _)| *mine != handle);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
}

impl Pieces {
    fn write(&mut self, wire: Wire, write: impl FnOnce(&mut Encoder<'_>)) -> Result<(), Invalid> {
        let mut out = BytesMut::new();
        let mut encoder = Encoder::new(&mut out, wire);
        write(&mut encoder);
        let stops = encoder.finish()?;
        let octets = out.freeze();
        let mut from = 0usize;
        for stop in stops {
            self.done.push(Piece::Octets(octets.slice(from..stop)));
            self.done.push(Piece::Wait);
            from = stop;
        }
        if from < octets.len() {
            self.done.push(Piece::Octets(octets.slice(from..)));
        }
        Ok(())
    }

    fn messages(
        &mut self,
        wire: Wire,
        messages: &[crate::types::command::AppendMessage],
    ) -> Result<(), Invalid> {
        for message in messages {
            self.write(wire, |e| {
                e.append_message(message);
            })?;
            if let AppendData::Streamed { size, utf8 } = message.data {
                // Of an empty message nothing is asked for.
                if size > 0 {
                    self.done.push(Piece::Stream {
                        missing: size,
                        size,
                        asked: false,
                    });
                }
                if utf8 {
                    self.write(wire, |e| {
                        e.byte(b')');
                    })?;
                }
            }
        }
        Ok(())
    }
}
