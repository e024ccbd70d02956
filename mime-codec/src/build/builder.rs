//! The paved way to a new message.

use alloc::{borrow::Cow, string::String, vec::Vec};

use mailweft_address::{Item, Mailbox};

use super::{
    attachment::Attachment,
    body::Body,
    people::{People, Role},
    plan::{self, Draft},
};
use crate::{
    encode::{
        date_time::Written,
        field::{self, FieldWriter},
        mailbox::write_list,
        words::write_text,
    },
    error::{InvalidText, InvalidTextKind},
    parse::words::decode_text,
    types::{date_time::DateTime, message_id::MessageId},
};

/// What the way to the recipients can carry: the extensions of SMTP that every hop has.
///
/// ```
/// use mailweft_mime::Transport;
///
/// let mut transport = Transport::default();
/// assert!(!transport.eight_bit);
/// transport.eight_bit = true;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transport {
    /// 8BITMIME (RFC 6152): octets above 127 in bodies.
    pub eight_bit: bool,
    /// BINARYMIME (RFC 3030): any octets in bodies, in lines of any length.
    pub binary: bool,
    /// SMTPUTF8 (RFC 6531): UTF-8 in header fields and addresses.
    pub utf8: bool,
}

/// Builds a message: injection-proof, deterministic, its exact length known before it is written.
///
/// What is said twice is there twice for recipients, attachments and free fields, and the last word counts for
/// everything else. What is wrong with any argument is told by [`build`](Self::build).
///
/// ```
/// use mailweft_address::{Address, Mailbox};
/// use mailweft_mime::{Attachment, Builder, DateTime, MediaType, Message, MessageId};
///
/// let draft = Builder::new()
///     .from(Mailbox::with_name("Jürgen", Address::from_static("j@example.org"))?)
///     .to(Address::from_static("ann@example.net"))
///     .subject("Grüße, and a file")
///     .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
///     .message_id(MessageId::new("1@example.org")?)
///     .text("Hello!\n")
///     .html("<p>Hello!</p>\n")
///     .attach(Attachment::new(MediaType::PDF, &b"%PDF-1.7"[..]).named("résumé.pdf"))
///     .seed(7)
///     .build()?;
///
/// let octets = draft.to_bytes().unwrap();
/// assert_eq!(octets.len() as u64, draft.len());
///
/// let message = Message::parse(octets);
/// assert_eq!(message.from().next().unwrap().name(), Some("Jürgen"));
/// assert_eq!(message.subject().as_deref(), Some("Grüße, and a file"));
/// let attachment = message.root().child(1).unwrap();
/// assert_eq!(attachment.file_name().as_deref(), Some("résumé.pdf"));
/// assert_eq!(attachment.body(), b"%PDF-1.7".as_slice());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Builder {
    people: People,
    keep_bcc: bool,
    date: Option<DateTime>,
    message_id: Option<MessageId<'static>>,
    in_reply_to: Vec<MessageId<'static>>,
    references: Vec<MessageId<'static>>,
    subject: Option<String>,
    fields: Vec<(String, Value)>,
    text: Option<String>,
    html: Option<String>,
    calendar: Option<(String, String)>,
    inline: Vec<Attachment>,
    attachments: Vec<Body>,
    body: Option<Body>,
    seed: u64,
    transport: Transport,
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Mailboxes(Vec<Item>),
}

impl Builder {
    /// An empty message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an author; there must be one.
    #[must_use]
    pub fn from(mut self, author: impl Into<Mailbox>) -> Self {
        self.people.add(Role::From, Item::Mailbox(author.into()));
        self
    }

    /// Who sends it, where that is not the one author (RFC 5322 §3.6.2).
    #[must_use]
    pub fn sender(mut self, sender: impl Into<Mailbox>) -> Self {
        self.people.set(Role::Sender, Item::Mailbox(sender.into()));
        self
    }

    /// Adds a mailbox that answers should go to.
    #[must_use]
    pub fn reply_to(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.people
            .add(Role::ReplyTo, Item::Mailbox(mailbox.into()));
        self
    }

    /// Adds a recipient.
    #[must_use]
    pub fn to(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.people.add(Role::To, Item::Mailbox(mailbox.into()));
        self
    }

    /// Adds a recipient of a copy.
    #[must_use]
    pub fn cc(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.people.add(Role::Cc, Item::Mailbox(mailbox.into()));
        self
    }

