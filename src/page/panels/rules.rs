//! The rules: each pattern can be switched off to watch a promise break.

use leptos::prelude::*;

use crate::command::Command;
use crate::frame::Frame;
use crate::page::controls::parts::seen;
use crate::page::state::{Click, Store};
use crate::scene::rules::{FROM_START_OVER, Pattern, key, patterns};

/// "Rules"; nothing in a world without any.
#[component]
pub fn Rules(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let offered = seen(store, patterns);
    let offered = move || offered.get().unwrap_or_default();
    view! {
        <Show when=move || !offered().is_empty()>
            <Offered store offered=offered()/>
        </Show>
    }
}

/// The rules of a world.
#[component]
fn Offered(
    /// What the page knows.
    store: Store,
    /// The patterns that there are in it.
    offered: &'static [Pattern],
) -> impl IntoView {
    let rows = offered.iter().map(|pattern| view! { <Rule store pattern=*pattern/> }).collect_view();
    let all_right = seen(store, |frame| frame.wrong.is_empty());
    let has_cluster = seen(store, Frame::has_cluster);
    view! {
        <section class="panel rules" aria-labelledby="rules">
            <h2 id="rules">{store.text("rules.heading")}</h2>
            <p>{store.text("rules.hint")}</p>
            <div class="table">
                {rows}
                <Show when=move || has_cluster.get() == Some(true)>
                    <Servers store/>
                </Show>
            </div>
            <button
                type="button"
                aria-disabled=move || all_right.get().unwrap_or(true).then_some("true")
                on:click=move |_| restore(store)
            >
                {store.text("rules.restores")}
            </button>
        </section>
    }
}

/// Puts the right rule of every pattern in force.
fn restore(store: Store) {
    let in_force = store
        .frame
        .with_untracked(|frame| frame.as_ref().map(|frame| (patterns(frame), frame.rules.clone())));
    let (offered, in_force) = in_force.unwrap_or_default();
    for (pattern, values) in offered {
        if in_force.get(*pattern).is_some_and(|value| value != values[0]) {
            choose(store, pattern, values[0]);
        }
    }
}

/// Where things are kept cannot change while the world lives: such a rule starts over.
fn choose(store: Store, pattern: &str, value: &str) {
    let (pattern_name, value) = (pattern.to_string(), value.to_string());
    store.click(match FROM_START_OVER.contains(&pattern) {
        true => Click::StartWithRule(pattern_name, value),
        false => Click::Do(Command::Rule { pattern: pattern_name, value }),
    });
}

/// One pattern: its name, and the rule in force as a choice.
#[component]
fn Rule(
    /// What the page knows.
    store: Store,
    /// Which one.
    pattern: Pattern,
) -> impl IntoView {
    let (name, values) = pattern;
    let in_force = seen(store, move |frame| frame.rules.get(name).cloned().unwrap_or_default());
    let is_wrong = move || in_force.get().is_some_and(|value| value != values[0]);
    let option = move |value: &'static str| {
        let text = store.text(&key(pattern, value));
        let is_chosen = move || in_force.get().as_deref() == Some(value);
        view! { <option value=value prop:selected=is_chosen>{text}</option> }
    };
    let again = if FROM_START_OVER.contains(&name) { " ↺" } else { "" };
    view! {
        <label class:is-wrong=is_wrong>
            <span>{store.text(&format!("pattern.{name}"))}{again}</span>
            <select on:change:target=move |event| choose(store, name, &event.target().value())>
                {values.iter().map(|value| option(value)).collect_view()}
            </select>
        </label>
    }
}

/// How many servers there are; choosing starts over.
#[component]
fn Servers(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let count = seen(store, |frame| frame.servers.len());
    let option = move |number: usize| {
        view! { <option value=number.to_string() prop:selected=move || count.get() == Some(number)>{number}</option> }
    };
    let choose = move |text: String| {
        if let Ok(number) = text.parse() {
            store.click(Click::StartWithServers(number));
        }
    };
    view! {
        <label>
            <span>{store.text("rules.servers")}" ↺"</span>
            <select on:change:target=move |event| choose(event.target().value())>
                {(1..=9).map(option).collect_view()}
            </select>
        </label>
    }
}
