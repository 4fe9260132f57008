//! One server: events in, effects out. It knows no clock, no chance, no network and no page.
//!
//! # How a cluster agrees
//!
//! Five servers each run this code. All of them keep the same log of requests and apply it in the same order to the same
//! shop, so all of them come to hold the same accounts. To get the same log everywhere, one of them leads: clients ask it,
//! it appends the request to its own log and sends it on. Once a majority holds an entry on disk the entry is *committed*:
//! it can be lost no more, so it is carried out and the client is answered.
//!
//! The leader may crash. It says at even beats that it is there ([`heartbeat`]); who hears nothing for its time-out asks
//! the others whether they would vote for it, and if a majority would, begins a new generation ([`generation_clock`]) and
//! stands ([`election`]). A vote goes only to a log at least as up to date as the voter's, so the winner holds every
//! committed entry. An old leader that comes back finds that its generation is over, and follows.
//!
//! # Reading order
//!
//! [`ids`], [`message`], [`event`], [`effect`] and [`note`] are the vocabulary. One file a pattern: [`write_ahead_log`],
//! [`heartbeat`], [`election`], [`generation_clock`], [`majority_quorum`], [`high_water_mark`], [`idempotent_receiver`];
//! the wrong rules that they can be replaced by are named in [`rules`]. [`follower`], [`candidate`] and [`leader`] are the
//! roles: a type each, so that what only a leader has exists only in a leader.
//!
//! # The one law
//!
//! [`Node::handle`] is the only way in, and after each call the whole [`Outbox`] is carried out in order before anything else happens.
//! What must be durable before it is said is marked so on the message ([`Effect::Send`], `after`).
//!
//! All state is plain data that can be cloned, compared and hashed; timers are events, so no state holds a moment.
//!
//! # Left out
//!
//! Membership changes: the lessons need none, and they are where most consensus code went wrong. Snapshots, reads and session
//! expiry come with the complete core.

mod candidate;
mod config;
mod effect;
mod election;
mod event;
mod follower;
mod generation_clock;
mod heartbeat;
mod high_water_mark;
mod idempotent_receiver;
mod ids;
mod leader;
mod majority_quorum;
mod message;
mod note;
mod rules;
mod write_ahead_log;

use std::collections::BTreeSet;

use crate::shop::{Shop, Trade};

pub use candidate::{Candidate, PreCandidate};
pub use config::Config;
pub use effect::{Effect, Outbox, Reply, Write};
pub use event::{Event, Recovered, TimerKind};
pub use follower::Follower;
pub use idempotent_receiver::{Applied, Sessions};
pub use ids::{ClientId, EntryId, Generation, Index, Place, RequestNumber, SERVERS_MAX, ServerId, WriteId};
pub use leader::{Leader, Progress};
pub use majority_quorum::{held_by, majority, needed};
pub use message::{AppendAnswer, Body, Message, MessageKind};
pub use note::{Note, StepDown, VoteRefusal};
pub use rules::{CheckQuorum, Dedupe, PreVote, Quorum, Rules, UnknownRule};
pub use write_ahead_log::{Entry, Log, Payload};

/// A running server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    config: Config,
    /// The highest generation that it has heard of.
    generation: Generation,
    /// The vote given in that generation.
    voted_for: Option<ServerId>,
    /// The write that makes generation and vote durable, while it is under way: nothing is sent before it is done.
    vote_write: Option<WriteId>,
    log: Log,
    /// The high-water mark: everything up to it is known to be committed.
    mark: Index,
    /// Everything up to here is carried out.
    applied: Index,
    shop: Shop,
    sessions: Sessions,
    role: Role,
    /// No leader was heard for the shortest election time-out.
    leader_silent: bool,
    last_write: WriteId,
}

/// What a server is, with the state that only this role has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Follows a leader, or waits for one.
    Follower(Follower),
    /// Asks whether an election would have a chance.
    PreCandidate(PreCandidate),
    /// Stands for election.
    Candidate(Candidate),
    /// Leads.
    Leader(Leader),
}

impl Node {
    /// A process about to start; its first event must be [`Event::Restart`]. `shop` is the state before the first entry.
    pub fn new(config: Config, shop: Shop) -> Node {
        Node {
            config,
            generation: Generation(0),
            voted_for: None,
            vote_write: None,
            log: Log::default(),
            mark: Index(0),
            applied: Index(0),
            shop,
            sessions: Sessions::default(),
            role: Role::Follower(Follower::default()),
            leader_silent: true,
            last_write: WriteId(0),
        }
    }

    /// Handles one event; what is to be done about it is in the outbox afterwards.
    pub fn handle(&mut self, event: Event, out: &mut Outbox) {
        match event {
            Event::Receive { from, message } => self.receive(from, message, out),
            Event::Timer(kind) => self.timer_fired(kind, out),
            Event::Durable(write) => self.became_durable(write, out),
            Event::Request { client, number, trade } => self.request(client, number, trade, out),
            Event::Restart(recovered) => self.restart(recovered, out),
        }
    }

    /// Changes rules or pace of a running server; they hold for decisions from now on.
    pub fn configure(&mut self, config: Config) {
        assert!(
            config.id == self.config.id && config.servers == self.config.servers,
            "a server stays who it is"
        );
        self.config = config;
    }

    fn restart(&mut self, recovered: Recovered, out: &mut Outbox) {
        self.generation = recovered.generation;
        self.voted_for = recovered.voted_for;
        self.log = Log::recovered(recovered.entries);
        self.restart_election_timer(out);
    }

