//! Content on its way in: DATA up to CRLF.CRLF, BDAT by counting, in constant memory.

use alloc::boxed::Box;

use bytes::{Bytes, BytesMut};

use super::{Aborted, Event, Server, session::What};
use crate::{
    error::{Error, PeerError},
    frame::{BodyFindings, ChunkReader, Step, StrayPolicy, Unstuffer},
    state::{State, Trigger, next},
    types::Reply,
};

/// What content is under way.
#[derive(Debug)]
pub(super) enum Content {
    None,
    /// Up to CRLF.CRLF.
    Data {
        octets: Box<Unstuffer>,
        fate: Fate,
    },
    /// Octets of a chunk.
    Chunk {
        octets: ChunkReader,
        last: bool,
        fate: Fate,
    },
}

/// What becomes of content.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// It is handed out.
    Deliver,
    /// It is thrown away, and then answered so.
    Refuse(Reply),
}

impl Content {
    pub(super) fn data(strays: StrayPolicy) -> Self {
        Self::Data {
            octets: Box::new(Unstuffer::new(strays)),
            fate: Fate::Deliver,
        }
    }
}

impl Server {
    /// Whether the caller has seen content that is not complete.
    pub(super) fn content_begun(&self) -> bool {
        match &self.content {
            Content::Data {
                fate: Fate::Deliver,
                ..
            } => true,
            Content::None | Content::Data { .. } | Content::Chunk { .. } => self
                .transaction
                .is_some_and(|transaction| transaction.begun && !transaction.failed),
        }
    }

    /// The next piece of content, or its end; `None` where commands go on.
    pub(super) fn poll_content(&mut self, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        loop {
            let (piece, delivered) = match &mut self.content {
                // No content is under way in these states; were it so, commands would go on.
                Content::None => {
                    self.step(Trigger::Message);
                    return Ok(None);
                }
                Content::Data { octets, fate } => match octets.next(input) {
                    Step::More => return Ok(Some(Event::NeedInput)),
                    Step::End => {
                        let (fate, findings) = (fate.clone(), octets.findings());
                        return Ok(self.end_data(fate, findings));
                    }
                    Step::Chunk(piece) => (piece, matches!(fate, Fate::Deliver)),
                },
                Content::Chunk { octets, last, fate } => match octets.take(input) {
                    Some(piece) => (piece, matches!(fate, Fate::Deliver)),
                    None if octets.remaining() > 0 => return Ok(Some(Event::NeedInput)),
                    None => {
                        let (last, fate) = (*last, fate.clone());
                        return Ok(self.end_chunk(last, fate));
                    }
                },
            };
            if let Some(event) = self.take(piece, delivered)? {
                return Ok(Some(event));
            }
        }
    }

    /// Counts a piece, and hands it out unless the message is refused.
    fn take(&mut self, chunk: Bytes, delivered: bool) -> Result<Option<Event>, Error> {
        if let Some(transcript) = &mut self.transcript {
            transcript.content(chunk.len());
        }
        let size = match &mut self.transaction {
            Some(transaction) => {
                transaction.size = transaction
                    .size
                    .saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                transaction.size
            }
            None => 0,
        };
        if size
            > self
                .config
                .limits
                .message
                .saturating_add(self.config.limits.discard_message)
        {
            return self
                .give_up(Reply::TOO_BIG_CLOSING, PeerError::EndlessMessage(size))
                .map(Some);
        }
        if !delivered {
            return Ok(None);
        }
        if size > self.config.limits.message {
            self.refuse_content(Reply::TOO_BIG);
            return Ok(Some(Event::BodyAborted {
                reason: Aborted::TooBig,
            }));
        }
        self.idle = 0;
        Ok(Some(Event::Body { chunk }))
    }

    /// From here on the content is thrown away.
    fn refuse_content(&mut self, reply: Reply) {
        if let Content::Data { fate, .. } | Content::Chunk { fate, .. } = &mut self.content {
            *fate = Fate::Refuse(reply);
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.failed = true;
        }
    }

    /// CRLF.CRLF came.
    fn end_data(&mut self, fate: Fate, findings: BodyFindings) -> Option<Event> {
        if let Some(transcript) = &mut self.transcript {
            transcript.client(format_args!("."));
        }
        self.content = Content::None;
        match fate {
            Fate::Deliver if self.config.strays.refuses(findings) => {
                let reply = if findings.bare_cr() || findings.bare_lf() {
                    Reply::BARE_NEWLINES
                } else {
                    Reply::BAD_CONTENT
                };
                self.end_refused(&reply);
                Some(Event::BodyAborted {
                    reason: Aborted::Strays(findings),
                })
            }
            Fate::Deliver => Some(self.complete(findings)),
            Fate::Refuse(reply) => {
                // The caller was told when the message was refused.
                self.end_refused(&reply);
                None
            }
        }
    }

    /// The message is complete and wants its answers.
    fn complete(&mut self, findings: BodyFindings) -> Event {
        let transaction = self.transaction.take().unwrap_or_default();
        self.step(Trigger::Message);
        self.idle = 0;
        let count = if self.config.lmtp {
            transaction.recipients
        } else {
            1
        };
        let slots = self.slots.open_many(What::Message, count);
        Event::BodyEnd {
            slots,
            size: transaction.size,
            findings,
        }
    }

    /// The message is over, and refused: once, or in LMTP once for each recipient.
    fn end_refused(&mut self, reply: &Reply) {
        let transaction = self.transaction.take().unwrap_or_default();
        self.step(Trigger::Message);
        let count = if self.config.lmtp {
            transaction.recipients
        } else {
            1
        };
        for _ in 0..count {
            self.say_now(reply);
        }
    }

    /// The octets of a chunk are about to come.
    pub(super) fn begin_chunk(&mut self, size: u64, last: bool, fate: Fate) {
        // Without a transaction the octets are skipped all the same, in whatever state.
        self.state = next(self.state, Trigger::Chunk).unwrap_or(State::Chunk);
        if let Some(transaction) = &mut self.transaction {
            match fate {
                Fate::Deliver => transaction.begun = true,
                Fate::Refuse(_) => transaction.failed = true,
            }
        }
        self.content = Content::Chunk {
            octets: ChunkReader::new(size),
            last,
            fate,
        };
    }

    /// The octets of a chunk are in.
    fn end_chunk(&mut self, last: bool, fate: Fate) -> Option<Event> {
        self.content = Content::None;
        match (fate, last) {
            (Fate::Deliver, true) => return Some(self.complete(BodyFindings::default())),
            (Fate::Deliver, false) => {
                self.step(Trigger::ChunkEnd);
                self.answer_chunk(&Reply::CHUNK_OK);
            }
            (Fate::Refuse(reply), _) if self.transaction.is_none() => {
                self.state = if self.hello.is_some() {
                    State::Ready
                } else {
                    State::Connected
                };
                self.say_now(&reply);
            }
            (Fate::Refuse(reply), true) => self.end_refused(&reply),
            (Fate::Refuse(reply), false) => {
                self.step(Trigger::ChunkEnd);
                self.say_now(&reply);
            }
        }
        None
    }
}
