//! The lines of an answer.

use bytes::Bytes;

use crate::{
    parse::{
        drop_listing, plain_scan_listing, plain_unique_id_listing, scan_listing, unique_id_listing,
    },
    types::{Command, DropListing, ScanListing, Text, UniqueId, UniqueIdListing},
};

/// A line of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// The answer to STAT.
    Drop(DropListing),
    /// A line of LIST.
    Scan(ScanListing),
    /// A line of UIDL.
    UniqueId(UniqueIdListing),
    /// A line of LANG, or a mechanism that AUTH alone lists.
    Line(Text),
    /// A line that is not what was asked for; it is all there.
    Odd(Text),
}

/// Lines of an answer that came together: read as they are asked for, slices of the input where they hold text.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_pop3::{Client, Command, Password, Text, client::{Config, Event, Item}};
///
/// let mut client = Client::new(Config::new());
/// let mut input = BytesMut::from("+OK ready\r\n+OK\r\n+OK\r\n");
/// client.send(Command::User(Text::from_static("mrose")))?;
/// client.send(Command::Pass(Password::new("tanstaaf")?))?;
/// client.send(Command::List(None))?;
/// input.extend_from_slice(b"+OK\r\n1 120\r\n2 what?\r\n.\r\n");
/// let mut lines = Vec::new();
/// loop {
///     match client.poll(&mut input)? {
///         Event::Items { items, .. } => lines.extend(items),
///         Event::NeedInput => break,
///         _ => {}
///     }
/// }
/// assert!(matches!(&lines[..], [Item::Scan(scan), Item::Odd(_)] if scan.octets == 120));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items(Inner);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Inner {
    One(Option<Item>),
    /// Whole lines with their ends, none of which begins with a dot, and how far they were read.
    Lines {
        asked: Asked,
        lines: Bytes,
        at: usize,
    },
}

/// What the lines should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Drop,
    Scan,
    UniqueId,
    Line,
}

impl Asked {
    pub(super) const fn by(command: &Command) -> Self {
        match command {
            Command::Stat => Self::Drop,
            Command::List(_) => Self::Scan,
            Command::Uidl(_) => Self::UniqueId,
            _ => Self::Line,
        }
    }

    /// What one line says, without its end.
    fn read(self, line: Bytes) -> Item {
        let read = match self {
            Self::Drop => drop_listing(&line).map(Item::Drop),
            Self::Scan => scan_listing(&line).map(Item::Scan),
            Self::UniqueId => unique_id_listing(&line).map(Item::UniqueId),
            Self::Line => return Item::Line(Text::from_line(line)),
        };
        read.unwrap_or_else(|_| Item::Odd(Text::from_line(line)))
    }
}

impl Items {
    pub(super) fn one(asked: Asked, line: Bytes) -> Self {
        Self(Inner::One(Some(asked.read(line))))
    }

    pub(super) const fn of(asked: Asked, lines: Bytes) -> Self {
        let at = 0;
        Self(Inner::Lines { asked, lines, at })
    }
}

impl Iterator for Items {
    type Item = Item;

    #[inline]
    fn next(&mut self) -> Option<Item> {
        self.plain_scan().or_else(|| self.other())
    }

    /// There may be very many, and nearly all are as the RFC has them: each kind has a loop of its own.
    #[inline]
    fn fold<A, F: FnMut(A, Item) -> A>(mut self, mut all: A, mut each: F) -> A {
        loop {
            while let Some(item) = self.plain_scan() {
                all = each(all, item);
            }
            while let Some(item) = self.plain_unique_id() {
                all = each(all, item);
            }
            match self.other() {
                Some(item) => all = each(all, item),
                None => return all,
            }
        }
    }
}

impl Items {
    /// The next line, where it is one of LIST to the octet.
    #[inline(always)]
    fn plain_scan(&mut self) -> Option<Item> {
        let Inner::Lines {
            asked: Asked::Scan,
            lines,
            at,
        } = &mut self.0
        else {
            return None;
        };
        let (scan, length) = plain_scan_listing(lines.get(*at..)?)?;
        *at = at.saturating_add(length);
        Some(Item::Scan(scan))
    }

    /// The next line, where it is one of UIDL to the octet.
    #[inline(always)]
    fn plain_unique_id(&mut self) -> Option<Item> {
        let Inner::Lines {
            asked: Asked::UniqueId,
            lines,
            at,
        } = &mut self.0
        else {
            return None;
        };
        let (number, start, end) = plain_unique_id_listing(lines.get(*at..)?)?;
        let place = at.saturating_add(start)..at.saturating_add(end);
        *at = place.end.saturating_add(2);
        let id = UniqueId::from_lines(lines, place);
        Some(Item::UniqueId(UniqueIdListing { number, id }))
    }

    /// The next line, whatever it is.
    fn other(&mut self) -> Option<Item> {
        if let Some(item) = self.plain_unique_id() {
            return Some(item);
        }
        let (asked, lines, at) = match &mut self.0 {
            Inner::One(item) => return item.take(),
            Inner::Lines { asked, lines, at } => (*asked, lines, at),
        };
        let rest = lines.get(*at..)?;
        let end = memchr::memchr(b'\n', rest)?;
        let start = *at;
        *at = at.saturating_add(end).saturating_add(1);
        let line = rest.get(..end)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Some(asked.read(lines.slice(start..start.saturating_add(line.len()))))
    }
}
