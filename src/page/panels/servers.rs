//! The servers in a table: what the stage shows, in words and numbers.

use leptos::prelude::*;

use crate::frame::{Server, ServerId};
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::{caption, paint};

/// A column: the key of its heading, and what it says of a server.
type Column = (&'static str, fn(Store, &Server) -> String);

const COLUMNS: [Column; 7] = [
    ("table.role", |store, server| {
        store.words.with_value(|words| caption::role(server.role, server.paused, words))
    }),
    ("table.generation", |_, server| server.generation.to_string()),
    ("table.voted-for", |store, server| {
        server.voted_for.map_or_else(|| store.text("table.nothing"), |id| id.to_string())
    }),
    ("table.last", |_, server| server.last_index.to_string()),
    ("table.durable", |_, server| server.durable_index.to_string()),
    ("table.mark", |_, server| server.high_water_mark.to_string()),
    ("table.applied", |_, server| server.applied.to_string()),
];

/// "Servers".
#[component]
pub fn Servers(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let ids = seen(store, |frame| frame.servers.iter().map(|server| server.id).collect::<Vec<_>>());
    let headings = COLUMNS.map(|(key, _)| view! { <th scope="col">{store.text(key)}</th> });
    view! {
        <section class="panel servers-table">
            <div class="scroll" role="group" tabindex="0" aria-label=store.text("table.servers")>
                <table>
                    <caption>{store.text("table.servers")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{store.text("table.server")}</th>
                            {headings.collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || ids.get().unwrap_or_default()
                            key=|id| *id
                            children=move |id| view! { <ServerRow store id/> }
                        />
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// The row of a server.
#[component]
fn ServerRow(
    /// What the page knows.
    store: Store,
    /// Whose row.
    id: ServerId,
) -> impl IntoView {
    let server = seen(store, move |frame| frame.servers.iter().find(|server| server.id == id).cloned());
    let of = move |look: fn(Store, &Server) -> String| {
        server.with(|server| server.as_ref()?.as_ref().map(|server| look(store, server)))
    };
    let class = move || {
        of(|_, server| format!("{} {}", server.role.name(), paint::generation_class(server.generation)))
    };
    let cells = COLUMNS.map(|(_, look)| view! { <td>{move || of(look)}</td> });
    view! {
        <tr class=class>
            <th scope="row">{id.to_string()}</th>
            {cells.collect_view()}
        </tr>
    }
}
