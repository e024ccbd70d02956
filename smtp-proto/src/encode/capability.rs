//! A [`Capability`] to its `ehlo-line` (RFC 5321 §4.1.1.1).

use core::fmt;

use crate::types::{Capability, Words};

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::Size(Some(number)) | Self::DeliverBy(Some(number)) => write!(f, " {number}"),
            Self::Auth(words)
            | Self::Limits(words)
            | Self::FutureRelease(words)
            | Self::Burl(words)
            | Self::Atrn(words)
            | Self::Xclient(words)
            | Self::Xforward(words) => arguments(words.as_str(), f),
            Self::MtPriority(Some(text)) | Self::NoSoliciting(Some(text)) => {
                arguments(text.as_str(), f)
            }
            Self::Other { args, .. } => arguments(args.as_str(), f),
            _ => Ok(()),
        }
    }
}

fn arguments(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if text.is_empty() {
        Ok(())
    } else {
        write!(f, " {text}")
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
