//! For somebody's own page or deck: what to put there, and how it will look.

use leptos::html;
use leptos::prelude::*;

use super::dialog::{Told, copy_text};
use super::{Shared, page_address};
use crate::host::snippet::{Place, SIZE, Wanted};
use crate::page::settings::is_framed;
use crate::page::state::Store;

/// The sizes that may be chosen, in pixels.
const SIZES: [(u32, u32); 4] = [SIZE, (800, 450), (480, 270), (1280, 720)];

/// The themes that may be chosen, the visitor's own first.
const THEMES: [&str; 5] = ["auto", "light", "dark", "contrast", "projector"];

/// Parameters of this page that the frame needs too when it opens at its beginning.
const KEPT: [&str; 3] = ["servers", "seed", "rule"];

/// What to put where.
#[component]
pub fn Embed(
    /// What the page knows.
    store: Store,
    /// What is shared.
    shared: Shared,
) -> impl IntoView {
    let said = RwSignal::new(None);
    let (place, size, theme) =
        (RwSignal::new(Place::Html), RwSignal::new(SIZES[0]), RwSignal::new(THEMES[0]));
    let at_moment = RwSignal::new(shared.share.is_some());
    let share = StoredValue::new(shared.share.clone());
    let wanted = move || {
        let share = share.get_value().filter(|_| at_moment.get());
        Wanted {
            kept: if share.is_some() { Vec::new() } else { kept() },
            share,
            theme: Some(theme.get()).filter(|theme| *theme != THEMES[0]),
            size: size.get(),
            ..Wanted::whole(page_address(), document().title())
        }
    };
    let text = NodeRef::<html::Textarea>::new();
    let copy = move |_| {
        if let Some(text) = text.get() {
            text.select();
        }
        copy_text(store, said, wanted().snippet(place.get()));
    };
    let preview = move || {
        let (width, height) = size.get();
        let ratio = format!("{width} / {height}");
        // A frame in a frame in a frame would go on for ever.
        (!is_framed(&window())).then(|| {
            view! {
                <iframe class="preview" title=store.text("share.preview") src=wanted().address(place.get()) style:aspect-ratio=ratio></iframe>
            }
        })
    };
    let places = Place::ALL.map(|place| (place.name(), store.text(&format!("share.place-{}", place.name()))));
    let sizes = SIZES.map(|(width, height)| (format!("{width}×{height}"), format!("{width} × {height}")));
    let themes = THEMES.map(|name| (name, store.text(&format!("view.{name}"))));
    view! {
        <div class="embed-tab">
            <div class="row choices">
                <Choice name=store.text("share.place") options=places.to_vec() choose=move |nth| place.set(Place::ALL[nth])/>
                <Choice name=store.text("share.size") options=sizes.to_vec() choose=move |nth| size.set(SIZES[nth])/>
                <Choice name=store.text("view.theme") options=themes.to_vec() choose=move |nth| theme.set(THEMES[nth])/>
                <label class="switch">
                    <input
                        type="checkbox"
                        disabled=shared.share.is_none()
                        prop:checked=move || at_moment.get()
                        on:change:target=move |event| at_moment.set(event.target().checked())
                    />
                    <span>{store.text("share.at-moment")}</span>
                </label>
            </div>
            <label class="copied">
                <span>{store.text("share.snippet")}</span>
                <textarea readonly rows="4" spellcheck="false" node_ref=text prop:value=move || wanted().snippet(place.get())></textarea>
            </label>
            <p class="row"><button type="button" class="main" on:click=copy>{store.text("share.copy")}</button></p>
            <p class="quiet">{move || store.text(&format!("share.note-{}", place.get().name()))}</p>
            <Told said/>
            {preview}
        </div>
    }
}

fn kept() -> Vec<(String, String)> {
    let search = window().location().search().unwrap_or_default();
    let pairs = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let wanted = pairs.filter(|(name, _)| KEPT.contains(name));
    wanted.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// A labelled choice of one of several.
#[component]
fn Choice<N: Into<String> + Clone + 'static>(
    /// Its name.
    name: String,
    /// The value and the text of each.
    options: Vec<(N, String)>,
    /// Hears which one was chosen.
    choose: impl Fn(usize) + 'static,
) -> impl IntoView {
    let options = options.into_iter().map(|(value, text)| {
        let value: String = value.into();
        view! { <option value=value>{text}</option> }
    });
    view! {
        <label class="choice">
            <span>{name}</span>
            <select on:change:target=move |event| choose(event.target().selected_index().max(0) as usize)>
                {options.collect_view()}
            </select>
        </label>
    }
}
