//! On the way through time: forward event by event, back to the nearest checkpoint and forward again.

use crate::frame::Line;
use crate::lesson::Setup;
use crate::time::{Span, Time};

use super::Driver;
use super::run::{Run, Told};

/// Simulated time between two checkpoints, at first.
const CHECKPOINT_EVERY: Span = Span::from_ms(2_000);

/// The most checkpoints that are kept; when there would be more, every second one is given up.
const CHECKPOINTS_MAX: usize = 200;

/// How far a step looks for the next line before it stops all the same.
const STEP_MAX: Span = Span::from_ms(10_000);

/// How far a jump to the next key event looks.
const KEY_MAX: Span = Span::from_ms(60_000);

impl Driver {
    /// Does the next thing up to a moment, and keeps what there is to tell of it and, now and then, a checkpoint.
    pub(super) fn next(&mut self, limit: Time) -> Option<Option<Line>> {
        let told = self.run.next(&self.commands, limit)?;
        let line = told.line.clone();
        self.keep(told);
        self.keep_checkpoint();
        Some(line)
    }

    /// Keeps what is news: after going back the same is told again.
    pub(super) fn keep(&mut self, told: Told) {
        let known = self.lines.last().map_or(0, |line| line.happened);
        self.lines.extend(told.line.filter(|line| line.happened > known));
        let known = self.marks.last().map_or(0, |mark| mark.happened);
        self.marks.extend(told.marks.into_iter().filter(|mark| mark.happened > known));
    }

    fn keep_checkpoint(&mut self) {
        let last = self.checkpoints.last().map_or(Time::ZERO, |run| run.sim.now());
        if self.run.sim.now() < last + CHECKPOINT_EVERY {
            return;
        }
        self.checkpoints.push(self.run.clone());
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            let mut place = 0;
            self.checkpoints.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
    }

    /// Forward to a moment; one that has passed changes nothing.
    pub(super) fn run_to(&mut self, to: Time) {
        if to < self.run.sim.now() {
            return;
        }
        while self.next(to).is_some() {}
        self.run.sim.pass_to(to);
        self.end = self.end.max(to);
    }

    pub(super) fn seek(&mut self, at: Time) {
        let at = at.max(Time::ZERO);
        if at < self.run.sim.now() {
            self.go_back(|run| run.sim.now() <= at);
        }
        self.run_to(at);
    }

    pub(super) fn seek_line(&mut self, happened: u64) {
        if happened < self.run.sim.happened() {
            self.go_back(|run| run.sim.happened() <= happened);
        }
        let end = self.end;
        while self.run.sim.happened() < happened && self.next(end).is_some() {}
    }

    /// To the last checkpoint of which `fits` holds, or to the start.
    pub(super) fn go_back(&mut self, fits: impl Fn(&Run) -> bool) {
        self.run = self.checkpoint(fits);
        self.lines_anew = true;
    }

    /// A copy of the last checkpoint of which `fits` holds, or the start anew.
    pub(super) fn checkpoint(&self, fits: impl Fn(&Run) -> bool) -> Run {
        let checkpoint = self.checkpoints.iter().rev().find(|run| fits(run)).cloned();
        checkpoint.unwrap_or_else(|| Run::begun(&Setup::of(self.start.lesson), &self.start))
    }

    pub(super) fn step(&mut self) {
        let limit = self.run.sim.now() + STEP_MAX;
        while let Some(line) = self.next(limit) {
            if line.is_some() {
                self.end = self.end.max(self.run.sim.now());
                return;
            }
        }
        self.run_to(limit);
    }

    pub(super) fn back(&mut self) {
        let now = self.run.sim.happened();
        match self.lines.iter().rev().find(|line| line.happened < now) {
            Some(line) => self.seek_line(line.happened),
            None => self.go_back(|_| false),
        }
    }

    /// To the next key event; if none comes, far ahead.
    pub(super) fn next_key(&mut self) {
        let limit = self.run.sim.now() + KEY_MAX;
        while let Some(line) = self.next(limit) {
            if line.is_some_and(|line| line.key) {
                self.end = self.end.max(self.run.sim.now());
                return;
            }
        }
        self.run_to(limit);
    }

    pub(super) fn previous_key(&mut self) {
        let now = self.run.sim.happened();
        match self.lines.iter().rev().find(|line| line.key && line.happened < now) {
            Some(line) => self.seek_line(line.happened),
            None => self.go_back(|_| false),
        }
    }
}
