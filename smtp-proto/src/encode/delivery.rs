//! BODY, BY, HOLDFOR, MT-PRIORITY, MTRK, RRVS and SOLICIT.

use core::fmt;

use crate::types::{
    BodyType, ByMode, DeliverBy, Priority, RrvsAction, Seconds, Solicitation, Tracking, ValidSince,
};

impl fmt::Display for BodyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeliverBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode() {
            ByMode::Notify => "N",
            ByMode::Return => "R",
        };
        write!(
            f,
            "{};{mode}{}",
            self.seconds(),
            if self.trace() { "T" } else { "" }
        )
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl fmt::Display for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.certifier())?;
        match self.timeout {
            Some(timeout) => write!(f, ":{timeout}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ValidSince {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.since, f)?;
        f.write_str(match self.action {
            None => "",
            Some(RrvsAction::Continue) => ";C",
            Some(RrvsAction::Reject) => ";R",
        })
    }
}

impl fmt::Display for Solicitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
