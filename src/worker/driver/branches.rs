//! Acting: a command gives up the future there was, undoing it brings that back.

use crate::command::{Command, Refusal, Timed};
use crate::frame::{self, Branch, Mark, Track};
use crate::time::{Span, Time};

use super::run::{Run, Told};
use super::{COMMANDS_MAX, Driver};

/// The most actions that can be undone.
const UNDO_MAX: usize = 50;

/// Everything that can be undone of an action: the commands there were, where the page stood, how far the run had gone, and what
/// the slider showed of that.
pub(super) struct Past {
    commands: Vec<Timed>,
    happened: u64,
    at: Time,
    end: Time,
    marks: Vec<Mark>,
}

impl Driver {
    /// How things are now, to come back to.
    fn present(&self) -> Past {
        let happened = self.run.sim.happened();
        let ahead = self.marks.iter().filter(|mark| mark.happened > happened);
        Past {
            commands: self.commands.clone(),
            happened,
            at: self.run.sim.now(),
            end: self.end,
            marks: ahead.cloned().collect(),
        }
    }

    /// What the slider shows: the run, and the future that an undo would bring back.
    pub(super) fn track(&self) -> Track {
        let replaced = self.undo.last().filter(|past| past.end > past.at).map(|past| Branch {
            from: past.at,
            end: past.end,
            marks: frame::thinned(&past.marks, past.end),
        });
        Track { run: frame::thinned(&self.marks, self.end), replaced, parts: self.parts() }
    }

    pub(super) fn undo(&mut self) {
        if let Some(past) = self.undo.pop() {
            let present = self.present();
            self.restore(past);
            self.redo.push(present);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(future) = self.redo.pop() {
            let present = self.present();
            self.restore(future);
            self.undo.push(present);
        }
    }

    /// Back to other commands, to the place where the page stood then, with everything up to where the run had gone.
    fn restore(&mut self, past: Past) {
        self.replace(past.commands);
        self.end = Time::ZERO;
        self.run_to(past.end);
        self.go_back(|run| run.sim.happened() <= past.happened && run.sim.now() <= past.at);
        while self.run.sim.happened() < past.happened && self.next(past.at).is_some() {}
        self.run.sim.pass_to(past.at);
    }

    /// Other commands from where they part from these; the page stands somewhere before that.
    pub(super) fn replace(&mut self, commands: Vec<Timed>) {
        let same = self.commands.iter().zip(&commands).take_while(|(one, other)| one == other).count();
        let parted = [&self.commands, &commands].into_iter().filter_map(|commands| commands.get(same));
        let parting = parted.map(|timed| timed.at).min().unwrap_or(self.run.sim.now());
        self.checkpoints.retain(|checkpoint| checkpoint.sim.now() < parting);
        self.lines.retain(|line| line.at < parting);
        self.marks.retain(|mark| mark.at < parting);
        self.commands = commands;
        self.go_back(|_| true);
    }

    /// Does a command at the present moment, rounded up to a whole millisecond, before everything that the world does at it.
    ///
    /// If the world has done something at that very millisecond already, the command goes in before it, as it will when the run is
    /// replayed; only when that is impossible (the message to be dropped was sent just then) it comes a millisecond later.
    pub(super) fn act(&mut self, command: Command) -> Result<(), Refusal> {
        if self.run.commands_done >= COMMANDS_MAX {
            return Err(Refusal::TooMany);
        }
        let at = self.run.sim.now().round_up_to_ms();
        if self.run.sim.last_event() != Some(at) {
            return self.act_at(self.run.clone(), at, command);
        }
        let before = self.checkpoint(|run| run.sim.now() < at);
        let first_try = self.act_at(before, at, command.clone());
        first_try.or_else(|_| self.act_at(self.run.clone(), at + Span::from_ms(1), command))
    }

    /// Lets `run` go on to that moment and tries the command there; when it is possible, that is the run from now on.
    fn act_at(&mut self, mut run: Run, at: Time, command: Command) -> Result<(), Refusal> {
        let base = run.sim.happened();
        let done_before = &self.commands[..self.run.commands_done];
        let mut told = Vec::new();
        run.advance_before(done_before, at, &mut told);
        run.sim.pass_to(at);
        while let Some(timed) = done_before.get(run.commands_done).filter(|timed| timed.at <= at) {
            run.commands_done += 1;
            if let Ok(event) = run.sim.execute(&timed.command) {
                told.push(run.see(&event));
            }
        }
        let event = run.sim.execute(&command)?;
        told.push(run.see(&event));
        self.remember_for_undo();
        self.commands.truncate(run.commands_done);
        self.commands.push(Timed { at, command });
        run.commands_done += 1;
        self.fork(run, base, told);
        self.run_to(at);
        Ok(())
    }

    fn remember_for_undo(&mut self) {
        let present = self.present();
        self.undo.push(present);
        self.redo.clear();
        let surplus = self.undo.len().saturating_sub(UNDO_MAX);
        self.undo.drain(..surplus);
    }

    /// Gives up everything behind position `base`, and goes on from `run`, which brings what there is to tell since then.
    fn fork(&mut self, run: Run, base: u64, told: Vec<Told>) {
        self.lines_anew |= self.seen > base;
        // One at the moment of the new command or later has not seen it.
        let is_before = |at: &Run| at.sim.happened() <= base && at.sim.now() < run.sim.now();
        self.checkpoints.retain(is_before);
        self.lines.retain(|line| line.happened <= base);
        self.marks.retain(|mark| mark.happened <= base);
        told.into_iter().for_each(|told| self.keep(told));
        self.end = run.sim.now();
        self.run = run;
    }
}
