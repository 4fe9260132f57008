//! Which promises mean something in a world.

use crate::frame::{Frame, Promise, Verdict};

/// Promises about leaders and logs, of which machines without a cluster have none.
const OF_CLUSTERS: [&str; 4] =
    ["one-leader-per-generation", "leader-appends-only", "logs-match", "committed-stays"];

/// Those that can be kept or broken here. "All servers carry out the same" says nothing where one machine has the data, as long as it
/// is kept.
pub fn shown(frame: &Frame) -> impl Iterator<Item = &Promise> {
    let has_cluster = frame.has_cluster();
    let means_something = |name: &str| !OF_CLUSTERS.contains(&name) && name != "same-order";
    frame.promises.iter().filter(move |promise| {
        has_cluster || means_something(&promise.name) || promise.verdict == Verdict::Broken
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests;
    use super::*;

    fn names(mut frame: Frame, broken: &str) -> Vec<String> {
        let promise = |name: &&str| Promise {
            name: name.to_string(),
            verdict: if *name == broken { Verdict::Broken } else { Verdict::Kept },
            broken_at: None,
        };
        frame.promises = ["logs-match", "same-order", "done-is-kept"].iter().map(promise).collect();
        shown(&frame).map(|promise| promise.name.clone()).collect()
    }

    #[test]
    fn machines_promise_nothing_about_logs_but_what_is_broken_is_shown() {
        assert_eq!(names(tests::frame(), ""), ["logs-match", "same-order", "done-is-kept"]);
        assert_eq!(names(tests::web_servers(), ""), ["done-is-kept"]);
        assert_eq!(names(tests::web_servers(), "same-order"), ["same-order", "done-is-kept"]);
    }
}
