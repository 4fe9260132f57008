//! How the high-water mark is proven: below the logs, what the leader knows of each of them, the furthest place first. The place that counts
//! stands out; a sentence says what follows from it.

use leptos::prelude::*;

use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::caption;
use crate::scene::proof::{self, Proof};
use crate::words::plain;

/// What the leader of the newest generation can prove.
#[component]
pub fn MarkProof(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let known = seen(store, proof::proof);
    let known = Memo::new(move |_| known.get().flatten());
    let name =
        move |known: &Proof| store.fill("proof.name", &caption::args([("leader", plain(known.leader))]));
    let sentence = move |known: &Proof| store.words.with_value(|words| known.sentence(words));
    view! {
        <div class="proof">
            {move || known.with(|known| known.as_ref().map(|known| view! {
                <p>{name(known)}</p>
                <ol aria-label=name(known)>{places(known)}</ol>
                <p class="follows">{sentence(known)}</p>
            }))}
        </div>
    }
}

/// "A 5", "B 5", "E 4", and so on.
fn places(known: &Proof) -> impl IntoView + use<> {
    let place = |(nth, (server, place)): (usize, &(_, u64))| {
        let text = (format!("{server} "), place.to_string());
        view! { <li class:counts=known.counts(nth)>{text.0}<b>{text.1}</b></li> }
    };
    known.places.iter().enumerate().map(place).collect_view()
}