    /// Adds a recipient whom the others do not see: in [`Draft::recipients`], and not in the message.
    #[must_use]
    pub fn bcc(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.people.add(Role::Bcc, Item::Mailbox(mailbox.into()));
        self
    }

    /// Adds mailboxes and groups to To.
    #[must_use]
    pub fn to_list(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        items
            .into_iter()
            .for_each(|item| self.people.add(Role::To, item));
        self
    }

    /// Adds mailboxes and groups to Cc.
    #[must_use]
    pub fn cc_list(mut self, items: impl IntoIterator<Item = Item>) -> Self {
        items
            .into_iter()
            .for_each(|item| self.people.add(Role::Cc, item));
        self
    }

    /// Writes a Bcc field: for a draft that is stored, and for a submission server that is known to remove it.
    #[must_use]
    pub fn keep_bcc(mut self) -> Self {
        self.keep_bcc = true;
        self
    }

    /// The date; there must be one.
    #[must_use]
    pub fn date(mut self, date: DateTime) -> Self {
        self.date = Some(date);
        self
    }

    /// The Message-ID.
    #[must_use]
    pub fn message_id(mut self, id: MessageId<'static>) -> Self {
        self.message_id = Some(id);
        self
    }

    /// Adds a message that this one answers.
    #[must_use]
    pub fn in_reply_to(mut self, id: MessageId<'static>) -> Self {
        self.in_reply_to.push(id);
        self
    }

    /// The messages of the thread before this one, the oldest first.
    #[must_use]
    pub fn references(mut self, ids: impl IntoIterator<Item = MessageId<'static>>) -> Self {
        self.references.extend(ids);
        self
    }

    /// The subject, in any characters but CR, LF and NUL.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Asks for a notice that the message was read (RFC 8098 §2.1).
    #[must_use]
    pub fn disposition_notification_to(mut self, mailbox: impl Into<Mailbox>) -> Self {
        self.people
            .add(Role::ReceiptTo, Item::Mailbox(mailbox.into()));
        self
    }

