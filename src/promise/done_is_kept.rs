//! Nothing that a client was answered is lost: every later leader holds the entry that the answer came from.
//!
//! Later means of a later generation. Votes may arrive so late that a server begins to lead a generation that is over; it need
//! not hold what was committed since.
//!
//! An outcome that is told before anybody has carried the request out comes from no entry. Such a request must at least be in the log of
//! every later leader, and must come out as it was told. Later leaders are those that lead already when the client hears it, too.
//!
//! Machines that keep no log (`log=in-place`) hold no entries after a crash: there `money-and-goods` and `at-most-once` look at what
//! became of the accounts.

use super::{Broken, Check, holds, promised};
use crate::node::{
    ClientId, EntryId, Generation, Index, LogRule, Node, Note, Payload, RequestNumber, ServerId,
};
use crate::ordered::Map;
use crate::shop::Outcome;
use crate::sim::{Answer, Detail, Sim};

/// The entries that requests were carried out by, and those of them that a client has the answer of; each with the generation by
/// which it was committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoneIsKept {
    carried_out: Map<(ClientId, RequestNumber), Map<ServerId, (EntryId, Generation)>>,
    answered: Map<EntryId, Generation>,
    /// Requests whose client was told an outcome that nobody had come to; each with that outcome, and the generation of whoever said so.
    told_early: Map<(ClientId, RequestNumber), (Outcome, Generation)>,
    /// Where a server answers as soon as a request stands in its line: its generation at that moment. When the client hears the answer it
    /// may be in a newer one.
    in_line: Map<(ClientId, RequestNumber, ServerId), Generation>,
    /// Without a cluster: the last purchase that each machine has answered out of its own books.
    in_books: Map<ServerId, Index>,
}

impl Check for DoneIsKept {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        match detail {
            Detail::Noted { server, note: Note::Applies { entry, outcome, duplicate: false } } => {
                if let Payload::Request { client, number, .. } = entry.payload {
                    return self.comes_out(sim, (client, number), *server, entry.id, *outcome);
                }
            }
            Detail::Noted { server, note: Note::Queues { client, number, .. } } => {
                self.in_line.insert((*client, *number, *server), generation_of(sim, *server));
            }
            Detail::Learned { client, number, answer: Answer::Outcome(told), from: Some(server), .. } => {
                let Some((entry, committed_by)) = self.entry_behind(*client, *number, *server) else {
                    return self.hears_early(sim, (*client, *number), *told, *server);
                };
                if sim.hosts().is_some() {
                    self.in_books.insert(*server, entry.index);
                }
                return self.is_answered(sim, entry, committed_by);
            }
            Detail::Noted { server, note: Note::Recovers { last, .. } } => {
                return promised(self.in_books.get(server).is_none_or(|answered| answered <= last));
            }
            Detail::Noted { server, note: Note::Leads { generation, .. } } => {
                let mut before = self.answered.iter().filter(|(_, committed_by)| *committed_by < generation);
                let mut early = self.told_early.iter().filter(|(_, (_, told_by))| told_by < generation);
                return promised(
                    before.all(|(entry, _)| keeps(sim, *server, *entry))
                        && early.all(|(request, _)| knows(sim, *server, *request)),
                );
            }
            _ => {}
        }
        Ok(())
    }
}

impl DoneIsKept {
    /// A request is carried out, or refused by an entry that comes too late for its session. If its client was told an outcome already,
    /// it is this one.
    fn comes_out(
        &mut self,
        sim: &Sim,
        request: (ClientId, RequestNumber),
        server: ServerId,
        entry: EntryId,
        outcome: Option<Outcome>,
    ) -> Result<(), Broken> {
        let committed_by = sim.node(server).map_or(entry.generation, Node::generation);
        self.in_line.remove(&(request.0, request.1, server));
        if outcome.is_some() {
            self.carried_out.get_or_default(request).insert(server, (entry, committed_by));
        }
        match self.told_early.remove(&request) {
            Some((told, _)) if outcome == Some(told) => self.is_answered(sim, entry, committed_by),
            Some(_) => Err(Broken),
            None => Ok(()),
        }
    }

    /// A client knows what came of an entry. Whoever leads a later generation by now must hold it already.
    fn is_answered(&mut self, sim: &Sim, entry: EntryId, committed_by: Generation) -> Result<(), Broken> {
        self.answered.insert(entry, committed_by);
        promised(leaders_after(sim, committed_by).all(|leader| keeps(sim, leader, entry)))
    }

