//! The responses that a client reads most, where they are exactly as they should be.
//!
//! Each is passed over first and put together at the end, where it is handed on: to move a response, or half of one, takes
//! as long as to read it. Whatever is written otherwise is none of these, and the grammar reads it from the start.

use alloc::vec::Vec;

use crate::{
    grammar::{ATOM, PLAIN, PLAIN_WORD},
    parse::{cursor::Cursor, scan::Scan},
    types::{
        fetch::MessageData,
        flag::Flags,
        list::ListedMailbox,
        mailbox::Mailbox,
        status::{MailboxStatus, StatusItem},
    },
};

impl Cursor<'_> {
    /// `"* " nz-number " FETCH " msg-att CRLF`; where it is none, the cursor may be anywhere.
    #[inline(always)]
    pub(crate) fn plain_fetch(&mut self) -> Option<MessageData> {
        let mut scan = Scan::new(self.rest());
        scan.tag(b"* ")?;
        let seq = scan.number().filter(|&seq| seq > 0)?;
        scan.tag(b" FETCH ")?;
        self.take(scan.passed());
        let message = self.message_data(seq).ok()?;
        (self.rest() == b"\r\n").then_some(message)
    }

    /// `"* LIST " mailbox-list CRLF` in ASCII and without extended items.
    #[inline(always)]
    pub(crate) fn plain_list(&self) -> Option<ListedMailbox> {
        let mut scan = Scan::new(self.rest());
        scan.tag(b"* LIST (")?;
        let start = scan.passed();
        let mut attributes: &[u8] = b"";
        if !scan.is(b')') {
            loop {
                // An attribute without its backslash is a repair.
                scan.byte(b'\\')?;
                if scan.run(ATOM).is_empty() {
                    return None;
                }
                if scan.byte(b' ').is_none() {
                    break;
                }
            }
            attributes = scan.since(start);
        }
        scan.tag(b") ")?;
        let mut delimiter = None;
        if scan.byte(b'"').is_some() {
            delimiter = Some(char::from(scan.one(PLAIN)?));
            scan.byte(b'"')?;
        } else {
            scan.nil()?;
        }
        scan.byte(b' ')?;
        let name = scan.plain_name()?;
        scan.tag(b"\r\n")?;
        if !scan.is_end() || name.eq_ignore_ascii_case(b"NIL") {
            return None;
        }
        Some(ListedMailbox {
            attributes: Flags::from_parsed(self.slice(attributes)),
            delimiter,
            mailbox: Mailbox::from(self.ascii(name)),
            extended: Vec::new(),
        })
    }

    /// `"* STATUS " mailbox " (" status-att-list ")" CRLF` with the values that every server has.
    #[inline(always)]
    pub(crate) fn plain_status(&self) -> Option<MailboxStatus> {
        /// More is nothing that every server has.
        const MOST: usize = 8;
        if self.syntax().nodes < MOST {
            return None;
        }
        let mut scan = Scan::new(self.rest());
        scan.tag(b"* STATUS ")?;
        let name = scan.plain_name()?;
        scan.tag(b" (")?;
        let mut items = Vec::with_capacity(MOST);
        loop {
            // Pushed where it is made: items are big.
            match scan.peek()? {
                b'M' => {
                    scan.tag(b"MESSAGES ")?;
                    items.push(StatusItem::Messages(scan.number()?));
                }
                b'R' => {
                    scan.tag(b"RECENT ")?;
                    items.push(StatusItem::Recent(scan.number()?));
                }
                b'U' => match scan.peek_at(3)? {
                    b'N' => {
                        scan.tag(b"UIDNEXT ")?;
                        items.push(StatusItem::UidNext(scan.number().filter(|&uid| uid > 0)?));
                    }
                    b'V' => {
                        scan.tag(b"UIDVALIDITY ")?;
                        let validity = scan.number().filter(|&validity| validity > 0)?;
                        items.push(StatusItem::UidValidity(validity));
                    }
                    _ => {
                        scan.tag(b"UNSEEN ")?;
                        items.push(StatusItem::Unseen(scan.number()?));
                    }
                },
                _ => return None,
            }
            if scan.byte(b' ').is_none() || items.len() == MOST {
                break;
            }
        }
        scan.tag(b")\r\n")?;
        scan.is_end()
            .then(|| MailboxStatus::from_parts(Mailbox::from(self.ascii(name)), items))
    }
}

impl<'a> Scan<'a> {
    /// A name that is quoted or an atom, and the same in UTF-7, UTF-8 and ASCII.
    #[inline(always)]
    fn plain_name(&mut self) -> Option<&'a [u8]> {
        if self.byte(b'"').is_some() {
            let name = self.run(PLAIN);
            self.byte(b'"')?;
            return Some(name);
        }
        Some(self.run(PLAIN_WORD)).filter(|name| !name.is_empty())
    }
}
