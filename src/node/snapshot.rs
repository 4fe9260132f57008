//! Snapshot: a log that only grows would fill any disk, so the state that its beginning has led to takes its place.
//!
//! A snapshot is the state after its last entry, and that state is everything that applying entries has changed: the accounts *and*
//! the sessions with their kept answers (Raft paper, section 7; dissertation, section 6.3). Without the sessions a retry
//! would be carried out a second time. It keeps the index and the generation of its last entry, because the next append is
//! checked against them.
//!
//! A follower that lacks entries that the leader no longer has gets the leader's snapshot. It takes the place of what it covers,
//! and only of that: entries behind it that fit stay, and a snapshot older than the follower's state changes nothing.

use std::sync::Arc;

use super::Node;
use super::effect::{Effect, Outbox, Write};
use super::idempotent_receiver::Sessions;
use super::ids::{EntryId, ServerId};
use super::message::{AppendAnswer, Body};
use super::note::Note;
use super::rules::Bug;
use crate::shop::Shop;
use crate::stable_hash::stable_hash;
use crate::time::Time;

/// The state of a server after an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The last entry that it covers.
    pub last: EntryId,
    /// The time that the leader had written into that entry.
    pub stamp: Time,
    /// The accounts.
    pub shop: Shop,
    /// The sessions.
    pub sessions: Sessions,
}

impl Node {
    /// Replaces the log by a snapshot once enough entries were carried out since the last one.
    pub(super) fn take_snapshot_if_due(&mut self, out: &mut Outbox) {
        let every = u64::from(self.config.snapshot_every);
        if every == 0 || self.applied.0 < self.log.start().index.0 + every {
            return;
        }
        // Where a wrong rule has cut off what was carried out there is nothing to name the state after.
        let Some(entry) = self.log.get(self.applied).copied() else { return };
        let lost = self.config.rules.bug == Bug::M44;
        let sessions = if lost { Sessions::default() } else { self.sessions.clone() };
        let snapshot = Snapshot { last: entry.id, stamp: entry.stamp, shop: self.shop.clone(), sessions };
        out.note(Note::TakesSnapshot { upto: entry.id, state: stable_hash(&snapshot) });
        self.keep_snapshot(Arc::new(snapshot), true, out);
    }

    /// The log begins behind this snapshot from now on, in memory and on the disk.
    fn keep_snapshot(&mut self, snapshot: Arc<Snapshot>, keep_rest: bool, out: &mut Outbox) {
        let id = self.new_write();
        self.log.begin_behind(id, Arc::clone(&snapshot), keep_rest);
        out.push(Effect::Persist { id, write: Write::Snapshot { snapshot, keep_rest } });
    }

    /// Leader: the follower lacks what only the snapshot covers.
    pub(super) fn send_snapshot(&mut self, peer: ServerId, out: &mut Outbox) {
        let Some(snapshot) = self.log.snapshot().cloned() else { return };
        out.note(Note::SendsSnapshot { follower: peer, upto: snapshot.last.index });
        self.send(peer, Body::Snapshot { snapshot }, None, out);
    }

    /// Follower: the leader's state instead of entries that it no longer has.
    pub(super) fn receive_snapshot(&mut self, from: ServerId, snapshot: Arc<Snapshot>, out: &mut Outbox) {
        self.hear_leader(from, out);
        let last = snapshot.last;
        let old = last.index <= self.applied && self.config.rules.bug != Bug::M40;
        if old || last.index <= self.log.start().index {
            out.note(Note::IgnoresSnapshot { upto: last });
        } else {
            self.install_snapshot(snapshot, out);
        }
        let durable = self.must_be_durable(last.index);
        self.send(from, Body::AppendAnswer(AppendAnswer::Matched { upto: last.index }), durable, out);
    }

    fn install_snapshot(&mut self, snapshot: Arc<Snapshot>, out: &mut Outbox) {
        let last = snapshot.last;
        out.note(Note::InstallsSnapshot { upto: last, state: stable_hash(&*snapshot) });
        self.shop = snapshot.shop.clone();
        self.sessions = snapshot.sessions.clone();
        self.applied = last.index;
        let keep_rest = self.log.holds(last) && self.config.rules.bug != Bug::M41;
        if !keep_rest {
            self.note_truncation(last.index.next(), out);
        }
        let mut kept = snapshot;
        if self.config.rules.bug == Bug::M42 {
            let without = EntryId { generation: Default::default(), index: last.index };
            kept = Arc::new(Snapshot { last: without, ..(*kept).clone() });
        }
        self.keep_snapshot(kept, keep_rest, out);
        self.mark = self.mark.max(last.index);
        self.apply_committed(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{ClientId, Generation, Index};
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        let mut sessions = Sessions::default();
        sessions.open(ClientId::of_customer(1), Time::ZERO);
        let snapshot = Snapshot {
            last: EntryId::default(),
            stamp: Time::ZERO,
            shop: Shop::open(1, 1, 1),
            sessions: Sessions::default(),
        };
        each_field_counts!(snapshot => Snapshot {
            last: EntryId { generation: Generation(1), index: Index(1) },
            stamp: Time::from_ms(1),
            shop: Shop::open(2, 1, 1),
            sessions: sessions,
        });
    }
}
