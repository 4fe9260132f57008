//! What a host page is told, against the committed example that lecturers and their scripts rely on.

use playground::ordered::Map;

use playground::command::Refusal;
use playground::frame::{
    Account, Answer, Client, Course, Entry, EntryKind, Frame, Host, HostKind, KeptAnswer, Line, MessageKind,
    Packet, Place, Promise, Request, Role, Server, ServerId, Verdict, View,
};
use playground::host::outgoing::{Error, Event, Facts, Ready, State};
use playground::shop::Item;
use playground::time::Time;
use playground::words::{plain, word};

use crate::world::{CHEOLSU, words};

fn server_a() -> ServerId {
    ServerId::new(0)
}

fn frame() -> Frame {
    Frame {
        at: Time::from_us(12_345_678),
        end: Time::from_ms(20_000),
        happened: 321,
        servers: vec![server()],
        packets: vec![packet()],
        packets_more: 0,
        hosts: vec![host()],
        load: None,
        links: Vec::new(),
        clients: vec![client()],
        accounts: vec![account()],
        answers: vec![KeptAnswer { server: server_a(), client: CHEOLSU, number: 1, answer: Answer::Done }],
        promises: vec![
            promise("at-most-once", Verdict::Broken, Some(Time::from_us(11_000_999))),
            promise("serves-again", Verdict::Waiting, None),
        ],
        rules: Map::from([("dedupe".into(), "off".into()), ("quorum".into(), "majority".into())]),
        wrong: vec!["dedupe:off".into()],
        by_lesson: Vec::new(),
        prices: Default::default(),
        story: None,
        lines: Vec::new(),
        lines_anew: false,
        columns: None,
        guide: None,
        goal: None,
        other: None,
        no_crash_leader: None,
        can_undo: false,
        can_redo: false,
    }
}

fn host() -> Host {
    Host {
        id: ServerId::web(1),
        kind: HostKind::Web,
        up: true,
        users: 20_000,
        cpu: 10,
        memory: 1,
        disk: 0,
        network: 2,
        queue: 3,
        away: 1,
        arrived: 200,
        answered: 199,
        p50_us: Some(1_400),
        p99_us: Some(4_001),
        stations: Vec::new(),
    }
}

fn server() -> Server {
    Server {
        id: server_a(),
        role: Role::Leader,
        paused: false,
        generation: 3,
        voted_for: Some(server_a()),
        leader: Some(server_a()),
        last_index: 3,
        last_generation: 3,
        durable_index: 3,
        high_water_mark: 2,
        snapshot: 0,
        queue: 0,
        inbox: 0,
        applied: 2,
        sends_to: vec![ServerId::new(1)],
        timer: None,
        votes: Vec::new(),
        progress: Vec::new(),
        log: vec![entry(1, EntryKind::Empty), entry(2, EntryKind::Open), entry(3, EntryKind::Buy)],
        earlier: Vec::new(),
        disk: None,
    }
}

fn entry(index: u64, kind: EntryKind) -> Entry {
    let trade = kind == EntryKind::Buy;
    Entry {
        index,
        generation: 3,
        kind,
        client: (kind != EntryKind::Empty).then_some(CHEOLSU),
        number: trade.then_some(1),
        item: trade.then_some(Item::LegendarySword),
        count: trade.then_some(1),
    }
}

fn packet() -> Packet {
    Packet {
        id: 77,
        kind: MessageKind::Answer,
        generation: None,
        from: Place::Server(server_a()),
        to: Place::Client(CHEOLSU),
        sent: Time::from_us(12_300_000),
        due: Time::from_us(12_400_500),
        held: false,
        cut: false,
        granted: None,
        entries: 0,
    }
}

fn client() -> Client {
    let request = |number, waiting, answer| Request {
        number,
        kind: EntryKind::Buy,
        item: Item::LegendarySword,
        count: 1,
        waiting,
        tries: 1,
        answer,
        course: Course::default(),
    };
    let [accepted_at, committed_at] = [9_001, 9_201].map(|ms| Some(Time::from_ms(ms)));
    let course = Course { accepted_at, committed_at, told_early_at: None };
    Client {
        id: CHEOLSU,
        name: "Cheolsu".into(),
        asks: server_a(),
        requests: vec![request(2, true, None), Request { course, ..request(1, false, Some(Answer::Done)) }],
        last_view: Some(View { server: server_a(), as_of: 4, money: 90_000, items: Map::new() }),
        loses_next_answer: false,
        no_retry: None,
    }
}

