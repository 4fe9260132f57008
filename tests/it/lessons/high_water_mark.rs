//! Lesson 8.

use playground::node::Node;

use super::*;

const ID: LessonId = LessonId::HighWaterMark;

fn lesson() -> &'static Lesson {
    Lesson::of(ID).expect("a lesson")
}

fn node(sim: &Sim, letter: char) -> &Node {
    sim.server(server(letter)).node.as_ref().expect("it is up")
}

/// Where each log ends, and what each server has carried out.
fn logs(sim: &Sim) -> Vec<(u64, u64)> {
    let of = |letter| (node(sim, letter).log().last().index.0, node(sim, letter).applied().0);
    "ABCDE".chars().map(of).collect()
}

fn marks(sim: &Sim) -> Vec<u64> {
    let mark =
        |(_, server): (_, &playground::sim::Server)| server.node.as_ref().map_or(0, |node| node.mark().0);
    sim.servers().map(mark).collect()
}

/// A guided run, and how the world stands at each of its pauses.
fn pauses(part: usize, wrong: Option<(&str, &str)>) -> Vec<Played> {
    let guided = resolve_part(lesson(), part, ID.seed()).expect("its script comes out");
    let mut played = Played::new(lesson(), ID.seed(), wrong);
    let mut commands = guided.commands.iter().peekable();
    let to_pause = |(happened, at): &(u64, Time)| {
        while let Some(timed) = commands.next_if(|timed| timed.at <= *at && played.sim.happened() < *happened)
        {
            played.run_before(timed.at);
            played.act(&timed.command);
        }
        while played.sim.happened() < *happened {
            let event = played.sim.step().expect("the run goes on");
            played.see(event);
        }
        played.clone()
    };
    guided.stops.iter().map(to_pause).collect()
}

/// The generations of a log, from an entry on.
fn generations(sim: &Sim, letter: char, first: u64) -> Vec<u64> {
    node(sim, letter).log().from(Index(first)).iter().map(|entry| entry.id.generation.0).collect()
}

#[test]
fn the_prelude_leaves_the_logs_of_lesson_8_with_every_seed() {
    for seed in (0..100).chain([ID.seed()]) {
        let played = Played::new(lesson(), seed, None);
        assert_eq!(logs(&played.sim), [(5, 2), (5, 2), (5, 2), (3, 2), (4, 2)], "{seed}");
        assert_eq!(marks(&played.sim), [2; 5], "{seed}");
        let durable = |letter| node(&played.sim, letter).log().durable().0;
        assert_eq!("ABCDE".chars().map(durable).collect::<Vec<_>>(), [5, 5, 5, 3, 4], "{seed}");
        assert_eq!(played.sim.leader(), Some(server('A')), "{seed}");
        assert_eq!(played.sim.network().disturbed().count(), 0, "{seed}");
    }
}

#[test]
fn the_mark_walks_from_2_to_5_and_on_to_the_followers_as_lesson_8_tells() {
    let played = guided(ID);
    let walk = played.details(|detail| match detail {
        Detail::Noted { server, note: Note::MarkRises { mark, .. } } if mark.0 <= 5 => {
            Some((server.letter(), mark.0))
        }
        _ => None,
    });
    let by_a: Vec<(i64, u64)> =
        walk.iter().filter(|(_, (who, _))| *who == 'A').map(|(ms, (_, mark))| (*ms, *mark)).collect();
    assert_eq!(by_a, [(92, 3), (122, 4), (422, 5)], "the third of five, as acknowledgements come in");
    let beat = |(ms, _): &&(i64, (char, u64))| (900..1_000).contains(ms);
    let mut by_beat: Vec<(char, u64)> = walk.iter().filter(beat).map(|(_, step)| *step).collect();
    by_beat.sort_unstable();
    assert_eq!(by_beat, [('B', 5), ('C', 5), ('D', 3), ('E', 4)], "one heartbeat later");
    let later: Vec<(char, u64)> = walk.iter().filter(|(ms, _)| *ms >= 1_000).map(|(_, step)| *step).collect();
    assert_eq!(later, [('D', 4), ('E', 5), ('D', 5)], "what D and E have fetched");

    let pauses = pauses(0, None);
    assert_eq!(marks(&pauses[0].sim), [2; 5]);
    assert_eq!(marks(&pauses[1].sim), [4, 2, 2, 2, 2]);
    assert_eq!(marks(&pauses[2].sim), [5, 2, 2, 2, 2]);
    assert_eq!(marks(&pauses[3].sim), [5, 5, 5, 3, 4]);
    assert_eq!(marks(&pauses[4].sim), [0, 5, 5, 6, 5], "A has crashed, and only D has heard of 6");
    assert_eq!(marks(&pauses[5].sim)[1..], [7; 4]);
    assert_eq!(
        (generations(&pauses[4].sim, 'D', 7), generations(&pauses[5].sim, 'D', 7)),
        (vec![1], vec![2])
    );
}

