//! Annotations of messages (RFC 5257 §5).

use alloc::{vec, vec::Vec};

use crate::{
    error::{ParseErrorKind as Kind, Rule},
    grammar::LIST,
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{
        annotation::{Annotation, AnnotationQuery, AnnotationSupport},
        text::AString,
    },
};

const RULE: Rule = Rule::Annotation;

impl Cursor<'_> {
    /// `entry-match = list-mailbox`: the name of an entry, which may have wildcards.
    pub(crate) fn annotation_pattern(&mut self) -> Result<AString> {
        if self.peek() == Some(b'"') || self.at_literal() {
            return self.astring_value(RULE);
        }
        let word = self.word(LIST, RULE)?;
        Ok(AString::from(self.slice(word)))
    }

    /// `"(" entries SP attribs ")"`
    pub(crate) fn annotation_query(&mut self) -> Result<AnnotationQuery> {
        self.expect(b'(', RULE)?;
        let entries = self.one_or_list(Self::annotation_pattern)?;
        self.sp(RULE)?;
        let attributes = self.one_or_list(|c| c.astring_value(RULE))?;
        self.expect(b')', RULE)?;
        Ok(AnnotationQuery::new(entries, attributes))
    }

    fn one_or_list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<AString>,
    ) -> Result<Vec<AString>> {
        match self.peek() {
            Some(b'(') => self.list(RULE, item),
            _ => Ok(vec![item(self)?]),
        }
    }

    /// `"(" entry-att *(SP entry-att) ")"`, where an entry may stand without its attributes in a response.
    pub(crate) fn annotations(&mut self) -> Result<Vec<Annotation>> {
        self.list(RULE, |c| {
            let mut annotation = Annotation::new(c.astring_value(RULE)?);
            if c.rest().starts_with(b" (") {
                c.sp(RULE)?;
                annotation.values = c.metadata_entries(RULE)?;
            }
            Ok(annotation)
        })
    }

    /// The same in a command, where each entry has attributes.
    pub(crate) fn annotation_values(&mut self) -> Result<Vec<Annotation>> {
        let mark = self.mark();
        let annotations = self.annotations()?;
        let bare = |annotation: &Annotation| annotation.values.is_empty();
        if annotations.is_empty() || annotations.iter().any(bare) {
            self.reset(mark);
            return Err(self.unexpected(RULE));
        }
        Ok(annotations)
    }

    /// `ann-size = "NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"])`
    pub(crate) fn annotation_support(&mut self) -> Result<AnnotationSupport> {
        let size = match self.peek() {
            Some(b'0'..=b'9') => Some(self.nz_number(RULE)?),
            _ => match Upper::new(self.atom(RULE)?).as_bytes() {
                b"NONE" => return Ok(AnnotationSupport::None),
                b"READ-ONLY" => None,
                _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
            },
        };
        let no_private = self.eat_word(b" NOPRIVATE");
        Ok(match size {
            Some(octets) => AnnotationSupport::Size { octets, no_private },
            None => AnnotationSupport::ReadOnly { no_private },
        })
    }
}
