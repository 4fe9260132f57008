//! The swarm, a small one: `cargo xtask test` runs the large one, optimised, by `replay swarm`.

use playground::node::Rules;
use playground::swarm;

/// Runs the seeds and says what is wrong with the first one that is not right.
fn all_is_well(seeds: std::ops::Range<u32>, events: u64) -> swarm::Counters {
    let mut counters = swarm::Counters::default();
    for seed in seeds {
        let run = swarm::run(seed, events, Rules::default());
        assert_eq!(run.broken, [], "seed {seed}: {} commands, {:?}", run.commands.len(), run.options);
        assert_eq!(run.complaint, None, "seed {seed}: {:?}", run.options);
        counters.add(&run.counters);
    }
    counters
}

#[test]
fn whatever_happens_all_promises_are_kept_and_the_cluster_comes_back() {
    let seeds: u32 = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(60);
    let counters = all_is_well(0..seeds, 2_000);
    println!("{counters:?}");
    for (name, seen, least) in counters.table() {
        let least = least * u64::from(seeds) / 1_000;
        assert!(seen >= least / 2, "{name}: seen {seen} times in {seeds} runs, fewer than half of {least}");
    }
}

#[test]
fn a_seed_always_gives_the_same_run() {
    let (one, other) = (swarm::run(3, 1_000, Rules::default()), swarm::run(3, 1_000, Rules::default()));
    assert_eq!((one.commands, one.counters), (other.commands, other.counters));
}

/// What a wrong rule breaks is a promise, never an assertion.
#[test]
fn no_combination_of_rules_makes_an_assertion_fail() {
    let combinations: u32 =
        std::env::var("COMBINATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    let table = Rules::table();
    for number in 0..combinations {
        let mut rules = Rules::default();
        let mut chance = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for (pattern, values) in &table {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = values[(chance >> 33) as usize % values.len()];
            rules.set(pattern, value).expect("it is in the table");
        }
        for seed in 0..if combinations > 1_000 { 50 } else { 2 } {
            let run = std::panic::catch_unwind(|| swarm::run(seed, 400, rules));
            assert!(run.is_ok(), "seed {seed} with {:?}", rules.wrong());
        }
    }
}
