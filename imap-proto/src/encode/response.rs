//! Responses (RFC 3501 §9, RFC 9051 §9).

use core::fmt;

use bytes::BytesMut;

use crate::{
    encode::buffer::{Encoder, Wire, display},
    error::Invalid,
    types::response::{Continue, Data, Response, Status, StatusKind},
};

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.status(self);
        })
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.data(self);
        })
    }
}

/// The line without its end, for people to read.
impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.response(self);
        })
    }
}

impl Response {
    /// Appends the response to `out`, with its line end. Names of mailboxes are UTF-8 if `utf8`, else modified UTF-7.
    ///
    /// # Errors
    ///
    /// When a value cannot be written: an empty sequence set, or a section whose octets have passed as chunks.
    /// `out` is as it was then.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_imap::{Data, Response};
    ///
    /// let mut out = BytesMut::new();
    /// Response::Data(Data::Exists(23)).write(&mut out, false)?;
    /// assert_eq!(out, "* 23 EXISTS\r\n");
    /// # Ok::<(), mailweft_imap::Invalid>(())
    /// ```
    pub fn write(&self, out: &mut BytesMut, utf8: bool) -> Result<(), Invalid> {
        let before = out.len();
        let mut encoder = Encoder::new(out, Wire::server(utf8));
        encoder.response(self).crlf();
        match encoder.finish() {
            Ok(_) => Ok(()),
            Err(invalid) => {
                out.truncate(before);
                Err(invalid)
            }
        }
    }
}

