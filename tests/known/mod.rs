//! Runs with known answers, of clusters, of lessons and of machines: `tests/hashes.json` names how each begins, its commands and the
//! state hash at the end.

use playground::command::Timed;
use playground::lesson::LessonId;
use playground::time::Time;
use playground::wire::{FromWorker, Start, ToWorker};
use playground::worker::driver::Driver;
use serde::{Deserialize, Serialize};

/// A run and the hash that it must end with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<LessonId>,
    pub seed: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, u32)>,
    /// Moments in microseconds.
    pub commands: Vec<Timed>,
    pub at: Time,
    pub hash: String,
}

impl Known {
    /// How it begins, before anything is done.
    pub fn start(&self) -> Start {
        Start {
            lesson: self.lesson,
            seed: self.seed,
            servers: self.servers,
            options: self.options.clone(),
            ..Start::default()
        }
    }
}

/// All of them.
pub fn runs() -> Vec<Known> {
    serde_json::from_str(include_str!("../hashes.json")).expect("hashes.json holds known answers")
}

/// The hash that the run ends with.
pub fn hash_of(run: &Known) -> String {
    let start = Start { commands: run.commands.clone(), at: run.at, ..run.start() };
    match Driver::new().receive(ToWorker::Load(start)) {
        FromWorker::Done(done) => done.hash,
        other => panic!("Load is answered by Done, not {other:?}"),
    }
}
