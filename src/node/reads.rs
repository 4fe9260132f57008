//! Reads: the latest value comes from a server that is sure to lead.
//!
//! A server that believes to lead may have been replaced without noticing. So when the question arrives it sends a round of heartbeats,
//! and answers only when a majority has answered that round: until then nobody else was elected, so nothing newer was committed
//! elsewhere before the question came. It answers with what it has carried out by then, which is no older than what was committed when
//! the question arrived (Raft dissertation, section 6.4). A new leader knows how far things are committed only once an entry of its own
//! generation is.
//!
//! Whoever does not mind an old value may ask any server; the answer says up to which entry it is true.

use super::effect::{Effect, Outbox, Reply, View};
use super::ids::{Ask, ClientId, Round, ServerId, ViewNumber};
use super::note::Note;
use super::rules::{Bug, Reads};
use super::{Node, Role};
use crate::ordered::Map;

/// Questions for the latest value that wait for their confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PendingViews {
    /// Who asks, and the round of heartbeats that must be answered.
    waiting: Vec<(ClientId, ViewNumber, Round)>,
    /// The newest round that each follower has answered.
    answered: Map<ServerId, Round>,
}

impl Node {
    /// A client asks what its account holds.
    pub(super) fn receive_view(
        &mut self,
        client: ClientId,
        number: ViewNumber,
        latest: bool,
        out: &mut Outbox,
    ) {
        let leads = matches!(self.role, Role::Leader(_));
        match self.config.rules.reads {
            _ if !latest => self.show(client, number, false, out),
            Reads::AnyServer => self.show(client, number, true, out),
            _ if !leads => self.redirect(client, Ask::View(number), out),
            Reads::Unconfirmed => self.show(client, number, true, out),
            Reads::Confirmed if self.trusts_last_check() => self.show(client, number, true, out),
            Reads::Confirmed => self.confirm_and_show(client, number, out),
        }
    }

    /// The mistake of a lease without a clock (`bug=m68`): the last check found a majority, so it will still be there.
    fn trusts_last_check(&self) -> bool {
        self.config.rules.bug == Bug::M68
    }

    fn confirm_and_show(&mut self, client: ClientId, number: ViewNumber, out: &mut Outbox) {
        out.note(Note::ConfirmsLead { client, number });
        let Role::Leader(leader) = &mut self.role else { return };
        leader.round = leader.round.next();
        leader.views.waiting.push((client, number, leader.round));
        self.send_heartbeats(out);
        self.answer_confirmed_views(out);
    }

    /// A follower has answered a round of heartbeats.
    pub(super) fn round_is_answered(&mut self, from: ServerId, round: Round, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        let newest = leader.views.answered.get_or_default(from);
        *newest = (*newest).max(round);
        self.answer_confirmed_views(out);
    }

    /// Answers every question whose round a majority has answered.
    pub(super) fn answer_confirmed_views(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &self.role else { return };
        if leader.views.waiting.is_empty() || !self.has_committed_in_own_generation() {
            return;
        }
        let needed = usize::from(self.confirmations_needed(&leader.living));
        let confirmed = |round: Round| {
            let answers = leader.views.answered.values().filter(|answered| **answered >= round).count();
            answers + 1 >= needed
        };
        let ready: Vec<(ClientId, ViewNumber, Round)> =
            leader.views.waiting.iter().filter(|(_, _, round)| confirmed(*round)).copied().collect();
        if let Role::Leader(leader) = &mut self.role {
            leader.views.waiting.retain(|view| !ready.contains(view));
        }
        for (client, number, _) in ready {
            self.show(client, number, true, out);
        }
    }

    /// Whether everything that earlier leaders have committed is known to be.
    pub fn has_committed_in_own_generation(&self) -> bool {
        self.log.id_at(self.mark).is_some_and(|id| id.generation == self.generation)
    }

    /// It leads no more: who waits for the latest value asks the next leader.
    pub(super) fn send_views_elsewhere(views: &PendingViews, leader: Option<ServerId>, out: &mut Outbox) {
        for (client, number, _) in &views.waiting {
            out.push(Effect::Reply {
                client: *client,
                ask: Ask::View(*number),
                reply: Reply::NotLeader { leader },
            });
        }
    }

    fn show(&self, client: ClientId, number: ViewNumber, latest: bool, out: &mut Outbox) {
        let account = self.shop.accounts().get(&client.owner()).cloned().unwrap_or_default();
        let as_of = self.applied;
        out.note(Note::Shows { client, number, as_of, latest });
        let reply = Reply::View(View { as_of, account });
        out.push(Effect::Reply { client, ask: Ask::View(number), reply });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        each_field_counts!(PendingViews::default() => PendingViews {
            waiting: vec![(ClientId::of_customer(1), ViewNumber(1), Round(1))],
            answered: [(ServerId::new(1), Round(1))].into(),
        });
    }
}
