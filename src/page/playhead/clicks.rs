//! What a visitor clicks, carried out.

use std::rc::Rc;

use leptos::prelude::*;

use super::Playhead;
use crate::command::Command;
use crate::page::keep::{self, Kept};
use crate::page::share::Shared;
use crate::page::state::Click;
use crate::time::Time;
use crate::wire::{Start, ToWorker};

impl Playhead {
    pub(super) fn take_clicks(self: &Rc<Self>) {
        let playhead = StoredValue::new_local(Rc::clone(self));
        self.store.clicks.set_value(Some(Callback::new(move |click| playhead.get_value().click(click))));
    }

    fn click(self: &Rc<Self>, click: Click) {
        match click {
            Click::Play => self.play(),
            Click::Pause => self.pause(),
            Click::Step => self.move_to(ToWorker::Step),
            Click::Back => self.move_to(ToWorker::Back),
            Click::NextKey => self.move_to(ToWorker::NextKey),
            Click::PreviousKey => self.move_to(ToWorker::PreviousKey),
            Click::Undo => self.move_to(ToWorker::Undo),
            Click::Redo => self.move_to(ToWorker::Redo),
            Click::GoTo(happened) => self.move_to(ToWorker::SeekLine { happened }),
            Click::Seek(at) => self.drag(at),
            Click::Columns(first) => self.ask(ToWorker::Columns { first }, |_| ()),
            Click::Disk(of) => self.ask(ToWorker::Disk { of }, |_| ()),
            Click::Speed(speed) => self.set_speed(speed),
            Click::StartOver => self.load(|_| ()),
            Click::StartWithRule(pattern, value) => {
                self.start_with(|start| {
                    start.rules.retain(|(name, _)| *name != pattern);
                    start.rules.push((pattern, value));
                });
            }
            Click::Guide(part) => self.guide(part),
            Click::Free => self.free(),
            Click::Beside(part, rule) => {
                self.beside.replace(Some((part, rule)));
                self.guide(part);
            }
            Click::Alone => {
                self.beside.replace(None);
                self.ask(ToWorker::Compare { rule: None }, |_| ());
            }
            Click::StartWithServers(servers) => self.start_with(|start| start.servers = Some(servers)),
            Click::Share => self.offer(),
            Click::PreparePaper => self.prepare_paper(),
            Click::OpenFile(text) => self.open_file(text),
            Click::Do(command) => self.act(command),
        }
    }

    /// Makes ready what is printed, and keeps the run if this frame is to come back to it.
    fn prepare_paper(self: &Rc<Self>) {
        let (store, asked) = (self.store, self.newest.get());
        let playhead = Rc::clone(self);
        self.share(move |shared| {
            playhead.keep(&shared);
            if playhead.newest.get() == asked && !store.playing.get_untracked() {
                store.paper.set(Some(shared));
            }
        });
    }

    fn keep(&self, shared: &Shared) {
        if let Some(run) = shared.file.clone() {
            let kept = Kept { run, speed: self.store.speed.get_untracked() };
            self.store.settings.with_value(|settings| keep::write(settings, &kept));
        }
    }

    /// A deck may unload the frame without a word, so that a run is kept on its way, too.
    pub(super) fn keep_on_the_way(self: &Rc<Self>) {
        if self.store.settings.with_value(|settings| settings.id.is_some()) {
            let playhead = Rc::clone(self);
            self.share(move |shared| playhead.keep(&shared));
        }
    }

    /// Shows what there is to share of this moment; time stands meanwhile.
    fn offer(self: &Rc<Self>) {
        self.pause();
        let store = self.store;
        self.share(move |shared| store.shared.set(Some(shared)));
    }

    /// A run of the lesson's own, under the right rules.
    fn guide(self: &Rc<Self>, part: u8) {
        self.beside.borrow_mut().take_if(|(of, _)| *of != part);
        self.start_anew(Some(part));
        let playhead = Rc::clone(self);
        self.load(move |_| playhead.play());
    }

    /// A run of the visitor's own in the world of the lesson.
    fn free(self: &Rc<Self>) {
        self.pause();
        self.beside.replace(None);
        self.start_anew(None);
        self.load(|_| ());
    }

    fn start_anew(&self, guided: Option<u8>) {
        let mut start = self.start.borrow_mut();
        start.guided = guided;
        start.rules.clear();
        start.at = Time::ZERO;
        self.store.chosen.set(None);
    }

    /// A new run, with something else from its start. The rules that are in force now stay.
    fn start_with(self: &Rc<Self>, change: impl FnOnce(&mut Start)) {
        let in_force =
            self.store.frame.with_untracked(|frame| frame.as_ref().map(|frame| frame.rules.clone()));
        let mut start = self.start.borrow_mut();
        start.guided = None;
        start.rules = in_force.into_iter().flatten().collect();
        start.at = Time::ZERO;
        change(&mut start);
        drop(start);
        self.store.chosen.set(None);
        self.load(|_| ());
    }

    fn move_to(self: &Rc<Self>, request: ToWorker) {
        self.pause();
        self.ask(request, |_| ());
    }

    fn act(self: &Rc<Self>, command: Command) {
        let store = self.store;
        self.ask(ToWorker::Do(command), move |done| {
            let why = done.refused.map(|refusal| store.text(&format!("refusal.{}", refusal.code())));
            store.notice.set(why);
            store.acted.update(|acted| *acted += 1);
        });
    }

    /// A slider moves faster than a long run can be replayed: only its last place counts.
    fn drag(self: &Rc<Self>, at: Time) {
        self.dragged.set(Some(at));
        if self.dragging.get() {
            return;
        }
        let Some(at) = self.dragged.take() else { return };
        self.dragging.set(true);
        let playhead = Rc::clone(self);
        self.ask(ToWorker::Seek { at }, move |_| {
            playhead.dragging.set(false);
            if let Some(next) = playhead.dragged.take() {
                playhead.drag(next);
            }
        });
    }
}
