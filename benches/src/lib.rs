//! Inputs of the benches: made, not stored, and the same every time.

pub mod mails;
pub mod work;

/// Ten addresses as people have them.
pub const ADDRESSES: [&str; 10] = [
    "user@example.com",
    "first.last@example.org",
    "a.longer.name+with-a-tag@mail.example.co.uk",
    "x@y.example",
    "postmaster@example.net",
    "0123456789@numbers.example.com",
    "some_body@sub.domain.example.org",
    "o'brien@example.ie",
    "customer-service@shop.example.com",
    "noreply@notifications.example.com",
];

/// The body of a To field with so many mailboxes, with names and without.
#[must_use]
pub fn address_list(count: usize) -> String {
    (0..count)
        .map(|n| match n % 3 {
            0 => format!("user{n}@example.com"),
            1 => format!("Some Body <some.body{n}@example.org>"),
            _ => format!("\"Body, Some {n}\" <s{n}@mail.example.net>"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// A newsletter: text and HTML, of about so many octets.
#[must_use]
pub fn newsletter(octets: usize) -> Vec<u8> {
    let mut message = String::from(
        "Received: from mx.example.net ([192.0.2.1])\r\n\tby mail.example.org with ESMTPS id 1;\r\n\tSun, 22 Nov 2026 10:00:00 +0000\r\n\
         From: =?utf-8?q?The_N=C3=A9wsletter?= <news@example.net>\r\nTo: reader@example.org\r\n\
         Subject: =?utf-8?b?R3LDvMOfZSBhbGxlcnNlaXRz?=\r\nMessage-ID: <1@example.net>\r\n\
         Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=\"=_b1\"\r\n\r\n",
    );
    for kind in ["plain", "html"] {
        message.push_str("--=_b1\r\nContent-Type: text/");
        message.push_str(kind);
        message.push_str("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        let end = message.len() + octets / 2;
        while message.len() < end {
            message.push_str("Some text that goes on, with =C3=A4 and =C3=B6 in it, and a soft break =\r\nhere.\r\n");
        }
    }
    message.push_str("--=_b1--\r\n");
    message.into_bytes()
}

/// Numbers that look random and are the same every time (xorshift).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Each seed has its own numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed.wrapping_mul(2).wrapping_add(1)))
    }

    /// The next number.
    #[expect(
        clippy::should_implement_trait,
        reason = "no iterator: it never ends and nothing is lazy"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }

    /// So many small letters.
    pub fn word(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(b'a' + self.below(26) as u8))
            .collect()
    }
}

/// Octets that no run-length finds easy.
#[must_use]
pub fn noise(octets: usize) -> Vec<u8> {
    let mut random = Random::new(0);
    (0..octets)
        .map(|_| random.next().to_le_bytes()[0])
        .collect()
}
