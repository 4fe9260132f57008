//! At most one server leads a generation (Raft paper, figure 3: Election Safety).

use super::{Broken, Check, promised};
use crate::node::{Generation, Note, ServerId};
use crate::ordered::Map;
use crate::sim::{Detail, Sim};

/// Who has led each generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneLeaderPerGeneration {
    leaders: Map<Generation, ServerId>,
}

impl Check for OneLeaderPerGeneration {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note: Note::Leads { generation, .. } } = detail else { return Ok(()) };
        promised(self.leaders.get_or_insert(*generation, *server) == server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::example::{example, judge, leads};

    #[test]
    fn a_generation_has_one_leader_and_the_next_one_may_have_another() {
        let sim = example().sim;
        let [a, b] = [0, 1].map(ServerId::new);
        let [first, second] = [1, 2].map(Generation);
        for (before, now, verdict) in [
            (leads(a, first), leads(b, first), Err(Broken)),
            (leads(a, first), leads(b, second), Ok(())),
            // Late votes: the one who leads the older generation is told later.
            (leads(a, second), leads(b, first), Ok(())),
            (leads(a, first), leads(a, first), Ok(())),
        ] {
            let story = [vec![before], vec![now]];
            assert_eq!(judge::<OneLeaderPerGeneration>(&sim, &story), verdict, "{story:?}");
        }
    }
}
