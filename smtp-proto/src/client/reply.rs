//! Replies: what each means for the command that it answers.

use bytes::BytesMut;

use super::{Client, Event, Security, flights::Awaited, session::Phase};
use crate::{
    error::PeerError,
    parse::decode_base64,
    types::{Capabilities, Command, Finding, FindingKind, Reply, Secret},
};

/// An event, or none where the session went on by itself.
type Heard = Result<Option<Event>, PeerError>;

impl Client {
    /// Matches a reply with what it answers.
    pub(super) fn answer(&mut self, reply: Reply, input: &BytesMut) -> Heard {
        if self.flights.is_empty() {
            return self.unasked(reply);
        }
        // A server may leave at any time, and need not wait for a command to say so (RFC 5321 §3.8).
        if reply.code() == 421 {
            return Ok(Some(self.left(reply)));
        }
        let refused = reply.is_transient() || reply.is_permanent();
        // A server that has had enough of a message may say so before it has seen the end of it.
        let content = matches!(
            self.flights.front(),
            Some(Awaited::Chunk | Awaited::Message(_))
        );
        let premature = !self.flights.has_left(self.sent());
        let tolerable = refused && content;
        if premature && !tolerable {
            return Err(PeerError::EarlyReply(reply.code()));
        }
        let Some(awaited) = self.flights.pop() else {
            return Ok(None);
        };
        let intermediate = matches!(awaited, Awaited::Data | Awaited::Auth);
        if (300..400).contains(&reply.code()) && !intermediate {
            return Err(PeerError::WrongClass {
                verb: awaited.verb(),
                code: reply.code(),
            });
        }
        let opening = matches!(
            awaited,
            Awaited::Greeting | Awaited::Ehlo | Awaited::Helo | Awaited::StartTls
        );
        if self.phase == Phase::Leaving && opening {
            // QUIT has been said: nothing that the opening would lead to is wanted any more.
            return Ok(None);
        }
        match awaited {
            Awaited::Greeting => Ok(Some(self.greeted(reply))),
            Awaited::Ehlo => self.ehlo(reply),
            Awaited::Helo => Ok(Some(self.helo(reply))),
            Awaited::StartTls => self.starttls(&reply, input),
            Awaited::Auth => self.authenticated(reply),
            Awaited::AuthCancel => Ok(Some(self.auth_failed(reply))),
            Awaited::Reset => Ok(self.finish_when_landed()),
            Awaited::Quit => {
                self.close();
                Ok(Some(Event::Closed { reply: Some(reply) }))
            }
            Awaited::Command(command) => {
                if matches!(*command, Command::Xclient(_)) && reply.is_positive() {
                    self.offers = Capabilities::new();
                    self.authenticated = false;
                    self.say_hello();
                }
                Ok(Some(Event::Reply {
                    command: *command,
                    reply,
                }))
            }
            Awaited::Mail => Ok(Some(self.mail_answered(reply))),
            Awaited::Rcpt(index) => Ok(Some(self.rcpt_answered(index, reply))),
            Awaited::Data => self.data_answered(reply),
            Awaited::Chunk => Ok(self.chunk_answered(reply)),
            Awaited::Message(recipient) => Ok(self.message_answered(recipient, reply)),
        }
    }

    /// A reply to nothing. Refusals amid content are what servers say that have had enough; anything
    /// positive was put there by someone who wants it to answer a command to come.
    fn unasked(&mut self, reply: Reply) -> Heard {
        if reply.code() == 421 {
            return Ok(Some(self.left(reply)));
        }
        let refused = reply.is_transient() || reply.is_permanent();
        if refused && self.transaction.is_some() {
            let done = self.abandon(reply);
            self.close();
            return Ok(Some(done));
        }
        Err(PeerError::UnexpectedReply(reply.code()))
    }

    /// 421: the server leaves.
    fn left(&mut self, reply: Reply) -> Event {
        let closed = Event::Closed {
            reply: Some(reply.clone()),
        };
        let event = match self.transaction.is_some() {
            true => {
                let done = self.abandon(reply);
                self.queued = Some(closed);
                done
            }
            false => closed,
        };
        self.close();
        event
    }

