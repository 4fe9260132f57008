//! Lets the swarm loose on a range of seeds, and tells what it has seen.
//!
//! The first line repeats the run. It comes at once, the rest at the end.

use std::ops::Range;

use lexopt::prelude::*;

use playground::node::Rules;
use playground::swarm::{EVENTS, Report, Swarm};

use crate::{Ending, Result, print};

/// How the command is used.
pub const USAGE: &str = "replay swarm --seeds 0..10000 [--events 2000] [--rule pattern=value]...";

/// More events than this in one run would fill the memory with its logs.
const EVENTS_MAX: u64 = 1_000_000;

/// Does what the rest of the command line says.
pub fn swarm(arguments: lexopt::Parser) -> Result<Ending> {
    let Some(swarm) = read(arguments).map_err(|error| format!("{error}; use {USAGE}"))? else {
        return print(&format!("{USAGE}\n"), Ending::Kept);
    };
    print(&format!("{swarm}\n"), Ending::Kept)?;
    let (report, seconds) = timed(&swarm);
    let events = report.counters.events;
    let a_second = events as f64 / seconds;
    let text = format!("{} runs, {events} events, {a_second:.0} a second\n{}", report.runs, report.told());
    print(&text, if report.is_well() { Ending::Kept } else { Ending::Broken })
}

#[expect(clippy::disallowed_methods, reason = "how fast it was is printed, nothing depends on it")]
fn timed(swarm: &Swarm) -> (Report, f64) {
    let begin = std::time::Instant::now();
    let report = swarm.run();
    (report, begin.elapsed().as_secs_f64())
}

/// What is wished; nothing when help is asked for.
fn read(mut arguments: lexopt::Parser) -> Result<Option<Swarm>> {
    let (mut seeds, mut events, mut rules) = (None, EVENTS, Rules::default());
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Long("seeds") => seeds = Some(range(&value(&mut arguments)?)?),
            Long("events") => events = number_of_events(&value(&mut arguments)?)?,
            Long("rule") => put_in_force(&mut rules, &value(&mut arguments)?)?,
            other => return Err(other.unexpected().to_string()),
        }
    }
    let seeds = seeds.ok_or("which seeds? --seeds is missing")?;
    Ok(Some(Swarm { seeds, events, rules }))
}

fn value(arguments: &mut lexopt::Parser) -> Result<String> {
    let value = arguments.value().map_err(|error| error.to_string())?;
    Ok(value.to_string_lossy().into_owned())
}

fn range(text: &str) -> Result<Range<u32>> {
    let (start, end) =
        text.split_once("..").ok_or_else(|| format!("seeds are given as 0..10000, not as {text:?}"))?;
    let seeds = seed(start)?..seed(end)?;
    if seeds.is_empty() { Err(format!("there is no seed in {text}")) } else { Ok(seeds) }
}

fn seed(text: &str) -> Result<u32> {
    text.parse().map_err(|_| format!("a seed is a number up to {}, not {text:?}", u32::MAX))
}

fn number_of_events(text: &str) -> Result<u64> {
    let events = text.parse().ok().filter(|events| (1..=EVENTS_MAX).contains(events));
    events.ok_or_else(|| format!("a run has 1 to {EVENTS_MAX} events, not {text:?}"))
}

fn put_in_force(rules: &mut Rules, text: &str) -> Result<()> {
    // `dedupe:off` is how addresses and reports write it.
    let (pattern, value) =
        text.split_once(['=', ':']).ok_or_else(|| format!("a rule is pattern=value, not {text:?}"))?;
    rules.set(pattern, value).map_err(|_| no_such_rule(pattern, value))
}

fn no_such_rule(pattern: &str, value: &str) -> String {
    let table = Rules::table();
    match table.iter().find(|(name, _)| *name == pattern) {
        Some((_, values)) => format!("{pattern} has no value {value:?}, it has {}", values.join(", ")),
        None => {
            let patterns: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
            format!("there is no rule {pattern:?}, there are {}", patterns.join(", "))
        }
    }
}
