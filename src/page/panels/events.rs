//! The event list: each line a button that goes there.

use leptos::prelude::*;
use leptos::web_sys::{Element, KeyboardEvent};
use wasm_bindgen::JsCast;

use crate::frame::{Frame, Line};
use crate::page::controls::keys::focus;
use crate::page::controls::parts::seen;
use crate::page::state::{Click, Store};
use crate::scene::caption;

/// The list shows the newest lines, so many.
const LINES_SHOWN: usize = 200;

/// Arrows go from line to line, so that two hundred lines are one stop of the Tab key.
fn on_key(event: &KeyboardEvent) {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let lines = || list.query_selector("ol").ok().flatten();
    let here = document().active_element().and_then(|button| button.closest("li").ok().flatten());
    let there = match (event.key().as_str(), here) {
        ("ArrowDown", Some(line)) => line.next_element_sibling(),
        ("ArrowUp", Some(line)) => line.previous_element_sibling(),
        ("ArrowDown" | "Home", _) => lines().and_then(|lines| lines.first_element_child()),
        ("ArrowUp" | "End", _) => lines().and_then(|lines| lines.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    if let Some(button) = there.and_then(|line| line.first_element_child()) {
        focus(&button);
    }
}

/// "Events". It is not read aloud by itself, the narration is.
#[component]
pub fn Events(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let newest = move || store.lines.with(|lines| lines[lines.len().saturating_sub(LINES_SHOWN)..].to_vec());
    let has_cluster = seen(store, Frame::has_cluster);
    let empty = move || {
        let key = if has_cluster.get() == Some(false) { "table.no-events-yet" } else { "table.no-events" };
        store.lines.with(Vec::is_empty).then(|| view! { <p class="nothing">{store.text(key)}</p> })
    };
    view! {
        <section class="panel events">
            <h2>{store.text("table.events")}</h2>
            {empty}
            <div
                class="scroll"
                role="log"
                aria-label=store.text("table.events")
                aria-live="off"
                tabindex="0"
                on:keydown=move |event| on_key(&event)
            >
                <ol>
                    <For each=newest key=|line| line.happened children=move |line| view! { <Event store line/> }/>
                </ol>
            </div>
        </section>
    }
}

/// One line.
#[component]
fn Event(
    /// What the page knows.
    store: Store,
    /// What happened.
    line: Line,
) -> impl IntoView {
    let (time, class) = (
        store.words.with_value(|words| caption::time(line.at, words)),
        if line.key { "event key" } else { "event" },
    );
    let text = store.fill(&line.text, &line.args);
    view! {
        <li class=class>
            <button type="button" tabindex="-1" on:click=move |_| store.click(Click::GoTo(line.happened))>
                <time>{time}</time>
                " "
                <span>{text}</span>
            </button>
        </li>
    }
}
