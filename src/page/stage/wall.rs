//! A wall that is drawn across the stage, with a mouse or a finger: who stands on its two sides cannot reach each other.

use leptos::prelude::*;
use leptos::web_sys::{Element, PointerEvent};
use wasm_bindgen::JsCast;

use crate::decimal::short;
use crate::page::state::{Click, Store};
use crate::scene::{Layout, Point, menu};

/// A shorter line is a click that slipped, in the units of the picture.
const SHORTEST: f64 = 40.0;

/// A line that is being drawn, in shares of the picture's width and height.
pub type Drawn = Option<(Point, Point)>;

/// Where a pointer is, in shares of the picture.
fn place(event: &PointerEvent) -> Option<Point> {
    let picture = event.current_target()?.dyn_into::<Element>().ok()?;
    let area = picture.get_bounding_client_rect();
    let share = |at: i32, start: f64, length: f64| (f64::from(at) - start) / length.max(1.0);
    Some(Point::new(
        share(event.client_x(), area.left(), area.width()),
        share(event.client_y(), area.top(), area.height()),
    ))
}

/// A line begins where nothing else stands.
pub fn begin(drawn: RwSignal<Drawn>, event: &PointerEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let on_something = target.is_some_and(|element| {
        element.closest(".server, .client, .packet").is_ok_and(|found| found.is_some())
    });
    if event.button() == 0 && !on_something {
        drawn.set(place(event).map(|at| (at, at)));
    }
}

/// The line follows the pointer.
pub fn go_on(drawn: RwSignal<Drawn>, event: &PointerEvent) {
    if drawn.with_untracked(Option::is_some)
        && let Some(at) = place(event)
    {
        drawn.update(|drawn| *drawn = drawn.map(|(from, _)| (from, at)));
    }
}

/// The line is drawn: a wall, if it is long enough and parts anybody.
pub fn end(store: Store, layout: Memo<Layout>, drawn: RwSignal<Drawn>, event: &PointerEvent) {
    go_on(drawn, event);
    let Some((from, to)) = drawn.get_untracked() else { return };
    drawn.set(None);
    let servers = store.frame.with_untracked(|frame| {
        frame.iter().flat_map(|frame| &frame.servers).map(|server| server.id).collect::<Vec<_>>()
    });
    let wall = layout.with_untracked(|layout| {
        let units = |share: Point| Point::new(share.x * layout.width, share.y * layout.height);
        let (from, to) = (units(from), units(to));
        let long_enough = (to.x - from.x).hypot(to.y - from.y) >= SHORTEST;
        long_enough.then(|| menu::wall(layout, &servers, from, to)).flatten()
    });
    if let Some(command) = wall {
        store.click(Click::Do(command));
    }
}

/// The line while it is drawn.
#[component]
pub fn Wall(
    /// Where it runs.
    drawn: RwSignal<Drawn>,
) -> impl IntoView {
    let percent = |share: f64| short(share * 100.0, 1) + "%";
    let at = move |look: fn((Point, Point)) -> f64| drawn.get().map(|line| percent(look(line)));
    view! {
        <line
            class="drawn-wall"
            x1=move || at(|(from, _)| from.x)
            y1=move || at(|(from, _)| from.y)
            x2=move || at(|(_, to)| to.x)
            y2=move || at(|(_, to)| to.y)
        ></line>
    }
}
