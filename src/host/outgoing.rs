//! What the frame says to its host. The names and the order of the fields are a promise (`docs/contract.md`).

use serde::Serialize;

use crate::command::Refusal;
use crate::frame::{
    self, Answer, ClientId, EntryKind, Frame, GoalDone, HostKind, Line, MessageKind, Place, Role, ServerId,
    Verdict,
};
use crate::lesson::LessonId;
use crate::ordered::Map;
use crate::shop::Item;
use crate::time::Time;
use crate::words::{Arg, Args, Words, plain, word};

/// The version of the messages.
pub const PLAYGROUND: u8 = 1;

/// The first frame is drawn; commands are answered from now on.
#[derive(Debug, Serialize)]
pub struct Ready {
    playground: u8,
    ev: &'static str,
    version: &'static str,
}

impl Ready {
    /// The message of a page of this version.
    pub fn new(version: &'static str) -> Ready {
        Ready { playground: PLAYGROUND, ev: "ready", version }
    }
}

/// Something happened in the world.
#[derive(Debug, Serialize)]
pub struct Event {
    playground: u8,
    ev: &'static str,
    /// Milliseconds.
    at: i64,
    kind: String,
    server: Option<ServerId>,
    text: String,
}

impl Event {
    /// The message for a line of the event list, in the language of the page.
    pub fn new(line: &Line, words: &Words) -> Event {
        Event {
            playground: PLAYGROUND,
            ev: "event",
            at: line.at.ms(),
            kind: line.kind.clone(),
            server: line.server,
            text: words.fill(&line.text, &line.args),
        }
    }
}

/// A challenge was done.
#[derive(Debug, Serialize)]
pub struct Goal {
    playground: u8,
    ev: &'static str,
    lesson: &'static str,
    actions: u32,
    par: u32,
}

impl Goal {
    /// The message for a challenge of that lesson.
    pub fn new(lesson: LessonId, done: GoalDone) -> Goal {
        Goal {
            playground: PLAYGROUND,
            ev: "goal",
            lesson: lesson.name(),
            actions: done.actions,
            par: done.par,
        }
    }
}

/// A command was not carried out.
#[derive(Debug, Serialize)]
pub struct Error {
    playground: u8,
    ev: &'static str,
    r#ref: Option<String>,
    code: &'static str,
    text: String,
}

impl Error {
    /// The answer to the command with that `ref`.
    pub fn new(reference: Option<String>, code: Refusal, text: String) -> Error {
        Error { playground: PLAYGROUND, ev: "error", r#ref: reference, code: code.code(), text }
    }
}

/// What the page knows beside the frame.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The version of the page.
    pub version: &'static str,
    /// The version of the simulation.
    pub engine: u32,
    /// `ko` or `en`.
    pub lang: &'a str,
    /// The lesson's name; none on home and sandbox.
    pub lesson: Option<&'static str>,
    /// Time runs, or will as soon as the page is visible.
    pub playing: bool,
    /// Simulated seconds a second.
    pub speed: f64,
    /// The state hash, 16 hexadecimal digits.
    pub hash: &'a str,
}

/// The whole state, in answer to a command. Times are whole milliseconds.
#[derive(Debug, Serialize)]
pub struct State {
    playground: u8,
    ev: &'static str,
    r#ref: Option<String>,
    version: &'static str,
    engine: u32,
    lang: String,
    lesson: Option<&'static str>,
    at: i64,
    end: i64,
    playing: bool,
    speed: f64,
    hash: String,
    rules: Map<String, String>,
    wrong: Vec<String>,
    servers: Vec<Server>,
    hosts: Vec<Host>,
    messages: Vec<Message>,
    clients: Vec<Client>,
    accounts: Vec<Account>,
    answers: Vec<KeptAnswer>,
    promises: Vec<Promise>,
}

#[derive(Debug, Serialize)]
struct Server {
    id: ServerId,
    role: Role,
    generation: u64,
    voted_for: Option<ServerId>,
    last_index: u64,
    last_generation: u64,
    durable_index: u64,
    high_water_mark: u64,
    applied: u64,
    sends_to: Vec<ServerId>,
    log: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    index: u64,
    generation: u64,
    kind: EntryKind,
    text: String,
}

/// A machine with a load. A latency is rounded up to a whole millisecond; 0: nothing was answered lately.
#[derive(Debug, Serialize)]
struct Host {
    id: ServerId,
    kind: HostKind,
    up: bool,
    cpu: u8,
    memory: u8,
    disk: u8,
    network: u8,
    queue: u32,
    latency_p50_ms: u64,
    latency_p99_ms: u64,
}

#[derive(Debug, Serialize)]
struct Message {
    id: u64,
    kind: MessageKind,
    from: Place,
    to: Place,
    sent: i64,
    due: i64,
    held: bool,
}

#[derive(Debug, Serialize)]
struct Client {
    id: ClientId,
    name: String,
    requests: Vec<Request>,
    last_view: Option<View>,
}

/// An account as a client was shown it.
#[derive(Debug, Serialize)]
struct View {
    server: ServerId,
    as_of: u64,
    money: i64,
    items: Map<Item, i64>,
}

