//! The menu of a server or a machine.

use leptos::prelude::*;
use leptos::web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, Node};
use wasm_bindgen::{JsCast, JsValue};

use crate::decimal::short;
use crate::frame::{Place, ServerId};
use crate::page::controls::keys::{focus, focus_server};
use crate::page::panels::inspector;
use crate::page::state::{Click, Store};
use crate::scene::inspect::Chosen;
use crate::scene::menu::{Item, errands, items};
use crate::scene::{Layout, caption};

/// The menu of the server or machine that is named by `open`.
#[component]
pub fn Menu(
    /// What the page knows.
    store: Store,
    /// The server whose menu is open.
    open: RwSignal<Option<ServerId>>,
    /// Where everything stands.
    layout: Memo<Layout>,
) -> impl IntoView {
    move || open.get().map(|id| view! { <Opened store id open layout/> })
}

/// Closes the menu and gives the focus back to its server.
fn close(open: RwSignal<Option<ServerId>>, id: ServerId) {
    open.set(None);
    focus_server(id);
}

/// Where the menu of a server stands, in percent of the picture, and to which sides it opens.
fn position(layout: &Layout, id: ServerId) -> (f64, f64, &'static str) {
    let at = layout.at(Place::Server(id)).unwrap_or_default();
    let (x, y) = (at.x / layout.width * 100.0, at.y / layout.height * 100.0);
    let class = match (x > 55.0, y > 50.0) {
        (false, false) => "menu",
        (true, false) => "menu leftwards",
        (false, true) => "menu upwards",
        (true, true) => "menu leftwards upwards",
    };
    (x, y, class)
}

/// An open menu.
#[component]
fn Opened(
    /// What the page knows.
    store: Store,
    /// Whose menu.
    id: ServerId,
    /// The server whose menu is open.
    open: RwSignal<Option<ServerId>>,
    /// Where everything stands.
    layout: Memo<Layout>,
) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Div>::new();
    let found = Memo::new(move |_| {
        let of_server = store.frame.with(|frame| frame.as_ref().map(|frame| items(frame, id)));
        let of_customer = errands(id, store.client.get(), store.item.get());
        of_server.map(|items| [items, of_customer].concat()).unwrap_or_default()
    });
    let at = Memo::new(move |_| layout.with(|layout| position(layout, id)));
    Effect::new(move |_| {
        let Some(menu) = menu.get() else { return };
        keep_inside(&menu);
        menu_items(&menu).first().into_iter().for_each(focus);
    });
    let title = store.words.with_value(|words| caption::menu(id, words));
    let count = Memo::new(move |_| found.with(Vec::len));
    let row = move |nth| {
        let item = Memo::new(move |_| found.with(|items| items.get(nth).cloned()));
        view! { <MenuItem store nth item chosen=Callback::new(move |_| close(open, id))/> }
    };
    view! {
        <div
            class=move || at.get().2
            role="menu"
            aria-label=title
            node_ref=menu
            style:left=move || short(at.get().0, 2) + "%"
            style:top=move || short(at.get().1, 2) + "%"
            on:keydown=move |event| on_key(&event, open, id)
            on:focusout=move |event| on_focus_out(&event, open)
        >
            <For each=move || 0..count.get() key=|nth| *nth children=row/>
            {inspector::lies_over_the_page(store).then(|| view! { <Look store id open/> })}
        </div>
    }
}

/// A closer look, where opening the menu is none yet.
#[component]
fn Look(
    /// What the page knows.
    store: Store,
    /// At whom.
    id: ServerId,
    /// The server whose menu is open.
    open: RwSignal<Option<ServerId>>,
) -> impl IntoView {
    let look = move |_| {
        store.chosen.set(Some(Chosen::Server(id)));
        open.set(None);
        inspector::focus_it();
    };
    view! {
        <button type="button" role="menuitem" tabindex="-1" on:click=look>
            <span>{store.text("inspect.heading")}</span>
        </button>
    }
}

/// One thing to do. An impossible one can be reached and says why, but does nothing.
#[component]
fn MenuItem(
    /// What the page knows.
    store: Store,
    /// Its place in the menu, from 0.
    nth: usize,
    /// What it does; none while there is no frame.
    item: Memo<Option<Item>>,
    /// Told once it has been done.
    chosen: Callback<()>,
) -> impl IntoView {
    let label = move || item.with(|item| item.as_ref().map(|item| store.text(item.key)));
    let reason = move || {
        item.with(|item| item.as_ref().and_then(|item| item.impossible.as_ref()).map(|key| store.text(key)))
    };
    let choose = move |_| {
        let Some(Item { command, impossible: None, .. }) = item.get_untracked() else { return };
        store.click(Click::Do(command));
        chosen.run(());
    };
    let (id, why) = (format!("menu-why-{nth}"), format!("menu-why-{nth}"));
    view! {
        <button
            type="button"
            role="menuitem"
            tabindex="-1"
            aria-label=label
            aria-disabled=move || reason().map(|_| "true")
            aria-describedby=why
            on:click=choose
        >
            <span>{label}</span>
            <small id=id>{reason}</small>
        </button>
    }
}

/// How far a menu stays away from the edges of the window, in pixels.
const AWAY: f64 = 8.0;

/// In a small window a menu may not fit beside its server: it moves into the window as far as it must.
fn keep_inside(menu: &HtmlElement) {
    let size =
        |found: Result<JsValue, JsValue>| found.ok().and_then(|size| size.as_f64()).unwrap_or(f64::MAX);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let place = menu.get_bounding_client_rect();
    // What is too large begins where it can be read from.
    let inwards = |from: f64, to: f64, room: f64| (room - AWAY - to).min(0.0).max(AWAY - from);
    for (name, pixels) in [
        ("margin-left", inwards(place.left(), place.right(), width)),
        ("margin-top", inwards(place.top(), place.bottom(), height)),
    ] {
        let set = HtmlElement::style(menu).set_property(name, &(short(pixels, 0) + "px"));
        set.expect("these are names of properties");
    }
}

fn menu_items(menu: &Element) -> Vec<Element> {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|nth| found.item(nth)?.dyn_into().ok()).collect()
}

/// Escape and Tab close, arrows go up and down, Home and End to the ends. No key of an open menu reaches the stage.
fn on_key(event: &KeyboardEvent, open: RwSignal<Option<ServerId>>, id: ServerId) {
    event.stop_propagation();
    let Some(menu) = event.current_target().and_then(|menu| menu.dyn_into::<Element>().ok()) else { return };
    let items = menu_items(&menu);
    let here = items.iter().position(|item| document().active_element().as_ref() == Some(item)).unwrap_or(0);
    let there = match event.key().as_str() {
        "Escape" | "Tab" => return close_by_key(event, open, id),
        "ArrowDown" => (here + 1) % items.len().max(1),
        "ArrowUp" => (here + items.len().max(1) - 1) % items.len().max(1),
        "Home" => 0,
        "End" => items.len().saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    items.get(there).into_iter().for_each(focus);
}

fn close_by_key(event: &KeyboardEvent, open: RwSignal<Option<ServerId>>, id: ServerId) {
    event.prevent_default();
    close(open, id);
}

/// The menu closes when the focus goes elsewhere.
fn on_focus_out(event: &FocusEvent, open: RwSignal<Option<ServerId>>) {
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<Element>().ok());
    let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
    let stays = menu.is_some_and(|menu| menu.contains(next.as_ref()));
    // Closing by choosing removes the menu first; the signal is then set to what it is already.
    if !stays && next.is_some() && open.try_get_untracked().flatten().is_some() {
        open.set(None);
    }
}
