//! One message on its way out: envelope, content, results.

use alloc::{collections::VecDeque, vec::Vec};

use bytes::BytesMut;

use super::{Client, Delivery, Envelope, Event, Stage, flights::Awaited, session::Phase};
use crate::{
    encode::write_command,
    error::{PeerError, UsageError},
    frame::Stuffer,
    types::{Bdat, BodyType, Command, Mail, Rcpt, Reply},
};

/// Chunks that may wait for their answers under PIPELINING.
const CHUNK_WINDOW: usize = 8;
/// Recipients that may wait for their answers under PIPELINING.
const RCPT_WINDOW: usize = 200;

/// What is known of the transaction; dropped as a whole.
#[derive(Debug)]
pub(super) struct Transaction {
    /// The command that opens it, where it has to wait.
    mail: Option<Mail>,
    /// Recipients that have not been named yet.
    rcpts: VecDeque<Rcpt>,
    /// How many have been.
    named: usize,
    /// What is decided, by recipient.
    results: Vec<Option<Delivery>>,
    accepted: Vec<usize>,
    all_or_none: bool,
    step: Step,
    content: Content,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// MAIL and RCPT.
    Envelope,
    /// DATA was sent.
    Data,
    /// The caller gives content.
    Content,
    /// The end was sent, or a chunk was refused: results come.
    Results,
}

/// How content is written.
#[derive(Debug)]
enum Content {
    Data(Stuffer),
    /// BDAT: what was given and does not fill a chunk yet.
    Chunks {
        lines: Option<Stuffer>,
        pending: BytesMut,
    },
}

impl Client {
    /// Begins a transaction: MAIL and RCPT, in groups where PIPELINING is offered. [`Event::Sender`] and an
    /// [`Event::Recipient`] for each recipient follow, then [`Event::SendBody`] if there is anyone to send
    /// to, and [`Event::Done`] in any case.
    ///
    /// # Errors
    ///
    /// Nothing is sent where the transaction cannot be:
    ///
    /// - before [`Event::Ready`], or during another transaction
    /// - no recipient, or more than `RCPTMAX`
    /// - a parameter whose extension is not offered and that cannot be left out
    /// - an address that is not ASCII where SMTPUTF8 is not offered
    /// - a size over the server's limit
    /// - a command line that is too long
    pub fn begin(&mut self, mut envelope: Envelope) -> Result<(), UsageError> {
        self.be_ready("begin")?;
        if !self.flights.is_empty() {
            return Err(UsageError::NotNow {
                call: "begin",
                why: "a reply is awaited",
            });
        }
        if self
            .offers
            .limit("MAILMAX")
            .is_some_and(|max| self.transactions >= max)
        {
            return Err(UsageError::NotNow {
                call: "begin",
                why: "MAILMAX transactions are done",
            });
        }
        envelope.fit(&self.offers, self.secured)?;
        let body = envelope.mail.params().body();
        self.check_lines(&envelope)?;
        let chunks =
            self.offers.has("CHUNKING") && (self.config.chunking || body == BodyType::BinaryMime);
        let content = if chunks {
            let lines = (body != BodyType::BinaryMime).then(|| Stuffer::chunks(self.config.strays));
            Content::Chunks {
                lines,
                pending: BytesMut::new(),
            }
        } else {
            Content::Data(Stuffer::data(self.config.strays))
        };
        let stale = core::mem::take(&mut self.stale);
        if stale {
            self.send(&Command::Rset, Awaited::Reset);
        }
        let (now, later) = if stale && !self.pipelines() {
            (None, Some(envelope.mail))
        } else {
            (Some(envelope.mail), None)
        };
        let count = envelope.recipients.len();
        self.transaction = Some(Transaction {
            mail: later,
            rcpts: envelope.recipients.into(),
            named: 0,
            results: alloc::vec![None; count],
            accepted: Vec::new(),
            all_or_none: envelope.all_or_none,
            step: Step::Envelope,
            content,
        });
        self.transactions = self.transactions.saturating_add(1);
        self.phase = Phase::Transaction;
        if let Some(mail) = now {
            self.send(&Command::Mail(mail), Awaited::Mail);
        }
        Ok(())
    }

