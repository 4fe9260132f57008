//! A server's disk: writes are safe only after a sync, which takes time; a crash loses what was not synced.
//!
//! One sync runs at a time. It covers everything written before it began; what comes later waits for the next one.

use crate::node::{Recovered, Write, WriteId};

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    synced: Recovered,
    synced_upto: WriteId,
    unsynced: Vec<(WriteId, Write)>,
    syncing: Option<WriteId>,
}

impl Disk {
    /// What survives a crash.
    pub fn synced(&self) -> &Recovered {
        &self.synced
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

    /// The sync has ended: everything up to that write is safe.
    pub fn end_sync(&mut self, upto: WriteId) {
        self.syncing = None;
        self.synced_upto = upto;
        let covered = self.unsynced.iter().take_while(|(id, _)| *id <= upto).count();
        for (_, write) in self.unsynced.drain(..covered) {
            carry_out(&mut self.synced, write);
        }
    }

    /// The server has crashed: what was not synced is gone, and its next life counts its writes anew.
    pub fn crash(&mut self) {
        self.unsynced.clear();
        self.syncing = None;
        self.synced_upto = WriteId(0);
    }
}

fn carry_out(disk: &mut Recovered, write: Write) {
    match write {
        Write::Vote { generation, voted_for } => {
            disk.generation = generation;
            disk.voted_for = voted_for;
        }
        Write::Entries { truncate_from, entries } => {
            if let Some(first) = truncate_from {
                disk.entries.truncate(first.before().0 as usize);
            }
            disk.entries.extend(entries);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Entry, EntryId, Generation, Index, Payload, ServerId};
    use crate::stable_hash::each_field_counts;

    fn vote(generation: u64) -> Write {
        Write::Vote { generation: Generation(generation), voted_for: None }
    }

    #[test]
    fn a_sync_covers_what_was_written_before_it_began() {
        let mut disk = Disk::default();
        disk.write(WriteId(1), vote(1));
        assert_eq!(disk.begin_sync(), Some(WriteId(1)));
        disk.write(WriteId(2), vote(2));
        assert_eq!(disk.begin_sync(), None, "one at a time");
        disk.end_sync(WriteId(1));
        assert_eq!(disk.synced().generation, Generation(1));
        assert!(disk.is_durable(WriteId(1)) && !disk.is_durable(WriteId(2)));
        assert_eq!(disk.begin_sync(), Some(WriteId(2)));
    }

    #[test]
    fn a_crash_loses_what_was_not_synced() {
        let mut disk = Disk::default();
        disk.write(WriteId(1), vote(1));
        disk.begin_sync();
        disk.crash();
        assert_eq!(disk.synced().generation, Generation(0));
        assert_eq!(disk.begin_sync(), None);
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let entry =
            Entry { id: EntryId { generation: Generation(1), index: Index(1) }, payload: Payload::Empty };
        each_field_counts!(Recovered::default() => Recovered {
            generation: Generation(1), voted_for: Some(ServerId::new(0)), entries: vec![entry],
        });
        each_field_counts!(Disk::default() => Disk {
            synced: Recovered { generation: Generation(1), ..Recovered::default() },
            synced_upto: WriteId(1),
            unsynced: vec![(WriteId(1), vote(1))],
            syncing: Some(WriteId(1)),
        });
    }
}
