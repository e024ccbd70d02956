//! Commands (RFC 1939 §3, RFC 2449 §5, RFC 2595 §4, RFC 5034 §4, RFC 6856 §2 and §3).

use bytes::Bytes;

use super::{sasl::decode_initial, word::Words};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    types::{Atom, Command, Digest, Mechanism, MessageNumber, Password, Text, Word},
};

fn text(octets: &[u8]) -> Text {
    // Words hold no CR, LF or NUL.
    Text::from_line(Bytes::copy_from_slice(octets))
}

fn message_number(words: &mut Words<'_>) -> Result<MessageNumber, ParseError> {
    words.skip_blanks();
    let offset = words.offset();
    let number = words.number(Rule::MessageNumber)?;
    u32::try_from(number)
        .ok()
        .and_then(MessageNumber::new)
        .ok_or(ParseError::new(
            ParseErrorKind::OutOfRange,
            Rule::MessageNumber,
            offset,
        ))
}

fn optional_number(words: &mut Words<'_>) -> Result<Option<MessageNumber>, ParseError> {
    words.skip_blanks();
    if words.rest().is_empty() {
        return Ok(None);
    }
    message_number(words).map(Some)
}

/// 32 hexadecimal digits.
fn hexadecimal(word: &[u8]) -> Option<Digest> {
    let digit = |b: &u8| u8::try_from(char::from(*b).to_digit(16)?).ok();
    let mut octets = [0_u8; 16];
    if word.len() != 32 {
        return None;
    }
    for (octet, pair) in octets.iter_mut().zip(word.chunks_exact(2)) {
        for figure in pair {
            *octet = (*octet << 4) | digit(figure)?;
        }
    }
    Some(Digest::new(octets))
}

impl TryFrom<&[u8]> for Command {
    type Error = ParseError;

    fn try_from(line: &[u8]) -> Result<Self, ParseError> {
        if let Some(at) = line.iter().position(|b| matches!(b, 0 | b'\r' | b'\n')) {
            let byte = line.get(at).copied().unwrap_or_default();
            return Err(ParseError::new(
                ParseErrorKind::UnexpectedByte(byte),
                Rule::Line,
                at,
            ));
        }
        let mut words = Words::new(line);
        let keyword = words.word(Rule::Keyword)?;
        let mut upper = [0_u8; 4];
        if let Some(upper) = upper.get_mut(..keyword.len()) {
            upper.copy_from_slice(keyword);
            upper.make_ascii_uppercase();
        }
        let command = match (keyword.len(), &upper) {
            (4, b"USER") => {
                // Names with blanks exist; RFC 1939 §3 would make the rest a second argument.
                let name = words.remainder().trim_ascii();
                if name.is_empty() {
                    return Err(words.fault(Rule::Arguments));
                }
                Self::User(text(name))
            }
            (4, b"PASS") => {
                if words.rest().is_empty() {
                    return Err(words.fault(Rule::Arguments));
                }
                let fault = words.fault(Rule::Arguments);
                Self::Pass(Password::new(words.remainder().to_vec()).map_err(|_| fault)?)
            }
            (4, b"APOP") => {
                let fault = words.fault(Rule::Arguments);
                let name = words.word(Rule::Arguments)?.to_vec();
                let name = Word::new(name).map_err(|_| fault)?;
                words.skip_blanks();
                let fault = words.fault(Rule::Digest);
                let digest = hexadecimal(words.word(Rule::Digest)?).ok_or(fault)?;
                Self::Apop { name, digest }
            }
            (4, b"AUTH") => {
                words.skip_blanks();
                let offset = words.offset();
                match words.word_or_end(Rule::Mechanism)? {
                    None => Self::AuthList,
                    Some(name) => {
                        let mechanism =
                            Mechanism::new(Bytes::copy_from_slice(name)).map_err(|_| {
                                let byte = name.first().copied().unwrap_or_default();
                                let kind = ParseErrorKind::UnexpectedByte(byte);
                                ParseError::new(kind, Rule::Mechanism, offset)
                            })?;
                        words.skip_blanks();
                        let offset = words.offset();
                        let initial = words
                            .word_or_end(Rule::SaslResponse)?
                            .map(|word| decode_initial(word, offset))
                            .transpose()?;
                        Self::Auth { mechanism, initial }
                    }
                }
            }
            (4, b"CAPA") => Self::Capa,
            (4, b"STLS") => Self::Stls,
            (4, b"STAT") => Self::Stat,
            (4, b"LIST") => Self::List(optional_number(&mut words)?),
            (4, b"RETR") => Self::Retr(message_number(&mut words)?),
            (4, b"DELE") => Self::Dele(message_number(&mut words)?),
            (4, b"NOOP") => Self::Noop,
            (4, b"RSET") => Self::Rset,
            (4, b"QUIT") => Self::Quit,
            (3, b"TOP\0") => {
                let number = message_number(&mut words)?;
                words.skip_blanks();
                let offset = words.offset();
                let lines = u32::try_from(words.number(Rule::LineCount)?).map_err(|_| {
                    ParseError::new(ParseErrorKind::OutOfRange, Rule::LineCount, offset)
                })?;
                Self::Top { number, lines }
            }
            (4, b"UIDL") => Self::Uidl(optional_number(&mut words)?),
            (4, b"UTF8") => Self::Utf8,
            (4, b"LANG") => {
                words.skip_blanks();
                let fault = words.fault(Rule::Arguments);
                let tag = words.word_or_end(Rule::Arguments)?;
                let atom = |tag: &[u8]| Atom::new(tag.to_vec()).map_err(|_| fault);
                Self::Lang(tag.map(atom).transpose()?)
            }
            _ => {
                let fault = Words::new(line).fault(Rule::Keyword);
                Self::Other {
                    keyword: Atom::new(keyword.to_vec()).map_err(|_| fault)?,
                    arguments: text(words.remainder()),
                }
            }
        };
        words.end(Rule::Arguments)?;
        Ok(command)
    }
}
