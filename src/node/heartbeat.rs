//! Heartbeat: at even beats the leader says that it is there; a follower that hears nothing for its time-out acts.
//!
//! A time-out is drawn anew each time, between the election time-out and twice it, so that rarely two servers act at once.
//! Only word from the current leader, a vote given, or an election of one's own starts it again; a refused vote does not.
//!
//! The heartbeat to a follower also names the high-water mark and the last entry that the follower has acknowledged, so that
//! a quiet cluster still learns what is committed.

use super::effect::{Effect, Outbox};
use super::event::TimerKind;
use super::ids::{EntryId, Index, Round, ServerId};
use super::message::Body;
use super::rules::Bug;
use super::{Node, Role};

impl Node {
    /// Draws a new election time-out.
    pub(super) fn restart_election_timer(&self, out: &mut Outbox) {
        let shortest = self.config.election;
        let longest = if self.config.rules.bug == Bug::M28 { shortest } else { shortest.doubled() };
        out.push(Effect::SetTimer { kind: TimerKind::Election, between: (shortest, longest) });
    }

    /// A current leader was heard: follow it, and give it time.
    pub(super) fn hear_leader(&mut self, leader: ServerId, out: &mut Outbox) {
        self.follow(Some(leader), out);
        self.leader_silent = false;
        let shortest = self.config.election;
        out.push(Effect::SetTimer { kind: TimerKind::LeaderSilent, between: (shortest, shortest) });
        self.restart_election_timer(out);
    }

    /// Whether a leader was heard within the shortest election time-out. Who leads hears itself.
    pub(super) fn hears_leader(&self) -> bool {
        matches!(self.role, Role::Leader(_)) || !self.leader_silent
    }

    /// Leader: one beat to everybody, and the timer for the next. A quorum may have become smaller by another rule since the last
    /// acknowledgement, so this is also a moment to commit.
    pub(super) fn beat(&mut self, out: &mut Outbox) {
        self.commit(out);
        if !matches!(self.role, Role::Leader(_)) {
            return;
        }
        self.send_heartbeats(out);
        let beat = self.config.heartbeat;
        out.push(Effect::SetTimer { kind: TimerKind::Heartbeat, between: (beat, beat) });
    }

    /// Leader: "I lead", to everybody.
    pub(super) fn send_heartbeats(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &self.role else { return };
        let round = leader.round;
        let matched: Vec<(ServerId, Index)> = leader.matched().collect();
        for (peer, index) in matched {
            let matched = self.log.id_at(index).unwrap_or_default();
            self.send(peer, Body::Heartbeat { mark: self.told_mark(), matched, round }, None, out);
        }
    }

    /// Follower: the leader is there, and tells how far things are committed.
    pub(super) fn receive_heartbeat(
        &mut self,
        from: ServerId,
        mark: Index,
        matched: EntryId,
        round: Round,
        out: &mut Outbox,
    ) {
        if !self.obeys(from, out) {
            return;
        }
        self.hear_leader(from, out);
        if self.log.holds(matched) {
            self.learn_mark(mark, matched.index, out);
        }
        self.send(from, Body::HeartbeatAnswer { round: Some(round) }, None, out);
    }
}
