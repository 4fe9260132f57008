//! The leader brings a follower's log in line with its own, whatever the follower's looks like (Raft paper, section 5.3).

use std::collections::{BTreeSet, VecDeque};

use playground::node::{AppendAnswer, Body, Config, Message, ServerId, TimerKind};

use crate::server::{Disk, Server, id};

/// The leader's log in figure 7 of the paper, just before it leads generation 8.
const LEADERS: [u64; 10] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

/// Figure 7: a follower's log, and how many appends it refuses until the leader has found where they agree.
const FIGURE_7: [(&str, &[u64], usize); 6] = [
    ("a: an entry is missing", &[1, 1, 1, 4, 4, 5, 5, 6, 6], 1),
    ("b: many are missing", &[1, 1, 1, 4], 1),
    ("c: one too many, of the last generation", &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 0),
    ("d: two too many, of a later generation", &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 0),
    ("e: some are missing, and two are too many", &[1, 1, 1, 4, 4, 4, 4], 1),
    ("f: all but the beginning is of other generations", &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 1),
];

/// Server A leads the generation after `generation` with this log, and the follower B has that one: all that they say to each other
/// arrives, until they have nothing more to say. Both servers, and how often B refused an append.
fn in_line(
    leaders: &[u64],
    followers: &[u64],
    generation: u64,
    entries_per_append: u16,
) -> (Server, Server, usize) {
    let config = |letter| Config { entries_per_append, ..Server::config(letter, 3) };
    let mut leader = Server::configured(config('A'), Disk { generation, log: leaders, ..Disk::default() });
    let mut follower =
        Server::configured(config('B'), Disk { generation, log: followers, ..Disk::default() });
    // The vote of C, which is down by now, is enough: a follower whose log is ahead would refuse its own.
    leader.leads();
    let refusals = converse(&mut leader, &mut follower);
    // The next beat tells the follower what is committed by now.
    leader.fires(TimerKind::Heartbeat);
    converse(&mut leader, &mut follower);
    (leader, follower, refusals)
}

fn converse(leader: &mut Server, follower: &mut Server) -> usize {
    let (a, b) = (id('A'), id('B'));
    let mut refusals = 0;
    let mut under_way: VecDeque<(ServerId, Message)> = VecDeque::new();
    for _ in 0..1_000 {
        under_way.extend(leader.sent());
        under_way.extend(follower.sent());
        match under_way.pop_front() {
            Some((to, message)) if to == a => {
                let refused = matches!(message.body, Body::AppendAnswer(AppendAnswer::Refused { .. }));
                refusals += usize::from(refused);
                leader.receives(b, message);
            }
            Some((to, message)) if to == b => follower.receives(a, message),
            Some(_) => {} // To C, which is down.
            None => return refusals,
        }
    }
    panic!("they never come to an end");
}

/// How many generations have an entry that only one of the two logs holds.
fn generations_that_differ(one: &[u64], other: &[u64]) -> usize {
    let ids = |log: &[u64]| log.iter().copied().enumerate().collect::<BTreeSet<_>>();
    let generations: BTreeSet<u64> =
        ids(one).symmetric_difference(&ids(other)).map(|(_, generation)| *generation).collect();
    generations.len()
}

#[test]
fn the_six_followers_of_figure_7_are_brought_in_line() {
    for (what, followers, refusals) in FIGURE_7 {
        for entries_per_append in [1, 64] {
            let (leader, follower, refused) = in_line(&LEADERS, followers, 7, entries_per_append);
            assert_eq!(leader.log(), [&LEADERS[..], &[8]].concat(), "a leader's own log only grows");
            assert_eq!(follower.log(), leader.log(), "{what}");
            assert_eq!(follower.mark(), 11, "{what}: with the leader a majority holds all of it");
            assert_eq!(refused, refusals, "{what}");
            assert!(refused <= generations_that_differ(&LEADERS, followers), "{what}");
        }
    }
}

/// Not only those six: every pair of logs of up to four entries of three generations that can occur together.
#[test]
fn every_small_log_is_brought_in_line_with_at_most_a_refusal_a_generation() {
    let (logs, mut pairs) = (small_logs(), 0);
    for leaders in &logs {
        for followers in logs.iter().filter(|followers| can_occur_together(leaders, followers)) {
            let (leader, follower, refused) = in_line(leaders, followers, 3, 64);
            assert_eq!(follower.log(), leader.log(), "{followers:?} in line with {leaders:?}");
            let differing = generations_that_differ(leaders, followers);
            assert!(refused <= differing, "{followers:?} refused {refused} appends of {leaders:?}");
            pairs += 1;
        }
    }
    assert_eq!((logs.len(), pairs), (35, 919));
}

/// Generations never fall along a log.
fn small_logs() -> Vec<Vec<u64>> {
    let mut logs = vec![Vec::new()];
    let mut done = 0;
    while done < logs.len() {
        let log: Vec<u64> = logs[done].clone();
        if log.len() < 4 {
            let lowest = log.last().copied().unwrap_or(1);
            logs.extend((lowest..=3).map(|generation| [&log[..], &[generation]].concat()));
        }
        done += 1;
    }
    logs
}

/// Logs that share an entry share all before it (Raft paper, section 5.3, Log Matching).
fn can_occur_together(one: &[u64], other: &[u64]) -> bool {
    let last_shared = one.iter().zip(other).rposition(|(one, other)| one == other);
    last_shared.is_none_or(|last| one[..last] == other[..last])
}
