//! Everything that a visitor, a lesson or a host page can do to the world; data only.
//!
//! A command takes effect at the current simulated moment rounded up to a whole millisecond, before the world's own events
//! of that moment. The names are those of the page's `act` messages.

use serde::{Deserialize, Serialize};

use crate::node::{ClientId, ServerId};
use crate::shop::Item;
use crate::time::Time;

/// One action, as in the table of actions of `docs/contract.md`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// The server loses its memory and what was not synced.
    Crash {
        /// Which one.
        server: ServerId,
    },
    /// The server comes back from its disk.
    Restart {
        /// Which one.
        server: ServerId,
    },
    /// Crashes whoever leads the newest generation.
    CrashLeader,
    /// The process stands still: what reaches it waits, and so does a timer that comes due.
    PauseServer {
        /// Which one.
        server: ServerId,
    },
    /// The process goes on, with all that waited for it.
    ResumeServer {
        /// Which one.
        server: ServerId,
    },
    /// The server's election timer fires now.
    TimeOut {
        /// Which one.
        server: ServerId,
    },
    /// What is sent over the link is lost.
    Cut {
        /// The sending end.
        from: ServerId,
        /// The receiving end.
        to: ServerId,
        /// The other direction too.
        #[serde(default)]
        both: bool,
    },
    /// The link works again.
    Heal {
        /// The sending end.
        from: ServerId,
        /// The receiving end.
        to: ServerId,
        /// The other direction too.
        #[serde(default)]
        both: bool,
    },
    /// Messages on the link wait; none is lost.
    Hold {
        /// The sending end.
        from: ServerId,
        /// The receiving end.
        to: ServerId,
    },
    /// Messages that waited are delivered, in their order.
    Release {
        /// The sending end.
        from: ServerId,
        /// The receiving end.
        to: ServerId,
    },
    /// Servers of different groups cannot reach each other. A server not named is alone.
    Partition {
        /// Who stays together.
        groups: Vec<Vec<ServerId>>,
        /// Customers reach only this server's side; everyone when absent.
        #[serde(default)]
        customers: Option<ServerId>,
    },
    /// Ends every cut, hold and partition.
    HealAll,
    /// One message in flight is lost.
    Drop {
        /// Its id.
        message: u64,
    },
    /// One message in flight arrives twice.
    Duplicate {
        /// Its id.
        message: u64,
    },
    /// One message in flight takes longer.
    Delay {
        /// Its id.
        message: u64,
        /// By how many milliseconds; 1,000 when absent.
        #[serde(default)]
        ms: Option<u32>,
    },
    /// The next answer to this client is lost.
    LoseAnswer {
        /// Whose answer.
        client: ClientId,
    },
    /// A new request: buy.
    Buy {
        /// Who asks.
        client: ClientId,
        /// What.
        item: Item,
        /// How many; one when absent.
        #[serde(default)]
        count: Option<u32>,
        /// Which server is asked; the one that the client believes to lead when absent.
        #[serde(default)]
        server: Option<ServerId>,
    },
    /// A new request: sell back.
    Sell {
        /// Who asks.
        client: ClientId,
        /// What.
        item: Item,
        /// How many; one when absent.
        #[serde(default)]
        count: Option<u32>,
        /// Which server is asked; the one that the client believes to lead when absent.
        #[serde(default)]
        server: Option<ServerId>,
    },
    /// Ask what the account holds: the latest value, or, of a server that is named, one that may be old.
    View {
        /// Who asks.
        client: ClientId,
        /// The server whose value will do; the latest value when absent.
        #[serde(default)]
        server: Option<ServerId>,
    },
    /// The last request again, with the same number.
    Retry {
        /// Who asks.
        client: ClientId,
    },
    /// The last wish again, with a new number: the mistake that no server can notice.
    RetryAsNew {
        /// Who asks.
        client: ClientId,
    },
    /// The server crashes in the middle of writing: what it had handed to its disk arrives there up to a record that is torn in half.
    /// With nothing under way it is a crash like any other.
    Tear {
        /// Which one.
        server: ServerId,
        /// The record that is torn; the last one written when absent.
        #[serde(default)]
        index: Option<u64>,
    },
    /// Something on the server's disk goes bad.
    Damage {
        /// Which one.
        server: ServerId,
        /// The record that goes bad, the last one when absent; 0: the whole disk is gone.
        #[serde(default)]
        index: Option<u64>,
    },
    /// From now on decisions follow another rule.
    Rule {
        /// The pattern's name, such as `dedupe`.
        pattern: String,
        /// The value's name, such as `off`.
        value: String,
    },
    /// How messages travel from now on; what is absent stays.
    Network {
        /// Lost messages of a hundred, 0 to 100.
        #[serde(default)]
        loss_percent: Option<u8>,
        /// The shortest time one way.
        #[serde(default)]
        latency_ms: Option<u32>,
        /// At most so much longer.
        #[serde(default)]
        jitter_ms: Option<u32>,
        /// Messages on one link may overtake each other.
        #[serde(default)]
        reorder: Option<bool>,
    },
    /// How fast the servers' timers and disks are from now on; what is absent stays.
    Pace {
        /// Between two heartbeats.
        #[serde(default)]
        heartbeat_ms: Option<u32>,
        /// The shortest election time-out; the longest is twice it.
        #[serde(default)]
        election_ms: Option<u32>,
        /// One sync of a disk.
        #[serde(default)]
        sync_ms: Option<u32>,
    },
    /// Another value of a setting, by its name in the table of options.
    Option {
        /// Its name, such as `snapshot-every`.
        name: String,
        /// The value.
        value: u32,
    },
    /// How many servers the cluster has; only from "Start over".
    Servers {
        /// 1 to 9.
        count: u8,
    },
    /// How many web servers stand before the database. A new one serves at once; one that is taken away hands its requests over.
    WebServers {
        /// 1 to 8.
        count: u8,
    },
    /// How many users there are from now on.
    Users {
        /// At most a million.
        count: u32,
    },
    /// So many users press the button at this very moment.
    Burst {
        /// One to a million.
        count: u32,
    },
    /// The client's next request has this number.
    SkipNumbers {
        /// Whose.
        client: ClientId,
        /// The number, not below the one that would come.
        to: u64,
    },
}

