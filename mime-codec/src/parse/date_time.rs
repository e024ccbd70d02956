//! Dates as mail has them.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "numbers are read from at most four digits"
)]

use alloc::vec::Vec;
use core::str::FromStr;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{cfws::skip_cfws, is_fws, sixteen::find_any, slice, trim, trim_start},
    types::date_time::{DateTime, days_in_month},
};

/// What was odd about a date that was read.
///
/// ```
/// use mailweft_mime::DateTime;
///
/// let (date, oddities) = DateTime::read(b"Tuesday, 1 June 99 9:05 PM EDT (summer)").unwrap();
/// assert_eq!(date.to_string(), "Tue, 1 Jun 1999 21:05:00 -0400");
/// assert!(oddities.short_year && oddities.named_zone && oddities.other_form);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateOddities {
    /// The year has two or three digits (RFC 5322 §4.3).
    pub short_year: bool,
    /// The zone is a name (RFC 5322 §4.3).
    pub named_zone: bool,
    /// There is no zone, or one that nobody knows: UTC was taken.
    pub no_zone: bool,
    /// There is no time: midnight was taken.
    pub no_time: bool,
    /// The weekday is not that of the date.
    pub wrong_weekday: bool,
    /// A number was out of its range, and was brought into it.
    pub out_of_range: bool,
    /// Words in another order, full names, a time of twelve hours: not the form of RFC 5322.
    pub other_form: bool,
}

impl DateOddities {
    /// True where the date is as RFC 5322 §3.3 and §4.3 write it.
    #[must_use]
    pub const fn is_standard(self) -> bool {
        !(self.no_zone
            || self.no_time
            || self.wrong_weekday
            || self.out_of_range
            || self.other_form)
    }
}

/// The zones of RFC 5322 §4.3, and those that mail has beside them; in minutes.
const ZONES: [(&[u8], i16); 24] = [
    (b"ut", 0),
    (b"gmt", 0),
    (b"utc", 0),
    (b"z", 0),
    (b"est", -300),
    (b"edt", -240),
    (b"cst", -360),
    (b"cdt", -300),
    (b"mst", -420),
    (b"mdt", -360),
    (b"pst", -480),
    (b"pdt", -420),
    (b"wet", 0),
    (b"bst", 60),
    (b"west", 60),
    (b"cet", 60),
    (b"met", 60),
    (b"cest", 120),
    (b"mest", 120),
    (b"eet", 120),
    (b"eest", 180),
    (b"msk", 180),
    (b"jst", 540),
    (b"kst", 540),
];

/// How many octets of a date are looked at.
const MOST: usize = 1000;

#[derive(Default)]
struct Reader {
    weekday: Option<u8>,
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    time: Option<(u8, u8, u8)>,
    zone: Option<i16>,
    unknown_zone: bool,
    afternoon: Option<bool>,
    odd: DateOddities,
}

/// A digit run of at most nine digits.
fn number(word: &[u8]) -> Option<u32> {
    if word.is_empty() || word.len() > 9 {
        return None;
    }
    word.iter().try_fold(0_u32, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0'))
    })
}

fn small(value: u32) -> Option<u8> {
    u8::try_from(value).ok()
}

/// The month whose name `word` is or begins with: `Jun`, `June`.
fn month(word: &[u8]) -> Option<u8> {
    let month = month_of(word.first_chunk()?)?;
    is_name(word).then_some(month)
}

/// The weekday whose name `word` is or begins with: `Tue`, `Tues`, `Tuesday`; Sunday is the first.
fn weekday(word: &[u8]) -> Option<u8> {
    let day = weekday_of(word.first_chunk()?)?;
    is_name(word).then_some(day)
}

/// Letters, no more than in the longest name: `September`, `Wednesday`.
fn is_name(word: &[u8]) -> bool {
    word.len() <= 9 && word.iter().all(u8::is_ascii_alphabetic)
}

