//! The buttons that act on the world, and the same actions for the keys.

use leptos::prelude::*;

use super::parts::{ActionButton, seen};
use crate::command::Command;
use crate::frame::{Client, Frame};
use crate::page::state::{Click, Store};
use crate::scene::caption;

/// Why something cannot be done, for a visitor; none when it can.
type Reason = Option<String>;

/// Crashes the leader, or says why there is none to crash.
pub fn crash_leader(store: Store) {
    do_or_say(store, no_crash_leader, |_| Command::CrashLeader);
}

/// Sends the chosen customer's last request again, same number.
pub fn retry(store: Store) {
    do_or_say(store, no_retry, |store| Command::Retry { client: store.client.get_untracked() });
}

/// A new request of the chosen customer for the chosen item.
pub fn buy(store: Store) {
    do_or_say(
        store,
        |_, _| None,
        |store| Command::Buy {
            client: store.client.get_untracked(),
            item: store.item.get_untracked(),
            count: None,
            server: None,
        },
    );
}

/// The chosen customer asks for the latest value of the account.
fn read_latest(store: Store) {
    do_or_say(
        store,
        |_, _| None,
        |store| Command::View { client: store.client.get_untracked(), server: None },
    );
}

fn burst(store: Store) {
    let everybody = |store: Store| {
        let customers =
            store.frame.with_untracked(|frame| frame.as_ref().map_or(0, |frame| frame.clients.len()));
        Command::Burst { count: customers as u32 }
    };
    do_or_say(store, |_, _| None, everybody);
}

fn lose_answer(store: Store) {
    do_or_say(store, no_lose_answer, |store| Command::LoseAnswer { client: store.client.get_untracked() });
}

fn retry_as_new(store: Store) {
    do_or_say(store, no_retry, |store| Command::RetryAsNew { client: store.client.get_untracked() });
}

/// Does it, or tells the visitor why not.
fn do_or_say(store: Store, why_not: fn(Store, &Frame) -> Reason, command: fn(Store) -> Command) {
    match untrack(|| reason(store, why_not)) {
        None => store.click(Click::Do(command(store))),
        why => store.notice.set(why),
    }
}

/// Why something cannot be done now; before the first frame, because nothing is there yet.
fn reason(store: Store, why_not: fn(Store, &Frame) -> Reason) -> Reason {
    store.frame.with(|frame| match frame {
        Some(frame) => why_not(store, frame),
        None => Some(store.text("reason.loading")),
    })
}

fn watched(store: Store, why_not: fn(Store, &Frame) -> Reason) -> Memo<Reason> {
    Memo::new(move |_| reason(store, why_not))
}

fn no_crash_leader(store: Store, frame: &Frame) -> Reason {
    frame.no_crash_leader.map(|refusal| store.text(&format!("refusal.{}", refusal.code())))
}

fn no_retry(store: Store, frame: &Frame) -> Reason {
    let refusal = chosen(store, frame)?.no_retry?;
    Some(store.text(&format!("refusal.{}", refusal.code())))
}

fn no_lose_answer(store: Store, frame: &Frame) -> Reason {
    chosen(store, frame)?.loses_next_answer.then(|| store.text("reason.loses-already"))
}

fn chosen(store: Store, frame: &Frame) -> Option<&Client> {
    let id = store.client.get();
    frame.clients.iter().find(|client| client.id == id)
}

/// What a retry would repeat: "#2 Legendary Sword", or the hint while there is nothing.
fn last_wish(store: Store) -> Signal<String> {
    let wish = seen(store, move |frame| {
        let request = chosen(store, frame)?.requests.first()?;
        Some(store.words.with_value(|words| caption::wish(request, words)))
    });
    Signal::derive(move || wish.get().flatten().unwrap_or_else(|| store.text("hint.retry")))
}

/// "Crash leader".
#[component]
pub fn CrashLeader(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let is_alone = seen(store, |frame| frame.servers.len() == 1);
    let hint = Signal::derive(move || match is_alone.get() {
        Some(true) => store.text("hint.crash-alone"),
        _ => store.text("hint.crash-leader"),
    });
    view! {
        <ActionButton
            store
            key="button.crash-leader"
            sign="crash"
            hint
            reason=watched(store, no_crash_leader)
            press=crash_leader
        />
    }
}

/// "Retry request".
#[component]
pub fn Retry(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    view! {
        <ActionButton
            store
            key="button.retry"
            sign="retry"
            hint=last_wish(store)
            reason=watched(store, no_retry)
            press=retry
        />
    }
}

/// "Buy".
#[component]
pub fn Buy(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let prices = seen(store, |frame| frame.prices);
    let price = Signal::derive(move || {
        let price = prices.get().unwrap_or_default().of(store.item.get());
        store.words.with_value(|words| caption::money(price, words))
    });
    view! {
        <ActionButton
            store
            key="button.buy"
            sign="buy"
            hint=price
            reason=watched(store, |_, _| None)
            press=buy
        />
    }
}

/// "Read latest".
#[component]
pub fn ReadLatest(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let hint = store.text("hint.view-latest");
    view! {
        <ActionButton
            store
            key="button.view-latest"
            sign="look"
            hint
            reason=watched(store, |_, _| None)
            press=read_latest
        />
    }
}

/// "Everybody buys": all customers who have nothing yet press the button at the same moment.
#[component]
pub fn Burst(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let hint = store.text("hint.burst");
    view! {
        <ActionButton
            store
            key="button.burst"
            sign="burst"
            hint
            reason=watched(store, |_, _| None)
            press=burst
        />
    }
}

/// "Lose next answer".
#[component]
pub fn LoseAnswer(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let hint = store.text("hint.lose-answer");
    view! {
        <ActionButton
            store
            key="button.lose-answer"
            sign="lose"
            hint
            reason=watched(store, no_lose_answer)
            press=lose_answer
        />
    }
}

/// "Retry as new request": the mistake.
#[component]
pub fn RetryAsNew(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let hint = store.text("hint.retry-as-new");
    view! {
        <ActionButton
            store
            key="button.retry-as-new"
            sign="new"
            hint
            reason=watched(store, no_retry)
            press=retry_as_new
        />
    }
}
