//! What stands after the at sign.

use alloc::string::String;
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    net::{Ipv4Addr, Ipv6Addr},
};

use super::{Text, address::is_host_name, local_part::nfc};
use crate::{error::InvalidDomain, grammar::MAX_DOMAIN};

/// The domain of an address: a name, or an address literal in brackets (RFC 5321 §4.1.2, §4.1.3).
///
/// ```
/// use mailweft_address::Domain;
///
/// let domain = Domain::parse("[IPv6:2001:db8::1]")?;
/// assert!(matches!(domain, Domain::V6(_)));
/// assert_eq!(Domain::parse("Example.ORG")?, Domain::parse("example.org")?);
/// # Ok::<(), mailweft_address::InvalidDomain>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Domain {
    /// A domain name.
    Name(DomainName),
    /// `[192.0.2.1]`
    V4(Ipv4Addr),
    /// `[IPv6:2001:db8::1]`
    V6(Ipv6Addr),
    /// `[tag:content]`, a `General-address-literal`; an empty tag is a `domain-literal` of RFC 5322
    /// §3.4.1 that RFC 5321 does not know.
    General {
        /// The `Standardized-tag`, without its colon.
        tag: String,
        /// What follows the colon.
        text: String,
    },
}

impl Domain {
    /// Parses a domain name or an address literal with its brackets, up to what
    /// [`Level::Header`](crate::Level::Header) allows.
    ///
    /// # Errors
    ///
    /// The empty text, `a..b`, `-a.example`, a label of more than 63 octets, more than 255 octets,
    /// `[1.2.3`, a comment or a blank anywhere, and everything else that is no domain.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidDomain> {
        Self::try_from(text.as_ref())
    }

    /// The domain name, unless it is a literal.
    #[must_use]
    pub const fn name(&self) -> Option<&DomainName> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl From<Ipv4Addr> for Domain {
    fn from(address: Ipv4Addr) -> Self {
        Self::V4(address)
    }
}

impl From<Ipv6Addr> for Domain {
    fn from(address: Ipv6Addr) -> Self {
        Self::V6(address)
    }
}

impl From<DomainName> for Domain {
    fn from(name: DomainName) -> Self {
        Self::Name(name)
    }
}

/// A domain name as it was written, in A-labels or U-labels (RFC 5890 §2.3.2.1).
///
/// # Comparison
///
/// Labels compare without regard to ASCII case, and a U-label equals its A-label.
///
/// ```
/// use mailweft_address::Domain;
///
/// assert_eq!(Domain::parse("BÜCHER.example")?, Domain::parse("xn--bcher-kva.example")?);
/// # Ok::<(), mailweft_address::InvalidDomain>(())
/// ```
#[derive(Clone)]
pub struct DomainName(Text);

impl DomainName {
    pub(crate) const fn from_text(text: Text) -> Self {
        Self(text)
    }

    /// Parses a domain name, the whole of `text`.
    ///
    /// # Errors
    ///
    /// As [`Domain::parse`], and an address literal.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidDomain> {
        Self::try_from(text.as_ref())
    }

    /// A host name from a literal, checked when the program is compiled.
    ///
    /// ```
    /// use mailweft_address::{Domain, DomainName};
    ///
    /// const HOST: Domain = Domain::Name(DomainName::from_static("mx.example.org"));
    /// assert_eq!(HOST.to_string(), "mx.example.org");
    /// ```
    ///
    /// ```compile_fail
    /// const BAD: mailweft_address::DomainName = mailweft_address::DomainName::from_static("-mx.example");
    /// ```
    ///
    /// # Panics
    ///
    /// Where the literal is no host name in ASCII (RFC 5321 §4.1.2); in a `const`, that is an error of
    /// the compiler.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "in a const, a panic is how a bad literal fails to compile"
    )]
    pub const fn from_static(name: &'static str) -> Self {
        if !is_host_name(name.as_bytes()) {
            panic!("not a host name in ASCII");
        }
        Self(Text::from_static(name))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its labels, the host's first.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('.')
    }

    /// Whether every label is ASCII, so that it can stand where UTF-8 cannot.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.as_str().is_ascii()
    }

    /// What comparison sees: lower case, U-labels as Punycode.
    ///
    /// This is the form for a look-up key. It does not check labels against IDNA; for that there is
    /// the feature `idna`.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(self.as_str())
    }
}

