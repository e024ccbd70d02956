//! The messages of one session of a server.

use alloc::vec::Vec;

use super::{DropListing, MessageNumber, ScanListing, UniqueId};

/// The messages of a maildrop as they were when the session locked it (RFC 1939 §4): sizes,
/// unique-ids and deletion marks, about 16 octets a message and its unique-id.
///
/// ```
/// use mailweft_pop3::{Maildrop, UniqueId};
///
/// let mut maildrop = Maildrop::new();
/// maildrop.push(120, &UniqueId::new("a1")?);
/// maildrop.push(200, &UniqueId::new("b2")?);
/// assert_eq!(maildrop.stat().octets, 320);
/// # Ok::<(), mailweft_pop3::InvalidText>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Maildrop {
    messages: Vec<Message>,
    /// The unique-ids, one behind the other.
    ids: Vec<u8>,
    deleted: usize,
    kept_octets: u64,
}

#[derive(Clone, Copy, Debug)]
struct Message {
    octets: u64,
    /// Where its unique-id ends.
    id_end: u32,
    deleted: bool,
}

impl Maildrop {
    /// A maildrop without messages.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            messages: Vec::new(),
            ids: Vec::new(),
            deleted: 0,
            kept_octets: 0,
        }
    }

    /// Adds the next message: its size with CRLF line ends, and its unique-id. One whose id does
    /// not keep to the RFC, or that would be the 2³²nd, is left out, and `false` says so.
    pub fn push(&mut self, octets: u64, id: &UniqueId) -> bool {
        let end = self.ids.len().saturating_add(id.as_bytes().len());
        let (Ok(id_end), true) = (u32::try_from(end), id.is_regular()) else {
            return false;
        };
        self.ids.extend_from_slice(id.as_bytes());
        self.kept_octets = self.kept_octets.saturating_add(octets);
        self.messages.push(Message {
            octets,
            id_end,
            deleted: false,
        });
        true
    }

    /// Messages that are not deleted, and their octets.
    #[must_use]
    pub fn stat(&self) -> DropListing {
        let kept = self.messages.len().saturating_sub(self.deleted);
        DropListing {
            messages: u32::try_from(kept).unwrap_or(u32::MAX),
            octets: self.kept_octets,
        }
    }

    /// A message that exists and is not deleted.
    #[must_use]
    pub fn scan(&self, number: MessageNumber) -> Option<ScanListing> {
        let message = self.messages.get(number.index())?;
        (!message.deleted).then_some(ScanListing {
            number,
            octets: message.octets,
        })
    }

    /// The unique-id of a message that exists and is not deleted, as octets.
    #[must_use]
    pub fn unique_id(&self, number: MessageNumber) -> Option<&[u8]> {
        let index = number.index();
        let message = self.messages.get(index).filter(|m| !m.deleted)?;
        let start = match index.checked_sub(1) {
            Some(before) => self.messages.get(before)?.id_end,
            None => 0,
        };
        let range = usize::try_from(start).ok()?..usize::try_from(message.id_end).ok()?;
        self.ids.get(range)
    }

    /// Marks a message; `false` where there is none or it is marked already.
    pub(crate) fn delete(&mut self, number: MessageNumber) -> bool {
        let Some(message) = self.messages.get_mut(number.index()) else {
            return false;
        };
        if message.deleted {
            return false;
        }
        message.deleted = true;
        self.deleted = self.deleted.saturating_add(1);
        self.kept_octets = self.kept_octets.saturating_sub(message.octets);
        true
    }

    /// Takes all marks away.
    pub(crate) fn reset(&mut self) {
        for message in &mut self.messages {
            if core::mem::take(&mut message.deleted) {
                self.kept_octets = self.kept_octets.saturating_add(message.octets);
            }
        }
        self.deleted = 0;
    }

    /// How many messages there are, deleted or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there never was a message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The numbers of the messages marked as deleted.
    pub fn deleted(&self) -> impl Iterator<Item = MessageNumber> {
        self.messages
            .iter()
            .enumerate()
            .filter(|(_, message)| message.deleted)
            .filter_map(|(index, _)| MessageNumber::from_index(index))
    }
}
