//! Write-ahead log: what a server wants to do is written down first, and counts only once the disk has it.
//!
//! The log is the list of entries as the server sees it, together with how much of it is durable. An entry that was
//! appended but not synced is lost by a crash, so a follower acknowledges, and a leader counts itself, only up to
//! [`Log::durable`].
//!
//! On the disk each entry is a [`Record`] with a checksum. After a restart a bad record at the end that was never reported as synced is
//! a write that the crash tore in half: it is cut off, nobody was promised it. A bad record before that is damage: something
//! that was promised is gone, and the server must not start ([`sound`]).
//!
//! Recovery starts from the snapshot, or from an empty shop, and carries out the log again as the mark rises. So nothing
//! happens twice, and an entry keeps the identity of the request that it came from.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Node;
use super::effect::{Effect, Outbox, Write};
use super::event::Recovered;
use super::ids::{ClientId, EntryId, Generation, Index, RequestNumber, ServerId, WriteId};
use super::note::{Note, StartRefusal};
use super::rules::{Bug, Dedupe, DiskRule, LogRule, Mark};
use super::snapshot::Snapshot;
use crate::shop::{Outcome, Trade};
use crate::stable_hash::stable_hash;
use crate::time::Time;

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Where it stands, and which generation wrote it.
    pub id: EntryId,
    /// The time of the leader that wrote it, never before that of the entry before it. Sessions expire by it.
    pub stamp: Time,
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
        /// The client's first request that it still wants an answer for.
        first_outstanding: RequestNumber,
        /// How a repetition is treated. Decided by the leader that appended it: applying must give the same on every server, whatever rule
        /// is in force when that server gets to it.
        dedupe: Dedupe,
        /// What the leader decided when it took the request (`queue=many-writers` only); otherwise that is decided when the entry is
        /// carried out, after everything before it.
        decided: Option<Outcome>,
    },
}

impl Payload {
    /// Whether it is that request of that client.
    pub fn is_request(&self, whose: ClientId, which: RequestNumber) -> bool {
        matches!(self, Payload::Request { client, number, .. } if (*client, *number) == (whose, which))
    }
}

/// An entry as it stands on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The entry.
    pub entry: Entry,
    /// Of the entry, when it was written.
    pub checksum: u32,
}

impl Record {
    /// A record of this entry.
    pub fn of(entry: Entry) -> Record {
        Record { entry, checksum: stable_hash(&entry) as u32 }
    }

    /// Whether it reads as it was written.
    pub fn is_sound(&self) -> bool {
        *self == Record::of(self.entry)
    }
}

/// The entries that a disk's records behind `start` hold, and the index of the record that was torn by the crash, if one was. An
/// error when a record that had been `synced` is bad, or missing.
pub fn sound(records: &[Record], start: Index, synced: Index) -> Result<(Vec<Entry>, Option<Index>), Index> {
    let mut entries = Vec::with_capacity(records.len());
    for (record, index) in records.iter().zip((start.0 + 1..).map(Index)) {
        // What a bad record says of its own index is not to be trusted; its place is.
        if !record.is_sound() || record.entry.id.index != index {
            return if index > synced { Ok((entries, Some(index))) } else { Err(index) };
        }
        entries.push(record.entry);
    }
    let missing = Index(start.0 + entries.len() as u64 + 1);
    if missing <= synced { Err(missing) } else { Ok((entries, None)) }
}

/// A server's log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    /// What it begins behind; absent when it begins with entry 1.
    snapshot: Option<Arc<Snapshot>>,
    /// In order, the one behind the snapshot first.
    entries: Vec<Entry>,
    /// Everything up to here is on the disk.
    durable: Index,
    /// Writes on their way to the disk, oldest first, each with the last entry that it brings. A later truncation lowers that
    /// entry, so that a late sync never vouches for an entry that was replaced in the meantime.
    unsynced: VecDeque<(WriteId, Index)>,
}

