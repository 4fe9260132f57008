//! What a server is told about itself and its cluster.

use super::ids::ServerId;
use super::rules::Rules;
use crate::time::Span;

/// Settings of one server. All but who it is and how many they are may change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// Which server it is.
    pub id: ServerId,
    /// How many servers the cluster has, 1 to 9, itself included.
    pub servers: u8,
    /// Between two heartbeats.
    pub heartbeat: Span,
    /// The shortest election time-out; the longest is twice it.
    pub election: Span,
    /// The most entries that one append carries, at least 1.
    pub entries_per_append: u16,
    /// How long the leader takes to look at a request before it writes it down.
    pub queue_time: Span,
    /// How many requests may wait for the leader's attention; further ones are told that it is busy.
    pub queue_limit: u32,
    /// The leader tells a client at once that its request was accepted, and later what became of it.
    pub tells_accepted: bool,
    /// After how many carried-out entries the log is replaced by a snapshot; 0: never.
    pub snapshot_every: u32,
    /// How long a client may be silent before its session expires.
    pub session: Span,
    /// The rules in force.
    pub rules: Rules,
}

impl Config {
    /// Every other server.
    pub fn peers(&self) -> impl Iterator<Item = ServerId> + Clone + use<> {
        let id = self.id;
        ServerId::all(self.servers).filter(move |peer| *peer != id)
    }
}
