//! The page in somebody's frame: hears what the host says, answers, tells what happens, and gives the keyboard back.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::{Deserializer, Serializer};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent, Window};

use super::playhead::Playhead;
use super::start_script;
use super::state::Store;
use crate::command::Refusal;
use crate::host::incoming::{self, Bad, Slide, Theme, Wish};
use crate::host::outgoing::{Error, Event, Facts, Goal, Ready, State};
use crate::lesson::LessonId;
use crate::wire::{Done, ToWorker, VERSION};

/// One conversation with the host.
struct Host {
    parent: Window,
    store: Store,
    playhead: Rc<Playhead>,
    /// The host is a slide deck: the address says so, or it has sent a deck's signal.
    slides: Cell<bool>,
}

/// Begins to listen and to tell; the page is ready when this is called.
pub fn connect(store: Store, playhead: Rc<Playhead>, parent: Window) {
    let slides = store.settings.with_value(|settings| settings.slides);
    let host = Rc::new(Host { parent, store, playhead, slides: Cell::new(slides == Some(true)) });
    host.tell_events();
    host.tell_goal();
    host.give_the_keyboard_back();
    host.post(&Ready::new(VERSION));
    let listening = Rc::clone(&host);
    let hear = Closure::new(move |message| listening.hear(&message));
    start_script::listen(&hear);
    hear.forget();
}

impl Host {
    fn hear(self: &Rc<Self>, message: &JsValue) {
        match message.as_string() {
            Some(text) => self.hear_signal(&text),
            None if message.is_object() => self.hear_object(message),
            None => {}
        }
    }

    fn hear_signal(&self, text: &str) {
        let Some(signal) = Slide::of(text) else { return };
        let told = self.store.settings.with_value(|settings| settings.slides);
        self.slides.set(told.unwrap_or(true));
        match signal {
            Slide::Start => self.playhead.play(),
            Slide::Stop => self.playhead.pause(),
        }
    }

    /// What cannot be written as JSON is nobody's command.
    fn hear_object(self: &Rc<Self>, message: &JsValue) {
        let Some(json) = js_sys::JSON::stringify(message).ok().and_then(|json| json.as_string()) else {
            return;
        };
        if let Err(bad) = incoming::admit(&json) {
            let ours = js_sys::Reflect::get(message, &"playground".into()).is_ok_and(|mark| mark == 1);
            return if ours {
                self.refuse(None, bad)
            };
        }
        // Read back from its text, the message is plain data, whatever it was before.
        let Ok(plain) = js_sys::JSON::parse(&json) else { return };
        if incoming::is_ours(Deserializer::from(plain.clone())) {
            self.obey(&plain);
        }
    }

    fn obey(self: &Rc<Self>, message: &JsValue) {
        let reference = incoming::reference(Deserializer::from(message.clone()));
        match incoming::wish(|| Deserializer::from(message.clone())) {
            Ok(wish) => self.grant(reference, wish),
            Err(bad) => self.refuse(reference, bad),
        }
    }

    fn grant(self: &Rc<Self>, reference: Option<String>, wish: Wish) {
        let request = match wish {
            Wish::Play => self.at_once(|| self.playhead.play()),
            Wish::Pause => self.at_once(|| self.playhead.pause()),
            Wish::Speed { value } => self.at_once(|| self.playhead.set_speed(value)),
            Wish::Theme { value } => self.at_once(|| set_theme(value)),
            Wish::State => ToWorker::Tell,
            Wish::Step => self.standing(ToWorker::Step),
            Wish::Back => self.standing(ToWorker::Back),
            Wish::Seek { at } => ToWorker::Seek { at },
            Wish::Act(command) => ToWorker::Do(command),
            Wish::Reset => return self.start_over(reference),
            Wish::Load { lesson, share } => return self.load(reference, lesson, share),
        };
        let host = Rc::clone(self);
        self.playhead.ask(request, move |done| host.answer(reference, done));
    }

    /// What concerns the page only is done; the answer is the state all the same.
    fn at_once(&self, act: impl FnOnce()) -> ToWorker {
        act();
        ToWorker::Tell
    }

    fn standing(&self, request: ToWorker) -> ToWorker {
        self.playhead.pause();
        request
    }

    fn start_over(self: &Rc<Self>, reference: Option<String>) {
        let host = Rc::clone(self);
        self.playhead.load(move |done| host.answer(reference, done));
    }

