//! Conversations that were recorded, replayed in pieces to the sessions of both sides.

pub mod imap;
pub mod pop3;
pub mod smtp;

use mailweft_examples::{services::Conversation, wire::Way};

/// What one side said in clear, or under TLS: the turns in which it said it.
pub type Part = Vec<Vec<u8>>;

/// What one side said, parted where TLS began, in one turn a part: for servers, to which clients may say
/// everything at once.
pub fn said(conversation: &Conversation, way: Way) -> Vec<Part> {
    turns(conversation, way)
        .into_iter()
        .map(|part| vec![part.concat()])
        .collect()
}

/// What one side said, parted where TLS began, in the turns in which it said it: for clients, to which no
/// server may answer what was not asked yet.
pub fn turns(conversation: &Conversation, way: Way) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![Vec::new()];
    let mut mine = false;
    for (which, octets) in &conversation.said {
        if *which == Way::Tls {
            parts.push(Vec::new());
            mine = false;
        } else if *which == way {
            let part = parts.last_mut().unwrap();
            if !mine {
                part.push(Vec::new());
            }
            part.last_mut().unwrap().extend_from_slice(octets);
            mine = true;
        } else {
            mine = false;
        }
    }
    parts
}

/// How many octets there are.
pub fn octets(parts: &[Part]) -> usize {
    parts.iter().flatten().map(Vec::len).sum()
}

/// What a session is fed with: the pieces of each part, in order.
pub struct Feed<'a> {
    pub parts: Vec<Vec<&'a [u8]>>,
}

impl<'a> Feed<'a> {
    /// Each turn whole, but the one that holds the octet `at` of all of them: that comes in two.
    pub fn split(parts: &'a [Part], mut at: usize) -> Self {
        let mut cut = |turn: &'a Vec<u8>| {
            let here = at.min(turn.len());
            at -= here;
            [&turn[..here], &turn[here..]]
        };
        Self {
            parts: parts
                .iter()
                .map(|part| part.iter().flat_map(&mut cut).collect())
                .collect(),
        }
    }

    /// Every octet by itself.
    pub fn octets(parts: &'a [Part]) -> Self {
        Self {
            parts: parts
                .iter()
                .map(|part| part.iter().flat_map(|turn| turn.chunks(1)).collect())
                .collect(),
        }
    }
}

/// What a session told. Pieces of content are joined: how it was cut is no event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Log {
    pub events: Vec<String>,
    /// What the session wrote, where that is looked at.
    pub written: Vec<u8>,
    body: Vec<u8>,
}

impl Log {
    pub fn content(&mut self, octets: &[u8]) {
        self.body.extend_from_slice(octets);
    }

    pub fn event(&mut self, text: String) {
        if !self.body.is_empty() {
            let body = std::mem::take(&mut self.body);
            self.events.push(format!("{}", body.escape_ascii()));
        }
        self.events.push(text);
    }
}
