//! A server on the stage: a button with a menu, one tab stop for the whole ring.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use super::painted::Painted;
use crate::frame::ServerId;
use crate::page::controls::keys::{focus_server, server_element};
use crate::page::state::Store;
use crate::scene::inspect::Chosen;
use crate::scene::{Scene, ServerShape, caption, paint};

/// A server. Its element stays while its looks change, so that it keeps the focus.
#[component]
pub fn Server(
    /// What the page knows.
    store: Store,
    /// Which one.
    id: ServerId,
    /// What is drawn.
    scene: Memo<Option<Scene>>,
    /// The server that the Tab key reaches.
    tab_stop: RwSignal<ServerId>,
    /// The server whose menu is open.
    menu: RwSignal<Option<ServerId>>,
) -> impl IntoView {
    let shape = Memo::new(move |_| {
        scene.with(|scene| scene.as_ref()?.servers.iter().find(|server| server.id == id).cloned())
    });
    let of = move |look: fn(&ServerShape) -> String| {
        shape.with(|shape| shape.as_ref().map(look).unwrap_or_default())
    };
    let name = move || {
        shape.with(|shape| {
            shape.as_ref().map(|shape| store.words.with_value(|words| caption::server(shape, words)))
        })
    };
    let shapes = Memo::new(move |_| {
        shape.with(|shape| {
            shape
                .as_ref()
                .map(|shape| store.words.with_value(|words| paint::server(shape, words)))
                .unwrap_or_default()
        })
    });
    view! {
        <g
            id=server_element(id)
            class=move || of(paint::server_class)
            transform=move || of(|shape| paint::translate(shape.at))
            role="button"
            tabindex=move || if tab_stop.get() == id { "0" } else { "-1" }
            aria-haspopup="menu"
            aria-expanded=move || (menu.get() == Some(id)).to_string()
            aria-label=name
            on:focus=move |_| tab_stop.set(id)
            on:click=move |_| toggle(store, menu, id)
            on:keydown=move |event| on_key(store, &event, id, scene, menu)
        >
            <title>{name}</title>
            <Painted class="looks" shapes=shapes/>
        </g>
    }
}

/// Opens the menu of a server, or closes it. Who opens it looks at the server.
fn toggle(store: Store, menu: RwSignal<Option<ServerId>>, id: ServerId) {
    menu.update(|open| *open = (*open != Some(id)).then_some(id));
    store.chosen.set(Some(Chosen::Server(id)));
}

/// Enter opens the menu, arrows go around the ring; every other key, and an arrow with Shift, is the stage's.
fn on_key(
    store: Store,
    event: &KeyboardEvent,
    id: ServerId,
    scene: Memo<Option<Scene>>,
    menu: RwSignal<Option<ServerId>>,
) {
    let servers = scene.with_untracked(|scene| scene.as_ref().map_or(1, |scene| scene.servers.len())) as u8;
    match event.key().as_str() {
        _ if event.shift_key() => return,
        "Enter" => toggle(store, menu, id),
        "ArrowRight" | "ArrowDown" => focus_server(ServerId::new((id.place() + 1) % servers)),
        "ArrowLeft" | "ArrowUp" => focus_server(ServerId::new((id.place() + servers - 1) % servers)),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}
