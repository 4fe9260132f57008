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

/// The load, and what its users see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// How many users there are.
    pub users: u32,
    /// How many web servers there are, running or not; 0: one machine does everything.
    pub web_servers: u8,
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
