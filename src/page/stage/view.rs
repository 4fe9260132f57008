//! How the page looks and which keys it hears: theme, large type, full screen, the list of keys.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use crate::page::controls::keys::focus;
use crate::page::controls::parts::Sign;
use crate::page::settings::attribute;
use crate::page::state::Store;
use crate::scene::narrate::Verbosity;

/// The themes by name, the system's own first.
const THEMES: [&str; 5] = ["auto", "light", "dark", "contrast", "projector"];

/// The lines of the list of keys.
const KEYS: [&str; 7] = ["play", "step", "undo", "servers", "actions", "speed", "more"];

/// "View".
#[component]
pub fn ViewMenu(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let name = store.text("button.view");
    let open = store.view_open;
    let button = NodeRef::<leptos::html::Button>::new();
    let close_on_escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            // What had the focus is gone with the menu.
            if let Some(button) = button.get_untracked() {
                focus(&button);
            }
        }
    };
    view! {
        <div class="view" on:keydown=close_on_escape>
            <button
                type="button"
                class="press"
                node_ref=button
                aria-label=name.clone()
                title=name
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Sign name="view"/>
            </button>
            {move || open.get().then(|| view! { <Opened store/> })}
        </div>
    }
}

/// The open menu.
#[component]
fn Opened(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let theme = attribute("data-theme").unwrap_or_else(|| "auto".to_string());
    let options = THEMES.map(|name| {
        let chosen = name == theme;
        view! { <option value=name prop:selected=chosen>{store.text(&format!("view.{name}"))}</option> }
    });
    let told = store.verbosity.get_untracked();
    let verbosities = Verbosity::ALL.map(|verbosity| {
        let name = verbosity.name();
        view! { <option value=name prop:selected=verbosity == told>{store.text(&format!("view.narration-{name}"))}</option> }
    });
    let present = attribute("data-present").is_some();
    let lines = KEYS.map(|name| view! { <li>{store.text(&format!("view.key-{name}"))}</li> });
    view! {
        <div class="popup">
            <label>
                <span>{store.text("view.theme")}</span>
                <select on:change:target=move |event| set("data-theme", &event.target().value(), "auto")>
                    {options.collect_view()}
                </select>
            </label>
            <label>
                <span>{store.text("view.narration")}</span>
                <select on:change:target=move |event| choose_verbosity(store, &event.target().value())>
                    {verbosities.collect_view()}
                </select>
            </label>
            <label class="switch">
                <input
                    type="checkbox"
                    prop:checked=present
                    on:change:target=move |event| set("data-present", if event.target().checked() { "1" } else { "" }, "")
                />
                <span>{store.text("view.present")}</span>
            </label>
            <label class="switch">
                <input
                    type="checkbox"
                    prop:checked=move || store.letters.get()
                    on:change:target=move |event| store.letters.set(event.target().checked())
                />
                <span>{store.text("view.letters")}</span>
            </label>
            <p class="title">{store.text("view.keys")}</p>
            <ul>{lines.collect_view()}</ul>
        </div>
    }
}

fn choose_verbosity(store: Store, name: &str) {
    if let Some(verbosity) = Verbosity::ALL.into_iter().find(|verbosity| verbosity.name() == name) {
        store.verbosity.set(verbosity);
    }
}

/// Sets an attribute of the page, or takes it away for the value that means nothing special.
fn set(name: &str, value: &str, usual: &str) {
    let Some(html) = document().document_element() else { return };
    let done = if value == usual { html.remove_attribute(name) } else { html.set_attribute(name, value) };
    done.expect("the name of the attribute is a good one");
}

/// The whole screen for the page, or not any more. A browser may refuse; then nothing changes.
pub fn toggle_full_screen() {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(html) = document().document_element() {
        let _ = html.request_fullscreen();
    }
}
