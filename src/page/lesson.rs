//! The flow of a lesson: guess, watch, why, challenge, play, recap. The text is what the static page brought; here its buttons are heard,
//! one phase is shown at a time, and what the visitor has guessed and done is kept in the browser until it is to be forgotten.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, FocusOptions, HtmlDetailsElement, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage,
};

use super::settings::window_is;
use super::stage::SMALL;
use super::state::{Click, Store};
use super::{guided_run, lesson_code};
use crate::frame::{GoalDone, Guide};
use crate::host::address::speed;
use crate::scene::caption;
use crate::words::plain;

/// The phases, as the static page names them.
const PHASES: [&str; 6] = ["predict", "watch", "why", "challenge", "play", "recap"];

/// A lesson on this page.
#[derive(Clone, Copy)]
struct Lesson {
    store: Store,
    section: StoredValue<Element, LocalStorage>,
    name: StoredValue<String>,
    phase: RwSignal<String>,
    guess: RwSignal<Option<String>>,
    /// The guided run that was begun last, by its number.
    part: RwSignal<u8>,
    /// The visitor has asked for the guided run.
    asked: RwSignal<bool>,
    /// And it is there.
    began: RwSignal<bool>,
}

/// Brings the lesson of this page to life, if it is one.
pub fn attach(store: Store) {
    let name = store.settings.with_value(|settings| settings.lesson);
    let section = document().get_element_by_id("lesson");
    let (Some(name), Some(section)) = (name, section) else { return };
    let lesson = Lesson {
        store,
        section: StoredValue::new_local(section),
        name: StoredValue::new(name.to_string()),
        phase: RwSignal::new(PHASES[0].to_string()),
        guess: RwSignal::new(None),
        part: RwSignal::new(0),
        asked: RwSignal::new(false),
        began: RwSignal::new(false),
    };
    lesson.remember();
    lesson.hear();
    lesson.show();
}

impl Lesson {
    /// What was guessed and reached when the visitor was here before.
    fn remember(self) {
        self.guess.set(self.kept("guess"));
        if let Some((part, _)) = guided_run() {
            self.asked.set(true);
            self.part.set(part);
            self.phase.set("watch".to_string());
        } else if !asks(self.store) {
            self.phase.set("watch".to_string());
        } else if let Some(phase) = self.kept("phase").filter(|phase| PHASES.contains(&phase.as_str())) {
            // A guided run is gone, and begins where one asks for it.
            if phase != "watch" {
                self.phase.set(phase);
            }
        }
    }

