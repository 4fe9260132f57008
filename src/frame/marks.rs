//! What the slider shows of the whole run: who led when, and the moments that matter.

use serde::{Deserialize, Serialize};

use crate::node::{Note, ServerId};
use crate::ordered::Set;
use crate::promise::Promises;
use crate::sim::{Answer, Detail, Sim, TraceEvent};
use crate::time::Time;

/// A moment worth a mark on the slider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The number of the event in the run; going there goes right behind it.
    pub happened: u64,
    /// When.
    pub at: Time,
    /// What.
    pub kind: MarkKind,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A server crashed.
    Crash,
    /// From here on this server leads no more. Stands before the next kind: who leads a newer generation leads the old one no more.
    Ends {
        /// Which server.
        server: ServerId,
    },
    /// From here on this server leads.
    Leads {
        /// Which server.
        server: ServerId,
        /// Which generation.
        generation: u64,
    },
    /// An entry was committed.
    Commits,
    /// A client learned what became of a request.
    Answers,
    /// A promise was broken.
    Breaks,
}

/// What the slider shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// The marks of the whole run, as far as it has gone.
    pub run: Vec<Mark>,
    /// The future that the last action has replaced, when it was done in the past: what one undo brings back.
    pub replaced: Option<Branch>,
    /// When the world under another rule, which is looked at beside this one, began to be told differently.
    pub parts: Option<Time>,
}

impl Track {
    /// The furthest moment that it speaks of, of a run that has gone up to `end`.
    pub fn end(&self, end: Time) -> Time {
        self.replaced.as_ref().map_or(end, |branch| branch.end.max(end))
    }
}

/// A future that is not any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Where it parted.
    pub from: Time,
    /// How far it had gone.
    pub end: Time,
    /// Its marks.
    pub marks: Vec<Mark>,
}

/// What is compared before and after an event to find its marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// All who lead, and which generation: two at once where a leader has not heard of the next one, or a rule is wrong.
    leaders: Set<(ServerId, u64)>,
    broken: usize,
}

impl Standing {
    /// How things stand now.
    pub fn of(sim: &Sim, promises: &Promises) -> Standing {
        let leaders = sim.leaders().map(|(id, node)| (id, node.generation().0)).collect();
        Standing { leaders, broken: promises.broken().count() }
    }

    /// The first marks of a run that begins like this, behind its prelude.
    pub fn marks(&self, happened: u64) -> Vec<Mark> {
        let leads = self.leaders.iter().map(|&(server, generation)| MarkKind::Leads { server, generation });
        leads.map(|kind| Mark { happened, at: Time::ZERO, kind }).collect()
    }
}

/// The marks of an event, after which things stand like this.
pub fn marks(event: &TraceEvent, before: &Standing, after: &Standing) -> Vec<Mark> {
    let ended = before.leaders.iter().filter(|leader| !after.leaders.contains(leader));
    let ended = ended.map(|&(server, _)| MarkKind::Ends { server });
    let began = after.leaders.iter().filter(|leader| !before.leaders.contains(leader));
    let began = began.map(|&(server, generation)| MarkKind::Leads { server, generation });
    let breaks = (after.broken > before.broken).then_some(MarkKind::Breaks);
    let of_details = event.details.iter().filter_map(|detail| match detail {
        Detail::Crashed { .. } => Some(MarkKind::Crash),
        Detail::Noted { note: Note::MarkRises { decided: true, .. }, .. } => Some(MarkKind::Commits),
        Detail::Learned { answer, .. } if *answer != Answer::Accepted => Some(MarkKind::Answers),
        _ => None,
    });
    let kinds: Set<MarkKind> = of_details.chain(ended).chain(began).chain(breaks).collect();
    kinds.into_iter().map(|kind| Mark { happened: event.number, at: event.at, kind }).collect()
}

/// The most marks that are sent.
pub const MARKS_MAX: usize = 400;

/// Of many marks those that a slider can show apart: commits and answers that stand close together become one.
pub fn thinned(marks: &[Mark], end: Time) -> Vec<Mark> {
    let apart = (end.us() / 200).max(1);
    let mut last = [None::<i64>; 2];
    let stands_apart = |mark: &&Mark| {
        let place = match mark.kind {
            MarkKind::Commits => 0,
            MarkKind::Answers => 1,
            _ => return true,
        };
        let far = last[place].is_none_or(|before| mark.at.us() - before >= apart);
        if far {
            last[place] = Some(mark.at.us());
        }
        far
    };
    let kept: Vec<Mark> = marks.iter().filter(stands_apart).cloned().collect();
    kept[kept.len().saturating_sub(MARKS_MAX)..].to_vec()
}
