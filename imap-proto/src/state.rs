//! Which command may come when (RFC 3501 §3, §5.5; RFC 9051 §3, §5.5).
//!
//! Everything that decides about order lives here. This file knows commands and statuses, never octets.

use crate::types::{
    command::Command,
    response::{Data, Status, StatusKind},
    search::{Criterion, Node, Search},
    text::Tag,
};

/// The state of a connection (RFC 3501 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3501 §3 closes the set")]
pub enum State {
    /// Nobody has been authenticated.
    NotAuthenticated,
    /// Somebody has, and no mailbox is selected.
    Authenticated,
    /// A mailbox is selected.
    Selected,
    /// The connection is being closed.
    Logout,
}

/// In which states a command is allowed.
pub(crate) const fn allowed(command: &Command, state: State) -> bool {
    match command {
        Command::Capability | Command::Noop | Command::Logout | Command::Id(_) => {
            !matches!(state, State::Logout)
        }
        Command::StartTls | Command::Authenticate { .. } | Command::Login { .. } => {
            matches!(state, State::NotAuthenticated)
        }
        // RFC 4978 §3: in any state; RFC 5255 §3.2: likewise.
        Command::Compress(_) | Command::Language(_) => !matches!(state, State::Logout),
        Command::Check
        | Command::Close
        | Command::Unselect
        | Command::Expunge
        | Command::UidExpunge(_)
        | Command::Search(_)
        | Command::Sort(_)
        | Command::Thread(_)
        | Command::Fetch(_)
        | Command::Store(_)
        | Command::Copy { .. }
        | Command::Move { .. }
        | Command::Replace { .. }
        | Command::Convert { .. }
        | Command::UidBatches { .. } => matches!(state, State::Selected),
        _ => matches!(state, State::Authenticated | State::Selected),
    }
}

/// The state after `command` was answered with `status`.
pub(crate) const fn after(command: &Command, status: &Status, state: State) -> State {
    let ok = matches!(status.kind, StatusKind::Ok);
    match command {
        Command::Login { .. } | Command::Authenticate { .. } if ok => State::Authenticated,
        Command::Select(_) if ok => State::Selected,
        // RFC 3501 §6.3.1: a SELECT that fails leaves no mailbox selected.
        Command::Select(_) if matches!(status.kind, StatusKind::No) => State::Authenticated,
        Command::Close | Command::Unselect if ok => State::Authenticated,
        Command::Unauthenticate if ok => State::NotAuthenticated,
        Command::Logout if ok => State::Logout,
        _ => state,
    }
}

/// Whether a command changes what comes after it on the connection: it waits for all before it, and all wait for it.
pub(crate) const fn is_barrier(command: &Command) -> bool {
    matches!(
        command,
        Command::StartTls
            | Command::Authenticate { .. }
            | Command::Login { .. }
            | Command::Logout
            | Command::Select(_)
            | Command::Close
            | Command::Unselect
            | Command::Idle
            | Command::Compress(_)
            | Command::Unauthenticate
            | Command::Enable(_)
    )
}

/// Whether no EXPUNGE may be sent while the command is answered (RFC 3501 §7.4.1, RFC 5256 §3).
pub(crate) const fn forbids_expunge(command: &Command) -> bool {
    match command {
        Command::Fetch(fetch) => !fetch.uid,
        Command::Store(store) => !store.uid,
        Command::Search(search) => !search.uid,
        Command::Sort(sort) => !sort.uid,
        Command::Thread(thread) => !thread.uid,
        _ => false,
    }
}

/// Whether message numbers may change before the command is answered.
const fn may_expunge(command: &Command) -> bool {
    !(forbids_expunge(command)
        || matches!(
            command,
            Command::Append(_) | Command::Capability | Command::Id(_)
        ))
}

