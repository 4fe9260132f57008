//! Lesson 3.

use playground::frame::Line;
use playground::words::Arg;

use super::*;

/// What the journal says in a run, and when, in milliseconds.
fn journal(played: &Played) -> Vec<(i64, String)> {
    let record = |line: Line| match line.args.get("record") {
        Some(Arg::Plain(text)) => Some((line.at.ms(), text.clone())),
        _ => None,
    };
    played.events.iter().filter_map(|event| line(&played.sim, event)).filter_map(record).collect()
}

#[test]
fn lesson_3_writes_down_safely_what_it_carries_out_half_a_sync_later() {
    let played = guided(LessonId::WriteAheadLog);
    let told = journal(&played);
    let texts: Vec<&str> = told.iter().map(|(_, text)| text.as_str()).collect();
    let both = "COMPLETE BUY_ITEM id=12345 · COMPLETE BUY_ITEM id=12346";
    let expected = [
        "START BUY_ITEM user=Cheolsu item=legendary-sword price=10000",
        "COMPLETE BUY_ITEM id=12345",
        "START BUY_ITEM user=Yeonghui item=magic-shield price=5000",
        "RECOVER records=5",
        both,
        "RECOVER records=6",
        both,
        "START BUY_ITEM user=Yeonghui item=legendary-sword price=10000",
        "COMPLETE BUY_ITEM id=12347",
    ];
    assert_eq!(texts, expected);
    assert_eq!((told[0].0, told[1].0), (400, 450), "the disk reports 50 ms after the record is safe");
    let crashes = played.details(|detail| matches!(detail, Detail::Crashed { .. }).then_some(()));
    let (first, second) = (crashes[0].0, crashes[1].0);
    assert!(told[2].0 < first && first < told[2].0 + 50, "safe, and not carried out");
    let appended = played.noted(|note| matches!(note, Note::Appends { .. }));
    let before = appended.iter().rev().find(|(ms, _)| *ms < second).expect("the sword's record").0;
    assert!(second < before + 100, "written, and not safe");
    assert_eq!(played.noted(|note| matches!(note, Note::AnswersFromCache { .. })).len(), 1, "her shield");
    let swords = |client: ClientId, item| {
        let node = played.sim.server(server('A')).node.as_ref().expect("it runs");
        node.shop().accounts()[&client.owner()].count(item)
    };
    let yeonghui = ClientId::of_customer(2);
    let owned =
        [(CHEOLSU, Item::LegendarySword), (yeonghui, Item::MagicShield), (yeonghui, Item::LegendarySword)];
    assert_eq!(owned.map(|(client, item)| swords(client, item)), [1, 1, 1]);
}

#[test]
fn what_the_shop_refuses_has_failed_and_a_torn_record_is_told() {
    let lesson = Lesson::of(LessonId::WriteAheadLog).expect("a lesson");
    let mut played = Played::new(lesson, 1, None);
    let many = Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: Some(11), server: None };
    advance(&mut played, Do(many));
    advance(&mut played, Until(heard));
    let told: Vec<String> = journal(&played).into_iter().map(|(_, text)| text).collect();
    let start = "START BUY_ITEM user=Cheolsu item=legendary-sword count=11 price=110000";
    assert_eq!(told, [start, "FAILED BUY_ITEM id=12345 reason=not-enough-money"]);
    for step in [
        buy(),
        Until(purchase_appended),
        Do(Command::Tear { server: server('A'), index: None }),
        restart('A'),
    ] {
        advance(&mut played, step);
    }
    let last = played.events.last().and_then(|event| line(&played.sim, event)).expect("a line");
    assert_eq!(last.text, "event.recovers.alone-torn");
}

#[test]
fn every_line_of_lesson_3_has_its_words_in_each_of_its_worlds() {
    let lesson = Lesson::of(LessonId::WriteAheadLog).expect("a lesson");
    let guided = resolve(lesson, lesson.id.seed()).expect("its script comes out");
    let mut kinds = BTreeSet::new();
    for wrong in [None, Some("in-place"), Some("ack-before-sync"), Some("replay-anonymous")] {
        let rule = wrong.map(|value| ("log", value));
        let played = play(lesson, lesson.id.seed(), &guided.commands, rule, end(&guided));
        for line in played.events.iter().filter_map(|event| line(&played.sim, event)) {
            for lang in ["en", "ko"] {
                let words = words(lang);
                assert_ne!(words.text(&line.text), line.text, "{lang}");
                let filled = words.fill(&line.text, &line.args);
                assert!(!filled.contains(['{', '}']), "{lang}: {filled}");
            }
            kinds.insert(line.text);
        }
    }
    for text in ["event.start", "event.complete", "event.recovers.alone", "event.applies.memory"] {
        assert!(kinds.contains(text), "{text}");
    }
}

