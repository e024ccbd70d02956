//! What there is to know of a session.

use alloc::vec::Vec;
use core::time::Duration;

use bytes::BytesMut;

use super::session::{Mode, Server};
use crate::{
    error::UsageError,
    state::State,
    types::{
        capability::{Capabilities, Capability},
        response::{Data, Response},
        syntax::{Repairs, Syntax},
        transcript::Transcript,
    },
};

impl Server {
    /// Keeps a record of what is said from now on, secrets left out.
    pub fn record(&mut self, transcript: Transcript) {
        self.transcript = Some(transcript);
    }

    /// The record, if one is kept.
    pub const fn transcript(&mut self) -> Option<&mut Transcript> {
        self.transcript.as_mut()
    }

    /// What is to be written to the client. Take what was written off the front.
    pub const fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Whether more input could be of use now.
    pub fn wants_read(&self) -> bool {
        !matches!(
            self.mode,
            Mode::Closed
                | Mode::AuthCaller(_)
                | Mode::AppendCaller(..)
                | Mode::TlsCaller(_)
                | Mode::Tls
        ) && self.held.is_none()
            && self.pending.len() < self.config.limits.pipeline
    }

    /// Whether the session is over: write the output out and close.
    pub const fn is_closed(&self) -> bool {
        matches!(self.mode, Mode::Closed)
    }

    /// The state of the connection.
    pub const fn state(&self) -> State {
        self.state
    }

    /// What the client has enabled (RFC 5161).
    pub const fn enabled(&self) -> &Capabilities {
        &self.enabled
    }

    /// What of the last command broke the grammar and was understood nevertheless.
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Whether TLS is up.
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// How long the client may be silent: RFC 3501 §5.4 asks for at least 30 minutes, IDLE included.
    pub const fn idle_limit(&self) -> Duration {
        match self.state {
            // Not to be held open by somebody nobody knows.
            State::NotAuthenticated => Duration::from_secs(3 * 60),
            _ => Duration::from_secs(30 * 60),
        }
    }

    /// The capabilities of the present state.
    pub fn capabilities(&self) -> Capabilities {
        if self.state != State::NotAuthenticated {
            return self.config.capabilities.clone();
        }
        let locked = self.config.require_tls && !self.tls;
        self.config
            .capabilities_before_auth
            .iter()
            .filter(|capability| !(self.tls && **capability == Capability::STARTTLS))
            .filter(|capability| !(locked && capability.auth().is_some()))
            .cloned()
            .chain(locked.then_some(Capability::LOGINDISABLED))
            .collect()
    }

    pub(super) fn enable(&mut self, wanted: Vec<Capability>) -> Result<(), UsageError> {
        const CAN_BE: [Capability; 5] = [
            Capability::CONDSTORE,
            Capability::QRESYNC,
            Capability::UTF8_ACCEPT,
            Capability::IMAP4REV2,
            Capability::UIDONLY,
        ];
        let new: Vec<Capability> = wanted
            .into_iter()
            .filter(|one| CAN_BE.contains(one) && self.config.capabilities.has(one))
            .filter(|one| !self.enabled.has(one))
            .collect();
        self.enabled = self
            .enabled
            .iter()
            .cloned()
            .chain(new.iter().cloned())
            .collect();
        self.write(|e| {
            e.response(&Response::Data(Data::Enabled(new))).crlf();
        })
    }

    pub(super) fn tells_closed(&self) -> bool {
        self.enabled.has(&Capability::QRESYNC) || self.enabled.has(&Capability::IMAP4REV2)
    }

    pub(super) fn utf8(&self) -> bool {
        self.enabled.has(&Capability::UTF8_ACCEPT) || self.enabled.has(&Capability::IMAP4REV2)
    }

    pub(super) fn syntax(&self) -> Syntax {
        let mut syntax = Syntax::interop()
            .with_utf8(self.utf8())
            .with_depth(self.config.limits.depth)
            .with_nodes(self.config.limits.nodes);
        syntax.tolerance = self.config.tolerance;
        syntax
    }
}