fn account() -> Account {
    let items = Map::from([(Item::LegendarySword, 1), (Item::MagicShield, 0)]);
    Account { server: server_a(), owner: "Cheolsu".into(), money: 90_000, items }
}

fn promise(name: &str, verdict: Verdict, broken_at: Option<Time>) -> Promise {
    Promise { name: name.into(), verdict, broken_at }
}

const FACTS: Facts = Facts {
    version: "0.1.0",
    engine: 1,
    lang: "en",
    lesson: Some("heartbeat"),
    playing: true,
    speed: 0.5,
    hash: "0123456789abcdef",
};

/// Compared as text: the order of the fields counts too.
#[test]
fn the_state_is_told_as_promised() {
    let state = State::new(Some("mine".into()), FACTS, &frame(), &words("en"));
    let told = serde_json::to_string_pretty(&state).expect("plain values");
    assert_eq!(
        told,
        include_str!("state.json").trim_end(),
        "docs/contract.md promises this form; change both or neither"
    );
}

#[test]
fn what_is_absent_is_null() {
    let facts = Facts { lesson: None, ..FACTS };
    let state = serde_json::to_value(State::new(None, facts, &frame(), &words("en"))).expect("plain values");
    assert!(state["ref"].is_null() && state["lesson"].is_null());
    assert!(state.get("ref").is_some() && state.get("lesson").is_some());
}

#[test]
fn entries_are_told_in_the_language_of_the_page() {
    let facts = Facts { lang: "ko", ..FACTS };
    let state = serde_json::to_value(State::new(None, facts, &frame(), &words("ko"))).expect("plain values");
    let texts: Vec<&str> =
        (0..3).filter_map(|nth| state["servers"][0]["log"][nth]["text"].as_str()).collect();
    assert_eq!(texts, ["세대 3의 시작", "철수: 세션 열기", "철수: 전설의 검 1개 구매"]);
}

fn line(kind: &str) -> Line {
    Line {
        happened: 5,
        at: Time::from_us(3_000_400),
        kind: kind.into(),
        server: Some(server_a()),
        text: "host.entry-buy".into(),
        args: [("name", word("name.Cheolsu")), ("count", plain(2)), ("item", word("item.magic-shield"))]
            .map(|(name, arg)| (name.to_string(), arg))
            .into(),
        key: true,
    }
}

fn json(message: &impl serde::Serialize) -> String {
    serde_json::to_string(message).expect("plain values")
}

#[test]
fn the_short_messages_are_told_as_promised() {
    assert_eq!(json(&Ready::new("0.1.0")), r#"{"playground":1,"ev":"ready","version":"0.1.0"}"#);
    assert_eq!(
        json(&Event::new(&line("commit"), &words("en"))),
        r#"{"playground":1,"ev":"event","at":3000,"kind":"commit","server":"A","text":"Cheolsu: buy 2 Magic Shield"}"#
    );
    assert_eq!(
        json(&Error::new(Some("r".into()), Refusal::NoLeader, "Nobody leads".into())),
        r#"{"playground":1,"ev":"error","ref":"r","code":"no-leader","text":"Nobody leads"}"#
    );
}

/// The pace of the page's clock, which nothing but the page needs, is pure and is tested here.
#[allow(dead_code)]
#[path = "../../src/page/pace.rs"]
mod pace;

#[test]
fn the_clock_never_makes_up_for_time_that_nobody_saw() {
    let mut pace = pace::Pace::default();
    assert_eq!(pace.step_us(1_000.0, 1.0), 0, "the first animation frame starts the count");
    assert_eq!(pace.step_us(1_016.0, 1.0), 16_000);
    assert_eq!(pace.step_us(1_032.0, 0.25), 4_000);
    assert_eq!(pace.step_us(1_232.0, 1.0), 100_000, "a slow frame makes up for 100 ms at most");
    assert_eq!(pace.step_us(9_999.0, 10.0), 0, "a page that was away goes on from where it was");
    pace.rest();
    assert_eq!(pace.step_us(10_050.0, 1.0), 0);
    assert_eq!(pace.step_us(10_040.0, 1.0), 0, "a clock that goes back takes no time back");
}
