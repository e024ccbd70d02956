//! Dates and times (RFC 3501 §9).

use core::str::FromStr;

use bytes::Bytes;
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{take, take_while_m_n},
    character::complete::char,
    combinator::{map, map_opt, value},
    sequence::{preceded, terminated},
};

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    parse::cursor::{Cursor, Result},
    types::{
        date_time::{Date, DateTime, MONTHS},
        syntax::Syntax,
    },
};

type Nom<'i, T> = IResult<&'i [u8], T, ()>;
/// Day, month, year.
type Ymd = (u16, u8, u16);
/// Hour, minute, second.
type Hms = (u16, u16, u16);

/// A number of at most four digits.
fn digits<'i>(least: usize, most: usize) -> impl Parser<&'i [u8], Output = u16, Error = ()> {
    map(
        take_while_m_n(least, most, |byte: u8| byte.is_ascii_digit()),
        |digits: &[u8]| {
            digits.iter().fold(0u16, |value, digit| {
                let digit = u16::from(digit.wrapping_sub(b'0'));
                value.wrapping_mul(10).wrapping_add(digit)
            })
        },
    )
}

/// `date-month = "Jan" / "Feb" / ..`
fn month(input: &[u8]) -> Nom<'_, u8> {
    map_opt(take(3usize), |name: &[u8]| {
        (1u8..)
            .zip(MONTHS)
            .find(|(_, month)| month.as_bytes().eq_ignore_ascii_case(name))
            .map(|(number, _)| number)
    })
    .parse(input)
}

/// `date-text = date-day "-" date-month "-" date-year`, the day with one or two digits
fn date_text(input: &[u8]) -> Nom<'_, Ymd> {
    (
        terminated(digits(1, 2), char('-')),
        terminated(month, char('-')),
        digits(4, 4),
    )
        .parse(input)
}

/// `time = 2DIGIT ":" 2DIGIT ":" 2DIGIT`
fn time(input: &[u8]) -> Nom<'_, Hms> {
    (
        terminated(digits(2, 2), char(':')),
        terminated(digits(2, 2), char(':')),
        digits(2, 2),
    )
        .parse(input)
}

/// `zone = ("+" / "-") 4DIGIT`, in minutes
fn zone(input: &[u8]) -> Nom<'_, i16> {
    (
        alt((value(1i16, char('+')), value(-1i16, char('-')))),
        digits(2, 2),
        digits(2, 2),
    )
        .map(|(sign, hours, minutes)| {
            let minutes = hours.saturating_mul(60).saturating_add(minutes);
            sign.saturating_mul(i16::try_from(minutes).unwrap_or(i16::MAX))
        })
        .parse(input)
}

/// `date-time` without its quotes; the day may lack its space.
fn date_time(input: &[u8]) -> Nom<'_, (Ymd, Hms, i16)> {
    (
        alt((preceded(char(' '), date_text), date_text)),
        preceded(char(' '), time),
        preceded(char(' '), zone),
    )
        .parse(input)
}

fn to_date((day, month, year): Ymd) -> Option<Date> {
    Date::new(year, month, u8::try_from(day).ok()?).ok()
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self> {
        let impossible = ParseError::new(Kind::Impossible, Rule::Date, 0);
        match date_text(text.as_bytes()) {
            Ok((b"", date)) => to_date(date).ok_or(impossible),
            _ => Err(impossible),
        }
    }
}

impl FromStr for DateTime {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self> {
        let quoted = Bytes::from(alloc::format!("\"{text}\""));
        let mut cursor = Cursor::over(&quoted, &Syntax::interop());
        match cursor.date_time()? {
            Some(date) if cursor.rest().is_empty() => Ok(date),
            _ => Err(ParseError::new(Kind::Impossible, Rule::DateTime, 0)),
        }
    }
}

impl Cursor<'_> {
    /// `date = date-text / DQUOTE date-text DQUOTE`
    pub(crate) fn date(&mut self) -> Result<Date> {
        let quoted = self.eat(b'"');
        let (rest, date) = date_text(self.rest()).map_err(|_| self.unexpected(Rule::Date))?;
        let Some(date) = to_date(date) else {
            return Err(self.error(Kind::Impossible, Rule::Date));
        };
        self.take(self.rest().len().saturating_sub(rest.len()));
        if quoted {
            self.expect(b'"', Rule::Date)?;
        }
        Ok(date)
    }

    /// `date-time = DQUOTE date-day-fixed "-" .. DQUOTE`; `None` for one that is no moment at all.
    pub(crate) fn date_time(&mut self) -> Result<Option<DateTime>> {
        let (text, _) = self.quoted(Rule::DateTime)?;
        let parsed = match date_time(text) {
            Ok((b"", (date, (hour, minute, second), zone))) => to_date(date).and_then(|date| {
                let small = |number: u16| u8::try_from(number).ok();
                DateTime::new(date, small(hour)?, small(minute)?, small(second)?, zone).ok()
            }),
            _ => None,
        };
        // `date-day-fixed = (SP DIGIT) / 2DIGIT`
        if parsed.is_none() || text.len() != b"dd-Mon-yyyy hh:mm:ss +zzzz".len() {
            self.repair(Repair::BadDate, Rule::DateTime)?;
        }
        Ok(parsed)
    }
}
