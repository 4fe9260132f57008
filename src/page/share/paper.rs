//! What only paper shows: which moment the picture is of, and the way back to it, as a link and as a code.

use leptos::prelude::*;

use super::page_address;
use crate::page::controls::parts::seen;
use crate::page::stage::Drawn;
use crate::page::state::{Click, Store};
use crate::scene::{caption, qr};

/// How long the page must stand still before its paper is made, in milliseconds: stepping through a run makes none.
const STILL_MS: u64 = 250;

/// Below the picture, on paper only.
#[component]
pub fn OnPaper(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let position = seen(store, |frame| (frame.happened, frame.at));
    Effect::new(move |pending: Option<Option<TimeoutHandle>>| {
        if let Some(Some(pending)) = pending {
            pending.clear();
        }
        // Read, not only tracked: a memo that nobody reads tells of its first change only.
        let _ = position.get();
        if store.paper.with_untracked(Option::is_some) {
            store.paper.set(None);
        }
        if store.playing.get() {
            return None;
        }
        let prepare = move || store.click(Click::PreparePaper);
        set_timeout_with_handle(prepare, std::time::Duration::from_millis(STILL_MS)).ok()
    });
    view! { <aside class="on-paper" aria-hidden="true">{move || paper(store)}</aside> }
}

fn paper(store: Store) -> impl IntoView {
    let shared = store.paper.get();
    // While time runs, the way back leads to the page.
    let link = shared.and_then(|shared| shared.link()).unwrap_or_else(page_address);
    let at = store.frame.with_untracked(|frame| frame.as_ref().map(|frame| frame.at).unwrap_or_default());
    let moment = store.words.with_value(|words| caption::time_short(at, words));
    let code =
        qr::code(&link).map(|code| view! { <Drawn size=(code.size, code.size) shapes=code.shapes()/> });
    view! {
        <p>{format!("{} · {moment}", document().title())} <br/> <a tabindex="-1" href=link.clone()>{link.clone()}</a></p>
        {code}
    }
}
