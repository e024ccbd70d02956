//! Local parts that are telephone numbers.

use alloc::{string::String, vec::Vec};

use super::LocalPart;

/// What a local part means to a gateway to the telephone network (RFC 3191, RFC 3192):
/// `FAX=+1-202-555-0100/T33S=6377`.
///
/// It is one reading of a text; only the gateway knows whether it is the right one.
///
/// ```
/// use mailweft_address::Address;
///
/// let address = Address::parse("FAX=+1-202-555-0100/T33S=6377@gw.example")?;
/// let gateway = address.local_part().gateway().ok_or("none")?;
/// assert_eq!(gateway.service(), "FAX");
/// assert_eq!(gateway.digits(), "12025550100");
/// assert_eq!(gateway.parameter("t33s"), Some("6377"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gateway {
    service: String,
    number: String,
    parameters: Vec<(String, String)>,
}

impl Gateway {
    /// The `service-selector`: `FAX`, `VOICE`, as it was written.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The telephone number as it was written, `+` included where it is a global one.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Whether the number is a global one, with its country code (`global-phone`).
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.number.starts_with('+')
    }

    /// The digits of the number, without `+`, `-` and `.`.
    #[must_use]
    pub fn digits(&self) -> String {
        self.number.chars().filter(char::is_ascii_digit).collect()
    }

    /// The value of a parameter, by its keyword in any case.
    #[must_use]
    pub fn parameter(&self, keyword: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(keyword))
            .map(|(_, value)| value.as_str())
    }
}

impl LocalPart {
    /// Reads the local part as `pstn-address` (RFC 3191 §2); `None` where it is none.
    #[must_use]
    pub fn gateway(&self) -> Option<Gateway> {
        let mut parts = self.as_str().split('/');
        let (service, number) = parts.next()?.split_once('=')?;
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let phone = number.strip_prefix('+').unwrap_or(number);
        let dialled = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'.');
        let fits = word(service)
            && phone.bytes().any(|b| b.is_ascii_digit())
            && phone.bytes().all(dialled);
        if !fits {
            return None;
        }
        let parameters = parts
            .map(|part| part.split_once('=').filter(|(keyword, _)| word(keyword)))
            .map(|part| part.map(|(keyword, value)| (keyword.into(), value.into())))
            .collect::<Option<_>>()?;
        Some(Gateway {
            service: service.into(),
            number: number.into(),
            parameters,
        })
    }
}
