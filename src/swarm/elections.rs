//! Split votes, which no single note tells of.

use std::collections::{BTreeMap, BTreeSet};

use crate::node::{Generation, Note, ServerId};
use crate::sim::{Detail, TraceEvent};

/// Who stood in which generation, and whether anybody led it.
#[derive(Default)]
pub struct Elections(BTreeMap<Generation, Election>);

#[derive(Default)]
struct Election {
    stood: BTreeSet<ServerId>,
    won: bool,
}

impl Elections {
    /// Looks at what has just happened.
    pub fn see(&mut self, event: &TraceEvent) {
        for detail in &event.details {
            let Detail::Noted { server, note } = detail else { continue };
            match note {
                Note::Stands { generation } => {
                    self.0.entry(*generation).or_default().stood.insert(*server);
                }
                Note::Leads { generation, .. } => self.0.entry(*generation).or_default().won = true,
                _ => {}
            }
        }
    }

    /// How many generations there were in which at least two servers stood and that nobody ever led.
    pub fn split_votes(&self) -> u64 {
        self.0.values().filter(|election| !election.won && election.stood.len() > 1).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::TimerKind;
    use crate::sim::Cause;
    use crate::time::Time;

    fn see(elections: &mut Elections, place: u8, note: Note) {
        let server = ServerId::new(place);
        let cause = Cause::TimerFired { server, kind: TimerKind::Election };
        let details = vec![Detail::Noted { server, note }];
        elections.see(&TraceEvent { number: 1, at: Time::ZERO, cause, details });
    }

    #[test]
    fn a_vote_is_split_when_two_stand_and_nobody_leads() {
        let mut elections = Elections::default();
        let stands = |generation| Note::Stands { generation: Generation(generation) };
        // In 1 one stands twice, in 2 one of two wins, in 3 neither of two.
        for (place, generation) in [(0, 1), (0, 1), (0, 2), (1, 2), (1, 3), (2, 3)] {
            see(&mut elections, place, stands(generation));
        }
        assert_eq!(elections.split_votes(), 2);
        see(&mut elections, 0, Note::Leads { generation: Generation(2), votes: 3 });
        assert_eq!(elections.split_votes(), 1);
    }
}
