//! Whole messages out of the RFCs, in `tests/data/rfcs`: what a person would say they hold.

use mailweft_mime::{Action, Canonicalization, Message, Part, ProblemCode, Report, Role};

macro_rules! mail {
    ($name:literal) => {
        Message::parse(&include_bytes!(concat!("data/rfcs/", $name, ".eml"))[..])
    };
}

/// Each part in a line: its depth, type and role, and where HTML finds it.
fn outline<B: AsRef<[u8]>>(message: &Message<B>) -> String {
    let roles = message.roles();
    let line = |(part, role): (Part<'_>, Role)| {
        let mut line = format!(
            "{}{} {role:?}",
            "  ".repeat(part.depth() as usize),
            part.content_type().media_type()
        );
        for place in [
            part.content_id().map(|id| id.to_string()),
            part.location(),
            part.file_name(),
        ] {
            line.extend(place.map(|place| format!(" {place}")));
        }
        line
    };
    let lines: Vec<_> = message.parts().zip(roles).map(line).collect();
    lines.join("\n")
}

#[test]
fn rfc2046_s5_2_2_a_fragment() {
    let message = mail!("2046-5.2.2.2");
    let partial = message.root().partial().unwrap();
    assert_eq!(
        (partial.id.as_str(), partial.number, partial.total),
        ("ABC@host.com", 1, Some(2))
    );
    // The piece of the message that was cut is the body as it stands.
    let inner = Message::parse(message.root().raw_body());
    assert_eq!(inner.subject().as_deref(), Some("Audio mail"));
    assert_eq!(outline(&message), "message/partial Attachment");
}

/// The last of them forgot a semicolon.
#[test]
fn rfc2046_s5_2_3_bodies_elsewhere() {
    let message = mail!("2046-5.2.3.7");
    let told: Vec<String> = message
        .parts()
        .filter_map(|part| {
            let body = part.external_body()?;
            let get = |name| body.param(name).unwrap_or_default();
            let phantom = Message::parse(part.raw_body());
            Some(format!(
                "{} {}{}{} until {} is {}",
                body.access_type,
                get("site"),
                get("name"),
                get("server"),
                body.expiration?,
                phantom.root().content_type().media_type()
            ))
        })
        .collect();
    assert_eq!(
        told,
        [
            "ANON-FTP thumper.bellcore.comBodyFormats.ps until Fri, 14 Jun 1991 19:13:14 -0400 is application/postscript",
            "local-file thumper.bellcore.com/u/nsb/writing/rfcs/RFC-MIME.ps until Fri, 14 Jun 1991 19:13:14 -0400 \
             is application/postscript",
            "mail-server listserv@bogus.bitnet until Fri, 14 Jun 1991 19:13:14 -0400 is application/postscript",
        ]
    );
}

#[test]
fn rfc2557_s9_pages_and_their_pictures() {
    for (message, expected) in [
        (
            mail!("2557-9.2"),
            "multipart/related Container\n  text/html Body <foo3@foo1@bar.net>\n  \
             IMAGE/GIF Inline http://www.ietf.cnri.reston.va.us/images/ietflogo.gif",
        ),
        (
            mail!("2557-9.3"),
            "multipart/related Container http://www.ietf.cnri.reston.va.us/\n  text/html Body\n  \
             IMAGE/GIF Inline http://www.ietf.cnri.reston.va.us/images/ietflogo1.gif\n  \
             text/plain Inline images/ietflogo2.gif\n  \
             text/plain Inline http://www.ietf.cnri.reston.va.us/images/ietflogo3.gif",
        ),
        (
            mail!("2557-9.4"),
            "multipart/related Container\n  text/html Body\n  IMAGE/GIF Inline ietflogo.gif",
        ),
        (
            mail!("2557-9.5"),
            "multipart/related Container\n  text/html Body\n  \
             IMAGE/GIF Inline <foo4@foo1@bar.net> CID:something@else;thisheaderisdisregarded",
        ),
    ] {
        assert_eq!(outline(&message), expected);
        let root = message.root().related_root().unwrap();
        assert_eq!(message.html().as_deref(), Some(&*root.text()));
        assert!(message.text().is_none());
        let picture = message.root().child(1).unwrap();
        assert!(picture.body().starts_with(b"GIF89a"));
    }
    // §9.6: two of its headers end with the first boundary line of what they describe, as the RFC prints them.
    let nested = mail!("2557-9.6");
    assert_eq!(
        outline(&nested),
        "multipart/related Container\n  text/html Body <foo3@foo1@bar.net>\n  \
         IMAGE/GIF Inline http://www.ietf.cnri.reston.va.us/images/ietflogo.gif\n  \
         multipart/related Container http://www.ietf.cnri.reston.va.us/more-info\n    text/html Body <foo4@foo1@bar.net>\n    \
         IMAGE/GIF Inline http:images/ietflogo2.gif\n  \
         multipart/related Container http://www.ietf.cnri.reston.va.us/even-more-info\n    text/html Body <4@foo@bar.net>\n    \
         IMAGE/GIF Inline http:images/ietflogo2d.gif"
    );
    let told = nested.problems();
    let cut = told
        .iter()
        .filter(|p| p.code() == ProblemCode::MissingBlankLine);
    assert_eq!(cut.count(), 2);
    let page = mail!("2557-9.3").html().unwrap();
    assert!(page.contains("Quoted-Printable: \u{a9}\n"), "{page}");
}

