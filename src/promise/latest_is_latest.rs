//! Answers are linearizable: what a client is told fits one order of all requests, and that order fits what came after what.
//!
//! The log is the witness of that order. Of two questions, one of which was answered before the other was asked, the later must see
//! the earlier. What an answer says must be what comes out when the log is carried out in its order by a shop of our own, which believes
//! no server. A client that is told an outcome before anybody has come to it has heard of it all the same.
//!
//! A server that comes back without its log (`log=in-place`) begins to count its places anew, and so does this promise.
//! (A search for any fitting order would be complete without a witness, but takes exponentially long to find a violation.)

use super::{Broken, Check, promised};
use crate::node::{Ask, ClientId, Entry, Index, LogRule, Note, Payload, RequestNumber, View};
use crate::ordered::{Map, Set};
use crate::shop::{Account, Outcome, Owner, Shop};
use crate::sim::{Answer, Detail, Sim};

/// What the clients were told, and the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestIsLatest {
    /// What any client has heard of.
    heard_of: Heard,
    /// What that was when each question was asked first.
    floors: Map<(ClientId, Ask), Heard>,
    /// Where each request was carried out first, and what comes of it there.
    carried_out: Map<(ClientId, RequestNumber), (Index, Outcome)>,
    witness: Witness,
}

/// What has been heard of: everything up to a place of the log, and requests that nobody had carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Heard {
    upto: Index,
    early: Set<(ClientId, RequestNumber)>,
}

/// A shop that carries out the log in its order, and remembers what each account held when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Witness {
    applied: Index,
    shop: Option<Shop>,
    history: Map<(Owner, Index), Account>,
}

impl Check for LatestIsLatest {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        match detail {
            Detail::Asked { client, number, attempt: 1, .. } => {
                self.floors.insert((*client, Ask::Request(*number)), self.heard_of.clone());
            }
            Detail::AskedView { client, number, latest: true, attempt: 1, .. } => {
                self.floors.insert((*client, Ask::View(*number)), self.heard_of.clone());
            }
            Detail::Noted { note: Note::Recovers { .. }, .. } if sim.rules().log == LogRule::InPlace => {
                *self = LatestIsLatest::default();
            }
            Detail::Noted { note: Note::Applies { entry, outcome, duplicate }, .. } => {
                // A duplicate changes nothing, but it is the next entry all the same.
                self.carry_out(sim, *entry, outcome.filter(|_| !duplicate));
            }
            Detail::Learned { client, number, answer: Answer::Outcome(outcome), .. } => {
                return self.judge_answer(sim, (*client, *number), *outcome);
            }
            Detail::Saw { client, number, latest: true, view, .. } => {
                return self.judge_view(*client, Ask::View(*number), view);
            }
            _ => {}
        }
        Ok(())
    }
}

impl LatestIsLatest {
    fn carry_out(&mut self, sim: &Sim, entry: Entry, outcome: Option<Outcome>) {
        let options = sim.options();
        let ours = self.witness.carry_out(entry, outcome, || options.shop());
        if let (Payload::Request { client, number, .. }, Some(outcome)) = (entry.payload, ours.or(outcome)) {
            let (index, _) = *self.carried_out.get_or_insert((client, number), (entry.id.index, outcome));
            if self.heard_of.early.remove(&(client, number)) {
                self.heard_of.upto = self.heard_of.upto.max(index);
            }
        }
    }

    fn judge_answer(
        &mut self,
        sim: &Sim,
        request: (ClientId, RequestNumber),
        told: Outcome,
    ) -> Result<(), Broken> {
        let Some((index, outcome)) = self.carried_out.get(&request).copied() else {
            // Where no log is kept it may have been carried out before this promise began anew.
            if sim.rules().log != LogRule::InPlace {
                self.heard_of.early.insert(request);
            }
            return Ok(());
        };
        self.heard_of.upto = self.heard_of.upto.max(index);
        let (client, number) = request;
        promised(self.sees_what_was_heard(client, Ask::Request(number), index.before()) && outcome == told)
    }

