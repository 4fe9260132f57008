//! Shapes as live elements: only what differs from what stands there is written.

use leptos::prelude::*;
use leptos::web_sys::{Element, Node};

use crate::scene::paint::{Inside, Shape};

/// The namespace of SVG elements.
const SVG: &str = "http://www.w3.org/2000/svg";

/// A group that shows these shapes.
#[component]
pub fn Painted(
    /// The group's class.
    class: &'static str,
    /// What it shows.
    #[prop(into)]
    shapes: Signal<Vec<Shape>>,
) -> impl IntoView {
    let group = NodeRef::<leptos::svg::G>::new();
    Effect::new(move |shown: Option<Vec<Shape>>| {
        let Some(group) = group.get() else { return Vec::new() };
        let shapes = shapes.get();
        write_all(&group, &shown.unwrap_or_default(), &shapes);
        shapes
    });
    view! { <g class=class node_ref=group></g> }
}

/// A small picture that never changes, in a view box of that size; a text beside it says the same.
#[component]
pub fn Drawn(
    /// Width and height of the view box.
    size: (u32, u32),
    /// What it shows.
    shapes: Vec<Shape>,
) -> impl IntoView {
    let (width, height) = size;
    view! {
        <svg class="drawn" width=width height=height viewBox=format!("0 0 {width} {height}") aria-hidden="true">
            <Painted class="drawing" shapes=Signal::stored(shapes)/>
        </svg>
    }
}

/// An SVG element of that name; none when the document refuses.
pub fn element(tag: &str) -> Option<Element> {
    document().create_element_ns(Some(SVG), tag).ok()
}

/// Makes the children of `parent`, which show `old`, show `new`.
fn write_all(parent: &Element, old: &[Shape], new: &[Shape]) {
    let standing: Vec<Option<Element>> =
        (0..old.len() as u32).map(|nth| parent.children().item(nth)).collect();
    for (nth, shape) in new.iter().enumerate() {
        match (old.get(nth), standing.get(nth).cloned().flatten()) {
            (Some(before), _) if before == shape => {}
            (Some(before), Some(child)) if before.tag == shape.tag => write(&child, before, shape),
            (_, child) => put(parent, child.as_ref(), shape),
        }
    }
    standing.iter().skip(new.len()).flatten().for_each(Element::remove);
}

/// Puts a new element in the place of `child`, or at the end.
fn put(parent: &Element, child: Option<&Element>, shape: &Shape) {
    let Some(made) = element(shape.tag) else { return };
    write(&made, &Shape::new(shape.tag), shape);
    // Both can only fail for a node that is no child of the parent, and `child` was taken from it.
    let _ = match child {
        Some(child) => parent.replace_child(&made, child).map(drop),
        None => parent.append_child(&made).map(drop),
    };
}

fn write(element: &Element, old: &Shape, new: &Shape) {
    for (name, value) in &new.attributes {
        if !old.attributes.contains(&(*name, value.clone())) {
            let _ = element.set_attribute(name, value);
        }
    }
    for (name, _) in &old.attributes {
        if !new.attributes.iter().any(|(kept, _)| kept == name) {
            let _ = element.remove_attribute(name);
        }
    }
    match (&old.inside, &new.inside) {
        (old, new) if old == new => {}
        (Inside::Shapes(old), Inside::Shapes(new)) => write_all(element, old, new),
        (_, Inside::Text(text)) => Node::set_text_content(element, Some(text)),
        (Inside::Text(_), Inside::Shapes(new)) => {
            Node::set_text_content(element, None);
            write_all(element, &[], new);
        }
    }
}
