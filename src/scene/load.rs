//! The load of machines: the slider of the users, from one to a million, each power of ten as long as the next; and the chart of what was
//! measured, how long a purchase takes against the load of a single server, or how many are answered against the number of web servers.

use crate::frame::{Load, Point};
use crate::words::{Words, plain};

use super::caption::{args, grouped};
use super::chart::{Axis, Chart, Scale, Series};
use super::machines::duration;

/// How many users a burst brings.
pub const BURST: u32 = 100_000;

/// The last step of the slider; the first one is 0.
pub const STEPS_MAX: u32 = 120;

/// Steps a power of ten.
const STEPS_A_DECADE: f64 = 20.0;

/// The users at a step, as a number that can be read: two digits and zeros.
pub fn users_at(step: u32) -> u32 {
    let exact = 10_f64.powf(f64::from(step.min(STEPS_MAX)) / STEPS_A_DECADE);
    let unit = 10_f64.powf((exact.log10().floor() - 1.0).max(0.0));
    ((exact / unit).round() * unit) as u32
}

/// The step that is nearest to so many users.
pub fn step_of(users: u32) -> u32 {
    (f64::from(users.max(1)).log10() * STEPS_A_DECADE).round() as u32
}

/// The heading of the chart, by its key.
pub fn title(load: &Load) -> &'static str {
    if load.web_servers == 0 { "chart.latency" } else { "chart.throughput" }
}

/// The chart of a load. Each point is measured by itself: no line leads from one to the next.
pub fn chart(load: &Load, words: &Words) -> Chart {
    let single = load.web_servers == 0;
    let place = |point: &Point| match single {
        true => (f64::from(point.users), point.p50_us as f64 / 1_000.0),
        false => (f64::from(point.web_servers), f64::from(point.answered)),
    };
    let axis = |name, scale, least, most| Axis {
        title: words.text(&format!("chart.{name}")).to_string(),
        scale,
        holds: Some((least, most)),
    };
    let series = |name, points| Series {
        name: words.text(&format!("chart.{name}")).to_string(),
        points,
        joined: false,
    };
    let (x, y) = match single {
        true => (
            axis("users", Scale::Tens, 1_000.0, 1_000_000.0),
            axis("half-within-ms", Scale::Tens, 1.0, 10_000.0),
        ),
        false => (axis("web-servers", Scale::Even, 0.0, 8.0), axis("answered", Scale::Even, 0.0, 4_000.0)),
    };
    let measured = series("measured", load.points.iter().map(place).collect());
    let measuring = series("measuring", load.point.iter().map(place).collect());
    Chart { x, y, series: vec![measured, measuring] }
}

/// The rows of the table, the one that is being measured last: users, web servers, came, answered, half within, 99 % within, measured for.
pub fn rows(load: &Load, words: &Words) -> Vec<[String; 7]> {
    load.points.iter().chain(&load.point).map(|point| row(point, words)).collect()
}

fn row(point: &Point, words: &Words) -> [String; 7] {
    [
        grouped(point.users.into()),
        point.web_servers.to_string(),
        grouped(point.arrived.into()),
        grouped(point.answered.into()),
        duration(point.p50_us, words),
        duration(point.p99_us, words),
        words.fill("load.s", &args([("number", plain(point.ms / 1_000))])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_goes_from_one_user_to_a_million() {
        assert_eq!((users_at(0), users_at(STEPS_MAX), users_at(STEPS_MAX + 9)), (1, 1_000_000, 1_000_000));
        assert!((0..=STEPS_MAX).map(users_at).is_sorted());
        for (users, step) in [(1_000, 60), (50_000, 94), (100_000, 100)] {
            assert_eq!((step_of(users), users_at(step)), (step, users));
        }
    }

    #[test]
    fn where_it_stands_is_what_it_says() {
        for step in 20..=STEPS_MAX {
            assert_eq!(step_of(users_at(step)), step, "{} users", users_at(step));
        }
    }

    fn point(users: u32, p50_us: u64) -> Point {
        Point {
            users,
            web_servers: 5,
            ms: 4_000,
            arrived: users / 100,
            answered: 990,
            failed: 0,
            mean_us: p50_us,
            p50_us,
            p99_us: p50_us,
        }
    }

    #[test]
    fn a_single_server_is_measured_in_time_and_web_servers_in_answers() {
        let words = Words::default();
        let load = |web_servers| Load {
            web_servers,
            points: vec![point(50_000, 2_500)],
            point: Some(point(95_000, 0)),
            ..Load::default()
        };
        let places = |chart: Chart| chart.series.into_iter().map(|series| series.points).collect::<Vec<_>>();
        assert_eq!(places(chart(&load(0), &words)), [[(50_000.0, 2.5)], [(95_000.0, 0.0)]]);
        assert_eq!(places(chart(&load(5), &words)), [[(5.0, 990.0)], [(5.0, 990.0)]]);
        assert_ne!(title(&load(0)), title(&load(5)));
        assert_eq!(rows(&load(0), &words).len(), 2);
    }
}
