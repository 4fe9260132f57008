//! A server's disk: writes are safe only after a sync, which takes time; a crash loses what was not synced.
//!
//! One sync runs at a time. It covers everything written before it began; what comes later waits for the next one.

//! A crash may also fall into the middle of a write: then the disk has what was written up to a record that is torn in half.
//! Records carry checksums, and each sync writes down how far the log reaches, so that a torn write (nobody was promised
//! it) can be told from damage (somebody may have been).

use std::sync::Arc;

use crate::node::{Entry, Index, Record, Recovered, ServerId, Snapshot, Write, WriteId};

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    stored: Recovered,
    synced_upto: WriteId,
    unsynced: Vec<(WriteId, Write)>,
    syncing: Option<WriteId>,
}

impl Disk {
    /// An empty disk that knows whose it is.
    pub fn new(owner: ServerId) -> Disk {
        Disk { stored: Recovered { identity: Some(owner), ..Recovered::default() }, ..Disk::default() }
    }

    /// What survives a crash.
    pub fn stored(&self) -> &Recovered {
        &self.stored
    }

    /// The last entry that a sync has made safe.
    pub fn synced(&self) -> Index {
        self.stored.synced
    }

    /// What was handed to it and is not safe yet, oldest first.
    pub fn unsynced(&self) -> impl Iterator<Item = &Write> {
        self.unsynced.iter().map(|(_, write)| write)
    }

    /// What it will hold once all that was handed to it is safe.
    pub fn in_the_end(&self) -> Recovered {
        let mut stored = self.stored.clone();
        self.unsynced().for_each(|write| carry_out(&mut stored, write.clone()));
        stored
    }

    /// Whether this write is safe.
    pub fn is_durable(&self, write: WriteId) -> bool {
        write <= self.synced_upto
    }

    /// Takes a write.
    pub fn write(&mut self, id: WriteId, write: Write) {
        self.unsynced.push((id, write));
    }

    /// Begins a sync of everything written so far, if none runs and there is something to sync: the last write that it covers.
    pub fn begin_sync(&mut self) -> Option<WriteId> {
        if self.syncing.is_some() {
            return None;
        }
        self.syncing = self.unsynced.last().map(|(id, _)| *id);
        self.syncing
    }

    /// The sync has ended: everything up to that write is safe. The entries that were not before.
    pub fn end_sync(&mut self, upto: WriteId) -> Vec<Entry> {
        self.syncing = None;
        self.synced_upto = upto;
        let covered = self.unsynced.iter().take_while(|(id, _)| *id <= upto).count();
        for (_, write) in self.unsynced.drain(..covered) {
            carry_out(&mut self.stored, write);
        }
        let known = self.stored.synced;
        self.stored.synced = last(&self.stored);
        let records = self.stored.records.iter().map(|record| record.entry);
        records.filter(|entry| entry.id.index > known).collect()
    }

    /// The server has crashed: what was not synced is gone, and its next life counts its writes anew.
    pub fn crash(&mut self) {
        self.unsynced.clear();
        self.syncing = None;
        self.synced_upto = WriteId(0);
    }

    /// The server has crashed in the middle of writing: what was not synced is there up to this record (the last one, when no
    /// index is given), which is torn. The index of that record, if there was one.
    pub fn crash_torn(&mut self, index: Option<Index>) -> Option<Index> {
        let unsynced = std::mem::take(&mut self.unsynced);
        self.crash();
        let written = |write: &Write| match write {
            Write::Records { records, .. } => records.last().map(|record| record.entry.id.index),
            _ => None,
        };
        let target = index.or_else(|| unsynced.iter().rev().find_map(|(_, write)| written(write)))?;
        let reaches = |write: &Write| written(write).is_some_and(|last| last >= target);
        let place = unsynced.iter().position(|(_, write)| reaches(write))?;
        for (_, write) in unsynced.into_iter().take(place + 1) {
            carry_out(&mut self.stored, write);
        }
        let torn = target.max(self.stored.synced.next());
        self.stored.records.retain(|record| record.entry.id.index <= torn);
        let record = self.stored.records.last_mut().filter(|record| record.entry.id.index == torn)?;
        spoil(record);
        Some(torn)
    }

    /// A record goes bad, the last one when no index is given; 0: everything is gone. Whether there was such a record.
    pub fn damage(&mut self, index: Option<Index>) -> bool {
        if index == Some(Index(0)) {
            self.stored = Recovered::default();
            return true;
        }
        let wanted = index.unwrap_or(last(&self.stored));
        let found = self.stored.records.iter_mut().find(|record| record.entry.id.index == wanted);
        found.map(spoil).is_some()
    }
}

fn spoil(record: &mut Record) {
    if record.is_sound() {
        record.checksum ^= 1;
    }
}

fn start(disk: &Recovered) -> Index {
    disk.snapshot.as_ref().map_or(Index(0), |snapshot| snapshot.last.index)
}

fn last(disk: &Recovered) -> Index {
    disk.records.last().map_or(start(disk), |record| record.entry.id.index)
}

