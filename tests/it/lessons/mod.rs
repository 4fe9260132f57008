//! The lessons: each script comes out as its timeline says, the right world keeps all promises and the wrong ones break theirs with the
//! same clicks; a challenge is done when it is done, and only then.

mod generation_clock;
mod heartbeat;
mod high_water_mark;
mod idempotent_receiver;
mod leader_and_followers;
mod loads;
mod majority_quorum;
mod single_server;
mod stateless_web_servers;
mod update_queue;
mod write_ahead_log;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use playground::command::{Command, Timed};
use playground::frame::line;
use playground::lesson::{
    Goal, Guided, Lesson, LessonId, Part, STOPS_MAX, Setup, figures, resolve, resolve_part,
};
use playground::node::{
    ClientId, EntryId, Generation, Index, MessageKind, Note, Payload, Place, RequestNumber, Role, ServerId,
};
use playground::promise::Promises;
use playground::shop::Item;
use playground::sim::{Answer, Cause, Detail, Loss, Sim, TraceEvent};
use playground::time::{Span, Time};

use crate::world::{CHEOLSU, words};

/// A lesson's world with some rules, given commands at their moments.
#[derive(Clone)]
struct Played {
    sim: Sim,
    promises: Promises,
    goal: Goal,
    events: Vec<TraceEvent>,
    /// How many servers were down when each of the events was over.
    down: Vec<usize>,
    /// The newest request of Cheolsu's that was in the log of somebody who led then, or was carried out.
    written: Vec<Option<RequestNumber>>,
    /// Of server A after each of the events: the last request in its log, and how many swords Cheolsu has there; none while it was down.
    on_a: Vec<Option<(Option<RequestNumber>, i64)>>,
    /// Who led then, and with which log.
    leaders: Vec<Vec<Led>>,
}

/// A leader as it was when something had happened.
#[derive(Clone)]
struct Led {
    server: ServerId,
    generation: Generation,
    mark: Index,
    durable: Index,
    log: Vec<EntryId>,
}

impl Led {
    fn of(sim: &Sim) -> Vec<Led> {
        sim.leaders()
            .map(|(server, node)| Led {
                server,
                generation: node.generation(),
                mark: node.mark(),
                durable: node.log().durable(),
                log: node.log().from(Index(1)).iter().map(|entry| entry.id).collect(),
            })
            .collect()
    }

    fn at(&self, index: Index) -> Option<EntryId> {
        self.log.iter().find(|id| id.index == index).copied()
    }
}

impl Played {
    fn new(lesson: &Lesson, seed: u32, wrong: Option<(&str, &str)>) -> Played {
        let setup: Setup = (lesson.setup)();
        let mut rules = setup.rules;
        if let Some((pattern, value)) = wrong {
            rules.set(pattern, value).expect("a rule");
        }
        let mut promises = Promises::default();
        let sim = setup.world(setup.options.clone(), rules, seed, |sim, event| promises.see(sim, event));
        Played {
            sim,
            promises,
            goal: (lesson.goal)(),
            events: Vec::new(),
            down: Vec::new(),
            written: Vec::new(),
            on_a: Vec::new(),
            leaders: Vec::new(),
        }
    }

    /// Up to right before a moment.
    fn run_before(&mut self, moment: Time) {
        while self.sim.next_due().is_some_and(|due| due < moment) {
            let event = self.sim.step().expect("something is due");
            self.see(event);
        }
        self.sim.pass_to(moment);
    }

    fn wait(&mut self, ms: u64) {
        let until = (self.sim.now() + Span::from_ms(ms)).round_up_to_ms();
        self.run_before(until);
    }

    fn act(&mut self, command: &Command) -> bool {
        let done = self.sim.execute(command);
        let was_possible = done.is_ok();
        done.into_iter().for_each(|event| self.see(event));
        was_possible
    }

    fn see(&mut self, event: TraceEvent) {
        self.promises.see(&self.sim, &event);
        self.goal.see(&self.sim, &event);
        self.down.push(self.sim.servers().filter(|(_, server)| server.node.is_none()).count());
        self.written.push(self.newest_written(&event));
        self.on_a.push(self.of_a());
        self.leaders.push(Led::of(&self.sim));
        self.events.push(event);
    }

