//! Answers the page's requests with the simulation. Knows nothing of browsers.
//!
//! A run is its start and its timed commands; everything else follows. Going back is the nearest checkpoint and forward again.
//! Acting in the past gives up the old future; undoing the action brings it back.

use crate::command::{Command, Refusal, Timed};
use crate::frame::{self, Branch, Courses, Frame, GoalDone, Line, Mark, Since, Standing, Track};
use crate::lesson::{Goal, Lesson, Setup};
use crate::node::{Rules, ServerId};
use crate::promise::Promises;
use crate::share::{self, Shared, Unreadable};
use crate::sim::{ENGINE, Sim, TraceEvent};
use crate::time::{Span, StoryClock, Time};
use crate::wire::{BUILD, Done, FromWorker, Start, ToWorker};

use super::guide::{Script, Stop};

/// Simulated time between two checkpoints, at first.
const CHECKPOINT_EVERY: Span = Span::from_ms(2_000);

/// The most checkpoints that are kept; when there would be more, every second one is given up.
const CHECKPOINTS_MAX: usize = 200;

/// How far a step looks for the next line before it stops all the same.
const STEP_MAX: Span = Span::from_ms(10_000);

/// How far a jump to the next key event looks.
const KEY_MAX: Span = Span::from_ms(60_000);

/// The most actions that can be undone.
const UNDO_MAX: usize = 50;

/// The most lines that are sent again after a jump in time.
const LINES_ANEW_MAX: usize = 80;

/// The most commands of one run.
const COMMANDS_MAX: usize = 2_000;

/// A run at one position: the world, the promises, and how many of its commands are done. A clone of it is a checkpoint.
#[derive(Clone)]
struct Run {
    sim: Sim,
    promises: Promises,
    courses: Courses,
    commands_done: usize,
    /// What the marks on the slider are found by.
    standing: Standing,
    /// The lesson's challenge, if there is a lesson.
    goal: Option<Goal>,
}

/// What there is to tell of an event; nothing at all of a command that was impossible.
#[derive(Default)]
struct Told {
    line: Option<Line>,
    marks: Vec<Mark>,
}

/// Everything that can be undone of an action: the commands there were, where the page stood, how far the run had gone, and what
/// the slider showed of that.
struct Past {
    commands: Vec<Timed>,
    happened: u64,
    at: Time,
    end: Time,
    marks: Vec<Mark>,
}

impl Run {
    /// Does the next thing up to `limit`: the next command or the next event, at one moment commands first.
    fn next(&mut self, commands: &[Timed], limit: Time) -> Option<Told> {
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

    fn see(&mut self, event: &TraceEvent) -> Told {
        self.promises.see(&self.sim, event);
        self.courses.see(event);
        if let Some(goal) = &mut self.goal {
            goal.see(&self.sim, event);
        }
        let before = std::mem::replace(&mut self.standing, Standing::of(&self.sim, &self.promises));
        Told { line: frame::line(&self.sim, event), marks: frame::marks(event, before, self.standing) }
    }

    /// Everything up to a moment, that moment included; what there is to tell of it is added.
    fn advance(&mut self, commands: &[Timed], to: Time, told: &mut Vec<Told>) {
        while let Some(event) = self.next(commands, to) {
            told.push(event);
        }
        self.sim.pass_to(to);
    }

    /// Everything before a moment (a whole millisecond): commands may be given at it afterwards.
    fn advance_before(&mut self, commands: &[Timed], moment: Time, told: &mut Vec<Told>) {
        self.advance(commands, moment - Span::from_us(1), told);
    }
}

/// The worker's side of a run.
pub struct Driver {
    /// What the run started from; its commands and its moment stand below.
    start: Start,
    /// The rules that its lesson begins with, and the clock of its story.
    usual: Rules,
    story: Option<StoryClock>,
    commands: Vec<Timed>,
    run: Run,
    checkpoints: Vec<Run>,
    /// All lines and marks up to the furthest position reached.
    lines: Vec<Line>,
    marks: Vec<Mark>,
    end: Time,
    undo: Vec<Past>,
    redo: Vec<Past>,
    /// The lesson's script, in its guided run.
    guide: Option<Script>,
    /// The same run under another rule, while it is looked at beside this one.
    beside: Option<Box<Driver>>,
    /// The first place of the logs that the page looks at, when it is not the newest ones.
    columns: Option<u64>,
    /// The server whose disk the page looks at.
    disk_of: Option<ServerId>,
    /// The position that the page has seen last, and whether it must be told the lines anew.
    seen: u64,
    lines_anew: bool,
}

impl Default for Driver {
    fn default() -> Driver {
        Driver::new()
    }
}

impl Driver {
    /// A driver with the home's world, until something is loaded.
    pub fn new() -> Driver {
        Driver::of(&Start::default())
    }

