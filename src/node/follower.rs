//! The follower: does what the leader of the newest generation says.

use super::effect::{Effect, Outbox};
use super::event::TimerKind;
use super::ids::{EntryId, Index, ServerId};
use super::message::{AppendAnswer, Body};
use super::note::{Note, StepDown};
use super::rules::{Bug, GenerationRule, Writes};
use super::write_ahead_log::Entry;
use super::{Node, Role};

/// State of a follower.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Follower {
    /// The leader, once it was heard.
    pub leader: Option<ServerId>,
}

impl Node {
    /// Becomes (or stays) a follower. Timers that only leaders have end; the election timer runs again if it did not.
    pub(super) fn follow(&mut self, leader: Option<ServerId>, out: &mut Outbox) {
        let was_leader = matches!(self.role, Role::Leader(_));
        if matches!(self.role, Role::Candidate(_))
            && let Some(other) = leader
        {
            out.note(Note::StepsDown { why: StepDown::AnotherLeads(other) });
        }
        if let Role::Leader(old) = &self.role {
            let each = old.matched().flat_map(|(peer, _)| [TimerKind::Resend(peer), TimerKind::Living(peer)]);
            let own = [TimerKind::Heartbeat, TimerKind::CheckQuorum, TimerKind::UpdateQueue];
            for kind in own.into_iter().chain(each) {
                out.push(Effect::StopTimer(kind));
            }
            Node::send_queue_elsewhere(&old.queue, leader, out);
            Node::send_views_elsewhere(&old.views, leader, out);
        }
        if matches!(self.role, Role::Candidate(_)) && self.config.rules.bug == Bug::M22 {
            self.voted_for = None;
        }
        self.role = Role::Follower(Follower { leader });
        if was_leader {
            self.leader_silent = true;
            self.restart_election_timer(out);
        }
    }

    /// Whether the sender of a message about the log is to be obeyed. A leader that hears another one of its own generation follows it
    /// (that can only be under a wrong rule); one that ignores generations goes on leading.
    pub(super) fn obeys(&mut self, from: ServerId, out: &mut Outbox) -> bool {
        let leads = matches!(self.role, Role::Leader(_));
        let stands = matches!(self.role, Role::Candidate(_));
        if leads && self.config.rules.generation == GenerationRule::Ignored {
            out.note(Note::IgnoresRival { from });
            return false;
        }
        !(stands && self.config.rules.bug == Bug::M26)
    }

    /// The leader wants entries appended behind `prev`.
    pub(super) fn receive_append(
        &mut self,
        from: ServerId,
        prev: EntryId,
        entries: Vec<Entry>,
        mark: Index,
        out: &mut Outbox,
    ) {
        if !self.obeys(from, out) {
            return;
        }
        let fits = self.fits(prev);
        let any_server_writes = self.config.rules.writes == Writes::AnyServer;
        if !(any_server_writes && matches!(self.role, Role::Leader(_)))
            && (fits || self.config.rules.bug != Bug::M24)
        {
            self.hear_leader(from, out);
        }
        if !fits {
            out.note(Note::RefusesAppend { prev });
            let hint = self.log.last_upto(prev.index, prev.generation);
            self.send(from, Body::AppendAnswer(AppendAnswer::Refused { prev: prev.index, hint }), None, out);
            return;
        }
        let upto = Index(prev.index.0 + entries.len() as u64);
        self.append_what_is_new(prev, entries, out);
        self.learn_mark(mark, upto, out);
        let durable = self.must_be_durable(upto);
        self.send(from, Body::AppendAnswer(AppendAnswer::Matched { upto }), durable, out);
    }

    /// Whether the log can be continued behind `prev`. What the snapshot covers is committed, and therefore the leader's too.
    fn fits(&self, prev: EntryId) -> bool {
        let covered = prev.index < self.log.start().index && self.config.rules.bug != Bug::M45;
        covered || self.log.holds(prev)
    }

    /// Appends what the log does not hold yet. Only a real conflict cuts anything off: a late, shorter append must not.
    fn append_what_is_new(&mut self, prev: EntryId, mut entries: Vec<Entry>, out: &mut Outbox) {
        let start = self.log.start().index;
        if self.config.rules.bug == Bug::M13 && (start..self.log.last().index).contains(&prev.index) {
            return self.append(Some(prev.index.next()), entries, out);
        }
        let is_known = |entry: &&Entry| entry.id.index <= start || self.log.holds(entry.id);
        let known = entries.iter().take_while(is_known).count();
        let new = entries.split_off(known);
        if let Some(first) = new.first() {
            let conflict = (first.id.index <= self.log.last().index).then_some(first.id.index);
            self.append(conflict, new, out);
        }
    }
}
