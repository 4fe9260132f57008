//! The one place where the simulation is turned into a [`Frame`], with [`super::build_hosts`] for machines and [`super::disk`] for disks.

use crate::command::Refusal;
use crate::node::{
    Body, Entry as LogEntry, Index, Message, Node, Payload, Place, Role as NodeRole, Rules, ServerId,
    View as SimView,
};
use crate::promise::{Promises, Verdict as Known};
use crate::shop::{Goods, Item, Outcome, Shop, Trade};
use crate::sim::{
    Answer as ClientAnswer, Client as SimClient, Content, Flight, Loss, MessageId, Request as SimRequest,
    Server as SimServer, Sim,
};
use crate::time::{StoryClock, Time};

use super::build_hosts;
use super::disk::disk;
use super::{
    Account, Answer, COURSES_MAX, CROWD, Client, Course, Courses, Entry, EntryKind, Frame, GoalDone, Guide,
    KeptAnswer, LOG_COLUMNS, Line, Link, PACKETS_MAX, Packet, Progress, Promise, REQUESTS_MAX, Request, Role,
    Server, Timer, Verdict, View,
};

/// What a frame says beyond the present moment.
pub struct Since {
    /// The furthest moment that the run has reached.
    pub end: Time,
    /// The lines since the last frame.
    pub lines: Vec<Line>,
    /// The lines start anew.
    pub lines_anew: bool,
    /// The first of the earlier places of the logs that are looked at.
    pub columns: Option<u64>,
    /// The rules that the lesson begins with.
    pub usual: Rules,
    /// The clock of the lesson's story.
    pub story: Option<StoryClock>,
    /// The server whose disk is looked at. A server that is alone is always.
    pub disk_of: Option<ServerId>,
    /// How far the guided run has come.
    pub guide: Option<Guide>,
    /// The challenge is done.
    pub goal: Option<GoalDone>,
    /// There is an action that can be undone.
    pub can_undo: bool,
    /// There is an undone action that can be done again.
    pub can_redo: bool,
}

/// The world as it is now.
pub fn build(sim: &Sim, promises: &Promises, courses: &Courses, since: Since) -> Frame {
    let flights = sim.network().flights();
    let more = flights.len().saturating_sub(PACKETS_MAX);
    let crowded = sim.clients().len() > CROWD;
    Frame {
        at: sim.now(),
        end: since.end,
        happened: sim.happened(),
        servers: sim.servers().map(|(id, server)| self::server(sim, id, server, &since)).collect(),
        columns: since.columns,
        hosts: build_hosts::hosts(sim),
        load: build_hosts::load(sim),
        packets: flights.skip(more).map(|(id, flight)| packet(sim, id, flight)).collect(),
        packets_more: more as u32,
        links: sim
            .network()
            .disturbed()
            .map(|(from, to, link)| Link { from, to, cut: link.cut, held: link.held })
            .collect(),
        clients: sim.clients().iter().map(|client| self::client(client, courses, crowded)).collect(),
        accounts: running(sim)
            .map(|(id, node)| (id, node.shop()))
            .chain(build_hosts::shops(sim))
            .flat_map(|(id, shop)| accounts(id, shop))
            .collect(),
        answers: running(sim)
            .flat_map(|(id, node)| kept_answers(id, node))
            .chain(build_hosts::kept_answers(sim))
            .collect(),
        promises: promises.verdicts().into_iter().map(|(name, verdict)| promise(name, verdict)).collect(),
        rules: sim
            .rules()
            .in_force()
            .into_iter()
            .map(|(pattern, value)| (pattern.to_string(), value.to_string()))
            .collect(),
        wrong: sim.rules().wrong(),
        by_lesson: by_lesson(sim.rules(), &since.usual),
        prices: sim.options().prices,
        story: since.story,
        lines: since.lines,
        lines_anew: since.lines_anew,
        guide: since.guide,
        goal: since.goal,
        other: None,
        no_crash_leader: sim.leader().is_none().then_some(Refusal::NoLeader),
        can_undo: since.can_undo,
        can_redo: since.can_redo,
    }
}

/// Of the rules that are not the right ones, those that the lesson has chosen.
fn by_lesson(in_force: &Rules, usual: &Rules) -> Vec<String> {
    let chosen = usual.wrong();
    in_force.wrong().into_iter().filter(|rule| chosen.contains(rule)).collect()
}

fn running(sim: &Sim) -> impl Iterator<Item = (ServerId, &Node)> {
    sim.servers().filter_map(|(id, server)| Some((id, server.node.as_ref()?)))
}

