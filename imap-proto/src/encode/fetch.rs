//! FETCH: what is asked and what is answered (RFC 3501 §9, RFC 9051 §9).

use crate::{
    encode::buffer::Encoder,
    error::{Invalid, Rule},
    types::{
        fetch::{Fetch, FetchAttr, FetchItem, MessageData, Octets, SectionData},
        text::AString,
    },
};

impl Encoder<'_> {
    pub(crate) fn fetch(&mut self, fetch: &Fetch) -> &mut Self {
        self.sp().sequence_set(&fetch.set).sp();
        match fetch.attrs.as_slice() {
            [] => self.refuse(Invalid::value(Rule::Fetch)),
            [one] => {
                self.fetch_attr(one);
            }
            many => {
                self.list(many, |e, attr| {
                    e.fetch_attr(attr);
                });
            }
        }
        let mut open = " (";
        if let Some(modseq) = fetch.changed_since {
            self.raw(core::mem::replace(&mut open, " "))
                .raw("CHANGEDSINCE ")
                .number(modseq);
        }
        if fetch.vanished {
            self.raw(core::mem::replace(&mut open, " ")).raw("VANISHED");
        }
        if let Some(range) = fetch.partial {
            self.raw(core::mem::replace(&mut open, " "))
                .raw("PARTIAL ")
                .partial_range(range);
        }
        if open == " " {
            self.byte(b')');
        }
        self
    }

    pub(crate) fn fetch_attr(&mut self, attr: &FetchAttr) -> &mut Self {
        let word = match attr {
            FetchAttr::All => "ALL",
            FetchAttr::Fast => "FAST",
            FetchAttr::Full => "FULL",
            FetchAttr::Flags => "FLAGS",
            FetchAttr::Uid => "UID",
            FetchAttr::InternalDate => "INTERNALDATE",
            FetchAttr::Size => "RFC822.SIZE",
            FetchAttr::Envelope => "ENVELOPE",
            FetchAttr::Body => "BODY",
            FetchAttr::BodyStructure => "BODYSTRUCTURE",
            FetchAttr::Rfc822 => "RFC822",
            FetchAttr::Rfc822Header => "RFC822.HEADER",
            FetchAttr::Rfc822Text => "RFC822.TEXT",
            FetchAttr::ModSeq => "MODSEQ",
            FetchAttr::EmailId => "EMAILID",
            FetchAttr::ThreadId => "THREADID",
            FetchAttr::SaveDate => "SAVEDATE",
            FetchAttr::Preview { lazy: false } => "PREVIEW",
            FetchAttr::Preview { lazy: true } => "PREVIEW (LAZY)",
            FetchAttr::GmailMessageId => "X-GM-MSGID",
            FetchAttr::GmailThreadId => "X-GM-THRID",
            FetchAttr::GmailLabels => "X-GM-LABELS",
            FetchAttr::Section {
                peek,
                section,
                partial,
            } => {
                return self
                    .raw(if *peek { "BODY.PEEK" } else { "BODY" })
                    .section(section)
                    .partial(*partial);
            }
            FetchAttr::Binary {
                peek,
                part,
                partial,
            } => {
                return self
                    .raw(if *peek { "BINARY.PEEK[" } else { "BINARY[" })
                    .part_path(part)
                    .byte(b']')
                    .partial(*partial);
            }
            FetchAttr::BinarySize(part) => {
                return self.raw("BINARY.SIZE[").part_path(part).byte(b']');
            }
            FetchAttr::Annotation(query) => {
                return self.raw("ANNOTATION ").annotation_query(query);
            }
            FetchAttr::Other(name) => return self.atom(name),
        };
        self.raw(word)
    }

    /// `"(" msg-att ")"`
    pub(crate) fn message_data(&mut self, message: &MessageData) -> &mut Self {
        let items = message.items();
        let last = items.len().saturating_sub(1);
        self.list(items.iter().enumerate(), |e, (at, item)| {
            e.fetch_item(item);
            // The next name would be read as the value that this item has not.
            let has_none = matches!(item, FetchItem::Other { value, .. } if value.is_empty());
            if has_none && at < last {
                e.raw(" NIL");
            }
        })
    }

    pub(crate) fn fetch_item(&mut self, item: &FetchItem) -> &mut Self {
        match item {
            FetchItem::Flags(flags) => self.raw("FLAGS ").flags(flags),
            FetchItem::Uid(uid) => self.raw("UID ").number((*uid).into()),
            FetchItem::InternalDate(date) => self.raw("INTERNALDATE ").date_time(*date),
            FetchItem::Size(size) => self.raw("RFC822.SIZE ").number(*size),
            FetchItem::Envelope(envelope) => self.raw("ENVELOPE ").raw(envelope.as_bytes()),
            FetchItem::Body(body) => self.raw("BODY ").raw(body.as_bytes()),
            FetchItem::BodyStructure(body) => self.raw("BODYSTRUCTURE ").raw(body.as_bytes()),
            FetchItem::Section(data) => {
                self.section_head(data);
                self.sp().octets(&data.data, false)
            }
            FetchItem::Binary(data) => {
                self.binary_head(data);
                self.sp().octets(&data.data, true)
            }
            FetchItem::BinarySize { part, size } => self
                .raw("BINARY.SIZE[")
                .part_path(part)
                .raw("] ")
                .number(*size),
            FetchItem::Rfc822(data) => self.raw("RFC822 ").octets(data, false),
            FetchItem::Rfc822Header(data) => self.raw("RFC822.HEADER ").octets(data, false),
            FetchItem::Rfc822Text(data) => self.raw("RFC822.TEXT ").octets(data, false),
            FetchItem::ModSeq(modseq) => self.raw("MODSEQ (").number(*modseq).byte(b')'),
            FetchItem::EmailId(id) => self.raw("EMAILID ").object_id(id),
            FetchItem::ThreadId(Some(id)) => self.raw("THREADID ").object_id(id),
            FetchItem::ThreadId(None) => self.raw("THREADID NIL"),
            FetchItem::SaveDate(Some(date)) => self.raw("SAVEDATE ").date_time(*date),
            FetchItem::SaveDate(None) => self.raw("SAVEDATE NIL"),
            FetchItem::Preview(text) => self
                .raw("PREVIEW ")
                .nstring(text.as_ref().map(|t| t.as_bytes().as_ref())),
            FetchItem::Annotation(given) => self.raw("ANNOTATION ").annotations(given),
            FetchItem::GmailMessageId(id) => self.raw("X-GM-MSGID ").number(*id),
            FetchItem::GmailThreadId(id) => self.raw("X-GM-THRID ").number(*id),
            FetchItem::GmailLabels(labels) => self.raw("X-GM-LABELS ").list(labels, |e, label| {
                e.gmail_label(label);
            }),
            FetchItem::Other { name, value } if value.is_empty() => self.kept(name),
            FetchItem::Other { name, value } => self.kept(name).sp().value(value),
        }
    }

    /// `BODY[section]<origin>`
    pub(crate) fn section_head(&mut self, data: &SectionData) -> &mut Self {
        self.raw("BODY").section(&data.section);
        self.origin(data.origin)
    }

    /// `BINARY[part]<origin>`
    pub(crate) fn binary_head(&mut self, data: &SectionData) -> &mut Self {
        self.raw("BINARY[")
            .part_path(data.section.path())
            .byte(b']');
        self.origin(data.origin)
    }

    fn origin(&mut self, origin: Option<u64>) -> &mut Self {
        match origin {
            Some(origin) => self.byte(b'<').number(origin).byte(b'>'),
            None => self,
        }
    }

    /// The octets of a section as a literal: they are most often too many for a quoted string.
    fn octets(&mut self, octets: &Octets, binary: bool) -> &mut Self {
        match octets {
            Octets::Nil => self.raw("NIL"),
            Octets::Bytes(bytes) => {
                let nul = binary && memchr::memchr(0, bytes).is_some();
                self.literal_header(bytes.len() as u64, nul).raw(bytes)
            }
            // The octets have gone by, so that they cannot be written: a session streams them.
            Octets::Streamed(_) => {
                self.refuse(Invalid::value(Rule::Literal));
                self
            }
        }
    }

    /// A label is a flag when it starts with a backslash, and a string when not.
    pub(crate) fn gmail_label(&mut self, label: &AString) -> &mut Self {
        match label.as_bytes().strip_prefix(b"\\") {
            Some(word) if crate::grammar::is_atom(word) => self.raw(label.as_bytes()),
            _ => self.astring(label),
        }
    }
}
