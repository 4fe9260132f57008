//! The one story of the playground, natively: elect, buy, crash, retry.

use playground::command::{Command, Refusal};
use playground::frame::Answer;
use playground::shop::Item;

use crate::world::{CHEOLSU, World, cheolsu, leader};

fn money_and_swords(world: &mut World) -> Vec<(i64, i64)> {
    let frame = world.frame();
    cheolsu(&frame).iter().map(|account| (account.money, account.items[&Item::LegendarySword])).collect()
}

#[test]
fn a_purchase_is_replicated_committed_and_answered() {
    let mut world = World::new(7);
    let leading = world.until_led();
    world.buy();
    let frame = world.until_answered(1);
    assert_eq!(frame.clients[0].requests[0].answer, Some(Answer::Done));
    let holders = frame.servers.iter().filter(|server| server.durable_index >= 3).count();
    assert!(holders >= 3, "the entry is on a majority: {holders}");
    assert_eq!(leader(&frame), Some(leading));
    world.advance(frame.at.ms() + 2_000);
    assert_eq!(money_and_swords(&mut world), [(90_000, 1); 5]);
}

#[test]
fn another_server_leads_after_a_crash_and_nothing_is_lost() {
    let mut world = World::new(7);
    let first = world.until_led();
    world.buy();
    world.until_answered(1);
    world.act(Command::CrashLeader);
    assert_eq!(leader(&world.frame()), None);
    let second = world.until_led();
    assert_ne!(first, second);
    world.act(Command::Restart { server: first });
    let now = world.frame().at.ms();
    world.advance(now + 5_000);
    assert_eq!(leader(&world.frame()), Some(second), "a returning server does not depose a healthy leader");
    assert_eq!(money_and_swords(&mut world), [(90_000, 1); 5]);
}

#[test]
fn a_lost_answer_and_a_retry_make_one_sword_and_a_kept_answer() {
    let mut world = World::new(7);
    world.until_led();
    world.act(Command::LoseAnswer { client: CHEOLSU });
    world.buy();
    world.until(|frame| !frame.clients[0].loses_next_answer);
    assert_eq!(world.frame().clients[0].requests[0].answer, None);
    world.retry();
    let frame = world.until_answered(1);
    assert_eq!(frame.clients[0].requests[0].answer, Some(Answer::Done));
    assert!(world.lines.iter().any(|line| line.kind == "answers-from-cache"), "{}", world.story());
    assert!(money_and_swords(&mut world).iter().all(|held| *held == (90_000, 1) || *held == (100_000, 0)));
    let now = frame.at.ms();
    world.advance(now + 2_000);
    assert_eq!(money_and_swords(&mut world), [(90_000, 1); 5]);
}

#[test]
fn a_retry_with_a_new_number_makes_two_swords() {
    let mut world = World::new(7);
    world.until_led();
    world.buy();
    world.until_answered(1);
    world.act(Command::RetryAsNew { client: CHEOLSU });
    let now = world.until_answered(2).at.ms();
    world.advance(now + 2_000);
    assert_eq!(money_and_swords(&mut world), [(80_000, 2); 5]);
}

#[test]
fn a_retry_at_the_next_leader_makes_one_sword() {
    let mut world = World::new(7);
    world.until_led();
    world.act(Command::LoseAnswer { client: CHEOLSU });
    world.buy();
    world.until(|frame| !frame.clients[0].loses_next_answer);
    world.act(Command::CrashLeader);
    world.until_led();
    world.retry();
    let now = world.until_answered(1).at.ms();
    world.advance(now + 2_000);
    assert_eq!(money_and_swords(&mut world), [(90_000, 1); 4]);
}

