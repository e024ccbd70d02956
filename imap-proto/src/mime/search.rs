//! Whether a message meets a search key (RFC 3501 §6.4.4).

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use mailweft_mime::{Part, PartKind};

use super::address;
use crate::types::{
    date_time::{Date, DateTime},
    flag::{Flag, Flags},
    search::{Criterion, Node, SearchKey},
};

/// What a search looks at of one message, beside its octets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Searched<'a> {
    /// The message.
    pub message: Part<'a>,
    /// Its number, and the number of the last message.
    pub seq: (u32, u32),
    /// Its identifier, and the highest one in use.
    pub uid: (u32, u32),
    /// Its flags.
    pub flags: &'a Flags,
    /// When it arrived.
    pub internal_date: DateTime,
    /// How many octets it has.
    pub size: u64,
    /// Its mod-sequence, if the mailbox keeps them.
    pub modseq: Option<u64>,
    /// The day on which it came into the mailbox, if that is known (RFC 8514).
    pub save_date: Option<Date>,
    /// Whether the last saved result names it: `$` (RFC 5182).
    pub saved: bool,
    /// What time it is, in seconds since 1970; for `OLDER` and `YOUNGER`.
    pub now: i64,
}

impl<'a> Searched<'a> {
    /// What every search needs. The rest can be set.
    pub const fn new(
        message: Part<'a>,
        seq: (u32, u32),
        uid: (u32, u32),
        flags: &'a Flags,
        internal_date: DateTime,
        size: u64,
    ) -> Self {
        Self {
            message,
            seq,
            uid,
            flags,
            internal_date,
            size,
            modseq: None,
            save_date: None,
            saved: false,
            now: internal_date.unix_timestamp(),
        }
    }
}

/// Whether the message meets `key`. No more of the message is read than that takes.
///
/// Strings are compared as Unicode without regard to case, with encoded words and transfer encodings undone. Criteria
/// that the message alone cannot decide (FILTER, ANNOTATION, EMAILID and those of Gmail) are not met.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{DateTime, Flags, SearchKey, mime::{Searched, matches}};
/// use mailweft_mime::Message;
///
/// let message = Message::parse("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n");
/// let date = DateTime::parse("17-Jul-1996 02:44:25 -0700")?;
/// let flags = Flags::NONE;
/// let searched = Searched::new(message.root(), (1, 9), (7, 99), &flags, date, 40);
/// assert!(matches(&(SearchKey::subject("GRÜSSE") | SearchKey::subject("grüße")), &searched));
/// assert!(matches(&(SearchKey::unseen() & !SearchKey::body("goodbye")), &searched));
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
pub fn matches(key: &SearchKey, message: &Searched<'_>) -> bool {
    let nodes = key.nodes();
    // The operators around the key that is looked at, with the index behind each.
    let mut open: Vec<(&Node, usize)> = Vec::new();
    let mut at = 0usize;
    loop {
        let Some(node) = nodes.get(at) else {
            return true;
        };
        at = at.saturating_add(1);
        let Node::Leaf(criterion) = node else {
            open.push((node, at.saturating_add(node.inside())));
            continue;
        };
        let mut met = criterion_met(criterion, message);
        // What is decided is skipped.
        loop {
            match open.last() {
                None => return met,
                Some((Node::And(_), end)) if met && at < *end => break,
                Some((Node::Or(_), end)) if !met && at < *end => break,
                Some((node, end)) => {
                    met ^= matches!(node, Node::Not(_));
                    at = *end;
                    open.pop();
                }
            }
        }
    }
}

