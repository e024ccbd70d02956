//! What is left of a subject when replies and forwards are taken off (RFC 5256 §2.1).

use alloc::string::String;

/// A base subject, and whether something was taken off that says reply or forward.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct BaseSubject {
    /// What is left.
    pub text: String,
    /// Whether the message is a reply or a forward.
    pub is_reply: bool,
}

/// The base subject of a decoded `Subject` field (RFC 5256 §2.1).
///
/// # Examples
///
/// ```
/// use mailweft_imap::order::base_subject;
///
/// let subject = base_subject("Re: [list] Fwd: Lunch  today? (fwd)");
/// assert_eq!(subject.text, "Lunch today?");
/// assert!(subject.is_reply);
/// assert_eq!(base_subject("[announce] Release").text, "Release");
/// assert_eq!(base_subject("[only a blob]").text, "[only a blob]");
/// ```
pub fn base_subject(subject: &str) -> BaseSubject {
    // (1) Runs of white space are one space.
    let mut clean = String::with_capacity(subject.len());
    for word in subject.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    let mut rest = clean.as_str();
    let mut is_reply = false;
    loop {
        // (2) Trailers.
        while let Some(head) = strip_suffix(rest.trim_end(), "(fwd)") {
            is_reply = true;
            rest = head;
        }
        rest = rest.trim();
        // (3) to (5) Leaders, and blobs that leave something.
        loop {
            let (behind, last) = blobs(rest);
            match reply(behind) {
                Some(tail) => {
                    is_reply = true;
                    rest = tail.trim_start();
                }
                None => {
                    rest = if behind.is_empty() { last } else { behind };
                    break;
                }
            }
        }
        // (6) `[fwd: .. ]`
        match strip_prefix(rest, "[fwd:").and_then(|inside| inside.strip_suffix(']')) {
            Some(inside) => {
                is_reply = true;
                rest = inside.trim();
            }
            None => break,
        }
    }
    BaseSubject {
        text: String::from(rest),
        is_reply,
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

/// Behind all the blobs at the start, and where the last of them starts.
fn blobs(text: &str) -> (&str, &str) {
    let (mut rest, mut last) = (text, text);
    while let Some(tail) = blob(rest) {
        last = rest;
        rest = tail.trim_start();
    }
    (rest, last)
}

/// Behind `("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`
fn reply(text: &str) -> Option<&str> {
    let rest = ["re", "fwd", "fw"]
        .iter()
        .find_map(|word| strip_prefix(text, word))?
        .trim_start();
    let rest = blob(rest).map(str::trim_start).unwrap_or(rest);
    rest.strip_prefix(':')
}

/// Behind `"[" *BLOBCHAR "]"`, where no bracket is inside.
fn blob(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find(['[', ']'])?;
    inside.get(end..)?.strip_prefix(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc5256_s2_1() {
        for (subject, base, is_reply) in [
            ("Re: hi", "hi", true),
            ("RE : fw[3]: FWD:hi", "hi", true),
            ("[a][b] re: hi", "hi", true),
            ("[a] hi [b]", "hi [b]", false),
            ("[fwd: re: hi]", "hi", true),
            ("hi (fwd) (FWD)", "hi", true),
            ("Re: ", "", true),
            ("Reply: hi", "Reply: hi", false),
            ("[a[b] hi", "[a[b] hi", false),
            ("", "", false),
            ("é re: x", "é re: x", false),
        ] {
            let found = base_subject(subject);
            assert_eq!(
                (found.text.as_str(), found.is_reply),
                (base, is_reply),
                "{subject}"
            );
        }
    }

    #[test]
    fn long_runs_of_leaders_are_linear() {
        assert_eq!(base_subject(&"re: ".repeat(100_000)).text, "");
        assert_eq!(base_subject(&"[x]".repeat(100_000)).text, "[x]");
        assert_eq!(base_subject(&"[".repeat(100_000)).text.len(), 100_000);
    }
}
