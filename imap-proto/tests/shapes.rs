//! Shapes of responses, right and wrong: `../shared/corpora/imap-shapes`.
//!
//! Strict mode accepts exactly those that an RFC allows; interop mode accepts all, names what it repaired, and what it
//! kept is written back in a form that strict mode accepts and that means the same.

use std::{fs, path::Path};

use bytes::BytesMut;
use mailweft_imap::{Response, Syntax};

fn unhex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn strict_accepts_the_right_ones_and_interop_all() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/corpora/imap-shapes/shapes.json"
    );
    if !Path::new(path).exists() {
        println!("skipped: ../shared/corpora/imap-shapes is not here");
        return;
    }
    let shapes: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for shape in shapes.as_array().unwrap() {
        let id = shape["id"].as_str().unwrap();
        // RFC 3501 §9: `body-fld-loc *(SP body-extension)`. The file calls it a quirk.
        let right = shape["class"] == "rfc" || id == "q-bs-ext-after-loc";
        let wire = unhex(shape["hex"].as_str().unwrap());
        let shown = wire.escape_ascii();
        count += 1;
        let strict = Response::parse(&wire, &Syntax::strict());
        if strict.is_ok() != right {
            wrong.push(format!("{id}: strict says {strict:?} to {shown}"));
        }
        let parsed = match Response::parse(&wire, &Syntax::interop()) {
            Ok(parsed) => parsed,
            Err(error) => {
                wrong.push(format!("{id}: interop says {error} to {shown}"));
                continue;
            }
        };
        if parsed.repairs.is_empty() != right {
            wrong.push(format!("{id}: repaired {} in {shown}", parsed.repairs));
        }
        // Both modes read the same from what is right.
        if let Ok(strict) = strict {
            assert_eq!(strict.value, parsed.value, "{id}");
        }
        let mut out = BytesMut::new();
        if let Err(error) = parsed.value.write(&mut out, false) {
            wrong.push(format!("{id}: {error} in {:?}", parsed.value));
            continue;
        }
        match Response::parse(&out, &Syntax::interop()) {
            Ok(again) if again.value == parsed.value => {}
            again => wrong.push(format!(
                "{id}: {} reads as {again:?}, not {:?}",
                out.escape_ascii(),
                parsed.value
            )),
        }
    }
    assert!(count > 100);
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
