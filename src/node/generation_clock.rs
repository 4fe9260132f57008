//! Generation clock: each election begins a new generation, every message carries its sender's, and the higher one wins.
//!
//! A message of an older generation is turned away, and its sender is told the newer one. A message of a newer generation
//! makes the receiver adopt it and give up leading or standing. So a leader that was cut off can do no harm when it comes
//! back: nobody obeys it, and the first answer makes it step down (Raft paper, section 5.1).
//!
//! The generation is written to disk before any message of it leaves: a restarted server must not fall back behind it.

use super::effect::{Effect, Outbox, Write};
use super::ids::{Generation, ServerId};
use super::message::{AppendAnswer, Body, Message};
use super::note::{Note, StepDown, VoteRefusal};
use super::rules::{Bug, CheckQuorum, GenerationRule, Votes};
use super::{Node, Role};

impl Node {
    /// Moves on to a newer generation, in which no vote is given yet.
    pub(super) fn adopt_generation(&mut self, generation: Generation, from: ServerId, out: &mut Outbox) {
        assert!(generation > self.generation, "generations only rise");
        self.store_vote(generation, None, out);
        out.note(Note::AdoptsGeneration { from, generation });
        if matches!(self.role, Role::Leader(_) | Role::Candidate(_)) {
            out.note(Note::StepsDown { why: StepDown::NewerGeneration });
        }
        self.follow(None, out);
    }

    /// Puts generation and vote in force and on their way to the disk.
    pub(super) fn store_vote(
        &mut self,
        generation: Generation,
        voted_for: Option<ServerId>,
        out: &mut Outbox,
    ) {
        self.generation = generation;
        self.voted_for = voted_for;
        if self.config.rules.votes == Votes::ForgottenByCrash {
            return;
        }
        let id = self.new_write();
        self.vote_write = Some(id);
        out.push(Effect::Persist { id, write: Write::Vote { generation, voted_for } });
    }

    /// Whether a message is of the generation that this server is in by now. Adopts a newer one, turns an older one away.
    pub(super) fn is_of_this_generation(
        &mut self,
        from: ServerId,
        message: &Message,
        out: &mut Outbox,
    ) -> bool {
        if self.config.rules.generation == GenerationRule::Ignored && is_about_the_log(&message.body) {
            if message.generation > self.generation && !matches!(self.role, Role::Leader(_)) {
                self.adopt_generation(message.generation, from, out);
            }
            return true;
        }
        if message.generation > self.generation && self.should_adopt(&message.body) {
            self.adopt_generation(message.generation, from, out);
        } else if message.generation < self.generation {
            self.reject_old_generation(from, message, out);
        }
        message.generation == self.generation
    }

    /// A question for a vote does not by itself disturb a server that hears its leader, or leads, and none at all asks in advance:
    /// otherwise a server that was cut off for a while would depose a healthy leader by coming back.
    fn should_adopt(&self, body: &Body) -> bool {
        match body {
            Body::PreVote { .. } => false,
            Body::PreVoteAnswer { .. } => self.config.rules.bug != Bug::M30,
            Body::Vote { .. } => self.config.rules.check_quorum == CheckQuorum::Off || !self.hears_leader(),
            _ => true,
        }
    }

    /// Tells the sender of an out-of-date message which generation it is; out-of-date answers need none. The sender may lead this
    /// generation by now, so the answer must say nothing that could be taken for one to what it sends today.
    fn reject_old_generation(&mut self, from: ServerId, message: &Message, out: &mut Outbox) {
        let answer = match &message.body {
            Body::Append { .. } | Body::Snapshot { .. } => Body::AppendAnswer(AppendAnswer::OutOfDate),
            Body::Heartbeat { .. } => Body::HeartbeatAnswer { round: None },
            Body::Vote { .. } => Body::VoteAnswer { granted: false },
            Body::PreVote { .. } => Body::PreVoteAnswer { granted: false, asked: message.generation },
            Body::AppendAnswer(_)
            | Body::HeartbeatAnswer { .. }
            | Body::VoteAnswer { .. }
            | Body::PreVoteAnswer { .. } => return,
        };
        out.note(match message.body {
            Body::Vote { .. } | Body::PreVote { .. } => {
                Note::RefusesVote { candidate: from, why: VoteRefusal::OldGeneration }
            }
            _ => Note::RejectsOldGeneration { from, theirs: message.generation, mine: self.generation },
        });
        self.send(from, answer, None, out);
    }
}

/// Whether a message is part of replication rather than of an election.
fn is_about_the_log(body: &Body) -> bool {
    match body {
        Body::Append { .. }
        | Body::AppendAnswer(_)
        | Body::Heartbeat { .. }
        | Body::HeartbeatAnswer { .. }
        | Body::Snapshot { .. } => true,
        Body::PreVote { .. } | Body::PreVoteAnswer { .. } | Body::Vote { .. } | Body::VoteAnswer { .. } => {
            false
        }
    }
}
