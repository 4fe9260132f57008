//! The whole story, and a demo of each pattern in it: what a visitor might do in the sandbox, so short that a promise breaks within
//! seconds where the pattern is left out. The same clicks break none where it is not.
//!
//! A demo is a script like a lesson's, without pauses. It follows the right world, and the same commands are then given to the other one.

use crate::command::{Command, Timed};
use crate::node::{ClientId, Note, ServerId};
use crate::shop::Item;

use super::script::{NoSuchMoment, Step, resolve_in};
use super::signs::{A, B, C, CHEOLSU, D, E, YEONGHUI, beats, leads, learned, noted};
use super::{LessonId, Setup};

/// The seed of every demo.
const SEED: u32 = 5;

/// A demo of a pattern.
pub struct Demo {
    /// The rule that leaves the pattern out: the pattern's name and its wrong value.
    pub without: (&'static str, &'static str),
    /// The promise that breaks then.
    pub breaks: &'static str,
    /// The lesson whose world it is; none: that of the sandbox.
    pub world: Option<LessonId>,
    /// What is not as usual there, as [`crate::sim::Options::set`] takes it.
    pub options: &'static [(&'static str, u32)],
    /// What is done.
    script: fn() -> Vec<Step>,
}

/// The whole story: the patterns in their order, each but the first with its demo.
pub const STORY: [(LessonId, Option<Demo>); 10] = [
    (LessonId::SingleServer, None),
    (LessonId::StatelessWebServers, Some(WEB_STATE)),
    (LessonId::WriteAheadLog, Some(LOG)),
    (LessonId::LeaderAndFollowers, Some(WRITES)),
    (LessonId::Heartbeat, Some(VOTES)),
    (LessonId::GenerationClock, Some(GENERATION)),
    (LessonId::MajorityQuorum, Some(QUORUM)),
    (LessonId::HighWaterMark, Some(MARK)),
    (LessonId::UpdateQueue, Some(QUEUE)),
    (LessonId::IdempotentReceiver, Some(DEDUPE)),
];

impl Demo {
    /// The seed with which it is shown.
    pub const fn seed(&self) -> u32 {
        SEED
    }

    /// What is done, at its moments, in the world of that seed.
    pub fn commands(&self, seed: u32) -> Result<Vec<Timed>, NoSuchMoment> {
        let setup = Setup::of(self.world);
        let mut options = setup.options.clone();
        for (name, value) in self.options {
            options.set(name, *value).expect("an option of the table");
        }
        let world = setup.world(options, setup.rules, seed, |_, _| ());
        resolve_in(world, (self.script)()).map(|run| run.commands)
    }
}

/// A web server sells a sword and writes it into its own books; another one is asked what Cheolsu owns. No cluster has web servers, so
/// this is the world of the lesson, which the sandbox opens like its own.
const WEB_STATE: Demo = Demo {
    without: ("web-state", "in-web-servers"),
    breaks: "latest-is-latest",
    world: Some(LessonId::StatelessWebServers),
    options: &[],
    script: || {
        vec![
            Step::At(1_000),
            Step::Do(|_| buys_at(CHEOLSU, ServerId::web(1))),
            Step::After(learned),
            Step::Later(1_000),
            Step::Do(|_| Some(Command::View { client: CHEOLSU, server: Some(ServerId::web(2)) })),
        ]
    },
};

/// A single server, whose disk is slow, crashes when it has just carried out a purchase, which in place is half of the way: the money is
/// overwritten on the disk, the goods are not.
const LOG: Demo = Demo {
    without: ("log", "in-place"),
    breaks: "money-and-goods",
    world: None,
    options: &[("servers", 1), ("sync-ms", 500)],
    script: || {
        led_by_a(vec![
            Step::Do(|_| buys_at(CHEOLSU, A)),
            Step::After(|_, event| {
                noted(event, |note| matches!(note, Note::Applies { outcome: Some(_), .. }))
            }),
            Step::Later(250),
            Step::Do(|_| Some(Command::Crash { server: A })),
            Step::Later(2_000),
            Step::Do(|_| Some(Command::Restart { server: A })),
            // Alone it carries out its log as soon as it leads again; nobody need wait for its patience to end.
            Step::Later(1_000),
            Step::Do(|_| Some(Command::TimeOut { server: A })),
        ])
    },
};

/// Cheolsu buys on two servers at the same moment, and has money for one purchase.
const WRITES: Demo = Demo {
    without: ("writes", "any-server"),
    breaks: "same-order",
    world: None,
    options: &[("money", 10_000)],
    script: || led_by_a(vec![Step::Do(|_| buys_at(CHEOLSU, B)), Step::Do(|_| buys_at(CHEOLSU, D))]),
};

