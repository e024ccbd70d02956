//! Addresses of a named kind.

use core::fmt;

use crate::types::TypedAddress;

impl fmt::Display for TypedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.kind(), self.text())
    }
}
