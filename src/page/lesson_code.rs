//! The code of a pattern: the source file that the running program was compiled from, fetched when it is opened, with the lines marked
//! where the lesson's rules decide.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Response};

use super::state::Store;

/// Fetches the source into an opened part of the page, once.
pub fn show(store: Store, details: Element) {
    let Ok(Some(place)) = details.query_selector("pre") else { return };
    if place.has_child_nodes() {
        return;
    }
    let address = details.get_attribute("data-source").unwrap_or_default();
    let patterns = details.get_attribute("data-patterns").unwrap_or_default();
    let rules: Vec<(String, String)> = store.frame.with_untracked(|frame| {
        let in_force = frame.iter().flat_map(|frame| &frame.rules);
        let asked = in_force.filter(|(pattern, _)| patterns.split(' ').any(|name| name == pattern.as_str()));
        asked.map(|(pattern, value)| (pattern.clone(), value.clone())).collect()
    });
    leptos::task::spawn_local(async move {
        match text(&address).await {
            Some(text) => write(&place, &text, &rules),
            None => place.set_text_content(Some(&store.text("code.missing"))),
        }
    });
}

async fn text(address: &str) -> Option<String> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// Line by line, so that those that name a rule of the lesson can be marked, the one in force more strongly.
fn write(place: &Element, text: &str, rules: &[(String, String)]) {
    for line in text.lines() {
        let Ok(element) = document().create_element("span") else { return };
        element.set_text_content(Some(&format!("{line}\n")));
        let names = |kind: &str, value: &str| line.contains(&format!("{kind}::{value}"));
        let decides = rules.iter().any(|(pattern, _)| {
            names(&camel(pattern), "") || line.contains(&format!("rules.{}", pattern.replace('-', "_")))
        });
        let in_force = rules.iter().any(|(pattern, value)| names(&camel(pattern), &camel(value)));
        let class = match (in_force, decides) {
            (true, _) => "line in-force",
            (false, true) => "line decides",
            _ => "line",
        };
        element.set_class_name(class);
        if place.append_child(&element).is_err() {
            return;
        }
    }
}

/// `of-the-living` is `OfTheLiving` in the code.
fn camel(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .map(|first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    name.split('-').map(part).collect()
}