#[test]
fn with_the_pattern_off_the_retry_buys_twice_and_the_promise_breaks() {
    let mut world = World::new(7);
    world.until_led();
    world.act(Command::Rule { pattern: "dedupe".into(), value: "off".into() });
    world.buy();
    world.until_answered(1);
    world.retry();
    let now = world.frame().at.ms();
    world.advance(now + 4_000);
    assert_eq!(money_and_swords(&mut world), [(80_000, 2); 5]);
    let frame = world.frame();
    assert_eq!(frame.wrong, ["dedupe:off"]);
    let broken: Vec<&str> = frame
        .promises
        .iter()
        .filter(|promise| promise.broken_at.is_some())
        .map(|promise| promise.name.as_str())
        .collect();
    assert_eq!(broken, ["at-most-once"]);
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut world = World::new(7);
    let before = world.hash();
    for (command, refusal) in [
        (Command::CrashLeader, Refusal::NoLeader),
        (Command::Retry { client: CHEOLSU }, Refusal::NothingToRetry),
        (Command::Drop { message: 99 }, Refusal::NoSuchMessage),
        (Command::Rule { pattern: "dedupe".into(), value: "maybe".into() }, Refusal::BadMessage),
        (Command::Restart { server: "A".parse().expect("a server") }, Refusal::NotDown),
        (Command::Crash { server: "F".parse().expect("a server") }, Refusal::NoSuchServer),
        (
            Command::Buy { client: CHEOLSU, item: Item::MagicShield, count: Some(0), server: None },
            Refusal::BadMessage,
        ),
    ] {
        assert_eq!(world.try_act(command.clone()), Err(refusal), "{command:?}");
    }
    assert_eq!(world.hash(), before);
}

#[test]
fn a_smaller_quorum_commits_what_it_allows_at_the_next_beat() {
    let mut world = World::new(7);
    let leading = world.until_led();
    world.act(Command::Rule { pattern: "quorum".into(), value: "all".into() });
    let follower = world.frame().servers.iter().map(|server| server.id).find(|id| *id != leading);
    world.act(Command::Crash { server: follower.expect("there are five") });
    world.buy();
    let now = world.frame().at.ms();
    world.advance(now + 2_000);
    assert_eq!(world.frame().clients[0].requests[0].answer, None, "one is down, so not all can hold it");
    world.act(Command::Rule { pattern: "quorum".into(), value: "majority".into() });
    assert_eq!(world.until_answered(1).clients[0].requests[0].answer, Some(Answer::Done));
}

#[test]
fn a_changed_rule_does_not_change_what_was_decided() {
    let mut world = World::new(7);
    let leading = world.until_led();
    world.act(Command::Rule { pattern: "dedupe".into(), value: "off".into() });
    world.buy();
    world.until_answered(1);
    world.retry();
    let now = world.frame().at.ms();
    world.advance(now + 3_000);
    world.act(Command::Rule { pattern: "dedupe".into(), value: "replicated".into() });
    let follower = world.frame().servers.iter().map(|server| server.id).find(|id| *id != leading);
    let server = follower.expect("there are five");
    world.act(Command::Crash { server });
    world.act(Command::Restart { server });
    let now = world.frame().at.ms();
    world.advance(now + 5_000);
    assert_eq!(
        money_and_swords(&mut world),
        [(80_000, 2); 5],
        "who comes back carries out the same as the others did"
    );
}

#[test]
fn a_paused_follower_does_not_stand_against_the_leader_that_it_finds_alive() {
    let mut world = World::new(7);
    let leading = world.until_led();
    world.act(Command::Rule { pattern: "pre-vote".into(), value: "off".into() });
    let follower = world.frame().servers.iter().map(|server| server.id).find(|id| *id != leading);
    let server = follower.expect("there are five");
    world.act(Command::PauseServer { server });
    let now = world.frame().at.ms();
    world.advance(now + 8_000);
    world.act(Command::ResumeServer { server });
    world.advance(now + 12_000);
    let frame = world.frame();
    assert_eq!(leader(&frame), Some(leading));
    assert!(frame.servers.iter().all(|server| server.generation == 1), "{}", world.story());
}
