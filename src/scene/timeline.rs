//! The whole run as the slider's track: who led when, painted in the colours of the generations, and the moments that matter. Where two
//! lead at once they share the height.
//!
//! Lengths along it are percent, so that it fits a slider of any width; signs keep their form.

use crate::decimal::short;
use crate::frame::{Branch, Mark, MarkKind, ServerId, Track};
use crate::time::Time;

use super::paint::{Shape, generation_class};

/// How high the strip is, in pixels: a line of signs, the bands, and below them a future that was replaced.
pub const HEIGHT: u32 = 28;

/// Where the bands begin, and how high they are.
const BANDS_Y: u32 = 12;
const BAND_HEIGHT: u32 = 10;

/// Where the replaced future lies, and how high it is.
const BRANCH_Y: u32 = 24;
const BRANCH_HEIGHT: u32 = 4;

/// The slider's lengths in seconds: it is as long as the first one that holds the run, so that it does not grow with every frame.
const LENGTHS_S: [i64; 9] = [10, 20, 30, 60, 120, 180, 300, 600, 1_200];

/// How long a slider is for a run up to that moment.
pub fn length(end: Time) -> Time {
    let fits =
        LENGTHS_S.into_iter().map(|seconds| Time::from_ms(seconds * 1_000)).find(|length| *length >= end);
    let longest_ms = LENGTHS_S[LENGTHS_S.len() - 1] * 1_000;
    fits.unwrap_or_else(|| Time::from_ms((end.ms() + longest_ms) / longest_ms * longest_ms))
}

/// A band narrower than this, in percent, has no room for its number.
const LABEL_MIN: f64 = 7.0;

/// A time during which the same servers led, or nobody did.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Where it begins, in percent of the slider.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Who led, and in which generation; whoever began first stands first.
    pub leaders: Vec<(ServerId, u64)>,
}

/// A moment in percent of a slider of that length.
fn percent(at: Time, length: Time) -> f64 {
    let share = at.us() as f64 / length.us().max(1) as f64 * 100.0;
    share.clamp(0.0, 100.0)
}

/// A share of a slider as an attribute.
fn percents(share: f64) -> String {
    short(share, 2) + "%"
}

/// Who led when, up to the end of the run.
pub fn bands(marks: &[Mark], end: Time, length: Time) -> Vec<Band> {
    let (mut bands, mut since, mut leaders) = (Vec::new(), Time::ZERO, Vec::new());
    let mut until = |at: Time, leaders: &[(ServerId, u64)]| {
        let since = std::mem::replace(&mut since, at);
        bands.push(Band { from: percent(since, length), to: percent(at, length), leaders: leaders.to_vec() });
    };
    for mark in marks {
        match mark.kind {
            MarkKind::Leads { server, generation } => {
                until(mark.at, &leaders);
                leaders.push((server, generation));
            }
            MarkKind::Ends { server } => {
                until(mark.at, &leaders);
                leaders.retain(|(leader, _)| *leader != server);
            }
            _ => {}
        }
    }
    until(end, &leaders);
    // What is as narrow as nothing is not drawn.
    bands.retain(|band| band.to - band.from >= 0.005);
    bands
}

/// The strip as shapes.
pub fn draw(track: &Track, end: Time, length: Time) -> Vec<Shape> {
    let bands = bands(&track.run, end, length);
    let signs = track.run.iter().filter_map(|mark| sign(mark, length));
    let replaced = track.replaced.as_ref().map(|branch| replaced(&track.run, branch, length));
    let parts = track.parts.map(|at| parting(at, length));
    std::iter::once(rail()).chain(replaced).chain(bands.iter().map(band)).chain(signs).chain(parts).collect()
}

/// Where the world under another rule, beside this one, began to differ.
fn parting(at: Time, length: Time) -> Shape {
    let place = Shape::new("svg").class("moment parts").with("x", percents(percent(at, length)));
    let fork = Shape::new("path").with("d", "M0 28 V14 L-4 2 M0 14 L4 2");
    place.with("overflow", "visible").holding(vec![fork])
}

