//! A chart of measured points: marks and lines over axes with units, evenly or by powers of ten, and the same numbers as a table.
//!
//! Series differ by the form of their marks and the dashes of their line, not by colour alone; each is named in the legend above.

use super::paint::Shape;
use crate::ordered::sort_by;

/// Width of the view box.
pub const WIDTH: f64 = 360.0;

/// Height of the view box.
pub const HEIGHT: f64 = 250.0;

/// Where points are drawn; what lies outside is for the axes and the names.
const LEFT: f64 = 48.0;
const RIGHT: f64 = 346.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 206.0;

/// Half the size of a mark.
const MARK: f64 = 4.0;

/// The most ticks of an even axis.
const TICKS_MAX: f64 = 6.0;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// What was measured.
    pub series: Vec<Series>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit: "Time until all are committed (s)".
    pub title: String,
    /// How values are laid along it.
    pub scale: Scale,
    /// The least and the greatest value that are on it in any case, so that it stands still while points come.
    pub holds: Option<(f64, f64)>,
}

/// How values are laid along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly, from zero on.
    Even,
    /// By powers of ten; only values above zero can be shown.
    Tens,
}

impl Scale {
    fn shows(self, value: f64) -> bool {
        self == Scale::Even || value > 0.0
    }
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are called.
    pub name: String,
    /// Where they lie, from left to right, in the units of the axes.
    pub points: Vec<(f64, f64)>,
    /// How they are drawn.
    pub look: Look,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A mark each: every one was measured by itself.
    Marks,
    /// A mark each, and a line through them: what lies between two of them can be read off it.
    Joined,
    /// The line alone: nothing of it was measured.
    Line,
}

/// An axis over certain values: where each lies on it, from 0 to 1, and which ones are written beside it.
#[derive(Clone, Debug, PartialEq)]
struct Ruler {
    scale: Scale,
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Ruler {
    fn of(axis: &Axis, values: impl Iterator<Item = f64>) -> Ruler {
        let held = axis.holds.into_iter().flat_map(|(least, most)| [least, most]);
        Ruler::new(axis.scale, values.chain(held))
    }

    fn new(scale: Scale, values: impl Iterator<Item = f64>) -> Ruler {
        let (least, most) = values
            .filter(|value| scale.shows(*value))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                (least.min(value), most.max(value))
            });
        match scale {
            _ if least > most => Ruler { scale, from: 1.0, to: 10.0, ticks: vec![1.0, 10.0] },
            Scale::Even => Ruler::even(most),
            Scale::Tens => Ruler::tens(least, most),
        }
    }

    fn even(most: f64) -> Ruler {
        let step = round_step(most.max(f64::MIN_POSITIVE) / (TICKS_MAX - 1.0));
        let steps = (most / step - 1e-9).ceil().max(1.0);
        let ticks = (0..=steps as u32).map(|nth| f64::from(nth) * step).collect();
        Ruler { scale: Scale::Even, from: 0.0, to: steps * step, ticks }
    }

    fn tens(least: f64, most: f64) -> Ruler {
        let first = (least.log10() + 1e-9).floor() as i32;
        let last = ((most.log10() - 1e-9).ceil() as i32).max(first + 1);
        let ticks: Vec<f64> = (first..=last).map(|power| 10f64.powi(power)).collect();
        Ruler { scale: Scale::Tens, from: ticks[0], to: ticks[ticks.len() - 1], ticks }
    }

    /// Where a value lies, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Even => (value - self.from) / (self.to - self.from),
            Scale::Tens => (value / self.from).log10() / (self.to / self.from).log10(),
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50, … that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|times| times * power)
        .into_iter()
        .find(|round| *round >= step * (1.0 - 1e-9))
        .unwrap_or(step)
}

/// A number as it is written on an axis and in the table: at most three digits behind the point, none that says nothing.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text.split_once('.') {
        Some((whole, rest)) => format!("{}.{rest}", grouped(whole)),
        None => grouped(text),
    }
}

fn grouped(whole: &str) -> String {
    whole.parse().map_or_else(|_| whole.to_string(), super::caption::grouped)
}

impl Chart {
    /// All that is drawn, in a view box of [`WIDTH`] and [`HEIGHT`].
    pub fn shapes(&self) -> Vec<Shape> {
        let all = || self.series.iter().flat_map(|series| &series.points);
        let across = Ruler::of(&self.x, all().map(|point| point.0));
        let up = Ruler::of(&self.y, all().map(|point| point.1));
        let mut shapes = self.axes(&across, &up);
        for (nth, series) in self.series.iter().enumerate() {
            shapes.push(drawn(nth, series, &across, &up));
            shapes.push(legend(nth, self.series.len(), series));
        }
        shapes
    }

    /// The chart as an `<svg>` element. What it says to those who do not see it is the label; the numbers are in [`Chart::table`].
    pub fn picture(&self, label: &str) -> Shape {
        Shape::new("svg")
            .with("xmlns", "http://www.w3.org/2000/svg")
            .class("chart")
            .with("viewBox", format!("0 0 {WIDTH} {HEIGHT}"))
            .with("role", "img")
            .with("aria-label", label)
            .holding(self.shapes())
    }

