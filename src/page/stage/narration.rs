//! What happens, said in one sentence at a time: for a screen reader, and as a subtitle.
//!
//! While time runs, at most one message every two seconds, with what came meanwhile put together; while stepping, and after the
//! visitor's own doing, at once.

use std::time::Duration;

use leptos::prelude::*;

use crate::frame::{Frame, Line, Role};
use crate::page::state::Store;
use crate::scene::narrate::{Verbosity, narrate};

/// The shortest time between two messages while time runs.
const PAUSE: Duration = Duration::from_secs(2);

/// The narration.
#[component]
pub fn Narration(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let said = RwSignal::new(opening(store));
    let teller = Teller {
        store,
        said,
        told: StoredValue::new(0),
        acted: StoredValue::new(0),
        resting: StoredValue::new(false),
    };
    Effect::new(move |_| {
        store.lines.track();
        store.acted.track();
        // Who pauses is told at once what was still to be said; a paused page has nothing left to do.
        store.playing.track();
        if store.verbosity.get() == Verbosity::Off {
            said.set(String::new());
        }
        tell(teller);
    });
    view! { <p class="narration" role="status">{said}</p> }
}

/// What is said before anything has happened: in a cluster that nobody leads, that one waits for a leader.
fn opening(store: Store) -> String {
    let waits = |frame: &Frame| {
        let is_led = frame.servers.iter().any(|server| server.role == Role::Leader);
        !frame.servers.is_empty() && !is_led
    };
    let waits = store.frame.with_untracked(|frame| frame.as_ref().is_some_and(waits));
    if waits { store.text("narration.begin") } else { String::new() }
}

/// What the narration remembers.
#[derive(Clone, Copy)]
struct Teller {
    store: Store,
    /// The message that stands there.
    said: RwSignal<String>,
    /// The last line that was told.
    told: StoredValue<u64>,
    /// How often the visitor had acted by then.
    acted: StoredValue<u64>,
    /// A message was given less than [`PAUSE`] ago.
    resting: StoredValue<bool>,
}

/// Tells what has not been told yet, unless the last message is too fresh.
fn tell(teller: Teller) {
    let Teller { store, said, told, acted, resting } = teller;
    let playing = store.playing.get_untracked();
    let has_acted = store.acted.get_untracked();
    let answers = acted.get_value() != has_acted;
    if playing && resting.get_value() && !answers {
        return;
    }
    acted.set_value(has_acted);
    let (news, stepped) = store.lines.with_untracked(|lines| untold(lines, told.get_value(), playing));
    told.set_value(store.lines.with_untracked(|lines| lines.last().map_or(0, |line| line.happened)));
    let verbosity = store.verbosity.get_untracked();
    if verbosity != Verbosity::Off && store.lines.with_untracked(Vec::is_empty) {
        // What was told of another run, or of the future, is no longer so.
        let opening = opening(store);
        if said.with_untracked(|said| *said != opening) {
            said.set(opening);
        }
        return;
    }
    let text = store.frame.with_untracked(|frame| {
        let frame = frame.as_ref()?;
        Some(store.words.with_value(|words| narrate(&news, frame, verbosity, stepped, words)))
    });
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        said.set(text);
        rest(teller);
    }
}

/// The lines behind the last one told, and whether they are told one by one: a single step is, and where a step back leads.
fn untold(lines: &[Line], told: u64, playing: bool) -> (Vec<Line>, bool) {
    if lines.last().is_none_or(|line| line.happened < told) {
        return (lines.last().cloned().into_iter().collect(), !playing);
    }
    let first = lines.partition_point(|line| line.happened <= told);
    let news = lines[first..].to_vec();
    let stepped = !playing && news.len() == 1;
    (news, stepped)
}

/// Stays silent for a while, then tells what came meanwhile.
fn rest(teller: Teller) {
    if teller.resting.get_value() {
        return;
    }
    teller.resting.set_value(true);
    set_timeout(
        move || {
            teller.resting.set_value(false);
            tell(teller);
        },
        PAUSE,
    );
}
