//! What is allocated: little for a small mail, and no more for a message of 4 GiB than for a small one. One test, for
//! the counters are the process's.

use std::alloc::System;

use bytes::BytesMut;
use mailweft_address::{Address, Mailbox};
use mailweft_mime::{
    Attachment, Builder, Chunk, DateTime, Event, Limits, MediaType, Message, MessageId,
    StreamParser,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Octets on the heap now, beyond what was there when the region began.
fn grown(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change
        .bytes_allocated
        .saturating_sub(change.bytes_deallocated)
}

fn count(work: impl FnOnce()) -> usize {
    let region = Region::new(HEAP);
    work();
    let change = region.change();
    change.allocations + change.reallocations
}

const SMALL: &str = "From: Some Body <some.body@example.net>\r\nTo: reader@example.org\r\n\
    Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello!\r\n";

fn start() -> Builder {
    Builder::new()
        .from(Address::from_static("j@example.org"))
        .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
        .seed(1)
        .text("x")
}

#[test]
fn allocations() {
    // The thread of the test runner asks for memory as well, while it says that this test begins.
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(count(|| drop(Message::parse(SMALL))) <= 2);
    let (_, index) = Message::parse(SMALL).into_parts();
    let limits = Limits::default();
    let again = count(|| drop(Message::parse_into(SMALL, index, &limits)));
    assert_eq!(again, 0);

    let name = |name, address| Mailbox::with_name(name, Address::from_static(address)).unwrap();
    let (from, to) = (
        name("Some Body", "a@b.example"),
        name("Jürgen", "c@d.example"),
    );
    let id = MessageId::new("1234@example.net").unwrap();
    let (subject, text) = (String::from("Grüße"), String::from("Hello!\r\n"));
    let builder = Builder::new()
        .from(from)
        .to(to)
        .message_id(id)
        .date(DateTime::from_timestamp(0, 0).unwrap())
        .subject(subject)
        .text(text);
    // The parts, and the message: its header and its text are written one behind the other.
    assert!(count(|| drop(builder.build().unwrap().into_bytes())) <= 2);

    written(4 << 30);
    read(4 << 30);
}

static BLOCK: [u8; 48 * 1024] = [0x5a; 48 * 1024];

/// Writes an attachment of that length.
fn written(len: u64) {
    let region = Region::new(HEAP);
    let file = Attachment::source(MediaType::OCTET_STREAM, len).named("big");
    let draft = start().attach(file).build().unwrap();
    let (mut writer, mut input, mut written) = (draft.writer(), BytesMut::new(), 0);
    loop {
        match writer.next(&mut input) {
            Chunk::Data(chunk) => written += chunk.len() as u64,
            Chunk::NeedInput { remaining, .. } => {
                assert!(grown(&region) < 1 << 20);
                let most = BLOCK
                    .len()
                    .min(usize::try_from(remaining).unwrap_or(usize::MAX));
                input.extend_from_slice(&BLOCK[..most]);
            }
            _ => break,
        }
    }
    assert_eq!(written, draft.len());
}

/// Reads a message with a body of at least that length.
fn read(len: u64) {
    let region = Region::new(HEAP);
    let mut parser = StreamParser::default();
    let mut input = BytesMut::from(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n",
    );
    let line = [[b'A'; 76].as_slice(), b"\r\n"].concat();
    let block = line.repeat(600);
    let (mut brought, mut ended, mut octets) = (0, false, 0);
    loop {
        match parser.poll(&mut input) {
            Event::NeedInput if brought < len => {
                assert!(grown(&region) < 1 << 20);
                input.extend_from_slice(&block);
                brought += block.len() as u64;
            }
            Event::NeedInput if !ended => {
                input.extend_from_slice(b"--b--\r\n");
                parser.eof();
                ended = true;
            }
            Event::PartEnd(end) => octets = octets.max(end.octets),
            Event::End => break,
            _ => {}
        }
    }
    // The line end before the boundary is the boundary's.
    assert!(octets >= brought - 2);
}
