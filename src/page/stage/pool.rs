//! What moves: messages and election timers, in elements that are made once and used again.
//!
//! They stand outside the reactive graph. A message keeps its elements from its sending to its arrival; while it moves, nothing
//! but its `transform` is written, and the number of elements never changes.

use leptos::web_sys::{Element, Node};

use super::painted::element;
use crate::decimal::short;
use crate::frame::{PACKETS_MAX, ServerId};
use crate::node::SERVERS_MAX;
use crate::scene::motion::{place_still, timer_left};
use crate::scene::{PacketShape, Point, Scene, ServerShape, caption, icons, paint, place};
use crate::time::Time;
use crate::words::{Args, Words};

/// All elements that move.
pub struct Pool {
    packets: Vec<PacketSlot>,
    timers: Vec<TimerSlot>,
    /// Messages stand half way, timers go round in a few steps.
    still: bool,
}

impl Pool {
    /// Fills the layers: lines along the ways, timers, messages, and the list of messages. None when the document refuses.
    pub fn new(layers: &[Element; 4], still: bool) -> Option<Pool> {
        let [wires, timers, packets, list] = layers;
        let packets =
            (0..PACKETS_MAX).map(|_| PacketSlot::new(wires, packets, list)).collect::<Option<_>>()?;
        let timers = (0..SERVERS_MAX).map(|_| TimerSlot::new(timers)).collect::<Option<_>>()?;
        Some(Pool { packets, timers, still })
    }

    /// Takes over what is in flight and which timers run.
    pub fn show(&mut self, scene: Option<&Scene>, words: &Words) {
        let packets: &[PacketShape] = scene.map_or(&[], |scene| &scene.packets);
        for slot in &mut self.packets {
            let goes_on =
                slot.shown.as_ref().and_then(|shown| packets.iter().find(|packet| packet.id == shown.id));
            slot.show(goes_on, words);
        }
        for packet in packets {
            if !self.packets.iter().any(|slot| slot.holds(packet.id)) {
                let free = self.packets.iter_mut().find(|slot| slot.shown.is_none());
                free.into_iter().for_each(|slot| slot.show(Some(packet), words));
            }
        }
        let servers: &[ServerShape] = scene.map_or(&[], |scene| &scene.servers);
        for (slot, id) in self.timers.iter_mut().zip(ServerId::all(SERVERS_MAX)) {
            slot.show(servers.iter().find(|server| server.id == id));
        }
    }

    /// The id of the message that a group of elements shows.
    pub fn message_of(&self, group: &Element) -> Option<u64> {
        let slot = self.packets.iter().find(|slot| &slot.group == group)?;
        slot.shown.as_ref().map(|shown| shown.id)
    }

    /// Moves everything to where it is at that moment.
    pub fn place(&mut self, now: Time) {
        self.packets.iter_mut().for_each(|slot| slot.place(now, self.still));
        self.timers.iter_mut().for_each(|slot| slot.place(now, self.still));
    }
}

/// The elements of one message.
struct PacketSlot {
    wire: Element,
    group: Element,
    sign: Element,
    label: Element,
    title: Element,
    item: Element,
    shown: Option<PacketShape>,
    transform: String,
    labelled: bool,
}

impl PacketSlot {
    fn new(wires: &Element, packets: &Element, list: &Element) -> Option<PacketSlot> {
        let (wire, group, sign, label) = (element("path")?, element("g")?, element("use")?, element("text")?);
        let title = element("title")?;
        set(&label, "class", "label");
        let item = leptos::prelude::document().create_element("li").ok()?;
        for (parent, child) in [
            (wires, &wire),
            (packets, &group),
            (&group, &title),
            (&group, &sign),
            (&group, &label),
            (list, &item),
        ] {
            parent.append_child(child).ok()?;
        }
        let (shown, transform, labelled) = (None, String::new(), true);
        let slot = PacketSlot { wire, group, sign, label, title, item, shown, transform, labelled };
        slot.hide();
        Some(slot)
    }

