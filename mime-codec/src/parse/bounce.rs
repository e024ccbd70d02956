//! Bounces: reports in their standard form, and what systems write in place of one.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use mailweft_address::{Address, Level};

use super::words::decode_text;
use crate::types::{
    bounce::{Bounce, BouncedRecipient},
    message::Message,
    part::Part,
    part_kind::PartKind,
    report::{
        Action, Agency, DeliveryReport, DispositionKind, DispositionReport, RecipientReport,
        Report, StatusCode, TypedText,
    },
};

/// What a text says of a delivery that is still tried. The last word of some of them is that it is not.
const WAITS: [&str; 10] = [
    "not yet been delivered",
    "not been delivered yet",
    "not yet delivered",
    "warning message only",
    "has been delayed",
    "will be retried",
    "attempts will continue",
    "will continue to attempt",
    "will continue to try",
    "we will keep trying",
];

/// How much of a text is looked at, and how many recipients are taken out of it.
const LONGEST: usize = 64 * 1024;
const MOST: usize = 100;

impl<B: AsRef<[u8]>> Message<B> {
    /// What the message says as a bounce: who was not reached, and why. None where it names nobody.
    ///
    /// A delivery report (RFC 3464) is taken at its word, and completed out of the text for people. Where there
    /// is none, the text is searched for addresses, status codes and replies of SMTP. It does not tell whether a
    /// message *is* a bounce: ask it of mail with the null return path, or sent to an address for bounces. A report of
    /// another kind, of abuse (RFC 5965) or of what became of a message that was delivered (RFC 8098), is none; but a
    /// program that deleted a message refused it, as RFC 5429 §2.2.1 has it.
    ///
    /// ```
    /// use mailweft_mime::{Action, Message, StatusCode};
    ///
    /// let message = Message::parse(concat!(
    ///     "From: MAILER-DAEMON@example.net\r\nSubject: failure notice\r\n\r\n",
    ///     "I'm afraid I wasn't able to deliver your message.\r\n\r\n",
    ///     "<ann@example.org>:\r\n550 5.1.1 no such user\r\n",
    /// ));
    /// let bounce = message.bounce().unwrap();
    /// assert_eq!(bounce.recipients[0].address.as_str(), "ann@example.org");
    /// assert_eq!(bounce.recipients[0].status, Some(StatusCode::new(5, 1, 1)));
    /// assert_eq!(bounce.recipients[0].action, Action::Failed);
    /// ```
    #[must_use]
    pub fn bounce(&self) -> Option<Bounce> {
        // Line ends of a bare CR are no line ends; but a file may have been kept on a system where they were.
        if memchr::memchr(b'\n', self.bytes()).is_none()
            && memchr::memchr(b'\r', self.bytes()).is_some()
        {
            let mended: Vec<u8> = self
                .bytes()
                .iter()
                .map(|&b| if b == b'\r' { b'\n' } else { b })
                .collect();
            return Message::parse(mended).bounce();
        }
        let report = match self.report() {
            Some(Report::Delivery(report)) => report,
            Some(Report::Disposition(report)) => return self.refused(&report),
            Some(Report::Feedback(_)) => return None,
            // A report whose multipart fell apart is still there, as text.
            None => DeliveryReport::read(original_cut(self.root().raw_body())),
        };
        let text = self.bounce_text();
        let mut bounce = Bounce::default();
        for recipient in report.recipients.iter().take(MOST) {
            bounce.recipients.extend(reported(recipient, &text));
        }
        if bounce.recipients.is_empty() {
            bounce.guessed = true;
            let failed = self
                .root()
                .addresses("X-Failed-Recipients")
                .map(|named| named.to_address());
            let mut named: Vec<Address> = failed.take(MOST).collect();
            if named.is_empty() {
                named = self.addresses_of(&text);
            }
            if named.is_empty() {
                named = self.returned_recipients();
            }
            bounce.recipients = named
                .into_iter()
                .map(|address| guessed(address, &text))
                .collect();
        }
        (!bounce.recipients.is_empty()).then_some(bounce)
    }

