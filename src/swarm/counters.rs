//! What a swarm has seen: a right cluster in which nothing happened would prove nothing.

use std::fmt;

use crate::node::Note;
use crate::sim::{Cause, Detail, Loss, TraceEvent};

use super::EVENTS;

macro_rules! counters {
    ($($(#[$doc:meta])* $field:ident $name:literal least $least:literal,)*) => {
        /// How often each thing was seen.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Counters {
            /// Everything that happened.
            pub events: u64,
            $($(#[$doc])* pub $field: u64,)*
        }

        impl Counters {
            /// Adds those of another run.
            pub fn add(&mut self, other: &Counters) {
                self.events += other.events;
                $(self.$field += other.$field;)*
            }

            /// Everything that is counted, and how often so many runs of so many events under the right rules must have seen it.
            pub fn table(&self, runs: u32, events: u64) -> Vec<Row> {
                vec![$(Row { name: $name, seen: self.$field, least: least($least, runs, events) },)*]
            }
        }
    };
}

/// One thing that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// How often it was seen.
    pub seen: u64,
    /// How often it must have been seen.
    pub least: u64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12}  at least {:>9}  {}", self.seen, self.least, self.name)
    }
}

/// Few or short runs may miss something rare; many runs of the usual length may not. The minimum for a thousand of them stands in the table,
/// well below what each of the first twelve thousands has seen.
fn least(in_a_thousand: u64, runs: u32, events: u64) -> u64 {
    let enough = runs >= 1_000 && events >= EVENTS;
    if enough { in_a_thousand * u64::from(runs) / 1_000 } else { 0 }
}

counters! {
    /// A server began to lead.
    elections "elections" least 2_500,
    /// A server stood for election.
    stands "candidates" least 3_000,
    /// In a generation at least two servers stood, and nobody ever led it.
    split_votes "split votes" least 100,
    /// A leader gave up.
    steps_down "leaders that stepped down" least 300,
    /// Entries were cut off a log.
    truncations "truncations" least 20,
    /// An entry was committed by its leader.
    commits "commits" least 10_000,
    /// A snapshot was taken.
    snapshots "snapshots taken" least 1_000,
    /// A snapshot was installed.
    installs "snapshots installed" least 30,
    /// A request was answered from a kept answer, or found done when it was applied.
    duplicates "duplicates suppressed" least 300,
    /// A torn record was cut off.
    torn "torn records cut off" least 25,
    /// A server refused to start.
    refused "starts refused" least 20,
    /// A session expired.
    expired "sessions expired" least 30,
    /// A request was turned away by a full queue.
    busy "requests turned away" least 3,
    /// A latest value was shown.
    views "latest values shown" least 200,
    /// A server crashed.
    crashes "crashes" least 3_000,
    /// A message was lost.
    losses "messages lost" least 10_000,
    /// A client gave up.
    unknown "outcomes unknown" least 100,
}

impl Counters {
    /// Counts what has just happened.
    pub fn count(&mut self, event: &TraceEvent) {
        self.events += 1;
        self.losses += u64::from(matches!(event.cause, Cause::Lost { why, .. } if why != Loss::Down));
        for detail in &event.details {
            match detail {
                Detail::Noted { note, .. } => self.count_note(note),
                Detail::Crashed { .. } => self.crashes += 1,
                Detail::Learned { from: None, .. } => self.unknown += 1,
                _ => {}
            }
        }
    }

    fn count_note(&mut self, note: &Note) {
        match note {
            Note::Leads { .. } => self.elections += 1,
            Note::Stands { .. } => self.stands += 1,
            Note::StepsDown { .. } => self.steps_down += 1,
            Note::Truncates { .. } => self.truncations += 1,
            Note::MarkRises { decided: true, .. } => self.commits += 1,
            Note::TakesSnapshot { .. } => self.snapshots += 1,
            Note::InstallsSnapshot { .. } => self.installs += 1,
            Note::AnswersFromCache { .. } | Note::Applies { duplicate: true, .. } => self.duplicates += 1,
            Note::CutsTornRecord { .. } => self.torn += 1,
            Note::RefusesToStart { .. } => self.refused += 1,
            Note::SessionExpires { .. } => self.expired += 1,
            Note::QueueFull { .. } => self.busy += 1,
            Note::Shows { latest: true, .. } => self.views += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_runs_in_which_nothing_happens_are_too_few_of_everything() {
        let table = |runs, events| Counters::default().table(runs, events);
        let thousand = table(1_000, EVENTS);
        assert!(thousand.len() > 15 && thousand.iter().all(|row| row.seen < row.least), "{thousand:?}");
        assert!(thousand.iter().zip(table(3_000, EVENTS)).all(|(row, larger)| larger.least == row.least * 3));
        for too_little in [table(999, EVENTS), table(1_000, EVENTS - 1)] {
            assert!(too_little.iter().all(|row| row.least == 0));
        }
    }
}
