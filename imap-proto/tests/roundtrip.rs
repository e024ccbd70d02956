//! Values to octets and back, whatever the values; and frames that do not depend on how the octets come.

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    AString, Address, Annotation, AnnotationQuery, AnnotationSupport, Append, AppendMessage, Atom,
    BodyPartBuilder, Capability, Code, Command, Continue, Criterion, Data, Date, DateTime, ESearch,
    ESearchItem, Envelope, Fetch, FetchAttr, FetchItem, Flag, Flags, Id, Ids, List, ListPattern,
    ListReturn, ListedMailbox, Mailbox, MailboxStatus, MessageData, NamespaceEntry, Namespaces,
    ObjectId, Octets, Partial, QResync, Response, Search, SearchData, SearchKey, SearchReturn,
    Section, SectionText, Select, SequenceSet, Sort, SortKey, Status, StatusAttr, StatusItem,
    Store, StoreMode, Syntax, Tag, TaggedCommand, ThreadNode, Threads, Value,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};
use proptest::{collection::vec, option, prelude::*};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]{1,8}",
        "[ -~]{0,12}",
        "\\PC{0,6}",
        "(\\r\\n|\"|\\\\|\\{5\\}|\\)|é| ){0,5}"
    ]
}

fn astring() -> impl Strategy<Value = AString> {
    prop_oneof![
        text().prop_map(AString::from),
        vec(any::<u8>(), 0..9).prop_map(|b| AString::from(b.as_slice()))
    ]
}

fn atom() -> impl Strategy<Value = Atom> {
    "[A-Z][A-Z0-9-]{0,9}".prop_map(|text| Atom::new(text).unwrap())
}

fn set() -> impl Strategy<Value = SequenceSet> {
    vec(
        prop_oneof![
            "[1-9][0-9]{0,7}",
            "[1-9][0-9]{0,3}:[1-9][0-9]{0,7}",
            "[1-9]:\\*",
            "\\*"
        ],
        1..5,
    )
    .prop_map(|ranges| SequenceSet::parse(&ranges.join(",")).unwrap())
}

fn flag() -> impl Strategy<Value = Flag> {
    prop_oneof![
        Just(Flag::SEEN),
        Just(Flag::DELETED),
        Just(Flag::JUNK),
        "[a-zA-Z$][a-zA-Z0-9$-]{0,9}".prop_map(|name| Flag::keyword(name).unwrap()),
    ]
}

fn flags() -> impl Strategy<Value = Flags> {
    vec(flag(), 0..5).prop_map(|flags| flags.into_iter().collect())
}

fn mailbox() -> impl Strategy<Value = Mailbox> {
    prop_oneof![
        Just(Mailbox::INBOX),
        text().prop_map(|name| Mailbox::from(name.as_str()))
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (0..=9999u16, 1..=12u8, 1..=28u8).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

fn date_time() -> impl Strategy<Value = DateTime> {
    (date(), 0..24u8, 0..60u8, 0..=60u8, -1_439..=1_439i16)
        .prop_map(|(date, h, m, s, zone)| DateTime::new(date, h, m, s, zone).unwrap())
}

fn section() -> impl Strategy<Value = Section> {
    let text = prop_oneof![
        Just(SectionText::Whole),
        Just(SectionText::Header),
        Just(SectionText::Text),
        Just(SectionText::Mime),
        vec(astring(), 1..4).prop_map(SectionText::HeaderFields),
        vec(astring(), 1..4).prop_map(SectionText::HeaderFieldsNot),
    ];
    (vec(1..99u32, 0..4), text).prop_map(|(path, text)| Section::new(path, text))
}

fn object_id() -> impl Strategy<Value = ObjectId> {
    "[A-Za-z0-9_-]{1,20}".prop_map(|id| ObjectId::new(id).unwrap())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-z0-9]{1,5}".prop_map(|word| Value::parse(&word).unwrap()),
        text().prop_map(Value::string),
        Just(Value::parse("NIL").unwrap()),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| vec(inner, 0..4).prop_map(Value::list))
}

