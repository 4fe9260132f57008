//! Leader election: who may vote for whom.
//!
//! A server has one vote a generation, written to disk before it is given. It goes to the first candidate that asks and whose log is at
//! least as up to date: by the generation of the last entry, then by length (Raft paper, section 5.4.1). So whoever wins a
//! majority holds every committed entry.

use super::effect::Outbox;
use super::ids::{EntryId, Generation, ServerId};
use super::message::{Body, Message};
use super::note::{Note, VoteRefusal};
use super::rules::{Bug, LogCheck, Votes};
use super::{Node, Role};

impl Node {
    /// A candidate asks for the vote of this generation (or, of a newer one that was not adopted, because a leader is alive).
    pub(super) fn receive_vote(
        &mut self,
        from: ServerId,
        message: &Message,
        last: EntryId,
        out: &mut Outbox,
    ) {
        let refusal = if message.generation > self.generation {
            Some(VoteRefusal::LeaderAlive)
        } else {
            self.vote_refusal(from, last)
        };
        match refusal {
            None => {
                if self.voted_for.is_none() {
                    self.store_vote(self.generation, Some(from), out);
                }
                out.note(Note::Votes { candidate: from });
                if matches!(self.role, Role::Leader(_)) {
                    return self.send(from, Body::VoteAnswer { granted: true }, None, out);
                }
                if matches!(self.role, Role::PreCandidate(_)) {
                    self.follow(None, out);
                }
                self.restart_election_timer(out);
            }
            Some(why) => {
                out.note(Note::RefusesVote { candidate: from, why });
                if self.config.rules.bug == Bug::M23 && !matches!(self.role, Role::Leader(_)) {
                    self.restart_election_timer(out);
                }
            }
        }
        self.send(from, Body::VoteAnswer { granted: refusal.is_none() }, None, out);
    }

    /// Why a candidate of this generation does not get the vote.
    fn vote_refusal(&self, candidate: ServerId, last: EntryId) -> Option<VoteRefusal> {
        match self.voted_for {
            Some(other) if other != candidate && self.config.rules.votes != Votes::Many => {
                Some(VoteRefusal::VotedFor(other))
            }
            _ => self.log_refusal(last),
        }
    }

    /// Why a log that ends there is not up to date enough.
    fn log_refusal(&self, theirs: EntryId) -> Option<VoteRefusal> {
        let mine = self.log.last();
        let behind = match self.config.rules.log_check {
            LogCheck::GenerationThenIndex => theirs < mine,
            LogCheck::LengthOnly => theirs.index < mine.index,
            LogCheck::Off => false,
        };
        behind.then_some(VoteRefusal::LogBehind { mine, theirs })
    }

    /// Somebody asks whether to stand: yes, unless a leader is alive or this server's log is ahead.
    pub(super) fn receive_pre_vote(
        &mut self,
        from: ServerId,
        asked: Generation,
        last: EntryId,
        out: &mut Outbox,
    ) {
        if self.config.rules.bug == Bug::M31 && asked >= self.generation && !self.hears_leader() {
            self.adopt_generation(asked.next(), from, out);
        }
        let refusal =
            if self.hears_leader() { Some(VoteRefusal::LeaderAlive) } else { self.log_refusal(last) };
        out.note(match refusal {
            None => Note::WouldVote { candidate: from },
            Some(why) => Note::RefusesVote { candidate: from, why },
        });
        self.send(from, Body::PreVoteAnswer { granted: refusal.is_none(), asked }, None, out);
    }
}
