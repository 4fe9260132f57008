//! Lesson 9.

use playground::lesson::until_all_are_committed;
use playground::shop::Outcome;

use super::*;

const ID: LessonId = LessonId::UpdateQueue;
const BUYERS: u8 = 20;

/// When the first requests of the first customers were accepted and committed, and when they heard the outcome, in milliseconds.
fn courses(played: &Played, customers: u8) -> Vec<[i64; 3]> {
    let of = |customer: u8| {
        let client = ClientId::of_customer(customer);
        let is_it = |payload| matches!(payload, Payload::Request { client: c, number, .. } if (c, number.0) == (client, 1));
        let first = |look: &dyn Fn(&Detail) -> bool| {
            played.details(|detail| look(detail).then_some(())).first().expect("it happens").0
        };
        [
            first(
                &|detail| matches!(detail, Detail::Noted { note: Note::Queues { client: c, .. }, .. } if *c == client),
            ),
            first(
                &|detail| matches!(detail, Detail::Noted { note: Note::Applies { entry, .. }, .. } if is_it(entry.payload)),
            ),
            first(
                &|detail| matches!(detail, Detail::Learned { client: c, answer: Answer::Outcome(_), .. } if *c == client),
            ),
        ]
    };
    (1..=customers).map(of).collect()
}

fn under(value: &str) -> Played {
    let lesson = Lesson::of(ID).expect("a lesson");
    let guided = resolve(lesson, ID.seed()).expect("the script comes out");
    play(lesson, ID.seed(), &guided.commands, Some(("queue", value)), end(&guided))
}

/// A follower has an entry on its disk 150 ms after it was sent, and the leader knows 50 ms later: 200. The leader's own disk has the
/// first entry at 101; what piled up by then goes as one batch, to be committed at 101 + 200. One at a time the next entry is written
/// only when the one before is committed: at 201 and 401.
#[test]
fn three_requests_are_committed_at_the_milliseconds_that_lesson_9_tells() {
    assert_eq!(courses(&guided(ID), 3), [[1, 201, 202], [2, 301, 302], [3, 301, 302]]);
    assert_eq!(courses(&under("one-at-a-time"), 3), [[1, 201, 202], [2, 401, 402], [3, 601, 602]]);
    assert_eq!(courses(&under("answer-on-enqueue"), 3), [[1, 201, 2], [2, 301, 3], [3, 301, 4]]);
}

/// Several writers gain nothing: the disk still takes one thing after the other.
#[test]
fn several_writers_are_not_committed_earlier() {
    let committed = under("many-writers").noted(
        |note| matches!(note, Note::Applies { entry, .. } if matches!(entry.payload, Payload::Request { .. })),
    );
    let at_a: Vec<i64> =
        committed.into_iter().filter(|(_, by)| *by == 'A').map(|(ms, _)| ms).take(3).collect();
    assert_eq!(at_a, [201, 301, 301]);
}

#[test]
fn a_client_hears_that_its_request_is_accepted_and_later_what_became_of_it() {
    let heard = guided(ID).details(|detail| match detail {
        Detail::Learned { client, answer, .. } if client.owner().name() == "customer-3" => Some(*answer),
        _ => None,
    });
    assert_eq!(heard, [(4, Answer::Accepted), (302, Answer::Outcome(Outcome::Done))]);
}

#[test]
fn a_crowd_waits_for_each_other_or_goes_together() {
    let ms = |queue, users| until_all_are_committed(queue, users).us() / 1_000;
    for (users, one_at_a_time, batched) in
        [(1, 200, 200), (2, 400, 300), (3, 600, 300), (20, 4_000, 300), (1_000, 200_000, 1_800)]
    {
        assert_eq!(ms("one-at-a-time", users), one_at_a_time, "{users}: five a second");
        assert_eq!(ms("batched", users), batched, "{users}: 64 every 100 ms behind the first");
    }
}

#[test]
fn what_was_said_to_be_done_is_not_there_when_only_the_line_held_it() {
    let (right, wrong) = (guided(ID), under("answer-on-enqueue"));
    let swords = |played: &Played| {
        let leader = played.sim.leader().expect("somebody leads");
        let node = played.sim.server(leader).node.as_ref().expect("it is up");
        let sixth = node.shop().accounts().get(&ClientId::of_customer(6).owner()).expect("an account");
        sixth.count(Item::LegendarySword)
    };
    let told_done = |played: &Played| {
        !played
            .details(|detail| match detail {
                Detail::Learned { client, answer: Answer::Outcome(Outcome::Done), .. } => {
                    (*client == ClientId::of_customer(6)).then_some(())
                }
                _ => None,
            })
            .is_empty()
    };
    assert_eq!((told_done(&right), swords(&right)), (true, 1));
    assert_eq!((told_done(&wrong), swords(&wrong)), (true, 0));
}

// ---- the challenge -------------------------------------------------------------------------------------------------------

fn everybody() -> Move {
    Do(Command::Burst { count: u32::from(BUYERS) })
}

