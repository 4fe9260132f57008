//! Lesson 6.

use playground::node::{StepDown, TimerKind};
use playground::shop::Outcome;
use playground::wire::{Start, ToWorker};

use crate::world::World;

use super::*;

const ID: LessonId = LessonId::GenerationClock;

/// Six seconds are a minute of the story.
fn minute(minutes: i64) -> i64 {
    6_000 * minutes
}

fn money(played: &Played) -> Vec<i64> {
    let shops = played.sim.servers().filter_map(|(_, server)| Some(server.node.as_ref()?.shop()));
    shops.map(|shop| shop.accounts()[&CHEOLSU.owner()].money).collect()
}

fn answers(played: &Played) -> Vec<(i64, (u64, Option<char>))> {
    played.details(|detail| match detail {
        Detail::Learned { number, answer: Answer::Outcome(Outcome::Done), from, .. } => {
            Some((number.0, from.map(|from| from.letter())))
        }
        _ => None,
    })
}

/// The guided run, up to that moment.
fn until(ms: i64, rule: Option<(&str, &str)>) -> Played {
    let lesson = Lesson::of(ID).expect("a lesson");
    let guided = resolve(lesson, ID.seed()).expect("the script comes out");
    let commands: Vec<Timed> =
        guided.commands.into_iter().filter(|timed| timed.at <= Time::from_ms(ms)).collect();
    play(lesson, ID.seed(), &commands, rule, Time::from_ms(ms))
}

#[test]
fn lesson_6_goes_from_ten_to_five_past_ten_and_everybody_ends_with_20_000() {
    let played = guided(ID);
    let leads = played.noted(|note| matches!(note, Note::Leads { .. }));
    assert_eq!(leads[0].1, 'B');
    assert!((minute(1)..minute(2)).contains(&leads[0].0), "elected between 10:01 and 10:02");
    let asked = played.details(|detail| match detail {
        Detail::Asked { number, server, attempt, .. } => Some((number.0, server.letter(), *attempt)),
        _ => None,
    });
    assert_eq!(asked[..2], [(minute(3), (1, 'B', 1)), (minute(4), (2, 'A', 1))]);
    assert!(asked[2].0 > minute(5) && asked[2].1 == (2, 'B', 2), "the retry, with the same number");
    let told = answers(&played);
    assert_eq!(told.iter().map(|(_, told)| *told).collect::<Vec<_>>(), [(1, Some('B')), (2, Some('B'))]);
    assert_eq!(money(&until(minute(4), None)), [50_000, 40_000, 40_000, 40_000, 40_000]);
    assert_eq!(money(&played), [20_000; 5]);
}

#[test]
fn the_old_leader_hears_that_its_generation_is_over_steps_down_and_drops_what_it_wrote() {
    let played = guided(ID);
    let turned_away = played.noted(|note| {
        matches!(note, Note::RejectsOldGeneration { from, theirs, mine } if (from.letter(), theirs.0, mine.0) == ('A', 1, 2))
    });
    assert!(!turned_away.is_empty() && turned_away.iter().all(|(at, _)| *at > minute(5)));
    let down = played.noted(|note| matches!(note, Note::StepsDown { why: StepDown::NewerGeneration }));
    assert_eq!(down.iter().filter(|(_, who)| *who == 'A').count(), 1);
    assert!(down.iter().any(|(at, who)| *who == 'A' && (minute(5)..minute(5) + 1_000).contains(at)));
    assert_eq!(played.noted(|note| matches!(note, Note::Truncates { .. })).len(), 1);
}

#[test]
fn in_the_end_a_leader_notices_by_itself_and_two_have_led_all_the_same() {
    let played = guided(ID);
    let (noticed, who) =
        played.noted(|note| matches!(note, Note::StepsDown { why: StepDown::NoMajority }))[0];
    let newer = played.noted(|note| matches!(note, Note::Leads { generation, .. } if generation.0 == 3));
    assert_eq!((who, newer.len()), ('B', 1));
    assert!(newer[0].0 + 900 < noticed, "C leads one second before B notices");
}

#[test]
fn when_generations_are_ignored_the_old_leader_is_obeyed_and_the_servers_disagree() {
    let played = until(minute(6), Some(("generation", "ignored")));
    assert_eq!(money(&played), [30_000, 40_000, 40_000, 40_000, 40_000]);
    let told = answers(&played);
    assert_eq!(told.iter().map(|(_, told)| *told).collect::<Vec<_>>(), [(1, Some('B')), (2, Some('A'))]);
}

