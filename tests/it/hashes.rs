//! The committed hashes. `UPDATE=1 cargo test --test it hashes` writes them anew; then raise `ENGINE` in `src/sim/mod.rs`.

use playground::wire::ToWorker;

use crate::known;
use crate::world::World;

#[test]
fn every_known_answer_comes_out() {
    let mut runs = known::runs();
    assert_eq!(runs.len(), 14);
    if std::env::var_os("UPDATE").is_some() {
        for run in &mut runs {
            run.hash = known::hash_of(run);
        }
        let text = serde_json::to_string_pretty(&runs).expect("plain values") + "\n";
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hashes.json"), text).expect("writable");
    }
    for run in &runs {
        assert_eq!(known::hash_of(run), run.hash, "{}", run.name);
    }
}

/// A hash that says nothing would be the same for all; a run in which nothing works would answer nobody.
#[test]
fn the_known_runs_differ_and_every_command_in_them_is_carried_out() {
    let runs = known::runs();
    let mut hashes: Vec<&str> = runs.iter().map(|run| run.hash.as_str()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), runs.len());
    for run in &runs {
        let mut world = World::start(run.start());
        for timed in &run.commands {
            world.ask(ToWorker::Seek { at: timed.at });
            world.act(timed.command.clone());
        }
        world.ask(ToWorker::Seek { at: run.at });
        assert_eq!(world.hash(), run.hash, "{}: acting one by one is the same as loading all", run.name);
    }
}
