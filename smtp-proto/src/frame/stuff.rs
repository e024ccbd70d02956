//! Message content on its way out: dots stuffed, line ends made CRLF, CRLF.CRLF at the end and nowhere
//! else (RFC 5321 §4.5.2).

use bytes::BytesMut;
use memchr::{memchr, memchr_iter};

use super::stray::{Stray, StrayPolicy};

/// Writes the content of one message.
#[derive(Clone, Debug)]
pub(crate) struct Stuffer {
    policy: StrayPolicy,
    /// Dots are stuffed: DATA. In a BDAT chunk they are not.
    dots: bool,
    /// The last octets written were CRLF, or none was written yet.
    line_start: bool,
    /// A CR waits for what follows it.
    cr: bool,
}

impl Stuffer {
    /// A writer for DATA.
    pub(crate) const fn data(policy: StrayPolicy) -> Self {
        Self {
            policy,
            dots: true,
            line_start: true,
            cr: false,
        }
    }

    /// A writer for BDAT: line ends are put right, nothing is stuffed.
    pub(crate) const fn chunks(policy: StrayPolicy) -> Self {
        Self {
            policy,
            dots: false,
            line_start: true,
            cr: false,
        }
    }

    /// Writes `content`, or refuses it whole, naming the octet that the policy does not let pass.
    pub(crate) fn write(&mut self, content: &[u8], out: &mut BytesMut) -> Result<(), u8> {
        let (clean, strays) = self.inspect(content);
        if let Some(refused) = strays {
            return Err(refused);
        }
        out.reserve(
            content
                .len()
                .saturating_add(content.len() / 64)
                .saturating_add(4),
        );
        if clean {
            self.write_clean(content, out);
        } else {
            self.write_dirty(content, out);
        }
        Ok(())
    }

    /// Writes what is still owed at the end: a CR that nothing followed, and for DATA the CRLF that the
    /// content lacks.
    pub(crate) fn finish(&mut self, out: &mut BytesMut) {
        if core::mem::take(&mut self.cr) {
            self.stray_cr(out);
        }
        if self.dots && !self.line_start {
            out.extend_from_slice(b"\r\n");
            self.line_start = true;
        }
        if self.dots {
            out.extend_from_slice(b".\r\n");
        }
    }

    /// Whether every CR and LF of `content` is half of a CRLF and there is no NUL to see to; and the first
    /// octet that the policy refuses.
    fn inspect(&self, content: &[u8]) -> (bool, Option<u8>) {
        let mut pairs = 0_usize;
        let mut bare_lf = false;
        for lf in memchr_iter(b'\n', content) {
            let paired = match lf.checked_sub(1) {
                Some(cr) => content.get(cr) == Some(&b'\r'),
                None => self.cr,
            };
            bare_lf |= !paired;
            pairs = pairs.wrapping_add(usize::from(paired));
        }
        // A CR at the end may still get its LF; one that waited from before counts with the first pair.
        let crs = memchr_iter(b'\r', content)
            .count()
            .wrapping_add(usize::from(self.cr))
            .wrapping_sub(usize::from(content.last() == Some(&b'\r')));
        let bare_cr = crs != pairs;
        let nul = self.policy.nul != Stray::Keep && memchr(0, content).is_some();
        let refused = match () {
            () if bare_lf && self.policy.bare_lf == Stray::Refuse => Some(b'\n'),
            () if bare_cr && self.policy.bare_cr == Stray::Refuse => Some(b'\r'),
            () if nul && self.policy.nul == Stray::Refuse => Some(0),
            () => None,
        };
        (!(bare_cr || bare_lf || nul), refused)
    }

    /// `content` holds CRLF pairs only: its runs are copied, and a dot goes in where a line begins with one.
    fn write_clean(&mut self, content: &[u8], out: &mut BytesMut) {
        let content = if core::mem::take(&mut self.cr) && !content.is_empty() {
            out.extend_from_slice(b"\r");
            content
        } else {
            content
        };
        let body = match content.split_last() {
            Some((b'\r', body)) => {
                self.cr = true;
                body
            }
            _ => content,
        };
        if self.dots {
            if self.line_start && body.first() == Some(&b'.') {
                out.extend_from_slice(b".");
            }
            let mut from = 0;
            for lf in memchr_iter(b'\n', body) {
                let next = lf.wrapping_add(1);
                if body.get(next) == Some(&b'.') {
                    out.extend_from_slice(body.get(from..next).unwrap_or_default());
                    out.extend_from_slice(b".");
                    from = next;
                }
            }
            out.extend_from_slice(body.get(from..).unwrap_or_default());
        } else {
            out.extend_from_slice(body);
        }
        if let Some(&last) = body.last() {
            self.line_start = last == b'\n';
        }
    }

