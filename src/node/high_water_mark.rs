//! High-water mark (Raft: commitIndex): everything up to it is committed and may be applied.
//!
//! The leader raises it to what a quorum holds, but only through an entry of its own generation: an older entry on a majority
//! can still be replaced by a later leader, until an entry of this generation on top of it is held by a majority too (Raft
//! paper, section 5.4.2 and figure 8). Followers hear of it with the next append or heartbeat. A follower raises its own only
//! up to the last entry that it has just been shown to share with the leader: what lies behind it may still be replaced.

use super::effect::{Effect, Outbox, Reply};
use super::event::Request;
use super::ids::{Ask, Index};
use super::majority_quorum::{held_by, needed, nth_ascending};
use super::note::Note;
use super::rules::{Bug, Commit, Dedupe, Mark};
use super::write_ahead_log::{Entry, Payload};
use super::{Node, Role};

impl Node {
    /// Leader: raises the mark to what a quorum holds by now.
    pub(super) fn commit(&mut self, out: &mut Outbox) {
        if let Some(mark) = self.held_by_a_quorum()
            && self.may_commit(mark)
        {
            self.raise_mark(mark, true, out);
            self.work_off(out);
        }
        self.answer_confirmed_views(out);
    }

    fn held_by_a_quorum(&self) -> Option<Index> {
        let Role::Leader(leader) = &self.role else { return None };
        let mut held = leader.held();
        held.push(if self.config.rules.bug == Bug::M10 { self.log.last().index } else { self.counts_upto() });
        let needed = needed(self.config.servers, leader.living.len() as u8 + 1, self.config.rules.quorum);
        Some(match self.config.rules {
            rules if rules.bug == Bug::M16 => held[usize::from(needed).min(held.len()) - 1],
            rules if rules.commit == Commit::NthAscending => nth_ascending(&mut held),
            _ => held_by(needed, &mut held),
        })
    }

    /// An older entry on a majority can still be replaced; one of this generation on top of it protects it.
    fn may_commit(&self, mark: Index) -> bool {
        self.config.rules.commit == Commit::IndexOnly
            || self.log.get(mark).is_some_and(|entry| entry.id.generation == self.generation)
    }

    /// Leader: the mark as it is told to followers.
    pub(super) fn told_mark(&self) -> Index {
        if self.config.rules.mark == Mark::NeverTold { Index(0) } else { self.mark }
    }

    /// Follower: believes the leader's mark as far as both logs are known to agree.
    pub(super) fn learn_mark(&mut self, leaders: Index, agree_upto: Index, out: &mut Outbox) {
        let believed = match self.config.rules.mark {
            Mark::Blind => self.log.last().index,
            _ => agree_upto,
        };
        self.raise_mark(leaders.min(believed), false, out);
    }

    pub(super) fn raise_mark(&mut self, mark: Index, decided: bool, out: &mut Outbox) {
        if mark <= self.mark {
            return;
        }
        self.mark = mark;
        out.note(Note::MarkRises { mark, decided });
        self.apply_committed(out);
    }

    /// Carries out, in order, what is committed and not yet carried out.
    pub(super) fn apply_committed(&mut self, out: &mut Outbox) {
        while self.applied < self.mark {
            let Some(entry) = self.log.get(self.applied.next()).copied() else { return };
            self.applied = entry.id.index;
            self.apply(entry, out);
        }
        self.take_snapshot_if_due(out);
    }

    fn apply(&mut self, entry: Entry, out: &mut Outbox) {
        let at = self.session_time(entry.stamp, out.now());
        for client in self.sessions.expire(at, self.config.session) {
            out.note(Note::SessionExpires { client });
        }
        match entry.payload {
            Payload::Empty => out.note(Note::Applies { entry, outcome: None, duplicate: false }),
            Payload::Open { client } => {
                self.sessions.open(client, at);
                out.note(Note::Applies { entry, outcome: None, duplicate: false });
            }
            Payload::Request { client, number, trade, first_outstanding, dedupe, decided } => {
                let anonymous = entry.id.index <= self.anonymous_upto;
                let dedupe = if anonymous { Dedupe::Off } else { dedupe };
                let request = Request { number, first_outstanding, trade };
                let applied = self.apply_request(client, request, (dedupe, decided), at);
                out.note(Note::Applies { entry, outcome: applied.outcome, duplicate: applied.duplicate });
                let reply = applied.outcome.map_or(Reply::Expired, Reply::Outcome);
                self.remember(client, number, applied.outcome);
                if !self.overwrite_in_place(client, number, applied, out) {
                    self.answer_waiting(client, number, reply, out);
                }
            }
        }
    }

    /// Answers the client if it waits here for that request; from now on it does not.
    pub(super) fn answer_waiting(
        &mut self,
        client: super::ClientId,
        number: super::RequestNumber,
        reply: Reply,
        out: &mut Outbox,
    ) {
        if self.stops_waiting(client, number) {
            out.push(Effect::Reply { client, ask: Ask::Request(number), reply });
        }
    }
}
