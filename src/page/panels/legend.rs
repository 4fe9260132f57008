//! What the signs mean, drawn by the same hand as the stage.

use leptos::prelude::*;

use crate::frame::{CROWD, MessageKind, Role};
use crate::page::controls::parts::seen;
use crate::page::stage::Drawn;
use crate::page::state::Store;
use crate::scene::icons::KINDS;
use crate::scene::machines;
use crate::scene::paint::{self, Shape};

/// The roles, in the order of the legend.
const ROLES: [Role; 5] = [Role::Leader, Role::Follower, Role::PreCandidate, Role::Candidate, Role::Down];

/// The messages between customers and machines.
const OF_CUSTOMERS: [MessageKind; 2] = [MessageKind::Request, MessageKind::Answer];

/// "Legend".
#[component]
pub fn Legend(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    // None: a cluster.
    let has_database = seen(store, |frame| frame.load.as_ref().map(|load| load.web_servers > 0));
    let signs = move || match has_database.get().flatten() {
        Some(has_database) => view! { <OfMachines store has_database/> }.into_any(),
        None => view! { <OfCluster store/> }.into_any(),
    };
    view! {
        <section class="panel legend" aria-labelledby="legend">
            <h2 id="legend">{store.text("table.legend")}</h2>
            {signs}
        </section>
    }
}

/// A sign in a view box of that size, and what it means.
fn row(store: Store, size: (u32, u32), shapes: Vec<Shape>, key: &str) -> impl IntoView + use<> {
    view! { <li><Drawn size shapes/><span>{store.text(key)}</span></li> }
}

fn message(store: Store, kind: MessageKind) -> impl IntoView + use<> {
    row(store, (56, 28), paint::legend_sign(kind), &format!("kind.{}", kind.name()))
}

/// The signs of a cluster.
#[component]
fn OfCluster(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let has_crowd = seen(store, |frame| frame.clients.len() > CROWD);
    let crowd =
        move || (has_crowd.get() == Some(true)).then(|| view! { <p>{store.text("legend.crowd")}</p> });
    let messages = KINDS.map(|kind| message(store, kind));
    let roles =
        ROLES.map(|role| row(store, (28, 28), paint::legend_role(role), &format!("role.{}", role.name())));
    let signs =
        paint::legend_extras().map(|(name, shapes)| row(store, (56, 28), shapes, &format!("legend.{name}")));
    view! {
        <h3>{store.text("legend.messages")}</h3>
        <ul>{messages.collect_view()}</ul>
        <h3>{store.text("legend.servers")}</h3>
        <ul>{roles.collect_view()}</ul>
        <h3>{store.text("legend.signs")}</h3>
        <ul>{signs.collect_view()}</ul>
        <p>{store.text("legend.generation")}</p>
        <p>{store.text("legend.logs")}</p>
        <p>{store.text("legend.accounts")}</p>
        <p>{store.text("legend.timeline")}</p>
        {crowd}
    }
}

/// The signs of machines with a load.
#[component]
fn OfMachines(
    /// What the page knows.
    store: Store,
    /// They are web servers before a database.
    has_database: bool,
) -> impl IntoView {
    let signs = machines::legend(has_database)
        .into_iter()
        .map(|(name, shapes)| row(store, (76, 28), shapes, &format!("legend.{name}")))
        .collect_view();
    let messages = OF_CUSTOMERS.map(|kind| message(store, kind));
    view! {
        <h3>{store.text("legend.machines")}</h3>
        <ul>{signs}</ul>
        <h3>{store.text("legend.customers")}</h3>
        <ul>{messages.collect_view()}</ul>
        <p>{store.text("legend.gauges")}</p>
    }
}
