//! In large type a soft ring follows the pointer, so that the last row of a hall sees what is being shown.

use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, PointerEvent};
use wasm_bindgen::JsCast;

use super::settings::attribute;

/// Begins to watch the pointer. A resting pointer costs nothing.
pub fn follow() {
    let Ok(ring) = document().create_element("div") else { return };
    ring.set_class_name("pointer-ring");
    let hidden = ring.set_attribute("aria-hidden", "true").and_then(|()| ring.set_attribute("hidden", ""));
    let body = document().body().map(|body| body.append_child(&ring));
    if hidden.is_err() || !matches!(body, Some(Ok(_))) {
        return;
    }
    let ring: HtmlElement = ring.unchecked_into();
    let moved = ring.clone();
    window_event_listener_untyped("pointermove", move |event| {
        if attribute("data-present").is_some() {
            place(&moved, event.unchecked_ref());
        }
    });
    window_event_listener_untyped("pointerout", move |event| {
        let event: &PointerEvent = event.unchecked_ref();
        if event.related_target().is_none() {
            ring.set_hidden(true);
        }
    });
}

fn place(ring: &HtmlElement, event: &PointerEvent) {
    let style = HtmlElement::style(ring);
    let to = format!("translate({}px, {}px)", event.client_x(), event.client_y());
    // The name of the property is a good one.
    let _ = style.set_property("transform", &to);
    if ring.hidden() {
        ring.set_hidden(false);
    }
}
