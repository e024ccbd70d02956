//! What a server can do (RFC 3501 §7.2.1).

use alloc::vec::Vec;

use crate::types::text::Atom;

/// A capability of a server: `capability = ("AUTH=" auth-type) / atom` (RFC 3501 §9). Compared without regard to case.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Capability;
///
/// assert_eq!(Capability::new("idle")?, Capability::IDLE);
/// assert_eq!(Capability::new("AUTH=PLAIN")?.auth(), Some("PLAIN"));
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Capability(Atom);

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        impl Capability {
            $($(#[$doc])* pub const $name: Self = Self(Atom::from_static($text));)*

            /// Every capability that has a constant here.
            pub fn registered() -> impl Iterator<Item = Self> {
                [$(Self::$name,)*].into_iter()
            }
        }
    };
}

capabilities! {
    /// IMAP4rev1 (RFC 3501).
    IMAP4REV1 = "IMAP4rev1",
    /// IMAP4rev2 (RFC 9051).
    IMAP4REV2 = "IMAP4rev2",
    /// Access control lists (RFC 4314).
    ACL = "ACL",
    /// Annotations of messages (RFC 5257).
    ANNOTATE_EXPERIMENT_1 = "ANNOTATE-EXPERIMENT-1",
    /// A limit on what can be appended, told by STATUS (RFC 7889).
    APPENDLIMIT = "APPENDLIMIT",
    /// Parts without their transfer encoding (RFC 3516).
    BINARY = "BINARY",
    /// Messages made of parts that the server has (RFC 4469).
    CATENATE = "CATENATE",
    /// `\HasChildren` and `\HasNoChildren` (RFC 3348).
    CHILDREN = "CHILDREN",
    /// Compression (RFC 4978).
    COMPRESS_DEFLATE = "COMPRESS=DEFLATE",
    /// Conditional STORE and mod-sequences (RFC 7162).
    CONDSTORE = "CONDSTORE",
    /// Results of searches that stay up to date (RFC 5267).
    CONTEXT_SEARCH = "CONTEXT=SEARCH",
    /// Results of sorts that stay up to date (RFC 5267).
    CONTEXT_SORT = "CONTEXT=SORT",
    /// Conversion of parts (RFC 5259).
    CONVERT = "CONVERT",
    /// Mailboxes created with a special use (RFC 6154).
    CREATE_SPECIAL_USE = "CREATE-SPECIAL-USE",
    /// ENABLE (RFC 5161).
    ENABLE = "ENABLE",
    /// Extended answers to SEARCH (RFC 4731).
    ESEARCH = "ESEARCH",
    /// Extended answers to SORT (RFC 5267).
    ESORT = "ESORT",
    /// Named searches (RFC 5466).
    FILTERS = "FILTERS",
    /// Internationalisation level 1 (RFC 5255).
    I18NLEVEL_1 = "I18NLEVEL=1",
    /// Internationalisation level 2 (RFC 5255).
    I18NLEVEL_2 = "I18NLEVEL=2",
    /// Who is who (RFC 2971).
    ID = "ID",
    /// News as they happen (RFC 2177).
    IDLE = "IDLE",
    /// Progress of long commands (RFC 9585).
    INPROGRESS = "INPROGRESS",
    /// JMAP to the same mail (RFC 9698).
    JMAPACCESS = "JMAPACCESS",
    /// Languages of texts (RFC 5255).
    LANGUAGE = "LANGUAGE",
    /// Extended LIST (RFC 5258).
    LIST_EXTENDED = "LIST-EXTENDED",
    /// Metadata with LIST (RFC 9590).
    LIST_METADATA = "LIST-METADATA",
    /// Rights with LIST (RFC 8440).
    LIST_MYRIGHTS = "LIST-MYRIGHTS",
    /// STATUS with LIST (RFC 5819).
    LIST_STATUS = "LIST-STATUS",
    /// Literals of at most 4,096 octets that need no waiting (RFC 7888).
    LITERAL_MINUS = "LITERAL-",
    /// Literals that need no waiting (RFC 7888).
    LITERAL_PLUS = "LITERAL+",
    /// Referrals at login (RFC 2221).
    LOGIN_REFERRALS = "LOGIN-REFERRALS",
    /// LOGIN is refused, most often for want of TLS (RFC 3501).
    LOGINDISABLED = "LOGINDISABLED",
    /// Referrals of mailboxes (RFC 2193).
    MAILBOX_REFERRALS = "MAILBOX-REFERRALS",
    /// Metadata of mailboxes and of the server (RFC 5464).
    METADATA = "METADATA",
    /// Metadata of the server (RFC 5464).
    METADATA_SERVER = "METADATA-SERVER",
    /// MOVE (RFC 6851).
    MOVE = "MOVE",
    /// Several messages in one APPEND (RFC 3502).
    MULTIAPPEND = "MULTIAPPEND",
    /// Searches in several mailboxes (RFC 7377).
    MULTISEARCH = "MULTISEARCH",
    /// Namespaces (RFC 2342).
    NAMESPACE = "NAMESPACE",
    /// News of other mailboxes (RFC 5465).
    NOTIFY = "NOTIFY",
    /// Identifiers of mailboxes, messages and threads (RFC 8474).
    OBJECTID = "OBJECTID",
    /// Windows of results (RFC 9394).
    PARTIAL = "PARTIAL",
    /// The first words of a message (RFC 8970).
    PREVIEW = "PREVIEW",
    /// Quick resynchronisation (RFC 7162).
    QRESYNC = "QRESYNC",
    /// Quotas (RFC 9208).
    QUOTA = "QUOTA",
    /// Quotas that can be set (RFC 9208).
    QUOTASET = "QUOTASET",
    /// REPLACE (RFC 8508).
    REPLACE = "REPLACE",
    /// Initial responses of AUTHENTICATE (RFC 4959).
    SASL_IR = "SASL-IR",
    /// When messages came into the mailbox (RFC 8514).
    SAVEDATE = "SAVEDATE",
    /// Fuzzy searches (RFC 6203).
    SEARCH_FUZZY = "SEARCH=FUZZY",
    /// Results of searches as sets (RFC 5182).
    SEARCHRES = "SEARCHRES",
    /// SORT (RFC 5256).
    SORT = "SORT",
    /// SORT by display names (RFC 5957).
    SORT_DISPLAY = "SORT=DISPLAY",
    /// Mailboxes with special uses (RFC 6154).
    SPECIAL_USE = "SPECIAL-USE",
    /// TLS on this connection (RFC 3501).
    STARTTLS = "STARTTLS",
    /// `SIZE` in STATUS (RFC 8438).
    STATUS_SIZE = "STATUS=SIZE",
    /// THREAD by subject (RFC 5256).
    THREAD_ORDEREDSUBJECT = "THREAD=ORDEREDSUBJECT",
    /// THREAD by references (RFC 5256).
    THREAD_REFERENCES = "THREAD=REFERENCES",
    /// THREAD by references alone.
    THREAD_REFS = "THREAD=REFS",
    /// Batches of unique identifiers (RFC 10022).
    UIDBATCHES = "UIDBATCHES",
    /// No message sequence numbers (RFC 9586).
    UIDONLY = "UIDONLY",
    /// UID EXPUNGE, APPENDUID and COPYUID (RFC 4315).
    UIDPLUS = "UIDPLUS",
    /// UNAUTHENTICATE (RFC 8437).
    UNAUTHENTICATE = "UNAUTHENTICATE",
    /// UNSELECT (RFC 3691).
    UNSELECT = "UNSELECT",
    /// Partial ranges in URLs (RFC 5550).
    URL_PARTIAL = "URL-PARTIAL",
    /// URLs that authorise (RFC 4467).
    URLAUTH = "URLAUTH",
    /// URLAUTH for decoded parts (RFC 5524).
    URLAUTH_BINARY = "URLAUTH=BINARY",
    /// UTF-8 in names and headers (RFC 6855).
    UTF8_ACCEPT = "UTF8=ACCEPT",
    /// UTF-8 only (RFC 6855).
    UTF8_ONLY = "UTF8=ONLY",
    /// `OLDER` and `YOUNGER` (RFC 5032).
    WITHIN = "WITHIN",
    /// Gmail's extensions.
    X_GM_EXT_1 = "X-GM-EXT-1",
    /// XLIST, before SPECIAL-USE was.
    XLIST = "XLIST",
}

