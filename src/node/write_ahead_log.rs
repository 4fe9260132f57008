//! Write-ahead log: what a server wants to do is written down first, and counts only once the disk has it.
//!
//! The log is the list of entries as the server sees it, together with how much of it is durable. An entry that was
//! appended but not synced is lost by a crash, so a follower acknowledges, and a leader counts itself, only up to
//! [`Log::durable`].

use std::collections::VecDeque;

use super::Node;
use super::effect::{Effect, Outbox, Write};
use super::ids::{ClientId, EntryId, Generation, Index, RequestNumber, WriteId};
use super::note::Note;
use crate::shop::Trade;

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Where it stands, and which generation wrote it.
    pub id: EntryId,
    /// What it asks for.
    pub payload: Payload,
}

/// What an entry asks for when it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Payload {
    /// Nothing. A leader's first entry: once it is committed, everything before it is (Raft paper, sections 5.4.2 and 8).
    Empty,
    /// Open a client's session.
    Open {
        /// Whose.
        client: ClientId,
    },
    /// Carry out a client's request.
    Request {
        /// Whose.
        client: ClientId,
        /// The client's number of it.
        number: RequestNumber,
        /// What is wished.
        trade: Trade,
        /// It is carried out only if it was not before. Decided by the leader that appended it: applying must give the same on
        /// every server, whatever rule is in force when that server gets to it.
        once: bool,
    },
}

/// A server's log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    /// Entry 1 first.
    entries: Vec<Entry>,
    /// Everything up to here is on the disk.
    durable: Index,
    /// Writes on their way to the disk, oldest first, each with the last entry that it brings. A later truncation lowers that
    /// entry, so that a late sync never vouches for an entry that was replaced in the meantime.
    unsynced: VecDeque<(WriteId, Index)>,
}

impl Log {
    /// The log that a disk holds.
    pub fn recovered(entries: Vec<Entry>) -> Log {
        let durable = Index(entries.len() as u64);
        Log { entries, durable, unsynced: VecDeque::new() }
    }

    /// The last entry; index 0 of generation 0 when the log is empty.
    pub fn last(&self) -> EntryId {
        self.entries.last().map_or(EntryId::default(), |entry| entry.id)
    }

    /// Everything up to here survives a crash.
    pub fn durable(&self) -> Index {
        self.durable
    }

    /// The entry at an index.
    pub fn get(&self, index: Index) -> Option<&Entry> {
        let place = usize::try_from(index.0.checked_sub(1)?).ok()?;
        self.entries.get(place)
    }

    /// The identity of the entry at an index; index 0 is the start that all logs share.
    pub fn id_at(&self, index: Index) -> Option<EntryId> {
        if index == Index(0) {
            return Some(EntryId::default());
        }
        self.get(index).map(|entry| entry.id)
    }

    /// Whether this log holds that very entry, and therefore agrees with its writer's log up to it.
    pub fn holds(&self, id: EntryId) -> bool {
        self.id_at(id.index) == Some(id)
    }

    /// The entries from an index on.
    pub fn from(&self, first: Index) -> &[Entry] {
        let start = (first.0.max(1) - 1).min(self.entries.len() as u64);
        &self.entries[start as usize..]
    }

    /// The write after which the entry is durable; absent when it is already.
    pub fn write_covering(&self, index: Index) -> Option<WriteId> {
        if index <= self.durable {
            return None;
        }
        self.unsynced.iter().find(|(_, upto)| *upto >= index).map(|(id, _)| *id)
    }

    /// The last entry at or before `from` whose generation is not above `generation`: where two logs may still agree.
    pub fn last_upto(&self, from: Index, generation: Generation) -> EntryId {
        let upto = from.min(self.last().index);
        let candidates = &self.entries[..upto.0 as usize];
        // Generations never fall along a log, so the place can be searched for by halves.
        let end = candidates.partition_point(|entry| entry.id.generation <= generation);
        candidates[..end].last().map_or(EntryId::default(), |entry| entry.id)
    }

