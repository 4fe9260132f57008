//! The stage: the live picture, the list of what is in flight, playback and narration.
//!
//! Two speeds: what changes with a frame goes through signals, one memo a server; what moves with time is written straight to
//! pooled elements ([`pool`]), only where it differs from what stands there.

mod banners;
mod menu;
mod narration;
mod painted;
mod playback;
mod pool;
mod server;
mod twin;
mod view;
mod wall;

use leptos::prelude::*;
use leptos::svg;
use leptos::web_sys::{Element, MouseEvent};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::controls::keys;
use super::controls::parts::seen;
use super::panels::disk::alone;
use super::settings::is_embedded;
use super::share::{OnPaper, ShareDialog};
use super::state::Store;
use crate::decimal::short;
use crate::frame::{ClientId, Frame, ServerId};
use crate::scene::inspect::Chosen;
use crate::scene::{self, Form, Layout, Scene, machines, paint, spot};
use crate::time::Time;
use banners::Banners;
use menu::Menu;
use narration::Narration;
pub use painted::{Drawn, Painted};
pub use playback::PLAY;
use playback::Playback;
use pool::Pool;
use server::Server;
use twin::Twin;
pub use view::toggle_full_screen;
use wall::Wall;

/// Everything from the picture down to the playback bar.
#[component]
pub fn Stage(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let layout = layout(store);
    let scene = Memo::new(move |_| {
        let layout = layout.get();
        store.frame.with(|frame| frame.as_ref().map(|frame| scene::draw(frame, &layout)))
    });
    let menu = RwSignal::new(None);
    let list = NodeRef::new();
    view! {
        <div class="stage" on:keydown=move |event| keys::on_key(store, &event)>
            <Twin store>
                <div class="picture">
                    <Picture store scene layout menu list of_cluster="stage.name" of_machines="stage.machines"/>
                    <Menu store open=menu layout/>
                    <Banners store/>
                </div>
            </Twin>
            <ul class="unseen" aria-label=store.text("stage.messages") node_ref=list></ul>
            <Narration store/>
            <Playback store/>
            <Show when=move || store.complete.get()>
                <OnPaper store/>
            </Show>
            <ShareDialog store/>
        </div>
    }
}

/// The live picture.
#[component]
fn Picture(
    /// What the page knows.
    store: Store,
    /// What is drawn.
    scene: Memo<Option<Scene>>,
    /// Where everything stands.
    layout: Memo<Layout>,
    /// The server whose menu is open.
    menu: RwSignal<Option<ServerId>>,
    /// The list of messages in flight.
    list: NodeRef<leptos::html::Ul>,
    /// The key of its name, where it shows a cluster.
    of_cluster: &'static str,
    /// The key of its name, where it shows machines.
    of_machines: &'static str,
) -> impl IntoView {
    let is_first = of_cluster == "stage.name";
    let (wires, timers, packets) = (NodeRef::new(), NodeRef::new(), NodeRef::new());
    let ids = seen(store, spot::ids);
    let ids = Memo::new(move |_| ids.get().unwrap_or_default());
    let focused = RwSignal::new(None);
    // The one that had the focus last; machines can be taken away.
    let tab_stop = Memo::new(move |_| {
        let last = focused.get();
        ids.with(|ids| last.filter(|last| ids.contains(last)).or_else(|| ids.first().copied()))
    });
    let server = move |id| view! { <Server store id ids scene tab_stop focused menu/> };
    let has_cluster = seen(store, Frame::has_cluster);
    let name = move || store.text(if has_cluster.get() == Some(false) { of_machines } else { of_cluster });
    let links =
        Signal::derive(move || scene.with(|scene| scene.as_ref().map(paint::links).unwrap_or_default()));
    let clients = Signal::derive(move || {
        scene.with(|scene| {
            scene
                .as_ref()
                .map(|scene| store.words.with_value(|words| paint::clients(scene, words)))
                .unwrap_or_default()
        })
    });
    let around = Signal::derive(move || {
        scene.with(|scene| {
            scene
                .as_ref()
                .map(|scene| store.words.with_value(|words| machines::around(scene, words)))
                .unwrap_or_default()
        })
    });
    // Signs are defined once in a page.
    let definitions = if is_first { vec![paint::definitions()] } else { Vec::new() };
    let pool = move_things(store, scene, [wires, timers, packets], list);
    let drawn_wall = RwSignal::new(None);
    view! {
        <svg
            class="cluster"
            class:crowded=move || ids.with(|ids| ids.len() > 6)
            on:click=move |event| pick(store, &event, pool)
            on:pointerdown=move |event| wall::begin(drawn_wall, &event)
            on:pointermove=move |event| wall::go_on(drawn_wall, &event)
            on:pointerup=move |event| wall::end(store, layout, drawn_wall, &event)
            on:pointercancel=move |_| drawn_wall.set(None)
            role="group"
            aria-label=name
            viewBox=move || layout.with(|layout| format!("0 0 {} {}", short(layout.width, 1), short(layout.height, 1)))
        >
            <Painted class="definitions" shapes=Signal::stored(definitions)/>
            <Painted class="machines" shapes=around/>
            <Painted class="links" shapes=links/>
            <g class="wires" node_ref=wires></g>
            <g class="timers" node_ref=timers></g>
            <g class="servers">
                <For each=move || ids.get() key=|id| *id children=server/>
            </g>
            <Painted class="clients" shapes=clients/>
            <g class="packets" aria-hidden="true" node_ref=packets></g>
            <Wall drawn=drawn_wall/>
        </svg>
    }
}

