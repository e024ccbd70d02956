//! SEARCH.

use std::fs::File;
use std::io::Read as _;

use anyhow::Context as _;
use mailweft_imap::{
    AString, Code, Criterion, Data, Date, ESearch, ESearchItem, Ids, Search, SearchData,
    SearchKeyRef, SearchReturn, SearchView, SequenceSet, Status, server::Slot,
};
use mailweft_mime::Message as MimeMessage;

use super::{Session, view::View};
use crate::store::{Message, now};

/// A message under examination; its file is read when a key first asks for what is in it.
struct Candidate<'s> {
    session: &'s Session<'s>,
    view: &'s View,
    place: usize,
    parsed: Option<Option<MimeMessage<Vec<u8>>>>,
}

impl Session<'_> {
    pub(super) fn search(&mut self, slot: Slot, search: &Search) -> anyhow::Result<()> {
        if let Some(charset) = &search.charset {
            let known = ["UTF-8", "US-ASCII"]
                .iter()
                .any(|known| charset.as_bytes().eq_ignore_ascii_case(known.as_bytes()));
            if !known {
                let charsets = vec![AString::from("UTF-8"), AString::from("US-ASCII")];
                let status = Status::no("unknown charset").with_code(Code::BadCharset(charsets));
                self.server.reply(slot, status)?;
                return Ok(());
            }
        }
        let view = self.view.as_ref().context("SEARCH without a mailbox")?;
        let mut found = Vec::new();
        let mut highest = 0;
        for (place, message) in view.messages.iter().enumerate() {
            let mut candidate = Candidate {
                session: self,
                view,
                place,
                parsed: None,
            };
            if candidate.matches(search.key.as_ref())? {
                found.push(if search.uid {
                    message.uid
                } else {
                    View::seq(place)
                });
                highest = highest.max(message.modseq);
            }
        }
        let by_modseq = format!("{:?}", search.key).contains("MODSEQ");
        match &search.returns {
            None => {
                let ids: Ids = found.into_iter().collect();
                let mut data = SearchData::from(ids);
                if by_modseq && highest > 0 {
                    data = data.with_modseq(highest);
                }
                self.server.send(slot, Data::Search(data))?;
            }
            Some(returns) => {
                let all = returns.is_empty() || returns.contains(&SearchReturn::All);
                let mut answer = ESearch::new();
                answer.uid = search.uid;
                if let (Some(first), Some(last)) = (found.first(), found.last()) {
                    if returns.contains(&SearchReturn::Min) {
                        answer = answer.with(ESearchItem::Min(*first));
                    }
                    if returns.contains(&SearchReturn::Max) {
                        answer = answer.with(ESearchItem::Max(*last));
                    }
                    if all {
                        let set: SequenceSet = found.iter().copied().collect();
                        answer = answer.with(ESearchItem::All(set));
                    }
                }
                if returns.contains(&SearchReturn::Count) {
                    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
                    answer = answer.with(ESearchItem::Count(count));
                }
                if by_modseq && highest > 0 {
                    answer = answer.with(ESearchItem::ModSeq(highest));
                }
                self.server.send(slot, Data::ESearch(answer))?;
            }
        }
        self.finish(slot, Status::ok("SEARCH completed"), search.uid)
    }
}

fn holds(haystack: &str, needle: &AString) -> bool {
    let needle = String::from_utf8_lossy(needle.as_bytes()).to_lowercase();
    haystack.to_lowercase().contains(&needle)
}

