//! All that a run is made of: whoever plays it again sees the same.

use crate::command::Timed;
use crate::node::Rules;
use crate::promise::Promises;
use crate::sim::{Options, Sim, TraceEvent};
use crate::time::Time;
use crate::wire::Start;

/// A run before it is played. Its commands stand at whole milliseconds, so that a share string can say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// All chance comes from it.
    pub seed: u32,
    /// What the world is like at the start.
    pub options: Options,
    /// The rules in force at the start.
    pub rules: Rules,
    /// What is done, at its moments, which do not fall.
    pub commands: Vec<Timed>,
}

impl Script {
    /// Its world before anything has happened: the sandbox's, which has no prelude.
    pub fn world(&self) -> Sim {
        Sim::new(self.options.clone(), self.rules, self.seed, Time::ZERO)
    }

    /// The same run for the sandbox, to be opened at a moment.
    pub fn start(&self, at: Time) -> Start {
        let usual = Options::default();
        let options = self.options.unusual().into_iter().filter(|(name, _)| *name != "servers");
        let rules = self.rules.in_force().into_iter().zip(Rules::default().in_force());
        let wrong = rules.filter(|(now, right)| now != right).map(|(now, _)| now);
        Start {
            guided: None,
            lesson: None,
            seed: self.seed,
            servers: (self.options.servers != usual.servers).then_some(self.options.servers),
            rules: wrong.map(|(pattern, value)| (pattern.to_string(), value.to_string())).collect(),
            options: options.map(|(name, value)| (name.to_string(), value)).collect(),
            commands: self.commands.clone(),
            at,
        }
    }

    /// How many actions it has up to a moment, that moment included.
    pub fn actions_up_to(&self, moment: Time) -> usize {
        self.commands.partition_point(|timed| timed.at <= moment)
    }

    /// When it breaks a promise, if it does so up to a moment, that moment included.
    pub fn breaks(&self, promise: &str, until: Time) -> Option<Time> {
        let mut play = Play { sim: self.world(), promises: Promises::default(), promise };
        for timed in self.commands.iter().take_while(|timed| timed.at <= until) {
            let broken = play.before(timed.at).or_else(|| play.execute(timed));
            if broken.is_some() {
                return broken;
            }
        }
        play.up_to(until)
    }
}

/// A script that is played until it breaks a promise.
struct Play<'a> {
    sim: Sim,
    promises: Promises,
    promise: &'a str,
}

impl Play<'_> {
    fn see(&mut self, event: &TraceEvent) -> Option<Time> {
        self.promises.see(&self.sim, event);
        self.promises.broken_at(self.promise)
    }

    /// At one moment commands come first, and one that is impossible is passed over.
    fn execute(&mut self, timed: &Timed) -> Option<Time> {
        self.sim.pass_to(timed.at);
        let event = self.sim.execute(&timed.command).ok()?;
        self.see(&event)
    }

    fn before(&mut self, moment: Time) -> Option<Time> {
        self.go_on_while(|due| due < moment)
    }

    fn up_to(&mut self, moment: Time) -> Option<Time> {
        self.go_on_while(|due| due <= moment)
    }

    fn go_on_while(&mut self, is_due: impl Fn(Time) -> bool) -> Option<Time> {
        while self.sim.next_due().is_some_and(&is_due) {
            let event = self.sim.step()?;
            let broken = self.see(&event);
            if broken.is_some() {
                return broken;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swarm;

    #[test]
    fn whatever_options_are_drawn_can_be_said_by_name() {
        for seed in 0..5_000 {
            let script =
                Script { seed, options: swarm::options(seed), rules: Rules::default(), commands: Vec::new() };
            let start = script.start(Time::ZERO);
            let mut options = Options::default();
            for (name, value) in &start.options {
                assert_eq!(options.set(name, *value), Ok(()), "seed {seed}: {name} {value}");
            }
            options.servers = start.servers.unwrap_or(options.servers);
            assert_eq!(options, script.options, "seed {seed}");
        }
    }
}