    fn of(start: &Start) -> Driver {
        let setup = Setup::of(start.lesson);
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
        let run = Run { sim, promises, courses, commands_done: 0, standing, goal };
        let marks = run.standing.mark(run.sim.happened()).into_iter().collect();
        let checkpoints = vec![run.clone()];
        let guide = Script::of(start, &setup.rules, &run.sim);
        let commands = match &guide {
            Some(script) => script.commands().to_vec(),
            None => start.commands.iter().take(COMMANDS_MAX).cloned().collect(),
        };
        Driver {
            start: Start { commands: Vec::new(), at: Time::ZERO, ..start.clone() },
            usual: setup.rules,
            story: setup.story,
            commands,
            run,
            checkpoints,
            lines: Vec::new(),
            marks,
            end: Time::ZERO,
            undo: Vec::new(),
            redo: Vec::new(),
            guide,
            beside: None,
            columns: None,
            disk_of: None,
            seen: 0,
            lines_anew: true,
        }
    }

    /// The first word to the page.
    pub fn hello(&self) -> FromWorker {
        FromWorker::Hello { build: BUILD.to_string(), engine: ENGINE }
    }

    /// The commands of the run, which replay it. The page has no need of them: what it keeps or shares is a share string. (A number
    /// in them may be larger than any in JavaScript.)
    pub fn commands(&self) -> &[Timed] {
        &self.commands
    }

    /// Does what the page asks for.
    pub fn receive(&mut self, request: ToWorker) -> FromWorker {
        let outcome = match request {
            ToWorker::Advance { to } => return self.advance(to),
            ToWorker::Open { share } => return self.open(share::decode(&share)),
            ToWorker::OpenFile { text } => return self.open(share::open(text.trim())),
            ToWorker::Share => return self.share(),
            ToWorker::Marks => return FromWorker::Marks(self.track()),
            ToWorker::Load(start) => {
                *self = Driver::of(&start);
                self.seek(start.at);
                Ok(())
            }
            ToWorker::Do(command) => self.act(command),
            ToWorker::Step => {
                self.step();
                Ok(())
            }
            ToWorker::Back => {
                self.back();
                Ok(())
            }
            ToWorker::Seek { at } => {
                self.seek(at);
                Ok(())
            }
            ToWorker::SeekLine { happened } => {
                self.seek_line(happened);
                Ok(())
            }
            ToWorker::NextKey => {
                self.next_key();
                Ok(())
            }
            ToWorker::PreviousKey => {
                self.previous_key();
                Ok(())
            }
            ToWorker::Undo => {
                self.undo();
                Ok(())
            }
            ToWorker::Redo => {
                self.redo();
                Ok(())
            }
            ToWorker::Columns { first } => {
                self.columns = first.map(|first| first.max(1));
                Ok(())
            }
            ToWorker::Disk { of } => {
                self.disk_of = of;
                Ok(())
            }
            ToWorker::Compare { rule } => {
                self.beside = rule.map(|rule| Box::new(self.under(rule)));
                Ok(())
            }
            ToWorker::Tell => Ok(()),
        };
        FromWorker::Done(self.done(outcome.err()))
    }

