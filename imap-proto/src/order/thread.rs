//! THREAD (RFC 5256 §3).

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::String,
    vec::Vec,
};

use crate::types::thread::{ThreadNode, Threads};

/// What THREAD compares of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made by callers with struct update syntax"
)]
pub struct Threadable {
    /// The number or identifier that is answered.
    pub number: u32,
    /// The `Date` field, in seconds since 1970; the internal date, if there is none.
    pub date: i64,
    /// The base subject.
    pub subject: String,
    /// Whether the subject says reply or forward.
    pub is_reply: bool,
    /// The `Message-ID`, without white space; empty if there is none.
    pub message_id: String,
    /// The identifiers of `References`, or the first of `In-Reply-To`, from the oldest to the newest.
    pub references: Vec<String>,
}

/// Threads by subject: messages with the same base subject, by date; all below the first (RFC 5256 §3, ORDEREDSUBJECT).
///
/// # Examples
///
/// ```
/// use mailweft_imap::order::{Threadable, ordered_subject};
///
/// let message = |number, date, subject: &str| Threadable { number, date, subject: subject.into(), ..Threadable::default() };
/// let threads = ordered_subject(&[message(1, 30, "b"), message(2, 10, "a"), message(3, 20, "B")]);
/// let shown: Vec<_> = threads.iter().map(|node| (node.depth, node.number.unwrap())).collect();
/// assert_eq!(shown, [(0, 2), (0, 3), (1, 1)]);
/// ```
pub fn ordered_subject(messages: &[Threadable]) -> Threads {
    let mut groups: BTreeMap<String, Vec<&Threadable>> = BTreeMap::new();
    for message in messages {
        groups
            .entry(message.subject.to_uppercase())
            .or_default()
            .push(message);
    }
    let mut groups: Vec<Vec<&Threadable>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|message| (message.date, message.number));
    }
    groups.sort_by_key(|group| group.first().map(|message| (message.date, message.number)));
    Threads::new(groups.iter().flat_map(|group| {
        group.iter().enumerate().map(|(index, message)| ThreadNode {
            depth: u32::from(index > 0),
            number: Some(message.number),
        })
    }))
}

/// A message, or the place of one that is not there.
#[derive(Clone, Debug, Default)]
struct Container<'a> {
    message: Option<&'a Threadable>,
    parent: Option<usize>,
    children: Vec<usize>,
}

/// A forest of containers. Children are those whose parent it is; both are kept in step.
#[derive(Debug, Default)]
struct Forest<'a>(Vec<Container<'a>>);

impl<'a> Forest<'a> {
    fn add(&mut self, message: Option<&'a Threadable>) -> usize {
        self.0.push(Container {
            message,
            ..Container::default()
        });
        self.0.len().saturating_sub(1)
    }

    fn get(&self, index: usize) -> Option<&Container<'a>> {
        self.0.get(index)
    }

    /// Whether `index` is `of`, or above it.
    fn is_above(&self, index: usize, of: usize) -> bool {
        if self
            .get(index)
            .is_none_or(|container| container.children.is_empty())
        {
            return index == of;
        }
        let mut here = Some(of);
        while let Some(place) = here {
            if place == index {
                return true;
            }
            here = self.get(place).and_then(|container| container.parent);
        }
        false
    }

    fn link(&mut self, child: usize, parent: usize) {
        self.unlink(child);
        if let Some(container) = self.0.get_mut(child) {
            container.parent = Some(parent);
        }
        if let Some(container) = self.0.get_mut(parent) {
            container.children.push(child);
        }
    }

    fn unlink(&mut self, child: usize) {
        let parent = self
            .0
            .get_mut(child)
            .and_then(|container| container.parent.take());
        if let Some(container) = parent.and_then(|parent| self.0.get_mut(parent)) {
            container.children.retain(|mine| *mine != child);
        }
    }

    /// The message of a container, or of its first child.
    fn first_message(&self, index: usize) -> Option<&'a Threadable> {
        let container = self.get(index)?;
        container
            .message
            .or_else(|| self.get(*container.children.first()?)?.message)
    }

    fn date(&self, index: usize) -> (i64, u32) {
        self.first_message(index)
            .map(|message| (message.date, message.number))
            .unwrap_or_default()
    }
}

