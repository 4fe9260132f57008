//! The lessons: each script comes out as its timeline says, the right world keeps all promises and the wrong ones break theirs with the
//! same clicks; a challenge is done when it is done, and only then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use playground::command::{Command, Timed};
use playground::frame::line;
use playground::lesson::{Goal, Guided, Lesson, LessonId, STOPS_MAX, Setup, resolve};
use playground::node::{
    ClientId, Index, MessageKind, Note, Payload, Place, RequestNumber, Role, Rules, ServerId,
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
}

impl Played {
    fn new(lesson: &Lesson, seed: u32, wrong: Option<(&str, &str)>) -> Played {
        let setup: Setup = (lesson.setup)();
        let mut rules = Rules::default();
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

/// The guided run of a lesson at its own seed.
fn guided(id: LessonId) -> Played {
    let lesson = Lesson::of(id).expect("a lesson");
    let guided = resolve(lesson, id.seed()).expect("its script comes out");
    play(lesson, id.seed(), &guided.commands, None, end(&guided))
}

#[test]
fn a_purchase_takes_the_milliseconds_that_lesson_7_tells() {
    let played = guided(LessonId::MajorityQuorum);
    let first = |times: Vec<(i64, char)>, who: char| {
        times.into_iter().find(|(_, by)| *by == who).map(|(ms, _)| ms).expect("it happened")
    };
    let asked = played.details(|detail| matches!(detail, Detail::Asked { .. }).then_some(()));
    assert_eq!(asked[0].0, 0, "asked");
    assert_eq!(first(played.noted(|note| matches!(note, Note::Queues { .. })), 'A'), 1, "at A");
    let appended =
        |note: &Note| matches!(note, Note::Appends { first, last } if (first.0, last.0) == (100, 100));
    assert_eq!(first(played.noted(appended), 'A'), 2, "appended at index 100");
    let known = played.details(|detail| match detail {
        Detail::Noted { note: Note::Matched { follower, holders, .. }, .. } => {
            Some((follower.letter(), *holders))
        }
        Detail::Noted { note: Note::MarkRises { decided: true, mark }, .. } => Some(('!', mark.0 as u8)),
        Detail::Learned { .. } => Some(('?', 0)),
        Detail::Noted { note: Note::SendsAgain { follower }, .. } => Some((follower.letter(), 0)),
        _ => None,
    });
    assert_eq!(
        known[..6],
        [
            (50, ('B', 2)),
            (51, ('C', 3)),
            (51, ('!', 100)),
            (53, ('?', 0)),
            (500, ('D', 4)),
            (1_002, ('E', 0))
        ],
        "B, C and the majority, the answer, D late, E again"
    );
}

#[test]
fn lesson_5_beats_on_the_second_and_b_is_elected_within_a_second_of_its_time_out() {
    let played = guided(LessonId::Heartbeat);
    let beats: Vec<i64> = played
        .events
        .iter()
        .filter(|event| matches!(&event.cause, Cause::TimerFired { server, kind } if server.letter() == 'A' && format!("{kind:?}") == "Heartbeat"))
        .map(|event| event.at.us())
        .collect();
    assert_eq!(beats, [0, 1_000_000, 2_000_000], "and no more: it crashes at three seconds");
    let crashed = played.details(|detail| matches!(detail, Detail::Crashed { .. }).then_some(()));
    assert_eq!(crashed[0].0, 3_000);
    let stands = played.noted(|note| matches!(note, Note::Stands { generation } if generation.0 == 2));
    let leads = played.noted(|note| matches!(note, Note::Leads { generation, .. } if generation.0 == 2));
    assert_eq!((stands.len(), stands[0].1, leads[0].1), (1, 'B', 'B'));
    assert!(leads[0].0 - stands[0].0 <= 1_000, "{stands:?} {leads:?}");
    let follows =
        played.noted(|note| matches!(note, Note::AdoptsGeneration { generation, .. } if generation.0 == 2));
    assert!(follows.iter().any(|(ms, who)| *who == 'A' && *ms > leads[0].0), "A comes back and follows");
    let third = |note: &Note| matches!(note, Note::Stands { generation } if generation.0 == 3);
    assert_eq!(played.noted(third).len(), 2, "two stand at once");
    assert_eq!(
        played.noted(|note| matches!(note, Note::Leads { generation, .. } if generation.0 == 3)),
        [],
        "and nobody wins"
    );
    assert_eq!(
        played.noted(|note| matches!(note, Note::Leads { generation, .. } if generation.0 == 4)).len(),
        1
    );
}

#[test]
fn in_lesson_10_both_lost_answers_are_given_again_and_nothing_is_done_twice() {
    let played = guided(LessonId::IdempotentReceiver);
    let lost = |event: &TraceEvent| match event.cause {
        Cause::Lost { mail, why } => mail.kind == MessageKind::Answer && why == Loss::AnswerLost,
        _ => false,
    };
    assert_eq!(played.events.iter().filter(|event| lost(event)).count(), 1);
    let crash = played.events.iter().position(|event| event.cause == Cause::Command(Command::CrashLeader));
    let dropped =
        played.events.iter().position(|event| matches!(event.cause, Cause::Command(Command::Drop { .. })));
    let (crash, dropped) = (crash.expect("the leader crashes"), dropped.expect("its answer is dropped"));
    assert_eq!(
        (crash + 1, played.events[crash].at),
        (dropped, played.events[dropped].at),
        "while it was in flight"
    );
    let Detail::Touched(mail) = &played.events[dropped].details[0] else { panic!("a message was touched") };
    assert_eq!((mail.kind, mail.to), (MessageKind::Answer, Place::Client(CHEOLSU)));
    let kept = played.noted(|note| matches!(note, Note::AnswersFromCache { .. }));
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].1, 'A');
    assert_ne!(kept[1].1, 'A', "from a leader that had not answered before");
    for (_, server) in played.sim.servers() {
        let Some(node) = &server.node else { continue };
        let account =
            node.shop().accounts().iter().find(|(owner, _)| owner.name() == "Cheolsu").expect("an account").1;
        assert_eq!(account.money, 80_000);
    }
}

