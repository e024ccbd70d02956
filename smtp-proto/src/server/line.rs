//! Command lines on their way in: what each means here, and what is answered where it cannot be served.

use bytes::{Buf as _, Bytes, BytesMut};

use super::{Event, Server, Violation, ViolationKind, command::Refusal, session::What};
use crate::{
    error::{Error, ParseError, PeerError, Rule},
    frame::{Discard, Found, LineEnd},
    parse::{bare_command, decode_base64},
    state::{State, Trigger},
    types::{Command, Reply, Secret},
};

impl Server {
    /// The next line off the front of `input`.
    pub(super) fn poll_line(&mut self, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        loop {
            if self.is_full() {
                return Ok(Some(Event::Blocked));
            }
            let ends = if self.config.bare_lf {
                LineEnd::CrlfOrLf
            } else {
                LineEnd::Crlf
            };
            if self.discarding {
                match self.lines.discard(input, self.config.limits.discard, ends) {
                    Discard::More => return Ok(Some(Event::NeedInput)),
                    Discard::Endless(octets) => {
                        return self
                            .give_up(Reply::LINE_TOO_LONG, PeerError::EndlessLine(octets))
                            .map(Some);
                    }
                    Discard::Done(octets) => {
                        self.discarding = false;
                        return self.line_too_long(octets).map(Some);
                    }
                }
            }
            if !self.slots.is_empty() && !self.may_pass(input) {
                return Ok(Some(Event::Blocked));
            }
            let (len, end) = match self.lines.find(input, self.line_limit(input), ends) {
                Found::Incomplete => return Ok(Some(Event::NeedInput)),
                Found::TooLong => {
                    self.discarding = true;
                    continue;
                }
                Found::Line { len, end } => (len, end),
            };
            return if self.state == State::Exchange {
                let line = input.split_to(len).freeze();
                input.advance(end);
                self.response(&line)
            } else if let Some(command) = input.get(..len).and_then(bare_command) {
                // Verbs without arguments need no slice of the input, and so no allocation.
                input.advance(len.saturating_add(end));
                self.note(&command);
                self.command(command, Bytes::new(), input)
            } else {
                let line = input.split_to(len).freeze();
                input.advance(end);
                self.parse(line, input)
            };
        }
    }

    /// Whether the line at the front may be served while answers are owed: recipients among themselves.
    fn may_pass(&self, input: &[u8]) -> bool {
        let rcpt = input
            .iter()
            .zip(b"RCPT")
            .all(|(had, letter)| had.eq_ignore_ascii_case(letter));
        rcpt && self
            .slots
            .all(|what| matches!(what, What::Rcpt | What::Session))
    }

    /// AUTH may bring a long first message.
    fn line_limit(&self, input: &[u8]) -> usize {
        let auth = input
            .get(..5)
            .is_some_and(|verb| verb.eq_ignore_ascii_case(b"AUTH "));
        if auth || self.state == State::Exchange {
            self.config.limits.auth
        } else {
            self.config.limits.command
        }
    }

    fn line_too_long(&mut self, octets: usize) -> Result<Event, Error> {
        let reply = if self.state == State::Exchange {
            self.step(Trigger::AuthEnd);
            Reply::AUTH_LINE_TOO_LONG
        } else {
            Reply::LINE_TOO_LONG
        };
        self.violate(ViolationKind::LineTooLong(octets), Bytes::new(), reply)
    }

    /// Answers a faulty command, and reports it.
    fn violate(&mut self, kind: ViolationKind, line: Bytes, reply: Reply) -> Result<Event, Error> {
        let code = reply.code();
        let secret = line
            .get(..4)
            .is_some_and(|verb| verb.eq_ignore_ascii_case(b"AUTH"));
        let line = if secret {
            Bytes::from_static(b"AUTH ****")
        } else {
            line
        };
        self.say(reply);
        self.errors = self.errors.saturating_add(1);
        if self.errors > self.config.limits.errors {
            return self.give_up(
                Reply::TOO_MANY_ERRORS,
                PeerError::TooManyErrors(self.errors),
            );
        }
        Ok(Event::Violation(Violation { kind, line, code }))
    }