/// A command and when it took effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timed {
    /// The moment, a whole millisecond.
    pub at: Time,
    /// What was done.
    pub command: Command,
}

/// Why a command cannot be carried out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Nobody leads.
    NoLeader,
    /// The server is down already.
    AlreadyDown,
    /// The server is not down (or not paused, for "resume").
    NotDown,
    /// The client has not asked for anything yet.
    NothingToRetry,
    /// The cluster has no such server, or no such client.
    NoSuchServer,
    /// No such message is in flight.
    NoSuchMessage,
    /// Only possible from "Start over".
    NeedsReset,
    /// This lesson does not allow it.
    NotInThisLesson,
    /// The message does not say what to do.
    BadMessage,
    /// More than one run may hold.
    TooMany,
    /// Everybody who could press the button waits for an answer, or has one.
    EverybodyAsked,
    /// More users than there can be.
    TooLarge,
}

impl Refusal {
    /// The code in the page's `error` message, which is also the end of its word key.
    pub const fn code(self) -> &'static str {
        match self {
            Refusal::NoLeader => "no-leader",
            Refusal::AlreadyDown => "already-down",
            Refusal::NotDown => "not-down",
            Refusal::NothingToRetry => "nothing-to-retry",
            Refusal::NoSuchServer => "no-such-server",
            Refusal::NoSuchMessage => "no-such-message",
            Refusal::NeedsReset => "needs-reset",
            Refusal::NotInThisLesson => "not-in-this-lesson",
            Refusal::BadMessage => "bad-message",
            Refusal::TooMany => "too-many",
            Refusal::EverybodyAsked => "everybody-asked",
            Refusal::TooLarge => "too-large",
        }
    }
}
