//! The keys of the stage and its controls. They are heard only while the focus is in one of the two.

use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement, KeyboardEvent, SvgElement};
use wasm_bindgen::JsCast;

use super::actions;
use crate::frame::{Frame, ServerId};
use crate::host::address::SPEEDS;
use crate::page::stage::toggle_full_screen;
use crate::page::state::{Click, Store};
use crate::scene::spot;
use crate::time::Time;

/// Carries out what a key means, unless the element with the focus needs it for itself.
pub fn on_key(store: Store, event: &KeyboardEvent) {
    if event.default_prevented() || is_taken(event) {
        return;
    }
    let command = event.ctrl_key() || event.meta_key();
    let act = match (command, event.alt_key(), event.shift_key()) {
        (true, false, shift) => with_command(store, &event.key(), shift),
        (false, false, true) => with_shift(store, &event.key()).or_else(|| meaning(store, &event.key())),
        (false, false, false) => meaning(store, &event.key()),
        _ => None,
    };
    if let Some(act) = act {
        event.prevent_default();
        act();
    }
}

/// Fields take every key; buttons take those that press them.
fn is_taken(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    match target.map(|element| element.tag_name().to_ascii_lowercase()).as_deref() {
        Some("input" | "select") => true,
        Some("button") => matches!(event.key().as_str(), " " | "Enter"),
        _ => false,
    }
}

/// What a key is to do.
type Act = Option<Box<dyn Fn()>>;

fn clicking(store: Store, click: Click) -> Act {
    Some(Box::new(move || store.click(click.clone())))
}

fn with_command(store: Store, key: &str, shift: bool) -> Act {
    match (key, shift) {
        ("z", false) => clicking(store, Click::Undo),
        ("z" | "Z", true) => clicking(store, Click::Redo),
        _ => None,
    }
}

fn with_shift(store: Store, key: &str) -> Act {
    match key {
        "ArrowRight" => clicking(store, Click::NextKey),
        "ArrowLeft" => clicking(store, Click::PreviousKey),
        _ => None,
    }
}

fn meaning(store: Store, key: &str) -> Act {
    let click = move |click: Click| clicking(store, click);
    match key {
        " " => click(toggled(store)),
        "ArrowRight" => click(Click::Step),
        "ArrowLeft" => click(Click::Back),
        "Home" => click(Click::Seek(Time::ZERO)),
        "End" => Some(Box::new(move || go_to_end(store))),
        "+" | "=" => click(Click::Speed(next_speed(store.speed.get_untracked(), true))),
        "-" => click(Click::Speed(next_speed(store.speed.get_untracked(), false))),
        letter if letter.len() == 1 && letter.chars().all(|c| c.is_ascii_alphabetic()) => {
            store.letters.get_untracked().then(|| letter_key(store, letter)).flatten()
        }
        "?" => Some(Box::new(move || store.view_open.set(true))),
        "Escape" if store.view_open.get_untracked() => Some(Box::new(move || store.view_open.set(false))),
        digit => {
            let place = digit.parse::<usize>().ok().filter(|place| (1..=9).contains(place))?;
            Some(Box::new(move || focus_nth(store, place - 1)))
        }
    }
}

/// To the end of the run, as far as it has gone.
pub fn go_to_end(store: Store) {
    if let Some(end) = store.frame.with_untracked(|frame| frame.as_ref().map(|frame| frame.end)) {
        store.click(Click::Seek(end));
    }
}

/// The letters are off for whoever says so: speech input types words.
fn letter_key(store: Store, letter: &str) -> Act {
    match letter {
        "c" | "C" if has_cluster(store) => Some(Box::new(move || actions::crash_leader(store))),
        "r" | "R" => Some(Box::new(move || actions::retry(store))),
        "b" | "B" => Some(Box::new(move || actions::buy(store))),
        "f" | "F" => Some(Box::new(toggle_full_screen)),
        _ => None,
    }
}

/// Machines with a load have no leader that could be crashed.
fn has_cluster(store: Store) -> bool {
    store.frame.with_untracked(|frame| frame.as_ref().is_none_or(Frame::has_cluster))
}

/// Play when time stands, pause when it runs.
pub fn toggled(store: Store) -> Click {
    if store.playing.get_untracked() { Click::Pause } else { Click::Play }
}

/// The next offered speed; the last one stays.
fn next_speed(speed: f64, faster: bool) -> f64 {
    let found = match faster {
        true => SPEEDS.into_iter().find(|offered| *offered > speed),
        false => SPEEDS.into_iter().rev().find(|offered| *offered < speed),
    };
    found.unwrap_or(speed)
}

/// The id of a server's element on the stage.
pub fn server_element(id: ServerId) -> String {
    format!("server-{id}")
}

/// Gives the focus to the server or machine at that place, from 0; nothing when there are not so many.
fn focus_nth(store: Store, place: usize) {
    let ids = store.frame.with_untracked(|frame| frame.as_ref().map(spot::ids).unwrap_or_default());
    ids.get(place).copied().into_iter().for_each(focus_server);
}

/// Gives a server the focus; nothing when the stage has no such server.
pub fn focus_server(id: ServerId) {
    let Some(element) = document().get_element_by_id(&server_element(id)) else { return };
    // An SVG element can have the focus since SVG 2; browsers that refuse leave it where it is.
    let _ = element.unchecked_into::<SvgElement>().focus();
}

/// Gives an HTML element the focus.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
