//! Lesson 7.

use super::*;

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
