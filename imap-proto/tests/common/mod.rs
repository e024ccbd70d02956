//! What several tests of examples need.

use std::collections::BTreeSet;

/// The names in a file of differences: `name # reason` on each line, and comments.
pub(crate) fn listed(differences: &str) -> BTreeSet<&str> {
    let lines = differences.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" # "))
        .map(|(name, _)| name.trim())
        .collect()
}

/// The RFCs with examples of IMAP.
pub(crate) const RFCS: &[u32] = &[
    2177, 2221, 2342, 2971, 3348, 3501, 3502, 3516, 3691, 4314, 4315, 4467, 4469, 4731, 4959, 4978,
    5032, 5161, 5182, 5255, 5256, 5257, 5258, 5259, 5267, 5464, 5465, 5466, 5524, 5530, 5550, 5738,
    5819, 5957, 6154, 6203, 6785, 6851, 6855, 7162, 7377, 7888, 7889, 8437, 8438, 8440, 8457, 8474,
    8508, 8514, 8970, 9051, 9208, 9394, 9585, 9586, 9590, 9698, 9738,
];
