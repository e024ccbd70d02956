//! Making a body structure from the inside out.

use alloc::{string::String, vec::Vec};

use bytes::{BufMut, BytesMut};

use crate::{
    error::{Invalid, Rule},
    types::{
        body_structure::{BodyKind, BodyStructure},
        envelope::Envelope,
        wire,
    },
};

/// Makes a [`BodyStructure`] from the inside out.
#[derive(Clone, Debug)]
pub struct BodyPartBuilder {
    kind: BodyKind,
    media_type: String,
    subtype: String,
    params: BytesMut,
    id: Option<Vec<u8>>,
    description: Option<Vec<u8>>,
    encoding: String,
    octets: u64,
    lines: u64,
    /// The children of a multipart, or envelope and body of a message, as they are written.
    inside: BytesMut,
    children: usize,
    md5: Option<Vec<u8>>,
    disposition: BytesMut,
    languages: Vec<String>,
    location: Option<Vec<u8>>,
}

impl BodyPartBuilder {
    /// A part that has neither parts nor a message in it.
    pub fn new(media_type: impl Into<String>, subtype: impl Into<String>) -> Self {
        let media_type = media_type.into();
        let kind = match media_type.eq_ignore_ascii_case("text") {
            true => BodyKind::Text,
            false => BodyKind::Basic,
        };
        Self {
            kind,
            media_type,
            subtype: subtype.into(),
            params: BytesMut::new(),
            id: None,
            description: None,
            encoding: String::from("7bit"),
            octets: 0,
            lines: 0,
            inside: BytesMut::new(),
            children: 0,
            md5: None,
            disposition: BytesMut::new(),
            languages: Vec::new(),
            location: None,
        }
    }

    /// A multipart with its parts.
    pub fn multipart(subtype: impl Into<String>, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut part = Self::new("multipart", subtype);
        part.kind = BodyKind::Multipart;
        for child in parts {
            part.children = part.children.saturating_add(1);
            child.write(&mut part.inside, true);
        }
        part
    }

    /// A message/rfc822 part with the envelope and the structure of the message in it.
    pub fn message(envelope: &Envelope, body: Self) -> Self {
        let mut part = Self::new("message", "rfc822");
        part.kind = BodyKind::Message;
        part.inside.put_slice(envelope.as_bytes());
        part.inside.put_u8(b' ');
        body.write(&mut part.inside, true);
        part
    }

    /// Another subtype, for instance `global` for a message (RFC 6532).
    #[must_use]
    pub fn subtype(mut self, subtype: impl Into<String>) -> Self {
        self.subtype = subtype.into();
        self
    }

    /// Adds a parameter of the media type.
    #[must_use]
    pub fn param(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        put_param(&mut self.params, name.as_ref(), value.as_ref());
        self
    }

    /// The `Content-ID`.
    #[must_use]
    pub fn id(mut self, id: impl AsRef<[u8]>) -> Self {
        self.id = Some(id.as_ref().to_vec());
        self
    }

    /// The `Content-Description`, in whatever charset it is.
    #[must_use]
    pub fn description(mut self, description: impl AsRef<[u8]>) -> Self {
        self.description = Some(description.as_ref().to_vec());
        self
    }

    /// The `Content-Transfer-Encoding`; `7bit` unless it is set.
    #[must_use]
    pub fn encoding(mut self, encoding: impl Into<String>) -> Self {
        self.encoding = encoding.into();
        self
    }

    /// The size of the body as it is encoded.
    #[must_use]
    pub const fn octets(mut self, octets: u64) -> Self {
        self.octets = octets;
        self
    }

    /// The lines of a text, or of the message in a message part.
    #[must_use]
    pub const fn lines(mut self, lines: u64) -> Self {
        self.lines = lines;
        self
    }

    /// The `Content-MD5`.
    #[must_use]
    pub fn md5(mut self, md5: impl AsRef<[u8]>) -> Self {
        self.md5 = Some(md5.as_ref().to_vec());
        self
    }

