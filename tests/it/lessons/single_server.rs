//! Lesson 1.

use std::collections::VecDeque;

use playground::node::ServerId;
use playground::sim::hosts::Totals;

use super::loads::{Act, Judge};
use super::*;

const SERVER: ServerId = ServerId::SINGLE;

#[test]
fn lesson_1_shows_the_wait_rise_the_queue_grow_and_the_server_fall() {
    let lesson = Lesson::of(LessonId::SingleServer).expect("a lesson");
    let guided = resolve(lesson, lesson.id.seed()).expect("the script comes out");
    let at = |stop: usize| {
        let until = guided.stops[stop].1;
        let before: Vec<Timed> = guided.commands.iter().filter(|timed| timed.at <= until).cloned().collect();
        play(lesson, lesson.id.seed(), &before, None, until)
    };
    let p50 = |played: &Played| {
        let hosts = played.sim.hosts().expect("machines");
        hosts.measure().took.percentile(50).map_or(0, Span::us)
    };
    let queue = |played: &Played| {
        played.sim.hosts().and_then(|hosts| hosts.get(SERVER)).map_or(0, |server| server.queue())
    };
    let (half, full, overload) = (at(1), at(2), at(3));
    assert!((1_800..3_200).contains(&p50(&half)), "half of the load: {} µs", p50(&half));
    assert!(p50(&full) > 2 * p50(&half), "nearly all of it: {} µs", p50(&full));
    assert!((16_000..20_000).contains(&queue(&overload)), "9,000 more each second: {}", queue(&overload));
    let played = super::guided(LessonId::SingleServer);
    let crashes = played.details(|detail| matches!(detail, Detail::OutOfMemory { .. }).then_some(()));
    assert_eq!(crashes.len(), 1, "its memory is full");
    let seen = played.details(|detail| match detail {
        Detail::Saw { view, .. } => Some(view.account.money),
        _ => None,
    });
    assert_eq!(
        seen.last().map(|(_, money)| *money),
        Some(90_000),
        "what was saved is there after the restart"
    );
    assert!(played.sim.is_up(SERVER));
}

fn users(count: u32) -> Move {
    Do(Command::Users { count })
}

#[test]
fn a_high_load_is_borne_in_more_than_one_way() {
    let id = LessonId::SingleServer;
    assert_eq!(attempt(id, vec![users(60_000), Wait(10_100)]), (true, Lesson::of(id).expect("a lesson").par));
    let by_trying = vec![users(90_000), Wait(4_000), users(1_000), Wait(2_000), users(61_000), Wait(14_000)];
    assert!(attempt(id, by_trying).0);

    assert!(!attempt(id, vec![users(95_000), Wait(20_000)]).0, "too many wait too long");
    assert!(!attempt(id, vec![users(55_000), Wait(20_000)]).0, "there is a higher load");
    let not_held = vec![users(61_000), Wait(6_000), users(61_000), Wait(6_000)];
    assert!(!attempt(id, not_held).0, "not for ten seconds at a stretch");
    let with_a_crash = vec![users(61_000), Wait(5_000), Do(Command::Crash { server: SERVER }), Wait(8_000)];
    assert!(!attempt(id, with_a_crash).0);
}

/// What is drawn as theory is what is measured, as closely as a minute of chance allows.
#[test]
fn the_figure_of_lesson_1_agrees_with_theory_and_rises_steeply() {
    let [figure] = &figures(LessonId::SingleServer)[..] else { panic!("one figure") };
    let points = |name| &figure.curves.iter().find(|curve| curve.name == name).expect("a curve").points;
    for (((users, mean), (_, most)), (_, theory)) in
        points("mean").iter().zip(points("most")).zip(points("theory"))
    {
        println!("{users} users: mean {mean} ms, 99 % within {most} ms, theory {theory} ms");
        let off = (mean - theory).abs() / theory;
        assert!(off < if *users < 90_000.0 { 0.1 } else { 0.25 }, "{users}: {mean} ms, theory {theory} ms");
        assert!(*most > 2.0 * mean, "{users}");
    }
    assert!(points("mean").last().map(|point| point.1) > points("mean").first().map(|point| 8.0 * point.1));
}

