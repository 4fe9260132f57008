//! The picture of the moment as it is on screen, made independent of the page's style sheets: as SVG, and as PNG twice as fine.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement, XmlSerializer};

use crate::scene::plate::Plate;
use crate::scene::qr;

/// What an element hands down to those in it. Each is written where it differs from what is handed down.
const INHERITED: [&str; 13] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
    "dominant-baseline",
    "paint-order",
    "visibility",
];

/// What holds for an element alone, with the value that need not be written.
const OWN: [(&str, &str); 3] = [("opacity", "1"), ("transform", "none"), ("display", "inline")];

/// What is there to be clicked, or to be used from elsewhere.
const LEFT_OUT: &str = ".definitions, .reach, .target, .wall";

/// How many pixels of a PNG make up a unit of the picture.
const FINE: f64 = 2.0;

/// The picture with its caption and the link.
pub fn plate(caption: Vec<String>, link: Option<&str>) -> Option<(String, (f64, f64))> {
    let live = document().query_selector(".picture svg.cluster").ok().flatten()?;
    let picture = standalone(&live)?;
    let code = link.and_then(qr::code);
    let body = document().query_selector("body").ok()??;
    let page = window().get_computed_style(&body).ok()??;
    let style = |name: &str| page.get_property_value(name).unwrap_or_default();
    let (ground, ink, font) = (style("background-color"), style("color"), style("font-family"));
    let plate = Plate {
        picture: &picture,
        size: view_box(&live)?,
        caption,
        link,
        code: code.as_ref(),
        ground: &ground,
        ink: &ink,
        font: &font,
    };
    Some((plate.svg(), plate.extent()))
}

fn view_box(svg: &Element) -> Option<(f64, f64)> {
    let numbers = svg.get_attribute("viewBox")?;
    let mut numbers = numbers.split(' ').skip(2).map(js_sys::parse_float).filter(|number| number.is_finite());
    Some((numbers.next()?, numbers.next()?))
}

/// The picture as text with all its looks written into it. The copy stands in the page while its looks are read, and is gone before
/// anything is painted.
fn standalone(live: &Element) -> Option<String> {
    let copy: Element = live.clone_node_with_deep(true).ok()?.unchecked_into();
    each(&copy, LEFT_OUT, |element| element.remove());
    each(&copy, "use", write_out);
    live.parent_element()?.append_child(&copy).ok()?;
    write_looks(&copy, &[]);
    copy.remove();
    each(&copy, "*", |element| forget_all_but_the_look(&element));
    forget_all_but_the_look(&copy);
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

fn each(below: &Element, selector: &str, act: impl Fn(Element)) {
    let Ok(found) = below.query_selector_all(selector) else { return };
    // The list does not change while elements are taken out.
    (0..found.length()).filter_map(|nth| found.item(nth)).for_each(|node| act(node.unchecked_into()));
}

/// Puts the sign itself in the place of its use.
fn write_out(used: Element) {
    let id = used.get_attribute("href").unwrap_or_default();
    let sign = document().get_element_by_id(id.trim_start_matches('#'));
    let copy = sign.and_then(|sign| sign.clone_node_with_deep(true).ok());
    if let Some(copy) = copy {
        let copy: Element = copy.unchecked_into();
        let _ = copy.set_attribute("class", "used");
        let _ = used.replace_with_with_node_1(&copy);
    }
}

/// Writes the looks of an element and of all in it into attributes, as its style sheets have them.
fn write_looks(element: &Element, handed_down: &[String]) {
    let Ok(Some(style)) = window().get_computed_style(element) else { return };
    let value = |name: &str| style.get_property_value(name).unwrap_or_default();
    let inherited: Vec<String> = INHERITED.iter().map(|name| value(name)).collect();
    for (nth, name) in INHERITED.iter().enumerate() {
        if handed_down.get(nth) != Some(&inherited[nth]) {
            let _ = element.set_attribute(name, &inherited[nth]);
        }
    }
    for (name, usual) in OWN {
        let value = value(name);
        let is_usual = value == usual || (name == "display" && value != "none");
        if !is_usual {
            let _ = element.set_attribute(name, &value);
        }
    }
    for nth in 0..element.children().length() {
        if let Some(child) = element.children().item(nth) {
            write_looks(&child, &inherited);
        }
    }
}

/// Classes, names and tab stops mean nothing outside the page.
fn forget_all_but_the_look(element: &Element) {
    for name in element.get_attribute_names().iter().filter_map(|name| name.as_string()) {
        let of_the_page = ["class", "role", "tabindex", "id", "focusable", "style"].contains(&name.as_str());
        if of_the_page || name.starts_with("aria-") || name.starts_with("data-") {
            let _ = element.remove_attribute(&name);
        }
    }
}

/// The plate in pixels.
pub async fn png(svg: &str, (width, height): (f64, f64)) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(svg)));
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((width * FINE) as u32);
    canvas.set_height((height * FINE) as u32);
    let context = canvas.get_context("2d")?.ok_or("there is no canvas")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        width * FINE,
        height * FINE,
    )?;
    let made = js_sys::Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = if blob.is_null() { reject.call0(&blob) } else { resolve.call1(&JsValue::NULL, &blob) };
        });
        canvas.to_blob(done.unchecked_ref()).expect("the callback is a function");
    });
    JsFuture::from(made).await?.dyn_into()
}