impl Capability {
    /// A capability by its name.
    ///
    /// # Errors
    ///
    /// When `name` is no atom.
    pub fn new(name: impl Into<crate::types::text::Text>) -> Result<Self, crate::error::Invalid> {
        Atom::new(name).map(Self)
    }

    pub(crate) const fn from_parsed(name: Atom) -> Self {
        Self(name)
    }

    /// `AUTH=mechanism`: a SASL mechanism that AUTHENTICATE takes.
    pub fn for_auth(mechanism: &Atom) -> Self {
        Self(Atom::from_parsed(alloc::format!("AUTH={mechanism}").into()))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn as_bytes(&self) -> &bytes::Bytes {
        self.0.as_bytes()
    }

    /// What stands behind `prefix`, without regard to case.
    fn behind(&self, prefix: &str) -> Option<&str> {
        let (head, rest) = self.as_str().split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some(rest)
    }

    /// The SASL mechanism of `AUTH=`.
    pub fn auth(&self) -> Option<&str> {
        self.behind("AUTH=")
    }

    /// The octets of `APPENDLIMIT=` (RFC 7889).
    pub fn append_limit(&self) -> Option<u64> {
        self.behind("APPENDLIMIT=")?.parse().ok()
    }

    /// The algorithm of `THREAD=` (RFC 5256).
    pub fn thread(&self) -> Option<&str> {
        self.behind("THREAD=")
    }

    /// The number of `MESSAGELIMIT=` (RFC 9738).
    pub fn message_limit(&self) -> Option<u32> {
        self.behind("MESSAGELIMIT=")?.parse().ok()
    }

    /// The number of `SAVELIMIT=` (RFC 9738).
    pub fn save_limit(&self) -> Option<u32> {
        self.behind("SAVELIMIT=")?.parse().ok()
    }

    /// The resource of `QUOTA=RES-` (RFC 9208).
    pub fn quota_resource(&self) -> Option<&str> {
        self.behind("QUOTA=RES-")
    }

    /// The rights of `RIGHTS=` (RFC 4314).
    pub fn rights(&self) -> Option<&str> {
        self.behind("RIGHTS=")
    }
}

impl core::fmt::Display for Capability {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The capabilities of a server, in the order it told them.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Capabilities, Capability};
///
/// let capabilities: Capabilities = [Capability::IMAP4REV1, Capability::new("AUTH=PLAIN")?].into_iter().collect();
/// assert!(capabilities.has(&Capability::IMAP4REV1) && capabilities.has_auth("plain"));
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Whether `capability` is among them.
    pub fn has(&self, capability: &Capability) -> bool {
        self.0.contains(capability)
    }

    /// Whether AUTHENTICATE takes `mechanism`.
    pub fn has_auth(&self, mechanism: &str) -> bool {
        self.auth().any(|mine| mine.eq_ignore_ascii_case(mechanism))
    }

    /// The SASL mechanisms that AUTHENTICATE takes.
    pub fn auth(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Capability::auth)
    }

    /// All of them.
    pub fn iter(&self) -> core::slice::Iter<'_, Capability> {
        self.0.iter()
    }

    /// Whether none are known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl From<Vec<Capability>> for Capabilities {
    fn from(all: Vec<Capability>) -> Self {
        Self(all)
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = core::slice::Iter<'a, Capability>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
