//! The guided run of a lesson: the script's commands, and where time stands until the visitor goes on.

use crate::command::Timed;
use crate::frame::Guide;
use crate::lesson::{Guided, Lesson, resolve_part};
use crate::node::Rules;
use crate::sim::Sim;
use crate::time::Time;
use crate::wire::Start;

/// A script that has become a run, and how far the visitor has come in it.
pub struct Script {
    part: u8,
    guided: Guided,
    /// So many pauses have been made, or were passed over; none is made twice.
    passed: usize,
}

/// A pause: when so many things have happened and it is this moment.
#[derive(Clone, Copy)]
pub struct Stop {
    /// How many things have happened.
    pub happened: u64,
    /// The moment.
    pub at: Time,
}

impl Script {
    /// The script of a start that asks for it. It is written for the rules that the lesson begins with.
    pub fn of(start: &Start, usual: &Rules, sim: &Sim) -> Option<Script> {
        let lesson = start.lesson.filter(|_| sim.rules() == usual).and_then(Lesson::of)?;
        let part = start.guided.filter(|part| usize::from(*part) < lesson.parts().count())?;
        let guided = resolve_part(lesson, usize::from(part), start.seed).ok()?;
        Some(Script { part, guided, passed: 0 })
    }

    /// What it does, and when.
    pub fn commands(&self) -> &[Timed] {
        &self.guided.commands
    }

    /// The next pause that lies ahead.
    pub fn next_stop(&self, sim: &Sim) -> Option<Stop> {
        let ahead = self.passed.max(self.reached(sim));
        self.guided.stops.get(ahead).map(|(happened, at)| Stop { happened: *happened, at: *at })
    }

    /// Takes note of the pauses that lie behind.
    pub fn pass(&mut self, sim: &Sim) {
        self.passed = self.passed.max(self.reached(sim));
    }

    /// How far this position is in the run.
    pub fn guide(&self, sim: &Sim) -> Guide {
        let (reached, of) = (self.reached(sim) as u8, self.guided.stops.len() as u8);
        Guide { part: self.part, reached, of, pauses: false }
    }

    fn reached(&self, sim: &Sim) -> usize {
        let (happened, now) = (sim.happened(), sim.now());
        self.guided.stops.iter().take_while(|stop| stop.0 <= happened && stop.1 <= now).count()
    }
}
