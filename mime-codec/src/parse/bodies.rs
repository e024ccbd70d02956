//! The body lists of RFC 8621 §4.1.4, and the role of each part.

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::{
    flowed,
    types::{
        bodies::{Bodies, Role},
        content_type::MediaType,
        disposition::DispositionType,
        message::Message,
        part::Part,
        part_kind::PartKind,
    },
};

/// One multipart that is being walked.
struct Frame<'a> {
    children: core::iter::Enumerate<crate::types::part::Parts<'a>>,
    alternative: bool,
    /// The part that those of a multipart/related are related to.
    related_root: Option<u32>,
    in_alternative: bool,
    /// The lists that still grow here, and how long they were at the start.
    text: bool,
    html: bool,
    text_len: usize,
    html_len: usize,
}

fn is_media(media_type: &MediaType) -> bool {
    ["image", "audio", "video"]
        .iter()
        .any(|main| media_type.main().eq_ignore_ascii_case(main))
}

impl<'a> Part<'a> {
    /// The body lists of the message that the part is, or of the one part that it is.
    #[must_use]
    pub fn bodies(self) -> Bodies<'a> {
        let mut bodies = Bodies::default();
        let mut stack: Vec<Frame<'a>> = Vec::new();
        if self.kind() == PartKind::Multipart {
            stack.push(Frame::new(self, None, &bodies));
        } else {
            single(self, 0, None, &mut bodies);
        }
        while let Some(frame) = stack.last_mut() {
            match frame.children.next() {
                Some((_, part)) if part.is_multipart() => {
                    let inner = Frame::new(part, Some(frame), &bodies);
                    stack.push(inner);
                }
                Some((at, part)) => single(part, at, Some(frame), &mut bodies),
                None => {
                    frame.finish(&mut bodies);
                    stack.pop();
                }
            }
        }
        bodies
    }
}

impl<'a> Frame<'a> {
    fn new(part: Part<'a>, around: Option<&Self>, bodies: &Bodies<'a>) -> Self {
        let content_type = part.content_type();
        let is = |sub: &str| content_type.media_type().sub().eq_ignore_ascii_case(sub);
        Self {
            children: part.children().enumerate(),
            alternative: is("alternative"),
            related_root: part.related_root().map(Part::id),
            in_alternative: is("alternative") || around.is_some_and(|around| around.in_alternative),
            text: around.is_none_or(|around| around.text),
            html: around.is_none_or(|around| around.html),
            text_len: bodies.text.len(),
            html_len: bodies.html.len(),
        }
    }

    /// An alternative with one form alone is shown in it, whichever is preferred.
    fn finish(&self, bodies: &mut Bodies<'a>) {
        if !(self.alternative && self.text && self.html) {
            return;
        }
        let (text_grew, html_grew) = (
            bodies.text.len() > self.text_len,
            bodies.html.len() > self.html_len,
        );
        if html_grew && !text_grew {
            let html = bodies.html.get(self.html_len..).unwrap_or_default();
            bodies.text.extend_from_slice(html);
        } else if text_grew && !html_grew {
            let text = bodies.text.get(self.text_len..).unwrap_or_default();
            bodies.html.extend_from_slice(text);
        }
    }
}

/// Puts one part, the `at`th of its multipart, into the lists.
fn single<'a>(part: Part<'a>, at: usize, frame: Option<&mut Frame<'a>>, bodies: &mut Bodies<'a>) {
    let content_type = part.content_type();
    let media_type = content_type.media_type();
    let (plain, html, media) = (
        media_type.is("text", "plain"),
        media_type.is("text", "html"),
        is_media(media_type),
    );
    let attached = part
        .disposition()
        .is_some_and(|d| *d.kind() == DispositionType::Attachment);
    // RFC 8621 takes the first; that is the root where `start` names no other (RFC 2387 §3.2).
    let in_place = match frame.as_ref().and_then(|frame| frame.related_root) {
        Some(root) => part.id() == root,
        None => at == 0 || media || part.file_name().is_none(),
    };
    let shown = !attached && (plain || html || media) && in_place;
    if !shown {
        bodies.attachments.push(part);
        return;
    }
    let Some(frame) = frame else {
        bodies.text.push(part);
        bodies.html.push(part);
        return;
    };
    if frame.alternative {
        if plain && frame.text {
            bodies.text.push(part);
        } else if html && frame.html {
            bodies.html.push(part);
        } else {
            bodies.attachments.push(part);
        }
        return;
    }
    if frame.in_alternative {
        frame.html &= !plain;
        frame.text &= !html;
    }
    if frame.text {
        bodies.text.push(part);
    }
    if frame.html {
        bodies.html.push(part);
    }
    if (!frame.text || !frame.html) && media {
        bodies.attachments.push(part);
    }
}

