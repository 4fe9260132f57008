//! What leaves the page and what comes into it: texts and pictures to the clipboard or as files, and a run that was saved before.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, FileList, HtmlAnchorElement, Url};

/// A saved run is some kilobytes; what is larger is something else.
const BYTES_MAX: f64 = 1_000_000.0;

/// Gives the visitor a file.
pub fn save(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// A text as a file of that type.
pub fn text_blob(text: &str, kind: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)
}

/// Puts a text into the clipboard. A frame may not be allowed to.
pub async fn copy_text(text: String) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    if clipboard.is_undefined() {
        return Err("there is no clipboard".into());
    }
    JsFuture::from(window().navigator().clipboard().write_text(&text)).await.map(drop)
}

/// Puts a picture into the clipboard. Not every browser can.
pub async fn copy_picture(blob: &Blob) -> Result<(), JsValue> {
    let item_class: js_sys::Function = Reflect::get(&window(), &"ClipboardItem".into())?.dyn_into()?;
    let content = js_sys::Object::new();
    Reflect::set(&content, &blob.type_().into(), blob)?;
    let item = Reflect::construct(&item_class, &Array::of1(&content))?;
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let write: js_sys::Function = Reflect::get(&clipboard, &"write".into())?.dyn_into()?;
    let written = write.call1(&clipboard, &Array::of1(&item))?;
    JsFuture::from(js_sys::Promise::from(written)).await.map(drop)
}

/// Reads the first of these files; `then` gets what it holds, or nothing when it is no saved run for sure.
pub fn read_first(files: Option<FileList>, then: impl FnOnce(Option<String>) + 'static) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    spawn_local(async move { then(read(&file).await) });
}

async fn read(file: &File) -> Option<String> {
    if file.size() > BYTES_MAX {
        return None;
    }
    JsFuture::from(file.text()).await.ok()?.as_string()
}

/// A file that is dropped anywhere on the page is opened.
pub fn open_what_is_dropped(open: impl Fn(Option<String>) + Clone + 'static) {
    let has_files = |event: &DragEvent| {
        event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
    };
    let over = move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
        }
    };
    window_event_listener_untyped("dragover", move |event| over(event.unchecked_into()));
    let dropped = move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            read_first(event.data_transfer().and_then(|data| data.files()), open.clone());
        }
    };
    window_event_listener_untyped("drop", move |event| dropped(event.unchecked_into()));
}
