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
//! [`heartbeat`], [`election`], [`generation_clock`], [`majority_quorum`], [`high_water_mark`], [`update_queue`],
//! [`idempotent_receiver`]; beside them [`writes`], [`reads`] and [`snapshot`], and [`in_place`], which the log replaces;
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
//! Membership changes: the lessons need none, and they are where most consensus code went wrong. Handing over the lead on
//! request, and reads by lease: they need clocks that can be trusted.

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
mod in_place;
mod leader;
mod majority_quorum;
mod message;
mod note;
mod reads;
mod rules;
mod snapshot;
mod update_queue;
mod write_ahead_log;
mod writes;

use crate::ordered::{Map, Set};
use crate::shop::{Account, Owner, Shop};
use crate::time::Time;

use in_place::InPlace;

pub use candidate::{Candidate, PreCandidate};
pub use config::Config;
pub use effect::{Effect, Outbox, Reply, View, Write};
pub use event::{Event, Recovered, Request, TimerKind};
pub use follower::Follower;
pub use idempotent_receiver::{Applied, Session, Sessions};
pub use ids::{
    Ask, ClientId, EntryId, Generation, Index, Place, RequestNumber, Round, SERVERS_MAX, ServerId,
    ViewNumber, WEB_SERVERS_MAX, WriteId,
};
pub use leader::{Leader, Progress};
pub use majority_quorum::{held_by, majority, needed, nth_ascending};
pub use message::{AppendAnswer, Body, Message, MessageKind};
pub use note::{Note, StartRefusal, StepDown, VoteRefusal};
pub use reads::PendingViews;
pub use rules::{Dedupe, FROM_START_OVER, LogRule, Queue, Quorum, Rules, UnknownRule, WebState};
pub use snapshot::Snapshot;
pub use update_queue::UpdateQueue;
pub use write_ahead_log::{Entry, Log, Payload, Record, sound};

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
    /// Entries up to here are carried out without knowing whose they are (`log=replay-anonymous` only).
    anonymous_upto: Index,
    /// Purchases on their way to the disk (`log=in-place` only).
    in_place: InPlace,
    /// The accounts as they were handed to the disk (`log=in-place` only).
    stored: Map<Owner, Account>,
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
            anonymous_upto: Index(0),
            in_place: InPlace::default(),
            stored: Map::new(),
        }
    }

    /// Handles one event at the moment `now` of the server's own clock; what is to be done about it is in the outbox afterwards.
    /// The moment is written into the leader's entries, for sessions to expire by, and used for nothing else.
    pub fn handle(&mut self, now: Time, event: Event, out: &mut Outbox) {
        out.begin(now);
        match event {
            Event::Receive { from, message } => self.receive(from, message, out),
            Event::Timer(kind) => self.timer_fired(kind, out),
            Event::Durable(write) => self.became_durable(write, out),
            Event::Request { client, request } => self.request(client, request, out),
            Event::View { client, number, latest } => self.receive_view(client, number, latest, out),
            Event::Restart(recovered) => self.restart(recovered, out),
            Event::OpenSession { client } => self.open_session(client, out),
        }
    }

    /// Changes the settings of a running server; they hold for decisions from now on.
    pub fn configure(&mut self, config: Config) {
        assert!(
            config.id == self.config.id && config.servers == self.config.servers,
            "a server stays who it is"
        );
        self.config = config;
    }

    fn restart(&mut self, recovered: Recovered, out: &mut Outbox) {
        self.stored = recovered.in_place.clone();
        match self.recover(recovered, out) {
            Ok(()) => self.restart_election_timer(out),
            Err(why) => {
                out.note(Note::RefusesToStart { why });
                out.push(Effect::Halt);
            }
        }
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
            Body::Heartbeat { mark, matched, round } if current => {
                self.receive_heartbeat(from, mark, matched, round, out)
            }
            Body::HeartbeatAnswer { round } if current => self.receive_heartbeat_answer(from, round, out),
            Body::Snapshot { snapshot } if current && self.obeys(from, out) => {
                self.receive_snapshot(from, snapshot, out)
            }
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
            TimerKind::UpdateQueue => self.has_looked(out),
            TimerKind::Living(peer) => self.seems_dead(peer, out),
        }
    }

    fn became_durable(&mut self, write: WriteId, out: &mut Outbox) {
        self.log.synced(write);
        if self.vote_write.is_some_and(|id| id <= write) {
            self.vote_write = None;
        }
        self.own_vote_is_durable(write, out);
        self.in_place_step_is_durable(write, out);
        self.work_off(out);
        self.commit(out);
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
    pub fn votes(&self) -> Set<ServerId> {
        match &self.role {
            Role::PreCandidate(asker) => asker.willing.clone(),
            Role::Candidate(candidate) => candidate.votes.clone(),
            _ => Set::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;
    use crate::time::Span;

    fn config() -> Config {
        let one = Span::from_ms(1);
        Config {
            id: ServerId::new(0),
            servers: 1,
            heartbeat: one,
            election: one,
            entries_per_append: 1,
            queue_time: Span::ZERO,
            queue_limit: 1,
            tells_accepted: false,
            snapshot_every: 0,
            session: one,
            rules: Rules::default(),
        }
    }

    /// A cluster of one that has just been elected, its first entry not yet durable.
    pub(super) fn leading_alone() -> Node {
        let mut node = Node::new(config(), Shop::open(1, 100_000, 1));
        let mut out = Outbox::new();
        let identity = Some(ServerId::new(0));
        node.handle(Time::ZERO, Event::Restart(Recovered { identity, ..Recovered::default() }), &mut out);
        node.handle(Time::ZERO, Event::Timer(TimerKind::Election), &mut out);
        node.handle(Time::ZERO, Event::Durable(node.last_write), &mut out);
        let goods = crate::shop::Goods { item: crate::shop::Item::LegendarySword, count: 1 };
        let number = RequestNumber(1);
        let request = Request { number, first_outstanding: number, trade: crate::shop::Trade::Buy(goods) };
        let client = ClientId::of_customer(1);
        node.handle(Time::ZERO, Event::Request { client, request }, &mut out);
        assert!(matches!(node.role, Role::Leader(_)), "it leads");
        node
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let (a, b) = (ServerId::new(0), ServerId::new(1));
        let (two, config) = (Span::from_ms(2), config());
        let rules = Rules { dedupe: Dedupe::Off, ..Rules::default() };
        each_field_counts!(config => Config {
            id: b, servers: 4, heartbeat: two, election: two, entries_per_append: 2, queue_time: two, queue_limit: 2, tells_accepted: true,
            snapshot_every: 1, session: two, rules: rules,
        });
        for (pattern, values) in Rules::table() {
            for value in &values[1..] {
                let mut other = Rules::default();
                other.set(pattern, value).expect("it is in the table");
                let hash = |rules: Rules| crate::stable_hash::stable_hash(&rules);
                assert_ne!(hash(other), hash(Rules::default()), "{pattern}:{value}");
            }
        }
        let entry = Entry {
            id: EntryId { generation: Generation(1), index: Index(1) },
            stamp: Time::ZERO,
            payload: Payload::Empty,
        };
        let mut sessions = Sessions::default();
        sessions.open(ClientId::of_customer(1), Time::ZERO);
        let mut writes_in_place = leading_alone();
        writes_in_place.config.rules.log = rules::LogRule::InPlace;
        let (client, number) = (ClientId::of_customer(1), RequestNumber(1));
        let done = Applied { outcome: Some(crate::shop::Outcome::Done), duplicate: false };
        writes_in_place.overwrite_in_place(client, number, done, &mut Outbox::new());
        each_field_counts!(Node::new(config, Shop::open(1, 1, 1)) => Node {
            config: Config { servers: 4, ..config },
            generation: Generation(1),
            voted_for: Some(b),
            vote_write: Some(WriteId(1)),
            log: Log::recovered(None, vec![entry], Index(1)),
            mark: Index(1),
            applied: Index(1),
            shop: Shop::open(1, 2, 1),
            sessions: sessions,
            role: Role::Follower(Follower { leader: Some(b) }),
            leader_silent: false,
            last_write: WriteId(1),
            anonymous_upto: Index(1),
            in_place: writes_in_place.in_place.clone(),
            stored: [(Owner::Shop, Account::default())].into(),
        });
        each_field_counts!(Follower::default() => Follower { leader: Some(b) });
        each_field_counts!(PreCandidate { willing: [a].into(), answered: [].into() } => PreCandidate {
            willing: [b].into(), answered: [b].into(),
        });
        let candidate =
            Candidate { votes: [a].into(), answered: [].into(), counted_again: 0, own_vote: WriteId(1) };
        each_field_counts!(candidate => Candidate {
            votes: [b].into(), answered: [b].into(), counted_again: 1, own_vote: WriteId(2),
        });
    }
}
