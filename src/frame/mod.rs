//! What leaves the world: plain values, made from the simulation after each request. The page knows nothing else of it.
//!
//! Times are whole microseconds of simulated time as [`Time`]. A frame holds what is on screen: the last
//! [`LOG_COLUMNS`] entries of each log, at most [`PACKETS_MAX`] messages, and what happened since the last frame.

mod build;
mod build_hosts;
mod courses;
mod disk;
mod hosts;
mod journal;
mod lines;
mod marks;
mod notes;

use serde::{Deserialize, Serialize};

pub use crate::command::Refusal;
pub use crate::node::{ClientId, MessageKind, Place, ServerId};
use crate::ordered::Map;
use crate::shop::{Item, Prices};
use crate::time::{StoryClock, Time};
use crate::words::Args;

pub use build::{Since, build};
pub use build_hosts::service;
pub use courses::{Course, Courses};
pub use disk::{Disk, InPlace, Record, RecordState};
pub use hosts::{Host, HostKind, Load, Point, ResourceKind, Service, Station, StepKind};
pub use lines::line;
pub use marks::{Branch, MARKS_MAX, Mark, MarkKind, Standing, Track, marks, thinned};

/// How many entries of each log a frame holds.
pub const LOG_COLUMNS: usize = 24;

/// How many requests of a client, and how many kept answers of a client on a server, a frame holds: the newest.
pub const REQUESTS_MAX: usize = 10;

/// Of how many of a client's requests, the newest, a frame tells when they were accepted and committed.
pub const COURSES_MAX: usize = 3;

/// More clients than these are a crowd: of each, a frame holds fewer requests, and the picture has less to say.
pub const CROWD: usize = 5;

/// How large a frame of a busy cluster of five may become on its way, in bytes.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// How many messages a frame holds.
pub const PACKETS_MAX: usize = 64;

/// The world as it is seen at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The moment.
    pub at: Time,
    /// The furthest moment that this run has reached.
    pub end: Time,
    /// How many things have happened so far, prelude included: what tells two positions of the same moment apart.
    pub happened: u64,
    /// All servers, A first; none in a world without a cluster.
    pub servers: Vec<Server>,
    /// The first of the [`LOG_COLUMNS`] earlier places of the logs that are looked at; absent when it is the newest ones.
    pub columns: Option<u64>,
    /// The machines of a world without a cluster: web servers before the database.
    pub hosts: Vec<Host>,
    /// Their load; absent in a world with a cluster.
    pub load: Option<Load>,
    /// Messages in flight, in the order in which they were sent, the newest [`PACKETS_MAX`].
    pub packets: Vec<Packet>,
    /// How many more messages are in flight than `packets` shows.
    pub packets_more: u32,
    /// Links that are cut or held; all others work.
    pub links: Vec<Link>,
    /// The customers' programs.
    pub clients: Vec<Client>,
    /// Every account on every server that is up.
    pub accounts: Vec<Account>,
    /// Every kept answer on every server that is up.
    pub answers: Vec<KeptAnswer>,
    /// The promises that are watched.
    pub promises: Vec<Promise>,
    /// The rule in force for each pattern.
    pub rules: Map<String, String>,
    /// The rules in force that are not the right ones, as `pattern:value`.
    pub wrong: Vec<String>,
    /// Those of them that the lesson itself has chosen.
    pub by_lesson: Vec<String>,
    /// What things cost.
    pub prices: Prices,
    /// The clock of the lesson's story; absent when it has none.
    pub story: Option<StoryClock>,
    /// The event list's lines since the last frame, oldest first.
    pub lines: Vec<Line>,
    /// The lines start anew: forget those of earlier frames.
    pub lines_anew: bool,
    /// How far the guided run of a lesson has come; absent when it is not one, or not any more.
    pub guide: Option<Guide>,
    /// The challenge of the lesson is done; absent when it is not.
    pub goal: Option<GoalDone>,
    /// The same moment, with the same clicks, under another rule, while it is looked at beside this one.
    pub other: Option<Box<Frame>>,
    /// Why "Crash leader" is impossible now; absent when it is possible.
    pub no_crash_leader: Option<Refusal>,
    /// There is an action that can be undone.
    pub can_undo: bool,
    /// There is an undone action that can be done again.
    pub can_redo: bool,
}

impl Frame {
    /// Whether it shows a cluster, and not machines with a load.
    pub fn has_cluster(&self) -> bool {
        self.load.is_none()
    }
}

