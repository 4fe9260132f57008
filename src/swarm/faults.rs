//! What is done to a world: clients that ask, and everything that can go wrong.

use std::collections::BTreeSet;

use crate::command::Command;
use crate::node::{ClientId, ServerId};
use crate::shop::Item;
use crate::sim::Sim;
use crate::time::Span;

use super::chance::Chance;

/// Draws what happens next.
pub struct Faults {
    chance: Chance,
    /// How lively this run is: the longest pause between two commands, in milliseconds.
    pause_ms_max: u64,
    /// How many of a hundred commands come from clients.
    clients_percent: u64,
    /// Servers whose disk was damaged: at most a minority, or the cluster could never serve again.
    lost_disks: BTreeSet<ServerId>,
}

impl Faults {
    /// The faults of a seed.
    pub fn new(seed: u32) -> Faults {
        let mut chance = Chance::new(seed, 2);
        let pause_ms_max = chance.pick(&[50, 300, 1_500]);
        let clients_percent = chance.pick(&[30, 60, 85]);
        Faults { chance, pause_ms_max, clients_percent, lost_disks: BTreeSet::new() }
    }

    /// How long nothing is done, in whole milliseconds.
    pub fn pause(&mut self) -> Span {
        Span::from_ms(1 + self.chance.below(self.pause_ms_max))
    }

    /// Whether a server's disk has been damaged: it will not start again.
    pub fn disk_is_lost(&self, server: ServerId) -> bool {
        self.lost_disks.contains(&server)
    }

    /// The next thing to do. It may turn out to be impossible.
    pub fn draw(&mut self, sim: &Sim) -> Command {
        if self.chance.below(100) < self.clients_percent {
            return self.of_a_client(sim);
        }
        match self.chance.below(100) {
            0..=44 => self.of_a_server(sim),
            45..=84 => self.of_the_network(sim),
            85..=89 => self.of_a_disk(sim),
            _ => Command::HealAll,
        }
    }

    fn server(&mut self, sim: &Sim) -> ServerId {
        ServerId::new(self.chance.below(u64::from(sim.options().servers)) as u8)
    }

    fn of_a_client(&mut self, sim: &Sim) -> Command {
        let client = ClientId::of_customer(1 + self.chance.below(u64::from(sim.options().customers)) as u8);
        let (item, count) = (self.chance.pick(&Item::ALL), Some(1 + self.chance.below(3) as u32));
        let server = (self.chance.below(5) == 0).then(|| self.server(sim));
        match self.chance.below(12) {
            0..=4 => Command::Buy { client, item, count, server },
            5 => Command::Sell { client, item, count, server },
            6 | 7 => Command::Retry { client },
            8 => Command::LoseAnswer { client },
            9 => Command::RetryAsNew { client },
            _ => Command::View { client, server },
        }
    }

    fn of_a_server(&mut self, sim: &Sim) -> Command {
        let server = self.server(sim);
        match self.chance.below(14) {
            0 => Command::Crash { server },
            1 | 2 => Command::CrashLeader,
            3 => Command::Tear { server, index: None },
            4..=9 => self.restart(server),
            10 => Command::PauseServer { server },
            11 | 12 => Command::ResumeServer { server },
            _ => Command::TimeOut { server },
        }
    }

    /// A server whose disk is damaged will refuse each time; once in a while that is worth seeing.
    fn restart(&mut self, server: ServerId) -> Command {
        if self.disk_is_lost(server) && self.chance.below(10) > 0 {
            return Command::ResumeServer { server };
        }
        Command::Restart { server }
    }

    fn of_the_network(&mut self, sim: &Sim) -> Command {
        let (from, to) = (self.server(sim), self.server(sim));
        let flights = sim.network().flights().len() as u64;
        let place = self.chance.below(flights) as usize;
        let message = sim.network().flights().nth(place).map_or(0, |(id, _)| id.0);
        match self.chance.below(12) {
            0 | 1 => Command::Cut { from, to, both: self.chance.below(2) == 0 },
            2 | 3 => Command::Heal { from, to, both: true },
            4 => Command::Hold { from, to },
            5 | 6 => Command::Release { from, to },
            7 => Command::Drop { message },
            8 => Command::Duplicate { message },
            9 => Command::Delay { message, ms: Some(self.chance.below(9_000) as u32) },
            10 => self.partition(sim),
            _ => Command::HealAll,
        }
    }

    fn partition(&mut self, sim: &Sim) -> Command {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for server in ServerId::all(sim.options().servers) {
            if self.chance.below(2) == 0 { one.push(server) } else { other.push(server) }
        }
        let customers = (self.chance.below(2) == 0).then(|| self.server(sim));
        // A share string leaves an empty group out, and it would mean the same.
        let groups = [one, other].into_iter().filter(|group| !group.is_empty()).collect();
        Command::Partition { groups, customers }
    }

    fn of_a_disk(&mut self, sim: &Sim) -> Command {
        let server = self.server(sim);
        let most = usize::from((sim.options().servers - 1) / 2);
        if self.lost_disks.len() < most || self.lost_disks.contains(&server) {
            self.lost_disks.insert(server);
            let index = self.chance.pick(&[None, Some(0), Some(1)]);
            return Command::Damage { server, index };
        }
        Command::Tear { server, index: None }
    }
}
