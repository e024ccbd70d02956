//! SEARCH, SORT and THREAD.

use std::{fs::File, io::Read as _};

use anyhow::Context as _;
use mailweft_imap::{
    AString, Capability, Code, Criterion, Data, DateTime, ESearch, ESearchItem, Ids, Search,
    SearchData, SearchKey, SearchReturn, SearchView, SequenceSet, Sort, Status, ThreadBy,
    mime::{Searched, matches, sortable, threadable},
    order::{ordered_subject, references, sort},
    server::Slot,
};
use mailweft_mime::Message as MimeMessage;

use super::{Session, view::View};
use crate::store::{Message, now};

/// How much of a message has to be read to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// What the index has.
    Index,
    Header,
    Whole,
}

/// The conditions of a key, whatever operators stand around them. Nothing recurses: what is inside an operator waits
/// on a list.
fn criteria(key: &SearchKey) -> impl Iterator<Item = &Criterion> {
    let mut waiting = vec![key.as_ref()];
    std::iter::from_fn(move || {
        while let Some(key) = waiting.pop() {
            match key.view() {
                SearchView::And(keys) => waiting.extend(keys),
                SearchView::Or(a, b) => waiting.extend([a, b]),
                SearchView::Not(key) | SearchView::Fuzzy(key) => waiting.push(key),
                SearchView::Leaf(criterion) => return Some(criterion),
                _ => {}
            }
        }
        None
    })
}

fn needs(criterion: &Criterion) -> Need {
    match criterion {
        Criterion::Body(_) | Criterion::Text(_) => Need::Whole,
        Criterion::Bcc(_)
        | Criterion::Cc(_)
        | Criterion::From(_)
        | Criterion::To(_)
        | Criterion::Subject(_)
        | Criterion::Header(..)
        | Criterion::SentBefore(_)
        | Criterion::SentOn(_)
        | Criterion::SentSince(_) => Need::Header,
        _ => Need::Index,
    }
}

/// The octets of a header, up to the empty line.
fn read_header(mut file: File) -> std::io::Result<Vec<u8>> {
    let (mut octets, mut block) = (Vec::new(), [0; 4096]);
    loop {
        let length = file.read(&mut block)?;
        // The empty line may lie across two blocks.
        let from = octets.len().saturating_sub(3);
        octets.extend_from_slice(&block[..length]);
        let end = octets[from..]
            .windows(4)
            .position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            octets.truncate(from + end + 4);
            return Ok(octets);
        }
        if length == 0 {
            return Ok(octets);
        }
    }
}

