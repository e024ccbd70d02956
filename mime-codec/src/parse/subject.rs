//! The base subject of a thread (RFC 5256 §2.1).

use alloc::string::String;

/// The subject without `Re:`, `Fwd:`, `[list]` and `(fwd)` around it.
///
/// ```
/// use mailweft_mime::base_subject;
///
/// assert_eq!(base_subject("Re: [talk] RE[2]: Fw: lunch  today (fwd)"), "lunch today");
/// assert_eq!(base_subject("[Fwd: Re: lunch]"), "lunch");
/// assert_eq!(base_subject("[talk]"), "[talk]");
/// ```
#[must_use]
pub fn base_subject(subject: &str) -> String {
    let squeezed: String = {
        let mut out = String::with_capacity(subject.len());
        for word in subject
            .split([' ', '\t', '\r', '\n'])
            .filter(|word| !word.is_empty())
        {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        out
    };
    let mut rest = squeezed.as_str();
    loop {
        let before = rest;
        // (2) trailers
        while let Some(cut) = strip_end(rest.trim_end(), "(fwd)") {
            rest = cut;
        }
        rest = rest.trim_end();
        // (3) (4) leaders and blobs
        loop {
            let start = rest;
            rest = rest.trim_start();
            if let Some(after) = leader(rest) {
                rest = after;
            } else if let Some(after) = blob(rest).filter(|after| !after.trim().is_empty()) {
                rest = after;
            }
            if rest.len() == start.len() {
                break;
            }
        }
        // (6) [Fwd: ..]
        let inner = rest
            .get(..5)
            .filter(|start| start.eq_ignore_ascii_case("[fwd:"))
            .and_then(|_| rest.get(5..)?.strip_suffix(']'));
        if let Some(inner) = inner {
            rest = inner.trim();
        }
        if rest.len() == before.len() {
            return rest.into();
        }
    }
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(end.len())?;
    text.get(at..)?
        .eq_ignore_ascii_case(end)
        .then(|| text.get(..at))?
}

/// `subj-blob = "[" *BLOBCHAR "]" *WSP`
fn blob(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    inner.get(end..)?.strip_prefix(']').map(str::trim_start)
}

/// `subj-leader = (*subj-blob subj-refwd) / WSP`, `subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`
fn leader(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(after) = blob(rest) {
        rest = after;
    }
    let word = ["re", "fwd", "fw"].iter().find(|word| {
        rest.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    })?;
    rest = rest.get(word.len()..)?.trim_start();
    rest = blob(rest).unwrap_or(rest);
    rest.strip_prefix(':')
}