const fn month_of(&[a, b, c]: &[u8; 3]) -> Option<u8> {
    Some(match &[a | 0x20, b | 0x20, c | 0x20] {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

const fn weekday_of(&[a, b, c]: &[u8; 3]) -> Option<u8> {
    Some(match &[a | 0x20, b | 0x20, c | 0x20] {
        b"sun" => 0,
        b"mon" => 1,
        b"tue" => 2,
        b"wed" => 3,
        b"thu" => 4,
        b"fri" => 5,
        b"sat" => 6,
        _ => return None,
    })
}

/// The form of RFC 5322 §3.3, which nearly all mail has: each octet at its place, white space of any length between. With
/// it the weekday that it names; nothing else of it can be odd.
fn standard(value: &[u8]) -> Option<(DateTime, Option<u8>)> {
    let (weekday, rest) = match trim(value) {
        [a, b, c, b',', rest @ ..] => (Some(weekday_of(&[*a, *b, *c])?), behind_blanks(rest)?),
        rest => (None, rest),
    };
    let (d1, d2, rest) = match rest {
        [tens, ones @ b'0'..=b'9', rest @ ..] => (*tens, *ones, rest),
        [ones, rest @ ..] => (b'0', *ones, rest),
        _ => return None,
    };
    let (&[a, b, c, b' ', y1, y2, y3, y4], rest) = behind_blanks(rest)?.split_first_chunk()? else {
        return None;
    };
    let (&[h1, h2, b':', m1, m2, b':', s1, s2], rest) = behind_blanks(rest)?.split_first_chunk()?
    else {
        return None;
    };
    let (&[sign @ (b'+' | b'-'), z1, z2, z3, z4], tail) =
        behind_blanks(rest)?.split_first_chunk()?
    else {
        return None;
    };
    let [century, year, hours, minutes] = pairs([y1, y2, y3, y4, z1, z2, z3, z4])?;
    let [day, hour, minute, second] = pairs([d1, d2, h1, h2, m1, m2, s1, s2])?;
    let year = u16::from(century) * 100 + u16::from(year);
    let offset = i16::from(hours) * 60 + i16::from(minutes);
    let date = DateTime {
        year,
        month: month_of(&[a, b, c])?,
        day,
        hour,
        minute,
        second,
        offset: if sign == b'-' { -offset } else { offset },
        unknown_zone: sign == b'-' && offset == 0,
    };
    let only_a_comment = tail.is_empty()
        || match behind_blanks(tail)? {
            [b'(', inside @ .., b')'] => find_any([b'(', b')'], inside).is_none(),
            _ => false,
        };
    let plain = minutes < 60 && only_a_comment && value.len() <= MOST;
    (plain && date.is_valid()).then_some((date, weekday))
}

/// Four numbers of two digits each, all at once; nothing where one is no digit.
fn pairs(digits: [u8; 8]) -> Option<[u8; 4]> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let values = u64::from_le_bytes(digits) ^ 0x3030_3030_3030_3030;
    // The highest bit of each octet says that it is above nine.
    let above = ((values & !HIGH) + 0x7676_7676_7676_7676) | values;
    if above & HIGH != 0 {
        return None;
    }
    let [a, _, b, _, c, _, d, _] = (values * 10 + (values >> 8)).to_le_bytes();
    Some([a, b, c, d])
}

/// A time of day with white space or comments around its colons (RFC 5322 §4.3): the same without them, and how long it
/// is as it stands.
fn spread_clock(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut clock, mut rest, mut spread) = (Vec::new(), text, false);
    loop {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=2).contains(&digits) {
            return None;
        }
        clock.extend_from_slice(slice(rest, 0, digits));
        rest = slice(rest, digits, rest.len());
        let colon = skip_cfws(rest);
        // Behind two numbers a third may stand, and no more.
        let Some(behind) = colon.strip_prefix(b":").filter(|_| clock.len() < 6) else {
            break;
        };
        let next = skip_cfws(behind);
        spread |= colon.len() < rest.len() || next.len() < behind.len();
        clock.push(b':');
        rest = next;
    }
    spread.then(|| (clock, text.len() - rest.len()))
}