    /// What a notification says as a bounce, where nobody but a program saw the message.
    fn refused(&self, report: &DispositionReport) -> Option<Bounce> {
        let modes = [report.action_mode, report.sending_mode];
        let by_program = modes == [Agency::Automatic; 2];
        if !by_program || report.kind != DispositionKind::Deleted {
            return None;
        }
        let recipient = report
            .original_recipient
            .as_ref()
            .or(report.final_recipient.as_ref())?;
        let address = lenient_address(recipient.text())?;
        Some(Bounce {
            recipients: alloc::vec![guessed(address, &self.bounce_text())],
            guessed: false,
        })
    }

    /// The recipients of the message that came back.
    fn returned_recipients(&self) -> Vec<Address> {
        let to = |message: &Part<'_>| {
            message
                .to()
                .map(|to| to.to_address())
                .take(1)
                .collect::<Vec<_>>()
        };
        let nested = self.parts().find_map(Part::nested_message);
        if let Some(found) = nested
            .map(|nested| to(&nested))
            .filter(|found| !found.is_empty())
        {
            return found;
        }
        for part in self
            .parts()
            .filter(|part| part.content_type().media_type().is_text())
        {
            let body = part.text();
            let headers = part.content_type().is("text", "rfc822-headers");
            let quoted = if headers {
                &body
            } else {
                body.get(original(&body)..).unwrap_or_default()
            };
            let is_to = |line: &&str| {
                line.get(..3)
                    .is_some_and(|name| name.eq_ignore_ascii_case("to:"))
            };
            let line = quoted.lines().take(2000).find(is_to);
            if let Some(address) = line.and_then(|line| addresses_in(line).next()) {
                return alloc::vec![address];
            }
        }
        Vec::new()
    }

    /// The text for people: every text part that is not of the message that came back.
    fn bounce_text(&self) -> String {
        let mut text = String::new();
        let own = |part: &Part<'_>| {
            core::iter::successors(part.parent(), |part| part.parent()).all(|p| p.is_multipart())
        };
        for part in self
            .parts()
            .filter(|part| part.kind() == PartKind::Leaf && own(part))
        {
            let content_type = part.content_type();
            let headers = content_type.is("text", "rfc822-headers");
            // A multipart that fell apart is text as well.
            let readable =
                content_type.media_type().is_text() || content_type.media_type().is_multipart();
            if readable && !headers && text.len() < LONGEST {
                let body = part.text();
                let plain = if content_type.is("text", "html") {
                    without_tags(&body)
                } else {
                    body.into_owned()
                };
                text.push_str(&plain);
                text.push('\n');
            }
        }
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        text.truncate(original(&text).min(end));
        text
    }

    /// Addresses in the text that may be the recipient: those on lines about a failure before all others.
    fn addresses_of(&self, text: &str) -> Vec<Address> {
        // What stands before that is who the message was addressed to.
        const HEAD: &str = "did not reach the following recipient";
        let at = text.to_ascii_lowercase().find(HEAD);
        if let Some(behind) = at.and_then(|at| text.get(at.saturating_add(HEAD.len())..)) {
            let found = self.addresses_in_lines(behind);
            if !found.is_empty() {
                return found;
            }
        }
        self.addresses_in_lines(text)
    }

    fn addresses_in_lines(&self, text: &str) -> Vec<Address> {
        let not_these: Vec<Address> = ["To", "From", "Reply-To", "Sender"]
            .iter()
            .flat_map(|name| self.root().addresses(name))
            .map(|named| named.to_address())
            .collect();
        let mut best: Vec<Address> = Vec::new();
        let mut others: Vec<Address> = Vec::new();
        let mut own: Vec<Address> = Vec::new();
        for line in text.lines().take(2000) {
            let lower = line.to_ascii_lowercase();
            let starts = line.trim_start().starts_with('<');
            let about = starts
                || [
                    "recipient",
                    "rcpt",
                    "to:",
                    "to <",
                    "user",
                    "address",
                    "unknown",
                    "deliver",
                    "mailbox",
                    "failed",
                    "5.1.1",
                    "550",
                ]
                .iter()
                .any(|word| lower.contains(word));
            for address in addresses_in(line) {
                let before = before(line, address.as_str());
                // Who is told, unless it says what an address was made of.
                let made = ["generated from", "expanded from"];
                if before.ends_with("from") && !made.iter().any(|made| before.ends_with(made)) {
                    continue;
                }
                let role = [
                    "mailer-daemon",
                    "postmaster",
                    "abuse",
                    "support",
                    "noreply",
                    "no-reply",
                ]
                .iter()
                .any(|name| address.local_str().eq_ignore_ascii_case(name));
                let list = if not_these.contains(&address) {
                    // Someone's mail to themselves comes back to them: last of all, and only at the start of a line.
                    if !starts {
                        continue;
                    }
                    &mut own
                } else if about {
                    &mut best
                } else {
                    &mut others
                };
                if !role && list.len() < MOST && !list.contains(&address) {
                    list.push(address);
                }
            }
        }
        if best.is_empty() {
            others.append(&mut own);
            others.truncate(1);
            others
        } else {
            best.truncate(20);
            best
        }
    }
}

