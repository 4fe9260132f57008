//! A server or a machine on the stage: a button with a menu, one tab stop for all of them.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use super::painted::Painted;
use crate::frame::ServerId;
use crate::page::controls::keys::{focus_server, server_element};
use crate::page::panels::inspector;
use crate::page::state::Store;
use crate::scene::inspect::Chosen;
use crate::scene::spot::{Spot, neighbour};
use crate::scene::{Scene, paint};
use crate::words::Words;

/// A server or a machine. Its element stays while its looks change, so that it keeps the focus.
#[component]
pub fn Server(
    /// What the page knows.
    store: Store,
    /// Which one.
    id: ServerId,
    /// All of them, in their order.
    ids: Memo<Vec<ServerId>>,
    /// What is drawn.
    scene: Memo<Option<Scene>>,
    /// The one that the Tab key reaches.
    tab_stop: Memo<Option<ServerId>>,
    /// Told which one has the focus.
    focused: RwSignal<Option<ServerId>>,
    /// The one whose menu is open.
    menu: RwSignal<Option<ServerId>>,
) -> impl IntoView {
    let spot = Memo::new(move |_| scene.with(|scene| Spot::find(scene.as_ref()?, id)));
    let of = move |look: fn(&Spot) -> String| spot.with(|spot| spot.as_ref().map(look).unwrap_or_default());
    let said = move |say: fn(&Spot, &Words) -> String| {
        spot.with(|spot| spot.as_ref().map(|spot| store.words.with_value(|words| say(spot, words))))
    };
    let name = move || said(Spot::name);
    let shapes = Memo::new(move |_| {
        let shapes = |spot: &Spot| store.words.with_value(|words| spot.shapes(words));
        spot.with(|spot| spot.as_ref().map(shapes).unwrap_or_default())
    });
    view! {
        <g
            id=server_element(id)
            class=move || of(Spot::class)
            transform=move || of(|spot| paint::translate(spot.at()))
            role="button"
            tabindex=move || if tab_stop.get() == Some(id) { "0" } else { "-1" }
            aria-haspopup="menu"
            aria-expanded=move || (menu.get() == Some(id)).to_string()
            aria-label=name
            on:focus=move |_| focused.set(Some(id))
            on:click=move |_| toggle(store, menu, id)
            on:keydown=move |event| on_key(store, &event, id, ids, menu)
        >
            <title>{name}</title>
            <Painted class="looks" shapes=shapes/>
        </g>
    }
}

/// Opens the menu, or closes it. Who opens it looks at the server, unless the closer look would lie over the menu.
fn toggle(store: Store, menu: RwSignal<Option<ServerId>>, id: ServerId) {
    menu.update(|open| *open = (*open != Some(id)).then_some(id));
    let is_open = store.chosen.with_untracked(Option::is_some);
    match inspector::lies_over_the_page(store) {
        true if is_open => store.chosen.set(None),
        true => {}
        false => store.chosen.set(Some(Chosen::Server(id))),
    }
}

/// Enter opens the menu, arrows go around the ring; every other key, and an arrow with Shift, is the stage's.
fn on_key(
    store: Store,
    event: &KeyboardEvent,
    id: ServerId,
    ids: Memo<Vec<ServerId>>,
    menu: RwSignal<Option<ServerId>>,
) {
    let go = |places| ids.with_untracked(|ids| neighbour(ids, id, places)).into_iter().for_each(focus_server);
    match event.key().as_str() {
        _ if event.shift_key() => return,
        "Enter" => toggle(store, menu, id),
        "ArrowRight" | "ArrowDown" => go(1),
        "ArrowLeft" | "ArrowUp" => go(-1),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}