fn limit(value: u32) -> Move {
    Do(Command::Option { name: "queue-limit".to_string(), value })
}

fn rule(value: &str) -> Move {
    Do(Command::Rule { pattern: "queue".to_string(), value: value.to_string() })
}

fn all_buy_with(pause_ms: u64) -> Vec<Move> {
    let buy = |customer| {
        let client = ClientId::of_customer(customer);
        [Do(Command::Buy { client, item: Item::MagicShield, count: None, server: None }), Wait(pause_ms)]
    };
    (1..=BUYERS).flat_map(buy).chain([Wait(2_000)]).collect()
}

#[test]
fn twenty_buyers_are_served_in_more_than_one_way() {
    let par = Lesson::of(ID).expect("a lesson").par;
    let press = |times| (0..times).flat_map(|_| [everybody(), Wait(450)]).collect::<Vec<_>>();
    assert_eq!(attempt(ID, press(4)), (true, par));
    assert!(!attempt(ID, press(3)).0, "three rounds leave two unserved");
    assert_eq!(attempt(ID, all_buy_with(60)), (true, 20));
    let slowly = then(rule("one-at-a-time"), all_buy_with(250));
    assert!(attempt(ID, slowly).0, "slow, and right");

    let without_a_bound = vec![limit(100), everybody(), Wait(2_000)];
    assert!(!attempt(ID, without_a_bound).0, "the line was longer than five");
    let without_a_line = vec![rule("many-writers"), everybody(), Wait(2_000)];
    assert!(!attempt(ID, without_a_line).0, "there was no line");
    let said_too_early = then(rule("answer-on-enqueue"), all_buy_with(60));
    assert!(!attempt(ID, said_too_early).0, "nobody heard it of what was done");
}

/// The first move, and then the others.
fn then(first: Move, others: Vec<Move>) -> Vec<Move> {
    [first].into_iter().chain(others).collect()
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_9() {
    let lesson = Lesson::of(ID).expect("a lesson");
    let base = Played::new(lesson, ID.seed(), None);
    compare(ID, |_, dice| random_crowds(base.clone(), dice), everybody_was_served);
}

/// Crowds at all distances, now and then with another rule, another limit, or a crash.
fn random_crowds(mut played: Played, dice: &mut Dice) -> Played {
    for _ in 0..3 + dice.upto(4) {
        let command = match dice.upto(13) {
            0 => Command::CrashLeader,
            1 => Command::Option {
                name: "queue-limit".to_string(),
                value: [2, 5, 6, 40][dice.upto(3) as usize],
            },
            2 => {
                let value =
                    ["batched", "one-at-a-time", "answer-on-enqueue", "many-writers"][dice.upto(3) as usize];
                Command::Rule { pattern: "queue".to_string(), value: value.to_string() }
            }
            3 => {
                let client = ClientId::of_customer(1 + dice.upto(u64::from(BUYERS) - 1) as u8);
                Command::Buy { client, item: Item::LegendarySword, count: None, server: None }
            }
            _ => Command::Burst { count: [20, 20, 7][dice.upto(2) as usize] },
        };
        played.act(&command);
        let wait = [60, 250, 500, 1_500][dice.upto(3) as usize];
        played.wait(1 + dice.upto(wait));
    }
    played.wait(15_000);
    played
}

/// Read once more from the trace: the limits from the commands, the balances from what was carried out.
fn everybody_was_served(played: &Played) -> bool {
    let mut limit = 5;
    let mut in_line = BTreeSet::new();
    let mut done_by: BTreeMap<ServerId, BTreeMap<ClientId, BTreeSet<Index>>> = BTreeMap::new();
    let mut served = BTreeSet::new();
    for event in &played.events {
        if let Cause::Command(Command::Option { value, .. }) = &event.cause {
            limit = *value;
        }
        for detail in &event.details {
            match detail {
                Detail::Noted { note: Note::Queues { client, number, waiting }, .. }
                    if limit <= 5 && *waiting <= 5 =>
                {
                    in_line.insert((*client, *number));
                }
                Detail::Noted {
                    server,
                    note: Note::Applies { entry, outcome: Some(Outcome::Done), duplicate: false },
                } => {
                    let Payload::Request { client, .. } = entry.payload else { continue };
                    let swords = done_by.entry(*server).or_default().entry(client).or_default();
                    swords.insert(entry.id.index);
                    // 10,000 won buy one sword.
                    if swords.len() > 1 {
                        return false;
                    }
                }
                Detail::Learned { client, number, answer: Answer::Outcome(Outcome::Done), .. } => {
                    let bought = |of: &BTreeMap<ClientId, BTreeSet<Index>>| of.contains_key(client);
                    if in_line.contains(&(*client, *number)) && done_by.values().any(bought) {
                        served.insert(*client);
                    }
                }
                _ => (),
            }
        }
        if served.len() == usize::from(BUYERS) {
            return true;
        }
    }
    false
}