    fn axes(&self, across: &Ruler, up: &Ruler) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for tick in &up.ticks {
            let y = at_y(up, *tick);
            shapes.push(line("grid", (LEFT, y), (RIGHT, y)));
            shapes.push(text("tick", (LEFT - 6.0, y + 4.0), "end", number(*tick)));
        }
        for tick in &across.ticks {
            let x = at_x(across, *tick);
            shapes.push(line("axis", (x, BOTTOM), (x, BOTTOM + 4.0)));
            shapes.push(text("tick", (x, BOTTOM + 18.0), "middle", number(*tick)));
        }
        shapes.push(line("axis", (LEFT, BOTTOM), (RIGHT, BOTTOM)));
        shapes.push(text("axis-title", (2.0, 13.0), "start", self.y.title.clone()));
        shapes.push(text("axis-title", (RIGHT, HEIGHT - 6.0), "end", self.x.title.clone()));
        shapes
    }

    /// The measured numbers: the headings, and a row for each value of the horizontal axis. What was not measured is empty.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let headings = [&self.x.title].into_iter().chain(self.series.iter().map(|series| &series.name));
        let mut values: Vec<f64> =
            self.series.iter().flat_map(|series| series.points.iter().map(|point| point.0)).collect();
        sort_by(&mut values, f64::total_cmp);
        values.dedup();
        let row = |x: f64| {
            let of = |series: &Series| {
                let found = series.points.iter().find(|point| point.0 == x);
                found.map_or(String::new(), |point| number(point.1))
            };
            [number(x)].into_iter().chain(self.series.iter().map(of)).collect()
        };
        (headings.cloned().collect(), values.into_iter().map(row).collect())
    }
}

fn at_x(ruler: &Ruler, value: f64) -> f64 {
    LEFT + ruler.place(value) * (RIGHT - LEFT)
}

fn at_y(ruler: &Ruler, value: f64) -> f64 {
    BOTTOM - ruler.place(value) * (BOTTOM - TOP)
}

/// The line of a series and a mark on each of its points, whichever it has. What its scale cannot show is in the table only.
fn drawn(nth: usize, series: &Series, across: &Ruler, up: &Ruler) -> Shape {
    let shown = series.points.iter().filter(|(x, y)| across.scale.shows(*x) && up.scale.shows(*y));
    let points: Vec<(f64, f64)> = shown.map(|(x, y)| (at_x(across, *x), at_y(up, *y))).collect();
    let way: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    let joined = series.look != Look::Marks && !way.is_empty();
    let line = joined.then(|| Shape::new("path").class("line").with("d", format!("M{}", way.join(" L"))));
    let marked = points.into_iter().filter(|_| series.look != Look::Line);
    let marks = marked.map(|point| mark(nth, point));
    Shape::new("g").class(format!("series s{nth}")).holding(line.into_iter().chain(marks).collect())
}

/// A mark: a disc, a square, a diamond, in turn.
fn mark(nth: usize, (x, y): (f64, f64)) -> Shape {
    let size = MARK;
    let form = match nth % 3 {
        0 => format!(
            "M{:.1} {y:.1}a{size} {size} 0 1 0 {} 0a{size} {size} 0 1 0 -{} 0z",
            x - size,
            2.0 * size,
            2.0 * size
        ),
        1 => format!("M{:.1} {:.1}h{}v{}h-{}z", x - size, y - size, 2.0 * size, 2.0 * size, 2.0 * size),
        _ => format!("M{:.1} {y:.1}l{size} -{size}l{size} {size}l-{size} {size}z", x - size),
    };
    Shape::new("path").class("mark").with("d", form)
}

