//! What the Raft paper says in sections 5.1 to 5.4, sentence by sentence, of one server of ours.
//!
//! The subjects are those by which other cores are checked against the paper; votes are in `votes.rs`, figure 7 is in `log_repair.rs`,
//! and how time-outs are drawn is in `src/sim/rng.rs`. Where ours differs, it does so on purpose:
//!
//! * It asks whether anybody would vote for it before it stands: its generation rises only when a majority would.
//! * Its own vote, and its own copy of an entry, count once they are durable.
//! * A candidate that a majority has refused stays one until its time runs out; only a leader or a newer generation ends that earlier.
//! * A new leader appends an empty entry, so its first own index is one higher.
//! * A heartbeat is a message of its own. It carries no entries, and names the last one that its receiver is known to share.
//! * A customer's first request brings a second entry, which opens the session.

use playground::node::{
    AppendAnswer, Body, Config, EntryId, Generation, Index, MessageKind, Note, Payload, Reply, Round,
    Snapshot, StepDown, TimerKind, Write,
};
use playground::shop::{Outcome, Shop};
use playground::time::{Span, Time};

use crate::server::{Disk, ELECTION, HEARTBEAT, Server, append, entries, entry_id, id, last_of, letters};

const START: EntryId = entry_id(0, 0);

fn heartbeat(mark: u64, matched: EntryId) -> Body {
    Body::Heartbeat { mark: Index(mark), matched, round: Round(0) }
}

fn snapshot(last: EntryId) -> Body {
    let shop = Shop::open(1, 1, 1);
    let snapshot = Snapshot { last, stamp: Time::ZERO, shop, sessions: Default::default() };
    Body::Snapshot { snapshot: snapshot.into() }
}

fn refused(prev: u64, hint: EntryId) -> Body {
    Body::AppendAnswer(AppendAnswer::Refused { prev: Index(prev), hint })
}

fn matched(upto: u64) -> Body {
    Body::AppendAnswer(AppendAnswer::Matched { upto: Index(upto) })
}

/// Server A of three in each role, in generation 1 (2 when it still has to stand).
fn in_each_role() -> [Server; 4] {
    let roles: [fn(&mut Server); 4] =
        [|_| (), |server| server.fires(TimerKind::Election), Server::stands, Server::leads];
    roles.map(|become_it| {
        let mut server = Server::start('A', 3, Disk { generation: 1, ..Disk::default() });
        become_it(&mut server);
        let _ = (server.sent(), server.notes(), server.election_timers());
        server
    })
}

// Section 5.1: generations.

#[test]
fn a_newer_generation_makes_everybody_a_follower() {
    for body in [append(START, &[], 0), heartbeat(0, START), snapshot(entry_id(1, 1))] {
        for mut server in in_each_role() {
            let before = server.role();
            server.hears('B', 7, body.clone());
            assert_eq!((server.role(), server.generation()), ("follower", 7), "was {before}");
            assert_eq!(server.node.leader(), Some(id('B')));
            assert_eq!(server.node.voted_for(), None, "no vote is given in the new generation yet");
            let gave_up = Note::StepsDown { why: StepDown::NewerGeneration };
            let leads_or_stands = ["leader", "candidate"].contains(&before);
            assert_eq!(server.notes().contains(&gave_up), leads_or_stands, "was {before}");
        }
    }
}

/// Answers tell of a newer generation as well: that is how a leader that was cut off learns that it is over.
#[test]
fn a_newer_generation_in_an_answer_ends_a_lead_too() {
    let answers = [
        matched(1),
        refused(1, START),
        Body::HeartbeatAnswer { round: Some(Round(0)) },
        Body::VoteAnswer { granted: false },
        Body::PreVoteAnswer { granted: false, asked: Generation(1) },
    ];
    for answer in answers {
        for mut server in in_each_role() {
            server.hears('B', 7, answer.clone());
            assert_eq!((server.role(), server.generation(), server.node.leader()), ("follower", 7, None));
        }
    }
}

