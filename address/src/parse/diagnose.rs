//! Everything that can be said of an address.

use alloc::vec::Vec;

use super::{
    address::Source,
    scanner::{Notes, Scanner},
};
use crate::{error::Level, types::Report};

/// Reads the whole of `text` as one address and reports everything that is to be remarked, with
/// its place. It never fails.
///
/// The scanner is the one that parses; a level is the set of findings that it allows, so `diagnose`
/// and [`Address::parse_at`](crate::Address::parse_at) cannot disagree.
///
/// ```
/// use mailweft_address::{Diagnosis, Level, diagnose};
///
/// let report = diagnose("\"joe\"(work)@[192.0.2.1]");
/// assert_eq!(report.level(), Some(Level::Header));
/// assert!(report.has(Diagnosis::CfwsNearAt));
/// assert_eq!(report.gravest().map(|f| f.span.clone()), Some(5..11));
///
/// assert_eq!(diagnose("joe@@example.org").level(), None);
/// assert_eq!(diagnose("joe@example.org").level(), Some(Level::Interoperable));
/// ```
#[must_use]
pub fn diagnose(text: impl AsRef<[u8]>) -> Report {
    let input = text.as_ref();
    let mut scanner = Scanner::new(input, Notes(Vec::new()));
    let scanned = scanner.addr_spec().and_then(|address| {
        scanner.end()?;
        Ok(address.into_address(Source::Slice(input)))
    });
    let Notes(mut findings) = scanner.sink;
    findings.sort_by_key(|finding| finding.span.start);
    let passes = |level: &Level| findings.iter().all(|f| level.allows(f.diagnosis));
    let level = match &scanned {
        Ok(_) => Level::ALL.into_iter().find(passes),
        Err(_) => None,
    };
    Report {
        address: scanned.ok().filter(|_| level.is_some()),
        findings,
        level,
    }
}
