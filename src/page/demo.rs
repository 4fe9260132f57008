//! A demo of the sandbox: what it shows is said above the stage, and time stands where its promise breaks, so that nobody misses it.

use leptos::prelude::*;
use web_sys::Element;

use super::controls::parts::seen;
use super::state::{Click, Store};
use crate::frame::{Frame, Verdict};

/// A demo that the static page lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// What it shows.
    told: String,
    /// The promise that breaks in it.
    breaks: String,
}

impl Demo {
    /// The one that this share string opens, if there is one.
    pub fn of(share: &str) -> Option<Demo> {
        // The alphabet of share strings needs no escapes in a selector.
        let link = document().query_selector(&format!(".demos a[href='#s={share}']")).ok()??;
        Some(Demo { told: link.get_attribute("data-told")?, breaks: link.get_attribute("data-breaks")? })
    }

    fn is_broken(&self, frame: &Frame) -> bool {
        let mut promises = frame.promises.iter();
        promises.any(|promise| promise.name == self.breaks && promise.verdict == Verdict::Broken)
    }
}

/// Follows the demo that is open.
pub fn follow(store: Store) {
    say_what_it_shows(store);
    pause_where_it_breaks(store);
}

/// In the place of the sandbox's own line, which comes back with the next run.
fn say_what_it_shows(store: Store) {
    let Some(goal) = goal() else { return };
    let own = goal.text_content();
    goal.set_attribute("aria-live", "polite").expect("the name of the attribute is a good one");
    Effect::new(move |_| {
        let told = store.demo.with(|demo| demo.as_ref().map(|demo| demo.told.clone()));
        goal.set_text_content(told.or_else(|| own.clone()).as_deref());
    });
}

fn goal() -> Option<Element> {
    // Only a page that lists demos.
    document().query_selector(".demos").ok()??;
    document().query_selector("#lesson .goal").ok()?
}

fn pause_where_it_breaks(store: Store) {
    let broken =
        seen(store, move |frame| store.demo.with(|demo| demo.as_ref().map(|demo| demo.is_broken(frame))));
    Effect::new(move |before: Option<Option<bool>>| {
        let now = broken.get().flatten();
        if now == Some(true) && before == Some(Some(false)) {
            store.click(Click::Pause);
        }
        now
    });
}