/// What stands behind white space; nothing where there is none.
#[inline(always)]
fn behind_blanks(octets: &[u8]) -> Option<&[u8]> {
    match octets {
        [blank, octet, ..] if is_fws(*blank) && !is_fws(*octet) => octets.get(1..),
        [blank, rest @ ..] if is_fws(*blank) => Some(trim_start(rest)),
        _ => None,
    }
}

impl Reader {
    /// Any form at all, word by word.
    fn words(value: &[u8]) -> Self {
        let mut reader = Self::default();
        let mut depth = 0_usize;
        let mut first = true;
        let end = |b: &u8| is_fws(*b) || matches!(b, b',' | b'(' | b')' | b'"' | b';');
        let mut rest = slice(value, 0, MOST);
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ if depth > 0 || end(&byte) => {}
                _ => {
                    let spread = reader.time.is_none().then(|| spread_clock(rest)).flatten();
                    let (known, len) = match spread {
                        Some((clock, len)) => (reader.word(&clock, first), len),
                        None => {
                            let len = rest.iter().position(end).unwrap_or(rest.len());
                            (reader.word(slice(rest, 0, len), first), len)
                        }
                    };
                    reader.odd.other_form |= !known;
                    first = false;
                    rest = slice(rest, len, rest.len());
                    continue;
                }
            }
            rest = after;
        }
        reader
    }

    fn word(&mut self, word: &[u8], first: bool) -> bool {
        if word.first().is_some_and(u8::is_ascii_digit) {
            return self.numeric(word);
        }
        if let [sign @ (b'+' | b'-'), digits @ ..] = word {
            return self.offset(*sign, digits);
        }
        if let Some(day) =
            weekday(word).filter(|_| self.weekday.is_none() && (first || self.day.is_none()))
        {
            self.odd.other_form |= word.len() > 3;
            self.weekday = Some(day);
            return true;
        }
        if let Some(month) = month(word).filter(|_| self.month.is_none()) {
            self.odd.other_form |= word.len() > 3 || self.day.is_none();
            self.month = Some(month);
            return true;
        }
        self.zone_name(word)
    }

    fn numeric(&mut self, word: &[u8]) -> bool {
        if word.contains(&b':')
            || (word.contains(&b'.') && self.day.is_some() && self.time.is_none())
        {
            return self.clock(word);
        }
        // `21-Nov-1997`, `1997-11-21`, `11/21/97`.
        if let Some(sign) = word.iter().find(|b| matches!(b, b'-' | b'/')) {
            self.odd.other_form = true;
            let mut pieces = word.split(|b| b == sign);
            let (a, b, c) = (pieces.next(), pieces.next(), pieces.next());
            let (Some(a), Some(b)) = (a, b) else {
                return false;
            };
            // `1997-11-21T09:55:06Z`
            if let (4, Some(year), Some(month), Some(c)) = (a.len(), number(a), number(b), c) {
                let (day, clock) = match c.iter().position(|b| matches!(b, b'T' | b't')) {
                    Some(at) => (slice(c, 0, at), slice(c, at + 1, c.len())),
                    None => (c, b"".as_slice()),
                };
                self.year = u16::try_from(year).ok();
                self.month = small(month);
                self.day = number(day).and_then(small);
                return clock.is_empty() || self.clock(clock);
            }
            self.day = number(a).and_then(small);
            self.month = month(b).or_else(|| number(b).and_then(small));
            return c.is_none_or(|c| self.set_year(c));
        }
        let digits = word.iter().take_while(|b| b.is_ascii_digit()).count();
        let Some(value) = number(slice(word, 0, digits)) else {
            return false;
        };
        let tail = slice(word, digits, word.len());
        if !tail.is_empty() {
            // `1st`, `9PM`.
            self.odd.other_form = true;
            if tail.eq_ignore_ascii_case(b"am") || tail.eq_ignore_ascii_case(b"pm") {
                self.time = small(value).map(|hour| (hour, 0, 0));
                return self.zone_name(tail);
            }
        }
        match (self.day, self.year, self.time, digits) {
            (None, _, _, 1 | 2) => {
                self.day = small(value);
                true
            }
            (_, None, _, 2..) => self.set_year(slice(word, 0, digits)),
            // A zone without its sign.
            (_, Some(_), Some(_), 4) if self.zone.is_none() => {
                self.odd.other_form = true;
                self.offset(b'+', word)
            }
            _ => false,
        }
    }

    fn set_year(&mut self, digits: &[u8]) -> bool {
        let Some(value) = number(digits) else {
            return false;
        };
        let year = match digits.len() {
            // RFC 5322 §4.3.
            0..=2 if value < 50 => value + 2000,
            0..=3 => value + 1900,
            _ => value,
        };
        self.odd.short_year |= digits.len() < 4;
        self.year = u16::try_from(year).ok();
        self.year.is_some()
    }

    fn clock(&mut self, word: &[u8]) -> bool {
        if self.time.is_some() {
            return false;
        }
        let end = word
            .iter()
            .take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b','))
            .count();
        let (clock, tail) = (slice(word, 0, end), slice(word, end, word.len()));
        let mut pieces = clock.split(|b| matches!(b, b':' | b'.' | b','));
        let mut next = || pieces.next().and_then(number);
        let (Some(hour), Some(minute)) = (next(), next()) else {
            return false;
        };
        let second = next().unwrap_or(0);
        self.odd.other_form |= clock.contains(&b'.') || clock.contains(&b',');
        self.odd.out_of_range |= hour > 23 || minute > 59 || second > 60;
        let bring = |value: u32, most| small(value.min(most)).unwrap_or(0);
        self.time = Some((bring(hour, 23), bring(minute, 59), bring(second, 60)));
        match tail {
            [] => true,
            [sign @ (b'+' | b'-'), digits @ ..] => {
                self.odd.other_form = true;
                self.offset(*sign, digits)
            }
            name => {
                self.odd.other_form = true;
                self.zone_name(name)
            }
        }
    }

    fn offset(&mut self, sign: u8, digits: &[u8]) -> bool {
        if self.zone.is_some_and(|zone| zone != 0) || digits.is_empty() {
            return self.zone.is_some();
        }
        let colon = digits.iter().position(|&b| b == b':');
        let mut pieces = digits.split(|&b| b == b':').map(number);
        let (hours, minutes) = match (colon, digits.len()) {
            (Some(_), _) => (pieces.next().flatten(), pieces.next().flatten()),
            (None, 1 | 2) => (number(digits), Some(0)),
            (None, 4) => (number(slice(digits, 0, 2)), number(slice(digits, 2, 4))),
            (None, 3) => (number(slice(digits, 0, 1)), number(slice(digits, 1, 3))),
            _ => (None, None),
        };
        self.odd.other_form |= colon.is_some() || digits.len() != 4;
        let (Some(hours), Some(minutes)) = (hours, minutes) else {
            self.odd.no_zone = true;
            return false;
        };
        if hours > 99 || minutes > 59 {
            self.odd.out_of_range = true;
            return true;
        }
        let total = i16::try_from(hours * 60 + minutes).unwrap_or(0);
        self.unknown_zone = sign == b'-' && total == 0;
        self.zone = Some(if sign == b'-' { -total } else { total });
        true
    }

    fn zone_name(&mut self, word: &[u8]) -> bool {
        let end = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let (name, tail) = (slice(word, 0, end), slice(word, end, word.len()));
        if name.eq_ignore_ascii_case(b"am") || name.eq_ignore_ascii_case(b"pm") {
            self.odd.other_form = true;
            self.afternoon = Some(name.eq_ignore_ascii_case(b"pm"));
            return true;
        }
        if self.time.is_none() || self.zone.is_some() {
            return false;
        }
        self.odd.named_zone = true;
        if let Some(&(_, minutes)) = ZONES
            .iter()
            .find(|(zone, _)| name.eq_ignore_ascii_case(zone))
        {
            self.zone = Some(minutes);
            // `GMT+1`, `UTC-05:00`
            if let [sign @ (b'+' | b'-'), digits @ ..] = tail {
                self.odd.other_form = true;
                return self.offset(*sign, digits);
            }
            return true;
        }
        // RFC 5322 §4.3: one letter of the military says nothing for sure, and other names say nothing.
        self.zone = Some(0);
        self.unknown_zone = true;
        self.odd.no_zone |= name.len() != 1;
        true
    }

    fn finish(mut self) -> Option<(DateTime, DateOddities)> {
        let date = self.date()?;
        self.odd.wrong_weekday = self
            .weekday
            .is_some_and(|weekday| weekday != date.weekday());
        Some((date, self.odd))
    }

    fn date(&mut self) -> Option<DateTime> {
        let (year, mut month, mut day) = (self.year?, self.month?, self.day?);
        // `11/21/97`: there is no twenty-first month.
        if month > 12 && day <= 12 {
            (month, day) = (day, month);
        }
        self.odd.no_time |= self.time.is_none();
        let (mut hour, minute, second) = self.time.unwrap_or_default();
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        self.odd.no_zone |= self.zone.is_none();
        let last = days_in_month(year, month);
        if day > last && day <= 31 {
            self.odd.out_of_range = true;
            day = last;
        }
        let unknown_zone = self.unknown_zone || self.zone.is_none();
        let offset = self.zone.unwrap_or(0);
        let date = DateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            offset,
            unknown_zone,
        };
        date.is_valid().then_some(date)
    }
}

