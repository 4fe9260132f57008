//! The page's clock. On each animation frame it asks the worker to go on, and lets the stage draw the moment that is known;
//! when the page stands still or cannot be seen there is no animation frame and no message. It carries out clicks.

mod clicks;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::frame::{Frame, Line};
use crate::lesson::LessonId;
use crate::page::demo::Demo;
use crate::page::keep::Kept;
use crate::page::link::Link;
use crate::page::pace::{self, Pace};
use crate::page::share::Shared;
use crate::page::state::Store;
use crate::time::Time;
use crate::wire::{Done, FromWorker, Start, ToWorker};

/// How many lines of the event list the page keeps.
const LINES_MAX: usize = 1_000;

/// While time runs, the slider's picture of the run is brought up to date so often, in milliseconds of real time.
const MARKS_MS: f64 = 500.0;

/// While nothing else changes, the time on screen is brought up to date so often, in milliseconds of real time.
const CLOCK_SHOWN_MS: f64 = 100.0;

type OnLines = Box<dyn Fn(&[Line])>;
type OnFrame = Closure<dyn FnMut(f64)>;

/// What drives the page.
pub struct Playhead {
    store: Store,
    link: Rc<Link>,
    /// What this run started from.
    start: RefCell<Start>,
    /// Up to where the world is known.
    newest: Cell<Time>,
    /// Where the page is, or wants to be as soon as the world is known that far.
    clock: Cell<Time>,
    /// How many things had happened in the newest frame.
    happened: Cell<u64>,
    pace: RefCell<Pace>,
    visible: Cell<bool>,
    on_frame: RefCell<Option<OnFrame>>,
    requested: Cell<Option<i32>>,
    shown_ms: Cell<f64>,
    /// How many things had happened, and when that was in real time, when the marks were asked for last.
    marks_of: Cell<u64>,
    marks_ms: Cell<f64>,
    /// The rule of the world that is looked at beside this one, and the part of the lesson's run to which that belongs.
    beside: RefCell<Option<(u8, (String, String))>>,
    /// Where a dragged slider wants to go; further moves wait until the last one is answered.
    dragged: Cell<Option<Time>>,
    dragging: Cell<bool>,
    on_lines: RefCell<Option<OnLines>>,
}

impl Playhead {
    /// A playhead at rest, before its first [`Playhead::load`].
    pub fn new(store: Store, link: Rc<Link>, start: Start) -> Rc<Playhead> {
        let playhead = Rc::new(Playhead {
            store,
            link,
            start: RefCell::new(start),
            newest: Cell::default(),
            clock: Cell::default(),
            happened: Cell::default(),
            pace: RefCell::default(),
            visible: Cell::new(true),
            on_frame: RefCell::default(),
            requested: Cell::default(),
            shown_ms: Cell::default(),
            marks_of: Cell::default(),
            marks_ms: Cell::default(),
            beside: RefCell::default(),
            dragged: Cell::default(),
            dragging: Cell::default(),
            on_lines: RefCell::default(),
        });
        playhead.take_clicks();
        playhead.prepare_frames();
        playhead
    }

    /// A new run with the same start; `then` hears when its first frame is there.
    pub fn load(self: &Rc<Self>, then: impl FnOnce(&Done) + 'static) {
        self.store.demo.set(None);
        let start = self.start.borrow().clone();
        let rule = self.beside.borrow().as_ref().map(|(_, rule)| rule.clone());
        let Some(rule) = rule else { return self.ask(ToWorker::Load(start), then) };
        let playhead = Rc::clone(self);
        self.ask(ToWorker::Load(start), move |_| playhead.ask(ToWorker::Compare { rule: Some(rule) }, then));
    }

    /// The run that a link carries; one that cannot be read says why, and `then` hears of it all the same once a run is there.
    pub fn open(self: &Rc<Self>, share: String, then: impl FnOnce(&Done) + 'static) {
        let playhead = Rc::clone(self);
        self.store.demo.set(Demo::of(&share));
        self.take_over(&ToWorker::Open { share }, then, move |then| playhead.load(then));
    }

