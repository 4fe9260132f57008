//! Reads from the browser what [`crate::host::address`] needs to know.

use web_sys::{UrlSearchParams, Window};

use crate::host::address::{Page, Surroundings, complaint, read};
use crate::ordered::Map;

pub use crate::host::address::{ControlsShown, Settings};

/// What this page's address asks for; complaints about bad values go to the console.
pub fn from_browser(window: &Window) -> Settings {
    let search = window.location().search().unwrap_or_default();
    let (settings, complaints) = read(&pairs(&search), &surroundings(window));
    complaints.iter().for_each(|complaint| complain(complaint));
    settings
}

/// Tells whoever looks into the console.
fn complain(complaint: &str) {
    web_sys::console::info_1(&complaint.into());
}

/// Which rules there are is the world's knowledge: what the address asked for and is not in force there is complained of, too.
pub fn complain_of_rules(settings: &Settings, in_force: &Map<String, String>) {
    let unknown = settings.rules.iter().filter(|(pattern, value)| in_force.get(pattern) != Some(value));
    unknown.for_each(|(pattern, value)| complain(&complaint("rule", &format!("{pattern}:{value}"))));
}

/// Whether the page stands in a frame of another page.
pub fn is_framed(window: &Window) -> bool {
    match window.parent() {
        Ok(Some(parent)) => &parent != window,
        _ => false,
    }
}

/// Whether only the stage is shown, as in somebody's slide.
pub fn is_embedded() -> bool {
    leptos::prelude::document().document_element().is_some_and(|html| html.class_list().contains("embed"))
}

/// Whether the window is of that kind now, in the words of a media query.
pub fn window_is(query: &str) -> bool {
    leptos::prelude::window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}

/// An attribute of the `<html>` element, which the static pages and the start script set.
pub fn attribute(name: &str) -> Option<String> {
    leptos::prelude::document().document_element()?.get_attribute(name)
}

fn surroundings(window: &Window) -> Surroundings {
    Surroundings {
        lang: attribute("lang").unwrap_or_else(|| "en".to_string()),
        page: page(),
        framed: is_framed(window),
        prefers_reduced_motion: window_is("(prefers-reduced-motion: reduce)"),
    }
}

fn page() -> Page {
    let lesson = attribute("data-lesson").and_then(|name| name.parse().ok());
    match (lesson, attribute("data-page").as_deref()) {
        (Some(lesson), _) => Page::Lesson(lesson),
        (None, Some("sandbox")) => Page::Sandbox,
        (None, _) => Page::Home,
    }
}

fn pairs(search: &str) -> Vec<(String, String)> {
    let Ok(parameters) = UrlSearchParams::new_with_str(search) else { return Vec::new() };
    parameters.entries().into_iter().flatten().filter_map(pair).collect()
}

fn pair(entry: wasm_bindgen::JsValue) -> Option<(String, String)> {
    let entry: js_sys::Array = entry.into();
    Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
}
