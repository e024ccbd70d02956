//! What a client claims in an authentication.

use bytes::Bytes;

use crate::types::{Secret, Text};

/// Who a client claims to be, and by what: what the simple SASL mechanisms come to.
///
/// Whether the claim holds is for the caller to say, who has the passwords.
///
/// ```
/// use mailweft_smtp::{Claim, Mechanism, server::{Acceptor, AuthStep}};
///
/// let mut acceptor = Acceptor::new(&Mechanism::PLAIN).unwrap();
/// let AuthStep::Claim(claim) = acceptor.start(Some(&"\0tim\0secret".into()))? else { panic!() };
/// assert!(matches!(claim, Claim::Password { authzid: None, user, .. } if user == "tim"));
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// PLAIN and LOGIN: a name and a password in clear (RFC 4616).
    Password {
        /// On whose behalf the client wants to act, where that is another than `user`.
        authzid: Option<Text>,
        /// The name.
        user: Text,
        /// The password.
        password: Secret,
    },
    /// XOAUTH2 and OAUTHBEARER: a bearer token (RFC 7628).
    Token {
        /// The name, where the client gave one.
        user: Option<Text>,
        /// The token.
        token: Secret,
    },
    /// EXTERNAL: whoever TLS says the client is (RFC 4422 appendix A).
    External {
        /// On whose behalf the client wants to act, where it said so.
        authzid: Option<Text>,
    },
    /// ANONYMOUS: nobody, with a trace that proves nothing (RFC 4505).
    Anonymous {
        /// What the client said of itself.
        trace: Option<Text>,
    },
    /// CRAM-MD5: a name, and a digest of the challenge keyed with the password (RFC 2195).
    Digest {
        /// The name.
        user: Text,
        /// The challenge that was set.
        challenge: Bytes,
        /// The digest, in hexadecimal.
        digest: Secret,
    },
}
