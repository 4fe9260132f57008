//! One server, without a world: a test says what it is told, and reads what it does about it.
//!
//! The other servers of its cluster are played by the test. What the server writes is durable at once, unless the test makes its disk
//! slow; messages that wait for a write leave when it is durable, as in the world.

use std::collections::VecDeque;

use playground::node::{
    AppendAnswer, Body, ClientId, Config, Effect, Entry, EntryId, Event, Generation, Index, Message, Node,
    Note, Outbox, Payload, Record, Recovered, Reply, Request, RequestNumber, Role, Rules, ServerId,
    TimerKind, Write, WriteId,
};
use playground::shop::{Goods, Item, Shop, Trade};
use playground::time::{Span, Time};

/// The shortest election time-out of these servers.
pub const ELECTION: Span = Span::from_ms(1_000);

/// The pace of the leader's beats.
pub const HEARTBEAT: Span = Span::from_ms(200);

/// The customer who asks for things.
pub const CUSTOMER: ClientId = ClientId::of_customer(1);

/// What a server finds on its disk when it starts.
#[derive(Clone, Copy, Default)]
pub struct Disk<'a> {
    pub generation: u64,
    pub voted_for: Option<ServerId>,
    /// The generation of each entry, the first one first.
    pub log: &'a [u64],
    /// How many of the last entries were written, but not yet synced.
    pub unsynced: u64,
    /// Nothing becomes durable by itself, from the start.
    pub slow: bool,
}

/// A server, and what it has done since it was last asked.
pub struct Server {
    pub node: Node,
    /// Nothing is durable before [`Server::sync`].
    pub slow_disk: bool,
    /// Writes on their way to the disk, the oldest first.
    unsynced: VecDeque<WriteId>,
    /// Messages that wait for a write.
    waiting: Vec<(WriteId, ServerId, Message)>,
    sent: Vec<(ServerId, Message)>,
    notes: Vec<Note>,
    writes: Vec<Write>,
    timers: Vec<(TimerKind, (Span, Span))>,
    replies: Vec<Reply>,
}

impl Server {
    /// Server A of a cluster that starts for the first time.
    pub fn first_of(servers: u8) -> Server {
        Server::start('A', servers, Disk::default())
    }

    /// A server that starts with that on its disk.
    pub fn start(letter: char, servers: u8, disk: Disk) -> Server {
        Server::configured(Server::config(letter, servers), disk)
    }

    /// The settings that these servers have unless a test needs others.
    pub fn config(letter: char, servers: u8) -> Config {
        Config {
            id: id(letter),
            servers,
            heartbeat: HEARTBEAT,
            election: ELECTION,
            entries_per_append: 64,
            queue_time: Span::ZERO,
            queue_limit: 64,
            tells_accepted: false,
            snapshot_every: 0,
            session: Span::from_ms(60_000),
            rules: Rules::default(),
        }
    }

    pub fn configured(config: Config, disk: Disk) -> Server {
        let mut server = Server {
            node: Node::new(config, Shop::open(1, 100_000, 10)),
            slow_disk: disk.slow,
            unsynced: VecDeque::new(),
            waiting: Vec::new(),
            sent: Vec::new(),
            notes: Vec::new(),
            writes: Vec::new(),
            timers: Vec::new(),
            replies: Vec::new(),
        };
        server.handle(Event::Restart(Recovered {
            identity: Some(config.id),
            generation: Generation(disk.generation),
            voted_for: disk.voted_for,
            records: entries(1, disk.log).into_iter().map(Record::of).collect(),
            synced: Index(disk.log.len() as u64 - disk.unsynced),
            ..Recovered::default()
        }));
        server
    }

    fn handle(&mut self, event: Event) {
        self.tell(event);
        if !self.slow_disk {
            self.sync();
        }
    }

    fn tell(&mut self, event: Event) {
        let mut out = Outbox::new();
        self.node.handle(Time::ZERO, event, &mut out);
        for effect in out.drain() {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { id, write } => {
                self.unsynced.push_back(id);
                self.writes.push(write);
            }
            Effect::Send { to, message, after: Some(write) } if self.unsynced.contains(&write) => {
                self.waiting.push((write, to, message));
            }
            Effect::Send { to, message, .. } => self.sent.push((to, message)),
            Effect::SetTimer { kind, between } => self.timers.push((kind, between)),
            Effect::Reply { reply, .. } => self.replies.push(reply),
            Effect::Note(note) => self.notes.push(note),
            Effect::StopTimer(_) => {}
            Effect::Halt => panic!("{} does not start", self.node.config().id),
        }
    }

    /// Everything that was written becomes durable.
    pub fn sync(&mut self) {
        while !self.unsynced.is_empty() {
            self.sync_oldest();
        }
    }

    /// The oldest write becomes durable, and what waited for it leaves.
    pub fn sync_oldest(&mut self) {
        let write = self.unsynced.pop_front().expect("something is on its way to the disk");
        let leave = self.waiting.extract_if(.., |(after, ..)| *after == write);
        self.sent.extend(leave.map(|(_, to, message)| (to, message)));
        self.tell(Event::Durable(write));
    }

    /// A message of that generation arrives.
    pub fn hears(&mut self, from: char, generation: u64, body: Body) {
        self.receives(id(from), Message { generation: Generation(generation), body });
    }

