//! Mailboxes, groups and lists of them, with names encoded.

use alloc::borrow::Cow;

use mailweft_address::{Address, Item, Mailbox, Phrase};

use super::{
    field::FieldWriter,
    words::{Place, write_run},
};
use crate::{
    error::{InvalidText, InvalidTextKind},
    grammar::is_atext,
};

/// How long an address that is written may be: a line must hold it.
const LONGEST: usize = 900;

/// Names that are longer than this are folded inside.
const LONGEST_NAME: usize = 70;

/// Writes `name <address>, ...` after the colon of a field. `decode` undoes encoded words in names.
pub(crate) fn write_list<'i>(
    writer: &mut FieldWriter<'_>,
    items: impl Iterator<Item = &'i Item>,
    decode: impl Fn(&Phrase) -> Cow<'_, str>,
) -> Result<(), InvalidText> {
    let mut first = true;
    for item in items {
        if !first {
            writer.glue(b",");
        }
        first = false;
        match item {
            Item::Mailbox(mailbox) => write_mailbox(writer, mailbox, &decode)?,
            Item::Group(group) => {
                write_name(writer, &decode(group.name()))?;
                writer.glue(b":");
                for (at, mailbox) in group.mailboxes().iter().enumerate() {
                    if at > 0 {
                        writer.glue(b",");
                    }
                    write_mailbox(writer, mailbox, &decode)?;
                }
                writer.glue(b";");
            }
        }
    }
    Ok(())
}

pub(crate) fn write_mailbox(
    writer: &mut FieldWriter<'_>,
    mailbox: &Mailbox,
    decode: impl Fn(&Phrase) -> Cow<'_, str>,
) -> Result<(), InvalidText> {
    let address = checked(mailbox.address(), writer.utf8)?;
    match mailbox.name().map(decode).filter(|name| !name.is_empty()) {
        Some(name) => {
            write_name(writer, &name)?;
            writer.word_of(|out| {
                out.push(b'<');
                out.extend_from_slice(address);
                out.push(b'>');
            });
        }
        None => writer.word(address),
    }
    Ok(())
}

/// The octets of an address that may be written.
pub(crate) fn checked(address: &Address, utf8: bool) -> Result<&[u8], InvalidText> {
    let text = address.as_str();
    let place = "address";
    if text.len() > LONGEST {
        return Err(InvalidText::new(InvalidTextKind::TooLong(LONGEST), place));
    }
    let allowed = |b: u8| (b >= 0x80 && utf8) || b == b' ' || b.is_ascii_graphic();
    match text.bytes().enumerate().find(|&(_, b)| !allowed(b)) {
        Some((at, byte)) => Err(InvalidText::byte(byte, at, place)),
        None => Ok(text.as_bytes()),
    }
}

/// `phrase`: atoms, a quoted string, or encoded words.
pub(crate) fn write_name(writer: &mut FieldWriter<'_>, name: &str) -> Result<(), InvalidText> {
    super::field::refuse(name, "display-name", super::field::is_not_break)?;
    let utf8 = writer.utf8;
    let atom = |word: &str| {
        !word.is_empty()
            && word.len() < 60
            && word.bytes().all(|b| is_atext(b) || (utf8 && b >= 0x80))
    };
    let has_word = name.contains("=?");
    if !has_word && name.split(' ').all(atom) {
        if name.len() < LONGEST_NAME {
            writer.word(name.as_bytes());
            return Ok(());
        }
        for word in name.split(' ') {
            writer.word(word.as_bytes());
        }
        return Ok(());
    }
    let quotable = |b: u8| b == b' ' || b.is_ascii_graphic() || (utf8 && b >= 0x80);
    if !has_word && name.len() < LONGEST_NAME && name.bytes().all(quotable) {
        writer.word_of(|out| {
            out.push(b'"');
            for byte in name.bytes() {
                if matches!(byte, b'"' | b'\\') {
                    out.push(b'\\');
                }
                out.push(byte);
            }
            out.push(b'"');
        });
        return Ok(());
    }
    write_run(writer, b" ", name, Place::Phrase);
    Ok(())
}
