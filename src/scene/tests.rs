//! A frame made by hand, and what is drawn from it.

use super::*;
use crate::frame::{
    Account, Answer, Client, Course, Entry, EntryKind, Host, HostKind, Link, Load, Packet, Request,
    ResourceKind, Server, Station, StepKind, View,
};
use crate::shop::Item;
use crate::words::Words;

fn id(place: u8) -> ServerId {
    ServerId::new(place)
}

fn entry(index: u64, generation: u64) -> Entry {
    let buys = index > 1;
    Entry {
        index,
        generation,
        kind: if buys { EntryKind::Buy } else { EntryKind::Empty },
        client: buys.then(|| ClientId::of_customer(1)),
        number: buys.then_some(index - 1),
        item: buys.then_some(Item::LegendarySword),
        count: buys.then_some(1),
    }
}

pub(crate) fn server(place: u8, role: Role, entries: u64, mark: u64) -> Server {
    let waits = matches!(role, Role::Follower | Role::Candidate);
    Server {
        id: id(place),
        role,
        paused: false,
        generation: 2,
        voted_for: Some(id(0)),
        leader: Some(id(0)),
        last_index: entries,
        last_generation: 2,
        durable_index: entries.saturating_sub(u64::from(place == 2)),
        high_water_mark: mark,
        applied: mark,
        snapshot: 0,
        queue: 0,
        inbox: 0,
        sends_to: Vec::new(),
        timer: waits
            .then(|| Timer { set: Time::from_ms(1_000), due: Time::from_ms(5_000 + 300 * i64::from(place)) }),
        votes: vec![id(place)],
        progress: Vec::new(),
        earlier: Vec::new(),
        disk: None,
        log: (1..=entries).map(|index| entry(index, if index < 4 { 1 } else { 2 })).collect(),
    }
}

fn client(number: u8, requests: Vec<Request>) -> Client {
    let id = ClientId::of_customer(number);
    Client {
        id,
        name: id.owner().name(),
        asks: ServerId::new(0),
        requests,
        last_view: None,
        loses_next_answer: number == 2,
        no_retry: None,
    }
}

fn in_flight(id: u64, kind: MessageKind, from: Place, to: Place) -> Packet {
    let granted =
        matches!(kind, MessageKind::AppendAnswer | MessageKind::VoteAnswer).then_some(id.is_multiple_of(2));
    let between_servers = matches!((from, to), (Place::Server(_), Place::Server(_)));
    Packet {
        id,
        kind,
        generation: between_servers.then_some(2),
        from,
        to,
        sent: Time::from_ms(2_000),
        due: Time::from_ms(2_300 + 10 * id as i64),
        held: false,
        cut: false,
        granted,
        entries: u32::from(kind == MessageKind::Append),
    }
}

/// Five servers: A leads generation 2, D stands, E is down; a message of most kinds in flight.
fn wish(number: u64, answer: Option<Answer>) -> Request {
    Request {
        number,
        kind: EntryKind::Buy,
        item: Item::LegendarySword,
        count: 1,
        waiting: answer.is_none(),
        tries: 1,
        answer,
        course: Course::default(),
    }
}

pub(crate) fn frame() -> Frame {
    let server_at = |place| Place::Server(id(place));
    let cheolsu = Place::Client(ClientId::of_customer(1));
    Frame {
        at: Time::from_ms(2_150),
        end: Time::from_ms(2_150),
        happened: 40,
        servers: vec![
            server(0, Role::Leader, 6, 5),
            server(1, Role::Follower, 6, 4),
            server(2, Role::Follower, 6, 4),
            server(3, Role::Candidate, 5, 4),
            server(4, Role::Down, 3, 3),
        ],
        packets: vec![
            in_flight(1, MessageKind::Heartbeat, server_at(0), server_at(1)),
            in_flight(2, MessageKind::Append, server_at(0), server_at(2)),
            in_flight(3, MessageKind::AppendAnswer, server_at(2), server_at(0)),
            in_flight(4, MessageKind::Vote, server_at(3), server_at(1)),
            in_flight(5, MessageKind::VoteAnswer, server_at(1), server_at(3)),
            in_flight(6, MessageKind::Request, cheolsu, server_at(1)),
            in_flight(7, MessageKind::Redirect, server_at(1), cheolsu),
            in_flight(8, MessageKind::Answer, server_at(0), cheolsu),
        ],
        packets_more: 0,
        hosts: Vec::new(),
        load: None,
        links: Vec::new(),
        clients: vec![client(1, vec![wish(2, None)]), client(2, vec![wish(1, Some(Answer::Done))])],
        accounts: Vec::new(),
        answers: Vec::new(),
        promises: Vec::new(),
        rules: Default::default(),
        wrong: Vec::new(),
        by_lesson: Vec::new(),
        prices: Default::default(),
        story: None,
        lines: Vec::new(),
        lines_anew: true,
        columns: None,
        guide: None,
        goal: None,
        other: None,
        no_crash_leader: None,
        can_undo: false,
        can_redo: false,
    }
}

