//! What a server says, as a tree, and whether it is what a script expects.

use std::collections::BTreeMap;

/// An argument of a response, or of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An atom, with the brackets of a section where it has one.
    Atom(Vec<u8>),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    /// What stands in parentheses.
    List(Vec<Value>),
    /// A response code: what stands in brackets behind OK, NO, BAD or BYE.
    Code(Vec<Value>),
}

/// Octets as text, for reports.
pub fn show(octets: &[u8]) -> String {
    octets.escape_ascii().to_string()
}

impl Value {
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Atom(text) | Self::Text(text) => Some(text),
            Self::List(_) | Self::Code(_) => None,
        }
    }

    /// Whether it is this word, whatever the case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Atom(text) if text.eq_ignore_ascii_case(word.as_bytes()))
    }

    pub fn number(&self) -> Option<u32> {
        std::str::from_utf8(self.text()?).ok()?.parse().ok()
    }
}

/// Reads the arguments of a line whose literals stand where they were announced, `{3}` CRLF and three octets.
/// Scripts write literals as `{{{` and `}}}` on lines of their own.
pub fn arguments(line: &[u8]) -> Vec<Value> {
    Reader { line, at: 0 }.values(None)
}

struct Reader<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Reader<'l> {
    fn rest(&self) -> &'l [u8] {
        &self.line[self.at..]
    }

    fn values(&mut self, close: Option<u8>) -> Vec<Value> {
        // Lists that are open, the innermost last.
        let mut open: Vec<(Option<u8>, Vec<Value>)> = vec![(close, Vec::new())];
        while let Some(&octet) = self.rest().first() {
            let (end, values) = open.last_mut().expect("one is open");
            if Some(octet) == *end {
                self.at += 1;
                let values = std::mem::take(values);
                open.pop();
                let Some((_, outer)) = open.last_mut() else {
                    return values;
                };
                outer.push(if octet == b')' {
                    Value::List(values)
                } else {
                    Value::Code(values)
                });
                continue;
            }
            match octet {
                b' ' | b'\r' | b'\n' => self.at += 1,
                b'(' => {
                    self.at += 1;
                    open.push((Some(b')'), Vec::new()));
                }
                b'[' => {
                    self.at += 1;
                    open.push((Some(b']'), Vec::new()));
                }
                b'"' => values.push(Value::Text(self.quoted())),
                _ => {
                    let value = match self.literal() {
                        Some(text) => Value::Text(text),
                        None => Value::Atom(self.atom(end.unwrap_or(b')'))),
                    };
                    values.push(value);
                }
            }
        }
        open.swap_remove(0).1
    }

    fn quoted(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        self.at += 1;
        while let Some(&octet) = self.rest().first() {
            self.at += 1;
            match octet {
                b'"' => break,
                b'\\' => {
                    text.extend(self.rest().first());
                    self.at += 1;
                }
                _ => text.push(octet),
            }
        }
        text
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        let rest = self.rest();
        let (binary, rest) = match rest.strip_prefix(b"~") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if let Some(script) = rest.strip_prefix(b"{{{\n") {
            let length = script.windows(4).position(|window| window == b"\n}}}")?;
            self.at = self.line.len() - script.len() + length + 4;
            let text = &script[..length];
            return Some(if binary {
                text.to_vec()
            } else {
                with_crlf(text)
            });
        }
        let rest = rest.strip_prefix(b"{")?;
        let end = rest.windows(3).position(|window| window == b"}\r\n")?;
        let length: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
        let text = rest.get(end + 3..end + 3 + length)?;
        self.at = self.line.len() - rest.len() + end + 3 + length;
        Some(text.to_vec())
    }

    /// Up to a blank or what closes the list; within brackets, as of `BODY[HEADER.FIELDS (TO)]`, up to their end.
    fn atom(&mut self, close: u8) -> Vec<u8> {
        let mut depth = 0_usize;
        let length = self.rest().iter().position(|&octet| {
            match octet {
                b'[' => depth += 1,
                b']' if depth > 0 => depth -= 1,
                _ => {}
            }
            depth == 0 && (octet == b' ' || octet == b'(' || octet == b'\r' || octet == close)
        });
        let length = length.unwrap_or(self.rest().len()).max(1);
        let atom = self.rest()[..length].to_vec();
        self.at += length;
        atom
    }
}

