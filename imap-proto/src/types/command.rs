//! What a client asks (RFC 3501 §6, RFC 9051 §6, and the extensions).

use alloc::{boxed::Box, vec::Vec};

use bytes::Bytes;

use crate::types::{
    annotation::Annotation,
    capability::Capability,
    date_time::DateTime,
    fetch::Fetch,
    flag::Flags,
    list::List,
    mailbox::{ListPattern, Mailbox},
    namespace::{Id, MetadataEntry},
    notify::Notify,
    search::{MultiSearch, Search},
    sequence::SequenceSet,
    status::StatusAttr,
    store::Store,
    text::{AString, Atom, Secret, Tag},
    thread::{Sort, ThreadBy},
    value::Value,
};

/// A command with its tag: `command` (RFC 3501 §9).
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 3501 closes the pair")]
pub struct TaggedCommand {
    /// The tag that the answer carries.
    pub tag: Tag,
    /// The command.
    pub command: Command,
}

/// A command without its tag (RFC 3501 §6, RFC 9051 §6, and the extensions).
///
/// What a client sends is what a server receives: both use this type. UID forms are the same variant with `uid` set.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Mailbox, Secret};
///
/// assert_eq!(Command::select(Mailbox::INBOX).to_string(), "SELECT INBOX");
/// let login = Command::login("mrc", Secret::from("secret"));
/// assert!(!format!("{login:?}").contains("secret"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// `CAPABILITY` (RFC 3501 §6.1.1).
    Capability,
    /// `NOOP` (RFC 3501 §6.1.2).
    Noop,
    /// `LOGOUT` (RFC 3501 §6.1.3).
    Logout,
    /// `ID`; `None` is `NIL` (RFC 2971).
    Id(Option<Id>),
    /// `STARTTLS` (RFC 3501 §6.2.1).
    StartTls,
    /// `AUTHENTICATE`, with an initial response if SASL-IR is known (RFC 3501 §6.2.2, RFC 4959).
    Authenticate {
        /// The name of the SASL mechanism.
        mechanism: Atom,
        /// The initial response, decoded.
        initial: Option<Secret>,
    },
    /// `LOGIN` (RFC 3501 §6.2.3).
    Login {
        /// The user's name.
        user: AString,
        /// The password.
        password: Secret,
    },
    /// `ENABLE` (RFC 5161).
    Enable(Vec<Capability>),
    /// `SELECT` or `EXAMINE` (RFC 3501 §6.3.1, §6.3.2).
    Select(Select),
    /// `CREATE`, with special uses (RFC 3501 §6.3.3, RFC 6154).
    Create {
        /// The name.
        mailbox: Mailbox,
        /// Special uses such as `\Drafts`.
        special_use: Flags,
    },
    /// `DELETE` (RFC 3501 §6.3.4).
    Delete(Mailbox),
    /// `RENAME` (RFC 3501 §6.3.5).
    Rename {
        /// The name it has.
        from: Mailbox,
        /// The name it gets.
        to: Mailbox,
    },
    /// `SUBSCRIBE` (RFC 3501 §6.3.6).
    Subscribe(Mailbox),
    /// `UNSUBSCRIBE` (RFC 3501 §6.3.7).
    Unsubscribe(Mailbox),
    /// `LIST` (RFC 3501 §6.3.8, RFC 5258).
    List(List),
    /// `LSUB` (RFC 3501 §6.3.9).
    Lsub {
        /// The reference name.
        reference: Mailbox,
        /// The pattern.
        pattern: ListPattern,
    },
    /// `XLIST`, before SPECIAL-USE was.
    Xlist {
        /// The reference name.
        reference: Mailbox,
        /// The pattern.
        pattern: ListPattern,
    },
    /// `RLIST` (RFC 2193).
    Rlist {
        /// The reference name.
        reference: Mailbox,
        /// The pattern.
        pattern: ListPattern,
    },
    /// `RLSUB` (RFC 2193).
    Rlsub {
        /// The reference name.
        reference: Mailbox,
        /// The pattern.
        pattern: ListPattern,
    },
    /// `NAMESPACE` (RFC 2342).
    Namespace,
    /// `STATUS` (RFC 3501 §6.3.10).
    Status {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Which data items.
        attrs: Vec<StatusAttr>,
    },
    /// `APPEND`, whose messages are in it (RFC 3501 §6.3.11, RFC 3502, RFC 4469). Sessions stream them instead.
    Append(Append),
    /// `IDLE` (RFC 2177).
    Idle,
    /// `CHECK` (RFC 3501 §6.4.1).
    Check,
    /// `CLOSE` (RFC 3501 §6.4.2).
    Close,
    /// `UNSELECT` (RFC 3691).
    Unselect,
    /// `EXPUNGE` (RFC 3501 §6.4.3).
    Expunge,
    /// `UID EXPUNGE` (RFC 4315).
    UidExpunge(SequenceSet),
    /// `SEARCH` and `UID SEARCH` (RFC 3501 §6.4.4).
    Search(Search),
    /// `ESEARCH` (RFC 7377).
    MultiSearch(MultiSearch),
    /// `SORT` and `UID SORT` (RFC 5256).
    Sort(Sort),
    /// `THREAD` and `UID THREAD` (RFC 5256).
    Thread(ThreadBy),
    /// `FETCH` and `UID FETCH` (RFC 3501 §6.4.5).
    Fetch(Fetch),
    /// `STORE` and `UID STORE` (RFC 3501 §6.4.6).
    Store(Store),
    /// `COPY` and `UID COPY` (RFC 3501 §6.4.7).
    Copy {
        /// Whether the set holds unique identifiers.
        uid: bool,
        /// Which messages.
        set: SequenceSet,
        /// Where to.
        mailbox: Mailbox,
    },
    /// `MOVE` and `UID MOVE` (RFC 6851).
    Move {
        /// Whether the set holds unique identifiers.
        uid: bool,
        /// Which messages.
        set: SequenceSet,
        /// Where to.
        mailbox: Mailbox,
    },
    /// `REPLACE` and `UID REPLACE` (RFC 8508). Sessions stream the message.
    Replace {
        /// Whether the number is a unique identifier.
        uid: bool,
        /// Which message.
        number: SequenceSet,
        /// What takes its place, and where.
        append: Append,
    },
    /// `GETQUOTA` (RFC 9208).
    GetQuota(AString),
    /// `GETQUOTAROOT` (RFC 9208).
    GetQuotaRoot(Mailbox),
    /// `SETQUOTA` (RFC 9208).
    SetQuota {
        /// The quota root.
        root: AString,
        /// Resources and their new limits.
        limits: Vec<(Atom, u64)>,
    },
    /// `GETACL` (RFC 4314).
    GetAcl(Mailbox),
    /// `SETACL` (RFC 4314).
    SetAcl {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
        /// The rights, with `+` or `-` before them to add or remove.
        rights: AString,
    },
    /// `DELETEACL` (RFC 4314).
    DeleteAcl {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
    },
    /// `LISTRIGHTS` (RFC 4314).
    ListRights {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
    },
    /// `MYRIGHTS` (RFC 4314).
    MyRights(Mailbox),
    /// `GETMETADATA`; the empty name is the server (RFC 5464).
    GetMetadata {
        /// Which mailbox.
        mailbox: Mailbox,
        /// `MAXSIZE`
        max_size: Option<u64>,
        /// `DEPTH`: `0`, `1` or `infinity`.
        depth: Option<Atom>,
        /// The entries.
        entries: Vec<AString>,
    },
    /// `SETMETADATA`; the empty name is the server (RFC 5464).
    SetMetadata {
        /// Which mailbox.
        mailbox: Mailbox,
        /// The entries and their new values; `None` removes.
        entries: Vec<MetadataEntry>,
    },
    /// `NOTIFY` (RFC 5465).
    Notify(Notify),
    /// `CANCELUPDATE`: the tags of searches and sorts (RFC 5267).
    CancelUpdate(Vec<AString>),
    /// `LANGUAGE`: ranges of languages (RFC 5255).
    Language(Vec<AString>),
    /// `COMPARATOR` (RFC 5255).
    Comparator(Vec<AString>),
    /// `GENURLAUTH`: URLs and mechanisms (RFC 4467).
    GenUrlAuth(Vec<(AString, Atom)>),
    /// `RESETKEY` (RFC 4467).
    ResetKey {
        /// Which mailbox; all if none.
        mailbox: Option<Mailbox>,
        /// Which mechanisms.
        mechanisms: Vec<Atom>,
    },
    /// `URLFETCH`: URLs, each with parameters in extended form (RFC 4467, RFC 5524).
    UrlFetch(Vec<(AString, Vec<Atom>)>),
    /// `COMPRESS` (RFC 4978).
    Compress(Atom),
    /// `UNAUTHENTICATE` (RFC 8437).
    Unauthenticate,
    /// `GETJMAPACCESS` (RFC 9698).
    GetJmapAccess,
    /// `UIDBATCHES`: the size of a batch, and which batches (RFC 10022).
    UidBatches {
        /// How many messages in a batch.
        size: u32,
        /// The first and the last batch, if not all.
        range: Option<(u32, u32)>,
    },
    /// `CONVERT` and `UID CONVERT` (RFC 5259), as it is written.
    Convert {
        /// Whether the set holds unique identifiers.
        uid: bool,
        /// The arguments.
        args: Value,
    },
    /// `CONVERSIONS` (RFC 5259).
    Conversions {
        /// The media type to convert from.
        from: AString,
        /// The media type to convert to.
        to: AString,
    },
    /// A command nobody registered, with its arguments as they are written. A server answers `BAD`.
    Other {
        /// The name; `UID name` for a UID form.
        name: Atom,
        /// The arguments.
        args: Value,
    },
}

