//! How much a peer may send.

/// Bounds on what a peer may send before it is answered, or left.
///
/// ```
/// use mailweft_smtp::Limits;
///
/// let limits = Limits::default().message(10 << 20).recipients(100);
/// assert_eq!(limits, Limits::default().recipients(100).message(10 << 20));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(crate) command: usize,
    pub(crate) auth: usize,
    pub(crate) discard: usize,
    pub(crate) message: u64,
    pub(crate) discard_message: u64,
    pub(crate) recipients: usize,
    pub(crate) errors: usize,
    pub(crate) idle_commands: usize,
    pub(crate) slots: usize,
    pub(crate) output: usize,
    pub(crate) reply: usize,
    pub(crate) reply_lines: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // RFC 5321 §4.5.3.1.4 asks for 512 and extensions lengthen it: DSN by 600, AUTH= by 500.
            command: 2048,
            // RFC 4954 §4.
            auth: 12_288,
            discard: 64 << 10,
            message: 64 << 20,
            discard_message: 256 << 20,
            // RFC 5321 §4.5.3.1.8 asks for 100 at least.
            recipients: 1000,
            errors: 20,
            idle_commands: 1000,
            slots: 100,
            output: 64 << 10,
            reply: 64 << 10,
            reply_lines: 100_000,
        }
    }
}

/// One builder-style setter per limit.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl Limits {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(self, $name: $type) -> Self {
                    Self { $name, ..self }
                }
            )*
        }
    };
}

setters! {
    /// Octets of a command line, CRLF included: 2048. Over it: `500 5.5.2`.
    command: usize;
    /// Octets of a line of an authentication, CRLF included: 12,288 (RFC 4954 §4). Over it: `500 5.5.6`.
    auth: usize;
    /// Octets of an over-long line that are read and thrown away before the session ends: 64 KiB.
    discard: usize;
    /// Octets of a message: 64 MiB; told in EHLO. Over it: `552 5.3.4`.
    message: u64;
    /// Octets of a refused message that are read and thrown away before the session ends: 256 MiB.
    discard_message: u64;
    /// Accepted recipients of one message: 1000. Over it: `452 4.5.3`.
    recipients: usize;
    /// Faulty commands before the session ends: 20.
    errors: usize;
    /// Commands in a row that bring no message forward before the session ends: 1000.
    idle_commands: usize;
    /// Slots that may wait for their answer: 100. Over it nothing is read.
    slots: usize;
    /// Octets in `output()` above which nothing more is read, or taken of a body: 64 KiB.
    output: usize;
    /// Octets of one reply that a client keeps, and of one line of it that it reads: 64 KiB.
    reply: usize;
    /// Lines of one reply before a client gives the server up: 100,000.
    reply_lines: usize;
}
