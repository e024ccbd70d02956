//! The features `serde` and `arbitrary`: values to text and back, and any value at all.

#[cfg(feature = "serde")]
#[test]
fn nouns_are_their_text() {
    use mailweft_mime::{
        ContentType, DateTime, Encoding, MediaType, MessageId, MessageIds, Span, StatusCode,
    };

    fn both<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
        value: T,
        json: &str,
    ) {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<T>(json).unwrap(), value);
    }
    both(
        DateTime::from_timestamp(880_127_706, -360).unwrap(),
        "\"Fri, 21 Nov 1997 09:55:06 -0600\"",
    );
    both(MediaType::TEXT_PLAIN, "\"text/plain\"");
    both(StatusCode::new(5, 1, 1), "\"5.1.1\"");
    both(Encoding::QuotedPrintable, "\"quoted-printable\"");
    both(MessageId::new("a@b").unwrap(), "\"a@b\"");
    both(Span::new(1, 2), "{\"start\":1,\"end\":2}");
    let content_type = ContentType::read(b"text/plain; charset=utf-8");
    assert_eq!(
        serde_json::to_string(&content_type).unwrap(),
        "\"text/plain; charset=utf-8\""
    );
    for odd in ["no-at", "a@b@c"] {
        let value = format!("<{odd}>");
        let read = MessageIds::new(value.as_bytes()).next().unwrap();
        both(read.into_owned(), &format!("\"{odd}\""));
    }
    for bad in ["", "a@b\\r\\nBcc: c", "a@b> <c@d", "a\\u0000@b"] {
        let json = format!("\"{bad}\"");
        assert!(
            serde_json::from_str::<MessageId<'_>>(&json).is_err(),
            "{json}"
        );
    }
    assert!(serde_json::from_str::<MediaType>("\"text\"").is_err());
    assert!(serde_json::from_str::<DateTime>("\"yesterday\"").is_err());
}

#[cfg(feature = "arbitrary")]
#[test]
fn any_value_comes_back() {
    use arbitrary::{Arbitrary, Unstructured};
    use mailweft_mime::{DateTime, MediaType, MessageId, MessageIds};

    let mut state = 1_u64;
    for _ in 0..500 {
        let bytes: Vec<u8> = (0..128)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as u8
            })
            .collect();
        let mut u = Unstructured::new(&bytes);
        let date = DateTime::arbitrary(&mut u).unwrap();
        assert_eq!(DateTime::parse(&date.to_string()).unwrap(), date);
        assert_eq!(
            DateTime::from_timestamp(date.timestamp(), date.offset()),
            Some(date)
        );
        let media_type = MediaType::arbitrary(&mut u).unwrap();
        assert_eq!(MediaType::parse(media_type.as_str()).unwrap(), media_type);
        let id = MessageId::arbitrary(&mut u).unwrap();
        let value = id.to_string();
        assert!(MessageIds::new(value.as_bytes()).eq([id]));
    }
}

#[cfg(all(feature = "chrono", feature = "jiff", feature = "time"))]
#[test]
fn dates_go_to_other_crates_and_back() {
    use mailweft_mime::DateTime;

    for text in [
        "Fri, 21 Nov 1997 09:55:06 -0600",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Mon, 31 Dec 2035 23:59:59 +1345",
        "Mon, 1 Jan 1900 00:00:00 -2359",
    ] {
        let date = DateTime::parse(text).unwrap();
        let chrono = chrono::DateTime::<chrono::FixedOffset>::try_from(date).unwrap();
        assert_eq!(chrono.timestamp(), date.timestamp(), "{text}");
        assert_eq!(DateTime::try_from(&chrono), Ok(date));
        let jiff = jiff::Zoned::try_from(date).unwrap();
        assert_eq!(jiff.timestamp().as_second(), date.timestamp());
        assert_eq!(DateTime::try_from(&jiff), Ok(date));
        let time = time::OffsetDateTime::try_from(date).unwrap();
        assert_eq!(time.unix_timestamp(), date.timestamp());
        assert_eq!(DateTime::try_from(time), Ok(date));
    }
    let far = DateTime::parse("Fri, 21 Nov 1997 09:55:06 +9000").unwrap();
    assert!(chrono::DateTime::<chrono::FixedOffset>::try_from(far).is_err());
    assert!(jiff::Zoned::try_from(far).is_err());
    assert!(time::OffsetDateTime::try_from(far).is_err());
}
