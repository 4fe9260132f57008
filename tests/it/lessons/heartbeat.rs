//! Lesson 5.

use super::*;

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
