//! A server as the world has it: a process that may be down or stopped, its disk, its timers.

use std::collections::VecDeque;

use crate::node::{Event, Message, Node, ServerId, TimerKind, WriteId};
use crate::ordered::Map;
use crate::time::Time;

use super::agenda::Slot;
use super::disk::Disk;
use super::rng::Stream;

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// The process; absent while it is down.
    pub node: Option<Node>,
    /// Its disk, which outlives the process.
    pub disk: Disk,
    /// The process stands still.
    pub paused: bool,
    /// What the stopped process will find when it goes on.
    pub(super) backlog: VecDeque<Event>,
    /// Messages that must not leave before a write is durable.
    pub(super) held_back: Vec<HeldBack>,
    /// The timers that run.
    pub(super) timers: Map<TimerKind, RunningTimer>,
    /// Draws the moments of its election timer.
    pub(super) chance: Stream,
}

/// A message that waits for the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldBack {
    pub(super) after: WriteId,
    pub(super) to: ServerId,
    pub(super) message: Message,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunningTimer {
    /// When it was set.
    pub set: Time,
    /// When it fires.
    pub slot: Slot,
}

impl Server {
    /// A server that was never started.
    pub fn new(id: ServerId, chance: Stream) -> Server {
        Server {
            node: None,
            disk: Disk::new(id),
            paused: false,
            backlog: VecDeque::new(),
            held_back: Vec::new(),
            timers: Map::new(),
            chance,
        }
    }

    /// How many things wait for a process that stands still, or has just gone on.
    pub fn waiting(&self) -> usize {
        self.backlog.len()
    }

    /// Its election timer, if it runs.
    pub fn election_timer(&self) -> Option<RunningTimer> {
        self.timers.get(&TimerKind::Election).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Body, Generation, Rules, Write};
    use crate::shop::Shop;
    use crate::sim::agenda::{Agenda, Happening};
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        let chance = |place| Stream::of_election_timer(1, ServerId::new(place));
        let mut disk = Disk::new(ServerId::new(0));
        disk.write(WriteId(1), Write::Vote { generation: Generation(1), voted_for: None });
        let slot = |ms| {
            Agenda::default().add(Time::from_ms(ms), Happening::Timer(ServerId::new(0), TimerKind::Election))
        };
        let timer = RunningTimer { set: Time::ZERO, slot: slot(1) };
        let message =
            Message { generation: Generation(1), body: Body::HeartbeatAnswer { round: Default::default() } };
        let held_back = HeldBack { after: WriteId(1), to: ServerId::new(1), message: message.clone() };
        let options = crate::sim::Options::default();
        let node = Node::new(options.config(ServerId::new(0), Rules::default()), Shop::open(1, 1, 1));
        each_field_counts!(Server::new(ServerId::new(0), chance(0)) => Server {
            node: Some(node),
            disk: disk,
            paused: true,
            backlog: [Event::Durable(WriteId(1))].into(),
            held_back: vec![held_back.clone()],
            timers: [(TimerKind::Election, timer)].into(),
            chance: chance(1),
        });
        each_field_counts!(timer => RunningTimer { set: Time::from_ms(1), slot: slot(2) });
        let other = Message { generation: Generation(2), ..message };
        each_field_counts!(held_back => HeldBack { after: WriteId(2), to: ServerId::new(2), message: other });
    }
}
