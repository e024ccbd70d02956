//! Octets that have no place in a message: bare CR, bare LF, NUL; and what is done with them.

/// What is done with an octet that has no place in a message.
///
/// None of the three lets it end a message: only CRLF, a full stop and CRLF do (RFC 5321 §4.1.1.4).
///
/// ```
/// use mailweft_smtp::{Stray, StrayPolicy};
///
/// assert_eq!(StrayPolicy::repair(), StrayPolicy::default().bare_lf(Stray::Repair).bare_cr(Stray::Repair));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stray {
    /// The message is refused: a server reads it to its end and answers `550 5.6.11`, a client takes no
    /// octet of the chunk.
    #[default]
    Refuse,
    /// A bare LF becomes CRLF, a bare CR becomes a space, a NUL goes away.
    Repair,
    /// It passes as it came. A client never writes a bare CR or LF in DATA: there this means `Repair`.
    Keep,
}

/// What is done with each kind of [`Stray`] octet, and with lines that are too long.
///
/// ```
/// use mailweft_smtp::{Stray, StrayPolicy};
///
/// let policy = StrayPolicy::default().bare_lf(Stray::Repair);
/// assert_eq!(policy, StrayPolicy::default().bare_lf(Stray::Repair).nul(Stray::Keep));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrayPolicy {
    pub(crate) bare_cr: Stray,
    pub(crate) bare_lf: Stray,
    pub(crate) nul: Stray,
    pub(crate) long_lines: bool,
}

impl Default for StrayPolicy {
    /// Bare CR and LF are refused; NUL and long lines pass and are reported.
    fn default() -> Self {
        Self {
            bare_cr: Stray::Refuse,
            bare_lf: Stray::Refuse,
            nul: Stray::Keep,
            long_lines: true,
        }
    }
}

impl StrayPolicy {
    /// Everything passes as it came: nothing is looked for, nothing is reported, at the speed of memory.
    ///
    /// For a server whose next step looks at the content anyway. Such a step must not send the message on
    /// with its bare CR and LF: that is how others get two messages out of one.
    #[must_use]
    pub const fn keep() -> Self {
        Self {
            bare_cr: Stray::Keep,
            bare_lf: Stray::Keep,
            nul: Stray::Keep,
            long_lines: true,
        }
    }

    /// Bare CR and LF are repaired; NUL and long lines pass and are reported.
    #[must_use]
    pub const fn repair() -> Self {
        Self {
            bare_cr: Stray::Repair,
            bare_lf: Stray::Repair,
            nul: Stray::Keep,
            long_lines: true,
        }
    }

    /// What is done with a CR that no LF follows.
    #[must_use]
    pub const fn bare_cr(self, bare_cr: Stray) -> Self {
        Self { bare_cr, ..self }
    }

    /// What is done with an LF that follows no CR.
    #[must_use]
    pub const fn bare_lf(self, bare_lf: Stray) -> Self {
        Self { bare_lf, ..self }
    }

    /// What is done with a NUL.
    #[must_use]
    pub const fn nul(self, nul: Stray) -> Self {
        Self { nul, ..self }
    }

    /// Whether lines of more than 998 octets pass (RFC 5321 §4.5.3.1.6).
    #[must_use]
    pub const fn long_lines(self, pass: bool) -> Self {
        Self {
            long_lines: pass,
            ..self
        }
    }

    /// Whether nothing needs to be looked for.
    pub(crate) const fn is_blind(self) -> bool {
        matches!(
            (self.bare_cr, self.bare_lf, self.nul, self.long_lines),
            (Stray::Keep, Stray::Keep, Stray::Keep, true)
        )
    }

    /// Whether a message with these findings is refused.
    pub(crate) const fn refuses(self, findings: BodyFindings) -> bool {
        (findings.bare_cr && matches!(self.bare_cr, Stray::Refuse))
            || (findings.bare_lf && matches!(self.bare_lf, Stray::Refuse))
            || (findings.nul && matches!(self.nul, Stray::Refuse))
            || (findings.long_line && !self.long_lines)
    }

    /// Whether anything found is to be repaired.
    pub(crate) const fn repairs(self, findings: BodyFindings) -> bool {
        (findings.bare_cr && matches!(self.bare_cr, Stray::Repair))
            || (findings.bare_lf && matches!(self.bare_lf, Stray::Repair))
            || (findings.nul && matches!(self.nul, Stray::Repair))
    }
}

/// What was seen in a message while it passed.
///
/// With [`StrayPolicy::keep`] nothing is looked for, and everything here is `false`.
///
/// ```
/// let findings = mailweft_smtp::BodyFindings::default();
/// assert!(!findings.bare_lf() && !findings.nul());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BodyFindings {
    pub(crate) bare_cr: bool,
    pub(crate) bare_lf: bool,
    pub(crate) nul: bool,
    pub(crate) eight_bit: bool,
    pub(crate) long_line: bool,
}

impl BodyFindings {
    /// A CR that no LF followed.
    #[must_use]
    pub const fn bare_cr(self) -> bool {
        self.bare_cr
    }

    /// An LF that followed no CR: the stuff of which smuggled messages are made.
    #[must_use]
    pub const fn bare_lf(self) -> bool {
        self.bare_lf
    }

    /// A NUL.
    #[must_use]
    pub const fn nul(self) -> bool {
        self.nul
    }

    /// An octet above 127 (RFC 6152 §3).
    #[must_use]
    pub const fn eight_bit(self) -> bool {
        self.eight_bit
    }

    /// A line of more than 998 octets.
    #[must_use]
    pub const fn long_line(self) -> bool {
        self.long_line
    }

    /// Nothing that RFC 5321 forbids; 8-bit octets aside.
    #[must_use]
    pub const fn is_clean(self) -> bool {
        !(self.bare_cr || self.bare_lf || self.nul || self.long_line)
    }
}