/// An entry with at least so many attributes.
fn annotation(least: usize) -> impl Strategy<Value = Annotation> {
    (astring(), vec((astring(), option::of(astring())), least..4)).prop_map(|(entry, values)| {
        let mut annotation = Annotation::new(entry);
        annotation.values = values;
        annotation
    })
}

fn fetch_attr() -> impl Strategy<Value = FetchAttr> {
    let partial = || {
        option::of((any::<u32>(), 1..u32::MAX).prop_map(|(o, c)| Partial::new(o.into(), c.into())))
    };
    prop_oneof![
        Just(FetchAttr::All),
        Just(FetchAttr::Flags),
        Just(FetchAttr::Uid),
        Just(FetchAttr::Envelope),
        Just(FetchAttr::Body),
        Just(FetchAttr::BodyStructure),
        Just(FetchAttr::ModSeq),
        any::<bool>().prop_map(|lazy| FetchAttr::Preview { lazy }),
        (any::<bool>(), section(), partial()).prop_map(|(peek, section, partial)| {
            FetchAttr::Section {
                peek,
                section,
                partial,
            }
        }),
        (any::<bool>(), vec(1..9u32, 0..4), partial()).prop_map(|(peek, part, partial)| {
            FetchAttr::Binary {
                peek,
                part,
                partial,
            }
        }),
        vec(1..9u32, 0..4).prop_map(FetchAttr::BinarySize),
        (vec(astring(), 1..3), vec(astring(), 1..3)).prop_map(|(entries, names)| {
            FetchAttr::Annotation(AnnotationQuery::new(entries, names))
        }),
    ]
}

fn criterion() -> impl Strategy<Value = SearchKey> {
    prop_oneof![
        Just(Criterion::All),
        flag().prop_map(Criterion::Flag),
        flag().prop_map(Criterion::NotFlag),
        Just(Criterion::New),
        astring().prop_map(Criterion::From),
        astring().prop_map(Criterion::Text),
        (astring(), astring()).prop_map(|(name, text)| Criterion::Header(name, text)),
        date().prop_map(Criterion::Since),
        date().prop_map(Criterion::SavedOn),
        (0..=i64::MAX.unsigned_abs()).prop_map(Criterion::Larger),
        set().prop_map(Criterion::Seq),
        set().prop_map(Criterion::Uid),
        any::<u32>().prop_map(Criterion::Older),
        object_id().prop_map(Criterion::EmailId),
        any::<u64>().prop_map(Criterion::GmailThreadId),
        astring().prop_map(Criterion::GmailLabels),
    ]
    .prop_map(SearchKey::leaf)
}

fn key() -> impl Strategy<Value = SearchKey> {
    criterion().prop_recursive(5, 30, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a & b),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a | b),
            inner.clone().prop_map(|key| !key),
            inner.prop_map(SearchKey::fuzzy),
        ]
    })
}