/// What the hints say of the 99th percentile.
#[test]
fn the_hints_of_lesson_1_are_measured() {
    let p99 = |count| {
        let lesson = Lesson::of(LessonId::SingleServer).expect("a lesson");
        let mut played = Played::new(lesson, lesson.id.seed(), None);
        played.act(&Command::Users { count });
        played.wait(20_000);
        let measure = played.sim.hosts().expect("machines").measure();
        measure.took.percentile(99).map_or(0, Span::us)
    };
    let (idle, half, high, above) = (p99(1_000), p99(50_000), p99(61_000), p99(80_000));
    println!("99th percentile: idle {idle} µs, 50,000 {half} µs, 61,000 {high} µs, 80,000 {above} µs");
    assert!(idle < 4_600 && (6_000..9_000).contains(&half) && high < 13_000 && above > 14_000);
}

/// How long every request took since the load or the machine has changed: nothing overtakes on a single machine, neither at its door nor
/// at its queues, so that the next answer always goes to whoever has waited longest.
#[derive(Default)]
struct Latencies {
    totals: Totals,
    waiting: VecDeque<Time>,
    unchanged: Option<Time>,
    in_time: u64,
    late: u64,
    lost: bool,
    is_done: bool,
}

/// Latencies are told apart to an eighth of a power of two; 13 ms fall into the bin that ends here.
const LATE: Span = Span::from_us(13_312);

impl Judge for Latencies {
    fn sees(&mut self, sim: &Sim, event: &TraceEvent) {
        if changes_the_load(event) {
            (self.unchanged, self.in_time, self.late, self.lost) = (Some(event.at), 0, 0, false);
        }
        let (before, now) = (self.totals, sim.hosts().expect("machines").totals());
        self.totals = now;
        self.waiting.extend((before.arrived..now.arrived).map(|_| event.at));
        for since in self.waiting.drain(..(now.answered - before.answered) as usize) {
            let is_late = event.at.since(since) >= LATE;
            *if is_late { &mut self.late } else { &mut self.in_time } += 1;
        }
        if now.failed > before.failed {
            // It is down.
            self.lost = true;
            self.waiting.clear();
        }
        let held = self.unchanged.is_some_and(|since| event.at.since(since).us() >= 10_000_000);
        let most_in_time = self.in_time > 0 && self.in_time * 100 >= (self.in_time + self.late) * 99;
        self.is_done |= held && !self.lost && sim.options().users >= 60_000 && most_in_time;
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

fn changes_the_load(event: &TraceEvent) -> bool {
    let is_a_crash = |detail: &Detail| matches!(detail, Detail::Crashed { .. });
    match &event.cause {
        Cause::Command(Command::Buy { .. } | Command::View { .. }) => false,
        Cause::Command(_) => true,
        _ => event.details.iter().any(is_a_crash),
    }
}

/// What somebody might do who looks for the highest load.
fn random_list(dice: &mut Dice) -> Vec<Act> {
    let act = |dice: &mut Dice| match dice.upto(9) {
        0..=5 => {
            let loads = [30_000, 59_999, 60_000, 61_000, 62_000, 63_000, 65_000, 95_000];
            Command::Users { count: loads[dice.upto(7) as usize] }
        }
        6 => Command::Crash { server: SERVER },
        7 => Command::Restart { server: SERVER },
        8 => Command::Burst { count: 1 + dice.upto(300) as u32 },
        _ => Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None },
    };
    let wait = |dice: &mut Dice| match dice.upto(7) {
        0 | 1 => 9_900 + dice.upto(200),
        2..=3 => dice.upto(1_500),
        _ => dice.upto(50),
    };
    (0..2 + dice.upto(3)).map(|_| (act(dice), wait(dice))).collect()
}

#[test]
fn the_challenge_of_lesson_1_agrees_with_an_independent_predicate() {
    loads::compare::<Latencies>(LessonId::SingleServer, random_list);
}