    /// The run as it is now: what was done up to here, and where it stands.
    fn share(&self) -> FromWorker {
        let start = Start {
            commands: self.commands[..self.run.commands_done].to_vec(),
            at: self.run.sim.now().round_up_to_ms(),
            ..self.start.clone()
        };
        let shared = Shared { engine: ENGINE, start };
        FromWorker::Shared { share: share::encode(&shared).ok(), file: share::save(&shared).ok() }
    }

    /// A shared run at its moment. Of a string that cannot be read only the reason is told; the run there was goes on.
    fn open(&mut self, read: Result<Shared, Unreadable>) -> FromWorker {
        let shared = match read {
            Ok(shared) => shared,
            Err(reason) => return FromWorker::Unreadable { reason: reason.name().to_string() },
        };
        let Shared { engine, start } = shared;
        *self = Driver::of(&start);
        self.seek(start.at);
        let done = self.done(None);
        FromWorker::Opened { start: Start { commands: Vec::new(), at: Time::ZERO, ..start }, engine, done }
    }

    fn done(&mut self, refused: Option<Refusal>) -> Done {
        Done {
            refused,
            hash: format!("{:016x}", self.run.sim.hash()),
            seed: self.start.seed,
            frame: self.frame(),
        }
    }

    /// Lets time pass. What nobody can see is not sent.
    fn advance(&mut self, to: Time) -> FromWorker {
        let before = self.run.sim.happened();
        let stop =
            self.script().and_then(|script| script.next_stop(&self.run.sim)).filter(|stop| stop.at <= to);
        match stop {
            Some(stop) => self.run_to_stop(stop),
            None => self.run_to(to),
        }
        let quiet = self.run.sim.happened() == before && self.beside_is_quiet();
        if quiet && stop.is_none() && !self.lines_anew {
            return FromWorker::Still { at: self.run.sim.now() };
        }
        let mut frame = self.frame();
        if let Some(guide) = &mut frame.guide {
            guide.pauses = stop.is_some();
        }
        FromWorker::Frame(frame)
    }

    /// Right to where the guided run pauses.
    fn run_to_stop(&mut self, stop: Stop) {
        while self.run.sim.happened() < stop.happened && self.next(stop.at).is_some() {}
        self.run.sim.pass_to(stop.at);
        self.end = self.end.max(stop.at);
    }

    /// The script, as long as nothing else was done than what it does.
    fn script(&self) -> Option<&Script> {
        self.guide.as_ref().filter(|script| script.commands() == self.commands)
    }

    /// The same run, with the same clicks, under another rule.
    fn under(&self, (pattern, value): (String, String)) -> Driver {
        let mut start = Start { guided: None, commands: self.commands.clone(), ..self.start.clone() };
        start.rules.retain(|(known, _)| *known != pattern);
        start.rules.push((pattern, value));
        Driver::of(&start)
    }

    /// Does the same as another run up to the same moment.
    fn follow(&mut self, commands: &[Timed], now: Time) {
        if self.commands != commands {
            self.replace(commands.to_vec());
        }
        self.seek(now);
    }

    /// Brings the world beside this one to this moment; whether nothing has happened in it.
    fn beside_is_quiet(&mut self) -> bool {
        let Some(beside) = &mut self.beside else { return true };
        let before = beside.run.sim.happened();
        beside.follow(&self.commands, self.run.sim.now());
        beside.run.sim.happened() == before
    }

    /// When the world beside this one began to be told differently, up to now.
    fn parts(&self) -> Option<Time> {
        let (beside, now) = (self.beside.as_ref()?, self.run.sim.now());
        let up_to_now = |lines: &'_ [Line]| lines.partition_point(|line| line.at <= now);
        let ours = &self.lines[..up_to_now(&self.lines)];
        let theirs = &beside.lines[..up_to_now(&beside.lines)];
        let told = |line: &Line| (line.at, line.text.clone(), line.args.clone());
        let same = ours.iter().zip(theirs).take_while(|(one, other)| told(one) == told(other)).count();
        [ours.get(same), theirs.get(same)].into_iter().flatten().map(|line| line.at).min()
    }

