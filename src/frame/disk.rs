//! What a server's disk holds: what is safe there, and what was handed to it and a crash would take.

use serde::{Deserialize, Serialize};

use crate::node::{Record as Stored, Recovered, ServerId};
use crate::ordered::Map;
use crate::shop::{Account, Item, Owner};
use crate::sim;

use super::build::entry;
use super::{Entry, LOG_COLUMNS};

/// A disk. What is on its way to it is there as well, marked as not safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// It knows whose it is; one that was lost does not.
    pub named: bool,
    /// The highest generation that was stored.
    pub generation: u64,
    /// The vote given in that generation.
    pub voted_for: Option<ServerId>,
    /// Generation and vote survive a crash.
    pub vote_safe: bool,
    /// A snapshot has taken the place of the log up to here; 0: there is none.
    pub snapshot: u64,
    /// How far the log is synced.
    pub synced: u64,
    /// The newest [`LOG_COLUMNS`] records of the log, in order.
    pub records: Vec<Record>,
    /// How many records stand before those.
    pub earlier: u64,
    /// The accounts that are overwritten in place; none as long as none was.
    pub accounts: Vec<InPlace>,
}

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What it holds.
    pub entry: Entry,
    /// How it is.
    pub state: RecordState,
}

/// How a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordState {
    /// A sync has made it safe.
    Synced,
    /// It was handed to the disk; a crash may take it.
    Written,
    /// A crash has cut through its writing, and its checksum says so. Nobody was promised it.
    Torn,
    /// It was safe and cannot be read any more.
    Damaged,
}

impl RecordState {
    /// The name used in word keys and classes.
    pub const fn name(self) -> &'static str {
        match self {
            RecordState::Synced => "synced",
            RecordState::Written => "written",
            RecordState::Torn => "torn",
            RecordState::Damaged => "damaged",
        }
    }
}

/// An account that is overwritten in place (`log=in-place`): two records, money and items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPlace {
    /// Whose; as in [`super::Account`].
    pub owner: String,
    /// Won.
    pub money: i64,
    /// That is safe.
    pub money_safe: bool,
    /// How many of each item; all items are named.
    pub items: Map<Item, i64>,
    /// They are safe.
    pub items_safe: bool,
}

/// A disk as it is now.
pub(super) fn disk(disk: &sim::Disk) -> Disk {
    let (stored, in_the_end) = (disk.stored(), disk.in_the_end());
    let earlier = in_the_end.records.len().saturating_sub(LOG_COLUMNS);
    let record = |record: &Stored| Record { entry: entry(&record.entry), state: state(stored, record) };
    let account =
        |(owner, account): (&Owner, &Account)| in_place(*owner, account, stored.in_place.get(owner));
    Disk {
        named: in_the_end.identity.is_some(),
        generation: in_the_end.generation.0,
        voted_for: in_the_end.voted_for,
        vote_safe: (stored.generation, stored.voted_for) == (in_the_end.generation, in_the_end.voted_for),
        snapshot: in_the_end.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index.0),
        synced: stored.synced.0,
        records: in_the_end.records[earlier..].iter().map(record).collect(),
        earlier: earlier as u64,
        accounts: in_the_end.in_place.iter().map(account).collect(),
    }
}

fn state(stored: &Recovered, record: &Stored) -> RecordState {
    let was_synced = record.entry.id.index <= stored.synced && stored.records.contains(record);
    match (was_synced, record.is_sound()) {
        (true, true) => RecordState::Synced,
        (true, false) => RecordState::Damaged,
        (false, true) => RecordState::Written,
        (false, false) => RecordState::Torn,
    }
}

fn in_place(owner: Owner, account: &Account, stored: Option<&Account>) -> InPlace {
    let items = |account: &Account| Item::ALL.map(|item| (item, account.count(item))).into();
    let all: Map<Item, i64> = items(account);
    InPlace {
        owner: owner.name(),
        money: account.money,
        money_safe: stored.is_some_and(|stored| stored.money == account.money),
        items_safe: stored.is_some_and(|stored| items(stored) == all),
        items: all,
    }
}
