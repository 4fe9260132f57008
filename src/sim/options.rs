//! What a world is like: sizes, pace and network.

use crate::node::{Config, Rules, ServerId};
use crate::time::Span;

/// The settings of a world. `Default` is the teaching pace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// How many servers, 1 to 9.
    pub servers: u8,
    /// How many customers, each with one client program.
    pub customers: u8,
    /// What each customer has at the start, in won.
    pub money: u64,
    /// How many of each item the shop has at the start.
    pub stock: u64,
    /// Between two heartbeats.
    pub heartbeat: Span,
    /// The shortest election time-out; the longest is twice it.
    pub election: Span,
    /// One sync of a disk.
    pub sync: Span,
    /// The shortest time of a message on its way.
    pub latency: Span,
    /// At most so much longer.
    pub jitter: Span,
    /// Lost messages of a hundred.
    pub loss_percent: u8,
    /// Messages on one link may overtake each other.
    pub reorder: bool,
    /// The most entries that one append carries.
    pub entries_per_append: u16,
    /// How long a client waits for an answer before it tries the next server.
    pub patience: Span,
    /// How often a client tries before it gives up.
    pub tries: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            servers: 5,
            customers: 2,
            money: 100_000,
            stock: 100,
            heartbeat: Span::from_ms(1_000),
            election: Span::from_ms(3_000),
            sync: Span::from_ms(20),
            latency: Span::from_ms(100),
            jitter: Span::from_ms(100),
            loss_percent: 0,
            reorder: false,
            entries_per_append: 16,
            patience: Span::from_ms(4_000),
            tries: 3,
        }
    }
}

impl Options {
    /// What one server is told about itself.
    pub fn config(&self, id: ServerId, rules: Rules) -> Config {
        Config {
            id,
            servers: self.servers,
            heartbeat: self.heartbeat,
            election: self.election,
            entries_per_append: self.entries_per_append,
            rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_option_counts_in_the_hash() {
        let one = Span::from_us(1);
        each_field_counts!(Options::default() => Options {
            servers: 4, customers: 3, money: 1, stock: 1, heartbeat: one, election: one, sync: one, latency: one, jitter: one,
            loss_percent: 1, reorder: true, entries_per_append: 1, patience: one, tries: 1,
        });
    }
}
