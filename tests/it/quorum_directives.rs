//! A second opinion on majorities: the table that the crate `raft` checks its own quorums by. Nobody here has written it.
//!
//! The crate is never built; `cargo metadata` says where cargo keeps it, and its text files are read from there. A directive is a
//! line such as `vote cfg=(1,2) votes=(y,_)`, then `----`, then what came out, of which the last line is the result. Before it the files
//! show a drawing of who holds what; that is how they present themselves, and no result.

use std::process::Command;

use playground::node::{Index, held_by, majority};

/// The text of one of the crate's files.
fn testdata(file: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let raft = packages.iter().find(|package| package["name"] == "raft" && package["version"] == "0.7.0");
    let manifest = raft.expect("Cargo.toml names it")["manifest_path"].as_str().expect("a path");
    let folder = std::path::Path::new(manifest).parent().expect("it is in a folder");
    let path = folder.join("src/quorum/testdata").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// One directive: how many servers there are, what each is known to have said, and the result.
struct Directive {
    line: String,
    servers: u8,
    said: Vec<String>,
    result: String,
}

fn directives(text: &str, command: &str, argument: &str) -> Vec<Directive> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let begins = |line: &str| line.split(' ').next() == Some(command);
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| begins(line))
        .map(|(at, line)| {
            assert_eq!(lines[at + 1], "----", "{line}");
            let answer = lines[at + 2..].iter().take_while(|line| !line.is_empty());
            Directive {
                line: line.to_string(),
                servers: list(line, "cfg").len() as u8,
                said: list(line, argument),
                result: answer.last().expect("it has a result").to_string(),
            }
        })
        .collect()
}

/// What stands between the brackets behind `name=`.
fn list(line: &str, name: &str) -> Vec<String> {
    let Some((_, rest)) = line.split_once(&format!(" {name}=(")) else { return Vec::new() };
    let (inside, _) = rest.split_once(')').expect("a bracket that is closed");
    inside.split(',').map(|word| word.trim().to_string()).collect()
}

/// Theirs answer for a cluster without servers too ("everything is committed", "the vote is won"): a convention for two clusters
/// that decide together, of which one may be empty. Ours has no such thing, and no cluster without servers.
fn without_the_empty_cluster(directives: Vec<Directive>, result: &str) -> Vec<Directive> {
    let (empty, others): (Vec<_>, Vec<_>) =
        directives.into_iter().partition(|directive| directive.servers == 0);
    let results: Vec<&str> = empty.iter().map(|directive| directive.result.as_str()).collect();
    assert_eq!(results, [result]);
    others
}

#[test]
fn what_a_majority_holds() {
    let all = directives(&testdata("majority_commit.txt"), "committed", "idx");
    assert_eq!(all.len(), 16);
    for Directive { line, servers, said, result } in
        without_the_empty_cluster(all, "<empty majority quorum>∞")
    {
        // A server that has not said anything yet holds nothing.
        let held = said.iter().map(|word| if word == "_" { 0 } else { word.parse().expect("an index") });
        let mut held: Vec<Index> = held.map(Index).collect();
        assert_eq!(held.len(), usize::from(servers), "{line}");
        assert_eq!(held_by(majority(servers), &mut held).to_string(), result, "{line}");
    }
}

#[test]
fn votes_are_won_and_lost_at_the_number_that_others_count() {
    let all = directives(&testdata("majority_vote.txt"), "vote", "votes");
    assert_eq!(all.len(), 22);
    for Directive { line, servers, said, result } in without_the_empty_cluster(all, "VoteWon") {
        let count = |word: &str| said.iter().filter(|other| *other == word).count() as u8;
        let (yes, no, missing) = (count("y"), count("n"), count("_"));
        assert_eq!(yes + no + missing, servers, "{line}");
        let ours = match majority(servers) {
            needed if yes >= needed => "VoteWon",
            needed if yes + missing < needed => "VoteLost",
            _ => "VotePending",
        };
        assert_eq!(ours, result, "{line}");
    }
}
