//! Disks as they leave the world: what is safe, what is on its way, what is torn or damaged; and sent only where somebody looks.

use playground::command::Command;
use playground::frame::{Disk, FRAME_BYTES_MAX, Frame, InPlace, RecordState, Role, Verdict};
use playground::lesson::LessonId;
use playground::shop::Item;
use playground::wire::{Start, ToWorker, pack};

use crate::frames::busy;
use crate::world::World;

/// The world of lesson 3, under another rule of its log if one is given.
fn alone(log: Option<&str>) -> World {
    let rules = log.into_iter().map(|value| ("log".to_string(), value.to_string())).collect();
    let lesson = LessonId::WriteAheadLog;
    World::start(Start { lesson: Some(lesson), seed: lesson.seed(), rules, ..Start::default() })
}

fn a() -> playground::frame::ServerId {
    "A".parse().expect("a server")
}

fn disk(frame: &Frame) -> &Disk {
    frame.servers[0].disk.as_ref().expect("a server that is alone shows its disk")
}

fn states(frame: &Frame) -> Vec<(u64, RecordState)> {
    disk(frame).records.iter().map(|record| (record.entry.index, record.state)).collect()
}

/// Buys, and lets time pass to so many milliseconds behind that; a request takes 100 to arrive, a sync 100.
fn buy_and_wait(world: &mut World, ms: i64) -> Frame {
    world.buy();
    let now = world.frame().at.ms();
    world.advance(now + ms);
    world.frame()
}

fn last(frame: &Frame) -> (u64, RecordState) {
    *states(frame).last().expect("a record")
}

#[test]
fn a_record_is_written_then_safe_and_a_crash_takes_what_was_only_written() {
    let mut world = alone(None);
    assert_eq!(states(&world.frame()), [1, 2, 3].map(|index| (index, RecordState::Synced)));
    let frame = buy_and_wait(&mut world, 150);
    assert_eq!((last(&frame), disk(&frame).synced), ((4, RecordState::Written), 3));
    world.advance(210);
    assert_eq!((last(&world.frame()), disk(&world.frame()).synced), ((4, RecordState::Synced), 4));
    let frame = buy_and_wait(&mut world, 150);
    assert_eq!(last(&frame), (5, RecordState::Written));
    world.act(Command::Crash { server: a() });
    let frame = world.frame();
    assert_eq!((frame.servers[0].role, last(&frame)), (Role::Down, (4, RecordState::Synced)));
}

#[test]
fn a_torn_record_is_cut_off_and_a_damaged_one_keeps_the_server_down() {
    let mut world = alone(None);
    buy_and_wait(&mut world, 150);
    world.act(Command::Tear { server: a(), index: None });
    assert_eq!(last(&world.frame()), (4, RecordState::Torn));
    world.act(Command::Restart { server: a() });
    assert_eq!(last(&world.frame()), (3, RecordState::Synced), "nobody was promised the fourth");
    // Cutting it off takes a sync, too.
    let now = world.frame().at.ms();
    world.advance(now + 150);
    world.act(Command::Crash { server: a() });
    world.act(Command::Damage { server: a(), index: None });
    assert_eq!(last(&world.frame()), (3, RecordState::Damaged));
    world.act(Command::Restart { server: a() });
    assert_eq!(world.frame().servers[0].role, Role::Down, "it refuses to start");
    world.act(Command::Damage { server: a(), index: Some(0) });
    assert!(!disk(&world.frame()).named && states(&world.frame()).is_empty(), "even its name is gone");
}

#[test]
fn without_a_log_money_and_items_are_two_records_and_a_crash_can_fall_between() {
    let mut world = alone(Some("in-place"));
    assert_eq!((states(&world.frame()), disk(&world.frame()).accounts.len()), (vec![], 0));
    let of = |frame: &Frame| -> InPlace {
        disk(frame).accounts.iter().find(|account| account.owner == "Cheolsu").expect("his").clone()
    };
    let frame = buy_and_wait(&mut world, 150);
    assert_eq!((of(&frame).money, of(&frame).money_safe), (90_000, false));
    world.advance(210);
    let half = of(&world.frame());
    assert_eq!((half.money, half.money_safe, half.items[&Item::LegendarySword]), (90_000, true, 0));
    world.act(Command::Crash { server: a() });
    world.act(Command::Restart { server: a() });
    let frame = world.frame();
    let broken = frame.promises.iter().find(|promise| promise.name == "money-and-goods").expect("a promise");
    assert_eq!(broken.verdict, Verdict::Broken);
    let account = frame.accounts.iter().find(|account| account.owner == "Cheolsu").expect("his");
    assert_eq!((account.money, account.items[&Item::LegendarySword]), (90_000, 0), "the money is gone");
}

#[test]
fn the_second_write_makes_a_purchase_in_place_complete() {
    let mut world = alone(Some("in-place"));
    let frame = buy_and_wait(&mut world, 270);
    let rest = disk(&frame).accounts.iter().map(|account| account.items_safe).collect::<Vec<_>>();
    assert_eq!(rest, [false, false], "his sword and the shop's accounts are on their way");
    world.advance(520);
    let frame = world.frame();
    assert!(disk(&frame).accounts.iter().all(|account| account.money_safe && account.items_safe));
    assert_eq!(frame.clients[0].requests[0].answer.map(|answer| answer.name()), Some("done"));
}

