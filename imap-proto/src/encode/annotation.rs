//! Annotations of messages (RFC 5257 §5).

use crate::{
    encode::buffer::Encoder,
    error::{Invalid, Rule},
    types::{
        annotation::{Annotation, AnnotationQuery, AnnotationSupport},
        text::AString,
    },
};

impl Encoder<'_> {
    /// `"(" entries SP attribs ")"`
    pub(crate) fn annotation_query(&mut self, query: &AnnotationQuery) -> &mut Self {
        if query.entries.is_empty() || query.attributes.is_empty() {
            self.refuse(Invalid::value(Rule::Annotation));
        }
        self.byte(b'(');
        match query.entries.as_slice() {
            [entry] => self.list_word(entry),
            entries => self.list(entries, |e, entry| {
                e.list_word(entry);
            }),
        };
        self.sp();
        match query.attributes.as_slice() {
            [attribute] => self.astring(attribute),
            attributes => self.list(attributes, |e, attribute: &AString| {
                e.astring(attribute);
            }),
        };
        self.byte(b')')
    }

    /// `"(" entry-att *(SP entry-att) ")"`
    pub(crate) fn annotations(&mut self, annotations: &[Annotation]) -> &mut Self {
        self.list(annotations, |e, annotation| {
            e.astring(&annotation.entry);
            if !annotation.values.is_empty() {
                e.sp().metadata_entries(&annotation.values);
            }
        })
    }

    /// `att-annotate = "ANNOTATION" SP "(" entry-att *(SP entry-att) ")"` of a command, where each entry has attributes
    pub(crate) fn annotate(&mut self, annotations: &[Annotation]) -> &mut Self {
        if annotations.is_empty() || annotations.iter().any(|given| given.values.is_empty()) {
            self.refuse(Invalid::value(Rule::Annotation));
        }
        self.raw("ANNOTATION ").annotations(annotations)
    }

    /// `ann-size`
    pub(crate) fn annotation_support(&mut self, support: AnnotationSupport) -> &mut Self {
        let (written, no_private) = match support {
            AnnotationSupport::None => (self.raw("NONE"), false),
            AnnotationSupport::ReadOnly { no_private } => (self.raw("READ-ONLY"), no_private),
            AnnotationSupport::Size { octets, no_private } => {
                (self.number(u64::from(octets)), no_private)
            }
        };
        written.raw(if no_private { " NOPRIVATE" } else { "" })
    }
}
