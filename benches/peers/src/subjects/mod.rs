//! One file per subject; each gives its rows, one after the other.

mod address;
mod build;
mod imap;
mod imap_session;
mod mime;
mod others;
mod pop3;
mod smtp;
mod transfer;
mod words;

use crate::{inputs::Inputs, row::Row};

/// Gives every row of every subject.
pub fn all<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    for subject in [
        mime::rows,
        others::rows,
        build::rows,
        transfer::rows,
        words::rows,
        address::rows,
        smtp::rows,
        pop3::rows,
        imap::rows,
    ] {
        subject(inputs, each);
    }
}