/// The arguments of SELECT and EXAMINE (RFC 3501 §6.3.1, §6.3.2, RFC 7162).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Mailbox, QResync, Select};
///
/// let select = Select::new(Mailbox::INBOX).qresync(QResync::new(67_890_007, 20_050_715_194_045_000));
/// assert_eq!(
///     Command::Select(select).to_string(),
///     "SELECT INBOX (QRESYNC (67890007 20050715194045000))",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Select {
    /// Which mailbox.
    pub mailbox: Mailbox,
    /// `EXAMINE`: nothing can be changed.
    pub read_only: bool,
    /// `CONDSTORE` (RFC 7162 §3.1.8).
    pub condstore: bool,
    /// `QRESYNC` (RFC 7162 §3.2.5).
    pub qresync: Option<Box<QResync>>,
    /// Parameters nobody registered.
    pub other: Vec<(Atom, Value)>,
}

impl Select {
    /// `SELECT`
    pub const fn new(mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            read_only: false,
            condstore: false,
            qresync: None,
            other: Vec::new(),
        }
    }

    /// `EXAMINE`
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// With `CONDSTORE`: mod-sequences will be told (RFC 7162 §3.1.8).
    #[must_use]
    pub const fn condstore(mut self) -> Self {
        self.condstore = true;
        self
    }

    /// With `QRESYNC`: what changed since will be told (RFC 7162 §3.2.5).
    #[must_use]
    pub fn qresync(mut self, qresync: QResync) -> Self {
        self.qresync = Some(Box::new(qresync));
        self
    }
}