/// Lower case, normalised, non-ASCII labels in Punycode with their prefix.
pub(crate) fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(name.len());
    for (at, label) in name.split('.').enumerate() {
        if at > 0 {
            folded.push('.');
        }
        let lower = nfc(label).to_lowercase();
        let lower = nfc(&lower);
        // A label too long for any domain is kept: encoding it would take quadratic time.
        if lower.is_ascii() || lower.len() > MAX_DOMAIN {
            folded.push_str(&lower);
        } else {
            folded.push_str("xn--");
            punycode(&lower, &mut folded);
        }
    }
    folded
}

/// Appends the Punycode of a label (RFC 3492 §6.3). Linear in the number of distinct non-ASCII
/// characters times the length; a label that a domain can hold has at most 63 octets.
fn punycode(label: &str, out: &mut String) {
    const BASE: u32 = 36;
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let digit = |value: u32| {
        let at = usize::try_from(value).unwrap_or_default();
        char::from(DIGITS.get(at).copied().unwrap_or(b'a'))
    };
    let basic = label.chars().filter(char::is_ascii);
    let mut handled = 0_u32;
    for c in basic {
        out.push(c);
        handled = handled.saturating_add(1);
    }
    let basic_count = handled;
    if basic_count > 0 {
        out.push('-');
    }
    let total = u32::try_from(label.chars().count()).unwrap_or(u32::MAX);
    let (mut n, mut delta, mut bias) = (0x80_u32, 0_u32, 72_u32);
    while handled < total {
        let Some(next) = label.chars().map(u32::from).filter(|&c| c >= n).min() else {
            return;
        };
        let step = next
            .saturating_sub(n)
            .saturating_mul(handled.saturating_add(1));
        delta = delta.saturating_add(step);
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta = delta.saturating_add(1);
            }
            if c != n {
                continue;
            }
            let (mut q, mut k) = (delta, BASE);
            loop {
                let t = k.saturating_sub(bias).clamp(1, 26);
                if q < t {
                    break;
                }
                let (rest, span) = (q.saturating_sub(t), BASE.saturating_sub(t).max(1));
                out.push(digit(t.saturating_add(rest.checked_rem(span).unwrap_or(0))));
                q = rest.checked_div(span).unwrap_or(0);
                k = k.saturating_add(BASE);
            }
            out.push(digit(q));
            handled = handled.saturating_add(1);
            bias = adapt(delta, handled, handled == basic_count.saturating_add(1));
            delta = 0;
        }
        delta = delta.saturating_add(1);
        n = n.saturating_add(1);
    }
}

/// Bias adaptation (RFC 3492 §6.1).
pub(crate) fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta = delta.saturating_add(delta.checked_div(count).unwrap_or(0));
    let mut k = 0_u32;
    while delta > 455 {
        delta /= 35;
        k = k.saturating_add(36);
    }
    let rise = delta
        .saturating_mul(36)
        .checked_div(delta.saturating_add(38))
        .unwrap_or(0);
    k.saturating_add(rise)
}

impl PartialEq for DomainName {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.as_str(), other.as_str());
        a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && fold(a) == fold(b))
    }
}

impl Eq for DomainName {}

impl PartialOrd for DomainName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DomainName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl Hash for DomainName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl PartialEq<str> for DomainName {
    fn eq(&self, other: &str) -> bool {
        fold(self.as_str()) == fold(other)
    }
}

impl PartialEq<&str> for DomainName {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DomainName").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::fold;

    #[test]
    fn rfc3492_s7_1_samples() {
        for (name, punycode) in [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
            ("bücher", "bcher-kva"),
        ] {
            assert_eq!(fold(name), format!("xn--{punycode}"));
        }
    }
}
