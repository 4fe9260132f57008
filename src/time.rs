//! Simulated time: whole microseconds, never a clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A moment of simulated time in microseconds. Zero is the first moment that is shown; what a lesson's prelude does lies before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

/// A length of simulated time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(u64);

/// The clock of a lesson's story, such as 10:00 when its run begins: a story of minutes is told in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoryClock {
    /// What it reads at time zero, in minutes since midnight.
    pub opens: u32,
    /// How long one of its minutes takes; more than nothing.
    pub minute: Span,
}

impl StoryClock {
    /// What it reads at a moment, as "10:03".
    pub fn read(self, now: Time) -> String {
        let minutes = i64::from(self.opens) + now.0.div_euclid(self.minute.0 as i64);
        format!("{:02}:{:02}", minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60))
    }

    /// The moment at which it has gone on for so many minutes.
    pub const fn after(self, minutes: u32) -> Time {
        Time(minutes as i64 * self.minute.0 as i64)
    }
}

impl Time {
    /// The first moment shown.
    pub const ZERO: Time = Time(0);

    /// The moment that many microseconds after zero (before it, when negative).
    pub const fn from_us(us: i64) -> Time {
        Time(us)
    }

    /// The moment that many milliseconds after zero (before it, when negative).
    pub const fn from_ms(ms: i64) -> Time {
        Time(ms * 1_000)
    }

    /// Microseconds since zero.
    pub const fn us(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since zero, rounded down.
    pub const fn ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This moment, or the next one that is a whole millisecond: commands take effect at those.
    pub const fn round_up_to_ms(self) -> Time {
        Time((self.0 + 999).div_euclid(1_000) * 1_000)
    }

    /// How long after `earlier` this moment is; nothing when it is not.
    pub fn since(self, earlier: Time) -> Span {
        Span(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// That many microseconds.
    pub const fn from_us(us: u64) -> Span {
        Span(us)
    }

    /// That many milliseconds.
    pub const fn from_ms(ms: u64) -> Span {
        Span(ms * 1_000)
    }

    /// Microseconds.
    pub const fn us(self) -> u64 {
        self.0
    }

    /// Whole milliseconds, rounded down.
    pub const fn ms(self) -> u64 {
        self.0 / 1_000
    }

    /// Twice as long.
    pub const fn doubled(self) -> Span {
        Span(self.0 * 2)
    }
}

impl Add<Span> for Time {
    type Output = Time;

    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0 as i64)
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;

    fn sub(self, span: Span) -> Time {
        Time(self.0 - span.0 as i64)
    }
}

impl Add for Span {
    type Output = Span;

    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0)
    }
}

impl fmt::Display for Time {
    /// Seconds with three decimals, such as `3.214 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.ms();
        let sign = if ms < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:03} s", ms.abs() / 1_000, ms.abs() % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_story_goes_on_with_simulated_time() {
        let clock = StoryClock { opens: 600, minute: Span::from_ms(6_000) };
        for (ms, reads) in [
            (0, "10:00"),
            (5_999, "10:00"),
            (6_000, "10:01"),
            (30_000, "10:05"),
            (360_000, "11:00"),
            (-1, "09:59"),
        ] {
            assert_eq!(clock.read(Time::from_ms(ms)), reads);
        }
        assert_eq!(clock.after(3), Time::from_ms(18_000));
        let late = StoryClock { opens: 23 * 60 + 59, ..clock };
        assert_eq!(late.read(late.after(1)), "00:00");
    }
}