    /// Clicks, guesses, and opened sources.
    fn hear(self) {
        self.on("click", move |target| {
            if let Some(link) = closest(&target, "[data-to]") {
                // From the end of a phase the next one begins far above.
                let from_end = closest(&target, ".onward").is_some() || is_phone();
                self.go_to(&link.get_attribute("data-to").unwrap_or_default(), from_end);
                return true;
            }
            if let Some(button) = closest(&target, "[data-do]") {
                self.act(&button);
            }
            false
        });
        self.on("change", move |target| {
            let chosen = target.dyn_into::<HtmlInputElement>().ok().filter(|input| input.name() == "predict");
            if let Some(input) = chosen {
                self.keep("guess", Some(&input.value()));
                self.guess.set(Some(input.value()));
            }
            false
        });
        for details in self.all("details[data-source]") {
            let store = self.store;
            let opened = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                let details = event.target().and_then(|target| target.dyn_into::<HtmlDetailsElement>().ok());
                if let Some(details) = details.filter(HtmlDetailsElement::open) {
                    lesson_code::show(store, details.into());
                }
            });
            let heard = details.add_event_listener_with_callback("toggle", opened.as_ref().unchecked_ref());
            heard.expect("elements have listeners");
            opened.forget();
        }
    }

    fn on(self, kind: &str, act: impl Fn(Element) -> bool + 'static) {
        let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target.is_some_and(&act) {
                event.prevent_default();
            }
        });
        let added = self.section.with_value(|section| {
            section.add_event_listener_with_callback(kind, heard.as_ref().unchecked_ref())
        });
        added.expect("elements have listeners");
        heard.forget();
    }

    fn act(self, button: &Element) {
        if button.get_attribute("aria-disabled").is_some() {
            return;
        }
        match button.get_attribute("data-do").unwrap_or_default().as_str() {
            "start" | "skip" => self.guide_through(0),
            "part" => self.guide_through(part_of(button)),
            "again" => self.guide_through(self.part.get_untracked()),
            "continue" => self.go_on(),
            "beside" => self.beside(button),
            "challenge" => self.begin_challenge(),
            "forget" => self.forget(),
            _ => (),
        }
    }

    /// A guided run from its beginning.
    fn guide_through(self, part: u8) {
        self.watch(part, Click::Guide(part));
    }

    fn watch(self, part: u8, click: Click) {
        self.asked.set(true);
        self.part.set(part);
        self.go_to("watch", true);
        self.pace(part, 1);
        self.store.click(click);
    }

    /// On from a pause; behind the last one to the next part, if there is one, and then to the reasons.
    fn go_on(self) {
        match self.guide() {
            _ if !self.began.get_untracked() => self.guide_through(0),
            Some(guide) if guide.reached < guide.of => {
                self.pace(guide.part, guide.reached + 1);
                self.store.click(Click::Play);
            }
            Some(guide) if self.chunk(guide.part + 1, 1).is_some() => self.guide_through(guide.part + 1),
            _ => self.go_to("why", true),
        }
    }

    fn chunk(self, part: u8, number: u8) -> Option<Element> {
        self.all(&format!("[data-part=\"{part}\"][data-chunk=\"{number}\"]")).pop()
    }

    /// As fast as the lesson wants it up to that pause.
    fn pace(self, part: u8, number: u8) {
        let found = self.chunk(part, number);
        let pace = found.and_then(|chunk| chunk.get_attribute("data-pace")).and_then(|pace| speed(&pace));
        if let Some(pace) = pace {
            self.store.click(Click::Speed(pace));
        }
    }

    fn begin_challenge(self) {
        self.store.click(Click::Free);
        if let Some(stage) = document().get_element_by_id("stage").filter(|_| is_phone()) {
            stage.scroll_into_view();
        }
    }

    fn beside(self, button: &Element) {
        let rule = button.get_attribute("data-rule").unwrap_or_default();
        let Some((pattern, value)) = rule.split_once(':') else { return };
        let harm = self.all(&format!(".worlds [data-rule=\"{rule}\"]")).pop();
        let harm =
            harm.and_then(|button| button.previous_element_sibling()).and_then(|text| text.text_content());
        self.store.twin_harm.set(harm.unwrap_or_default());
        let part = part_of(button);
        self.watch(part, Click::Beside(part, (pattern.to_string(), value.to_string())));
    }

    fn forget(self) {
        self.keep("guess", None);
        self.keep("phase", None);
        self.guess.set(None);
        self.asked.set(false);
        self.began.set(false);
        for input in self.all("input[name=predict]") {
            input.unchecked_into::<HtmlInputElement>().set_checked(false);
        }
        self.go_to(PHASES[0], true);
        self.store.click(Click::Free);
    }

    /// To a phase; `by_button`: the button that led there is gone, so the focus goes along.
    fn go_to(self, phase: &str, by_button: bool) {
        self.phase.set(phase.to_string());
        self.keep("phase", Some(phase));
        if by_button && let Some(place) = self.all(&format!(".phase[data-phase=\"{phase}\"] h2")).pop() {
            let place: HtmlElement = place.unchecked_into();
            place.set_tab_index(-1);
            leptos::task::spawn_local(async move {
                leptos::task::tick().await;
                let still = FocusOptions::new();
                still.set_prevent_scroll(true);
                let _ = place.focus_with_options(&still);
                match stage_instead(&place) {
                    Some(stage) => stage.scroll_into_view(),
                    None if is_phone() => place.scroll_into_view(),
                    None => place.scroll_into_view_with_scroll_into_view_options(&nearest()),
                }
            });
        }
    }

    /// Writes into the page what changes.
    fn show(self) {
        Effect::new(move |_| self.show_phase(&self.phase.get()));
        Effect::new(move |_| self.show_guess(self.guess.get().as_deref()));
        let guide = Memo::new(move |_| self.guide_tracked());
        // Not before: a run that is on its way is not one that the visitor has left.
        Effect::new(move |_| self.began.update(|began| *began |= guide.get().is_some() && self.asked.get()));
        Effect::new(move |_| self.show_chunks(guide.get(), self.began.get()));
        Effect::new(move |_| self.show_continue(guide.get(), self.store.playing.get()));
        let goal =
            Memo::new(move |_| self.store.frame.with(|frame| frame.as_ref().and_then(|frame| frame.goal)));
        Effect::new(move |_| self.show_goal(goal.get()));
    }

    fn show_phase(self, phase: &str) {
        self.section.with_value(|section| set(section, "data-phase", Some(phase)));
        for link in self.all("[data-to]") {
            let here = link.get_attribute("data-to").as_deref() == Some(phase);
            set(&link, "aria-current", here.then_some("step"));
        }
    }

    fn show_guess(self, guess: Option<&str>) {
        for input in self.all("input[name=predict]") {
            let input: HtmlInputElement = input.unchecked_into();
            input.set_checked(guess == Some(input.value().as_str()));
        }
        for answer in self.all("[data-answer]") {
            let mine = guess.is_some() && answer.get_attribute("data-answer").as_deref() == guess;
            set(&answer, "data-mine", mine.then_some(""));
            if let Ok(Some(label)) = answer.query_selector(".guess") {
                set(&label, "hidden", (!mine).then_some(""));
            }
        }
        // The question comes before the run.
        for button in self.all("[data-do=start]") {
            set(&button, "aria-disabled", guess.is_none().then_some("true"));
        }
    }

    fn show_chunks(self, guide: Option<Guide>, began: bool) {
        let reached = guide.map_or((0, 0), |guide| (guide.part, guide.reached));
        for chunk in self.all("[data-chunk]") {
            let state = match (part_of(&chunk), number(&chunk, "data-chunk")) {
                _ if guide.is_none() && began => "past",
                here if here == reached => "now",
                here if here < reached => "past",
                _ => "to-come",
            };
            set(&chunk, "data-state", Some(state));
        }
        for note in self.all(".left") {
            set(&note, "hidden", (!began || guide.is_some()).then_some(""));
        }
        self.keep_in_sight();
    }

    /// A long piece of text ends below the buttons, which stay where they are: where the text scrolls by itself, it scrolls that far.
    fn keep_in_sight(self) {
        let (Some(now), Some(next)) = (self.all("[data-state=now]").pop(), self.all(".next").pop()) else {
            return;
        };
        let hidden = now.get_bounding_client_rect().bottom() - next.get_bounding_client_rect().top();
        if hidden > 0.0 {
            self.section
                .with_value(|section| section.set_scroll_top(section.scroll_top() + hidden.ceil() as i32));
        }
    }

    fn show_continue(self, guide: Option<Guide>, playing: bool) {
        let runs = guide.is_some() && playing;
        // What was said of the pause before is not what is seen now.
        self.section.with_value(|section| set(section, "data-runs", runs.then_some("")));
        for button in self.all("[data-do=continue]") {
            set(&button, "aria-disabled", runs.then_some("true"));
        }
    }

    fn show_goal(self, goal: Option<GoalDone>) {
        let text = goal.map(|goal| {
            let args = caption::args([("actions", plain(goal.actions)), ("par", plain(goal.par))]);
            self.store.fill("goal.done", &args)
        });
        for place in self.all(".done") {
            place.set_text_content(text.as_deref());
        }
    }

    fn guide(self) -> Option<Guide> {
        untrack(|| self.guide_tracked())
    }

    fn guide_tracked(self) -> Option<Guide> {
        self.store
            .frame
            .with(|frame| frame.as_ref().and_then(|frame| frame.guide))
            .map(|guide| Guide { pauses: false, ..guide })
    }

    fn all(self, selector: &str) -> Vec<Element> {
        let found = self.section.with_value(|section| section.query_selector_all(selector));
        let Ok(found) = found else { return Vec::new() };
        (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into().ok()).collect()
    }

    fn kept(self, what: &str) -> Option<String> {
        storage()?.get_item(&self.key(what)).ok().flatten()
    }

    /// A browser that keeps nothing forgets.
    fn keep(self, what: &str, value: Option<&str>) {
        let Some(storage) = storage() else { return };
        let key = self.key(what);
        let _ = match value {
            Some(value) => storage.set_item(&key, value),
            None => storage.remove_item(&key),
        };
    }

    fn key(self, what: &str) -> String {
        self.name.with_value(|name| format!("consensus-playground.{name}.{what}"))
    }
}