impl Log {
    /// The log that a disk holds, as far as a sync has vouched for it.
    pub fn recovered(snapshot: Option<Arc<Snapshot>>, entries: Vec<Entry>, synced: Index) -> Log {
        let mut log = Log { snapshot, entries, ..Log::default() };
        log.durable = synced.clamp(log.start().index, log.last().index);
        log
    }

    /// What it begins behind; absent when it begins with entry 1.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// The last entry that is no longer in the log, because a snapshot covers it; index 0 of generation 0 when all are there.
    pub fn start(&self) -> EntryId {
        self.snapshot.as_ref().map_or(EntryId::default(), |snapshot| snapshot.last)
    }

    /// The last entry; index 0 of generation 0 when there never was one.
    pub fn last(&self) -> EntryId {
        self.entries.last().map_or(self.start(), |entry| entry.id)
    }

    /// The time written into the last entry.
    pub fn last_stamp(&self) -> Option<Time> {
        let of_snapshot = || self.snapshot.as_ref().map(|snapshot| snapshot.stamp);
        self.entries.last().map(|entry| entry.stamp).or_else(of_snapshot)
    }

    /// Everything up to here survives a crash.
    pub fn durable(&self) -> Index {
        self.durable
    }

    /// The entry at an index, if it is still there.
    pub fn get(&self, index: Index) -> Option<&Entry> {
        let place = index.0.checked_sub(self.start().index.0 + 1)?;
        self.entries.get(usize::try_from(place).ok()?)
    }

    /// The identity of the entry at an index; index 0 is the start that all logs share.
    pub fn id_at(&self, index: Index) -> Option<EntryId> {
        if index == self.start().index {
            return Some(self.start());
        }
        self.get(index).map(|entry| entry.id)
    }

    /// Whether this log holds that very entry, and therefore agrees with its writer's log up to it.
    pub fn holds(&self, id: EntryId) -> bool {
        self.id_at(id.index) == Some(id)
    }

    /// The entries from an index on, as far as they are still there.
    pub fn from(&self, first: Index) -> &[Entry] {
        let place = first.0.saturating_sub(self.start().index.0 + 1).min(self.entries.len() as u64);
        &self.entries[place as usize..]
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
        let start = self.start();
        let Some(upto) = from.min(self.last().index).0.checked_sub(start.index.0) else {
            return EntryId::default();
        };
        let candidates = &self.entries[..upto as usize];
        // Generations never fall along a log, so the place can be searched for by halves.
        let end = candidates.partition_point(|entry| entry.id.generation <= generation);
        let at_start = if start.generation <= generation { start } else { EntryId::default() };
        candidates[..end].last().map_or(at_start, |entry| entry.id)
    }

    fn append(&mut self, write: WriteId, entries: &[Entry]) {
        for entry in entries {
            assert!(entry.id.index == self.last().index.next(), "entries follow each other without a gap");
            self.entries.push(*entry);
        }
        self.unsynced.push_back((write, self.last().index));
    }

    fn truncate_from(&mut self, first: Index, forget_writes: bool) {
        let last_kept = first.before();
        assert!(last_kept >= self.start().index, "what a snapshot covers is not cut off");
        self.entries.truncate((last_kept.0 - self.start().index.0) as usize);
        self.durable = self.durable.min(last_kept);
        if forget_writes {
            for (_, upto) in &mut self.unsynced {
                *upto = (*upto).min(last_kept);
            }
        }
    }

    /// A snapshot takes the place of what it covers, and of the rest too unless that fits behind it.
    pub(super) fn begin_behind(&mut self, write: WriteId, snapshot: Arc<Snapshot>, keep_rest: bool) {
        let rest = if keep_rest { self.from(snapshot.last.index.next()).to_vec() } else { Vec::new() };
        if !keep_rest {
            // What was written so far may contradict the snapshot, so none of it vouches for what the snapshot covers.
            let known = self.start().index;
            self.durable = self.durable.min(known);
            for (_, upto) in &mut self.unsynced {
                *upto = (*upto).min(known);
            }
        }
        self.unsynced.push_back((write, snapshot.last.index));
        self.entries = rest;
        self.snapshot = Some(snapshot);
    }

