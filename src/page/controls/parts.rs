//! Small parts that several rooms of the page use.

use leptos::prelude::*;

use crate::frame::Frame;
use crate::page::state::Store;

/// A part of the newest frame, told only when it changes; none until the first frame has come.
pub fn seen<T>(store: Store, look: impl Fn(&Frame) -> T + Send + Sync + 'static) -> Memo<Option<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| store.frame.with(|frame| frame.as_ref().map(&look)))
}

/// Path data of the signs on buttons, in a box of 24 by 24.
fn button_sign(name: &str) -> &'static str {
    match name {
        "crash" => "M13 2 L5 14 H11 L9 22 L19 9 H12.5 Z",
        "retry" => "M20 12 A8 8 0 1 1 17 5.8 M17.5 1.5 V6.5 H12.5",
        "buy" => "M3 4 H6 L8.5 15 H18 L20.5 7.5 H7 M10 19.5 V19.6 M16.5 19.5 V19.6",
        "burst" => {
            "M7 8.5 A3 3 0 1 0 7 2.5 A3 3 0 1 0 7 8.5 M17 8.5 A3 3 0 1 0 17 2.5 A3 3 0 1 0 17 8.5 M2 20 C2 11 12 11 12 20 Z M12 20 C12 11 22 11 22 20 Z"
        }
        "lose" => "M4 5 H20 V15 H12 L7 20 V15 H4 Z M9.5 7.5 L14.5 12.5 M14.5 7.5 L9.5 12.5",
        "new" => "M12 4 V20 M4 12 H20",
        "play" => "M7 4 L20 12 L7 20 Z",
        "pause" => "M8 4 V20 M16 4 V20",
        "step" => "M5 4 L15 12 L5 20 Z M19 4 V20",
        "back" => "M19 4 L9 12 L19 20 Z M5 4 V20",
        "start-over" => "M4 12 A8 8 0 1 0 7 5.8 M6.5 1.5 V6.5 H11.5",
        "undo" => "M4 9 H14 A6 6 0 0 1 14 21 H8 M8.5 4 L3.5 9 L8.5 14",
        "redo" => "M20 9 H10 A6 6 0 0 0 10 21 H16 M15.5 4 L20.5 9 L15.5 14",
        "full-screen" => "M4 9 V4 H9 M15 4 H20 V9 M20 15 V20 H15 M9 20 H4 V15",
        "look" => "M2 12 C6 5 18 5 22 12 C18 19 6 19 2 12 Z M12 9 A3 3 0 1 0 12.1 9",
        "view" => "M4 6 H20 M4 12 H20 M4 18 H20 M8 4 V8 M16 10 V14 M10 16 V20",
        "share" => "M12 15 V3 M8 7 L12 3 L16 7 M6 11 H4 V21 H20 V11 H18",
        "close" => "M6 6 L18 18 M18 6 L6 18",
        _ => "",
    }
}

/// The sign on a button; its text says the same, so it is silent.
#[component]
pub fn Sign(
    /// Which one.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
            <path d=move || button_sign(name.get())></path>
        </svg>
    }
}

/// A button that stays reachable when it is impossible, and then says why.
#[component]
pub fn ActionButton(
    /// What the page knows.
    store: Store,
    /// The key of its words, which is also its id.
    key: &'static str,
    /// Its sign.
    sign: &'static str,
    /// The key of what it does, said below it.
    #[prop(into)]
    hint: Signal<String>,
    /// Why it is impossible now.
    #[prop(into)]
    reason: Signal<Option<String>>,
    /// What it does.
    press: fn(Store),
) -> impl IntoView {
    let id = key.replace('.', "-");
    let described_by = format!("{id}-why");
    view! {
        <div class="action" id=id>
            <button
                type="button"
                aria-disabled=move || reason.with(Option::is_some).then_some("true")
                aria-describedby=described_by.clone()
                on:click=move |_| press(store)
            >
                <Sign name=sign/>
                <span>{store.text(key)}</span>
            </button>
            <p class="why" id=described_by>{move || reason.get().unwrap_or_else(|| hint.get())}</p>
        </div>
    }
}
