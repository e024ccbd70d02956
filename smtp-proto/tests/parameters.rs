//! Every parameter of MAIL and RCPT, and every command of the extensions, both ways.

use bytes::Bytes;
use mailweft_address::Address;
use mailweft_smtp::{
    Attribute, Auth, Bdat, BodyType, Burl, ByMode, Command, DateTime, DeliverBy, FindingKind, Mail,
    MailParam, Mechanism, Notify, OriginalRecipient, Printable, Priority, Rcpt, RcptParam, Ret,
    RrvsAction, Seconds, Solicitation, Tolerance, Tracking, TransactionId, ValidSince, Word,
};

fn address(address: &str) -> Address {
    Address::parse(address).unwrap()
}

#[track_caller]
fn mail(text: &str, param: MailParam) {
    assert_eq!(text.parse::<MailParam>(), Ok(param.clone()), "{text}");
    assert_eq!(param.to_string(), text);
    let line = format!("MAIL FROM:<a@b.example> {text}");
    let command = Command::Mail(Mail::new(address("a@b.example")).with(param));
    assert_eq!(Command::parse(&line), Ok(command.clone()));
    assert_eq!(command.to_string(), line);
    let lower = format!("mail from:<a@b.example> {}", text.to_ascii_lowercase());
    assert!(Command::parse(lower).is_ok(), "{text}");
}

#[track_caller]
fn rcpt(text: &str, param: RcptParam) {
    assert_eq!(text.parse::<RcptParam>(), Ok(param.clone()), "{text}");
    assert_eq!(param.to_string(), text);
    let line = format!("RCPT TO:<a@b.example> {text}");
    let command = Command::Rcpt(Rcpt::new(address("a@b.example")).with(param));
    assert_eq!(Command::parse(&line), Ok(command.clone()));
    assert_eq!(command.to_string(), line);
}

#[track_caller]
fn no_mail(params: &[&str]) {
    for param in params {
        assert!(param.parse::<MailParam>().is_err(), "{param}");
        assert!(
            Command::parse(format!("MAIL FROM:<a@b.example> {param}")).is_err(),
            "{param}"
        );
    }
}

#[track_caller]
fn no_rcpt(params: &[&str]) {
    for param in params {
        assert!(param.parse::<RcptParam>().is_err(), "{param}");
    }
}

fn printable(text: &'static str) -> Printable {
    Printable::from_static(text).unwrap()
}

/// SIZE.
#[test]
fn rfc1870() {
    mail("SIZE=0", MailParam::Size(0));
    mail("SIZE=18446744073709551615", MailParam::Size(u64::MAX));
    no_mail(&[
        "SIZE",
        "SIZE=",
        "SIZE=-1",
        "SIZE=1k",
        "SIZE=18446744073709551616",
        "SIZE=000000000000000000001",
    ]);
}

/// BODY.
#[test]
fn rfc6152_rfc3030() {
    mail("BODY=7BIT", MailParam::Body(BodyType::SevenBit));
    mail("BODY=8BITMIME", MailParam::Body(BodyType::EightBitMime));
    mail("BODY=BINARYMIME", MailParam::Body(BodyType::BinaryMime));
    no_mail(&["BODY", "BODY=", "BODY=8BIT"]);
    for (line, bdat) in [
        ("BDAT 0 LAST", Bdat::new(0, true)),
        ("BDAT 18446744073709551615", Bdat::new(u64::MAX, false)),
    ] {
        assert_eq!(Command::parse(line), Ok(Command::Bdat(bdat)));
        assert_eq!(Command::Bdat(bdat).to_string(), line);
    }
    for line in [
        "BDAT",
        "BDAT ",
        "BDAT x",
        "BDAT -1",
        "BDAT 1x",
        "BDAT 1 FIRST",
        "BDAT 1 LAST x",
        "BDAT 184467440737095516155",
    ] {
        assert!(Command::parse(line).is_err(), "{line}");
    }
}