#[test]
fn each_script_comes_out_at_its_own_seed_and_at_a_hundred_others() {
    for lesson in Lesson::ALL {
        for seed in (0..100).chain([lesson.id.seed()]) {
            let guided =
                resolve(lesson, seed).unwrap_or_else(|step| panic!("{} at {seed}: {step:?}", lesson.id));
            assert!((1..=STOPS_MAX).contains(&guided.stops.len()));
            assert!(guided.stops.is_sorted() && guided.commands.is_sorted_by_key(|timed| timed.at));
            assert!(guided.commands.iter().all(|timed| timed.at.us() % 1_000 == 0));
        }
    }
}

#[test]
fn the_right_world_keeps_all_promises_and_each_wrong_one_breaks_its_own_with_the_same_clicks() {
    for lesson in Lesson::ALL {
        for seed in (0..100).chain([lesson.id.seed()]) {
            let guided = resolve(lesson, seed).expect("the script comes out");
            let right = play(lesson, seed, &guided.commands, None, end(&guided));
            assert_eq!(right.broken(), Vec::<&str>::new(), "{} at {seed}", lesson.id);
        }
        for wrong in lesson.wrong {
            let breaks = |seed: u32| {
                let guided = resolve(lesson, seed).expect("the script comes out");
                let rule = Some((wrong.pattern, wrong.value));
                let broken = play(lesson, seed, &guided.commands, rule, end(&guided)).broken();
                wrong.breaks.is_none_or(|name| broken.contains(&name))
            };
            assert!(breaks(lesson.id.seed()), "{} {}", lesson.id, wrong.value);
            let often = (0..100).filter(|seed| breaks(*seed)).count();
            assert!(often >= 95, "{} {}: {often} of 100", lesson.id, wrong.value);
        }
    }
}

#[test]
fn when_all_must_hold_it_nobody_is_answered_while_one_is_down() {
    let lesson = Lesson::of(LessonId::MajorityQuorum).expect("a lesson");
    let guided = resolve(lesson, lesson.id.seed()).expect("the script comes out");
    let all = play(lesson, lesson.id.seed(), &guided.commands, Some(("quorum", "all")), end(&guided));
    let answered = |answer: &Answer| matches!(answer, Answer::Outcome(_));
    let learned = all.details(|detail| match detail {
        Detail::Learned { answer, .. } if answered(answer) => Some(()),
        _ => None,
    });
    assert_eq!(learned, []);
}

#[test]
fn one_answer_to_each_question_is_right_and_every_other_one_has_its_world() {
    for lesson in Lesson::ALL {
        assert_eq!(lesson.predict.iter().filter(|choice| choice.world.is_none()).count(), 1);
        assert!((3..=4).contains(&lesson.predict.len()));
        for world in lesson.predict.iter().filter_map(|choice| choice.world) {
            assert!(lesson.wrong.iter().any(|wrong| (wrong.pattern, wrong.value) == world), "{world:?}");
        }
    }
}

