//! How much of everything is read.

/// How much of everything is read; past a limit the rest is kept as opaque octets and reported.
///
/// ```
/// use mailweft_mime::{Limits, Message};
///
/// let mut limits = Limits::default();
/// limits.depth = 4;
/// let message = Message::parse_with("Subject: hello\r\n\r\n", &limits);
/// assert_eq!(message.parts().count(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How deep parts may be nested in each other; 100.
    pub depth: usize,
    /// How many parts a message may have; 10,000.
    pub parts: usize,
    /// How many fields one header may have; 10,000.
    pub fields: usize,
    /// How many octets one header may have; 4 MiB.
    pub header_octets: usize,
    /// How many octets one field may have; 1 MiB.
    pub field_octets: usize,
    /// How many problems are remembered; 1,000.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 100,
            parts: 10_000,
            fields: 10_000,
            header_octets: 4 << 20,
            field_octets: 1 << 20,
            problems: 1_000,
        }
    }
}