#[test]
fn what_the_lesson_leaves_out_is_its_own_choice_and_no_obstacle_to_its_guided_run() {
    let start = Start { lesson: Some(ID), seed: ID.seed(), guided: Some(0), ..Start::default() };
    let mut world = World::start(start.clone());
    let frame = world.frame();
    assert!(frame.guide.is_some(), "the script is written for the lesson's own rules");
    assert_eq!(
        (frame.wrong, frame.by_lesson),
        (vec!["check-quorum:off".to_string()], vec!["check-quorum:off".to_string()])
    );
    assert_eq!(frame.rules["check-quorum"], "off");
    assert_eq!(frame.story.map(|clock| clock.read(Time::from_ms(minute(3)))), Some("10:03".to_string()));

    let rule = |pattern: &str, value: &str| Command::Rule { pattern: pattern.into(), value: value.into() };
    world.act(rule("generation", "ignored"));
    let frame = world.frame();
    assert_eq!(
        (frame.wrong.len(), frame.by_lesson.len()),
        (2, 1),
        "what the visitor has changed is not the lesson's"
    );
    world.act(rule("check-quorum", "on"));
    let frame = world.frame();
    assert_eq!((frame.wrong, frame.by_lesson), (vec!["generation:ignored".to_string()], Vec::new()));

    let right = World::start(Start { rules: vec![("check-quorum".into(), "on".into())], ..start });
    let frame = right.frame();
    assert!(frame.wrong.is_empty() && frame.guide.is_none(), "it is another run under another rule");
    let elsewhere = World::new(1).frame();
    assert!(elsewhere.story.is_none() && elsewhere.wrong.is_empty());
}

#[test]
fn a_link_to_lesson_6_opens_with_the_rules_of_the_lesson() {
    let mut world = World::start(Start { lesson: Some(ID), seed: ID.seed(), ..Start::default() });
    world.buy();
    let hash = world.ask(ToWorker::Seek { at: Time::from_ms(8_000) }).hash;
    let share = world.share();
    let mut again = World::new(1);
    let start = again.open(share);
    assert_eq!((start.lesson, start.rules), (Some(ID), Vec::new()), "only what differs from the lesson's");
    assert_eq!(again.hash(), hash);
    assert_eq!(again.frame().by_lesson, ["check-quorum:off"]);
}

fn cut_off(letter: char) -> Move {
    let others = ServerId::all(5).filter(|other| *other != server(letter)).collect();
    Do(Command::Partition { groups: vec![vec![server(letter)], others], customers: None })
}

fn buy_at(letter: char) -> Move {
    let server = Some(server(letter));
    Do(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server })
}

fn heal() -> Move {
    Do(Command::HealAll)
}

fn newer_leads(played: &Played) -> bool {
    played.sim.leader().is_some_and(|leader| leader != server('A'))
}