// ---- the challenge ------------------------------------------------------------------------------------------------------

fn purchase_appended(played: &Played) -> bool {
    let last = played.sim.server(server('A')).node.iter().flat_map(|node| node.log().from(Index(1))).last();
    appended(played) && last.is_some_and(|entry| matches!(entry.payload, Payload::Request { .. }))
}

fn purchase_safe(played: &Played) -> bool {
    let details = played.events.last().map(|event| event.details.as_slice()).unwrap_or_default();
    let is_purchase = |detail: &Detail| matches!(detail, Detail::Safe { entry, .. } if matches!(entry.payload, Payload::Request { .. }));
    details.iter().any(is_purchase)
}

/// Crash where the run stands, and restart.
fn fall() -> [Move; 2] {
    [crash('A'), restart('A')]
}

fn steps(parts: Vec<Vec<Move>>) -> Vec<Move> {
    parts.into_iter().flatten().collect()
}

#[test]
fn the_challenge_of_lesson_3_accepts_more_than_one_solution() {
    let one_purchase = steps(vec![
        vec![buy(), Until(purchase_appended)],
        fall().into(),
        vec![Until(purchase_appended), Until(purchase_safe)],
        fall().into(),
        vec![Until(heard)],
        fall().into(),
        vec![Wait(4_000)],
    ]);
    let par = Lesson::of(LessonId::WriteAheadLog).expect("a lesson").par;
    assert_eq!(attempt(LessonId::WriteAheadLog, one_purchase), (true, par));
    let each_its_own = steps(vec![
        vec![buy(), Until(heard)],
        fall().into(),
        vec![Until(is_led), buy(), Until(purchase_safe)],
        fall().into(),
        vec![Until(heard), buy(), Until(purchase_appended)],
        fall().into(),
        vec![Until(heard)],
    ]);
    assert_eq!(attempt(LessonId::WriteAheadLog, each_its_own), (true, 9));
}

#[test]
fn the_challenge_of_lesson_3_is_not_done_by_less() {
    let always_after_the_answer = steps(vec![
        vec![buy(), Until(heard)],
        fall().into(),
        vec![Until(is_led), buy(), Until(heard)],
        fall().into(),
        vec![Until(is_led), buy(), Until(heard)],
        fall().into(),
        vec![Wait(10_000)],
    ]);
    let never_restarted = steps(vec![
        vec![buy(), Until(purchase_appended)],
        fall().into(),
        vec![Until(purchase_safe)],
        fall().into(),
        vec![Until(heard), crash('A'), Wait(10_000)],
    ]);
    for moves in [always_after_the_answer, never_restarted] {
        assert!(!attempt(LessonId::WriteAheadLog, moves).0);
    }
}

#[test]
fn the_challenge_of_lesson_3_agrees_with_an_independent_predicate() {
    let random = |lesson: &Lesson, dice: &mut Dice| {
        let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
        for _ in 0..4 + dice.upto(2) {
            if dice.upto(3) > 0 {
                played.act(&Command::Buy {
                    client: CHEOLSU,
                    item: Item::LegendarySword,
                    count: None,
                    server: None,
                });
            }
            let patience = [60, 250, 6_000][dice.upto(2) as usize];
            played.wait(100 + dice.upto(patience));
            played.act(&Command::Crash { server: server('A') });
            played.wait(1 + dice.upto(800));
            played.act(&Command::Restart { server: server('A') });
            played.wait(1 + dice.upto(9_000));
        }
        played.wait(15_000);
        played
    };
    compare(LessonId::WriteAheadLog, random, three_crashes);
}

/// By what stood in the log before each crash, what the disk had made safe and what the client had heard by then; and by the goods that
/// the server has in the end.
fn three_crashes(played: &Played) -> bool {
    let (mut safe, mut answered, mut met) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (place, event) in played.events.iter().enumerate() {
        for detail in &event.details {
            match detail {
                Detail::Crashed { .. } => {
                    let before = place.checked_sub(1).and_then(|place| played.on_a[place]);
                    if let Some((Some(number), _)) = before {
                        met.insert((safe.contains(&number), answered.contains(&number), number));
                    }
                }
                Detail::Safe { entry, .. } => {
                    if let Payload::Request { number, .. } = entry.payload {
                        safe.insert(number);
                    }
                }
                Detail::Learned { number, answer: Answer::Outcome(_), .. } => {
                    answered.insert(*number);
                }
                _ => (),
            }
        }
        let ended_well = met.iter().filter(|(.., number)| answered.contains(number));
        let points: BTreeSet<(bool, bool)> = ended_well.map(|(safe, heard, _)| (*safe, *heard)).collect();
        let swords = played.on_a[place].map(|(_, swords)| swords);
        if points.len() == 3 && swords.is_some_and(|swords| swords >= answered.len() as i64) {
            return true;
        }
    }
    false
}
