//! The swarm: thousands of short runs, each with a cluster, a network, clients and faults drawn from its seed, all promises watched.
//!
//! A run has two halves. In the first, everything that can go wrong does. Then the faults end, and the cluster must come back into
//! service and agree; what it lost in the first half it may not get back. A seed always gives the same run, so that the line that is
//! printed for it repeats it. A run in which nothing happens would keep every promise: so what happened is counted, and a
//! swarm says how often it has seen each thing.
//!
//! Native only; the page does not know it.

mod chance;
mod counters;
mod faults;

use crate::command::{Command, Timed};
use crate::node::{Rules, ServerId};
use crate::promise::Promises;
use crate::sim::{Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use chance::Chance;
use faults::Faults;

pub use counters::Counters;

/// One run of the swarm.
pub struct Run {
    /// What it was drawn from.
    pub seed: u32,
    /// The world that was drawn.
    pub options: Options,
    /// The rules in force at the start.
    pub rules: Rules,
    /// What was done, at its moments.
    pub commands: Vec<Timed>,
    /// How much happened.
    pub counters: Counters,
    /// The promises that were broken, each with its moment, the first one first.
    pub broken: Vec<(&'static str, Time)>,
    /// What is wrong with the world at the end, if anything is.
    pub complaint: Option<String>,
}

/// A run under way.
struct World {
    sim: Sim,
    promises: Promises,
    counters: Counters,
    commands: Vec<Timed>,
}

impl World {
    fn see(&mut self, event: &TraceEvent) {
        self.counters.count(event);
        self.promises.see(&self.sim, event);
    }

    /// Lets everything before that moment happen.
    fn go_on_to(&mut self, moment: Time) {
        while self.sim.next_due().is_some_and(|due| due < moment) {
            if let Some(event) = self.sim.step() {
                self.see(&event);
            }
        }
        self.sim.pass_to(moment);
    }

    /// Does something now; what is impossible is not kept.
    fn act(&mut self, command: Command) {
        if let Ok(event) = self.sim.execute(&command) {
            self.see(&event);
            self.commands.push(Timed { at: self.sim.now(), command });
        }
    }

    fn broken(&self) -> Vec<(&'static str, Time)> {
        let mut broken: Vec<(&'static str, Time)> = self.promises.broken().collect();
        broken.sort_by_key(|(_, at)| *at);
        broken
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
    let options = options(seed);
    let sim = Sim::new(options.clone(), rules, seed, Time::ZERO);
    let mut world =
        World { sim, promises: Promises::default(), counters: Counters::default(), commands: Vec::new() };
    let mut faults = Faults::new(seed);
    while world.sim.happened() < events * 3 / 4 {
        let pause = faults.pause();
        let next = world.sim.now() + pause;
        world.go_on_to(next);
        let command = faults.draw(&world.sim);
        world.act(command);
    }
    let complaint = calm_down(&mut world, events, &faults);
    Run {
        seed,
        options,
        rules,
        broken: world.broken(),
        complaint,
        commands: world.commands,
        counters: world.counters,
    }
}

/// Ends every fault that can be ended and lets the world go on: it must serve again, and all that run must agree.
fn calm_down(world: &mut World, events: u64, faults: &Faults) -> Option<String> {
    let now = world.sim.now().round_up_to_ms();
    world.go_on_to(now);
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