fn server(sim: &Sim, id: ServerId, server: &SimServer, since: &Since) -> Server {
    let found = match &server.node {
        Some(node) => running_server(sim, id, server, node, since.columns),
        None => server_that_is_down(id, server, since.columns),
    };
    let is_looked_at = since.disk_of == Some(id) || sim.options().servers == 1;
    Server { disk: is_looked_at.then(|| disk(&server.disk)), ..found }
}

fn running_server(sim: &Sim, id: ServerId, server: &SimServer, node: &Node, columns: Option<u64>) -> Server {
    let last = node.log().last();
    let open = |peer: &ServerId| sim.network().is_open(Place::Server(id), Place::Server(*peer));
    Server {
        id,
        role: role(node.role()),
        paused: server.paused,
        generation: node.generation().0,
        voted_for: node.voted_for(),
        leader: node.leader(),
        last_index: last.index.0,
        last_generation: last.generation.0,
        durable_index: node.log().durable().0,
        high_water_mark: node.mark().0,
        applied: node.applied().0,
        snapshot: node.log().start().index.0,
        queue: queue(node),
        inbox: server.waiting() as u32,
        sends_to: node.config().peers().filter(open).collect(),
        timer: server.election_timer().map(|timer| Timer { set: timer.set, due: timer.slot.due }),
        votes: node.votes().into_iter().collect(),
        progress: progress(node),
        log: last_entries(node.log().from(Index(1))),
        earlier: entries_from(node.log().from(Index(1)), columns),
        disk: None,
    }
}

fn server_that_is_down(id: ServerId, server: &SimServer, columns: Option<u64>) -> Server {
    let disk = server.disk.stored();
    let start = disk.snapshot.as_ref().map(|snapshot| snapshot.last).unwrap_or_default();
    let last = disk.records.last().map_or(start, |record| record.entry.id);
    let entries: Vec<LogEntry> = disk.records.iter().map(|record| record.entry).collect();
    Server {
        id,
        role: Role::Down,
        paused: false,
        generation: disk.generation.0,
        voted_for: disk.voted_for,
        leader: None,
        last_index: last.index.0,
        last_generation: last.generation.0,
        durable_index: disk.synced.0,
        high_water_mark: 0,
        applied: 0,
        snapshot: start.index.0,
        queue: 0,
        inbox: 0,
        sends_to: Vec::new(),
        timer: None,
        votes: Vec::new(),
        progress: Vec::new(),
        log: last_entries(&entries),
        earlier: entries_from(&entries, columns),
        disk: None,
    }
}

fn role(role: &NodeRole) -> Role {
    match role {
        NodeRole::Follower(_) => Role::Follower,
        NodeRole::PreCandidate(_) => Role::PreCandidate,
        NodeRole::Candidate(_) => Role::Candidate,
        NodeRole::Leader(_) => Role::Leader,
    }
}

fn progress(node: &Node) -> Vec<Progress> {
    let NodeRole::Leader(leader) = node.role() else { return Vec::new() };
    leader
        .progress()
        .map(|(server, known)| Progress { server, matched: known.matched.0, next: known.next.0 })
        .collect()
}

fn queue(node: &Node) -> u32 {
    let NodeRole::Leader(leader) = node.role() else { return 0 };
    leader.queue().len() as u32
}

fn last_entries(entries: &[LogEntry]) -> Vec<Entry> {
    entries[entries.len().saturating_sub(LOG_COLUMNS)..].iter().map(entry).collect()
}

fn entries_from(entries: &[LogEntry], first: Option<u64>) -> Vec<Entry> {
    let Some(first) = first else { return Vec::new() };
    let there = entries.iter().skip_while(|entry| entry.id.index.0 < first);
    there.take_while(|entry| entry.id.index.0 < first + LOG_COLUMNS as u64).map(entry).collect()
}

/// An entry, as it is shown.
pub(super) fn entry(entry: &LogEntry) -> Entry {
    let (index, generation) = (entry.id.index.0, entry.id.generation.0);
    let without = Entry {
        index,
        generation,
        kind: EntryKind::Empty,
        client: None,
        number: None,
        item: None,
        count: None,
    };
    match entry.payload {
        Payload::Empty => without,
        Payload::Open { client } => Entry { kind: EntryKind::Open, client: Some(client), ..without },
        Payload::Request { client, number, trade, .. } => {
            let (kind, goods) = wish(trade);
            let item = Some(goods.item);
            Entry {
                index,
                generation,
                kind,
                client: Some(client),
                number: Some(number.0),
                item,
                count: Some(goods.count),
            }
        }
    }
}

