//! Lesson 4.

use playground::shop::{Goods, Outcome, Shop, Trade};

use super::*;

const ID: LessonId = LessonId::LeaderAndFollowers;

/// What Cheolsu was shown: by whom, as of which entry, how much, and whether as the latest value.
fn seen(played: &Played) -> Vec<(char, u64, i64, bool)> {
    let seen = played.details(|detail| match detail {
        Detail::Saw { server, view, latest, .. } => {
            Some((server.letter(), view.as_of.0, view.account.money, *latest))
        }
        _ => None,
    });
    seen.into_iter().map(|(_, seen)| seen).collect()
}

fn answers(played: &Played) -> Vec<(u64, Outcome)> {
    let learned = played.details(|detail| match detail {
        Detail::Learned { number, answer: Answer::Outcome(outcome), .. } => Some((number.0, *outcome)),
        _ => None,
    });
    learned.into_iter().map(|(_, learned)| learned).collect()
}

fn under(rule: Option<(&str, &str)>) -> Played {
    let lesson = Lesson::of(ID).expect("a lesson");
    let guided = resolve(lesson, ID.seed()).expect("the script comes out");
    play(lesson, ID.seed(), &guided.commands, rule, end(&guided))
}

/// What Cheolsu owns on each server: money, swords, shields.
fn owned(played: &Played) -> Vec<(i64, i64, i64)> {
    let shops = played.sim.servers().filter_map(|(_, server)| Some(server.node.as_ref()?.shop()));
    let accounts = shops.map(|shop| &shop.accounts()[&CHEOLSU.owner()]);
    accounts
        .map(|account| (account.money, account.count(Item::LegendarySword), account.count(Item::MagicShield)))
        .collect()
}

#[test]
fn in_lesson_4_one_of_two_purchases_is_refused_and_a_read_that_may_be_old_is_old_for_a_while() {
    let played = under(None);
    let redirected = played.noted(|note| matches!(note, Note::Redirects { .. }));
    let by: Vec<char> = redirected.iter().map(|(_, server)| *server).collect();
    assert_eq!(by, ['B', 'D', 'E', 'E'], "two purchases; then a purchase and a read");
    assert_eq!(
        answers(&played),
        [(1, Outcome::Done), (2, Outcome::NotEnoughMoney), (3, Outcome::NotEnoughMoney)]
    );
    assert_eq!(
        seen(&played),
        [('E', 2, 10_000, false), ('A', 4, 0, true), ('C', 5, 0, false), ('E', 5, 0, false)],
        "old at E, the latest from A, new at C, and new at E"
    );
    assert_eq!(owned(&played), [(0, 1, 0); 5]);
}

#[test]
fn when_every_server_writes_he_gets_both_for_the_same_money() {
    let played = under(Some(("writes", "any-server")));
    let (swords, shields): (Vec<i64>, Vec<i64>) =
        owned(&played).iter().map(|(_, sword, shield)| (*sword, *shield)).unzip();
    assert_eq!(&answers(&played)[..2], [(1, Outcome::Done), (2, Outcome::Done)]);
    assert_eq!(
        (swords, shields),
        (vec![1, 1, 0, 0, 1], vec![0, 0, 1, 1, 0]),
        "A, B, E say Sword, C, D Shield"
    );
}

#[test]
fn when_every_server_calls_what_it_has_the_latest_he_reads_his_own_past() {
    let played = under(Some(("reads", "any-server")));
    assert_eq!(seen(&played)[..2], [('E', 2, 10_000, false), ('E', 2, 10_000, true)]);
}

fn read_at(letter: char) -> Move {
    Do(Command::View { client: CHEOLSU, server: Some(server(letter)) })
}

fn saw(played: &Played) -> bool {
    let details = played.events.last().map(|event| event.details.as_slice()).unwrap_or_default();
    details.iter().any(|detail| matches!(detail, Detail::Saw { .. }))
}

