//! What FETCH asks for and what it answers (RFC 3501 §6.4.5, §7.4.2).

use alloc::{boxed::Box, vec::Vec};

use bytes::Bytes;

use crate::types::{
    annotation::{Annotation, AnnotationQuery},
    body_structure::BodyStructure,
    date_time::DateTime,
    envelope::Envelope,
    flag::Flags,
    section::{ObjectId, Partial, PartialRange, Section},
    sequence::SequenceSet,
    text::{AString, Atom},
    value::Value,
};

/// A data item that FETCH asks for: `fetch-att` (RFC 3501 §9, RFC 9051 §9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchAttr {
    /// `ALL`: `FLAGS INTERNALDATE RFC822.SIZE ENVELOPE`.
    All,
    /// `FAST`: `FLAGS INTERNALDATE RFC822.SIZE`.
    Fast,
    /// `FULL`: `FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY`.
    Full,
    /// `FLAGS`
    Flags,
    /// `UID`
    Uid,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822.SIZE`
    Size,
    /// `ENVELOPE`
    Envelope,
    /// `BODY`: the structure without extension data.
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY[section]<partial>`, or `BODY.PEEK[..]` which leaves `\Seen` alone.
    Section {
        /// Whether `\Seen` is left alone.
        peek: bool,
        /// Which part.
        section: Section,
        /// Which octets of it.
        partial: Option<Partial>,
    },
    /// `BINARY[part]<partial>`, or `BINARY.PEEK[..]`: a part with its transfer encoding undone (RFC 3516).
    Binary {
        /// Whether `\Seen` is left alone.
        peek: bool,
        /// The part, a path of numbers.
        part: Vec<u32>,
        /// Which octets of it.
        partial: Option<Partial>,
    },
    /// `BINARY.SIZE[part]` (RFC 3516).
    BinarySize(Vec<u32>),
    /// `RFC822`: the whole message, sets `\Seen`.
    Rfc822,
    /// `RFC822.HEADER`: the header, leaves `\Seen` alone.
    Rfc822Header,
    /// `RFC822.TEXT`: the body, sets `\Seen`.
    Rfc822Text,
    /// `MODSEQ` (RFC 7162).
    ModSeq,
    /// `EMAILID` (RFC 8474).
    EmailId,
    /// `THREADID` (RFC 8474).
    ThreadId,
    /// `SAVEDATE` (RFC 8514).
    SaveDate,
    /// `PREVIEW`, with `(LAZY)` or without (RFC 8970).
    Preview {
        /// Whether the server may answer NIL rather than compute one.
        lazy: bool,
    },
    /// `ANNOTATION (entries attributes)` (RFC 5257).
    Annotation(AnnotationQuery),
    /// `X-GM-MSGID` (Gmail).
    GmailMessageId,
    /// `X-GM-THRID` (Gmail).
    GmailThreadId,
    /// `X-GM-LABELS` (Gmail).
    GmailLabels,
    /// `X-GM-RAW`-like and other items nobody registered.
    Other(Atom),
}

impl FetchAttr {
    /// `BODY.PEEK[section]`: a part, without setting `\Seen`.
    pub const fn peek(section: Section) -> Self {
        Self::Section {
            peek: true,
            section,
            partial: None,
        }
    }

    /// `BODY[section]`: a part; sets `\Seen`.
    pub const fn section(section: Section) -> Self {
        Self::Section {
            peek: false,
            section,
            partial: None,
        }
    }

    /// The same item, but only some octets of it. Does nothing to an item that has none.
    #[must_use]
    pub fn octets(mut self, origin: u64, count: u64) -> Self {
        if let Self::Section { partial, .. } | Self::Binary { partial, .. } = &mut self {
            *partial = Some(Partial::new(origin, count));
        }
        self
    }

    /// Whether fetching it sets `\Seen` (RFC 3501 §6.4.5).
    pub const fn sets_seen(&self) -> bool {
        matches!(
            self,
            Self::Section { peek: false, .. }
                | Self::Binary { peek: false, .. }
                | Self::Rfc822
                | Self::Rfc822Text
        )
    }
}

/// The arguments of FETCH and UID FETCH (RFC 3501 §6.4.5).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Fetch, FetchAttr, SequenceSet};
///
/// let fetch = Fetch::uid(SequenceSet::ALL, [FetchAttr::Flags, FetchAttr::Envelope]).changed_since(12);
/// assert_eq!(
///     Command::Fetch(fetch).to_string(),
///     "UID FETCH 1:* (FLAGS ENVELOPE) (CHANGEDSINCE 12)",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetch {
    /// Whether the set holds unique identifiers: `UID FETCH`.
    pub uid: bool,
    /// Which messages.
    pub set: SequenceSet,
    /// Which data items.
    pub attrs: Vec<FetchAttr>,
    /// `CHANGEDSINCE`: only messages whose mod-sequence is higher (RFC 7162 §3.1.4.1).
    pub changed_since: Option<u64>,
    /// `VANISHED`: also the messages that are gone; only in UID FETCH (RFC 7162 §3.2.6).
    pub vanished: bool,
    /// `PARTIAL`: a window of the messages; only in UID FETCH (RFC 9394 §3.2).
    pub partial: Option<PartialRange>,
}