fn wish(trade: Trade) -> (EntryKind, Goods) {
    match trade {
        Trade::Buy(goods) => (EntryKind::Buy, goods),
        Trade::Sell(goods) => (EntryKind::Sell, goods),
    }
}

fn packet(sim: &Sim, id: MessageId, flight: &Flight) -> Packet {
    let (generation, entries) = match &flight.content {
        Content::Message(Message { generation, body: Body::Append { entries, .. } }) => {
            (Some(generation.0), entries.len() as u32)
        }
        Content::Message(message) => (Some(message.generation.0), 0),
        Content::Request(_) | Content::View { .. } | Content::Reply { .. } => (None, 0),
    };
    Packet {
        id: id.0,
        kind: flight.content.kind(),
        generation,
        from: flight.from,
        to: flight.to,
        sent: flight.sent,
        due: flight.due,
        held: flight.is_held(),
        cut: flight.doom == Some(Loss::Cut) || !sim.network().is_open(flight.from, flight.to),
        granted: flight.content.granted(),
        entries,
    }
}

fn client(client: &SimClient, courses: &Courses, crowded: bool) -> Client {
    let most = if crowded { COURSES_MAX } else { REQUESTS_MAX };
    let newest = client.requests.iter().rev().take(most);
    Client {
        id: client.id,
        name: client.id.owner().name(),
        asks: client.asks,
        requests: newest
            .enumerate()
            .map(|(nth, wish)| match nth {
                0..COURSES_MAX => request(wish, courses.of(client.id, wish.number)),
                _ => request(wish, Course::default()),
            })
            .collect(),
        last_view: client.last_view.as_ref().map(|(server, shown)| view(*server, shown)),
        loses_next_answer: client.loses_next_answer,
        no_retry: client.requests.is_empty().then_some(Refusal::NothingToRetry),
    }
}

fn view(server: ServerId, shown: &SimView) -> View {
    let account = &shown.account;
    let items = Item::ALL.map(|item| (item, account.count(item))).into();
    View { server, as_of: shown.as_of.0, money: account.money, items }
}

fn request(request: &SimRequest, course: Course) -> Request {
    let (kind, goods) = wish(request.trade);
    Request {
        number: request.number.0,
        kind,
        item: goods.item,
        count: goods.count,
        waiting: request.waiting.is_some(),
        tries: request.tries,
        answer: request.answer.map(answer),
        course,
    }
}

/// What a client was told, as it is shown.
pub(super) fn answer(answer: ClientAnswer) -> Answer {
    match answer {
        ClientAnswer::Outcome(outcome) => of_shop(outcome),
        ClientAnswer::Accepted => Answer::Accepted,
        ClientAnswer::Expired => Answer::Expired,
        ClientAnswer::Busy => Answer::Busy,
        ClientAnswer::Unknown => Answer::Unknown,
    }
}

/// What a shop has made of a trade, as it is shown.
pub(super) fn of_shop(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Done => Answer::Done,
        Outcome::NotEnoughMoney => Answer::NotEnoughMoney,
        Outcome::SoldOut => Answer::SoldOut,
        Outcome::NotYours => Answer::NotYours,
    }
}

fn accounts(server: ServerId, shop: &Shop) -> Vec<Account> {
    let account = |(owner, account): (&crate::shop::Owner, &crate::shop::Account)| Account {
        server,
        owner: owner.name(),
        money: account.money,
        items: Item::ALL.map(|item| (item, account.count(item))).into(),
    };
    shop.accounts().iter().map(account).collect()
}

fn kept_answers(server: ServerId, node: &Node) -> impl Iterator<Item = KeptAnswer> {
    node.sessions().answers().flat_map(move |(client, answers)| {
        let newest = answers.iter().skip(answers.len().saturating_sub(REQUESTS_MAX));
        newest.map(move |(number, outcome)| KeptAnswer {
            server,
            client,
            number: number.0,
            answer: of_shop(*outcome),
        })
    })
}

fn promise(name: &str, verdict: Known) -> Promise {
    let (verdict, broken_at) = match verdict {
        Known::Kept => (Verdict::Kept, None),
        Known::Waiting => (Verdict::Waiting, None),
        Known::Broken(at) => (Verdict::Broken, Some(at)),
    };
    Promise { name: name.to_string(), verdict, broken_at }
}
