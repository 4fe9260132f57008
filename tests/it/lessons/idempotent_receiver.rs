//! Lesson 10.

use super::*;

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

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_10() {
    compare(LessonId::IdempotentReceiver, random_purchases, done_at_each_stage);
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
