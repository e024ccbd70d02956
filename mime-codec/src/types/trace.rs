//! The fields that mail systems leave on the way, and those of lists.

use alloc::{borrow::Cow, string::String, vec::Vec};

use mailweft_address::Address;

use super::date_time::DateTime;

/// A Received field (RFC 5321 §4.4): one hop of the way.
///
/// ```
/// use mailweft_mime::Received;
///
/// let received = Received::read(b"from mx.example.org (mx.example.org [192.0.2.1]) by mail.example.net\r\n \
///     (Postfix) with ESMTPS id 4711 (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n \
///     for <ann@example.net>; Fri, 21 Nov 1997 09:55:06 -0600");
/// assert_eq!(received.from.as_deref(), Some("mx.example.org"));
/// assert_eq!(received.by.as_deref(), Some("mail.example.net"));
/// assert_eq!(received.with.as_deref(), Some("ESMTPS"));
/// assert_eq!(received.recipient.as_deref(), Some("ann@example.net"));
/// assert_eq!(received.ip.unwrap().to_string(), "192.0.2.1");
/// assert_eq!(received.tls.as_deref(), Some("TLSv1.3"));
/// assert_eq!(received.date.unwrap().timestamp(), 880_127_706);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received<'a> {
    /// What the peer called itself.
    pub from: Option<Cow<'a, str>>,
    /// What is known of the peer: the comment after `from`.
    pub from_info: Option<Cow<'a, str>>,
    /// The address of the peer as the host that received saw it: out of a comment behind `from`, and not what stands
    /// behind `helo` there. Where no comment has one, what the peer called itself, if that is an address.
    pub ip: Option<core::net::IpAddr>,
    /// The host that received the message.
    pub by: Option<Cow<'a, str>>,
    /// The link: `TCP`.
    pub via: Option<Cow<'a, str>>,
    /// The protocol: `ESMTPS`.
    pub with: Option<Cow<'a, str>>,
    /// The number of the message in the host's log.
    pub id: Option<Cow<'a, str>>,
    /// The recipient that it was received for.
    pub recipient: Option<Cow<'a, str>>,
    /// The version of TLS, where a comment tells it.
    pub tls: Option<Cow<'a, str>>,
    /// Words that nobody defined, in lower case, with their values.
    pub others: Vec<(String, Cow<'a, str>)>,
    /// When.
    pub date: Option<DateTime>,
}

/// The Return-Path of a message (RFC 5321 §4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReturnPath {
    /// `<>`: nobody wants reports about the message.
    Null,
    /// Reports go there.
    Address(Address),
}

/// `tag=value; ...` (RFC 6376 §3.2): DKIM-Signature, ARC-Seal, ARC-Message-Signature, and keys in the DNS.
///
/// ```
/// use mailweft_mime::TagList;
///
/// let tags = TagList::read(b"v=1; a=rsa-sha256; d=example.org; s=s1;\r\n h=From : To; b=dzdVyO\r\n fAKCdL");
/// assert_eq!(tags.get("d"), Some("example.org"));
/// assert_eq!(tags.compact("b").as_deref(), Some("dzdVyOfAKCdL"));
/// assert_eq!(tags.list("h"), ["From", "To"]);
/// assert!(TagList::parse("a=1; a=2").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagList {
    pub(crate) tags: Vec<(String, String)>,
}

impl TagList {
    /// The value of the first tag of that name, folds undone; names have case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|(tag, _)| tag == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value without any white space: signatures, hashes, keys.
    #[must_use]
    pub fn compact(&self, name: &str) -> Option<String> {
        Some(
            self.get(name)?
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect(),
        )
    }

    /// The value as a list with colons between its items.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<&str> {
        let items = self
            .get(name)
            .into_iter()
            .flat_map(|value| value.split(':'));
        items
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// All tags in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags
            .iter()
            .map(|(tag, value)| (tag.as_str(), value.as_str()))
    }
}

