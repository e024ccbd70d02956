//! The dialogues of the RFCs, each through a server and through a client.
//!
//! A dialogue is `C:` and `S:` lines; `---` stands between two of them, `-- TLS --` where the handshake
//! does. `# server` marks those that our client would hold otherwise, `# lmtp` LMTP. A line
//! `C: {n octets}` stands for that many, without line end.

#[path = "common/dialogue.rs"]
mod dialogue;

use dialogue::{Dialogue, through_client, through_server};

fn dialogues() -> Vec<Dialogue> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            let name = file.file_name().unwrap().to_string_lossy();
            Dialogue::read(&name, &std::fs::read_to_string(file).unwrap())
        })
        .collect()
}

#[test]
fn servers_hold_every_dialogue() {
    let dialogues = dialogues();
    assert!(dialogues.len() >= 45, "{}", dialogues.len());
    for dialogue in &dialogues {
        for step in [usize::MAX, 1, 7] {
            through_server(dialogue, step);
        }
    }
}

#[test]
fn clients_hold_every_dialogue_that_is_theirs() {
    let dialogues = dialogues();
    for dialogue in dialogues.iter().filter(|dialogue| !dialogue.server_only) {
        for step in [usize::MAX, 1, 7] {
            through_client(dialogue, step);
        }
    }
}