    /// Everything up to this write is on the disk.
    pub(super) fn synced(&mut self, write: WriteId) {
        while let Some((_, upto)) = self.unsynced.pop_front_if(|(id, _)| *id <= write) {
            self.durable = self.durable.max(upto);
        }
        self.durable = self.durable.min(self.last().index);
    }
}

impl Node {
    /// Appends entries to the log and hands them to the disk, after cutting off what is in their way.
    pub(super) fn append(&mut self, truncate_from: Option<Index>, entries: Vec<Entry>, out: &mut Outbox) {
        if let Some(first) = truncate_from {
            self.note_truncation(first, out);
            self.log.truncate_from(first, self.config.rules.bug != Bug::M19);
        }
        let first = self.log.last().index.next();
        let id = self.new_write();
        self.log.append(id, &entries);
        if first <= self.log.last().index {
            out.note(Note::Appends { first, last: self.log.last().index });
        }
        if self.config.rules.log == LogRule::InPlace {
            self.log.synced(id);
        } else {
            let records = entries.into_iter().map(Record::of).collect();
            out.push(Effect::Persist { id, write: Write::Records { truncate_from, records } });
        }
        if self.config.rules.mark == Mark::ApplyOnAppend {
            self.raise_mark(self.log.last().index, false, out);
        }
    }

    /// Tells which entries are about to be cut off: all from `first` on, if there are any.
    pub(super) fn note_truncation(&self, first: Index, out: &mut Outbox) {
        if let Some(from) = self.log.id_at(first) {
            out.note(Note::Truncates { from, to: self.log.last().index });
        }
    }

    /// Everything up to here may be counted on: it survives a crash.
    pub(super) fn counts_upto(&self) -> Index {
        match self.config.rules.log {
            LogRule::AckBeforeSync => self.log.last().index,
            _ => self.log.durable(),
        }
    }

    /// The write that must be durable before this server may say that it holds the log up to `index`.
    pub(super) fn must_be_durable(&self, index: Index) -> Option<WriteId> {
        match self.config.rules.log {
            LogRule::AckBeforeSync => None,
            _ => self.log.write_covering(index),
        }
    }

    /// Reads what the disk has. An error when the server must not start.
    pub(super) fn recover(&mut self, recovered: Recovered, out: &mut Outbox) -> Result<(), StartRefusal> {
        self.check_identity(recovered.identity, out)?;
        let synced = if self.config.rules.bug == Bug::M47 { Index(0) } else { recovered.synced };
        let start = recovered.snapshot.as_ref().map_or(Index(0), |snapshot| snapshot.last.index);
        let (entries, torn) =
            sound(&recovered.records, start, synced).map_err(|index| StartRefusal::Damaged { index })?;
        if let Some(index) = torn {
            out.note(Note::CutsTornRecord { index });
        }
        if let Some(snapshot) = &recovered.snapshot {
            (self.shop, self.sessions) = (snapshot.shop.clone(), snapshot.sessions.clone());
            (self.applied, self.mark) = (snapshot.last.index, snapshot.last.index);
        }
        self.shop.overwrite(recovered.in_place);
        self.log = Log::recovered(recovered.snapshot, entries, recovered.synced);
        // Where generations are not stored, the log still names those that it has seen.
        self.generation = recovered.generation.max(self.log.last().generation);
        self.voted_for = recovered.voted_for.filter(|_| self.generation == recovered.generation);
        if self.config.rules.log == LogRule::ReplayAnonymous {
            self.anonymous_upto = self.log.last().index;
        }
        if torn.is_some() || self.log.durable() < self.log.last().index {
            self.sync_what_was_found(torn, out);
        }
        out.note(Note::Recovers { snapshot: self.log.start().index, last: self.log.last().index });
        Ok(())
    }

    /// What the crash left behind the last sync can be read, but the next crash may take it: it counts only once a sync has made it safe. A
    /// torn record goes from the disk too: the next one is written in its place.
    fn sync_what_was_found(&mut self, torn: Option<Index>, out: &mut Outbox) {
        let id = self.new_write();
        self.log.unsynced.push_back((id, self.log.last().index));
        out.push(Effect::Persist { id, write: Write::Records { truncate_from: torn, records: Vec::new() } });
    }