fn command() -> impl Strategy<Value = Command> {
    let message = (
        vec(any::<u8>(), 0..50),
        flags(),
        option::of(date_time()),
        any::<bool>(),
        vec(annotation(1), 0..2),
    )
        .prop_map(|(octets, flags, date, utf8, annotations)| {
            let message = AppendMessage::new(octets).flags(flags.to_vec());
            let message = message.annotations(annotations);
            let message = if utf8 { message.utf8() } else { message };
            date.map_or(message.clone(), |date| message.date(date))
        });
    let mode = prop_oneof![
        Just(StoreMode::Add),
        Just(StoreMode::Remove),
        Just(StoreMode::Replace)
    ];
    let modseq = || 0..=i64::MAX.unsigned_abs();
    prop_oneof![
        (astring(), astring())
            .prop_map(|(user, password)| Command::login(user, password.as_bytes().clone())),
        (atom(), option::of(vec(any::<u8>(), 0..9))).prop_map(|(mechanism, initial)| {
            Command::Authenticate {
                mechanism,
                initial: initial.map(Into::into),
            }
        }),
        vec((text(), text()), 0..5).prop_map(|fields| {
            let id = fields
                .into_iter()
                .map(|(k, v)| (k.chars().take(7).collect::<String>(), v));
            Command::Id(Some(id.fold(Id::new(), |id, (k, v)| id.with(k, v))))
        }),
        (
            mailbox(),
            any::<bool>(),
            option::of((1..u32::MAX, modseq(), option::of(set())))
        )
            .prop_map(|(mailbox, read_only, qresync)| {
                let mut select = Select::new(mailbox);
                select.read_only = read_only;
                select.condstore = read_only;
                select.qresync = qresync.map(|(validity, modseq, uids)| {
                    let mut qresync = QResync::new(validity, modseq);
                    qresync.known_uids = uids;
                    Box::new(qresync)
                });
                Command::Select(select)
            }),
        (mailbox(), mailbox()).prop_map(|(from, to)| Command::Rename { from, to }),
        (mailbox(), text(), any::<bool>()).prop_map(|(reference, pattern, extended)| {
            let list = List::new(pattern.as_str()).reference(reference);
            Command::List(match extended {
                true => list
                    .pattern(ListPattern::ALL)
                    .returning(ListReturn::Status(vec![
                        StatusAttr::Messages,
                        StatusAttr::Size,
                    ]))
                    .returning(ListReturn::Children),
                false => list,
            })
        }),
        (mailbox(), vec(message, 1..3)).prop_map(|(mailbox, messages)| {
            let mut messages = messages.into_iter();
            let first = Append::new(mailbox, messages.next().unwrap());
            Command::Append(messages.fold(first, Append::and))
        }),
        (any::<bool>(), key(), option::of(astring()), any::<bool>()).prop_map(
            |(uid, key, charset, returns)| {
                let mut search = if uid {
                    Search::uid(key)
                } else {
                    Search::seq(key)
                };
                search.charset = charset;
                if returns {
                    search = search
                        .returning(SearchReturn::Min)
                        .returning(SearchReturn::Save);
                }
                Command::Search(search)
            }
        ),
        key().prop_map(|key| Command::Sort(Sort::uid(
            [SortKey::Date.reversed(), SortKey::Subject.into()],
            key
        ))),
        (set(), vec(fetch_attr(), 1..4), option::of(modseq())).prop_map(|(set, attrs, since)| {
            let fetch = Fetch::uid(set, attrs);
            Command::Fetch(match since {
                Some(modseq) => fetch.changed_since(modseq).vanished(),
                None => fetch,
            })
        }),
        (set(), mode, flags(), option::of(modseq())).prop_map(|(set, mode, flags, since)| {
            let store = Store::seq(set, mode, flags.to_vec()).silent();
            Command::Store(since.map_or(store.clone(), |modseq| store.unchanged_since(modseq)))
        }),
        (set(), vec(annotation(1), 1..3))
            .prop_map(|(set, given)| Command::Store(Store::uid_annotations(set, given))),
        (set(), mailbox()).prop_map(|(set, mailbox)| Command::uid_move(set, mailbox)),
        (mailbox(), astring(), astring()).prop_map(|(mailbox, identifier, rights)| {
            Command::SetAcl {
                mailbox,
                identifier,
                rights,
            }
        }),
        (mailbox(), vec((astring(), option::of(astring())), 1..3))
            .prop_map(|(mailbox, entries)| Command::SetMetadata { mailbox, entries }),
        (astring(), vec((atom(), modseq()), 0..3))
            .prop_map(|(root, limits)| Command::SetQuota { root, limits }),
    ]
}

