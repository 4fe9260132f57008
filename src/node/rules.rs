//! For each pattern the rule in force: the right one by default, the wrong ones named beside it.
//!
//! A wrong rule is there to be watched breaking a promise. Each is read where its pattern decides.
//!
//! The order of patterns and values is part of the share string: new ones come last.

macro_rules! rules {
    ($($(#[$doc:meta])* $field:ident $name:literal: $type:ident { $($(#[$value_doc:meta])* $value:ident $value_name:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $type {
                $($(#[$value_doc])* $value,)*
            }

            impl $type {
                const ALL: &'static [($type, &'static str)] = &[$(($type::$value, $value_name),)*];

                /// The name of the value in messages and addresses.
                pub fn name(self) -> &'static str {
                    $type::ALL[self as usize].1
                }
            }
        )*

        /// The rule in force for each pattern.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Rules {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Rules {
            /// Every pattern with the names of its values, the right one first.
            pub fn table() -> Vec<(&'static str, Vec<&'static str>)> {
                vec![$(($name, $type::ALL.iter().map(|(_, name)| *name).collect()),)*]
            }

            /// Every pattern with the value in force.
            pub fn in_force(&self) -> Vec<(&'static str, &'static str)> {
                vec![$(($name, self.$field.name()),)*]
            }

            /// Puts a value in force. An error when there is no such pattern or value.
            pub fn set(&mut self, pattern: &str, value: &str) -> Result<(), UnknownRule> {
                match pattern {
                    $($name => {
                        let found = $type::ALL.iter().find(|(_, name)| *name == value);
                        self.$field = found.ok_or(UnknownRule)?.0;
                    })*
                    _ => return Err(UnknownRule),
                }
                Ok(())
            }
        }
    };
}

/// There is no such pattern, or it has no such value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRule;