/// The future that the last action has replaced, faded: what was led when, and a sign that it parted there.
fn replaced(run: &[Mark], branch: &Branch, length: Time) -> Shape {
    let shared = run.iter().filter(|mark| mark.at <= branch.from);
    let marks: Vec<Mark> = shared.chain(&branch.marks).cloned().collect();
    let from = percent(branch.from, length);
    let bands = bands(&marks, branch.end, length).into_iter().filter(|band| band.to > from);
    let bars =
        bands.flat_map(|band| bars(&Band { from: band.from.max(from), ..band }, BRANCH_Y, BRANCH_HEIGHT));
    let parting = bar((from, from), BANDS_Y, BRANCH_Y + BRANCH_HEIGHT - BANDS_Y);
    let parting = parting.class("parting");
    Shape::new("g").class("replaced").holding(bars.chain([parting]).collect())
}

/// What the slider slides on, where the run has not come to yet.
fn rail() -> Shape {
    let y = BANDS_Y + BAND_HEIGHT / 2 - 2;
    Shape::new("rect").class("rail").with("width", "100%").with("y", y).with("height", 4).with("rx", 2)
}

fn band(band: &Band) -> Shape {
    // Only who leads alone has room for a name.
    let alone = match band.leaders[..] {
        [leader] if band.to - band.from >= LABEL_MIN => Some(leader),
        _ => None,
    };
    let label = alone.map(|(server, generation)| {
        Shape::new("text")
            .class(generation_class(generation))
            .with("x", percents((band.from + band.to) / 2.0))
            .with("y", BANDS_Y + BAND_HEIGHT - 1)
            .saying(format!("{server} {generation}"))
    });
    Shape::new("g").class("band").holding(bars(band, BANDS_Y, BAND_HEIGHT).into_iter().chain(label).collect())
}

/// A bar for each of those who led, one below the other, or an empty one.
fn bars(band: &Band, y: u32, height: u32) -> Vec<Shape> {
    let place = (band.from, band.to);
    let share = height / (band.leaders.len() as u32).max(1);
    let of_leader = |(nth, (_, generation)): (usize, &(ServerId, u64))| {
        bar(place, y + nth as u32 * share, share).class(generation_class(*generation))
    };
    match band.leaders.is_empty() {
        true => vec![bar(place, y, height).class("nobody")],
        false => band.leaders.iter().enumerate().map(of_leader).collect(),
    }
}

fn bar((from, to): (f64, f64), y: u32, height: u32) -> Shape {
    Shape::new("rect")
        .with("x", percents(from))
        .with("y", y)
        .with("width", percents(to - from))
        .with("height", height)
}

