//! Answers and forwards.

use alloc::{string::String, vec::Vec};

use mailweft_address::{Address, Mailbox};

use crate::{
    build::{Attachment, Body, Builder},
    parse::mailbox::Mailboxes,
    types::{mailbox::NamedAddress, message::Message, message_id::MessageId, part::Part},
};

/// How many identifiers of a thread are kept: the first, and the last ones.
const REFERENCES: usize = 30;

impl Builder {
    /// An answer to the author of a message: recipient, subject, thread, and the text quoted below a line that says
    /// whose it is. Author and date of the answer are still to be given; [`text`](Self::text) replaces the quote.
    ///
    /// ```
    /// use mailweft_mime::{Builder, DateTime, Message};
    /// use mailweft_address::Address;
    ///
    /// let message = Message::parse(concat!(
    ///     "From: Ann <ann@example.net>\r\nTo: j@example.org, max@example.net\r\nSubject: lunch\r\n",
    ///     "Message-ID: <1@example.net>\r\n\r\nToday?\r\n",
    /// ));
    /// let me = Address::from_static("j@example.org");
    /// let answer = Builder::reply_all(&message, &me)
    ///     .from(me)
    ///     .date(DateTime::from_timestamp(0, 0).unwrap())
    ///     .build()?;
    /// let answer = Message::parse(answer.to_bytes().unwrap());
    /// assert_eq!(answer.subject().as_deref(), Some("Re: lunch"));
    /// assert_eq!(answer.to().next().unwrap().address(), "ann@example.net");
    /// assert_eq!(answer.cc().next().unwrap().address(), "max@example.net");
    /// assert_eq!(answer.root().in_reply_to().next().unwrap().as_str(), "1@example.net");
    /// assert_eq!(answer.text().unwrap(), "Ann wrote:\r\n> Today?\r\n");
    /// # Ok::<(), mailweft_mime::InvalidText>(())
    /// ```
    #[must_use]
    pub fn reply<B: AsRef<[u8]>>(message: &Message<B>) -> Self {
        let root = message.root();
        let mut builder = thread(Self::new().subject(prefixed("Re: ", root)), root);
        for to in answer_to(root) {
            builder = builder.to(mailbox(&to));
        }
        builder.text(quoted(message))
    }

    /// An answer to the author and all recipients of a message but `me`.
    #[must_use]
    pub fn reply_all<B: AsRef<[u8]>>(message: &Message<B>, me: &Address) -> Self {
        let root = message.root();
        let mut seen: Vec<Address> = answer_to(root).map(|to| to.to_address()).collect();
        seen.push(me.clone());
        let mut builder = Self::reply(message);
        for also in root.to().chain(root.cc()) {
            let address = also.to_address();
            if !seen.contains(&address) {
                seen.push(address);
                builder = builder.cc(mailbox(&also));
            }
        }
        builder
    }

    /// A message that hands another one on, its text below a few lines of its header, its files attached.
    #[must_use]
    pub fn forward<B: AsRef<[u8]>>(message: &Message<B>) -> Self {
        let root = message.root();
        let mut text = String::from("\r\n---------- Forwarded message ----------\r\n");
        for name in ["From", "Date", "Subject", "To", "Cc"] {
            if let Some(field) = root.field(name) {
                text.push_str(name);
                text.push_str(": ");
                text.push_str(&field.text());
                text.push_str("\r\n");
            }
        }
        text.push_str("\r\n");
        text.push_str(&message.text().unwrap_or_default());
        let mut builder = thread(Self::new().subject(prefixed("Fwd: ", root)), root).text(text);
        for part in message.attachments() {
            let file = Attachment::new(
                part.content_type().without_structure(),
                part.body().into_owned(),
            );
            builder = builder.attach(match part.file_name() {
                Some(name) => file.named(name),
                None => file,
            });
        }
        builder
    }

    /// A message that hands another one on, whole and unchanged, as a part.
    #[must_use]
    pub fn forward_attached<B: AsRef<[u8]>>(message: &Message<B>) -> Self {
        let root = message.root();
        let builder = thread(Self::new().subject(prefixed("Fwd: ", root)), root);
        builder
            .text("")
            .attach_body(Body::message(message.bytes().to_vec()))
    }
}

/// Where answers go (RFC 5322 §3.6.2).
fn answer_to(root: Part<'_>) -> Mailboxes<'_> {
    match root.reply_to().next() {
        Some(_) => root.reply_to(),
        None => root.from(),
    }
}

/// A mailbox with its name decoded, so that it is encoded anew.
fn mailbox(named: &NamedAddress<'_>) -> Mailbox {
    let address = named.to_address();
    Mailbox::with_name(named.name().unwrap_or_default(), address.clone())
        .unwrap_or_else(|_| address.into())
}

/// The subject with a prefix that is not there yet.
fn prefixed(prefix: &str, root: Part<'_>) -> String {
    let subject = root.subject().unwrap_or_default();
    let subject = subject.trim();
    let has = |start: &str| {
        subject
            .get(..start.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(start))
    };
    let there = if prefix == "Re: " {
        has("re:")
    } else {
        has("fwd:") || has("fw:")
    };
    let mut text = String::from(if there { "" } else { prefix });
    text.push_str(subject);
    text
}

/// In-Reply-To and References (RFC 5322 §3.6.4); identifiers that could not be written are left out.
fn thread(mut builder: Builder, root: Part<'_>) -> Builder {
    let writable = |id: &MessageId<'_>| MessageId::new(id.as_str()).is_ok();
    let mut references: Vec<MessageId<'_>> = root.references().collect();
    if references.is_empty() {
        references.extend(root.in_reply_to().next());
    }
    references.extend(root.message_id());
    references.retain(writable);
    if references.len() > REFERENCES {
        references.drain(
            1..references
                .len()
                .saturating_sub(REFERENCES)
                .saturating_add(1),
        );
    }
    if let Some(id) = root.message_id().filter(writable) {
        builder = builder.in_reply_to(id.into_owned());
    }
    builder.references(references.into_iter().map(MessageId::into_owned))
}

fn quoted<B: AsRef<[u8]>>(message: &Message<B>) -> String {
    let mut text = String::new();
    if let Some(author) = message.from().next() {
        text.push_str(author.name().unwrap_or(author.address()));
        text.push_str(" wrote:\r\n");
    }
    for line in message.text().unwrap_or_default().lines() {
        text.push_str(if line.starts_with('>') { ">" } else { "> " });
        text.push_str(line);
        text.push_str("\r\n");
    }
    text
}
