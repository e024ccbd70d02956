//! IMAP: a large literal, commands, and what is written.

use std::hint::black_box;

use bytes::BytesMut;
use imap_codec::{
    CommandCodec, ResponseCodec, decode::Decoder as _, encode::Encoder as _,
    fragmentizer::Fragmentizer,
};
use mailweft_imap::{
    Response, Syntax, TaggedCommand,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};

use super::imap::READ;
use crate::{
    inputs::Inputs,
    row::{Row, Target::Named, View},
};

const SUBJECT: &str = "IMAP";
const CODEC: &str = "imap-codec";

pub fn rows<'a>(_: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    each(literal());
    each(commands());
    each(write_commands());
    for (name, line) in RESPONSES {
        each(write_response(name, line));
    }
}

fn literal<'a>() -> Row<'a> {
    const SIZE: usize = 50 << 20;
    let head = format!("* 1 FETCH (UID 1 BODY[] {{{SIZE}}}\r\n");
    let piece = mailweft_benches::noise(READ);
    let feed = move |mut each: Box<dyn FnMut(&[u8])>| {
        each(head.as_bytes());
        (0..SIZE / READ).for_each(|_| each(black_box(&piece)));
        each(b")\r\n");
    };
    let ours = {
        let feed = feed.clone();
        move || {
            let octets = std::rc::Rc::new(std::cell::Cell::new(0));
            let sum = octets.clone();
            let mut framer = Framer::new(Role::Client, FrameLimits::new(8192, 100));
            let mut input = BytesMut::with_capacity(2 * READ);
            feed(Box::new(move |piece| {
                input.extend_from_slice(piece);
                loop {
                    match framer.next(&mut input) {
                        Step::Literal(_) => framer.decide(Policy::Stream),
                        Step::Chunk(chunk) => sum.set(sum.get() + chunk.len()),
                        Step::NeedInput | Step::Frame(_) => break,
                        _ => {}
                    }
                }
            }));
            octets.get()
        }
    };
    let theirs = move || {
        let octets = std::rc::Rc::new(std::cell::Cell::new(0));
        let sum = octets.clone();
        let mut framer = Fragmentizer::without_max_message_size();
        feed(Box::new(move |piece| {
            framer.enqueue_bytes(piece);
            while let Some(fragment) = framer.progress() {
                if matches!(
                    fragment,
                    imap_codec::fragmentizer::FragmentInfo::Literal { .. }
                ) {
                    sum.set(sum.get() + framer.fragment_bytes(fragment).len());
                }
            }
        }));
        octets.get()
    };
    Row::new(
        SUBJECT,
        "frame a literal",
        "50 MiB in pieces of 16 KiB",
        SIZE,
    )
    .ours([("octets", ours().to_string())], ours)
    .peer(CODEC, ("octets", theirs().to_string()), theirs)
    .target(Named(20.0, CODEC))
    .remark("ours streams the literal; the fragmentizer of imap-codec gathers it")
}

const COMMANDS: [&str; 12] = [
    "a1 CAPABILITY\r\n",
    "a2 LOGIN \"fred\" \"secret\"\r\n",
    "a3 SELECT INBOX\r\n",
    "a4 UID FETCH 1:* (FLAGS UID)\r\n",
    "a5 FETCH 1:20 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)\r\n",
    "a6 UID FETCH 345 BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]\r\n",
    "a7 UID SEARCH UNSEEN SINCE 11-Feb-2026 NOT FROM \"Smith\"\r\n",
    "a8 STORE 2:4,7 +FLAGS.SILENT (\\Deleted)\r\n",
    "a9 UID COPY 4,6,9:20 Archive\r\n",
    "b1 LIST \"\" \"*\"\r\n",
    "b2 STATUS Archive (MESSAGES UNSEEN UIDNEXT)\r\n",
    "b3 LOGOUT\r\n",
];

fn normal(octets: impl Iterator<Item = Vec<u8>>) -> View {
    let octets: Vec<u8> = octets.flatten().collect();
    // Quotes and parentheses that are not needed are left out by one and kept by the other.
    (
        "what it writes",
        String::from_utf8_lossy(&octets)
            .to_lowercase()
            .replace(['"', '(', ')'], ""),
    )
}