/// A challenge that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalDone {
    /// When.
    pub at: Time,
    /// In how many actions.
    pub actions: u32,
    /// In how few it can be done.
    pub par: u32,
}

/// How far a guided run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Which of the lesson's guided runs it is, from 0.
    pub part: u8,
    /// How many of its pauses lie at this position or before it.
    pub reached: u8,
    /// How many it has.
    pub of: u8,
    /// It has just come to one of them: time stands until the visitor goes on.
    pub pauses: bool,
}

/// What a server is right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Follows a leader, or waits for one.
    Follower,
    /// Asks whether an election would have a chance.
    PreCandidate,
    /// Stands for election.
    Candidate,
    /// Leads.
    Leader,
    /// Crashed.
    Down,
}

impl Role {
    /// The name used in messages and word keys.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Follower => "follower",
            Role::PreCandidate => "pre-candidate",
            Role::Candidate => "candidate",
            Role::Leader => "leader",
            Role::Down => "down",
        }
    }
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its letter.
    pub id: ServerId,
    /// What it is.
    pub role: Role,
    /// Its process stands still.
    pub paused: bool,
    /// The highest generation that it has heard of (on disk, when it is down).
    pub generation: u64,
    /// Whom it voted for in that generation.
    pub voted_for: Option<ServerId>,
    /// The leader that it follows (itself when it leads), as far as it knows.
    pub leader: Option<ServerId>,
    /// The last entry of its log.
    pub last_index: u64,
    /// The generation of that entry.
    pub last_generation: u64,
    /// The last entry that is safe on its disk.
    pub durable_index: u64,
    /// Everything up to here is known to be committed.
    pub high_water_mark: u64,
    /// Everything up to here is carried out.
    pub applied: u64,
    /// A snapshot has taken the place of the log up to here; 0: the log is whole.
    pub snapshot: u64,
    /// As leader: how many requests wait in its update queue.
    pub queue: u32,
    /// How many things wait for its process, which stands still.
    pub inbox: u32,
    /// The servers that its messages reach now.
    pub sends_to: Vec<ServerId>,
    /// The running election timer.
    pub timer: Option<Timer>,
    /// Who has granted it a vote (or would, for a pre-candidate), itself included.
    pub votes: Vec<ServerId>,
    /// As leader: what it knows of each other server's log.
    pub progress: Vec<Progress>,
    /// The last entries of its log (of its disk, when it is down).
    pub log: Vec<Entry>,
    /// Earlier ones, as far as they are looked at: those from [`Frame::columns`] on.
    pub earlier: Vec<Entry>,
    /// Its disk, when it is looked at or the server is alone.
    pub disk: Option<Disk>,
}

impl Server {
    /// The entry at that place of its log, as far as the frame holds it.
    pub fn entry(&self, index: u64) -> Option<&Entry> {
        self.log.iter().chain(&self.earlier).find(|entry| entry.index == index)
    }
}

/// What a leader knows of a follower's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The follower.
    pub server: ServerId,
    /// The last entry known to stand in both logs.
    pub matched: u64,
    /// The next entry that would be sent.
    pub next: u64,
}

/// A running election timer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it was set.
    pub set: Time,
    /// When it will fire.
    pub due: Time,
}

/// An entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1.
    pub index: u64,
    /// The generation that wrote it.
    pub generation: u64,
    /// What it is.
    pub kind: EntryKind,
    /// The client that it serves; absent for a leader's first entry.
    pub client: Option<ClientId>,
    /// The number of the client's request.
    pub number: Option<u64>,
    /// What is traded.
    pub item: Option<Item>,
    /// How many.
    pub count: Option<u32>,
}

/// The kinds of log entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The empty entry with which a leader starts its generation.
    Empty,
    /// Opens a client's session.
    Open,
    /// A purchase.
    Buy,
    /// A sale back to the shop.
    Sell,
}

impl EntryKind {
    /// The name used in messages and word keys.
    pub const fn name(self) -> &'static str {
        match self {
            EntryKind::Empty => "empty",
            EntryKind::Open => "open",
            EntryKind::Buy => "buy",
            EntryKind::Sell => "sell",
        }
    }
}

/// A message in flight. Between `sent` and `due` it moves at an even pace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Its id, unique in a run.
    pub id: u64,
    /// What it is.
    pub kind: MessageKind,
    /// The generation that it speaks for; absent between clients and servers.
    pub generation: Option<u64>,
    /// Where it comes from.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives; for a held one, when it would have.
    pub due: Time,
    /// It waits on a held link.
    pub held: bool,
    /// It will be lost at its destination's wall: the link is cut.
    pub cut: bool,
    /// Whether a vote or an append was granted (answers only).
    pub granted: Option<bool>,
    /// How many entries it carries (appends only).
    pub entries: u32,
}

