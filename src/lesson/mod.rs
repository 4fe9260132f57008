//! The lessons. A lesson is one file: the world it starts in, the script of its guided run, its wrong worlds, its question and its
//! challenge; what it says stands in `words/`, a file a lesson and language.
//!
//! Nothing is staged. A script gives commands to the world, as a visitor would, and names the moments at which the run pauses; what
//! happens between them is up to the simulation.

mod demo;
mod generation_clock;
mod goal;
mod heartbeat;
mod high_water_mark;
mod idempotent_receiver;
mod leader_and_followers;
mod majority_quorum;
mod script;
mod signs;
mod single_server;
mod stateless_web_servers;
mod update_queue;
mod write_ahead_log;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::command::{Command, Timed};
use crate::node::{ClientId, Place, Rules, ServerId};
use crate::sim::{Options, Sim, TraceEvent};
use crate::time::{Span, StoryClock, Time};

pub use demo::{Demo, STORY};
pub use goal::Goal;
pub use script::{Guided, NoSuchMoment, STOPS_MAX, Step, resolve, resolve_part};
pub use update_queue::until_all_are_committed;

macro_rules! lessons {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// A lesson, one a pattern, in their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum LessonId {
            $(#[doc = $doc] $variant,)*
        }

        impl LessonId {
            /// Every lesson, in order.
            pub const ALL: &'static [LessonId] = &[$(LessonId::$variant,)*];

            /// The name in addresses and messages.
            pub const fn name(self) -> &'static str {
                match self {
                    $(LessonId::$variant => $name,)*
                }
            }
        }
    };
}

lessons! {
    SingleServer "single-server" "1: the limits of a single server.",
    StatelessWebServers "stateless-web-servers" "2: business logic apart from data.",
    WriteAheadLog "write-ahead-log" "3: write-ahead log.",
    LeaderAndFollowers "leader-and-followers" "4: leader and followers.",
    Heartbeat "heartbeat" "5: heartbeat and leader election.",
    GenerationClock "generation-clock" "6: generation clock.",
    MajorityQuorum "majority-quorum" "7: majority quorum.",
    HighWaterMark "high-water-mark" "8: high-water mark.",
    UpdateQueue "update-queue" "9: singular update queue.",
    IdempotentReceiver "idempotent-receiver" "10: idempotent receiver.",
}

impl LessonId {
    /// The seed with which its story comes out as it is told.
    pub const fn seed(self) -> u32 {
        match self {
            // The Sword arrives before the Shield.
            LessonId::LeaderAndFollowers => 33,
            // B is elected; and at the end, C before B notices.
            LessonId::GenerationClock => 36,
            // B stands first and is elected at once; later two stand, nobody wins, and a third one is elected.
            LessonId::Heartbeat => 12,
            _ => 5,
        }
    }

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// Everything about a lesson but its words.
pub struct Lesson {
    /// Which one.
    pub id: LessonId,
    /// The world it starts in.
    pub setup: fn() -> Setup,
    /// The guided run.
    pub script: fn() -> Vec<Step>,
    /// How fast the run goes up to each of its pauses, in simulated seconds a second; the last one holds for the rest.
    pub pace: &'static [&'static str],
    /// The question before the run.
    pub predict: &'static [Choice],
    /// The rules that can be put beside the right ones, and the promise that each breaks in the guided run.
    pub wrong: &'static [WrongWorld],
    /// A second guided run, for what does not fit into one.
    pub second: Option<Part>,
    /// Watches for the challenge.
    pub goal: fn() -> Goal,
    /// In how few actions the challenge can be done.
    pub par: u32,
    /// Where its pattern stands in the sources, below `src/`.
    pub code: &'static [&'static str],
    /// Systems whose documentation shows the pattern: a name, which is also the end of its word key, and an address.
    pub used: &'static [(&'static str, &'static str)],
    /// Words that it takes for known, by their keys in the glossary.
    pub terms: &'static [&'static str],
    /// What to read: a title and an address.
    pub sources: &'static [(&'static str, &'static str)],
}

