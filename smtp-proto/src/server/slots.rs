//! Answers that are owed, and the order in which they leave.

use alloc::collections::VecDeque;

use bytes::BytesMut;

use crate::{
    encode::write_reply,
    types::{Reply, Transcript},
};

/// An answer that is owed to the client. Answer it in any order: answers leave in the order of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(u64);

/// The slots of a complete message: one, or in LMTP one for each recipient that was accepted.
///
/// ```
/// # use mailweft_smtp::server::Slots;
/// fn answer_all(slots: Slots) -> usize {
///     slots.count()
/// }
/// # let _ = answer_all;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slots {
    next: u64,
    end: u64,
}

impl Slots {
    /// How many are left.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX)
    }

    /// Whether none is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.next >= self.end
    }
}

impl Iterator for Slots {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let slot = (self.next < self.end).then_some(Slot(self.next))?;
        self.next = self.next.saturating_add(1);
        Some(slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl ExactSizeIterator for Slots {}

/// What a slot was given out for, and its answer if it came before its turn.
#[derive(Clone, Debug)]
struct Owed<W> {
    what: W,
    answer: Option<Reply>,
}

/// The queue of answers.
#[derive(Clone, Debug)]
pub(super) struct Queue<W> {
    first: u64,
    owed: VecDeque<Owed<W>>,
}

impl<W: Copy> Queue<W> {
    pub(super) const fn new() -> Self {
        Self {
            first: 0,
            owed: VecDeque::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.owed.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.owed.is_empty()
    }

    /// A new slot at the end of the queue.
    pub(super) fn open(&mut self, what: W) -> Slot {
        let slot = Slot(self.first.saturating_add(self.owed.len() as u64));
        self.owed.push_back(Owed { what, answer: None });
        slot
    }

    /// So many new slots at the end of the queue.
    pub(super) fn open_many(&mut self, what: W, count: usize) -> Slots {
        let next = self.first.saturating_add(self.owed.len() as u64);
        for _ in 0..count {
            self.owed.push_back(Owed { what, answer: None });
        }
        Slots {
            next,
            end: next.saturating_add(count as u64),
        }
    }

    /// What an open slot was given out for.
    pub(super) fn what(&self, slot: Slot) -> Option<W> {
        self.place(slot)
            .and_then(|at| self.owed.get(at))
            .map(|owed| owed.what)
    }

    /// Whether everything that is owed satisfies a condition.
    pub(super) fn all(&self, condition: impl Fn(W) -> bool) -> bool {
        self.owed.iter().all(|owed| condition(owed.what))
    }

    fn place(&self, slot: Slot) -> Option<usize> {
        let at = usize::try_from(slot.0.checked_sub(self.first)?).ok()?;
        self.owed
            .get(at)
            .filter(|owed| owed.answer.is_none())
            .map(|_| at)
    }

    /// Answers a slot, and writes out what has come to its turn.
    pub(super) fn answer(
        &mut self,
        slot: Slot,
        reply: Reply,
        out: &mut BytesMut,
        transcript: Option<&mut Transcript>,
    ) {
        let Some(at) = self.place(slot) else { return };
        if let Some(owed) = self.owed.get_mut(at) {
            owed.answer = Some(reply);
        }
        self.release(out, transcript);
    }

    /// Closes the oldest slot, whose answer was written by other means.
    pub(super) fn close_oldest(&mut self, out: &mut BytesMut, transcript: Option<&mut Transcript>) {
        if self.owed.pop_front().is_some() {
            self.first = self.first.saturating_add(1);
        }
        self.release(out, transcript);
    }

    /// Says something of the session's own, behind all that is owed.
    pub(super) fn say(
        &mut self,
        what: W,
        reply: Reply,
        out: &mut BytesMut,
        transcript: Option<&mut Transcript>,
    ) {
        if self.owed.is_empty() {
            write(&reply, out, transcript);
        } else {
            self.owed.push_back(Owed {
                what,
                answer: Some(reply),
            });
        }
    }

    fn release(&mut self, out: &mut BytesMut, mut transcript: Option<&mut Transcript>) {
        while let Some(Owed {
            answer: Some(reply),
            ..
        }) = self.owed.front()
        {
            write(reply, out, transcript.as_deref_mut());
            self.owed.pop_front();
            self.first = self.first.saturating_add(1);
        }
    }

    /// Drops everything that is owed; slots given out before stay invalid.
    pub(super) fn clear(&mut self) {
        self.first = self.first.saturating_add(self.owed.len() as u64);
        self.owed.clear();
    }
}

/// Writes a reply, and records it.
pub(super) fn write(reply: &Reply, out: &mut BytesMut, transcript: Option<&mut Transcript>) {
    let start = out.len();
    write_reply(reply, out);
    if let Some(transcript) = transcript {
        transcript.replies(out.get(start..).unwrap_or_default());
    }
}