fn envelope() -> impl Strategy<Value = Envelope> {
    (
        option::of(text()),
        vec((option::of(text()), text(), text()), 0..3),
    )
        .prop_map(|(subject, people)| {
            let people = people
                .iter()
                .map(|(name, mailbox, host)| Address::new(name.as_deref(), mailbox, host));
            let builder = Envelope::builder()
                .date("Wed, 17 Jul 1996 02:23:25 -0700")
                .from(people);
            let builder = builder.to([Address::group_start("friends"), Address::group_end()]);
            match subject {
                Some(subject) => builder.subject(subject).build(),
                None => builder.build(),
            }
        })
}

fn body() -> impl Strategy<Value = BodyPartBuilder> {
    let leaf = (text(), text(), any::<u32>()).prop_map(|(name, value, size)| {
        BodyPartBuilder::new("application", "pdf")
            .param(name, value)
            .octets(size.into())
            .disposition("attachment", [("filename", "é\r\n")])
            .language("de")
    });
    leaf.prop_recursive(5, 20, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|parts| BodyPartBuilder::multipart("mixed", parts).param("boundary", "b")),
            (envelope(), inner).prop_map(|(envelope, body)| BodyPartBuilder::message(&envelope, body).lines(3)),
        ]
    })
}

fn fetch_item() -> impl Strategy<Value = FetchItem> {
    prop_oneof![
        flags().prop_map(FetchItem::Flags),
        (1..u32::MAX).prop_map(FetchItem::Uid),
        date_time().prop_map(FetchItem::InternalDate),
        (0..=i64::MAX.unsigned_abs()).prop_map(FetchItem::Size),
        envelope().prop_map(FetchItem::Envelope),
        body().prop_map(|body| FetchItem::BodyStructure(body.build().unwrap())),
        body().prop_map(|body| FetchItem::Body(body.build_basic().unwrap())),
        (section(), vec(any::<u8>(), 0..30))
            .prop_map(|(section, octets)| FetchItem::section(section, Bytes::from(octets))),
        section().prop_map(|section| FetchItem::section(section, Octets::Nil)),
        (1..=i64::MAX.unsigned_abs()).prop_map(FetchItem::ModSeq),
        option::of(object_id()).prop_map(FetchItem::ThreadId),
        option::of(astring()).prop_map(FetchItem::Preview),
        any::<u64>().prop_map(FetchItem::GmailMessageId),
        vec(astring(), 0..3).prop_map(FetchItem::GmailLabels),
        vec(annotation(0), 0..3).prop_map(FetchItem::Annotation),
    ]
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![
        Just(Code::Alert),
        Just(Code::ReadOnly),
        (1..u32::MAX).prop_map(Code::UidNext),
        Just(Code::Annotations(AnnotationSupport::None)),
        any::<bool>()
            .prop_map(|no_private| Code::Annotations(AnnotationSupport::ReadOnly { no_private })),
        (1..u32::MAX, any::<bool>()).prop_map(|(octets, no_private)| {
            Code::Annotations(AnnotationSupport::Size { octets, no_private })
        }),
        (1..u32::MAX, set(), set())
            .prop_map(|(validity, from, to)| Code::CopyUid(validity, Some((from, to)))),
        (1..u32::MAX, set()).prop_map(|(validity, uids)| Code::AppendUid(validity, uids)),
        flags().prop_map(Code::PermanentFlags),
        vec(astring(), 1..3).prop_map(Code::BadCharset),
        astring().prop_map(Code::BadUrl),
        object_id().prop_map(Code::MailboxId),
        Just(Code::Capability(
            [Capability::IDLE, Capability::SORT].into_iter().collect()
        )),
        option::of((
            option::of("[a-z]{1,5}".prop_map(|tag| tag.as_str().into())),
            option::of(0..9u64),
            option::of(0..9u64)
        ))
        .prop_map(Code::InProgress),
    ]
}

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![
        any::<u32>().prop_map(Data::Exists),
        (1..u32::MAX).prop_map(Data::Expunge),
        flags().prop_map(Data::Flags),
        (
            mailbox(),
            option::of(prop_oneof![Just('/'), Just('.'), Just('\\'), Just('"')]),
            value()
        )
            .prop_map(|(mailbox, delimiter, value)| {
                let listed = ListedMailbox::new(mailbox, delimiter)
                    .with_attribute("\\Sent")
                    .unwrap();
                Data::List(listed.with_extended("X", value))
            }),
        (mailbox(), any::<u32>(), object_id()).prop_map(|(mailbox, n, id)| {
            let items = [
                StatusItem::Messages(n),
                StatusItem::MailboxId(id.into()),
                StatusItem::AppendLimit(None),
            ];
            Data::Status(MailboxStatus::new(mailbox, items))
        }),
        (vec(1..u32::MAX, 0..9), option::of(1..9u64)).prop_map(|(ids, modseq)| {
            let found = SearchData::from(ids.into_iter().collect::<Ids>());
            Data::Search(modseq.map_or(found.clone(), |modseq| found.with_modseq(modseq)))
        }),
        (set(), any::<u32>()).prop_map(|(set, count)| {
            Data::ESearch(
                ESearch::new()
                    .with_tag("a\"b")
                    .uid()
                    .with(ESearchItem::All(set))
                    .with(ESearchItem::Count(count)),
            )
        }),
        vec((0..5u32, option::weighted(0.9, 1..99u32)), 0..20).prop_map(|nodes| {
            // A parent that is not there has two children at least.
            let nodes = nodes.into_iter().map(|(depth, number)| ThreadNode {
                depth,
                number: number.or(Some(1)),
            });
            Data::Thread(Threads::new(nodes))
        }),
        (any::<bool>(), set()).prop_map(|(earlier, uids)| Data::Vanished { earlier, uids }),
        (text(), any::<bool>()).prop_map(|(prefix, flat)| {
            let entry = NamespaceEntry::new(prefix.as_str(), (!flat).then_some('/'));
            Data::Namespace(Namespaces {
                personal: vec![entry.clone()],
                other: vec![],
                shared: vec![entry.clone(), entry],
            })
        }),
        (mailbox(), vec((astring(), option::of(astring())), 0..3))
            .prop_map(|(mailbox, entries)| Data::Metadata { mailbox, entries }),
        (1..u32::MAX, vec(fetch_item(), 1..6))
            .prop_map(|(seq, items)| Data::Fetch(MessageData::new(seq, items))),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    let status = || {
        ("[ -Z^-~]{0,20}", option::of(code()), 0..3usize).prop_map(|(text, code, kind)| {
            let status = [Status::ok, Status::no, Status::bad][kind](text);
            code.map_or(status.clone(), |code| status.with_code(code))
        })
    };
    prop_oneof![
        status().prop_map(Response::Status),
        ("[a-zA-Z0-9]{1,6}", status())
            .prop_map(|(tag, status)| Response::Tagged(Tag::new(tag).unwrap(), status)),
        "[a-zA-Z0-9 ]{0,20}".prop_map(|text| Response::Continue(Continue::new(text))),
        data().prop_map(Response::Data),
    ]
}

