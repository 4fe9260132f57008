//! Who buys, and what.

use leptos::prelude::*;

use super::parts::seen;
use crate::frame::ClientId;
use crate::host::address::{SPEEDS, speed, speed_name};
use crate::page::state::Store;
use crate::scene::caption;
use crate::shop::Item;

/// A labelled choice.
#[component]
fn Choice(
    /// What the page knows.
    store: Store,
    /// The key of its label.
    key: &'static str,
    /// The values and what they are called.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Told the value that a visitor has chosen.
    choose: Callback<String>,
) -> impl IntoView {
    let option = move |(name, text): (String, String)| {
        let this = name.clone();
        view! { <option value=name prop:selected=move || value.get() == this>{text}</option> }
    };
    view! {
        <label class="choice">
            <span>{store.text(key)}</span>
            <select on:change:target=move |event| choose.run(event.target().value())>
                <For each=move || options.get() key=Clone::clone children=option/>
            </select>
        </label>
    }
}

/// "Customer": on whose behalf the buttons ask.
#[component]
pub fn Customer(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let names = seen(store, move |frame| {
        let name = |name: &str| store.words.with_value(|words| words.name(name));
        frame.clients.iter().map(|client| (client.id.to_string(), name(&client.name))).collect::<Vec<_>>()
    });
    let first = move || {
        let id = ClientId::of_customer(1);
        vec![(id.to_string(), store.words.with_value(|words| words.name(&id.owner().name())))]
    };
    let options = Signal::derive(move || names.get().unwrap_or_else(first));
    let value = Signal::derive(move || store.client.get().to_string());
    let choose = Callback::new(move |name: String| {
        if let Ok(id) = name.parse() {
            store.client.set(id);
        }
    });
    view! { <Choice store key="choice.customer" options value choose/> }
}

/// "Item": what Buy buys.
#[component]
pub fn ItemChoice(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let options: Vec<(String, String)> =
        Item::ALL.map(|item| (item.name().to_string(), store.text(&format!("item.{}", item.name())))).into();
    let value = Signal::derive(move || store.item.get().name().to_string());
    let choose = Callback::new(move |name: String| {
        if let Some(item) = Item::ALL.into_iter().find(|item| item.name() == name) {
            store.item.set(item);
        }
    });
    view! { <Choice store key="choice.item" options value choose/> }
}

/// "Speed".
#[component]
pub fn Speed(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let name = |speed: f64| {
        store.words.with_value(|words| {
            words.fill("choice.times", &caption::args([("speed", crate::words::plain(speed_name(speed)))]))
        })
    };
    let options: Vec<(String, String)> = SPEEDS.map(|speed| (speed_name(speed), name(speed))).into();
    let value = Signal::derive(move || speed_name(store.speed.get()));
    let choose = Callback::new(move |text: String| {
        if let Some(speed) = speed(&text) {
            store.click(crate::page::state::Click::Speed(speed));
        }
    });
    view! { <Choice store key="choice.speed" options value choose/> }
}
