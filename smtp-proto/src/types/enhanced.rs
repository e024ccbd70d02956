//! Enhanced status codes (RFC 3463, RFC 5248): the registry, with what each means and what helps.

use core::fmt;

use crate::error::{InvalidValue, Rule};

/// An enhanced status code: class, subject and detail.
///
/// ```
/// use mailweft_smtp::EnhancedCode;
///
/// let code: EnhancedCode = "5.1.1".parse()?;
/// assert_eq!(code, EnhancedCode::BAD_MAILBOX);
/// assert_eq!(code.meaning(), Some("Bad destination mailbox address"));
/// assert!(EnhancedCode::new(3, 1, 1).is_err());
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    /// A code of any class, subject and detail, registered or not.
    ///
    /// # Errors
    ///
    /// A class other than 2, 4 and 5; a subject or detail above 999 (RFC 3463 §2).
    pub const fn new(class: u8, subject: u16, detail: u16) -> Result<Self, InvalidValue> {
        if !matches!(class, 2 | 4 | 5) || subject > 999 || detail > 999 {
            return Err(InvalidValue::OutOfRange(Rule::EnhancedCode));
        }
        Ok(Self {
            class,
            subject,
            detail,
        })
    }

    pub(crate) const fn of(class: u8, subject: u16, detail: u16) -> Self {
        Self {
            class,
            subject,
            detail,
        }
    }

    /// The first number: 2 success, 4 transient failure, 5 permanent failure.
    #[must_use]
    pub const fn class(self) -> u8 {
        self.class
    }

    /// The second number: what it is about.
    #[must_use]
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// The third number.
    #[must_use]
    pub const fn detail(self) -> u16 {
        self.detail
    }

    /// The same code in another class, as `4.2.2` and `5.2.2`.
    ///
    /// # Errors
    ///
    /// A class other than 2, 4 and 5.
    pub const fn with_class(self, class: u8) -> Result<Self, InvalidValue> {
        Self::new(class, self.subject, self.detail)
    }

    /// What the registry says it means; `None` where it is not registered.
    #[must_use]
    pub fn meaning(self) -> Option<&'static str> {
        self.registered().map(|(_, _, meaning, _)| *meaning)
    }

    /// One sentence on what helps, for people who got a failure of this kind; `None` where the registry has
    /// no such code, and for success.
    ///
    /// ```
    /// # use mailweft_smtp::EnhancedCode;
    /// let hint = EnhancedCode::new(5, 2, 2)?.hint().unwrap();
    /// assert!(hint.contains("full"));
    /// assert_eq!(EnhancedCode::OK.hint(), None);
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        if self.class == 2 {
            return None;
        }
        self.registered().map(|(_, _, _, hint)| *hint)
    }

    fn registered(self) -> Option<&'static Entry> {
        let at = REGISTRY
            .binary_search_by_key(&(self.subject, self.detail), |(subject, detail, ..)| {
                (*subject, *detail)
            })
            .ok()?;
        REGISTRY.get(at)
    }

    /// The text behind this code, where `line` begins with it; else the line as it is.
    pub(crate) fn strip_from(self, line: &[u8]) -> &[u8] {
        match crate::grammar::status_code(line) {
            Some((code, used)) if code == (self.class, self.subject, self.detail) => {
                let rest = line.get(used..).unwrap_or_default();
                rest.strip_prefix(b" ").unwrap_or(rest)
            }
            _ => line,
        }
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl fmt::Debug for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = ($class:literal, $subject:literal, $detail:literal);)*) => {
        impl EnhancedCode {
            $($(#[$doc])* pub const $name: Self = Self::of($class, $subject, $detail);)*
        }
    };
}

codes! {
    /// Success, nothing more said.
    OK = (2, 0, 0);
    /// The sender's address is fine.
    OTHER_ADDRESS_OK = (2, 1, 0);
    /// The recipient's address is fine.
    RECIPIENT_OK = (2, 1, 5);
    /// The content is fine.
    MEDIA_OK = (2, 6, 0);
    /// Authenticated.
    SECURITY_OK = (2, 7, 0);
    /// Failure, nothing more said.
    FAILED = (5, 0, 0);
    /// There is no such mailbox.
    BAD_MAILBOX = (5, 1, 1);
    /// There is no such domain.
    BAD_SYSTEM = (5, 1, 2);
    /// The recipient's address cannot be read.
    BAD_ADDRESS_SYNTAX = (5, 1, 3);
    /// The sender's address cannot be read.
    BAD_SENDER_SYNTAX = (5, 1, 7);
    /// The recipient's domain takes no mail (RFC 7505).
    NULL_MX = (5, 1, 10);
    /// Something about the mailbox, for now.
    MAILBOX_TEMPORARY = (4, 2, 0);
    /// The mailbox takes no messages.
    MAILBOX_DISABLED = (5, 2, 1);
    /// The mailbox is full.
    MAILBOX_FULL = (5, 2, 2);
    /// Something about the system, for now.
    SYSTEM_TEMPORARY = (4, 3, 0);
    /// The system's disk is full, for now.
    SYSTEM_FULL_TEMPORARY = (4, 3, 1);
    /// The system takes no messages, for now.
    NOT_ACCEPTING = (4, 3, 2);
    /// The message is bigger than the system takes.
    MESSAGE_TOO_BIG = (5, 3, 4);
    /// The connection is not what it should be.
    BAD_CONNECTION = (4, 4, 2);
    /// Too many hops.
    ROUTING_LOOP = (5, 4, 6);
    /// The command cannot come now.
    INVALID_COMMAND = (5, 5, 1);
    /// The line cannot be read.
    SYNTAX_ERROR = (5, 5, 2);
    /// Too many recipients, for now.
    TOO_MANY_RECIPIENTS = (4, 5, 3);
    /// The argument cannot be read, or is not one that is taken.
    INVALID_ARGUMENTS = (5, 5, 4);
    /// The line of an authentication is too long (RFC 4954 §6).
    AUTH_LINE_TOO_LONG = (5, 5, 6);
    /// Something about the content.
    MEDIA_ERROR = (5, 6, 0);
    /// The address is not ASCII, which is not taken here (RFC 6531 §3.5).
    NON_ASCII_ADDRESS = (5, 6, 7);
    /// The content holds bare CR or LF; not in the registry, but what large systems send for it.
    INVALID_CHARACTERS = (5, 6, 11);
    /// Something about security.
    SECURITY_ERROR = (5, 7, 0);
    /// Something about security, for now.
    SECURITY_TEMPORARY = (4, 7, 0);
    /// Policy forbids the delivery.
    NOT_AUTHORIZED = (5, 7, 1);
    /// A feature of security is not there.
    SECURITY_UNSUPPORTED = (5, 7, 4);
    /// User name or password is wrong (RFC 5248 §2.4).
    CREDENTIALS_INVALID = (5, 7, 8);
    /// The mechanism is too weak (RFC 5248 §2.4).
    MECHANISM_TOO_WEAK = (5, 7, 9);
    /// Encryption is needed (RFC 5248 §3).
    ENCRYPTION_NEEDED = (5, 7, 10);
    /// Encryption is needed for the mechanism that was asked for (RFC 5248 §2.4).
    ENCRYPTION_REQUIRED = (5, 7, 11);
    /// A password has to be changed (RFC 5248 §2.4).
    PASSWORD_TRANSITION = (4, 7, 12);
    /// The account is disabled (RFC 5248 §3).
    ACCOUNT_DISABLED = (5, 7, 13);
    /// The recipient is not the one it was (RFC 7293 §14.1).
    MAILBOX_OWNER_CHANGED = (5, 7, 17);
    /// The next hop has no TLS (RFC 8689 §7).
    REQUIRE_TLS_NEEDED = (5, 7, 30);
}

/// Subject, detail, what the registry calls it, what helps.
type Entry = (u16, u16, &'static str, &'static str);

/// The registry of RFC 5248, sorted.
const REGISTRY: &[Entry] = &[
    (
        0,
        0,
        "Other undefined status",
        "Read the text of the reply; the code says no more",
    ),
    (1, 0, "Other address status", "Check the address"),
    (
        1,
        1,
        "Bad destination mailbox address",
        "Check what stands before the @ of the recipient's address",
    ),
    (
        1,
        2,
        "Bad destination system address",
        "Check the domain of the recipient's address",
    ),
    (
        1,
        3,
        "Bad destination mailbox address syntax",
        "Check the recipient's address for typing errors",
    ),
    (
        1,
        4,
        "Destination mailbox address ambiguous",
        "Use the recipient's full address",
    ),
    (
        1,
        5,
        "Destination address valid",
        "The address is fine; read the text of the reply",
    ),
    (
        1,
        6,
        "Destination mailbox has moved, no forwarding address",
        "Ask the recipient for the new address",
    ),
    (
        1,
        7,
        "Bad sender's mailbox address syntax",
        "Check the sender's address for typing errors",
    ),
    (
        1,
        8,
        "Bad sender's system address",
        "Check that the sender's domain exists and has an MX or address record",
    ),
    (
        1,
        9,
        "Message relayed to non-compliant mailer",
        "The next system gives no notifications",
    ),
    (
        1,
        10,
        "Recipient address has null MX",
        "The recipient's domain takes no mail at all",
    ),
    (
        2,
        0,
        "Other or undefined mailbox status",
        "Ask the recipient's provider",
    ),
    (
        2,
        1,
        "Mailbox disabled, not accepting messages",
        "The recipient's mailbox is closed; reach them another way",
    ),
    (
        2,
        2,
        "Mailbox full",
        "The mailbox is full; try again after the recipient has made room",
    ),
    (
        2,
        3,
        "Message length exceeds administrative limit",
        "Send a smaller message, or a link instead of the attachment",
    ),
    (
        2,
        4,
        "Mailing list expansion problem",
        "Ask whoever keeps the mailing list",
    ),
    (
        3,
        0,
        "Other or undefined mail system status",
        "Ask the postmaster of the system that answered",
    ),
    (
        3,
        1,
        "Mail system full",
        "The system's disk is full; try again later",
    ),
    (
        3,
        2,
        "System not accepting network messages",
        "The system is being serviced or overloaded; try again later",
    ),
    (
        3,
        3,
        "System not capable of selected features",
        "Send without the extension that the message asks for",
    ),
    (
        3,
        4,
        "Message too big for system",
        "Send a smaller message, or a link instead of the attachment",
    ),
    (
        3,
        5,
        "System incorrectly configured",
        "Ask the postmaster of the system that answered",
    ),
    (
        3,
        6,
        "Requested priority was changed",
        "The message went on with another priority",
    ),
    (
        4,
        0,
        "Other or undefined network or routing status",
        "Try again later; check the network if it lasts",
    ),
    (
        4,
        1,
        "No answer from host",
        "The host does not answer; try again later",
    ),
    (4, 2, "Bad connection", "The connection broke; try again"),
    (
        4,
        3,
        "Directory server failure",
        "A name server failed; try again later",
    ),
    (
        4,
        4,
        "Unable to route",
        "Check the MX records of the recipient's domain",
    ),
    (
        4,
        5,
        "Mail system congestion",
        "The system is busy; try again later",
    ),
    (
        4,
        6,
        "Routing loop detected",
        "Two systems forward to each other; check forwards and MX records",
    ),
    (
        4,
        7,
        "Delivery time expired",
        "The message was too old to deliver; send it again",
    ),
    (
        5,
        0,
        "Other or undefined protocol status",
        "Look at the session's transcript",
    ),
    (
        5,
        1,
        "Invalid command",
        "The command is not known, or cannot come now; look at the session's transcript",
    ),
    (
        5,
        2,
        "Syntax error",
        "The command could not be read; look at the session's transcript",
    ),
    (
        5,
        3,
        "Too many recipients",
        "Send to the rest in another transaction",
    ),
    (
        5,
        4,
        "Invalid command arguments",
        "A parameter was refused; send without the extension it belongs to",
    ),
    (
        5,
        5,
        "Wrong protocol version",
        "The two systems do not speak the same protocol",
    ),
    (
        5,
        6,
        "Authentication exchange line is too long",
        "Use a mechanism with shorter messages",
    ),
    (
        6,
        0,
        "Other or undefined media error",
        "Check the content of the message",
    ),
    (
        6,
        1,
        "Media not supported",
        "Send the content in another format",
    ),
    (
        6,
        2,
        "Conversion required and prohibited",
        "Allow the conversion, or send the content in another format",
    ),
    (
        6,
        3,
        "Conversion required but not supported",
        "Encode the content as quoted-printable or base64",
    ),
    (
        6,
        4,
        "Conversion with loss performed",
        "The content was converted and lost something",
    ),
    (
        6,
        5,
        "Conversion failed",
        "Encode the content as quoted-printable or base64",
    ),
    (
        6,
        6,
        "Message content not available",
        "The URL of BURL could not be fetched; check it and its access",
    ),
    (
        6,
        7,
        "Non-ASCII addresses not permitted for that sender/recipient",
        "Use an address in ASCII",
    ),
    (
        6,
        8,
        "UTF-8 string reply is required, but not permitted by the SMTP client",
        "Ask with SMTPUTF8",
    ),
    (
        6,
        9,
        "UTF-8 header message cannot be transferred to one or more recipients",
        "Use an ASCII address and encoded words in the header",
    ),
    (
        6,
        10,
        "UTF-8 string reply is required, but not permitted by the SMTP client",
        "Ask with SMTPUTF8",
    ),
    (
        6,
        11,
        "Invalid characters in the content",
        "Send lines that end in CRLF; no bare CR or LF",
    ),
    (
        7,
        0,
        "Other or undefined security status",
        "Authenticate, or use TLS, as the text of the reply says",
    ),
    (
        7,
        1,
        "Delivery not authorized, message refused",
        "Policy forbids it: authenticate, or ask the postmaster of the system that answered",
    ),
    (
        7,
        2,
        "Mailing list expansion prohibited",
        "Ask whoever keeps the mailing list for leave to post",
    ),
    (
        7,
        3,
        "Security conversion required but not possible",
        "Send without the security feature that cannot be kept",
    ),
    (
        7,
        4,
        "Security features not supported",
        "Use another mechanism, or send without the security feature",
    ),
    (7, 5, "Cryptographic failure", "Check keys and certificates"),
    (
        7,
        6,
        "Cryptographic algorithm not supported",
        "Use another algorithm",
    ),
    (
        7,
        7,
        "Message integrity failure",
        "The message was changed on its way; send it again",
    ),
    (
        7,
        8,
        "Authentication credentials invalid",
        "Check user name and password, or get a new token",
    ),
    (
        7,
        9,
        "Authentication mechanism is too weak",
        "Use a stronger mechanism",
    ),
    (7, 10, "Encryption needed", "Use TLS"),
    (
        7,
        11,
        "Encryption required for requested authentication mechanism",
        "Start TLS before authenticating",
    ),
    (
        7,
        12,
        "A password transition is needed",
        "Change the password, then authenticate with PLAIN once",
    ),
    (
        7,
        13,
        "User account disabled",
        "Ask the provider to open the account again",
    ),
    (
        7,
        14,
        "Trust relationship required",
        "The submission server needs an agreement with the message store",
    ),
    (
        7,
        15,
        "Priority level is too low",
        "Send with a higher priority, or later",
    ),
    (
        7,
        16,
        "Message is too big for the specified priority",
        "Send a smaller message, or with a higher priority",
    ),
    (
        7,
        17,
        "Mailbox owner has changed",
        "The address belongs to someone else now; ask for the new one",
    ),
    (
        7,
        18,
        "Domain owner has changed",
        "The domain belongs to someone else now; ask for the new address",
    ),
    (
        7,
        19,
        "RRVS test cannot be completed",
        "Send without RRVS, or try again later",
    ),
    (
        7,
        20,
        "No passing DKIM signature found",
        "Sign the message with DKIM, and check that the signature holds",
    ),
    (
        7,
        21,
        "No acceptable DKIM signature found",
        "Sign with a key and an algorithm that the receiver takes",
    ),
    (
        7,
        22,
        "No valid author-matched DKIM signature found",
        "Sign with the domain of the From field",
    ),
    (
        7,
        23,
        "SPF validation failed",
        "Send from an address that the domain's SPF record lists",
    ),
    (
        7,
        24,
        "SPF validation error",
        "Mend the domain's SPF record",
    ),
    (
        7,
        25,
        "Reverse DNS validation failed",
        "Give the sending address a name that leads back to it",
    ),
    (
        7,
        26,
        "Multiple authentication checks failed",
        "Mend SPF, DKIM and DMARC of the sending domain",
    ),
    (
        7,
        27,
        "Sender address has null MX",
        "Send from a domain that takes mail",
    ),
    (7, 28, "Mail flood detected", "Send slower"),
    (
        7,
        29,
        "ARC validation failure",
        "A forwarding system broke the ARC chain",
    ),
    (
        7,
        30,
        "REQUIRETLS support required",
        "The next system offers no verified TLS; send without REQUIRETLS if that is fine",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted() {
        assert!(
            REGISTRY
                .windows(2)
                .all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1))
        );
    }
}