/// Whether the command names messages by their numbers.
fn uses_numbers(command: &Command) -> bool {
    let in_key = |search: &Search| {
        search
            .key
            .nodes()
            .iter()
            .any(|node| matches!(node, Node::Leaf(Criterion::Seq(_))))
    };
    match command {
        Command::Fetch(fetch) => !fetch.uid,
        Command::Store(store) => !store.uid,
        Command::Copy { uid, .. } | Command::Move { uid, .. } | Command::Replace { uid, .. } => {
            !uid
        }
        Command::Search(search) => !search.uid || in_key(search),
        Command::Sort(sort) => !sort.uid,
        Command::Thread(thread) => !thread.uid,
        _ => false,
    }
}

/// Whether the results of the two could not be told apart, or one depends on the other (RFC 3501 §5.5).
fn confuses(before: &Command, next: &Command) -> bool {
    use Command as C;
    match (before, next) {
        // Untagged answers without a tag in them belong to the one command of their kind.
        (C::Search(a), C::Search(b)) => a.returns.is_none() && b.returns.is_none(),
        (C::Sort(_), C::Sort(_)) | (C::Thread(_), C::Thread(_)) => true,
        (C::List(_), C::List(_)) | (C::Lsub { .. }, C::Lsub { .. }) => true,
        // The flags that FETCH tells depend on which side of STORE it is.
        (C::Fetch(_), C::Store(_)) | (C::Store(_), C::Fetch(_) | C::Store(_)) => true,
        (C::Store(_) | C::Expunge | C::UidExpunge(_) | C::Move { .. }, C::Search(_))
        | (C::Search(_), C::Store(_)) => true,
        _ => false,
    }
}

/// Whether `next` may be in flight together with `before` (RFC 3501 §5.5, RFC 9051 §5.5).
pub(crate) fn may_follow(before: &Command, next: &Command) -> bool {
    !(is_barrier(before)
        || is_barrier(next)
        || (may_expunge(before) && uses_numbers(next))
        || confuses(before, next))
}