#[test]
fn an_older_generation_is_turned_away_and_told_the_newer_one() {
    let answer = |body| match body {
        MessageKind::Append => Body::AppendAnswer(AppendAnswer::OutOfDate),
        MessageKind::Snapshot => Body::AppendAnswer(AppendAnswer::OutOfDate),
        MessageKind::Heartbeat => Body::HeartbeatAnswer { round: None },
        MessageKind::Vote => Body::VoteAnswer { granted: false },
        other => panic!("{other:?} is no question"),
    };
    let last = last_of(&[1, 1, 1]);
    for body in [
        append(entry_id(1, 1), &[2, 2], 2),
        heartbeat(2, entry_id(1, 2)),
        snapshot(entry_id(2, 4)),
        Body::Vote { last },
    ] {
        let mut server = Server::start('A', 3, Disk { generation: 5, log: &[1, 1], ..Disk::default() });
        let before = server.node.clone();
        let kind = body.kind();
        server.hears('B', 4, body);
        assert_eq!(server.node, before, "{kind:?}");
        assert_eq!(server.only_message(), ('B', 5, answer(kind)));
        assert_eq!(server.election_timers().len(), 1, "only the one from its start: {kind:?}");
    }
}

#[test]
fn an_answer_of_an_older_generation_counts_for_nothing() {
    let mut leader = Server::start('A', 3, Disk { generation: 1, ..Disk::default() });
    leader.leads();
    for late in [matched(1), refused(0, START), Body::VoteAnswer { granted: true }] {
        let before = leader.node.clone();
        let _ = leader.sent();
        leader.hears('B', 1, late);
        assert_eq!(leader.node, before);
        assert_eq!(leader.sent(), []);
    }
}

/// Whoever hears of a generation may say so only once it would still know after a crash.
#[test]
fn a_newer_generation_is_on_the_disk_before_anything_is_said_in_it() {
    let mut server = Server::first_of(3);
    let _ = server.writes();
    server.slow_disk = true;
    server.hears('B', 7, heartbeat(0, START));
    assert_eq!(server.sent(), []);
    assert!(
        matches!(server.writes()[..], [Write::Vote { generation, voted_for: None }] if generation.0 == 7)
    );
    server.sync();
    assert_eq!(server.only_message(), ('B', 7, Body::HeartbeatAnswer { round: Some(Round(0)) }));
}

// Section 5.2: elections.

#[test]
fn a_server_starts_as_a_follower_without_a_leader() {
    for disk in
        [Disk::default(), Disk { generation: 4, voted_for: Some(id('A')), log: &[1, 4], ..Disk::default() }]
    {
        let mut server = Server::start('A', 3, disk);
        assert_eq!((server.role(), server.node.leader()), ("follower", None));
        assert_eq!(server.generation(), disk.generation);
        assert_eq!(server.sent(), [], "it waits");
        assert_eq!(server.election_timers(), [(ELECTION, ELECTION.doubled())]);
    }
}

#[test]
fn a_leader_beats_at_once_and_at_each_beat() {
    let mut leader = Server::first_of(5);
    leader.stands();
    let _ = (leader.sent(), leader.timers(TimerKind::Heartbeat));
    for from in ['B', 'C'] {
        leader.hears(from, 1, Body::VoteAnswer { granted: true });
    }
    let first = letters(leader.sent());
    let beats = ['B', 'C', 'D', 'E'].map(|to| (to, heartbeat(0, START)));
    assert_eq!(first[..4], beats, "before anything else");
    assert_eq!(leader.timers(TimerKind::Heartbeat), [(HEARTBEAT, HEARTBEAT)]);
    leader.fires(TimerKind::Heartbeat);
    assert_eq!(letters(leader.sent()), beats);
    assert_eq!(leader.timers(TimerKind::Heartbeat), [(HEARTBEAT, HEARTBEAT)]);
}

/// Nobody learns from a heartbeat that something is committed which it may not hold.
#[test]
fn a_beat_names_for_each_follower_what_it_shares() {
    let mut leader = Server::start('A', 3, Disk { generation: 1, log: &[1, 1], ..Disk::default() });
    leader.leads();
    leader.is_acknowledged('B', 3);
    let _ = leader.sent();
    leader.fires(TimerKind::Heartbeat);
    let expected = [('B', heartbeat(3, entry_id(2, 3))), ('C', heartbeat(3, START))];
    assert_eq!(letters(leader.sent()), expected);
}

