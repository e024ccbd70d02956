//! `Arbitrary`: any value of a type, valid as all of them are.

use alloc::{string::String, vec::Vec};

use arbitrary::{Arbitrary, Result, Unstructured};
use mailweft_address::{Address, ForwardPath, ReversePath};

use super::{
    Attribute, Auth, Bdat, BodyType, Burl, ByMode, Command, DateTime, DeliverBy, EnhancedCode,
    HelloName, Keyword, Mail, MailParam, Mechanism, Notify, OriginalRecipient, Other, Printable,
    Priority, Rcpt, RcptParam, Reply, Ret, RrvsAction, Seconds, Secret, Solicitation, Text, Token,
    Tracking, TransactionId, ValidSince, Word, text::visible,
};
use crate::error::Rule;

/// The characters of an arbitrary text that `new` takes one at a time, behind one that it takes for sure.
fn text<T, E>(
    u: &mut Unstructured<'_>,
    first: &str,
    max: usize,
    new: fn(bytes::Bytes) -> core::result::Result<T, E>,
) -> Result<T> {
    let mut text = String::from(first);
    for character in <&str>::arbitrary(u)?.chars() {
        let len = text.len();
        text.push(character);
        if len >= max || new(text.clone().into()).is_err() {
            text.truncate(len);
        }
    }
    new(text.into()).map_err(|_| arbitrary::Error::IncorrectFormat)
}

macro_rules! texts {
    ($($name:ident: $first:literal, $max:literal;)*) => {
        $(
            impl<'a> Arbitrary<'a> for $name {
                fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                    text(u, $first, $max, |text| Self::new(text))
                }
            }
        )*
    };
}

texts! {
    Text: "", 200;
    Word: "w", 200;
    Keyword: "X", 40;
    HelloName: "h", 200;
    Printable: "", 100;
    Token: "t", 100;
    Solicitation: "a", 200;
}

/// A choice of values that can be given by an expression each.
macro_rules! choices {
    ($($name:ident: [$($value:expr),* $(,)?];)*) => {
        $(
            impl<'a> Arbitrary<'a> for $name {
                fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                    u.choose(&[$($value),*]).cloned()
                }
            }
        )*
    };
}

choices! {
    Ret: [Self::Full, Self::Headers];
    BodyType: [Self::SevenBit, Self::EightBitMime, Self::BinaryMime];
    ByMode: [Self::Notify, Self::Return];
    RrvsAction: [Self::Continue, Self::Reject];
    Mechanism: [Self::PLAIN, Self::LOGIN, Self::SCRAM_SHA_256, Self::XOAUTH2, Self::EXTERNAL];
}

impl<'a> Arbitrary<'a> for Notify {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut notify = Self::NEVER;
        for wish in [Self::SUCCESS, Self::FAILURE, Self::DELAY] {
            if bool::arbitrary(u)? {
                notify = notify.and(wish);
            }
        }
        Ok(notify)
    }
}

impl<'a> Arbitrary<'a> for Secret {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Vec::arbitrary(u).map(Self::from)
    }
}

impl<'a> Arbitrary<'a> for OriginalRecipient {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (kind, address): (&[u8], _) = if bool::arbitrary(u)? {
            (
                b"utf-8",
                text(u, "a", 200, |text| visible(text, Rule::OriginalRecipient))?,
            )
        } else {
            let address = text(u, "a", 200, Printable::new)?;
            (b"rfc822", Text::checked(address.as_bytes().clone()))
        };
        Ok(Self {
            kind: Token::checked(kind.into()),
            address,
        })
    }
}

/// A number in a range, taken to what checks it.
fn checked<T, E>(value: core::result::Result<T, E>) -> Result<T> {
    value.map_err(|_| arbitrary::Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for DeliverBy {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let by = checked(Self::new(
            u.int_in_range(1..=999_999_999)?,
            ByMode::arbitrary(u)?,
        ))?;
        Ok(if bool::arbitrary(u)? {
            by.with_trace()
        } else {
            by
        })
    }
}

impl<'a> Arbitrary<'a> for Seconds {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        checked(Self::new(u.int_in_range(0..=999_999_999)?))
    }
}

impl<'a> Arbitrary<'a> for Priority {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        checked(Self::new(u.int_in_range(-9..=9)?))
    }
}

impl<'a> Arbitrary<'a> for DateTime {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (year, second) = (u.int_in_range(1970..=2999)?, u.int_in_range(0..=59)?);
        checked(Self::new(alloc::format!(
            "{year:04}-04-03T23:01:{second:02}Z"
        )))
    }
}

impl<'a> Arbitrary<'a> for ValidSince {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(DateTime::arbitrary(u)?, Option::arbitrary(u)?))
    }
}

impl<'a> Arbitrary<'a> for Tracking {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        checked(Self::new("d2hhdGV2ZXI=", Option::arbitrary(u)?))
    }
}

impl<'a> Arbitrary<'a> for TransactionId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        checked(Self::new(alloc::format!(
            "<{}@x.example>",
            u32::arbitrary(u)?
        )))
    }
}

impl<'a> Arbitrary<'a> for EnhancedCode {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let class = *u.choose(&[2, 4, 5])?;
        checked(Self::new(
            class,
            u.int_in_range(0..=999)?,
            u.int_in_range(0..=999)?,
        ))
    }
}