/// A click on a message or a link looks at it more closely.
fn pick(store: Store, event: &MouseEvent, pool: StoredValue<Option<Pool>, LocalStorage>) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let of_message = || {
        let group = target.closest(".packet").ok().flatten()?;
        pool.with_value(|pool| pool.as_ref()?.message_of(&group)).map(Chosen::Message)
    };
    let of_link = || {
        let (one, other) = target
            .get_attribute("data-link")?
            .split_once(' ')
            .map(|(one, other)| (one.parse(), other.parse()))?;
        Some(Chosen::Link(one.ok()?, other.ok()?))
    };
    if let Some(chosen) = of_message().or_else(of_link) {
        store.chosen.set(Some(chosen));
    }
}

/// Where everything stands: it changes with the number of servers, the customers and the form of the window only.
fn layout(store: Store) -> Memo<Layout> {
    let form = form();
    let who = seen(store, |frame| {
        let machines: Vec<ServerId> = frame.hosts.iter().map(|host| host.id).collect();
        (
            frame.servers.len() as u8,
            machines,
            frame.clients.iter().map(|client| client.id).collect::<Vec<_>>(),
        )
    });
    let beside = Memo::new(move |_| store.twin.with(Option::is_some));
    let with_disk = seen(store, |frame| alone(frame).is_some());
    Memo::new(move |_| {
        let (servers, machines, clients) =
            who.get().unwrap_or_else(|| (0, Vec::new(), Vec::<ClientId>::new()));
        // Two pictures side by side are upright ones, and so is one beside a disk.
        let form = if beside.get() || with_disk.get() == Some(true) { Form::Narrow } else { form.get() };
        match machines.is_empty() {
            true => Layout::new(form, servers, &clients),
            false => Layout::of_machines(form, &machines, &clients),
        }
    })
}

/// A window that is held upright and narrow; the style sheets name the same ones.
const UPRIGHT: &str = "(max-width: 700px) and (orientation: portrait)";

/// A phone held upright, or a frame as narrow.
const PHONE: &str = "(max-width: 700px) and (orientation: portrait), (max-width: 440px)";

/// A phone, however it is held.
pub const SMALL: &str =
    "(max-width: 700px) and (orientation: portrait), (max-width: 440px), (max-height: 500px)";

/// The form that suits the window, now and when it is turned.
fn form() -> RwSignal<Form> {
    let form = RwSignal::new(Form::Wide);
    let query = window().match_media(if is_embedded() { UPRIGHT } else { PHONE });
    let Ok(Some(query)) = query else { return form };
    let read = {
        let query = query.clone();
        move || form.set(if query.matches() { Form::Narrow } else { Form::Wide })
    };
    read();
    let changed = Closure::<dyn Fn()>::new(read);
    query.set_onchange(Some(changed.as_ref().unchecked_ref()));
    // The stage lives as long as the page.
    changed.forget();
    form
}

/// Keeps what moves in a pool of elements, which are filled anew with each scene and moved whenever the playhead says so.
fn move_things(
    store: Store,
    scene: Memo<Option<Scene>>,
    layers: [NodeRef<svg::G>; 3],
    list: NodeRef<leptos::html::Ul>,
) -> StoredValue<Option<Pool>, LocalStorage> {
    let pool = StoredValue::new_local(None::<Pool>);
    let drawn = StoredValue::new(Time::ZERO);
    let redraw = move |now: Time| {
        drawn.set_value(now);
        pool.update_value(|pool| {
            let Some(pool) = pool else { return };
            scene.with_untracked(|scene| store.words.with_value(|words| pool.show(scene.as_ref(), words)));
            pool.place(now);
        });
    };
    Effect::new(move |_| {
        let [Some(wires), Some(timers), Some(packets)] = layers.map(|layer| layer.get()) else { return };
        let Some(list) = list.get() else { return };
        let layers: [Element; 4] = [wires.into(), timers.into(), packets.into(), list.into()];
        pool.set_value(Pool::new(&layers, store.settings.with_value(|settings| settings.reduced_motion)));
        store.on_motion(Callback::new(redraw));
    });
    Effect::new(move |_| {
        scene.track();
        redraw(drawn.get_value());
    });
    pool
}
