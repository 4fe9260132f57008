//! A script and what becomes of it: the commands of the guided run at their moments, and the positions at which it pauses.
//!
//! A step waits for a moment, or for something to happen in the world. So a script follows the simulation and not the other way
//! round; with another seed the same script gives its commands at other moments. Resolved once, it is a list of timed commands
//! like any visitor's, and the same clicks can be given to a world with other rules.

use crate::command::{Command, Timed};
use crate::sim::{Sim, TraceEvent};
use crate::time::{Span, Time};

use super::Lesson;

/// The most pauses of a guided run.
pub const STOPS_MAX: usize = 6;

/// How long a script may wait for something.
const PATIENCE: Span = Span::from_ms(60_000);

/// Something that a script waits for.
pub type Sign = fn(&Sim, &TraceEvent) -> bool;

/// A step of a script; each waits for the one before.
#[derive(Clone, Copy)]
pub enum Step {
    /// Wait for that moment, in milliseconds; what is done next is done before everything else at it.
    At(i64),
    /// Wait for so many milliseconds from where the step before ended.
    Later(u64),
    /// Wait until this has happened.
    After(Sign),
    /// Do what fits the world as it is now.
    Do(fn(&Sim) -> Option<Command>),
    /// Pause, and say what can be seen.
    Stop,
}

/// A script of which the world has made a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guided {
    /// What it does, and when.
    pub commands: Vec<Timed>,
    /// Where it pauses: so many things have happened, and it is this moment.
    pub stops: Vec<(u64, Time)>,
}

/// What a script waits for, or wants to do, never comes: the number of the step, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchMoment(pub usize);

/// Plays a lesson's script in the lesson's own world of that seed.
pub fn resolve(lesson: &Lesson, seed: u32) -> Result<Guided, NoSuchMoment> {
    resolve_part(lesson, 0, seed)
}

/// Plays the script of one part of a lesson, counted from 0, in the right world of that seed. A part that there is not does nothing.
pub fn resolve_part(lesson: &Lesson, part: usize, seed: u32) -> Result<Guided, NoSuchMoment> {
    let steps = lesson.parts().nth(part).map(|part| (part.script)()).unwrap_or_default();
    let setup = (lesson.setup)();
    resolve_in(setup.world(setup.options.clone(), setup.rules, seed, |_, _| ()), steps)
}

/// Plays a script in a world.
pub(super) fn resolve_in(mut sim: Sim, steps: Vec<Step>) -> Result<Guided, NoSuchMoment> {
    let mut guided = Guided::default();
    for (number, step) in steps.into_iter().enumerate() {
        let done = match step {
            Step::At(ms) => wait_before(&mut sim, Time::from_ms(ms)),
            Step::Later(ms) => {
                let moment = sim.now().round_up_to_ms() + Span::from_ms(ms);
                wait_before(&mut sim, moment)
            }
            Step::After(sign) => wait_for(&mut sim, sign),
            Step::Do(command) => act(&mut sim, command, &mut guided.commands),
            Step::Stop => {
                guided.stops.push((sim.happened(), sim.now()));
                Some(())
            }
        };
        done.ok_or(NoSuchMoment(number))?;
    }
    Ok(guided)
}

/// Up to right before a moment; at the moment itself when it has come already.
fn wait_before(sim: &mut Sim, moment: Time) -> Option<()> {
    let last = moment - Span::from_us(1);
    while sim.next_due().is_some_and(|due| due <= last) {
        sim.step();
    }
    sim.pass_to(last);
    (sim.now() <= moment).then_some(())
}

fn wait_for(sim: &mut Sim, sign: Sign) -> Option<()> {
    let latest = sim.now() + PATIENCE;
    while sim.next_due().is_some_and(|due| due <= latest) {
        let event = sim.step()?;
        if sign(sim, &event) {
            return Some(());
        }
    }
    None
}

/// At the next whole millisecond before anything else happens at it, as a visitor's command would be.
fn act(sim: &mut Sim, command: fn(&Sim) -> Option<Command>, commands: &mut Vec<Timed>) -> Option<()> {
    let mut at = sim.now().round_up_to_ms();
    if sim.last_event().is_some_and(|last| last >= at) {
        at += Span::from_ms(1);
    }
    if at > sim.now() {
        wait_before(sim, at)?;
    }
    sim.pass_to(at);
    let command = command(sim)?;
    sim.execute(&command).ok()?;
    commands.push(Timed { at, command });
    Some(())
}
