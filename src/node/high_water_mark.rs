//! High-water mark (Raft: commitIndex): everything up to it is committed and may be applied.
//!
//! The leader raises it to what a quorum holds, but only through an entry of its own generation: an older entry on a majority
//! can still be replaced by a later leader, until an entry of this generation on top of it is held by a majority too (Raft
//! paper, section 5.4.2 and figure 8). Followers hear of it with the next append or heartbeat. A follower raises its own only
//! up to the last entry that it has just been shown to share with the leader: what lies behind it may still be replaced.

use super::effect::{Effect, Outbox, Reply};
use super::ids::Index;
use super::majority_quorum::{held_by, needed};
use super::note::Note;
use super::write_ahead_log::{Entry, Payload};
use super::{Node, Role};

impl Node {
    /// Leader: raises the mark to what a quorum holds by now.
    pub(super) fn commit(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &self.role else { return };
        let mut held = leader.held();
        held.push(self.log.durable());
        let mark = held_by(needed(self.config.servers, self.config.rules.quorum), &mut held);
        let own_generation = self.log.get(mark).is_some_and(|entry| entry.id.generation == self.generation);
        if own_generation {
            self.raise_mark(mark, true, out);
        }
    }

    /// Follower: believes the leader's mark as far as both logs are known to agree.
    pub(super) fn learn_mark(&mut self, leaders: Index, agree_upto: Index, out: &mut Outbox) {
        self.raise_mark(leaders.min(agree_upto), false, out);
    }

    fn raise_mark(&mut self, mark: Index, decided: bool, out: &mut Outbox) {
        if mark <= self.mark {
            return;
        }
        self.mark = mark;
        out.note(Note::MarkRises { mark, decided });
        self.apply_committed(out);
    }

    /// Carries out, in order, what is committed and not yet carried out.
    fn apply_committed(&mut self, out: &mut Outbox) {
        while self.applied < self.mark {
            let Some(entry) = self.log.get(self.applied.next()).copied() else { return };
            self.applied = entry.id.index;
            self.apply(entry, out);
        }
    }

    fn apply(&mut self, entry: Entry, out: &mut Outbox) {
        let Payload::Request { client, number, trade, once } = entry.payload else {
            if let Payload::Open { client } = entry.payload {
                self.sessions.open(client);
            }
            out.note(Note::Applies { entry, outcome: None, duplicate: false });
            return;
        };
        let applied = self.sessions.apply(client, number, trade, once, &mut self.shop);
        out.note(Note::Applies { entry, outcome: applied.outcome, duplicate: applied.duplicate });
        if self.stops_waiting(client, number) {
            let reply = applied.outcome.map_or(Reply::Expired, Reply::Outcome);
            out.push(Effect::Reply { client, number, reply });
        }
    }
}
