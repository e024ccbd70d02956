//! What the caller answers.

use super::{Doing, Question, Server, Slot, text};
use crate::{
    encode::write_base64_line,
    error::UsageError,
    frame::{DotEncoder, TopCutter},
    state::State,
    types::{Maildrop, Response, ResponseCode, Status, Text},
};

const OK: Response = Response::ok(Text::EMPTY);

impl Server {
    /// Takes the question of a slot, which is then answered.
    fn answer(
        &mut self,
        slot: Slot,
        fits: impl Fn(Question) -> bool,
        what: &'static str,
    ) -> Result<Question, UsageError> {
        match &self.doing {
            Doing::Owed(open, question) if *open == slot => {
                let question = *question;
                if !fits(question) {
                    return Err(UsageError::Answer(what));
                }
                self.doing = Doing::Command;
                Ok(question)
            }
            _ => Err(UsageError::Slot),
        }
    }

    /// Lets the client in: the answer to a login or to the last message of an exchange.
    ///
    /// # Errors
    ///
    /// A slot that is not open, or that asks something else.
    pub fn open(&mut self, slot: Slot, maildrop: Maildrop) -> Result<(), UsageError> {
        let login = |q| matches!(q, Question::Login | Question::Exchange);
        self.answer(slot, login, "a maildrop")?;
        self.maildrop = maildrop;
        self.state = State::Transaction;
        let line = alloc::format!("{} messages", self.maildrop.stat().messages);
        self.say(&Response::ok(text(line)));
        Ok(())
    }

    /// Sends a challenge: the next line is its response.
    ///
    /// # Errors
    ///
    /// A slot that is not open, or that is no authentication exchange.
    pub fn challenge(&mut self, slot: Slot, challenge: &[u8]) -> Result<(), UsageError> {
        self.answer(slot, |q| q == Question::Exchange, "a challenge")?;
        write_base64_line(b"+ ", challenge, &mut self.output);
        self.doing = Doing::Exchange;
        Ok(())
    }

    /// Refuses whatever a slot asks for. A login that is refused with `[AUTH]`, or without a code,
    /// counts as an attempt; after [`Limits::login_attempts`](super::Limits::login_attempts) of them the session ends.
    ///
    /// # Errors
    ///
    /// A slot that is not open; a response that is not `-ERR`.
    pub fn refuse(&mut self, slot: Slot, response: &Response) -> Result<(), UsageError> {
        if response.status() != Status::Err {
            return Err(UsageError::Answer("anything but -ERR"));
        }
        let question = self.answer(slot, |_| true, "a refusal")?;
        self.say(response);
        match question {
            Question::Login | Question::Exchange => {
                if matches!(response.code(), None | Some(ResponseCode::Auth)) {
                    self.failures = self.failures.saturating_add(1);
                }
                if self.failures >= self.config.limits.login_attempts {
                    self.close();
                }
            }
            // RFC 1939 §6: whatever could not be removed, the session is over.
            Question::Commit => {
                self.close();
            }
            Question::Message(..) | Question::Other => {}
        }
        Ok(())
    }

    /// Answers a [`Event::Lang`](super::Event::Lang) or [`Event::Other`](super::Event::Other) with one line.
    ///
    /// # Errors
    ///
    /// A slot that is not open, or that asks something else.
    pub fn reply(&mut self, slot: Slot, response: &Response) -> Result<(), UsageError> {
        self.answer(slot, |q| q == Question::Other, "a reply")?;
        self.say(response);
        Ok(())
    }

    /// Answers a [`Event::Lang`](super::Event::Lang) or [`Event::Other`](super::Event::Other) with several lines.
    ///
    /// # Errors
    ///
    /// As [`Server::reply`]; and a response that is not `+OK`.
    pub fn reply_lines(
        &mut self,
        slot: Slot,
        response: &Response,
        lines: &[Text],
    ) -> Result<(), UsageError> {
        if !response.is_ok() {
            return Err(UsageError::Answer("lines behind -ERR"));
        }
        self.reply(slot, response)?;
        let mut encoder = DotEncoder::new();
        for line in lines {
            encoder.write(line.as_bytes(), &mut self.output);
            encoder.write(b"\r\n", &mut self.output);
        }
        encoder.finish(&mut self.output);
        Ok(())
    }

    /// Begins to answer RETR or TOP: the message exists and its octets follow.
    ///
    /// # Errors
    ///
    /// A slot that is not open, or that asks something else.
    pub fn begin_message(&mut self, slot: Slot) -> Result<(), UsageError> {
        let message = |q| matches!(q, Question::Message(..));
        let Question::Message(number, lines) = self.answer(slot, message, "a message")? else {
            return Err(UsageError::Slot);
        };
        let response = match (lines, self.maildrop.scan(number)) {
            (None, Some(scan)) => Response::ok(text(alloc::format!("{} octets", scan.octets))),
            _ => OK,
        };
        self.say(&response);
        let cutter = lines.map(TopCutter::new);
        self.doing = Doing::Message(slot, DotEncoder::new(), cutter);
        Ok(())
    }

    /// Gives octets of the message; bare line feeds are written as CRLF, dots are doubled.
    ///
    /// It takes all of `chunk`, so give chunks of a few KiB and write the output out in between:
    /// [`Server::wants_message`] says whether there is room for more.
    ///
    /// # Errors
    ///
    /// No [`Server::begin_message`] for this slot before.
    pub fn message(&mut self, slot: Slot, chunk: &[u8]) -> Result<(), UsageError> {
        match &mut self.doing {
            Doing::Message(open, encoder, cutter) if *open == slot => {
                let chunk = match cutter {
                    Some(cutter) => cutter.take(chunk),
                    None => chunk,
                };
                encoder.write(chunk, &mut self.output);
                Ok(())
            }
            _ => Err(UsageError::Slot),
        }
    }

    /// Whether more octets of the message are wanted now: the output is not full, and TOP has not
    /// had its lines yet.
    #[must_use]
    pub fn wants_message(&self) -> bool {
        match &self.doing {
            Doing::Message(_, _, cutter) => {
                !self.message_is_cut(cutter.as_ref())
                    && self.output.len() < self.config.limits.output
            }
            _ => false,
        }
    }

    fn message_is_cut(&self, cutter: Option<&TopCutter>) -> bool {
        cutter.is_some_and(TopCutter::is_done)
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// No [`Server::begin_message`] for this slot before.
    pub fn end_message(&mut self, slot: Slot) -> Result<(), UsageError> {
        match core::mem::replace(&mut self.doing, Doing::Command) {
            Doing::Message(open, encoder, _) if open == slot => {
                encoder.finish(&mut self.output);
                Ok(())
            }
            doing => {
                self.doing = doing;
                Err(UsageError::Slot)
            }
        }
    }

    /// Says that the deletions of a [`Event::Commit`](super::Event::Commit) are carried out and stored. The session is over.
    ///
    /// # Errors
    ///
    /// A slot that is not open, or that asks something else.
    pub fn committed(&mut self, slot: Slot) -> Result<(), UsageError> {
        self.answer(slot, |q| q == Question::Commit, "a commit")?;
        self.say(&OK);
        self.close();
        Ok(())
    }
}
