//! Answers are linearizable: what a client is told fits one order of all requests, and that order fits what came after what.
//!
//! The log is the witness of that order. Of two questions, one of which was answered before the other was asked, the later must see
//! the earlier. What an answer says must be what comes out when the log is carried out in its order by a shop of our own.
//! (A search for any fitting order would be complete without a witness, but takes exponentially long to find a violation.)

use super::{Broken, Check, promised};
use crate::node::{Ask, ClientId, Entry, Index, Note, Payload, RequestNumber, View};
use crate::ordered::Map;
use crate::shop::{Account, Outcome, Owner, Shop};
use crate::sim::{Answer, Detail, Sim};

/// What the clients were told, and the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestIsLatest {
    /// The furthest place of the log that any client has heard of.
    heard_of: Index,
    /// How far that was when each question was asked first.
    floors: Map<(ClientId, Ask), Index>,
    /// Where each request was carried out first, and what came of it.
    carried_out: Map<(ClientId, RequestNumber), (Index, Outcome)>,
    witness: Witness,
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
                self.floors.insert((*client, Ask::Request(*number)), self.heard_of);
            }
            Detail::AskedView { client, number, latest: true, attempt: 1, .. } => {
                self.floors.insert((*client, Ask::View(*number)), self.heard_of);
            }
            Detail::Noted { note: Note::Applies { entry, outcome, duplicate }, .. } => {
                // A duplicate changes nothing, but it is the next entry all the same.
                self.carry_out(sim, *entry, outcome.filter(|_| !duplicate));
            }
            Detail::Learned { client, number, answer: Answer::Outcome(outcome), .. } => {
                return self.judge_answer(*client, *number, *outcome);
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
        if let (Payload::Request { client, number, .. }, Some(outcome)) = (entry.payload, outcome) {
            self.carried_out.get_or_insert((client, number), (entry.id.index, outcome));
        }
        let options = sim.options();
        self.witness.carry_out(entry, outcome, || options.shop());
    }

    fn judge_answer(&mut self, client: ClientId, number: RequestNumber, told: Outcome) -> Result<(), Broken> {
        let Some((index, outcome)) = self.carried_out.get(&(client, number)).copied() else { return Ok(()) };
        let floor = self.floors.get(&(client, Ask::Request(number))).copied().unwrap_or_default();
        self.heard_of = self.heard_of.max(index);
        promised(index > floor && outcome == told)
    }

    fn judge_view(&mut self, client: ClientId, ask: Ask, view: &View) -> Result<(), Broken> {
        let floor = self.floors.get(&(client, ask)).copied().unwrap_or_default();
        self.heard_of = self.heard_of.max(view.as_of);
        let shown = self.witness.account(client.owner(), view.as_of);
        promised(view.as_of >= floor && shown.is_none_or(|account| *account == view.account))
    }
}

impl Witness {
    /// The next entry of the log; one that was carried out before, by another server, tells nothing new.
    fn carry_out(&mut self, entry: Entry, outcome: Option<Outcome>, start: impl FnOnce() -> Shop) {
        if entry.id.index != self.applied.next() {
            return;
        }
        self.applied = entry.id.index;
        if let (Payload::Request { client, trade, decided, .. }, Some(Outcome::Done)) =
            (entry.payload, outcome)
        {
            let owner = client.owner();
            let shop = self.shop.get_or_insert_with(start);
            match decided {
                Some(_) => shop.hand_over(owner, trade),
                None => drop(shop.apply(owner, trade)),
            }
            let account = shop.accounts().get(&owner).cloned().unwrap_or_default();
            self.history.insert((owner, self.applied), account);
        }
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
    use crate::node::{ServerId, ViewNumber};
    use crate::promise::example::{
        CHEOLSU, FIRST, YEONGHUI, applies, asked, entry, example, judge, learned, noted, request,
    };

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