#[test]
fn rfc2919_s3_identifiers_of_lists() {
    for (field, name, id) in [
        (
            "List Header Mailing List <list-header.nisto.com>",
            "List Header Mailing List",
            "list-header.nisto.com",
        ),
        (
            "<commonspace-users.list-id.within.com>",
            "",
            "commonspace-users.list-id.within.com",
        ),
        (
            "\"Lena's Personal Joke List\"\r\n         <lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost>",
            "Lena's Personal Joke List",
            "lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost",
        ),
        (
            "\"An internal CMU List\" <0Jks9449.list-id.cmu.edu>",
            "An internal CMU List",
            "0Jks9449.list-id.cmu.edu",
        ),
        (
            "<da39efc25c530ad145d41b86f7420c3b.052000.localhost>",
            "",
            "da39efc25c530ad145d41b86f7420c3b.052000.localhost",
        ),
    ] {
        let mail = format!("List-Id: {field}\r\n\r\n");
        let list = Message::parse(&mail).root().list_info();
        assert_eq!(list.name.as_deref().unwrap_or_default(), name);
        assert_eq!(list.id.as_deref(), Some(id));
    }
}

#[test]
fn rfc3156_s4_and_s5_encrypted_and_signed() {
    let message = mail!("3156-4");
    assert_eq!(
        outline(&message),
        "multipart/encrypted Container\n  application/pgp-encrypted Attachment\n  application/octet-stream Attachment"
    );
    let control = message.root().child(0).unwrap();
    assert_eq!(control.text(), "Version: 1\n");

    let mut signed = String::from_utf8(include_bytes!("data/rfcs/3156-5.eml").to_vec()).unwrap();
    // The RFC prints a line too many, which would be the end of the header of the signature.
    signed = signed.replace("--bar\n\nContent-Type", "--bar\nContent-Type");
    let message = Message::parse(&signed);
    let text = message.root().child(0).unwrap();
    assert!(text.text().starts_with("\u{a1}Hola!\n\nDid you"));
    assert!(text.text().contains("From because"));
    // What is signed: from the first octet of the header to the line end before the delimiter, in CRLF.
    let octets = text.raw();
    assert!(octets.starts_with(b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer"));
    assert!(octets.ends_with(b"=20\n\nme\n"));
    let signature = message.root().child(1).unwrap();
    assert!(signature.content_type().is("application", "pgp-signature"));
}

#[test]
fn rfc3461_s10_what_became_of_alices_mail() {
    for (message, action, status, address, reason) in [
        (
            mail!("3461-10.6"),
            Action::Delivered,
            "2.0.0",
            "Bob@Example.COM",
            None,
        ),
        (
            mail!("3461-10.7"),
            Action::Failed,
            "5.0.0",
            "Carol@Ivory.EDU",
            Some("550 error - no such recipient"),
        ),
        (
            mail!("3461-10.9"),
            Action::Failed,
            "4.2.2",
            "Sam@Boondoggle.GOV",
            None,
        ),
    ] {
        let Some(Report::Delivery(report)) = message.report() else {
            panic!("no report for {address}");
        };
        assert_eq!(report.original_envelope_id.as_deref(), Some("QQ314159"));
        let [recipient] = report.recipients.as_slice() else {
            panic!("{:?}", report.recipients);
        };
        assert_eq!(recipient.action, action);
        assert_eq!(recipient.status.unwrap().to_string(), status);
        assert_eq!(recipient.final_recipient.as_ref().unwrap().text(), address);
        assert_eq!(recipient.diagnostic.as_ref().map(|d| d.text()), reason);
    }
}

#[test]
fn rfc6591_sb_1_a_signature_failed() {
    let message = mail!("6591-b.1");
    let Some(Report::Feedback(report)) = message.report() else {
        panic!("no feedback");
    };
    assert_eq!(report.feedback_type, "auth-failure");
    assert_eq!(message.bounce(), None);
    for (name, value) in [
        ("Auth-Failure", "bodyhash"),
        ("DKIM-Domain", "sender.example"),
        ("DKIM-Identity", "@sender.example"),
        ("DKIM-Selector", "testkey"),
        ("Source-IP", "192.0.2.1"),
        ("Original-Envelope-Id", "o3F52gxO029144"),
        ("Arrival-Date", "8 Oct 2011 20:15:58 +0000 (GMT)"),
        ("Reported-URI", "http://www.sender.example/"),
    ] {
        assert_eq!(report.get(name), Some(value));
    }
}

/// A message that list managers took apart and put together.
#[test]
fn rfc8621_s4_1_4_body_lists() {
    let leaf = |content_type: &str, disposition: &str, name: &str| {
        let disposition = match disposition {
            "" => String::new(),
            kind => format!("Content-Disposition: {kind}\n"),
        };
        format!("Content-Type: {content_type}\n{disposition}Content-ID: <{name}@x>\n\n{name}\n")
    };
    let multi = |subtype: &str, boundary: &str, parts: &[String]| {
        let mut mail = format!("Content-Type: multipart/{subtype}; boundary={boundary}\n\n");
        for part in parts {
            mail.push_str(&format!("--{boundary}\n{part}"));
        }
        mail.push_str(&format!("--{boundary}--\n"));
        mail
    };
    let inline = |kind, name| leaf(kind, "inline", name);
    let mail = multi(
        "mixed",
        "0",
        &[
            inline("text/plain", "A"),
            multi(
                "mixed",
                "1",
                &[
                    multi(
                        "alternative",
                        "2",
                        &[
                            multi(
                                "mixed",
                                "3",
                                &[
                                    inline("text/plain", "B"),
                                    inline("image/jpeg", "C"),
                                    inline("text/plain", "D"),
                                ],
                            ),
                            multi(
                                "related",
                                "4",
                                &[leaf("text/html", "", "E"), leaf("image/jpeg", "", "F")],
                            ),
                        ],
                    ),
                    leaf("image/jpeg", "attachment", "G"),
                    leaf("application/x-excel", "", "H"),
                    leaf("message/rfc822", "", "J"),
                ],
            ),
            inline("text/plain", "K"),
        ],
    );
    let message = Message::parse(&mail);
    let bodies = message.bodies();
    let names = |parts: &[Part<'_>]| -> String {
        let name = |part: &Part<'_>| part.content_id().map(|id| id.as_str()[..1].to_owned());
        parts.iter().filter_map(name).collect()
    };
    assert_eq!(names(&bodies.text), "ABCDK");
    assert_eq!(names(&bodies.html), "AEK");
    assert_eq!(names(&bodies.attachments), "CFGHJ");
}

#[test]
fn rfc8617_sb_three_sets() {
    let message = mail!("8617-b");
    let root = message.root();
    let seals: Vec<_> = root
        .fields_named("ARC-Seal")
        .map(|field| field.tags())
        .collect();
    let sealed = |tag| -> Vec<_> { seals.iter().map(|tags| tags.get(tag).unwrap()).collect() };
    assert_eq!(sealed("i"), ["3", "2", "1"]);
    assert_eq!(sealed("cv"), ["pass", "pass", "none"]);
    assert_eq!(
        sealed("d"),
        [
            "clochette.example.org",
            "gmail.example",
            "lists.example.org"
        ]
    );
    let signature = seals[2].compact("b").unwrap();
    assert!(signature.ends_with("Ml0biqduZJeOYh6+0zhwQ8u/lHxLi21pxu347isLSuNtvIagIvAQna9a5A=="));
    let results: Vec<_> = root
        .fields_named("ARC-Authentication-Results")
        .map(|field| field.authentication_results())
        .map(|results| {
            let methods = results
                .results
                .iter()
                .map(|r| format!("{}={}", r.method, r.result));
            (
                results.instance.unwrap(),
                methods.collect::<Vec<_>>().join(" "),
            )
        })
        .collect();
    assert_eq!(
        results,
        [
            (3, "spf=fail dkim=fail dmarc=fail arc=pass".to_owned()),
            (2, "spf=fail dkim=fail dmarc=fail arc=pass".to_owned()),
            (1, "spf=pass dkim=pass dmarc=pass".to_owned()),
        ]
    );
    let hops: Vec<_> = root
        .received()
        .iter()
        .map(|hop| hop.ip.map(|ip| ip.to_string()).unwrap_or_default())
        .collect();
    assert_eq!(
        hops,
        [
            "208.69.40.157",
            "72.52.75.15",
            "2001:db8::1a",
            "208.69.40.157"
        ]
    );
    // That day was a Wednesday.
    assert!(
        message
            .problems()
            .iter()
            .any(|p| p.code() == ProblemCode::BadDate)
    );
    // RFC 6376 §3.4.4: the body that the signatures are made of.
    let body: Vec<u8> = root
        .canonical_body(Canonicalization::Relaxed)
        .flatten()
        .copied()
        .collect();
    assert_eq!(body, b"Hey gang,\r\nThis is a test message.\r\n--J.\r\n");
}
