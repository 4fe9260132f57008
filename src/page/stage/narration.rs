//! What happens, said in one sentence at a time: for a screen reader, and as a subtitle.
//!
//! While time runs, at most one message every two seconds, with what came meanwhile put together; while stepping, every one.

use std::time::Duration;

use leptos::prelude::*;

use crate::frame::{Frame, Line, Role};
use crate::page::state::Store;

/// The shortest time between two messages while time runs.
const PAUSE: Duration = Duration::from_secs(2);

/// At most so many lines are put together; the newest ones.
const LINES_MAX: usize = 3;

/// The narration.
#[component]
pub fn Narration(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let led = |frame: &Frame| frame.servers.iter().any(|server| server.role == Role::Leader);
    let led = store.frame.with_untracked(|frame| frame.as_ref().is_some_and(led));
    let said = RwSignal::new(if led { String::new() } else { store.text("narration.begin") });
    let told = StoredValue::new(0_u64);
    let resting = StoredValue::new(false);
    Effect::new(move |_| {
        store.lines.track();
        // Who pauses is told at once what was still to be said; a paused page has nothing left to do.
        store.playing.track();
        tell(Teller { store, said, told, resting });
    });
    view! { <p class="narration" role="status">{said}</p> }
}

/// What the narration remembers.
#[derive(Clone, Copy)]
struct Teller {
    store: Store,
    /// The message that stands there.
    said: RwSignal<String>,
    /// The last line that was told.
    told: StoredValue<u64>,
    /// A message was given less than [`PAUSE`] ago.
    resting: StoredValue<bool>,
}

/// Tells what has not been told yet, unless the last message is too fresh.
fn tell(teller: Teller) {
    let Teller { store, said, told, resting } = teller;
    if store.playing.get_untracked() && resting.get_value() {
        return;
    }
    let playing = store.playing.get_untracked();
    let (lines, last) = store.lines.with_untracked(|lines| {
        let last = lines.last().map_or(0, |line| line.happened);
        (untold(lines, told.get_value(), playing), last)
    });
    told.set_value(last);
    if lines.is_empty() {
        return;
    }
    let sentences: Vec<String> = lines.iter().map(|line| store.fill(&line.text, &line.args)).collect();
    said.set(sentences.join(" · "));
    rest(teller);
}

/// The newest key lines behind the last one told. A single step is told whatever it was, and so is where a step back leads.
fn untold(lines: &[Line], told: u64, playing: bool) -> Vec<Line> {
    let went_back = lines.last().is_none_or(|line| line.happened < told);
    let most = if went_back { 1 } else { LINES_MAX };
    let news: Vec<&Line> = lines.iter().rev().take_while(|line| went_back || line.happened > told).collect();
    let stepped = !playing && (went_back || news.len() == 1);
    let mut news: Vec<Line> =
        news.into_iter().filter(|line| stepped || line.key).take(most).cloned().collect();
    news.reverse();
    news
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