fn our_command(line: &[u8]) -> TaggedCommand {
    TaggedCommand::parse(line, &Syntax::interop())
        .unwrap()
        .value
}

fn octets(command: &TaggedCommand) -> Vec<u8> {
    let mut out = BytesMut::new();
    command.write(&mut out).unwrap();
    out.to_vec()
}

fn commands<'a>() -> Row<'a> {
    // As a framer hands them out: slices of what was read.
    let mut read = BytesMut::from(COMMANDS.concat().as_bytes());
    let lines = COMMANDS.map(|line| read.split_to(line.len()).freeze());
    let ours = normal(
        COMMANDS
            .iter()
            .map(|line| octets(&our_command(line.as_bytes()))),
    );
    let theirs = COMMANDS.iter().map(|line| {
        let (_, command) = CommandCodec::default().decode(line.as_bytes()).unwrap();
        CommandCodec::default().encode(&command).dump()
    });
    let theirs = normal(theirs);
    Row::new(
        SUBJECT,
        "read commands",
        "a session of twelve",
        COMMANDS.iter().map(|line| line.len()).sum(),
    )
    .each(COMMANDS.len())
    .ours([ours.clone()], {
        let syntax = Syntax::interop();
        move || {
            lines
                .iter()
                .filter(|line| {
                    black_box(TaggedCommand::from_bytes(black_box(line), &syntax)).is_ok()
                })
                .count()
        }
    })
    .also("mailweft, copied first", ours, || {
        let syntax = Syntax::interop();
        COMMANDS
            .iter()
            .filter(|line| {
                black_box(TaggedCommand::parse(black_box(line.as_bytes()), &syntax)).is_ok()
            })
            .count()
    })
    .peer(CODEC, theirs, || {
        COMMANDS
            .iter()
            .filter(|line| {
                black_box(CommandCodec::default().decode(black_box(line.as_bytes()))).is_ok()
            })
            .count()
    })
    .target(Named(3.0, CODEC))
}

fn write_commands<'a>() -> Row<'a> {
    let ours = COMMANDS.map(|line| our_command(line.as_bytes()));
    let theirs = COMMANDS.map(|line| CommandCodec::default().decode(line.as_bytes()).unwrap().1);
    let view = normal(ours.iter().map(octets));
    let their_view = normal(
        theirs
            .iter()
            .map(|command| CommandCodec::default().encode(command).dump()),
    );
    let mut out = BytesMut::with_capacity(4096);
    Row::new(
        SUBJECT,
        "write commands",
        "a session of twelve",
        view.1.len(),
    )
    .each(COMMANDS.len())
    .ours([view], move || {
        out.clear();
        ours.iter()
            .for_each(|command| black_box(command).write(&mut out).unwrap());
        out.len()
    })
    .peer(CODEC, their_view, move || {
        theirs
            .iter()
            .map(|command| {
                CommandCodec::default()
                    .encode(black_box(command))
                    .dump()
                    .len()
            })
            .sum()
    })
    .target(Named(3.0, CODEC))
}

const RESPONSES: [(&str, &str); 2] = [
    (
        "FETCH with FLAGS and UID",
        "* 12 FETCH (UID 345 FLAGS (\\Seen $Forwarded))\r\n",
    ),
    (
        "FETCH with ENVELOPE",
        "* 12 FETCH (UID 345 ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary\" \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")) NIL NIL \"<B27397-0100000@cac.washington.edu>\"))\r\n",
    ),
];

fn write_response<'a>(name: &'static str, line: &'static str) -> Row<'a> {
    let ours = Response::parse(line.as_bytes(), &Syntax::interop())
        .unwrap()
        .value;
    let theirs = ResponseCodec::default().decode(line.as_bytes()).unwrap().1;
    let mut out = BytesMut::with_capacity(4096);
    ours.write(&mut out, false).unwrap();
    Row::new(SUBJECT, "write a response", name, line.len())
        .ours([normal([out.to_vec()].into_iter())], move || {
            out.clear();
            black_box(&ours).write(&mut out, false).unwrap();
            out.len()
        })
        .peer(
            CODEC,
            normal([ResponseCodec::default().encode(&theirs).dump()].into_iter()),
            move || {
                ResponseCodec::default()
                    .encode(black_box(&theirs))
                    .dump()
                    .len()
            },
        )
        .target(Named(3.0, CODEC))
}