/// Line feeds that stand alone become CRLF.
pub fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, &octet) in text.iter().enumerate() {
        if octet == b'\n' && (at == 0 || text[at - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(octet);
    }
    out
}

/// The variables of a script.
pub type Variables = BTreeMap<String, Vec<u8>>;

/// A piece of a word of a script.
enum Piece<'w> {
    Plain(&'w [u8]),
    Variable(&'w str),
    Anything,
}

fn pieces(word: &[u8]) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), word);
    while !rest.is_empty() {
        let Some(dollar) = rest.iter().position(|&octet| octet == b'$') else {
            pieces.push(Piece::Plain(rest));
            break;
        };
        if dollar > 0 {
            pieces.push(Piece::Plain(&rest[..dollar]));
        }
        rest = &rest[dollar + 1..];
        if rest.first() == Some(&b'$') {
            pieces.push(Piece::Plain(b"$"));
            rest = &rest[1..];
            continue;
        }
        let braced = rest.first() == Some(&b'{');
        let name = &rest[usize::from(braced)..];
        let length = name
            .iter()
            .position(|octet| !octet.is_ascii_alphanumeric() && *octet != b'_')
            .unwrap_or(name.len());
        let (name, after) = name.split_at(length);
        rest = &after[usize::from(braced)..];
        pieces.push(match std::str::from_utf8(name) {
            Ok("") | Err(_) => Piece::Anything,
            Ok(name) => Piece::Variable(name),
        });
    }
    pieces
}

/// A word with its variables put in; `None` where one is not known.
pub fn expand(word: &[u8], variables: &Variables) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for piece in pieces(word) {
        match piece {
            Piece::Plain(text) => out.extend_from_slice(text),
            Piece::Variable(name) => out.extend_from_slice(variables.get(name)?),
            Piece::Anything => return None,
        }
    }
    Some(out)
}

/// How the elements of a list are compared.
#[derive(Clone, Debug, Default)]
struct Rule {
    /// The elements come in chains of so many, in any order; 0: in the order given.
    chain: usize,
    no_extra: bool,
    ignored: Vec<Vec<u8>>,
    banned: Vec<Vec<u8>>,
}

impl Rule {
    fn unordered(chain: usize) -> Self {
        Self {
            chain,
            ..Self::default()
        }
    }

    /// Flags as FETCH gives them: in any order, no others but `\Recent`.
    fn flags() -> Self {
        Self {
            no_extra: true,
            ignored: vec![b"\\recent".to_vec()],
            ..Self::unordered(1)
        }
    }

    /// The rule that a list of a script names at its head, and what stands behind; otherwise the default.
    fn of<'v>(list: &'v [Value], default: &Self) -> (Self, &'v [Value]) {
        let mut rule = Self::default();
        let mut named = 0;
        for value in list {
            let Some(directive) = value.text().and_then(|text| text.strip_prefix(b"$!")) else {
                break;
            };
            named += 1;
            let directive = String::from_utf8_lossy(directive).into_owned();
            match directive.split_once('=').unwrap_or((&directive, "")) {
                ("unordered", count) => rule.chain = count.parse().unwrap_or(1),
                ("noextra", _) => rule.no_extra = true,
                ("ignore", element) => rule.ignored.push(element.into()),
                ("ban", element) => rule.banned.push(element.into()),
                _ => {}
            }
        }
        if named == 0 {
            (default.clone(), list)
        } else {
            (rule, &list[named..])
        }
    }
}

/// Where a list stands, which says how it is compared by default.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Fetch,
    Flags,
    List,
    Status,
    Other,
}

impl Place {
    fn rule(self) -> Rule {
        match self {
            Self::Fetch | Self::Status => Rule::unordered(2),
            Self::Flags => Rule::flags(),
            Self::List => Rule::unordered(1),
            Self::Other => Rule::default(),
        }
    }

    /// The place of a list behind this element, in a list of this place.
    fn within(self, before: Option<&Value>) -> Self {
        match self {
            Self::Fetch if before.is_some_and(|value| value.is("FLAGS")) => Self::Flags,
            _ => Self::Other,
        }
    }
}

fn sequence_set(text: &[u8]) -> Option<Vec<(u64, u64)>> {
    let mut ranges = Vec::new();
    for range in std::str::from_utf8(text).ok()?.split(',') {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        ranges.push((first.min(last), first.max(last)));
    }
    ranges.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    Some(joined)
}