#[test]
fn who_hears_no_leader_asks_around_and_then_stands() {
    let [follower, asker, candidate, _] = in_each_role();
    for mut server in [follower, asker, candidate] {
        let (before, generation) = (server.role(), server.generation());
        let _ = server.writes();
        server.fires(TimerKind::Election);
        assert_eq!((server.role(), server.generation()), ("pre-candidate", generation), "was {before}");
        assert_eq!(letters(server.sent()), ['B', 'C'].map(|to| (to, Body::PreVote { last: START })));
        assert_eq!(server.writes(), [], "to ask changes nothing");
        assert_eq!(server.election_timers(), [(ELECTION, ELECTION.doubled())]);

        let asked = server.node.generation();
        server.hears('C', generation, Body::PreVoteAnswer { granted: true, asked });
        assert_eq!((server.role(), server.generation()), ("candidate", generation + 1), "was {before}");
        assert_eq!(server.node.voted_for(), Some(id('A')));
        assert_eq!(server.node.votes(), [id('A')].into());
        assert_eq!(letters(server.sent()), ['B', 'C'].map(|to| (to, Body::Vote { last: START })));
        assert_eq!(server.election_timers(), [(ELECTION, ELECTION.doubled())]);
    }
}

/// A server that nobody would vote for never raises its generation, so it disturbs nobody when it can be heard again.
#[test]
fn who_would_not_be_elected_does_not_stand() {
    let mut server = Server::first_of(5);
    for _ in 0..10 {
        server.fires(TimerKind::Election);
        let asked = server.node.generation();
        for (from, granted) in [('B', true), ('B', true), ('C', false), ('D', false), ('E', false)] {
            server.hears(from, 0, Body::PreVoteAnswer { granted, asked });
        }
        assert_eq!((server.role(), server.generation()), ("pre-candidate", 0));
    }
}

/// "I would vote for you in generation 1" says nothing of generation 2.
#[test]
fn an_answer_to_an_earlier_question_counts_for_nothing() {
    let [_, _, mut server, _] = in_each_role();
    server.fires(TimerKind::Election);
    for (asked, role) in [(1, "pre-candidate"), (2, "candidate")] {
        server.hears('B', 2, Body::PreVoteAnswer { granted: true, asked: Generation(asked) });
        assert_eq!(server.role(), role);
    }
}

/// Not from the paper, but from section 6.2 of the dissertation: without it a leader that hears nobody would lead for ever.
#[test]
fn a_leader_that_reaches_no_majority_steps_down() {
    for (heard, role) in [("", "follower"), ("B", "follower"), ("BB", "follower"), ("BC", "leader")] {
        let mut leader = Server::first_of(5);
        leader.leads();
        for from in heard.chars() {
            leader.hears(from, 1, Body::HeartbeatAnswer { round: Some(Round(0)) });
        }
        leader.fires(TimerKind::CheckQuorum);
        assert_eq!((leader.role(), leader.generation()), (role, 1), "heard {heard:?}");
        leader.fires(TimerKind::CheckQuorum);
        assert_eq!(leader.role(), "follower", "what was heard before the last check counts no more");
    }
}

/// The size of the cluster, who votes for the candidate, who refuses, and what it is then.
const ELECTIONS: [(u8, &str, &str, &str); 20] = [
    (1, "", "", "leader"),
    (2, "", "", "candidate"),
    (2, "", "B", "candidate"),
    (2, "B", "", "leader"),
    (3, "", "", "candidate"),
    (3, "B", "", "leader"),
    (3, "B", "C", "leader"),
    (3, "BC", "", "leader"),
    (3, "", "BC", "candidate"),
    (4, "B", "", "candidate"),
    (4, "B", "CD", "candidate"),
    (4, "BC", "D", "leader"),
    (5, "", "", "candidate"),
    (5, "B", "", "candidate"),
    (5, "", "BC", "candidate"),
    (5, "B", "CDE", "candidate"),
    (5, "BC", "DE", "leader"),
    (5, "BCDE", "", "leader"),
    (9, "BCD", "", "candidate"),
    (9, "BCDE", "FGHI", "leader"),
];

