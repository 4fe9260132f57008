//! Lesson 2.

use playground::node::ServerId;
use playground::sim::hosts::{Host, Kind};

use super::loads::{Act, Judge};
use super::*;

const DATABASE: ServerId = ServerId::DATABASE;

/// The guided run up to one of its pauses.
fn up_to(stop: usize) -> Played {
    let lesson = Lesson::of(LessonId::StatelessWebServers).expect("a lesson");
    let guided = resolve(lesson, lesson.id.seed()).expect("the script comes out");
    let until = guided.stops[stop].1;
    let before: Vec<Timed> = guided.commands.iter().filter(|timed| timed.at <= until).cloned().collect();
    play(lesson, lesson.id.seed(), &before, None, until)
}

fn answered_a_second(played: &Played) -> u32 {
    let point = played.sim.hosts().and_then(|hosts| hosts.measure().point(played.sim.now()));
    point.map_or(0, |point| point.answered)
}

#[test]
fn lesson_2_shows_that_the_database_is_the_limit_and_web_servers_are_not() {
    let (five, four, eight) = (up_to(2), up_to(3), up_to(4));
    let hosts = four.sim.hosts().expect("machines");
    assert_eq!((hosts.web_servers_up(), hosts.totals().failed), (4, 0), "nothing is lost");
    let moved = four.details(|detail| match detail {
        Detail::Requests { moved, lost: 0, .. } => Some(*moved),
        _ => None,
    });
    assert!(moved[0].1 > 100, "under way at the web server that crashed: {moved:?}");
    for played in [&five, &eight] {
        let answered = answered_a_second(played);
        assert!(answered.abs_diff(3_000) < 150, "{answered} a second");
        let hosts = played.sim.hosts().expect("machines");
        let at_web: usize = hosts.iter().filter(|host| host.kind == Kind::Web).map(Host::queue).sum();
        assert_eq!(at_web, 0);
        assert!(hosts.get(DATABASE).expect("it is there").queue() > 1_000);
    }
    assert_eq!(eight.sim.hosts().expect("machines").web_servers_up(), 7, "eight, of which one has crashed");
    let played = guided(LessonId::StatelessWebServers);
    let hosts = played.sim.hosts().expect("machines");
    assert!(!hosts.serves() && hosts.totals().failed > 1_000);
    let seen = played.details(|detail| match detail {
        Detail::Saw { server, view, .. } => Some((*server, view.account.money)),
        _ => None,
    });
    let bought_at = played.details(|detail| match detail {
        Detail::Asked { server, .. } => Some(*server),
        _ => None,
    });
    assert_ne!(seen[0].1.0, bought_at[0].1, "through another web server");
    assert_eq!(seen[0].1.1, 90_000);
}

#[test]
fn the_figure_of_lesson_2_rises_once_and_flattens_at_what_the_database_can_do() {
    let [figure] = &figures(LessonId::StatelessWebServers)[..] else { panic!("one figure") };
    let answered: Vec<f64> = figure.curves[0].points.iter().map(|point| point.1).collect();
    println!("answered a second: {answered:?}");
    assert!((1_900.0..2_100.0).contains(&answered[0]), "one web server: {answered:?}");
    assert!(
        answered.len() == 8 && answered[1..].iter().all(|a| (2_850.0..3_150.0).contains(a)),
        "{answered:?}"
    );
}

fn users(count: u32) -> Move {
    Do(Command::Users { count })
}

fn web_servers(count: u8) -> Move {
    Do(Command::WebServers { count })
}

fn crash_machine(server: ServerId) -> Move {
    Do(Command::Crash { server })
}

