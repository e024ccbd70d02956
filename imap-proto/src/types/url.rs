//! IMAP URLs (RFC 5092).

use core::str::FromStr as _;

use crate::{
    error::ParseError,
    types::{
        mailbox::Mailbox,
        section::Section,
        text::{AString, Atom, Secret, Text},
    },
};

/// `imapurl`: a server, a mailbox, what a search finds in it, a message or a part of one (RFC 5092 §11).
///
/// Without a server it is an absolute path (RFC 5092 §7.2), as CATENATE takes it.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{ImapUrl, Mailbox, Section};
///
/// let url = ImapUrl::parse("imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024")?;
/// assert_eq!(url.server.as_ref().map(|server| server.host.as_str()), Some("minbari.example.org"));
/// assert_eq!((url.mailbox.clone(), url.uid), (Some(Mailbox::from("gray-council")), Some(20)));
/// assert_eq!(url.partial, Some((0, Some(1024))));
///
/// let url = ImapUrl::message(Mailbox::from("Entwürfe"), 7).section(Section::part([1, 2]));
/// assert_eq!(url.to_string(), "/Entw%C3%BCrfe/;UID=7/;SECTION=1.2");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImapUrl {
    /// `iserver`; none in a path.
    pub server: Option<UrlServer>,
    /// `enc-mailbox`; none in the URL of a server.
    pub mailbox: Option<Mailbox>,
    /// `;UIDVALIDITY=`
    pub uid_validity: Option<u32>,
    /// `?`: a search program, as a command has it (RFC 3501 §6.4.4).
    pub search: Option<Text>,
    /// `/;UID=`
    pub uid: Option<u32>,
    /// `/;SECTION=`
    pub section: Option<Section>,
    /// `/;PARTIAL=`: the first octet, and how many.
    pub partial: Option<(u64, Option<u64>)>,
    /// `;EXPIRE=`: until when it may be used, a date and time as RFC 3339 has it (RFC 4467 §3).
    pub expire: Option<Text>,
    /// `;URLAUTH=`: who may use it (RFC 4467 §3).
    pub access: Option<UrlAccess>,
    /// What proves that its owner has allowed it: the mechanism, and the token (RFC 4467 §3).
    pub verifier: Option<(Atom, Secret)>,
}

/// `iserver = [iuserinfo "@"] host [":" port]` (RFC 5092 §11).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlServer {
    /// `enc-user`: who logs in; anybody, if none.
    pub user: Option<Text>,
    /// `;AUTH=`: the SASL mechanism; `*` for any that fits.
    pub auth: Option<Text>,
    /// The name or address of the host, an IPv6 address with its brackets.
    pub host: Text,
    /// The port; 143 if none.
    pub port: Option<u16>,
}

/// `access`: who may use a URL that is authorised (RFC 4467 §3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UrlAccess {
    /// `submit+user`: a submission server on behalf of this user.
    Submit(Text),
    /// `user+user`: this user.
    User(Text),
    /// `authuser`: anybody who is authenticated.
    AuthUser,
    /// `anonymous`: anybody.
    Anonymous,
}

impl ImapUrl {
    /// Reads a URL, or an absolute path.
    ///
    /// # Errors
    ///
    /// When it is neither, or a part of it is empty, out of order, or no UTF-8 when its percent signs are undone.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::from_str(text)
    }

    /// The path of a message.
    pub fn message(mailbox: Mailbox, uid: u32) -> Self {
        Self {
            mailbox: Some(mailbox),
            uid: Some(uid),
            ..Self::default()
        }
    }

    /// The same on a server.
    #[must_use]
    pub fn on(mut self, host: impl Into<Text>) -> Self {
        self.server = Some(UrlServer {
            user: None,
            auth: None,
            host: host.into(),
            port: None,
        });
        self
    }

    /// Only a section of the message.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.section = Some(section);
        self
    }
}

impl From<&ImapUrl> for AString {
    fn from(url: &ImapUrl) -> Self {
        Self::from(alloc::string::ToString::to_string(url))
    }
}

impl TryFrom<&AString> for ImapUrl {
    type Error = ParseError;

    fn try_from(text: &AString) -> Result<Self, ParseError> {
        // What is no UTF-8 is no URL, as nothing is.
        Self::parse(text.as_str().unwrap_or_default())
    }
}
