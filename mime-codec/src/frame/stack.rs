//! The parts that are open around the current one.

use alloc::{boxed::Box, vec::Vec};

/// How many levels stand in place; real mail rarely has more, so that reading it allocates nothing here.
const INLINE: usize = 4;

/// How long a boundary may be by RFC 2046 §5.1.1, with room for what is met.
const SHORT: usize = 72;

/// One open part that holds others.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// Empty for a message in a message, which ends only with what is around it.
    boundary: Boundary,
    /// Its close line was met: what follows is epilogue.
    pub(crate) closed: bool,
    /// A boundary line was met.
    pub(crate) delimited: bool,
}

impl Level {
    pub(crate) fn multipart(boundary: &[u8]) -> Self {
        Self {
            boundary: Boundary::new(boundary),
            closed: false,
            delimited: false,
        }
    }

    pub(crate) fn message() -> Self {
        Self {
            boundary: Boundary::new(b""),
            closed: true,
            delimited: true,
        }
    }

    pub(crate) fn boundary(&self) -> &[u8] {
        self.boundary.get()
    }

    pub(crate) fn is_multipart(&self) -> bool {
        !self.boundary().is_empty()
    }
}

/// A boundary, in place where it is no longer than it may be.
#[derive(Clone, Debug)]
pub(crate) enum Boundary {
    Short([u8; SHORT], u8),
    Long(Box<[u8]>),
}

impl Boundary {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(space), Ok(len)) => {
                space.copy_from_slice(bytes);
                Self::Short(short, len)
            }
            _ => Self::Long(bytes.into()),
        }
    }

    pub(crate) fn get(&self) -> &[u8] {
        match self {
            Self::Short(bytes, len) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

/// A stack that allocates only past its first levels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    first: [Option<Level>; INLINE],
    more: Vec<Level>,
    len: usize,
}

impl Stack {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, level: Level) {
        match self.first.get_mut(self.len) {
            Some(place) => *place = Some(level),
            None => self.more.push(level),
        }
        self.len = self.len.saturating_add(1);
    }

    pub(crate) fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
        match self.first.get_mut(self.len) {
            Some(place) => *place = None,
            None => {
                self.more.pop();
            }
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Level> {
        match self.first.get(at) {
            Some(place) => place.as_ref(),
            None => self.more.get(at.saturating_sub(INLINE)),
        }
    }

    pub(crate) fn last_mut(&mut self) -> Option<&mut Level> {
        let at = self.len.checked_sub(1)?;
        match self.first.get_mut(at) {
            Some(place) => place.as_mut(),
            None => self.more.get_mut(at.saturating_sub(INLINE)),
        }
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Level> {
        self.first.iter_mut().flatten().chain(self.more.iter_mut())
    }
}
