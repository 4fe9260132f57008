//! Steps, seeks and forks: any position reached by any way is the position of a fresh run.

use playground::command::{Command, Timed};
use playground::frame::{Frame, MarkKind};
use playground::time::Time;
use playground::wire::{Done, Start, ToWorker};

use crate::random_runs::Chance;
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
    assert_eq!(world.commands().len(), 2, "crash and retry are gone");
    let fresh = World::start(Start {
        seed: 11,
        commands: world.commands(),
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
        commands: world.commands(),
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

#[test]
fn undo_goes_back_to_where_the_action_was_done_and_brings_the_old_future_back() {
    let mut world = World::start(eventful());
    let end = Time::from_ms(20_000);
    world.ask(ToWorker::Seek { at: end });
    let old_future = world.hash();
    let before = world.ask(ToWorker::Seek { at: Time::from_ms(10_000) });
    assert!(!before.frame.can_undo && !before.frame.can_redo);
    world.act(Command::CrashLeader);
    let acted = world.hash();
    world.advance(15_000);
    let new_future = world.hash();

    let undone = world.ask(ToWorker::Undo);
    assert_eq!((undone.hash, undone.frame.at), (before.hash, before.frame.at));
    assert_eq!(world.commands().len(), 3, "the actions that had been replaced are there again");
    assert_eq!(undone.frame.end, end, "as far as the run had gone");
    assert!(!undone.frame.can_undo && undone.frame.can_redo);
    assert_eq!(world.ask(ToWorker::Seek { at: end }).hash, old_future);

    let redone = world.ask(ToWorker::Redo);
    assert_eq!(redone.frame.at, Time::from_ms(15_000), "where the page stood when it was undone");
    assert_eq!(redone.hash, new_future);
    assert_eq!(world.ask(ToWorker::Seek { at: Time::from_ms(10_000) }).hash, acted);
}

#[test]
fn the_replaced_future_is_shown_until_the_next_action_or_until_it_is_back() {
    let mut world = World::start(eventful());
    let end = Time::from_ms(20_000);
    world.ask(ToWorker::Seek { at: end });
    let whole = world.marks();
    assert_eq!(world.track().replaced, None);
    world.ask(ToWorker::Seek { at: Time::from_ms(10_000) });
    world.act(Command::CrashLeader);
    let branch = world.track().replaced.expect("a future was replaced");
    assert_eq!((branch.from, branch.end), (Time::from_ms(10_000), end));
    let gone: Vec<_> = whole.iter().filter(|mark| mark.at > branch.from).cloned().collect();
    assert!(!gone.is_empty());
    assert_eq!(branch.marks, gone);

    world.ask(ToWorker::Undo);
    assert_eq!(world.track().replaced, None, "it is the run again");
    assert_eq!(world.marks(), whole);
    world.ask(ToWorker::Redo);
    assert_eq!(world.track().replaced, Some(branch));
    world.advance(11_000);
    world.retry();
    assert_eq!(world.track().replaced, None, "one undo away is only the last action");
}

#[test]
fn several_actions_are_undone_and_done_again_one_by_one() {
    let mut world = World::new(3);
    let mut hashes = vec![];
    for ms in [4_000, 8_000, 12_000, 16_000] {
        world.advance(ms);
        hashes.push(world.hash());
        world.buy();
    }
    let last = world.hash();
    for expected in hashes.iter().rev() {
        assert_eq!(&world.ask(ToWorker::Undo).hash, expected);
    }
    assert_eq!(world.ask(ToWorker::Undo).hash, hashes[0], "nothing more to undo");
    for _ in 0..4 {
        world.ask(ToWorker::Redo);
    }
    assert_eq!(world.hash(), last);
    world.ask(ToWorker::Undo);
    world.retry();
    assert!(!world.frame().can_redo, "another action: what was undone is given up");
}

#[test]
fn key_events_are_jumped_to_both_ways() {
    let mut world = World::start(eventful());
    world.ask(ToWorker::Seek { at: Time::from_ms(20_000) });
    let keys: Vec<u64> = world.lines.iter().filter(|line| line.key).map(|line| line.happened).collect();
    assert!(keys.len() > 5, "{}", world.story());
    for expected in keys.iter().rev() {
        assert_eq!(world.ask(ToWorker::PreviousKey).frame.happened, *expected);
    }
    assert_eq!(world.ask(ToWorker::PreviousKey).frame.at, Time::ZERO);
    for expected in &keys {
        assert_eq!(world.ask(ToWorker::NextKey).frame.happened, *expected);
    }
}

#[test]
fn the_marks_say_who_led_when_and_what_mattered() {
    let mut world = World::start(eventful());
    world.ask(ToWorker::Seek { at: Time::from_ms(25_000) });
    let marks = world.marks();
    let kinds: Vec<MarkKind> = marks.iter().map(|mark| mark.kind).collect();
    let leads = kinds.iter().filter(|kind| matches!(kind, MarkKind::Leads { .. })).count();
    assert_eq!(leads, 2, "{kinds:?}");
    let crash = kinds.iter().position(|kind| *kind == MarkKind::Crash).expect("the leader crashed");
    let led = kinds[..crash].iter().rev().find_map(|kind| match kind {
        MarkKind::Leads { server, .. } => Some(*server),
        _ => None,
    });
    let server = led.expect("somebody led before");
    assert!(kinds[crash..].contains(&MarkKind::Ends { server }), "{kinds:?}");
    assert!(kinds.contains(&MarkKind::Commits) && kinds.contains(&MarkKind::Answers), "{kinds:?}");
    assert!(marks.is_sorted_by_key(|mark| mark.happened));

    world.ask(ToWorker::Seek { at: Time::from_ms(10_000) });
    assert_eq!(world.marks(), marks, "going back forgets nothing");
    world.act(Command::HealAll);
    assert!(world.marks().iter().all(|mark| mark.at <= Time::from_ms(10_000)), "acting there does");
}

#[test]
fn who_leads_cut_off_goes_on_beside_the_next_leader() {
    let rules = vec![("check-quorum".to_string(), "off".to_string())];
    let mut world = World::start(Start { rules, ..eventful() });
    let leader = world.until_led();
    let others = world.frame().servers.iter().map(|server| server.id).filter(|id| *id != leader).collect();
    world.act(Command::Partition { groups: vec![vec![leader], others], customers: None });
    world.ask(ToWorker::Seek { at: Time::from_ms(25_000) });
    let mut leaders = Vec::new();
    let at_once = world.marks().into_iter().map(|mark| {
        match mark.kind {
            MarkKind::Leads { server, .. } => leaders.push(server),
            MarkKind::Ends { server } => leaders.retain(|leader| *leader != server),
            _ => (),
        }
        leaders.len()
    });
    assert_eq!(at_once.max(), Some(2));
}

/// Anything that can be done to a running world: what visitors do most, or one of the rarer things.
fn any_command(chance: &mut Chance, frame: &Frame) -> Command {
    let (server, client) = (chance.server(), chance.client());
    let (from, to) = (chance.server(), chance.server());
    let index = [None, Some(0), Some(1), Some(3)][chance.below(4) as usize];
    let mut option =
        |name: &str, most: u64| Command::Option { name: name.into(), value: chance.below(most) as u32 };
    match frame.happened.wrapping_mul(7) % 16 {
        0 => Command::View { client, server: None },
        1 => Command::View { client, server: Some(server) },
        2 => Command::Tear { server, index },
        3 => Command::Damage { server, index },
        4 => option("snapshot-every", 6),
        5 => option("duplicate-percent", 40),
        6 => option("queue-ms", 50),
        7 => Command::SkipNumbers { client, to: frame.happened },
        8 => Command::Partition { groups: vec![vec![from], vec![to]], customers: Some(server) },
        9 => Command::Release { from, to },
        10 => Command::Heal { from, to, both: true },
        11 => Command::Rule { pattern: "dedupe".into(), value: "off".into() },
        _ => chance.command(frame),
    }
}

/// A run in which whatever comes to mind is done; what is impossible is refused and leaves no trace.
fn lively(start: &Start, chance: &mut Chance) -> World {
    let mut world = World::start(start.clone());
    for _ in 0..40 {
        let frame = world.frame();
        let _ = world.try_act(any_command(chance, &frame));
        world.advance(frame.at.ms() + chance.below(900) as i64);
    }
    world
}

/// A fresh run of these commands, at that moment.
fn fresh(start: &Start, commands: &[Timed], at: Time) -> Done {
    let mut world = World::start(Start { commands: commands.to_vec(), at, ..start.clone() });
    world.ask(ToWorker::Tell)
}

/// The world and what is known of the promises: both must be those of a fresh run.
fn assert_same(there: &Done, fresh: &Done, what: &str) {
    assert_eq!(there.hash, fresh.hash, "{what}");
    assert_eq!(there.frame.promises, fresh.frame.promises, "{what}");
}

#[test]
fn in_any_run_any_seek_and_any_fork_equal_a_fresh_run() {
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 1..=40 {
        let mut chance = Chance(u64::from(seed) * 0x9e37_79b9 + 3);
        let options =
            vec![("snapshot-every".to_string(), 3 * (seed % 2)), ("duplicate-percent".to_string(), 5)];
        let start = Start { seed, options, ..Start::default() };
        let mut world = lively(&start, &mut chance);
        let end = world.frame().at.ms() as u64;
        let all = world.commands();
        kinds.extend(
            all.iter().map(|timed| std::mem::discriminant(&timed.command)).map(|kind| format!("{kind:?}")),
        );
        for _ in 0..20 {
            let at = Time::from_ms(chance.below(end + 1_000) as i64);
            let there = world.ask(ToWorker::Seek { at });
            assert_same(&there, &fresh(&start, &all, at), &format!("seed {seed}, at {at}"));
        }
        let fork = Time::from_ms(chance.below(end) as i64);
        world.ask(ToWorker::Seek { at: fork });
        world.act(Command::HealAll);
        let forked = world.ask(ToWorker::Seek { at: Time::from_ms(end as i64) });
        let kept = all.iter().filter(|timed| timed.at <= fork).count();
        assert_eq!(world.commands().len(), kept + 1, "seed {seed}: the old future is given up");
        let again = fresh(&start, &world.commands(), Time::from_ms(end as i64));
        assert_same(&forked, &again, &format!("seed {seed}, another future from {fork}"));
    }
    assert!(kinds.len() >= 22, "only {} kinds of commands were possible", kinds.len());
}