    /// The `Content-Disposition` and its parameters.
    #[must_use]
    pub fn disposition<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        mut self,
        disposition: impl AsRef<[u8]>,
        params: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let mut list = BytesMut::new();
        for (name, value) in params {
            put_param(&mut list, name.as_ref(), value.as_ref());
        }
        self.disposition.clear();
        self.disposition.put_u8(b'(');
        wire::put_string(&mut self.disposition, disposition.as_ref());
        self.disposition.put_u8(b' ');
        put_list(&mut self.disposition, &list);
        self.disposition.put_u8(b')');
        self
    }

    /// Adds to the `Content-Language`.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.languages.push(language.into());
        self
    }

    /// The `Content-Location`.
    #[must_use]
    pub fn location(mut self, location: impl AsRef<[u8]>) -> Self {
        self.location = Some(location.as_ref().to_vec());
        self
    }

    /// The structure with its extension data, as `BODYSTRUCTURE` answers.
    ///
    /// # Errors
    ///
    /// When a multipart has no parts, which the grammar cannot write, or nests deeper than 100 levels.
    pub fn build(&self) -> Result<BodyStructure, Invalid> {
        self.finish(true)
    }

    /// The structure without extension data, as `BODY` answers. Parts inside keep what they were made with.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_basic(&self) -> Result<BodyStructure, Invalid> {
        Ok(self.finish(true)?.without_extension())
    }

    fn finish(&self, extension: bool) -> Result<BodyStructure, Invalid> {
        let mut out = BytesMut::with_capacity(256);
        self.write(&mut out, extension);
        BodyStructure::try_from(out.freeze()).map_err(|_| Invalid::value(Rule::BodyStructure))
    }

    fn write(&self, out: &mut BytesMut, extension: bool) {
        out.put_u8(b'(');
        if self.kind == BodyKind::Multipart {
            out.put_slice(&self.inside);
            out.put_u8(b' ');
            wire::put_string(out, self.subtype.as_bytes());
            if extension {
                out.put_u8(b' ');
                put_list(out, &self.params);
            }
        } else {
            wire::put_string(out, self.media_type.as_bytes());
            out.put_u8(b' ');
            wire::put_string(out, self.subtype.as_bytes());
            out.put_u8(b' ');
            put_list(out, &self.params);
            out.put_u8(b' ');
            wire::put_nstring(out, self.id.as_deref());
            out.put_u8(b' ');
            wire::put_nstring(out, self.description.as_deref());
            out.put_u8(b' ');
            wire::put_string(out, self.encoding.as_bytes());
            out.put_u8(b' ');
            wire::put_number(out, self.octets);
            if self.kind == BodyKind::Message {
                out.put_u8(b' ');
                out.put_slice(&self.inside);
            }
            if self.kind != BodyKind::Basic {
                out.put_u8(b' ');
                wire::put_number(out, self.lines);
            }
            if extension {
                out.put_u8(b' ');
                wire::put_nstring(out, self.md5.as_deref());
            }
        }
        if extension {
            out.put_u8(b' ');
            match self.disposition.is_empty() {
                true => out.put_slice(b"NIL"),
                false => out.put_slice(&self.disposition),
            }
            out.put_u8(b' ');
            match self.languages.as_slice() {
                [] => out.put_slice(b"NIL"),
                many => {
                    for (index, language) in many.iter().enumerate() {
                        out.put_u8(if index == 0 { b'(' } else { b' ' });
                        wire::put_string(out, language.as_bytes());
                    }
                    out.put_u8(b')');
                }
            }
            out.put_u8(b' ');
            wire::put_nstring(out, self.location.as_deref());
        }
        out.put_u8(b')');
    }
}

fn put_param(out: &mut BytesMut, name: &[u8], value: &[u8]) {
    if !out.is_empty() {
        out.put_u8(b' ');
    }
    wire::put_string(out, name);
    out.put_u8(b' ');
    wire::put_string(out, value);
}

fn put_list(out: &mut BytesMut, members: &[u8]) {
    match members.is_empty() {
        true => out.put_slice(b"NIL"),
        false => {
            out.put_u8(b'(');
            out.put_slice(members);
            out.put_u8(b')');
        }
    }
}