    fn newest_written(&self, event: &TraceEvent) -> Option<RequestNumber> {
        let nodes = self.sim.servers().filter_map(|(_, server)| server.node.as_ref());
        let leaders = nodes.filter(|node| matches!(node.role(), Role::Leader(_)));
        let logs = leaders.flat_map(|node| node.log().from(Index(1))).map(|entry| entry.payload);
        let applied = event.details.iter().filter_map(|detail| match detail {
            Detail::Noted { note: Note::Applies { entry, duplicate: false, .. }, .. } => Some(entry.payload),
            _ => None,
        });
        let number = |payload| match payload {
            Payload::Request { client: CHEOLSU, number, .. } => Some(number),
            _ => None,
        };
        logs.chain(applied).filter_map(number).max()
    }

    fn of_a(&self) -> Option<(Option<RequestNumber>, i64)> {
        let node = self.sim.node(ServerId::new(0))?;
        let number = |payload| match payload {
            Payload::Request { number, .. } => Some(number),
            _ => None,
        };
        let last = node.log().from(Index(1)).iter().rev().find_map(|entry| number(entry.payload));
        Some((last, node.shop().accounts()[&CHEOLSU.owner()].count(Item::LegendarySword)))
    }

    fn broken(&self) -> Vec<&'static str> {
        self.promises.broken().map(|(name, _)| name).collect()
    }

    /// When each thing of a kind was noted, in milliseconds, and by whom.
    fn noted(&self, fits: impl Fn(&Note) -> bool) -> Vec<(i64, char)> {
        self.details(|detail| match detail {
            Detail::Noted { server, note } if fits(note) => Some(server.letter()),
            _ => None,
        })
    }

    fn details<T>(&self, look: impl Fn(&Detail) -> Option<T>) -> Vec<(i64, T)> {
        let of = |event: &TraceEvent| {
            event.details.iter().filter_map(&look).map(|found| (event.at.ms(), found)).collect::<Vec<_>>()
        };
        self.events.iter().flat_map(of).collect()
    }
}

fn play(lesson: &Lesson, seed: u32, commands: &[Timed], wrong: Option<(&str, &str)>, until: Time) -> Played {
    let mut played = Played::new(lesson, seed, wrong);
    for timed in commands {
        played.run_before(timed.at);
        played.act(&timed.command);
    }
    played.run_before(until + Span::from_us(1));
    played
}

fn end(guided: &Guided) -> Time {
    guided.stops.last().expect("a guided run pauses").1
}

/// The first guided run of a lesson at its own seed.
fn guided(id: LessonId) -> Played {
    guided_part(id, 0)
}

/// A guided run of a lesson at its own seed.
fn guided_part(id: LessonId, part: usize) -> Played {
    let lesson = Lesson::of(id).expect("a lesson");
    let guided = resolve_part(lesson, part, id.seed()).expect("its script comes out");
    play(lesson, id.seed(), &guided.commands, None, end(&guided))
}

/// Every guided run that there is: the lesson, the number of the part and the part.
fn parts() -> impl Iterator<Item = (&'static Lesson, usize, Part)> {
    let of = |lesson: &'static Lesson| lesson.parts().enumerate().map(move |(nth, part)| (lesson, nth, part));
    Lesson::ALL.iter().flat_map(of)
}

#[test]
fn each_script_comes_out_at_its_own_seed_and_at_a_hundred_others() {
    for (lesson, nth, _) in parts() {
        for seed in (0..100).chain([lesson.id.seed()]) {
            let guided = resolve_part(lesson, nth, seed)
                .unwrap_or_else(|step| panic!("{} at {seed}: {step:?}", lesson.id));
            assert!((1..=STOPS_MAX).contains(&guided.stops.len()));
            assert!(guided.stops.is_sorted() && guided.commands.is_sorted_by_key(|timed| timed.at));
            assert!(guided.commands.iter().all(|timed| timed.at.us() % 1_000 == 0));
        }
    }
}