    fn check_identity(&mut self, identity: Option<ServerId>, out: &mut Outbox) -> Result<(), StartRefusal> {
        if identity == Some(self.config.id) {
            return Ok(());
        }
        if self.config.rules.disk == DiskRule::Identity {
            return Err(StartRefusal::NoIdentity);
        }
        let id = self.new_write();
        out.push(Effect::Persist { id, write: Write::Identity(self.config.id) });
        Ok(())
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
        Entry { id, stamp: Time::ZERO, payload: Payload::Empty }
    }

    fn log(generations: &[u64]) -> Log {
        let entries = generations.iter().zip(1..).map(|(generation, index)| entry(index, *generation));
        let entries: Vec<Entry> = entries.collect();
        let synced = Index(entries.len() as u64);
        Log::recovered(None, entries, synced)
    }

    #[test]
    fn a_late_sync_does_not_vouch_for_a_replaced_entry() {
        let mut log = log(&[1]);
        log.append(WriteId(1), &[entry(2, 1), entry(3, 1)]);
        log.truncate_from(Index(2), true);
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
        log.truncate_from(Index(2), true);
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
    fn a_torn_record_is_cut_off_and_a_damaged_one_is_an_error() {
        let mut records = [entry(1, 1), entry(2, 1), entry(3, 1)].map(Record::of);
        assert_eq!(
            sound(&records, Index(0), Index(3)).map(|(entries, torn)| (entries.len(), torn)),
            Ok((3, None))
        );
        records[2].checksum ^= 1;
        assert_eq!(
            sound(&records, Index(0), Index(2)).map(|(entries, torn)| (entries.len(), torn)),
            Ok((2, Some(Index(3))))
        );
        assert_eq!(sound(&records, Index(0), Index(3)), Err(Index(3)));
        assert_eq!(sound(&records[1..], Index(0), Index(3)), Err(Index(1)), "the first record is missing");
        assert_eq!(sound(&records[..2], Index(0), Index(3)), Err(Index(3)), "the last record is missing");
        records[1].entry.id.index = Index(9);
        assert_eq!(
            sound(&records, Index(0), Index(2)),
            Err(Index(2)),
            "a bad record does not say where it stands"
        );
    }

    #[test]
    fn a_log_behind_a_snapshot_knows_where_it_begins() {
        let mut log = log(&[1, 1, 2, 2, 3]);
        let snapshot = Snapshot {
            last: entry(3, 2).id,
            stamp: Time::ZERO,
            shop: crate::shop::Shop::open(1, 1, 1),
            sessions: Default::default(),
        };
        log.begin_behind(WriteId(1), Arc::new(snapshot), true);
        assert_eq!((log.start(), log.last()), (entry(3, 2).id, entry(5, 3).id));
        assert_eq!(log.get(Index(3)), None);
        assert!(log.holds(entry(3, 2).id) && log.holds(entry(4, 2).id) && !log.holds(entry(2, 1).id));
        assert_eq!(log.from(Index(1)).len(), 2);
        for (from, generation, index) in [(9, 9, 5), (5, 2, 4), (3, 2, 3), (9, 1, 0), (2, 9, 0)] {
            assert_eq!(log.last_upto(Index(from), Generation(generation)).index, Index(index));
        }
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let snapshot = Snapshot {
            last: EntryId::default(),
            stamp: Time::ZERO,
            shop: crate::shop::Shop::open(1, 1, 1),
            sessions: Default::default(),
        };
        each_field_counts!(log(&[1]) => Log {
            snapshot: Some(Arc::new(snapshot)), entries: vec![entry(1, 2)], durable: Index(0), unsynced: [(WriteId(1), Index(1))].into(),
        });
        let open = Payload::Open { client: ClientId::of_customer(1) };
        each_field_counts!(entry(1, 1) => Entry { id: entry(1, 2).id, stamp: Time::from_ms(1), payload: open });
        each_field_counts!(entry(1, 1).id => EntryId { generation: Generation(2), index: Index(2) });
    }
}
