//! Golden scripts: `tests/scripts` holds one situation a file, its commands and, below each block of them, the event list as the
//! page shows it.
//!
//! A script is read and compared by `goldenscript`, and written anew by `UPDATE_GOLDENFILES=1 cargo test --test it scripts`; the
//! difference is then read. Its `expect` lines hold whatever is written anew. Its `under` lines play the same clicks in a world with
//! one wrong rule, and say what that rule does: all of them together must name every wrong value that there is.
//!
//! The commands are those of [`runner`].

mod expectation;
mod runner;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use playground::node::Rules;

use runner::Runner;

/// Every script, by its path.
fn scripts() -> Vec<(PathBuf, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts");
    let files = fs::read_dir(folder).expect("the scripts are there");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("readable").path()).collect();
    paths.sort();
    let text = |path: PathBuf| (path.clone(), fs::read_to_string(path).expect("a script is text"));
    paths.into_iter().map(text).collect()
}

#[test]
fn every_script_comes_out_as_it_is_written() {
    let only = std::env::var("SCRIPT").unwrap_or_default();
    let mut failed = Vec::new();
    for (path, text) in scripts() {
        if !path.display().to_string().contains(&only) {
            continue;
        }
        let run = || goldenscript::run(&mut Runner::new(&text), &path);
        match std::panic::catch_unwind(run) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => failed.push(format!("{}: {error}", path.display())),
            Err(_) => failed.push(format!("{}: came out differently", path.display())),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_wrong_value_of_every_rule_is_noticed_by_a_script() {
    let under: BTreeSet<String> = scripts()
        .iter()
        .flat_map(|(_, text)| text.lines().filter_map(|line| line.strip_prefix("under ")))
        .filter_map(|rule| Some(rule.split_whitespace().next()?.to_string()))
        .collect();
    let wrong = |(pattern, values): (&'static str, Vec<&'static str>)| {
        values.into_iter().skip(1).map(move |value| format!("{pattern}={value}"))
    };
    // Scripts play a cluster; where web servers keep what they know is a matter of worlds without one (hosts.rs).
    let of_clusters = Rules::table().into_iter().filter(|(pattern, _)| *pattern != "web-state");
    let all: BTreeSet<String> = of_clusters.flat_map(wrong).collect();
    let missing: Vec<&String> = all.difference(&under).collect();
    assert!(
        missing.is_empty(),
        "no script is played under {missing:?}: an `under` line shows what the rule does"
    );
}