    fn append(&mut self, write: WriteId, entries: &[Entry]) {
        for entry in entries {
            assert!(entry.id.index == self.last().index.next(), "entries follow each other without a gap");
            self.entries.push(*entry);
        }
        self.unsynced.push_back((write, self.last().index));
    }

    fn truncate_from(&mut self, first: Index) {
        let last_kept = first.before();
        self.entries.truncate(last_kept.0 as usize);
        self.durable = self.durable.min(last_kept);
        for (_, upto) in &mut self.unsynced {
            *upto = (*upto).min(last_kept);
        }
    }

    /// Everything up to this write is on the disk.
    pub(super) fn synced(&mut self, write: WriteId) {
        while let Some((_, upto)) = self.unsynced.pop_front_if(|(id, _)| *id <= write) {
            self.durable = self.durable.max(upto);
        }
    }
}

impl Node {
    /// Appends entries to the log and hands them to the disk, after cutting off what is in their way.
    pub(super) fn append(&mut self, truncate_from: Option<Index>, entries: Vec<Entry>, out: &mut Outbox) {
        if let Some(first) = truncate_from {
            out.note(Note::Truncates { from: first, to: self.log.last().index });
            self.log.truncate_from(first);
        }
        let first = self.log.last().index.next();
        let id = self.new_write();
        self.log.append(id, &entries);
        out.note(Note::Appends { first, last: self.log.last().index });
        out.push(Effect::Persist { id, write: Write::Entries { truncate_from, entries } });
    }

    /// A fresh name for a write.
    pub(super) fn new_write(&mut self) -> WriteId {
        self.last_write = self.last_write.next();
        self.last_write
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    fn entry(index: u64, generation: u64) -> Entry {
        let id = EntryId { generation: Generation(generation), index: Index(index) };
        Entry { id, payload: Payload::Empty }
    }

    fn log(generations: &[u64]) -> Log {
        let entries = generations.iter().zip(1..).map(|(generation, index)| entry(index, *generation));
        Log::recovered(entries.collect())
    }

    #[test]
    fn a_late_sync_does_not_vouch_for_a_replaced_entry() {
        let mut log = log(&[1]);
        log.append(WriteId(1), &[entry(2, 1), entry(3, 1)]);
        log.truncate_from(Index(2));
        log.append(WriteId(2), &[entry(2, 2)]);
        log.synced(WriteId(1));
        assert_eq!(log.durable(), Index(1));
        assert_eq!(log.write_covering(Index(2)), Some(WriteId(2)));
        log.synced(WriteId(2));
        assert_eq!(log.durable(), Index(2));
        assert_eq!(log.write_covering(Index(2)), None);
    }

    #[test]
    fn cutting_off_durable_entries_makes_them_undurable() {
        let mut log = log(&[1, 1, 1]);
        log.truncate_from(Index(2));
        assert_eq!((log.durable(), log.last().index), (Index(1), Index(1)));
    }

    #[test]
    fn where_logs_may_still_agree() {
        let log = log(&[1, 1, 4, 4, 5]);
        for (from, generation, index) in
            [(9, 9, 5), (9, 4, 4), (3, 4, 3), (9, 3, 2), (1, 9, 1), (9, 0, 0), (0, 9, 0)]
        {
            assert_eq!(log.last_upto(Index(from), Generation(generation)).index, Index(index));
        }
    }

    #[test]
    fn the_start_is_shared_by_all() {
        assert!(log(&[]).holds(EntryId::default()));
        assert!(!log(&[]).holds(entry(1, 1).id));
        assert_eq!(log(&[1, 2]).from(Index(2)), [entry(2, 2)]);
        assert_eq!(log(&[1, 2]).from(Index(7)), []);
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        each_field_counts!(log(&[1]) => Log {
            entries: vec![entry(1, 2)], durable: Index(0), unsynced: [(WriteId(1), Index(1))].into(),
        });
        let open = Payload::Open { client: ClientId::of_customer(1) };
        each_field_counts!(entry(1, 1) => Entry { id: entry(1, 2).id, payload: open });
        each_field_counts!(entry(1, 1).id => EntryId { generation: Generation(2), index: Index(2) });
    }
}
