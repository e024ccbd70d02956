//! The 164 cases of isemail, where `../shared/corpora` is beside the workspace.
//!
//! A case passes when the class of the gravest finding is the category that isemail gives, its diagnosis
//! is among the findings, and the level that its category names accepts it. What differs stands with its reason in
//! `tests/data/isemail.differences.txt`, which may only shrink: a case there that agrees fails too.

use std::collections::BTreeMap;

use mailweft_address::{Address, Class, Diagnosis, Level, diagnose};

const DIFFERENCES: &str = include_str!("data/isemail.differences.txt");

/// What isemail calls a finding, and what it is called here.
const NAMES: [(&str, Diagnosis); 49] = [
    ("RFC5321_TLD", Diagnosis::TopLevelDomain),
    ("RFC5321_TLDNUMERIC", Diagnosis::NumericTopLevelDomain),
    ("RFC5321_QUOTEDSTRING", Diagnosis::QuotedString),
    ("RFC5321_ADDRESSLITERAL", Diagnosis::AddressLiteral),
    ("RFC5321_IPV6DEPRECATED", Diagnosis::Ipv6Deprecated),
    ("CFWS_COMMENT", Diagnosis::Comment),
    ("CFWS_FWS", Diagnosis::FoldingWhiteSpace),
    ("DEPREC_LOCALPART", Diagnosis::ObsLocalPart),
    ("DEPREC_FWS", Diagnosis::ObsFws),
    ("DEPREC_QTEXT", Diagnosis::ObsQtext),
    ("DEPREC_QP", Diagnosis::ObsQuotedPair),
    ("DEPREC_COMMENT", Diagnosis::ObsComment),
    ("DEPREC_CTEXT", Diagnosis::ObsCtext),
    ("DEPREC_CFWS_NEAR_AT", Diagnosis::CfwsNearAt),
    ("RFC5322_DOMAIN", Diagnosis::DomainNotHostname),
    ("RFC5322_TOOLONG", Diagnosis::AddressTooLong),
    ("RFC5322_LOCAL_TOOLONG", Diagnosis::LocalPartTooLong),
    ("RFC5322_DOMAIN_TOOLONG", Diagnosis::DomainTooLong),
    ("RFC5322_LABEL_TOOLONG", Diagnosis::LabelTooLong),
    ("RFC5322_DOMAINLITERAL", Diagnosis::DomainLiteral),
    ("RFC5322_DOMLIT_OBSDTEXT", Diagnosis::ObsDtext),
    ("RFC5322_IPV6_GRPCOUNT", Diagnosis::Ipv6GroupCount),
    ("RFC5322_IPV6_2X2XCOLON", Diagnosis::Ipv6TwoDoubleColons),
    ("RFC5322_IPV6_BADCHAR", Diagnosis::Ipv6BadCharacter),
    ("RFC5322_IPV6_MAXGRPS", Diagnosis::Ipv6TooManyGroups),
    ("RFC5322_IPV6_COLONSTRT", Diagnosis::Ipv6ColonStart),
    ("RFC5322_IPV6_COLONEND", Diagnosis::Ipv6ColonEnd),
    ("ERR_EXPECTING_DTEXT", Diagnosis::ExpectingDtext),
    ("ERR_NOLOCALPART", Diagnosis::NoLocalPart),
    ("ERR_NODOMAIN", Diagnosis::NoDomain),
    ("ERR_CONSECUTIVEDOTS", Diagnosis::ConsecutiveDots),
    ("ERR_ATEXT_AFTER_CFWS", Diagnosis::AtextAfterCfws),
    ("ERR_ATEXT_AFTER_QS", Diagnosis::AtextAfterQuotedString),
    ("ERR_ATEXT_AFTER_DOMLIT", Diagnosis::AtextAfterDomainLiteral),
    ("ERR_EXPECTING_QPAIR", Diagnosis::ExpectingQuotedPair),
    ("ERR_EXPECTING_ATEXT", Diagnosis::ExpectingAtext),
    ("ERR_EXPECTING_QTEXT", Diagnosis::ExpectingQtext),
    ("ERR_EXPECTING_CTEXT", Diagnosis::ExpectingCtext),
    ("ERR_BACKSLASHEND", Diagnosis::BackslashEnd),
    ("ERR_DOT_START", Diagnosis::DotStart),
    ("ERR_DOT_END", Diagnosis::DotEnd),
    ("ERR_DOMAINHYPHENSTART", Diagnosis::DomainHyphenStart),
    ("ERR_DOMAINHYPHENEND", Diagnosis::DomainHyphenEnd),
    ("ERR_UNCLOSEDQUOTEDSTR", Diagnosis::UnclosedQuotedString),
    ("ERR_UNCLOSEDCOMMENT", Diagnosis::UnclosedComment),
    ("ERR_UNCLOSEDDOMLIT", Diagnosis::UnclosedDomainLiteral),
    ("ERR_FWS_CRLF_X2", Diagnosis::CrlfTwice),
    ("ERR_FWS_CRLF_END", Diagnosis::CrlfAtEnd),
    ("ERR_CR_NO_LF", Diagnosis::BareCr),
];

