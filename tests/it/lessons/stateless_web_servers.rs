//! Lesson 2.

use playground::node::ServerId;
use playground::sim::hosts::{Host, Kind};

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

/// What somebody might do who is not sure how many are enough, judged by counts that are taken here.
#[test]
fn lists_of_actions_are_judged_as_the_counts_say_in_lesson_2() {
    let lesson = Lesson::of(LessonId::StatelessWebServers).expect("a lesson");
    let (mut dice, mut times) = (Dice(11), 0);
    for run in 0..20 {
        let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
        let mut judge = Judge::default();
        for _ in 0..3 + dice.upto(2) {
            let web = ServerId::web(1 + dice.upto(2) as u8);
            let command = match dice.upto(6) {
                0 | 1 => Command::Users { count: 250_000 + 50_000 * dice.upto(3) as u32 },
                2 | 3 => Command::WebServers { count: 1 + dice.upto(2) as u8 },
                4 => Command::Restart { server: web },
                _ => Command::Crash { server: web },
            };
            judge.act(&mut played, &command);
            judge.wait(&mut played, 1_500 + dice.upto(3_000));
        }
        judge.act(&mut played, &Command::Crash { server: ServerId::web(1) });
        judge.wait(&mut played, 2_500);
        assert_eq!(played.goal.done_at().is_some(), judge.done, "run {run}");
        times += usize::from(judge.done);
    }
    assert!((2..=18).contains(&times), "done in {times} of 20");
}

/// Counts requests between changes.
#[derive(Default)]
struct Judge {
    /// Since when nothing was changed, and how many had been answered by then.
    unchanged: Option<(Time, u64)>,
    enough: Option<u64>,
    crashed: Option<Time>,
    done: bool,
}

impl Judge {
    fn act(&mut self, played: &mut Played, command: &Command) {
        if played.act(command) {
            let crash = matches!(command, Command::Crash { .. });
            self.unchanged = Some((played.sim.now(), self.totals(played).1));
            self.look(played, crash);
        }
    }

    fn wait(&mut self, played: &mut Played, ms: u64) {
        let until = (played.sim.now() + Span::from_ms(ms)).round_up_to_ms();
        while played.sim.next_due().is_some_and(|due| due < until) {
            let event = played.sim.step().expect("something is due");
            let crash = event.details.iter().any(|detail| matches!(detail, Detail::Crashed { .. }));
            played.see(event);
            if crash {
                self.unchanged = Some((played.sim.now(), self.totals(played).1));
            }
            self.look(played, crash);
        }
        played.sim.pass_to(until);
    }

    /// So many have failed, and been answered.
    fn totals(&self, played: &Played) -> (u64, u64) {
        let totals = played.sim.hosts().expect("machines").totals();
        (totals.failed, totals.answered)
    }

    fn look(&mut self, played: &Played, crash: bool) {
        let now = played.sim.now();
        let (failed, answered) = self.totals(played);
        if self.enough.is_some_and(|before| before != failed) {
            (self.enough, self.crashed) = (None, None);
        }
        if self.enough.is_some() && crash {
            self.crashed.get_or_insert(now);
        }
        let two = played.sim.hosts().expect("machines").web_servers_up() == 2;
        if let Some((since, before)) = self.unchanged.filter(|_| two && self.enough.is_none()) {
            let us = now.since(since).us();
            let many = us >= 3_000_000 && (answered - before) * 2_000_000 / us >= 2 * 2_850 - 1;
            self.enough = many.then_some(failed);
        }
        self.done |= self.crashed.is_some_and(|at| now.since(at).us() >= 2_000_000);
    }
}
