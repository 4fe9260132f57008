//! Promises: what must hold whatever happens, checked from outside after every event.
//!
//! A promise looks at what happened ([`TraceEvent`]) and at the servers, never into how they decide. It says when it was
//! broken first; it is never mended. What must be known later is recorded when it happens, never worked out from the logs
//! afterwards: a log can be wrong in just the way that is looked for.

mod at_most_once;
mod committed_stays;
mod done_is_kept;
#[cfg(test)]
mod example;
mod latest_is_latest;
mod leader_appends_only;
mod logs_match;
mod money_and_goods;
mod one_leader_per_generation;
mod same_order;
mod serves_again;

use crate::node::{EntryId, ServerId};
use crate::sim::{Detail, Sim, TraceEvent};
use crate::time::Time;

use at_most_once::AtMostOnce;
use committed_stays::CommittedStays;
use done_is_kept::DoneIsKept;
use latest_is_latest::LatestIsLatest;
use leader_appends_only::LeaderAppendsOnly;
use logs_match::LogsMatch;
use money_and_goods::MoneyAndGoods;
use one_leader_per_generation::OneLeaderPerGeneration;
use same_order::SameOrder;
use serves_again::ServesAgain;

/// A promise that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

/// Broken unless it holds.
fn promised(holds: bool) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken) }
}

/// Whether a server that runs holds an entry in its log, or had when a snapshot took the entry's place.
fn holds(sim: &Sim, server: ServerId, entry: EntryId) -> bool {
    let log = sim.node(server).map(|node| node.log());
    log.is_some_and(|log| entry.index <= log.start().index || log.holds(entry))
}

/// The check of a promise; an error when it is broken by what was seen.
trait Check {
    /// One thing that followed from an event.
    fn see(&mut self, _sim: &Sim, _detail: &Detail) -> Result<(), Broken> {
        Ok(())
    }

    /// The whole event is over.
    fn after(&mut self, _sim: &Sim, _event: &TraceEvent) -> Result<(), Broken> {
        Ok(())
    }

    /// Whether what is promised is still to come.
    fn is_waiting(&self) -> bool {
        false
    }
}

/// What is known of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Kept,
    /// What is promised is still to come.
    Waiting,
    /// It was broken at that moment.
    Broken(Time),
}

/// A promise and when it was broken first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Watched<C> {
    check: C,
    broken_at: Option<Time>,
}

impl<C: Check> Watched<C> {
    fn see(&mut self, sim: &Sim, event: &TraceEvent) {
        for detail in &event.details {
            if self.check.see(sim, detail).is_err() {
                self.broken_at.get_or_insert(event.at);
            }
        }
        if self.check.after(sim, event).is_err() {
            self.broken_at.get_or_insert(event.at);
        }
    }

    fn verdict(&self) -> Verdict {
        match self.broken_at {
            Some(at) => Verdict::Broken(at),
            None if self.check.is_waiting() => Verdict::Waiting,
            None => Verdict::Kept,
        }
    }
}

macro_rules! promises {
    ($($field:ident $name:literal: $check:ident,)*) => {
        /// Everything that is promised, and whether it was kept so far.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Promises {
            $($field: Watched<$check>,)*
        }

        impl Promises {
            /// Looks at what has just happened.
            pub fn see(&mut self, sim: &Sim, event: &TraceEvent) {
                $(self.$field.see(sim, event);)*
            }

            /// Every promise by name, with what is known of it.
            pub fn verdicts(&self) -> Vec<(&'static str, Verdict)> {
                vec![$(($name, self.$field.verdict()),)*]
            }

            /// When the promise of that name was broken, if it was.
            pub fn broken_at(&self, name: &str) -> Option<Time> {
                match name {
                    $($name => self.$field.broken_at,)*
                    _ => None,
                }
            }
        }
    };
}

promises! {
    one_leader_per_generation "one-leader-per-generation": OneLeaderPerGeneration,
    leader_appends_only "leader-appends-only": LeaderAppendsOnly,
    logs_match "logs-match": LogsMatch,
    committed_stays "committed-stays": CommittedStays,
    same_order "same-order": SameOrder,
    done_is_kept "done-is-kept": DoneIsKept,
    at_most_once "at-most-once": AtMostOnce,
    money_and_goods "money-and-goods": MoneyAndGoods,
    latest_is_latest "latest-is-latest": LatestIsLatest,
    serves_again "serves-again": ServesAgain,
}

impl Promises {
    /// The promises that were broken, and when.
    pub fn broken(&self) -> impl Iterator<Item = (&'static str, Time)> {
        self.verdicts().into_iter().filter_map(|(name, verdict)| match verdict {
            Verdict::Broken(at) => Some((name, at)),
            Verdict::Kept | Verdict::Waiting => None,
        })
    }
}
