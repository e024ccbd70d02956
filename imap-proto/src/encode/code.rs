//! Response codes (RFC 3501 §9, RFC 5530 §5 and others).

use core::fmt;

use crate::{
    encode::buffer::{Encoder, display},
    types::code::Code,
};

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.code(self);
        })
    }
}

impl Encoder<'_> {
    /// `resp-text-code`, without its brackets
    pub(crate) fn code(&mut self, code: &Code) -> &mut Self {
        if let Some(name) = code.plain_name() {
            return self.raw(name);
        }
        match code {
            Code::Annotate(what) => self.raw("ANNOTATE ").atom(what),
            Code::Annotations(support) => self.raw("ANNOTATIONS ").annotation_support(*support),
            Code::AppendUid(validity, uids) => self
                .raw("APPENDUID ")
                .number((*validity).into())
                .sp()
                .sequence_set(uids),
            Code::BadCharset(charsets) if charsets.is_empty() => self.raw("BADCHARSET"),
            Code::BadCharset(charsets) => self.raw("BADCHARSET ").list(charsets, |e, charset| {
                e.code_string(charset);
            }),
            Code::BadEvent(events) => self.raw("BADEVENT ").list(events, |e, event| {
                e.atom(event);
            }),
            Code::BadUrl(url) => self.raw("BADURL ").string(url.as_bytes()),
            Code::Capability(capabilities) => {
                self.raw("CAPABILITY");
                for capability in capabilities {
                    self.sp().raw(capability.as_bytes());
                }
                self
            }
            Code::CopyUid(validity, sets) => {
                self.raw("COPYUID ").number((*validity).into());
                if let Some((from, to)) = sets {
                    self.sp().sequence_set(from).sp().sequence_set(to);
                }
                self
            }
            Code::HighestModSeq(modseq) => self.raw("HIGHESTMODSEQ ").number(*modseq),
            Code::InProgress(None) => self.raw("INPROGRESS"),
            Code::InProgress(Some((tag, done, goal))) => {
                self.raw("INPROGRESS (")
                    .nstring(tag.as_ref().map(|t| t.as_bytes().as_ref()));
                for number in [done, goal] {
                    self.sp();
                    match number {
                        Some(number) => self.number(*number),
                        None => self.raw("NIL"),
                    };
                }
                self.byte(b')')
            }
            Code::MailboxId(id) => self.raw("MAILBOXID ").object_id(id),
            Code::MessageLimit(limit, lowest) => {
                self.raw("MESSAGELIMIT ").number((*limit).into());
                match lowest {
                    Some(uid) => self.sp().number((*uid).into()),
                    None => self,
                }
            }
            Code::MetadataLongEntries(octets) => self.raw("METADATA LONGENTRIES ").number(*octets),
            Code::MetadataMaxSize(octets) => self.raw("METADATA MAXSIZE ").number(*octets),
            Code::MetadataTooMany => self.raw("METADATA TOOMANY"),
            Code::MetadataNoPrivate => self.raw("METADATA NOPRIVATE"),
            Code::Modified(set) => self.raw("MODIFIED ").sequence_set(set),
            Code::NoUpdate(tag) => self.raw("NOUPDATE ").string(tag.as_bytes()),
            Code::PermanentFlags(flags) => self.raw("PERMANENTFLAGS ").flags(flags),
            Code::Referral(urls) => {
                self.raw("REFERRAL");
                for url in urls {
                    self.sp().code_text(url.as_str());
                }
                self
            }
            Code::UidNext(uid) => self.raw("UIDNEXT ").number((*uid).into()),
            Code::UidValidity(validity) => self.raw("UIDVALIDITY ").number((*validity).into()),
            Code::UndefinedFilter(name) => self.raw("UNDEFINED-FILTER ").code_text(name.as_str()),
            Code::Unseen(number) => self.raw("UNSEEN ").number((*number).into()),
            Code::UrlMech(value) => self.raw("URLMECH ").value(value),
            Code::Other { name, text } => {
                self.raw(name.as_str());
                match text.is_empty() {
                    true => self,
                    false => self.sp().line_text(text.as_str()),
                }
            }
            // The rest has no arguments, and was written above.
            _ => self,
        }
    }

    /// Text inside of a code: nothing that ends it.
    fn code_text(&mut self, text: &str) -> &mut Self {
        for char in text
            .chars()
            .filter(|c| !matches!(c, ']' | ' ' | '\r' | '\n' | '\0'))
        {
            let mut buffer = [0; 4];
            self.raw(char.encode_utf8(&mut buffer));
        }
        self
    }

    /// Text up to the end of a line: CR, LF and NUL, which only a hand-made value can hold, become spaces.
    pub(crate) fn line_text(&mut self, text: &str) -> &mut Self {
        match memchr::memchr3(b'\r', b'\n', 0, text.as_bytes()) {
            None => self.raw(text),
            Some(_) => self.raw(text.replace(['\r', '\n', '\0'], " ")),
        }
    }
}
