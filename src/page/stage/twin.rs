//! Right and wrong side by side: the same run under another rule, beside the picture; where there is no room for both, one or the other.

use leptos::prelude::*;

use super::banners::Banners;
use super::{Picture, layout};
use crate::page::controls::parts::seen;
use crate::page::panels::disk::{Disk, alone};
use crate::page::state::{Click, Store};
use crate::scene;

/// The picture, and beside it the other world while it is looked at.
#[component]
pub fn Twin(
    /// What the page knows.
    store: Store,
    /// The picture.
    children: Children,
) -> impl IntoView {
    let shown = Memo::new(move |_| store.twin.with(Option::is_some));
    let is_alone = seen(store, |frame| alone(frame).is_some());
    let other_in_front = RwSignal::new(true);
    view! {
        <div
            class="pictures"
            class:two=shown
            class:other-in-front=other_in_front
            class:with-disk=move || is_alone.get() == Some(true)
        >
            {move || shown.get().then(|| view! { <Which store other_in_front/> })}
            <div class="mine">
                {children()}
                <Disk store can_be_harmed=true/>
            </div>
            {move || shown.get().then(|| view! { <Other store/> })}
        </div>
    }
}

/// Which of the two is seen where there is room for one; and back to the right one alone.
#[component]
fn Which(
    /// What the page knows.
    store: Store,
    /// The other one is in front.
    other_in_front: RwSignal<bool>,
) -> impl IntoView {
    let choose = move |key: &'static str, other: bool| {
        view! {
            <button
                type="button"
                class="front"
                aria-pressed=move || (other_in_front.get() == other).to_string()
                on:click=move |_| other_in_front.set(other)
            >
                {store.text(key)}
            </button>
        }
    };
    view! {
        <div class="which" role="group" aria-label=store.text("twin.which")>
            {choose("twin.right", false)}
            {choose("twin.other", true)}
            <button type="button" on:click=move |_| store.click(Click::Alone)>{store.text("twin.alone")}</button>
        </div>
    }
}

/// The world under the other rule.
#[component]
fn Other(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let twin = store.beside();
    let layout = layout(twin);
    let scene = Memo::new(move |_| {
        let layout = layout.get();
        twin.frame.with(|frame| frame.as_ref().map(|frame| scene::draw(frame, &layout)))
    });
    let list = NodeRef::new();
    view! {
        <div class="other">
            <div class="picture">
                <Picture store=twin scene layout menu=RwSignal::new(None) list of_cluster="twin.name" of_machines="twin.machines"/>
            </div>
            <Disk store=twin can_be_harmed=false/>
            <p class="harm">{move || store.twin_harm.get()}</p>
            <Banners store=twin/>
            <ul class="unseen" aria-label=store.text("stage.messages") node_ref=list></ul>
        </div>
    }
}