#[test]
fn the_right_world_keeps_all_promises_and_each_wrong_one_breaks_its_own_or_none_with_the_same_clicks() {
    for (lesson, nth, part) in parts() {
        let guided = |seed: u32| resolve_part(lesson, nth, seed).expect("the script comes out");
        for seed in (0..100).chain([lesson.id.seed()]) {
            let guided = guided(seed);
            let right = play(lesson, seed, &guided.commands, None, end(&guided));
            assert_eq!(right.broken(), Vec::<&str>::new(), "{} at {seed}", lesson.id);
        }
        for wrong in part.wrong {
            // A rule that breaks no promise does something else all the same.
            let shows = |seed: u32| {
                let guided = guided(seed);
                let run = |rule| play(lesson, seed, &guided.commands, rule, end(&guided));
                let wrongly = run(Some((wrong.pattern, wrong.value)));
                match wrong.breaks {
                    Some(name) => wrongly.broken().contains(&name),
                    None => wrongly.broken().is_empty() && wrongly.events != run(None).events,
                }
            };
            assert!(shows(lesson.id.seed()), "{} {}", lesson.id, wrong.value);
            let often = (0..100).filter(|seed| shows(*seed)).count();
            assert!(often >= 95, "{} {}: {often} of 100", lesson.id, wrong.value);
        }
    }
}

#[test]
fn one_answer_to_each_question_is_right_and_every_other_one_has_its_world() {
    for lesson in Lesson::ALL {
        assert_eq!(lesson.predict.iter().filter(|choice| choice.name == "right").count(), 1);
        assert!((3..=4).contains(&lesson.predict.len()));
        // Where nothing is done wrong, no wrong answer has a world of its own.
        let has_world = |choice: &playground::lesson::Choice| choice.world.is_some();
        let expected = if lesson.wrong.is_empty() { 0 } else { lesson.predict.len() - 1 };
        assert_eq!(lesson.predict.iter().filter(|choice| has_world(choice)).count(), expected);
        for world in lesson.predict.iter().filter_map(|choice| choice.world) {
            let mut wrong = lesson.parts().flat_map(|part| part.wrong);
            assert!(wrong.any(|wrong| (wrong.pattern, wrong.value) == world), "{world:?}");
        }
    }
}

#[test]
fn the_guided_runs_are_told_as_they_are_known() {
    let words = words("en");
    let mut text = String::new();
    for (lesson, nth, _) in parts() {
        let guided = resolve_part(lesson, nth, lesson.id.seed()).expect("the script comes out");
        let played = play(lesson, lesson.id.seed(), &guided.commands, None, end(&guided));
        let number = if nth > 0 { format!(", part {}", nth + 1) } else { String::new() };
        writeln!(text, "== {}{number}", lesson.id).expect("a string");
        let mut stops = guided.stops.iter().enumerate().peekable();
        for event in &played.events {
            while let Some((nth, _)) = stops.next_if(|(_, (happened, _))| *happened < event.number) {
                writeln!(text, "-- pause {}", nth + 1).expect("a string");
            }
            if let Some(line) = line(&played.sim, event) {
                writeln!(text, "{} {}", line.at, words.fill(&line.text, &line.args)).expect("a string");
            }
        }
        stops.for_each(|(nth, _)| writeln!(text, "-- pause {}", nth + 1).expect("a string"));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/known/lessons.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).expect("the tests' folder can be written");
    }
    assert_eq!(text, std::fs::read_to_string(path).expect("the known runs"));
}

// ---- challenges ---------------------------------------------------------------------------------------------------------

/// What a player does: a command, or waiting for something.
enum Move {
    Do(Command),
    Wait(u64),
    Until(fn(&Played) -> bool),
    RestartAll,
}

use Move::{Do, RestartAll, Until, Wait};

fn server(letter: char) -> ServerId {
    letter.to_string().parse().expect("a server")
}

fn crash(letter: char) -> Move {
    Do(Command::Crash { server: server(letter) })
}

fn restart(letter: char) -> Move {
    Do(Command::Restart { server: server(letter) })
}

fn time_out(letter: char) -> Move {
    Do(Command::TimeOut { server: server(letter) })
}

fn buy() -> Move {
    Do(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None })
}

fn retry() -> Move {
    Do(Command::Retry { client: CHEOLSU })
}

fn crash_leader() -> Move {
    Do(Command::CrashLeader)
}

