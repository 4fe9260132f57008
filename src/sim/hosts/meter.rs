//! What can be read at a machine: how much of the last two seconds each resource was busy, how many requests came and went, and how long
//! they took.

use crate::ordered::Map;
use crate::time::{Span, Time};

use super::host::Resource;

/// The length of a bucket.
const BUCKET: Span = Span::from_ms(200);

/// The longest time that is told from longer ones, in microseconds.
const LONGEST_US: u64 = (1 << 34) - 1;

/// How many buckets make up the window.
const BUCKETS: usize = 10;

/// Counts over a window that slides in steps of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Meter {
    buckets: [Bucket; BUCKETS],
}

/// What happened within one bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Bucket {
    /// Which one it is, counted from time zero.
    number: i64,
    arrived: u32,
    answered: u32,
    failed: u32,
    /// By resource, in microseconds.
    busy_us: [u64; 3],
    took: Histogram,
}

/// What a meter shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Requests that came, a second.
    pub arrived: u32,
    /// Requests that were answered, a second.
    pub answered: u32,
    /// Requests that failed or were turned away, a second.
    pub failed: u32,
    /// How much of the time each resource was busy, by [`Resource`], in percent.
    pub busy: [u8; 3],
    /// How long the answered requests took.
    pub took: Histogram,
}

impl Meter {
    /// A request has come.
    pub fn arrived(&mut self, now: Time) {
        self.bucket(now).arrived += 1;
    }

    /// A request was answered after so long.
    pub fn answered(&mut self, now: Time, took: Span) {
        let bucket = self.bucket(now);
        bucket.answered += 1;
        bucket.took.add(took);
    }

    /// So many requests have failed, or were turned away.
    pub fn failed(&mut self, now: Time, count: u32) {
        self.bucket(now).failed += count;
    }

    /// A resource has worked for so long, up to now.
    pub fn worked(&mut self, now: Time, resource: Resource, span: Span) {
        self.bucket(now).busy_us[resource as usize] += span.us();
    }

    /// What it shows now, of a world that began at that moment.
    pub fn read(&self, now: Time, began: Time) -> Reading {
        let last = number(now);
        let first = last - BUCKETS as i64 + 1;
        let start = Time::from_us(first * BUCKET.us() as i64).max(began);
        let window = now.since(start).us().max(1);
        let mut sum = Bucket::default();
        for bucket in self.buckets.iter().filter(|bucket| (first..=last).contains(&bucket.number)) {
            sum.arrived += bucket.arrived;
            sum.answered += bucket.answered;
            sum.failed += bucket.failed;
            sum.took.merge(&bucket.took);
            sum.busy_us.iter_mut().zip(bucket.busy_us).for_each(|(sum, busy)| *sum += busy);
        }
        let a_second = |count: u32| ((u64::from(count) * 1_000_000 + window / 2) / window) as u32;
        // Work is counted when it is done, so a window may hold a bit more than its length.
        let percent = |busy: u64| ((busy * 100 + window / 2) / window).min(100) as u8;
        Reading {
            arrived: a_second(sum.arrived),
            answered: a_second(sum.answered),
            failed: a_second(sum.failed),
            busy: sum.busy_us.map(percent),
            took: sum.took,
        }
    }

    fn bucket(&mut self, now: Time) -> &mut Bucket {
        let number = number(now);
        let bucket = &mut self.buckets[number.rem_euclid(BUCKETS as i64) as usize];
        if bucket.number != number {
            *bucket = Bucket { number, ..Bucket::default() };
        }
        bucket
    }
}

fn number(now: Time) -> i64 {
    now.us().div_euclid(BUCKET.us() as i64)
}

/// How often each length of time came up. Lengths are told apart to an eighth of a power of two: a percentile is right to 6 %.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Histogram {
    counts: Map<u8, u32>,
    count: u64,
    sum_us: u64,
}

impl Histogram {
    /// One more of that length.
    pub fn add(&mut self, span: Span) {
        *self.counts.get_or_default(bin(span.us())) += 1;
        self.count += 1;
        self.sum_us += span.us();
    }