/// RET, ENVID, NOTIFY, ORCPT.
#[test]
fn rfc3461() {
    mail("RET=FULL", MailParam::Ret(Ret::Full));
    mail("RET=HDRS", MailParam::Ret(Ret::Headers));
    mail("ENVID=QQ314159", MailParam::EnvId(printable("QQ314159")));
    mail(
        "ENVID=a+20b+2Bc+3Dd",
        MailParam::EnvId(printable("a b+c=d")),
    );
    no_mail(&[
        "RET=SOME",
        "RET",
        "ENVID",
        "ENVID=+",
        "ENVID=+0",
        "ENVID=+0G",
        "ENVID=+0A",
        "ENVID=+0D",
        "ENVID=+00",
        "ENVID=+7F",
        "ENVID=+C3",
    ]);
    no_mail(&[&format!("ENVID={}", "x".repeat(101))]);
    rcpt("NOTIFY=NEVER", RcptParam::Notify(Notify::NEVER));
    rcpt(
        "NOTIFY=SUCCESS,FAILURE,DELAY",
        RcptParam::Notify(Notify::SUCCESS.and(Notify::FAILURE).and(Notify::DELAY)),
    );
    no_rcpt(&[
        "NOTIFY",
        "NOTIFY=",
        "NOTIFY=SOMETIMES",
        "NOTIFY=SUCCESS,",
        "NOTIFY=NEVER,SUCCESS",
    ]);
    let line = Bytes::from_static(b"RCPT TO:<a@b.example> NOTIFY=NEVER,SUCCESS");
    let (command, findings) = Command::read(&line, Tolerance::Interop).unwrap();
    assert_eq!(findings[0].kind(), FindingKind::NeverAndMore);
    assert_eq!(command.to_string(), "RCPT TO:<a@b.example> NOTIFY=SUCCESS");
    let orcpt = |kind: &'static str, address: &'static str| {
        RcptParam::OriginalRecipient(OriginalRecipient::new(kind, address).unwrap())
    };
    rcpt(
        "ORCPT=rfc822;Bob@Example.COM",
        orcpt("rfc822", "Bob@Example.COM"),
    );
    rcpt(
        "ORCPT=rfc822;\"a+20b\"@c.example",
        orcpt("rfc822", "\"a b\"@c.example"),
    );
    rcpt("ORCPT=x400;/C+3DUS/", orcpt("x400", "/C=US/"));
    no_rcpt(&[
        "ORCPT",
        "ORCPT=",
        "ORCPT=rfc822",
        "ORCPT=;x",
        "ORCPT=rfc822;",
        "ORCPT=rfc822;a+0Ab",
        "ORCPT=rfc822;+",
    ]);
}

/// ORCPT of addresses that are not ASCII.
#[test]
fn rfc6533() {
    let orcpt =
        RcptParam::OriginalRecipient(OriginalRecipient::new("utf-8", "jörg@example.org").unwrap());
    rcpt("ORCPT=utf-8;j\\x{F6}rg@example.org", orcpt);
    for form in [
        "ORCPT=utf-8;jörg@example.org",
        "ORCPT=utf-8;j\\x{f6}rg@example.org",
        "ORCPT=UTF-8;jörg@example.org",
    ] {
        assert!(form.parse::<RcptParam>().is_ok(), "{form}");
    }
    rcpt(
        "ORCPT=utf-8;a\\x{2B}b\\x{5C}c\\x{3D}\\x{1F600}@example.org",
        RcptParam::OriginalRecipient(
            OriginalRecipient::new("utf-8", "a+b\\c=😀@example.org").unwrap(),
        ),
    );
    no_rcpt(&[
        "ORCPT=utf-8;a\\x{0A}b",
        "ORCPT=utf-8;a\\x{}b",
        "ORCPT=utf-8;a\\x{D800}b",
        "ORCPT=utf-8;a\\x{110000}b",
        "ORCPT=utf-8;a\\xb",
        "ORCPT=utf-8;a=b",
        "ORCPT=utf-8;a\\x{41",
        "ORCPT=rfc822;jörg@example.org",
    ]);
    assert!(OriginalRecipient::new("rfc822", "jörg@example.org").is_err());
}