    fn greeted(&mut self, reply: Reply) -> Event {
        if reply.code() == 220 {
            self.say_hello();
            Event::Greeting { reply }
        } else {
            self.leave();
            Event::Rejected { reply }
        }
    }

    /// The answer to EHLO: what is offered; or HELO where the server knows no EHLO (RFC 5321 §4.1.4).
    fn ehlo(&mut self, reply: Reply) -> Heard {
        if reply.is_positive() {
            self.offers = Capabilities::from(&reply);
            return self.opened();
        }
        if reply.is_permanent() && !matches!(reply.code(), 521 | 554) && !self.config.lmtp {
            let helo = Command::Helo(self.config.name.clone());
            self.send(&helo, Awaited::Helo);
            return Ok(None);
        }
        self.leave();
        Ok(Some(Event::Rejected { reply }))
    }

    fn helo(&mut self, reply: Reply) -> Event {
        if reply.is_positive() {
            if self.config.security == Security::Required && !self.secured {
                self.leave();
                return Event::Rejected { reply };
            }
            self.phase = Phase::Ready;
            Event::Ready
        } else {
            self.leave();
            Event::Rejected { reply }
        }
    }

    /// EHLO is through: STARTTLS is next, or the caller is.
    fn opened(&mut self) -> Heard {
        let offered = self.offers.has("STARTTLS");
        let wanted = matches!(
            self.config.security,
            Security::Opportunistic | Security::Required
        );
        if wanted && offered && !self.secured {
            self.send(&Command::StartTls, Awaited::StartTls);
            return Ok(None);
        }
        if self.config.security == Security::Required && !self.secured {
            return Err(PeerError::NoStartTls);
        }
        self.phase = Phase::Ready;
        Ok(Some(Event::Ready))
    }

    /// The answer to STARTTLS. What stands behind it in clear was put there by someone who wants it to be
    /// read as if TLS had protected it.
    fn starttls(&mut self, reply: &Reply, input: &BytesMut) -> Heard {
        if reply.is_positive() {
            if !input.is_empty() {
                return Err(PeerError::StartTlsInjection(input.len()));
            }
            self.phase = Phase::Handshake;
            return Ok(Some(Event::UpgradeTls));
        }
        if self.config.security == Security::Required {
            return Err(PeerError::NoStartTls);
        }
        self.phase = Phase::Ready;
        Ok(Some(Event::Ready))
    }

    /// A challenge, or the end of an authentication (RFC 4954 §4).
    fn authenticated(&mut self, reply: Reply) -> Heard {
        match reply.code() {
            334 => {
                let text = reply.lines().next().unwrap_or_default();
                let decoded = decode_base64(text);
                if decoded.is_err() {
                    // Servers say "334 PLAIN supported" where nothing is to be said.
                    let end = text.len().saturating_add(4);
                    self.findings
                        .push(Finding::new(FindingKind::OddChallenge, 4, end));
                }
                if let Some(initial) = self.initial.take() {
                    self.send_response(&initial);
                    return Ok(None);
                }
                if let Some(credentials) = &mut self.credentials {
                    match credentials.respond(decoded.ok().as_deref()) {
                        Some(response) => self.send_response(&response),
                        None => self.send_cancel(),
                    }
                    return Ok(None);
                }
                let challenge = decoded.unwrap_or_else(|_| text.to_vec());
                Ok(Some(Event::AuthChallenge {
                    challenge: Secret::new(challenge),
                }))
            }
            200..=299 => {
                let early = self
                    .credentials
                    .take()
                    .is_some_and(|credentials| !credentials.is_complete());
                if self.initial.take().is_some() || early {
                    return Err(PeerError::EarlySuccess);
                }
                self.authenticated = true;
                self.phase = Phase::Ready;
                if self.config.hello_after_auth {
                    self.offers = Capabilities::new();
                    self.say_hello();
                }
                Ok(Some(Event::Authenticated { reply }))
            }
            code @ 300..=399 => Err(PeerError::WrongClass { verb: "AUTH", code }),
            _ => Ok(Some(self.auth_failed(reply))),
        }
    }

    fn auth_failed(&mut self, reply: Reply) -> Event {
        self.initial = None;
        self.credentials = None;
        self.phase = Phase::Ready;
        Event::AuthFailed { reply }
    }
}