#[test]
fn an_old_read_is_made_current_in_more_than_one_way() {
    let par = Lesson::of(ID).expect("a lesson").par;
    let by_waiting =
        vec![buy(), Until(heard), read_at('E'), Until(saw), Wait(3_000), read_at('E'), Until(saw)];
    assert_eq!(attempt(ID, by_waiting), (true, par));
    let hold = Do(Command::Hold { from: server('A'), to: server('C') });
    let release = Do(Command::Release { from: server('A'), to: server('C') });
    let by_a_held_link = vec![
        hold,
        buy(),
        Until(heard),
        read_at('C'),
        Until(saw),
        release,
        Wait(2_000),
        read_at('C'),
        Until(saw),
    ];
    assert!(attempt(ID, by_a_held_link).0);

    let elsewhere =
        vec![buy(), Until(heard), read_at('E'), Until(saw), Wait(3_000), read_at('B'), Until(saw)];
    assert!(!attempt(ID, elsewhere).0, "it was current at another server");
    let latest = Do(Command::View { client: CHEOLSU, server: None });
    let the_latest = vec![buy(), Until(heard), read_at('E'), Until(saw), Wait(3_000), latest, Until(saw)];
    assert!(!attempt(ID, the_latest).0, "the latest value is another kind of read");
    let never_old =
        vec![buy(), Until(heard), Wait(3_000), read_at('E'), Until(saw), read_at('E'), Until(saw)];
    assert!(!attempt(ID, never_old).0, "nothing old was shown");
}

#[test]
fn a_thousand_lists_of_actions_are_judged_as_the_trace_says_in_lesson_4() {
    compare(ID, random_reads, old_then_current);
}

/// Purchases and reads, mostly by Cheolsu and at E, now and then with a held link or a crash.
fn random_reads(lesson: &Lesson, dice: &mut Dice) -> Played {
    let mut played = Played::new(lesson, dice.upto(1_000_000) as u32, None);
    for _ in 0..6 + dice.upto(6) {
        let client = ClientId::of_customer(1 + u8::from(dice.upto(5) == 0));
        let (one, other) = (any_server(dice), any_server(dice));
        let often_e = if dice.upto(3) == 0 { one } else { server('E') };
        played.act(&match dice.upto(9) {
            0 | 1 => Command::Buy { client, item: Item::MagicShield, count: None, server: None },
            2 => Command::Sell { client, item: Item::MagicShield, count: None, server: None },
            3 => Command::View { client, server: None },
            4 => Command::Hold { from: one, to: other },
            5 => Command::HealAll,
            6 if dice.upto(3) == 0 => Command::Crash { server: one },
            6 => Command::Restart { server: one },
            _ => Command::View { client, server: Some(often_e) },
        });
        let most = [300, 900, 3_000][dice.upto(2) as usize];
        played.wait(1 + dice.upto(most));
    }
    played.wait(5_000);
    played
}

/// Somebody was shown an account by a server that differed from what the log, carried out by a shop of our own, made of it by then; and
/// later by the same server one that was true up to the newest entry.
fn old_then_current(played: &Played) -> bool {
    let options = played.sim.options();
    let mut shop: Shop = options.shop();
    // When the lesson begins, two entries are carried out that change no account.
    let mut newest = 2;
    let mut newest_when_shown: BTreeMap<(ClientId, u64, ServerId, u64), (u64, Shop)> = BTreeMap::new();
    let mut old: BTreeSet<(ClientId, ServerId)> = BTreeSet::new();
    for detail in played.events.iter().flat_map(|event| &event.details) {
        match detail {
            Detail::Noted { note: Note::Applies { entry, outcome, .. }, .. }
                if entry.id.index.0 == newest + 1 =>
            {
                newest += 1;
                if let (Payload::Request { client, trade, .. }, Some(Outcome::Done)) =
                    (entry.payload, outcome)
                {
                    shop.apply(client.owner(), trade);
                }
            }
            Detail::Noted { server, note: Note::Shows { client, number, as_of, latest: false } } => {
                let key = (*client, number.0, *server, as_of.0);
                newest_when_shown.entry(key).or_insert_with(|| (newest, shop.clone()));
            }
            Detail::Saw { client, number, server, latest: false, view } => {
                let key = (*client, number.0, *server, view.as_of.0);
                let (newest, shop) = &newest_when_shown[&key];
                if view.as_of.0 == *newest && old.contains(&(*client, *server)) {
                    return true;
                }
                if view.as_of.0 < *newest && shop.accounts()[&client.owner()] != view.account {
                    old.insert((*client, *server));
                }
            }
            _ => (),
        }
    }
    false
}

#[test]
fn the_shield_costs_as_much_as_he_has_and_no_more_is_said_of_prices_elsewhere() {
    let mut shop = Setup::of(Some(ID)).options.shop();
    let shield = Trade::Buy(Goods { item: Item::MagicShield, count: 1 });
    assert_eq!(shop.apply(CHEOLSU.owner(), shield), Outcome::Done);
    assert_eq!(shop.accounts()[&CHEOLSU.owner()].money, 0);
    assert_eq!(Setup::of(None).options.prices.of(Item::MagicShield), 5_000);
}
