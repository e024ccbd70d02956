//! What there is to know of a client session.

use core::time::Duration;

use bytes::BytesMut;

use super::session::{Client, Mode};
use crate::{
    state::State,
    types::{
        capability::{Capabilities, Capability},
        syntax::Repairs,
        transcript::Transcript,
    },
};

impl Client {
    /// Keeps a record of what is said from now on, secrets left out.
    pub fn record(&mut self, transcript: Transcript) {
        self.transcript = Some(transcript);
    }

    /// The record, if one is kept.
    pub const fn transcript(&mut self) -> Option<&mut Transcript> {
        self.transcript.as_mut()
    }

    /// What is to be written to the server. Take what was written off the front.
    pub const fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Whether more input could be of use now.
    pub const fn wants_read(&self) -> bool {
        matches!(self.mode, Mode::Greeting | Mode::Open)
    }

    /// Whether the session is over.
    pub const fn is_closed(&self) -> bool {
        matches!(self.mode, Mode::Closed)
    }

    /// The state of the connection.
    pub const fn state(&self) -> State {
        self.state
    }

    /// What the server can do, if it has said so since it last mattered: ask with
    /// [`Command::Capability`](crate::Command::Capability) if not.
    pub const fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// Whether the server has said that it can do this.
    pub fn has(&self, capability: &Capability) -> bool {
        self.capabilities
            .as_ref()
            .is_some_and(|capabilities| capabilities.has(capability))
    }

    /// What is enabled (RFC 5161).
    pub const fn enabled(&self) -> &Capabilities {
        &self.enabled
    }

    /// Whether TLS is up.
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// Whether commands wait for their answers.
    pub fn is_busy(&self) -> bool {
        !self.pending.is_empty() || !self.held.is_empty()
    }

    /// What of the last response broke the grammar and was understood nevertheless.
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// How long IDLE may last before it must be asked for anew: RFC 2177 §3 says 29 minutes.
    pub const fn idle_limit(&self) -> Duration {
        Duration::from_secs(29 * 60)
    }
}
