//! What a bounce says, whatever its form.

use alloc::{string::String, vec::Vec};

use mailweft_address::Address;

use super::report::{Action, StatusCode};

/// What a bounce says: made by [`Message::bounce`](crate::Message::bounce).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounce {
    /// Who it is about.
    pub recipients: Vec<BouncedRecipient>,
    /// It was made out of prose, and not of a report in a standard form.
    pub guessed: bool,
}

/// What a bounce says about one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BouncedRecipient {
    /// The recipient that the sender wrote to, as far as it can be told.
    pub address: Address,
    /// What was done.
    pub action: Action,
    /// Why, as a code.
    pub status: Option<StatusCode>,
    /// Why, in words: mostly what the other system said.
    pub reason: Option<String>,
}
