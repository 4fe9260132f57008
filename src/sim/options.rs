//! What a world is like: sizes, pace and network.

use crate::command::Refusal;
use crate::node::{Config, Rules, ServerId};
use crate::shop::{Prices, Shop};
use crate::time::Span;

/// The settings of a world. `Default` is the teaching pace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// How many servers the cluster has, 1 to 9; 0: there is no cluster, but machines with a load.
    pub servers: u8,
    /// Without a cluster: how many web servers stand before the database, 1 to 8; 0: one machine does everything.
    pub web_servers: u8,
    /// Without a cluster: how many users there are, each of whom asks once every 100 s.
    pub users: u32,
    /// How many customers, each with one client program.
    pub customers: u8,
    /// What each customer has at the start, in won.
    pub money: u64,
    /// How many of each item the shop has at the start.
    pub stock: u64,
    /// What things cost. A lesson may say otherwise; a visitor cannot, so it is no row of the table.
    pub prices: Prices,
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
    /// Doubled messages of a hundred.
    pub duplicate_percent: u8,
    /// The most entries that one append carries.
    pub entries_per_append: u16,
    /// How many requests may wait at the leader, or, without a cluster, at each machine.
    pub queue_limit: u32,
    /// How long the leader takes to look at a request before it writes it down.
    pub queue_time: Span,
    /// After how many entries a snapshot takes the place of the log; 0: never.
    pub snapshot_every: u32,
    /// How long a client may be silent before its session expires.
    pub session: Span,
    /// How long after a sync the server hears of it.
    pub sync_report: Span,
    /// How long a client waits for an answer before it tries the next server.
    pub patience: Span,
    /// How often a client tries before it gives up.
    pub tries: u32,
    /// The leader tells a client at once that its request was accepted, and later what became of it.
    pub tells_accepted: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            servers: 5,
            web_servers: 0,
            users: 0,
            customers: 2,
            money: 100_000,
            stock: 100,
            prices: Prices::default(),
            heartbeat: Span::from_ms(1_000),
            election: Span::from_ms(3_000),
            sync: Span::from_ms(20),
            latency: Span::from_ms(100),
            jitter: Span::from_ms(100),
            loss_percent: 0,
            reorder: false,
            duplicate_percent: 0,
            entries_per_append: 16,
            queue_limit: 100,
            queue_time: Span::ZERO,
            snapshot_every: 0,
            session: Span::from_ms(24 * 60 * 60 * 1_000),
            sync_report: Span::ZERO,
            patience: Span::from_ms(4_000),
            tries: 3,
            tells_accepted: false,
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
            queue_time: self.queue_time,
            queue_limit: self.queue_limit,
            tells_accepted: self.tells_accepted,
            snapshot_every: self.snapshot_every,
            session: self.session,
            rules,
        }
    }

    /// The shop as it is before the first entry.
    pub fn shop(&self) -> Shop {
        Shop::open(self.customers, self.money, self.stock).with_prices(self.prices)
    }

    /// The names of the options that can be set, in the order of the share string: new ones come last.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.name)
    }

    /// Gives an option another value. Times are in milliseconds; `reorder` is 0 or 1.
    pub fn set(&mut self, name: &str, value: u32) -> Result<(), Refusal> {
        let row = TABLE.iter().find(|row| row.name == name).ok_or(Refusal::BadMessage)?;
        if !(row.least..=row.most).contains(&value) {
            return Err(Refusal::BadMessage);
        }
        (row.set)(self, value);
        Ok(())
    }

    /// The options that are not as usual, by name, as [`Options::set`] takes them.
    pub fn unusual(&self) -> Vec<(&'static str, u32)> {
        let usual = Options::default();
        let unusual = TABLE.iter().filter(|row| (row.get)(self) != (row.get)(&usual));
        unusual.map(|row| (row.name, (row.get)(self))).collect()
    }

    /// The value of an option, as [`Options::set`] takes it.
    pub fn get(&self, name: &str) -> Option<u32> {
        TABLE.iter().find(|row| row.name == name).map(|row| (row.get)(self))
    }
}

/// Options that hold for a whole life of the world.
pub const FROM_START_OVER: [&str; 5] = ["servers", "customers", "money", "stock", "session-ms"];