#[test]
fn two_leaders_are_healed_in_more_than_one_way() {
    let par = Lesson::of(ID).expect("a lesson").par;
    let alone = vec![
        cut_off('A'),
        Until(newer_leads),
        buy_at('B'),
        Until(heard),
        buy_at('A'),
        Wait(1_000),
        heal(),
        Wait(15_000),
    ];
    assert_eq!(attempt(ID, alone), (true, par));
    let with_company =
        Do(Command::Partition { groups: vec![vec![server('A'), server('D')]], customers: None });
    let (b, c, e) = (cut('A', 'B'), cut('A', 'C'), cut('A', 'E'));
    let by_single_links = vec![
        b,
        c,
        cut('A', 'D'),
        e,
        Until(newer_leads),
        buy_at('A'),
        Wait(500),
        buy_at('B'),
        Until(heard),
        heal(),
        Wait(20_000),
    ];
    assert!(attempt(ID, by_single_links).0);

    let nothing_at_the_old_one =
        vec![cut_off('A'), Until(newer_leads), buy_at('B'), Until(heard), heal(), Wait(15_000)];
    assert!(!attempt(ID, nothing_at_the_old_one).0, "A took nothing up");
    let by_a_crash = vec![
        cut_off('A'),
        Until(newer_leads),
        buy_at('B'),
        Until(heard),
        buy_at('A'),
        Wait(500),
        crash('A'),
        heal(),
        restart('A'),
        Wait(15_000),
    ];
    assert!(!attempt(ID, by_a_crash).0, "A did not step down, it died");
    let never_healed = vec![with_company, Wait(15_000), buy_at('A'), Wait(20_000)];
    assert!(!attempt(ID, never_healed).0);
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_6() {
    compare(ID, random_walls, two_led_and_all_is_well);
}

/// A wall around somebody, purchases on both sides, and an end of it, now and then by a crash.
fn random_walls(lesson: &Lesson, dice: &mut Dice) -> Played {
    let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
    for _ in 0..1 + dice.upto(1) {
        let alone =
            if dice.upto(3) > 0 { played.sim.leader().unwrap_or(server('A')) } else { any_server(dice) };
        let groups = vec![ServerId::all(5).filter(|other| *other != alone).collect::<Vec<_>>()];
        played.act(&Command::Partition { groups, customers: None });
        played.wait(2_000 + dice.upto(8_000));
        for _ in 0..1 + dice.upto(2) {
            let client = ClientId::of_customer(1 + dice.upto(1) as u8);
            let at = [Some(alone), played.sim.leader(), None][dice.upto(2) as usize];
            played.act(&Command::Buy { client, item: Item::MagicShield, count: None, server: at });
            let most = [300, 3_000][dice.upto(1) as usize];
            played.wait(1 + dice.upto(most));
        }
        if dice.upto(3) == 0 {
            let server = any_server(dice);
            played.act(&Command::Crash { server });
            played.wait(1_000);
            played.act(&Command::Restart { server });
        }
        played.act(&Command::HealAll);
        played.wait(3_000 + dice.upto(9_000));
    }
    played.wait(12_000);
    played
}

/// Somebody took up a request while a newer generation was led, and stepped down later; somebody who led beside an older leader answered
/// "bought"; and behind both there is a moment at which all five have carried out the same, all that was answered included.
fn two_led_and_all_is_well(played: &Played) -> bool {
    let (mut leads, mut deceived) = (BTreeMap::from([(server('A'), 1)]), BTreeSet::new());
    let (mut stepped_down, mut beside) = (false, false);
    let mut answered = BTreeSet::new();
    // A has carried out its first entry when the lesson begins; the others hear of it.
    let mut applied: BTreeMap<ServerId, u64> =
        ServerId::all(5).map(|id| (id, u64::from(id == server('A')))).collect();
    let mut carried_out: BTreeMap<ServerId, BTreeSet<(ClientId, RequestNumber)>> = BTreeMap::new();
    let mut down = BTreeSet::new();
    for event in &played.events {
        if let Cause::Command(Command::Restart { server }) = event.cause {
            down.remove(&server);
        }
        // What happens at once is judged by how things stand when it is over.
        for detail in &event.details {
            match detail {
                Detail::Noted { server, note: Note::Leads { generation, .. } } => {
                    leads.insert(*server, generation.0);
                }
                Detail::Noted { server, note: Note::StepsDown { .. } } => drop(leads.remove(server)),
                Detail::Crashed { server } => {
                    leads.remove(server);
                    deceived.remove(server);
                    applied.insert(*server, 0);
                    carried_out.remove(server);
                    down.insert(*server);
                }
                _ => (),
            }
        }
        let newest = leads.values().max().copied().unwrap_or(0);
        let oldest = leads.values().min().copied().unwrap_or(0);
        for detail in &event.details {
            match detail {
                Detail::Noted { server, note: Note::Queues { .. } }
                    if leads.get(server).is_some_and(|generation| *generation < newest) =>
                {
                    deceived.insert(*server);
                }
                Detail::Noted { server, note: Note::StepsDown { .. } } => {
                    stepped_down |= deceived.contains(server)
                }
                Detail::Noted { server, note: Note::Applies { entry, .. } } => {
                    applied.insert(*server, entry.id.index.0);
                    if let Payload::Request { client, number, .. } = entry.payload {
                        carried_out.entry(*server).or_default().insert((client, number));
                    }
                }
                Detail::Learned { client, number, answer: Answer::Outcome(Outcome::Done), from, .. } => {
                    answered.insert((*client, *number));
                    let generation = from.and_then(|from| leads.get(&from));
                    beside |= generation.is_some_and(|generation| *generation > oldest);
                }
                _ => (),
            }
        }
        let nothing = BTreeSet::new();
        let whole = down.is_empty()
            && ServerId::all(5).all(|id| {
                let has = carried_out.get(&id).unwrap_or(&nothing);
                applied[&id] == applied[&server('A')] && answered.is_subset(has)
            });
        if stepped_down && beside && whole {
            return true;
        }
    }
    false
}

/// The timers of a server that believes to lead go on: it beats, cut off or not.
#[test]
fn a_leader_that_does_not_check_beats_on_behind_the_wall() {
    let played = until(minute(5) - 1, None);
    let beats = played.events.iter().filter(|event| {
        matches!(event.cause, Cause::TimerFired { server, kind: TimerKind::Heartbeat } if server.letter() == 'A')
    });
    assert_eq!(
        beats.filter(|event| event.at >= Time::from_ms(minute(1))).count(),
        24,
        "one a second for four minutes"
    );
}
