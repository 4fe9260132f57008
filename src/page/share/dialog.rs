//! The dialog: one part for the moment itself, one for whoever wants it in a page or deck of their own.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use super::embed::Embed;
use super::{Shared, files, picture};
use crate::page::controls::parts::Sign;
use crate::page::stage::Drawn;
use crate::page::state::{Click, Store};
use crate::scene::{caption, qr};

/// The dialog, while there is something to share.
#[component]
pub fn ShareDialog(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    view! { {move || store.shared.get().map(|shared| view! { <Opened store shared/> })} }
}

/// The open dialog.
#[component]
fn Opened(
    /// What the page knows.
    store: Store,
    /// What is shared.
    shared: Shared,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    // A dialog is modal only when it is shown so.
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let embeds = RwSignal::new(false);
    let part = move |key: &'static str, is_embed: bool| {
        view! {
            <button
                type="button"
                aria-pressed=move || (embeds.get() == is_embed).to_string()
                on:click=move |_| embeds.set(is_embed)
            >
                {store.text(key)}
            </button>
        }
    };
    let moment = shared.clone();
    let opened = move || {
        if embeds.get() {
            view! { <Embed store shared=shared.clone()/> }.into_any()
        } else {
            view! { <Moment store shared=moment.clone()/> }.into_any()
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    };
    view! {
        <dialog class="share" aria-labelledby="share-title" node_ref=dialog on:close=move |_| store.shared.set(None)>
            <header>
                <h2 id="share-title">{store.text("share.title")}</h2>
                <button type="button" class="close" aria-label=store.text("share.close") on:click=move |_| close()>
                    <Sign name="close"/>
                </button>
            </header>
            <div class="parts" role="group" aria-label=store.text("share.what")>
                {part("share.moment", false)}
                {part("share.embed", true)}
            </div>
            {opened}
        </dialog>
    }
}

/// Link, code, picture and file of the moment.
#[component]
fn Moment(
    /// What the page knows.
    store: Store,
    /// What is shared.
    shared: Shared,
) -> impl IntoView {
    let said = RwSignal::new(None);
    let link = shared.link();
    let code = link.as_deref().and_then(qr::code).map(|code| {
        let size = (code.size, code.size);
        view! { <div class="code" role="img" aria-label=store.text("share.code")><Drawn size shapes=code.shapes()/></div> }
    });
    let address = match link.clone() {
        Some(link) => view! { <Copied store said name="share.link" text=link/> }.into_any(),
        None => view! { <p>{store.text("share.too-much")}</p> }.into_any(),
    };
    let made = StoredValue::new(picture::plate(what_is_seen(store), link.as_deref()));
    let pictures = move || {
        let press = move |key: &'static str, act: fn(Store, Picture, Said)| {
            let act = move |_| {
                if let Some(picture) = made.get_value() {
                    act(store, picture, said);
                }
            };
            view! { <button type="button" on:click=act>{store.text(key)}</button> }
        };
        view! {
            {press("share.copy-picture", copy_picture)}
            {press("share.png", save_png)}
            {press("share.svg", save_svg)}
        }
    };
    let file = shared.file.clone();
    let save_run = move |_| {
        let blob = file.as_deref().map(|text| files::text_blob(text, "text/plain"));
        let saved = blob.map(|blob| blob.and_then(|blob| files::save(&file_name(store, "run.txt"), &blob)));
        say(store, said, if matches!(saved, Some(Ok(()))) { "share.saved" } else { "share.not-saved" });
    };
    let open_run = move |input: HtmlInputElement| {
        files::read_first(input.files(), move |text| store.click(Click::OpenFile(text)));
    };
    view! {
        <div class="moment">
            <div class="columns">
                <div>
                    {address}
                    <p class="quiet">{store.text("share.link-why")}</p>
                    <h3>{store.text("share.picture")}</h3>
                    <p class="row">{pictures()}</p>
                    <h3>{store.text("share.file")}</h3>
                    <p class="row">
                        <button type="button" on:click=save_run>{store.text("share.save-run")}</button>
                        <label class="open">
                            <span>{store.text("share.open-run")}</span>
                            <input type="file" accept=".txt,text/plain" on:change:target=move |event| open_run(event.target())/>
                        </label>
                    </p>
                    <p class="quiet">{store.text("share.drop")}</p>
                </div>
                {code}
            </div>
            <Told said/>
        </div>
    }
}

/// An SVG document, with its width and height.
type Picture = (String, (f64, f64));

/// What came of the last button, in a sentence.
type Said = RwSignal<Option<String>>;

/// What came of the last button, to be heard as well.
#[component]
pub fn Told(
    /// The sentence.
    said: Said,
) -> impl IntoView {
    view! { <p class="said" aria-live="polite">{move || said.get()}</p> }
}

/// A text in a line that can be selected, with a button that copies it.
#[component]
pub fn Copied(
    /// What the page knows.
    store: Store,
    /// What came of it.
    said: Said,
    /// The key of its name.
    name: &'static str,
    /// The text.
    text: String,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let copied = text.clone();
    let copy = move |_| {
        if let Some(input) = input.get() {
            input.select();
        }
        copy_text(store, said, copied.clone());
    };
    view! {
        <label class="copied">
            <span>{store.text(name)}</span>
            <input type="text" readonly value=text node_ref=input on:focus:target=|event| event.target().select()/>
        </label>
        <p class="row"><button type="button" class="main" on:click=copy>{store.text("share.copy")}</button></p>
    }
}

/// Puts a text into the clipboard and says so; where that is not allowed it is selected, to be copied by hand.
pub fn copy_text(store: Store, said: Said, text: String) {
    spawn_local(async move {
        let done = files::copy_text(text).await;
        say(store, said, if done.is_ok() { "share.copied" } else { "share.by-hand" });
    });
}

fn say(store: Store, said: Said, key: &str) {
    said.set(Some(store.text(key)));
}

fn copy_picture(store: Store, (svg, size): Picture, said: Said) {
    spawn_local(async move {
        let copied = match picture::png(&svg, size).await {
            Ok(png) => files::copy_picture(&png).await,
            Err(why) => Err(why),
        };
        say(store, said, if copied.is_ok() { "share.copied" } else { "share.no-clipboard" });
    });
}

fn save_png(store: Store, (svg, size): Picture, said: Said) {
    spawn_local(async move {
        let saved =
            picture::png(&svg, size).await.and_then(|png| files::save(&file_name(store, "png"), &png));
        say(store, said, if saved.is_ok() { "share.saved" } else { "share.not-saved" });
    });
}

fn save_svg(store: Store, (svg, _): Picture, said: Said) {
    let saved =
        files::text_blob(&svg, "image/svg+xml").and_then(|blob| files::save(&file_name(store, "svg"), &blob));
    say(store, said, if saved.is_ok() { "share.saved" } else { "share.not-saved" });
}

/// Such as `heartbeat-3.000s.svg`.
fn file_name(store: Store, ending: &str) -> String {
    let settings = store.settings.get_value();
    let page = settings.lesson.map_or("playground", |lesson| lesson.name());
    let at = store.frame.with_untracked(|frame| frame.as_ref().map(|frame| frame.at).unwrap_or_default());
    format!("{page}-{}ms.{ending}", at.ms())
}

/// The caption: which page, and which moment.
fn what_is_seen(store: Store) -> Vec<String> {
    let at = store.frame.with_untracked(|frame| frame.as_ref().map(|frame| frame.at).unwrap_or_default());
    vec![document().title(), store.words.with_value(|words| caption::time_short(at, words))]
}
