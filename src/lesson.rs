//! The lessons: their names, and the world each one starts in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::command::{Command, Timed};
use crate::node::ServerId;
use crate::sim::Options;
use crate::time::Time;

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
        5
    }

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self as u8 + 1
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
    /// When its servers start: before zero when there is a prelude.
    pub begin: Time,
    /// What is done before the first shown moment.
    pub prelude: Vec<Timed>,
}

impl Setup {
    /// The world of a lesson; without one, that of home and sandbox, which elects its first leader before the visitor's eyes.
    pub fn of(lesson: Option<LessonId>) -> Setup {
        match lesson {
            Some(LessonId::Heartbeat) => Setup::led_by_a(),
            _ => Setup { options: Options::default(), begin: Time::ZERO, prelude: Vec::new() },
        }
    }

    /// Server A stands first, and leads when the lesson begins.
    fn led_by_a() -> Setup {
        let begin = Time::from_ms(-5_000);
        let prelude = vec![Timed { at: begin, command: Command::TimeOut { server: ServerId::new(0) } }];
        Setup { options: Options::default(), begin, prelude }
    }
}