/// A guided run in the world of a lesson.
#[derive(Clone, Copy)]
pub struct Part {
    /// What it does, and where it pauses.
    pub script: fn() -> Vec<Step>,
    /// How fast it goes, as in [`Lesson::pace`].
    pub pace: &'static [&'static str],
    /// The rules that can be put beside the right ones in it.
    pub wrong: &'static [WrongWorld],
}

/// An answer to the question of a lesson. Its words are `<lesson>.predict.<name>`, and `…-why` for what is to be said to it. The right
/// one is named `right`.
pub struct Choice {
    /// The end of its word key: the name of the misconception, `right` for the right one.
    pub name: &'static str,
    /// The wrong world in which it would be true; none for the right one, and in a lesson without wrong worlds.
    pub world: Option<(&'static str, &'static str)>,
}

/// A wrong rule and the promise that it breaks.
pub struct WrongWorld {
    /// The pattern.
    pub pattern: &'static str,
    /// Its wrong value.
    pub value: &'static str,
    /// The promise; none where the harm is something else, which the lesson's words name.
    pub breaks: Option<&'static str>,
}

impl Lesson {
    /// The lessons that there are so far.
    pub const ALL: &'static [Lesson] = &[
        single_server::LESSON,
        stateless_web_servers::LESSON,
        write_ahead_log::LESSON,
        leader_and_followers::LESSON,
        heartbeat::LESSON,
        generation_clock::LESSON,
        majority_quorum::LESSON,
        high_water_mark::LESSON,
        update_queue::LESSON,
        idempotent_receiver::LESSON,
    ];

    /// A lesson.
    pub fn of(id: LessonId) -> Option<&'static Lesson> {
        Lesson::ALL.iter().find(|lesson| lesson.id == id)
    }

    /// Its guided runs: one, or two.
    pub fn parts(&self) -> impl Iterator<Item = Part> + use<> {
        let first = Part { script: self.script, pace: self.pace, wrong: self.wrong };
        [first].into_iter().chain(self.second)
    }

    /// The number of the part, from 0, in which that wrong world is looked at.
    pub fn part_of(&self, (pattern, value): (&str, &str)) -> usize {
        let is_it = |wrong: &WrongWorld| (wrong.pattern, wrong.value) == (pattern, value);
        self.parts().position(|part| part.wrong.iter().any(is_it)).unwrap_or(0)
    }
}

/// What a lesson has measured in its world, for a chart. Its words are `<lesson>.figure.<name>-title`, `-x` and `-y`, and
/// `<lesson>.figure.<curve>` for each curve.
pub struct Figure {
    /// The beginning of its word keys.
    pub name: &'static str,
    /// Whether the axes, first the one to the right, go by powers of ten.
    pub by_tens: (bool, bool),
    /// What was measured.
    pub curves: Vec<Curve>,
}

/// Points that belong together.
pub struct Curve {
    /// The end of its word key.
    pub name: &'static str,
    /// Where they lie, in the units that the words of the axes name.
    pub points: Vec<(f64, f64)>,
    /// They were worked out, not measured.
    pub is_theory: bool,
}

/// The figures of a lesson, measured now.
pub fn figures(id: LessonId) -> Vec<Figure> {
    match id {
        LessonId::SingleServer => single_server::figures(),
        LessonId::StatelessWebServers => stateless_web_servers::figures(),
        LessonId::UpdateQueue => update_queue::figures(),
        _ => Vec::new(),
    }
}

impl fmt::Display for LessonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for LessonId {
    type Err = String;

    fn from_str(text: &str) -> Result<LessonId, String> {
        let found = LessonId::ALL.iter().find(|lesson| lesson.name() == text);
        found.copied().ok_or_else(|| format!("no lesson is named {text:?}"))
    }
}