    fn receive(&mut self, from: ServerId, message: Message, out: &mut Outbox) {
        let current = self.is_of_this_generation(from, &message, out);
        match message.body {
            Body::PreVote { last } if message.generation >= self.generation => {
                self.receive_pre_vote(from, message.generation, last, out)
            }
            Body::Vote { last } if message.generation >= self.generation => {
                self.receive_vote(from, &message, last, out)
            }
            Body::PreVoteAnswer { granted, asked } => self.receive_pre_vote_answer(from, granted, asked, out),
            Body::VoteAnswer { granted } if current => self.receive_vote_answer(from, granted, out),
            Body::Append { prev, entries, mark } if current => {
                self.receive_append(from, prev, entries, mark, out)
            }
            Body::AppendAnswer(answer) if current => self.receive_append_answer(from, answer, out),
            Body::Heartbeat { mark, matched } if current => self.receive_heartbeat(from, mark, matched, out),
            Body::HeartbeatAnswer if current => self.receive_heartbeat_answer(from, out),
            _ => {}
        }
    }

    fn timer_fired(&mut self, kind: TimerKind, out: &mut Outbox) {
        match kind {
            TimerKind::Election => self.time_out(out),
            TimerKind::LeaderSilent => self.leader_silent = true,
            TimerKind::Heartbeat => self.beat(out),
            TimerKind::CheckQuorum => self.check_quorum(out),
            TimerKind::Resend(peer) => self.resend(peer, out),
        }
    }

    fn became_durable(&mut self, write: WriteId, out: &mut Outbox) {
        self.log.synced(write);
        if self.vote_write.is_some_and(|id| id <= write) {
            self.vote_write = None;
        }
        self.own_vote_is_durable(write, out);
        self.commit(out);
    }

    fn request(&mut self, client: ClientId, number: RequestNumber, trade: Trade, out: &mut Outbox) {
        if matches!(self.role, Role::Leader(_)) {
            return self.receive_request(client, number, trade, out);
        }
        let leader = self.leader();
        out.note(Note::Redirects { client, leader });
        out.push(Effect::Reply { client, number, reply: Reply::NotLeader { leader } });
    }

    /// Sends a message of this generation, after `after` is durable, and never before the generation itself is.
    fn send(&self, to: ServerId, body: Body, after: Option<WriteId>, out: &mut Outbox) {
        let message = Message { generation: self.generation, body };
        out.push(Effect::Send { to, message, after: after.max(self.vote_write) });
    }

    fn send_to_all(&self, body: &Body, out: &mut Outbox) {
        for peer in self.config.peers() {
            self.send(peer, body.clone(), None, out);
        }
    }
}

/// What can be seen of a server from outside.
impl Node {
    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The highest generation that it has heard of.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The vote given in that generation.
    pub fn voted_for(&self) -> Option<ServerId> {
        self.voted_for
    }

    /// Its log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The high-water mark.
    pub fn mark(&self) -> Index {
        self.mark
    }

    /// Everything up to here is carried out.
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// The accounts as it has them.
    pub fn shop(&self) -> &Shop {
        &self.shop
    }

    /// The sessions as it has them.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What it is.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The leader of its generation, as far as it knows; itself when it leads.
    pub fn leader(&self) -> Option<ServerId> {
        match &self.role {
            Role::Follower(follower) => follower.leader,
            Role::Leader(_) => Some(self.config.id),
            _ => None,
        }
    }

    /// Who supports it, itself included once that counts, while it asks around or stands.
    pub fn votes(&self) -> BTreeSet<ServerId> {
        match &self.role {
            Role::PreCandidate(asker) => asker.willing.clone(),
            Role::Candidate(candidate) => candidate.votes.clone(),
            _ => BTreeSet::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;
    use crate::time::Span;

    #[test]
    fn every_field_counts_in_the_hash() {
        let (a, b) = (ServerId::new(0), ServerId::new(1));
        let (one, two) = (Span::from_ms(1), Span::from_ms(2));
        let config = Config {
            id: a,
            servers: 5,
            heartbeat: one,
            election: one,
            entries_per_append: 1,
            rules: Rules::default(),
        };
        let rules = Rules { dedupe: Dedupe::Off, ..Rules::default() };
        each_field_counts!(config => Config { id: b, servers: 4, heartbeat: two, election: two, entries_per_append: 2, rules: rules });
        each_field_counts!(Rules::default() => Rules {
            pre_vote: PreVote::Off, check_quorum: CheckQuorum::Off, quorum: Quorum::One, dedupe: Dedupe::Off,
        });
        let entry =
            Entry { id: EntryId { generation: Generation(1), index: Index(1) }, payload: Payload::Empty };
        let mut sessions = Sessions::default();
        sessions.open(ClientId::of_customer(1));
        each_field_counts!(Node::new(config, Shop::open(1, 1, 1)) => Node {
            config: Config { servers: 4, ..config },
            generation: Generation(1),
            voted_for: Some(b),
            vote_write: Some(WriteId(1)),
            log: Log::recovered(vec![entry]),
            mark: Index(1),
            applied: Index(1),
            shop: Shop::open(1, 2, 1),
            sessions: sessions,
            role: Role::Follower(Follower { leader: Some(b) }),
            leader_silent: false,
            last_write: WriteId(1),
        });
        each_field_counts!(Follower::default() => Follower { leader: Some(b) });
        each_field_counts!(PreCandidate { willing: [a].into() } => PreCandidate { willing: [b].into() });
        let candidate = Candidate { votes: [a].into(), own_vote: WriteId(1) };
        each_field_counts!(candidate => Candidate { votes: [b].into(), own_vote: WriteId(2) });
    }
}