    /// Adds a field of any other name with text in any characters but CR, LF and NUL.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.fields.push((name.into(), Value::Text(text.into())));
        self
    }

    /// Adds a field of any other name with mailboxes and groups.
    #[must_use]
    pub fn address_field(
        mut self,
        name: impl Into<String>,
        items: impl IntoIterator<Item = Item>,
    ) -> Self {
        self.fields
            .push((name.into(), Value::Mailboxes(items.into_iter().collect())));
        self
    }

    /// The plain text; line ends of any kind become CRLF.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The HTML; beside plain text it is the alternative to it.
    #[must_use]
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }

    /// An invitation, or an answer to one (RFC 6047): the last of the alternatives.
    #[must_use]
    pub fn calendar(mut self, method: impl Into<String>, object: impl Into<String>) -> Self {
        self.calendar = Some((method.into(), object.into()));
        self
    }

    /// Adds a file that the HTML shows: one with [`Attachment::inline`].
    #[must_use]
    pub fn inline(mut self, attachment: Attachment) -> Self {
        self.inline.push(attachment);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachments.push(Body::attachment(attachment));
        self
    }

    /// Adds any part beside text and attachments.
    #[must_use]
    pub fn attach_body(mut self, body: Body) -> Self {
        self.attachments.push(body);
        self
    }

    /// The whole body, in place of text, HTML and attachments.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// What boundaries are made of: the same seed makes the same message.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What the way to the recipients can carry; without it, US-ASCII alone.
    #[must_use]
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Everything checked, and the length known.
    ///
    /// # Errors
    ///
    /// No author or no date; CR, LF or NUL in a subject, a name, a text field; a field name that is none, or one
    /// that is written for you (`Content-..`, `MIME-Version`, and those with a method of their own); an address
    /// outside US-ASCII where the transport has no SMTPUTF8.
    pub fn build(mut self) -> Result<Draft, InvalidText> {
        let mut head = Vec::with_capacity(1024);
        self.write_header(&mut head)?;
        let (seed, transport) = (self.seed, self.transport);
        let people = core::mem::take(&mut self.people);
        let body = self.into_body()?;
        plan::plan(head, body, seed, transport, people)
    }

    fn write_header(&self, head: &mut Vec<u8>) -> Result<(), InvalidText> {
        let mut writer = FieldWriter::new(head, self.transport.utf8);
        let missing = |place| InvalidText::new(InvalidTextKind::Empty, place);
        if self.people.of(Role::From).next().is_none() {
            return Err(missing("From"));
        }
        let date = self.date.ok_or_else(|| missing("Date"))?;
        writer.begin("Date");
        writer.word(Written::new(&date).as_bytes());
        writer.end();
        for (name, role) in [
            ("From", Role::From),
            ("Sender", Role::Sender),
            ("Reply-To", Role::ReplyTo),
            ("To", Role::To),
            ("Cc", Role::Cc),
            ("Bcc", Role::Bcc),
            ("Disposition-Notification-To", Role::ReceiptTo),
        ] {
            let mut items = self.people.of(role).peekable();
            let is_hidden = role == Role::Bcc && !self.keep_bcc;
            if items.peek().is_some() && !is_hidden {
                write_mailboxes(&mut writer, name, items)?;
            }
        }
        for (name, ids) in [
            ("Message-ID", self.message_id.as_slice()),
            ("In-Reply-To", &self.in_reply_to),
            ("References", &self.references),
        ] {
            if !ids.is_empty() {
                writer.begin(name);
                for id in ids {
                    // One that was read may have any form: only what could be written is.
                    MessageId::check(id.as_str())?;
                    writer.word_of(|out| {
                        out.push(b'<');
                        out.extend_from_slice(id.as_str().as_bytes());
                        out.push(b'>');
                    });
                }
                writer.end();
            }
        }
        if let Some(subject) = &self.subject {
            writer.begin("Subject");
            write_text(&mut writer, subject)?;
            writer.end();
        }
        for (name, value) in &self.fields {
            field::check_name(name)?;
            check_free(name)?;
            match value {
                Value::Text(text) => {
                    writer.begin(name);
                    write_text(&mut writer, text)?;
                    writer.end();
                }
                Value::Mailboxes(items) => write_mailboxes(&mut writer, name, items.iter())?,
            }
        }
        writer.begin("MIME-Version");
        writer.word(b"1.0");
        writer.end();
        Ok(())
    }

    /// Text and HTML as alternatives, the latter with what it shows; attachments beside them.
    fn into_body(mut self) -> Result<Body, InvalidText> {
        if let Some(body) = self.body {
            return Ok(body);
        }
        let alone = self.html.is_none() && self.calendar.is_none() && self.inline.is_empty();
        if let Some(text) = self.text.take_if(|_| alone && self.attachments.is_empty()) {
            return Ok(Body::text(text));
        }
        let html = self.html.map(Body::html);
        let shown = match html {
            Some(html) if !self.inline.is_empty() => {
                let files = self.inline.into_iter().map(Body::attachment);
                let related = Body::multipart("related", core::iter::once(html).chain(files))?;
                Some(related.with_param("type", "text/html"))
            }
            Some(html) => Some(html),
            None => self.inline.into_iter().map(Body::attachment).next(),
        };
        let text = self.text.map(Body::text);
        let calendar = self
            .calendar
            .map(|(method, object)| Body::calendar(&method, object));
        let mut forms: Vec<Body> = [text, shown, calendar].into_iter().flatten().collect();
        let main = match (forms.len(), forms.pop()) {
            (0, _) | (_, None) if self.attachments.is_empty() => Body::text(""),
            (0, _) | (_, None) => return Body::multipart("mixed", self.attachments),
            (1, Some(one)) => one,
            (_, Some(last)) => Body::multipart("alternative", forms.into_iter().chain([last]))?,
        };
        if self.attachments.is_empty() {
            return Ok(main);
        }
        Body::multipart("mixed", core::iter::once(main).chain(self.attachments))
    }
}

fn write_mailboxes<'i>(
    writer: &mut FieldWriter<'_>,
    name: &str,
    items: impl Iterator<Item = &'i Item>,
) -> Result<(), InvalidText> {
    writer.begin(name);
    write_list(writer, items, |phrase| match phrase.text() {
        text if phrase.is_quoted_string() => text,
        Cow::Borrowed(text) => decode_text(text.as_bytes()),
        Cow::Owned(text) => decode_text(text.as_bytes()).into_owned().into(),
    })?;
    writer.end();
    Ok(())
}

/// Refuses a free field where the builder has a method for it.
fn check_free(name: &str) -> Result<(), InvalidText> {
    const OWN: [&str; 14] = [
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Subject",
        "MIME-Version",
        "Disposition-Notification-To",
        "Return-Path",
    ];
    let is_content = name
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("Content-"));
    if is_content || OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return Err(InvalidText::new(InvalidTextKind::Reserved, "field-name"));
    }
    Ok(())
}
