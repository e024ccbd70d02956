//! Content-Disposition.

use alloc::string::String;

use super::params;
use crate::{
    grammar::{cfws::skip_cfws, is_token, slice},
    types::disposition::{Disposition, DispositionType},
};

impl Disposition {
    /// Reads the value of a Content-Disposition field, whatever it holds.
    #[must_use]
    pub fn read(value: &[u8]) -> Self {
        let start = skip_cfws(value);
        let len = start.iter().take_while(|&&b| is_token(b)).count();
        // `filename=x` alone: the word is missing, and what is named is a file.
        let missing = start.get(len) == Some(&b'=');
        let word = slice(start, 0, len);
        let kind = if word.eq_ignore_ascii_case(b"inline") {
            DispositionType::Inline
        } else if missing || word.eq_ignore_ascii_case(b"attachment") || word.is_empty() {
            DispositionType::Attachment
        } else {
            DispositionType::Other(String::from_utf8_lossy(word).into_owned())
        };
        let rest = if missing {
            start
        } else {
            slice(start, len, start.len())
        };
        Self {
            kind,
            params: params::read(rest),
        }
    }

    /// The disposition with one more parameter: its value as it is meant, in any characters.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.push(name, value);
        self
    }
}