/// Threads by references: replies below what they reply to (RFC 5256 §3, REFERENCES).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, order::{Threadable, references}};
///
/// let message = |number: u32, id: &str, refs: &[&str]| Threadable {
///     number,
///     date: i64::from(number),
///     message_id: id.into(),
///     references: refs.iter().map(|id| String::from(*id)).collect(),
///     ..Threadable::default()
/// };
/// let threads = references(&[
///     message(1, "<a>", &[]),
///     message(2, "<b>", &["<a>"]),
///     message(3, "<c>", &["<a>", "<b>"]),
///     message(4, "<d>", &["<a>"]),
/// ]);
/// assert_eq!(Data::Thread(threads).to_string(), "THREAD (1 (2 3)(4))");
/// ```
pub fn references(messages: &[Threadable]) -> Threads {
    let mut forest = Forest::default();
    link_references(&mut forest, messages);
    let mut roots = prune(&mut forest);
    roots.sort_by_key(|root| forest.date(*root));
    let mut roots = gather_subjects(&mut forest, roots);
    roots.sort_by_key(|root| forest.date(*root));
    // (6) Each before its replies, replies by date.
    let mut nodes = Vec::with_capacity(messages.len());
    let mut open: Vec<(usize, u32)> = roots.into_iter().rev().map(|root| (root, 0)).collect();
    while let Some((index, depth)) = open.pop() {
        let Some(container) = forest.get(index) else {
            continue;
        };
        nodes.push(ThreadNode {
            depth,
            number: container.message.map(|message| message.number),
        });
        let mut children = container.children.clone();
        children.sort_by_key(|child| forest.date(*child));
        let deeper = depth.saturating_add(1);
        open.extend(children.into_iter().rev().map(|child| (child, deeper)));
    }
    Threads::new(nodes)
}

/// (1) Links each message below what it refers to.
fn link_references<'a>(forest: &mut Forest<'a>, messages: &'a [Threadable]) {
    let mut table: BTreeMap<&str, usize> = BTreeMap::new();
    for message in messages {
        let id = message.message_id.as_str();
        let here = match table.entry(id) {
            // Without an identifier, or with one that another message has already: one of its own.
            _ if id.is_empty() => forest.add(Some(message)),
            Entry::Vacant(entry) => *entry.insert(forest.add(Some(message))),
            Entry::Occupied(entry) => {
                let index = *entry.get();
                match forest.0.get_mut(index) {
                    Some(container) if container.message.is_none() => {
                        container.message = Some(message);
                        index
                    }
                    _ => forest.add(Some(message)),
                }
            }
        };
        let mut parent = None;
        for reference in message.references.iter().filter(|id| !id.is_empty()) {
            let index = *table
                .entry(reference.as_str())
                .or_insert_with(|| forest.add(None));
            if let Some(parent) = parent {
                let free = forest.get(index).is_some_and(|c| c.parent.is_none());
                if free && !forest.is_above(index, parent) {
                    forest.link(index, parent);
                }
            }
            parent = Some(index);
        }
        // (1.B) What other messages said of it is broken first, and not made good where the new link would be a loop.
        forest.unlink(here);
        if let Some(parent) = parent.filter(|parent| !forest.is_above(here, *parent)) {
            forest.link(here, parent);
        }
    }
}

/// (2), (3) Takes out the places of messages that are not there, but for roots with several children.
fn prune(forest: &mut Forest<'_>) -> Vec<usize> {
    let all = 0..forest.0.len();
    for index in all.clone() {
        let Some(container) = forest.get(index) else {
            continue;
        };
        if container.message.is_some() {
            continue;
        }
        let parent = container.parent;
        let children = container.children.clone();
        if children.is_empty() {
            forest.unlink(index);
        } else if parent.is_some() || children.len() == 1 {
            forest.unlink(index);
            for child in children {
                forest.unlink(child);
                if let Some(parent) = parent {
                    forest.link(child, parent);
                }
            }
        }
    }
    all.filter(|index| {
        forest.get(*index).is_some_and(|container| {
            container.parent.is_none()
                && (container.message.is_some() || !container.children.is_empty())
        })
    })
    .collect()
}

