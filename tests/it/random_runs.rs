//! Random runs: whatever visitors do, all promises are kept, and once they stop the cluster serves again and agrees.

use std::collections::BTreeSet;

use playground::command::Command;
use playground::frame::{Account, ClientId, Frame, ServerId, Verdict};
use playground::node::{FROM_START_OVER, Rules};
use playground::shop::Item;
use playground::wire::Start;

use crate::world::{World, leader};

/// A small generator of its own (Marsaglia's xorshift64), so that these runs stay what they are.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub fn server(&mut self) -> ServerId {
        ServerId::new(self.below(5) as u8)
    }

    pub fn client(&mut self) -> ClientId {
        ClientId::of_customer(1 + self.below(2) as u8)
    }

    pub fn command(&mut self, frame: &Frame) -> Command {
        let (server, client, item) = (self.server(), self.client(), Item::ALL[self.below(2) as usize]);
        let (from, to) = (self.server(), self.server());
        let message = frame.packets.get(self.below(64) as usize).map_or(0, |packet| packet.id);
        match self.below(27) {
            0..=4 => Command::Buy { client, item, count: Some(1 + self.below(3) as u32), server: None },
            5 => Command::Sell { client, item, count: None, server: Some(server) },
            6 | 7 => Command::Retry { client },
            8 => Command::LoseAnswer { client },
            9 | 10 => Command::Crash { server },
            11 => Command::CrashLeader,
            12..=14 => Command::Restart { server },
            15 => Command::Cut { from, to, both: self.below(2) == 0 },
            16 => Command::HealAll,
            17 => Command::Drop { message },
            18 => Command::Duplicate { message },
            19 => Command::Delay { message, ms: Some(self.below(9_000) as u32) },
            20 => Command::Hold { from, to },
            21 => Command::PauseServer { server },
            22 => Command::ResumeServer { server },
            23 => Command::Partition {
                groups: vec![
                    vec![from, to, server].into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
                ],
                customers: None,
            },
            24 => Command::Pace {
                heartbeat_ms: Some(500 + self.below(1_000) as u32),
                election_ms: None,
                sync_ms: Some(self.below(200) as u32),
            },
            25 => Command::RetryAsNew { client },
            _ => Command::TimeOut { server },
        }
    }
}

fn broken(frame: &Frame) -> Vec<&str> {
    frame
        .promises
        .iter()
        .filter(|promise| promise.verdict == Verdict::Broken)
        .map(|promise| promise.name.as_str())
        .collect()
}

/// Ends every fault and waits until the cluster has had time for an election and a round of heartbeats.
fn calm_down(world: &mut World) {
    world.act(Command::Network {
        loss_percent: Some(0),
        latency_ms: None,
        jitter_ms: None,
        reorder: Some(false),
    });
    world.act(Command::HealAll);
    for server in ServerId::all(5) {
        let _ = world.try_act(Command::ResumeServer { server });
        let _ = world.try_act(Command::Restart { server });
    }
    world.until_led();
    let now = world.frame().at.ms();
    world.advance(now + 30_000);
}

/// What one server's accounts hold.
fn holdings(accounts: &[Account]) -> Vec<(&str, i64, i64)> {
    accounts
        .iter()
        .map(|account| (account.owner.as_str(), account.money, account.items[&Item::LegendarySword]))
        .collect()
}

fn run(seed: u32) {
    let mut world = World::new(seed);
    let mut chance = Chance(u64::from(seed) * 0x9e37_79b9 + 1);
    let loss = Some(chance.below(15) as u8);
    world.act(Command::Network {
        loss_percent: loss,
        latency_ms: None,
        jitter_ms: Some(300),
        reorder: Some(chance.below(2) == 0),
    });
    for _ in 0..60 {
        let frame = world.frame();
        let _ = world.try_act(chance.command(&frame));
        let now = world.frame().at.ms();
        world.advance(now + chance.below(1_500) as i64);
    }
    calm_down(&mut world);
    let frame = world.frame();
    assert_eq!(broken(&frame), Vec::<&str>::new(), "seed {seed}\n{}", world.story());
    assert!(leader(&frame).is_some(), "seed {seed}");
    let accounts: Vec<_> =
        frame.accounts.chunk_by(|one, other| one.server == other.server).map(holdings).collect();
    assert_eq!(accounts.len(), 5, "seed {seed}: all servers are up");
    assert!(
        accounts.iter().all(|held| *held == accounts[0]),
        "seed {seed}: all servers hold the same accounts"
    );
    let logs: Vec<_> =
        frame.servers.iter().map(|server| (&server.log, server.applied, server.last_index)).collect();
    assert!(
        logs.iter().all(|log| *log == logs[0]),
        "seed {seed}: all servers hold the same log\n{}",
        world.story()
    );
    assert_eq!(logs[0].1, logs[0].2, "seed {seed}: everything is carried out");
}

/// The same with rules that change at random: what they break is a promise, never an assertion.
fn run_with_any_rules(seed: u32) {
    let mut chance = Chance(u64::from(seed) * 0x9e37_79b9 + 7);
    let (of_start, table): (Vec<_>, Vec<_>) =
        Rules::table().into_iter().partition(|(pattern, _)| FROM_START_OVER.contains(pattern));
    let mut any = |values: &[&str]| values[chance.below(values.len() as u64) as usize].to_string();
    let rules = of_start.iter().map(|(pattern, values)| ((*pattern).to_string(), any(values))).collect();
    let servers = Some(1 + (seed % 9) as u8);
    let mut world = World::start(Start { seed, servers, rules, ..Start::default() });
    for _ in 0..60 {
        let (pattern, values) = &table[chance.below(table.len() as u64) as usize];
        let value = values[chance.below(values.len() as u64) as usize];
        world.act(Command::Rule { pattern: (*pattern).to_string(), value: value.to_string() });
        for _ in 0..3 {
            let frame = world.frame();
            let _ = world.try_act(chance.command(&frame));
            let now = world.frame().at.ms();
            world.advance(now + chance.below(1_500) as i64);
        }
    }
}

#[test]
fn no_rule_makes_an_assertion_fail() {
    (1..=60).for_each(run_with_any_rules);
}

#[test]
fn two_hundred_random_runs_keep_all_promises_and_end_in_agreement() {
    (1..=200).for_each(run);
}
