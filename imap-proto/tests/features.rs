//! The nouns as plain data, and from arbitrary octets.
#![cfg(all(feature = "serde", feature = "arbitrary"))]

use arbitrary::{Arbitrary, Unstructured};
use bytes::BytesMut;
use mailweft_imap::{
    AString, BodyPartBuilder, BodyStructure, Capability, Command, Date, DateTime, Envelope, Flag,
    Flags, Ids, ListPattern, Mailbox, Section, SequenceSet, Syntax, Tag, TaggedCommand, Text,
    Value, model::SyncState,
};
use serde::{Serialize, de::DeserializeOwned};

fn both_ways<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let json = serde_json::to_string(value).unwrap();
    let again: T = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(again, *value, "{json}");
}

fn from<T: for<'a> Arbitrary<'a>>(octets: &[u8]) -> T {
    T::arbitrary(&mut Unstructured::new(octets)).unwrap()
}

#[test]
fn every_noun_as_plain_data() {
    let mut octets = vec![0u8; 600];
    for round in 0..500u32 {
        let mut state = round;
        for octet in &mut octets {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *octet = (state >> 24) as u8;
        }
        both_ways(&from::<Text>(&octets));
        both_ways(&from::<AString>(&octets));
        both_ways(&from::<Tag>(&octets));
        both_ways(&from::<Flag>(&octets));
        both_ways(&from::<Flags>(&octets));
        both_ways(&from::<Capability>(&octets));
        both_ways(&from::<Mailbox>(&octets));
        both_ways(&from::<ListPattern>(&octets));
        both_ways(&from::<SequenceSet>(&octets));
        both_ways(&from::<Date>(&octets));
        both_ways(&from::<DateTime>(&octets));
        both_ways(&from::<Ids>(&octets));
        both_ways(&from::<Value>(&octets));
        both_ways(&from::<Envelope>(&octets));
    }
}

#[test]
fn texts_are_what_people_read() {
    assert_eq!(
        serde_json::to_string(&SequenceSet::parse("1:4,*").unwrap()).unwrap(),
        "\"1:4,*\""
    );
    assert_eq!(
        serde_json::to_string(&Mailbox::from("Entwürfe")).unwrap(),
        "\"Entw&APw-rfe\""
    );
    assert_eq!(
        serde_json::to_string(&Section::parse("1.MIME").unwrap()).unwrap(),
        "\"1.MIME\""
    );
    assert_eq!(
        serde_json::to_string(&AString::from(b"\xff".as_slice())).unwrap(),
        "[255]"
    );
    assert!(serde_json::from_str::<Flag>("\"a b\"").is_err());
    let structure: BodyStructure = BodyPartBuilder::new("text", "plain").build().unwrap();
    both_ways(&structure);
    both_ways(&SyncState::default());
}

#[test]
fn arbitrary_commands_are_written_and_read() {
    let mut octets = vec![0u8; 300];
    for round in 0..3_000u32 {
        let mut state = round.wrapping_mul(77);
        for octet in &mut octets {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *octet = (state >> 24) as u8;
        }
        let command: Command = from(&octets);
        let tagged = command.tagged(Tag::new("a").unwrap());
        let mut out = BytesMut::new();
        tagged.write(&mut out).unwrap();
        let again = TaggedCommand::parse(&out, &Syntax::strict())
            .unwrap_or_else(|e| panic!("{}", e.render(&out)));
        assert_eq!(again.value, tagged);
    }
}