#[test]
fn the_fewest_web_servers_are_found_in_more_than_one_way() {
    let id = LessonId::StatelessWebServers;
    let par = Lesson::of(id).expect("a lesson").par;
    let by_number =
        vec![users(400_000), web_servers(2), Wait(3_100), crash_machine(ServerId::web(1)), Wait(2_100)];
    assert_eq!(attempt(id, by_number), (true, par));
    let by_crashing = vec![
        users(350_000),
        crash_machine(ServerId::web(2)),
        crash_machine(ServerId::web(4)),
        crash_machine(ServerId::web(5)),
        Wait(4_000),
        crash_machine(ServerId::web(3)),
        Wait(3_000),
    ];
    assert!(attempt(id, by_crashing).0);

    let three =
        vec![users(400_000), web_servers(3), Wait(4_000), crash_machine(ServerId::web(1)), Wait(4_000)];
    // With three there is one too many; and when one of them is gone, nobody has crashed while two were known to be enough.
    assert!(!attempt(id, three).0);
    let too_little = vec![web_servers(2), Wait(4_000), crash_machine(ServerId::web(1)), Wait(3_000)];
    assert!(!attempt(id, too_little).0, "1,000 a second come");
    let both_crash = vec![
        users(400_000),
        web_servers(2),
        Wait(3_100),
        crash_machine(ServerId::web(1)),
        Wait(500),
        crash_machine(ServerId::web(2)),
        Wait(3_000),
    ];
    assert!(!attempt(id, both_crash).0, "requests are lost");
}

/// Counts answers between changes.
#[derive(Default)]
struct Counts {
    /// Since when nothing was changed, and how many had been answered by then.
    unchanged: Option<(Time, u64)>,
    /// Two were enough; so many had failed by then.
    enough: Option<u64>,
    crashed: Option<Time>,
    is_done: bool,
}

impl Judge for Counts {
    fn sees(&mut self, sim: &Sim, event: &TraceEvent) {
        let (now, hosts) = (event.at, sim.hosts().expect("machines"));
        let totals = hosts.totals();
        let crashed = |detail: &Detail| match detail {
            Detail::Crashed { server } => Some(*server),
            _ => None,
        };
        let crashed = event.details.iter().find_map(crashed);
        if crashed.is_some() || matches!(event.cause, Cause::Command(_)) {
            self.unchanged = Some((now, totals.answered));
        }
        if self.enough.is_some_and(|before| before != totals.failed) {
            (self.enough, self.crashed) = (None, None);
        }
        if self.enough.is_some() && crashed.is_some_and(|server| server != DATABASE) {
            self.crashed.get_or_insert(now);
        }
        if let Some((since, before)) = self.unchanged.filter(|_| hosts.web_servers_up() == 2) {
            let us = now.since(since).us();
            let many = us >= 3_000_000 && (totals.answered - before) * 2_000_000 / us >= 2 * 2_850 - 1;
            self.enough = self.enough.or(many.then_some(totals.failed));
        }
        self.is_done |= self.crashed.is_some_and(|at| now.since(at).us() >= 2_000_000);
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

/// What somebody might do who is not sure how many are enough, with something else in between. Only one in three waits about long enough for anything
/// to be known: a second of such a load is eighteen thousand events.
fn random_list(dice: &mut Dice) -> Vec<Act> {
    let web = |dice: &mut Dice| ServerId::web(1 + dice.upto(2) as u8);
    let other = |dice: &mut Dice| match dice.upto(4) {
        0 => Command::Users { count: 100_000 },
        1 => Command::WebServers { count: 3 },
        2 => Command::Restart { server: web(dice) },
        3 => Command::Crash { server: DATABASE },
        _ => Command::Crash { server: web(dice) },
    };
    let load = [250_000, 285_000, 290_000, 320_000][dice.upto(3) as usize];
    let count = [1, 2, 2, 3][dice.upto(3) as usize];
    let way =
        [Command::Users { count: load }, Command::WebServers { count }, Command::Crash { server: web(dice) }];
    let is_patient = dice.upto(2) == 0;
    let mut list = Vec::new();
    for (command, enough) in way.into_iter().zip([0, 2_980, 1_980]) {
        if dice.upto(5) == 0 {
            list.push((other(dice), dice.upto(50)));
        }
        let wait = if is_patient { enough } else { 0 };
        list.push((command, wait + dice.upto(100)));
    }
    list
}

#[test]
fn the_challenge_of_lesson_2_agrees_with_an_independent_predicate() {
    loads::compare::<Counts>(LessonId::StatelessWebServers, random_list);
}