/// A machine that runs, idle.
fn host(id: ServerId, kind: HostKind, steps: &[(StepKind, ResourceKind)]) -> Host {
    let station = |(step, resource): &(StepKind, ResourceKind)| Station {
        step: *step,
        resource: *resource,
        requests: 0,
    };
    Host {
        id,
        kind,
        up: true,
        users: 0,
        cpu: 0,
        memory: 0,
        disk: 0,
        network: 0,
        queue: 0,
        away: 0,
        arrived: 0,
        answered: 0,
        p50_us: None,
        p99_us: None,
        stations: steps.iter().map(station).collect(),
    }
}

/// One machine that does everything, with nearly more load than it can bear: its CPU is full, and requests wait.
pub(crate) fn one_machine() -> Frame {
    use ResourceKind::{Cpu, Disk};
    let steps = [
        (StepKind::Read, Disk),
        (StepKind::Check, Cpu),
        (StepKind::Debit, Disk),
        (StepKind::Grant, Cpu),
        (StepKind::Save, Disk),
    ];
    let mut server = Host {
        users: 95_000,
        cpu: 97,
        memory: 3,
        disk: 48,
        network: 4,
        queue: 1_234,
        arrived: 951,
        answered: 948,
        p50_us: Some(21_400),
        p99_us: Some(130_000),
        ..host(ServerId::SINGLE, HostKind::Server, &steps)
    };
    server.stations[1].requests = 150;
    server.stations[3].requests = 49;
    let load = Load { users: 95_000, arrived: 951, answered: 948, ..Load::default() };
    Frame { servers: Vec::new(), packets: Vec::new(), hosts: vec![server], load: Some(load), ..frame() }
}

/// Three web servers, of which the second is down, before a database; Cheolsu has seen his account through the third.
pub(crate) fn web_servers() -> Frame {
    use ResourceKind::{Cpu, Disk};
    let web = |number| {
        let steps = [(StepKind::Check, Cpu), (StepKind::Grant, Cpu)];
        Host { cpu: 48, users: 50_000, memory: 2, ..host(ServerId::web(number), HostKind::Web, &steps) }
    };
    let down = Host { up: false, cpu: 0, users: 0, memory: 0, ..web(2) };
    let steps = [(StepKind::Read, Disk), (StepKind::Debit, Cpu), (StepKind::Save, Disk)];
    let database = Host { disk: 65, cpu: 20, ..host(ServerId::DATABASE, HostKind::Database, &steps) };
    let load =
        Load { users: 100_000, web_servers: 3, arrived: 1_004, answered: 990, failed: 3, ..Load::default() };
    let hosts = vec![Host { away: 417, ..web(1) }, down, Host { queue: 12, ..web(3) }, database];
    let mut frame = Frame { servers: Vec::new(), packets: Vec::new(), hosts, load: Some(load), ..frame() };
    frame.clients[0].asks = ServerId::web(3);
    frame.clients[1].asks = ServerId::web(1);
    let items = [(Item::LegendarySword, 1)].into();
    frame.clients[0].last_view = Some(View { server: ServerId::web(3), as_of: 1, money: 90_000, items });
    frame
}

/// Cuts every link between two groups, both ways.
pub(crate) fn cut_between(frame: &mut Frame, one: &[ServerId], other: &[ServerId]) {
    for a in one {
        for b in other {
            for (from, to) in [(*a, *b), (*b, *a)] {
                frame.links.push(Link {
                    from: Place::Server(from),
                    to: Place::Server(to),
                    cut: true,
                    held: false,
                });
            }
        }
    }
}

/// A heartbeat from A to B.
pub(crate) fn packet(sent_ms: i64, due_ms: i64) -> PacketShape {
    shape_of(MessageKind::Heartbeat, Place::Server(id(0)), 1, sent_ms, due_ms)
}

/// A request of Cheolsu to that server.
pub(crate) fn request_to(place: u8, sent_ms: i64, due_ms: i64) -> PacketShape {
    shape_of(MessageKind::Request, Place::Client(ClientId::of_customer(1)), place, sent_ms, due_ms)
}

fn shape_of(kind: MessageKind, from: Place, to: u8, sent_ms: i64, due_ms: i64) -> PacketShape {
    let frame = frame();
    let packet = Packet {
        sent: Time::from_ms(sent_ms),
        due: Time::from_ms(due_ms),
        ..in_flight(1, kind, from, Place::Server(id(to)))
    };
    packet_shape(&packet, &Layout::of(&frame, Form::Wide)).unwrap()
}

#[test]
fn what_is_known_to_be_committed_is_solid_on_each_server_by_itself() {
    let frame = frame();
    let scene = draw(&frame, &Layout::of(&frame, Form::Wide));
    let solid = |place: usize| scene.servers[place].entries.iter().filter(|entry| entry.committed).count();
    assert_eq!([0, 1, 2, 3, 4].map(solid), [5, 4, 4, 4, 3]);
    let durable = scene.servers[2].entries.iter().filter(|entry| entry.durable).count();
    assert_eq!(durable, 5, "C's newest entry is not on its disk yet");
}

