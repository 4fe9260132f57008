//! Who gets a vote, and why others do not (Raft paper, sections 5.2 and 5.4.1).

use playground::node::{Body, EntryId, Index, Note, ServerId, TimerKind, VoteRefusal, Write};

use crate::server::{Disk, Server, entry_id, id, last_of};

/// What server A says when candidate B asks for its vote (or would ask for it), and why.
fn asked_by_b(voter: &mut Server, generation: u64, question: Body) -> Result<(), VoteRefusal> {
    let _ = (voter.sent(), voter.notes());
    voter.hears('B', generation, question);
    let why = voter.notes().into_iter().find_map(|note| match note {
        Note::RefusesVote { candidate, why } if candidate == id('B') => Some(why),
        _ => None,
    });
    let (to, _, answer) = voter.only_message();
    let (Body::VoteAnswer { granted } | Body::PreVoteAnswer { granted, .. }) = answer else {
        panic!("a question for a vote is answered, not {answer:?}")
    };
    assert_eq!((to, granted), ('B', why.is_none()), "what is said is what was decided: {why:?}");
    why.map_or(Ok(()), Err)
}

/// The voter's log, the candidate's last entry (generation, index), and whether that is up to date enough.
const UP_TO_DATE: [(&[u64], (u64, u64), bool); 15] = [
    (&[], (0, 0), true),
    (&[], (1, 1), true),
    (&[1], (0, 0), false),
    // The same generation: the longer log wins, and equal is enough.
    (&[1], (1, 1), true),
    (&[1], (1, 2), true),
    (&[1, 1], (1, 1), false),
    // The candidate's generation is newer: its length does not matter.
    (&[1], (2, 1), true),
    (&[1], (2, 2), true),
    (&[1, 1], (2, 1), true),
    (&[1, 1, 1, 1], (4, 2), true),
    // The voter's generation is newer: its length does not matter.
    (&[2], (1, 1), false),
    (&[2], (1, 2), false),
    (&[1, 2], (1, 9), false),
    // Only the last entries count, not what is in between.
    (&[1, 3, 3], (3, 3), true),
    (&[2, 2, 3], (3, 2), false),
];

#[test]
fn a_vote_goes_to_a_log_that_is_up_to_date() {
    for (log, (generation, index), granted) in UP_TO_DATE {
        let theirs = entry_id(generation, index);
        let expected =
            if granted { Ok(()) } else { Err(VoteRefusal::LogBehind { mine: last_of(log), theirs }) };
        for question in [Body::Vote { last: theirs }, Body::PreVote { last: theirs }] {
            let mut voter = Server::start('A', 3, Disk { generation: 5, log, ..Disk::default() });
            assert_eq!(asked_by_b(&mut voter, 6, question), expected, "{log:?}, asked with {theirs}");
        }
    }
}

/// What server A knows, and what follows when B asks for its vote.
struct Case {
    voted_for: Option<char>,
    /// It has just heard the leader C.
    hears_leader: bool,
    /// B asks for a vote of this generation; A is in generation 5.
    asked: u64,
    answer: Result<(), VoteRefusal>,
    /// Generation and vote afterwards.
    after: (u64, Option<char>),
}

fn case(
    (voted_for, hears_leader, asked): (Option<char>, bool, u64),
    answer: Result<(), VoteRefusal>,
    after: (u64, Option<char>),
) -> Case {
    Case { voted_for, hears_leader, asked, answer, after }
}

fn one_vote_a_generation() -> [Case; 13] {
    let (old, alive) = (Err(VoteRefusal::OldGeneration), Err(VoteRefusal::LeaderAlive));
    let voted_for_c = Err(VoteRefusal::VotedFor(id('C')));
    [
        case((None, false, 4), old, (5, None)),
        case((Some('B'), false, 4), old, (5, Some('B'))),
        case((None, true, 4), old, (5, None)),
        case((None, false, 5), Ok(()), (5, Some('B'))),
        // The answer may have been lost, so it is given again.
        case((Some('B'), false, 5), Ok(()), (5, Some('B'))),
        case((Some('C'), false, 5), voted_for_c, (5, Some('C'))),
        case((Some('C'), true, 5), voted_for_c, (5, Some('C'))),
        // The leader of this generation has its majority: the vote comes too late to do harm.
        case((None, true, 5), Ok(()), (5, Some('B'))),
        case((None, false, 6), Ok(()), (6, Some('B'))),
        case((Some('C'), false, 6), Ok(()), (6, Some('B'))),
        case((Some('C'), false, 9), Ok(()), (9, Some('B'))),
        // A living leader is not deposed, and the newer generation is not even adopted.
        case((None, true, 6), alive, (5, None)),
        case((Some('C'), true, 9), alive, (5, Some('C'))),
    ]
}

