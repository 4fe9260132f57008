//! Lesson 1.

use playground::node::ServerId;

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