/// The longest time, in milliseconds, that may be given for anything: a minute is for ever in a cluster.
pub const MS_MAX: u32 = 60_000;

/// The most users.
pub const USERS_MAX: u32 = 1_000_000;

/// The highest limit of a queue. A machine's memory is full before so many wait: it is as good as none.
pub const QUEUE_LIMIT_MAX: u32 = 1_000_000;

/// The shortest heartbeat and election time-out, in milliseconds: more of them would fill the network and tell nothing.
pub const BEAT_MS_MIN: u32 = 10;

struct Row {
    name: &'static str,
    least: u32,
    most: u32,
    get: fn(&Options) -> u32,
    set: fn(&mut Options, u32),
}

macro_rules! rows {
    ($($name:literal $least:literal..=$most:expr, $field:ident: $kind:ident;)*) => {
        &[$(Row {
            name: $name,
            least: $least,
            most: $most,
            get: |options| rows!(@get $kind options.$field),
            set: |options, value| options.$field = rows!(@set $kind value),
        },)*]
    };
    (@get ms $place:expr) => { $place.ms() as u32 };
    (@set ms $value:expr) => { Span::from_ms(u64::from($value)) };
    (@get flag $place:expr) => { u32::from($place) };
    (@set flag $value:expr) => { $value == 1 };
    (@get number $place:expr) => { $place as u32 };
    (@set number $value:expr) => { $value.try_into().unwrap_or_default() };
}

/// Every option that can be set. The rows are numbered in the share string.
const TABLE: &[Row] = rows! {
    "servers" 1..=9, servers: number;
    "heartbeat-ms" 10..=MS_MAX, heartbeat: ms;
    "election-ms" 10..=MS_MAX, election: ms;
    "sync-ms" 0..=MS_MAX, sync: ms;
    "latency-ms" 0..=MS_MAX, latency: ms;
    "jitter-ms" 0..=MS_MAX, jitter: ms;
    "loss-percent" 0..=100, loss_percent: number;
    "reorder" 0..=1, reorder: flag;
    "entries-per-append" 1..=1_000, entries_per_append: number;
    "queue-limit" 1..=QUEUE_LIMIT_MAX, queue_limit: number;
    "snapshot-every" 0..=10_000, snapshot_every: number;
    "queue-ms" 0..=MS_MAX, queue_time: ms;
    "session-ms" 1..=86_400_000, session: ms;
    "sync-report-ms" 0..=MS_MAX, sync_report: ms;
    "duplicate-percent" 0..=100, duplicate_percent: number;
    "patience-ms" 10..=MS_MAX, patience: ms;
    "tries" 1..=100, tries: number;
    "customers" 1..=20, customers: number;
    "money" 0..=100_000_000, money: number;
    "stock" 0..=1_000_000, stock: number;
    "tells-accepted" 0..=1, tells_accepted: flag;
    "web-servers" 1..=8, web_servers: number;
    "users" 0..=USERS_MAX, users: number;
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_option_counts_in_the_hash() {
        let one = Span::from_us(1);
        each_field_counts!(Options::default() => Options {
            servers: 4, web_servers: 1, users: 1, customers: 3, money: 1, stock: 1, prices: Prices { sword: 1, shield: 1 }, heartbeat: one, election: one, sync: one, latency: one, jitter: one,
            loss_percent: 1, reorder: true, duplicate_percent: 1, entries_per_append: 1, queue_limit: 1, queue_time: one,
            snapshot_every: 1, session: one, sync_report: one, patience: one, tries: 1, tells_accepted: true,
        });
    }

    #[test]
    fn every_option_can_be_set_within_its_bounds_and_read_again() {
        for row in TABLE {
            for value in [row.least, row.most] {
                let mut options = Options::default();
                assert_eq!(options.set(row.name, value), Ok(()), "{}", row.name);
                assert_eq!(options.get(row.name), Some(value), "{}", row.name);
            }
            let mut options = Options::default();
            assert_eq!(options.set(row.name, row.most + 1), Err(Refusal::BadMessage), "{}", row.name);
            assert_eq!(options, Options::default(), "{}: a refused value changes nothing", row.name);
        }
        assert_eq!(Options::default().set("luck", 1), Err(Refusal::BadMessage));
        assert_eq!(Options::default().get("luck"), None);
    }
}