/// What a client knows of a mailbox: the parameter `QRESYNC` (RFC 7162 §3.2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QResync {
    /// The last known UIDVALIDITY.
    pub uid_validity: u32,
    /// The last known mod-sequence.
    pub modseq: u64,
    /// The known identifiers.
    pub known_uids: Option<SequenceSet>,
    /// Some message sequence numbers and their identifiers.
    pub known_pairs: Option<(SequenceSet, SequenceSet)>,
}

impl QResync {
    /// What was known last.
    pub const fn new(uid_validity: u32, modseq: u64) -> Self {
        Self {
            uid_validity,
            modseq,
            known_uids: None,
            known_pairs: None,
        }
    }

    /// With the known identifiers.
    #[must_use]
    pub fn known_uids(mut self, uids: SequenceSet) -> Self {
        self.known_uids = Some(uids);
        self
    }
}

/// The arguments of APPEND: where to, and the messages (RFC 3501 §6.3.11, RFC 3502).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Append {
    /// Where to.
    pub mailbox: Mailbox,
    /// The messages, one unless the server has MULTIAPPEND.
    pub messages: Vec<AppendMessage>,
}

impl Append {
    /// One message.
    pub fn new(mailbox: Mailbox, message: AppendMessage) -> Self {
        Self {
            mailbox,
            messages: Vec::from([message]),
        }
    }

    /// And one more message (RFC 3502).
    #[must_use]
    pub fn and(mut self, message: AppendMessage) -> Self {
        self.messages.push(message);
        self
    }
}

/// One message of APPEND: `append-opts SP append-data` (RFC 4466).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AppendMessage {
    /// The flags it gets.
    pub flags: Flags,
    /// When it arrived; now, if none.
    pub date: Option<DateTime>,
    /// `ANNOTATION`: the annotations it gets (RFC 5257).
    pub annotations: Vec<Annotation>,
    /// Its octets.
    pub data: AppendData,
}

