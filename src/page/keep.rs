//! A frame with an `id` comes back to where it was: decks unload the frames of slides that are far away. What is kept stays in the
//! tab's own storage, and is gone with the tab.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::settings::Settings;
use super::share::page_address;

/// A run and how it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The run at its moment, as a file holds it.
    pub run: String,
    /// Simulated seconds a second.
    pub speed: f64,
}

/// The place of this frame, if it has an id.
fn place(settings: &Settings) -> Option<String> {
    settings.id.as_ref().map(|id| format!("playground {id} {}", page_address()))
}

/// A sandbox may allow no storage; then nothing is kept.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// What was kept, if anything was.
pub fn read(settings: &Settings) -> Option<Kept> {
    let text = storage()?.get_item(&place(settings)?).ok()??;
    let value = js_sys::JSON::parse(&text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

/// Keeps the run in the place of what was there.
pub fn write(settings: &Settings, kept: &Kept) {
    let (Some(place), Some(storage)) = (place(settings), storage()) else { return };
    let value = serde_wasm_bindgen::to_value(kept).ok();
    let text = value.and_then(|value| js_sys::JSON::stringify(&value).ok());
    if let Some(text) = text.and_then(|text| text.as_string()) {
        // A full storage keeps what it had.
        let _ = storage.set_item(&place, &text);
    }
}
