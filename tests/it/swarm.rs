//! The swarm: small among the other tests, and large (`SWARM_SEEDS`, `SWARM_COMBINATIONS`) in `cargo xtask test`, optimised.

use std::sync::Mutex;

use playground::node::Rules;
use playground::swarm::{self, Counters};

/// How large a run of tests is wished.
fn wished(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

/// Does something for each number below `count`, on as many threads as there are cores.
fn for_each(count: u32, work: impl Fn(u32) + Sync) {
    let next = Mutex::new(0..count);
    let take = || next.lock().expect("no thread panics while it takes a number").next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(number) = take() {
                    work(number);
                }
            });
        }
    });
}

#[test]
fn whatever_happens_all_promises_are_kept_and_the_cluster_comes_back() {
    let seeds = wished("SWARM_SEEDS", 60);
    let counters = Mutex::new(Counters::default());
    #[expect(clippy::disallowed_methods, reason = "how fast it was is printed, nothing depends on it")]
    let begin = std::time::Instant::now();
    for_each(seeds, |seed| {
        let run = swarm::run(seed, 2_000, Rules::default());
        assert_eq!(run.broken, [], "seed {seed}: {} commands, {:?}", run.commands.len(), run.options);
        assert_eq!(run.complaint, None, "seed {seed}: {:?}", run.options);
        counters.lock().expect("no thread panics while it counts").add(&run.counters);
    });
    let counters = counters.into_inner().expect("all threads have ended");
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "seeds 0..{seeds}: {} events, {:.0} a second",
        counters.events,
        counters.events as f64 / seconds
    );
    for (name, seen, least_in_a_thousand) in counters.table() {
        println!("{seen:>10} {name}");
        // A few seeds may miss something rare; many may not.
        let least = if seeds < 1_000 { 0 } else { least_in_a_thousand * u64::from(seeds) / 1_000 };
        assert!(seen >= least, "{name}: seen {seen} times in {seeds} runs, fewer than {least}");
    }
}

#[test]
fn a_seed_always_gives_the_same_run() {
    let (one, other) = (swarm::run(3, 1_000, Rules::default()), swarm::run(3, 1_000, Rules::default()));
    assert!(one.counters.commits > 0, "something happens in it");
    assert_eq!((one.commands, one.counters), (other.commands, other.counters));
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
    for_each(combinations + each.len() as u32, |number| {
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
    ] {
        let mut rules = Rules::default();
        rules.set(pattern, value).expect("it is in the table");
        let breaks = |seed| swarm::run(seed, 1_500, rules).broken.iter().any(|(name, _)| *name == promise);
        assert!((0..2_000).any(breaks), "{pattern}:{value} does not break {promise} in 2,000 runs");
    }
}
