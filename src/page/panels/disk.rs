//! What stands on a server's disk, record by record: a solid edge is safe, a dashed one was handed over and a crash takes it, and a torn
//! record is cut through. Of a server that is alone it is always there, beside the picture; of others it belongs to the closer look.

use leptos::prelude::*;

use crate::frame::{Frame, ServerId};
use crate::page::controls::parts::seen;
use crate::page::state::{Click, Store};
use crate::scene::disk::{Row, Shown, actions, shown};
use crate::scene::inspect::Chosen;
use crate::scene::menu::Item;
use crate::scene::paint;
use crate::words::plain;

use super::inspector::Do;

/// The server that is alone, if one is.
pub fn alone(frame: &Frame) -> Option<ServerId> {
    match frame.servers.as_slice() {
        [server] => Some(server.id),
        _ => None,
    }
}

/// The disk of a server that is alone; nothing of others.
#[component]
pub fn Disk(
    /// What the page knows.
    store: Store,
    /// With what can be done to it.
    can_be_harmed: bool,
) -> impl IntoView {
    let server = seen(store, alone);
    move || {
        server.get().flatten().map(|id| {
            view! {
                <section class="disk" aria-label=store.text("disk.heading")>
                    <DiskTable store id/>
                    {can_be_harmed.then(|| view! { <Harm store/> })}
                </section>
            }
        })
    }
}

/// The worker sends a disk while it is looked at, and only then.
pub fn look_at_chosen(store: Store) {
    let wanted = Memo::new(move |_| chosen_server(store));
    let sent = seen(store, |frame| {
        let has_disk = |server: &&crate::frame::Server| server.disk.is_some();
        frame.servers.iter().find(has_disk).filter(|_| alone(frame).is_none()).map(|server| server.id)
    });
    let there = seen(store, |frame| match alone(frame) {
        Some(_) => Vec::new(),
        None => frame.servers.iter().map(|server| server.id).collect(),
    });
    Effect::new(move |_| {
        let there = there.get().unwrap_or_default();
        let wanted = wanted.get().filter(|id| there.contains(id));
        if sent.get().flatten() != wanted {
            store.click(Click::Disk(wanted));
        }
    });
}

/// The table of a disk.
#[component]
pub fn DiskTable(
    /// What the page knows.
    store: Store,
    /// Whose disk.
    id: ServerId,
) -> impl IntoView {
    let found = seen(store, move |frame| store.words.with_value(|words| shown(frame, id, words)));
    let found = Memo::new(move |_| found.get().flatten());
    let of = move |look: fn(&Shown) -> Vec<Row>| {
        Memo::new(move |_| found.with(|found| found.as_ref().map(look).unwrap_or_default()))
    };
    let (log, in_place) = (of(|shown| shown.log.clone()), of(|shown| shown.in_place.clone()));
    let facts = Memo::new(move |_| {
        found.with(|found| found.as_ref().map(|shown| shown.facts.clone()).unwrap_or_default())
    });
    let without_log = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|s| s.without_log)));
    let caption = store.fill("disk.title", &[("server".to_string(), plain(id))].into());
    let record = move |(_, row): (usize, Row)| view! { <Record row/> };
    let rows = move |rows: Vec<Row>| rows.into_iter().enumerate().collect::<Vec<_>>();
    let nothing = move || match without_log.get() {
        true if in_place.with(Vec::is_empty) => Some("disk.nothing-overwritten"),
        false if log.with(Vec::is_empty) => Some("disk.empty"),
        _ => None,
    };
    view! {
        <div class="platter">
            <p class="title" aria-hidden="true">{caption.clone()}</p>
            <div class="scroll" role="group" tabindex="0" aria-label=caption.clone()>
                <table>
                    <caption class="unseen">{caption.clone()}</caption>
                    <thead class="unseen">
                        <tr>
                            {["disk.record", "disk.holds", "disk.state"].map(|key| view! { <th scope="col">{store.text(key)}</th> })}
                        </tr>
                    </thead>
                    <tbody class="log">
                        <For each=move || rows(log.get()) key=Clone::clone children=record/>
                    </tbody>
                    <tbody class="in-place">
                        <For each=move || rows(in_place.get()) key=Clone::clone children=record/>
                    </tbody>
                </table>
                <p class="nothing">{move || nothing().map(|key| store.text(key))}</p>
            </div>
            <ul class="facts">
                <For each=move || facts.get() key=Clone::clone children=|fact| view! { <li>{fact}</li> }/>
            </ul>
        </div>
    }
}

/// A record.
#[component]
fn Record(
    /// What it says.
    row: Row,
) -> impl IntoView {
    let class = match row.generation {
        Some(generation) => format!("{} {}", row.state.name(), paint::generation_class(generation)),
        None => row.state.name().to_string(),
    };
    view! {
        <tr class=class>
            <th scope="row">{row.name}</th>
            <td><span>{row.holds}</span></td>
            <td>{row.says}</td>
        </tr>
    }
}

/// What can be done to the disk of a server: of the one that is alone, or that is looked at.
#[component]
pub fn Harm(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let chosen = Memo::new(move |_| chosen_server(store));
    let possible = Memo::new(move |_| {
        store.frame.with(|frame| {
            let frame = frame.as_ref()?;
            let id = alone(frame).or(chosen.get())?;
            frame.servers.iter().find(|server| server.id == id).map(actions)
        })
    });
    let action = move |item: Item| view! { <Do store item/> };
    view! {
        <div class="do">
            <For
                each=move || possible.get().unwrap_or_default()
                key=|item| (item.key, item.impossible.clone())
                children=action
            />
        </div>
    }
}

/// The server that is looked at.
pub fn chosen_server(store: Store) -> Option<ServerId> {
    match store.chosen.get() {
        Some(Chosen::Server(id)) => Some(id),
        _ => None,
    }
}