    fn frame(&mut self) -> Frame {
        let (now, anew) = (self.run.sim.happened(), self.lines_anew);
        let first = if anew { 0 } else { self.seen + 1 };
        let told = self.lines.iter().filter(|line| (first..=now).contains(&line.happened));
        let mut lines: Vec<Line> = told.cloned().collect();
        if anew {
            lines.drain(..lines.len().saturating_sub(LINES_ANEW_MAX));
        }
        self.seen = now;
        self.lines_anew = false;
        let (can_undo, can_redo) = (!self.undo.is_empty(), !self.redo.is_empty());
        if let Some(script) = &mut self.guide {
            script.pass(&self.run.sim);
        }
        let guide = self.script().map(|script| script.guide(&self.run.sim));
        let goal = self.goal();
        let since = Since {
            end: self.end,
            lines,
            lines_anew: anew,
            columns: self.columns,
            usual: self.usual,
            story: self.story,
            disk_of: self.disk_of,
            guide,
            goal,
            can_undo,
            can_redo,
        };
        let frame = frame::build(&self.run.sim, &self.run.promises, &self.run.courses, since);
        Frame { other: self.frame_beside(), ..frame }
    }

    /// The challenge, if it is done; a guided run solves none.
    fn goal(&self) -> Option<GoalDone> {
        let at = self.run.goal.as_ref()?.done_at().filter(|_| self.script().is_none())?;
        let done = &self.commands[..self.run.commands_done];
        let actions = done.iter().filter(|timed| timed.at <= at).count() as u32;
        let lesson = self.start.lesson.and_then(Lesson::of)?;
        Some(GoalDone { at, actions, par: lesson.par })
    }

    /// The world beside this one, at this moment. Its event list is not shown.
    fn frame_beside(&mut self) -> Option<Box<Frame>> {
        self.beside_is_quiet();
        let frame = self.beside.as_mut()?.frame();
        Some(Box::new(Frame { lines: Vec::new(), ..frame }))
    }

    /// Does the next thing up to a moment, and keeps what there is to tell of it and, now and then, a checkpoint.
    fn next(&mut self, limit: Time) -> Option<Option<Line>> {
        let told = self.run.next(&self.commands, limit)?;
        let line = told.line.clone();
        self.keep(told);
        self.keep_checkpoint();
        Some(line)
    }

    /// Keeps what is news: after going back the same is told again.
    fn keep(&mut self, told: Told) {
        let known = self.lines.last().map_or(0, |line| line.happened);
        self.lines.extend(told.line.filter(|line| line.happened > known));
        let known = self.marks.last().map_or(0, |mark| mark.happened);
        self.marks.extend(told.marks.into_iter().filter(|mark| mark.happened > known));
    }

