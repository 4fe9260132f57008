//! The load of machines: the slider of the users, from one to a million, each power of ten as long as the next; and the chart of what was
//! measured, how long a purchase takes against the load of a single server, or how many are answered against the number of web servers.

use crate::frame::{Load, Point, Service};
use crate::words::{Words, plain};

use super::caption::{args, grouped};
use super::chart::{Axis, Chart, Look, Scale, Series};
use super::machines::duration;

/// The limits of a queue that can be chosen. The last one is as good as none: the memory of a machine is full before.
pub const LIMITS: [u32; 4] = [100, 1_000, 10_000, 1_000_000];

/// The choice that stands for a limit: the first one that lets as many wait.
pub fn limit_of(queue_limit: u32) -> u32 {
    LIMITS.into_iter().find(|limit| *limit >= queue_limit).unwrap_or(LIMITS[3])
}

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

/// What is said of the chart, by its key.
pub fn hint(load: &Load) -> &'static str {
    if load.service.is_some() { "chart.hint-theory" } else { "chart.hint" }
}

/// The chart of a load. Each point is measured by itself: no line leads from one to the next. For a single server there is a theory,
/// which speaks of means; so what is shown of it is the mean.
pub fn chart(load: &Load, words: &Words) -> Chart {
    let single = load.web_servers == 0;
    let place = |point: &Point| match single {
        true => (f64::from(point.users), in_ms(point.mean_us)),
        false => (f64::from(point.web_servers), f64::from(point.answered)),
    };
    let axis = |name, scale, least, most| Axis {
        title: words.text(&format!("chart.{name}")).to_string(),
        scale,
        holds: Some((least, most)),
    };
    let series =
        |name, points, look| Series { name: words.text(&format!("chart.{name}")).to_string(), points, look };
    let (x, y) = match single {
        true => {
            (axis("users", Scale::Tens, 1_000.0, 1_000_000.0), axis("mean-ms", Scale::Tens, 1.0, 10_000.0))
        }
        false => (axis("web-servers", Scale::Even, 0.0, 8.0), axis("answered", Scale::Even, 0.0, 4_000.0)),
    };
    let measured = series("measured", load.points.iter().map(place).collect(), Look::Marks);
    let measuring = series("measuring", load.point.iter().map(place).collect(), Look::Marks);
    let theory = load.service.as_ref().map(|service| series("theory", theory(service), Look::Line));
    Chart { x, y, series: [measured, measuring].into_iter().chain(theory).collect() }
}

/// The curve of theory: as many points as the slider has steps, and more of them where it is steep, up to right below the limit.
fn theory(service: &Service) -> Vec<(f64, f64)> {
    let limit = service.users_max();
    let steps =
        (STEPS_A_DECADE as u32 * 3..=STEPS_MAX).map(users_at).take_while(|users| *users < limit / 16 * 15);
    let steep = (4..=13).map(|power| limit - (limit >> power));
    let point = |users: u32| Some((f64::from(users), in_ms(service.expects_us(users)?)));
    steps.chain(steep).filter_map(point).collect()
}

fn in_ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

/// A column of the table: the end of the key of its heading, and what it says of a point.
type Column = (&'static str, fn(&Load, &Point, &Words) -> String);

const USERS: Column = ("users", |_, point, _| grouped(point.users.into()));
const WEB_SERVERS: Column = ("web-servers", |_, point, _| point.web_servers.to_string());
const ARRIVED: Column = ("arrived", |_, point, _| grouped(point.arrived.into()));
const ANSWERED: Column = ("answered", |_, point, _| grouped(point.answered.into()));
const MEAN: Column = ("mean", |_, point, words| duration(point.mean_us, words));
const THEORY: Column = ("theory", |load, point, words| {
    let expected = load.service.as_ref().and_then(|service| service.expects_us(point.users));
    expected.map_or_else(|| words.text("chart.no-balance").to_string(), |us| duration(us, words))
});
const HALF: Column = ("half-within", |_, point, words| duration(point.p50_us, words));
const MOST: Column = ("most-within", |_, point, words| duration(point.p99_us, words));
const MEASURED_FOR: Column =
    ("measured-for", |_, point, words| words.fill("load.s", &args([("number", plain(point.ms / 1_000))])));

/// The table behind the chart: its headings, and a row for each point, the one that is being measured last.
pub fn table(load: &Load, words: &Words) -> (Vec<String>, Vec<Vec<String>>) {
    let columns: &[Column] = match load.web_servers {
        0 => &[USERS, ARRIVED, ANSWERED, MEAN, THEORY, HALF, MOST, MEASURED_FOR],
        _ => &[USERS, WEB_SERVERS, ARRIVED, ANSWERED, HALF, MOST, MEASURED_FOR],
    };
    let heading = |(name, _): &Column| words.text(&format!("chart.{name}")).to_string();
    let row = |point: &Point| columns.iter().map(|(_, look)| look(load, point, words)).collect();
    (columns.iter().map(heading).collect(), load.points.iter().chain(&load.point).map(row).collect())
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

    fn load(web_servers: u8) -> Load {
        let service = Service { thinks_us: 100_000_000, works_us: vec![1_000, 500] };
        Load {
            web_servers,
            service: (web_servers == 0).then_some(service),
            points: vec![point(50_000, 2_500)],
            point: Some(point(200_000, 40_000)),
            ..Load::default()
        }
    }

    #[test]
    fn a_single_server_is_measured_in_time_and_web_servers_in_answers() {
        let words = Words::default();
        let places = |load: &Load| {
            let series = chart(load, &words).series.into_iter();
            series.filter(|series| series.look == Look::Marks).map(|series| series.points).collect::<Vec<_>>()
        };
        assert_eq!(places(&load(0)), [[(50_000.0, 2.5)], [(200_000.0, 40.0)]]);
        assert_eq!(places(&load(5)), [[(5.0, 990.0)], [(5.0, 990.0)]]);
        assert_ne!(title(&load(0)), title(&load(5)));
    }

    #[test]
    fn theory_stands_beside_the_points_of_a_single_server_in_the_chart_and_in_the_table() {
        let words = Words::default();
        assert!(chart(&load(5), &words).series.iter().all(|series| series.look == Look::Marks), "none");
        let chart = chart(&load(0), &words);
        let curve = &chart.series[2];
        assert_eq!(curve.look, Look::Line);
        assert!(curve.points.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1), "{curve:?}");
        assert_eq!(curve.points.first(), Some(&(1_000.0, 1.512)));
        let (users, ms) = *curve.points.last().expect("a curve");
        assert!(users < 100_000.0 && (5_000.0..10_000.0).contains(&ms), "up to the top: {users}, {ms}");
        let (headings, rows) = table(&load(0), &words);
        let column = headings.iter().position(|heading| heading == "chart.theory").expect("it is a column");
        let cells: Vec<&str> = rows.iter().map(|row| row[column].as_str()).collect();
        assert_eq!(cells[1], "chart.no-balance", "twice too many");
        assert_eq!(table(&load(5), &words).0.len(), 7);
    }

    #[test]
    fn a_limit_is_shown_by_the_choice_that_lets_as_many_wait() {
        for (limit, shown) in
            [(100, 100), (101, 1_000), (10_000, 10_000), (1_000_000, 1_000_000), (u32::MAX, 1_000_000)]
        {
            assert_eq!(limit_of(limit), shown);
        }
    }
}
