//! The catalogue of what real servers send: `quirks/servers.txt` is documentation and test at once.

use bytes::BytesMut;
use mailweft_imap::{Response, Syntax};

#[test]
fn servers() {
    let catalogue = include_str!("quirks/servers.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in catalogue
        .split("\n\n")
        .filter(|entry| !entry.starts_with('#'))
    {
        let lines: Vec<&str> = entry.trim_matches('\n').split('\n').collect();
        let [who, wire, expected, link] = lines.as_slice() else {
            panic!("{entry}")
        };
        assert!(*link == "-" || link.starts_with("https://"), "{who}");
        count += 1;
        let wire = format!("{}\r\n", wire.replace("\\r\\n", "\r\n"));
        assert!(
            Response::parse(wire.as_bytes(), &Syntax::strict()).is_err()
                || expected.ends_with(" []"),
            "{who}"
        );
        let found = match Response::parse(wire.as_bytes(), &Syntax::interop()) {
            Ok(parsed) => {
                let repairs: Vec<_> = parsed
                    .repairs
                    .iter()
                    .map(|(repair, _)| repair.as_str())
                    .collect();
                let mut out = BytesMut::new();
                parsed.value.write(&mut out, false).unwrap();
                // Untagged responses are shown without their star.
                let text = String::from_utf8_lossy(&out[..out.len() - 2]).replace("\r\n", "\\r\\n");
                let text = text.strip_prefix("* ").unwrap_or(&text);
                format!("{text} [{}]", repairs.join(", "))
            }
            Err(error) => error.render(wire.as_bytes()),
        };
        if found != *expected {
            wrong.push(format!("{who}\n  {found}\nnot\n  {expected}"));
        }
    }
    assert!(count > 20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
