//! Response codes: what a status says to programs (RFC 3501 §7.1, RFC 5530 and many others).

use alloc::vec::Vec;

use crate::types::{
    annotation::AnnotationSupport,
    capability::Capabilities,
    flag::Flags,
    section::ObjectId,
    sequence::SequenceSet,
    text::{AString, Atom, Text},
    value::Value,
};

/// `resp-text-code`: what a status says to programs (RFC 3501 §7.1, RFC 9051 §7.1).
///
/// # Examples
///
/// ```
/// use mailweft_imap::Code;
///
/// assert_eq!(Code::UidValidity(3_857_529_045).to_string(), "UIDVALIDITY 3857529045");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// `ALERT`: the text must be shown to the user.
    Alert,
    /// `ALREADYEXISTS` (RFC 5530).
    AlreadyExists,
    /// `ANNOTATE TOOBIG` and `ANNOTATE TOOMANY` (RFC 5257).
    Annotate(Atom),
    /// `ANNOTATIONS`: what the mailbox takes of them (RFC 5257).
    Annotations(AnnotationSupport),
    /// `APPENDUID`: UIDVALIDITY, and the identifiers of the appended messages (RFC 4315, RFC 3502).
    AppendUid(u32, SequenceSet),
    /// `AUTHENTICATIONFAILED` (RFC 5530).
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED` (RFC 5530).
    AuthorizationFailed,
    /// `BADCHARSET`, with the charsets that would do.
    BadCharset(Vec<AString>),
    /// `BADCOMPARATOR` (RFC 5255).
    BadComparator,
    /// `BADEVENT`, with the events that would do (RFC 5465).
    BadEvent(Vec<Atom>),
    /// `BADURL` (RFC 4469).
    BadUrl(AString),
    /// `CANNOT` (RFC 5530).
    Cannot,
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `CLIENTBUG` (RFC 5530).
    ClientBug,
    /// `CLOSED`: what came before was of the mailbox selected before (RFC 7162).
    Closed,
    /// `COMPRESSIONACTIVE` (RFC 4978).
    CompressionActive,
    /// `CONTACTADMIN` (RFC 5530).
    ContactAdmin,
    /// `COPYUID`: UIDVALIDITY, where the messages were, where they are (RFC 4315). `None` when there were none.
    CopyUid(u32, Option<(SequenceSet, SequenceSet)>),
    /// `CORRUPTION` (RFC 5530).
    Corruption,
    /// `EXPIRED` (RFC 5530).
    Expired,
    /// `EXPUNGEISSUED` (RFC 5530).
    ExpungeIssued,
    /// `HASCHILDREN` (RFC 9051).
    HasChildren,
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq(u64),
    /// `INPROGRESS`: the tag, how far, and how far it is in all (RFC 9585).
    InProgress(Option<(Option<Text>, Option<u64>, Option<u64>)>),
    /// `INUSE` (RFC 5530).
    InUse,
    /// `LIMIT` (RFC 5530).
    Limit,
    /// `MAILBOXID` (RFC 8474).
    MailboxId(ObjectId),
    /// `MESSAGELIMIT`, and the lowest identifier that was dealt with (RFC 9738).
    MessageLimit(u32, Option<u32>),
    /// `METADATA LONGENTRIES` (RFC 5464).
    MetadataLongEntries(u64),
    /// `METADATA MAXSIZE` (RFC 5464).
    MetadataMaxSize(u64),
    /// `METADATA TOOMANY` (RFC 5464).
    MetadataTooMany,
    /// `METADATA NOPRIVATE` (RFC 5464).
    MetadataNoPrivate,
    /// `MODIFIED`: the messages that a conditional STORE left alone (RFC 7162).
    Modified(SequenceSet),
    /// `NOMODSEQ` (RFC 7162).
    NoModSeq,
    /// `NONEXISTENT` (RFC 5530).
    NonExistent,
    /// `NOPERM` (RFC 5530).
    NoPerm,
    /// `NOTIFICATIONOVERFLOW` (RFC 5465).
    NotificationOverflow,
    /// `NOTSAVED` (RFC 5182).
    NotSaved,
    /// `NOUPDATE`, with the tag (RFC 5267).
    NoUpdate(AString),
    /// `OVERQUOTA` (RFC 5530).
    OverQuota,
    /// `PARSE`: a message could not be parsed.
    Parse,
    /// `PERMANENTFLAGS`
    PermanentFlags(Flags),
    /// `PRIVACYREQUIRED` (RFC 5530).
    PrivacyRequired,
    /// `READ-ONLY`
    ReadOnly,
    /// `READ-WRITE`
    ReadWrite,
    /// `REFERRAL`: a URL (RFC 2221, RFC 2193).
    Referral(Vec<Text>),
    /// `SERVERBUG` (RFC 5530).
    ServerBug,
    /// `TEMPFAIL`, with the index of the URL (RFC 5259).
    TempFail,
    /// `TOOBIG` (RFC 4469, RFC 7889).
    TooBig,
    /// `TRYCREATE`: the mailbox does not exist; CREATE it.
    TryCreate,
    /// `UIDNEXT`; zero from a server that breaks the rule.
    UidNext(u32),
    /// `UIDNOTSTICKY` (RFC 4315).
    UidNotSticky,
    /// `UIDREQUIRED` (RFC 9586).
    UidRequired,
    /// `UIDVALIDITY`
    UidValidity(u32),
    /// `UNAVAILABLE` (RFC 5530).
    Unavailable,
    /// `UNDEFINED-FILTER` (RFC 5466).
    UndefinedFilter(Text),
    /// `UNKNOWN-CTE` (RFC 3516).
    UnknownCte,
    /// `UNSEEN`: the first message that is not seen; zero from a server that breaks the rule.
    Unseen(u32),
    /// `URLMECH` (RFC 4467): `INTERNAL` and others, as it is written.
    UrlMech(Value),
    /// `USEATTR` (RFC 6154).
    UseAttr,
    /// A code nobody registered, or whose arguments could not be read; kept as it came.
    Other {
        /// The name.
        name: Atom,
        /// What follows it, as it is written.
        text: Text,
    },
}

macro_rules! plain_codes {
    ($($variant:ident = $name:literal,)*) => {
        impl Code {
            /// A code that has no arguments, by its name in upper case.
            pub(crate) fn plain(name: &[u8]) -> Option<Self> {
                Some(match name {
                    $(name if name == $name.as_bytes() => Self::$variant,)*
                    _ => return None,
                })
            }

            /// The name of a code that has no arguments.
            pub(crate) const fn plain_name(&self) -> Option<&'static str> {
                Some(match self {
                    $(Self::$variant => $name,)*
                    _ => return None,
                })
            }
        }
    };
}

plain_codes! {
    Alert = "ALERT",
    AlreadyExists = "ALREADYEXISTS",
    AuthenticationFailed = "AUTHENTICATIONFAILED",
    AuthorizationFailed = "AUTHORIZATIONFAILED",
    BadComparator = "BADCOMPARATOR",
    Cannot = "CANNOT",
    ClientBug = "CLIENTBUG",
    Closed = "CLOSED",
    CompressionActive = "COMPRESSIONACTIVE",
    ContactAdmin = "CONTACTADMIN",
    Corruption = "CORRUPTION",
    Expired = "EXPIRED",
    ExpungeIssued = "EXPUNGEISSUED",
    HasChildren = "HASCHILDREN",
    InUse = "INUSE",
    Limit = "LIMIT",
    NoModSeq = "NOMODSEQ",
    NonExistent = "NONEXISTENT",
    NoPerm = "NOPERM",
    NotificationOverflow = "NOTIFICATIONOVERFLOW",
    NotSaved = "NOTSAVED",
    OverQuota = "OVERQUOTA",
    Parse = "PARSE",
    PrivacyRequired = "PRIVACYREQUIRED",
    ReadOnly = "READ-ONLY",
    ReadWrite = "READ-WRITE",
    ServerBug = "SERVERBUG",
    TempFail = "TEMPFAIL",
    TooBig = "TOOBIG",
    TryCreate = "TRYCREATE",
    UidNotSticky = "UIDNOTSTICKY",
    UidRequired = "UIDREQUIRED",
    Unavailable = "UNAVAILABLE",
    UnknownCte = "UNKNOWN-CTE",
    UseAttr = "USEATTR",
}
