//! One shape for every comparison: a row has sides, sides have views of what they found.

/// The name of our own side.
pub const OURS: &str = "mailweft";

type Work<'a> = Box<dyn FnMut() -> usize + 'a>;

/// What a side found, so far as it is compared: the same view of two sides must be the same text.
pub type View = (&'static str, String);

/// One library, at one job.
pub struct Side<'a> {
    pub name: &'static str,
    pub kind: Kind,
    pub work: Work<'a>,
    /// What was compared with ours before anything was timed; empty for a limit of the machine.
    pub view: &'static str,
    /// Nanoseconds of one run, sorted.
    pub times: Vec<f64>,
    /// None where they cannot be counted: in a process of its own.
    pub allocations: Option<u64>,
}

impl Side<'_> {
    pub fn minimum(&self) -> f64 {
        self.times.first().copied().unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.times
            .get(self.times.len() / 2)
            .copied()
            .unwrap_or(f64::NAN)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ours,
    /// Our own crate by another way.
    Also,
    Peer,
    /// Does not do the job: moves or scans the same octets.
    Limit,
}

/// What is asked of our side.
pub enum Target {
    /// So many times as fast as the fastest peer.
    Best(f64),
    /// So many times as fast as this side, a peer or a limit.
    Named(f64, &'static str),
    /// So many GB (10^9 octets) in a second.
    Rate(f64),
    /// At most so many allocations.
    Allocations(u64),
}

/// One job on one input.
pub struct Row<'a> {
    pub subject: &'static str,
    pub job: &'static str,
    pub input: String,
    /// Octets that one run goes through.
    pub octets: usize,
    /// How many things one run goes through; times are given per thing.
    pub things: usize,
    pub sides: Vec<Side<'a>>,
    pub targets: Vec<Target>,
    pub remarks: Vec<String>,
    ours: Vec<View>,
    lesser: Vec<View>,
}

impl<'a> Row<'a> {
    pub fn new(
        subject: &'static str,
        job: &'static str,
        input: impl Into<String>,
        octets: usize,
    ) -> Self {
        Self {
            subject,
            job,
            input: input.into(),
            octets,
            things: 1,
            sides: Vec::new(),
            targets: Vec::new(),
            remarks: Vec::new(),
            ours: Vec::new(),
            lesser: Vec::new(),
        }
    }

    /// One run goes through so many things of a kind.
    pub fn each(mut self, things: usize) -> Self {
        self.things = things;
        self
    }

    /// Our side, and every view of what it found that a peer can be held against.
    pub fn ours<const N: usize>(
        mut self,
        views: [(&'static str, String); N],
        work: impl FnMut() -> usize + 'a,
    ) -> Self {
        self.ours.extend(views);
        self.push(OURS, Kind::Ours, "", work);
        self
    }

    /// Views of a part of the job, for peers that do no more than that. They are no match for the target.
    pub fn partly<const N: usize>(mut self, views: [View; N]) -> Self {
        self.lesser.extend(views);
        self
    }

    /// Another way through our own crate; what it finds is held against the first one.
    pub fn also(
        mut self,
        name: &'static str,
        (view, value): (&'static str, String),
        work: impl FnMut() -> usize + 'a,
    ) -> Self {
        if self.same(name, view, &value) {
            self.push(name, Kind::Also, view, work);
        }
        self
    }

    /// A peer, and the view in which it is held against ours. A peer that finds something else is not timed.
    pub fn peer(
        mut self,
        name: &'static str,
        (view, value): (&'static str, String),
        work: impl FnMut() -> usize + 'a,
    ) -> Self {
        if self.same(name, view, &value) {
            self.push(name, Kind::Peer, view, work);
        }
        self
    }

    /// A peer that timed itself, in nanoseconds.
    pub fn timed(mut self, name: &'static str, (view, value): View, mut times: Vec<f64>) -> Self {
        if self.same(name, view, &value) {
            times.sort_unstable_by(f64::total_cmp);
            self.push(name, Kind::Peer, view, || 0);
            if let Some(side) = self.sides.last_mut() {
                side.times = times;
            }
        }
        self
    }

    /// What the machine needs to move or scan the same octets.
    pub fn limit(mut self, name: &'static str, work: impl FnMut() -> usize + 'a) -> Self {
        self.push(name, Kind::Limit, "", work);
        self
    }

    pub fn target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    /// The fastest run of a side.
    pub fn minimum(&self, name: &str) -> Option<f64> {
        self.sides
            .iter()
            .find(|side| side.name == name)
            .map(Side::minimum)
    }

    /// The fastest of the peers that do the whole job.
    pub fn best(&self) -> Option<&Side<'a>> {
        let whole = |side: &&Side<'_>| self.ours.iter().any(|(view, _)| *view == side.view);
        let peers = self
            .sides
            .iter()
            .filter(|side| side.kind == Kind::Peer)
            .filter(whole);
        peers.min_by(|a, b| a.minimum().total_cmp(&b.minimum()))
    }

    fn push(
        &mut self,
        name: &'static str,
        kind: Kind,
        view: &'static str,
        work: impl FnMut() -> usize + 'a,
    ) {
        let work = Box::new(work);
        self.sides.push(Side {
            name,
            kind,
            work,
            view,
            times: Vec::new(),
            allocations: None,
        });
    }

    fn same(&mut self, name: &'static str, view: &'static str, value: &str) -> bool {
        let views = self.ours.iter().chain(&self.lesser);
        let Some((_, ours)) = views.into_iter().find(|(name, _)| *name == view) else {
            self.remarks
                .push(format!("{name}: our side has no view {view:?}"));
            return false;
        };
        if ours == value {
            return true;
        }
        let at = ours
            .bytes()
            .zip(value.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        self.remarks.push(format!(
            "{name} is not timed: its {view} differ: ours {:?}, its {:?}",
            excerpt(ours, at),
            excerpt(value, at),
        ));
        false
    }
}

/// Where two texts part, with a little before it.
fn excerpt(text: &str, at: usize) -> String {
    let from = at.saturating_sub(20);
    String::from_utf8_lossy(&text.as_bytes()[from..text.len().min(at + 40)]).into_owned()
}

/// A short stand-in for long octets: their length and FNV-1a.
pub fn digest(octets: impl AsRef<[u8]>) -> String {
    let octets = octets.as_ref();
    let hash = octets
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &octet| {
            (hash ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3)
        });
    format!("{}:{hash:016x}", octets.len())
}