impl Candidate<'_> {
    fn message(&self) -> &Message {
        &self.view.messages[self.place]
    }

    fn parsed(&mut self) -> anyhow::Result<Option<&MimeMessage<Vec<u8>>>> {
        if self.parsed.is_none() {
            let path = self
                .session
                .system
                .store
                .path(&self.view.mailbox, self.message());
            let parsed = match path {
                Ok(path) => {
                    let mut octets = Vec::new();
                    File::open(path)?.read_to_end(&mut octets)?;
                    Some(MimeMessage::parse(octets))
                }
                Err(_) => None,
            };
            self.parsed = Some(parsed);
        }
        Ok(self.parsed.as_ref().and_then(Option::as_ref))
    }

    /// Nesting is bounded by the limits of the parser that made the key.
    fn matches(&mut self, key: SearchKeyRef<'_>) -> anyhow::Result<bool> {
        Ok(match key.view() {
            SearchView::And(keys) => {
                for key in keys {
                    if !self.matches(key)? {
                        return Ok(false);
                    }
                }
                true
            }
            SearchView::Or(a, b) => self.matches(a)? || self.matches(b)?,
            SearchView::Not(key) => !self.matches(key)?,
            SearchView::Fuzzy(key) => self.matches(key)?,
            SearchView::Leaf(criterion) => self.holds(criterion)?,
            _ => false,
        })
    }

    fn field(&mut self, name: &str, needle: &AString) -> anyhow::Result<bool> {
        let Some(parsed) = self.parsed()? else {
            return Ok(false);
        };
        let mut fields = parsed.root().fields_named(name).peekable();
        if needle.as_bytes().is_empty() {
            return Ok(fields.peek().is_some());
        }
        Ok(fields.any(|field| holds(&field.text(), needle)))
    }

    fn sent(&mut self) -> anyhow::Result<Option<i64>> {
        let date = self.parsed()?.and_then(|parsed| parsed.date());
        Ok(date.map(|date| date.timestamp().div_euclid(86_400)))
    }

    fn arrived(&self) -> i64 {
        self.message().internal_date.div_euclid(86_400)
    }

    fn holds(&mut self, criterion: &Criterion) -> anyhow::Result<bool> {
        let day = |date: &Date| date.days_since_epoch();
        Ok(match criterion {
            Criterion::All => true,
            Criterion::Flag(flag) => self.has(flag.as_str()),
            Criterion::NotFlag(flag) => !self.has(flag.as_str()),
            Criterion::New => false,
            Criterion::Bcc(text) => self.field("Bcc", text)?,
            Criterion::Cc(text) => self.field("Cc", text)?,
            Criterion::From(text) => self.field("From", text)?,
            Criterion::To(text) => self.field("To", text)?,
            Criterion::Subject(text) => self.field("Subject", text)?,
            Criterion::Header(name, text) => {
                self.field(&String::from_utf8_lossy(name.as_bytes()), text)?
            }
            Criterion::Body(text) => self.body(text)?,
            Criterion::Text(text) => {
                let header = self
                    .parsed()?
                    .is_some_and(|m| m.root().fields().any(|f| holds(&f.text(), text)));
                header || self.body(text)?
            }
            Criterion::Before(date) => self.arrived() < day(date),
            Criterion::On(date) => self.arrived() == day(date),
            Criterion::Since(date) => self.arrived() >= day(date),
            Criterion::SentBefore(date) => self.sent()?.is_some_and(|sent| sent < day(date)),
            Criterion::SentOn(date) => self.sent()?.is_some_and(|sent| sent == day(date)),
            Criterion::SentSince(date) => self.sent()?.is_some_and(|sent| sent >= day(date)),
            Criterion::Larger(octets) => self.message().size > *octets,
            Criterion::Smaller(octets) => self.message().size < *octets,
            Criterion::Seq(set) => set.contains(View::seq(self.place), self.view.exists()),
            Criterion::Uid(set) => {
                let max = self.view.messages.last().map_or(0, |message| message.uid);
                set.contains(self.message().uid, max)
            }
            Criterion::Older(seconds) => {
                now() - self.message().internal_date >= i64::from(*seconds)
            }
            Criterion::Younger(seconds) => {
                now() - self.message().internal_date <= i64::from(*seconds)
            }
            Criterion::ModSeq { value, .. } => self.message().modseq >= *value,
            _ => false,
        })
    }

    fn has(&self, flag: &str) -> bool {
        self.message()
            .flags
            .iter()
            .any(|has| has.eq_ignore_ascii_case(flag))
    }

    fn body(&mut self, text: &AString) -> anyhow::Result<bool> {
        let Some(parsed) = self.parsed()? else {
            return Ok(false);
        };
        Ok(parsed
            .parts()
            .filter(|part| part.content_type().media_type().is_text())
            .any(|part| holds(&part.text(), text)))
    }
}
