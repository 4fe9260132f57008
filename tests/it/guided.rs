//! A guided run as the page plays it: it pauses where its script says, and any act of the visitor's makes it a free one; and the same
//! run under another rule, looked at beside it.

use playground::command::Command;
use playground::frame::{Frame, Guide, Verdict};
use playground::lesson::{Lesson, LessonId, Part};
use playground::time::Time;
use playground::wire::{Start, ToWorker};

use crate::world::World;

const LESSON: LessonId = LessonId::IdempotentReceiver;

fn guided(lesson: LessonId) -> World {
    guided_part(lesson, 0)
}

fn guided_part(lesson: LessonId, part: u8) -> World {
    World::start(Start { lesson: Some(lesson), seed: lesson.seed(), guided: Some(part), ..Start::default() })
}

/// Every guided run that there is.
fn parts() -> impl Iterator<Item = (&'static Lesson, u8, Part)> {
    let of = |lesson: &'static Lesson| (0..).zip(lesson.parts()).map(move |(nth, part)| (lesson, nth, part));
    Lesson::ALL.iter().flat_map(of)
}

fn to_next_pause(world: &mut World) -> Frame {
    world.until(|frame| frame.guide.is_some_and(|guide| guide.pauses));
    let frame = world.frame();
    world.ask(ToWorker::Tell);
    frame
}

fn broken(frame: &Frame) -> Vec<&str> {
    let broken = frame.promises.iter().filter(|promise| promise.verdict == Verdict::Broken);
    broken.map(|promise| promise.name.as_str()).collect()
}

#[test]
fn a_guided_run_pauses_once_at_each_of_its_moments() {
    for (lesson, part, _) in parts() {
        let mut world = guided_part(lesson.id, part);
        let of = world.frame().guide.expect("it is guided").of;
        for nth in 1..=of {
            let frame = to_next_pause(&mut world);
            assert_eq!(frame.guide, Some(Guide { part, reached: nth, of, pauses: true }), "{}", lesson.id);
        }
        let end = world.frame().at;
        world.ask(ToWorker::Seek { at: Time::ZERO });
        assert_eq!(world.frame().guide, Some(Guide { part, reached: 0, of, pauses: false }));
        world.advance(end.ms() + 1);
        assert_eq!(
            world.frame().guide,
            Some(Guide { part, reached: of, of, pauses: false }),
            "no pause twice"
        );
    }
}

#[test]
fn a_part_that_there_is_not_is_an_ordinary_run() {
    assert_eq!(guided_part(LESSON, 1).frame().guide, None);
}

#[test]
fn acting_in_a_guided_run_makes_it_a_free_one_until_that_is_undone() {
    let mut world = guided(LESSON);
    to_next_pause(&mut world);
    world.act(Command::CrashLeader);
    assert_eq!(world.frame().guide, None);
    let undone = world.ask(ToWorker::Undo).frame;
    assert_eq!(undone.guide.map(|guide| guide.reached), Some(1));
    to_next_pause(&mut world);
    assert_eq!(world.frame().guide.map(|guide| guide.reached), Some(2));
}

#[test]
fn a_guided_run_is_the_same_run_whether_it_pauses_or_not() {
    let mut world = guided(LESSON);
    for _ in 0..3 {
        to_next_pause(&mut world);
    }
    let done = world.ask(ToWorker::Tell);
    let at = Time::from_ms(done.frame.at.ms() + 1);
    let paused = world.ask(ToWorker::Seek { at });
    let start = Start {
        lesson: Some(LESSON),
        seed: LESSON.seed(),
        commands: world.commands(),
        at,
        ..Start::default()
    };
    assert_eq!(World::start(start).hash(), paused.hash);
}

#[test]
fn beside_it_runs_the_same_under_another_rule_and_parts_where_it_is_told_differently() {
    for (lesson, nth, part) in parts() {
        for wrong in part.wrong.iter().filter(|wrong| wrong.breaks.is_some()) {
            let mut world = guided_part(lesson.id, nth);
            world.ask(ToWorker::Compare { rule: Some((wrong.pattern.into(), wrong.value.into())) });
            let of = world.frame().guide.expect("it is guided").of;
            for _ in 0..of {
                to_next_pause(&mut world);
            }
            let frame = world.frame();
            let other = frame.other.as_deref().expect("the other world");
            assert_eq!(other.at, frame.at);
            assert_eq!(broken(&frame), Vec::<&str>::new());
            assert!(
                broken(other).iter().any(|name| Some(*name) == wrong.breaks),
                "{} {}",
                lesson.id,
                wrong.value
            );
            let parts = world
                .track()
                .parts
                .unwrap_or_else(|| panic!("{} {}: told differently", lesson.id, wrong.value));
            let broken_at = other.promises.iter().filter_map(|promise| promise.broken_at).min();
            assert!(parts <= broken_at.expect("a promise was broken") && parts > Time::ZERO);

            world.ask(ToWorker::Seek { at: Time::from_ms(parts.ms() - 1) });
            assert_eq!(world.track().parts, None, "not yet");
            let frame = world.frame();
            assert!(broken(frame.other.as_deref().expect("still there")).is_empty());
            world.ask(ToWorker::Compare { rule: None });
            assert_eq!(world.frame().other, None);
        }
    }
}

#[test]
fn what_is_done_is_done_in_both_worlds_and_undone_in_both() {
    let mut world = World::start(Start { lesson: Some(LESSON), seed: LESSON.seed(), ..Start::default() });
    world.ask(ToWorker::Compare { rule: Some(("dedupe".into(), "off".into())) });
    world.buy();
    world.until_answered(1);
    world.retry();
    let now = world.frame().at.ms();
    world.advance(now + 3_000);
    let frame = world.frame();
    assert_eq!(broken(frame.other.as_deref().expect("beside")), ["at-most-once"]);
    assert!(broken(&frame).is_empty());
    let undone = world.ask(ToWorker::Undo).frame;
    let other = undone.other.expect("beside");
    assert!(broken(&other).is_empty());
    assert_eq!(other.at, undone.at);
}