    /// Octet by octet, with every stray put right.
    fn write_dirty(&mut self, content: &[u8], out: &mut BytesMut) {
        for &byte in content {
            if core::mem::take(&mut self.cr) {
                if byte == b'\n' {
                    out.extend_from_slice(b"\r\n");
                    self.line_start = true;
                    continue;
                }
                self.stray_cr(out);
            }
            match byte {
                b'\r' => self.cr = true,
                b'\n' if !self.dots && self.policy.bare_lf == Stray::Keep => self.put(byte, out),
                b'\n' => {
                    out.extend_from_slice(b"\r\n");
                    self.line_start = true;
                }
                0 if self.policy.nul == Stray::Repair => {}
                _ => self.put(byte, out),
            }
        }
    }

    fn put(&mut self, byte: u8, out: &mut BytesMut) {
        if self.dots && self.line_start && byte == b'.' {
            out.extend_from_slice(b".");
        }
        out.extend_from_slice(&[byte]);
        self.line_start = false;
    }

    fn stray_cr(&mut self, out: &mut BytesMut) {
        let kept = !self.dots && self.policy.bare_cr == Stray::Keep;
        out.extend_from_slice(if kept { b"\r" } else { b" " });
        self.line_start = false;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn stuffed(mut stuffer: Stuffer, pieces: &[&[u8]]) -> Result<Vec<u8>, u8> {
        let mut out = BytesMut::new();
        for piece in pieces {
            stuffer.write(piece, &mut out)?;
        }
        stuffer.finish(&mut out);
        Ok(out.to_vec())
    }

    #[track_caller]
    fn every_way(stuffer: &Stuffer, content: &[u8]) -> Vec<u8> {
        let whole = stuffed(stuffer.clone(), &[content]).unwrap();
        assert_eq!(
            stuffed(stuffer.clone(), &content.chunks(1).collect::<Vec<_>>()).unwrap(),
            whole
        );
        for cut in 0..=content.len() {
            let (left, right) = content.split_at(cut);
            assert_eq!(
                stuffed(stuffer.clone(), &[left, right]).unwrap(),
                whole,
                "cut at {cut}"
            );
        }
        whole
    }

    #[test]
    fn lines_that_begin_with_a_dot_get_another() {
        let data = Stuffer::data(StrayPolicy::default());
        for (content, wire) in [
            (&b""[..], &b".\r\n"[..]),
            (
                b".\r\nMAIL FROM:<z@example.org>\r\n",
                b"..\r\nMAIL FROM:<z@example.org>\r\n.\r\n",
            ),
            (b"a\r\n.\r\n..\r\nb", b"a\r\n..\r\n...\r\nb\r\n.\r\n"),
            (b"\r\n", b"\r\n.\r\n"),
        ] {
            assert_eq!(every_way(&data, content), wire);
        }
    }

    #[test]
    fn strays_are_repaired_and_their_dots_stuffed() {
        let data = Stuffer::data(StrayPolicy::keep());
        assert_eq!(
            every_way(&data, b"a\n.\nb\r.\rc\r\r\nd\r"),
            b"a\r\n..\r\nb . c \r\nd \r\n.\r\n"
        );
    }

    #[test]
    fn strays_are_refused_whole() {
        let data = Stuffer::data(StrayPolicy::default());
        assert_eq!(stuffed(data.clone(), &[b"a\nb"]), Err(b'\n'));
        assert_eq!(stuffed(data.clone(), &[b"a\r", b"b"]), Err(b'\r'));
        assert_eq!(stuffed(data, &[b"a\rb"]), Err(b'\r'));
    }

    #[test]
    fn chunks_are_not_stuffed() {
        let chunks = Stuffer::chunks(StrayPolicy::repair());
        assert_eq!(every_way(&chunks, b".\r\n.\nx\ry"), b".\r\n.\r\nx y");
    }
}
