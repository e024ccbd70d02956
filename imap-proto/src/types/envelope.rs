//! The envelope of a message: its structured header as a server parsed it (RFC 3501 §7.4.2).

use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use crate::types::wire::{self, Walk};

/// `envelope`: date, subject, addresses and identifiers of a message (RFC 3501 §7.4.2).
///
/// Kept as the text it came in and read when a field is touched: an index page of 50,000 messages costs no more
/// than its octets. The strings are those of the header, with encoded words not decoded.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Address, Envelope};
///
/// let envelope = Envelope::builder()
///     .date("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)")
///     .subject("IMAP4rev1 WG mtg summary and minutes")
///     .from([Address::new(Some("Terry Gray"), "gray", "cac.washington.edu")])
///     .message_id("<B27397-0100000@cac.washington.edu>")
///     .build();
/// assert_eq!(envelope.subject().as_deref(), Some(b"IMAP4rev1 WG mtg summary and minutes".as_slice()));
/// let from = envelope.from().next().unwrap();
/// assert_eq!(from.to_string(), "Terry Gray <gray@cac.washington.edu>");
/// assert_eq!(envelope.sender().next(), Some(from)); // RFC 3501 §7.4.2: defaults to From
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Envelope(Bytes);

impl Envelope {
    /// An envelope to be filled.
    pub fn builder() -> EnvelopeBuilder<'static> {
        EnvelopeBuilder::default()
    }

    /// Text that a parser has checked.
    pub(crate) const fn from_parsed(text: Bytes) -> Self {
        Self(text)
    }

    /// The text as it is written, with its parentheses.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    fn field(&self, index: usize) -> Walk<'_> {
        let mut walk = Walk::new(&self.0);
        walk.open();
        for _ in 0..index {
            walk.skip();
        }
        walk
    }

    fn addresses(&self, index: usize) -> Addresses<'_> {
        let mut walk = self.field(index);
        Addresses(walk.open().then_some(walk))
    }

    /// The `Date` field as it stands in the header.
    pub fn date(&self) -> Option<Cow<'_, [u8]>> {
        self.field(0).nstring()
    }

    /// The `Subject` field.
    pub fn subject(&self) -> Option<Cow<'_, [u8]>> {
        self.field(1).nstring()
    }

    /// The `Subject` field as text; what is not UTF-8 is replaced. Encoded words are not decoded.
    pub fn subject_lossy(&self) -> String {
        let subject = self.subject().unwrap_or_default();
        String::from_utf8_lossy(&subject).into_owned()
    }

    /// The `From` field.
    pub fn from(&self) -> Addresses<'_> {
        self.addresses(2)
    }

    /// The `Sender` field; a server fills in `From` where there is none.
    pub fn sender(&self) -> Addresses<'_> {
        self.addresses(3)
    }

    /// The `Reply-To` field; a server fills in `From` where there is none.
    pub fn reply_to(&self) -> Addresses<'_> {
        self.addresses(4)
    }

    /// The `To` field.
    pub fn to(&self) -> Addresses<'_> {
        self.addresses(5)
    }

    /// The `Cc` field.
    pub fn cc(&self) -> Addresses<'_> {
        self.addresses(6)
    }

    /// The `Bcc` field.
    pub fn bcc(&self) -> Addresses<'_> {
        self.addresses(7)
    }

    /// The `In-Reply-To` field.
    pub fn in_reply_to(&self) -> Option<Cow<'_, [u8]>> {
        self.field(8).nstring()
    }

    /// The `Message-ID` field.
    pub fn message_id(&self) -> Option<Cow<'_, [u8]>> {
        self.field(9).nstring()
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope{}", self.0.escape_ascii())
    }
}

/// The addresses of one field one by one.
#[derive(Clone, Debug)]
pub struct Addresses<'a>(Option<Walk<'a>>);

impl<'a> Iterator for Addresses<'a> {
    type Item = Address<'a>;

    fn next(&mut self) -> Option<Address<'a>> {
        let walk = self.0.as_mut()?;
        if !walk.more() || !walk.open() {
            self.0 = None;
            return None;
        }
        let address = Address {
            name: walk.nstring(),
            route: walk.nstring(),
            mailbox: walk.nstring(),
            host: walk.nstring(),
        };
        walk.close();
        Some(address)
    }
}

/// `address`: one mailbox, or the start or end of a group (RFC 3501 §7.4.2).
///
/// # Examples
///
/// ```
/// use mailweft_imap::Address;
///
/// assert!(Address::group_start("friends").is_group_start());
/// assert_eq!(Address::new(None, "kim", "example.org").to_string(), "kim@example.org");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Address<'a> {
    name: Option<Cow<'a, [u8]>>,
    route: Option<Cow<'a, [u8]>>,
    mailbox: Option<Cow<'a, [u8]>>,
    host: Option<Cow<'a, [u8]>>,
}

impl<'a> Address<'a> {
    /// A mailbox, with a display name or without.
    pub const fn new(name: Option<&'a str>, mailbox: &'a str, host: &'a str) -> Self {
        Self {
            name: match name {
                Some(name) => Some(Cow::Borrowed(name.as_bytes())),
                None => None,
            },
            route: None,
            mailbox: Some(Cow::Borrowed(mailbox.as_bytes())),
            host: Some(Cow::Borrowed(host.as_bytes())),
        }
    }

    #[cfg(feature = "mime")]
    pub(crate) const fn from_octets(
        name: Option<Cow<'a, [u8]>>,
        route: Option<Cow<'a, [u8]>>,
        mailbox: Option<Cow<'a, [u8]>>,
        host: Option<Cow<'a, [u8]>>,
    ) -> Self {
        Self {
            name,
            route,
            mailbox,
            host,
        }
    }