/// Who goes step by step acts right behind what the last step brought: a message never arrives at a whole millisecond.
#[test]
fn who_steps_to_a_line_crashes_the_server_behind_it() {
    let step_to = |world: &mut World, text: &str| {
        for _ in 0..20 {
            world.ask(ToWorker::Step);
            if world.lines.last().is_some_and(|line| line.text == text) {
                return;
            }
        }
        panic!("{text} does not come: {}", world.story());
    };
    let mut world = alone(None);
    world.buy();
    step_to(&mut world, "event.appends.one");
    world.act(Command::Tear { server: a(), index: None });
    assert_eq!(last(&world.frame()), (4, RecordState::Torn));

    let mut world = alone(None);
    world.buy();
    step_to(&mut world, "event.start");
    world.act(Command::CrashLeader);
    assert_eq!(last(&world.frame()), (4, RecordState::Synced));

    let mut world = alone(Some("in-place"));
    world.buy();
    step_to(&mut world, "event.overwrites-in-place.money");
    world.act(Command::CrashLeader);
    world.act(Command::Restart { server: a() });
    let broken = |promise: &playground::frame::Promise| promise.verdict == Verdict::Broken;
    let names: Vec<String> =
        world.frame().promises.into_iter().filter(broken).map(|promise| promise.name).collect();
    assert_eq!(names, ["money-and-goods"], "the demonstration of the whole story");
}

#[test]
fn among_several_servers_only_the_disk_that_is_looked_at_is_sent() {
    let mut world = World::new(7);
    world.until_led();
    let with_disk = |frame: &Frame| -> Vec<String> {
        let found = frame.servers.iter().filter(|server| server.disk.is_some());
        found.map(|server| server.id.to_string()).collect()
    };
    assert_eq!(with_disk(&world.frame()), Vec::<String>::new());
    let frame = world.ask(ToWorker::Disk { of: Some("C".parse().expect("a server")) }).frame;
    assert_eq!(with_disk(&frame), ["C"]);
    let now = world.frame().at.ms();
    world.advance(now + 5_000);
    assert_eq!(with_disk(&world.frame()), ["C"], "as long as it is looked at");
    let frame = world.ask(ToWorker::Disk { of: None }).frame;
    assert_eq!(with_disk(&frame), Vec::<String>::new());
}

#[test]
fn a_busy_frame_with_a_disk_stays_small() {
    let mut world = busy();
    world.ask(ToWorker::Disk { of: Some(a()) });
    let mut largest = 0;
    for _ in 0..200 {
        let frame = world.frame();
        largest = largest.max(pack(&frame).len());
        world.advance(frame.at.ms() + 33);
    }
    assert_eq!(world.frame().servers[0].disk.as_ref().map(|disk| disk.records.len()), Some(24));
    assert!(largest <= FRAME_BYTES_MAX, "{largest} bytes");
    println!("the largest frame with a disk: {largest} bytes");
}

#[test]
fn a_long_log_shows_its_newest_records() {
    let mut world = alone(None);
    for _ in 0..30 {
        buy_and_wait(&mut world, 400);
    }
    let frame = world.frame();
    let indexes: Vec<u64> = states(&frame).into_iter().map(|(index, _)| index).collect();
    assert_eq!((disk(&frame).earlier, indexes.len(), indexes.last()), (9, 24, Some(&33)));
}

/// A rule of the log holds only from "Start over": put beside the guided run, the other world begins anew with it.
#[test]
fn beside_the_guided_run_the_other_log_is_there_from_the_start() {
    let lesson = LessonId::WriteAheadLog;
    let start = Start { lesson: Some(lesson), seed: lesson.seed(), guided: Some(0), ..Start::default() };
    for (value, breaks) in [
        ("in-place", "money-and-goods"),
        ("ack-before-sync", "done-is-kept"),
        ("replay-anonymous", "at-most-once"),
    ] {
        let mut world = World::start(start.clone());
        let rule = Some(("log".to_string(), value.to_string()));
        let frame = world.ask(ToWorker::Compare { rule }).frame;
        let other = frame.other.expect("the other world");
        assert_eq!((frame.wrong, &other.wrong), (vec![], &vec![format!("log:{value}")]));
        let records = if value == "in-place" { 0 } else { 3 };
        assert_eq!(states(&other).len(), records, "{value}: what the prelude left");
        let end = world.ask(ToWorker::Seek { at: playground::time::Time::from_ms(12_000) }).frame;
        let broken = |frame: &Frame| -> Vec<String> {
            let found = frame.promises.iter().filter(|promise| promise.verdict == Verdict::Broken);
            found.map(|promise| promise.name.clone()).collect()
        };
        assert_eq!(broken(&end), Vec::<String>::new(), "{value}: beside the right world");
        assert!(broken(&end.other.expect("the other world")).contains(&breaks.to_string()), "{value}");
    }
}