/// Plays moves in the world of a lesson; gives whether the challenge was done, and in how many commands.
fn attempt(id: LessonId, moves: Vec<Move>) -> (bool, u32) {
    let lesson = Lesson::of(id).expect("a lesson");
    let (mut played, mut actions) = (Played::new(lesson, id.seed(), None), 0);
    for step in moves {
        actions += advance(&mut played, step);
    }
    (played.goal.done_at().is_some(), actions)
}

/// One move; gives how many commands it took.
fn advance(played: &mut Played, step: Move) -> u32 {
    match step {
        Do(command) => {
            let at = (played.sim.now() + Span::from_us(1)).round_up_to_ms();
            played.run_before(at);
            assert!(played.act(&command), "{command:?} is possible");
            1
        }
        RestartAll => {
            let restarts =
                ServerId::all(5).filter(|server| played.act(&Command::Restart { server: *server }));
            restarts.count() as u32
        }
        Wait(ms) => {
            played.wait(ms);
            0
        }
        Until(so) => {
            let limit = played.sim.now() + Span::from_ms(120_000);
            while !so(played) {
                let event = played.sim.step().expect("a cluster always has something to do");
                assert!(event.at < limit, "it does not come to pass");
                played.see(event);
            }
            0
        }
    }
}

fn is_led(played: &Played) -> bool {
    played.sim.leader().is_some()
}

fn last_noted(played: &Played, fits: fn(&Note) -> bool) -> bool {
    let details = played.events.last().map(|event| event.details.as_slice()).unwrap_or_default();
    details.iter().any(|detail| matches!(detail, Detail::Noted { note, .. } if fits(note)))
}

fn appended(played: &Played) -> bool {
    last_noted(played, |note| matches!(note, Note::Appends { .. }))
}

fn committed(played: &Played) -> bool {
    last_noted(played, |note| matches!(note, Note::MarkRises { decided: true, .. }))
}

fn heard(played: &Played) -> bool {
    let details = played.events.last().map(|event| event.details.as_slice()).unwrap_or_default();
    details.iter().any(|detail| matches!(detail, Detail::Learned { .. }))
}

fn cut(from: char, to: char) -> Move {
    Do(Command::Cut { from: server(from), to: server(to), both: true })
}

// ---- against an independent predicate ---------------------------------------------------------------------------------

/// A generator of its own: what is random here has nothing to do with the simulation's chance.
struct Dice(u64);

impl Dice {
    fn upto(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % (most + 1)
    }
}

/// What somebody might do who wants to get there and is not sure how.
fn random_run(lesson: &Lesson, dice: &mut Dice, actions: &[fn(&mut Dice) -> Command]) -> Played {
    let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
    for _ in 0..4 + dice.upto(8) {
        let wait = match dice.upto(3) {
            0 => 1 + dice.upto(30),
            1 => 1 + dice.upto(600),
            _ => 1 + dice.upto(6_000),
        };
        let until = (played.sim.now() + Span::from_ms(wait)).round_up_to_ms();
        played.run_before(until);
        let command = actions[dice.upto(actions.len() as u64 - 1) as usize](dice);
        played.act(&command);
        if dice.upto(2) == 0 {
            let command = actions[dice.upto(actions.len() as u64 - 1) as usize](dice);
            played.act(&command);
        }
    }
    let until = played.sim.now() + Span::from_ms(20_000);
    played.run_before(until);
    played
}

fn any_server(dice: &mut Dice) -> ServerId {
    ServerId::new(dice.upto(4) as u8)
}

/// Plays a thousand random lists of actions; both say the same of each, and a fair share is done.
fn compare(id: LessonId, random: impl Fn(&Lesson, &mut Dice) -> Played, done: fn(&Played) -> bool) {
    let lesson = Lesson::of(id).expect("a lesson");
    let (mut dice, mut times) = (Dice(7), 0);
    for run in 0..1_000 {
        let played = random(lesson, &mut dice);
        assert_eq!(played.goal.done_at().is_some(), done(&played), "{id}, run {run}");
        times += usize::from(done(&played));
    }
    assert!((20..=980).contains(&times), "{id}: done in {times} of 1,000");
}