/// A link that does not work as usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The sending end.
    pub from: Place,
    /// The receiving end.
    pub to: Place,
    /// What is sent over it is lost.
    pub cut: bool,
    /// What is sent over it waits.
    pub held: bool,
}

/// A customer's program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The customer's name in messages, such as `Cheolsu`; its word key is `name.` and that.
    pub name: String,
    /// The server that it believes to lead.
    pub asks: ServerId,
    /// Its newest requests, the newest first.
    pub requests: Vec<Request>,
    /// What it was shown last when it asked for its account.
    pub last_view: Option<View>,
    /// The next answer to it will be lost.
    pub loses_next_answer: bool,
    /// Why "Retry request" is impossible now; absent when it is possible.
    pub no_retry: Option<Refusal>,
}

/// An account as a client was shown it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// By whom.
    pub server: ServerId,
    /// The last entry that had been carried out.
    pub as_of: u64,
    /// Won.
    pub money: i64,
    /// How many of each item; all items are named.
    pub items: Map<Item, i64>,
}

/// A request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its number, from 1.
    pub number: u64,
    /// What is wished: [`EntryKind::Buy`] or [`EntryKind::Sell`].
    pub kind: EntryKind,
    /// What is traded.
    pub item: Item,
    /// How many.
    pub count: u32,
    /// An answer is awaited.
    pub waiting: bool,
    /// How often it was tried, at most three times.
    pub tries: u32,
    /// The answer that the client has seen.
    pub answer: Option<Answer>,
    /// When it was accepted and committed; empty for all but the newest [`COURSES_MAX`].
    pub course: Course,
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Accepted: it is in the leader's update queue, and not carried out yet.
    Accepted,
    /// Carried out.
    Done,
    /// Refused: too little money.
    NotEnoughMoney,
    /// Refused: too few in stock.
    SoldOut,
    /// Refused: not owned.
    NotYours,
    /// The server asked does not lead.
    NotLeader,
    /// The leader had too much to do and did not accept it.
    Busy,
    /// The session is gone, or the client had given the request up before: it will not be carried out any more.
    Expired,
    /// No answer after three tries: perhaps carried out, perhaps not.
    Unknown,
}

impl Answer {
    /// The name used in messages and word keys.
    pub const fn name(self) -> &'static str {
        match self {
            Answer::Accepted => "accepted",
            Answer::Done => "done",
            Answer::NotEnoughMoney => "not-enough-money",
            Answer::SoldOut => "sold-out",
            Answer::NotYours => "not-yours",
            Answer::NotLeader => "not-leader",
            Answer::Busy => "busy",
            Answer::Expired => "expired",
            Answer::Unknown => "unknown",
        }
    }
}

/// One owner's account as one server has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The server.
    pub server: ServerId,
    /// `Cheolsu`, `Yeonghui`, …, `shop`; the word key is `name.` and that.
    pub owner: String,
    /// Won.
    pub money: i64,
    /// How many of each item; all items are named.
    pub items: Map<Item, i64>,
}

/// An answer that a server keeps, to give it again when it is asked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The server.
    pub server: ServerId,
    /// Whose request.
    pub client: ClientId,
    /// Which request.
    pub number: u64,
    /// The answer.
    pub answer: Answer,
}

/// What is known of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds.
    Kept,
    /// It is not decided yet (liveness).
    Waiting,
    /// It was broken.
    Broken,
}

/// A promise and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its name, such as `at-most-once`; the word key is `promise.` and that.
    pub name: String,
    /// What is known.
    pub verdict: Verdict,
    /// When it was broken first.
    pub broken_at: Option<Time>,
}

/// A line of the event list: one thing that happened, with its consequence. A step goes to the next line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the run, rising; a seek to it goes to the position right after it.
    pub happened: u64,
    /// When.
    pub at: Time,
    /// The kind of event, as listed in `docs/contract.md`.
    pub kind: String,
    /// Where it happened; absent for what concerns no single server.
    pub server: Option<ServerId>,
    /// The template of its text.
    pub text: String,
    /// What is put into the template.
    pub args: Args,
    /// A key event: crash, election, commit, answer.
    pub key: bool,
}
