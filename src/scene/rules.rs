//! The rules that a visitor can switch, in the order of the lessons. A test compares them with the core's.

use crate::frame::Frame;

/// A pattern: its name in actions, and the names of its values, the right one first.
pub type Pattern = (&'static str, &'static [&'static str]);

/// The patterns of a cluster.
const OF_CLUSTERS: &[Pattern] = &[
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

/// The pattern of web servers before a database.
const OF_WEB_SERVERS: &[Pattern] = &[("web-state", &["none", "in-web-servers"])];

/// The patterns that there are in a world. A single machine has none: nothing is done wrong there, there is only too little of it.
pub fn patterns(frame: &Frame) -> &'static [Pattern] {
    match frame.load.as_ref().map(|load| load.web_servers) {
        None => OF_CLUSTERS,
        Some(0) => &[],
        Some(_) => OF_WEB_SERVERS,
    }
}

/// Patterns whose rule holds for a whole life of the world: choosing one starts over.
pub const FROM_START_OVER: [&str; 3] = ["log", "disk", "web-state"];

/// The key of what a value is called: the right one of each pattern has a name of its own.
pub fn key((pattern, values): Pattern, value: &str) -> String {
    if values[0] == value { format!("right.{pattern}") } else { format!("rule.{pattern}.{value}") }
}

#[cfg(test)]
mod tests {
    use super::super::tests;
    use super::*;
    use crate::node::{self, Rules};

    #[test]
    fn they_are_the_rules_of_the_core_each_in_its_world() {
        let offered = [tests::frame(), tests::web_servers()].map(|frame| patterns(&frame)).concat();
        for (name, values) in Rules::table() {
            let found = offered.iter().find(|(known, _)| *known == name).expect("each is offered somewhere");
            assert_eq!(found.1, values, "{name}");
            let later = FROM_START_OVER.contains(&name);
            assert_eq!(later, node::FROM_START_OVER.contains(&name), "{name}");
        }
        assert_eq!(patterns(&tests::web_servers()).len(), 1, "nothing of a cluster");
        assert_eq!(patterns(&tests::one_machine()), []);
    }

    #[test]
    fn each_and_its_values_have_a_name_in_both_languages() {
        for lang in ["en", "ko"] {
            let words = tests::words(lang);
            let offered = [tests::frame(), tests::web_servers()].map(|frame| patterns(&frame)).concat();
            for pattern in offered {
                let values = pattern.1.iter().map(|value| key(pattern, value));
                for key in values.chain([format!("pattern.{}", pattern.0)]) {
                    assert_ne!(words.text(&key), key, "{lang}");
                }
            }
        }
    }
}