fn in_generation_5(voted_for: Option<char>, hears_leader: bool) -> Server {
    let disk = Disk { generation: 5, voted_for: voted_for.map(id), log: &[1], ..Disk::default() };
    let mut voter = Server::start('A', 3, disk);
    if hears_leader {
        voter.hears('C', 5, heartbeat());
    }
    voter
}

fn heartbeat() -> Body {
    Body::Heartbeat { mark: Index(0), matched: EntryId::default(), round: Default::default() }
}

fn voted_for(voter: &Server) -> Option<char> {
    voter.node.voted_for().map(ServerId::letter)
}

#[test]
fn one_vote_a_generation_and_none_while_a_leader_lives() {
    for Case { voted_for: before, hears_leader, asked, answer, after } in one_vote_a_generation() {
        let mut voter = in_generation_5(before, hears_leader);
        let what = format!("voted for {before:?}, hears a leader: {hears_leader}, asked for {asked}");
        assert_eq!(asked_by_b(&mut voter, asked, Body::Vote { last: last_of(&[1]) }), answer, "{what}");
        assert_eq!((voter.generation(), voted_for(&voter)), after, "{what}");
    }
}

#[test]
fn a_leader_that_has_fallen_silent_protects_itself_no_more() {
    let mut voter = in_generation_5(Some('C'), true);
    voter.fires(TimerKind::LeaderSilent);
    assert_eq!(asked_by_b(&mut voter, 6, Body::Vote { last: last_of(&[1]) }), Ok(()));
    assert_eq!((voter.generation(), voted_for(&voter)), (6, Some('B')));
}

/// (voted for, hears a leader, generation of the asker) and what it is told: a vote that was given does not matter.
#[test]
fn to_be_willing_binds_nobody() {
    for (before, hears_leader, asked, answer) in [
        (None, false, 4, Err(VoteRefusal::OldGeneration)),
        (None, false, 5, Ok(())),
        (Some('C'), false, 5, Ok(())),
        (None, false, 9, Ok(())),
        (None, true, 5, Err(VoteRefusal::LeaderAlive)),
        (None, true, 9, Err(VoteRefusal::LeaderAlive)),
    ] {
        let mut voter = in_generation_5(before, hears_leader);
        let node = voter.node.clone();
        let _ = (voter.writes(), voter.election_timers());
        assert_eq!(asked_by_b(&mut voter, asked, Body::PreVote { last: last_of(&[1]) }), answer);
        assert_eq!(voter.node, node, "it goes on as if it had not been asked");
        assert_eq!((voter.writes(), voter.election_timers()), (vec![], vec![]), "on the disk, too");
    }
}

#[test]
fn a_vote_is_on_the_disk_before_it_is_given() {
    let mut voter = in_generation_5(None, false);
    let _ = (voter.sent(), voter.writes());
    voter.slow_disk = true;
    voter.hears('B', 6, Body::Vote { last: last_of(&[1]) });
    assert_eq!(voter.sent(), [], "nothing is said yet");
    let written = voter.writes().pop().expect("the vote is on its way");
    assert!(
        matches!(written, Write::Vote { generation, voted_for: Some(b) } if generation.0 == 6 && b == id('B'))
    );
    voter.sync();
    assert_eq!(voter.only_message(), ('B', 6, Body::VoteAnswer { granted: true }));
}

/// Otherwise those with an old log, who are always refused, would keep waking everybody else up.
#[test]
fn only_a_vote_that_was_given_starts_the_timer_again() {
    for (log, timers) in [(&[1][..], 1), (&[], 0)] {
        let mut voter = in_generation_5(None, false);
        let _ = voter.election_timers();
        voter.hears('B', 6, Body::Vote { last: last_of(log) });
        assert_eq!(voter.election_timers().len(), timers, "asked with {log:?}");
    }
}

/// Each server votes once, and an answer that the network has doubled is the same vote.
#[test]
fn a_vote_that_arrives_twice_counts_once() {
    let mut candidate = Server::first_of(5);
    candidate.stands();
    for from in ['B', 'B', 'B'] {
        candidate.hears(from, 1, Body::VoteAnswer { granted: true });
    }
    assert_eq!(candidate.role(), "candidate");
    candidate.hears('C', 1, Body::VoteAnswer { granted: true });
    assert_eq!(candidate.role(), "leader");
}
