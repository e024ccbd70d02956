//! Commands (RFC 3501 §9, RFC 9051 §9).

use alloc::string::String;
use core::fmt;

use base64::Engine as _;
use bytes::BytesMut;

use crate::{
    encode::buffer::{Encoder, Wire, display},
    error::{Invalid, Rule},
    types::{
        command::{
            Append, AppendData, AppendMessage, CatenatePart, Command, QResync, Select,
            TaggedCommand,
        },
        mailbox::{ListPattern, Mailbox},
        text::Secret,
    },
};

/// For people to read: secrets are shown as `****`, and a message appended as its size.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.command(self);
        })
    }
}

/// For people to read: secrets are shown as `****`, and a message appended as its size.
impl fmt::Display for TaggedCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tag, self.command)
    }
}

impl TaggedCommand {
    /// Appends the command to `out`, with its tag, line end and secrets, as a client sends it to a server with LITERAL+
    /// and BINARY. A [`Client`](crate::Client) writes what its server takes.
    ///
    /// # Errors
    ///
    /// When a value cannot be written, for instance an empty sequence set. `out` is as it was then.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_imap::{Command, Mailbox, Tag};
    ///
    /// let mut out = BytesMut::new();
    /// Command::Delete(Mailbox::from("a\nb")).tagged(Tag::new("a1")?).write(&mut out)?;
    /// assert_eq!(out, "a1 DELETE a&AAo-b\r\n");
    /// # Ok::<(), mailweft_imap::Invalid>(())
    /// ```
    pub fn write(&self, out: &mut BytesMut) -> Result<(), Invalid> {
        let before = out.len();
        let wire = Wire {
            redact: false,
            ..Wire::shown()
        };
        let mut encoder = Encoder::new(out, wire);
        encoder
            .raw(self.tag.as_bytes())
            .sp()
            .command(&self.command)
            .crlf();
        encoder
            .finish()
            .map(drop)
            .inspect_err(|_| out.truncate(before))
    }
}

/// Base64 with its padding, as SASL has it (RFC 4648 §4).
pub(crate) fn base64(octets: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(octets)
}

