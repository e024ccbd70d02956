//! Addresses one by one, lists of them, and the paths of SMTP.

use std::hint::black_box;

use bytes::Bytes;
use mailweft_address::{Address, AddressList, Entries, Entry, ForwardPath, Level, Phrase, entries};
use mailweft_benches::{ADDRESSES, address_list};

use crate::{
    inputs::Inputs,
    row::{
        Row,
        Target::{Allocations, Named},
        View, digest,
    },
};

const SUBJECT: &str = "addresses";

pub fn rows<'a>(_: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    each(ten());
    each(list());
    each(paths());
}

/// Local part and domain of each.
fn parts<L: ToString, D: ToString>(addresses: impl Iterator<Item = (L, D)>) -> View {
    let lines = addresses
        .map(|(local, domain)| format!("{} at {}\n", local.to_string(), domain.to_string()));
    ("local part and domain", lines.collect())
}

fn ten<'a>() -> Row<'a> {
    let octets = ADDRESSES.iter().map(|address| address.len()).sum();
    let shared = ADDRESSES.map(|address| Bytes::from_static(address.as_bytes()));
    let each = |parse: fn(&str) -> bool| {
        move || {
            ADDRESSES
                .iter()
                .filter(|text| parse(black_box(text)))
                .count()
        }
    };
    Row::new(SUBJECT, "check one by one", "ten real ones", octets)
        .each(ADDRESSES.len())
        .ours(
            [parts(ADDRESSES.iter().map(|text| {
                let address = Address::parse(text).unwrap();
                (
                    address.local_str().to_owned(),
                    address.domain_str().to_owned(),
                )
            }))],
            each(|text| Address::parse(text).map(black_box).is_ok()),
        )
        .also(
            "mailweft, shared octets",
            parts(shared.iter().map(|octets| {
                let address = Address::from_bytes(octets.clone(), Level::Smtp).unwrap();
                (
                    address.local_str().to_owned(),
                    address.domain_str().to_owned(),
                )
            })),
            {
                let shared = shared.clone();
                move || {
                    let parse = |octets: &&Bytes| {
                        Address::from_bytes(black_box(*octets).clone(), Level::Smtp)
                            .map(black_box)
                            .is_ok()
                    };
                    shared.iter().filter(parse).count()
                }
            },
        )
        .peer(
            "email_address",
            parts(ADDRESSES.iter().map(|text| {
                let address: email_address::EmailAddress = text.parse().unwrap();
                (address.local_part().to_owned(), address.domain().to_owned())
            })),
            each(|text| {
                text.parse::<email_address::EmailAddress>()
                    .map(black_box)
                    .is_ok()
            }),
        )
        .peer(
            "lettre",
            parts(ADDRESSES.iter().map(|text| {
                let address: lettre::Address = text.parse().unwrap();
                (address.user().to_owned(), address.domain().to_owned())
            })),
            each(|text| text.parse::<lettre::Address>().map(black_box).is_ok()),
        )
        .peer(
            "addr-spec",
            parts(ADDRESSES.iter().map(|text| {
                let address: addr_spec::AddrSpec = text.parse().unwrap();
                (address.local_part().to_owned(), address.domain().to_owned())
            })),
            each(|text| text.parse::<addr_spec::AddrSpec>().map(black_box).is_ok()),
        )
        .peer(
            "mailparse",
            parts(ADDRESSES.iter().map(|text| {
                let single = mailparse::addrparse(text)
                    .unwrap()
                    .extract_single_info()
                    .unwrap();
                let (local, domain) = single.addr.rsplit_once('@').unwrap();
                (local.to_owned(), domain.to_owned())
            })),
            each(|text| mailparse::addrparse(text).map(black_box).is_ok()),
        )
        .limit("memchr of the at sign", || {
            ADDRESSES
                .iter()
                .filter_map(|text| memchr::memchr(b'@', black_box(text.as_bytes())))
                .sum()
        })
        .target(Named(2.0, "email_address"))
        .target(Named(2.0, "lettre"))
        .target(Allocations(10))
}

/// Name and address of each.
fn mailboxes(items: impl Iterator<Item = (Option<String>, String)>) -> View {
    let text: String = items
        .map(|(name, address)| format!("{} <{address}>\n", name.unwrap_or_default()))
        .collect();
    ("names and addresses", format!("{}\n{text}", digest(&text)))
}

/// Reads a list: the names without quotes, and the addresses.
fn borrowed(list: &[u8], mut each: impl FnMut(Option<&[u8]>, &str)) {
    let mut entries = entries(list);
    loop {
        if let Some(plain) = entries.next_plain() {
            each(plain.name_octets().as_deref(), plain.address());
            continue;
        }
        match entries.next() {
            Some(Ok(Entry::Mailbox { mailbox, .. })) => {
                let name = mailbox.name().map(Phrase::octets);
                each(name.as_deref(), mailbox.address().as_str());
            }
            Some(_) => {}
            None => break,
        }
    }
}

