//! Lines of protocols, a JSON line a frame.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Response as ImapResponse, Syntax, TaggedCommand,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};
use serde_json::{Value, json};

use super::{Output, Verdict, kebab};

/// What the octets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Commands of SMTP.
    SmtpCommand,
    /// Replies of SMTP.
    SmtpReply,
    /// Commands of POP3.
    Pop3Command,
    /// Responses of POP3.
    Pop3Response,
    /// Commands of IMAP.
    ImapCommand,
    /// Responses of IMAP.
    ImapResponse,
}

/// What was made of one frame.
#[derive(Debug, Default)]
struct Read {
    kind: String,
    debug: String,
    repairs: Vec<String>,
    encoded: Vec<u8>,
}

/// What is wrong with one, and where.
type Fault = (String, usize);

/// Inspects octets as they come off the wire.
pub fn inspect_lines(
    octets: &[u8],
    dialect: Dialect,
    strict: bool,
    output: &mut Output<'_>,
) -> io::Result<Verdict> {
    let mut problems = false;
    for frame in frames(octets, dialect) {
        let read = match dialect {
            Dialect::SmtpCommand => smtp_command(&frame),
            Dialect::SmtpReply => smtp_reply(&frame),
            Dialect::Pop3Command => pop3_command(&frame),
            Dialect::Pop3Response => pop3_response(&frame),
            Dialect::ImapCommand => imap_command(&frame, strict),
            Dialect::ImapResponse => imap_response(&frame, strict),
        };
        problems |= !matches!(&read, Ok(read) if read.repairs.is_empty());
        if output.json {
            output.json_line(&line(&read))?;
        } else {
            show(&frame, &read, output)?;
        }
    }
    Ok(Verdict::of(problems))
}

fn line(read: &Result<Read, Fault>) -> Value {
    match read {
        Ok(read) => json!({
            "ok": true,
            "kind": read.kind,
            "debug": read.debug,
            "repairs": read.repairs,
            "error": null,
            "offset": null,
            "encoded": STANDARD.encode(&read.encoded),
        }),
        Err((error, offset)) => json!({
            "ok": false,
            "kind": null,
            "debug": null,
            "repairs": [],
            "error": error,
            "offset": offset,
            "encoded": null,
        }),
    }
}

fn show(frame: &[u8], read: &Result<Read, Fault>, output: &mut Output<'_>) -> io::Result<()> {
    let paint = output.paint;
    let text = frame.escape_ascii().to_string();
    match read {
        Ok(read) => {
            writeln!(output.out, "{} {}", paint.green("ok"), paint.bold(&text))?;
            writeln!(output.out, "   {} {}", paint.cyan(&read.kind), read.debug)?;
            for repair in &read.repairs {
                writeln!(output.out, "   {}", paint.red(repair))?;
            }
        }
        Err((error, offset)) => {
            writeln!(output.out, "{} {}", paint.red("no"), paint.bold(&text))?;
            let before = frame
                .get(..*offset)
                .unwrap_or(frame)
                .escape_ascii()
                .to_string();
            writeln!(
                output.out,
                "   {}{}",
                " ".repeat(before.len()),
                paint.red("^")
            )?;
            writeln!(output.out, "   {}", paint.red(error))?;
        }
    }
    Ok(())
}

/// The units of a dialect: lines, replies of several lines, lines with literals.
fn frames(octets: &[u8], dialect: Dialect) -> Vec<Bytes> {
    match dialect {
        Dialect::ImapCommand => imap_frames(octets, Role::Server),
        Dialect::ImapResponse => imap_frames(octets, Role::Client),
        Dialect::SmtpReply => {
            let mut frames: Vec<BytesMut> = Vec::new();
            let mut open = false;
            for line in octets.split_inclusive(|&octet| octet == b'\n') {
                match frames.last_mut() {
                    Some(frame) if open => frame.extend_from_slice(line),
                    _ => frames.push(BytesMut::from(line)),
                }
                open = line.get(3) == Some(&b'-');
            }
            frames.into_iter().map(BytesMut::freeze).collect()
        }
        _ => octets
            .split_inclusive(|&octet| octet == b'\n')
            .map(Bytes::copy_from_slice)
            .collect(),
    }
}

