//! Content-Type and Content-Disposition.

use super::{
    field::FieldWriter,
    params::write_param,
    words::{Place, write_run},
};
use crate::{
    grammar::{is_attribute_char, is_token},
    types::{content_type::ContentType, disposition::Disposition, params::Params},
};

impl ContentType {
    /// Writes the whole field, folded.
    pub(crate) fn write(&self, writer: &mut FieldWriter<'_>) {
        self.write_open(writer);
        writer.end();
    }

    /// Writes the whole field with that charset and no other.
    pub(crate) fn write_with_charset(&self, writer: &mut FieldWriter<'_>, charset: &str) {
        if self.params().is_empty() {
            self.write_open(writer);
            write_param(writer, "charset", charset);
            writer.end();
        } else {
            self.clone().with_charset(charset).write(writer);
        }
    }

    /// Writes the whole field with a name in encoded words, for programs that know no other form.
    pub(crate) fn write_with_words(&self, writer: &mut FieldWriter<'_>, name: &str) {
        self.write_open(writer);
        writer.glue(b";");
        writer.word(b"name=\"");
        // What ends a line is no part of a name.
        let name: alloc::string::String = name.chars().filter(|c| !c.is_control()).collect();
        write_run(writer, b"", &name, Place::Phrase);
        writer.glue(b"\"");
        writer.end();
    }

    fn write_open(&self, writer: &mut FieldWriter<'_>) {
        writer.begin("Content-Type");
        // One that was read may be no type at all.
        let media_type = self.media_type();
        let whole = !media_type.main().is_empty() && !media_type.sub().is_empty();
        let text = if whole && media_type.as_str().len() < 200 {
            media_type.as_str()
        } else {
            "application/octet-stream"
        };
        writer.word(text.as_bytes());
        write_params(writer, self.params());
    }
}

impl Disposition {
    /// Writes the whole field, folded.
    pub(crate) fn write(&self, writer: &mut FieldWriter<'_>) {
        writer.begin("Content-Disposition");
        let word = self.kind().as_str();
        let known = !word.is_empty() && word.len() <= 60 && word.bytes().all(is_token);
        writer.word(if known { word } else { "attachment" }.as_bytes());
        write_params(writer, self.params());
        writer.end();
    }
}

fn write_params(writer: &mut FieldWriter<'_>, params: &Params) {
    for (name, value) in params.iter() {
        // A name that was read may be anything; what cannot be written is left out.
        if name.len() <= 40 && name.bytes().all(is_attribute_char) {
            write_param(writer, name, &value);
        }
    }
}

#[cfg(feature = "serde")]
impl ContentType {
    /// The value of the field, without folds.
    pub(crate) fn to_text(&self) -> alloc::string::String {
        let mut out = alloc::vec::Vec::new();
        self.write(&mut FieldWriter::new(&mut out, false));
        let text: alloc::string::String = out.iter().map(|&b| char::from(b)).collect();
        text.trim_start_matches("Content-Type:")
            .replace("\r\n", "")
            .trim()
            .into()
    }
}