    fn load(self: &Rc<Self>, reference: Option<String>, lesson: Option<LessonId>, share: Option<String>) {
        let host = Rc::clone(self);
        self.playhead.pause();
        match share {
            None if lesson.is_none() => {
                let text = "a lesson or a share string is needed".to_string();
                self.refuse(reference, Bad { code: Refusal::BadMessage, text });
            }
            None => {
                self.store.settings.update_value(|settings| settings.lesson = lesson);
                self.playhead.swap(lesson, move |done| host.answer(reference, done));
            }
            Some(share) => self.playhead.open_instead(share, move |opened| match opened {
                Ok((lesson, done)) => {
                    host.store.settings.update_value(|settings| settings.lesson = lesson);
                    host.answer(reference, done);
                }
                Err(why) => host.refuse(reference, Bad { code: Refusal::BadMessage, text: why }),
            }),
        }
    }

    fn answer(&self, reference: Option<String>, done: &Done) {
        match done.refused {
            None => self.tell_state(reference, done),
            Some(refusal) => {
                let text = self.store.text(&format!("refusal.{}", refusal.code()));
                self.post(&Error::new(reference, refusal, text));
            }
        }
    }

    fn tell_state(&self, reference: Option<String>, done: &Done) {
        let settings = self.store.settings.get_value();
        let facts = Facts {
            version: VERSION,
            engine: self.playhead.engine(),
            lang: &settings.lang,
            lesson: settings.lesson.map(|lesson| lesson.name()),
            playing: self.store.playing.get_untracked(),
            speed: self.store.speed.get_untracked(),
            hash: &done.hash,
        };
        let state = self.store.words.with_value(|words| State::new(reference, facts, &done.frame, words));
        self.post(&state);
    }

    fn refuse(&self, reference: Option<String>, bad: Bad) {
        self.post(&Error::new(reference, bad.code, bad.text));
    }

    fn tell_events(self: &Rc<Self>) {
        let host = Rc::clone(self);
        self.playhead.on_lines(move |lines| {
            for line in lines {
                host.post(&host.store.words.with_value(|words| Event::new(line, words)));
            }
        });
    }

    /// Once a run, when the challenge of the lesson is done.
    fn tell_goal(self: &Rc<Self>) {
        let host = Rc::clone(self);
        let store = self.store;
        let done = Memo::new(move |_| store.frame.with(|frame| frame.as_ref().and_then(|frame| frame.goal)));
        Effect::new(move |_| {
            let lesson = store.settings.with_value(|settings| settings.lesson);
            if let (Some(done), Some(lesson)) = (done.get(), lesson) {
                host.post(&Goal::new(lesson, done));
            }
        });
    }

    /// Any host may embed the page, so what it says is for anyone.
    fn post(&self, message: &impl Serialize) {
        let value = message.serialize(&Serializer::json_compatible()).expect("messages are plain values");
        // A host that has gone away hears nothing.
        let _ = self.parent.post_message(&value, "*");
    }

    fn give_the_keyboard_back(self: &Rc<Self>) {
        let host = Rc::clone(self);
        let clicked = move |event: PointerEvent| {
            if host.slides.get() && is_pointers(&event) && !needs_keys(&event) {
                host.let_go();
            }
        };
        window_event_listener_untyped("click", move |event| clicked(event.unchecked_into()));
        let host = Rc::clone(self);
        window_event_listener(leptos::ev::keydown, move |event| host.key(&event));
    }

    fn key(&self, event: &KeyboardEvent) {
        match event.key().as_str() {
            "Escape" if !event.default_prevented() => self.let_go(),
            "PageDown" if self.slides.get() => self.turn("next"),
            "PageUp" if self.slides.get() => self.turn("prev"),
            _ => {}
        }
    }

    /// The clicker of a lecturer speaks to the frame that has the focus; reveal.js takes its keys from a message.
    fn turn(&self, method: &str) {
        let message = format!(r#"{{"method":"{method}"}}"#);
        let _ = self.parent.post_message(&message.into(), "*");
    }

    fn let_go(&self) {
        let focused = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = focused {
            let _ = element.blur();
        }
        let _ = self.parent.focus();
    }
}

/// A click of a mouse, pen or finger; keys and screen readers make clicks too.
fn is_pointers(event: &PointerEvent) -> bool {
    event.detail() > 0 && !event.pointer_type().is_empty()
}

/// Choices and open menus go on to be used with the keyboard, or close when they lose the focus.
fn needs_keys(event: &PointerEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_choice =
        target.is_some_and(|element| element.closest("select, input").is_ok_and(|found| found.is_some()));
    in_choice || document().query_selector("[role=menu]").is_ok_and(|menu| menu.is_some())
}

fn set_theme(theme: Theme) {
    let Some(html) = document().document_element() else { return };
    let set = match theme {
        Theme::Auto => html.remove_attribute("data-theme"),
        chosen => html.set_attribute("data-theme", chosen.name()),
    };
    set.expect("the name of the attribute is a good one");
}