fn imap_frames(octets: &[u8], role: Role) -> Vec<Bytes> {
    let mut framer = Framer::new(role, FrameLimits::new(64 << 20, 100_000));
    let mut input = BytesMut::from(octets);
    let mut frames = Vec::new();
    loop {
        match framer.next(&mut input) {
            Step::Frame(frame) => frames.push(frame.bytes().clone()),
            Step::Literal(_) => framer.decide(Policy::Buffer),
            Step::Fault(_, front) => frames.push(front),
            Step::NeedInput => break,
            _ => {}
        }
    }
    // What has no end is a frame all the same: it says that it has none.
    if !input.is_empty() {
        frames.push(input.freeze());
    }
    frames
}

/// The line without its end; `None` where it has none of CRLF.
fn without_end(frame: &[u8]) -> &[u8] {
    let line = frame.strip_suffix(b"\n").unwrap_or(frame);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The name of the variant that a `Debug` text begins with.
fn kind_of(debug: &str) -> String {
    let name: String = debug
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    kebab(&name)
}

fn smtp_command(frame: &[u8]) -> Result<Read, Fault> {
    let command = mailweft_smtp::Command::parse(without_end(frame))
        .map_err(|error| (error.to_string(), error.offset()))?;
    Ok(Read {
        kind: command.verb().to_ascii_lowercase(),
        debug: format!("{command:?}"),
        repairs: line_end(frame),
        encoded: format!("{command}\r\n").into_bytes(),
    })
}

fn smtp_reply(frame: &[u8]) -> Result<Read, Fault> {
    let reply =
        mailweft_smtp::Reply::parse(frame).map_err(|error| (error.to_string(), error.offset()))?;
    Ok(Read {
        kind: kebab(&format!("{:?}", reply.severity())),
        debug: format!("{reply:?}"),
        repairs: line_end(frame),
        encoded: reply.to_string().into_bytes(),
    })
}

fn pop3_command(frame: &[u8]) -> Result<Read, Fault> {
    let command = mailweft_pop3::Command::parse(without_end(frame))
        .map_err(|error| (error.to_string(), error.offset()))?;
    Ok(Read {
        kind: command.keyword().to_ascii_lowercase(),
        debug: format!("{command:?}"),
        repairs: line_end(frame),
        encoded: command.to_bytes().to_vec(),
    })
}

fn pop3_response(frame: &[u8]) -> Result<Read, Fault> {
    let response = mailweft_pop3::Response::parse(without_end(frame))
        .map_err(|error| (error.to_string(), error.offset()))?;
    Ok(Read {
        kind: kebab(&format!("{:?}", response.status())),
        debug: format!("{response:?}"),
        repairs: line_end(frame),
        encoded: response.to_bytes().to_vec(),
    })
}

fn line_end(frame: &[u8]) -> Vec<String> {
    if frame.ends_with(b"\r\n") {
        Vec::new()
    } else if frame.ends_with(b"\n") {
        vec!["bare-lf".into()]
    } else {
        vec!["no-line-end".into()]
    }
}

fn syntax(strict: bool) -> Syntax {
    if strict {
        Syntax::strict()
    } else {
        Syntax::interop().with_utf8(true)
    }
}

fn imap_command(frame: &[u8], strict: bool) -> Result<Read, Fault> {
    let parsed = TaggedCommand::parse(frame, &syntax(strict))
        .map_err(|error| (error.to_string(), error.offset()))?;
    let mut encoded = BytesMut::new();
    parsed
        .value
        .write(&mut encoded)
        .map_err(|error| (error.to_string(), 0))?;
    Ok(Read {
        kind: parsed
            .value
            .command
            .name()
            .to_ascii_lowercase()
            .replace(' ', "-"),
        debug: format!("{:?}", parsed.value),
        repairs: parsed
            .repairs
            .iter()
            .map(|(repair, at)| format!("{} at {at}", kebab(&format!("{repair:?}"))))
            .collect(),
        encoded: encoded.to_vec(),
    })
}

fn imap_response(frame: &[u8], strict: bool) -> Result<Read, Fault> {
    let parsed = ImapResponse::parse(frame, &syntax(strict))
        .map_err(|error| (error.to_string(), error.offset()))?;
    let mut encoded = BytesMut::new();
    parsed
        .value
        .write(&mut encoded, false)
        .map_err(|error| (error.to_string(), 0))?;
    let kind = match &parsed.value {
        ImapResponse::Data(data) => kind_of(&format!("{data:?}")),
        other => kind_of(&format!("{other:?}")),
    };
    Ok(Read {
        kind,
        debug: format!("{:?}", parsed.value),
        repairs: parsed
            .repairs
            .iter()
            .map(|(repair, at)| format!("{} at {at}", kebab(&format!("{repair:?}"))))
            .collect(),
        encoded: encoded.to_vec(),
    })
}