fn carry_out(disk: &mut Recovered, write: Write) {
    match write {
        Write::Identity(server) => disk.identity = Some(server),
        Write::Vote { generation, voted_for } => {
            disk.generation = generation;
            disk.voted_for = voted_for;
        }
        Write::Records { truncate_from, records } => {
            if let Some(first) = truncate_from {
                disk.records.retain(|record| record.entry.id.index < first);
                disk.synced = disk.synced.min(first.before());
            }
            disk.records.extend(records);
        }
        Write::Snapshot { snapshot, keep_rest } => replace(disk, snapshot, keep_rest),
        Write::InPlace(accounts) => disk.in_place.extend(accounts),
    }
}

/// The snapshot takes the place of the records that it covers.
fn replace(disk: &mut Recovered, snapshot: Arc<Snapshot>, keep_rest: bool) {
    let covered = snapshot.last.index;
    disk.records.retain(|record| keep_rest && record.entry.id.index > covered);
    disk.synced = if keep_rest { disk.synced.max(covered) } else { covered };
    disk.snapshot = Some(snapshot);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{EntryId, Generation, Payload};
    use crate::shop::{Account, Owner};
    use crate::stable_hash::each_field_counts;
    use crate::time::Time;

    fn vote(generation: u64) -> Write {
        Write::Vote { generation: Generation(generation), voted_for: None }
    }

    fn record(index: u64) -> Record {
        let id = EntryId { generation: Generation(1), index: Index(index) };
        Record::of(Entry { id, stamp: Time::ZERO, payload: Payload::Empty })
    }

    fn records(indexes: &[u64]) -> Write {
        Write::Records { truncate_from: None, records: indexes.iter().map(|index| record(*index)).collect() }
    }

    fn owner() -> ServerId {
        ServerId::new(0)
    }

    /// Entries 1 and 2 are synced, 3 and 4 are not.
    fn busy() -> Disk {
        let mut disk = Disk::new(owner());
        disk.write(WriteId(1), records(&[1, 2]));
        disk.begin_sync();
        disk.end_sync(WriteId(1));
        disk.write(WriteId(2), records(&[3]));
        disk.write(WriteId(3), records(&[4]));
        disk
    }

    #[test]
    fn a_sync_covers_what_was_written_before_it_began() {
        let mut disk = Disk::new(owner());
        disk.write(WriteId(1), vote(1));
        assert_eq!(disk.begin_sync(), Some(WriteId(1)));
        disk.write(WriteId(2), vote(2));
        assert_eq!(disk.begin_sync(), None, "one at a time");
        disk.end_sync(WriteId(1));
        assert_eq!(disk.stored().generation, Generation(1));
        assert!(disk.is_durable(WriteId(1)) && !disk.is_durable(WriteId(2)));
        assert_eq!(disk.begin_sync(), Some(WriteId(2)));
    }

    #[test]
    fn a_sync_tells_what_it_has_made_safe() {
        let mut disk = busy();
        disk.begin_sync();
        let indexes =
            |entries: Vec<Entry>| -> Vec<u64> { entries.iter().map(|entry| entry.id.index.0).collect() };
        assert_eq!(indexes(disk.end_sync(WriteId(3))), [3, 4], "1 and 2 were safe before");
        disk.write(WriteId(4), Write::Records { truncate_from: Some(Index(4)), records: vec![record(4)] });
        assert_eq!(disk.in_the_end().records.len(), 4);
        disk.begin_sync();
        assert_eq!(indexes(disk.end_sync(WriteId(4))), [4], "what was replaced was not");
    }

    #[test]
    fn a_crash_loses_what_was_not_synced() {
        let mut disk = busy();
        disk.begin_sync();
        disk.crash();
        assert_eq!((disk.stored().records.len(), disk.synced()), (2, Index(2)));
        assert_eq!(disk.begin_sync(), None);
    }

    #[test]
    fn a_torn_write_leaves_a_bad_record_behind_what_was_synced() {
        for (index, torn, kept) in [(None, 4, 4), (Some(Index(3)), 3, 3), (Some(Index(1)), 3, 3)] {
            let mut disk = busy();
            assert_eq!(disk.crash_torn(index), Some(Index(torn)));
            assert_eq!((disk.stored().records.len(), disk.synced()), (kept, Index(2)));
            assert!(!disk.stored().records[kept - 1].is_sound());
        }
        let mut idle = Disk::new(owner());
        assert_eq!(idle.crash_torn(None), None, "nothing was being written");
    }

    #[test]
    fn damage_hits_what_is_there() {
        let mut disk = busy();
        assert!(disk.damage(None) && !disk.stored().records[1].is_sound());
        assert!(!disk.damage(Some(Index(9))));
        assert!(disk.damage(Some(Index(0))));
        assert_eq!(disk.stored(), &Recovered::default(), "even its name");
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let snapshot = Snapshot {
            last: EntryId::default(),
            stamp: Time::ZERO,
            shop: crate::shop::Shop::open(1, 1, 1),
            sessions: Default::default(),
        };
        each_field_counts!(Recovered::default() => Recovered {
            identity: Some(owner()),
            generation: Generation(1),
            voted_for: Some(owner()),
            snapshot: Some(Arc::new(snapshot)),
            records: vec![record(1)],
            synced: Index(1),
            in_place: [(Owner::Shop, Account::default())].into(),
        });
        each_field_counts!(Disk::default() => Disk {
            stored: Recovered { generation: Generation(1), ..Recovered::default() },
            synced_upto: WriteId(1),
            unsynced: vec![(WriteId(1), vote(1))],
            syncing: Some(WriteId(1)),
        });
    }
}
