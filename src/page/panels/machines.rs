//! The machines in a table, each with a button that crashes or restarts it; and what was measured, as a chart with its table.

use leptos::prelude::*;

use crate::command::Command;
use crate::frame::{Host, ServerId};
use crate::page::controls::parts::seen;
use crate::page::stage::Painted;
use crate::page::state::{Click, Store};
use crate::scene::caption::{self, grouped};
use crate::scene::{chart, load, machines};

/// A column: the key of its heading, and what it says of a machine.
type Column = (&'static str, fn(Store, &Host) -> String);

fn percent(store: Store, percent: u8) -> String {
    store.words.with_value(|words| caption::percent(percent, words))
}

const COLUMNS: [Column; 7] = [
    ("gauge.cpu", |store, host| percent(store, host.cpu)),
    ("gauge.memory", |store, host| percent(store, host.memory)),
    ("gauge.disk", |store, host| percent(store, host.disk)),
    ("gauge.network", |store, host| percent(store, host.network)),
    ("table.queue", |_, host| grouped(host.queue.into())),
    ("table.answered", |_, host| grouped(host.answered.into())),
    ("table.latency", |store, host| {
        store.words.with_value(|words| machines::latency(host.p50_us, host.p99_us, words))
    }),
];

/// "Machines", and the chart; nothing in a world with a cluster.
#[component]
pub fn Machines(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let there = seen(store, |frame| !frame.has_cluster());
    view! {
        <Show when=move || there.get() == Some(true)>
            <MachinesTable store/>
            <Chart store/>
        </Show>
    }
}

#[component]
fn MachinesTable(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let ids = seen(store, |frame| frame.hosts.iter().map(|host| host.id).collect::<Vec<_>>());
    let headings = COLUMNS.map(|(key, _)| view! { <th scope="col">{store.text(key)}</th> });
    view! {
        <section class="panel machines-table">
            <div class="scroll" role="group" tabindex="0" aria-label=store.text("table.machines")>
                <table>
                    <caption>{store.text("table.machines")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{store.text("table.machine")}</th>
                            <th scope="col">{store.text("table.state")}</th>
                            {headings.collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || ids.get().unwrap_or_default()
                            key=|id| *id
                            children=move |id| view! { <MachineRow store id/> }
                        />
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// The row of a machine.
#[component]
fn MachineRow(
    /// What the page knows.
    store: Store,
    /// Whose row.
    id: ServerId,
) -> impl IntoView {
    let host = seen(store, move |frame| frame.hosts.iter().find(|host| host.id == id).cloned());
    let of = move |look: fn(Store, &Host) -> String| {
        host.with(|host| host.as_ref()?.as_ref().map(|host| look(store, host)))
    };
    let up = Memo::new(move |_| {
        host.with(|host| host.as_ref().is_some_and(|host| host.as_ref().is_some_and(|host| host.up)))
    });
    let press = move |_| {
        let command =
            if up.get_untracked() { Command::Crash { server: id } } else { Command::Restart { server: id } };
        store.click(Click::Do(command));
    };
    let cells = COLUMNS.map(|(_, look)| view! { <td>{move || of(look)}</td> });
    view! {
        <tr class:down=move || !up.get()>
            <th scope="row">{store.words.with_value(|words| caption::title(id, words))}</th>
            <td>
                <button type="button" class="press" on:click=press>
                    {move || store.text(if up.get() { "button.crash" } else { "button.restart" })}
                </button>
            </td>
            {cells.collect_view()}
        </tr>
    }
}

/// What was measured.
#[component]
fn Chart(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let seen = seen(store, |frame| frame.load.clone());
    let now = move || seen.get().flatten();
    let title = move || now().map(|now| store.text(load::title(&now)));
    let hint = move || now().map(|now| store.text(load::hint(&now)));
    let picture = Signal::derive(move || {
        let shapes = now().map(|now| store.words.with_value(|words| load::chart(&now, words).shapes()));
        shapes.unwrap_or_default()
    });
    let table = Memo::new(move |_| {
        let table = now().map(|now| store.words.with_value(|words| load::table(&now, words)));
        table.unwrap_or_default()
    });
    let headings = move || {
        let heading = |text: String| view! { <th scope="col">{text}</th> };
        table.get().0.into_iter().map(heading).collect_view()
    };
    let rows = move || {
        let cell = |text: String| view! { <td>{text}</td> };
        let row = |row: Vec<String>| view! { <tr>{row.into_iter().map(cell).collect_view()}</tr> };
        table.get().1.into_iter().map(row).collect_view()
    };
    view! {
        <section class="panel measured">
            <h3>{title}</h3>
            <p class="quiet">{hint}</p>
            <svg class="chart" viewBox=format!("0 0 {} {}", chart::WIDTH, chart::HEIGHT) aria-hidden="true">
                <Painted class="drawing" shapes=picture/>
            </svg>
            <details>
                <summary>{store.text("chart.table")}</summary>
                <div class="scroll" role="group" tabindex="0" aria-label=store.text("chart.table")>
                    <table>
                        <caption>{store.text("chart.table")}</caption>
                        <thead><tr>{headings}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}
