//! SORT (RFC 5256 §3, RFC 5957).

use alloc::{string::String, vec::Vec};
use core::cmp::Ordering;

use crate::types::thread::{SortCriterion, SortKey};

/// What SORT compares of one message. Fill in what the criteria ask for; the rest may stay empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made by callers with struct update syntax"
)]
pub struct Sortable {
    /// The number or identifier that is answered; it decides where all else is equal.
    pub number: u32,
    /// The internal date, in seconds since 1970.
    pub arrival: i64,
    /// The `Date` field, in seconds since 1970; the internal date, if there is none.
    pub date: i64,
    /// The size in octets.
    pub size: u64,
    /// The mailbox (what stands before the `@`) of the first `Cc` address.
    pub cc: String,
    /// The mailbox of the first `From` address.
    pub from: String,
    /// The mailbox of the first `To` address.
    pub to: String,
    /// The base subject.
    pub subject: String,
    /// The display name of the first `From` address, or the address (RFC 5957).
    pub display_from: String,
    /// The display name of the first `To` address, or the address (RFC 5957).
    pub display_to: String,
    /// How well the search fits, from 1 to 100 (RFC 6203).
    pub relevancy: u8,
}

/// Sorts messages by `criteria`, the first counting most. Text is compared without regard to case.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{SortKey, order::{Sortable, sort}};
///
/// let message = |number, subject: &str, size| Sortable { number, subject: subject.into(), size, ..Sortable::default() };
/// let mut messages = vec![message(1, "b", 5), message(2, "A", 7), message(3, "a", 9)];
/// sort(&mut messages, &[SortKey::Subject.into(), SortKey::Size.reversed()]);
/// assert_eq!(messages.iter().map(|m| m.number).collect::<Vec<_>>(), [3, 2, 1]);
/// ```
pub fn sort(messages: &mut [Sortable], criteria: &[SortCriterion]) {
    messages.sort_by(|a, b| {
        criteria
            .iter()
            .map(|criterion| {
                let order = compare(a, b, &criterion.key);
                match criterion.reverse {
                    true => order.reverse(),
                    false => order,
                }
            })
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.number.cmp(&b.number))
    });
}

fn compare(a: &Sortable, b: &Sortable, key: &SortKey) -> Ordering {
    match key {
        SortKey::Arrival => a.arrival.cmp(&b.arrival),
        SortKey::Date => a.date.cmp(&b.date),
        SortKey::Size => a.size.cmp(&b.size),
        SortKey::Cc => folded(&a.cc, &b.cc),
        SortKey::From => folded(&a.from, &b.from),
        SortKey::To => folded(&a.to, &b.to),
        SortKey::Subject => folded(&a.subject, &b.subject),
        SortKey::DisplayFrom => folded(&a.display_from, &b.display_from),
        SortKey::DisplayTo => folded(&a.display_to, &b.display_to),
        // The best first (RFC 6203 §4).
        SortKey::Relevancy => b.relevancy.cmp(&a.relevancy),
        SortKey::Annotation(..) | SortKey::Other(_) => Ordering::Equal,
    }
}

/// Without regard to case.
pub(super) fn folded(a: &str, b: &str) -> Ordering {
    let fold = |text: &str| {
        text.chars()
            .flat_map(char::to_uppercase)
            .collect::<Vec<char>>()
    };
    match a.is_ascii() && b.is_ascii() {
        true => a
            .bytes()
            .map(|byte| byte.to_ascii_uppercase())
            .cmp(b.bytes().map(|byte| byte.to_ascii_uppercase())),
        false => fold(a).cmp(&fold(b)),
    }
}
