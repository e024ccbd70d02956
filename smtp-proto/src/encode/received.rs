//! A [`Received`] field to its lines (RFC 5321 §4.4, RFC 5322 §3.3).

use core::{fmt, net::IpAddr};

use crate::types::{HelloName, Received};

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Received: ")?;
        if let Some(hello) = &self.hello {
            from(self, hello, f)?;
            f.write_str("\r\n\t")?;
        }
        write!(
            f,
            "by {} with {}",
            Comment(self.by.as_str()),
            self.protocol.as_str()
        )?;
        if let Some(tls) = &self.tls {
            write!(f, " ({})", Comment(tls.as_str()))?;
        }
        if let Some(id) = &self.id {
            write!(f, " id {}", Atom(id.as_str()))?;
        }
        if let Some(recipient) = &self.recipient {
            write!(f, "\r\n\tfor <{recipient}>")?;
        }
        f.write_str(";\r\n\t")?;
        date_time(self.unix, self.offset, f)?;
        f.write_str("\r\n")
    }
}

/// `From-domain = "FROM" FWS Extended-Domain`. A name that is no domain stands in the comment.
fn from(received: &Received, hello: &HelloName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let odd = hello.domain().is_none();
    if odd {
        f.write_str("from unknown")?;
    } else {
        write!(f, "from {hello}")?;
    }
    let mut separator = " (";
    let mut part = |f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>| {
        f.write_str(core::mem::replace(&mut separator, " "))?;
        f.write_fmt(text)
    };
    if odd {
        part(f, format_args!("HELO {}", Comment(hello.as_str())))?;
    }
    if let Some(name) = &received.peer_name {
        part(f, format_args!("{name}"))?;
    }
    match received.peer {
        Some(IpAddr::V4(address)) => part(f, format_args!("[{address}]"))?,
        Some(IpAddr::V6(address)) => part(f, format_args!("[IPv6:{address}]"))?,
        None => {}
    }
    if separator == " " {
        f.write_str(")")
    } else {
        Ok(())
    }
}

/// Text inside a comment: parentheses and backslashes are quoted.
struct Comment<'a>(&'a str);

impl fmt::Display for Comment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            if matches!(character, '(' | ')' | '\\') {
                f.write_str("\\")?;
            }
            fmt::Write::write_char(f, character)
        })
    }
}

/// A word outside comments: what is special there becomes an underscore.
struct Atom<'a>(&'a str);

impl fmt::Display for Atom<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            let special = matches!(
                character,
                '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | '@' | '\\' | ',' | '"'
            );
            fmt::Write::write_char(f, if special { '_' } else { character })
        })
    }
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `date-time` of RFC 5322 §3.3, from seconds since 1970 in UTC and minutes ahead of it.
fn date_time(unix: i64, offset: i16, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let local = unix.saturating_add(i64::from(offset).saturating_mul(60));
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = usize::try_from(days.rem_euclid(7)).unwrap_or_default();
    let month = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
    write!(
        f,
        "{}, {day} {} {year:04} {:02}:{:02}:{:02} {}{:02}{:02}",
        DAYS.get(weekday).unwrap_or(&"Thu"),
        MONTHS.get(month).unwrap_or(&"Jan"),
        second / 3600,
        second / 60 % 60,
        second % 60,
        if offset < 0 { '-' } else { '+' },
        offset.unsigned_abs() / 60,
        offset.unsigned_abs() % 60,
    )
}

/// Year, month and day of a day counted from 1970-01-01: counted from a first of March, so that the day
/// that comes and goes is the last of its year, in eras of 400 years, which are all equally long.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = day
        .saturating_sub(day / 1460)
        .saturating_add(day / 36_524)
        .saturating_sub(day / 146_096)
        / 365;
    let of_year = day
        .saturating_sub(year.saturating_mul(365))
        .saturating_sub(year / 4)
        .saturating_add(year / 100);
    let shifted = of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = of_year
        .saturating_sub(shifted.saturating_mul(153).saturating_add(2) / 5)
        .saturating_add(1);
    let month = if shifted < 10 {
        shifted.saturating_add(3)
    } else {
        shifted.saturating_sub(9)
    };
    let year = year.saturating_add(era.saturating_mul(400));
    (
        if month <= 2 {
            year.saturating_add(1)
        } else {
            year
        },
        month,
        day,
    )
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString as _};

    use super::*;
    use crate::types::{Protocol, Token};

    fn date(unix: i64, offset: i16) -> String {
        let received = Received::new(
            HelloName::new("b.example").unwrap(),
            Protocol::SMTP,
            unix,
            offset,
        )
        .to_string();
        received.trim_end().rsplit_once('\t').unwrap().1.into()
    }

    #[test]
    fn dates_of_leap_years_and_before_1970() {
        assert_eq!(date(0, 0), "Thu, 1 Jan 1970 00:00:00 +0000");
        assert_eq!(date(-1, 0), "Wed, 31 Dec 1969 23:59:59 +0000");
        assert_eq!(date(951_782_400, 0), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(date(951_782_400, -570), "Mon, 28 Feb 2000 14:30:00 -0930");
        assert_eq!(date(4_107_542_400, 0), "Mon, 1 Mar 2100 00:00:00 +0000");
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        let received = Received::new(HelloName::new("b.example").unwrap(), Protocol::SMTP, 0, 0)
            .from(
                HelloName::new("x);id=(y").unwrap(),
                Some(IpAddr::from([1, 2, 3, 4])),
                None,
            )
            .id(Token::new("a;b(c").unwrap());
        let text = received.to_string();
        assert!(
            text.starts_with("Received: from unknown (HELO x\\);id=\\(y [1.2.3.4])\r\n"),
            "{text}"
        );
        assert!(text.contains("id a_b_c;"), "{text}");
    }
}
