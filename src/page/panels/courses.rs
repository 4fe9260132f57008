//! When each request was accepted, and when it was committed: a row a request, with a bar between the two.

use leptos::prelude::*;

use crate::frame::ClientId;
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::caption;
use crate::scene::courses::{Row, rows};
use crate::words::plain;

/// "Accepted and committed", and beside it the same of the other world while that is looked at.
#[component]
pub fn Courses(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let other = Memo::new(move |_| store.twin.with(Option::is_some));
    view! {
        <section class="panel courses" class:two=other>
            <Course store caption="courses.caption"/>
            {move || other.get().then(|| view! { <Course store=store.beside() caption="courses.other"/> })}
        </section>
    }
}

/// The requests of one world.
#[component]
fn Course(
    /// What the page knows of that world.
    store: Store,
    /// The key of the table's caption.
    caption: &'static str,
) -> impl IntoView {
    let rows = seen(store, rows);
    let keys = Memo::new(move |_| {
        let rows = rows.get().unwrap_or_default();
        rows.iter().map(|row| (row.client, row.number)).collect::<Vec<_>>()
    });
    let row = move |key: (ClientId, u64)| {
        let row = Memo::new(move |_| {
            rows.with(|rows| rows.as_ref()?.iter().find(|row| (row.client, row.number) == key).cloned())
        });
        view! { <CourseRow store key_of_row=key row/> }
    };
    let empty = move || {
        keys.with(Vec::is_empty).then(|| view! { <p class="nothing">{store.text("courses.none")}</p> })
    };
    let heading = |key: &str| view! { <th scope="col">{store.text(key)}</th> };
    view! {
        <div class="world">
            <table>
                <caption>{store.text(caption)}</caption>
                <thead>
                    <tr>
                        {heading("table.request")}
                        {heading("courses.accepted")}
                        {heading("courses.committed")}
                        {heading("courses.took")}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || keys.get() key=Clone::clone children=row/>
                </tbody>
            </table>
            {empty}
        </div>
    }
}

/// The row of a request.
#[component]
fn CourseRow(
    /// What the page knows.
    store: Store,
    /// Which request.
    key_of_row: (ClientId, u64),
    /// Its course; none when it is no longer shown.
    row: Memo<Option<Row>>,
) -> impl IntoView {
    let (client, number) = key_of_row;
    let who = store.words.with_value(|words| words.name(&client.owner().name()));
    let name =
        store.fill("table.kept-answer", &caption::args([("who", plain(who)), ("number", plain(number))]));
    let of = move |look: fn(&Row, Store) -> String| {
        move || row.with(|row| row.as_ref().map(|row| look(row, store)).unwrap_or_default())
    };
    let is = move |look: fn(&Row) -> bool| move || row.with(|row| row.as_ref().is_some_and(look));
    let share = move |look: fn(&Row) -> f64| {
        move || row.with(|row| format!("{:.2}%", row.as_ref().map(look).unwrap_or_default()))
    };
    view! {
        <tr class:pending=is(|row| row.committed_at.is_none()) class:early=is(|row| row.told_early)>
            <th scope="row">{name}</th>
            <td>{of(|row, store| moment(row.accepted_at, store))}</td>
            <td>{of(committed)}</td>
            <td class="bar">
                <span class="track" aria-hidden="true">
                    <span class="span" style:left=share(|row| row.start) style:width=share(|row| row.width)></span>
                </span>
                <span class="took">{of(|row, store| {
                    store.fill("courses.ms", &caption::args([("ms", plain(caption::grouped(row.took_ms)))]))
                })}</span>
            </td>
        </tr>
    }
}

fn moment(at: crate::time::Time, store: Store) -> String {
    store.words.with_value(|words| caption::time(at, words))
}

/// When it was committed; if it is not, that, and what its client believes.
fn committed(row: &Row, store: Store) -> String {
    match row.committed_at {
        Some(at) => moment(at, store),
        None if row.told_early => store.text("courses.told-early"),
        None => store.text("courses.not-yet"),
    }
}
