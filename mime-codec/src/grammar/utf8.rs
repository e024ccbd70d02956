//! Octets that are text in UTF-8 (RFC 3629).

/// The octets as text, where they are UTF-8; with the feature `simd`, by the vectors of the machine.
pub(crate) fn text(octets: &[u8]) -> Option<&str> {
    #[cfg(feature = "simd")]
    let text = simdutf8::basic::from_utf8(octets);
    #[cfg(not(feature = "simd"))]
    let text = core::str::from_utf8(octets);
    text.ok()
}

/// Where text can be cut so that no character is: at the end, or before the last three octets that hold a first one.
pub(crate) fn cut(octets: &[u8]) -> usize {
    let first = octets.iter().rev().take(3).position(|&octet| octet >= 0xc0);
    octets
        .len()
        .saturating_sub(first.map_or(0, |back| back.saturating_add(1)))
}
