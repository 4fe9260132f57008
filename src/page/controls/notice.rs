//! What the visitor should know now, said politely and closed by hand.

use leptos::prelude::*;

use super::parts::Sign;
use crate::page::state::Store;

/// The newest notice, near the buttons. The live region is always there, so that a screen reader hears what comes into it.
#[component]
pub fn Notice(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let close = move || {
        view! {
            <button
                type="button"
                class="close"
                aria-label=store.text("button.dismiss")
                on:click=move |_| store.notice.set(None)
            >
                <Sign name="close"/>
            </button>
        }
    };
    view! {
        <div class="notice" class:shown=move || store.notice.with(Option::is_some)>
            <p aria-live="polite">{move || store.notice.get()}</p>
            {move || store.notice.with(Option::is_some).then(close)}
        </div>
    }
}
