//! What must not be missed: that this world is a wrong one, that a promise was broken, and why nothing goes on.

use leptos::prelude::*;

use crate::frame::Verdict;
use crate::ordered::sort_by_key;
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::caption;
use crate::scene::inspect::obstacle;
use crate::time::Time;
use crate::words::{plain, word};

/// The banners over the picture.
#[component]
pub fn Banners(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    view! {
        <div class="banners">
            <ByLesson store/>
            <WrongWorld store/>
            <BrokenPromise store/>
            <Obstacle store/>
        </div>
    }
}

/// Names of rules, given as `pattern:value`, in a sentence.
fn named(store: Store, sentence: &str, rules: &[String]) -> String {
    let names: Vec<String> =
        store.words.with_value(|words| rules.iter().map(|rule| caption::rule(rule, words)).collect());
    store.fill(sentence, &caption::args([("rules", plain(names.join("; ")))]))
}

/// What the lesson has left out on purpose: no wrong world, but it must be known.
#[component]
fn ByLesson(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let chosen = seen(store, |frame| frame.by_lesson.clone());
    move || {
        let rules = chosen.get().filter(|rules| !rules.is_empty());
        rules.map(|rules| {
            view! { <p class="by-lesson" role="note">{named(store, "alert.by-lesson", &rules)}</p> }
        })
    }
}

/// Stands there as long as a rule is not the right one, unless it is the lesson's choice.
#[component]
fn WrongWorld(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let wrong = seen(store, |frame| {
        let others = frame.wrong.iter().filter(|rule| !frame.by_lesson.contains(rule));
        others.cloned().collect::<Vec<_>>()
    });
    move || {
        let rules = wrong.get().filter(|rules| !rules.is_empty());
        rules.map(|rules| view! { <p class="wrong" role="note">{named(store, "alert.wrong", &rules)}</p> })
    }
}

/// Says what is missing, as long as nothing can be decided.
#[component]
fn Obstacle(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let missing = seen(store, move |frame| store.words.with_value(|words| obstacle(frame, words)));
    move || missing.get().flatten().map(|text| view! { <p class="obstacle" role="note">{text}</p> })
}

/// Says once which promise was broken first, and when; what breaks behind it is named together, lest the picture disappear under it. The
/// region is always there, so that a screen reader hears what comes into it.
#[component]
fn BrokenPromise(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let broken = seen(store, |frame| {
        let broken = frame.promises.iter().filter(|promise| promise.verdict == Verdict::Broken);
        let mut broken: Vec<(Time, String)> =
            broken.map(|promise| (promise.broken_at.unwrap_or(frame.at), promise.name.clone())).collect();
        sort_by_key(&mut broken, |(at, _)| *at);
        broken
    });
    let sentences = move || {
        broken.with(|broken| {
            let broken = broken.as_deref().unwrap_or_default();
            broken.split_first().map(|(first, others)| said(store, first, others)).unwrap_or_default()
        })
    };
    view! {
        <div class="broken" role="alert">
            <For each=sentences key=Clone::clone children=move |sentence| view! { <p>{sentence}</p> }/>
        </div>
    }
}

fn said(store: Store, (at, name): &(Time, String), others: &[(Time, String)]) -> Vec<String> {
    let time = store.words.with_value(|words| caption::time(*at, words));
    let promise = word(format!("promise.{name}"));
    let first = store.fill("alert.broken", &caption::args([("time", plain(time)), ("promise", promise)]));
    let names: Vec<String> = others.iter().map(|(_, name)| store.text(&format!("promise.{name}"))).collect();
    let too = (!names.is_empty())
        .then(|| store.fill("alert.broken-too", &caption::args([("promises", plain(names.join("; ")))])));
    [Some(first), too].into_iter().flatten().collect()
}
