//! The trace that each system puts on top of a message: `Received` (RFC 5321 §4.4).

use core::net::IpAddr;

use mailweft_address::{Address, Domain};

use crate::types::{HelloName, Text, Token};

/// The protocol by which a message came: the word behind `with` (RFC 3848, RFC 6531 §4.3).
///
/// ```
/// use mailweft_smtp::Protocol;
///
/// let protocol = Protocol::ESMTP.with_tls().with_auth();
/// assert_eq!(protocol.as_str(), "ESMTPSA");
/// assert_eq!(protocol.with_utf8().as_str(), "UTF8SMTPSA");
/// assert_eq!(Protocol::LMTP.with_tls().as_str(), "LMTPS");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protocol {
    base: Base,
    tls: bool,
    auth: bool,
    utf8: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Base {
    Smtp,
    Esmtp,
    Lmtp,
}

impl Protocol {
    /// After HELO.
    pub const SMTP: Self = Self::of(Base::Smtp);
    /// After EHLO.
    pub const ESMTP: Self = Self::of(Base::Esmtp);
    /// After LHLO.
    pub const LMTP: Self = Self::of(Base::Lmtp);

    const fn of(base: Base) -> Self {
        Self {
            base,
            tls: false,
            auth: false,
            utf8: false,
        }
    }

    /// Under TLS.
    #[must_use]
    pub const fn with_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    /// Authenticated.
    #[must_use]
    pub const fn with_auth(self) -> Self {
        Self { auth: true, ..self }
    }

    /// With SMTPUTF8.
    #[must_use]
    pub const fn with_utf8(self) -> Self {
        Self { utf8: true, ..self }
    }

    /// The word. Plain SMTP has one only, for TLS and AUTH need EHLO.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match (self.base, self.utf8, self.tls, self.auth) {
            (Base::Smtp, ..) => "SMTP",
            (Base::Esmtp, false, false, false) => "ESMTP",
            (Base::Esmtp, false, false, true) => "ESMTPA",
            (Base::Esmtp, false, true, false) => "ESMTPS",
            (Base::Esmtp, false, true, true) => "ESMTPSA",
            (Base::Esmtp, true, false, false) => "UTF8SMTP",
            (Base::Esmtp, true, false, true) => "UTF8SMTPA",
            (Base::Esmtp, true, true, false) => "UTF8SMTPS",
            (Base::Esmtp, true, true, true) => "UTF8SMTPSA",
            (Base::Lmtp, false, false, false) => "LMTP",
            (Base::Lmtp, false, false, true) => "LMTPA",
            (Base::Lmtp, false, true, false) => "LMTPS",
            (Base::Lmtp, false, true, true) => "LMTPSA",
            (Base::Lmtp, true, false, false) => "UTF8LMTP",
            (Base::Lmtp, true, false, true) => "UTF8LMTPA",
            (Base::Lmtp, true, true, false) => "UTF8LMTPS",
            (Base::Lmtp, true, true, true) => "UTF8LMTPSA",
        }
    }
}

/// A `Received` field: `Time-stamp-line` of RFC 5321 §4.4.
///
/// Printed, it is the whole field, folded, with its CRLF: put it in front of the message.
///
/// ```
/// use mailweft_smtp::{HelloName, Protocol, Received, Token};
///
/// let received = Received::new(HelloName::new("mx.example.org")?, Protocol::ESMTPS, 1_700_000_000, 60)
///     .from(HelloName::new("client.example")?, Some([192, 0, 2, 1].into()), None)
///     .id(Token::new("8F4D")?);
/// assert_eq!(
///     received.to_string(),
///     "Received: from client.example ([192.0.2.1])\r\n\tby mx.example.org with ESMTPS id 8F4D;\r\n\
///      \tTue, 14 Nov 2023 23:13:20 +0100\r\n",
/// );
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub(crate) by: HelloName,
    pub(crate) protocol: Protocol,
    pub(crate) unix: i64,
    pub(crate) offset: i16,
    pub(crate) hello: Option<HelloName>,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) peer_name: Option<Domain>,
    pub(crate) tls: Option<Text>,
    pub(crate) id: Option<Token>,
    pub(crate) recipient: Option<Address>,
}

impl Protocol {
    /// `ESMTP` under TLS.
    pub const ESMTPS: Self = Self::ESMTP.with_tls();
}

impl Received {
    /// By this host, by this protocol, at this time: seconds since 1970 in UTC, and the minutes by which the
    /// local clock is ahead of UTC.
    #[must_use]
    pub const fn new(by: HelloName, protocol: Protocol, unix: i64, offset: i16) -> Self {
        Self {
            by,
            protocol,
            unix,
            offset,
            hello: None,
            peer: None,
            peer_name: None,
            tls: None,
            id: None,
            recipient: None,
        }
    }

    /// From a client: the name it gave, its address, and the name that leads back to that address.
    #[must_use]
    pub fn from(self, hello: HelloName, peer: Option<IpAddr>, name: Option<Domain>) -> Self {
        Self {
            hello: Some(hello),
            peer,
            peer_name: name,
            ..self
        }
    }

    /// With a comment on the TLS session, as `TLS1.3 TLS_AES_256_GCM_SHA384`.
    #[must_use]
    pub fn tls(self, session: Text) -> Self {
        Self {
            tls: Some(session),
            ..self
        }
    }

    /// With the name of the message in this host's logs.
    #[must_use]
    pub fn id(self, id: Token) -> Self {
        Self {
            id: Some(id),
            ..self
        }
    }

    /// For a recipient; to be left out where there is more than one, lest a hidden one be shown (RFC 5321
    /// §7.2).
    #[must_use]
    pub fn recipient(self, recipient: Address) -> Self {
        Self {
            recipient: Some(recipient),
            ..self
        }
    }
}