impl DateTime {
    /// Reads a date in any form that mail has, and tells what was odd about it.
    ///
    /// `None` where no day, month and year can be made out.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<(Self, DateOddities)> {
        let Some((date, weekday)) = standard(value) else {
            return Reader::words(value).finish();
        };
        let odd = DateOddities {
            wrong_weekday: weekday.is_some_and(|weekday| weekday != date.weekday()),
            ..DateOddities::default()
        };
        Some((date, odd))
    }

    /// As [`read`](Self::read), where nobody asks what was odd.
    pub(crate) fn read_alone(value: &[u8]) -> Option<Self> {
        match standard(value) {
            Some((date, _)) => Some(date),
            None => Reader::words(value).date(),
        }
    }

    /// The date that `text` is, in the form that RFC 5322 §3.3 writes, or the obsolete one of §4.3.
    ///
    /// # Errors
    ///
    /// Any other form, a wrong weekday, a number out of its range.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl FromStr for DateTime {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let end = || ParseError::at(text.as_bytes(), text.len(), Rule::DateTime);
        let (date, odd) = Self::read(text.as_bytes()).ok_or_else(end)?;
        if odd.is_standard() {
            Ok(date)
        } else {
            Err(ParseError::new(
                ParseErrorKind::OutOfRange,
                Rule::DateTime,
                0,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is read octet by octet is what is read word by word.
        #[test]
        fn standard_is_no_other_reading(
            day in prop::sample::select(&["", "Mon,", "fri,", "Sun,", "Xyz,"][..]),
            (date, month) in (0_u8..34, prop::sample::select(&["Jan", "FEB", "may", "Nov", "Sept", "13"][..])),
            year in prop::sample::select(&["1997", "2026", "97", "0001"][..]),
            time in (0_u8..26, 0_u8..62, 0_u8..63),
            zone in prop::sample::select(&["+0000", "-0000", "-0800", "+1275", "EST", "+01:00", "-9959"][..]),
            tail in prop::sample::select(&["", "(PST)", "(a(b))", "(a", ")", "x", "()", "(P\r\n T)"][..]),
            blanks in prop::array::uniform7(prop_oneof![
                5 => Just(" "), 1 => prop::sample::select(&["", "  ", "\t", "\r\n ", " \r\n\t"][..]),
            ]),
        ) {
            let (hour, minute, second) = time;
            let [a, b, c, d, e, f, g] = blanks;
            let value = format!("{day}{a}{date}{b}{month}{c}{year}{d}{hour:02}:{minute:02}:{second:02}{e}{zone}{f}{tail}{g}");
            let words = Reader::words(value.as_bytes()).finish();
            prop_assert_eq!(DateTime::read(value.as_bytes()), words);
        }
    }
}
