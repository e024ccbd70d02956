//! Domains between A-labels and U-labels, by UTS #46 (feature `idna`).

use alloc::{borrow::ToOwned as _, string::String};

use super::{Address, Domain, DomainName, Text};
use crate::{
    error::InvalidIdna,
    grammar::{MAX_DOMAIN, MAX_LABEL},
};

impl DomainName {
    /// The name in A-labels (RFC 5890 §2.3.2.1), non-transitional, STD3 rules.
    ///
    /// ```
    /// use mailweft_address::Domain;
    ///
    /// let Domain::Name(name) = Domain::parse("Straße.example")? else { panic!() };
    /// assert_eq!(name.to_ascii()?.as_str(), "xn--strae-oqa.example");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A label that IDNA does not allow, or an A-label that does not decode and encode to itself; a
    /// label or name that is too long, before or after.
    pub fn to_ascii(&self) -> Result<Self, InvalidIdna> {
        let ascii = idna::domain_to_ascii_strict(self.as_str()).map_err(|_| InvalidIdna::Label)?;
        fits(&ascii)?;
        Ok(Self::from_text(Text::from(ascii)))
    }

    /// The name in U-labels, for people: its A-labels decoded, verified by encoding them again.
    ///
    /// # Errors
    ///
    /// As [`DomainName::to_ascii`].
    pub fn to_unicode(&self) -> Result<Self, InvalidIdna> {
        let ascii = self.to_ascii()?;
        let (unicode, result) = idna::domain_to_unicode(ascii.as_str());
        result.map_err(|_| InvalidIdna::Label)?;
        let back = idna::domain_to_ascii_strict(&unicode).map_err(|_| InvalidIdna::Label)?;
        if back != ascii.as_str() {
            return Err(InvalidIdna::Label);
        }
        Ok(Self::from_text(Text::from(unicode)))
    }
}

/// Octets, after whatever mapping there was.
fn fits(name: &str) -> Result<(), InvalidIdna> {
    if name.len() > MAX_DOMAIN || name.split('.').any(|label| label.len() > MAX_LABEL) {
        return Err(InvalidIdna::TooLong);
    }
    Ok(())
}

impl Address {
    /// The address with its domain in A-labels. The local part stays as it is: nothing allows to
    /// encode it.
    ///
    /// # Errors
    ///
    /// As [`DomainName::to_ascii`].
    pub fn to_ascii_domain(&self) -> Result<Self, InvalidIdna> {
        self.with_name(DomainName::to_ascii)
    }

    /// The address with its domain in U-labels.
    ///
    /// # Errors
    ///
    /// As [`DomainName::to_ascii`].
    pub fn to_unicode_domain(&self) -> Result<Self, InvalidIdna> {
        self.with_name(DomainName::to_unicode)
    }

    fn with_name(
        &self,
        convert: fn(&DomainName) -> Result<DomainName, InvalidIdna>,
    ) -> Result<Self, InvalidIdna> {
        match self.domain() {
            Domain::Name(name) => {
                let name = Domain::Name(convert(&name)?);
                Ok(Self::new(&self.local_part(), &name))
            }
            _ => Ok(self.to_owned()),
        }
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.as_str().into()
    }
}