#[derive(Debug, Serialize)]
struct Request {
    number: u64,
    waiting: bool,
    tries: u32,
    answer: Option<Answer>,
}

#[derive(Debug, Serialize)]
struct Account {
    server: ServerId,
    owner: String,
    money: i64,
    items: Map<Item, i64>,
}

#[derive(Debug, Serialize)]
struct KeptAnswer {
    server: ServerId,
    client: ClientId,
    number: u64,
    answer: Answer,
}

#[derive(Debug, Serialize)]
struct Promise {
    name: String,
    verdict: Verdict,
    broken_at: Option<i64>,
}

impl State {
    /// The answer to the command with that `ref`.
    pub fn new(reference: Option<String>, facts: Facts, frame: &Frame, words: &Words) -> State {
        State {
            playground: PLAYGROUND,
            ev: "state",
            r#ref: reference,
            version: facts.version,
            engine: facts.engine,
            lang: facts.lang.to_string(),
            lesson: facts.lesson,
            at: frame.at.ms(),
            end: frame.end.ms(),
            playing: facts.playing,
            speed: facts.speed,
            hash: facts.hash.to_string(),
            rules: frame.rules.clone(),
            wrong: frame.wrong.clone(),
            servers: frame.servers.iter().map(|server| Server::new(server, words)).collect(),
            hosts: frame.hosts.iter().map(Host::new).collect(),
            messages: frame.packets.iter().map(Message::new).collect(),
            clients: frame.clients.iter().map(Client::new).collect(),
            accounts: frame.accounts.iter().map(Account::new).collect(),
            answers: frame.answers.iter().map(KeptAnswer::new).collect(),
            promises: frame.promises.iter().map(Promise::new).collect(),
        }
    }
}

impl Server {
    fn new(server: &frame::Server, words: &Words) -> Server {
        Server {
            id: server.id,
            role: server.role,
            generation: server.generation,
            voted_for: server.voted_for,
            last_index: server.last_index,
            last_generation: server.last_generation,
            durable_index: server.durable_index,
            high_water_mark: server.high_water_mark,
            applied: server.applied,
            sends_to: server.sends_to.clone(),
            log: server.log.iter().map(|entry| Entry::new(entry, words)).collect(),
        }
    }
}

impl Entry {
    fn new(entry: &frame::Entry, words: &Words) -> Entry {
        let key = format!("host.entry-{}", entry.kind.name());
        Entry {
            index: entry.index,
            generation: entry.generation,
            kind: entry.kind,
            text: words.fill(&key, &arguments(entry)),
        }
    }
}

/// What the text of an entry may name: the generation that wrote it, who asked, how many, of what.
fn arguments(entry: &frame::Entry) -> Args {
    let named = [
        ("generation", Some(plain(entry.generation))),
        ("name", entry.client.map(|client| word(format!("name.{}", client.owner().name())))),
        ("count", entry.count.map(plain)),
        ("item", entry.item.map(|item| word(format!("item.{}", item.name())))),
    ];
    named.into_iter().filter_map(|(name, arg): (_, Option<Arg>)| Some((name.to_string(), arg?))).collect()
}

impl Host {
    fn new(host: &frame::Host) -> Host {
        let ms = |us: Option<u64>| us.unwrap_or(0).div_ceil(1_000);
        Host {
            id: host.id,
            kind: host.kind,
            up: host.up,
            cpu: host.cpu,
            memory: host.memory,
            disk: host.disk,
            network: host.network,
            queue: host.queue,
            latency_p50_ms: ms(host.p50_us),
            latency_p99_ms: ms(host.p99_us),
        }
    }
}

impl Message {
    fn new(packet: &frame::Packet) -> Message {
        Message {
            id: packet.id,
            kind: packet.kind,
            from: packet.from,
            to: packet.to,
            sent: packet.sent.ms(),
            due: packet.due.ms(),
            held: packet.held,
        }
    }
}

impl View {
    fn new(view: &frame::View) -> View {
        View { server: view.server, as_of: view.as_of, money: view.money, items: view.items.clone() }
    }
}

impl Client {
    fn new(client: &frame::Client) -> Client {
        Client {
            id: client.id,
            name: client.name.clone(),
            requests: client.requests.iter().map(Request::new).collect(),
            last_view: client.last_view.as_ref().map(View::new),
        }
    }
}

impl Request {
    fn new(request: &frame::Request) -> Request {
        Request {
            number: request.number,
            waiting: request.waiting,
            tries: request.tries,
            answer: request.answer,
        }
    }
}

impl Account {
    fn new(account: &frame::Account) -> Account {
        Account {
            server: account.server,
            owner: account.owner.clone(),
            money: account.money,
            items: account.items.clone(),
        }
    }
}

impl KeptAnswer {
    fn new(kept: &frame::KeptAnswer) -> KeptAnswer {
        KeptAnswer { server: kept.server, client: kept.client, number: kept.number, answer: kept.answer }
    }
}

impl Promise {
    fn new(promise: &frame::Promise) -> Promise {
        Promise {
            name: promise.name.clone(),
            verdict: promise.verdict,
            broken_at: promise.broken_at.map(Time::ms),
        }
    }
}
