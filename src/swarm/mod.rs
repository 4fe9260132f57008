//! The swarm: thousands of short runs, each with a cluster, a network, clients and faults drawn from its seed, all promises watched.
//!
//! A run has two halves. In the first, everything that can go wrong does. Then the faults end, and the cluster must come back into
//! service and agree; what it lost in the first half it may not get back. A seed always gives the same run, so that the line that is
//! printed for it repeats it. A run in which nothing happens would keep every promise: so what happened is counted, and a
//! swarm says how often it has seen each thing.
//!
//! A run does something at whole milliseconds only, so it is also a run of the sandbox: what went wrong in it is shrunk and handed on as
//! a share string.
//!
//! Native only; the page does not know it.

mod chance;
mod counters;
mod elections;
mod faults;
mod report;
mod script;
mod shrink;

use crate::command::{Command, Timed};
use crate::node::{Rules, ServerId};
use crate::promise::Promises;
use crate::sim::{Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use chance::Chance;
use elections::Elections;
use faults::Faults;

pub use counters::{Counters, Row};
pub use report::{Case, Report, Swarm, for_each};
pub use script::Script;
pub use shrink::{Shrunk, shrink};

/// How many events a run has when nothing else is wished: enough for everything that is counted to come about.
pub const EVENTS: u64 = 2_000;

/// One run of the swarm.
#[derive(Clone, Debug)]
pub struct Run {
    /// What repeats it.
    pub script: Script,
    /// How much happened.
    pub counters: Counters,
    /// The promises that were broken, each with its moment, the first one first.
    pub broken: Vec<(&'static str, Time)>,
    /// What is wrong with the world at the end, if anything is.
    pub complaint: Option<String>,
    /// The end, a whole millisecond: everything that was due at it has happened.
    pub end: Time,
    /// The state hash at the end.
    pub hash: u64,
}

/// A run under way.
struct World {
    sim: Sim,
    promises: Promises,
    counters: Counters,
    elections: Elections,
    script: Script,
}

impl World {
    fn new(script: Script) -> World {
        World {
            sim: script.world(),
            promises: Promises::default(),
            counters: Counters::default(),
            elections: Elections::default(),
            script,
        }
    }

    fn see(&mut self, event: &TraceEvent) {
        self.counters.count(event);
        self.elections.see(event);
        self.promises.see(&self.sim, event);
    }

    /// Goes to a moment at which something may be done: before what is due at it.
    fn go_on_to(&mut self, moment: Time) {
        self.happen_before(moment);
        self.sim.pass_to(moment);
    }

    fn happen_before(&mut self, moment: Time) {
        while self.sim.next_due().is_some_and(|due| due < moment) {
            if let Some(event) = self.sim.step() {
                self.see(&event);
            }
        }
    }

    /// Does something now; what is impossible is not kept.
    fn act(&mut self, command: Command) {
        let at = self.sim.now();
        assert_eq!(at, at.round_up_to_ms(), "a share string knows whole milliseconds only");
        if let Ok(event) = self.sim.execute(&command) {
            self.see(&event);
            self.script.commands.push(Timed { at, command });
        }
    }

    /// Ends the run with what is due at this very moment.
    fn end(mut self, complaint: Option<String>) -> Run {
        let end = self.sim.now();
        self.happen_before(end + Span::from_us(1));
        self.counters.split_votes = self.elections.split_votes();
        let mut broken: Vec<(&'static str, Time)> = self.promises.broken().collect();
        broken.sort_by_key(|(_, at)| *at);
        Run { script: self.script, counters: self.counters, broken, complaint, end, hash: self.sim.hash() }
    }
}

/// Draws the world of a seed.
pub fn options(seed: u32) -> Options {
    let mut chance = Chance::new(seed, 1);
    let mut options =
        Options { servers: chance.pick(&[1, 2, 3, 3, 3, 4, 5, 5, 5, 5, 6, 7, 9]), ..Options::default() };
    let ms = |value: u64| Span::from_ms(value);
    options.heartbeat = ms(chance.pick(&[100, 300, 1_000]));
    options.sync = ms(chance.pick(&[0, 5, 20, 200]));
    options.latency = ms(chance.below(options.heartbeat.ms() / 5));
    options.jitter = ms(chance.below(options.heartbeat.ms() / 2));
    options.loss_percent = chance.pick(&[0, 0, 2, 10, 25]);
    options.duplicate_percent = chance.pick(&[0, 0, 5, 30]);
    options.reorder = chance.below(3) == 0;
    options.entries_per_append = chance.pick(&[1, 2, 16]);
    options.snapshot_every = chance.pick(&[0, 3, 8, 20]);
    options.queue_limit = chance.pick(&[2, 100]);
    options.queue_time = ms(chance.pick(&[0, 0, 10]));
    options.session = ms(chance.pick(&[8_000, 86_400_000, 86_400_000]));
    options.sync_report = ms(chance.pick(&[0, 0, 0, 30]));
    // An election takes two syncs and two messages each way; in less time than that nobody could ever win one.
    let round = options.sync + options.sync_report + options.latency + options.jitter;
    let shortest = options.heartbeat.ms() * (2 + chance.below(3));
    options.election = ms(shortest.max(round.ms() * 4));
    options.customers = chance.pick(&[1, 2, 5]);
    options.patience = ms(chance.pick(&[700, 2_000, 4_000]));
    options
}

/// Runs a seed for about so many events under these rules.
pub fn run(seed: u32, events: u64, rules: Rules) -> Run {
    let mut world = World::new(Script { seed, options: options(seed), rules, commands: Vec::new() });
    let mut faults = Faults::new(seed);
    while world.sim.happened() < events * 3 / 4 {
        let pause = faults.pause();
        let next = world.sim.now() + pause;
        world.go_on_to(next);
        let command = faults.draw(&world.sim);
        world.act(command);
    }
    let complaint = calm_down(&mut world, events, &faults);
    world.end(complaint)
}

/// Ends every fault that can be ended and lets the world go on: it must serve again, and all that run must agree.
fn calm_down(world: &mut World, events: u64, faults: &Faults) -> Option<String> {
    world.act(Command::HealAll);
    world.act(Command::Network { loss_percent: Some(0), latency_ms: None, jitter_ms: None, reorder: None });
    world.act(Command::Option { name: "duplicate-percent".into(), value: 0 });
    for server in ServerId::all(world.sim.options().servers) {
        world.act(Command::ResumeServer { server });
        if !faults.disk_is_lost(server) {
            world.act(Command::Restart { server });
        }
    }
    let longest = world.sim.options().election.doubled().ms();
    let calm = world.sim.now() + Span::from_ms(longest * 20);
    world.go_on_to(calm);
    while world.sim.happened() < events {
        let next = world.sim.now() + world.sim.options().heartbeat;
        world.go_on_to(next);
    }
    come_to_rest(world, longest)
}

/// A client may still be asking, so the world is looked at now and then, for as long as any of them may go on.
fn come_to_rest(world: &mut World, longest: u64) -> Option<String> {
    let patience = world.sim.options().patience.ms() * u64::from(world.sim.options().tries);
    let end = world.sim.now() + Span::from_ms(patience + longest * 10);
    loop {
        let complaint = complaint(&world.sim);
        if complaint.is_none() || world.sim.now() >= end {
            return complaint;
        }
        let next = world.sim.now() + Span::from_ms(longest);
        world.go_on_to(next);
    }
}

/// What is wrong with a world that had time to come to rest.
fn complaint(sim: &Sim) -> Option<String> {
    let Some(leader) = sim.leader() else { return Some("nobody leads".into()) };
    let up: Vec<_> = sim.servers().filter_map(|(id, server)| Some((id, server.node.as_ref()?))).collect();
    let (_, of_leader) = up.iter().find(|(id, _)| *id == leader)?;
    for (id, node) in &up {
        if node.log().last() != of_leader.log().last() || node.applied() != of_leader.applied() {
            return Some(format!("{id} and {leader} do not hold the same log"));
        }
        if node.shop() != of_leader.shop() || node.sessions() != of_leader.sessions() {
            return Some(format!("{id} and {leader} do not hold the same state"));
        }
    }
    (of_leader.applied() != of_leader.log().last().index)
        .then(|| format!("{leader} has not carried out its whole log"))
}
