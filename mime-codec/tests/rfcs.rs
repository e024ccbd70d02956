//! The examples of the RFCs, as they print them.

use mailweft_mime::{Action, AddressItem, Message, ProblemCode, Report, Role, decode_text, flowed};

/// What a message says of itself: authors, recipients, those who get a copy; each address field with its groups.
fn people(mail: &str) -> [String; 3] {
    let message = Message::parse(mail);
    ["From", "To", "Cc"].map(|name| {
        let items = message
            .root()
            .field(name)
            .into_iter()
            .flat_map(|field| field.address_items());
        let words: Vec<String> = items
            .map(|item| match item {
                AddressItem::Mailbox(mailbox) => match mailbox.name() {
                    Some(name) => format!("{name} <{}>", mailbox.address()),
                    None => mailbox.address().to_owned(),
                },
                AddressItem::GroupStart(name) => format!("{name}:"),
                AddressItem::GroupEnd => ";".to_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        words.join(" ")
    })
}

fn date(mail: &str) -> String {
    Message::parse(mail)
        .date()
        .map(|date| date.to_string())
        .unwrap_or_default()
}

fn id(mail: &str) -> String {
    Message::parse(mail)
        .message_id()
        .map(|id| id.to_string())
        .unwrap_or_default()
}

/// Appendix A.1, A.2 and A.3.
#[test]
fn rfc5322_sa_1_people_and_threads() {
    let simple = "From: John Doe <jdoe@machine.example>\nSender: Michael Jones <mjones@machine.example>\n\
        To: Mary Smith <mary@example.net>\nSubject: Saying Hello\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\
        Message-ID: <1234@local.machine.example>\n\nThis is a message just to say hello.\nSo, \"Hello\".\n";
    assert_eq!(
        people(simple),
        [
            "John Doe <jdoe@machine.example>",
            "Mary Smith <mary@example.net>",
            ""
        ]
    );
    assert_eq!(date(simple), "Fri, 21 Nov 1997 09:55:06 -0600");
    assert_eq!(id(simple), "<1234@local.machine.example>");
    let message = Message::parse(simple);
    let sender = message.root().sender();
    assert_eq!(
        sender.as_ref().map(|sender| sender.address()),
        Some("mjones@machine.example")
    );

    let different = "From: \"Joe Q. Public\" <john.q.public@example.com>\n\
        To: Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>\n\
        Cc: <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>\n\
        Date: Tue, 1 Jul 2003 10:52:37 +0200\nMessage-ID: <5678.21-Nov-1997@example.com>\n\nHi everyone.\n";
    assert_eq!(
        people(different),
        [
            "Joe Q. Public <john.q.public@example.com>",
            "Mary Smith <mary@x.test> jdoe@example.org Who? <one@y.test>",
            "boss@nil.test Giant; \"Big\" Box <sysservices@example.net>",
        ]
    );
    assert_eq!(id(different), "<5678.21-Nov-1997@example.com>");

    let groups = "From: Pete <pete@silly.example>\n\
        To: A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;\nCc: Undisclosed recipients:;\n\
        Date: Thu, 13 Feb 1969 23:32:54 -0330\nMessage-ID: <testabcd.1234@silly.example>\n\nTesting.\n";
    assert_eq!(
        people(groups),
        [
            "Pete <pete@silly.example>",
            "A Group: Ed Jones <c@a.test> joe@where.test John <jdoe@one.test> ;",
            "Undisclosed recipients: ;",
        ]
    );
    assert_eq!(date(groups), "Thu, 13 Feb 1969 23:32:54 -0330");

    let reply = Message::parse(
        "To: \"Mary Smith: Personal Account\" <smith@home.example>\nFrom: John Doe <jdoe@machine.example>\n\
        Subject: Re: Saying Hello\nDate: Fri, 21 Nov 1997 11:00:00 -0600\n\
        Message-ID: <abcd.1234@local.machine.test>\nIn-Reply-To: <3456@example.net>\n\
        References: <1234@local.machine.example> <3456@example.net>\n\nThis is a reply to your reply.\n",
    );
    let to = reply.to().next().unwrap();
    assert_eq!(to.name(), Some("Mary Smith: Personal Account"));
    let references: Vec<String> = reply.root().references().map(|id| id.to_string()).collect();
    assert_eq!(
        references,
        ["<1234@local.machine.example>", "<3456@example.net>"]
    );
    assert!(
        reply
            .root()
            .in_reply_to()
            .map(|id| id.to_string())
            .eq(["<3456@example.net>"])
    );
    assert_eq!(reply.root().base_subject().as_deref(), Some("Saying Hello"));

    let resent = Message::parse(
        "Resent-From: Mary Smith <mary@example.net>\nResent-To: Jane Brown <j-brown@other.example>\n\
        Resent-Date: Mon, 24 Nov 1997 14:22:01 -0800\nResent-Message-ID: <78910@example.net>\n\
        From: John Doe <jdoe@machine.example>\nDate: Fri, 21 Nov 1997 09:55:06 -0600\n\n",
    );
    let root = resent.root();
    assert_eq!(
        root.addresses("Resent-To").next().unwrap().address(),
        "j-brown@other.example"
    );
    let again = root.field("Resent-Date").unwrap().date().unwrap();
    assert_eq!(again.to_string(), "Mon, 24 Nov 1997 14:22:01 -0800");
    let id = root
        .field("Resent-Message-ID")
        .unwrap()
        .message_ids()
        .next();
    assert_eq!(id.unwrap().as_str(), "78910@example.net");
}

#[test]
fn rfc5322_sa_4_trace_fields() {
    let message = Message::parse(
        "Received: from x.y.test\n   by example.net\n   via TCP\n   with ESMTP\n   id ABC12345\n\
        \x20  for <mary@example.net>;  21 Nov 1997 10:05:43 -0600\n\
        Received: from node.example by x.y.test; 21 Nov 1997 10:01:22 -0600\n\n",
    );
    let hops = message.root().received();
    let [last, first] = &hops[..] else {
        panic!("two hops")
    };
    assert_eq!(
        [
            &last.from,
            &last.by,
            &last.via,
            &last.with,
            &last.id,
            &last.recipient
        ]
        .map(|word| word.as_deref().unwrap_or_default()),
        [
            "x.y.test",
            "example.net",
            "TCP",
            "ESMTP",
            "ABC12345",
            "mary@example.net"
        ]
    );
    assert_eq!(
        last.date.unwrap().to_string(),
        "Fri, 21 Nov 1997 10:05:43 -0600"
    );
    assert_eq!(
        (first.from.as_deref(), first.by.as_deref()),
        (Some("node.example"), Some("x.y.test"))
    );
    assert_eq!(
        first.date.unwrap().to_string(),
        "Fri, 21 Nov 1997 10:01:22 -0600"
    );
}

#[test]
fn rfc5322_sa_5_white_space_and_comments() {
    let odd = "From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>\n\
        To:A Group(Some people)\n     :Chris Jones <c@(Chris's host.)public.example>,\n\
        \x20        joe@example.org,\n  John <jdoe@one.test> (my dear friend); (the end of the group)\n\
        Cc:(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;\n\
        Date: Thu,\n      13\n        Feb\n          1969\n      23:32\n               -0330 (Newfoundland Time)\n\
        Message-ID:              <testabcd.1234@silly.test>\n\nTesting.\n";
    assert_eq!(
        people(odd),
        [
            "Pete <pete@silly.test>",
            "A Group: Chris Jones <c@public.example> joe@example.org John <jdoe@one.test> ;",
            "Hidden recipients: ;",
        ]
    );
    assert_eq!(date(odd), "Thu, 13 Feb 1969 23:32:00 -0330");
    assert_eq!(id(odd), "<testabcd.1234@silly.test>");
}

#[test]
fn rfc5322_sa_6_obsolete_forms() {
    let addresses = "From: Joe Q. Public <john.q.public@example.com>\n\
        To: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example\n\
        Date: 21 Nov 97 09:55:06 GMT\n\nHi everyone.\n";
    assert_eq!(
        people(addresses),
        [
            "Joe Q. Public <john.q.public@example.com>",
            "Mary Smith <mary@example.net> jdoe@test.example",
            "",
        ]
    );
    assert_eq!(date(addresses), "Fri, 21 Nov 1997 09:55:06 +0000");

    let blanks = "From  : John Doe <jdoe@machine(comment).  example>\n\
        To    : Mary Smith\n  \n          <mary@example.net>\nSubject     : Saying Hello\n\
        Date  : Fri, 21 Nov 1997 09(comment):   55  :  06 -0600\n\
        Message-ID  : <1234   @   local(blah)  .machine .example>\n\nThis is a message just to say hello.\n";
    assert_eq!(
        people(blanks),
        [
            "John Doe <jdoe@machine.example>",
            "Mary Smith <mary@example.net>",
            ""
        ]
    );
    assert_eq!(date(blanks), "Fri, 21 Nov 1997 09:55:06 -0600");
    assert_eq!(id(blanks), "<1234@local.machine.example>");
    assert_eq!(
        Message::parse(blanks).subject().as_deref(),
        Some("Saying Hello")
    );
}

#[test]
fn rfc2047_s8() {
    let names = "From: =?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>\n\
        To: =?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>\n\
        CC: =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>\n\
        Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\n \
        =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=\n\n";
    assert_eq!(
        people(names),
        [
            "Keith Moore <moore@cs.utk.edu>",
            "Keld J\u{f8}rn Simonsen <keld@dkuug.dk>",
            "Andr\u{e9} Pirard <PIRARD@vm1.ulg.ac.be>",
        ]
    );
    assert_eq!(
        Message::parse(names).subject().as_deref(),
        Some("If you can read this you understand the example.")
    );
    for (written, shown) in [
        ("(=?ISO-8859-1?Q?a?=)", "(a)"),
        ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
    ] {
        assert_eq!(decode_text(written.as_bytes()), shown, "{written}");
    }
}

#[test]
fn rfc2231_s3_parameters() {
    for (field, name, value) in [
        (
            "message/external-body; access-type=URL;\n URL*0=\"ftp://\";\n \
             URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
            "URL",
            "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar",
        ),
        (
            "application/x-stuff;\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
            "title",
            "This is ***fun***",
        ),
        (
            "application/x-stuff\n title*0*=us-ascii'en'This%20is%20even%20more%20\n \
             title*1*=%2A%2A%2Afun%2A%2A%2A%20\n title*2=\"isn't it!\"",
            "title",
            "This is even more ***fun*** isn't it!",
        ),
    ] {
        let mail = format!("Content-Type: {field}\n\n");
        let content_type = Message::parse(&mail[..]).root().content_type();
        assert_eq!(
            content_type.params().get(name).as_deref(),
            Some(value),
            "{field}"
        );
    }
    assert_eq!(decode_text(b"=?US-ASCII*EN?Q?Keith_Moore?="), "Keith Moore");
}

#[test]
fn rfc2046_s5_1_1_two_texts() {
    let message = Message::parse(
        "From: Nathaniel Borenstein <nsb@bellcore.com>\r\nTo: Ned Freed <ned@innosoft.com>\r\n\
        Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)\r\nSubject: Sample message\r\nMIME-Version: 1.0\r\n\
        Content-type: multipart/mixed; boundary=\"simple boundary\"\r\n\r\n\
        This is the preamble.  It is to be ignored, though it\r\nis a handy place for composition agents to include an\r\n\
        explanatory note to non-MIME conformant readers.\r\n\r\n--simple boundary\r\n\r\n\
        This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.\r\n--simple boundary\r\n\
        Content-type: text/plain; charset=us-ascii\r\n\r\nThis is explicitly typed plain US-ASCII text.\r\n\
        It DOES end with a linebreak.\r\n\r\n--simple boundary--\r\n\r\nThis is the epilogue.  It is also to be ignored.\r\n",
    );
    let texts: Vec<String> = message
        .root()
        .children()
        .map(|part| part.text().into_owned())
        .collect();
    assert_eq!(
        texts,
        [
            "This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.",
            "This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n",
        ]
    );
    assert!(
        message
            .root()
            .preamble()
            .starts_with(b"This is the preamble.")
    );
    assert!(message.root().epilogue().ends_with(b"to be ignored.\r\n"));
    assert!(message.problems().is_empty());
}

/// Appendix A.
#[test]
fn rfc2049_sa_a_complex_multipart() {
    let message = Message::parse(
        "MIME-Version: 1.0\nFrom: Nathaniel Borenstein <nsb@nsb.fv.com>\nTo: Ned Freed <ned@innosoft.com>\n\
        Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)\nSubject: A multipart example\n\
        Content-Type: multipart/mixed;\n              boundary=unique-boundary-1\n\nThis is the preamble area.\n\n\
        --unique-boundary-1\n\n  ... Some text appears here ...\n\n--unique-boundary-1\n\
        Content-type: text/plain; charset=US-ASCII\n\nThis could have been part of the previous part.\n\n\
        --unique-boundary-1\nContent-Type: multipart/parallel; boundary=unique-boundary-2\n\n--unique-boundary-2\n\
        Content-Type: audio/basic\nContent-Transfer-Encoding: base64\n\nAAAA\n\n--unique-boundary-2\n\
        Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/\n\n--unique-boundary-2--\n\n\
        --unique-boundary-1\nContent-type: text/enriched\n\nThis is <bold><italic>enriched.</italic></bold>\n\n\
        --unique-boundary-1\nContent-Type: message/rfc822\n\nFrom: (mailbox in US-ASCII)\nTo: (address in US-ASCII)\n\
        Subject: (subject in US-ASCII)\nContent-Type: Text/plain; charset=ISO-8859-1\n\
        Content-Transfer-Encoding: Quoted-printable\n\n  ... Additional text in ISO-8859-1 goes here: =E9 ...\n\n\
        --unique-boundary-1--\n",
    );
    let tree: Vec<String> = message
        .parts()
        .map(|part| format!("{} {}", part.depth(), part.content_type().media_type()))
        .collect();
    assert_eq!(
        tree,
        [
            "0 multipart/mixed",
            "1 text/plain",
            "1 text/plain",
            "1 multipart/parallel",
            "2 audio/basic",
            "2 image/jpeg",
            "1 text/enriched",
            "1 message/rfc822",
            "2 Text/plain",
        ]
    );
    let inner = message.part(8).unwrap();
    assert_eq!(inner.subject().as_deref(), Some("(subject in US-ASCII)"));
    assert!(inner.text().contains(": \u{e9} ..."));
}

#[test]
fn rfc2183_s3_dispositions() {
    let message = Message::parse(
        "Content-Type: image/jpeg\nContent-Disposition: attachment; filename=genome.jpeg;\n  \
        modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\";\nContent-Description: a complete map of the human genome\n\n",
    );
    let root = message.root();
    let disposition = root.disposition().unwrap();
    assert_eq!(root.file_name().as_deref(), Some("genome.jpeg"));
    assert_eq!(
        disposition.params().get("modification-date").as_deref(),
        Some("Wed, 12 Feb 1997 16:29:51 -0500")
    );
    assert_eq!(
        root.description().as_deref(),
        Some("a complete map of the human genome")
    );
}

/// The root of related parts is what `start` names (§3.2), wherever it stands; it is the body, and the others go with it.
#[test]
fn rfc2387_s3_2_the_root_is_the_body() {
    // §5.1, without the semicolons that it forgets.
    let records = Message::parse(
        "Content-Type: Multipart/Related; boundary=example-1\n        start=\"<950120.aaCC@XIson.com>\";\n        \
        type=\"Application/X-FixedRecord\"\n        start-info=\"-o ps\"\n\n--example-1\n\
        Content-Type: Application/X-FixedRecord\nContent-ID: <950120.aaCC@XIson.com>\n\n25\n10\n\n--example-1\n\
        Content-Type: Application/octet-stream\nContent-Description: The fixed length records\n\
        Content-Transfer-Encoding: base64\nContent-ID: <950120.aaCB@XIson.com>\n\n\
        T2xkIE1hY0RvbmFsZCBoYWQgYSBmYXJtCkUgSS\nBFIEkgTwo=\n\n--example-1--\n",
    );
    assert_eq!(records.root().related_root().map(|part| part.id()), Some(1));
    assert!(
        records
            .part(2)
            .unwrap()
            .body()
            .starts_with(b"Old MacDonald had a farm")
    );

    for start in ["start=\"<page@x>\"; ", "", "start=\"<nowhere@x>\"; "] {
        let mail = format!(
            "Content-Type: multipart/related; {start}boundary=b\n\n--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\n.\n\
            --b\nContent-Type: text/html\nContent-ID: <page@x>\n\n<p>\n--b--\n"
        );
        let message = Message::parse(&mail[..]);
        let names_it = start.contains("page");
        assert_eq!(message.html().is_some(), names_it, "{start}");
        let [_, first, second] = message.roles()[..] else {
            panic!("three parts")
        };
        let wanted = if names_it {
            (Role::Inline, Role::Body)
        } else {
            (Role::Body, Role::Inline)
        };
        assert_eq!((first, second), wanted, "{start}");
    }
}

#[test]
fn rfc2369_s3_and_rfc8058_s8_lists() {
    let message = Message::parse(
        "List-Help: <ftp://ftp.host.com/list.txt> (FTP),\n    <mailto:list@host.com?subject=help>\n\
        List-Unsubscribe:\n    <mailto:listrequest@example.com?subject=unsubscribe>,\n    \
        <https://example.com/unsubscribe.html?opaque=123456789>\n\
        List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\
        List-Subscribe: (Use this command to join the list)\n     <mailto:list-manager@host.com?body=subscribe%20list>\n\
        List-Post: NO (posting not allowed on this list)\nList-Owner: <mailto:grant@foo.bar> (Grant Neufeld)\n\
        List-Archive: <http://www.host.com/list/archive/> (Web Archive)\n\n",
    );
    let list = message.root().list_info();
    assert_eq!(
        list.help,
        [
            "ftp://ftp.host.com/list.txt",
            "mailto:list@host.com?subject=help"
        ]
    );
    assert_eq!(
        list.one_click(),
        Some("https://example.com/unsubscribe.html?opaque=123456789")
    );
    assert_eq!(
        list.subscribe,
        ["mailto:list-manager@host.com?body=subscribe%20list"]
    );
    assert!(list.post_closed && list.post.is_empty());
    assert_eq!(list.owner, ["mailto:grant@foo.bar"]);
    assert_eq!(list.archive, ["http://www.host.com/list/archive/"]);
}

/// Appendix E, the report of several recipients.
#[test]
fn rfc3464_se_several_recipients() {
    let message = Message::parse(
        "Date: Fri, 8 Jul 1994 09:21:47 -0400\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>\n\
        Subject: Returned mail: User unknown\nTo: <owner-ups-mib@CS.UTK.EDU>\nMIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=delivery-status;\n      boundary=\"JAA13167.773673707/CS.UTK.EDU\"\n\n\
        --JAA13167.773673707/CS.UTK.EDU\ncontent-type: text/plain; charset=us-ascii\n\n\
        \x20   ----- The following addresses had delivery problems -----\n\n--JAA13167.773673707/CS.UTK.EDU\n\
        content-type: message/delivery-status\n\nReporting-MTA: dns; cs.utk.edu\n\n\
        Original-Recipient: rfc822;arathib@vnet.ibm.com\nFinal-Recipient: rfc822;arathib@vnet.ibm.com\nAction: failed\n\
        Status: 5.0.0 (permanent failure)\nDiagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a\n \
        registered gateway user\nRemote-MTA: dns; vnet.ibm.com\n\n\
        Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com\nFinal-Recipient: rfc822;johnh@hpnjld.njd.hp.com\n\
        Action: delayed\nStatus: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)\n\n\
        Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu\nFinal-Recipient: rfc822;wsnell@sdcc13.ucsd.edu\n\
        Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 user unknown\nRemote-MTA: dns; sdcc13.ucsd.edu\n\n\
        --JAA13167.773673707/CS.UTK.EDU\ncontent-type: message/rfc822\n\n[original message goes here]\n\n\
        --JAA13167.773673707/CS.UTK.EDU--\n",
    );
    let Some(Report::Delivery(report)) = message.report() else {
        panic!("no report of delivery")
    };
    assert_eq!(report.reporting_mta.as_ref().unwrap().text(), "cs.utk.edu");
    let told: Vec<(Action, String, &str)> = report
        .recipients
        .iter()
        .map(|recipient| {
            let address = recipient.final_recipient.as_ref().unwrap();
            (
                recipient.action.clone(),
                recipient.status.unwrap().to_string(),
                address.text(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Action::Failed, "5.0.0".into(), "arathib@vnet.ibm.com"),
            (Action::Delayed, "4.0.0".into(), "johnh@hpnjld.njd.hp.com"),
            (Action::Failed, "5.0.0".into(), "wsnell@sdcc13.ucsd.edu"),
        ]
    );
    assert_eq!(
        report.recipients[0].diagnostic.as_ref().unwrap().text(),
        "550 'arathib@vnet.IBM.COM' is not a registered gateway user"
    );
}

#[test]
fn rfc8098_s9_a_message_was_displayed() {
    let message = Message::parse(
        "From: Joe Recipient <Joe_Recipient@example.com>\nMessage-Id: <199509200019.12345@example.com>\n\
        MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification;\n   \
        boundary=\"RAA14128.773615765/example.com\"\n\n--RAA14128.773615765/example.com\n\n\
        The message has been displayed.\n\n--RAA14128.773615765/example.com\n\
        Content-Type: message/disposition-notification\n\nReporting-UA: joes-pc.cs.example.com; Foomail 97.1\n\
        Original-Recipient: rfc822;Joe_Recipient@example.com\nFinal-Recipient: rfc822;Joe_Recipient@example.com\n\
        Original-Message-ID: <199509192301.23456@example.org>\n\
        Disposition: manual-action/MDN-sent-manually; displayed\n\n--RAA14128.773615765/example.com\n\
        Content-Type: message/rfc822\n\n[original message optionally goes here]\n\n--RAA14128.773615765/example.com--\n",
    );
    let Some(Report::Disposition(report)) = message.report() else {
        panic!("no notification")
    };
    assert_eq!(message.bounce(), None);
    assert_eq!(
        report.original_message_id.as_ref().unwrap().as_str(),
        "199509192301.23456@example.org"
    );
    assert_eq!(
        report.reporting_ua.as_deref(),
        Some("joes-pc.cs.example.com; Foomail 97.1")
    );
    assert_eq!(
        format!(
            "{:?} {:?} {:?}",
            report.action_mode, report.sending_mode, report.kind
        ),
        "Manual Manual Displayed"
    );
}

/// Appendix B.2.
#[test]
fn rfc5965_sb_2_abuse() {
    let message = Message::parse(
        "From: <abusedesk@example.com>\nMIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=feedback-report;\n     boundary=\"part1_13d.2e68ed54_boundary\"\n\n\
        --part1_13d.2e68ed54_boundary\nContent-Type: text/plain; charset=\"US-ASCII\"\n\nThis is an email abuse report.\n\n\
        --part1_13d.2e68ed54_boundary\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\
        User-Agent: SomeGenerator/1.0\nVersion: 1\nOriginal-Mail-From: <somespammer@example.net>\n\
        Source-IP: 192.0.2.1\nReported-Domain: example.net\nReported-Uri: http://example.net/earn_money.html\n\
        Reported-Uri: mailto:user@example.com\n\n--part1_13d.2e68ed54_boundary\nContent-Type: message/rfc822\n\
        Content-Disposition: inline\n\nFrom: <somespammer@example.net>\nReceived: from mailserver.example.net\n     \
        (mailserver.example.net [192.0.2.1]) by example.com with ESMTP\n     id M63d4137594e46;\n     \
        Thu, 08 Mar 2005 14:00:00 -0400\nMessage-ID: 8787KJKJ3K4J3K4J3K4J3.mail@example.net\n\nSpam\n\n\
        --part1_13d.2e68ed54_boundary--\n",
    );
    let Some(Report::Feedback(report)) = message.report() else {
        panic!("no feedback")
    };
    assert_eq!(
        (&report.feedback_type[..], report.version.as_deref()),
        ("abuse", Some("1"))
    );
    assert_eq!(report.get("Source-IP"), Some("192.0.2.1"));
    let uris = report
        .fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Reported-Uri"));
    assert_eq!(uris.count(), 2);
    let spam = message.part(4).unwrap();
    let hop = spam.received().into_iter().next().unwrap();
    assert_eq!(hop.ip.unwrap().to_string(), "192.0.2.1");
    assert_eq!(
        spam.message_id().unwrap().as_str(),
        "8787KJKJ3K4J3K4J3K4J3.mail@example.net"
    );
}

/// Appendix B.2 to B.7.
#[test]
fn rfc8601_sb_results() {
    for (value, wanted) in [
        ("example.org 1; none", "example.org 1:"),
        (
            "example.com;\n          spf=pass smtp.mailfrom=example.net",
            "example.com : spf=pass smtp.mailfrom=example.net",
        ),
        (
            "example.com;\n          auth=pass (cram-md5) smtp.auth=sender@example.net;\n          \
             spf=pass smtp.mailfrom=example.net",
            "example.com : auth=pass smtp.auth=sender@example.net spf=pass smtp.mailfrom=example.net",
        ),
        (
            "example.com; iprev=pass\n          policy.iprev=192.0.2.200",
            "example.com : iprev=pass policy.iprev=192.0.2.200",
        ),
        (
            "example.com;\n      dkim=pass reason=\"good signature\"\n        header.i=@mail-router.example.net;\n      \
             dkim=fail reason=\"bad signature\"\n        header.i=@newyork.example.com",
            "example.com : dkim=pass (good signature) header.i=@mail-router.example.net \
             dkim=fail (bad signature) header.i=@newyork.example.com",
        ),
    ] {
        let mail = format!("Authentication-Results: {value}\n\n");
        let message = Message::parse(&mail[..]);
        let field = message.root().field("Authentication-Results").unwrap();
        let read = field.authentication_results();
        let version = read.version.unwrap_or_default();
        let mut said = format!("{} {version}:", read.server);
        for result in read.results {
            said.push_str(&format!(" {}={}", result.method, result.result));
            if let Some(reason) = result.reason {
                said.push_str(&format!(" ({reason})"));
            }
            for (name, value) in result.properties {
                said.push_str(&format!(" {name}={value}"));
            }
        }
        assert_eq!(said, wanted, "{value}");
    }
}

#[test]
fn rfc6376_s3_5_a_signature() {
    let message = Message::parse(
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=brisbane;\r\n   c=simple; q=dns/txt; i=@eng.example.net;\r\n   \
        t=1117574938; x=1118006938;\r\n   h=from:to:subject:date;\r\n   z=From:foo@eng.example.net|To:joe@example.com|\r\n    \
        Subject:demo=20run|Date:July=205,=202005=203:44:08=20PM=20-0700;\r\n   \
        bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=;\r\n   \
        b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n\r\n",
    );
    let tags = message.root().field("DKIM-Signature").unwrap().tags();
    assert_eq!(tags.get("d"), Some("example.net"));
    assert_eq!(tags.list("h"), ["from", "to", "subject", "date"]);
    assert_eq!(
        tags.compact("bh").as_deref(),
        Some("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=")
    );
    assert_eq!(tags.iter().count(), 13);
}

#[test]
fn rfc3676_s4_flowed_text() {
    let written = "`Take some more tea,' the March Hare said to Alice, \r\nvery earnestly.\r\n\r\n\
        `I've had nothing yet,' Alice replied in an offended \r\ntone, `so I can't take more.'\r\n";
    assert_eq!(
        flowed::decode(written, false),
        "`Take some more tea,' the March Hare said to Alice, very earnestly.\r\n\r\n\
        `I've had nothing yet,' Alice replied in an offended tone, `so I can't take more.'\r\n"
    );
}

/// What is wrong with a header is told, and nothing of it is lost.
#[test]
fn rfc7103_s7_headers_gone_wrong() {
    const FRONT: &str =
        "From: user@example.com\nTo: userpal@example.net\nSubject: This is your reminder\n";
    const BACK: &str = "Date: Wed, 20 Oct 2010 20:53:35 -0400\n\nDon't forget to meet us for the tailgate party!\n";
    for (middle, code) in [
        // §7.2: it was meant to go on, and a field of its own it stays: no reader is sure of it.
        (
            "about the football game tonight\n",
            Some(ProblemCode::FieldWithoutColon),
        ),
        // §7.3
        (" \n about the football game tonight\n", None),
        // §7.4
        (
            "MIME-Version : 1.0\nContent-Type: text/plain\n",
            Some(ProblemCode::SpaceBeforeColon),
        ),
        // §7.5.1
        (
            "Subject: 4pm Today -- Staff Meeting\n",
            Some(ProblemCode::DuplicateField),
        ),
        (
            "From: vice-president@example.com\n",
            Some(ProblemCode::DuplicateField),
        ),
    ] {
        let mail = [FRONT, middle, BACK].concat();
        let message = Message::parse(&mail);
        let told: Vec<_> = message.problems().iter().map(|p| p.code()).collect();
        let known: Vec<_> = code.into_iter().chain([ProblemCode::BareLf]).collect();
        assert!(
            known.iter().all(|code| told.contains(code)),
            "{middle}: {told:?}"
        );
        assert_eq!(told.len(), known.len(), "{middle}: {told:?}");
        let root = message.root();
        let kept: Vec<u8> = root
            .fields()
            .flat_map(|field| field.raw())
            .copied()
            .collect();
        assert_eq!(
            kept,
            &mail.as_bytes()[..FRONT.len() + middle.len() + BACK.find("\n\n").unwrap() + 1]
        );
        assert_eq!(date(&mail), "Wed, 20 Oct 2010 20:53:35 -0400");
        let text = message.text().unwrap();
        assert_eq!(text, "Don't forget to meet us for the tailgate party!\n");
        let subjects: Vec<_> = root
            .fields_named("Subject")
            .map(|field| field.text())
            .collect();
        assert!(
            subjects[0].starts_with("This is your reminder"),
            "{subjects:?}"
        );
    }
    // §7.1: what was mended in an address is told.
    for to in [
        "<<<user2@example.org>>>",
        "<another@example.net",
        "second@example.org>",
        "(Testing <fran@example.com>",
        "<third@example.net, fourth@example.net>",
        "\"Joe <joe@example.com>",
    ] {
        let mail = [FRONT, "Cc: ", to, "\n", BACK].concat();
        let message = Message::parse(&mail);
        let odd = message.problems();
        assert!(
            odd.iter().any(|p| p.code() == ProblemCode::OddAddress),
            "{to}: {odd:?}"
        );
        assert!(message.cc().count() > 0);
    }
    // §7.6 and §7.7: octets without a charset.
    let mail = b"Subject: caf\xe9\n\ncaf\xe9 \xc3\xa9\n";
    let message = Message::parse(&mail[..]);
    assert_eq!(message.subject().as_deref(), Some("caf\u{e9}"));
    // §8.1: a message without MIME-Version is read as one of MIME.
    let message =
        Message::parse("Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+\n");
    assert_eq!(message.html().as_deref(), Some("<p>"));
    // §8.2: an encoding that is none leaves the octets.
    let message = Message::parse("Content-Transfer-Encoding: surprise\n\nPHA+\n");
    assert_eq!(message.root().body().as_ref(), b"PHA+\n");
}