/// The name of a series with its line and its mark, in a row above the chart.
fn legend(nth: usize, of: usize, series: &Series) -> Shape {
    let x = LEFT + nth as f64 * (RIGHT - LEFT) / of as f64;
    let line = (series.look != Look::Marks).then(|| line("line", (x - 8.0, 29.0), (x + 8.0, 29.0)));
    let mark = (series.look != Look::Line).then(|| mark(nth, (x, 29.0)));
    let name = text("name", (x + 14.0, 33.0), "start", series.name.clone());
    let shapes = line.into_iter().chain(mark).chain([name]);
    Shape::new("g").class(format!("series s{nth}")).holding(shapes.collect())
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Shape {
    let way = format!("M{:.1} {:.1} L{:.1} {:.1}", from.0, from.1, to.0, to.1);
    Shape::new("path").class(class).with("d", way)
}

fn text(class: &str, at: (f64, f64), anchor: &str, text: String) -> Shape {
    Shape::new("text")
        .class(class)
        .with("x", format!("{:.1}", at.0))
        .with("y", format!("{:.1}", at.1))
        .with("text-anchor", anchor)
        .saying(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(title: &str, scale: Scale) -> Axis {
        Axis { title: title.to_string(), scale, holds: None }
    }

    fn chart() -> Chart {
        let series = |name: &str, points: &[(f64, f64)]| Series {
            name: name.to_string(),
            points: points.to_vec(),
            look: Look::Joined,
        };
        Chart {
            x: axis("users", Scale::Tens),
            y: axis("seconds", Scale::Even),
            series: vec![
                series("one", &[(1.0, 0.2), (100.0, 20.0), (1_000.0, 200.0)]),
                series("other", &[(1.0, 0.2), (1_000.0, 1.7)]),
            ],
        }
    }

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        for (most, ticks) in [
            (200.0, vec![0.0, 50.0, 100.0, 150.0, 200.0]),
            (1.7, vec![0.0, 0.5, 1.0, 1.5, 2.0]),
            (3_000.0, vec![0.0, 1_000.0, 2_000.0, 3_000.0]),
            (5.0, vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
        ] {
            assert_eq!(Ruler::new(Scale::Even, [most / 3.0, most].into_iter()).ticks, ticks, "{most}");
        }
        for (least, most, ticks) in [
            (1.0, 1_000.0, vec![1.0, 10.0, 100.0, 1_000.0]),
            (0.2, 200.0, vec![0.1, 1.0, 10.0, 100.0, 1_000.0]),
            (5.0, 5.0, vec![1.0, 10.0]),
        ] {
            assert_eq!(Ruler::new(Scale::Tens, [least, most].into_iter()).ticks, ticks, "{least} to {most}");
        }
        assert_eq!(Ruler::new(Scale::Even, [].into_iter()).ticks.len(), 2, "nothing was measured");
    }

    #[test]
    fn a_value_lies_where_its_scale_says() {
        let even = Ruler::new(Scale::Even, [200.0].into_iter());
        let tens = Ruler::new(Scale::Tens, [1.0, 1_000.0].into_iter());
        for (ruler, value, place) in [
            (&even, 0.0, 0.0),
            (&even, 50.0, 0.25),
            (&tens, 1.0, 0.0),
            (&tens, 10.0, 1.0 / 3.0),
            (&tens, 1_000.0, 1.0),
        ] {
            assert!((ruler.place(value) - place).abs() < 1e-9, "{value} of {ruler:?}");
        }
    }

    #[test]
    fn every_point_is_drawn_inside_and_has_its_place_in_the_table() {
        let chart = chart();
        let picture = super::super::svg::text(&chart.picture("both"));
        assert_eq!(picture.matches("class=\"mark\"").count(), 5 + 2, "five points, two in the legend");
        let numbers = picture.split(['M', 'L', ' ']).filter_map(|part| part.parse::<f64>().ok());
        assert!(numbers.clone().all(|number| (-2.0 * MARK..=WIDTH).contains(&number)), "{picture}");
        let (headings, rows) = chart.table();
        assert_eq!(headings, ["users", "one", "other"]);
        assert_eq!(rows, [vec!["1", "0.2", "0.2"], vec!["100", "20", ""], vec!["1,000", "200", "1.7"]]);
    }

    #[test]
    fn an_axis_holds_what_it_is_to_hold_before_anything_was_measured() {
        let axis = Axis { title: String::new(), scale: Scale::Tens, holds: Some((1.0, 10_000.0)) };
        for measured in [&[][..], &[0.0, 40.0]] {
            let ruler = Ruler::of(&axis, measured.iter().copied());
            assert_eq!((ruler.from, ruler.to), (1.0, 10_000.0), "{measured:?}");
        }
        assert_eq!(
            Ruler::of(&axis, [0.2, 20_000.0].into_iter()).ticks,
            [0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5]
        );
    }

    #[test]
    fn what_a_scale_cannot_show_is_in_the_table_only_and_single_points_have_no_line() {
        let mut chart = chart();
        chart.series[0].points.insert(0, (0.0, 0.1));
        chart.series[1].look = Look::Marks;
        let picture = super::super::svg::text(&chart.picture("both"));
        assert_eq!(picture.matches("class=\"mark\"").count(), 5 + 2);
        assert_eq!(picture.matches("class=\"line\"").count(), 2, "of the first series, and in the legend");
        assert!(!picture.contains("inf") && !picture.contains("NaN"), "{picture}");
        assert_eq!(chart.table().1[0], ["0", "0.1", ""]);
    }

    #[test]
    fn theory_is_a_line_without_marks_in_the_chart_and_in_its_legend() {
        let mut chart = chart();
        chart.series[0].look = Look::Line;
        let picture = super::super::svg::text(&chart.picture("both"));
        assert_eq!(picture.matches("class=\"mark\"").count(), 2 + 1, "of the second series alone");
        assert_eq!(picture.matches("class=\"line\"").count(), 2 + 2);
        assert_eq!(chart.table().1[0], ["1", "0.2", "0.2"], "its numbers are in the table all the same");
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut chart = chart();
        chart.series[0].name = "<script>".to_string();
        assert!(!super::super::svg::text(&chart.picture("<b>")).contains("<script"));
    }

    #[test]
    fn numbers_say_what_they_need_to() {
        for (value, text) in
            [(0.201, "0.201"), (0.2, "0.2"), (5.0, "5"), (1_000.0, "1,000"), (1234.5, "1,234.5"), (0.0, "0")]
        {
            assert_eq!(number(value), text);
        }
    }
}
