//! The answers that servers or machines keep, to give them again: a row a request, a column for each of them.

use leptos::prelude::*;

use crate::frame::{Answer, ClientId, Frame, ServerId};
use crate::ordered::Set;
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::{caption, keepers};
use crate::words::plain;

/// The table shows the newest requests, so many.
const ROWS_SHOWN: usize = 3;

/// A request: whose, and its number.
type Key = (ClientId, u64);

/// The requests that some server keeps an answer to, the newest last.
fn requests(frame: &Frame) -> Vec<Key> {
    let keys: Set<(u64, ClientId)> = frame.answers.iter().map(|kept| (kept.number, kept.client)).collect();
    let first = keys.len().saturating_sub(ROWS_SHOWN);
    keys.iter().skip(first).map(|(number, client)| (*client, *number)).collect()
}

fn kept(frame: &Frame, (client, number): Key, server: ServerId) -> Option<Answer> {
    let found = frame
        .answers
        .iter()
        .find(|kept| kept.server == server && kept.client == client && kept.number == number);
    found.map(|kept| kept.answer)
}

/// "Answers kept".
#[component]
pub fn Answers(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let servers = seen(store, keepers);
    let has_cluster = seen(store, Frame::has_cluster);
    let rows = seen(store, requests);
    let heading = move |id: ServerId| {
        view! { <th scope="col">{store.words.with_value(|words| caption::title(id, words))}</th> }
    };
    let row = move |(key, servers): (Key, Vec<ServerId>)| view! { <AnswerRow store key_of_row=key servers/> };
    let keyed = move || {
        let servers = servers.get().unwrap_or_default();
        rows.get().unwrap_or_default().into_iter().map(|key| (key, servers.clone())).collect::<Vec<_>>()
    };
    let has_asked = seen(store, |frame| frame.clients.iter().any(|client| !client.requests.is_empty()));
    let nothing = move || match has_asked.get() {
        Some(true) => "table.no-answers-now",
        _ => "table.no-answers",
    };
    let empty = move || {
        rows.get()
            .is_none_or(|rows| rows.is_empty())
            .then(|| view! { <p class="nothing">{move || store.text(nothing())}</p> })
    };
    view! {
        <section class="panel answers" class:of-machines=move || has_cluster.get() == Some(false)>
            <table>
                <caption>{store.text("table.answers")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{store.text("table.request")}</th>
                        <For each=move || servers.get().unwrap_or_default() key=|id| *id children=heading/>
                    </tr>
                </thead>
                <tbody>
                    <For each=keyed key=Clone::clone children=row/>
                </tbody>
            </table>
            {empty}
        </section>
    }
}

/// The row of a request.
#[component]
fn AnswerRow(
    /// What the page knows.
    store: Store,
    /// Which request.
    key_of_row: Key,
    /// The servers, in the order of the columns.
    servers: Vec<ServerId>,
) -> impl IntoView {
    let (client, number) = key_of_row;
    let who = store.words.with_value(|words| words.name(&client.owner().name()));
    let name =
        store.fill("table.kept-answer", &caption::args([("who", plain(who)), ("number", plain(number))]));
    let cell = move |server: ServerId| {
        let answer = seen(store, move |frame| kept(frame, key_of_row, server));
        view! { <AnswerCell store answer/> }
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {servers.into_iter().map(cell).collect_view()}
        </tr>
    }
}

/// What one server keeps for one request: a tick for "bought", a cross for a refusal.
#[component]
fn AnswerCell(
    /// What the page knows.
    store: Store,
    /// The answer.
    answer: Memo<Option<Option<Answer>>>,
) -> impl IntoView {
    let text = move || match answer.get().flatten() {
        Some(answer) => store.text(&format!("answer.{}", answer.name())),
        None => store.text("table.not-kept"),
    };
    let sign = move || match answer.get().flatten() {
        Some(Answer::Done) => "M-5 0 L-1.5 4 L5.5 -4.5",
        Some(_) => "M-4 -4 L4 4 M4 -4 L-4 4",
        None => "M-3 0 H3",
    };
    view! {
        <td class:kept=move || answer.get().flatten().is_some()>
            <svg class="entry-sign" viewBox="-8 -8 16 16" aria-hidden="true"><path class="edge" d=sign></path></svg>
            <span class="unseen">{text}</span>
        </td>
    }
}