/// Authentication-Results and ARC-Authentication-Results (RFC 8601, RFC 8617 §4.1.1).
///
/// ```
/// use mailweft_mime::AuthenticationResults;
///
/// let results = AuthenticationResults::read(b"mx.example.net 1; spf=pass (all is well) \
///     smtp.mailfrom=example.org; dkim=fail reason=\"bad key\" header.d=example.org");
/// assert_eq!(results.server, "mx.example.net");
/// assert_eq!(results.results[0].method, "spf");
/// assert_eq!(results.results[0].property("smtp.mailfrom"), Some("example.org"));
/// assert_eq!(results.results[1].reason.as_deref(), Some("bad key"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationResults {
    /// The instance of an ARC set: `i=1`.
    pub instance: Option<u32>,
    /// The system that looked: believe it only if it is one of yours.
    pub server: String,
    /// The version of the format, where it is told.
    pub version: Option<String>,
    /// What was found, in order; empty for `none`.
    pub results: Vec<AuthenticationResult>,
}

/// What one method found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationResult {
    /// `spf`, `dkim`, `dmarc` ...
    pub method: String,
    /// The version of the method: `dkim/1`.
    pub version: Option<String>,
    /// `pass`, `fail`, `none` ...
    pub result: String,
    /// Why, in words.
    pub reason: Option<String>,
    /// What it was found about: `smtp.mailfrom`, `header.d` ...
    pub properties: Vec<(String, String)>,
}

impl AuthenticationResult {
    /// The value of a property, `smtp.mailfrom`, whatever the case of its letters.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        let found = self
            .properties
            .iter()
            .find(|(property, _)| property.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The fields of a mailing list (RFC 2369, 2919, 8058).
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse(concat!(
///     "List-Id: Some talk <talk.lists.example.org>\r\n",
///     "List-Unsubscribe: <mailto:leave@lists.example.org>,\r\n <https://lists.example.org/u?x=1>\r\n",
///     "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n",
/// ));
/// let list = message.root().list_info();
/// assert_eq!(list.id.as_deref(), Some("talk.lists.example.org"));
/// assert_eq!(list.name.as_deref(), Some("Some talk"));
/// assert_eq!(list.unsubscribe, ["mailto:leave@lists.example.org", "https://lists.example.org/u?x=1"]);
/// assert_eq!(list.one_click(), Some("https://lists.example.org/u?x=1"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListInfo {
    /// What the list is known by (RFC 2919).
    pub id: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// Where to write to the list; with [`post_closed`](Self::post_closed), nowhere.
    pub post: Vec<String>,
    /// `List-Post: NO`.
    pub post_closed: bool,
    /// How to leave the list, the preferred way first.
    pub unsubscribe: Vec<String>,
    /// How to join it.
    pub subscribe: Vec<String>,
    /// Where help is.
    pub help: Vec<String>,
    /// Who runs it.
    pub owner: Vec<String>,
    /// Where old messages are.
    pub archive: Vec<String>,
    /// Leaving the list takes one POST (RFC 8058).
    pub unsubscribe_by_post: bool,
}

impl ListInfo {
    /// The address to which `List-Unsubscribe=One-Click` is to be posted (RFC 8058): whether the field is covered
    /// by a valid signature, as §4 wants, is for the caller to know.
    #[must_use]
    pub fn one_click(&self) -> Option<&str> {
        let https = |uri: &&String| {
            uri.get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        };
        self.unsubscribe
            .iter()
            .find(https)
            .filter(|_| self.unsubscribe_by_post)
            .map(String::as_str)
    }
}

/// Who made a message (RFC 3834 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AutoSubmitted {
    /// A person.
    No,
    /// A program, by itself.
    Generated,
    /// A program, in answer to a message.
    Replied,
    /// Any other word.
    Other(String),
}

/// How much its sender makes of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "RFC 2156 §5.3.6 knows these three")]
pub enum Importance {
    /// Less than usual.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// More than usual.
    High,
}
