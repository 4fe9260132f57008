//! The page: draws what the worker tells, and turns clicks into commands. It decides nothing; Leptos lives only here.
//!
//! The text around it is what the static page brought. The start script hands over a port to the worker; the first frame
//! takes the place of the still picture.

pub mod controls;
pub mod demo;
mod host;
mod keep;
mod lesson;
mod lesson_code;
mod link;
mod pace;
pub mod panels;
mod playhead;
mod pointer;
pub mod settings;
pub mod share;
pub mod stage;
mod start_script;
pub mod state;
mod visibility;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MessagePort, MouseEvent};

use crate::host::address::AT_MS_MAX;
use crate::lesson::LessonId;
use crate::ordered::Map;
use crate::time::Time;
use crate::wire::Start;
use crate::words::Words;
use link::Link;
use playhead::Playhead;
use settings::Settings;
use state::Store;

/// Begins with the page; `port` leads to the worker.
#[wasm_bindgen]
pub fn start(port: MessagePort) {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        start_script::fail("broken", &format!("page: {info}"));
    }));
    // The signals of the store live as long as the page.
    let owner = Owner::new();
    owner.set();
    std::mem::forget(owner);
    let settings = settings::from_browser(&window());
    let first = first_start(&settings);
    let store = Store::new(words(), settings);
    let playhead = Playhead::new(store, Link::open(port), first);
    let playing = Rc::clone(&playhead);
    let kept = store.settings.with_value(keep::read);
    match (kept, shared_run()) {
        (Some(kept), _) => playhead.come_back(kept, move |_| begin(store, playing)),
        (None, Some(share)) => playhead.open(share, move |_| begin(store, playing)),
        (None, None) => playhead.load(move |done| {
            store.settings.with_value(|settings| settings::complain_of_rules(settings, &done.frame.rules));
            begin(store, playing);
        }),
    }
}

/// The run that the address carries in its fragment, which no server ever sees.
fn shared_run() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    fragment.strip_prefix("#s=").map(str::to_string)
}

/// The guided run that the address carries in its fragment, from the same lesson in the other language: its number, and where it stands.
pub fn guided_run() -> Option<(u8, Time)> {
    let fragment = window().location().hash().ok()?;
    let (part, ms) = fragment.strip_prefix("#g=")?.split_once('.')?;
    let ms = ms.parse::<u32>().ok().filter(|ms| *ms <= AT_MS_MAX)?;
    Some((part.parse().ok()?, Time::from_ms(i64::from(ms))))
}

/// A link to another run that is put into the same page opens there. Those of the page itself, such as the demos of the sandbox, are far
/// from the stage: whoever follows one is led to "Play". And one that is followed a second time begins again, although the address stays.
fn follow_links(playhead: &Rc<Playhead>) {
    let clicked_on = Rc::new(Cell::new(false));
    let (playhead, led) = (Rc::clone(playhead), Rc::clone(&clicked_on));
    let open = Rc::new(move || {
        let (Some(share), is_led) = (shared_run(), led.take()) else { return };
        playhead.pause();
        playhead.open(share, move |_| {
            if is_led {
                lead_to_play()
            }
        });
    });
    let open_again = Rc::clone(&open);
    let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        let Some(link) = followed(&event, "a[href^='#s=']") else { return };
        clicked_on.set(true);
        if window().location().hash().is_ok_and(|here| here == link.hash()) {
            open_again();
        }
    });
    let added = document().add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
    added.expect("documents have listeners");
    clicked.forget();
    let changed = Closure::<dyn FnMut()>::new(move || open());
    let added = window().add_event_listener_with_callback("hashchange", changed.as_ref().unchecked_ref());
    added.expect("windows have listeners");
    changed.forget();
}

/// Brings "Play" into sight, and the stage above it, once they show the new run.
fn lead_to_play() {
    leptos::task::spawn_local(async {
        leptos::task::tick().await;
        if let Some(play) = document().get_element_by_id(stage::PLAY) {
            play.scroll_into_view_with_bool(false);
            controls::keys::focus(&play);
        }
    });
}

/// The link of that kind that a click follows in this very tab, if it does.
fn followed(event: &MouseEvent, kind: &str) -> Option<HtmlAnchorElement> {
    let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0;
    let target = event.target()?.dyn_into::<Element>().ok().filter(|_| !elsewhere)?;
    target.closest(kind).ok()??.dyn_into().ok()
}

