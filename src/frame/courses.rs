//! When each request was accepted, when it was committed, and whether its client was told before that: moments that are easily taken for
//! one.

use serde::{Deserialize, Serialize};

use crate::node::{ClientId, Note, Payload, RequestNumber};
use crate::ordered::Map;
use crate::sim::{Answer, Detail, TraceEvent};
use crate::time::Time;

/// The courses of all requests, seen from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Courses(Map<(ClientId, RequestNumber), Course>);

/// What has happened to a request so far; each moment is that of the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// A leader took it into its update queue.
    pub accepted_at: Option<Time>,
    /// The first server carried it out: the leader, at the moment at which it was committed.
    pub committed_at: Option<Time>,
    /// The client heard an outcome before anybody had come to one.
    pub told_early_at: Option<Time>,
}

impl Courses {
    /// Takes in what has happened.
    pub fn see(&mut self, event: &TraceEvent) {
        for detail in &event.details {
            match detail {
                Detail::Noted {
                    note:
                        Note::Queues { client, number, .. } | Note::DecidesBeforeWriting { client, number, .. },
                    ..
                } => first(&mut self.course(*client, *number).accepted_at, event.at),
                Detail::Noted { note: Note::Applies { entry, outcome: Some(_), .. }, .. } => {
                    if let Payload::Request { client, number, .. } = entry.payload {
                        first(&mut self.course(client, number).committed_at, event.at);
                    }
                }
                Detail::Learned { client, number, answer: Answer::Outcome(_), .. } => {
                    let course = self.course(*client, *number);
                    if course.committed_at.is_none() {
                        first(&mut course.told_early_at, event.at);
                    }
                }
                _ => (),
            }
        }
    }

    /// The course of a request; of one that no leader has seen nothing has happened.
    pub fn of(&self, client: ClientId, number: RequestNumber) -> Course {
        self.0.get(&(client, number)).copied().unwrap_or_default()
    }

    fn course(&mut self, client: ClientId, number: RequestNumber) -> &mut Course {
        self.0.get_or_default((client, number))
    }
}

fn first(moment: &mut Option<Time>, now: Time) {
    moment.get_or_insert(now);
}