/// Whether `data` can be an answer to `command` (RFC 3501 §7).
pub(crate) fn answers(command: &Command, tag: &Tag, data: &Data) -> bool {
    use Command as C;
    match data {
        Data::Capability(_) => matches!(command, C::Capability),
        Data::Enabled(_) => matches!(command, C::Enable(_)),
        Data::List(_) => matches!(command, C::List(_) | C::Select(_) | C::Rlist { .. }),
        Data::Lsub(_) => matches!(command, C::Lsub { .. } | C::Rlsub { .. }),
        Data::Xlist(_) => matches!(command, C::Xlist { .. }),
        Data::Status(status) => match command {
            C::Status { mailbox, .. } => mailbox == status.mailbox(),
            C::List(list) => list.returns.is_some(),
            C::Notify(_) => true,
            _ => false,
        },
        Data::Flags(_) | Data::Exists(_) | Data::Recent(_) => matches!(command, C::Select(_)),
        Data::Expunge(_) => matches!(
            command,
            C::Expunge | C::UidExpunge(_) | C::Move { .. } | C::Replace { .. }
        ),
        Data::Vanished { earlier: true, .. } => match command {
            C::Select(select) => select.qresync.is_some(),
            C::Fetch(fetch) => fetch.vanished,
            _ => false,
        },
        Data::Vanished { earlier: false, .. } => {
            matches!(
                command,
                C::Expunge | C::UidExpunge(_) | C::Move { .. } | C::Replace { .. }
            )
        }
        Data::Fetch(_) | Data::UidFetch(_) => match command {
            C::Fetch(_) | C::Store(_) => true,
            C::Select(select) => select.qresync.is_some(),
            _ => false,
        },
        Data::Search(_) => matches!(command, C::Search(_)),
        Data::ESearch(answer) => match &answer.tag {
            Some(mine) => *mine == *tag.as_str(),
            None => matches!(command, C::Search(_) | C::MultiSearch(_) | C::Sort(_)),
        },
        Data::Sort(_) => matches!(command, C::Sort(_)),
        Data::Thread(_) => matches!(command, C::Thread(_)),
        Data::Namespace(_) => matches!(command, C::Namespace),
        Data::Id(_) => matches!(command, C::Id(_)),
        Data::Quota { .. } => {
            matches!(
                command,
                C::GetQuota(_) | C::GetQuotaRoot(_) | C::SetQuota { .. }
            )
        }
        Data::QuotaRoot { .. } => matches!(command, C::GetQuotaRoot(_)),
        Data::Acl { .. } => matches!(command, C::GetAcl(_)),
        Data::ListRights { .. } => matches!(command, C::ListRights { .. }),
        Data::MyRights { .. } => matches!(command, C::MyRights(_) | C::List(_)),
        Data::Metadata { .. } => matches!(command, C::GetMetadata { .. } | C::List(_)),
        Data::Language(_) => matches!(command, C::Language(_)),
        Data::Comparator { .. } => matches!(command, C::Comparator(_)),
        Data::GenUrlAuth(_) => matches!(command, C::GenUrlAuth(_)),
        Data::UrlFetch(_) => matches!(command, C::UrlFetch(_)),
        Data::Conversion(..) => matches!(command, C::Conversions { .. }),
        Data::Converted(..) => matches!(command, C::Convert { .. }),
        Data::JmapAccess(_) => matches!(command, C::GetJmapAccess),
        Data::UidBatches { tag: mine, .. } => *mine == *tag.as_str(),
        Data::MetadataChanged { .. } => false,
        Data::Other { name, .. } => match command {
            C::Other { name: mine, .. } => mine == name,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{
        fetch::{Fetch, FetchAttr},
        flag::Flag,
        mailbox::Mailbox,
        search::SearchKey,
        sequence::SequenceSet,
        store::{Store, StoreMode},
        text::Secret,
    };

    const STATES: [State; 4] = [
        State::NotAuthenticated,
        State::Authenticated,
        State::Selected,
        State::Logout,
    ];

    fn in_states(command: &Command) -> [bool; 4] {
        STATES.map(|state| allowed(command, state))
    }

    #[test]
    fn rfc3501_s6_commands_and_states() {
        assert_eq!(in_states(&Command::Noop), [true, true, true, false]);
        assert_eq!(
            in_states(&Command::login("a", Secret::default())),
            [true, false, false, false]
        );
        assert_eq!(
            in_states(&Command::select(Mailbox::INBOX)),
            [false, true, true, false]
        );
        assert_eq!(in_states(&Command::Expunge), [false, false, true, false]);
    }

    #[test]
    fn rfc3501_s6_3_1_a_failed_select_leaves_nothing_selected() {
        let select = Command::select(Mailbox::INBOX);
        assert_eq!(
            after(&select, &Status::ok(""), State::Selected),
            State::Selected
        );
        assert_eq!(
            after(&select, &Status::no(""), State::Selected),
            State::Authenticated
        );
        assert_eq!(
            after(&select, &Status::bad(""), State::Selected),
            State::Selected
        );
    }

    /// The examples of RFC 3501 §5.5.
    #[test]
    fn rfc3501_s5_5_ambiguity() {
        let fetch = |uid| {
            let fetch = Fetch::seq(SequenceSet::ALL, [FetchAttr::Flags]);
            Command::Fetch(Fetch { uid, ..fetch })
        };
        let store = Command::Store(Store::seq(SequenceSet::ALL, StoreMode::Add, [Flag::SEEN]));
        let search = Command::Search(Search::seq(SearchKey::unseen()));
        assert!(!may_follow(&fetch(false), &store));
        assert!(!may_follow(&Command::Noop, &store));
        assert!(
            !may_follow(&fetch(true), &fetch(false)),
            "UID FETCH may expunge"
        );
        assert!(!may_follow(&search, &search));
        assert!(may_follow(&fetch(false), &fetch(false)));
        assert!(may_follow(&fetch(true), &fetch(true)));
        assert!(!may_follow(&Command::Close, &fetch(true)));
    }
}
