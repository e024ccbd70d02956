//! `format=flowed` (RFC 3676): text that the reader's window wraps.

use alloc::string::String;

/// How long a line of flowed text is at most.
const WIDTH: usize = 72;

/// Undoes `format=flowed`: soft line breaks and stuffed blanks go, quoted lines keep one `>` for each level and a
/// blank after them. With `delsp`, the blank before a soft line break goes as well.
///
/// ```
/// use mailweft_mime::flowed;
///
/// assert_eq!(flowed::decode("a long \r\nline\r\n> quoted \r\n> too\r\n-- \r\nJ\r\n", false),
///            "a long line\r\n> quoted too\r\n-- \r\nJ\r\n");
/// ```
#[must_use]
pub fn decode(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The level of the paragraph that is open.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let ended = content.len() < line.len();
        let content = content.strip_suffix('\r').unwrap_or(content);
        let unquoted = content.trim_start_matches('>');
        let depth = content.len().saturating_sub(unquoted.len());
        let unstuffed = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let signature = unstuffed == "-- ";
        if open.is_some_and(|level| level != depth || signature) {
            out.push_str("\r\n");
            open = None;
        }
        if open.is_none() && depth > 0 {
            out.extend(core::iter::repeat_n('>', depth));
            out.push(' ');
        }
        if unstuffed.ends_with(' ') && !signature && ended {
            let kept = if delsp {
                unstuffed.strip_suffix(' ').unwrap_or(unstuffed)
            } else {
                unstuffed
            };
            out.push_str(kept);
            open = Some(depth);
        } else {
            out.push_str(unstuffed);
            if ended {
                out.push_str("\r\n");
            }
            open = None;
        }
    }
    out
}

/// Writes text as `format=flowed`, without DelSp: lines of at most 72 characters where words allow.
///
/// ```
/// use mailweft_mime::flowed;
///
/// let text = "word ".repeat(30) + "end\r\n> quoted\r\n From here\r\n";
/// let encoded = flowed::encode(&text);
/// assert!(encoded.lines().all(|line| line.len() <= 72));
/// assert_eq!(flowed::decode(&encoded, false), text);
/// ```
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(text.len() / 16));
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let ended = content.len() < line.len();
        let content = content.strip_suffix('\r').unwrap_or(content);
        let unquoted = content.trim_start_matches('>');
        let depth = content.len().saturating_sub(unquoted.len());
        let quotes = content.get(..depth).unwrap_or_default();
        let body = if depth > 0 {
            unquoted.strip_prefix(' ').unwrap_or(unquoted)
        } else {
            unquoted
        };
        // A blank at the end would be a soft line break.
        let body = if content == "-- " {
            body
        } else {
            body.trim_end_matches(' ')
        };
        let mut rest = body;
        loop {
            let room = WIDTH.saturating_sub(depth).saturating_sub(1).max(20);
            let cut = if rest.chars().count() <= room {
                None
            } else {
                soft_break(rest, room)
            };
            let (now, later) = rest.split_at(cut.unwrap_or(rest.len()));
            out.push_str(quotes);
            if depth > 0 || now.starts_with([' ', '>']) || now.starts_with("From ") {
                out.push(' ');
            }
            out.push_str(now);
            if cut.is_none() {
                break;
            }
            out.push_str("\r\n");
            rest = later;
        }
        if ended {
            out.push_str("\r\n");
        }
    }
    out
}

/// After the last blank within `room` characters, or after the first one behind them.
fn soft_break(text: &str, room: usize) -> Option<usize> {
    let limit = text
        .char_indices()
        .nth(room)
        .map_or(text.len(), |(at, _)| at);
    let (before, after) = text.split_at(limit);
    let word = before.trim_end_matches(' ').len();
    let found = before
        .rfind(' ')
        .filter(|&at| at > 0 && word > 0)
        .map(|at| at.saturating_add(1));
    let found = found.or_else(|| {
        after
            .find(' ')
            .map(|at| limit.saturating_add(at).saturating_add(1))
    });
    found.filter(|&at| at < text.len())
}