fn criterion_met(criterion: &Criterion, message: &Searched<'_>) -> bool {
    let day = message.internal_date.date();
    let has = |flag: &Flag| message.flags.contains(flag);
    let age = message
        .now
        .saturating_sub(message.internal_date.unix_timestamp());
    let field = |name: &str, text: &crate::types::text::AString| {
        let needle = fold(text.to_text());
        message
            .message
            .fields_named(name)
            .any(|field| fold(field.text()).contains(&needle))
    };
    // RFC 3501 §6.4.4: the string is looked for in the envelope, which has addresses without comments and folding.
    let addressed = |name: &str, text: &crate::types::text::AString| {
        let needle = fold(text.to_text());
        field(name, text)
            || message
                .message
                .fields_named(name)
                .flat_map(|field| address::addresses(&field.unfolded()))
                .any(|address| fold(address.to_string()).contains(&needle))
    };
    match criterion {
        Criterion::All => true,
        Criterion::Flag(flag) => has(flag),
        Criterion::NotFlag(flag) => !has(flag),
        Criterion::New => has(&Flag::RECENT) && !has(&Flag::SEEN),
        Criterion::Seq(set) | Criterion::Uid(set) if set.is_saved() => message.saved,
        Criterion::Seq(set) => set.contains(message.seq.0, message.seq.1),
        Criterion::Uid(set) => set.contains(message.uid.0, message.uid.1),
        Criterion::UidAfter(uid) => message.uid.0 > *uid,
        Criterion::UidBefore(uid) => message.uid.0 < *uid,
        Criterion::Larger(octets) => message.size > *octets,
        Criterion::Smaller(octets) => message.size < *octets,
        Criterion::Before(date) => day < *date,
        Criterion::On(date) => day == *date,
        Criterion::Since(date) => day >= *date,
        Criterion::SentBefore(date) => sent(message).is_some_and(|sent| sent < *date),
        Criterion::SentOn(date) => sent(message).is_some_and(|sent| sent == *date),
        Criterion::SentSince(date) => sent(message).is_some_and(|sent| sent >= *date),
        // RFC 8514 §4.3: where it is not kept, the internal date.
        Criterion::SavedBefore(date) => message.save_date.unwrap_or(day) < *date,
        Criterion::SavedOn(date) => message.save_date.unwrap_or(day) == *date,
        Criterion::SavedSince(date) => message.save_date.unwrap_or(day) >= *date,
        Criterion::SaveDateSupported => message.save_date.is_some(),
        Criterion::Older(seconds) => age >= i64::from(*seconds),
        Criterion::Younger(seconds) => age <= i64::from(*seconds),
        Criterion::ModSeq { value, .. } => message.modseq.is_some_and(|modseq| modseq >= *value),
        Criterion::Bcc(text) => addressed("Bcc", text),
        Criterion::Cc(text) => addressed("Cc", text),
        Criterion::From(text) => addressed("From", text),
        Criterion::To(text) => addressed("To", text),
        Criterion::Subject(text) => field("Subject", text),
        Criterion::Header(name, text) => field(name.to_text().as_str(), text),
        Criterion::Body(text) => in_body(message.message, &fold(text.to_text())),
        Criterion::Text(text) => {
            let needle = fold(text.to_text());
            in_header(message.message, &needle) || in_body(message.message, &needle)
        }
        _ => false,
    }
}

/// The day of the `Date` field, in its own zone.
fn sent(message: &Searched<'_>) -> Option<Date> {
    let (year, month, day) = message.message.date()?.date();
    Date::new(year, month, day).ok()
}

fn fold(text: impl AsRef<str>) -> String {
    text.as_ref().to_lowercase()
}

fn in_header(part: Part<'_>, needle: &str) -> bool {
    part.fields().any(|field| {
        fold(alloc::format!("{}: {}", field.name_text(), field.text())).contains(needle)
    })
}

/// In the texts of the message, and in the headers of the messages inside it.
fn in_body(message: Part<'_>, needle: &str) -> bool {
    message.descendants().any(|part| {
        let nested = part.is_message_root() && part.id() != message.id();
        (nested && in_header(part, needle))
            || (part.kind() == PartKind::Leaf
                && part.content_type().media_type().is_text()
                && fold(part.text()).contains(needle))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailweft_mime::Message;

    fn met(program: &str) -> bool {
        let message = Message::parse(
            "Date: Wed, 17 Jul 1996 02:23:25 -0700\r\nFrom: A <a (at)@ (home) b>\r\nTo: x@y\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n",
        );
        let flags: Flags = [Flag::SEEN, Flag::keyword("work").unwrap()]
            .into_iter()
            .collect();
        let date = DateTime::parse("18-Jul-1996 00:00:00 +0000").unwrap();
        let searched = Searched::new(message.root(), (3, 9), (30, 99), &flags, date, 100);
        let line = alloc::format!("a SEARCH {program}\r\n");
        let syntax = crate::types::syntax::Syntax::strict();
        let parsed = crate::types::command::TaggedCommand::parse(line.as_bytes(), &syntax).unwrap();
        let crate::types::command::Command::Search(search) = parsed.value.command else {
            panic!()
        };
        matches(&search.key, &searched)
    }

    #[test]
    fn rfc3501_s6_4_4_criteria() {
        for program in [
            "ALL",
            "SEEN",
            "KEYWORD WORK",
            "UNDELETED",
            "2:4",
            "UID 30",
            "UID 99:*,30",
            "LARGER 99",
            "SMALLER 101",
            "ON 18-Jul-1996",
            "SENTON 17-Jul-1996",
            "SENTBEFORE 18-Jul-1996",
            "FROM a@B",
            "HEADER to \"\"",
            "BODY hello",
            "TEXT base64",
            "NOT BODY base64",
            "OR DELETED SEEN",
            "OR SEEN DELETED",
            "(SEEN (NOT DELETED) ALL)",
            "NOT (SEEN DELETED)",
            "NOT NOT SEEN",
            "OR (DELETED ALL) (SEEN NOT DRAFT)",
            "NOT OR DELETED DRAFT",
        ] {
            assert!(met(program), "{program}");
        }
        for program in [
            "UNSEEN",
            "NEW",
            "1:2",
            "9:*",
            "LARGER 100",
            "SINCE 19-Jul-1996",
            "SENTSINCE 18-Jul-1996",
            "CC x",
            "HEADER x-none \"\"",
            "BODY SGVs",
            "OR DELETED DRAFT",
            "SEEN DELETED ALL",
            "NOT (OR SEEN DELETED)",
            "$",
        ] {
            assert!(!met(program), "{program}");
        }
    }
}