    /// A message arrives.
    pub fn receives(&mut self, from: ServerId, message: Message) {
        self.handle(Event::Receive { from, message });
    }

    /// A timer fires.
    pub fn fires(&mut self, kind: TimerKind) {
        self.handle(Event::Timer(kind));
    }

    /// It stands for election: its time has run out, and every other server was willing.
    pub fn stands(&mut self) {
        self.fires(TimerKind::Election);
        let generation = self.node.generation();
        for peer in self.peers() {
            let body = Body::PreVoteAnswer { granted: true, asked: generation };
            self.receives(peer, Message { generation, body });
        }
        // One server alone has nobody to wait for, and leads by now.
        assert!(matches!(self.node.role(), Role::Candidate(_) | Role::Leader(_)), "it stands");
    }

    /// It leads: it has stood, and every other server has voted for it.
    pub fn leads(&mut self) {
        self.stands();
        for peer in self.peers() {
            let message =
                Message { generation: self.node.generation(), body: Body::VoteAnswer { granted: true } };
            self.receives(peer, message);
        }
        assert!(matches!(self.node.role(), Role::Leader(_)), "it leads");
    }

    /// A follower says that it holds the log up to there.
    pub fn is_acknowledged(&mut self, by: char, upto: u64) {
        let body = Body::AppendAnswer(AppendAnswer::Matched { upto: Index(upto) });
        self.hears(by, self.node.generation().0, body);
    }

    /// The customer asks for a sword.
    pub fn is_asked(&mut self, number: u64) {
        let trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });
        let request = Request { number: RequestNumber(number), first_outstanding: RequestNumber(1), trade };
        self.handle(Event::Request { client: CUSTOMER, request });
    }

    /// Everybody else.
    pub fn peers(&self) -> Vec<ServerId> {
        self.node.config().peers().collect()
    }

    /// What it has sent since this was last asked.
    pub fn sent(&mut self) -> Vec<(ServerId, Message)> {
        std::mem::take(&mut self.sent)
    }

    /// The only message that it has sent since this was last asked: to whom, of which generation, and what.
    pub fn only_message(&mut self) -> (char, u64, Body) {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "one message: {sent:?}");
        let (to, message) = sent.remove(0);
        (to.letter(), message.generation.0, message.body)
    }

    /// What it has decided since this was last asked.
    pub fn notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// What it has written since this was last asked.
    pub fn writes(&mut self) -> Vec<Write> {
        std::mem::take(&mut self.writes)
    }

    /// The election time-outs that were asked for since this was last asked.
    pub fn election_timers(&mut self) -> Vec<(Span, Span)> {
        self.timers(TimerKind::Election)
    }

    /// The times of that timer that were asked for since timers were last asked about.
    pub fn timers(&mut self, wanted: TimerKind) -> Vec<(Span, Span)> {
        let timers = std::mem::take(&mut self.timers);
        timers.into_iter().filter(|(kind, _)| *kind == wanted).map(|(_, between)| between).collect()
    }

    /// What it has told the customer since this was last asked.
    pub fn replies(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }

    /// The entries that it has carried out, as its notes tell, since these were last asked for.
    pub fn carried_out(&mut self) -> Vec<EntryId> {
        let applied = |note| if let Note::Applies { entry, .. } = note { Some(entry.id) } else { None };
        self.notes().into_iter().filter_map(applied).collect()
    }

    /// The generation of each entry of its log.
    pub fn log(&self) -> Vec<u64> {
        self.node.log().from(Index(1)).iter().map(|entry| entry.id.generation.0).collect()
    }

    pub fn generation(&self) -> u64 {
        self.node.generation().0
    }

    pub fn mark(&self) -> u64 {
        self.node.mark().0
    }

    /// What it is, in one word.
    pub fn role(&self) -> &'static str {
        match self.node.role() {
            Role::Follower(_) => "follower",
            Role::PreCandidate(_) => "pre-candidate",
            Role::Candidate(_) => "candidate",
            Role::Leader(_) => "leader",
        }
    }
}

/// The server of that letter.
pub fn id(letter: char) -> ServerId {
    letter.to_string().parse().expect("servers are A to I")
}

/// Whatever was sent, with letters instead of names.
pub fn letters(sent: Vec<(ServerId, Message)>) -> Vec<(char, Body)> {
    sent.into_iter().map(|(to, message)| (to.letter(), message.body)).collect()
}

/// An entry's name; (0, 0) is the start that all logs share.
pub const fn entry_id(generation: u64, index: u64) -> EntryId {
    EntryId { generation: Generation(generation), index: Index(index) }
}

/// The name of the last entry of a log of these generations.
pub fn last_of(log: &[u64]) -> EntryId {
    entry_id(log.last().copied().unwrap_or(0), log.len() as u64)
}

/// Entries of these generations, without content, from an index on.
pub fn entries(first: u64, generations: &[u64]) -> Vec<Entry> {
    let empty = |(generation, index): (&u64, u64)| Entry {
        id: entry_id(*generation, index),
        stamp: Time::ZERO,
        payload: Payload::Empty,
    };
    generations.iter().zip(first..).map(empty).collect()
}

/// "Append entries of these generations behind that one", from a leader that has committed up to `mark`.
pub fn append(prev: EntryId, generations: &[u64], mark: u64) -> Body {
    Body::Append { prev, entries: entries(prev.index.0 + 1, generations), mark: Index(mark) }
}
