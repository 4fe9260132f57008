//! A run at one position, and what there is to tell of each event.

use crate::command::Timed;
use crate::frame::{self, Courses, Line, Mark, Standing};
use crate::lesson::{Goal, Lesson, Setup};
use crate::promise::Promises;
use crate::sim::{Sim, TraceEvent};
use crate::time::{Span, Time};
use crate::wire::Start;

/// A run at one position: the world, the promises, and how many of its commands are done. A clone of it is a checkpoint.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) sim: Sim,
    pub(super) promises: Promises,
    pub(super) courses: Courses,
    pub(super) commands_done: usize,
    /// What the marks on the slider are found by.
    pub(super) standing: Standing,
    /// The lesson's challenge, if there is a lesson.
    pub(super) goal: Option<Goal>,
}

/// What there is to tell of an event; nothing at all of a command that was impossible.
#[derive(Default)]
pub(super) struct Told {
    pub(super) line: Option<Line>,
    pub(super) marks: Vec<Mark>,
}

impl Run {
    /// How a run begins.
    pub(super) fn begun(setup: &Setup, start: &Start) -> Run {
        let mut options = setup.options.clone();
        for (name, value) in &start.options {
            // As with rules below: what does not exist, or cannot be, is as the lesson has it.
            let _ = options.set(name, *value);
        }
        let servers = start.servers.filter(|servers| (1..=9).contains(servers) && options.servers > 0);
        options.servers = servers.unwrap_or(options.servers);
        let mut rules = setup.rules;
        for (pattern, value) in &start.rules {
            // Who reads addresses and links has told the visitor already; an unknown rule is as the lesson has it.
            let _ = rules.set(pattern, value);
        }
        let (mut promises, mut courses) = (Promises::default(), Courses::default());
        let sim = setup.world(options, rules, start.seed, |sim, event| {
            promises.see(sim, event);
            courses.see(event);
        });
        let standing = Standing::of(&sim, &promises);
        let goal = start.lesson.and_then(Lesson::of).map(|lesson| (lesson.goal)());
        Run { sim, promises, courses, commands_done: 0, standing, goal }
    }

    /// Does the next thing up to `limit`: the next command or the next event, at one moment commands first.
    pub(super) fn next(&mut self, commands: &[Timed], limit: Time) -> Option<Told> {
        let command = commands.get(self.commands_done).filter(|timed| timed.at <= limit);
        let due = self.sim.next_due().filter(|due| *due <= limit);
        match (command, due) {
            (Some(timed), due) if due.is_none_or(|due| timed.at <= due) => {
                self.sim.pass_to(timed.at);
                self.commands_done += 1;
                // A command that is impossible by now (in a link of an older engine, say) is passed over.
                let event = self.sim.execute(&timed.command).ok();
                Some(event.map(|event| self.see(&event)).unwrap_or_default())
            }
            (_, Some(_)) => self.sim.step().map(|event| self.see(&event)),
            _ => None,
        }
    }

    pub(super) fn see(&mut self, event: &TraceEvent) -> Told {
        self.promises.see(&self.sim, event);
        self.courses.see(event);
        if let Some(goal) = &mut self.goal {
            goal.see(&self.sim, event);
        }
        let before = std::mem::replace(&mut self.standing, Standing::of(&self.sim, &self.promises));
        Told { line: frame::line(&self.sim, event), marks: frame::marks(event, &before, &self.standing) }
    }

    /// Everything up to a moment, that moment included; what there is to tell of it is added.
    pub(super) fn advance(&mut self, commands: &[Timed], to: Time, told: &mut Vec<Told>) {
        while let Some(event) = self.next(commands, to) {
            told.push(event);
        }
        self.sim.pass_to(to);
    }

    /// Everything before a moment (a whole millisecond): commands may be given at it afterwards.
    pub(super) fn advance_before(&mut self, commands: &[Timed], moment: Time, told: &mut Vec<Told>) {
        self.advance(commands, moment - Span::from_us(1), told);
    }
}
