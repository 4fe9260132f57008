//! The swarm: small among the other tests, and large (`SWARM_SEEDS`, `SWARM_COMBINATIONS`) in `cargo xtask test`, optimised.

use playground::node::Rules;
use playground::swarm::{self, Swarm, for_each};

use crate::world::World;

/// How large a run of tests is wished.
pub fn wished(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

#[test]
fn whatever_happens_all_promises_are_kept_and_the_cluster_comes_back() {
    let seeds = 0..wished("SWARM_SEEDS", 60);
    let swarm = Swarm { seeds, events: swarm::EVENTS, rules: Rules::default() };
    #[expect(clippy::disallowed_methods, reason = "how fast it was is printed, nothing depends on it")]
    let begin = std::time::Instant::now();
    let report = swarm.run();
    let seconds = begin.elapsed().as_secs_f64();
    let told = report.told();
    println!("{swarm}\n{:.0} events a second\n{told}", report.counters.events as f64 / seconds);
    assert!(report.is_well(), "{swarm}\n{told}");
    assert_eq!(report.runs, swarm.seeds.end);
}

#[test]
fn a_seed_always_gives_the_same_run() {
    let (one, other) = (swarm::run(3, 1_000, Rules::default()), swarm::run(3, 1_000, Rules::default()));
    assert!(one.counters.commits > 0, "something happens in it");
    assert_eq!((one.script, one.counters, one.hash), (other.script, other.counters, other.hash));
}

/// So whatever goes wrong in a swarm can be looked at in the sandbox.
#[test]
fn a_run_of_the_swarm_is_a_run_of_the_sandbox() {
    for seed in 0..50 {
        let run = swarm::run(seed, 1_000, Rules::default());
        let replayed = World::start(run.script.start(run.end)).hash();
        assert_eq!(replayed, format!("{:016x}", run.hash), "seed {seed}");
    }
}

/// Rules drawn at random, all of them at once.
fn any_rules(number: u32) -> Rules {
    let mut rules = Rules::default();
    let mut chance = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for (pattern, values) in Rules::table() {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = values[(chance >> 33) as usize % values.len()];
        rules.set(pattern, value).expect("it is in the table");
    }
    rules
}

/// Each wrong rule alone.
fn each_rule() -> Vec<Rules> {
    let wrong = |(pattern, values): (&'static str, Vec<&'static str>)| {
        values.into_iter().skip(1).map(move |value| {
            let mut rules = Rules::default();
            rules.set(pattern, value).expect("it is in the table");
            rules
        })
    };
    Rules::table().into_iter().flat_map(wrong).collect()
}

/// What a wrong rule breaks is a promise, never an assertion.
#[test]
fn no_rule_and_no_combination_of_rules_makes_an_assertion_fail() {
    let combinations = wished("SWARM_COMBINATIONS", 60);
    let seeds = if combinations > 1_000 { 50 } else { 2 };
    let each = each_rule();
    assert!(each.len() > 40, "{} wrong rules", each.len());
    for_each(0..combinations + each.len() as u32, |number| {
        let rules = each.get(number as usize).copied().unwrap_or_else(|| any_rules(number));
        for seed in 0..seeds {
            let run = std::panic::catch_unwind(|| swarm::run(seed, 400, rules));
            assert!(run.is_ok(), "seed {seed} with {:?}", rules.wrong());
        }
    });
}

/// The swarm can see: under each of these rules some run breaks that promise (`serves-again`: or never comes to rest).
#[test]
fn the_swarm_notices_wrong_rules() {
    for (pattern, value, promise) in [
        ("log", "in-place", "money-and-goods"),
        ("log", "ack-before-sync", "done-is-kept"),
        ("log", "replay-anonymous", "at-most-once"),
        ("writes", "any-server", "same-order"),
        ("writes", "any-server", "leader-appends-only"),
        ("writes", "any-server", "logs-match"),
        ("reads", "any-server", "latest-is-latest"),
        ("votes", "many", "one-leader-per-generation"),
        ("votes", "forgotten-by-crash", "logs-match"),
        ("log-check", "off", "committed-stays"),
        ("generation", "ignored", "same-order"),
        ("quorum", "one", "done-is-kept"),
        ("quorum", "all", "serves-again"),
        ("quorum", "of-the-living", "committed-stays"),
        ("mark", "blind", "same-order"),
        ("mark", "apply-on-append", "same-order"),
        ("dedupe", "off", "at-most-once"),
        ("dedupe", "leader-memory", "at-most-once"),
        ("dedupe", "at-propose", "at-most-once"),
        ("dedupe", "last-five", "at-most-once"),
        ("expiry", "local-clock", "same-order"),
        ("bug", "m13", "committed-stays"),
        ("bug", "m41", "committed-stays"),
    ] {
        let mut rules = Rules::default();
        rules.set(pattern, value).expect("it is in the table");
        let breaks = |seed| swarm::run(seed, 1_500, rules).broken.iter().any(|(name, _)| *name == promise);
        assert!((0..2_000).any(breaks), "{pattern}:{value} does not break {promise} in 2,000 runs");
    }
}