/// Compares a word; a variable that has no value yet takes it from the server.
fn word(expected: &Value, actual: &Value, variables: &mut Variables) -> bool {
    let (Some(pattern), Some(given)) = (expected.text(), actual.text()) else {
        return matches!(expected, Value::Atom(any) if any == b"$");
    };
    if pattern == b"$" {
        return true;
    }
    // NIL is not the string of these letters.
    let is_nil = |value: &Value| value.is("NIL");
    if is_nil(expected) != is_nil(actual) {
        let variable = pattern.starts_with(b"$");
        if !variable {
            return false;
        }
    }
    if let Some(expected) = expand(pattern, variables) {
        return expected.eq_ignore_ascii_case(given)
            || sequence_set(&expected).is_some_and(|set| sequence_set(given) == Some(set));
    }
    // One piece may be new; what is around it must fit.
    let pieces = pieces(pattern);
    let known = |pieces: &[Piece<'_>], variables: &Variables| {
        let mut out = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Plain(text) => out.extend_from_slice(text),
                Piece::Variable(name) => out.extend_from_slice(variables.get(*name)?),
                Piece::Anything => return None,
            }
        }
        Some(out)
    };
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Variable(name) = piece else {
            continue;
        };
        if variables.contains_key(*name) {
            continue;
        }
        let (Some(before), Some(after)) = (
            known(&pieces[..at], variables),
            known(&pieces[at + 1..], variables),
        ) else {
            return false;
        };
        let fits = given.len() >= before.len() + after.len()
            && given[..before.len()].eq_ignore_ascii_case(&before)
            && given[given.len() - after.len()..].eq_ignore_ascii_case(&after);
        if fits {
            let value = given[before.len()..given.len() - after.len()].to_vec();
            variables.insert((*name).to_owned(), value);
        }
        return fits;
    }
    false
}

fn value(expected: &Value, actual: &Value, place: Place, variables: &mut Variables) -> bool {
    match (expected, actual) {
        (Value::List(expected), Value::List(actual)) => list(expected, actual, place, variables),
        (Value::Code(expected), Value::Code(actual)) => {
            expected.len() <= actual.len() && in_order(expected, actual, Place::Other, variables)
        }
        _ => word(expected, actual, variables),
    }
}

fn in_order(expected: &[Value], actual: &[Value], place: Place, variables: &mut Variables) -> bool {
    expected.iter().zip(actual).enumerate().all(|(at, (e, a))| {
        let before = at.checked_sub(1).and_then(|before| expected.get(before));
        value(e, a, place.within(before), variables)
    })
}

fn list(expected: &[Value], actual: &[Value], place: Place, variables: &mut Variables) -> bool {
    let (rule, expected) = Rule::of(expected, &place.rule());
    if rule.chain == 0 {
        return expected.len() == actual.len() && in_order(expected, actual, place, variables);
    }
    let mut left: Vec<&[Value]> = actual.chunks(rule.chain).collect();
    for chain in expected.chunks(rule.chain) {
        let found = left.iter().position(|other| {
            let mut trial = variables.clone();
            let fits = chain.len() == other.len() && in_order(chain, other, place, &mut trial);
            if fits {
                *variables = trial;
            }
            fits
        });
        match found {
            Some(at) => drop(left.remove(at)),
            None => return false,
        }
    }
    left.iter().all(|chain| {
        let is = |name: &Vec<u8>| {
            let text = chain.first().and_then(Value::text);
            text.is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        !rule.banned.iter().any(is) && (!rule.no_extra || rule.ignored.iter().any(is))
    })
}

/// Whether a response is what a line of a script expects. What is put into variables stays only where it is.
///
/// Behind OK, NO, BAD and BYE, text may follow; every other response must be told whole.
pub fn fits(expected: &[Value], actual: &[Value], variables: &mut Variables) -> bool {
    let mut trial = variables.clone();
    let status = expected
        .first()
        .is_some_and(|first| ["OK", "NO", "BAD", "BYE"].iter().any(|word| first.is(word)));
    let same_length = if status {
        expected.len() <= actual.len()
    } else {
        expected.len() == actual.len()
    };
    let kind = |at: usize, word: &str| actual.get(at).is_some_and(|value| value.is(word));
    let place = if kind(1, "FETCH") {
        Place::Fetch
    } else if kind(0, "LIST") || kind(0, "LSUB") {
        Place::List
    } else if kind(0, "STATUS") {
        Place::Status
    } else {
        Place::Other
    };
    let fits = same_length
        && expected
            .iter()
            .zip(actual)
            .all(|(e, a)| value(e, a, place, &mut trial));
    if fits {
        *variables = trial;
    }
    fits
}