/// The world that a lesson (or home and sandbox) starts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What the world is like.
    pub options: Options,
    /// The rules that the lesson begins with: the right ones, unless it leaves one out to show another. A guided run is written for
    /// them, and what they differ in is named as the lesson's own choice.
    pub rules: Rules,
    /// The clock of its story, if it has one.
    pub story: Option<StoryClock>,
    /// Links whose messages take exactly so long.
    pub delays: Vec<(Place, Place, Span)>,
    /// When its servers start: before zero when there is a prelude.
    pub begin: Time,
    /// What is done before the first shown moment.
    pub prelude: Vec<Timed>,
    /// Clients whose session is open by then: it was opened at [`SESSIONS_OPEN`].
    pub sessions: Vec<ClientId>,
}

/// When the sessions of a prelude are opened: late enough for a leader, early enough to be committed when the run begins.
const SESSIONS_OPEN: Time = Time::from_ms(-1_500);

impl Default for Setup {
    /// Home and sandbox: the first leader is elected before the visitor's eyes.
    fn default() -> Setup {
        Setup {
            options: Options::default(),
            rules: Rules::default(),
            story: None,
            delays: Vec::new(),
            begin: Time::ZERO,
            prelude: Vec::new(),
            sessions: Vec::new(),
        }
    }
}

impl Setup {
    /// The world of a lesson; without one, that of home and sandbox.
    pub fn of(lesson: Option<LessonId>) -> Setup {
        lesson.and_then(Lesson::of).map_or_else(Setup::default, |lesson| (lesson.setup)())
    }

    /// The world behind its prelude, at the first shown moment; `see` is told what happened before.
    pub fn world(
        &self,
        options: Options,
        rules: Rules,
        seed: u32,
        mut see: impl FnMut(&Sim, &TraceEvent),
    ) -> Sim {
        let mut sim = Sim::new(options, rules, seed, self.begin);
        for (from, to, delay) in &self.delays {
            sim.set_delay(*from, *to, *delay);
        }
        let (early, late) =
            self.prelude.split_at(self.prelude.partition_point(|timed| timed.at < SESSIONS_OPEN));
        act_before(&mut sim, early, &mut see);
        if !self.sessions.is_empty() {
            run_before(&mut sim, SESSIONS_OPEN, &mut see);
        }
        for client in &self.sessions {
            if let Some(event) = sim.open_session(*client) {
                see(&sim, &event);
            }
        }
        act_before(&mut sim, late, &mut see);
        run_before(&mut sim, Time::ZERO, &mut see);
        sim.pass_to(Time::ZERO);
        sim
    }
}

fn act_before(sim: &mut Sim, prelude: &[Timed], see: &mut impl FnMut(&Sim, &TraceEvent)) {
    for timed in prelude {
        run_before(sim, timed.at, see);
        // What a wrong rule makes impossible is passed over.
        if let Ok(event) = sim.execute(&timed.command) {
            see(sim, &event);
        }
    }
}

/// Everything before a moment.
fn run_before(sim: &mut Sim, moment: Time, see: &mut impl FnMut(&Sim, &TraceEvent)) {
    while sim.next_due().is_some_and(|due| due < moment) {
        if let Some(event) = sim.step() {
            see(sim, &event);
        }
    }
    sim.pass_to(moment);
}

/// Server A stands first, and leads from about two and a half seconds before the first shown moment on; its beats fall on whole
/// seconds from zero on: until then it beats more slowly, so that its next beat can be brought to that moment.
pub(crate) fn led_by_a(options: Options) -> Setup {
    let (begin, pace) = (Time::from_ms(-3_000), options.heartbeat.us() / 1_000);
    let quick = Command::Pace { heartbeat_ms: Some(pace as u32), election_ms: None, sync_ms: None };
    Setup {
        options: Options { heartbeat: Span::from_ms(2_500), ..options },
        begin,
        prelude: vec![
            Timed { at: begin, command: Command::TimeOut { server: ServerId::new(0) } },
            Timed { at: Time::ZERO - options.heartbeat, command: quick },
        ],
        ..Setup::default()
    }
}