#[test]
fn a_majority_of_votes_makes_a_leader() {
    for (servers, yes, no, role) in ELECTIONS {
        let mut candidate = Server::first_of(servers);
        candidate.stands();
        let answers = no.chars().map(|from| (from, false)).chain(yes.chars().map(|from| (from, true)));
        for (from, granted) in answers {
            candidate.hears(from, 1, Body::VoteAnswer { granted });
        }
        assert_eq!((candidate.role(), candidate.generation()), (role, 1), "of {servers}: {yes:?} for it");
    }
}

#[test]
fn a_candidates_own_vote_counts_once_it_is_durable() {
    let mut candidate = Server::first_of(3);
    candidate.slow_disk = true;
    candidate.stands();
    candidate.hears('B', 1, Body::VoteAnswer { granted: true });
    assert_eq!((candidate.role(), candidate.node.votes()), ("candidate", [id('B')].into()));
    candidate.sync();
    assert_eq!(candidate.role(), "leader");
}

/// The disk is behind: what becomes durable first was written before the vote.
#[test]
fn an_earlier_write_does_not_vouch_for_the_vote() {
    let mut candidate = Server::first_of(3);
    candidate.slow_disk = true;
    candidate.hears('B', 1, append(START, &[1], 0));
    candidate.stands();
    candidate.hears('C', 2, Body::VoteAnswer { granted: true });
    for _ in ["the generation that B leads", "its entry"] {
        candidate.sync_oldest();
        assert_eq!((candidate.role(), candidate.node.votes()), ("candidate", [id('C')].into()));
        let asked = |(_, body): &(char, Body)| matches!(body, Body::Vote { .. });
        assert!(!letters(candidate.sent()).iter().any(asked), "nobody is asked for a vote yet");
    }
    candidate.sync_oldest();
    assert_eq!(candidate.role(), "leader");
}

#[test]
fn a_candidate_follows_the_leader_of_its_generation() {
    for body in [append(START, &[2], 0), heartbeat(0, START), snapshot(entry_id(1, 1))] {
        for generation in [2, 3] {
            let [_, _, mut candidate, _] = in_each_role();
            candidate.hears('B', generation, body.clone());
            assert_eq!((candidate.role(), candidate.generation()), ("follower", generation));
            assert_eq!(candidate.node.leader(), Some(id('B')));
            let own_vote = (generation == 2).then(|| id('A'));
            assert_eq!(candidate.node.voted_for(), own_vote, "a vote is given for the whole generation");
        }
    }
}

/// Word from the leader gives it time; an append that does not fit is word from the leader, too.
#[test]
fn each_word_from_the_leader_draws_a_new_time_out() {
    for body in [append(START, &[], 0), append(entry_id(1, 5), &[], 0), heartbeat(0, START)] {
        let [mut follower, ..] = in_each_role();
        follower.hears('B', 1, body);
        assert_eq!(follower.election_timers(), [(ELECTION, ELECTION.doubled())]);
    }
}

// Section 5.3: the log.

#[test]
fn a_leader_appends_a_request_and_sends_it_on() {
    let mut leader = Server::first_of(3);
    leader.leads();
    acknowledged_by_both(&mut leader, 1);
    let _ = (leader.sent(), leader.writes());
    leader.is_asked(1);
    assert_eq!((leader.log(), leader.mark()), (vec![1, 1, 1], 1), "appended, and not committed");
    let new = leader.node.log().from(Index(2)).to_vec();
    assert!(matches!(new[0].payload, Payload::Open { .. }), "the session is opened first");
    assert!(matches!(new[1].payload, Payload::Request { .. }));
    let body = Body::Append { prev: entry_id(1, 1), entries: new.clone(), mark: Index(1) };
    assert_eq!(letters(leader.sent()), ['B', 'C'].map(|to| (to, body.clone())), "to everybody, at once");
    let [Write::Records { truncate_from: None, records }] = &leader.writes()[..] else {
        panic!("it is written down once")
    };
    assert!(records.iter().map(|record| record.entry).eq(new));
    assert_eq!(leader.replies(), []);
}