    /// A client hears an outcome that nobody has come to. Who leads by now must know of the request already.
    fn hears_early(
        &mut self,
        sim: &Sim,
        request: (ClientId, RequestNumber),
        told: Outcome,
        by: ServerId,
    ) -> Result<(), Broken> {
        let in_line = self.in_line.get(&(request.0, request.1, by));
        let told_by = in_line.copied().unwrap_or_else(|| generation_of(sim, by));
        self.told_early.insert(request, (told, told_by));
        promised(leaders_after(sim, told_by).all(|leader| knows(sim, leader, request)))
    }

    /// The entry that an answer came from: the one that this server has carried out, or, when a snapshot has brought it the
    /// answer, the one that another has.
    fn entry_behind(
        &self,
        client: ClientId,
        number: RequestNumber,
        server: ServerId,
    ) -> Option<(EntryId, Generation)> {
        let entries = self.carried_out.get(&(client, number))?;
        entries.get(&server).or_else(|| entries.values().next()).copied()
    }
}

/// Who leads a later generation than that.
fn leaders_after(sim: &Sim, generation: Generation) -> impl Iterator<Item = ServerId> {
    sim.leaders().filter(move |(_, node)| node.generation() > generation).map(|(id, _)| id)
}

/// Whether a server holds an entry, where entries are kept at all.
fn keeps(sim: &Sim, server: ServerId, entry: EntryId) -> bool {
    sim.rules().log == LogRule::InPlace || holds(sim, server, entry)
}

/// The generation of a server, or of its disk when it is down.
fn generation_of(sim: &Sim, server: ServerId) -> Generation {
    let server = sim.server(server);
    server.node.as_ref().map_or(server.disk.stored().generation, |node| node.generation())
}