    /// The start of a group of addresses: NIL for the host, the group's name for the mailbox.
    pub fn group_start(name: &'a str) -> Self {
        Self {
            mailbox: Some(Cow::Borrowed(name.as_bytes())),
            ..Self::default()
        }
    }

    /// The end of a group: NIL for the host and for the mailbox.
    pub fn group_end() -> Self {
        Self::default()
    }

    /// With the source route of RFC 822 (`at-domain-list`).
    #[must_use]
    pub fn with_route(mut self, route: &'a str) -> Self {
        self.route = Some(Cow::Borrowed(route.as_bytes()));
        self
    }

    /// The display name.
    pub fn name(&self) -> Option<&[u8]> {
        self.name.as_deref()
    }

    /// The source route of RFC 822, `at-domain-list`.
    pub fn route(&self) -> Option<&[u8]> {
        self.route.as_deref()
    }

    /// What stands before the `@`, or the name of the group that starts here.
    pub fn mailbox(&self) -> Option<&[u8]> {
        self.mailbox.as_deref()
    }

    /// What stands behind the `@`.
    pub fn host(&self) -> Option<&[u8]> {
        self.host.as_deref()
    }

    /// Whether a group starts here.
    pub const fn is_group_start(&self) -> bool {
        self.host.is_none() && self.mailbox.is_some()
    }

    /// Whether a group ends here.
    pub const fn is_group_end(&self) -> bool {
        self.host.is_none() && self.mailbox.is_none()
    }
}

/// For people to read: strings are shown as UTF-8 and not quoted.
impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |text: &Option<Cow<'_, [u8]>>| {
            String::from_utf8_lossy(text.as_deref().unwrap_or_default()).into_owned()
        };
        match (&self.host, &self.mailbox, &self.name) {
            (None, None, _) => f.write_str(";"),
            (None, Some(_), _) => write!(f, "{}:", show(&self.mailbox)),
            (Some(_), _, Some(_)) => write!(
                f,
                "{} <{}@{}>",
                show(&self.name),
                show(&self.mailbox),
                show(&self.host)
            ),
            (Some(_), _, None) => write!(f, "{}@{}", show(&self.mailbox), show(&self.host)),
        }
    }
}

impl fmt::Debug for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Makes an [`Envelope`]; all fields are NIL until they are set.
#[derive(Clone, Debug, Default)]
pub struct EnvelopeBuilder<'a> {
    date: Option<Cow<'a, [u8]>>,
    subject: Option<Cow<'a, [u8]>>,
    from: BytesMut,
    sender: BytesMut,
    reply_to: BytesMut,
    to: BytesMut,
    cc: BytesMut,
    bcc: BytesMut,
    in_reply_to: Option<Cow<'a, [u8]>>,
    message_id: Option<Cow<'a, [u8]>>,
}

macro_rules! setters {
    (strings: $($string:ident $field:literal),*; addresses: $($list:ident $name:literal),*) => {
        $(
            #[doc = concat!("Sets the `", $field, "` field.")]
            #[must_use]
            pub fn $string(mut self, text: impl AsRef<[u8]>) -> Self {
                self.$string = Some(Cow::Owned(text.as_ref().to_vec()));
                self
            }
        )*
        $(
            #[doc = concat!("Adds to the `", $name, "` field.")]
            #[must_use]
            pub fn $list<'b>(mut self, addresses: impl IntoIterator<Item = Address<'b>>) -> Self {
                put_addresses(&mut self.$list, addresses);
                self
            }
        )*
    };
}

impl EnvelopeBuilder<'_> {
    setters! {
        strings: date "Date", subject "Subject", in_reply_to "In-Reply-To", message_id "Message-ID";
        addresses: from "From", sender "Sender", reply_to "Reply-To", to "To", cc "Cc", bcc "Bcc"
    }

    /// The envelope. `Sender` and `Reply-To` are `From` where they were not set (RFC 3501 §7.4.2).
    pub fn build(self) -> Envelope {
        let mut out = BytesMut::with_capacity(256);
        let or_from = |list: BytesMut| match list.is_empty() {
            true => self.from.clone(),
            false => list,
        };
        let (sender, reply_to) = (or_from(self.sender), or_from(self.reply_to));
        out.put_u8(b'(');
        wire::put_nstring(&mut out, self.date.as_deref());
        out.put_u8(b' ');
        wire::put_nstring(&mut out, self.subject.as_deref());
        for list in [self.from, sender, reply_to, self.to, self.cc, self.bcc] {
            match list.is_empty() {
                true => out.put_slice(b" NIL"),
                false => {
                    out.put_slice(b" (");
                    out.put_slice(&list);
                    out.put_u8(b')');
                }
            }
        }
        out.put_u8(b' ');
        wire::put_nstring(&mut out, self.in_reply_to.as_deref());
        out.put_u8(b' ');
        wire::put_nstring(&mut out, self.message_id.as_deref());
        out.put_u8(b')');
        Envelope(out.freeze())
    }
}

fn put_addresses<'b>(out: &mut BytesMut, addresses: impl IntoIterator<Item = Address<'b>>) {
    for address in addresses {
        out.put_u8(b'(');
        wire::put_nstring(out, address.name());
        out.put_u8(b' ');
        wire::put_nstring(out, address.route());
        out.put_u8(b' ');
        wire::put_nstring(out, address.mailbox());
        out.put_u8(b' ');
        wire::put_nstring(out, address.host());
        out.put_u8(b')');
    }
}