impl Session<'_> {
    /// A message of the view as far as it is needed; nothing where its file is gone.
    fn read_message(&self, view: &View, message: &Message, need: Need) -> MimeMessage<Vec<u8>> {
        let octets = match need {
            Need::Index => Ok(Vec::new()),
            _ => self
                .system
                .store
                .path(&view.mailbox, message)
                .and_then(File::open)
                .and_then(|mut file| match need {
                    Need::Header => read_header(file),
                    _ => {
                        let mut octets = Vec::new();
                        file.read_to_end(&mut octets).map(|_| octets)
                    }
                }),
        };
        MimeMessage::parse(octets.unwrap_or_default())
    }

    /// The places of the messages that meet a key; `None` where its charset is not known here, which was told.
    fn chosen(
        &mut self,
        slot: Slot,
        key: &SearchKey,
        charset: Option<&AString>,
    ) -> anyhow::Result<Option<Vec<usize>>> {
        let known = ["UTF-8", "US-ASCII"];
        let unknown = charset.is_some_and(|charset| {
            !known
                .iter()
                .any(|known| charset.as_bytes().eq_ignore_ascii_case(known.as_bytes()))
        });
        if unknown {
            let code = Code::BadCharset(known.map(AString::from).into());
            let status = Status::no("unknown charset").with_code(code);
            self.server.reply(slot, status)?;
            return Ok(None);
        }
        let view = self.view.as_ref().context("SEARCH without a mailbox")?;
        let need = criteria(key).map(needs).max().unwrap_or(Need::Index);
        let (now, last) = (now(), view.exists());
        let highest = view.messages.last().map_or(0, |message| message.uid);
        let mut found = Vec::new();
        for (place, message) in view.messages.iter().enumerate() {
            let parsed = self.read_message(view, message, need);
            let flags = view.flags(place);
            let mut searched = Searched::new(
                parsed.root(),
                (View::seq(place), last),
                (message.uid, highest),
                &flags,
                DateTime::from_unix(message.internal_date, 0)?,
                message.size,
            );
            searched.modseq = Some(message.modseq);
            searched.saved = view.saved.contains(message.uid, highest);
            searched.now = now;
            if matches(key, &searched) {
                found.push(place);
            }
        }
        Ok(Some(found))
    }

    /// What ESEARCH answers of what was found (RFC 4731).
    fn summary(
        &mut self,
        uid: bool,
        returns: &[SearchReturn],
        numbers: &[u32],
        places: &[usize],
        modseq: Option<u64>,
    ) -> anyhow::Result<ESearch> {
        let view = self.view.as_mut().context("no mailbox")?;
        if returns.contains(&SearchReturn::Save) {
            view.save(places, returns);
        }
        // RFC 4731 §3.1: `RETURN ()` is `RETURN (ALL)`.
        let all = returns.is_empty() || returns.contains(&SearchReturn::All);
        let mut answer = ESearch::new();
        answer.uid = uid;
        if let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) {
            if returns.contains(&SearchReturn::Min) {
                answer = answer.with(ESearchItem::Min(first));
            }
            if returns.contains(&SearchReturn::Max) {
                answer = answer.with(ESearchItem::Max(last));
            }
            if all {
                let set: SequenceSet = numbers.iter().copied().collect();
                answer = answer.with(ESearchItem::All(set));
            }
        }
        if returns.contains(&SearchReturn::Count) {
            let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            answer = answer.with(ESearchItem::Count(count));
        }
        if let Some(modseq) = modseq {
            answer = answer.with(ESearchItem::ModSeq(modseq));
        }
        Ok(answer)
    }

    /// What is answered for messages at these places.
    fn numbers(&self, uid: bool, places: &[usize]) -> Vec<u32> {
        let number = |&place: &usize| match &self.view {
            Some(view) if uid => view.messages[place].uid,
            _ => View::seq(place),
        };
        places.iter().map(number).collect()
    }

    pub(super) fn search(&mut self, slot: Slot, search: &Search) -> anyhow::Result<()> {
        let offered = |wanted: &SearchReturn| {
            use SearchReturn::{All, Count, Max, Min, Save};
            [Min, Max, All, Count, Save].contains(wanted)
        };
        if !search.returns.iter().flatten().all(offered) {
            self.server
                .reply(slot, Status::bad("a result option that is not offered"))?;
            return Ok(());
        }
        let Some(places) = self.chosen(slot, &search.key, search.charset.as_ref())? else {
            return Ok(());
        };
        let numbers = self.numbers(search.uid, &places);
        // RFC 7162 §3.1.5: the highest mod-sequence of what was found, where the key has one.
        let by_modseq =
            criteria(&search.key).any(|criterion| matches!(criterion, Criterion::ModSeq { .. }));
        if by_modseq {
            self.know_modseqs(slot)?;
        }
        let view = self.view.as_ref().context("no mailbox")?;
        let modseq = view.modseq_of(&places, search.returns.as_deref().unwrap_or_default());
        let modseq = modseq.filter(|_| by_modseq);
        let rev2 = self.server.enabled().has(&Capability::IMAP4REV2);
        let returns = match &search.returns {
            // RFC 9051 §7.3.4: plain results are none of rev2.
            None if rev2 => Some(&[][..]),
            returns => returns.as_deref(),
        };
        match returns {
            None => {
                let ids: Ids = numbers.into_iter().collect();
                let mut data = SearchData::from(ids);
                if let Some(modseq) = modseq {
                    data = data.with_modseq(modseq);
                }
                self.server.send(slot, Data::Search(data))?;
            }
            Some(returns) => {
                let answer = self.summary(search.uid, returns, &numbers, &places, modseq)?;
                self.server.send(slot, Data::ESearch(answer))?;
            }
        }
        self.finish(slot, Status::ok("SEARCH completed"), search.uid)
    }

    pub(super) fn sort(&mut self, slot: Slot, by: &Sort) -> anyhow::Result<()> {
        if by.returns.is_some() {
            self.server
                .reply(slot, Status::bad("ESORT is not offered"))?;
            return Ok(());
        }
        let Some(places) = self.chosen(slot, &by.key, Some(&by.charset))? else {
            return Ok(());
        };
        let view = self.view.as_ref().context("no mailbox")?;
        let mut messages = Vec::with_capacity(places.len());
        for &place in &places {
            let message = &view.messages[place];
            let parsed = self.read_message(view, message, Need::Header);
            let (number, arrival) = (View::seq(place), message.internal_date);
            messages.push(sortable(parsed.root(), number, arrival, message.size));
        }
        sort(&mut messages, &by.criteria);
        let places: Vec<usize> = messages.iter().map(|m| m.number as usize - 1).collect();
        let numbers = self.numbers(by.uid, &places);
        let ids: Ids = numbers.into_iter().collect();
        self.server.send(slot, Data::Sort(SearchData::from(ids)))?;
        self.finish(slot, Status::ok("SORT completed"), by.uid)
    }

    pub(super) fn thread(&mut self, slot: Slot, by: &ThreadBy) -> anyhow::Result<()> {
        let algorithm = match by.algorithm.as_str().to_ascii_uppercase().as_str() {
            "ORDEREDSUBJECT" => ordered_subject,
            "REFERENCES" => references,
            _ => {
                self.server
                    .reply(slot, Status::bad("this algorithm is not offered"))?;
                return Ok(());
            }
        };
        let Some(places) = self.chosen(slot, &by.key, Some(&by.charset))? else {
            return Ok(());
        };
        let numbers = self.numbers(by.uid, &places);
        let view = self.view.as_ref().context("no mailbox")?;
        let mut messages = Vec::with_capacity(places.len());
        for (&place, number) in places.iter().zip(numbers) {
            let message = &view.messages[place];
            let parsed = self.read_message(view, message, Need::Header);
            messages.push(threadable(parsed.root(), number, message.internal_date));
        }
        self.server.send(slot, Data::Thread(algorithm(&messages)))?;
        self.finish(slot, Status::ok("THREAD completed"), by.uid)
    }
}