/// The sign of a moment, around a point on the line above the bands.
fn sign(mark: &Mark, length: Time) -> Option<Shape> {
    let (class, path) = match mark.kind {
        MarkKind::Crash => ("crash", "M-4 2 L4 10 M4 2 L-4 10"),
        MarkKind::Leads { .. } => ("leads", "M-5 10 V3 L-2.5 6 L0 2 L2.5 6 L5 3 V10 Z"),
        MarkKind::Commits => ("commits", "M0 6 V11"),
        MarkKind::Answers => ("answers", "M-3 5 H3 V9 H0 L-2 11 V9 H-3 Z"),
        MarkKind::Breaks => ("breaks", "M0 0 L5.5 10 H-5.5 Z M0 4 V6.5 M0 8.2 V8.5"),
        MarkKind::Ends { .. } => return None,
    };
    // A picture in the picture stands at a percentage and is not stretched.
    let place =
        Shape::new("svg").class(format!("moment {class}")).with("x", percents(percent(mark.at, length)));
    Some(place.with("overflow", "visible").holding(vec![Shape::new("path").with("d", path)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::paint::Inside;

    fn mark(ms: i64, kind: MarkKind) -> Mark {
        Mark { happened: ms as u64, at: Time::from_ms(ms), kind }
    }

    fn leads(ms: i64, place: u8, generation: u64) -> Mark {
        mark(ms, MarkKind::Leads { server: ServerId::new(place), generation })
    }

    fn ends(ms: i64, place: u8) -> Mark {
        mark(ms, MarkKind::Ends { server: ServerId::new(place) })
    }

    fn value(bar: &Shape, wanted: &str) -> String {
        let found = bar.attributes.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    #[test]
    fn bands_follow_each_other_without_a_gap_and_end_with_the_run() {
        let marks = [leads(2_000, 0, 1), ends(4_000, 0), leads(7_000, 1, 2)];
        let (a, b) = (ServerId::new(0), ServerId::new(1));
        let expected = [
            (0.0, 20.0, vec![]),
            (20.0, 40.0, vec![(a, 1)]),
            (40.0, 70.0, vec![]),
            (70.0, 80.0, vec![(b, 2)]),
        ];
        let expected = expected.map(|(from, to, leaders)| Band { from, to, leaders });
        assert_eq!(bands(&marks, Time::from_ms(8_000), Time::from_ms(10_000)), expected);
    }

    #[test]
    fn who_lead_at_the_same_time_share_the_height() {
        let marks = [leads(0, 0, 1), leads(2_000, 1, 2), ends(5_000, 0)];
        let bands = bands(&marks, Time::from_ms(8_000), Time::from_ms(10_000));
        let (a, b) = ((ServerId::new(0), 1), (ServerId::new(1), 2));
        let leaders: Vec<_> = bands.iter().map(|band| band.leaders.clone()).collect();
        assert_eq!(leaders, [vec![a], vec![a, b], vec![b]]);
        let bars = bars(&bands[1], BANDS_Y, BAND_HEIGHT);
        let places: Vec<_> = bars.iter().map(|bar| (value(bar, "y"), value(bar, "height"))).collect();
        let place = |y: u32, height: u32| (y.to_string(), height.to_string());
        assert_eq!(places, [place(BANDS_Y, 5), place(BANDS_Y + 5, 5)]);
    }

    #[test]
    fn a_leader_from_the_beginning_leaves_no_empty_band() {
        let bands = bands(&[leads(0, 0, 1)], Time::from_ms(5_000), Time::from_ms(10_000));
        assert_eq!(bands, [Band { from: 0.0, to: 50.0, leaders: vec![(ServerId::new(0), 1)] }]);
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
        assert_eq!(draw(&Track::default(), Time::ZERO, Time::from_ms(30_000)), [rail()]);
    }

    #[test]
    fn a_replaced_future_lies_below_from_where_it_parted_with_whoever_led_then() {
        let branch = Branch {
            from: Time::from_ms(5_000),
            end: Time::from_ms(9_000),
            marks: vec![ends(7_000, 0), leads(7_000, 1, 2)],
        };
        let run = [leads(2_000, 0, 1), leads(5_500, 2, 2)];
        let group = replaced(&run, &branch, Time::from_ms(10_000));
        let Inside::Shapes(bars) = &group.inside else { panic!("a group holds shapes") };
        let places: Vec<String> =
            bars.iter().map(|bar| format!("{} {}", value(bar, "x"), value(bar, "width"))).collect();
        assert_eq!(places, ["50% 20%", "70% 20%", "50% 0%"]);
    }

    #[test]
    fn a_slider_grows_in_steps_and_holds_the_run() {
        for (end_ms, seconds) in [
            (0, 10),
            (9_999, 10),
            (10_000, 10),
            (10_001, 20),
            (61_000, 120),
            (1_200_000, 1_200),
            (1_200_001, 2_400),
        ] {
            assert_eq!(length(Time::from_ms(end_ms)), Time::from_ms(seconds * 1_000), "{end_ms}");
        }
        for end_ms in (0..8_000_000).step_by(77_777) {
            assert!(length(Time::from_ms(end_ms)) >= Time::from_ms(end_ms));
        }
    }
}
