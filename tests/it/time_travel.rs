//! Steps, seeks and forks: any position reached by any way is the position of a fresh run.

use playground::command::Command;
use playground::time::Time;
use playground::wire::{Start, ToWorker};

use crate::world::{CHEOLSU, World, timed};

fn eventful() -> Start {
    let buy = Command::Buy {
        client: CHEOLSU,
        item: playground::shop::Item::LegendarySword,
        count: None,
        server: None,
    };
    let commands =
        timed(&[(9_000, buy), (11_000, Command::CrashLeader), (12_000, Command::Retry { client: CHEOLSU })]);
    Start { seed: 11, commands, ..Start::default() }
}

#[test]
fn any_seek_equals_a_fresh_run() {
    let mut world = World::start(eventful());
    for ms in [25_000, 3, 11_000, 10_999, 0, 17_531, 17_531, 2_000, 24_999, 11_001] {
        let at = Time::from_ms(ms);
        let there = world.ask(ToWorker::Seek { at });
        assert_eq!(there.frame.at, at);
        let fresh = World::start(Start { at, ..eventful() }).hash();
        assert_eq!(there.hash, fresh, "at {ms} ms");
    }
}

#[test]
fn playing_in_small_pieces_equals_a_seek() {
    let mut world = World::start(eventful());
    for ms in (0..20_000).step_by(17) {
        world.advance(ms);
    }
    world.advance(20_000);
    assert_eq!(world.hash(), World::start(Start { at: Time::from_ms(20_000), ..eventful() }).hash());
}

#[test]
fn a_step_is_one_line_and_back_undoes_it() {
    let mut world = World::start(eventful());
    let mut hashes = vec![world.hash()];
    for step in 1..=100 {
        let before = world.lines.len();
        let done = world.ask(ToWorker::Step);
        assert_eq!(world.lines.len(), before + 1, "step {step} tells one line");
        assert_eq!(world.lines.last().map(|line| line.happened), Some(done.frame.happened));
        hashes.push(done.hash);
    }
    for step in (0..100).rev() {
        assert_eq!(world.ask(ToWorker::Back).hash, hashes[step], "back to step {step}");
    }
    for expected in &hashes[1..] {
        assert_eq!(&world.ask(ToWorker::Step).hash, expected);
    }
}

#[test]
fn going_to_a_line_goes_right_behind_it() {
    let mut world = World::start(Start { at: Time::from_ms(20_000), ..eventful() });
    let line = world.lines.iter().find(|line| line.kind == "leads").expect("someone was elected").clone();
    let done = world.ask(ToWorker::SeekLine { happened: line.happened });
    assert_eq!((done.frame.happened, done.frame.at), (line.happened, line.at));
    assert_eq!(world.lines.last(), Some(&line), "later lines are gone from the list");
    assert_eq!(done.frame.end, Time::from_ms(20_000), "but the run can still go there");
}

#[test]
fn acting_in_the_past_gives_up_the_old_future() {
    let mut world = World::start(Start { at: Time::from_ms(20_000), ..eventful() });
    world.ask(ToWorker::Seek { at: Time::from_ms(10_000) });
    world.act(Command::HealAll);
    let done = world.ask(ToWorker::Seek { at: Time::from_ms(20_000) });
    assert_eq!(done.commands.len(), 2, "crash and retry are gone");
    let fresh = World::start(Start {
        seed: 11,
        commands: done.commands,
        at: Time::from_ms(20_000),
        ..Start::default()
    })
    .hash();
    assert_eq!(done.hash, fresh, "what is left replays to the same state");
}

#[test]
fn a_refused_act_in_the_past_keeps_the_future() {
    let mut world = World::start(Start { at: Time::from_ms(20_000), ..eventful() });
    world.ask(ToWorker::Seek { at: Time::from_ms(1_000) });
    assert!(world.try_act(Command::CrashLeader).is_err());
    let done = world.ask(ToWorker::Seek { at: Time::from_ms(20_000) });
    assert_eq!(done.hash, World::start(Start { at: Time::from_ms(20_000), ..eventful() }).hash());
}

/// With round delays the world acts at whole milliseconds too: a command given at such a moment comes before it, and what was
/// done by hand replays to the same state.
#[test]
fn commands_come_before_the_worlds_own_events_of_the_same_moment() {
    let round =
        Command::Network { loss_percent: None, latency_ms: Some(100), jitter_ms: Some(0), reorder: None };
    let mut world = World::start(Start {
        seed: 3,
        servers: Some(1),
        commands: timed(&[(0, round.clone())]),
        ..Start::default()
    });
    world.until_led();
    let asked = world.frame().at.ms();
    world.buy();
    let arrival = asked + 100;
    world.ask(ToWorker::Seek { at: Time::from_ms(arrival) });
    assert!(
        world.lines.iter().any(|line| line.kind == "appends" && line.at == Time::from_ms(arrival)),
        "{}",
        world.story()
    );
    world.act(Command::Crash { server: "A".parse().expect("a server") });
    let done = world.ask(ToWorker::Tell);
    assert_eq!(done.frame.at, Time::from_ms(arrival));
    assert!(
        world.lines.iter().any(|line| line.text == "event.lost.down"),
        "the request arrives at a server that is down\n{}",
        world.story()
    );
    let replayed = World::start(Start {
        seed: 3,
        servers: Some(1),
        commands: done.commands,
        at: done.frame.at,
        ..Start::default()
    })
    .hash();
    assert_eq!(done.hash, replayed);
}

#[test]
fn a_message_sent_at_that_very_moment_can_be_dropped() {
    let round =
        Command::Network { loss_percent: None, latency_ms: Some(100), jitter_ms: Some(0), reorder: None };
    let mut world = World::start(Start { seed: 3, commands: timed(&[(0, round)]), ..Start::default() });
    world.until_led();
    let asked = world.frame().at.ms() + 1_500;
    world.advance(asked);
    world.buy();
    world.ask(ToWorker::Seek { at: Time::from_ms(asked + 100) });
    let frame = world.frame();
    let just_sent = frame.packets.iter().find(|packet| packet.sent == frame.at).unwrap_or_else(|| {
        panic!("something is sent at once: {:?} {:?}\n{}", frame.at, frame.packets, world.story())
    });
    world.act(Command::Drop { message: just_sent.id });
    assert_eq!(world.frame().at, Time::from_ms(asked + 101));
}

#[test]
fn back_from_the_first_line_of_all_undoes_it() {
    let mut world = World::new(11);
    let before = world.hash();
    world.buy();
    assert_eq!(world.ask(ToWorker::Back).hash, before);
}
