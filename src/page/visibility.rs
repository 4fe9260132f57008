//! Whether anybody can see the page. Time stands still when nobody can: in a hidden tab, and where less than a tenth is on
//! screen, as in a frame that is scrolled away or on another slide.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::playhead::Playhead;

/// How much must be on screen: of the page's height, or of the window's when the page is higher.
const SHARE_MIN: f64 = 0.1;

/// At which shares of the page the browser tells.
const SHARES_TOLD: [f64; 8] = [0.0, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1];

/// Tells the playhead, now and whenever it changes.
pub fn watch(playhead: Rc<Playhead>) {
    let on_screen = Rc::new(Cell::new(true));
    let tell = {
        let on_screen = Rc::clone(&on_screen);
        Rc::new(move || playhead.set_visible(on_screen.get() && !document().hidden()))
    };
    tell();
    watch_screen(on_screen, Rc::clone(&tell));
    let changed = Closure::<dyn FnMut()>::new(move || tell());
    let added =
        document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    added.expect("documents have listeners");
    changed.forget();
}

fn watch_screen(on_screen: Rc<Cell<bool>>, tell: Rc<impl Fn() + 'static>) {
    let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let Some(newest) = entries.iter().last() else { return };
        on_screen.set(is_on_screen(&newest.unchecked_into()));
        tell();
    });
    let options = IntersectionObserverInit::new();
    options
        .set_threshold(&SHARES_TOLD.iter().map(|share| JsValue::from_f64(*share)).collect::<js_sys::Array>());
    let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options);
    let main = document().query_selector("main").ok().flatten();
    if let (Ok(observer), Some(main)) = (observer, main) {
        observer.observe(&main);
    }
    seen.forget();
}

fn is_on_screen(entry: &IntersectionObserverEntry) -> bool {
    let (whole, seen) = (entry.bounding_client_rect(), entry.intersection_rect());
    let window_height =
        window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(whole.height());
    let enough = |seen: f64, whole: f64| seen > 0.0 && seen >= SHARE_MIN * whole;
    enough(seen.height(), whole.height().min(window_height)) && enough(seen.width(), whole.width())
}