fn acknowledged_by_both(leader: &mut Server, upto: u64) {
    leader.is_acknowledged('B', upto);
    leader.is_acknowledged('C', upto);
}

#[test]
fn a_committed_entry_is_carried_out_answered_and_told() {
    let mut leader = Server::first_of(3);
    leader.leads();
    acknowledged_by_both(&mut leader, 1);
    leader.is_asked(1);
    let _ = (leader.sent(), leader.notes());
    leader.is_acknowledged('B', 3);
    assert_eq!(leader.mark(), 3);
    assert_eq!(leader.carried_out(), [entry_id(1, 2), entry_id(1, 3)]);
    assert_eq!(leader.replies(), [Reply::Outcome(Outcome::Done)]);
    leader.fires(TimerKind::Heartbeat);
    let expected = [('B', heartbeat(3, entry_id(1, 3))), ('C', heartbeat(3, entry_id(1, 1)))];
    assert_eq!(letters(leader.sent()), expected);
    leader.is_asked(2);
    for (_, body) in letters(leader.sent()) {
        assert!(matches!(body, Body::Append { mark: Index(3), .. }), "{body:?}");
    }
}

/// The size of the cluster, who has acknowledged, whether the leader's own disk has it, and whether the entry is committed.
const ACKNOWLEDGEMENTS: [(u8, &str, bool, bool); 20] = [
    (1, "", false, false),
    (1, "", true, true),
    (2, "", true, false),
    (2, "B", false, false),
    (2, "B", true, true),
    (3, "", true, false),
    (3, "B", false, false),
    (3, "B", true, true),
    (3, "BC", false, true),
    (3, "BC", true, true),
    (4, "B", true, false),
    (4, "BC", false, false),
    (4, "BC", true, true),
    (5, "", true, false),
    (5, "B", true, false),
    (5, "BC", false, false),
    (5, "BC", true, true),
    (5, "BCD", false, true),
    (9, "BCD", true, false),
    (9, "BCDE", true, true),
];

#[test]
fn an_entry_is_committed_once_a_majority_holds_it_durably() {
    for (servers, acknowledged, own_disk, committed) in ACKNOWLEDGEMENTS {
        let mut leader = Server::first_of(servers);
        leader.leads();
        for peer in leader.peers() {
            leader.is_acknowledged(peer.letter(), 1);
        }
        assert_eq!(leader.mark(), 1);
        leader.slow_disk = true;
        leader.is_asked(1);
        for from in acknowledged.chars() {
            leader.is_acknowledged(from, 3);
        }
        if own_disk {
            leader.sync();
        }
        let mark = if committed { 3 } else { 1 };
        assert_eq!(leader.mark(), mark, "of {servers}: {acknowledged:?}, its own disk: {own_disk}");
        assert_eq!(leader.replies().len(), usize::from(committed), "answered when committed");
    }
}

/// An acknowledgement may come late, twice, or for a part only.
#[test]
fn what_is_known_of_a_follower_never_shrinks() {
    let mut leader = Server::start('A', 5, Disk { generation: 1, log: &[1, 1, 1], ..Disk::default() });
    leader.leads();
    for (from, upto, mark) in [('B', 4, 0), ('B', 1, 0), ('C', 2, 0), ('C', 4, 4), ('C', 3, 4)] {
        leader.is_acknowledged(from, upto);
        assert_eq!(leader.mark(), mark, "{from} up to {upto}");
    }
}

#[test]
fn a_commitment_brings_everything_before_it_along() {
    for log in [&[][..], &[2], &[1, 2], &[1], &[1, 1, 2, 2]] {
        let mut leader = Server::start('A', 3, Disk { generation: 2, log, ..Disk::default() });
        leader.leads();
        assert_eq!(leader.carried_out(), []);
        let own = log.len() as u64 + 1;
        leader.is_acknowledged('C', own);
        let all: Vec<EntryId> = entries(1, &[log, &[3]].concat()).iter().map(|entry| entry.id).collect();
        assert_eq!((leader.mark(), leader.carried_out()), (own, all), "{log:?}, each once and in order");
    }
}

/// What the follower's log is, what is sent (behind which entry, of which generations, with which mark), and its mark afterwards.
type Told = (&'static [u64], (u64, u64), &'static [u64], u64, u64);

