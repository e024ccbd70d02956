//! What the body of a part is made of.

/// What the body of a part is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum PartKind {
    /// Content.
    #[default]
    Leaf,
    /// Parts between boundary lines (RFC 2046 §5.1).
    Multipart,
    /// A message (RFC 2046 §5.2.1).
    Message,
}
