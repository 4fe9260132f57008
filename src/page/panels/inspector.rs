//! A closer look at one thing on the stage: what it is and why, what can be done to it, what happened there last.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use crate::frame::{Frame, Line, ServerId};
use crate::page::controls::keys::{focus, focus_server};
use crate::page::controls::parts::Sign;
use crate::page::settings::{is_embedded, window_is};
use crate::page::state::{Click, Store};
use crate::scene::caption;
use crate::scene::inspect::{Chosen, Inspected, inspect};
use crate::scene::menu::Item;

use super::disk::{DiskTable, Harm, alone, chosen_server};

/// How many of the last events of a server are listed.
const LAST_SHOWN: usize = 4;

/// The panel; nothing while nothing is looked at.
#[component]
pub fn Inspector(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let found = Memo::new(move |_| {
        let chosen = store.chosen.get()?;
        store.frame.with(|frame| {
            let frame = frame.as_ref()?;
            Some(store.words.with_value(|words| inspect(frame, chosen, words)))
        })
    });
    let is_open = Memo::new(move |_| store.chosen.with(Option::is_some));
    move || is_open.get().then(|| view! { <Opened store found/> })
}

/// Whether the panel has no place beside the stage and lies over the page; the style sheet of the panels names the same widths. In a frame
/// there is none.
pub fn lies_over_the_page(store: Store) -> bool {
    let in_lesson = store.settings.with_value(|settings| settings.lesson.is_some());
    let query = if in_lesson { "(max-width: 1599px)" } else { "(max-width: 1100px)" };
    !is_embedded() && window_is(query)
}

/// Leads whoever has asked for the panel to it, once it is there.
pub fn focus_it() {
    leptos::task::spawn_local(async {
        leptos::task::tick().await;
        if let Ok(Some(text)) = document().query_selector(".inspector .scroll") {
            focus(&text);
        }
    });
}

/// Escape closes the panel; the focus goes back to the server that was looked at.
fn close_on_escape(store: Store, event: &KeyboardEvent) {
    if event.key() != "Escape" {
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    let looked_at = store.chosen.get_untracked();
    store.chosen.set(None);
    if let Some(Chosen::Server(id)) = looked_at {
        focus_server(id);
    }
}

/// The panel with something to look at.
#[component]
fn Opened(
    /// What the page knows.
    store: Store,
    /// What there is to say; the inner none when it is no longer there.
    found: Memo<Option<Option<Inspected>>>,
) -> impl IntoView {
    let of = move |look: fn(&Inspected) -> Vec<String>| {
        Memo::new(move |_| {
            found.with(|found| found.as_ref().and_then(Option::as_ref).map(look).unwrap_or_default())
        })
    };
    let title = of(|found| vec![found.title.clone()]);
    let sentences = of(|found| found.sentences.clone());
    let heading = move || title.get().pop().unwrap_or_else(|| store.text("inspect.gone"));
    let actions = Memo::new(move |_| {
        found.with(|found| {
            found.as_ref().and_then(Option::as_ref).map(|found| found.actions.clone()).unwrap_or_default()
        })
    });
    let others = Memo::new(move |_| {
        found.with(|found| {
            found.as_ref().and_then(Option::as_ref).map(|found| found.others.clone()).unwrap_or_default()
        })
    });
    let last = Memo::new(move |_| last_lines(store));
    let disk = Memo::new(move |_| looked_at(store));
    let action = move |item: Item| view! { <Do store item/> };
    let other = move |(chosen, name): (Chosen, String)| {
        view! { <li><button type="button" on:click=move |_| store.chosen.set(Some(chosen))>{name}</button></li> }
    };
    let line = move |line: Line| view! { <Last store line/> };
    view! {
        <section
            class="panel inspector"
            aria-label=store.text("inspect.heading")
            on:keydown=move |event| close_on_escape(store, &event)
        >
            <header>
                <h2>{heading}</h2>
                <button
                    type="button"
                    class="close"
                    aria-label=store.text("inspect.close")
                    on:click=move |_| store.chosen.set(None)
                >
                    <Sign name="close"/>
                </button>
            </header>
            <div class="scroll" role="group" tabindex="0" aria-label=heading>
                <ul class="sentences">
                    <For each=move || sentences.get() key=Clone::clone children=|sentence| view! { <li>{sentence}</li> }/>
                </ul>
                <div class="do">
                    <For each=move || actions.get() key=|item| (item.key, item.impossible.clone()) children=action/>
                </div>
                <Part store key="disk.heading" shown=Signal::derive(move || disk.with(Option::is_some))>
                    {move || disk.get().map(|id| view! {
                        <DiskTable store id/>
                        <Harm store/>
                    })}
                </Part>
                <Part store key="inspect.last" shown=Signal::derive(move || last.with(|last| !last.is_empty()))>
                    <ol><For each=move || last.get() key=|line| line.happened children=line/></ol>
                </Part>
                <Part store key="inspect.around" shown=Signal::derive(move || others.with(|others| !others.is_empty()))>
                    <ul class="others"><For each=move || others.get() key=Clone::clone children=other/></ul>
                </Part>
            </div>
        </section>
    }
}

/// A part with a heading; hidden while it has nothing to show.
#[component]
fn Part(
    /// What the page knows.
    store: Store,
    /// The key of its heading.
    key: &'static str,
    /// It has something to show.
    shown: Signal<bool>,
    /// What it shows.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="part" hidden=move || !shown.get()>
            <h3>{store.text(key)}</h3>
            {children()}
        </div>
    }
}

/// The server whose disk belongs to what is looked at; one that is alone has its disk elsewhere, and machines show none.
fn looked_at(store: Store) -> Option<ServerId> {
    let id = chosen_server(store)?;
    let shows_disk =
        |frame: &Frame| alone(frame).is_none() && frame.servers.iter().any(|server| server.id == id);
    store.frame.with(|frame| frame.as_ref().is_some_and(shows_disk).then_some(id))
}

/// The newest events of the server that is looked at.
fn last_lines(store: Store) -> Vec<Line> {
    let Some(id) = chosen_server(store) else { return Vec::new() };
    store.lines.with(|lines| {
        let here = lines.iter().rev().filter(|line| line.server == Some(id));
        here.take(LAST_SHOWN).cloned().collect()
    })
}

/// Something that can be done. An impossible one can be reached and says why.
#[component]
pub fn Do(
    /// What the page knows.
    store: Store,
    /// What it does.
    item: Item,
) -> impl IntoView {
    let Item { key, command, impossible } = item;
    let reason = impossible.map(|key| store.text(&key));
    let is_possible = reason.is_none();
    let press = move |_| {
        if is_possible {
            store.click(Click::Do(command.clone()));
        }
    };
    view! {
        <button type="button" aria-disabled=(!is_possible).then_some("true") title=reason on:click=press>
            {store.text(key)}
        </button>
    }
}

/// One of the last events: a button that goes there.
#[component]
fn Last(
    /// What the page knows.
    store: Store,
    /// What happened.
    line: Line,
) -> impl IntoView {
    let time = store.words.with_value(|words| caption::time(line.at, words));
    let text = store.fill(&line.text, &line.args);
    view! {
        <li>
            <button type="button" on:click=move |_| store.click(Click::GoTo(line.happened))>
                <time>{time}</time>" "<span>{text}</span>
            </button>
        </li>
    }
}
