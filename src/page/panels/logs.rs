//! All logs side by side: a row a server, a column an index. The number in a cell and its colour are the generation; the edge
//! says how certain the entry is; a thick line stands behind the high-water mark. Below a follower's log stands what the leader knows of
//! it: up to where it matches, and what would be sent next. Of long logs a window is shown, the newest places unless asked otherwise.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use super::proof::MarkProof;
use crate::frame::{Entry, Frame, LOG_COLUMNS, Progress, Role, Server, ServerId};
use crate::page::controls::parts::seen;
use crate::page::state::{Click, Store};
use crate::scene::inspect::Chosen;
use crate::scene::{caption, entry_shape, icons, paint};

/// The last place of the longest log.
fn newest_place(frame: &Frame) -> u64 {
    frame.servers.iter().map(|server| server.last_index).max().unwrap_or(0)
}

/// Where the newest columns begin: all are used before the window moves on.
fn newest_columns(frame: &Frame) -> u64 {
    (newest_place(frame) + 1).saturating_sub(COLUMNS).max(1)
}

const COLUMNS: u64 = LOG_COLUMNS as u64;

/// "Logs". The table has a fixed number of columns, so that nothing moves when a log grows.
#[component]
pub fn Logs(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let first = seen(store, |frame| frame.columns.unwrap_or(newest_columns(frame)));
    let first = Signal::derive(move || first.get().unwrap_or(1));
    let ids = seen(store, |frame| frame.servers.iter().map(|server| server.id).collect::<Vec<_>>());
    let headings =
        (0..COLUMNS).map(|nth| view! { <Heading store index=Signal::derive(move || first.get() + nth)/> });
    follow_chosen(store, first);
    let scroll = NodeRef::new();
    keep_newest_in_sight(store, first, scroll);
    view! {
        <section class="panel logs">
            <Window store first/>
            <div
                class="scroll"
                node_ref=scroll
                role="group"
                tabindex="0"
                aria-label=store.text("table.logs")
                on:keydown=move |event| on_key(store, &event)
            >
                <table>
                    <caption>{store.text("table.logs")}</caption>
                    <thead>
                        <tr>
                            <th scope="col"><span class="unseen">{store.text("table.server")}</span></th>
                            {headings.collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || ids.get().unwrap_or_default()
                            key=|id| *id
                            children=move |id| view! { <LogRow store id first/> }
                        />
                    </tbody>
                </table>
            </div>
            <MarkProof store/>
        </section>
    }
}

/// "Earlier" and "Later": long logs are seen through a window.
#[component]
fn Window(
    /// What the page knows.
    store: Store,
    /// The index of the first column.
    first: Signal<u64>,
) -> impl IntoView {
    let newest = seen(store, newest_columns);
    let newest = Memo::new(move |_| newest.get().unwrap_or(1));
    let earlier = Memo::new(move |_| (first.get() > 1).then(|| first.get().saturating_sub(COLUMNS).max(1)));
    let later = Memo::new(move |_| (first.get() < newest.get()).then(|| first.get() + COLUMNS));
    let is_needed = move || newest.get() > 1;
    // A window that reaches the newest entries follows them again.
    let go = move |to: Option<u64>| {
        if to.is_some() {
            store.click(Click::Columns(to.filter(|to| *to < newest.get_untracked())));
        }
    };
    view! {
        <div class="window" class:is-needed=is_needed>
            <button
                type="button"
                aria-disabled=move || earlier.get().is_none().then_some("true")
                on:click=move |_| go(earlier.get_untracked())
            >
                {store.text("logs.earlier")}
            </button>
            <button
                type="button"
                aria-disabled=move || later.get().is_none().then_some("true")
                on:click=move |_| go(later.get_untracked())
            >
                {store.text("logs.later")}
            </button>
        </div>
    }
}

/// Where the table is wider than its panel it scrolls sideways as the logs grow.
fn keep_newest_in_sight(store: Store, first: Signal<u64>, scroll: NodeRef<leptos::html::Div>) {
    let newest = seen(store, newest_place);
    Effect::new(move |before: Option<Option<u64>>| {
        let now = newest.get();
        if before.flatten() < now
            && let (Some(scroll), Some(now)) = (scroll.get(), now)
        {
            // Behind the names of the servers; columns count from 1.
            let column = now.saturating_sub(first.get_untracked()) + 2;
            let heading = scroll.query_selector(&format!("thead th:nth-child({column})"));
            if let Ok(Some(heading)) = heading {
                let hidden =
                    heading.get_bounding_client_rect().right() - scroll.get_bounding_client_rect().right();
                scroll.set_scroll_left(scroll.scroll_left() + hidden.max(0.0).ceil() as i32);
            }
        }
        now
    });
}

/// The window moves to a place that is looked at.
fn follow_chosen(store: Store, first: Signal<u64>) {
    Effect::new(move |_| {
        let Some(Chosen::Entry(index)) = store.chosen.get() else { return };
        let first = first.get_untracked();
        let newest = store.frame.with_untracked(|frame| frame.as_ref().map_or(1, newest_columns));
        let to = match index {
            _ if (first..first + COLUMNS).contains(&index) => return,
            _ if index >= newest => None,
            _ => Some(index.saturating_sub(COLUMNS / 2).clamp(1, newest)),
        };
        store.click(Click::Columns(to));
    });
}

/// The heading of a column: a button that looks at this place of the logs. Arrows go from one to the next, so that all of them are one
/// stop of the Tab key.
#[component]
fn Heading(
    /// What the page knows.
    store: Store,
    /// Which place.
    index: Signal<u64>,
) -> impl IntoView {
    let is_chosen = move || store.chosen.get() == Some(Chosen::Entry(index.get()));
    view! {
        <th scope="col" class:is-chosen=is_chosen>
            <button type="button" tabindex="-1" on:click=move |_| store.chosen.set(Some(Chosen::Entry(index.get())))>
                {move || index.get().to_string()}
            </button>
        </th>
    }
}

/// Left and Right in the table look at one place of the logs after the other, beginning with the newest.
fn on_key(store: Store, event: &KeyboardEvent) {
    let last = store.frame.with_untracked(|frame| {
        frame.iter().flat_map(|frame| &frame.servers).map(|server| server.last_index).max().unwrap_or(0)
    });
    let here = match store.chosen.get_untracked() {
        Some(Chosen::Entry(index)) => Some(index),
        _ => None,
    };
    let there = match (event.key().as_str(), here) {
        ("ArrowLeft", Some(index)) => index.saturating_sub(1).max(1),
        ("ArrowRight", Some(index)) => (index + 1).min(last),
        ("ArrowLeft" | "ArrowRight" | "Enter", None) => last,
        _ => return,
    };
    event.prevent_default();
    if last > 0 {
        store.chosen.set(Some(Chosen::Entry(there)));
    }
}

/// What a cell shows.
#[derive(Clone, PartialEq)]
struct Cell {
    class: String,
    generation: u64,
    sign: &'static str,
    text: String,
}

fn cell(store: Store, server: &Server, found: &Entry) -> Cell {
    Cell {
        class: paint::entry_class(&entry_shape(server, found)),
        generation: found.generation,
        sign: caption::entry_sign(found),
        text: store.words.with_value(|words| caption::cell(server, found, words)),
    }
}

/// What the leader of the newest generation knows of that server's log.
fn known_of(frame: &Frame, id: ServerId) -> Option<Progress> {
    let leaders = frame.servers.iter().filter(|server| server.role == Role::Leader);
    let leader = leaders.max_by_key(|server| server.generation)?;
    leader.progress.iter().find(|progress| progress.server == id).cloned()
}

/// The log of a server.
#[component]
fn LogRow(
    /// What the page knows.
    store: Store,
    /// Whose log.
    id: ServerId,
    /// The index of the first column.
    first: Signal<u64>,
) -> impl IntoView {
    let server = seen(store, move |frame| frame.servers.iter().find(|server| server.id == id).cloned());
    let known = seen(store, move |frame| known_of(frame, id));
    let with = move |nth: u64, look: fn(Store, &Server, u64) -> Option<Cell>| {
        server.with(|server| look(store, server.as_ref()?.as_ref()?, first.get() + nth))
    };
    let cells = (0..COLUMNS).map(|nth| {
        let shown = Memo::new(move |_| {
            with(nth, |store, server, index| {
                server.entry(index).map(|entry| cell(store, server, entry))
            })
        });
        let at_mark = Memo::new(move |_| {
            server.with(|server| {
                server
                    .as_ref()
                    .and_then(Option::as_ref)
                    .is_some_and(|server| server.high_water_mark == first.get() + nth)
            })
        });
        let known = move |look: fn(&Progress) -> u64| {
            Memo::new(move |_| known.with(|known| known.as_ref()?.as_ref().map(look)) == Some(first.get() + nth))
        };
        view! { <LogCell shown at_mark matched=known(|progress| progress.matched) next=known(|progress| progress.next)/> }
    });
    view! {
        <tr>
            <th scope="row">{id.to_string()}</th>
            {cells.collect_view()}
        </tr>
    }
}

/// One place of a log.
#[component]
fn LogCell(
    /// The entry there.
    shown: Memo<Option<Cell>>,
    /// The high-water mark stands behind it.
    at_mark: Memo<bool>,
    /// The leader knows that the logs match up to here.
    matched: Memo<bool>,
    /// The leader would send this one next.
    next: Memo<bool>,
) -> impl IntoView {
    let class =
        move || shown.with(|cell| cell.as_ref().map_or("no-entry".to_string(), |cell| cell.class.clone()));
    let sign = Signal::derive(move || shown.with(|cell| cell.as_ref().map_or("", |cell| cell.sign)));
    view! {
        <td class:at-mark=at_mark class:is-matched=matched class:is-next=next>
            <span class=class aria-hidden="true">
                {move || shown.with(|cell| cell.as_ref().map(|cell| cell.generation.to_string()))}
                <EntrySign name=sign/>
            </span>
            <span class="unseen">{move || shown.with(|cell| cell.as_ref().map(|cell| cell.text.clone()))}</span>
        </td>
    }
}

/// The sign of an entry or an item; a text beside it says the same.
#[component]
pub fn EntrySign(
    /// Its name in [`icons::ENTRIES`]; nothing is drawn for an empty one.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    let data = move || icons::layers(&icons::ENTRIES, name.get()).first().map(|(_, data)| *data);
    view! {
        <svg class="entry-sign" viewBox="-8 -8 16 16" aria-hidden="true"><path class="edge" d=data></path></svg>
    }
}
