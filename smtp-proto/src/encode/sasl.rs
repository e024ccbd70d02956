//! Messages of the simple SASL mechanisms.

#[cfg(feature = "legacy-auth")]
use alloc::vec::Vec;
use alloc::{format, string::String};

use crate::types::{Secret, Text};

/// `[authzid] NUL authcid NUL passwd` (RFC 4616 §2)
pub(crate) fn plain(authzid: Option<&Text>, user: &Text, password: &Secret) -> Secret {
    let authzid = authzid.map_or(&b""[..], |authzid| authzid.as_bytes());
    let parts: [&[u8]; 3] = [authzid, user.as_bytes(), password.expose()];
    Secret::new(parts.join(&0))
}

/// `"user=" user ^A "auth=Bearer " token ^A ^A`
pub(crate) fn xoauth2(user: &Text, token: &Text) -> Secret {
    Secret::new(format!("user={user}\x01auth=Bearer {token}\x01\x01"))
}

/// `gs2-header kvsep *kvpair kvsep` (RFC 7628 §3.1)
pub(crate) fn oauthbearer(user: &Text, server: Option<&(Text, u16)>, token: &Text) -> Secret {
    let user = user.as_str().replace('=', "=3D").replace(',', "=2C");
    let server = server.map_or_else(String::new, |(host, port)| {
        format!("host={host}\x01port={port}\x01")
    });
    Secret::new(format!(
        "n,a={user},\x01{server}auth=Bearer {token}\x01\x01"
    ))
}

/// `user SP digest` (RFC 2195 §2)
#[cfg(feature = "legacy-auth")]
pub(crate) fn cram_md5(user: &Text, password: &Secret, challenge: &[u8]) -> Secret {
    let digest = cram_md5_digest(password, challenge);
    Secret::new([user.as_bytes(), &b" "[..], &digest].concat())
}

/// The digest of a challenge, keyed with the password, in hexadecimal (RFC 2195 §2).
#[cfg(feature = "legacy-auth")]
pub(crate) fn cram_md5_digest(password: &Secret, challenge: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, Mac as _};
    let Ok(mut mac) = Hmac::<md5::Md5>::new_from_slice(password.expose()) else {
        // HMAC takes keys of every length (RFC 2104 §2).
        return Vec::new();
    };
    mac.update(challenge);
    mac.finalize()
        .into_bytes()
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}