/// The link to the other language carries this moment along, and what the address asks for. A guided run stays one.
fn carry_over(store: Store, playhead: &Rc<Playhead>) {
    let playhead = Rc::clone(playhead);
    let guided = move || {
        store.frame.with_untracked(|frame| {
            let frame = frame.as_ref()?;
            Some(format!("#g={}.{}", frame.guide?.part, frame.at.round_up_to_ms().ms()))
        })
    };
    let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        let Some(link) = followed(&event, "a.language") else { return };
        event.prevent_default();
        playhead.pause();
        let follow = move |moment: String| {
            let search = window().location().search().unwrap_or_default();
            let there = format!("{}{search}{moment}", link.href());
            window().location().assign(&there).expect("the link leads somewhere");
        };
        match guided() {
            Some(moment) => follow(moment),
            None => playhead.share(move |shared| {
                follow(shared.share.map(|share| format!("#s={share}")).unwrap_or_default());
            }),
        }
    });
    let added = document().add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
    added.expect("documents have listeners");
    clicked.forget();
}

fn first_start(settings: &Settings) -> Start {
    let guided = guided_run().filter(|_| settings.lesson.is_some());
    Start {
        lesson: settings.lesson,
        seed: settings.seed.unwrap_or_else(|| fresh_seed(settings)),
        servers: settings.servers,
        rules: settings.rules.clone(),
        options: Vec::new(),
        guided: guided.map(|(part, _)| part),
        commands: Vec::new(),
        at: guided.map_or(settings.at, |(_, at)| at),
    }
}

/// A lesson has a seed of its own; elsewhere every visit is a new run.
fn fresh_seed(settings: &Settings) -> u32 {
    settings.lesson.map_or_else(|| getrandom::u32().unwrap_or(1), LessonId::seed)
}

/// The texts that the static page brought along.
fn words() -> Words {
    let block = document().get_element_by_id("words").and_then(|block| block.text_content());
    let value = js_sys::JSON::parse(&block.unwrap_or_default()).expect("the page has a block of words");
    Words::new(texts(value)).and_later(|| texts(start_script::later_words()))
}

fn texts(value: JsValue) -> Map<String, String> {
    serde_wasm_bindgen::from_value(value).expect("words are texts by key")
}

/// The first frame is there: put the views into the places that the static page has for them.
fn begin(store: Store, playhead: Rc<Playhead>) {
    mount("controls", move || view! { <controls::Controls store=store /> });
    mount("stage", move || view! { <stage::Stage store=store /> });
    visibility::watch(Rc::clone(&playhead));
    lesson::attach(store);
    demo::follow(store);
    pointer::follow();
    follow_links(&playhead);
    share::files::open_what_is_dropped(move |text| store.click(state::Click::OpenFile(text)));
    carry_over(store, &playhead);
    leptos::task::spawn_local(async move {
        leptos::task::tick().await;
        playhead.draw();
        ready(store, playhead);
        // What lies below the stage, and what paper shows, comes when the stage can be used already and all of the program is here.
        let rest = move || {
            store.complete.set(true);
            mount("panels", move || view! { <panels::Panels store=store /> });
        };
        start_script::when_complete(&Closure::once_into_js(move || set_timeout(rest, Duration::ZERO)));
    });
}

fn mount<V: IntoView + 'static>(id: &str, view: impl FnOnce() -> V + 'static) {
    let place = document().get_element_by_id(id).expect("the static page has this section");
    place.set_text_content(None);
    leptos::mount::mount_to(place.unchecked_into::<HtmlElement>(), view).forget();
}

fn ready(store: Store, playhead: Rc<Playhead>) {
    if let Some(html) = document().document_element() {
        html.set_attribute("data-ready", "").expect("the name of the attribute is a good one");
    }
    if let Some(performance) = window().performance() {
        // Only for measuring: a browser that cannot mark is no reason to stop.
        let _ = performance.mark("playground-ready");
    }
    connect(store, playhead);
}

/// With a deck as its host a page only starts when its slide is shown. A shared moment is looked at before time goes on.
fn connect(store: Store, playhead: Rc<Playhead>) {
    let framed = settings::is_framed(&window());
    let by_itself =
        store.settings.with_value(|settings| settings.autoplay && !(framed && settings.slides == Some(true)));
    let pressed = settings::attribute("data-pressed").is_some();
    if (by_itself && shared_run().is_none()) || pressed {
        playhead.play();
    }
    if framed && let Ok(Some(parent)) = window().parent() {
        host::connect(store, playhead, parent);
    }
}
