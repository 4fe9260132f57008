//! A demo of the sandbox: what it shows is said above the stage, and time stands where its promise breaks, so that nobody misses it.

use leptos::prelude::*;
use web_sys::Element;

use super::controls::parts::seen;
use super::state::{Click, Store};
use crate::frame::Verdict;

/// What the static page says of the demo that this share string opens, if it lists one.
pub fn told(share: &str) -> Option<String> {
    // The alphabet of share strings needs no escapes in a selector.
    let link = document().query_selector(&format!(".demos a[href='#s={share}']")).ok()??;
    link.get_attribute("data-told")
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
    Effect::new(move |_| goal.set_text_content(store.demo.get().or_else(|| own.clone()).as_deref()));
}

fn goal() -> Option<Element> {
    // Only a page that lists demos.
    document().query_selector(".demos").ok()??;
    document().query_selector("#lesson .goal").ok()?
}

fn pause_where_it_breaks(store: Store) {
    let broken = seen(store, |frame| frame.promises.iter().any(|promise| promise.verdict == Verdict::Broken));
    Effect::new(move |before: Option<bool>| {
        let now = broken.get() == Some(true);
        if now && before == Some(false) && store.demo.with_untracked(Option::is_some) {
            store.click(Click::Pause);
        }
        now
    });
}