/// (5) Puts threads of the same base subject together.
fn gather_subjects(forest: &mut Forest<'_>, roots: Vec<usize>) -> Vec<usize> {
    let subject = |forest: &Forest<'_>, root: usize| {
        forest
            .first_message(root)
            .map(|message| (message.subject.to_uppercase(), message.is_reply))
            .filter(|(subject, _)| !subject.is_empty())
    };
    let is_dummy = |forest: &Forest<'_>, root: usize| {
        forest
            .get(root)
            .is_some_and(|container| container.message.is_none())
    };
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    for root in roots.iter().copied() {
        let Some((text, is_reply)) = subject(forest, root) else {
            continue;
        };
        match table.entry(text) {
            Entry::Vacant(entry) => drop(entry.insert(root)),
            Entry::Occupied(mut entry) => {
                let there = *entry.get();
                let there_is_reply = subject(forest, there).is_some_and(|(_, reply)| reply);
                let better = is_dummy(forest, root) || (there_is_reply && !is_reply);
                if !is_dummy(forest, there) && better {
                    entry.insert(root);
                }
            }
        }
    }
    let mut kept = Vec::with_capacity(roots.len());
    for root in roots {
        let Some((text, is_reply)) = subject(forest, root) else {
            kept.push(root);
            continue;
        };
        let Some(there) = table.get(&text).copied().filter(|there| *there != root) else {
            kept.push(root);
            continue;
        };
        let there_is_reply = subject(forest, there).is_some_and(|(_, reply)| reply);
        match (is_dummy(forest, root), is_dummy(forest, there)) {
            (true, true) => {
                let children = forest
                    .get(root)
                    .map(|c| c.children.clone())
                    .unwrap_or_default();
                for child in children {
                    forest.link(child, there);
                }
            }
            (false, true) => forest.link(root, there),
            _ if is_reply && !there_is_reply => forest.link(root, there),
            _ => {
                // Two threads of one subject: both below a place of their own.
                let both = forest.add(None);
                forest.link(there, both);
                forest.link(root, both);
                table.insert(text, both);
                kept.push(both);
            }
        }
    }
    kept.retain(|root| {
        forest
            .get(*root)
            .is_some_and(|container| container.parent.is_none())
    });
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::response::Data;
    use alloc::string::ToString;

    fn message(number: u32, id: &str, refs: &[&str], subject: &str) -> Threadable {
        Threadable {
            number,
            date: i64::from(number),
            subject: subject.trim_start_matches("Re: ").into(),
            is_reply: subject.starts_with("Re: "),
            message_id: id.into(),
            references: refs.iter().map(|id| String::from(*id)).collect(),
        }
    }

    fn shown(messages: &[Threadable]) -> String {
        Data::Thread(references(messages)).to_string()
    }

    #[test]
    fn what_others_said_of_a_message_gives_way_to_what_it_says_itself() {
        // The second message puts <c> below <a>; <c> says that it replies to <b>, which would be a loop.
        let messages = [
            message(1, "<a>", &[], ""),
            message(2, "<b>", &["<a>", "<c>"], ""),
            message(3, "<c>", &["<b>"], ""),
        ];
        assert_eq!(shown(&messages), "THREAD (1)(3 2)");
    }

    #[test]
    fn rfc5256_s3_references() {
        // Out of order, with a parent that is not there.
        assert_eq!(
            shown(&[
                message(1, "<c>", &["<x>", "<b>"], ""),
                message(2, "<b>", &["<x>"], ""),
                message(3, "<d>", &["<x>"], ""),
            ]),
            "THREAD ((2 1)(3))"
        );
        // By subject where there are no references.
        assert_eq!(
            shown(&[
                message(1, "<a>", &[], "hi"),
                message(2, "<b>", &[], "Re: hi")
            ]),
            "THREAD (1 2)"
        );
        assert_eq!(
            shown(&[message(1, "<a>", &[], "hi"), message(2, "<b>", &[], "hi")]),
            "THREAD ((1)(2))"
        );
        // Loops are not closed; the same identifier twice is two messages.
        assert_eq!(
            shown(&[
                message(1, "<a>", &["<b>"], ""),
                message(2, "<b>", &["<a>"], "")
            ]),
            "THREAD (2 1)"
        );
        assert_eq!(
            shown(&[message(1, "<a>", &["<a>"], ""), message(2, "<a>", &[], "")]),
            "THREAD (1)(2)"
        );
    }

    #[test]
    fn every_message_is_there_once() {
        let mut random = 7u32;
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below
        };
        for _ in 0..300 {
            let messages: Vec<Threadable> = (1..=12)
                .map(|number| {
                    let id = |n: u32| alloc::format!("<{n}>");
                    let refs: Vec<String> = (0..next(4)).map(|_| id(next(14))).collect();
                    let refs: Vec<&str> = refs.iter().map(String::as_str).collect();
                    let subject = ["", "a", "Re: a", "b"][next(4) as usize];
                    message(number, &id(next(14)), &refs, subject)
                })
                .collect();
            let mut numbers: Vec<u32> = references(&messages)
                .iter()
                .filter_map(|n| n.number)
                .collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_long_chain_is_linear() {
        let messages: Vec<Threadable> = (1..=20_000u32)
            .map(|n| {
                let parent = alloc::format!("<{}>", n - 1);
                message(n, &alloc::format!("<{n}>"), &[&parent], "")
            })
            .collect();
        assert_eq!(
            references(&messages).iter().last().map(|node| node.depth),
            Some(19_999)
        );
    }
}