/// Where the message that came back begins, in a text that quotes it.
fn original(text: &str) -> usize {
    const MARKS: [&str; 17] = [
        "--- below this line is a copy of the message",
        "----- original message -----",
        "------ this is a copy of the message",
        "--- the header of the original message",
        "----- unsent message follows",
        "-----original message-----",
        "the original message was included as attachment",
        "--- original message follows",
        "original message headers:",
        "original message details:",
        "--- message header follows",
        "------ this is a copy of your message",
        "below is a copy of the original message",
        "--- enclosed are the original headers",
        "----- message header follows",
        "received: from ",
        "return-path: <",
    ];
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        let lower = line
            .trim_start_matches(['>', ' ', '\t', '|'])
            .to_ascii_lowercase();
        if MARKS.iter().any(|mark| lower.starts_with(mark)) {
            return at;
        }
        at = at.saturating_add(line.len());
    }
    text.len()
}

/// The first octets of a body, in which a report may stand as text.
fn original_cut(body: &[u8]) -> &[u8] {
    let body = body.get(..LONGEST).unwrap_or(body);
    let has = |name: &[u8]| memchr::memmem::find(body, name).is_some();
    if has(b"\nFinal-Recipient:") || has(b"\nFinal-recipient:") {
        body
    } else {
        &[]
    }
}

fn reported(recipient: &RecipientReport, text: &str) -> Option<BouncedRecipient> {
    let typed = |typed: &Option<TypedText>| {
        typed
            .as_ref()
            .and_then(|typed| lenient_address(typed.text()))
    };
    // What the sender wrote to is what the caller knows.
    let address =
        typed(&recipient.original_recipient).or_else(|| typed(&recipient.final_recipient))?;
    let diagnostic = recipient
        .diagnostic
        .as_ref()
        .map(|diagnostic| diagnostic.text().to_string());
    let vague = recipient
        .status
        .is_none_or(|status| (status.subject(), status.detail()) == (0, 0));
    let better = || {
        let found = diagnostic
            .as_deref()
            .and_then(StatusCode::find)
            .or_else(|| guessed(address.clone(), text).status);
        found.filter(|found| (found.subject(), found.detail()) != (0, 0))
    };
    let status = if vague {
        let any = || diagnostic.as_deref().and_then(smtp);
        better().or(recipient.status).or_else(any)
    } else {
        recipient.status
    };
    let reason = diagnostic.or_else(|| reason_of(text));
    Some(BouncedRecipient {
        action: recipient.action.clone(),
        status,
        reason,
        address,
    })
}

/// What stands before an address in its line, without what is put around addresses.
fn before<'l>(line: &'l str, address: &str) -> &'l str {
    let put_around = |c: char| c.is_whitespace() || "<>()[]\"'`*:;,.".contains(c);
    let before = line.split_once(address).map_or(line, |(before, _)| before);
    before.trim_end_matches(put_around)
}

/// What the text says about one recipient: on the lines after its address, or anywhere.
fn guessed(address: Address, text: &str) -> BouncedRecipient {
    let near = text
        .find(address.as_str())
        .and_then(|at| text.get(at..))
        .unwrap_or_default();
    let near: String = near.lines().take(12).collect::<Vec<_>>().join("\n");
    // Hardly anything comes back because all is well: such a number is a version.
    let fault = |text: &str| StatusCode::all_in(text).find(|status| status.class() != 2);
    let status = fault(&near)
        .or_else(|| fault(text))
        .or_else(|| smtp(&near))
        .or_else(|| smtp(text))
        .or_else(|| by_words(text))
        .or_else(|| StatusCode::find(text));
    let lower = text.to_ascii_lowercase();
    let action = if WAITS.iter().any(|words| lower.contains(words)) {
        Action::Delayed
    } else if status.is_some_and(|status| status.class() == 2) {
        Action::Delivered
    } else {
        Action::Failed
    };
    let reason = reason_of(&near).or_else(|| reason_of(text));
    BouncedRecipient {
        address,
        action,
        status,
        reason,
    }
}

