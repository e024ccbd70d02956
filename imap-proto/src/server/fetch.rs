//! FETCH responses that are written piece by piece: a body of any size in constant memory.

use bytes::BufMut;

use super::{event::Slot, session::Server};
use crate::{
    encode::Encoder,
    error::UsageError,
    types::{
        fetch::{FetchItem, Octets, SectionData},
        section::Section,
    },
};

/// What RFC 3501 §6.4.5 asks for by these names, beside the sections of `BODY[]`.
///
/// ```
/// assert_eq!(mailweft_imap::server::Rfc822::Header.as_str(), "RFC822.HEADER");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9051 has none of them any more"
)]
pub enum Rfc822 {
    /// `RFC822`: the message.
    Message,
    /// `RFC822.HEADER`: its header with the empty line.
    Header,
    /// `RFC822.TEXT`: its body.
    Text,
}

impl Rfc822 {
    /// The name of the item.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "RFC822",
            Self::Header => "RFC822.HEADER",
            Self::Text => "RFC822.TEXT",
        }
    }
}

/// A FETCH response whose closing parenthesis is still to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenFetch {
    slot: Slot,
    /// Octets of the open literal that are missing.
    missing: u64,
    /// Whether an item has been written, so that a space comes next.
    written: bool,
}

impl Server {
    pub(super) const fn fetch_is_open(&self) -> bool {
        self.fetch.is_some()
    }

    fn open_fetch(&self, slot: Slot) -> Result<OpenFetch, UsageError> {
        match self.fetch {
            Some(open) if open.slot == slot => Ok(open),
            Some(_) => Err(UsageError::LiteralOpen),
            None => Err(UsageError::NoLiteral),
        }
    }

    /// Starts the FETCH response of one message: `* seq FETCH (`. Nothing else can be sent before [`fetch_end`](Self::fetch_end).
    ///
    /// # Errors
    ///
    /// When nothing waits under `slot`, or another response is open.
    pub fn fetch_begin(&mut self, slot: Slot, seq: u32) -> Result<(), UsageError> {
        self.is_pending(slot)?;
        self.write(|e| {
            e.raw("* ").number(seq.into()).raw(" FETCH (");
        })?;
        self.fetch = Some(OpenFetch {
            slot,
            missing: 0,
            written: false,
        });
        Ok(())
    }

    /// Writes a whole item of the response.
    ///
    /// # Errors
    ///
    /// When no response is open, its literal is not complete, or the item cannot be written.
    pub fn fetch_item(&mut self, slot: Slot, item: &FetchItem) -> Result<(), UsageError> {
        let open = self.open_fetch(slot)?;
        if open.missing > 0 {
            return Err(UsageError::LiteralOpen);
        }
        self.write_anyway(|e| {
            if open.written {
                e.sp();
            }
            e.fetch_item(item);
        })?;
        self.fetch = Some(OpenFetch {
            written: true,
            ..open
        });
        Ok(())
    }

    /// Starts a section whose octets follow as chunks: `BODY[section]<origin> {size}`.
    ///
    /// # Errors
    ///
    /// When no response is open, or its last literal is not complete.
    pub fn fetch_literal(
        &mut self,
        slot: Slot,
        section: &Section,
        origin: Option<u64>,
        size: u64,
    ) -> Result<(), UsageError> {
        let mut data = SectionData::new(section.clone(), Octets::Nil);
        data.origin = origin;
        self.literal(slot, size, false, |e| {
            e.section_head(&data);
        })
    }

    /// Starts a decoded section whose octets follow as chunks: `BINARY[part]<origin> ~{size}` (RFC 3516).
    ///
    /// # Errors
    ///
    /// As [`fetch_literal`](Self::fetch_literal).
    pub fn fetch_binary(
        &mut self,
        slot: Slot,
        part: &[u32],
        origin: Option<u64>,
        size: u64,
    ) -> Result<(), UsageError> {
        let section = Section::part(part.iter().copied());
        let mut data = SectionData::new(section, Octets::Nil);
        data.origin = origin;
        self.literal(slot, size, true, |e| {
            e.binary_head(&data);
        })
    }

    /// Starts an item of RFC 3501 whose octets follow as chunks: `RFC822 {size}`, `RFC822.HEADER {size}`,
    /// `RFC822.TEXT {size}`.
    ///
    /// # Errors
    ///
    /// As [`fetch_literal`](Self::fetch_literal).
    pub fn fetch_rfc822(&mut self, slot: Slot, item: Rfc822, size: u64) -> Result<(), UsageError> {
        self.literal(slot, size, false, |e| {
            e.raw(item.as_str());
        })
    }

    fn literal(
        &mut self,
        slot: Slot,
        size: u64,
        binary: bool,
        head: impl FnOnce(&mut Encoder<'_>),
    ) -> Result<(), UsageError> {
        let open = self.open_fetch(slot)?;
        if open.missing > 0 {
            return Err(UsageError::LiteralOpen);
        }
        self.write_anyway(|e| {
            if open.written {
                e.sp();
            }
            head(e);
            e.sp().literal_header(size, binary);
        })?;
        self.fetch = Some(OpenFetch {
            missing: size,
            written: true,
            ..open
        });
        Ok(())
    }

    /// Writes octets of the open literal. Write [`output`](Self::output) out between chunks, and memory stays constant.
    ///
    /// # Errors
    ///
    /// When no literal is open, or `chunk` is more than was announced.
    pub fn fetch_chunk(&mut self, slot: Slot, chunk: &[u8]) -> Result<(), UsageError> {
        let open = self.open_fetch(slot)?;
        let missing = open
            .missing
            .checked_sub(chunk.len() as u64)
            .ok_or(UsageError::LiteralSize)?;
        self.out.put_slice(chunk);
        if let Some(transcript) = &mut self.transcript {
            transcript.content('S', chunk.len());
        }
        self.fetch = Some(OpenFetch { missing, ..open });
        Ok(())
    }

    /// Ends the response: `)`.
    ///
    /// # Errors
    ///
    /// When no response is open, or fewer octets were written than announced.
    pub fn fetch_end(&mut self, slot: Slot) -> Result<(), UsageError> {
        let open = self.open_fetch(slot)?;
        if open.missing > 0 {
            return Err(UsageError::LiteralSize);
        }
        self.write_anyway(|e| {
            e.byte(b')').crlf();
        })?;
        self.fetch = None;
        Ok(())
    }
}
