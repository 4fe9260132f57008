//! The playback bar: play, step both ways, undo, time with the picture of the whole run, speed, start over.

use leptos::prelude::*;
use leptos::web_sys::KeyboardEvent;

use super::painted::Painted;
use super::view::{ViewMenu, toggle_full_screen};
use crate::frame::Frame;
use crate::page::controls::choices::Speed;
use crate::page::controls::keys::{self, toggled};
use crate::page::controls::parts::{Sign, seen};
use crate::page::share::ShareButton;
use crate::page::state::{Click, Store};
use crate::scene::{caption, timeline};
use crate::time::Time;
use crate::words::plain;

/// The id of the button "Play".
pub const PLAY: &str = "play-pause";

/// The playback bar.
#[component]
pub fn Playback(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    view! {
        <div class="playback" role="group" aria-label=store.text("controls.playback")>
            <Press store key="button.back" sign="back" click=|_| Click::Back/>
            <PlayPause store/>
            <Press store key="button.step" sign="step" click=|_| Click::Step/>
            <Slider store/>
            <Take store key="button.undo" sign="undo" click=|_| Click::Undo possible=|frame| frame.can_undo/>
            <Take store key="button.redo" sign="redo" click=|_| Click::Redo possible=|frame| frame.can_redo/>
            <Speed store/>
            <Press store key="button.start-over" sign="start-over" click=|_| Click::StartOver/>
            <ShareButton store/>
            <FullScreen store/>
            <ViewMenu store/>
        </div>
    }
}

/// A button that shows only its sign.
#[component]
fn Press(
    /// What the page knows.
    store: Store,
    /// The key of its name.
    #[prop(into)]
    key: Signal<&'static str>,
    /// Its sign.
    #[prop(into)]
    sign: Signal<&'static str>,
    /// What it does.
    click: fn(Store) -> Click,
    /// By which the page finds it.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    let name = move || store.text(key.get());
    view! {
        <button
            type="button"
            class="press"
            id=id
            aria-label=name
            title=name
            on:click=move |_| store.click(click(store))
        >
            <Sign name=sign/>
        </button>
    }
}

/// "Undo" or "Redo": there as long as there is something to take back.
#[component]
fn Take(
    /// What the page knows.
    store: Store,
    /// The key of its name.
    key: &'static str,
    /// Its sign.
    sign: &'static str,
    /// What it does.
    click: fn(Store) -> Click,
    /// Whether there is something.
    possible: fn(&Frame) -> bool,
) -> impl IntoView {
    let possible = seen(store, possible);
    let is_possible = move || possible.get().unwrap_or(false);
    let name = store.text(key);
    view! {
        <button
            type="button"
            class=format!("press take {sign}")
            aria-label=name.clone()
            title=name
            aria-disabled=move || (!is_possible()).then_some("true")
            on:click=move |_| if is_possible() { store.click(click(store)) }
        >
            <Sign name=sign/>
        </button>
    }
}

/// "Full screen".
#[component]
fn FullScreen(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let name = store.text("button.full-screen");
    view! {
        <button
            type="button"
            class="press full-screen"
            aria-label=name.clone()
            title=name
            on:click=|_| toggle_full_screen()
        >
            <Sign name="full-screen"/>
        </button>
    }
}

/// "Play" or "Pause".
#[component]
fn PlayPause(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let choose = move |play, pause| Signal::derive(move || if store.playing.get() { pause } else { play });
    let (key, sign) = (choose("button.play", "button.pause"), choose("play", "pause"));
    view! { <Press store key sign click=toggled id=PLAY/> }
}

/// The slider moves in tenths of a second.
const GRAIN_MS: i64 = 100;

/// A moment in milliseconds, as far as the slider tells them apart.
fn grain(time: Time) -> i64 {
    time.ms().max(0) / GRAIN_MS * GRAIN_MS
}

/// "Time".
#[component]
fn Slider(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let now = seen(store, |frame| grain(frame.at));
    let end = seen(store, |frame| grain(frame.end));
    let end = Signal::derive(move || Time::from_ms(end.get().unwrap_or_default()));
    let length = Memo::new(move |_| timeline::length(store.marks.with(|track| track.end(end.get()))));
    Effect::new(move |_| {
        let (Some(input), Some(now)) = (input.get(), now.get()) else { return };
        // The length first: a value beyond it would be cut.
        input.set_max(&length.get().ms().to_string());
        input.set_value(&now.to_string());
    });
    let strip =
        Signal::derive(move || store.marks.with(|track| timeline::draw(track, end.get(), length.get())));
    let texts = move || {
        let now = Time::from_ms(now.get().unwrap_or_default());
        store.words.with_value(|words| [now, end.get()].map(|time| caption::time_short(time, words)))
    };
    // To the millisecond while time stands: what the lessons speak of happens within a tenth of a second.
    let exact = seen(store, |frame| frame.at);
    let clock = move || match store.playing.get() {
        true => texts()[0].clone(),
        false => store.words.with_value(|words| caption::time(exact.get().unwrap_or_default(), words)),
    };
    let story = seen(store, |frame| frame.story.map(|clock| clock.read(frame.at)));
    let story = move || story.get().flatten();
    let position = move || {
        let [now, end] = texts();
        let now = story().map_or(now.clone(), |reads| format!("{reads}, {now}"));
        store.fill("time.position", &caption::args([("now", plain(now)), ("end", plain(end))]))
    };
    let seek = move |text: String| {
        if let Ok(ms) = text.parse() {
            store.click(Click::Seek(Time::from_ms(ms)));
        }
    };
    // The slider is longer than the run: its end is a moment that nobody has seen.
    let to_the_end = move |event: KeyboardEvent| {
        if event.key() == "End" {
            event.prevent_default();
            keys::go_to_end(store);
        }
    };
    view! {
        <label class="time">
            <span class="unseen">{store.text("choice.time")}</span>
            <svg class="timeline" height=timeline::HEIGHT aria-hidden="true"><Painted class="run" shapes=strip/></svg>
            <input
                type="range"
                min="0"
                max=length.get_untracked().ms().to_string()
                step=GRAIN_MS.to_string()
                value="0"
                node_ref=input
                aria-valuetext=position
                on:input:target=move |event| seek(event.target().value())
                on:keydown=to_the_end
            />
        </label>
        {move || {
            story().map(|reads| view! { <output class="story" aria-hidden="true" title=store.text("time.story")>{reads}</output> })
        }}
        <output class="clock" aria-hidden="true">{clock}</output>
    }
}