impl Encoder<'_> {
    /// A response without its line end.
    pub(crate) fn response(&mut self, response: &Response) -> &mut Self {
        match response {
            Response::Tagged(tag, status) => self.raw(tag.as_bytes()).sp().status(status),
            Response::Status(status) => self.raw("* ").status(status),
            Response::Data(data) => self.raw("* ").data(data),
            Response::Continue(go_on) => self.continuation(go_on),
        }
    }

    pub(crate) fn continuation(&mut self, go_on: &Continue) -> &mut Self {
        self.raw("+ ");
        if let Some(code) = &go_on.code {
            self.byte(b'[').code(code).raw("] ");
        }
        self.line_text(go_on.text.as_str())
    }

    /// `resp-cond-state`: text that starts with a bracket has a space before it, so that it is not a code.
    pub(crate) fn status(&mut self, status: &Status) -> &mut Self {
        self.raw(match status.kind {
            StatusKind::Ok => "OK ",
            StatusKind::No => "NO ",
            StatusKind::Bad => "BAD ",
            StatusKind::PreAuth => "PREAUTH ",
            StatusKind::Bye => "BYE ",
        });
        if let Some(code) = &status.code {
            self.byte(b'[').code(code).raw("] ");
        }
        let text = status.text.as_str();
        if status.code.is_none() && text.starts_with('[') && text.contains(']') {
            self.sp();
        }
        self.line_text(text)
    }

    /// Data without the star and the line end.
    pub(crate) fn data(&mut self, data: &Data) -> &mut Self {
        match data {
            Data::Fetch(message) => self
                .number(message.seq().into())
                .raw(" FETCH ")
                .message_data(message),
            Data::UidFetch(message) => self
                .number(message.seq().into())
                .raw(" UIDFETCH ")
                .message_data(message),
            Data::Exists(number) => self.number((*number).into()).raw(" EXISTS"),
            Data::Recent(number) => self.number((*number).into()).raw(" RECENT"),
            Data::Expunge(number) => self.number((*number).into()).raw(" EXPUNGE"),
            Data::Vanished { earlier, uids } => self
                .raw(if *earlier {
                    "VANISHED (EARLIER) "
                } else {
                    "VANISHED "
                })
                .sequence_set(uids),
            Data::Capability(capabilities) => {
                self.raw("CAPABILITY");
                for capability in capabilities {
                    self.sp().raw(capability.as_bytes());
                }
                self
            }
            Data::Enabled(capabilities) => {
                self.raw("ENABLED");
                for capability in capabilities {
                    self.sp().raw(capability.as_bytes());
                }
                self
            }
            Data::List(listed) => self.raw("LIST ").listed(listed),
            Data::Lsub(listed) => self.raw("LSUB ").listed(listed),
            Data::Xlist(listed) => self.raw("XLIST ").listed(listed),
            Data::Status(status) => self.mailbox_status(status),
            Data::Flags(flags) => self.raw("FLAGS ").flags(flags),
            Data::Search(found) => self.raw("SEARCH").search_data(found),
            Data::Sort(found) => self.raw("SORT").search_data(found),
            Data::ESearch(answer) => self.esearch(answer),
            Data::Thread(threads) if threads.is_empty() => self.raw("THREAD"),
            Data::Thread(threads) => self.raw("THREAD ").threads(threads),
            Data::Namespace(namespaces) => self.raw("NAMESPACE ").namespaces(namespaces),
            Data::Id(id) => self.raw("ID ").id(id.as_ref()),
            other => self.extension_data(other),
        }
    }

    fn extension_data(&mut self, data: &Data) -> &mut Self {
        match data {
            Data::Quota { root, resources } => {
                self.raw("QUOTA ")
                    .astring(root)
                    .sp()
                    .list(resources, |e, resource| {
                        e.atom(&resource.name).sp().number(resource.usage);
                        e.sp().number(resource.limit);
                    })
            }
            Data::QuotaRoot { mailbox, roots } => {
                self.raw("QUOTAROOT ").mailbox(mailbox);
                for root in roots {
                    self.sp().astring(root);
                }
                self
            }
            Data::Acl { mailbox, entries } => {
                self.raw("ACL ").mailbox(mailbox);
                for (identifier, rights) in entries {
                    self.sp()
                        .astring(identifier)
                        .sp()
                        .astring(&rights.clone().into());
                }
                self
            }
            Data::ListRights {
                mailbox,
                identifier,
                required,
                optional,
            } => {
                self.raw("LISTRIGHTS ")
                    .mailbox(mailbox)
                    .sp()
                    .astring(identifier);
                self.sp().astring(&required.clone().into());
                for rights in optional {
                    self.sp().astring(&rights.clone().into());
                }
                self
            }
            Data::MyRights { mailbox, rights } => self
                .raw("MYRIGHTS ")
                .mailbox(mailbox)
                .sp()
                .astring(&rights.clone().into()),
            Data::Metadata { mailbox, entries } => self
                .raw("METADATA ")
                .mailbox(mailbox)
                .sp()
                .metadata_entries(entries),
            Data::MetadataChanged { mailbox, entries } => {
                self.raw("METADATA ").mailbox(mailbox);
                for entry in entries {
                    self.sp().astring(entry);
                }
                self
            }
            Data::Language(names) => self.raw("LANGUAGE ").list(names, |e, name| {
                e.astring(name);
            }),
            Data::Comparator { active, matching } => {
                self.raw("COMPARATOR ").astring(active);
                match matching.is_empty() {
                    true => self,
                    false => self.sp().list(matching, |e, name| {
                        e.astring(name);
                    }),
                }
            }
            Data::GenUrlAuth(urls) => {
                self.raw("GENURLAUTH");
                for url in urls {
                    self.sp().astring(url);
                }
                self
            }
            Data::UrlFetch(urls) => {
                self.raw("URLFETCH");
                for (url, value) in urls {
                    self.sp().astring(url).sp().value(value);
                }
                self
            }
            Data::Conversion(from, to, params) => {
                self.raw("CONVERSION ")
                    .string(from.as_bytes())
                    .sp()
                    .string(to.as_bytes());
                match params.is_empty() {
                    true => self,
                    false => self.sp().value(params),
                }
            }
            Data::Converted(number, value) => self
                .number((*number).into())
                .raw(" CONVERTED ")
                .value(value),
            Data::JmapAccess(url) => self.raw("JMAPACCESS ").string(url.as_bytes()),
            Data::UidBatches { tag, batches } => {
                self.raw("UIDBATCHES (TAG ")
                    .string(tag.as_bytes())
                    .byte(b')');
                match batches {
                    Some(set) => self.sp().sequence_set(set),
                    None => self,
                }
            }
            Data::Other {
                number,
                name,
                value,
            } => {
                if let Some(number) = number {
                    self.number((*number).into()).sp();
                }
                self.raw(name.as_str());
                match value.is_empty() {
                    true => self,
                    false => self.sp().value(value),
                }
            }
            // The rest was written above.
            _ => self,
        }
    }
}
