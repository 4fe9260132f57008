//! A swarm as a whole: a range of seeds on all cores, and what is to be said of it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;

use crate::node::Rules;
use crate::sim::ENGINE;
use crate::time::Time;

use super::counters::{Counters, Row};
use super::shrink::{Shrunk, shrink};
use super::{Run, run};

/// A range of seeds, and what is the same in all their runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swarm {
    /// The seeds.
    pub seeds: Range<u32>,
    /// For about so many events each.
    pub events: u64,
    /// The rules in force.
    pub rules: Rules,
}

/// The command line that repeats it.
impl fmt::Display for Swarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Swarm { seeds, events, rules } = self;
        write!(f, "replay swarm --seeds {}..{} --events {events}", seeds.start, seeds.end)?;
        rules.wrong().iter().try_for_each(|rule| write!(f, " --rule {}", rule.replacen(':', "=", 1)))?;
        write!(f, "   # engine {ENGINE}")
    }
}

impl Swarm {
    /// Runs every seed.
    pub fn run(&self) -> Report {
        let report = Mutex::new(Report::of_runs_of(self.events));
        for_each(self.seeds.clone(), |seed| {
            let named = Named { swarm: self, seed };
            let run = run(seed, self.events, self.rules);
            drop(named);
            report.lock().expect("no thread panics while it adds a run").add(run);
        });
        report.into_inner().expect("all threads have ended")
    }
}

/// An assertion that fails inside a run does not know which run that is.
struct Named<'a> {
    swarm: &'a Swarm,
    seed: u32,
}

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seeds = self.seed..self.seed.saturating_add(1);
            eprintln!("this was {}", Swarm { seeds, ..self.swarm.clone() });
        }
    }
}

/// Does something for each number, on as many threads as there are cores.
pub fn for_each(numbers: Range<u32>, work: impl Fn(u32) + Sync) {
    let next = Mutex::new(numbers);
    let take = || next.lock().expect("no thread panics while it takes a number").next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(number) = take() {
                    work(number);
                }
            });
        }
    });
}

/// The runs in which the same thing went wrong.
pub struct Case {
    /// How many there are.
    pub runs: u32,
    /// The one in which it went wrong soonest, and of several the one with the lowest seed.
    pub soonest: Run,
    /// When it went wrong there.
    pub at: Time,
}

/// What a swarm has found.
pub struct Report {
    /// How many runs it was.
    pub runs: u32,
    /// For about so many events each.
    events: u64,
    /// What happened in all of them.
    pub counters: Counters,
    /// The promises that were broken.
    pub broken: BTreeMap<&'static str, Case>,
    /// The runs in which the cluster did not come back.
    pub stuck: Option<Case>,
}

impl Report {
    fn of_runs_of(events: u64) -> Report {
        Report { runs: 0, events, counters: Counters::default(), broken: BTreeMap::new(), stuck: None }
    }

    fn add(&mut self, run: Run) {
        self.runs += 1;
        self.counters.add(&run.counters);
        if run.complaint.is_some() {
            add_to(&mut self.stuck, &run, run.end);
        }
        for (promise, at) in &run.broken {
            let mut case = self.broken.remove(promise);
            add_to(&mut case, &run, *at);
            self.broken.extend(case.map(|case| (*promise, case)));
        }
    }

    /// Everything that was counted.
    pub fn table(&self) -> Vec<Row> {
        self.counters.table(self.runs, self.events)
    }

    /// What was seen too rarely: such runs would keep any promise.
    pub fn too_rare(&self) -> Vec<Row> {
        self.table().into_iter().filter(|row| row.seen < row.least).collect()
    }

    /// Whether every promise was kept, every cluster came back, and enough happened.
    pub fn is_well(&self) -> bool {
        self.broken.is_empty() && self.stuck.is_none() && self.too_rare().is_empty()
    }

    /// The table of what happened, and what is wrong with it; a run that broke a promise is shrunk for it, which takes its time.
    pub fn told(&self) -> String {
        let mut lines: Vec<String> = self.table().iter().map(Row::to_string).collect();
        lines.extend(self.too_rare().iter().map(|row| format!("too rare: {}", row.name)));
        lines.extend(self.stuck.as_ref().map(|case| self.told_of_stuck(case)));
        for (promise, case) in &self.broken {
            let shrunk = shrink(&case.soonest, promise);
            lines.extend(shrunk.iter().flat_map(|shrunk| self.told_of_broken(case, shrunk)));
        }
        if self.is_well() {
            lines.push("every promise kept, every cluster came back".to_string());
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn told_of_stuck(&self, case: &Case) -> String {
        let Case { runs, soonest: Run { script, complaint, .. }, .. } = case;
        let why = complaint.as_deref().unwrap_or_default();
        format!("did not come back: {runs} of {} runs, such as seed {}: {why}", self.runs, script.seed)
    }

    fn told_of_broken(&self, case: &Case, shrunk: &Shrunk) -> [String; 3] {
        let (found, Shrunk { script, promise, at, trials }) = (&case.soonest.script, shrunk);
        [
            format!("broken: {promise} in {} of {} runs, such as seed {}", case.runs, self.runs, found.seed),
            format!(
                "  shrunk in {trials} trials from {} actions and {} servers to {} and {}; broken at {at}:",
                found.actions_up_to(case.at),
                found.options.servers,
                script.commands.len(),
                script.options.servers,
            ),
            match (shrunk.link(), shrunk.file()) {
                (Ok(link), _) => format!("  replay {link}"),
                (_, Ok(file)) => {
                    format!("  too much for a link; put this into a file and replay that: {file}")
                }
                (_, Err(reason)) => format!("  no share string can hold it: {reason:?}"),
            },
        ]
    }
}

fn add_to(case: &mut Option<Case>, run: &Run, at: Time) {
    let Some(case) = case else {
        *case = Some(Case { runs: 1, soonest: run.clone(), at });
        return;
    };
    case.runs += 1;
    // Threads come in any order; what is kept does not depend on it.
    if (at, run.script.seed) < (case.at, case.soonest.script.seed) {
        (case.soonest, case.at) = (run.clone(), at);
    }
}
