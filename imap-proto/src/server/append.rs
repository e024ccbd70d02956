//! Messages that come: APPEND, REPLACE and CATENATE, passed on as they come.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{
    event::{Event, Slot},
    session::{Mode, Server},
};
use crate::{
    error::{Error, PeerError},
    frame::{LiteralHeader, Policy},
    parse::{self, AppendPart},
    types::{
        command::{Append, AppendData, AppendMessage, CatenatePart, Command},
        mailbox::Mailbox,
        response::Status,
        sequence::SequenceSet,
        text::AString,
    },
};

/// What has come of the messages of a command.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// How many were announced.
    count: usize,
    /// Octets of the texts of this one.
    octets: u64,
    /// Whether this one is put together from parts.
    pub(super) catenate: bool,
}

impl Server {
    /// A message is announced, with the first literal of it.
    pub(super) fn message(
        &mut self,
        slot: Slot,
        mailbox: Mailbox,
        replaces: Option<(bool, SequenceSet)>,
        part: AppendPart,
        header: LiteralHeader,
    ) {
        self.incoming = Messages {
            count: self.incoming.count.saturating_add(1),
            octets: header.size,
            catenate: part.catenate.is_some(),
        };
        self.mode = Mode::AppendCaller(slot, header);
        self.ready.push_back(Event::AppendMessage {
            slot,
            mailbox,
            replaces,
            flags: part.flags,
            date: part.date,
            annotations: part.annotations,
            size: header.size,
            utf8: part.utf8,
        });
        self.urls(slot, part.catenate.unwrap_or_default());
    }

    fn urls(&mut self, slot: Slot, urls: Vec<AString>) {
        if !urls.is_empty() {
            self.ready.push_back(Event::AppendUrls { slot, urls });
        }
    }

    /// Another literal of the command: the next text of CATENATE, a URL in one, or another message of a MULTIAPPEND.
    pub(super) fn next_literal(
        &mut self,
        slot: Slot,
        header: LiteralHeader,
        head: &Bytes,
    ) -> Result<Option<Event>, Error> {
        let mut behind = head.slice(self.framer.last_hole().min(head.len())..);
        if self.incoming.catenate {
            match parse::catenate_next(&behind, &self.syntax()) {
                Ok((urls, None)) => {
                    self.incoming.octets = self.incoming.octets.saturating_add(header.size);
                    if self.incoming.octets > self.config.limits.append {
                        return self.refuse_message(slot, header).map(Some);
                    }
                    self.urls(slot, urls);
                    self.go_on(header, Policy::Stream);
                    self.mode = Mode::AppendChunks(slot);
                    return Ok(self.ready.pop_front());
                }
                Ok((urls, Some(rest))) => {
                    self.urls(slot, urls);
                    self.ready.push_back(Event::AppendMessageEnd { slot });
                    behind = rest;
                }
                // A URL in a literal, or what cannot be read: it is kept, and looked at again when it is all there.
                Err(_) if self.keeps(header) => {
                    self.go_on(header, Policy::Buffer);
                    return Ok(None);
                }
                Err(_) => return self.refuse_message(slot, header).map(Some),
            }
        } else if let Some(rest) = behind.strip_prefix(b")") {
            behind = behind.slice_ref(rest);
        }
        let (mailbox, replaces) = match self.pending(slot).map(|pending| &pending.command) {
            Ok(Command::Append(append)) => (append.mailbox.clone(), None),
            Ok(Command::Replace {
                uid,
                number,
                append,
            }) => (append.mailbox.clone(), Some((*uid, number.clone()))),
            _ => (Mailbox::INBOX, None),
        };
        match parse::append_part(&behind, header, &self.syntax()) {
            Ok(part) if self.may_catenate(&part) && header.size <= self.config.limits.append => {
                self.message(slot, mailbox, replaces, part, header);
                Ok(self.ready.pop_front())
            }
            _ => self.refuse_message(slot, header).map(Some),
        }
    }

    /// Whether a message is given whole, or may be put together from parts.
    pub(super) fn may_catenate(&self, part: &AppendPart) -> bool {
        use crate::types::capability::Capability;
        part.catenate.is_none() || self.config.capabilities.has(&Capability::CATENATE)
    }

    /// Lets the octets of a literal come.
    fn go_on(&mut self, header: LiteralHeader, policy: Policy) {
        if header.sync {
            // A message that comes and a FETCH that goes are never open together.
            self.write(|e| {
                e.raw("+ go on").crlf();
            })
            .unwrap_or_default();
        }
        self.framer.decide(policy);
    }

    fn refuse_message(&mut self, slot: Slot, header: LiteralHeader) -> Result<Event, Error> {
        self.framer.decide(Policy::Reject);
        if !header.sync && header.size > self.config.limits.skip {
            return Err(self.fatal(PeerError::Literal(header.size)));
        }
        Ok(self.append_aborted(slot, "malformed or too big a message"))
    }

    pub(super) fn append_aborted(&mut self, slot: Slot, why: &'static str) -> Event {
        self.mode = Mode::Commands;
        self.incoming = Messages::default();
        self.ready.clear();
        self.answer(slot, Status::bad(why));
        Event::AppendAborted { slot }
    }

    /// The line has ended: what of the last message is still to be told, and that this was all.
    pub(super) fn append_end(&mut self, slot: Slot, command: &Command) -> Option<Event> {
        let (Command::Append(append) | Command::Replace { append, .. }) = command else {
            return Some(self.append_aborted(slot, "syntax error in APPEND"));
        };
        // One of URLs alone, behind one that was passed on, would come too late to be told of.
        if append.messages.len() != self.incoming.count {
            return Some(
                self.append_aborted(slot, "a message of URLs alone comes first, or by itself"),
            );
        }
        if self.incoming.catenate {
            if let Some(AppendData::Catenate(parts)) = append.messages.last().map(|last| &last.data)
            {
                let last_text = parts
                    .iter()
                    .rposition(|part| !matches!(part, CatenatePart::Url(_)));
                let behind = last_text.map_or(0, |at| at.saturating_add(1));
                let urls = parts.iter().skip(behind).filter_map(|part| match part {
                    CatenatePart::Url(url) => Some(url.clone()),
                    _ => None,
                });
                self.urls(slot, urls.collect());
            }
            self.ready.push_back(Event::AppendMessageEnd { slot });
        }
        self.ready.push_back(Event::AppendEnd { slot });
        self.incoming = Messages::default();
        self.mode = Mode::Commands;
        self.ready.pop_front()
    }
}

/// The command that a message is part of, without the message.
pub(super) fn append_of(mailbox: &Mailbox, replaces: Option<&(bool, SequenceSet)>) -> Command {
    let message = AppendMessage::with_data(AppendData::Streamed {
        size: 0,
        utf8: false,
    });
    let append = Append::new(mailbox.clone(), message);
    match replaces {
        Some((uid, number)) => Command::Replace {
            uid: *uid,
            number: number.clone(),
            append,
        },
        None => Command::Append(append),
    }
}
