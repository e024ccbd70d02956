//! Generic values (RFC 4466 §2).

use alloc::vec::Vec;

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    grammar::{self, ASTRING, TEXT},
    parse::cursor::{Cursor, Result},
    types::{
        syntax::Syntax,
        value::Value,
        wire::{self, Token},
    },
};

impl TryFrom<Bytes> for Value {
    type Error = ParseError;

    fn try_from(text: Bytes) -> Result<Self> {
        let mut cursor = Cursor::over(&text, &Syntax::interop());
        let value = cursor.values(|c| c.rest().is_empty())?;
        match cursor.rest() {
            [] => Ok(value),
            _ => Err(cursor.unexpected(Rule::Value)),
        }
    }
}

impl Cursor<'_> {
    /// One value: an atom, a number, a string or a list of values to any depth below the limit.
    pub(crate) fn value(&mut self) -> Result<Value> {
        let mark = self.mark();
        // As it came if it is well-formed, else in the form it should have had.
        let mut form = Form::Same;
        match self.walk_value(&mut form) {
            Ok(()) if matches!(form, Form::Same) => {
                Ok(Value::from_parsed(self.slice(self.since(mark))))
            }
            Ok(()) => Ok(Value::NONE),
            Err(_) if self.is_interop() => {
                self.reset(mark);
                form = Form::Rewritten(BytesMut::new());
                self.walk_value(&mut form)?;
                match form {
                    Form::Rewritten(out) => Ok(Value::from_parsed(out.freeze())),
                    Form::Same => Ok(Value::NONE),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// A value that may nest deeper than the limit: it is only kept, not looked into.
    pub(crate) fn deep_value(&mut self) -> Result<Value> {
        let mark = self.mark();
        match self.value() {
            Err(error) if matches!(error.kind(), Kind::TooDeep(_)) => {
                self.reset(mark);
                let mut walk = wire::Walk::new(self.rest());
                let text = walk.raw();
                let text = self.take(text.len());
                match text.ends_with(b")") && !walk.rest().is_empty() && is_writable(text) {
                    true => Ok(Value::from_parsed(self.slice(text))),
                    false => Err(error),
                }
            }
            value => value,
        }
    }

    /// Values separated by spaces, until `done`.
    pub(crate) fn values(&mut self, done: impl Fn(&Self) -> bool) -> Result<Value> {
        let mut parts: Vec<Value> = Vec::new();
        while !done(self) {
            if !parts.is_empty() {
                self.sp(Rule::Value)?;
            }
            self.count(Rule::Value)?;
            parts.push(self.value()?);
        }
        Ok(match parts.as_slice() {
            [] => Value::NONE,
            [one] => one.clone(),
            many => {
                let mut out = BytesMut::new();
                for part in many {
                    if !out.is_empty() {
                        out.put_u8(b' ');
                    }
                    out.put_slice(part.as_bytes());
                }
                Value::from_parsed(out.freeze())
            }
        })
    }

    fn walk_value(&mut self, form: &mut Form) -> Result<()> {
        let mut depth = 0usize;
        loop {
            // A member starts here.
            self.count(Rule::Value)?;
            if self.eat(b'(') {
                form.put(b"(");
                depth = depth.saturating_add(1);
                if depth > self.syntax().depth {
                    return Err(self.error(Kind::TooDeep(self.syntax().depth), Rule::Value));
                }
                if form.is_same() && self.peek() == Some(b' ') {
                    return Err(self.unexpected(Rule::Value));
                }
                if self.first_member(Rule::Value)? {
                    continue;
                }
                form.put(b")");
                depth = depth.saturating_sub(1);
            } else {
                self.walk_scalar(form)?;
            }
            // And ends here, with as many lists as end with it.
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let before = self.rest();
                let more = self.next_member(Rule::Value)?;
                let regular = match more {
                    true => {
                        matches!(before, [b' ', byte, ..] if !matches!(byte, b' ' | b')'))
                            || matches!(before, [b'(', ..])
                    }
                    false => before.first() == Some(&b')'),
                };
                if form.is_same() && !regular {
                    return Err(self.unexpected(Rule::Value));
                }
                form.put(if more { b" " } else { b")" });
                if more {
                    break;
                }
                depth = depth.saturating_sub(1);
            }
        }
    }

    fn walk_scalar(&mut self, form: &mut Form) -> Result<()> {
        match self.peek() {
            Some(b'"' | b'{') => {}
            Some(b'~') if self.at_literal() => {}
            _ => {
                let word = match form {
                    Form::Same => {
                        // A flag, a sequence set, a section with its brackets: anything without delimiters.
                        let len = self.rest().iter().position(|b| {
                            !(grammar::is(*b, ASTRING)
                                || matches!(b, b'\\' | b'*' | b'%' | b'<' | b'>'))
                        });
                        self.take(len.unwrap_or(self.rest().len()))
                    }
                    Form::Rewritten(_) => {
                        let len = self.rest().iter().position(|b| {
                            matches!(b, b' ' | b'(' | b')' | b'"')
                                || !grammar::is(*b, TEXT | grammar::EIGHT_BIT)
                        });
                        self.take(len.unwrap_or(self.rest().len()))
                    }
                };
                if word.is_empty() {
                    return Err(self.unexpected(Rule::Value));
                }
                if grammar::first_not(word, TEXT).is_some() {
                    self.repair(Repair::EightBit, Rule::Value)?;
                }
                match form {
                    Form::Rewritten(out) if word.iter().any(|b| *b >= 0x80 || *b == b'{') => {
                        wire::put_string(out, word);
                    }
                    form => form.put(word),
                }
                return Ok(());
            }
        }
        let repairs = self.mark();
        let text = self.string(Rule::Value)?;
        match form {
            Form::Rewritten(out) => wire::put_string(out, &text),
            Form::Same => {
                let raw = self.since(repairs);
                // 8-bit, NUL, or a literal whose header has something odd: written anew.
                let plain = match raw.first() {
                    Some(b'"') => grammar::first_not(raw, TEXT).is_none(),
                    _ => memchr::memmem::find(raw, b"}\r\n").is_some(),
                };
                let mut walk = wire::Walk::new(raw);
                if !plain || walk.nstring().as_deref() != Some(&*text) || !walk.rest().is_empty() {
                    return Err(self.unexpected(Rule::Value));
                }
            }
        }
        Ok(())
    }
}

/// Whether no octet outside of literals would end the line, or is none of a line's.
fn is_writable(text: &[u8]) -> bool {
    let mut walk = wire::Walk::new(text);
    core::iter::from_fn(|| walk.token()).all(|token| match token {
        Token::Atom(text) | Token::Quoted(text) => memchr::memchr3(0, b'\r', b'\n', text).is_none(),
        Token::Literal(_) | Token::Open | Token::Close => true,
    })
}

/// Whether a value is kept as it came, or written anew.
enum Form {
    Same,
    Rewritten(BytesMut),
}

impl Form {
    const fn is_same(&self) -> bool {
        matches!(self, Self::Same)
    }

    fn put(&mut self, text: &[u8]) {
        if let Self::Rewritten(out) = self {
            out.put_slice(text);
        }
    }
}
