//! The load of a world without a cluster: how many users, how many web servers, how many may wait, a burst.

use leptos::prelude::*;

use super::parts::{ActionButton, seen};
use crate::command::Command;
use crate::page::state::{Click, Store};
use crate::scene::caption;
use crate::scene::load::{BURST, LIMITS, STEPS_MAX, limit_of, step_of, users_at};
use crate::words::plain;

/// Users, web servers, the limit of the queues, and the burst.
#[component]
pub fn LoadControls(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let has_web_servers = seen(store, |frame| frame.load.as_ref().is_some_and(|load| load.web_servers > 0));
    view! {
        <div class="load-controls">
            <Users store/>
            <Show when=move || has_web_servers.get() == Some(true)>
                <WebServers store/>
            </Show>
            <QueueLimit store/>
            <ActionButton
                store
                key="button.load-burst"
                sign="burst"
                hint=store.text("hint.load-burst")
                reason=Signal::stored(None::<String>)
                press=|store| store.click(Click::Do(Command::Burst { count: BURST }))
            />
        </div>
    }
}

/// From one user to a million, each tenfold as long as the next.
#[component]
fn Users(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let users = seen(store, |frame| frame.load.as_ref().map_or(0, |load| load.users));
    let users = move || users.get().unwrap_or(0);
    let told = move || {
        let count = caption::args([("count", plain(caption::grouped(users().into())))]);
        store.fill("load.users", &count)
    };
    let choose = move |step: String| {
        if let Ok(step) = step.parse() {
            store.click(Click::Do(Command::Users { count: users_at(step) }));
        }
    };
    view! {
        <label class="choice slide">
            <span>{store.text("choice.users")}</span>
            <input
                type="range"
                min="0"
                max=STEPS_MAX.to_string()
                prop:value=move || step_of(users()).to_string()
                aria-valuetext=told
                on:change:target=move |event| choose(event.target().value())
            />
            <output>{told}</output>
        </label>
    }
}

/// One to eight web servers.
#[component]
fn WebServers(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let count = seen(store, |frame| frame.load.as_ref().map_or(0, |load| load.web_servers));
    let options = (1..=8_u8).map(|number| {
        view! { <option value=number.to_string() prop:selected=move || count.get() == Some(number)>{number.to_string()}</option> }
    });
    let choose = move |number: String| {
        if let Ok(count) = number.parse() {
            store.click(Click::Do(Command::WebServers { count }));
        }
    };
    view! {
        <label class="choice">
            <span>{store.text("choice.web-servers")}</span>
            <select on:change:target=move |event| choose(event.target().value())>{options.collect_view()}</select>
        </label>
    }
}

/// How many requests may wait at a machine. More than its memory holds is no limit at all.
#[component]
fn QueueLimit(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let limit = seen(store, |frame| frame.load.as_ref().map_or(0, |load| limit_of(load.queue_limit)));
    let options = LIMITS.map(|number| {
        let text = match number {
            _ if number == LIMITS[LIMITS.len() - 1] => store.text("choice.no-limit"),
            _ => caption::grouped(number.into()),
        };
        view! { <option value=number.to_string() prop:selected=move || limit.get() == Some(number)>{text}</option> }
    });
    let choose = move |number: String| {
        if let Ok(value) = number.parse() {
            store.click(Click::Do(Command::Option { name: "queue-limit".to_string(), value }));
        }
    };
    view! {
        <label class="choice">
            <span>{store.text("choice.queue-limit")}</span>
            <select on:change:target=move |event| choose(event.target().value())>{options.collect_view()}</select>
        </label>
    }
}
