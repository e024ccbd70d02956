//! What may come next (RFC 1939 §3 to §6, RFC 2595 §4, RFC 5034 §4).
//!
//! Everything that decides whether a command is allowed lives here. This file does not know which
//! role it plays, and never sees bytes.

use crate::types::Command;

/// The states of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Before login (RFC 1939 §4).
    Authorization,
    /// Logged in, the maildrop locked (RFC 1939 §5).
    Transaction,
    /// QUIT was given: deletions are carried out (RFC 1939 §6).
    Update,
    /// Nothing more may be said.
    Closed,
}

/// Whether a command may be given in a state.
pub(crate) const fn allows(state: State, command: &Command) -> bool {
    match state {
        State::Authorization => matches!(
            command,
            Command::User(_)
                | Command::Pass(_)
                | Command::Apop { .. }
                | Command::Auth { .. }
                | Command::AuthList
                | Command::Capa
                | Command::Stls
                | Command::Utf8
                | Command::Lang(_)
                | Command::Noop
                | Command::Quit
                | Command::Other { .. }
        ),
        State::Transaction => matches!(
            command,
            Command::Stat
                | Command::List(_)
                | Command::Retr(_)
                | Command::Dele(_)
                | Command::Noop
                | Command::Rset
                | Command::Quit
                | Command::Top { .. }
                | Command::Uidl(_)
                | Command::Capa
                | Command::Lang(_)
                | Command::Other { .. }
        ),
        State::Update | State::Closed => false,
    }
}

/// The name of a state, for messages.
pub(crate) const fn name(state: State) -> &'static str {
    match state {
        State::Authorization => "AUTHORIZATION",
        State::Transaction => "TRANSACTION",
        State::Update => "UPDATE",
        State::Closed => "closed",
    }
}