    /// The run that this frame had when it was unloaded; the page's own when it cannot be read.
    pub fn come_back(self: &Rc<Self>, kept: Kept, then: impl FnOnce(&Done) + 'static) {
        self.set_speed(kept.speed);
        let playhead = Rc::clone(self);
        self.take_over(&ToWorker::OpenFile { text: kept.run }, then, move |then| playhead.load(then));
    }

    /// The run that was saved as a file; the one there is goes on when it cannot be read.
    fn open_file(self: &Rc<Self>, text: Option<String>) {
        self.store.shared.set(None);
        self.pause();
        let store = self.store;
        match text {
            Some(text) => self.take_over(&ToWorker::OpenFile { text }, move |_| store.demo.set(None), |_| ()),
            None => self.say("share.no-file"),
        }
    }

    /// The run that a host wants shown; when it cannot be read nothing changes, and `then` hears why.
    pub fn open_instead(
        self: &Rc<Self>,
        share: String,
        then: impl FnOnce(Result<(Option<LessonId>, &Done), String>) + 'static,
    ) {
        let playhead = Rc::clone(self);
        self.link.ask(&ToWorker::Open { share }, move |answer| match answer {
            FromWorker::Opened { start, done, .. } => {
                let lesson = start.lesson;
                playhead.store.demo.set(None);
                playhead.start.replace(start);
                playhead.arrive(&done, true);
                playhead.ask_for_marks();
                then(Ok((lesson, &done)));
            }
            FromWorker::Unreadable { reason } => then(Err(playhead.store.text(&format!("share.{reason}")))),
            _ => panic!("Open is answered by Opened or Unreadable"),
        });
    }

    /// Another lesson, or the sandbox's world, in the place of this one.
    pub fn swap(self: &Rc<Self>, lesson: Option<LessonId>, then: impl FnOnce(&Done) + 'static) {
        let seed = lesson.map_or_else(|| self.start.borrow().seed, LessonId::seed);
        self.start.replace(Start { lesson, seed, ..Start::default() });
        self.load(then);
    }

