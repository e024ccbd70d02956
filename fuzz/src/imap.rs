//! Properties of IMAP.

use bytes::{Bytes, BytesMut};

use super::{alike, join};

/// Whether something in it is written in another form: literals as strings, NUL in texts as blanks.
fn mended(data: &[u8]) -> bool {
    data.contains(&0)
        || data
            .windows(3)
            .any(|octets| matches!(octets, [b'}', b'\r' | b'\n', _]))
}

/// A command that parses is written as what parses to it; what strict takes interop takes alike.
pub fn imap_command(data: &[u8]) {
    use mailweft_imap::{Syntax, TaggedCommand};
    let interop = TaggedCommand::parse(data, &Syntax::interop());
    let strict = TaggedCommand::parse(data, &Syntax::strict());
    if let Ok(strict) = &strict {
        assert_eq!(
            Ok(&strict.value),
            interop.as_ref().map(|parsed| &parsed.value),
            "{}",
            data.escape_ascii()
        );
        assert!(strict.repairs.is_empty());
    }
    let Ok(parsed) = interop else {
        return;
    };
    let mut out = BytesMut::new();
    if parsed.value.write(&mut out).is_err() {
        assert!(
            strict.is_err(),
            "strictly right and not writable: {}",
            data.escape_ascii()
        );
        return;
    }
    let again = TaggedCommand::parse(&out, &Syntax::interop()).expect("it was written");
    if parsed.value != again.value {
        // A value that nobody knows may change its form: a literal becomes a quoted string.
        assert!(
            mended(data) || !parsed.repairs.is_empty(),
            "{parsed:?} {again:?} {}",
            out.escape_ascii()
        );
    }
}

/// A response that parses is written as what parses to it; what strict takes interop takes alike.
pub fn imap_response(data: &[u8]) {
    use mailweft_imap::{Response, Syntax};
    for utf8 in [false, true] {
        let syntax = Syntax::interop().with_utf8(utf8);
        let interop = Response::parse(data, &syntax);
        let strict = Response::parse(data, &Syntax::strict().with_utf8(utf8));
        if let Ok(strict) = &strict {
            assert_eq!(
                Ok(&strict.value),
                interop.as_ref().map(|parsed| &parsed.value),
                "{}",
                data.escape_ascii()
            );
            assert!(strict.repairs.is_empty());
        }
        let Ok(parsed) = interop else {
            continue;
        };
        let mut out = BytesMut::new();
        if parsed.value.write(&mut out, utf8).is_err() {
            assert!(
                strict.is_err(),
                "strictly right and not writable: {}",
                data.escape_ascii()
            );
            continue;
        }
        let again = Response::parse(&out, &syntax).expect("it was written");
        if parsed.value != again.value {
            assert!(
                mended(data) || !parsed.repairs.is_empty(),
                "{parsed:?} {again:?} {}",
                out.escape_ascii()
            );
        }
    }
}

/// A framer takes the same frames, whatever the pieces and whatever is decided about literals.
pub fn imap_framer_chunks(data: &[u8]) {
    use mailweft_imap::frame::{FrameLimits, Framer, Policy, Role, Step};
    for role in [Role::Client, Role::Server] {
        alike(data, |pieces| {
            let mut framer = Framer::new(role, FrameLimits::new(200, 4));
            let mut input = BytesMut::new();
            let mut steps = Vec::<Step>::new();
            for piece in pieces {
                input.extend_from_slice(piece);
                loop {
                    match (steps.last_mut(), framer.next(&mut input)) {
                        (_, Step::NeedInput) => break,
                        (Some(Step::Chunk(a)), Step::Chunk(b)) => *a = join(a, &b),
                        (_, step) => {
                            if let Step::Literal(header) = &step {
                                framer.decide(match header.size % 4 {
                                    0 => Policy::Reject,
                                    1 => Policy::Stream,
                                    2 => Policy::Discard,
                                    _ => Policy::Buffer,
                                });
                            }
                            // How much of a unit that is given up was there depends on the pieces.
                            steps.push(match step {
                                Step::Fault(fault, _) => Step::Fault(fault, Bytes::new()),
                                step => step,
                            });
                        }
                    }
                }
            }
            steps
        });
    }
}