impl<'a> Arbitrary<'a> for MailParam {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=16)? {
            0 => Self::Size(u64::arbitrary(u)?),
            1 => Self::Body(BodyType::arbitrary(u)?),
            2 => Self::SmtpUtf8,
            // `<>` as an identity is what stands for none.
            3 => Self::Auth(
                Option::arbitrary(u)?.filter(|identity| *identity != "<>" && *identity != ""),
            ),
            4 => Self::Ret(Ret::arbitrary(u)?),
            5 => Self::EnvId(text(u, "e", 100, Printable::new)?),
            6 => Self::By(DeliverBy::arbitrary(u)?),
            7 => Self::HoldFor(Seconds::arbitrary(u)?),
            8 => Self::HoldUntil(DateTime::arbitrary(u)?),
            9 => Self::MtPriority(Priority::arbitrary(u)?),
            10 => Self::RequireTls,
            11 => Self::Mtrk(Tracking::arbitrary(u)?),
            12 => Self::Solicit(Solicitation::arbitrary(u)?),
            13 => Self::Submitter(Address::arbitrary(u)?),
            14 => Self::TransId(TransactionId::arbitrary(u)?),
            15 => Self::ConPerm,
            _ => Self::Other {
                keyword: text(u, "X-", 40, Keyword::new)?,
                value: Option::arbitrary(u)?,
            },
        })
    }
}

impl<'a> Arbitrary<'a> for RcptParam {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=4)? {
            0 => Self::Notify(Notify::arbitrary(u)?),
            1 => Self::OriginalRecipient(OriginalRecipient::arbitrary(u)?),
            2 => Self::ConNeg,
            3 => Self::ValidSince(ValidSince::arbitrary(u)?),
            _ => Self::Other {
                keyword: text(u, "X-", 40, Keyword::new)?,
                value: Option::arbitrary(u)?,
            },
        })
    }
}

impl<'a> Arbitrary<'a> for Mail {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let from = if bool::arbitrary(u)? {
            ReversePath::Null
        } else {
            ReversePath::Mailbox(Address::arbitrary(u)?)
        };
        let params = Vec::<MailParam>::arbitrary(u)?.into_iter().take(8);
        Ok(params.fold(Self::new(from), Self::with))
    }
}

impl<'a> Arbitrary<'a> for Rcpt {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let to = if bool::arbitrary(u)? {
            ForwardPath::Postmaster
        } else {
            ForwardPath::Mailbox(Address::arbitrary(u)?)
        };
        let params = Vec::<RcptParam>::arbitrary(u)?.into_iter().take(4);
        Ok(params.fold(Self::new(to), Self::with))
    }
}

impl<'a> Arbitrary<'a> for Attribute {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let value = text(u, "v", 100, |text| visible(text, Rule::Attribute))?;
        Ok(Self {
            name: Keyword::arbitrary(u)?,
            value,
        })
    }
}

/// A text that a command line can end in: it begins and ends with no blank.
fn argument(u: &mut Unstructured<'_>) -> Result<Text> {
    let word = Word::arbitrary(u)?;
    Ok(Text::checked(word.as_bytes().clone()))
}

impl<'a> Arbitrary<'a> for Command {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=20)? {
            0 => Self::Helo(HelloName::arbitrary(u)?),
            1 => Self::Ehlo(HelloName::arbitrary(u)?),
            2 => Self::Lhlo(HelloName::arbitrary(u)?),
            3 => Self::Mail(Mail::arbitrary(u)?),
            4 => Self::Rcpt(Rcpt::arbitrary(u)?),
            5 => Self::Data,
            6 => Self::Bdat(Bdat::new(u64::arbitrary(u)?, bool::arbitrary(u)?)),
            7 => Self::Rset,
            8 => Self::Noop(if bool::arbitrary(u)? {
                Some(argument(u)?)
            } else {
                None
            }),
            9 => Self::Quit,
            10 => Self::Vrfy(argument(u)?),
            11 => Self::Expn(argument(u)?),
            12 => Self::Help(if bool::arbitrary(u)? {
                Some(argument(u)?)
            } else {
                None
            }),
            13 => Self::StartTls,
            14 => Self::Auth(Auth::new(Mechanism::arbitrary(u)?, Option::arbitrary(u)?)),
            15 => Self::Etrn(Word::arbitrary(u)?),
            16 => Self::Atrn(alloc::vec![
                Word::checked("a.example".into()),
                Word::checked("b.example".into())
            ]),
            17 => Self::Burl(Burl {
                url: "imap://mail.example/x".into(),
                last: bool::arbitrary(u)?,
            }),
            18 => Self::Xclient(alloc::vec![Attribute::arbitrary(u)?]),
            19 => Self::Xforward(alloc::vec![
                Attribute::arbitrary(u)?,
                Attribute::arbitrary(u)?
            ]),
            _ => Self::Other(Other {
                verb: text(u, "XX", 40, Keyword::new)?,
                args: Text::arbitrary(u)?,
            }),
        })
    }
}

impl<'a> Arbitrary<'a> for Reply {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let enhanced = Option::<EnhancedCode>::arbitrary(u)?;
        let hundreds = match enhanced {
            Some(enhanced) => u16::from(enhanced.class()),
            None => u.int_in_range(2..=5)?,
        };
        let code = hundreds
            .saturating_mul(100)
            .saturating_add(u.int_in_range(0..=99)?);
        let lines = Vec::<Text>::arbitrary(u)?;
        let lines: Vec<_> = lines.iter().take(5).map(Text::as_str).collect();
        checked(Self::new(code, enhanced, lines.join("\n")))
    }
}
