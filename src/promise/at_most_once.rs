//! Each request of a client changes something at most once: at one place of the log, whichever server carries it out, by one entry on
//! each server, and by each server once in its life. Machines without a common log change something each for itself: there only one of
//! them may.

use super::{Broken, Check, promised};
use crate::node::{ClientId, Entry, Index, Note, Payload, RequestNumber, ServerId};
use crate::ordered::Map;
use crate::shop::Outcome;
use crate::sim::{Detail, Sim};

/// By which entry each request was carried out on each server, and how far each server has come since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtMostOnce {
    carried_out: Map<(ClientId, RequestNumber), Map<ServerId, Entry>>,
    applied: Map<ServerId, Index>,
}

impl Check for AtMostOnce {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note } = detail else { return Ok(()) };
        match note {
            Note::Recovers { snapshot, .. } => drop(self.applied.insert(*server, *snapshot)),
            Note::InstallsSnapshot { upto, .. } => drop(self.applied.insert(*server, upto.index)),
            Note::Applies { entry, outcome, duplicate } => {
                let before = self.applied.insert(*server, entry.id.index);
                promised(before.is_none_or(|before| before < entry.id.index))?;
                if let (Payload::Request { client, number, .. }, Some(Outcome::Done), false) =
                    (entry.payload, outcome, duplicate)
                {
                    let by = self.carried_out.get_or_default((client, number));
                    let here = *by.get_or_insert(*server, *entry);
                    let same = |(other, there): (&ServerId, &Entry)| {
                        other == server || (server.is_in_a_cluster() && there.id.index == here.id.index)
                    };
                    return promised(here == *entry && by.iter().all(same));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::example::{
        CHEOLSU, FIRST, YEONGHUI, applies, entry, example, id, judge, noted, request,
    };

    /// Cheolsu's first request, at this place of the log, carried out by that server.
    fn his(server: u8, index: u64) -> Vec<Detail> {
        vec![applies(ServerId::new(server), entry(index, request(CHEOLSU, FIRST)))]
    }

    fn what_became(server: u8, index: u64, outcome: Option<Outcome>, duplicate: bool) -> Vec<Detail> {
        let entry = entry(index, request(CHEOLSU, FIRST));
        vec![noted(ServerId::new(server), Note::Applies { entry, outcome, duplicate })]
    }

    #[test]
    fn a_request_is_carried_out_at_one_place_only() {
        let sim = example().sim;
        let hers = vec![applies(ServerId::new(0), entry(4, request(YEONGHUI, FIRST)))];
        let his_second = vec![applies(ServerId::new(0), entry(4, request(CHEOLSU, FIRST.next())))];
        for (now, verdict) in [
            (his(0, 4), Err(Broken)),
            (his(1, 4), Err(Broken)),
            // Each server carries it out, at the same place.
            (his(1, 3), Ok(())),
            (hers, Ok(())),
            (his_second, Ok(())),
            // It stands in the log twice, but the second time it changes nothing.
            (what_became(0, 4, Some(Outcome::Done), true), Ok(())),
            (what_became(0, 4, Some(Outcome::SoldOut), false), Ok(())),
            (what_became(0, 4, None, false), Ok(())),
        ] {
            assert_eq!(judge::<AtMostOnce>(&sim, &[his(0, 3), now.clone()]), verdict, "{now:?}");
        }
    }

    #[test]
    fn another_entry_at_the_same_place_is_another_time() {
        let (sim, a) = (example().sim, ServerId::new(0));
        let starts = vec![noted(a, Note::Recovers { snapshot: Index(0), last: Index(0) })];
        let again = Entry { id: id(2, 3), ..entry(3, request(CHEOLSU, FIRST)) };
        for (server, verdict) in [(0, Err(Broken)), (1, Ok(()))] {
            let now = vec![applies(ServerId::new(server), again)];
            assert_eq!(
                judge::<AtMostOnce>(&sim, &[his(0, 3), starts.clone(), now]),
                verdict,
                "server {server}"
            );
        }
    }

    #[test]
    fn machines_that_keep_books_of_their_own_carry_it_out_each_for_itself() {
        let sim = example().sim;
        let at = |machine| vec![applies(machine, entry(1, request(CHEOLSU, FIRST)))];
        for (machine, verdict) in [(ServerId::DATABASE, Ok(())), (ServerId::web(1), Err(Broken))] {
            let story = [
                at(ServerId::DATABASE),
                vec![noted(machine, Note::Recovers { snapshot: Index(0), last: Index(0) })],
                at(machine),
            ];
            assert_eq!(judge::<AtMostOnce>(&sim, &story), verdict, "{machine}");
        }
    }

    #[test]
    fn a_server_carries_out_an_entry_once_in_a_life() {
        let (sim, a) = (example().sim, ServerId::new(0));
        let starts = |snapshot| vec![noted(a, Note::Recovers { snapshot: Index(snapshot), last: Index(3) })];
        let installs = |index| vec![noted(a, Note::InstallsSnapshot { upto: id(1, index), state: 0 })];
        for (story, verdict) in [
            (vec![his(0, 3), his(0, 3)], Err(Broken)),
            (vec![his(0, 3), starts(0), his(0, 3)], Ok(())),
            (vec![his(0, 3), starts(3), his(0, 3)], Err(Broken)),
            (vec![his(1, 3), installs(3), his(0, 3)], Err(Broken)),
            (vec![his(1, 3), installs(2), his(0, 3)], Ok(())),
        ] {
            assert_eq!(judge::<AtMostOnce>(&sim, &story), verdict, "{story:?}");
        }
    }
}
