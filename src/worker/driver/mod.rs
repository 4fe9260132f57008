//! Answers the page's requests with the simulation. Knows nothing of browsers.
//!
//! A run is its start and its timed commands; everything else follows. Going back is the nearest checkpoint and forward again.
//! Acting in the past gives up the old future; undoing the action brings it back.

mod branches;
mod run;
mod travel;

use crate::command::{Refusal, Timed};
use crate::frame::{self, Frame, GoalDone, Line, Mark, Since};
use crate::lesson::{Lesson, Setup};
use crate::node::{Rules, ServerId};
use crate::share::{self, Shared, Unreadable};
use crate::sim::ENGINE;
use crate::time::{StoryClock, Time};
use crate::wire::{BUILD, Done, FromWorker, Start, ToWorker};

use super::guide::{Script, Stop};
use branches::Past;
use run::Run;

/// The most lines that are sent again after a jump in time.
const LINES_ANEW_MAX: usize = 80;

/// The most commands of one run.
const COMMANDS_MAX: usize = 2_000;

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
        let run = Run::begun(&setup, start);
        let marks = run.standing.marks(run.sim.happened());
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
            checkpoints: Vec::new(),
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
}