fn list<'a>() -> Row<'a> {
    const COUNT: usize = 1000;
    let text = address_list(COUNT);
    let octets = Bytes::from(text.clone());
    let line = Bytes::from(format!(" {text}\r\n"));
    let name =
        |mailbox: &mailweft_address::Mailbox| mailbox.name().map(|name| name.text().into_owned());
    // Borrowed where they stand as most do, as the peer's are.
    let mut seen = Vec::new();
    borrowed(&octets, |name, address| {
        let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
        seen.push((name, address.to_owned()));
    });
    let ours = mailboxes(seen.into_iter());
    let owned = mailboxes(
        Entries::from_bytes(&octets)
            .flatten()
            .filter_map(|entry| match entry {
                Entry::Mailbox { mailbox, .. } => {
                    Some((name(&mailbox), mailbox.address().to_string()))
                }
                _ => None,
            }),
    );
    let strict = AddressList::parse(&octets).unwrap();
    Row::new(SUBJECT, "read a To field", "1,000 mailboxes", octets.len())
        .each(COUNT)
        .ours([ours], {
            let octets = octets.clone();
            move || {
                let mut sum = 0;
                borrowed(black_box(&octets), |name, address| {
                    sum += black_box((name, address)).1.len();
                });
                sum
            }
        })
        .also("mailweft, values of their own", owned, {
            let octets = octets.clone();
            move || {
                Entries::from_bytes(black_box(&octets))
                    .map(|entry| black_box(entry).is_ok())
                    .count()
            }
        })
        .also(
            "mailweft, strict list",
            mailboxes(
                strict
                    .mailboxes()
                    .map(|m| (name(m), m.address().to_string())),
            ),
            {
                let octets = octets.clone();
                move || AddressList::parse(black_box(&octets)).unwrap().len()
            },
        )
        .peer(
            "mail-parser",
            mailboxes({
                let parsed = mail_parser::HeaderForm::Addresses.parse(&line);
                let list = parsed.value().as_address().unwrap();
                list.mailboxes()
                    .map(|m| {
                        (
                            m.name().map(str::to_owned),
                            m.address().unwrap_or_default().to_owned(),
                        )
                    })
                    .collect::<Vec<_>>()
                    .into_iter()
            }),
            {
                let line = line.clone();
                move || {
                    let parsed = mail_parser::HeaderForm::Addresses.parse(black_box(&line));
                    let list = parsed.value().as_address().unwrap();
                    list.mailboxes()
                        .map(|m| black_box((m.name(), m.address())).1.map_or(0, str::len))
                        .sum()
                }
            },
        )
        .peer(
            "lettre",
            mailboxes({
                let list: lettre::message::Mailboxes = text.parse().unwrap();
                list.into_iter()
                    .map(|m| (m.name, m.email.to_string()))
                    .collect::<Vec<_>>()
                    .into_iter()
            }),
            {
                let text = text.clone();
                move || {
                    black_box(&text)
                        .parse::<lettre::message::Mailboxes>()
                        .unwrap()
                        .iter()
                        .count()
                }
            },
        )
        .peer(
            "mailparse",
            mailboxes({
                let list = mailparse::addrparse(&text).unwrap();
                list.iter()
                    .filter_map(|item| match item {
                        mailparse::MailAddr::Single(s) => {
                            Some((s.display_name.clone(), s.addr.clone()))
                        }
                        mailparse::MailAddr::Group(_) => None,
                    })
                    .collect::<Vec<_>>()
                    .into_iter()
            }),
            {
                let text = text.clone();
                move || mailparse::addrparse(black_box(&text)).unwrap().len()
            },
        )
        .limit("memchr of commas", {
            let octets = octets.clone();
            move || memchr::memchr_iter(b',', black_box(&octets)).count()
        })
        .target(Named(1.0, "mail-parser"))
        .target(Named(8.0, "lettre"))
}

fn paths<'a>() -> Row<'a> {
    let paths = ADDRESSES.map(|address| Bytes::from(format!("<{address}>")));
    let octets = paths.iter().map(Bytes::len).sum();
    let theirs = |path: &[u8]| {
        let mut octets = path[1..].iter();
        let address = smtp_proto::request::parser::Rfc5321Parser::new(&mut octets)
            .address()
            .unwrap()
            .unwrap();
        black_box(address).into_owned()
    };
    Row::new(SUBJECT, "read a forward-path", "ten real ones", octets)
        .each(paths.len())
        .ours(
            [(
                "address",
                paths
                    .iter()
                    .map(|path| {
                        format!(
                            "{}\n",
                            ForwardPath::parse_prefix(path, Level::Smtp)
                                .unwrap()
                                .0
                                .address()
                                .unwrap()
                        )
                    })
                    .collect(),
            )],
            {
                let paths = paths.clone();
                move || {
                    paths
                        .iter()
                        .map(|path| {
                            ForwardPath::parse_prefix(black_box(path), Level::Smtp)
                                .map(black_box)
                                .unwrap()
                                .1
                        })
                        .sum()
                }
            },
        )
        .peer(
            "smtp-proto",
            (
                "address",
                paths
                    .iter()
                    .map(|path| format!("{}\n", theirs(path)))
                    .collect(),
            ),
            {
                let paths = paths.clone();
                move || {
                    let parse = |path: &Bytes| {
                        let mut octets = black_box(&path[1..]).iter();
                        black_box(
                            smtp_proto::request::parser::Rfc5321Parser::new(&mut octets)
                                .address()
                                .unwrap()
                                .unwrap(),
                        )
                        .len()
                    };
                    paths.iter().map(parse).sum()
                }
            },
        )
        .target(Named(1.0, "smtp-proto"))
        .target(Allocations(0))
        .remark("smtp-proto takes any octets as a domain; ours checks both sides by RFC 5321")
}