/// Which of the lesson's guided runs an element belongs to.
fn part_of(element: &Element) -> u8 {
    number(element, "data-part")
}

/// The number in an attribute; 0 if there is none.
fn number(element: &Element, attribute: &str) -> u8 {
    element.get_attribute(attribute).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Whether the page itself asks for a guess; a lecturer may want to ask aloud.
fn asks(store: Store) -> bool {
    store.settings.with_value(|settings| settings.predict)
}

/// On a phone the text of a guided run lies over the lower edge of the window: what must be brought into sight is the stage.
fn stage_instead(heading: &HtmlElement) -> Option<Element> {
    let watching = heading.closest("[data-phase=watch]").ok().flatten().is_some();
    (watching && is_phone()).then(|| document().get_element_by_id("stage")).flatten()
}

fn is_phone() -> bool {
    window_is(SMALL)
}

/// Only as far as needed.
fn nearest() -> ScrollIntoViewOptions {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn closest(target: &Element, selector: &str) -> Option<Element> {
    target.closest(selector).ok().flatten()
}

/// Sets an attribute, or takes it away; only when that changes something.
fn set(element: &Element, name: &str, value: Option<&str>) {
    if element.get_attribute(name).as_deref() == value {
        return;
    }
    let done = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
    done.expect("the name of the attribute is a good one");
}
