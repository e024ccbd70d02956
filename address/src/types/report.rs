//! What a diagnosis says.

use alloc::vec::Vec;

use super::Address;
use crate::error::{Class, Diagnosis, Finding, Level};

/// Everything that can be said of a text that should be an address; see
/// [`diagnose`](crate::diagnose).
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) level: Option<Level>,
    pub(crate) address: Option<Address>,
}

impl Report {
    /// The strictest level that the text passes, or `None` where it is no address at all.
    #[must_use]
    pub const fn level(&self) -> Option<Level> {
        self.level
    }

    /// The address, where the text is one at some level.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    /// All findings, in the order of the text.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The gravest finding, or `None` where there is nothing to remark.
    #[must_use]
    pub fn gravest(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .max_by_key(|finding| (finding.diagnosis.class(), finding.diagnosis))
    }

    /// Whether this was found.
    #[must_use]
    pub fn has(&self, diagnosis: Diagnosis) -> bool {
        self.findings.iter().any(|f| f.diagnosis == diagnosis)
    }

    /// The class of the gravest finding.
    #[must_use]
    pub fn class(&self) -> Option<Class> {
        self.gravest().map(|finding| finding.diagnosis.class())
    }
}