impl<B: AsRef<[u8]>> Message<B> {
    /// The body lists of RFC 8621 §4.1.4.
    #[must_use]
    pub fn bodies(&self) -> Bodies<'_> {
        self.root().bodies()
    }

    /// The text of the message: every plain text that is shown, one after the other. None where there is none.
    ///
    /// `format=flowed` (RFC 3676) is undone.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        joined(&self.bodies().text, "plain")
    }

    /// The HTML of the message: every HTML part that is shown, one after the other. None where there is none.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        joined(&self.bodies().html, "html")
    }

    /// The files that go with the message, those that its HTML shows included.
    #[must_use]
    pub fn attachments(&self) -> Vec<Part<'_>> {
        self.bodies().attachments
    }

    /// What each part is for, in the order of [`parts`](Self::parts).
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let bodies = self.bodies();
        let mut roles: Vec<Role> = Vec::with_capacity(self.index().part_count());
        let shown: alloc::collections::BTreeSet<u32> = bodies
            .text
            .iter()
            .chain(&bodies.html)
            .map(|p| p.id())
            .collect();
        for part in self.parts() {
            let parent = usize::try_from(part.parent().map_or(0, Part::id)).unwrap_or(0);
            let in_nested = part.id() != 0
                && (matches!(roles.get(parent), Some(Role::Nested))
                    || part
                        .parent()
                        .is_some_and(|parent| parent.kind() == PartKind::Message));
            roles.push(match part.kind() {
                _ if in_nested => Role::Nested,
                PartKind::Multipart => Role::Container,
                _ if shown.contains(&part.id()) => Role::Body,
                _ => {
                    let attached = part
                        .disposition()
                        .is_some_and(|d| *d.kind() == DispositionType::Attachment);
                    let referred = part.field("Content-ID").is_some()
                        || part.field("Content-Location").is_some();
                    let related = part
                        .parent()
                        .is_some_and(|parent| parent.content_type().is("multipart", "related"));
                    if !attached && referred && related {
                        Role::Inline
                    } else {
                        Role::Attachment
                    }
                }
            });
        }
        roles
    }
}

fn joined(parts: &[Part<'_>], sub: &str) -> Option<String> {
    let mut found = None;
    for part in parts {
        let content_type = part.content_type();
        if !content_type.is("text", sub) {
            continue;
        }
        let text = part.text();
        let is_flowed = content_type
            .params()
            .get("format")
            .is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
        let text = if is_flowed {
            let delsp = content_type
                .params()
                .get("delsp")
                .is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
            Cow::Owned(flowed::decode(&text, delsp))
        } else {
            text
        };
        let all: &mut String = found.get_or_insert_default();
        if !all.is_empty() && !all.ends_with('\n') {
            all.push_str("\r\n");
        }
        all.push_str(&text);
    }
    found
}

/// The message inside a part: in its octets, or decoded from base64 or quoted-printable.
impl Part<'_> {
    /// The message that a message/rfc822 or message/global part holds, even where it is encoded, on its own.
    #[must_use]
    pub fn decode_message(self) -> Option<Message<Vec<u8>>> {
        let is_message = self.content_type().media_type().is_message();
        is_message.then(|| {
            let octets = match self.kind() {
                PartKind::Leaf => self.body().into_owned(),
                _ => self.raw_body().to_vec(),
            };
            Message::parse(octets)
        })
    }

    /// The part that a multipart/related begins with: the one that its `start` names, or the first (RFC 2387 §3.2).
    #[must_use]
    pub fn related_root(self) -> Option<Self> {
        let content_type = self.content_type();
        if !content_type.is("multipart", "related") {
            return None;
        }
        let start = content_type.params().get("start");
        let start = start
            .as_deref()
            .map(|id| id.trim().trim_start_matches('<').trim_end_matches('>'));
        let named = start.and_then(|start| {
            self.children()
                .find(|part| part.content_id().is_some_and(|id| id.as_str() == start))
        });
        named.or_else(|| self.child(0))
    }
}
