//! Twelve named moments: what is on the stage, as text. `UPDATE=1 cargo test --test it moments` writes them anew; then look at the
//! difference, and at the pictures of `docs/contact-sheet.md`, which are taken at the same moments by their share strings.

use std::fmt::Write as _;

use playground::command::{Command, Timed};
use playground::frame::{Frame, Place};
use playground::node::{ClientId, ServerId};
use playground::scene::{
    self, Form, Layout, LinkKind, PacketShape, Scene, ServerShape, caption, inspect, place,
};
use playground::share::{self, Shared};
use playground::shop::Item;
use playground::sim::ENGINE;
use playground::time::Time;
use playground::wire::Start;

use crate::world::{CHEOLSU, World, timed, words};

fn server(letter: &str) -> ServerId {
    letter.parse().expect("a server")
}

fn buy(server: Option<&str>) -> Command {
    let server = server.map(self::server);
    Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server }
}

fn rule(pattern: &str, value: &str) -> Command {
    Command::Rule { pattern: pattern.into(), value: value.into() }
}

/// In the run of this seed A leads from 3.607 s on.
const SEED: u32 = 7;

fn run(at_ms: i64, commands: &[(i64, Command)]) -> Start {
    let commands: Vec<Timed> = timed(commands);
    Start { seed: SEED, commands, at: Time::from_ms(at_ms), ..Start::default() }
}

/// Every moment by name: what it is for is in the name.
fn moments() -> Vec<(&'static str, Start)> {
    let halves = Command::Partition {
        groups: vec![vec![server("A"), server("B")], vec![server("C"), server("D"), server("E")]],
        customers: None,
    };
    let alone =
        Command::Partition { groups: vec![["B", "C", "D", "E"].map(server).to_vec()], customers: None };
    let yeonghui = ClientId::of_customer(2);
    vec![
        ("01-the-first-frame", run(0, &[])),
        ("02-votes-are-asked-for", run(3_340, &[])),
        ("03-a-leader-beats", run(4_700, &[])),
        ("04-a-purchase-is-appended", run(5_320, &[(5_000, buy(None))])),
        ("05-the-answer-is-on-its-way", run(5_600, &[(5_000, buy(None))])),
        ("06-the-leader-has-crashed", run(7_800, &[(5_000, buy(None)), (7_000, Command::CrashLeader)])),
        ("07-another-one-leads", run(11_800, &[(5_000, buy(None)), (7_000, Command::CrashLeader)])),
        (
            "08-asked-again-after-a-lost-answer",
            run(
                7_330,
                &[
                    (4_900, Command::LoseAnswer { client: CHEOLSU }),
                    (5_000, buy(None)),
                    (7_000, Command::Retry { client: CHEOLSU }),
                ],
            ),
        ),
        ("09-a-wall-between-two-halves", run(12_500, &[(5_000, buy(None)), (6_000, halves)])),
        (
            "10-two-leaders-of-two-generations",
            run(13_250, &[(4_000, rule("check-quorum", "off")), (5_000, alone), (13_000, buy(Some("A")))]),
        ),
        (
            "11-a-promise-is-broken",
            run(
                8_500,
                &[
                    (4_000, rule("dedupe", "off")),
                    (5_000, buy(None)),
                    (7_000, Command::Retry { client: CHEOLSU }),
                    (
                        7_100,
                        Command::Buy {
                            client: yeonghui,
                            item: Item::MagicShield,
                            count: Some(2),
                            server: None,
                        },
                    ),
                ],
            ),
        ),
        ("12-nine-servers", Start { servers: Some(9), ..run(5_800, &[(5_500, buy(None))]) }),
    ]
}

fn entries(server: &ServerShape) -> String {
    let entry = |entry: &scene::EntryShape| {
        let certainty = match (entry.committed, entry.durable) {
            (true, _) => "",
            (false, true) => "~",
            (false, false) => "?",
        };
        format!("{}{certainty}", entry.generation)
    };
    server.entries.iter().map(entry).collect::<Vec<_>>().join(" ")
}

fn packet(packet: &PacketShape, now: Time) -> String {
    let placed = place(packet, now);
    let words = words("en");
    let label = caption::packet(packet, &words);
    format!("{label}, at {:.0} {:.0}", placed.x, placed.y)
}

/// The scene in words: one line a thing.
fn describe(frame: &Frame, scene: &Scene) -> String {
    let words = words("en");
    let mut text = format!("at {}\n", frame.at);
    for server in &scene.servers {
        let votes =
            server.votes.map(|votes| format!(", {}", caption::votes(votes, &words))).unwrap_or_default();
        let timer = server.timer.as_ref().map(|timer| format!(", acts at {}", timer.due)).unwrap_or_default();
        let (name, entries) = (caption::server(server, &words), entries(server));
        writeln!(text, "{name}{votes}{timer}: {entries}").expect("a string takes everything");
    }
    for client in &frame.clients {
        let place = caption::place(Place::Client(client.id), &words);
        let wish = client.requests.first().map(|request| {
            let fate = request.answer.map_or("no answer", |answer| answer.name());
            format!(
                "{}, {fate}{}",
                caption::wish(request, &words),
                if request.waiting { ", waiting" } else { "" }
            )
        });
        writeln!(text, "{place} asks {}: {}", client.asks, wish.unwrap_or_default())
            .expect("a string takes everything");
    }
    let walls = scene.links.iter().filter(|link| link.kind == LinkKind::Cut).count();
    writeln!(text, "{walls} walls").expect("a string takes everything");
    for shape in &scene.packets {
        writeln!(text, "{}", packet(shape, frame.at)).expect("a string takes everything");
    }
    let broken = frame.promises.iter().filter_map(|promise| Some((promise, promise.broken_at?)));
    for (promise, at) in broken {
        writeln!(text, "{} is broken at {at}", promise.name).expect("a string takes everything");
    }
    for text_of in [frame.wrong.join(" "), inspect::obstacle(frame, &words).unwrap_or_default()] {
        if !text_of.is_empty() {
            writeln!(text, "{text_of}").expect("a string takes everything");
        }
    }
    text
}

#[test]
fn twelve_named_moments_look_as_they_did() {
    for (name, start) in moments() {
        let link =
            share::encode(&Shared { engine: ENGINE, start: start.clone() }).expect("it fits into a link");
        let frame = World::start(start).frame();
        let scene = scene::draw(&frame, &Layout::of(&frame, Form::Wide));
        let text = format!("#s={link}\n{}", describe(&frame, &scene));
        let path = format!("{}/tests/moments/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var("UPDATE").is_ok() {
            std::fs::write(&path, &text).expect("the folder is there");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text == committed, "{path} is another moment now; UPDATE=1 writes it anew:\n{text}");
    }
}
