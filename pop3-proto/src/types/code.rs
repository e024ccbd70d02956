//! Response codes.

use super::Atom;

/// An extended response code (RFC 2449 §8), without its brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseCode {
    /// `IN-USE`: another session has the maildrop locked (RFC 2449 §8.1.2).
    InUse,
    /// `LOGIN-DELAY`: too soon after the last login (RFC 2449 §8.1.1).
    LoginDelay,
    /// `SYS/TEMP`: a problem of the system that will pass (RFC 3206 §4).
    SysTemp,
    /// `SYS/PERM`: a problem of the system that needs a person (RFC 3206 §4).
    SysPerm,
    /// `AUTH`: the credentials are wrong, not the system (RFC 3206 §5).
    Auth,
    /// `UTF8`: the mail needs UTF8 mode (RFC 6856 §4).
    Utf8,
    /// One that is not registered, kept as it was.
    Other(Atom),
}
