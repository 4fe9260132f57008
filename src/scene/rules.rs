//! The rules that a visitor can switch, in the order of the lessons. A test compares them with the core's.

/// A pattern: its name in actions, and the names of its values, the right one first.
pub type Pattern = (&'static str, &'static [&'static str]);

/// Every pattern.
pub const PATTERNS: &[Pattern] = &[
    ("log", &["ahead", "in-place", "ack-before-sync", "replay-anonymous"]),
    ("writes", &["leader-only", "any-server"]),
    ("reads", &["confirmed", "unconfirmed", "any-server"]),
    ("votes", &["one-durable", "many", "forgotten-by-crash"]),
    ("log-check", &["generation-then-index", "length-only", "off"]),
    ("pre-vote", &["on", "off"]),
    ("check-quorum", &["on", "off"]),
    ("generation", &["checked", "ignored"]),
    ("quorum", &["majority", "one", "all", "of-the-living"]),
    ("commit", &["own-generation", "index-only", "nth-ascending"]),
    ("mark", &["matched", "blind", "apply-on-append", "never-told"]),
    ("queue", &["batched", "one-at-a-time", "answer-on-enqueue", "many-writers"]),
    ("dedupe", &["replicated", "off", "leader-memory", "at-propose", "last-five"]),
    ("expiry", &["logged-time", "local-clock"]),
    ("disk", &["identity", "amnesia"]),
    (
        "bug",
        &[
            "none", "m10", "m12", "m13", "m14", "m15", "m16", "m17", "m18", "m19", "m22", "m23", "m24",
            "m25", "m26", "m28", "m30", "m31", "m32", "m40", "m41", "m42", "m44", "m45", "m47", "m62", "m64",
            "m68",
        ],
    ),
];

/// Patterns whose rule holds for a whole life of the world: choosing one starts over.
pub const FROM_START_OVER: [&str; 2] = ["log", "disk"];

/// The key of what a value is called: the right one of each pattern has a name of its own.
pub fn key(pattern: &str, value: &str) -> String {
    let right = PATTERNS.iter().any(|(name, values)| *name == pattern && values[0] == value);
    if right { format!("right.{pattern}") } else { format!("rule.{pattern}.{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{self, Rules};

    /// What is left out has one value only, and nothing to choose.
    #[test]
    fn they_are_the_rules_of_the_core() {
        let table = Rules::table();
        for (pattern, values) in PATTERNS {
            let found = table.iter().find(|(name, _)| name == pattern).expect("the core knows it");
            assert_eq!(found.1, *values, "{pattern}");
        }
        let left_out: Vec<&str> = table
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| PATTERNS.iter().all(|(known, _)| known != name))
            .collect();
        assert_eq!(left_out, ["web-state"]);
        assert!(FROM_START_OVER.iter().all(|pattern| node::FROM_START_OVER.contains(pattern)));
    }
}
