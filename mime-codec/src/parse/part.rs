//! What the header of a part says, and what its body holds.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    mailbox::Mailboxes,
    message_id::MessageIds,
    params::{MOST, ParamRef, ParamRefs},
    words::has_word,
};
use crate::{
    charset::Charset,
    grammar::{cfws::skip_cfws, is_token, slice},
    transfer::{self, Faults},
    types::{
        content_type::{ContentType, MediaType},
        date_time::DateTime,
        disposition::Disposition,
        encoding::Encoding,
        field::Field,
        mailbox::NamedAddress,
        message_id::MessageId,
        part::Part,
    },
};

/// The fields of a message (RFC 5322 §3.6).
impl<'a> Part<'a> {
    /// The Subject, decoded.
    #[must_use]
    pub fn subject(self) -> Option<Cow<'a, str>> {
        self.field("Subject").map(Field::text)
    }

    /// The mailboxes of the first From field.
    #[must_use]
    pub fn from(self) -> Mailboxes<'a> {
        self.addresses("From")
    }

    /// The mailbox of the Sender field.
    #[must_use]
    pub fn sender(self) -> Option<NamedAddress<'a>> {
        self.addresses("Sender").next()
    }

    /// The mailboxes of the first Reply-To field.
    #[must_use]
    pub fn reply_to(self) -> Mailboxes<'a> {
        self.addresses("Reply-To")
    }

    /// The mailboxes of the first To field, those in groups included.
    #[must_use]
    pub fn to(self) -> Mailboxes<'a> {
        self.addresses("To")
    }

    /// The mailboxes of the first Cc field.
    #[must_use]
    pub fn cc(self) -> Mailboxes<'a> {
        self.addresses("Cc")
    }

    /// The mailboxes of the first Bcc field.
    #[must_use]
    pub fn bcc(self) -> Mailboxes<'a> {
        self.addresses("Bcc")
    }

    /// The mailboxes of the first field of that name.
    #[must_use]
    pub fn addresses(self, name: &str) -> Mailboxes<'a> {
        Mailboxes::new(self.field(name).map_or(&[], Field::raw_value))
    }

    /// The Date, read as leniently as makes sense.
    #[must_use]
    pub fn date(self) -> Option<DateTime> {
        self.field("Date")?.date()
    }

    /// The Message-ID.
    #[must_use]
    pub fn message_id(self) -> Option<MessageId<'a>> {
        self.field("Message-ID")?.message_ids().next()
    }

    /// The identifiers of In-Reply-To.
    #[must_use]
    pub fn in_reply_to(self) -> MessageIds<'a> {
        self.field("In-Reply-To")
            .map(Field::message_ids)
            .unwrap_or_default()
    }

    /// The identifiers of References.
    #[must_use]
    pub fn references(self) -> MessageIds<'a> {
        self.field("References")
            .map(Field::message_ids)
            .unwrap_or_default()
    }
}

/// The fields of MIME (RFC 2045, 2183, 3282, 2557, 1864).
impl<'a> Part<'a> {
    /// The Content-Type; where there is none, `text/plain`, or `message/rfc822` in a digest (RFC 2046 §5.1.5).
    #[must_use]
    pub fn content_type(self) -> ContentType {
        match self.field("Content-Type") {
            Some(field) => field.content_type(),
            None if self.is_in_digest() => MediaType::MESSAGE.into(),
            None => MediaType::TEXT_PLAIN.into(),
        }
    }

    /// The Content-Transfer-Encoding: `None` for one that nobody defined. A part without the field is 7bit.
    #[must_use]
    pub fn encoding(self) -> Option<Encoding> {
        self.declared_encoding()
    }

    /// The Content-Transfer-Encoding in the spelling of the message.
    #[must_use]
    pub fn encoding_name(self) -> Option<Cow<'a, str>> {
        let field = self.field("Content-Transfer-Encoding")?;
        Some(String::from_utf8_lossy(encoding_token(field.raw_value())))
    }

    /// The Content-Disposition.
    #[must_use]
    pub fn disposition(self) -> Option<Disposition> {
        self.field("Content-Disposition").map(Field::disposition)
    }

    /// The Content-ID without angle brackets.
    #[must_use]
    pub fn content_id(self) -> Option<MessageId<'a>> {
        let field = self.field("Content-ID")?;
        let bare = || (!field.raw_value().is_empty()).then(|| MessageId(field.text()));
        field.message_ids().next().or_else(bare)
    }

    /// The Content-Description, decoded.
    #[must_use]
    pub fn description(self) -> Option<Cow<'a, str>> {
        self.field("Content-Description").map(Field::text)
    }

    /// The Content-MD5 (RFC 1864): base64, as it stands.
    #[must_use]
    pub fn md5(self) -> Option<Cow<'a, str>> {
        self.field("Content-MD5").map(Field::text)
    }

    /// The Content-Location (RFC 2557 §4): a URI, unfolded.
    #[must_use]
    pub fn location(self) -> Option<String> {
        let field = self.field("Content-Location")?;
        let text: String = field
            .text()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        Some(text.trim_matches(['<', '>', '"']).to_string())
    }

    /// The tags of Content-Language (RFC 3282).
    #[must_use]
    pub fn languages(self) -> Vec<String> {
        let Some(field) = self.field("Content-Language") else {
            return Vec::new();
        };
        let value = field.raw_value();
        let tags = value.split(|&b| b == b',').map(|tag| {
            let tag = skip_cfws(tag);
            slice(tag, 0, tag.iter().take_while(|&&b| is_token(b)).count())
        });
        tags.filter(|tag| !tag.is_empty())
            .map(|tag| String::from_utf8_lossy(tag).into_owned())
            .collect()
    }

    /// The name of the file that the part is, decoded.
    ///
    /// The first that is there and not empty of: `filename` of Content-Disposition, `name` of Content-Type; of
    /// each the RFC 2231 form before the plain one. It is what the sender wrote: see
    /// [`safe_file_name`](crate::safe_file_name) before a file is made of it.
    #[must_use]
    pub fn file_name(self) -> Option<String> {
        let own = |name: Cow<'_, str>| Some(name.into_owned()).filter(|name| !name.is_empty());
        let from_disposition = || self.disposition().and_then(|d| d.file_name().and_then(own));
        let from_type = || self.content_type().params().get("name").and_then(own);
        from_disposition().or_else(from_type)
    }
}