    fn holds(&self, id: u64) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.id == id)
    }

    fn hide(&self) {
        set(&self.wire, "display", "none");
        set(&self.group, "display", "none");
        set(&self.item, "hidden", "");
    }

    fn show(&mut self, packet: Option<&PacketShape>, words: &Words) {
        if self.shown.as_ref() == packet {
            return;
        }
        match packet {
            Some(packet) => self.dress(packet, words),
            None => self.hide(),
        }
        self.shown = packet.cloned();
    }

    /// Gives the elements the looks and the words of a message.
    fn dress(&mut self, packet: &PacketShape, words: &Words) {
        set(&self.wire, "class", &paint::wire_class(packet));
        set(&self.wire, "d", &paint::path(&packet.route));
        set(&self.group, "class", &paint::packet_class(packet));
        set(&self.sign, "href", &format!("#m-{}", icons::message_icon(packet.kind, packet.granted)));
        set(&self.label, "y", &short(paint::label_y(packet.kind), 1));
        Node::set_text_content(&self.label, Some(&caption::label(packet, words)));
        let name = caption::packet(packet, words);
        let why = words.fill(&format!("why.{}", packet.kind.name()), &Args::new());
        Node::set_text_content(&self.title, Some(&format!("{name}\n{why}")));
        Node::set_text_content(&self.item, Some(&name));
        if self.shown.is_none() {
            unset(&self.wire, "display");
            unset(&self.group, "display");
            unset(&self.item, "hidden");
        }
    }

    fn place(&mut self, now: Time, still: bool) {
        let Some(packet) = &self.shown else { return };
        let placed = if still { place_still(packet) } else { place(packet, now) };
        let transform = paint::translate(Point::new(placed.x, placed.y));
        if transform != self.transform {
            set(&self.group, "transform", &transform);
            self.transform = transform;
        }
        if placed.is_labelled() != self.labelled {
            self.labelled = placed.is_labelled();
            set(&self.label, "display", if self.labelled { "inline" } else { "none" });
        }
    }
}

/// The arc of one server's election timer.
struct TimerSlot {
    arc: Element,
    shown: Option<ServerShape>,
    length: f64,
    offset: i64,
}

/// So many steps a timer takes when nothing may move.
const STILL_STEPS: f64 = 8.0;

impl TimerSlot {
    fn new(timers: &Element) -> Option<TimerSlot> {
        let arc = element("circle")?;
        set(&arc, "class", "timer");
        set(&arc, "display", "none");
        timers.append_child(&arc).ok()?;
        Some(TimerSlot { arc, shown: None, length: 0.0, offset: -1 })
    }

    fn show(&mut self, server: Option<&ServerShape>) {
        let server = server.filter(|server| server.timer.is_some());
        let stands = |shape: &ServerShape| (shape.at, shape.radius);
        if self.shown.as_ref().map(stands) != server.map(stands) {
            self.stand(server);
        }
        self.shown = server.cloned();
    }

    /// Puts the arc around a server, or away.
    fn stand(&mut self, server: Option<&ServerShape>) {
        let Some(server) = server else { return set(&self.arc, "display", "none") };
        self.length = paint::timer_length(server.radius);
        self.offset = -1;
        set(&self.arc, "r", &short(paint::timer_radius(server.radius), 1));
        set(&self.arc, "transform", &format!("{} rotate(-90)", paint::translate(server.at)));
        set(&self.arc, "stroke-dasharray", &short(self.length, 1));
        unset(&self.arc, "display");
    }

    fn place(&mut self, now: Time, still: bool) {
        let left = self.shown.as_ref().and_then(|server| timer_left(server, now));
        let Some(left) = left else { return };
        let left = if still { (left * STILL_STEPS).ceil() / STILL_STEPS } else { left };
        let offset = (self.length * (1.0 - left)).round() as i64;
        if offset != self.offset {
            set(&self.arc, "stroke-dashoffset", &offset.to_string());
            self.offset = offset;
        }
    }
}

/// Setting an attribute fails only for a name that is none; all of ours are.
fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

fn unset(element: &Element, name: &str) {
    let _ = element.remove_attribute(name);
}