    /// All of another one, too.
    pub fn merge(&mut self, other: &Histogram) {
        for (bin, count) in &other.counts {
            *self.counts.get_or_default(*bin) += count;
        }
        self.count += other.count;
        self.sum_us += other.sum_us;
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; zero when there are none.
    pub fn mean(&self) -> Span {
        Span::from_us(self.sum_us / self.count.max(1))
    }

    /// The length that so many of a hundred do not exceed; absent when there are none.
    pub fn percentile(&self, percent: u64) -> Option<Span> {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bin, count) in &self.counts {
            seen += u64::from(*count);
            if seen >= rank {
                return Some(Span::from_us(middle(*bin)));
            }
        }
        None
    }
}

/// The bin of a length, which is at most two hours: its highest bit, and the three below it.
fn bin(us: u64) -> u8 {
    let us = us.min(LONGEST_US);
    let highest = us.max(1).ilog2();
    if highest < 3 { us as u8 } else { ((highest - 2) * 8 + ((us >> (highest - 3)) & 7) as u32) as u8 }
}

/// The middle of a bin.
fn middle(bin: u8) -> u64 {
    let (octave, eighth) = (u64::from(bin / 8), u64::from(bin % 8));
    if octave == 0 { eighth } else { ((8 + eighth) << (octave - 1)) + (1 << (octave - 1)) / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn a_bin_holds_lengths_that_differ_by_an_eighth_at_most() {
        for us in (0..5_000).chain((0..34).map(|power| (1 << power) + 12_345).filter(|us| *us <= LONGEST_US))
        {
            let off = middle(bin(us)).abs_diff(us);
            assert!(off * 16 <= us, "{us}: {off}");
        }
        assert!((0..100_000_u64).map(bin).is_sorted());
    }

    #[test]
    fn percentiles_and_mean_are_those_of_the_lengths() {
        let mut histogram = Histogram::default();
        assert_eq!((histogram.percentile(50), histogram.mean()), (None, Span::ZERO));
        (1..=1_000).for_each(|ms| histogram.add(Span::from_ms(ms)));
        assert_eq!(histogram.mean(), Span::from_us(500_500));
        for (percent, ms) in [(50, 500), (99, 990), (100, 1_000)] {
            let told = histogram.percentile(percent).expect("there are some").ms();
            assert!(told.abs_diff(ms) * 16 <= ms, "{percent} %: {told} ms");
        }
    }

    #[test]
    fn a_meter_shows_the_last_two_seconds() {
        let mut meter = Meter::default();
        for ms in (0..9_000).step_by(10) {
            let now = Time::from_ms(ms);
            meter.arrived(now);
            // In the first seconds nothing is answered.
            if ms >= 5_000 {
                meter.answered(now, Span::from_ms(3));
                meter.worked(now, Resource::Cpu, Span::from_ms(5));
            }
        }
        let reading = meter.read(Time::from_ms(9_000), Time::ZERO);
        assert!((95..=110).contains(&reading.answered) && reading.answered == reading.arrived, "{reading:?}");
        assert!((48..=55).contains(&reading.busy[Resource::Cpu as usize]), "{reading:?}");
        let reading = meter.read(Time::from_ms(20_000), Time::ZERO);
        assert_eq!(reading, Reading::default(), "long ago");
        let mut young = Meter::default();
        (0..10).for_each(|ms| young.arrived(Time::from_ms(ms)));
        assert_eq!(young.read(Time::from_ms(10), Time::ZERO).arrived, 1_000, "a world that has just begun");
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let histogram = |us| {
            let mut histogram = Histogram::default();
            histogram.add(Span::from_us(us));
            histogram
        };
        let bucket =
            || Bucket { number: 1, arrived: 1, answered: 1, failed: 1, busy_us: [1; 3], took: histogram(5) };
        each_field_counts!(bucket() => Bucket {
            number: 2, arrived: 2, answered: 2, failed: 2, busy_us: [1, 1, 2], took: histogram(6),
        });
        each_field_counts!(histogram(5) => Histogram { counts: Map::new(), count: 2, sum_us: 6 });
        let mut busy = Meter::default();
        busy.arrived(Time::ZERO);
        each_field_counts!(Meter::default() => Meter { buckets: busy.buckets.clone() });
    }
}