    /// Records a command.
    fn note(&mut self, command: &Command) {
        let Some(transcript) = &mut self.transcript else {
            return;
        };
        match command {
            Command::Auth(auth) if auth.initial().is_some() => {
                transcript.client(format_args!("AUTH {} ****", auth.mechanism()));
            }
            Command::Burl(burl) => {
                let last = if burl.is_last() { " LAST" } else { "" };
                transcript.client(format_args!("BURL ****{last}"));
            }
            command => transcript.client(format_args!("{command}")),
        }
    }

    /// Records a line that could not be read; one of AUTH may hold a secret for all that.
    fn note_raw(&mut self, line: &[u8]) {
        let Some(transcript) = &mut self.transcript else {
            return;
        };
        let secret = line
            .get(..4)
            .is_some_and(|verb| verb.eq_ignore_ascii_case(b"AUTH"));
        if secret {
            transcript.client(format_args!("AUTH ****"));
        } else {
            transcript.client(format_args!("{}", line.escape_ascii()));
        }
    }

    /// Reads a command and serves it.
    fn parse(&mut self, line: Bytes, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        match Command::read(&line, self.config.tolerance) {
            Ok((command, findings)) => {
                self.findings = findings;
                self.note(&command);
                self.command(command, line, input)
            }
            Err(error) => {
                self.note_raw(&line);
                self.unreadable(error, line).map(Some)
            }
        }
    }

    /// Answers a line that cannot be read.
    fn unreadable(&mut self, error: ParseError, line: Bytes) -> Result<Event, Error> {
        let verb = |verb: &[u8]| {
            line.get(..verb.len())
                .is_some_and(|had| had.eq_ignore_ascii_case(verb))
        };
        if verb(b"BDAT ") {
            return self.give_up(Reply::BAD_CHUNK, PeerError::UnreadableChunk);
        }
        let reply = match error.rule() {
            Rule::Command | Rule::Verb => Reply::BAD_LINE,
            Rule::Address(_) | Rule::Path if verb(b"RCPT") => Reply::BAD_RECIPIENT,
            Rule::Address(_) | Rule::Path if verb(b"MAIL") => Reply::BAD_SENDER,
            Rule::Base64 => Reply::BAD_BASE64,
            _ => Reply::BAD_ARGUMENTS,
        };
        // A verb that is known but stands before something it does not take: the argument is at fault.
        let reply = if error.rule() == Rule::Command && error.offset() > 4 {
            Reply::BAD_ARGUMENTS
        } else {
            reply
        };
        self.violate(ViolationKind::Syntax(error), line, reply)
    }

    /// A line of an authentication: base64, or the star that cancels (RFC 4954 §4).
    fn response(&mut self, line: &Bytes) -> Result<Option<Event>, Error> {
        if let Some(transcript) = &mut self.transcript {
            transcript.client(format_args!(
                "{}",
                if **line == *b"*" { "*" } else { "****" }
            ));
        }
        if **line == *b"*" {
            self.step(Trigger::AuthEnd);
            self.say(Reply::AUTH_CANCELLED);
            return Ok(Some(Event::AuthCancelled));
        }
        match decode_base64(line) {
            Ok(response) => {
                let slot = self.slots.open(What::Auth);
                Ok(Some(Event::AuthResponse {
                    slot,
                    response: Secret::new(response),
                }))
            }
            Err(error) => {
                self.step(Trigger::AuthEnd);
                let kind = ViolationKind::Syntax(error);
                self.violate(kind, Bytes::new(), Reply::BAD_BASE64)
                    .map(Some)
            }
        }
    }

    /// Serves a command, or answers why it cannot be served.
    fn command(
        &mut self,
        command: Command,
        line: Bytes,
        input: &mut BytesMut,
    ) -> Result<Option<Event>, Error> {
        self.idle = self.idle.saturating_add(1);
        if self.idle > self.config.limits.idle_commands {
            return self
                .give_up(
                    Reply::TOO_MANY_COMMANDS,
                    PeerError::TooManyCommands(self.idle),
                )
                .map(Some);
        }
        match self.serve(command, input) {
            Ok(event) => Ok(event),
            Err(Refusal::Answer(kind, reply)) => self.violate(kind, line, reply).map(Some),
            Err(Refusal::Leave(farewell, error)) => self.give_up(farewell, error).map(Some),
        }
    }
}