impl AppendMessage {
    /// A message of these octets.
    pub fn new(octets: impl Into<Bytes>) -> Self {
        Self::with_data(AppendData::Message {
            octets: octets.into(),
            utf8: false,
        })
    }

    /// A message of so many octets, which a session sends as they come.
    pub const fn streamed(size: u64) -> Self {
        Self::with_data(AppendData::Streamed { size, utf8: false })
    }

    pub(crate) const fn with_data(data: AppendData) -> Self {
        Self {
            flags: Flags::NONE,
            date: None,
            annotations: Vec::new(),
            data,
        }
    }

    /// With flags.
    #[must_use]
    pub fn flags(mut self, flags: impl IntoIterator<Item = crate::types::flag::Flag>) -> Self {
        self.flags = flags.into_iter().collect();
        self
    }

    /// With the moment it arrived.
    #[must_use]
    pub const fn date(mut self, date: DateTime) -> Self {
        self.date = Some(date);
        self
    }

    /// With annotations (RFC 5257 §4.7), each of them with attributes.
    ///
    /// ```
    /// use mailweft_imap::{Annotation, Append, AppendMessage, Command, Mailbox};
    ///
    /// let note = Annotation::new("/comment").with("value.priv", "Not yet");
    /// let append = Append::new(Mailbox::from("drafts"), AppendMessage::new("Hi!\r\n").annotations([note]));
    /// let shown = Command::Append(append).to_string();
    /// assert!(shown.starts_with("APPEND drafts ANNOTATION (/comment (value.priv \"Not yet\"))"));
    /// ```
    #[must_use]
    pub fn annotations(mut self, annotations: impl IntoIterator<Item = Annotation>) -> Self {
        self.annotations = annotations.into_iter().collect();
        self
    }

    /// As `UTF8 (~{..})`: its header has UTF-8 (RFC 6855).
    #[must_use]
    pub fn utf8(mut self) -> Self {
        if let AppendData::Message { utf8, .. } | AppendData::Streamed { utf8, .. } = &mut self.data
        {
            *utf8 = true;
        }
        self
    }
}

/// The octets of a message in APPEND: `append-data` (RFC 4466, RFC 4469, RFC 6855).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AppendData {
    /// A literal, or a literal8 (RFC 3516).
    Message {
        /// The octets.
        octets: Bytes,
        /// Whether it is written as `UTF8 (~{..})`.
        utf8: bool,
    },
    /// A literal whose octets pass as chunks.
    Streamed {
        /// How many octets.
        size: u64,
        /// Whether it is written as `UTF8 (~{..})`.
        utf8: bool,
    },
    /// `CATENATE`: parts that are made into one (RFC 4469).
    Catenate(Vec<CatenatePart>),
}

/// One part of CATENATE (RFC 4469).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatenatePart {
    /// `URL`: something the server has.
    Url(AString),
    /// `TEXT`: octets.
    Text(Bytes),
    /// `TEXT`: octets that pass as chunks.
    Streamed(u64),
}

impl Command {
    /// `LOGIN`
    pub fn login(user: impl Into<AString>, password: impl Into<Secret>) -> Self {
        Self::Login {
            user: user.into(),
            password: password.into(),
        }
    }

    /// `SELECT`
    pub const fn select(mailbox: Mailbox) -> Self {
        Self::Select(Select::new(mailbox))
    }

    /// `EXAMINE`
    pub const fn examine(mailbox: Mailbox) -> Self {
        Self::Select(Select::new(mailbox).read_only())
    }

    /// `CREATE`
    pub const fn create(mailbox: Mailbox) -> Self {
        Self::Create {
            mailbox,
            special_use: Flags::NONE,
        }
    }

    /// `STATUS`
    pub fn status(mailbox: Mailbox, attrs: impl IntoIterator<Item = StatusAttr>) -> Self {
        Self::Status {
            mailbox,
            attrs: attrs.into_iter().collect(),
        }
    }

    /// `UID COPY`
    pub const fn uid_copy(set: SequenceSet, mailbox: Mailbox) -> Self {
        Self::Copy {
            uid: true,
            set,
            mailbox,
        }
    }

    /// `UID MOVE`
    pub const fn uid_move(set: SequenceSet, mailbox: Mailbox) -> Self {
        Self::Move {
            uid: true,
            set,
            mailbox,
        }
    }