rules! {
    /// What is written to disk, and what counts as written.
    log "log": LogRule {
        /// First the log, then the effect; an entry counts once it is synced.
        #[default]
        Ahead "ahead",
        /// No log: the accounts are overwritten on disk, one record after the other.
        InPlace "in-place",
        /// An entry counts as soon as it is handed to the disk.
        AckBeforeSync "ack-before-sync",
        /// Recovery carries the log out again without knowing whose requests they are.
        ReplayAnonymous "replay-anonymous",
    }
    /// Who may write.
    writes "writes": Writes {
        /// The leader.
        #[default]
        LeaderOnly "leader-only",
        /// Whoever is asked, into its own log.
        AnyServer "any-server",
    }
    /// How the latest value is read.
    reads "reads": Reads {
        /// At the leader, after a round of heartbeats has shown that it still leads (Raft dissertation, section 6.4).
        #[default]
        Confirmed "confirmed",
        /// At the leader, from what it has, without asking whether it still leads.
        Unconfirmed "unconfirmed",
        /// At whoever is asked.
        AnyServer "any-server",
    }
    /// How votes are given.
    votes "votes": Votes {
        /// One a generation, on disk before it is given.
        #[default]
        OneDurable "one-durable",
        /// To everybody who asks.
        Many "many",
        /// One a generation, but a crash forgets it, and the generation too.
        ForgottenByCrash "forgotten-by-crash",
    }
    /// What a candidate's log must be like to get a vote.
    log_check "log-check": LogCheck {
        /// At least as up to date: by the generation of the last entry, then by its index.
        #[default]
        GenerationThenIndex "generation-then-index",
        /// At least as long.
        LengthOnly "length-only",
        /// Anything.
        Off "off",
    }
    /// What becomes of messages about the log from other generations.
    generation "generation": GenerationRule {
        /// Lower is turned away, higher is adopted.
        #[default]
        Checked "checked",
        /// All are obeyed, and nobody stops leading because of them.
        Ignored "ignored",
    }
    /// Ask before standing for election.
    pre_vote "pre-vote": PreVote {
        /// Ask first (Raft dissertation, section 9.6).
        #[default]
        On "on",
        /// Stand at once.
        Off "off",
    }
    /// A leader that reaches no majority steps down, and a server that hears a leader gives no vote away.
    check_quorum "check-quorum": CheckQuorum {
        /// It does (Raft dissertation, section 6.2).
        #[default]
        On "on",
        /// It goes on believing that it leads.
        Off "off",
    }
    /// How many servers must hold an entry before it is committed.
    quorum "quorum": Quorum {
        /// More than half of all.
        #[default]
        Majority "majority",
        /// The leader alone.
        One "one",
        /// Every one.
        All "all",
        /// More than half of those that have answered lately; for elections, too.
        OfTheLiving "of-the-living",
    }
    /// Which entry the leader's mark may rise to.
    commit "commit": Commit {
        /// One of its own generation that a quorum holds; those before it come along.
        #[default]
        OwnGeneration "own-generation",
        /// Any that a quorum holds.
        IndexOnly "index-only",
        /// Element n / 2 of the ascending list of what servers hold, whatever n is.
        NthAscending "nth-ascending",
    }
    /// How far a follower believes the leader's mark.
    mark "mark": Mark {
        /// Up to the last entry that it has just been shown to share with the leader.
        #[default]
        Matched "matched",
        /// Up to its own last entry.
        Blind "blind",
        /// It does not ask: what is appended is carried out.
        ApplyOnAppend "apply-on-append",
        /// The leader never tells it.
        NeverTold "never-told",
    }
    /// How the leader takes up requests.
    queue "queue": Queue {
        /// In order, whatever has piled up at once.
        #[default]
        Batched "batched",
        /// In order, the next one when the one before is committed.
        OneAtATime "one-at-a-time",
        /// In order and at once, but "done" is said as soon as a request is in line.
        AnswerOnEnqueue "answer-on-enqueue",
        /// Not in line: each by a writer of its own, who looks at the accounts, decides, and only then writes.
        ManyWriters "many-writers",
    }
    /// What becomes of a request that is received twice.
    dedupe "dedupe": Dedupe {
        /// Its answer is kept in the replicated state; a second time it is only answered.
        #[default]
        Replicated "replicated",
        /// It is carried out again.
        Off "off",
        /// The leader remembers it, and nobody else.
        LeaderMemory "leader-memory",
        /// Checked when it arrives, and not again when it is applied.
        AtPropose "at-propose",
        /// Only a client's last five answers are kept, and what is older is forgotten.
        LastFive "last-five",
    }
    /// By which time a session expires.
    expiry "expiry": Expiry {
        /// The time that the leader has written into the log.
        #[default]
        LoggedTime "logged-time",
        /// Each server's own clock at the moment at which it applies an entry.
        LocalClock "local-clock",
    }
    /// What a server does whose disk has nothing on it.
    disk "disk": DiskRule {
        /// It refuses to start: it may have promised something.
        #[default]
        Identity "identity",
        /// It starts as if it were new.
        Amnesia "amnesia",
    }
    /// Where web servers keep what they know.
    web_state "web-state": WebState {
        /// Nowhere: all of it is in the database.
        #[default]
        None "none",
        /// Each in its own memory.
        InWebServers "in-web-servers",
    }
    /// A mistake that others have made, by its number in a list of classical bugs of consensus code.
    bug "bug": Bug {
        /// None.
        #[default]
        None "none",
        /// The leader counts its own entry before it is durable.
        M10 "m10",
        /// A new leader writes no entry of its own generation.
        M12 "m12",
        /// A follower cuts off everything behind `prev`, conflict or not.
        M13 "m13",
        /// A late acknowledgement lowers what is known of a follower.
        M14 "m14",
        /// An acknowledgement counts for everything that the leader has by then.
        M15 "m15",
        /// The indexes that servers hold are not sorted before one is picked.
        M16 "m16",
        /// A read is confirmed by one server too few.
        M17 "m17",
        /// Where logs differ the leader goes back one entry at a time, and repeats itself.
        M18 "m18",
        /// A late sync vouches for an entry that was replaced in the meantime.
        M19 "m19",
        /// The vote is forgotten when a candidate becomes a follower in the same generation.
        M22 "m22",
        /// A refused vote restarts the election timer.
        M23 "m23",
        /// An append that does not fit does not count as word from the leader.
        M24 "m24",
        /// A vote that arrives twice counts twice.
        M25 "m25",
        /// A candidate does not give up when it hears the leader of its own generation.
        M26 "m26",
        /// The election time-out is the same each time.
        M28 "m28",
        /// The answer to a pre-vote does not tell a newer generation.
        M30 "m30",
        /// Asked for a pre-vote, a server adopts the generation that would come.
        M31 "m31",
        /// A leader without a majority goes on, while votes are refused to others.
        M32 "m32",
        /// An older snapshot replaces a newer state.
        M40 "m40",
        /// A snapshot discards the entries behind it.
        M41 "m41",
        /// The generation of a snapshot's last entry is lost.
        M42 "m42",
        /// A snapshot leaves the sessions out.
        M44 "m44",
        /// An append that begins before the snapshot is taken for a conflict.
        M45 "m45",
        /// A bad record is cut off with all behind it, synced or not.
        M47 "m47",
        /// A repeated request is answered "done", whatever became of it.
        M62 "m62",
        /// A request of an expired session opens a new one.
        M64 "m64",
        /// The latest value is read without a round of heartbeats, as long as the last check found a majority.
        M68 "m68",
    }
}

/// Patterns whose rule holds for a whole life of the world: what is on the disks depends on them.
pub const FROM_START_OVER: [&str; 3] = ["log", "disk", "web-state"];

impl Rules {
    /// The rules in force that are not the right ones, as `pattern:value`.
    pub fn wrong(&self) -> Vec<String> {
        let right = Rules::default().in_force();
        let in_force = self.in_force();
        let differing = in_force.iter().zip(right).filter(|(now, right)| **now != *right);
        differing.map(|((pattern, value), _)| format!("{pattern}:{value}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_each_pattern_is_the_right_one_and_every_value_can_be_set() {
        for ((pattern, values), (_, right)) in Rules::table().into_iter().zip(Rules::default().in_force()) {
            assert_eq!(values[0], right, "{pattern}");
            for value in values {
                let mut rules = Rules::default();
                assert_eq!(rules.set(pattern, value), Ok(()));
                assert!(rules.in_force().contains(&(pattern, value)));
                assert_eq!(rules.wrong().is_empty(), value == right);
            }
        }
        assert_eq!(Rules::default().set("dedupe", "perhaps"), Err(UnknownRule));
        assert_eq!(Rules::default().set("luck", "on"), Err(UnknownRule));
    }
}