const TOLD: [Told; 9] = [
    (&[], (0, 0), &[1], 0, 0),
    (&[], (0, 0), &[1], 1, 1),
    (&[], (0, 0), &[1, 1], 1, 1),
    (&[], (0, 0), &[1, 1], 2, 2),
    // The leader has committed more than it has sent.
    (&[], (0, 0), &[1, 1], 9, 2),
    // Entry 3 has not been shown to be the leader's.
    (&[1, 1, 1], (1, 1), &[1], 3, 2),
    (&[1, 1, 1], (1, 2), &[], 3, 2),
    (&[1, 1, 1], (0, 0), &[], 3, 0),
    // It does not fit, so nothing is learnt.
    (&[1], (1, 2), &[1], 3, 0),
];

#[test]
fn a_follower_carries_out_what_it_shares_with_the_leader_and_is_committed() {
    for (log, (generation, index), sent, told, mark) in TOLD {
        let mut follower = Server::start('A', 3, Disk { generation: 2, log, ..Disk::default() });
        follower.hears('B', 2, append(entry_id(generation, index), sent, told));
        let carried_out: Vec<u64> = follower.carried_out().iter().map(|id| id.index.0).collect();
        assert_eq!((follower.mark(), carried_out), (mark, (1..=mark).collect()), "{log:?} {sent:?} {told}");
    }
}

/// The same for heartbeats: the follower's log, what it is said to share, the mark told, and its mark afterwards.
#[test]
fn a_heartbeat_tells_the_mark_up_to_what_is_shared() {
    for (log, shared, told, mark) in [
        (&[1, 1, 1][..], (1, 3), 3, 3),
        (&[1, 1, 1], (1, 3), 2, 2),
        (&[1, 1, 1], (1, 2), 3, 2),
        (&[1, 1, 1], (0, 0), 3, 0),
        (&[1, 1, 1], (2, 3), 3, 0),
        (&[1], (1, 3), 3, 0),
    ] {
        let mut follower = Server::start('A', 3, Disk { generation: 2, log, ..Disk::default() });
        follower.hears('B', 2, heartbeat(told, entry_id(shared.0, shared.1)));
        assert_eq!(follower.mark(), mark, "{log:?} {shared:?} {told}");
    }
}

/// A follower with entries of generations 1 and 2 is asked to continue behind an entry, and answers.
#[test]
fn a_follower_checks_that_an_append_fits() {
    for (prev, answer) in [
        (START, matched(0)),
        (entry_id(1, 1), matched(1)),
        (entry_id(2, 2), matched(2)),
        // Another entry stands there, and the hint is the last one that may be shared.
        (entry_id(1, 2), refused(2, entry_id(1, 1))),
        (entry_id(3, 2), refused(2, entry_id(2, 2))),
        (entry_id(2, 1), refused(1, entry_id(1, 1))),
        // There is none.
        (entry_id(3, 3), refused(3, entry_id(2, 2))),
        (entry_id(1, 3), refused(3, entry_id(1, 1))),
        (entry_id(3, 9), refused(9, entry_id(2, 2))),
    ] {
        let mut follower = Server::start('A', 3, Disk { generation: 3, log: &[1, 2], ..Disk::default() });
        let _ = follower.writes();
        follower.hears('B', 3, append(prev, &[], 0));
        assert_eq!(follower.only_message(), ('B', 3, answer), "behind {prev}");
        assert_eq!((follower.log(), follower.node.leader()), (vec![1, 2], Some(id('B'))));
    }
}

/// The index and generation behind which is appended, what is, and the log, the answer and the truncation that follow.
type Appended = ((u64, u64), &'static [u64], &'static [u64], u64, Option<u64>);

const APPENDED: [Appended; 9] = [
    // Behind the end.
    ((2, 3), &[3], &[1, 2, 2, 3], 4, None),
    ((2, 3), &[3, 4], &[1, 2, 2, 3, 4], 5, None),
    // A conflict: all from there on goes.
    ((2, 2), &[3], &[1, 2, 3], 3, Some(3)),
    ((1, 1), &[3, 4], &[1, 3, 4], 3, Some(2)),
    ((0, 0), &[4], &[4], 1, Some(1)),
    // Held already, wholly or in part: a late message cuts nothing off.
    ((0, 0), &[1], &[1, 2, 2], 1, None),
    ((1, 1), &[2], &[1, 2, 2], 2, None),
    ((1, 1), &[2, 2, 4], &[1, 2, 2, 4], 4, None),
    ((1, 1), &[2, 4], &[1, 2, 4], 3, Some(3)),
];

