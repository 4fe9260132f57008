//! What a swarm finds under a wrong rule: shrunk, handed on as a share string, and opened again.

use std::ops::Range;
use std::process::Command as Process;

use playground::frame::Frame;
use playground::node::Rules;
use playground::share::{self, Shared};
use playground::sim::ENGINE;
use playground::swarm::{self, Shrunk, Swarm};
use playground::time::Time;
use playground::wire::Start;

use crate::world::World;

fn rules(pattern: &str, value: &str) -> Rules {
    let mut rules = Rules::default();
    rules.set(pattern, value).expect("it is in the table");
    rules
}

/// The run in which a swarm sees this promise broken soonest, shrunk.
fn found(seeds: Range<u32>, rule: (&str, &str), promise: &'static str) -> Shrunk {
    let swarm = Swarm { seeds, events: swarm::EVENTS, rules: rules(rule.0, rule.1) };
    let report = swarm.run();
    let case = report.broken.get(promise).unwrap_or_else(|| panic!("{swarm} does not break {promise}"));
    swarm::shrink(&case.soonest, promise).expect("it was broken")
}

fn bought_twice() -> Shrunk {
    found(0..10, ("dedupe", "off"), "at-most-once")
}

/// When the world that is shown broke a promise.
fn broken_at(frame: &Frame, promise: &str) -> Option<Time> {
    let found = frame.promises.iter().find(|found| found.name == promise);
    found.and_then(|found| found.broken_at)
}

#[test]
fn what_is_shrunk_breaks_the_promise_at_the_moment_of_its_link_and_not_before() {
    for (seeds, rule, promise) in [
        (0..10, ("dedupe", "off"), "at-most-once"),
        (90..100, ("quorum", "one"), "done-is-kept"),
        (130..140, ("mark", "blind"), "same-order"),
    ] {
        let shrunk = found(seeds, rule, promise);
        let link = shrunk.link().expect("what is shrunk fits into a link");
        let Shared { engine, start } = share::decode(&link).expect("just written");
        assert_eq!((engine, start.lesson), (ENGINE, None));
        assert!(start.commands.len() <= 5, "{rule:?}: {:?}", start.commands);
        let at = start.at.ms();
        let frame = World::start(start.clone()).frame();
        assert_eq!((frame.at.ms(), &frame.wrong), (at, &vec![format!("{}:{}", rule.0, rule.1)]));
        assert_eq!(broken_at(&frame, promise), Some(shrunk.at), "{rule:?}: {link}");
        let before = World::start(Start { at: Time::from_ms(at - 1), ..start }).frame();
        assert_eq!(broken_at(&before, promise), None, "{rule:?}: {link}");
    }
}

#[test]
fn the_same_run_is_always_shrunk_to_the_same() {
    let (one, other) = (bought_twice(), bought_twice());
    assert_eq!(one.link(), other.link());
    assert_eq!(one, other);
}

#[test]
fn nothing_can_be_taken_away_from_what_is_shrunk() {
    let Shrunk { script, promise, at, .. } = bought_twice();
    assert_eq!(script.breaks(promise, at), Some(at));
    for place in 0..script.commands.len() {
        let mut less = script.clone();
        less.commands.remove(place);
        assert_eq!(less.breaks(promise, at), None, "without {:?}", script.commands[place]);
    }
}

#[test]
fn a_run_that_keeps_a_promise_is_not_shrunk() {
    let run = swarm::run(1, 300, Rules::default());
    assert_eq!(swarm::shrink(&run, "at-most-once"), None);
}

#[test]
fn what_is_too_much_for_a_link_opens_as_a_file() {
    let run = swarm::run(1, swarm::EVENTS, Rules::default());
    let found = Shrunk { script: run.script.clone(), promise: "at-most-once", at: run.end, trials: 0 };
    assert!(found.link().is_err(), "{} actions", run.script.commands.len());
    let file = found.file().expect("a file has no limits");
    assert_eq!(share::open(&file).expect("just written").start, run.script.start(run.end));
}

/// What the program ends with and what it says.
fn replay(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Process::new(env!("CARGO_BIN_EXE_replay")).args(arguments).output();
    let output = output.expect("it was built with the tests");
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn the_command_ends_with_0_when_all_is_well_and_its_first_line_repeats_it() {
    let (code, told) = replay(&["swarm", "--seeds", "3..9", "--events=500"]);
    assert_eq!(code, Some(0), "{told}");
    let first = told.lines().next().expect("a line");
    assert_eq!(first, format!("replay swarm --seeds 3..9 --events 500   # engine {ENGINE}"));
    assert!(told.contains("6 runs, ") && told.contains("  split votes\n"), "{told}");
    let (repeated, _) = first.split_once('#').expect("a comment");
    let (_, again) = replay(&repeated.split_whitespace().skip(1).collect::<Vec<_>>());
    let counted = |told: &str| told.lines().skip(2).collect::<Vec<_>>().join("\n");
    assert_eq!(counted(&told), counted(&again));
}

#[test]
fn the_command_ends_with_1_when_a_promise_was_broken_and_tells_the_link() {
    let (code, told) = replay(&["swarm", "--seeds", "0..10", "--rule", "dedupe=off"]);
    assert_eq!(code, Some(1), "{told}");
    let header = format!("replay swarm --seeds 0..10 --events 2000 --rule dedupe=off   # engine {ENGINE}\n");
    assert!(told.starts_with(&header) && told.contains("broken: at-most-once in "), "{told}");
    let link = told.split_whitespace().find(|word| word.starts_with("v1")).expect("a share string");
    let (code, told) = replay(&[link]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("rules dedupe:off") && told.contains("broken "), "{told}");
}

#[test]
fn the_command_ends_with_2_when_it_is_not_clear_what_is_wished() {
    for (arguments, why) in [
        (&["--events", "10"][..], "--seeds is missing"),
        (&["--seeds", "5..5"], "there is no seed in 5..5"),
        (&["--seeds", "5..4"], "there is no seed in 5..4"),
        (&["--seeds", "7"], "seeds are given as 0..10000, not as \"7\""),
        (&["--seeds", "0..many"], "not \"many\""),
        (&["--seeds", "-1..4"], "not \"-1\""),
        (&["--seeds", "0..4294967296"], "not \"4294967296\""),
        (&["--seeds", "0..2", "--events", "0"], "1 to 1000000 events, not \"0\""),
        (&["--seeds", "0..2", "--rule", "dedupe"], "a rule is pattern=value, not \"dedupe\""),
        (&["--seeds", "0..2", "--rule", "luck=on"], "there is no rule \"luck\", there are log, "),
        (&["--seeds", "0..2", "--rule", "dedupe=on"], "dedupe has no value \"on\", it has replicated, off"),
        (&["--seeds", "0..2", "more"], "unexpected argument \"more\""),
        (&["--seeds"], "missing argument"),
    ] {
        let (code, told) = replay(&[&["swarm"], arguments].concat());
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(why) && told.contains("use replay swarm --seeds"), "{arguments:?}: {told}");
    }
    let (code, told) = replay(&["swarm", "--help"]);
    assert_eq!(code, Some(0), "{told}");
}