    fn judge_view(&mut self, client: ClientId, ask: Ask, view: &View) -> Result<(), Broken> {
        self.heard_of.upto = self.heard_of.upto.max(view.as_of);
        let shown = self.witness.account(client.owner(), view.as_of);
        let fits = shown.is_none_or(|account| *account == view.account);
        promised(self.sees_what_was_heard(client, ask, view.as_of) && fits)
    }

    /// Whether somebody who knows the log up to there knows all that had been heard of when the question was asked.
    fn sees_what_was_heard(&self, client: ClientId, ask: Ask, upto: Index) -> bool {
        let Some(floor) = self.floors.get(&(client, ask)) else { return true };
        let is_seen = |request| self.carried_out.get(request).is_some_and(|(index, _)| *index <= upto);
        floor.upto <= upto && floor.early.iter().all(is_seen)
    }
}

impl Witness {
    /// The next entry of the log, and what comes of it; one that was carried out before, by another server, tells nothing new. A server
    /// says only that a request was carried out at all (`outcome`), and whoever has decided it before it was written (`queue=many-writers`)
    /// has its way with the accounts: what the answer should have been is found out here.
    fn carry_out(
        &mut self,
        entry: Entry,
        outcome: Option<Outcome>,
        start: impl FnOnce() -> Shop,
    ) -> Option<Outcome> {
        if entry.id.index != self.applied.next() {
            return None;
        }
        self.applied = entry.id.index;
        let (Payload::Request { client, trade, decided, .. }, Some(told)) = (entry.payload, outcome) else {
            return None;
        };
        let owner = client.owner();
        let shop = self.shop.get_or_insert_with(start);
        let ours = shop.judge(owner, trade);
        if decided.map_or(ours, |_| told) == Outcome::Done {
            shop.hand_over(owner, trade);
            let account = shop.accounts().get(&owner).cloned().unwrap_or_default();
            self.history.insert((owner, self.applied), account);
        }
        Some(ours)
    }