    fn keep_checkpoint(&mut self) {
        let last = self.checkpoints.last().expect("the start is always kept").sim.now();
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
    fn run_to(&mut self, to: Time) {
        if to < self.run.sim.now() {
            return;
        }
        while self.next(to).is_some() {}
        self.run.sim.pass_to(to);
        self.end = self.end.max(to);
    }

    fn seek(&mut self, at: Time) {
        let at = at.max(Time::ZERO);
        if at < self.run.sim.now() {
            self.go_back(|run| run.sim.now() <= at);
        }
        self.run_to(at);
    }

    fn seek_line(&mut self, happened: u64) {
        if happened < self.run.sim.happened() {
            self.go_back(|run| run.sim.happened() <= happened);
        }
        let end = self.end;
        while self.run.sim.happened() < happened && self.next(end).is_some() {}
    }

    /// To the last checkpoint of which `fits` holds. The start always fits.
    fn go_back(&mut self, fits: impl Fn(&Run) -> bool) {
        self.run = self.checkpoint(fits).clone();
        self.lines_anew = true;
    }

    fn checkpoint(&self, fits: impl Fn(&Run) -> bool) -> &Run {
        self.checkpoints.iter().rev().find(|run| fits(run)).unwrap_or(&self.checkpoints[0])
    }

    fn step(&mut self) {
        let limit = self.run.sim.now() + STEP_MAX;
        while let Some(line) = self.next(limit) {
            if line.is_some() {
                self.end = self.end.max(self.run.sim.now());
                return;
            }
        }
        self.run_to(limit);
    }

    fn back(&mut self) {
        let now = self.run.sim.happened();
        match self.lines.iter().rev().find(|line| line.happened < now) {
            Some(line) => self.seek_line(line.happened),
            None => self.go_back(|_| false),
        }
    }

    /// To the next key event; if none comes, far ahead.
    fn next_key(&mut self) {
        let limit = self.run.sim.now() + KEY_MAX;
        while let Some(line) = self.next(limit) {
            if line.is_some_and(|line| line.key) {
                self.end = self.end.max(self.run.sim.now());
                return;
            }
        }
        self.run_to(limit);
    }

    fn previous_key(&mut self) {
        let now = self.run.sim.happened();
        match self.lines.iter().rev().find(|line| line.key && line.happened < now) {
            Some(line) => self.seek_line(line.happened),
            None => self.go_back(|_| false),
        }
    }

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
    fn track(&self) -> Track {
        let replaced = self.undo.last().filter(|past| past.end > past.at).map(|past| Branch {
            from: past.at,
            end: past.end,
            marks: frame::thinned(&past.marks, past.end),
        });
        Track { run: frame::thinned(&self.marks, self.end), replaced, parts: self.parts() }
    }

    fn undo(&mut self) {
        if let Some(past) = self.undo.pop() {
            let present = self.present();
            self.restore(past);
            self.redo.push(present);
        }
    }

    fn redo(&mut self) {
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
    fn replace(&mut self, commands: Vec<Timed>) {
        let same = self.commands.iter().zip(&commands).take_while(|(one, other)| one == other).count();
        let parted = [&self.commands, &commands].into_iter().filter_map(|commands| commands.get(same));
        let parting = parted.map(|timed| timed.at).min().unwrap_or(self.run.sim.now());
        let mut place = 0;
        self.checkpoints.retain(|checkpoint| {
            place += 1;
            place == 1 || checkpoint.sim.now() < parting
        });
        self.lines.retain(|line| line.at < parting);
        self.marks.retain(|mark| mark.at < parting);
        self.commands = commands;
        self.go_back(|_| true);
    }

    /// Does a command at the present moment, rounded up to a whole millisecond, before everything that the world does at it.
    ///
    /// If the world has done something at that very millisecond already, the command goes in before it, as it will when the run is
    /// replayed; only when that is impossible (the message to be dropped was sent just then) it comes a millisecond later.
    fn act(&mut self, command: Command) -> Result<(), Refusal> {
        if self.run.commands_done >= COMMANDS_MAX {
            return Err(Refusal::TooMany);
        }
        let at = self.run.sim.now().round_up_to_ms();
        if self.run.sim.last_event() != Some(at) {
            return self.act_at(self.run.clone(), at, command);
        }
        let before = self.checkpoint(|run| run.sim.now() < at).clone();
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
        let mut place = 0;
        self.checkpoints.retain(|checkpoint| {
            place += 1;
            // One at the moment of the new command or later has not seen it.
            place == 1 || (checkpoint.sim.happened() <= base && checkpoint.sim.now() < run.sim.now())
        });
        self.lines.retain(|line| line.happened <= base);
        self.marks.retain(|mark| mark.happened <= base);
        told.into_iter().for_each(|told| self.keep(told));
        self.end = run.sim.now();
        self.run = run;
    }
}