#[test]
fn only_a_candidate_shows_votes_and_only_the_living_a_timer() {
    let frame = frame();
    let scene = draw(&frame, &Layout::of(&frame, Form::Wide));
    let voting: Vec<bool> = scene.servers.iter().map(|server| server.votes.is_some()).collect();
    assert_eq!(voting, [false, false, false, true, false]);
    let timed: Vec<bool> = scene.servers.iter().map(|server| server.timer.is_some()).collect();
    assert_eq!(timed, [false, true, true, true, false]);
}

#[test]
fn a_pair_that_is_cut_both_ways_loses_its_line_and_gets_two_walls() {
    let mut frame = frame();
    let layout = Layout::of(&frame, Form::Wide);
    let of_kind = |scene: &Scene, kind| scene.links.iter().filter(|link| link.kind == kind).count();
    assert_eq!(of_kind(&draw(&frame, &layout), LinkKind::Working), 10);
    cut_between(&mut frame, &[id(0)], &[id(1), id(2)]);
    let scene = draw(&frame, &layout);
    assert_eq!(of_kind(&scene, LinkKind::Working), 8);
    assert_eq!(of_kind(&scene, LinkKind::Cut), 4);
}

#[test]
fn what_a_customer_was_shown_is_old_as_soon_as_the_newest_server_has_something_else() {
    let mut frame = frame();
    let account = |server: u8, money: i64| {
        let items = [(Item::LegendarySword, 0)].into();
        Account { server: id(server), owner: "Cheolsu".to_string(), money, items }
    };
    frame.accounts = vec![account(0, 90_000), account(1, 100_000)];
    let mut shown = |server: u8, money: i64| {
        let view = View { server: id(server), as_of: 4, money, items: [(Item::LegendarySword, 0)].into() };
        frame.clients[0].last_view = Some(view);
        let scene = draw(&frame, &Layout::of(&frame, Form::Wide));
        scene.clients[0].view.clone().expect("it was shown something")
    };
    let (old, new) = (shown(1, 100_000), shown(1, 90_000));
    assert!(old.is_old && !new.is_old, "A has carried out most");
    assert_eq!((old.server, old.as_of, old.money), (id(1), 4, 100_000));
    assert!(draw(&frame, &Layout::of(&frame, Form::Wide)).clients[1].view.is_none());
}

#[test]
fn of_machines_the_one_with_the_data_keeps_the_accounts_or_each_web_server_for_itself() {
    let mut frame = web_servers();
    assert_eq!((keepers(&frame), newest(&frame)), (vec![ServerId::DATABASE], Some(ServerId::DATABASE)));
    frame.hosts.iter_mut().for_each(|host| host.up = false);
    assert_eq!((keepers(&frame), newest(&frame)), (vec![ServerId::DATABASE], None), "it is down");
    frame.rules.insert("web-state".to_string(), "in-web-servers".to_string());
    assert_eq!((keepers(&frame), newest(&frame)), ([1, 2, 3].map(ServerId::web).to_vec(), None));
    assert_eq!(keepers(&one_machine()), [ServerId::SINGLE]);
    assert_eq!(keepers(&self::frame()), spot::ids(&self::frame()), "in a cluster everybody");
}

#[test]
fn neighbouring_generations_differ_in_colour_and_zero_has_its_own() {
    assert_eq!(colour_of(0), 0);
    for generation in 1..20 {
        assert_ne!(colour_of(generation), 0);
        assert_ne!(colour_of(generation), colour_of(generation + 1));
    }
}

/// Nobody takes the refusal of a second request for that of the first, which was bought.
#[test]
fn below_a_customer_of_a_crowd_stands_a_sign_for_each_request() {
    let mut frame = frame();
    let asked = vec![wish(3, None), wish(2, Some(Answer::NotEnoughMoney)), wish(1, Some(Answer::Done))];
    frame.clients =
        (1..=6).map(|number| client(number, if number == 4 { asked.clone() } else { vec![] })).collect();
    let scene = draw(&frame, &Layout::of(&frame, Form::Wide));
    let signs = |place: usize| {
        let shapes = paint::client(&scene.clients[place], &words("en"));
        shapes.last().expect("the sign comes last").inside.clone()
    };
    assert_eq!(signs(3), paint::Inside::Text("✓✕?".to_string()));
    assert_eq!(signs(0), paint::Inside::Text(String::new()));
}

/// The words of a language, from the files that the pages are made from.
pub fn words(lang: &str) -> Words {
    let path = format!("{}/words/{lang}/page.toml", env!("CARGO_MANIFEST_DIR"));
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut texts = crate::ordered::Map::new();
    flatten("", &table, &mut texts);
    Words::new(texts)
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut crate::ordered::Map<String, String>) {
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => flatten(&format!("{prefix}{key}."), inner, texts),
            other => drop(texts.insert(format!("{prefix}{key}"), other.as_str().unwrap().to_string())),
        }
    }
}