/// AUTH=.
#[test]
fn rfc4954_s5() {
    mail("AUTH=<>", MailParam::Auth(None));
    mail(
        "AUTH=e+3Dmc2@example.com",
        MailParam::Auth(Some(printable("e=mc2@example.com"))),
    );
    no_mail(&["AUTH", "AUTH=", "AUTH=a+0Ab"]);
}

/// BY.
#[test]
fn rfc2852() {
    mail(
        "BY=120;R",
        MailParam::By(DeliverBy::new(120, ByMode::Return).unwrap()),
    );
    mail(
        "BY=-5;NT",
        MailParam::By(DeliverBy::new(-5, ByMode::Notify).unwrap().with_trace()),
    );
    assert!("BY=+98;RT".parse::<MailParam>().is_ok());
    no_mail(&[
        "BY",
        "BY=",
        "BY=120",
        "BY=;R",
        "BY=0;R",
        "BY=-1;R",
        "BY=1;X",
        "BY=1;TR",
        "BY=1000000000;N",
        "BY=1;",
        "BY=--1;N",
    ]);
}

/// HOLDFOR and HOLDUNTIL.
#[test]
fn rfc4865() {
    mail(
        "HOLDFOR=86400",
        MailParam::HoldFor(Seconds::new(86_400).unwrap()),
    );
    let until = DateTime::from_static("2026-12-31T23:59:59Z").unwrap();
    mail(
        "HOLDUNTIL=2026-12-31T23:59:59Z",
        MailParam::HoldUntil(until),
    );
    no_mail(&[
        "HOLDFOR",
        "HOLDFOR=x",
        "HOLDFOR=1000000000",
        "HOLDUNTIL=soon",
        "HOLDUNTIL=2026-12-31",
        "HOLDUNTIL=",
    ]);
}

/// MT-PRIORITY.
#[test]
fn rfc6710() {
    for priority in -9..=9 {
        mail(
            &format!("MT-PRIORITY={priority}"),
            MailParam::MtPriority(Priority::new(priority).unwrap()),
        );
    }
    no_mail(&[
        "MT-PRIORITY",
        "MT-PRIORITY=10",
        "MT-PRIORITY=-10",
        "MT-PRIORITY=-0",
        "MT-PRIORITY=+1",
        "MT-PRIORITY=00",
    ]);
}

/// Parameters that are one word, and the rest.
#[test]
fn other_parameters() {
    mail("SMTPUTF8", MailParam::SmtpUtf8);
    mail("REQUIRETLS", MailParam::RequireTls);
    mail("CONPERM", MailParam::ConPerm);
    rcpt("CONNEG", RcptParam::ConNeg);
    no_mail(&["SMTPUTF8=1", "REQUIRETLS=yes", "CONPERM="]);
    no_rcpt(&["CONNEG=x"]);
    mail(
        "MTRK=LiKx+/==",
        MailParam::Mtrk(Tracking::new("LiKx+/==", None).unwrap()),
    );
    mail(
        "MTRK=abcd:60",
        MailParam::Mtrk(Tracking::new("abcd", Some(Seconds::new(60).unwrap())).unwrap()),
    );
    no_mail(&["MTRK", "MTRK=", "MTRK=abcd:", "MTRK=abcd:x", "MTRK=<>"]);
    mail(
        "SOLICIT=org.example:ADV:ADLT",
        MailParam::Solicit(Solicitation::new("org.example:ADV:ADLT").unwrap()),
    );
    no_mail(&["SOLICIT", "SOLICIT=", "SOLICIT=<x>"]);
    mail(
        "SUBMITTER=alice@example.com",
        MailParam::Submitter(address("alice@example.com")),
    );
    mail(
        "SUBMITTER=a+2Bb@example.com",
        MailParam::Submitter(address("a+b@example.com")),
    );
    no_mail(&["SUBMITTER", "SUBMITTER=alice", "SUBMITTER=<a@b.example>"]);
    let id = TransactionId::from_static("<12345@claremont.example>").unwrap();
    mail("TRANSID=<12345@claremont.example>", MailParam::TransId(id));
    no_mail(&["TRANSID", "TRANSID=12345"]);
    let since = DateTime::from_static("2014-04-03T23:01:00Z").unwrap();
    rcpt(
        "RRVS=2014-04-03T23:01:00Z",
        RcptParam::ValidSince(ValidSince::new(since.clone(), None)),
    );
    rcpt(
        "RRVS=2014-04-03T23:01:00Z;C",
        RcptParam::ValidSince(ValidSince::new(since.clone(), Some(RrvsAction::Continue))),
    );
    rcpt(
        "RRVS=2014-04-03T23:01:00Z;R",
        RcptParam::ValidSince(ValidSince::new(since, Some(RrvsAction::Reject))),
    );
    no_rcpt(&[
        "RRVS",
        "RRVS=x",
        "RRVS=2014-04-03T23:01:00Z;",
        "RRVS=2014-04-03T23:01:00Z;X",
    ]);
    // What is not known is kept, with and without a value.
    let line = "RCPT TO:<a@b.example> XFOO=b=r";
    assert!(Command::parse(line).is_err());
    let line = "RCPT TO:<a@b.example> XFOO=bar YBAR";
    assert_eq!(Command::parse(line).unwrap().to_string(), line);
}