/// The leader crashes, and two servers that do not reach each other stand at the same moment, as soon as the others may believe that it is gone.
const VOTES: Demo = Demo {
    without: ("votes", "many"),
    breaks: "one-leader-per-generation",
    world: None,
    options: &[],
    script: || {
        led_by_a(vec![
            // Right behind a beat, so that all timers have just begun again.
            Step::After(beats),
            Step::Later(250),
            Step::Do(|_| Some(Command::CrashLeader)),
            Step::Do(|_| Some(Command::Cut { from: B, to: C, both: true })),
            Step::Later(2_950),
            Step::Do(|_| Some(Command::TimeOut { server: B })),
            Step::Do(|_| Some(Command::TimeOut { server: C })),
        ])
    },
};

/// The leader stands still for so long that another one is elected and sells a sword. Then it goes on, finds Yeonghui's wish, and still
/// believes that it leads. (A leader that is cut off would step down by itself.)
const GENERATION: Demo = Demo {
    without: ("generation", "ignored"),
    breaks: "same-order",
    world: None,
    options: &[],
    script: || {
        led_by_a(vec![
            Step::Do(|_| Some(Command::PauseServer { server: A })),
            Step::After(leads),
            Step::Later(1_000),
            Step::Do(|sim| buys_at(CHEOLSU, sim.leader()?)),
            Step::After(learned),
            Step::Later(500),
            Step::Do(|_| buys_at(YEONGHUI, A)),
            Step::Later(500),
            Step::Do(|_| Some(Command::ResumeServer { server: A })),
        ])
    },
};

/// The leader is cut off, sells a sword all the same, and crashes.
const QUORUM: Demo = Demo {
    without: ("quorum", "one"),
    breaks: "done-is-kept",
    world: None,
    options: &[],
    script: || {
        led_by_a(vec![
            Step::Do(|_| partition([vec![A], vec![B, C, D, E]])),
            Step::Do(|_| buys_at(CHEOLSU, A)),
            Step::Later(2_000),
            Step::Do(|_| Some(Command::Crash { server: A })),
        ])
    },
};

/// The leader writes a purchase to one follower only and crashes. The others elect a new one, and that follower comes back with an entry that
/// was never committed.
const MARK: Demo = Demo {
    without: ("mark", "blind"),
    breaks: "same-order",
    world: None,
    options: &[],
    script: || {
        led_by_a(vec![
            Step::Do(|_| partition([vec![A, D], vec![B, C, E]])),
            Step::Do(|_| buys_at(CHEOLSU, A)),
            Step::Later(1_000),
            Step::Do(|_| Some(Command::Crash { server: A })),
            Step::After(leads),
            Step::Later(1_500),
            Step::Do(|_| Some(Command::HealAll)),
        ])
    },
};

/// Cheolsu buys twice at the same moment, and has money for one purchase.
const QUEUE: Demo = Demo {
    without: ("queue", "many-writers"),
    breaks: "money-and-goods",
    world: None,
    options: &[("money", 10_000)],
    script: || led_by_a(vec![Step::Do(|_| buys_at(CHEOLSU, A)), Step::Do(|_| buys_at(CHEOLSU, A))]),
};

/// The answer to a purchase is lost, and the client asks again by itself.
const DEDUPE: Demo = Demo {
    without: ("dedupe", "off"),
    breaks: "at-most-once",
    world: None,
    options: &[],
    script: || {
        led_by_a(vec![
            Step::Do(|_| Some(Command::LoseAnswer { client: CHEOLSU })),
            Step::Do(|_| buys_at(CHEOLSU, A)),
        ])
    },
};

/// A is elected before the visitor's eyes, without much waiting; a second later this is done.
fn led_by_a(steps: Vec<Step>) -> Vec<Step> {
    let opening = vec![
        Step::At(500),
        Step::Do(|_| Some(Command::TimeOut { server: A })),
        Step::After(leads),
        Step::Later(1_000),
    ];
    [opening, steps].concat()
}

fn buys_at(client: ClientId, server: ServerId) -> Option<Command> {
    Some(Command::Buy { client, item: Item::LegendarySword, count: None, server: Some(server) })
}

fn partition<const GROUPS: usize>(groups: [Vec<ServerId>; GROUPS]) -> Option<Command> {
    Some(Command::Partition { groups: groups.to_vec(), customers: None })
}
