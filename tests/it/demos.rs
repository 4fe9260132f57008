//! The demos of the whole story: for each pattern the same clicks break a promise without it, and none with it.

use playground::frame::Promise;
use playground::lesson::{Demo, Lesson, LessonId, STORY};
use playground::share::{self, Shared};
use playground::time::Time;
use playground::wire::Start;

use crate::world::World;

/// For how long a demo is looked at.
const WATCHED: Time = Time::from_ms(20_000);

fn demos() -> impl Iterator<Item = (LessonId, Demo)> {
    STORY.into_iter().filter_map(|(id, demo)| Some((id, demo?)))
}

/// A demo from its beginning, at another seed than its own.
fn at_seed(demo: &Demo, with: bool, seed: u32) -> Start {
    let commands = demo.commands(seed).unwrap_or_else(|step| panic!("{} at {seed}: {step:?}", demo.breaks));
    Start { seed, commands, ..Shared::demo(demo, with).expect("it comes out").start }
}

/// The promises that are broken when it has been watched.
fn broken(start: Start) -> Vec<Promise> {
    let frame = World::start(Start { at: WATCHED, ..start }).frame();
    frame.promises.into_iter().filter(|promise| promise.broken_at.is_some()).collect()
}

fn names(broken: &[Promise]) -> Vec<&str> {
    broken.iter().map(|promise| promise.name.as_str()).collect()
}

#[test]
fn every_pattern_but_the_first_has_a_demo_without_it() {
    assert_eq!(STORY.map(|(id, _)| id), LessonId::ALL);
    let without = demos().map(|(_, demo)| (demo.without.0, demo.without.1, demo.breaks));
    // The table of the source material.
    let expected = [
        ("web-state", "in-web-servers", "latest-is-latest"),
        ("log", "in-place", "money-and-goods"),
        ("writes", "any-server", "same-order"),
        ("votes", "many", "one-leader-per-generation"),
        ("generation", "ignored", "same-order"),
        ("quorum", "one", "done-is-kept"),
        ("mark", "blind", "same-order"),
        ("queue", "many-writers", "money-and-goods"),
        ("dedupe", "off", "at-most-once"),
    ];
    assert_eq!(without.collect::<Vec<_>>(), expected);
}

#[test]
fn a_demo_leaves_out_and_breaks_what_its_lesson_says() {
    for (id, demo) in demos() {
        let lesson = Lesson::of(id).expect("every pattern has its lesson");
        let wrong = lesson.wrong.iter().find(|wrong| (wrong.pattern, wrong.value) == demo.without);
        assert_eq!(wrong.and_then(|wrong| wrong.breaks), Some(demo.breaks), "{id}");
    }
}

/// Whoever writes without leading has no quorum behind it, and the event list does not say so.
#[test]
fn nobody_is_told_of_a_quorum_where_none_was_asked() {
    let (_, demo) = demos().find(|(id, _)| *id == LessonId::LeaderAndFollowers).expect("its demo");
    let told = |with| {
        let start = at_seed(&demo, with, demo.seed());
        let first = start.commands.first().expect("somebody buys").at;
        let frame = World::start(Start { at: WATCHED, ..start }).frame();
        let commits = frame.lines.into_iter().filter(move |line| line.kind == "commits" && line.at > first);
        commits.map(|line| line.text).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(told(false).contains("event.commits.alone"), "{:?}", told(false));
    assert_eq!(told(true).into_iter().collect::<Vec<_>>(), ["event.commits.quorum"]);
}

#[test]
fn a_promise_breaks_without_the_pattern_and_none_with_it_at_a_hundred_seeds() {
    for (id, demo) in demos() {
        for seed in (0..100).chain([demo.seed()]) {
            let right = broken(at_seed(&demo, true, seed));
            assert_eq!(names(&right), Vec::<&str>::new(), "{id} at {seed}");
            let wrong = broken(at_seed(&demo, false, seed));
            assert!(names(&wrong).contains(&demo.breaks), "{id} at {seed}: {:?}", names(&wrong));
        }
    }
}

/// As it is opened from a link and played. What is said of the demos: within seconds.
#[test]
fn a_link_opens_a_demo_at_its_beginning_and_playing_it_breaks_the_promise_within_ten_seconds() {
    for (id, demo) in demos() {
        for with in [false, true] {
            let shared = Shared::demo(&demo, with).expect("it comes out");
            let mut world = World::new(1);
            world.open(share::encode(&shared).expect("it fits into a link"));
            let frame = world.frame();
            let (pattern, value) = demo.without;
            let wrong = if with { vec![] } else { vec![format!("{pattern}:{value}")] };
            assert_eq!((frame.at, frame.wrong), (Time::ZERO, wrong), "{id}");
            world.advance(10_000);
            let is_broken = |promise: &Promise| promise.name == demo.breaks && promise.broken_at.is_some();
            assert_eq!(world.frame().promises.iter().any(is_broken), !with, "{id}");
        }
    }
}