impl Fetch {
    /// `FETCH`: by message sequence numbers.
    pub fn seq(set: SequenceSet, attrs: impl IntoIterator<Item = FetchAttr>) -> Self {
        Self {
            uid: false,
            set,
            attrs: attrs.into_iter().collect(),
            changed_since: None,
            vanished: false,
            partial: None,
        }
    }

    /// `UID FETCH`: by unique identifiers.
    pub fn uid(set: SequenceSet, attrs: impl IntoIterator<Item = FetchAttr>) -> Self {
        Self {
            uid: true,
            ..Self::seq(set, attrs)
        }
    }

    /// Only messages whose mod-sequence is higher (RFC 7162 §3.1.4.1).
    #[must_use]
    pub const fn changed_since(mut self, modseq: u64) -> Self {
        self.changed_since = Some(modseq);
        self
    }

    /// Also the messages that are gone (RFC 7162 §3.2.6).
    #[must_use]
    pub const fn vanished(mut self) -> Self {
        self.vanished = true;
        self
    }

    /// Only a window of the messages (RFC 9394 §3.2).
    #[must_use]
    pub const fn partial(mut self, range: PartialRange) -> Self {
        self.partial = Some(range);
        self
    }

    /// The data items with the macros `ALL`, `FAST` and `FULL` written out, and `UID` for a UID FETCH (RFC 3501 §6.4.8).
    pub fn expanded(&self) -> Vec<FetchAttr> {
        let mut out = Vec::with_capacity(self.attrs.len().saturating_add(1));
        let mut add = |attr: FetchAttr| {
            if !out.contains(&attr) {
                out.push(attr);
            }
        };
        if self.uid {
            add(FetchAttr::Uid);
        }
        for attr in &self.attrs {
            let expansion: &[FetchAttr] = match attr {
                FetchAttr::All => &[FetchAttr::Envelope],
                FetchAttr::Full => &[FetchAttr::Envelope, FetchAttr::Body],
                FetchAttr::Fast => &[],
                other => {
                    add(other.clone());
                    continue;
                }
            };
            [FetchAttr::Flags, FetchAttr::InternalDate, FetchAttr::Size]
                .iter()
                .chain(expansion)
                .cloned()
                .for_each(&mut add);
        }
        if self.changed_since.is_some() {
            // RFC 7162 §3.1.4.1: CHANGEDSINCE implies MODSEQ.
            add(FetchAttr::ModSeq);
        }
        out
    }
}

/// The octets of a section in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Octets {
    /// `NIL`: there is no such part.
    Nil,
    /// The octets.
    Bytes(Bytes),
    /// So many octets have passed as chunks, and are not kept.
    Streamed(u64),
}

impl Octets {
    /// The octets, if they were kept.
    pub const fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Nil | Self::Streamed(_) => None,
        }
    }
}

impl From<Bytes> for Octets {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// A section in a response: which, from where, and its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectionData {
    /// Which part.
    pub section: Section,
    /// The offset of the first octet, when only some were asked for.
    pub origin: Option<u64>,
    /// The octets.
    pub data: Octets,
}

impl SectionData {
    /// A whole section.
    pub fn new(section: Section, data: impl Into<Octets>) -> Self {
        Self {
            section,
            origin: None,
            data: data.into(),
        }
    }

    /// Octets of a section from `origin` on.
    #[must_use]
    pub const fn with_origin(mut self, origin: u64) -> Self {
        self.origin = Some(origin);
        self
    }
}