/// Whether a server that runs has a request in its log, or the outcome that it had.
fn knows(sim: &Sim, server: ServerId, (client, number): (ClientId, RequestNumber)) -> bool {
    let Some(node) = &sim.server(server).node else { return false };
    let log = node.log();
    node.sessions().answer(client, number).is_some()
        || log.from(log.start().index.next()).iter().any(|entry| entry.payload.is_request(client, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::node::{Queue, Rules, StartRefusal};
    use crate::promise::example::{
        BUY, CHEOLSU, Example, PURCHASE, act, applies, example, gave_up, judge, leads, learned, noted,
        until_served,
    };

    /// Cheolsu hears from that server that his request of that number is done.
    fn learned_of(number: RequestNumber, from: ServerId) -> Detail {
        let answer = Answer::Outcome(Outcome::Done);
        Detail::Learned { client: CHEOLSU, number, trade: BUY, answer, from: Some(from) }
    }

    /// Cheolsu's purchase is carried out by the leader, this is what he hears, and then that happens.
    fn after_hearing(example: &Example, heard: Vec<Detail>, now: Detail) -> Result<(), Broken> {
        let carried_out = vec![applies(example.leader, example.entry(PURCHASE))];
        judge::<DoneIsKept>(&example.sim, &[carried_out, heard, vec![now]])
    }

    #[test]
    fn a_later_leader_holds_what_was_answered() {
        let example = example();
        let (this, later) = example.generations();
        let done = vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))];
        for (server, generation, verdict) in [
            (example.behind, later, Err(Broken)),
            (example.follower, later, Ok(())),
            // Votes that come late: that generation was over when the answer was given.
            (example.behind, this, Ok(())),
        ] {
            let leads = leads(server, generation);
            assert_eq!(after_hearing(&example, done.clone(), leads), verdict, "{server} in {generation}");
        }
    }

    #[test]
    fn a_refusal_by_the_shop_is_an_answer_too() {
        let example = example();
        let refused = vec![learned(CHEOLSU, Answer::Outcome(Outcome::SoldOut))];
        let later = leads(example.behind, example.generations().1);
        assert_eq!(after_hearing(&example, refused, later), Err(Broken));
    }

    #[test]
    fn what_is_told_before_it_is_carried_out_must_be_in_the_log_of_every_later_leader() {
        let example = example();
        let (this, later) = example.generations();
        let told = || vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))];
        for (server, generation, verdict) in [
            (example.behind, later, Err(Broken)),
            (example.follower, later, Ok(())),
            (example.behind, this, Ok(())),
        ] {
            let story = [told(), vec![leads(server, generation)]];
            assert_eq!(judge::<DoneIsKept>(&example.sim, &story), verdict, "{server} in {generation}");
        }
        // Once it is carried out it is an entry like any other that somebody was told of.
        let carried_out = vec![applies(example.leader, example.entry(PURCHASE))];
        let story = [told(), carried_out, vec![leads(example.behind, later)]];
        assert_eq!(judge::<DoneIsKept>(&example.sim, &story), Err(Broken));
    }

    #[test]
    fn who_tells_early_speaks_for_the_generation_in_which_it_took_the_request() {
        let rules = Rules { queue: Queue::AnswerOnEnqueue, ..Rules::default() };
        let Example { mut sim, leader, .. } = Example::under(rules);
        let (client, number) = (CHEOLSU, RequestNumber(2));
        let mut check = DoneIsKept::default();
        let in_line = noted(leader, Note::Queues { client, number, waiting: 1 });
        assert_eq!(check.see(&sim, &in_line), Ok(()));
        // Another one leads by now, and knows of nothing; who said so follows it.
        act(&mut sim, Command::Crash { server: leader });
        let later = until_served(&mut sim);
        act(&mut sim, Command::Restart { server: leader });
        while generation_of(&sim, leader) < generation_of(&sim, later) {
            sim.step();
        }
        assert_eq!(check.see(&sim, &learned_of(number, leader)), Err(Broken));
    }

    /// An ordinary answer, heard while another server leads a later generation already and does not hold its entry.
    #[test]
    fn who_leads_already_is_judged_when_the_answer_is_heard() {
        let Example { mut sim, leader, .. } = example();
        act(&mut sim, Command::Crash { server: leader });
        let later = until_served(&mut sim);
        let generation = generation_of(&sim, later);
        let (client, number) = (CHEOLSU, RequestNumber(2));
        let told = learned_of(number, leader);
        let place = sim.node(later).expect("it leads").log().last().index;
        for (entry, verdict) in [
            (EntryId { generation, index: place }, Ok(())),
            (EntryId { generation, index: place.next() }, Err(Broken)),
        ] {
            let mut check = DoneIsKept::default();
            let before = Generation(generation.0 - 1);
            check.carried_out.get_or_default((client, number)).insert(leader, (entry, before));
            assert_eq!(check.see(&sim, &told), verdict, "{entry:?}");
        }
    }

    #[test]
    fn what_is_told_before_it_is_carried_out_must_come_out_so() {
        let example = example();
        let entry = example.entry(PURCHASE);
        for (told, outcome, verdict) in [
            (Outcome::Done, Some(Outcome::Done), Ok(())),
            (Outcome::NotEnoughMoney, Some(Outcome::Done), Err(Broken)),
            // Its session had expired by then: it was never carried out.
            (Outcome::Done, None, Err(Broken)),
        ] {
            let told = vec![learned(CHEOLSU, Answer::Outcome(told))];
            let comes_out = vec![noted(example.leader, Note::Applies { entry, outcome, duplicate: false })];
            assert_eq!(judge::<DoneIsKept>(&example.sim, &[told, comes_out]), verdict);
        }
    }

    #[test]
    fn where_no_log_is_kept_nobody_need_hold_an_entry() {
        let rules = Rules { log: LogRule::InPlace, ..Rules::default() };
        for (rules, verdict) in [(Rules::default(), Err(Broken)), (rules, Ok(()))] {
            let example = Example::under(rules);
            let done = vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))];
            let leads = leads(example.behind, example.generations().1);
            assert_eq!(after_hearing(&example, done, leads), verdict);
        }
    }

    #[test]
    fn what_nobody_was_told_may_be_lost() {
        let example = example();
        for heard in [
            vec![],
            vec![learned(CHEOLSU, Answer::Busy)],
            vec![learned(CHEOLSU, Answer::Accepted)],
            vec![gave_up()],
        ] {
            let later = leads(example.behind, example.generations().1);
            assert_eq!(after_hearing(&example, heard.clone(), later), Ok(()), "{heard:?}");
        }
    }

    #[test]
    fn only_leading_is_judged() {
        let example = example();
        let done = vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))];
        let why = StartRefusal::NoIdentity;
        let refuses = noted(example.behind, Note::RefusesToStart { why });
        assert_eq!(after_hearing(&example, done, refuses), Ok(()));
    }
}
