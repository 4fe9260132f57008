//! What the signs mean, drawn by the same hand as the stage.

use leptos::prelude::*;

use crate::frame::Role;
use crate::page::stage::Drawn;
use crate::page::state::Store;
use crate::scene::icons::KINDS;
use crate::scene::paint;

/// The roles, in the order of the legend.
const ROLES: [Role; 5] = [Role::Leader, Role::Follower, Role::PreCandidate, Role::Candidate, Role::Down];

/// "Legend".
#[component]
pub fn Legend(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let row = |sign: AnyView, key: String| view! { <li>{sign}<span>{store.text(&key)}</span></li> };
    let messages = KINDS.map(|kind| {
        row(
            view! { <Drawn size=(56, 28) shapes=paint::legend_sign(kind)/> }.into_any(),
            format!("kind.{}", kind.name()),
        )
    });
    let roles = ROLES.map(|role| {
        row(
            view! { <Drawn size=(28, 28) shapes=paint::legend_role(role)/> }.into_any(),
            format!("role.{}", role.name()),
        )
    });
    let signs = paint::legend_extras().map(|(name, shapes)| {
        row(view! { <Drawn size=(56, 28) shapes/> }.into_any(), format!("legend.{name}"))
    });
    view! {
        <section class="panel legend" aria-labelledby="legend">
            <h2 id="legend">{store.text("table.legend")}</h2>
            <h3>{store.text("legend.messages")}</h3>
            <ul>{messages.collect_view()}</ul>
            <h3>{store.text("legend.servers")}</h3>
            <ul>{roles.collect_view()}</ul>
            <h3>{store.text("legend.signs")}</h3>
            <ul>{signs.collect_view()}</ul>
            <p>{store.text("legend.generation")}</p>
        </section>
    }
}