/// All frames of `wire`, in pieces of `size`.
/// Lines that are nearly the ones a client reads most: some are, some are broken at one place or another.
fn familiar_line() -> impl Strategy<Value = String> {
    let nstring = || prop_oneof![4 => Just("NIL"), 4 => Just("\"x\""), 1 => Just("\"a\\\"b\""), 1 => Just("\"\t\""), 1 => Just("\"é\""), 1 => Just("atom"), 1 => Just("\"not closed"), 1 => Just("()")];
    let address = (nstring(), nstring(), nstring(), nstring())
        .prop_map(|(a, b, c, d)| format!("({a} {b} {c} {d})"));
    let addresses = prop_oneof![
        2 => Just("NIL".to_owned()),
        3 => vec(address, 0..3).prop_map(|all| format!("({})", all.concat())),
    ];
    let envelope = (
        nstring(),
        nstring(),
        vec(addresses, 5..8),
        nstring(),
        nstring(),
    )
        .prop_map(|(date, subject, lists, reply, id)| {
            format!(
                "ENVELOPE ({date} {subject} {} {reply} {id})",
                lists.join(" ")
            )
        });
    let params = || {
        prop_oneof![
            Just("NIL"),
            Just("(\"a\" \"b\")"),
            Just("(\"a\" \"b\" \"c\" \"d\")"),
            Just("()"),
            Just("(\"a\")")
        ]
    };
    let part = (
        prop_oneof![
            Just("\"TEXT\" \"PLAIN\""),
            Just("\"a\" \"b\""),
            Just("\"message\" \"rfc822\""),
            Just("NIL NIL")
        ],
        params(),
        (nstring(), nstring(), nstring()),
        vec(
            prop_oneof![
                Just("7"),
                Just("NIL"),
                Just("\"x\""),
                Just("(\"inline\" NIL)"),
                Just("(\"en\")"),
                Just("99999999999")
            ],
            0..7,
        ),
    )
        .prop_map(|(kind, params, (id, about, encoding), tail)| {
            let tail: String = tail.iter().map(|field| format!(" {field}")).collect();
            format!("({kind} {params} {id} {about} {encoding} 12{tail})")
        });
    let body = vec(part, 1..4).prop_map(|parts| match parts.as_slice() {
        [part] => format!("BODYSTRUCTURE {part}"),
        parts => format!(
            "BODYSTRUCTURE ({} \"MIXED\" (\"boundary\" \"b\") NIL NIL)",
            parts.concat()
        ),
    });
    let item = prop_oneof![
        2 => "UID [0-9]{1,11}",
        2 => "FLAGS \\((\\\\Seen|x| |\\\\\\*){0,3}\\)",
        1 => "[A-Z]{1,6} [0-9]{1,3}",
        2 => envelope,
        2 => body,
    ];
    let fetch = (0_u32..3, vec(item, 0..4))
        .prop_map(|(seq, items)| format!("* {seq} FETCH ({})", items.join(" ")));
    let list = "\\* LIST \\((\\\\Marked|\\\\X|x| ){0,3}\\) (\"/\"|\"\\\\\\\\\"|\" \"|NIL|/) (INBOX|\"a b\"|\"\"|a&b|\"&AOk-\"|NIL|a b|é)( \\(\\))?";
    let status = (
        prop_oneof![
            Just("INBOX"),
            Just("\"a b\""),
            Just("\"\""),
            Just("a b"),
            Just("\"&\"")
        ],
        vec(
            prop_oneof![
                Just("MESSAGES 3"),
                Just("MESSAGES 0"),
                Just("RECENT 1"),
                Just("UIDNEXT 0"),
                Just("UIDNEXT 5"),
                Just("UIDVALIDITY 4294967295"),
                Just("UIDVALIDITY 4294967296"),
                Just("UNSEEN -1"),
                Just("SIZE 9"),
                Just("X 1"),
                Just("UNSEEN")
            ],
            0..11,
        ),
    )
        .prop_map(|(name, items)| format!("* STATUS {name} ({})", items.join(" ")));
    let end = prop_oneof![9 => Just("\r\n"), 1 => Just(" \r\n"), 1 => Just("\n"), 1 => Just(")\r\n"), 1 => Just("")];
    (prop_oneof![4 => fetch, 2 => list, 2 => status], end).prop_map(|(line, end)| line + end)
}

