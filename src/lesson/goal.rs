//! The challenges: each watches what happens and knows when it is done, whatever the visitor did to get there.

use crate::sim::{Sim, TraceEvent};
use crate::time::Time;

use super::generation_clock::HealedWell;
use super::heartbeat::SplitVote;
use super::high_water_mark::LostThenHeldBack;
use super::idempotent_receiver::OneSwordEach;
use super::leader_and_followers::OldThenCurrent;
use super::majority_quorum::UnknownButCommitted;
use super::single_server::HighestLoad;
use super::stateless_web_servers::FewestWebServers;
use super::update_queue::EverybodyServed;
use super::write_ahead_log::ThreeCrashes;

/// The challenge of a lesson, and how far it has come. Part of a checkpoint, so that it can be rewound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    challenge: Challenge,
    done_at: Option<Time>,
}

/// What is watched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    HighestLoad(HighestLoad),
    FewestWebServers(FewestWebServers),
    OldThenCurrent(OldThenCurrent),
    SplitVote(SplitVote),
    HealedWell(HealedWell),
    UnknownButCommitted(UnknownButCommitted),
    OneSwordEach(OneSwordEach),
    ThreeCrashes(ThreeCrashes),
    LostThenHeldBack(LostThenHeldBack),
    EverybodyServed(EverybodyServed),
}

impl Goal {
    pub(super) fn new(challenge: Challenge) -> Goal {
        Goal { challenge, done_at: None }
    }

    /// Takes in what has happened.
    pub fn see(&mut self, sim: &Sim, event: &TraceEvent) {
        let done = match &mut self.challenge {
            Challenge::HighestLoad(watch) => watch.see(sim),
            Challenge::FewestWebServers(watch) => watch.see(sim, event),
            Challenge::OldThenCurrent(watch) => watch.see(sim, event),
            Challenge::SplitVote(watch) => watch.see(event),
            Challenge::HealedWell(watch) => watch.see(sim, event),
            Challenge::UnknownButCommitted(watch) => watch.see(sim, event),
            Challenge::OneSwordEach(watch) => watch.see(sim, event),
            Challenge::ThreeCrashes(watch) => watch.see(sim, event),
            Challenge::LostThenHeldBack(watch) => watch.see(sim, event),
            Challenge::EverybodyServed(watch) => watch.see(sim, event),
        };
        if done && self.done_at.is_none() {
            self.done_at = Some(event.at);
        }
    }

    /// When the challenge was done.
    pub fn done_at(&self) -> Option<Time> {
        self.done_at
    }
}