    /// Asks for a run from elsewhere; `otherwise` goes on when it cannot be read.
    fn take_over<T: FnOnce(&Done) + 'static>(
        self: &Rc<Self>,
        request: &ToWorker,
        then: T,
        otherwise: impl FnOnce(T) + 'static,
    ) {
        let playhead = Rc::clone(self);
        let is_file = matches!(request, ToWorker::OpenFile { .. });
        self.link.ask(request, move |answer| match answer {
            FromWorker::Opened { start, engine, done } => {
                playhead.start.replace(start);
                playhead.arrive(&done, true);
                playhead.ask_for_marks();
                if engine != playhead.link.engine() {
                    playhead.say("share.other-engine");
                }
                then(&done);
            }
            FromWorker::Unreadable { reason } => {
                let text = |key: &str| playhead.store.text(key);
                let told = match is_file {
                    true => text("share.no-file"),
                    false => format!("{} {}", text(&format!("share.{reason}")), text("share.fresh-run")),
                };
                playhead.store.notice.set(Some(told));
                otherwise(then);
            }
            _ => panic!("Open is answered by Opened or Unreadable"),
        });
    }

    /// Asks for what a link to this moment carries, and a file of it.
    pub fn share(&self, then: impl FnOnce(Shared) + 'static) {
        self.link.ask(&ToWorker::Share, move |answer| {
            let FromWorker::Shared { share, file } = answer else { panic!("Share is answered by Shared") };
            then(Shared { share, file });
        });
    }

    fn say(&self, key: &str) {
        self.store.notice.set(Some(self.store.text(key)));
    }

    /// Asks for something that is answered by `Done`, shows the world that comes with it and hands it on.
    pub fn ask(self: &Rc<Self>, request: ToWorker, then: impl FnOnce(&Done) + 'static) {
        let playhead = Rc::clone(self);
        let anew = matches!(request, ToWorker::Load(_));
        self.link.ask(&request, move |answer| {
            let FromWorker::Done(done) = answer else { panic!("this request is answered by Done") };
            playhead.arrive(&done, anew);
            playhead.ask_for_marks();
            then(&done);
        });
    }

    /// The slider's picture of the run, if something has happened since it was made.
    fn ask_for_marks(self: &Rc<Self>) {
        let happened = self.happened.get();
        if self.marks_of.replace(happened) == happened {
            return;
        }
        let playhead = Rc::clone(self);
        self.link.ask(&ToWorker::Marks, move |answer| {
            let FromWorker::Marks(marks) = answer else { panic!("Marks is answered by Marks") };
            if playhead.store.marks.with_untracked(|shown| *shown != marks) {
                playhead.store.marks.set(marks);
            }
        });
    }

    /// Lets time run while the page can be seen.
    pub fn play(self: &Rc<Self>) {
        self.store.playing.set(true);
        self.wake();
    }

    /// Lets time stand.
    pub fn pause(self: &Rc<Self>) {
        self.store.playing.set(false);
        self.rest();
    }

    /// Sets how many simulated seconds go by in a real one.
    pub fn set_speed(&self, speed: f64) {
        self.store.speed.set(speed);
    }

    /// The page came into sight or went out of it.
    pub fn set_visible(self: &Rc<Self>, visible: bool) {
        self.visible.set(visible);
        if visible { self.wake() } else { self.rest() }
    }

    /// Tells of new lines of the event list as they come.
    pub fn on_lines(&self, hear: impl Fn(&[Line]) + 'static) {
        self.on_lines.replace(Some(Box::new(hear)));
    }

    /// Draws the moment that is known.
    pub fn draw(&self) {
        draw(self.store, self.newest.get());
    }

    /// The version of the simulation.
    pub fn engine(&self) -> u32 {
        self.link.engine()
    }

    /// The world has jumped: the clock goes with it.
    fn arrive(self: &Rc<Self>, done: &Done, anew: bool) {
        // After an action or a jump even the same number of events may be another run.
        self.marks_of.set(u64::MAX);
        if anew {
            // What a run starts with has not happened before anybody's eyes.
            self.happened.set(done.frame.happened);
        }
        self.show(done.frame.clone());
        self.clock.set(self.newest.get());
    }

    fn show(self: &Rc<Self>, mut frame: Frame) {
        self.newest.set(frame.at);
        self.tell_lines(&frame);
        let twin = frame.other.take().map(|twin| *twin);
        if twin.is_some() || self.store.twin.with_untracked(Option::is_some) {
            self.store.twin.set(twin);
        }
        if frame.guide.is_some_and(|guide| guide.pauses) {
            self.pause();
        }
        self.store.lines.update(|lines| keep_lines(lines, &frame));
        self.store.frame.set(Some(frame));
        if self.requested.get().is_none() {
            self.draw_soon();
        }
    }

    /// Lines that were told before are not told again after going back.
    fn tell_lines(&self, frame: &Frame) {
        let known = self.happened.replace(frame.happened);
        if let Some(hear) = self.on_lines.borrow().as_ref() {
            let first = frame.lines.partition_point(|line| line.happened <= known);
            hear(&frame.lines[first..]);
        }
    }

    /// Draws once what stands still, when the stage has taken in the new frame. Before there is a stage, there is nothing to do.
    fn draw_soon(&self) {
        let (store, at) = (self.store, self.newest.get());
        if store.motion.with_value(Option::is_some) {
            leptos::task::spawn_local(async move {
                leptos::task::tick().await;
                draw(store, at);
            });
        }
    }

    fn prepare_frames(self: &Rc<Self>) {
        let playhead = Rc::clone(self);
        let on_frame = Closure::new(move |now_ms| playhead.on_animation_frame(now_ms));
        self.on_frame.replace(Some(on_frame));
    }

    fn runs(&self) -> bool {
        self.store.playing.get_untracked() && self.visible.get()
    }

    fn wake(&self) {
        if self.runs() && self.requested.get().is_none() {
            self.pace.borrow_mut().rest();
            self.clock.set(self.newest.get());
            self.request_frame();
        }
    }

    fn rest(self: &Rc<Self>) {
        if let Some(id) = self.requested.take() {
            self.ask_for_marks();
            // An id that has just been called is no longer known, which is as good.
            let _ = window().cancel_animation_frame(id);
            self.show_clock();
            self.draw_soon();
        }
    }

    fn request_frame(&self) {
        let on_frame = self.on_frame.borrow();
        let Some(on_frame) = on_frame.as_ref() else { return };
        let id = window().request_animation_frame(on_frame.as_ref().unchecked_ref());
        self.requested.set(id.ok());
    }

    fn on_animation_frame(self: &Rc<Self>, now_ms: f64) {
        self.requested.set(None);
        if !self.runs() {
            return;
        }
        self.request_frame();
        self.go_on(now_ms);
        draw(self.store, self.clock.get().min(self.newest.get()));
        if self.clock.get() > self.newest.get() && self.link.is_idle() {
            self.advance(self.clock.get(), now_ms);
            if now_ms - self.marks_ms.get() >= MARKS_MS {
                self.marks_ms.set(now_ms);
                self.ask_for_marks();
                self.keep_on_the_way();
            }
        }
    }

    /// The clock waits for a world that takes long to work out, so that it never has much to make up for.
    fn go_on(&self, now_ms: f64) {
        let speed = self.store.speed.get_untracked();
        let step_us = self.pace.borrow_mut().step_us(now_ms, speed);
        let furthest_us = self.newest.get().us() + pace::us(pace::STEP_MS_MAX, speed);
        let clock_us = (self.clock.get().us() + step_us).min(furthest_us);
        self.clock.set(Time::from_us(clock_us));
    }

    fn advance(self: &Rc<Self>, to: Time, now_ms: f64) {
        let playhead = Rc::clone(self);
        self.link.ask(&ToWorker::Advance { to }, move |answer| match answer {
            FromWorker::Frame(frame) => playhead.show(frame),
            FromWorker::Still { at } => playhead.stand(at, now_ms),
            _ => panic!("Advance is answered by Frame or Still"),
        });
    }

    fn stand(&self, at: Time, now_ms: f64) {
        self.newest.set(at);
        let due = now_ms - self.shown_ms.get() >= CLOCK_SHOWN_MS;
        if due || self.requested.get().is_none() {
            self.shown_ms.set(now_ms);
            self.show_clock();
        }
    }

    /// Nothing visible has changed but the time.
    fn show_clock(&self) {
        let at = self.newest.get();
        let behind = |frame: &Option<Frame>| frame.as_ref().is_some_and(|frame| frame.at < at);
        if self.store.frame.with_untracked(behind) {
            self.store.frame.update(|frame| {
                if let Some(frame) = frame {
                    frame.at = at;
                    frame.end = frame.end.max(at);
                }
            });
        }
    }
}

/// Lets the stages move what is in flight to where it is at that moment.
fn draw(store: Store, at: Time) {
    let twin = store.twin_motion.get_value().filter(|_| store.twin.with_untracked(Option::is_some));
    for stage in [store.motion.get_value(), twin].into_iter().flatten() {
        stage.run(at);
    }
}

fn keep_lines(lines: &mut Vec<Line>, frame: &Frame) {
    if frame.lines_anew {
        lines.clear();
    }
    lines.extend(frame.lines.iter().cloned());
    let surplus = lines.len().saturating_sub(LINES_MAX);
    lines.drain(..surplus);
}
