//! What a chart is drawn from: while load and machines stay as they are, what comes of them is measured; each change ends a point and
//! begins the next.

use crate::time::{Span, Time};

use super::meter::Histogram;

/// The shortest time that makes a point.
const LEAST: Span = Span::from_ms(2_000);

/// How many points are kept, the newest.
pub const POINTS_MAX: usize = 48;

/// What is measured since the last change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Measure {
    /// Since when.
    pub since: Time,
    /// How many users there are.
    pub users: u32,
    /// How many web servers run.
    pub web_servers: u8,
    /// Requests that came.
    pub arrived: u64,
    /// Requests that failed or were turned away.
    pub failed: u64,
    /// How long those took that were answered.
    pub took: Histogram,
}

/// A measured point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// How many users there were.
    pub users: u32,
    /// How many web servers ran.
    pub web_servers: u8,
    /// For how long it was measured.
    pub span: Span,
    /// Requests that came, a second.
    pub arrived: u32,
    /// Requests that were answered, a second.
    pub answered: u32,
    /// Requests that failed or were turned away.
    pub failed: u64,
    /// The mean time that they took.
    pub mean: Span,
    /// What half of them did not exceed.
    pub p50: Span,
    /// What 99 of a hundred did not exceed.
    pub p99: Span,
}

impl Measure {
    /// The point that it makes by now; nothing when it is too early, or nothing was answered.
    pub fn point(&self, now: Time) -> Option<Point> {
        let span = now.since(self.since);
        if span < LEAST {
            return None;
        }
        let a_second = |count: u64| ((count * 1_000_000 + span.us() / 2) / span.us()) as u32;
        Some(Point {
            users: self.users,
            web_servers: self.web_servers,
            span,
            arrived: a_second(self.arrived),
            answered: a_second(self.took.count()),
            failed: self.failed,
            mean: self.took.mean(),
            p50: self.took.percentile(50)?,
            p99: self.took.percentile(99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    fn measure() -> Measure {
        let mut took = Histogram::default();
        (0..500).for_each(|_| took.add(Span::from_ms(3)));
        Measure { since: Time::ZERO, users: 10_000, web_servers: 0, arrived: 510, failed: 2, took }
    }

    #[test]
    fn a_point_is_what_came_of_a_load_in_a_second() {
        let point = measure().point(Time::from_ms(5_000)).expect("five seconds make a point");
        assert_eq!((point.arrived, point.answered, point.failed), (102, 100, 2));
        assert_eq!(point.mean, Span::from_ms(3));
        assert_eq!(measure().point(Time::from_ms(1_999)), None, "too early");
        let idle = Measure { took: Histogram::default(), ..measure() };
        assert_eq!(idle.point(Time::from_ms(5_000)), None, "nothing was answered");
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        each_field_counts!(measure() => Measure {
            since: Time::from_us(1), users: 1, web_servers: 1, arrived: 1, failed: 1, took: Histogram::default(),
        });
        let point = measure().point(Time::from_ms(5_000)).expect("a point");
        each_field_counts!(point => Point {
            users: 1, web_servers: 1, span: Span::ZERO, arrived: 1, answered: 1, failed: 1, mean: Span::ZERO,
            p50: Span::ZERO, p99: Span::ZERO,
        });
    }
}
