//! The follower: does what the leader of the newest generation says.

use super::effect::{Effect, Outbox};
use super::event::TimerKind;
use super::ids::{EntryId, Index, ServerId};
use super::message::{AppendAnswer, Body};
use super::note::{Note, StepDown};
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
            let resends = old.matched().map(|(peer, _)| TimerKind::Resend(peer));
            for kind in [TimerKind::Heartbeat, TimerKind::CheckQuorum].into_iter().chain(resends) {
                out.push(Effect::StopTimer(kind));
            }
        }
        self.role = Role::Follower(Follower { leader });
        if was_leader {
            self.leader_silent = true;
            self.restart_election_timer(out);
        }
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
        self.hear_leader(from, out);
        if !self.log.holds(prev) {
            out.note(Note::RefusesAppend { prev });
            let hint = self.log.last_upto(prev.index, prev.generation);
            self.send(from, Body::AppendAnswer(AppendAnswer::Refused { prev: prev.index, hint }), None, out);
            return;
        }
        let upto = Index(prev.index.0 + entries.len() as u64);
        self.append_what_is_new(entries, out);
        self.learn_mark(mark, upto, out);
        let durable = self.log.write_covering(upto);
        self.send(from, Body::AppendAnswer(AppendAnswer::Matched { upto }), durable, out);
    }

    /// Appends what the log does not hold yet. Only a real conflict cuts anything off: a late, shorter append must not.
    fn append_what_is_new(&mut self, mut entries: Vec<Entry>, out: &mut Outbox) {
        let known = entries.iter().take_while(|entry| self.log.holds(entry.id)).count();
        let new = entries.split_off(known);
        if let Some(first) = new.first() {
            let conflict = (first.id.index <= self.log.last().index).then_some(first.id.index);
            self.append(conflict, new, out);
        }
    }
}