    /// Every command of the envelope has to fit into a line, before any is sent.
    fn check_lines(&self, envelope: &Envelope) -> Result<(), UsageError> {
        let mut line = BytesMut::new();
        let mut check = |command: &Command| {
            line.clear();
            write_command(command, &mut line);
            if line.len() > self.config.limits.command {
                Err(UsageError::LineTooLong(line.len()))
            } else {
                Ok(())
            }
        };
        check(&Command::Mail(envelope.mail.clone()))?;
        envelope
            .recipients
            .iter()
            .try_for_each(|rcpt| check(&Command::Rcpt(rcpt.clone())))
    }

    fn pipelines(&self) -> bool {
        self.config.pipelining && self.offers.has("PIPELINING")
    }

    /// Sends what may be sent now; gives the event of a step that needs no reply.
    pub(super) fn pump(&mut self) -> Option<Event> {
        let pipelines = self.pipelines();
        let window = if pipelines { RCPT_WINDOW } else { 1 };
        loop {
            let full = self.flights.len() >= window || self.out.len() >= self.config.limits.output;
            let transaction = self.transaction.as_mut()?;
            if transaction.step != Step::Envelope || full {
                return None;
            }
            if let Some(mail) = transaction.mail.take() {
                self.send(&Command::Mail(mail), Awaited::Mail);
                continue;
            }
            if let Some(rcpt) = transaction.rcpts.pop_front() {
                let index = transaction.named;
                transaction.named = index.saturating_add(1);
                self.send(&Command::Rcpt(rcpt), Awaited::Rcpt(index));
                continue;
            }
            if !self.flights.is_empty() {
                return None;
            }
            return self.envelope_answered();
        }
    }

    /// MAIL and every RCPT are answered.
    fn envelope_answered(&mut self) -> Option<Event> {
        let transaction = self.transaction.as_mut()?;
        let refused = transaction.results.iter().any(Option::is_some);
        if transaction.accepted.is_empty() || (transaction.all_or_none && refused) {
            self.stale = true;
            return Some(self.done());
        }
        match transaction.content {
            Content::Data(_) => {
                transaction.step = Step::Data;
                self.send(&Command::Data, Awaited::Data);
                None
            }
            Content::Chunks { .. } => {
                transaction.step = Step::Content;
                Some(Event::SendBody)
            }
        }
    }

    pub(super) fn mail_answered(&mut self, reply: Reply) -> Event {
        if let Some(transaction) = self.transaction.as_mut().filter(|_| !reply.is_positive()) {
            transaction.rcpts.clear();
            for (index, result) in transaction.results.iter_mut().enumerate() {
                *result = Some(Delivery::new(index, Stage::Sender, reply.clone()));
            }
        }
        Event::Sender { reply }
    }

    pub(super) fn rcpt_answered(&mut self, index: usize, reply: Reply) -> Event {
        if let Some(transaction) = &mut self.transaction {
            match transaction.results.get_mut(index) {
                // MAIL was refused: that is the reason, not the 503 that RCPT got for it.
                Some(Some(_)) | None => {}
                Some(_) if reply.is_positive() => transaction.accepted.push(index),
                Some(result) => {
                    *result = Some(Delivery::new(index, Stage::Recipient, reply.clone()));
                }
            }
        }
        Event::Recipient { index, reply }
    }

    /// The answer to DATA: 354, or the end of the transaction.
    pub(super) fn data_answered(&mut self, reply: Reply) -> Result<Option<Event>, PeerError> {
        let code = reply.code();
        let Some(transaction) = &mut self.transaction else {
            return Ok(None);
        };
        if code == 354 {
            transaction.step = Step::Content;
            return Ok(Some(Event::SendBody));
        }
        if code < 400 {
            return Err(PeerError::WrongClass { verb: "DATA", code });
        }
        self.stale = true;
        self.decide_accepted(Stage::Data, &reply);
        Ok(Some(self.done()))
    }

