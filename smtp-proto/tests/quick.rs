//! What nearly all peers send has a quick way: held against the grammar.

use mailweft_smtp::{Capabilities, Command, Reply};
use proptest::{collection::vec, prelude::*};

/// Lines that are, or nearly are, what has a quick way.
fn familiar_line() -> impl Strategy<Value = String> {
    let head = prop_oneof![
        Just("MAIL FROM:"),
        Just("mail From:<a@b.example>"),
        Just("MAIL FROM:<>"),
        Just("RCPT TO:"),
        Just("Rcpt to:<a.b@c.example>"),
        Just("EHLO"),
        Just("helo "),
        Just("LHLO a.example"),
    ];
    let words = [
        "<a@b.example>",
        "<>",
        "<Postmaster>",
        "<@x.example:a@b.example>",
        "<\"a b\"@c.example>",
        "a@b.example",
        "<\u{e4}@b.example>",
        " SIZE=12",
        " size=007",
        " SIZE=99999999999999999999",
        " SIZE=",
        " BODY=8BITMIME",
        " body=7bit",
        " BODY=BINARYMIME",
        " BODY=9",
        " SMTPUTF8",
        " smtputf8",
        " SMTPUTF8=1",
        " RET=FULL",
        " X-Y=z",
        " NOTIFY=SUCCESS",
        " notify=failure",
        " NOTIFY=NEVER",
        ",DELAY",
        ",NEVER",
        ",SUCCESS",
        ",",
        " ",
        "  ",
        "\t",
        "x",
        "a.example",
        ".",
        "..",
        "[127.0.0.1]",
        "a_b",
        "\u{e4}",
        "=",
        "<",
        ">",
        "\0",
    ];
    (head, vec(proptest::sample::select(words.to_vec()), 0..5))
        .prop_map(|(head, words)| head.to_owned() + &words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// What has a quick way is read as the grammar reads it, which a line is left to that ends in a blank.
    #[test]
    fn the_quick_way_is_the_same(line in familiar_line()) {
        let quick = Command::parse(&line);
        prop_assert_eq!(&quick, &Command::from_bytes(&line.clone().into()));
        let slow = Command::parse(line + " ");
        match (quick, slow) {
            // Blanks behind an unknown verb are kept.
            (Ok(Command::Other(_)), Ok(Command::Other(_))) => {}
            (Ok(quick), Ok(slow)) => {
                prop_assert_eq!(&quick, &slow);
                prop_assert_eq!(Command::parse(quick.to_string()), Ok(quick));
            }
            // Every error is the grammar's.
            (Err(_), Err(_)) => {}
            (quick, slow) => prop_assert!(false, "{:?} and {:?}", quick, slow),
        }
    }

    /// So is a reply, which is left to the grammar where a line ends in LF alone.
    #[test]
    fn quick_replies_are_the_same(
        lines in vec(prop_oneof![
            3 => Just("250-"), 1 => Just("250 "), 1 => Just("251-"), 1 => Just("250"), 1 => Just("150-"), 1 => Just("550-"),
        ], 0..4),
        texts in vec("(2\\.1\\.0 |5\\.1\\.1|2\\.1 )?[ -~\u{e4}\t\u{1}\u{7f}]{0,20}", 4),
    ) {
        let lines: String = lines.iter().zip(&texts).map(|(code, text)| format!("{code}{text}\r\n")).collect();
        let wire = format!("{lines}250 {}", texts[3]);
        let quick = Reply::parse(wire.clone() + "\r\n");
        let slow = Reply::parse(wire + "\n");
        prop_assert_eq!(quick.as_ref().map_err(|error| error.offset()), slow.as_ref().map_err(|error| error.offset()));
        if let Ok(quick) = quick {
            prop_assert_eq!(Reply::parse(quick.to_string()).map(|reply| reply.to_string()), Ok(quick.to_string()));
        }
    }

    /// And so are the lines of an answer to EHLO, which are left to the grammar in small letters.
    #[test]
    fn quick_capabilities_are_the_same(lines in vec(proptest::sample::select([
        "PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "STARTTLS", "DSN", "ENHANCEDSTATUSCODES", "REQUIRETLS",
        "VRFY", "ETRN", "EXPN", "HELP", "SIZE", "SIZE 1", "SIZE 22", "SIZE 0001", "SIZE 99999999999999999999", "SIZE x", "SIZE  3",
        "AUTH PLAIN", "AUTH PLAIN LOGIN", "AUTH", "AUTH ", "AUTH  X", "AUTH \u{e4}", "AUTH=LOGIN", "DSN X", "HELP ", "X-ANY y",
    ].to_vec()), 0..20)) {
        let all = |small: bool| {
            let lines = lines.iter().map(|line| match line.split_once([' ', '=']) {
                _ if !small => format!("250-{line}\r\n"),
                Some((word, rest)) => {
                    let behind = &line[word.len()..line.len() - rest.len()];
                    format!("250-{}{behind}{rest}\r\n", word.to_ascii_lowercase())
                }
                None => format!("250-{}\r\n", line.to_ascii_lowercase()),
            });
            let wire = format!("250-mx.example\r\n{}250 end\r\n", lines.collect::<String>());
            Capabilities::from(&Reply::parse(wire).unwrap())
        };
        prop_assert_eq!(format!("{:?}", all(false)).to_ascii_lowercase(), format!("{:?}", all(true)).to_ascii_lowercase());
    }
}
