//! What the framer tells between its steps.

use bytes::BytesMut;
use mailweft_imap::frame::{FrameLimits, Framer, Policy, Role, Step};

fn framer(role: Role) -> Framer {
    Framer::new(role, FrameLimits::new(8_192, 100))
}

#[test]
fn it_is_idle_between_units_alone() {
    let mut framer = framer(Role::Client);
    let mut input = BytesMut::new();
    assert!(framer.is_idle(&input));
    input.extend_from_slice(b"* 1 EXI");
    assert!(!framer.is_idle(&input));
    assert_eq!(framer.next(&mut input), Step::NeedInput);
    assert!(!framer.is_idle(&input));
    input.extend_from_slice(b"STS\r\n");
    assert!(matches!(framer.next(&mut input), Step::Frame(_)));
    assert!(framer.is_idle(&input));
    // In front of a literal that is to be decided about.
    input.extend_from_slice(b"* 1 FETCH (BODY[] {3}\r\n");
    assert!(matches!(framer.next(&mut input), Step::Literal(_)));
    assert!(!framer.is_idle(&input));
    framer.decide(Policy::Stream);
    // In the middle of it, where nothing is in the buffer.
    assert_eq!(framer.next(&mut input), Step::NeedInput);
    assert!(input.is_empty() && !framer.is_idle(&input));
    input.extend_from_slice(b"abc");
    assert!(matches!(framer.next(&mut input), Step::Chunk(_)));
    assert_eq!(framer.next(&mut input), Step::ChunkEnd);
    // Behind it: the beginning of the unit is still held.
    assert!(input.is_empty() && !framer.is_idle(&input));
    input.extend_from_slice(b")\r\n");
    assert!(matches!(framer.next(&mut input), Step::Frame(_)));
    assert!(framer.is_idle(&input));
}

#[test]
fn it_tells_where_what_was_streamed_is_missing() {
    let mut framer = framer(Role::Server);
    let mut input = BytesMut::from("a APPEND x {2}\r\nhi {3+}\r\nyou ~{1}\r\n!\r\n");
    let mut heads = Vec::new();
    let mut holes = Vec::new();
    let frame = loop {
        match framer.next(&mut input) {
            Step::Literal(header) => {
                heads.push(framer.head(&input));
                // The second is kept, the others are streamed.
                framer.decide(if header.size == 3 {
                    Policy::Buffer
                } else {
                    Policy::Stream
                });
            }
            Step::Chunk(_) => {}
            Step::ChunkEnd => holes.push(framer.last_hole()),
            Step::Frame(frame) => break frame,
            step => panic!("{step:?}"),
        }
    };
    assert_eq!(
        heads,
        [
            "a APPEND x {2}\r\n",
            "a APPEND x {2}\r\n {3+}\r\n",
            "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n"
        ]
    );
    assert_eq!(frame.bytes(), "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n\r\n");
    let places = [
        "a APPEND x {2}\r\n",
        "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n",
    ]
    .map(str::len);
    assert_eq!(frame.holes(), places);
    assert_eq!(holes, places);
}