    /// What an account held after that entry; nothing when it had not been touched by then.
    fn account(&self, owner: Owner, as_of: Index) -> Option<&Account> {
        let ((whose, _), account) = self.history.last_upto(&(owner, as_of))?;
        (*whose == owner).then_some(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Rules, ServerId, ViewNumber};
    use crate::promise::example::{
        CHEOLSU, Example, FIRST, YEONGHUI, applies, asked, entry, example, judge, learned, noted, request,
    };
    use crate::shop::{Goods, Item, Trade};

    const VIEW: ViewNumber = ViewNumber(1);

    /// Cheolsu buys a sword at place 2 of the log and hears that it is done.
    fn purchase() -> Vec<Vec<Detail>> {
        vec![
            vec![asked(CHEOLSU, 1)],
            vec![
                applies(ServerId::new(0), entry(1, Payload::Empty)),
                applies(ServerId::new(0), entry(2, request(CHEOLSU, FIRST))),
            ],
            vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))],
        ]
    }

    fn judge_after(story: Vec<Vec<Detail>>, then: &[Detail]) -> Result<(), Broken> {
        let then = then.iter().map(|detail| vec![detail.clone()]);
        judge::<LatestIsLatest>(&example().sim, &story.into_iter().chain(then).collect::<Vec<_>>())
    }

    fn asks_view(client: ClientId, latest: bool, attempt: u32) -> Detail {
        Detail::AskedView { client, number: VIEW, server: ServerId::new(0), latest, attempt }
    }

    fn saw(client: ClientId, latest: bool, as_of: u64, money: i64, swords: i64) -> Detail {
        let items = [(crate::shop::Item::LegendarySword, swords)];
        let items = items.into_iter().filter(|(_, count)| *count > 0).collect();
        let view = View { as_of: Index(as_of), account: Account { money, items } };
        Detail::Saw { client, number: VIEW, server: ServerId::new(0), latest, view }
    }

    #[test]
    fn a_view_shows_what_was_answered_before_it_was_asked_for() {
        for (as_of, money, swords, verdict) in
            [(1, 100_000, 0, Err(Broken)), (2, 90_000, 1, Ok(())), (3, 90_000, 1, Ok(()))]
        {
            let then = [asks_view(CHEOLSU, true, 1), saw(CHEOLSU, true, as_of, money, swords)];
            assert_eq!(judge_after(purchase(), &then), verdict, "as of {as_of}");
        }
    }

    #[test]
    fn what_others_were_answered_counts_too() {
        for (as_of, verdict) in [(1, Err(Broken)), (2, Ok(()))] {
            let then = [asks_view(YEONGHUI, true, 1), saw(YEONGHUI, true, as_of, 100_000, 0)];
            assert_eq!(judge_after(purchase(), &then), verdict, "as of {as_of}");
        }
    }

    #[test]
    fn what_was_seen_counts_like_an_answer() {
        let seen = vec![vec![asks_view(YEONGHUI, true, 1)], vec![saw(YEONGHUI, true, 5, 100_000, 0)]];
        for (as_of, verdict) in [(4, Err(Broken)), (5, Ok(()))] {
            let then = [asks_view(CHEOLSU, true, 1), saw(CHEOLSU, true, as_of, 100_000, 0)];
            assert_eq!(judge_after(seen.clone(), &then), verdict, "as of {as_of}");
        }
    }

    /// A question that was under way while the answer came may see the world before or after it.
    #[test]
    fn a_view_that_was_asked_for_earlier_may_be_older() {
        let mut story = purchase();
        story.insert(0, vec![asks_view(YEONGHUI, true, 1)]);
        // A second try does not make it a later question.
        let then = [asks_view(YEONGHUI, true, 2), saw(YEONGHUI, true, 1, 100_000, 0)];
        assert_eq!(judge_after(story, &then), Ok(()));
    }

    #[test]
    fn who_asks_for_a_value_that_may_be_old_may_get_one() {
        let then = [asks_view(CHEOLSU, false, 1), saw(CHEOLSU, false, 0, 100_000, 0)];
        assert_eq!(judge_after(purchase(), &then), Ok(()));
    }

    #[test]
    fn a_balance_is_what_the_log_leads_to() {
        for (money, swords, verdict) in [
            (90_000, 1, Ok(())),
            (100_000, 0, Err(Broken)),
            (90_000, 2, Err(Broken)),
            (80_000, 1, Err(Broken)),
        ] {
            let then = [asks_view(CHEOLSU, true, 1), saw(CHEOLSU, true, 2, money, swords)];
            assert_eq!(judge_after(purchase(), &then), verdict, "{money} won and {swords} swords");
        }
    }

    #[test]
    fn a_duplicate_in_the_log_changes_no_balance_and_hides_nothing_behind_it() {
        let entry_again = entry(3, request(CHEOLSU, FIRST));
        let duplicate = Note::Applies { entry: entry_again, outcome: Some(Outcome::Done), duplicate: true };
        for (money, swords, verdict) in
            [(80_000, 2, Ok(())), (70_000, 3, Err(Broken)), (90_000, 1, Err(Broken))]
        {
            let then = [
                noted(ServerId::new(0), duplicate.clone()),
                applies(ServerId::new(0), entry(4, request(CHEOLSU, FIRST.next()))),
                asks_view(CHEOLSU, true, 1),
                saw(CHEOLSU, true, 4, money, swords),
            ];
            assert_eq!(judge_after(purchase(), &then), verdict, "{money} won and {swords} swords");
        }
    }

    #[test]
    fn a_request_that_was_made_after_an_answer_comes_after_it_in_the_log() {
        let hers = |index| applies(ServerId::new(0), entry(index, request(YEONGHUI, FIRST)));
        let told = learned(YEONGHUI, Answer::Outcome(Outcome::Done));
        for (index, verdict) in [(1, Err(Broken)), (3, Ok(()))] {
            let then = [asked(YEONGHUI, 1), hers(index), told.clone()];
            assert_eq!(judge_after(purchase(), &then), verdict, "at place {index}");
        }
        let mut story = purchase();
        story.insert(0, vec![asked(YEONGHUI, 1)]);
        let then = [asked(YEONGHUI, 2), hers(1), told];
        assert_eq!(judge_after(story, &then), Ok(()), "both were under way at once");
    }

    /// Cheolsu hears that it is done before anybody has carried it out; it stands at place 2 in the end.
    #[test]
    fn what_was_told_early_counts_from_then_on() {
        let story = vec![
            vec![asked(CHEOLSU, 1)],
            vec![learned(CHEOLSU, Answer::Outcome(Outcome::Done))],
            vec![asks_view(YEONGHUI, true, 1)],
            vec![applies(ServerId::new(0), entry(1, Payload::Empty))],
        ];
        assert_eq!(judge_after(story.clone(), &[saw(YEONGHUI, true, 1, 100_000, 0)]), Err(Broken));
        let carried_out = applies(ServerId::new(0), entry(2, request(CHEOLSU, FIRST)));
        for (as_of, verdict) in [(1, Err(Broken)), (2, Ok(()))] {
            let then = [carried_out.clone(), saw(YEONGHUI, true, as_of, 100_000, 0)];
            assert_eq!(judge_after(story.clone(), &then), verdict, "as of {as_of}");
        }
        // Who asks once it is carried out must see it like anything else.
        let then = [carried_out, asks_view(CHEOLSU, true, 1), saw(CHEOLSU, true, 1, 100_000, 0)];
        assert_eq!(judge_after(story, &then), Err(Broken));
    }

    /// The server starts again, gives an answer that it has kept, and shows the account by places counted from 1.
    #[test]
    fn where_no_log_is_kept_places_are_counted_anew() {
        let in_place = Rules { log: LogRule::InPlace, ..Rules::default() };
        let starts = Note::Recovers { snapshot: Index(0), last: Index(0) };
        for (rules, verdict) in [(Rules::default(), Err(Broken)), (in_place, Ok(()))] {
            let then = [
                noted(ServerId::new(0), starts.clone()),
                learned(CHEOLSU, Answer::Outcome(Outcome::Done)),
                asks_view(CHEOLSU, true, 1),
                saw(CHEOLSU, true, 1, 90_000, 1),
            ];
            let story: Vec<_> = purchase().into_iter().chain(then.map(|detail| vec![detail])).collect();
            assert_eq!(judge::<LatestIsLatest>(&Example::under(rules).sim, &story), verdict);
        }
    }

    #[test]
    fn what_a_server_makes_of_a_request_is_not_believed() {
        let all_he_has = Trade::Buy(Goods { item: Item::LegendarySword, count: 10 });
        let decided_before = |index, number| {
            let decided = Some(Outcome::Done);
            let payload = request(CHEOLSU, number);
            let Payload::Request { client, first_outstanding, dedupe, .. } = payload else { unreachable!() };
            let payload =
                Payload::Request { client, number, trade: all_he_has, first_outstanding, dedupe, decided };
            applies(ServerId::new(0), entry(index, payload))
        };
        let told = |number| Detail::Learned {
            client: CHEOLSU,
            number,
            trade: all_he_has,
            answer: Answer::Outcome(Outcome::Done),
            from: Some(ServerId::new(0)),
        };
        let both = vec![vec![decided_before(1, FIRST), decided_before(2, FIRST.next())]];
        for (number, verdict) in [(FIRST, Ok(())), (FIRST.next(), Err(Broken))] {
            assert_eq!(judge_after(both.clone(), &[told(number)]), verdict, "{number}");
        }
    }

    #[test]
    fn a_client_is_told_what_became_of_its_request() {
        let again = |outcome| learned(CHEOLSU, Answer::Outcome(outcome));
        for (told, verdict) in [
            (again(Outcome::Done), Ok(())),
            (again(Outcome::NotEnoughMoney), Err(Broken)),
            (learned(CHEOLSU, Answer::Unknown), Ok(())),
            (learned(CHEOLSU, Answer::Expired), Ok(())),
        ] {
            assert_eq!(judge_after(purchase(), std::slice::from_ref(&told)), verdict, "{told:?}");
        }
    }
}