#[test]
fn what_was_answered_before_the_crash_is_there_and_the_followers_did_not_know() {
    let pauses = pauses(0, None);
    let answered = pauses[4].details(|detail| match detail {
        Detail::Learned { number, answer: Answer::Outcome(_), .. } => Some(number.0),
        _ => None,
    });
    assert_eq!(answered.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    for letter in ['B', 'C', 'E'] {
        let known = node(&pauses[4].sim, letter);
        assert_eq!((known.log().durable().0, known.mark().0), (6, 5), "{letter}");
    }
    let leader = pauses[5].sim.leader().expect("another one leads");
    assert_eq!(leader, server('C'));
    assert_eq!(node(&pauses[5].sim, 'C').applied().0, 7);
}

#[test]
fn a_follower_that_is_never_told_carries_out_nothing() {
    let guided = resolve(lesson(), ID.seed()).expect("the script comes out");
    let told = ("mark", "never-told");
    let played = play(lesson(), ID.seed(), &guided.commands, Some(told), end(&guided));
    assert_eq!(played.broken(), Vec::<&str>::new());
    let by = played.noted(|note| matches!(note, Note::Applies { .. }));
    let before = |leader: char, until: i64| by.iter().all(|(ms, who)| *ms >= until || *who == leader);
    let crash =
        played.events.iter().find(|event| matches!(event.cause, Cause::Command(Command::Crash { .. })));
    assert!(before('A', crash.expect("A crashes").at.ms()), "as long as A leads only A does");
    assert_eq!(marks(&played.sim), [0, 0, 7, 0, 0], "and then only C");
}

#[test]
fn figure_8_of_the_raft_paper_step_by_step() {
    let right = pauses(1, None);
    let at = |pause: usize, letter| generations(&right[pause].sim, letter, 6);
    // (a) on A and B, (b) another one on E alone.
    assert_eq!(at(0, 'B'), [1]);
    assert_eq!((at(1, 'B'), at(1, 'C'), at(1, 'D')), (vec![1], vec![], vec![]));
    assert_eq!(right[1].sim.server(server('E')).disk.stored().records.len(), 6);
    // (c) on a majority, and not committed.
    assert_eq!((at(2, 'A'), at(2, 'B'), at(2, 'C'), at(2, 'D')), (vec![1, 3], vec![1, 3], vec![1], vec![]));
    assert_eq!(
        (node(&right[2].sim, 'A').generation().0, node(&right[2].sim, 'A').mark().0),
        (3, 0),
        "after a restart, too"
    );
    // (d) replaced on C.
    assert_eq!(at(3, 'E'), [2, 4]);
    assert!(at(3, 'C').is_empty() || at(3, 'C')[0] == 2, "{:?}", at(3, 'C'));
    // In the end the wish is carried out once, by another entry.
    for letter in "ABCDE".chars() {
        assert_eq!(at(4, letter), [2, 4, 4], "{letter}");
    }
    let sword = |pause: usize, letter| {
        let accounts = node(&right[pause].sim, letter).shop().accounts();
        accounts
            .iter()
            .find(|(owner, _)| owner.name() == "Cheolsu")
            .map(|(_, account)| account.count(Item::LegendarySword))
    };
    assert_eq!("ABCDE".chars().map(|letter| sword(4, letter)).collect::<Vec<_>>(), [Some(1); 5]);
}

#[test]
fn where_entries_are_counted_cheolsu_hears_bought_and_the_entry_is_replaced() {
    let by_count = pauses(1, Some(("commit", "index-only")));
    assert_eq!(node(&by_count[2].sim, 'A').mark().0, 6);
    assert_eq!(by_count[2].broken(), Vec::<&str>::new(), "nothing is lost yet");
    let heard = |played: &Played| {
        let learned = played.details(|detail| match detail {
            Detail::Learned { number, answer: Answer::Outcome(_), .. } => Some(number.0),
            _ => None,
        });
        learned.iter().any(|(_, number)| *number == 4)
    };
    assert!(heard(&by_count[3]));
    assert!(!heard(&pauses(1, None)[3]));
    let broken = by_count[3].broken();
    assert!(broken.contains(&"committed-stays") && broken.contains(&"done-is-kept"), "{broken:?}");
}

// ---- the challenge ------------------------------------------------------------------------------------------------------

fn commit_rule(value: &str) -> Move {
    Do(Command::Rule { pattern: "commit".into(), value: value.into() })
}

fn partition(groups: &[&str]) -> Move {
    let group = |letters: &&str| letters.chars().map(server).collect();
    Do(Command::Partition { groups: groups.iter().map(group).collect(), customers: None })
}

fn everybody_holds_5(played: &Played) -> bool {
    marks(&played.sim) == [5; 5]
}

fn b_holds_6(played: &Played) -> bool {
    node(&played.sim, 'B').log().durable().0 == 6
}

fn e_leads(played: &Played) -> bool {
    played.sim.leader() == Some(server('E'))
}

fn e_holds_6(played: &Played) -> bool {
    node(&played.sim, 'E').log().durable().0 == 6
}

/// With the walls of the hints: B brings its entry to C and D, and E, which was cut off, replaces it.
fn by_walls(then: &str) -> Vec<Move> {
    vec![
        commit_rule("index-only"),
        Until(everybody_holds_5),
        partition(&["AB", "CDE"]),
        buy(),
        Until(b_holds_6),
        crash('A'),
        Until(is_led),
        partition(&["ABCD"]),
        Until(|played| node(&played.sim, 'B').mark().0 == 6),
        partition(&["BC", "ADE"]),
        restart('A'),
        Until(|played| last_noted(played, |note| matches!(note, Note::Leads { .. })) && e_leads(played)),
        commit_rule(then),
        Wait(4_000),
    ]
}

/// As the paper tells it, with crashes: the moves of the guided run, and what is done when E leads for the second time.
fn by_crashes(first: &str, then: &str) -> Vec<Move> {
    vec![
        commit_rule(first),
        Until(everybody_holds_5),
        partition(&["AB", "CE"]),
        buy(),
        Until(b_holds_6),
        crash('A'),
        partition(&["CE"]),
        Do(Command::Heal { from: server('D'), to: server('E'), both: true }),
        Until(e_leads),
        Until(e_holds_6),
        crash('E'),
        partition(&["ABC"]),
        cut('B', 'C'),
        restart('A'),
        Until(|played| played.sim.leader() == Some(server('A'))),
        Until(|played| node(&played.sim, 'C').log().durable().0 == 6),
        Wait(150),
        cut('A', 'C'),
        crash('A'),
        partition(&["CE"]),
        Do(Command::Heal { from: server('D'), to: server('E'), both: true }),
        restart('E'),
        Until(e_leads),
        commit_rule(then),
        Do(Command::HealAll),
        Wait(4_000),
    ]
}

#[test]
fn figure_8_is_reproduced_and_made_safe_in_more_than_one_way() {
    let par = lesson().par;
    assert_eq!(attempt(ID, by_walls("own-generation")), (true, par));
    assert!(attempt(ID, by_crashes("index-only", "own-generation")).0);

    assert!(!attempt(ID, by_walls("index-only")).0, "nothing was held back");
    assert!(!attempt(ID, by_crashes("own-generation", "own-generation")).0, "nothing was lost");
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_8() {
    compare(ID, random_elections, lost_then_held_back);
}

/// What somebody does who follows the hints, more or less: a step may be left out, or come too early or too late.
fn random_elections(lesson: &Lesson, dice: &mut Dice) -> Played {
    let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
    let rule = |by_count| Command::Rule {
        pattern: "commit".into(),
        value: if by_count { "index-only" } else { "own-generation" }.into(),
    };
    let parted = |groups: &[String]| {
        let group = |letters: &String| letters.chars().map(server).collect();
        Command::Partition { groups: groups.iter().map(group).collect(), customers: None }
    };
    let without =
        |letters: &str| "ABCDE".chars().filter(|letter| !letters.contains(*letter)).collect::<String>();
    played.act(&rule(dice.upto(5) > 0));
    played.wait(1_900);
    played.act(&parted(&["AB".into(), "CDE".into()]));
    played.act(&Command::Buy {
        client: CHEOLSU,
        item: Item::MagicShield,
        count: None,
        server: Some(server('A')),
    });
    played.wait(300 + dice.upto(200));
    played.act(&Command::Crash { server: server('A') });
    let first = wait_for(&mut played, |played| played.sim.leader().is_some());
    played.wait(dice.upto(60));
    played.act(&parted(&[without(&first)]));
    let second = wait_for(&mut played, |played| {
        let commits = |led: &Led| led.mark >= Index(6) && led.generation > Generation(2);
        Led::of(&played.sim).iter().any(commits)
    });
    played.wait([0, 0, 150][dice.upto(2) as usize]);
    let third = without(&format!("A{first}{second}")).chars().next().unwrap_or('A');
    let side = format!("{second}{third}");
    played.act(&parted(&[side.clone(), without(&side)]));
    if dice.upto(5) > 0 {
        played.act(&Command::Restart { server: server('A') });
    }
    wait_for(&mut played, |played| played.sim.leader().is_some_and(|leader| leader != server('B')));
    played.wait(dice.upto(500));
    if dice.upto(3) > 0 {
        played.act(&rule(false));
    }
    if dice.upto(1) > 0 {
        played.act(&Command::HealAll);
    }
    played.wait(6_000);
    played
}

/// Lets time pass until it is so, 25 seconds at most; gives who leads then, if anybody does.
fn wait_for(played: &mut Played, so: impl Fn(&Played) -> bool) -> String {
    let limit = played.sim.now() + Span::from_ms(25_000);
    while !so(played) && played.sim.now() < limit {
        let event = played.sim.step().expect("a cluster always has something to do");
        played.see(event);
    }
    let until = played.sim.now().round_up_to_ms();
    played.run_before(until);
    played.sim.leader().map(|leader| leader.to_string()).unwrap_or_default()
}

/// Played again event by event: an entry of an older generation was committed and a later leader lacked it; another one was on three logs, as
/// far as its leader could know from what it had been told, was not committed, and was then, through a newer one, or a later leader lacked it.
fn lost_then_held_back(played: &Played) -> bool {
    let mut acknowledged: BTreeMap<ServerId, BTreeMap<ServerId, Index>> = BTreeMap::new();
    let (mut counted, mut waited): (BTreeMap<EntryId, Generation>, BTreeMap<EntryId, Generation>) =
        Default::default();
    let (mut lost, mut safe) = (false, false);
    for (event, leaders) in played.events.iter().zip(&played.leaders) {
        let led = |server: &ServerId| leaders.iter().find(|led| led.server == *server);
        for detail in &event.details {
            let Detail::Noted { server, note } = detail else { continue };
            let Some(led) = led(server) else { continue };
            match note {
                Note::Leads { generation, .. } => {
                    acknowledged.insert(*server, BTreeMap::new());
                    let lacks =
                        |(id, before): (&EntryId, &Generation)| before < generation && !led.log.contains(id);
                    lost |= counted.iter().any(lacks);
                    safe |= waited.iter().any(lacks);
                }
                Note::Matched { follower, upto, .. } => {
                    acknowledged.entry(*server).or_default().insert(*follower, *upto);
                }
                Note::MarkRises { mark, decided: true } => match led.at(*mark) {
                    Some(id) if id.generation < led.generation => {
                        counted.entry(id).or_insert(led.generation);
                        waited.remove(&id);
                    }
                    _ => safe |= waited.keys().any(|id| id.index <= *mark && led.log.contains(id)),
                },
                _ => (),
            }
        }
        for led in leaders {
            let told = acknowledged.get(&led.server).into_iter().flat_map(BTreeMap::values).copied();
            let holders =
                |index: Index| told.clone().chain([led.durable]).filter(|upto| *upto >= index).count();
            let proven = led.log.iter().rev().find(|id| holders(id.index) >= 3);
            if let Some(id) = proven.filter(|id| id.generation < led.generation && led.mark < id.index)
                && !counted.contains_key(id)
            {
                waited.insert(*id, led.generation);
            }
        }
    }
    lost && safe
}
