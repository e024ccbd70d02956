//! File names that may be given to a file system.

use alloc::string::String;

/// How many octets a name may have on the file systems that are in use.
const LONGEST: usize = 255;

/// A name for a file out of one that a message gave: no folders, no characters that a system treats in its own
/// way, none that turn the direction of writing or show nothing, no reserved names; never empty.
///
/// ```
/// use mailweft_mime::safe_file_name;
///
/// assert_eq!(safe_file_name("../../etc/passwd"), "passwd");
/// assert_eq!(safe_file_name("C:\\temp\\a<b>.txt"), "a_b_.txt");
/// assert_eq!(safe_file_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
/// assert_eq!(safe_file_name("con.txt"), "_con.txt");
/// assert_eq!(safe_file_name(" .. "), "unnamed");
/// ```
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|piece| !piece.trim().is_empty())
        .unwrap_or_default();
    let mut safe = String::with_capacity(last.len());
    for c in last.chars() {
        match c {
            c if c.is_control() || is_invisible(c) => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' => safe.push('_'),
            c if c.is_whitespace() => safe.push(' '),
            c => safe.push(c),
        }
    }
    let trimmed = safe
        .trim()
        .trim_end_matches(['.', ' '])
        .trim_start_matches('~');
    if trimmed.is_empty() || trimmed.chars().all(|c| c == '.') {
        return "unnamed".into();
    }
    let mut safe = String::new();
    if is_reserved(trimmed) || trimmed.starts_with('-') {
        safe.push('_');
    }
    safe.push_str(trimmed);
    shorten(safe)
}

/// Characters that turn the direction of writing, or show nothing.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Names that are devices on some systems, with any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let named = ["con", "prn", "aux", "nul", "conin$", "conout$"]
        .iter()
        .any(|word| stem.eq_ignore_ascii_case(word));
    let numbered = stem.len() == 4
        && stem.get(..3).is_some_and(|port| {
            port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt")
        })
        && stem.ends_with(|c: char| c.is_ascii_digit());
    named || numbered
}

/// Cuts the middle out of a long name, so that its extension stays.
fn shorten(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let extension = name
        .rfind('.')
        .and_then(|at| name.get(at..))
        .filter(|extension| extension.len() <= 20)
        .unwrap_or("");
    let mut end = LONGEST.saturating_sub(extension.len());
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let mut short = String::from(name.get(..end).unwrap_or_default());
    short.push_str(extension);
    short
}