    /// The answer to a chunk that was not the last.
    pub(super) fn chunk_answered(&mut self, reply: Reply) -> Option<Event> {
        if !reply.is_positive() {
            self.decide_accepted(Stage::Data, &reply);
            self.stale = true;
            if let Some(transaction) = &mut self.transaction {
                transaction.step = Step::Results;
            }
        }
        self.finish_when_landed()
    }

    /// The answer to the end of a message.
    pub(super) fn message_answered(
        &mut self,
        recipient: Option<usize>,
        reply: Reply,
    ) -> Option<Event> {
        match (recipient, &mut self.transaction) {
            (Some(index), Some(transaction)) => {
                if let Some(result @ None) = transaction.results.get_mut(index) {
                    *result = Some(Delivery::new(index, Stage::Message, reply));
                }
            }
            _ => self.decide_accepted(Stage::Message, &reply),
        }
        self.finish_when_landed()
    }

    /// The transaction is over when its end has been decided and nothing is awaited.
    pub(super) fn finish_when_landed(&mut self) -> Option<Event> {
        let over = self
            .transaction
            .as_ref()
            .is_some_and(|transaction| transaction.step == Step::Results);
        (over && self.flights.is_empty()).then(|| self.done())
    }

    /// Gives every recipient that is accepted and undecided this result.
    fn decide_accepted(&mut self, stage: Stage, reply: &Reply) {
        let Some(transaction) = &mut self.transaction else {
            return;
        };
        for &index in &transaction.accepted {
            if let Some(result @ None) = transaction.results.get_mut(index) {
                *result = Some(Delivery::new(index, stage, reply.clone()));
            }
        }
    }

    /// The server leaves amid the transaction: whoever is undecided gets its word.
    pub(super) fn abandon(&mut self, reply: Reply) -> Event {
        if let Some(transaction) = &mut self.transaction {
            for (index, result) in transaction.results.iter_mut().enumerate() {
                if result.is_none() {
                    *result = Some(Delivery::new(index, Stage::Data, reply.clone()));
                }
            }
        }
        self.done()
    }

    fn done(&mut self) -> Event {
        self.phase = Phase::Ready;
        let results = self
            .transaction
            .take()
            .map(|transaction| transaction.results)
            .unwrap_or_default();
        // Where all had to be accepted and one was not, those that were have no result of their own.
        let abandoned = results
            .iter()
            .flatten()
            .next()
            .map(|delivery| delivery.reply().clone());
        let deliveries = results
            .into_iter()
            .enumerate()
            .filter_map(|(index, result)| {
                result.or_else(|| Some(Delivery::new(index, Stage::Recipient, abandoned.clone()?)))
            });
        Event::Done {
            deliveries: deliveries.collect(),
        }
    }

    /// Takes content: as much as `output()` has room for, and tells how much that is. When it takes nothing,
    /// write `output()` out, poll, and call again.
    ///
    /// Dots are stuffed, chunks are cut, bare CR and LF are dealt with as the configuration says; nothing
    /// that could end the message early is ever written.
    ///
    /// # Errors
    ///
    /// - before [`Event::SendBody`], or after the server has refused the message
    /// - an octet that the [`StrayPolicy`](crate::StrayPolicy) refuses; nothing of `content` was taken
    pub fn body(&mut self, content: &[u8]) -> Result<usize, UsageError> {
        let pipelines = self.pipelines();
        let Self {
            transaction,
            out,
            flights,
            config,
            ..
        } = self;
        let transaction = sending(transaction.as_mut(), "body")?;
        let room = config.limits.output.saturating_sub(out.len());
        let window = if pipelines { CHUNK_WINDOW } else { 1 };
        let start = out.len();
        let taken = match &mut transaction.content {
            Content::Data(stuffer) => {
                let piece = content.get(..room.min(content.len())).unwrap_or_default();
                stuffer.write(piece, out).map_err(UsageError::RefusedByte)?;
                piece.len()
            }
            Content::Chunks { lines, pending } => {
                if room == 0 || flights.len() >= window {
                    return Ok(0);
                }
                let free = config.chunk.saturating_sub(pending.len());
                let piece = content.get(..free.min(content.len())).unwrap_or_default();
                match lines {
                    Some(lines) => lines
                        .write(piece, pending)
                        .map_err(UsageError::RefusedByte)?,
                    None => pending.extend_from_slice(piece),
                }
                piece.len()
            }
        };
        if let Some(transcript) = &mut self.transcript {
            transcript.content(taken);
        }
        self.count(start);
        self.send_chunk(false);
        Ok(taken)
    }