/// A data item that FETCH answers: one member of `msg-att` (RFC 3501 §9, RFC 9051 §9).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchItem {
    /// `FLAGS`
    Flags(Flags),
    /// `UID`
    Uid(u32),
    /// `INTERNALDATE`
    InternalDate(DateTime),
    /// `RFC822.SIZE`
    Size(u64),
    /// `ENVELOPE`
    Envelope(Envelope),
    /// `BODY`: the structure without extension data.
    Body(BodyStructure),
    /// `BODYSTRUCTURE`
    BodyStructure(BodyStructure),
    /// `BODY[section]<origin>`
    Section(Box<SectionData>),
    /// `BINARY[part]<origin>` (RFC 3516).
    Binary(Box<SectionData>),
    /// `BINARY.SIZE[part]` (RFC 3516).
    BinarySize {
        /// The part, a path of numbers.
        part: Vec<u32>,
        /// The size of its decoded body.
        size: u64,
    },
    /// `RFC822`
    Rfc822(Octets),
    /// `RFC822.HEADER`
    Rfc822Header(Octets),
    /// `RFC822.TEXT`
    Rfc822Text(Octets),
    /// `MODSEQ` (RFC 7162).
    ModSeq(u64),
    /// `EMAILID` (RFC 8474).
    EmailId(ObjectId),
    /// `THREADID`, `NIL` where the server has none (RFC 8474).
    ThreadId(Option<ObjectId>),
    /// `SAVEDATE` (RFC 8514).
    SaveDate(Option<DateTime>),
    /// `PREVIEW` (RFC 8970).
    Preview(Option<AString>),
    /// `ANNOTATION`: entries and their attributes; entries alone where they have changed (RFC 5257).
    Annotation(Vec<Annotation>),
    /// `X-GM-MSGID` (Gmail).
    GmailMessageId(u64),
    /// `X-GM-THRID` (Gmail).
    GmailThreadId(u64),
    /// `X-GM-LABELS` (Gmail).
    GmailLabels(Vec<AString>),
    /// An item nobody registered, or one whose value could not be read; kept as it came.
    Other {
        /// The name of the item.
        name: Atom,
        /// Its value.
        value: Value,
    },
}

impl FetchItem {
    /// `BODY[section]`
    pub fn section(section: Section, data: impl Into<Octets>) -> Self {
        Self::Section(Box::new(SectionData::new(section, data)))
    }
}

/// The data of one message: `message-data` with FETCH (RFC 3501 §7.4.2).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, Response, Syntax};
///
/// let parsed = Response::parse(b"* 12 FETCH (FLAGS (\\Seen) UID 4827313)\r\n", &Syntax::default())?;
/// let Response::Data(Data::Fetch(message)) = parsed.value else { panic!() };
/// assert_eq!((message.seq(), message.uid()), (12, Some(4_827_313)));
/// assert!(message.flags().unwrap().contains("\\Seen"));
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageData {
    seq: u32,
    items: Vec<FetchItem>,
}

macro_rules! item {
    ($(#[$doc:meta])* $name:ident, $variant:ident -> copied $type:ty) => {
        $(#[$doc])*
        pub fn $name(&self) -> Option<$type> {
            self.items.iter().find_map(|item| match item {
                FetchItem::$variant(value) => Some(*value),
                _ => None,
            })
        }
    };
    ($(#[$doc:meta])* $name:ident, $variant:ident -> $type:ty) => {
        $(#[$doc])*
        pub fn $name(&self) -> Option<$type> {
            self.items.iter().find_map(|item| match item {
                FetchItem::$variant(value) => Some(value),
                _ => None,
            })
        }
    };
}

impl MessageData {
    /// The data of the message with this sequence number.
    pub fn new(seq: u32, items: impl IntoIterator<Item = FetchItem>) -> Self {
        Self {
            seq,
            items: items.into_iter().collect(),
        }
    }

    pub(crate) const fn from_parsed(seq: u32, items: Vec<FetchItem>) -> Self {
        Self { seq, items }
    }

    /// The message sequence number; in a `UIDFETCH` response (RFC 9586) the unique identifier.
    pub const fn seq(&self) -> u32 {
        self.seq
    }

    /// The data items in the order they were sent.
    pub fn items(&self) -> &[FetchItem] {
        &self.items
    }

    /// The data items, to be kept one by one.
    pub fn into_items(self) -> Vec<FetchItem> {
        self.items
    }

    item! {
        /// The flags.
        flags, Flags -> &Flags
    }
    item! {
        /// The unique identifier.
        uid, Uid -> copied u32
    }
    item! {
        /// When the message arrived.
        internal_date, InternalDate -> copied DateTime
    }
    item! {
        /// The size of the message.
        size, Size -> copied u64
    }
    item! {
        /// The envelope.
        envelope, Envelope -> &Envelope
    }
    item! {
        /// The modification sequence (RFC 7162).
        modseq, ModSeq -> copied u64
    }

    /// The structure, with extension data or without, whichever was sent.
    pub fn body_structure(&self) -> Option<&BodyStructure> {
        self.items.iter().find_map(|item| match item {
            FetchItem::BodyStructure(body) | FetchItem::Body(body) => Some(body),
            _ => None,
        })
    }

    /// The octets of a section, if they were sent and kept.
    pub fn section(&self, section: &Section) -> Option<&Bytes> {
        self.items.iter().find_map(|item| match item {
            FetchItem::Section(data) if data.section == *section => data.data.bytes(),
            _ => None,
        })
    }
}