/// A reply code of SMTP as a status: `550 no such user`.
fn smtp(text: &str) -> Option<StatusCode> {
    let digits = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words
        .filter(|word| digits(word))
        .find(|word| word.starts_with(['4', '5']))?;
    let class = if code.starts_with('4') { 4 } else { 5 };
    let (subject, detail) = match code.get(1..)? {
        "50" | "51" | "53" => (1, if code.ends_with('1') { 6 } else { 1 }),
        "52" => (2, 2),
        "54" => (0, 0),
        "21" => (3, 2),
        "00" | "01" | "02" | "03" | "04" => (5, 0),
        _ => return None,
    };
    Some(StatusCode::new(class, subject, detail))
}

/// The status that common words stand for.
fn by_words(text: &str) -> Option<StatusCode> {
    const WORDS: [(&str, (u8, u16, u16)); 20] = [
        ("user unknown", (5, 1, 1)),
        ("unknown user", (5, 1, 1)),
        ("no such user", (5, 1, 1)),
        ("does not exist", (5, 1, 1)),
        ("doesn't have a", (5, 1, 1)),
        ("not listed in", (5, 1, 1)),
        ("no mailbox", (5, 1, 1)),
        ("unknown local", (5, 1, 1)),
        ("not known", (5, 1, 1)),
        ("not recognized", (5, 1, 1)),
        ("unknown recipient", (5, 1, 1)),
        ("host unknown", (5, 1, 2)),
        ("host not found", (5, 1, 2)),
        ("unrouteable", (5, 1, 2)),
        ("over quota", (5, 2, 2)),
        ("mailbox full", (5, 2, 2)),
        ("mailbox is full", (5, 2, 2)),
        ("disabled", (5, 2, 1)),
        ("timed out", (4, 4, 1)),
        ("too large", (5, 3, 4)),
    ];
    let lower = text.to_ascii_lowercase();
    let found = WORDS.iter().find(|(words, _)| lower.contains(words));
    found.map(|&(_, (class, subject, detail))| StatusCode::new(class, subject, detail))
}

/// The first line that tells why: one with a reply code or a status.
fn reason_of(text: &str) -> Option<String> {
    let tells = |line: &&str| {
        StatusCode::find(line).is_some() || smtp(line).is_some() || by_words(line).is_some()
    };
    let line = text.lines().take(2000).find(tells)?;
    Some(decode_text(line.trim().as_bytes()).into_owned())
}

/// Addresses in a line of prose.
fn addresses_in(line: &str) -> impl Iterator<Item = Address> {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | ',' | ';' | '"' | '[' | ']' | '\'' | '`' | '='
            )
    };
    line.split(ends)
        .filter(|word| word.contains('@'))
        .take(20)
        .filter_map(|word| {
            // Pictures stand in addresses, punctuation around them.
            let around = |c: char| !c.is_alphanumeric() && c < '\u{1f000}';
            let word = word.trim_start_matches(around).trim_end_matches(around);
            let word = word
                .strip_prefix("mailto:")
                .or_else(|| word.strip_prefix("SMTP:"))
                .or_else(|| word.strip_prefix("rfc822;"))
                .unwrap_or(word);
            Address::parse_at(Level::SmtpUtf8, word)
                .ok()
                .filter(|address| address.domain_str().contains('.'))
        })
}

/// An address in a field of a report, with what systems put around it.
fn lenient_address(text: &str) -> Option<Address> {
    let text = text.trim();
    let bare = text.trim_start_matches('<').trim_end_matches('>');
    Address::parse_at(Level::Obsolete, bare)
        .ok()
        .or_else(|| addresses_in(text).next())
}

/// HTML without its tags: enough to find addresses and codes in.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#64;", "@")
        .replace("&nbsp;", " ")
}
