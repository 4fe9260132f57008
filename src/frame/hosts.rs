//! Machines with a load, as they are seen: a world has these or a cluster.

use serde::{Deserialize, Serialize};

use super::ServerId;

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name: `server`, `database`, `web-1`, …
    pub id: ServerId,
    /// What it is there for.
    pub kind: HostKind,
    /// It runs.
    pub up: bool,
    /// How many users are connected to it.
    pub users: u32,
    /// How much of the last two seconds its CPU was busy, in percent.
    pub cpu: u8,
    /// How much of its memory is in use, in percent.
    pub memory: u8,
    /// How much of the last two seconds its disk was busy, in percent.
    pub disk: u8,
    /// How much of the last two seconds its network card was busy, in percent.
    pub network: u8,
    /// How many requests wait at its door.
    pub queue: u32,
    /// How many requests of it wait for the database.
    pub away: u32,
    /// Requests that came, a second.
    pub arrived: u32,
    /// Requests that were answered, a second.
    pub answered: u32,
    /// What half of the requests did not exceed, in microseconds; absent when none was answered in the last two seconds.
    pub p50_us: Option<u64>,
    /// What 99 of a hundred did not exceed.
    pub p99_us: Option<u64>,
    /// The steps of a purchase that are done here, in their order, and what is at each.
    pub stations: Vec<Station>,
}

/// What a machine is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostKind {
    /// Does everything itself.
    Server,
    /// Has the business logic.
    Web,
    /// Has the data.
    Database,
}

/// A step of a purchase at a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Station {
    /// Which step.
    pub step: StepKind,
    /// What does it.
    pub resource: ResourceKind,
    /// How many requests are there, waiting for the resource or being worked on.
    pub requests: u32,
}

/// The steps of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Reads the user.
    Read,
    /// Checks the money.
    Check,
    /// Debits.
    Debit,
    /// Grants the item.
    Grant,
    /// Saves.
    Save,
}

impl StepKind {
    /// The name used in word keys.
    pub const fn name(self) -> &'static str {
        match self {
            StepKind::Read => "read",
            StepKind::Check => "check",
            StepKind::Debit => "debit",
            StepKind::Grant => "grant",
            StepKind::Save => "save",
        }
    }
}

/// What does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// The CPU.
    Cpu,
    /// The disk.
    Disk,
}

/// What queueing theory needs to know of one machine that does everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// How long a user waits between two requests, in the mean, in microseconds.
    pub thinks_us: u64,
    /// For how long a request keeps each resource busy, in the mean, in microseconds.
    pub works_us: Vec<u64>,
}

impl Service {
    /// How long a request takes in the mean, by theory, with so many users: a resource with the work S and the load ρ is a queue M/M/1,
    /// in which it takes S / (1 − ρ), and in a Jackson network these times add up. None from a load of 1 on: the queue grows as long
    /// as the load lasts.
    pub fn expects_us(&self, users: u32) -> Option<u64> {
        let at = |work: &u64| {
            let idle = self.thinks_us.checked_sub(u64::from(users) * work).filter(|idle| *idle > 0)?;
            Some(work * self.thinks_us / idle)
        };
        self.works_us.iter().map(at).sum()
    }

    /// How many users are a load of 1 for the busiest resource.
    pub fn users_max(&self) -> u32 {
        self.works_us.iter().max().map_or(0, |work| (self.thinks_us / (*work).max(1)) as u32)
    }
}

/// The load, and what its users see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// How many users there are.
    pub users: u32,
    /// How many web servers there are, running or not; 0: one machine does everything.
    pub web_servers: u8,
    /// How many requests may wait at the door of a machine.
    pub queue_limit: u32,
    /// Of a single machine: what theory needs to know.
    pub service: Option<Service>,
    /// Requests that came, a second.
    pub arrived: u32,
    /// Requests that were answered, a second.
    pub answered: u32,
    /// Requests that failed or were turned away, a second.
    pub failed: u32,
    /// What half of the requests did not exceed, in microseconds; absent when none was answered in the last two seconds.
    pub p50_us: Option<u64>,
    /// What 99 of a hundred did not exceed.
    pub p99_us: Option<u64>,
    /// How many requests have no answer yet.
    pub waiting: u32,
    /// How many were answered since the beginning.
    pub answered_in_all: u64,
    /// How many failed or were turned away since the beginning.
    pub failed_in_all: u64,
    /// What was measured while the load and the machines stayed as they were, oldest first.
    pub points: Vec<Point>,
    /// What is being measured at present; absent while it is too early.
    pub point: Option<Point>,
}

/// A measured point of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// How many users there were.
    pub users: u32,
    /// How many web servers ran.
    pub web_servers: u8,
    /// For how many milliseconds it was measured.
    pub ms: u64,
    /// Requests that came, a second.
    pub arrived: u32,
    /// Requests that were answered, a second.
    pub answered: u32,
    /// Requests that failed or were turned away.
    pub failed: u64,
    /// The mean time that the answered ones took, in microseconds.
    pub mean_us: u64,
    /// What half of them did not exceed.
    pub p50_us: u64,
    /// What 99 of a hundred did not exceed.
    pub p99_us: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theory_adds_up_the_queues_and_has_no_answer_above_the_limit() {
        let service = Service { thinks_us: 100_000_000, works_us: vec![1_000, 500] };
        let expected: [(u32, Option<u64>); 5] = [
            (0, Some(1_500)),
            // 1 / (1 − 0.5) ms and 0.5 / (1 − 0.25) ms.
            (50_000, Some(2_666)),
            (95_000, Some(20_952)),
            (100_000, None),
            (1_000_000, None),
        ];
        for (users, us) in expected {
            assert_eq!(service.expects_us(users), us, "{users} users");
        }
        assert_eq!(service.users_max(), 100_000);
    }
}