/// Commands of the extensions.
#[test]
fn commands_both_ways() {
    let word = |word| Word::from_static(word).unwrap();
    let attribute = |name, value| Attribute::new(name, value).unwrap();
    for (line, command) in [
        ("STARTTLS", Command::StartTls),
        (
            "AUTH LOGIN",
            Command::Auth(Auth::new(Mechanism::LOGIN, None)),
        ),
        (
            "AUTH EXTERNAL =",
            Command::Auth(Auth::new(Mechanism::EXTERNAL, Some("".into()))),
        ),
        (
            "AUTH PLAIN AHUAcA==",
            Command::Auth(Auth::new(Mechanism::PLAIN, Some("\0u\0p".into()))),
        ),
        (
            "AUTH X_OWN-1",
            Command::Auth(Auth::new(Mechanism::new("X_OWN-1").unwrap(), None)),
        ),
        ("ETRN @example.org", Command::Etrn(word("@example.org"))),
        ("ETRN #queue", Command::Etrn(word("#queue"))),
        ("ATRN", Command::Atrn(vec![])),
        (
            "ATRN a.example,b.example",
            Command::Atrn(vec![word("a.example"), word("b.example")]),
        ),
        (
            "BURL imap://x/y LAST",
            Command::Burl(Burl::new("imap://x/y", true).unwrap()),
        ),
        (
            "XCLIENT NAME=spike.porcupine.example ADDR=168.100.189.2 LOGIN=[UNAVAILABLE]",
            Command::Xclient(vec![
                attribute("NAME", "spike.porcupine.example"),
                attribute("ADDR", "168.100.189.2"),
                attribute("LOGIN", Attribute::UNAVAILABLE),
            ]),
        ),
        (
            "XFORWARD HELO=a+20b+2Bc",
            Command::Xforward(vec![attribute("HELO", "a b+c")]),
        ),
    ] {
        assert_eq!(Command::parse(line), Ok(command.clone()), "{line}");
        assert_eq!(command.to_string(), line);
    }
    for line in [
        "STARTTLS now",
        "AUTH",
        "AUTH \x0b",
        "AUTH PL@IN",
        "AUTH PLAIN *",
        "AUTH PLAIN AHUAcA=",
        "AUTH PLAIN AHUAc",
        "AUTH PLAIN A B",
        "AUTH ABCDEFGHIJKLMNOPQRSTU",
        "ETRN",
        "ETRN a b",
        "ATRN a,,b",
        "ATRN a,",
        "BURL",
        "BURL imap://x y",
        "XCLIENT",
        "XCLIENT NAME",
        "XCLIENT =x",
        "XCLIENT NAME=a+0D+0Ab",
        "AUTH PLAIN AHUAcB==",
    ] {
        assert!(Command::parse(line).is_err(), "{line}");
    }
}
