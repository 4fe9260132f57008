//! Makes a run that breaks a promise as small as it can: whoever looks for the reason has the less to look at.
//!
//! A smaller run is played from its beginning and kept when it breaks the same promise, no later than the run that was found; it may do
//! so in another way, which is as good a find. What is taken away, in this order, again and again until nothing more can go:
//! servers, customers, options that are not as usual, and commands by halves, quarters and so on down to single ones (delta
//! debugging, after Zeller and Hildebrandt 2002).
//!
//! Then all of this once more with other seeds: much that seems to be needed only makes chance fall as it must. With
//! `quorum=one` a run came down to 39 commands without it, and to 2 with it. At the end the commands that are left move towards each other.
//!
//! Left out: smaller fields of a command. None of them makes a run longer or harder to read.

use std::ops::Range;

use crate::command::Timed;
use crate::share::{self, Shared, TooMuch};
use crate::sim::{ENGINE, Options};
use crate::time::{Span, Time};

use super::Run;
use super::script::Script;

/// After so many smaller runs, what has been reached is good enough.
const TRIALS_MAX: u32 = 3_000;

/// So many of them are kept for the end.
const TRIALS_AT_THE_END: u32 = 300;

/// Nobody needs fewer actions than this.
const FEW: usize = 4;

/// How many seeds other than its own each smaller run gets its chance with, at one time.
const SEEDS_AT_ONCE: u32 = 20;

/// No other seeds.
const NONE: Range<u32> = 0..0;

/// A small run that breaks a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// The run.
    pub script: Script,
    /// What it breaks.
    pub promise: &'static str,
    /// When.
    pub at: Time,
    /// How many smaller runs were tried out.
    pub trials: u32,
}

impl Shrunk {
    /// The share string of a link that opens at the moment of the violation, rounded up to a whole millisecond.
    pub fn link(&self) -> Result<String, TooMuch> {
        share::encode(&self.shared())
    }

    /// The same for a file, where a link has no room for it.
    pub fn file(&self) -> Result<String, TooMuch> {
        share::save(&self.shared())
    }

    fn shared(&self) -> Shared {
        Shared { engine: ENGINE, start: self.script.start(self.at.round_up_to_ms()) }
    }
}

/// Shrinks a run that broke a promise; nothing when it did not.
pub fn shrink(run: &Run, promise: &'static str) -> Option<Shrunk> {
    let (_, at) = run.broken.iter().find(|(name, _)| *name == promise)?;
    let trials_max = TRIALS_MAX - TRIALS_AT_THE_END;
    let mut shrinker =
        Shrinker { promise, until: *at, script: run.script.clone(), at: *at, trials: 0, trials_max };
    shrinker.cut();
    shrinker.shrink();
    let Shrinker { script, at, trials, .. } = shrinker;
    Some(Shrunk { script, promise, at, trials })
}

/// The smallest run so far.
struct Shrinker {
    promise: &'static str,
    /// No later than this.
    until: Time,
    script: Script,
    at: Time,
    trials: u32,
    trials_max: u32,
}

impl Shrinker {
    fn shrink(&mut self) {
        self.shrink_with(&NONE);
        let mut others = 0..SEEDS_AT_ONCE;
        while self.trials < self.trials_max && (others.start == 0 || self.script.commands.len() > FEW) {
            self.shrink_with(&others);
            others = others.end..others.end + SEEDS_AT_ONCE;
        }
        self.trials_max = TRIALS_MAX;
        self.close_gaps();
        self.drop_commands(&NONE);
    }

    /// Until nothing more can go.
    fn shrink_with(&mut self, others: &Range<u32>) {
        loop {
            let before = self.script.clone();
            self.drop_servers(others);
            self.drop_customers(others);
            self.drop_options(others);
            self.drop_commands(others);
            if self.script == before {
                return;
            }
        }
    }

    /// When another run breaks the promise too, if there is still time to try it out.
    fn try_out(&mut self, script: &Script) -> Option<Time> {
        if self.trials == self.trials_max {
            return None;
        }
        self.trials += 1;
        script.breaks(self.promise, self.until)
    }

    /// Goes on with a smaller run if it breaks the promise too, with its own seed or one of the others.
    fn keep(&mut self, mut script: Script, others: &Range<u32>) -> bool {
        let own = script.seed;
        for seed in std::iter::once(own).chain(others.clone()) {
            script.seed = seed;
            if let Some(at) = self.try_out(&script) {
                (self.script, self.at) = (script, at);
                self.cut();
                return true;
            }
        }
        false
    }

    /// What comes after the violation has no part in it.
    fn cut(&mut self) {
        let actions = self.script.actions_up_to(self.at);
        self.script.commands.truncate(actions);
    }

    fn drop_commands(&mut self, others: &Range<u32>) {
        let mut size = self.script.commands.len();
        while size > 0 {
            let dropped = self.drop_chunks(size, others);
            // Something that was needed before may not be any more.
            if size > 1 || !dropped {
                size /= 2;
            }
        }
    }

    /// Takes away what it can, so many commands at a time, the last ones first. Whether there was anything.
    fn drop_chunks(&mut self, size: usize, others: &Range<u32>) -> bool {
        let before = self.script.commands.len();
        let mut to = before;
        while to > 0 {
            let from = to.saturating_sub(size);
            let mut script = self.script.clone();
            script.commands.drain(from..to);
            self.keep(script, others);
            to = from.min(self.script.commands.len());
        }
        self.script.commands.len() < before
    }

    fn drop_servers(&mut self, others: &Range<u32>) {
        for servers in 1..self.script.options.servers {
            let mut script = self.script.clone();
            script.options.servers = servers;
            if self.keep(script, others) {
                return;
            }
        }
    }

    fn drop_customers(&mut self, others: &Range<u32>) {
        for customers in 1..self.script.options.customers {
            let mut script = self.script.clone();
            script.options.customers = customers;
            if self.keep(script, others) {
                return;
            }
        }
    }

    /// Every other option as usual, if it can.
    fn drop_options(&mut self, others: &Range<u32>) {
        for (name, _) in self.script.options.unusual() {
            let usual = Options::default().get(name).filter(|_| name != "servers" && name != "customers");
            let mut script = self.script.clone();
            if usual.is_some_and(|usual| script.options.set(name, usual).is_ok()) {
                self.keep(script, others);
            }
        }
    }

    /// Lets each command, and all after it, come sooner after the one before it.
    fn close_gaps(&mut self) {
        for place in 0..self.script.commands.len() {
            let mut by = self.gap_ms(place);
            while by > 0 {
                if !self.come_sooner(place, by) {
                    by /= 2;
                }
                by = by.min(self.gap_ms(place));
            }
        }
    }

    /// How long nothing is done before a command, in milliseconds.
    fn gap_ms(&self, place: usize) -> u64 {
        let moment = |place: usize| self.script.commands.get(place).map(|timed: &Timed| timed.at);
        let before = place.checked_sub(1).and_then(moment).unwrap_or(Time::ZERO);
        moment(place).map_or(0, |at| at.since(before).ms())
    }

    fn come_sooner(&mut self, place: usize, ms: u64) -> bool {
        let mut script = self.script.clone();
        script.commands.iter_mut().skip(place).for_each(|timed| timed.at = timed.at - Span::from_ms(ms));
        let sooner = self.try_out(&script).filter(|at| *at < self.at);
        if let Some(at) = sooner {
            (self.script, self.at) = (script, at);
            self.cut();
        }
        sooner.is_some()
    }
}
