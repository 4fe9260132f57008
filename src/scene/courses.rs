//! Accepted against committed: a row for each request, with both moments and a bar between them.
//!
//! What is not committed yet has a dashed bar that reaches up to now, as everywhere what is not certain is dashed.

use crate::frame::{ClientId, Course, Frame, Request};
use crate::ordered::sort_by_key;
use crate::time::Time;

/// The most rows: one for each of twenty buyers.
const ROWS_MAX: usize = 20;

/// Requests that were accepted so long after the one before belong to another story, in microseconds.
const PAUSE_US: i64 = 700_000;

/// A request and its course.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose.
    pub client: ClientId,
    /// Which one.
    pub number: u64,
    /// When a leader accepted it.
    pub accepted_at: Time,
    /// When it was committed; absent while it is not.
    pub committed_at: Option<Time>,
    /// From accepted to committed, or up to now, in whole milliseconds.
    pub took_ms: i64,
    /// Its client was told an outcome that nobody had come to.
    pub told_early: bool,
    /// Where its bar begins, of a hundred.
    pub start: f64,
    /// How wide its bar is, of a hundred.
    pub width: f64,
}

/// The newest requests that were accepted about the same time, in the order in which they were.
pub fn rows(frame: &Frame) -> Vec<Row> {
    let mut accepted: Vec<(Time, ClientId, &Request)> = frame
        .clients
        .iter()
        .flat_map(|client| client.requests.iter().map(|request| (client.id, request)))
        .filter_map(|(client, request)| Some((request.course.accepted_at?, client, request)))
        .collect();
    sort_by_key(&mut accepted, |(at, client, request)| (*at, *client, request.number));
    let story = &accepted[beginning(&accepted)..];
    let Some(from) = story.first().map(|(at, ..)| *at) else { return Vec::new() };
    let ends = story.iter().map(|(_, _, request)| request.course.committed_at.unwrap_or(frame.at));
    let to = ends.max().unwrap_or(frame.at);
    story.iter().map(|(at, client, request)| row(*client, request, *at, (from, to), frame.at)).collect()
}

/// Where the newest story begins: behind the last pause, or so that not too many rows are left.
fn beginning(accepted: &[(Time, ClientId, &Request)]) -> usize {
    let pause = accepted.windows(2).rposition(|two| two[1].0.us() - two[0].0.us() > PAUSE_US);
    pause.map_or(0, |before| before + 1).max(accepted.len().saturating_sub(ROWS_MAX))
}

fn row(client: ClientId, request: &Request, accepted_at: Time, (from, to): (Time, Time), now: Time) -> Row {
    let whole = (to.us() - from.us()).max(1) as f64;
    let Course { committed_at, told_early_at, .. } = request.course;
    let end = committed_at.unwrap_or(now);
    let share = |since: Time, until: Time| (until.us() - since.us()).max(0) as f64 * 100.0 / whole;
    Row {
        client,
        number: request.number,
        accepted_at,
        committed_at,
        took_ms: end.ms() - accepted_at.ms(),
        told_early: told_early_at.is_some(),
        start: share(from, accepted_at),
        width: share(accepted_at, end),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests;
    use super::*;

    /// The frame of the tests at that moment, with requests of Cheolsu and Yeonghui: accepted, committed, told early.
    fn frame(now: i64, courses: &[(u8, i64, Option<i64>, Option<i64>)]) -> Frame {
        let mut frame = tests::frame();
        frame.at = Time::from_ms(now);
        let template = frame.clients[0].requests[0].clone();
        frame.clients.iter_mut().for_each(|client| client.requests.clear());
        for (number, (customer, accepted, committed, told)) in (1..).zip(courses) {
            frame.clients[usize::from(*customer) - 1].requests.push(Request {
                number,
                course: Course {
                    accepted_at: Some(Time::from_ms(*accepted)),
                    committed_at: committed.map(Time::from_ms),
                    told_early_at: told.map(Time::from_ms),
                },
                ..template.clone()
            });
        }
        frame
    }

    #[test]
    fn bars_reach_from_accepted_to_committed_or_up_to_now() {
        let rows = rows(&frame(151, &[(1, 1, Some(101), None), (2, 51, None, None)]));
        let bars: Vec<(u64, f64, f64, i64)> =
            rows.iter().map(|row| (row.number, row.start, row.width, row.took_ms)).collect();
        assert_eq!(bars, [(1, 0.0, 200.0 / 3.0, 100), (2, 100.0 / 3.0, 200.0 / 3.0, 100)]);
        assert_eq!(rows[1].committed_at, None);
    }

    #[test]
    fn a_pause_begins_another_story() {
        let of = |gap: i64| {
            let rows = rows(&frame(9_000, &[(1, 1, Some(201), None), (2, 1 + gap, None, None)]));
            rows.iter().map(|row| row.number).collect::<Vec<_>>()
        };
        assert_eq!((of(700), of(701)), (vec![1, 2], vec![2]));
        assert_eq!(rows(&frame(9_000, &[])), []);
    }

    #[test]
    fn who_is_told_before_anything_is_committed_is_told_early() {
        let early = |committed, told| rows(&frame(500, &[(1, 1, committed, told)]))[0].told_early;
        assert!(early(None, Some(2)) && early(Some(201), Some(2)) && !early(Some(201), None));
    }

    #[test]
    fn there_are_not_more_rows_than_buyers() {
        let many: Vec<_> = (0..30).map(|nth| (1, nth, None, None)).collect();
        let rows = rows(&frame(100, &many));
        assert_eq!((rows.len(), rows[0].number), (20, 11));
    }
}
