//! Long commands in pieces, for servers that limit the length of a line.

use alloc::{string::ToString, vec::Vec};

use crate::types::{command::Command, sequence::SequenceSet};

/// Room for the tag and the line end.
const AROUND: usize = 16;

/// `command` as several that ask for the same, none longer than `most` octets where that can be.
///
/// Only what does the same in pieces is cut: sets of unique identifiers, and of sequence numbers where the server must
/// not renumber messages before the command is answered (RFC 3501 §7.4.1).
pub(super) fn pieces(command: Command, most: usize) -> Vec<Command> {
    let set = match &command {
        // A window is of the whole set.
        Command::Fetch(fetch) if fetch.partial.is_some() => None,
        Command::Fetch(fetch) => Some(&fetch.set),
        Command::Store(store) => Some(&store.set),
        Command::Copy { uid: true, set, .. }
        | Command::Move { uid: true, set, .. }
        | Command::UidExpunge(set) => Some(set),
        // What is found in pieces of a set is, together, what is found in all of it; its lowest, or how many it is, is not.
        Command::Search(search) if search.returns.is_none() => search.key.longest_set(search.uid),
        _ => None,
    };
    let Some(set) = set.filter(|set| set.ranges().len() > 1) else {
        return Vec::from([command]);
    };
    let length = command.to_string().len().saturating_add(AROUND);
    if length <= most {
        return Vec::from([command]);
    }
    let around = length.saturating_sub(set.to_string().len());
    let room = most.saturating_sub(around);
    set.split(room).map(|set| with_set(&command, set)).collect()
}

fn with_set(command: &Command, piece: SequenceSet) -> Command {
    let mut command = command.clone();
    match &mut command {
        Command::Fetch(fetch) => fetch.set = piece,
        Command::Store(store) => store.set = piece,
        Command::Copy { set, .. } | Command::Move { set, .. } | Command::UidExpunge(set) => {
            *set = piece;
        }
        Command::Search(search) => search.key = search.key.with_longest_set(search.uid, piece),
        _ => {}
    }
    command
}
