//! The actions that people come for: crash the leader, retry a request, buy; and what they say back.

mod actions;
pub(super) mod choices;
pub(super) mod keys;
mod load;
mod notice;
pub(super) mod parts;

use leptos::prelude::*;

use super::state::Store;
use crate::frame::Frame;
use crate::lesson::LessonId;
use actions::{Burst, Buy, CrashLeader, LoseAnswer, ReadLatest, Retry, RetryAsNew};
use choices::{Customer, ItemChoice};
use load::LoadControls;
use notice::Notice;
use parts::seen;

/// Everything above the stage.
#[component]
pub fn Controls(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let lesson = store.settings.with_value(|settings| settings.lesson);
    let burst =
        (lesson == Some(LessonId::UpdateQueue)).then(|| view! { <div class="crowd"><Burst store/></div> });
    // Elsewhere the row is full, and a server's menu shows the account.
    let reading = (lesson == Some(LessonId::LeaderAndFollowers)).then(|| view! { <ReadLatest store/> });
    let has_cluster = seen(store, Frame::has_cluster);
    view! {
        <div
            class="actions"
            role="group"
            aria-label=store.text("controls.actions")
            on:keydown=move |event| keys::on_key(store, &event)
        >
            <div class="big">
                <Show when=move || has_cluster.get() != Some(false) fallback=move || view! { <LoadControls store/> }>
                    <CrashLeader store/>
                    <Retry store/>
                </Show>
            </div>
            <div class="shopping">
                <Customer store/>
                <ItemChoice store/>
                <Buy store/>
                // The row above is full of the load.
                <Show when=move || has_cluster.get() == Some(false)>
                    <Retry store/>
                </Show>
            </div>
            {burst}
            <div class="more">
                <LoseAnswer store/>
                <RetryAsNew store/>
                {reading}
            </div>
        </div>
        <Notice store/>
    }
}