impl Encoder<'_> {
    /// The command without tag and line end.
    pub(crate) fn command(&mut self, command: &Command) -> &mut Self {
        self.raw(command.name());
        match command {
            Command::Capability
            | Command::Noop
            | Command::Logout
            | Command::StartTls
            | Command::Namespace
            | Command::Idle
            | Command::Check
            | Command::Close
            | Command::Unselect
            | Command::Expunge
            | Command::Unauthenticate
            | Command::GetJmapAccess => self,
            Command::Id(id) => self.sp().id(id.as_ref()),
            Command::Authenticate { mechanism, initial } => {
                self.sp().atom(mechanism);
                match initial {
                    Some(initial) => self.sp().sasl_initial(initial),
                    None => self,
                }
            }
            Command::Login { user, password } => self.sp().astring(user).sp().secret(password),
            Command::Enable(capabilities) => {
                if capabilities.is_empty() {
                    self.refuse(Invalid::value(Rule::Capability));
                }
                for capability in capabilities {
                    self.sp().raw(capability.as_bytes());
                }
                self
            }
            Command::Select(select) => self.sp().select(select),
            Command::Create {
                mailbox,
                special_use,
            } => {
                self.sp().mailbox(mailbox);
                match special_use.is_empty() {
                    true => self,
                    false => self.raw(" (USE ").flags(special_use).byte(b')'),
                }
            }
            Command::Delete(mailbox)
            | Command::Subscribe(mailbox)
            | Command::Unsubscribe(mailbox)
            | Command::GetQuotaRoot(mailbox)
            | Command::GetAcl(mailbox)
            | Command::MyRights(mailbox) => self.sp().mailbox(mailbox),
            Command::Rename { from, to } => self.sp().mailbox(from).sp().mailbox(to),
            Command::List(list) => self.list_command(list),
            Command::Lsub { reference, pattern }
            | Command::Xlist { reference, pattern }
            | Command::Rlist { reference, pattern }
            | Command::Rlsub { reference, pattern } => self.reference(reference, pattern),
            Command::Status { mailbox, attrs } => {
                if attrs.is_empty() {
                    self.refuse(Invalid::value(Rule::Status));
                }
                self.sp().mailbox(mailbox).sp().status_attrs(attrs)
            }
            Command::Append(append) => self.append(append),
            Command::UidExpunge(set) => self.sp().sequence_set(set),
            Command::Search(search) => self.search(search),
            Command::MultiSearch(multi) => self.multi_search(multi),
            Command::Sort(sort) => self.sort(sort),
            Command::Thread(thread) => self.thread(thread),
            Command::Fetch(fetch) => self.fetch(fetch),
            Command::Store(store) => self.store(store),
            Command::Copy { set, mailbox, .. } | Command::Move { set, mailbox, .. } => {
                self.sp().sequence_set(set).sp().mailbox(mailbox)
            }
            Command::Replace { number, append, .. } => {
                self.sp().sequence_set(number).append(append)
            }
            other => self.extension_command(other),
        }
    }

    fn extension_command(&mut self, command: &Command) -> &mut Self {
        match command {
            Command::GetQuota(root) => self.sp().astring(root),
            Command::SetQuota { root, limits } => {
                self.sp()
                    .astring(root)
                    .sp()
                    .list(limits, |e, (name, limit)| {
                        e.atom(name).sp().number(*limit);
                    })
            }
            Command::SetAcl {
                mailbox,
                identifier,
                rights,
            } => self
                .sp()
                .mailbox(mailbox)
                .sp()
                .astring(identifier)
                .sp()
                .astring(rights),
            Command::DeleteAcl {
                mailbox,
                identifier,
            }
            | Command::ListRights {
                mailbox,
                identifier,
            } => self.sp().mailbox(mailbox).sp().astring(identifier),
            Command::GetMetadata {
                mailbox,
                max_size,
                depth,
                entries,
            } => {
                let mut open = " (";
                if let Some(size) = max_size {
                    self.raw(core::mem::replace(&mut open, " "))
                        .raw("MAXSIZE ")
                        .number(*size);
                }
                if let Some(depth) = depth {
                    self.raw(core::mem::replace(&mut open, " "))
                        .raw("DEPTH ")
                        .atom(depth);
                }
                if open == " " {
                    self.byte(b')');
                }
                self.sp().mailbox(mailbox).sp();
                match entries.as_slice() {
                    [one] => self.astring(one),
                    many => self.list(many, |e, name| {
                        e.astring(name);
                    }),
                }
            }
            Command::SetMetadata { mailbox, entries } => {
                self.sp().mailbox(mailbox).sp().metadata_entries(entries)
            }
            Command::Notify(notify) => self.notify(notify),
            Command::CancelUpdate(tags) => {
                for tag in tags {
                    self.sp().string(tag.as_bytes());
                }
                self
            }
            Command::Language(names) | Command::Comparator(names) => {
                for name in names {
                    self.sp().astring(name);
                }
                self
            }
            Command::GenUrlAuth(urls) => {
                for (url, mechanism) in urls {
                    self.sp().astring(url).sp().atom(mechanism);
                }
                self
            }
            Command::ResetKey {
                mailbox,
                mechanisms,
            } => {
                if let Some(mailbox) = mailbox {
                    self.sp().mailbox(mailbox);
                }
                for mechanism in mechanisms {
                    self.sp().atom(mechanism);
                }
                self
            }
            Command::UrlFetch(urls) => {
                for (url, params) in urls {
                    self.sp();
                    if params.is_empty() {
                        self.astring(url);
                        continue;
                    }
                    self.byte(b'(').astring(url);
                    for param in params {
                        self.sp().atom(param);
                    }
                    self.byte(b')');
                }
                self
            }
            Command::Compress(mechanism) => self.sp().atom(mechanism),
            Command::UidBatches { size, range } => {
                self.sp().number((*size).into());
                match range {
                    Some((first, last)) => self
                        .sp()
                        .number((*first).into())
                        .byte(b':')
                        .number((*last).into()),
                    None => self,
                }
            }
            Command::Convert { args, .. } => self.sp().value(args),
            Command::Conversions { from, to } => self.sp().astring(from).sp().astring(to),
            Command::Other { args, .. } if !args.is_empty() => self.sp().value(args),
            _ => self,
        }
    }

    /// `initial-resp = (base64 / "=")` (RFC 4959)
    fn sasl_initial(&mut self, initial: &Secret) -> &mut Self {
        match initial.reveal() {
            _ if self.wire().redact => self.raw("****"),
            [] => self.byte(b'='),
            octets => self.raw(base64(octets)),
        }
    }

    fn reference(&mut self, reference: &Mailbox, pattern: &ListPattern) -> &mut Self {
        self.sp().mailbox(reference).sp().list_pattern(pattern)
    }

    fn select(&mut self, select: &Select) -> &mut Self {
        self.mailbox(&select.mailbox);
        let mut open = " (";
        if select.condstore {
            self.raw(core::mem::replace(&mut open, " "))
                .raw("CONDSTORE");
        }
        if let Some(qresync) = &select.qresync {
            self.raw(core::mem::replace(&mut open, " "))
                .raw("QRESYNC ")
                .qresync(qresync);
        }
        for (name, value) in &select.other {
            self.raw(core::mem::replace(&mut open, " "));
            self.option(name, (!value.is_empty()).then_some(value));
        }
        match open {
            " " => self.byte(b')'),
            _ => self,
        }
    }

    fn qresync(&mut self, qresync: &QResync) -> &mut Self {
        self.byte(b'(')
            .number(qresync.uid_validity.into())
            .sp()
            .number(qresync.modseq);
        if let Some(uids) = &qresync.known_uids {
            self.sp().sequence_set(uids);
        }
        if let Some((numbers, uids)) = &qresync.known_pairs {
            self.raw(" (")
                .sequence_set(numbers)
                .sp()
                .sequence_set(uids)
                .byte(b')');
        }
        self.byte(b')')
    }

    /// `APPEND`'s arguments. A message that is streamed ends the text behind the header of its literal.
    fn append(&mut self, append: &Append) -> &mut Self {
        self.sp().mailbox(&append.mailbox);
        for message in &append.messages {
            self.append_message(message);
        }
        self
    }

    pub(crate) fn append_message(&mut self, message: &AppendMessage) -> &mut Self {
        self.sp();
        if !message.flags.is_empty() {
            self.flags(&message.flags).sp();
        }
        if let Some(date) = message.date {
            self.date_time(date).sp();
        }
        if !message.annotations.is_empty() {
            self.annotate(&message.annotations).sp();
        }
        match &message.data {
            AppendData::Message { octets, utf8 } => {
                let binary = *utf8 || memchr::memchr(0, octets).is_some();
                self.raw(if *utf8 { "UTF8 (" } else { "" });
                self.literal_header(octets.len() as u64, binary);
                if !self.wire().redact {
                    self.raw(octets);
                }
                self.raw(if *utf8 { ")" } else { "" })
            }
            AppendData::Streamed { size, utf8 } => self
                .raw(if *utf8 { "UTF8 (" } else { "" })
                .literal_header(*size, *utf8),
            AppendData::Catenate(parts) => self.raw("CATENATE ").list(parts, |e, part| {
                match part {
                    CatenatePart::Url(url) => e.raw("URL ").astring(url),
                    CatenatePart::Text(octets) => e
                        .raw("TEXT ")
                        .literal_header(octets.len() as u64, false)
                        .raw(octets),
                    CatenatePart::Streamed(size) => e.raw("TEXT ").literal_header(*size, false),
                };
            }),
        }
    }
}
