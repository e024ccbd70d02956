//! Remarks on text that is grammatical: what it may do to people and to other programs.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark, is_nfc};
use unicode_script::{Script, UnicodeScript as _};

use super::scanner::{Scanner, Sink};
use crate::error::{Diagnosis, ParseError, Rule, Span};

/// Characters that stand for a full stop, or look like one.
const LOOK_ALIKE_DOTS: [char; 7] = [
    '\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}', '\u{fe52}', '\u{06d4}', '\u{0701}',
];

impl<S: Sink> Scanner<'_, S> {
    pub(super) fn lint_local_part(&mut self, text: &str, span: &Span) -> Result<(), ParseError> {
        const RULE: Rule = Rule::LocalPart;
        let value = text.as_bytes();
        if has_encoded_word(value) {
            self.remark(Diagnosis::EncodedWord, span.clone(), RULE)?;
        }
        for &byte in value {
            let diagnosis = match byte {
                b'%' => Diagnosis::PercentHack,
                b'!' => Diagnosis::BangPath,
                _ => continue,
            };
            self.remark(diagnosis, span.clone(), RULE)?;
            break;
        }
        if value.split(|&b| b == b'.').any(is_a_label) {
            self.remark(Diagnosis::ALabelLocalPart, span.clone(), RULE)?;
        }
        self.lint_characters(text, span, RULE)
    }

    pub(super) fn lint_domain(&mut self, text: &str, span: &Span) -> Result<(), ParseError> {
        const RULE: Rule = Rule::Domain;
        for label in text.split('.') {
            if !is_a_label(label.as_bytes()) {
                continue;
            }
            let decoded = label.get(4..).and_then(decode_punycode);
            // RFC 5891 §4.4: an A-label decodes to something that is not ASCII, is in NFC and lower
            // case, and encodes to the same label.
            let good = decoded.is_some_and(|u_label| {
                !u_label.is_ascii()
                    && is_nfc(&u_label)
                    && crate::types::fold(&u_label).eq_ignore_ascii_case(label)
            });
            self.remark(Diagnosis::ALabel, span.clone(), RULE)?;
            if !good {
                self.remark(Diagnosis::BadALabel, span.clone(), RULE)?;
            }
        }
        self.lint_characters(text, span, RULE)
    }

    fn lint_characters(&mut self, text: &str, span: &Span, rule: Rule) -> Result<(), ParseError> {
        if text.is_ascii() {
            return Ok(());
        }
        self.remark(Diagnosis::Internationalized, span.clone(), rule)?;
        let mut found = [false; 5];
        for c in text.chars() {
            let (slot, diagnosis) = match c {
                _ if c.is_ascii() => continue,
                _ if LOOK_ALIKE_DOTS.contains(&c) => (0, Diagnosis::LookAlikeDot),
                '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' | '\u{180e}' => {
                    (1, Diagnosis::ZeroWidth)
                }
                '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{061c}' => (2, Diagnosis::Bidi),
                '\u{80}'..='\u{9f}' => (3, Diagnosis::Control),
                _ if is_identifier(c) => continue,
                _ => (4, Diagnosis::NotIdentifier),
            };
            if let Some(seen) = found.get_mut(slot) {
                if !core::mem::replace(seen, true) {
                    self.remark(diagnosis, span.clone(), rule)?;
                }
            }
        }
        if !is_nfc(text) {
            self.remark(Diagnosis::NotNormalized, span.clone(), rule)?;
        }
        Ok(())
    }

    /// The rules on scripts and directions of draft-ietf-mailmaint-interoperable-addresses, §"Rules".
    pub(super) fn lint_scripts(
        &mut self,
        local: &str,
        domain: &str,
        span: &Span,
    ) -> Result<(), ParseError> {
        if local.is_ascii() && domain.is_ascii() {
            return Ok(());
        }
        let whole = || local.chars().chain(domain.chars());
        let alone = one_script(whole());
        let ascii_local = local.is_ascii() && one_script(domain.chars());
        let han =
            whole().all(|c| c.is_ascii() || matches!(c.script(), Script::Han | Script::Common));
        if !(alone || ascii_local || han) {
            self.remark(Diagnosis::MixedScripts, span.clone(), Rule::AddrSpec)?;
        }
        let (mut left, mut right) = (false, false);
        for c in whole() {
            if is_right_to_left(c) {
                right = true;
            } else if c.is_alphabetic() {
                left = true;
            }
        }
        if left && right {
            self.remark(Diagnosis::MixedDirection, span.clone(), Rule::AddrSpec)?;
        }
        Ok(())
    }
}

/// All letters share one script; Common, combining marks and ASCII digits go with any.
fn one_script(text: impl Iterator<Item = char>) -> bool {
    let mut first = None;
    for c in text {
        let script = c.script();
        if matches!(script, Script::Common | Script::Inherited) {
            continue;
        }
        if *first.get_or_insert(script) != script {
            return false;
        }
    }
    true
}

fn is_right_to_left(c: char) -> bool {
    c.is_alphabetic()
        && matches!(
            c.script(),
            Script::Arabic
                | Script::Hebrew
                | Script::Syriac
                | Script::Thaana
                | Script::Nko
                | Script::Samaritan
                | Script::Mandaic
                | Script::Adlam
        )
}

/// The PRECIS `IdentifierClass` (RFC 8264 §4.2), as far as letters, digits, marks and
/// compatibility go.
fn is_identifier(c: char) -> bool {
    let mut compatible = core::iter::once(c).nfkc();
    let same = compatible.next() == Some(c) && compatible.next().is_none();
    (c.is_alphanumeric() || is_combining_mark(c)) && same
}

fn is_a_label(label: &[u8]) -> bool {
    label
        .split_at_checked(4)
        .is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(b"xn--"))
}

/// `=?charset?e?text?=` or enough of it to be taken for one.
fn has_encoded_word(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"=?").is_some_and(|at| {
        value
            .get(at.saturating_add(2)..)
            .unwrap_or_default()
            .iter()
            .filter(|&&b| b == b'?')
            .count()
            >= 2
    })
}

/// The label that a Punycode text stands for (RFC 3492 §6.2).
fn decode_punycode(text: &str) -> Option<alloc::string::String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    // A label has at most 63 octets; longer ones are refused rather than decoded in quadratic time.
    if text.len() > 63 || !basic.is_ascii() {
        return None;
    }
    let mut label: alloc::vec::Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                b @ b'a'..=b'z' => u32::from(b.wrapping_sub(b'a')),
                b @ b'A'..=b'Z' => u32::from(b.wrapping_sub(b'A')),
                b @ b'0'..=b'9' => u32::from(b.wrapping_sub(b'0')).checked_add(26)?,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let t = k.saturating_sub(bias).clamp(1, 26);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(36_u32.checked_sub(t)?)?;
            k = k.checked_add(36)?;
        }
        let count = u32::try_from(label.len()).ok()?.checked_add(1)?;
        bias = crate::types::adapt(i.checked_sub(before)?, count, before == 0);
        n = n.checked_add(i.checked_div(count)?)?;
        i = i.checked_rem(count)?;
        let at = usize::try_from(i).ok()?;
        if at > label.len() {
            return None;
        }
        label.insert(at, char::from_u32(n)?);
        i = i.checked_add(1)?;
    }
    Some(label.into_iter().collect())
}