/// Whether what isemail found is found here; `VALID` and the look-ups of DNS name nothing.
fn named(expected: &str, text: &str) -> bool {
    let name = expected.trim_start_matches("ISEMAIL_");
    if name == "VALID" || name.starts_with("DNSWARN") {
        return true;
    }
    let known = NAMES.iter().find(|(theirs, _)| *theirs == name);
    let (_, diagnosis) = known.unwrap_or_else(|| panic!("{name} has no name here"));
    diagnose(text).has(*diagnosis)
}

fn category(text: &str) -> String {
    let report = diagnose(text);
    match (report.class(), report.level()) {
        (_, None) | (Some(Class::Error), _) => "ISEMAIL_ERR",
        (Some(Class::Rfc5321), _) => "ISEMAIL_RFC5321",
        (Some(Class::Cfws), _) => "ISEMAIL_CFWS",
        (Some(Class::Deprecated), _) => "ISEMAIL_DEPREC",
        (Some(Class::Rfc5322), _) => "ISEMAIL_RFC5322",
        _ => "ISEMAIL_VALID_CATEGORY",
    }
    .to_owned()
}

#[test]
fn every_case_has_its_category() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/corpora/isemail/tests.xml"
    );
    let Ok(xml) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/corpora/isemail is not here");
        return;
    };
    let differences: BTreeMap<&str, &str> = DIFFERENCES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("id, then the reason"))
        .collect();
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let mut wrong = Vec::new();
    let mut count = 0;
    for test in document.descendants().filter(|n| n.has_tag_name("test")) {
        let id = test.attribute("id").expect("an id");
        let child = |name: &str| {
            test.children()
                .find(|n| n.has_tag_name(name))
                .and_then(|n| n.text())
                .unwrap_or_default()
        };
        // Control characters are written as the pictures U+2400 and on.
        let address: String = child("address")
            .chars()
            .map(|c| match u32::from(c) {
                code @ 0x2400..=0x241f => char::from_u32(code - 0x2400).expect("a control"),
                0x2421 => '\u{7f}',
                _ => c,
            })
            .collect();
        let expected = match child("category") {
            // Whether a name has DNS records is not asked here.
            "ISEMAIL_DNSWARN" => "ISEMAIL_VALID_CATEGORY",
            category => category,
        };
        count += 1;
        let found = category(&address);
        let level = match expected {
            "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_RFC5321" => Some(Level::Smtp),
            "ISEMAIL_CFWS" => Some(Level::Header),
            "ISEMAIL_DEPREC" | "ISEMAIL_RFC5322" => Some(Level::Obsolete),
            _ => None,
        };
        let accepted = match level {
            Some(level) => Address::parse_at(level, &address).is_ok(),
            None => Level::ALL
                .into_iter()
                .all(|level| level == Level::Html5 || Address::parse_at(level, &address).is_err()),
        };
        let agrees = found == expected && accepted;
        let named = !agrees || named(child("diagnosis"), &address);
        let name = format!("{id}d");
        if agrees == differences.contains_key(id)
            || named == differences.contains_key(name.as_str())
        {
            wrong.push(format!(
                "{id} {address:?}: {expected} {}, here {found}, accepted {accepted}, named {named}: {:?}",
                child("diagnosis"),
                diagnose(&address).findings()
            ));
        }
    }
    assert_eq!(count, 164);
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
