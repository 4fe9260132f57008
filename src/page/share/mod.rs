//! "Share": the link to this moment, its picture, the run as a file, and what to put into somebody's own page.

mod dialog;
mod embed;
pub mod files;
mod paper;
mod picture;

use leptos::prelude::*;

pub use dialog::ShareDialog;
pub use paper::OnPaper;

use super::settings::attribute;
use super::state::Store;
use crate::page::controls::parts::Sign;
use crate::page::state::Click;

/// A run as the worker hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The share string; absent when the run is too much for a link.
    pub share: Option<String>,
    /// What a file holds.
    pub file: Option<String>,
}

impl Shared {
    /// The link to this moment.
    pub fn link(&self) -> Option<String> {
        self.share.as_ref().map(|share| format!("{}#s={share}", page_address()))
    }
}

/// The address of this page with neither parameters nor fragment; in the site as one file a parameter names the page. The root page shows home in a language, which has an address of its own.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    let bare = href.split(['?', '#']).next().unwrap_or_default().to_string();
    if let Some(path) = attribute("data-path") {
        return format!("{bare}?page={path}");
    }
    if attribute("data-choose").is_none() {
        return bare;
    }
    let folder = bare.strip_suffix("index.html").unwrap_or(&bare);
    format!("{folder}{}/", attribute("lang").unwrap_or_default())
}

/// "Share".
#[component]
pub fn ShareButton(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let name = store.text("button.share");
    view! {
        <button
            type="button"
            class="press share-button"
            aria-label=name.clone()
            title=name
            aria-haspopup="dialog"
            on:click=move |_| store.click(Click::Share)
        >
            <Sign name="share"/>
        </button>
    }
}