#[test]
fn a_follower_appends_what_is_new_and_cuts_off_what_contradicts() {
    for ((generation, index), sent, log, upto, cut) in APPENDED {
        let disk = Disk { generation: 4, log: &[1, 2, 2], ..Disk::default() };
        let mut follower = Server::start('A', 3, disk);
        let _ = follower.writes();
        follower.slow_disk = true;
        follower.hears('B', 4, append(entry_id(generation, index), sent, 0));
        assert_eq!(follower.log(), log);
        let wrote = !follower.writes().iter().all(|write| {
            let Write::Records { truncate_from, records } = write else { panic!("only records: {write:?}") };
            assert_eq!(*truncate_from, cut.map(Index), "{sent:?}");
            records.is_empty()
        });
        assert_eq!(follower.sent().is_empty(), wrote, "what is new is acknowledged once it is durable");
        follower.sync();
        if wrote {
            assert_eq!(follower.only_message(), ('B', 4, matched(upto)), "{sent:?}");
        }
    }
}

// Section 5.4: safety.

#[test]
fn a_candidate_names_its_last_entry() {
    for log in [&[][..], &[1], &[1, 2], &[1, 2, 2, 2]] {
        let mut server = Server::start('A', 3, Disk { generation: 2, log, ..Disk::default() });
        let last = last_of(log);
        server.stands();
        let asked = [Body::PreVote { last }, Body::Vote { last }];
        let expected: Vec<_> =
            asked.iter().flat_map(|body| ['B', 'C'].map(|to| (to, body.clone()))).collect();
        assert_eq!(letters(server.sent()), expected);
        assert_eq!(server.generation(), 3);
    }
}

/// Figure 8: what an earlier generation wrote may be on a majority and still be replaced.
#[test]
fn only_an_entry_of_its_own_generation_is_committed_by_counting() {
    for (acknowledged, mark) in [(1, 0), (2, 0), (3, 3)] {
        let mut leader = Server::start('A', 3, Disk { generation: 2, log: &[1, 2], ..Disk::default() });
        leader.leads();
        assert_eq!((leader.log(), leader.generation()), (vec![1, 2, 3], 3));
        acknowledged_by_both(&mut leader, acknowledged);
        assert_eq!(leader.mark(), mark, "all hold entry {acknowledged}");
    }
}

/// What a crash left behind the last sync can be read, but another crash may take it.
#[test]
fn an_entry_that_no_sync_vouches_for_is_not_acknowledged_after_a_restart() {
    let disk = Disk { generation: 1, log: &[1, 1], unsynced: 1, slow: true, ..Disk::default() };
    let mut follower = Server::start('A', 3, disk);
    assert_eq!(follower.node.log().durable(), Index(1));
    follower.hears('B', 1, append(last_of(&[1]), &[1], 0));
    assert_eq!(follower.sent(), [], "it holds the entry, but not for sure");
    follower.sync();
    assert_eq!(follower.only_message(), ('B', 1, matched(2)));
}

#[test]
fn the_update_queue_looks_at_what_waits_however_many_more_come() {
    let config = Config { queue_time: Span::from_ms(50), ..Server::config('A', 1) };
    let mut leader = Server::configured(config, Disk::default());
    leader.leads();
    for number in 1..=3 {
        leader.is_asked(number);
    }
    assert_eq!(
        leader.timers(TimerKind::UpdateQueue).len(),
        1,
        "who comes later does not make it begin again"
    );
    leader.fires(TimerKind::UpdateQueue);
    let answers = leader.replies();
    assert_eq!(answers.len(), 3, "one batch: {answers:?}");
    leader.is_asked(4);
    assert_eq!(leader.timers(TimerKind::UpdateQueue).len(), 1, "the next batch");
}
