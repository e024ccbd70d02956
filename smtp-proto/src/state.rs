//! What may come next: the order of commands (RFC 5321 §4.1.4, RFC 3030 §2, RFC 3207 §4.2, RFC 4954 §4).
//!
//! Everything that decides whether a command may come now stands in [`next`]. This file does not know
//! which of the two ends it serves, and never sees an octet.

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// No name was given yet, or it was forgotten with the TLS handshake.
    Connected,
    /// EHLO, HELO or LHLO was accepted; no transaction is open.
    Ready,
    /// MAIL was accepted.
    Envelope,
    /// A recipient was accepted.
    Recipients,
    /// Content follows, up to CRLF.CRLF.
    Content,
    /// The octets of a chunk follow.
    Chunk,
    /// A chunk is complete, and it was not the last.
    Chunks,
    /// An authentication is under way.
    Exchange,
    /// The TLS handshake is under way.
    Handshake,
    /// Nothing more is read.
    Closed,
}

/// What moves a session on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Trigger {
    /// EHLO, HELO, LHLO.
    Hello,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// BDAT: its octets follow.
    Chunk,
    /// The octets of a chunk that is not the last are in; BURL without LAST.
    ChunkEnd,
    /// The message is complete; its answer closes the transaction.
    Message,
    /// RSET.
    Reset,
    /// AUTH.
    Auth,
    /// The exchange is over, either way.
    AuthEnd,
    /// STARTTLS.
    StartTls,
    /// The handshake is through; XCLIENT was accepted: all that was learnt is forgotten.
    Forget,
    /// QUIT, or the end of the connection.
    Close,
}

/// Which state follows, or `None` where the trigger may not come now.
pub(crate) const fn next(state: State, on: Trigger) -> Option<State> {
    use State as S;
    use Trigger as T;
    Some(match (state, on) {
        (_, T::Close) => S::Closed,
        (S::Connected | S::Ready | S::Envelope | S::Recipients | S::Chunks, T::Hello) => S::Ready,
        (S::Connected, T::Reset) => S::Connected,
        (S::Ready | S::Envelope | S::Recipients | S::Chunks, T::Reset) => S::Ready,
        (S::Ready, T::Mail) => S::Envelope,
        (S::Envelope | S::Recipients, T::Rcpt) => S::Recipients,
        (S::Recipients, T::Data) => S::Content,
        (S::Recipients | S::Chunks, T::Chunk) => S::Chunk,
        (S::Chunk | S::Recipients | S::Chunks, T::ChunkEnd) => S::Chunks,
        (S::Content | S::Chunk | S::Recipients | S::Chunks, T::Message) => S::Ready,
        (S::Ready, T::Auth) => S::Exchange,
        (S::Exchange, T::AuthEnd) => S::Ready,
        (S::Connected | S::Ready, T::StartTls) => S::Handshake,
        (S::Handshake | S::Connected | S::Ready, T::Forget) => S::Connected,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 10] = [
        State::Connected,
        State::Ready,
        State::Envelope,
        State::Recipients,
        State::Content,
        State::Chunk,
        State::Chunks,
        State::Exchange,
        State::Handshake,
        State::Closed,
    ];

    #[test]
    fn mail_opens_a_transaction_only_when_none_is_open() {
        for state in STATES {
            assert_eq!(
                next(state, Trigger::Mail).is_some(),
                state == State::Ready,
                "{state:?}"
            );
        }
    }

    #[test]
    fn content_needs_a_recipient() {
        for state in STATES {
            assert_eq!(
                next(state, Trigger::Data).is_some(),
                state == State::Recipients,
                "{state:?}"
            );
        }
    }

    #[test]
    fn nothing_but_its_end_moves_content() {
        let ends = [Trigger::Message, Trigger::ChunkEnd, Trigger::Close];
        for trigger in [
            Trigger::Hello,
            Trigger::Mail,
            Trigger::Rcpt,
            Trigger::Data,
            Trigger::Chunk,
            Trigger::ChunkEnd,
            Trigger::Message,
            Trigger::Reset,
            Trigger::Auth,
            Trigger::AuthEnd,
            Trigger::StartTls,
            Trigger::Forget,
            Trigger::Close,
        ] {
            for state in [State::Content, State::Chunk] {
                assert!(
                    next(state, trigger).is_none() || ends.contains(&trigger),
                    "{trigger:?}"
                );
            }
            assert!(next(State::Closed, trigger).is_none() || trigger == Trigger::Close);
        }
    }
}
