//! Every message of the encoded-words corpus reads as a person would expect.

use std::{fs, path::Path};

use mailweft_mime::{Message, decode_text};

#[test]
fn corpus() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/corpora/encoded-words"
    ));
    if fs::read_dir(folder).is_err() {
        println!("skipped: ../shared/corpora/encoded-words is not here");
        return;
    }
    let mut failed = 0;
    for line in include_str!("data/encoded-words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (name, wanted) = line.split_once('\t').unwrap();
        if !cfg!(feature = "charset")
            && ["gb2312", "ks", "cp_alias", "iso2022split"].contains(&name)
        {
            continue;
        }
        let bytes = fs::read(folder.join(format!("{name}.eml"))).unwrap();
        let message = Message::parse(&bytes);
        let subject = message.subject().unwrap_or_default();
        if subject != wanted {
            println!(
                "{name}: {subject:?}, wanted {wanted:?} from {:?}",
                message.root().field("Subject")
            );
            failed += 1;
        }
        assert!(!subject.contains(['\r', '\n', '\0']), "{name}");
    }
    assert_eq!(failed, 0);
}

#[test]
fn shapes() {
    for (raw, text) in [
        ("=?utf-8?q?a?=", "a"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=  x", "a  x"),
        ("=?utf-8?q?a=?=", "a="),
        ("=?utf-8?q?a?b?=", "a?b"),
        ("=?", "=?"),
        ("=?x", "=?x"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?q??=", ""),
        ("=?UTF-8?Q?=E2=82?=\r\n =?UTF-8?Q?=AC?=", "€"),
        ("=?utf-8*en?q?x?=", "x"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
    ] {
        if cfg!(feature = "charset") || !raw.contains("2022") {
            assert_eq!(decode_text(raw.as_bytes()), text, "{raw}");
        }
    }
}

#[test]
fn a_word_in_a_name_is_one_word_whatever_it_holds() {
    let message = Message::parse(
        "From: =?utf-8?Q?Vestnik=20:)?= <a@b.example>, =?utf-8?q?x=40y?=@evil.example\r\n\r\n",
    );
    let from: Vec<_> = message.from().collect();
    assert_eq!(
        (from[0].name(), from[0].address()),
        (Some("Vestnik :)"), "a@b.example")
    );
    assert_eq!(from[1].to_address().local_str(), "=?utf-8?q?x=40y?=");
}

#[test]
fn many_openings_are_text() {
    let text = "=?a?q?".repeat(80_000) + "?=";
    assert!(decode_text(text.as_bytes()).len() <= text.len());
}
