//! The pre-candidate asks whether an election would have a chance; the candidate stands.

use super::effect::Outbox;
use super::ids::{Generation, ServerId, WriteId};
use super::majority_quorum::majority;
use super::message::Body;
use super::note::Note;
use super::rules::{Bug, PreVote, Quorum};
use super::{Node, Role};
use crate::ordered::Set;

/// State of a server that asks around before it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PreCandidate {
    /// Who would vote for it, itself included.
    pub willing: Set<ServerId>,
    /// Who has answered at all.
    pub answered: Set<ServerId>,
}

/// State of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// Who has voted for it: a set, so that an answer that arrives twice counts once. Its own vote comes in once it is durable.
    pub votes: Set<ServerId>,
    /// Who has answered at all.
    pub answered: Set<ServerId>,
    /// Votes that were counted although they had been before (`bug=m25` only).
    pub counted_again: u8,
    /// The write that makes its own vote durable.
    pub own_vote: WriteId,
}

impl Node {
    /// The election timer has fired: no leader for too long, or an election without an end.
    pub(super) fn time_out(&mut self, out: &mut Outbox) {
        if matches!(self.role, Role::Leader(_)) {
            return;
        }
        self.leader_silent = true;
        if self.wins_among_the_living(out) {
            return;
        }
        match self.config.rules.pre_vote {
            PreVote::On => self.ask_around(out),
            PreVote::Off => self.stand(out),
        }
    }

    /// Under `quorum=of-the-living` those that have not answered by now are taken for dead, and a majority of the others is enough.
    fn wins_among_the_living(&mut self, out: &mut Outbox) -> bool {
        if self.config.rules.quorum != Quorum::OfTheLiving {
            return false;
        }
        match &self.role {
            Role::PreCandidate(asker) if asker.willing.len() as u8 >= self.votes_needed(&asker.answered) => {
                self.stand(out);
                true
            }
            Role::Candidate(candidate)
                if candidate.votes.len() as u8 >= self.votes_needed(&candidate.answered) =>
            {
                let votes = candidate.votes.len() as u8;
                self.lead(votes, out);
                true
            }
            _ => false,
        }
    }

    fn ask_around(&mut self, out: &mut Outbox) {
        self.role =
            Role::PreCandidate(PreCandidate { willing: [self.config.id].into(), answered: Set::new() });
        out.note(Note::AsksAround);
        self.restart_election_timer(out);
        let last = self.log.last();
        self.send_to_all(&Body::PreVote { last }, out);
        self.stand_if_promising(out);
    }

    fn stand_if_promising(&mut self, out: &mut Outbox) {
        let Role::PreCandidate(asker) = &self.role else { return };
        if asker.willing.len() >= usize::from(majority(self.config.servers)) {
            self.stand(out);
        }
    }

    /// Begins a new generation and asks for everybody's vote.
    fn stand(&mut self, out: &mut Outbox) {
        let generation = self.generation.next();
        out.note(Note::Stands { generation });
        self.store_vote(generation, Some(self.config.id), out);
        self.role = Role::Candidate(Candidate {
            votes: Set::new(),
            answered: Set::new(),
            counted_again: 0,
            own_vote: self.last_write,
        });
        self.restart_election_timer(out);
        let last = self.log.last();
        self.send_to_all(&Body::Vote { last }, out);
        if self.vote_write.is_none() {
            self.count_vote(self.config.id, out);
        }
    }

    /// Somebody would vote for this server, or would not.
    pub(super) fn receive_pre_vote_answer(
        &mut self,
        from: ServerId,
        granted: bool,
        asked: Generation,
        out: &mut Outbox,
    ) {
        let Role::PreCandidate(asker) = &mut self.role else { return };
        asker.answered.insert(from);
        if granted && asked == self.generation && asker.willing.insert(from) {
            out.note(Note::CountsVote {
                from,
                votes: asker.willing.len() as u8,
                needed: majority(self.config.servers),
            });
            self.stand_if_promising(out);
        }
    }

    /// Somebody has voted for this server, or has refused to.
    pub(super) fn receive_vote_answer(&mut self, from: ServerId, granted: bool, out: &mut Outbox) {
        if let Role::Candidate(candidate) = &mut self.role {
            candidate.answered.insert(from);
        }
        if granted {
            self.count_vote(from, out);
        }
    }

    /// The candidate's own vote is durable, and counts.
    pub(super) fn own_vote_is_durable(&mut self, durable: WriteId, out: &mut Outbox) {
        if let Role::Candidate(candidate) = &self.role
            && candidate.own_vote <= durable
        {
            self.count_vote(self.config.id, out);
        }
    }

    fn count_vote(&mut self, from: ServerId, out: &mut Outbox) {
        let Role::Candidate(candidate) = &mut self.role else { return };
        if !candidate.votes.insert(from) {
            if self.config.rules.bug != Bug::M25 {
                return;
            }
            candidate.counted_again += 1;
        }
        let votes = candidate.votes.len() as u8 + candidate.counted_again;
        let needed = majority(self.config.servers);
        out.note(Note::CountsVote { from, votes, needed });
        if votes >= needed {
            self.lead(votes, out);
        }
    }
}
