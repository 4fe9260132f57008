//! What must hold, and whether it does.

use leptos::prelude::*;

use crate::frame::{Promise, Verdict};
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::caption;
use crate::scene::promises::shown;
use crate::words::plain;

/// "Promises".
#[component]
pub fn Promises(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let names = seen(store, |frame| shown(frame).map(|promise| promise.name.clone()).collect::<Vec<_>>());
    view! {
        <section class="panel promises">
            <table>
                <caption>{store.text("table.promises")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{store.text("table.promise")}</th>
                        <th scope="col">{store.text("table.verdict")}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || names.get().unwrap_or_default()
                        key=Clone::clone
                        children=move |name| view! { <PromiseRow store name/> }
                    />
                </tbody>
            </table>
        </section>
    }
}

/// One promise.
#[component]
fn PromiseRow(
    /// What the page knows.
    store: Store,
    /// Its name.
    name: String,
) -> impl IntoView {
    let text = store.text(&format!("promise.{name}"));
    let promise =
        seen(store, move |frame| frame.promises.iter().find(|promise| promise.name == name).cloned());
    let promise = move || promise.get().flatten();
    let class = move || promise().map_or("", |promise| verdict_name(promise.verdict));
    view! {
        <tr>
            <th scope="row">{text}</th>
            <td class=class>
                <svg class="entry-sign" viewBox="-8 -8 16 16" aria-hidden="true">
                    <path class="edge" d=move || promise().map(|promise| sign(promise.verdict))></path>
                </svg>
                {move || promise().map(|promise| verdict(store, &promise))}
            </td>
        </tr>
    }
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::Waiting => "waiting",
        Verdict::Broken => "broken",
    }
}

/// A tick, three dots, or a cross.
fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "M-5 0 L-1.5 4 L5.5 -4.5",
        Verdict::Waiting => "M-5 0 V0.1 M0 0 V0.1 M5 0 V0.1",
        Verdict::Broken => "M-4 -4 L4 4 M4 -4 L-4 4",
    }
}

fn verdict(store: Store, promise: &Promise) -> String {
    match promise.broken_at.filter(|_| promise.verdict == Verdict::Broken) {
        Some(at) => {
            let time = store.words.with_value(|words| caption::time(at, words));
            store.fill("verdict.broken-at", &caption::args([("time", plain(time))]))
        }
        None => store.text(&format!("verdict.{}", verdict_name(promise.verdict))),
    }
}