#[test]
fn the_guided_runs_are_told_as_they_are_known() {
    let words = words("en");
    let mut text = String::new();
    for lesson in Lesson::ALL {
        let guided = resolve(lesson, lesson.id.seed()).expect("the script comes out");
        let played = play(lesson, lesson.id.seed(), &guided.commands, None, end(&guided));
        writeln!(text, "== {}", lesson.id).expect("a string");
        let mut stops = guided.stops.iter().enumerate().peekable();
        for event in &played.events {
            while let Some((nth, _)) = stops.next_if(|(_, (happened, _))| *happened < event.number) {
                writeln!(text, "-- pause {}", nth + 1).expect("a string");
            }
            if let Some(line) = line(event) {
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

#[test]
fn a_split_vote_is_caused_in_more_than_one_way_and_not_by_accident() {
    let id = LessonId::Heartbeat;
    let par = Lesson::of(id).expect("a lesson").par;
    let stand = |one: char, other: char| [Wait(3_200), time_out(one), time_out(other), Wait(200)];
    let by_a_cut: Vec<Move> =
        [crash_leader(), cut('C', 'E')].into_iter().chain(stand('C', 'E')).chain([Until(is_led)]).collect();
    assert_eq!(attempt(id, by_a_cut), (true, par));
    let no_pre_vote = Do(Command::Rule { pattern: "pre-vote".into(), value: "off".into() });
    let by_a_rule: Vec<Move> =
        [crash_leader(), no_pre_vote].into_iter().chain(stand('C', 'D')).chain([Until(is_led)]).collect();
    assert_eq!(attempt(id, by_a_rule), (true, par));

    let plain_election = vec![crash_leader(), Until(is_led), Wait(5_000)];
    assert!(!attempt(id, plain_election).0, "nobody else stood");
    let helped: Vec<Move> = [crash_leader(), cut('C', 'E')]
        .into_iter()
        .chain(stand('C', 'E'))
        .chain([Wait(800), time_out('B'), Until(is_led)])
        .collect();
    assert!(!attempt(id, helped).0, "a timer was touched after the split");
}

#[test]
fn an_unknown_request_is_carried_out_later_in_more_than_one_way() {
    let id = LessonId::MajorityQuorum;
    let par = Lesson::of(id).expect("a lesson").par;
    let unknown = |played: &Played| {
        let details = played.events.last().map(|event| event.details.as_slice()).unwrap_or_default();
        details.iter().any(|detail| matches!(detail, Detail::Learned { answer: Answer::Unknown, .. }))
    };
    // E is down from the beginning.
    let by_crashes =
        vec![crash('D'), buy(), Until(heard), crash('C'), buy(), Until(unknown), restart('C'), Wait(15_000)];
    assert_eq!(attempt(id, by_crashes), (true, par));
    let pause = Do(Command::PauseServer { server: server('C') });
    let resume = Do(Command::ResumeServer { server: server('C') });
    let by_a_pause =
        vec![crash('B'), buy(), Until(heard), pause, buy(), Until(unknown), resume, Wait(15_000)];
    assert!(attempt(id, by_a_pause).0);

    let never_that_many =
        vec![buy(), Until(heard), crash('B'), crash('C'), buy(), Until(unknown), restart('C'), Wait(15_000)];
    assert!(!attempt(id, never_that_many).0, "no purchase succeeded with two down");
    let no_unknown =
        vec![crash('D'), buy(), Until(heard), crash('C'), buy(), Wait(1_000), restart('C'), Wait(15_000)];
    assert!(!attempt(id, no_unknown).0, "nobody gave up");
}

#[test]
fn one_sword_at_each_stage_is_got_in_more_than_one_way() {
    let id = LessonId::IdempotentReceiver;
    let par = Lesson::of(id).expect("a lesson").par;
    let early_first = vec![
        buy(),
        Until(appended),
        crash_leader(),
        Until(heard),
        buy(),
        Until(committed),
        crash_leader(),
        RestartAll,
        Until(heard),
        buy(),
        Until(heard),
        crash_leader(),
    ];
    assert_eq!(attempt(id, early_first), (true, par));
    let late_first = vec![
        buy(),
        Until(heard),
        crash_leader(),
        Until(is_led),
        RestartAll,
        Wait(1_000),
        retry(),
        Wait(2_000),
        buy(),
        Until(committed),
        crash_leader(),
        Until(heard),
        RestartAll,
        Until(is_led),
        Wait(1_000),
        buy(),
        Until(appended),
        crash_leader(),
        Until(heard),
        Wait(5_000),
    ];
    assert!(attempt(id, late_first).0);

    let without_the_first =
        vec![buy(), Until(committed), crash_leader(), Until(heard), Wait(500), retry(), Wait(10_000)];
    assert!(!attempt(id, without_the_first).0, "one stage only");
    let without_a_kept_answer = vec![buy(), Until(heard), crash_leader(), Until(is_led), Wait(2_000)];
    assert!(!attempt(id, without_a_kept_answer).0);
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

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_5() {
    let actions: [fn(&mut Dice) -> Command; 6] = [
        |_| Command::CrashLeader,
        |dice| Command::TimeOut { server: any_server(dice) },
        |dice| Command::TimeOut { server: any_server(dice) },
        |dice| Command::Restart { server: any_server(dice) },
        |dice| Command::Cut { from: any_server(dice), to: any_server(dice), both: true },
        |_| Command::Rule { pattern: "pre-vote".into(), value: "off".into() },
    ];
    compare(
        LessonId::Heartbeat,
        |lesson, dice| random_run(lesson, dice, &actions),
        |played| {
            let mut stood: BTreeMap<u64, BTreeMap<ServerId, usize>> = BTreeMap::new();
            let mut leads: Vec<(usize, u64)> = Vec::new();
            let mut touched: Vec<usize> = Vec::new();
            for (place, event) in played.events.iter().enumerate() {
                if matches!(event.cause, Cause::Command(Command::TimeOut { .. } | Command::Pace { .. })) {
                    touched.push(place);
                }
                for detail in &event.details {
                    match detail {
                        Detail::Noted { server, note: Note::Stands { generation } } => {
                            stood.entry(generation.0).or_default().entry(*server).or_insert(place);
                        }
                        Detail::Noted { note: Note::Leads { generation, .. }, .. } => {
                            leads.push((place, generation.0))
                        }
                        _ => (),
                    }
                }
            }
            stood.iter().any(|(generation, who)| {
                let mut places: Vec<usize> = who.values().copied().collect();
                places.sort_unstable();
                let Some(split) = places.get(1) else { return false };
                // The first leader of a later generation, as long as nobody leads this one until then and no timer is touched meanwhile.
                leads.iter().any(|(place, led)| {
                    led > generation
                        && place > split
                        && !leads.iter().any(|(earlier, own)| own == generation && earlier <= place)
                        && !touched.iter().any(|touch| touch > split && touch <= place)
                })
            })
        },
    );
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_7() {
    // Its long prelude is the same for all.
    let lesson = Lesson::of(LessonId::MajorityQuorum).expect("a lesson");
    let base = Played::new(lesson, lesson.id.seed(), None);
    compare(
        LessonId::MajorityQuorum,
        |_, dice| random_failures(base.clone(), dice),
        |played| {
            let mut answered = None;
            let mut unknown: BTreeMap<(ClientId, RequestNumber), usize> = BTreeMap::new();
            let mut carried_out: Vec<(usize, (ClientId, RequestNumber))> = Vec::new();
            for (place, (event, down)) in played.events.iter().zip(&played.down).enumerate() {
                for detail in &event.details {
                    match detail {
                        Detail::Learned { client, number, answer: Answer::Unknown, .. } => {
                            unknown.entry((*client, *number)).or_insert(place);
                        }
                        Detail::Learned { answer: Answer::Outcome(_), .. } if *down == 2 => {
                            answered = answered.or(Some(place));
                        }
                        Detail::Noted { note: Note::Applies { entry, duplicate: false, .. }, .. } => {
                            // What a server does again when it comes back is nothing new.
                            let Payload::Request { client, number, .. } = entry.payload else { continue };
                            if !matches!(event.cause, Cause::Command(Command::Restart { .. })) {
                                carried_out.push((place, (client, number)));
                            }
                        }
                        _ => (),
                    }
                }
            }
            let Some(answered) = answered else { return false };
            carried_out.iter().any(|(place, request)| {
                *place > answered && unknown.get(request).is_some_and(|given_up| given_up < place)
            })
        },
    );
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_10() {
    compare(LessonId::IdempotentReceiver, random_purchases, done_at_each_stage);
}

/// Purchases while more and more followers fail, and come back.
fn random_failures(mut played: Played, dice: &mut Dice) -> Played {
    for _ in 0..3 + dice.upto(2) {
        let server = ServerId::new(1 + dice.upto(2) as u8);
        played.act(&match dice.upto(3) {
            0 => Command::PauseServer { server },
            1 => Command::Restart { server: any_server(dice) },
            _ => Command::Crash { server },
        });
        played.wait(1 + dice.upto(20));
        played.act(&Command::Buy { client: CHEOLSU, item: Item::MagicShield, count: None, server: None });
        let patience = [1_000, 3_000, 14_000][dice.upto(2) as usize];
        played.wait(500 + dice.upto(patience));
    }
    for server in ServerId::all(5) {
        let _ = played.act(&Command::Restart { server }) || played.act(&Command::ResumeServer { server });
    }
    played.wait(12_000);
    played
}

/// Purchases with a crash of the leader at one stage or another, and now and then a retry.
fn random_purchases(lesson: &Lesson, dice: &mut Dice) -> Played {
    let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
    for _ in 0..3 + dice.upto(2) {
        played.wait(10);
        played.act(&Command::Buy { client: CHEOLSU, item: Item::MagicShield, count: None, server: None });
        let stage = [200, 500, 2_000][dice.upto(2) as usize];
        played.wait(50 + dice.upto(stage));
        played.act(&Command::CrashLeader);
        played.wait(5_000 + dice.upto(5_000));
        for server in ServerId::all(5).filter(|_| dice.upto(4) > 0) {
            played.act(&Command::Restart { server });
        }
        if dice.upto(1) == 0 {
            played.act(&Command::Retry { client: CHEOLSU });
        }
        played.wait(3_000 + dice.upto(6_000));
    }
    played.wait(15_000);
    played
}

/// A kept answer had been given, no request was carried out by two entries, and of the requests that had been answered, one each had met
/// a crash of the leader when it was only written, when it was carried out, and when it was answered.
fn done_at_each_stage(played: &Played) -> bool {
    let first = |fits: &dyn Fn(&Detail) -> bool| {
        played.events.iter().position(|event| event.details.iter().any(fits))
    };
    let answered = |number: RequestNumber| {
        first(
            &|detail| matches!(detail, Detail::Learned { number: of, answer: Answer::Outcome(_), .. } if *of == number),
        )
    };
    let carried_out = |number: RequestNumber| {
        first(&|detail| {
            matches!(detail, Detail::Noted { note: Note::Applies { entry, duplicate: false, .. }, .. }
            if matches!(entry.payload, Payload::Request { number: of, .. } if of == number))
        })
    };
    let stage = |(place, number): &(usize, RequestNumber)| match (answered(*number), carried_out(*number)) {
        (Some(heard), _) if heard < *place => 2,
        (_, Some(done)) if done < *place => 1,
        _ => 0,
    };
    // For each stage, from when on a crash at it belongs to a request that has been answered.
    let mut met = [None::<usize>; 3];
    for crash in crashes_of_leaders(played) {
        if let Some(heard) = answered(crash.1) {
            let (met, now) = (&mut met[stage(&crash)], heard.max(crash.0));
            *met = Some(met.map_or(now, |before| before.min(now)));
        }
    }
    let kept = first(&|detail| matches!(detail, Detail::Noted { note: Note::AnswersFromCache { .. }, .. }));
    let [Some(early), Some(middle), Some(late), Some(kept)] = [met[0], met[1], met[2], kept] else {
        return false;
    };
    let done = early.max(middle).max(late).max(kept);
    let mut entries: BTreeMap<RequestNumber, BTreeSet<u64>> = BTreeMap::new();
    for detail in played.events[..=done].iter().flat_map(|event| &event.details) {
        if let Detail::Noted { note: Note::Applies { entry, duplicate: false, .. }, .. } = detail
            && let Payload::Request { number, .. } = entry.payload
        {
            entries.entry(number).or_default().insert(entry.id.index.0);
        }
    }
    entries.values().all(|entries| entries.len() == 1)
}

/// Where the leader crashed, with the newest request that had been written or carried out by then.
fn crashes_of_leaders(played: &Played) -> Vec<(usize, RequestNumber)> {
    // A leads when the lesson begins.
    let (mut leader, mut newest, mut crashes) = (Some(server('A')), None, Vec::new());
    for (place, event) in played.events.iter().enumerate() {
        for detail in &event.details {
            match detail {
                Detail::Noted { server, note: Note::Leads { .. } } => leader = Some(*server),
                Detail::Crashed { server } if leader == Some(*server) => {
                    leader = None;
                    crashes.extend(newest.map(|newest| (place, newest)));
                }
                _ => (),
            }
        }
        newest = newest.max(played.written[place]);
    }
    crashes
}
