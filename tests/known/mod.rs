//! Ten runs with known answers: `tests/hashes.json` names seed, commands and the state hash at the end.

use playground::command::Timed;
use playground::time::Time;
use playground::wire::{FromWorker, Start, ToWorker};
use playground::worker::driver::Driver;
use serde::{Deserialize, Serialize};

/// A run and the hash that it must end with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    pub name: String,
    pub seed: u32,
    pub servers: u8,
    /// Moments in microseconds.
    pub commands: Vec<Timed>,
    pub at: Time,
    pub hash: String,
}

/// All of them.
pub fn runs() -> Vec<Known> {
    serde_json::from_str(include_str!("../hashes.json")).expect("hashes.json holds known answers")
}

/// The hash that the run ends with.
pub fn hash_of(run: &Known) -> String {
    let start = Start {
        seed: run.seed,
        servers: Some(run.servers),
        commands: run.commands.clone(),
        at: run.at,
        ..Start::default()
    };
    match Driver::new().receive(ToWorker::Load(start)) {
        FromWorker::Done(done) => done.hash,
        other => panic!("Load is answered by Done, not {other:?}"),
    }
}
