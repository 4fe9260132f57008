//! The whole run as the slider's track: who led when, painted in the colours of the generations, and the moments that matter.
//!
//! Lengths along it are percent, so that it fits a slider of any width; signs keep their form.

use crate::frame::{Mark, MarkKind, ServerId};
use crate::time::Time;

use super::paint::{Shape, generation_class};

/// How high the strip is, in pixels: a line of signs above the bands.
pub const HEIGHT: u32 = 22;

/// Where the bands begin, and how high they are.
const BANDS_Y: u32 = 12;
const BAND_HEIGHT: u32 = 10;

/// A band narrower than this, in percent, has no room for its number.
const LABEL_MIN: f64 = 7.0;

/// A time during which one server led, or nobody did.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Where it begins, in percent of the slider.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Who led, and in which generation.
    pub leader: Option<(ServerId, u64)>,
}

/// A moment in percent of a slider of that length.
fn percent(at: Time, length: Time) -> f64 {
    let share = at.us() as f64 / length.us().max(1) as f64 * 100.0;
    (share.clamp(0.0, 100.0) * 100.0).round() / 100.0
}

/// Who led when, up to the end of the run.
pub fn bands(marks: &[Mark], end: Time, length: Time) -> Vec<Band> {
    let changes = marks.iter().filter_map(|mark| match mark.kind {
        MarkKind::Leads { server, generation } => Some((mark.at, Some((server, generation)))),
        MarkKind::NobodyLeads => Some((mark.at, None)),
        _ => None,
    });
    let mut bands = Vec::new();
    let mut current = (Time::ZERO, None);
    for (at, leader) in changes.chain([(end, None)]) {
        bands.push(Band { from: percent(current.0, length), to: percent(at, length), leader: current.1 });
        current = (at, leader);
    }
    bands.retain(|band| band.to > band.from);
    bands
}

/// The strip as shapes.
pub fn draw(marks: &[Mark], end: Time, length: Time) -> Vec<Shape> {
    let bands = bands(marks, end, length);
    let signs = marks.iter().filter_map(|mark| sign(mark, length));
    std::iter::once(rail()).chain(bands.iter().map(band)).chain(signs).collect()
}

/// What the slider slides on, where the run has not come to yet.
fn rail() -> Shape {
    let y = BANDS_Y + BAND_HEIGHT / 2 - 2;
    Shape::new("rect").class("rail").with("width", "100%").with("y", y).with("height", 4).with("rx", 2)
}

fn band(band: &Band) -> Shape {
    let class = match band.leader {
        Some((_, generation)) => format!("band {}", generation_class(generation)),
        None => "band nobody".to_string(),
    };
    let bar = Shape::new("rect")
        .with("x", format!("{}%", band.from))
        .with("y", BANDS_Y)
        .with("width", format!("{}%", ((band.to - band.from) * 100.0).round() / 100.0))
        .with("height", BAND_HEIGHT);
    let label = band.leader.filter(|_| band.to - band.from >= LABEL_MIN).map(|(server, generation)| {
        Shape::new("text")
            .with("x", format!("{}%", (band.from + band.to) / 2.0))
            .with("y", BANDS_Y + BAND_HEIGHT - 1)
            .saying(format!("{server} {generation}"))
    });
    Shape::new("g").class(class).holding(std::iter::once(bar).chain(label).collect())
}

/// The sign of a moment, around a point on the line above the bands.
fn sign(mark: &Mark, length: Time) -> Option<Shape> {
    let (class, path) = match mark.kind {
        MarkKind::Crash => ("crash", "M-4 2 L4 10 M4 2 L-4 10"),
        MarkKind::Leads { .. } => ("leads", "M-5 10 V3 L-2.5 6 L0 2 L2.5 6 L5 3 V10 Z"),
        MarkKind::Commits => ("commits", "M0 6 V11"),
        MarkKind::Answers => ("answers", "M-3 5 H3 V9 H0 L-2 11 V9 H-3 Z"),
        MarkKind::Breaks => ("breaks", "M0 0 L5.5 10 H-5.5 Z M0 4 V6.5 M0 8.2 V8.5"),
        MarkKind::NobodyLeads => return None,
    };
    // A picture in the picture stands at a percentage and is not stretched.
    let place = Shape::new("svg")
        .class(format!("moment {class}"))
        .with("x", format!("{}%", percent(mark.at, length)));
    Some(place.with("overflow", "visible").holding(vec![Shape::new("path").with("d", path)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(ms: i64, kind: MarkKind) -> Mark {
        Mark { happened: ms as u64, at: Time::from_ms(ms), kind }
    }

    fn leads(ms: i64, place: u8, generation: u64) -> Mark {
        mark(ms, MarkKind::Leads { server: ServerId::new(place), generation })
    }

    #[test]
    fn bands_follow_each_other_without_a_gap_and_end_with_the_run() {
        let marks = [leads(2_000, 0, 1), mark(4_000, MarkKind::NobodyLeads), leads(7_000, 1, 2)];
        let bands = bands(&marks, Time::from_ms(8_000), Time::from_ms(10_000));
        let (a, b) = (ServerId::new(0), ServerId::new(1));
        let expected =
            [(0.0, 20.0, None), (20.0, 40.0, Some((a, 1))), (40.0, 70.0, None), (70.0, 80.0, Some((b, 2)))];
        assert_eq!(bands.len(), expected.len());
        for (band, (from, to, leader)) in bands.iter().zip(expected) {
            assert_eq!(*band, Band { from, to, leader });
        }
    }

    #[test]
    fn a_leader_from_the_beginning_leaves_no_empty_band() {
        let bands = bands(&[leads(0, 0, 1)], Time::from_ms(5_000), Time::from_ms(10_000));
        assert_eq!(bands, [Band { from: 0.0, to: 50.0, leader: Some((ServerId::new(0), 1)) }]);
    }

    #[test]
    fn each_kind_of_moment_has_a_sign_of_its_own_form() {
        let kinds = [MarkKind::Crash, MarkKind::Commits, MarkKind::Answers, MarkKind::Breaks];
        let marks: Vec<Mark> =
            kinds.into_iter().map(|kind| mark(1_000, kind)).chain([leads(1_000, 0, 1)]).collect();
        let signs: Vec<Shape> = marks.iter().filter_map(|mark| sign(mark, Time::from_ms(10_000))).collect();
        let mut forms: Vec<String> = signs.iter().map(|shape| format!("{:?}", shape.inside)).collect();
        forms.sort();
        forms.dedup();
        assert_eq!(forms.len(), 5);
        assert!(signs.iter().all(|shape| shape.attributes.contains(&("x", "10%".to_string()))));
    }

    #[test]
    fn a_run_without_an_end_is_a_bare_rail() {
        assert_eq!(draw(&[], Time::ZERO, Time::from_ms(30_000)), [rail()]);
    }
}