fn frames(role: Role, wire: &[u8], size: usize) -> Vec<Bytes> {
    let mut framer = Framer::new(role, FrameLimits::new(1 << 20, 1_000));
    let mut input = BytesMut::new();
    let mut frames = Vec::new();
    for piece in wire.chunks(size) {
        input.extend_from_slice(piece);
        loop {
            match framer.next(&mut input) {
                Step::NeedInput => break,
                Step::Literal(_) => framer.decide(Policy::Buffer),
                Step::Frame(frame) => frames.push(frame.bytes().clone()),
                step => panic!("{step:?}"),
            }
        }
    }
    assert!(input.is_empty());
    frames
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn commands(command in command()) {
        let tagged = command.tagged(Tag::new("a1").unwrap());
        let mut out = BytesMut::new();
        tagged.write(&mut out).unwrap();
        for syntax in [Syntax::strict(), Syntax::interop()] {
            let parsed = TaggedCommand::parse(&out, &syntax);
            let parsed = parsed.map_err(|error| TestCaseError::fail(error.render(&out)))?;
            prop_assert!(parsed.repairs.is_empty(), "{} in {}", parsed.repairs, out.escape_ascii());
            prop_assert_eq!(&parsed.value, &tagged, "{}", out.escape_ascii());
        }
        for size in [1, 3, out.len()] {
            prop_assert_eq!(frames(Role::Server, &out, size), vec![out.clone().freeze()]);
        }
    }

    #[test]
    fn responses(response in response()) {
        let mut out = BytesMut::new();
        response.write(&mut out, false).unwrap();
        for syntax in [Syntax::strict(), Syntax::interop()] {
            let parsed = Response::parse(&out, &syntax);
            let parsed = parsed.map_err(|error| TestCaseError::fail(error.render(&out)))?;
            prop_assert!(parsed.repairs.is_empty(), "{} in {}", parsed.repairs, out.escape_ascii());
            prop_assert_eq!(&parsed.value, &response, "{}", out.escape_ascii());
        }
        for size in [1, 3, out.len()] {
            prop_assert_eq!(frames(Role::Client, &out, size), vec![out.clone().freeze()]);
        }
    }

    /// What has a quick way is read as the grammar reads it, which it is left to where a word is in small letters.
    #[test]
    fn the_quick_way_is_the_same(line in familiar_line()) {
        let small = ["FETCH", "LIST", "STATUS", "NIL"]
            .iter()
            .fold(line.clone(), |line, word| line.replace(word, &word.to_ascii_lowercase()));
        let loud = |line: &str, syntax: &Syntax| match Response::parse(line.as_bytes(), syntax) {
            Ok(parsed) => format!("{parsed:?}").to_ascii_uppercase(),
            Err(error) => format!("error at {}", error.offset()),
        };
        for syntax in [Syntax::strict(), Syntax::interop()] {
            prop_assert_eq!(loud(&line, &syntax), loud(&small, &syntax), "{}", line.escape_debug());
        }
    }

    /// Whatever the octets are: no panic, strict accepts no more than interop, and what was read is written back.
    #[test]
    fn any_line(line in "(\\* |a1 |\\+ )?(OK|NO|1 FETCH|LIST|SEARCH|STATUS|THREAD)? ?[ -~\u{e9}]{0,40}\\r\\n") {
        let interop = Response::parse(line.as_bytes(), &Syntax::interop());
        if let Ok(strict) = Response::parse(line.as_bytes(), &Syntax::strict()) {
            prop_assert_eq!(Ok(&strict.value), interop.as_ref().map(|parsed| &parsed.value));
        }
        if let Ok(parsed) = interop {
            let mut out = BytesMut::new();
            if parsed.value.write(&mut out, false).is_ok() {
                let again = Response::parse(&out, &Syntax::interop());
                prop_assert_eq!(Ok(&parsed.value), again.as_ref().map(|p| &p.value), "{}", out.escape_ascii());
            }
        }
        let _ = TaggedCommand::parse(line.as_bytes(), &Syntax::interop());
    }
}