    /// The word of the command, as it is written.
    pub fn name(&self) -> &str {
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::Id(_) => "ID",
            Self::StartTls => "STARTTLS",
            Self::Authenticate { .. } => "AUTHENTICATE",
            Self::Login { .. } => "LOGIN",
            Self::Enable(_) => "ENABLE",
            Self::Select(select) if select.read_only => "EXAMINE",
            Self::Select(_) => "SELECT",
            Self::Create { .. } => "CREATE",
            Self::Delete(_) => "DELETE",
            Self::Rename { .. } => "RENAME",
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::List(_) => "LIST",
            Self::Lsub { .. } => "LSUB",
            Self::Xlist { .. } => "XLIST",
            Self::Rlist { .. } => "RLIST",
            Self::Rlsub { .. } => "RLSUB",
            Self::Namespace => "NAMESPACE",
            Self::Status { .. } => "STATUS",
            Self::Append(_) => "APPEND",
            Self::Idle => "IDLE",
            Self::Check => "CHECK",
            Self::Close => "CLOSE",
            Self::Unselect => "UNSELECT",
            Self::Expunge => "EXPUNGE",
            Self::UidExpunge(_) => "UID EXPUNGE",
            Self::Search(search) if search.uid => "UID SEARCH",
            Self::Search(_) => "SEARCH",
            Self::MultiSearch(_) => "ESEARCH",
            Self::Sort(sort) if sort.uid => "UID SORT",
            Self::Sort(_) => "SORT",
            Self::Thread(thread) if thread.uid => "UID THREAD",
            Self::Thread(_) => "THREAD",
            Self::Fetch(fetch) if fetch.uid => "UID FETCH",
            Self::Fetch(_) => "FETCH",
            Self::Store(store) if store.uid => "UID STORE",
            Self::Store(_) => "STORE",
            Self::Copy { uid: true, .. } => "UID COPY",
            Self::Copy { .. } => "COPY",
            Self::Move { uid: true, .. } => "UID MOVE",
            Self::Move { .. } => "MOVE",
            Self::Replace { uid: true, .. } => "UID REPLACE",
            Self::Replace { .. } => "REPLACE",
            Self::GetQuota(_) => "GETQUOTA",
            Self::GetQuotaRoot(_) => "GETQUOTAROOT",
            Self::SetQuota { .. } => "SETQUOTA",
            Self::GetAcl(_) => "GETACL",
            Self::SetAcl { .. } => "SETACL",
            Self::DeleteAcl { .. } => "DELETEACL",
            Self::ListRights { .. } => "LISTRIGHTS",
            Self::MyRights(_) => "MYRIGHTS",
            Self::GetMetadata { .. } => "GETMETADATA",
            Self::SetMetadata { .. } => "SETMETADATA",
            Self::Notify(_) => "NOTIFY",
            Self::CancelUpdate(_) => "CANCELUPDATE",
            Self::Language(_) => "LANGUAGE",
            Self::Comparator(_) => "COMPARATOR",
            Self::GenUrlAuth(_) => "GENURLAUTH",
            Self::ResetKey { .. } => "RESETKEY",
            Self::UrlFetch(_) => "URLFETCH",
            Self::Compress(_) => "COMPRESS",
            Self::Unauthenticate => "UNAUTHENTICATE",
            Self::GetJmapAccess => "GETJMAPACCESS",
            Self::UidBatches { .. } => "UIDBATCHES",
            Self::Convert { uid: true, .. } => "UID CONVERT",
            Self::Convert { .. } => "CONVERT",
            Self::Conversions { .. } => "CONVERSIONS",
            Self::Other { name, .. } => name.as_str(),
        }
    }

    /// With a tag.
    pub const fn tagged(self, tag: Tag) -> TaggedCommand {
        TaggedCommand { tag, command: self }
    }
}

impl From<Fetch> for Command {
    fn from(fetch: Fetch) -> Self {
        Self::Fetch(fetch)
    }
}

impl From<Store> for Command {
    fn from(store: Store) -> Self {
        Self::Store(store)
    }
}

impl From<Search> for Command {
    fn from(search: Search) -> Self {
        Self::Search(search)
    }
}

impl From<List> for Command {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Select> for Command {
    fn from(select: Select) -> Self {
        Self::Select(select)
    }
}

impl From<Append> for Command {
    fn from(append: Append) -> Self {
        Self::Append(append)
    }
}