    /// Sends a chunk that is full, or the last one whatever it holds.
    fn send_chunk(&mut self, last: bool) {
        let Some(Transaction {
            content: Content::Chunks { pending, .. },
            ..
        }) = &mut self.transaction
        else {
            return;
        };
        if pending.len() < self.config.chunk && !last {
            return;
        }
        let chunk = pending.split();
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        let start = self.out.len();
        let command = Command::Bdat(Bdat::new(size, last));
        write_command(&command, &mut self.out);
        self.out.extend_from_slice(&chunk);
        self.count(start);
        self.note(&command);
        if !last {
            self.flights.push(Awaited::Chunk, self.written);
        }
    }

    /// The content is through. [`Event::Done`] follows.
    ///
    /// # Errors
    ///
    /// Before [`Event::SendBody`], or after the server has refused the message.
    pub fn body_end(&mut self) -> Result<(), UsageError> {
        let transaction = sending(self.transaction.as_mut(), "body_end")?;
        let start = self.out.len();
        match &mut transaction.content {
            Content::Data(stuffer) => {
                stuffer.finish(&mut self.out);
                self.count(start);
                if let Some(transcript) = &mut self.transcript {
                    transcript.client(format_args!("."));
                }
            }
            Content::Chunks { lines, pending } => {
                if let Some(lines) = lines {
                    lines.finish(pending);
                }
                self.send_chunk(true);
            }
        }
        let Some(transaction) = &mut self.transaction else {
            return Ok(());
        };
        transaction.step = Step::Results;
        if self.config.lmtp {
            for index in transaction.accepted.clone() {
                self.flights
                    .push(Awaited::Message(Some(index)), self.written);
            }
        } else {
            self.flights.push(Awaited::Message(None), self.written);
        }
        Ok(())
    }

    /// Gives a transaction up whose content cannot be completed: with chunks, RSET goes before the next
    /// one; with DATA nothing but closing the connection keeps the server from taking what was sent for
    /// the message, and the session is over.
    ///
    /// # Errors
    ///
    /// No transaction is open, or its end has been sent.
    pub fn abort(&mut self) -> Result<(), UsageError> {
        match &self.transaction {
            None => Err(UsageError::NotNow {
                call: "abort",
                why: "no transaction is open",
            }),
            Some(transaction) if transaction.step == Step::Results => Err(UsageError::NotNow {
                call: "abort",
                why: "the end of the message has been sent",
            }),
            Some(transaction) => {
                let amid = transaction.step == Step::Content || transaction.step == Step::Data;
                if amid && matches!(transaction.content, Content::Data(_)) {
                    self.out.clear();
                    self.close();
                } else {
                    self.send(&Command::Rset, Awaited::Reset);
                    if let Some(transaction) = &mut self.transaction {
                        transaction.mail = None;
                        transaction.rcpts.clear();
                        transaction.step = Step::Results;
                    }
                }
                Ok(())
            }
        }
    }
}

/// The transaction, where it takes content.
fn sending<'a>(
    transaction: Option<&'a mut Transaction>,
    call: &'static str,
) -> Result<&'a mut Transaction, UsageError> {
    match transaction {
        Some(transaction) if transaction.step == Step::Content => Ok(transaction),
        Some(Transaction {
            step: Step::Results,
            ..
        }) => Err(UsageError::NotNow {
            call,
            why: "the message is complete, or refused",
        }),
        _ => Err(UsageError::NotNow {
            call,
            why: "the server has not asked for content",
        }),
    }
}