/// The word of a Content-Transfer-Encoding, without comments, quotes and what follows it.
pub(crate) fn encoding_token(value: &[u8]) -> &[u8] {
    let start = skip_cfws(value);
    let start = start.strip_prefix(b"\"").unwrap_or(start);
    slice(start, 0, start.iter().take_while(|&&b| is_token(b)).count())
}

/// The body, decoded.
impl<'a> Part<'a> {
    /// The body without its transfer encoding.
    ///
    /// Octets in an encoding that nobody defined, and the body of a multipart or message, whose parts are
    /// encoded each for itself, stand as they are.
    #[must_use]
    pub fn body(self) -> Cow<'a, [u8]> {
        self.decoded_body().0
    }

    /// The body without its transfer encoding, and what was odd about it.
    #[must_use]
    pub fn decoded_body(self) -> (Cow<'a, [u8]>, Faults) {
        transfer::decode(self.body_encoding(), self.raw_body())
    }

    /// How many octets [`body`](Self::body) has, without keeping them.
    #[must_use]
    pub fn decoded_len(self) -> u64 {
        transfer::decoded_len(self.body_encoding(), self.raw_body())
    }

    /// The first octets of the body, at most `most`, without decoding the rest.
    #[must_use]
    pub fn body_prefix(self, most: usize) -> Vec<u8> {
        let mut decoder = transfer::Decoder::new(self.body_encoding());
        let mut out = Vec::new();
        // No encoding makes more than four octets of one, but for lines and soft breaks.
        for piece in self.raw_body().chunks(4096) {
            if out.len() >= most {
                break;
            }
            decoder.push(piece, &mut out);
        }
        if out.len() < most {
            decoder.finish(&mut out);
        }
        out.truncate(most);
        out
    }

    /// The encoding that the body is decoded from.
    pub(crate) fn body_encoding(self) -> Encoding {
        if self.kind() == crate::types::part_kind::PartKind::Leaf {
            self.encoding().unwrap_or(Encoding::Binary)
        } else {
            Encoding::Binary
        }
    }

    /// The body as text: decoded from its transfer encoding and its charset.
    ///
    /// A charset that is not named or not known is UTF-8 where the octets are, and windows-1252 where not.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        let (charset, encoding) = (self.charset(), self.body_encoding());
        if !encoding.is_identity() {
            if let Some(text) = charset.decode_body(encoding, self.raw_body()) {
                return Cow::Owned(text);
            }
        }
        match self.body() {
            Cow::Borrowed(body) => charset.decode(body),
            Cow::Owned(body) => Cow::Owned(charset.decode_owned(body)),
        }
    }

    /// What the body is text in; [`Charset::UNKNOWN`] where nothing is said, or a name that nobody knows.
    #[must_use]
    pub fn charset(self) -> Charset {
        let Some(params) = self.type_params() else {
            return Charset::UNKNOWN;
        };
        let is_charset = |param: &ParamRef<'_>| {
            let start = param.name.get(..7);
            start.is_some_and(|name| name.eq_ignore_ascii_case(b"charset"))
        };
        let mut named = ParamRefs::new(params).take(MOST).filter(is_charset);
        let label = match (named.next(), named.next()) {
            (None, _) => None,
            (Some(only), None) if only.name.len() == 7 && !has_word(only.value) => {
                Charset::from_label(&only.unescaped())
            }
            // In pieces, encoded, or more than one.
            _ => {
                let content_type = self.content_type();
                let label = content_type.charset();
                label.and_then(|label| Charset::from_label(label.as_bytes()))
            }
        };
        label.unwrap_or(Charset::UNKNOWN)
    }

    /// True where the media type is `text/..`; a part without a type is text, but in a digest.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// assert!(Message::parse("Content-Type: Text/HTML\r\n\r\n").root().is_text());
    /// assert!(!Message::parse("Content-Type: image/png\r\n\r\n").root().is_text());
    /// ```
    #[must_use]
    pub fn is_text(self) -> bool {
        self.type_entry()
            .map_or(!self.is_in_digest(), |known| known.text)
    }
}
