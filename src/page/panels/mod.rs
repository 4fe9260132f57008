//! The state in tables, the event list and the legend: the same world as on the stage, for reading.

mod accounts;
mod answers;
mod courses;
pub mod disk;
mod events;
pub mod inspector;
mod legend;
mod logs;
mod machines;
mod promises;
mod proof;
mod rules;
mod servers;

use leptos::prelude::*;

use super::controls::parts::seen;
use super::state::Store;
use crate::frame::Frame;
use crate::lesson::LessonId;
use accounts::Accounts;
use answers::Answers;
use courses::Courses;
use events::Events;
use inspector::Inspector;
use legend::Legend;
use logs::Logs;
use machines::Machines;
use promises::Promises;
use rules::Rules;
use servers::Servers;

/// Everything beside and below the stage.
#[component]
pub fn Panels(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    disk::look_at_chosen(store);
    let lesson = store.settings.with_value(|settings| settings.lesson);
    let courses = (lesson == Some(LessonId::UpdateQueue)).then(|| view! { <Courses store/> });
    let has_cluster = seen(store, Frame::has_cluster);
    view! {
        <div class="side">
            <Inspector store/>
            <Events store/>
            <Accounts store/>
            <Answers store/>
        </div>
        <Show when=move || has_cluster.get() != Some(false)>
            <Logs store/>
        </Show>
        <div class="below-stage">
            {courses}
            <Machines store/>
            <Show when=move || has_cluster.get() != Some(false)>
                <Servers store/>
            </Show>
            <Promises store/>
            <Rules store/>
            <Legend store/>
        </div>
    }
}
