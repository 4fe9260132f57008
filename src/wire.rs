//! The two messages between the page and the worker, their version, and their form on the way.
//!
//! They travel as bytes: page and worker are of one build, so the form needs neither names nor a version. As objects by name they made
//! the two programs 99 KB larger (gzip).
//!
//! The worker speaks first ([`FromWorker::Hello`]); after that it only answers. Each [`ToWorker`] is answered by exactly one
//! [`FromWorker`], in order. The page has at most one [`ToWorker::Advance`] under way.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::command::{Command, Refusal, Timed};
use crate::frame::{Frame, Track};
use crate::lesson::LessonId;
use crate::node::ServerId;
use crate::time::Time;

/// The version of the release.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The name of the build, after its sources; page and worker of different builds must not talk.
pub const BUILD: &str = env!("PLAYGROUND_BUILD");

/// A message on its way.
pub fn pack(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("messages are plain values of known length")
}

/// A message that has arrived.
///
/// # Errors
/// When the bytes are none of it: one of the two is not of this build.
pub fn unpack<Message: DeserializeOwned>(bytes: &[u8]) -> Result<Message, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToWorker {
    /// A new run, from its beginning. Answered by `Done`.
    Load(Start),
    /// The run that a link carries. Answered by `Opened`, or `Unreadable`; then nothing has changed.
    Open {
        /// The share string.
        share: String,
    },
    /// The run that was saved as a file, which may be longer than a link's. Answered like `Open`.
    OpenFile {
        /// What the file holds.
        text: String,
    },
    /// Let the world go on to this moment. Answered by `Frame`, or `Still` when nothing visible has changed.
    Advance {
        /// The moment; one that has passed changes nothing.
        to: Time,
    },
    /// Do this now. Acting in the past gives up the old future. Answered by `Done`.
    Do(Command),
    /// Go to the next line of the event list. Answered by `Done`.
    Step,
    /// Go to the previous line of the event list. Answered by `Done`.
    Back,
    /// Go to the state after everything due at that moment. Answered by `Done`.
    Seek {
        /// The moment.
        at: Time,
    },
    /// Go to the position right after a line of the event list. Answered by `Done`.
    SeekLine {
        /// The line's number.
        happened: u64,
    },
    /// Go to the next key event (a crash, an election, a commit, an answer, …). Answered by `Done`.
    NextKey,
    /// Go to the key event before. Answered by `Done`.
    PreviousKey,
    /// Take back the last action, and go to where it was done; the future that it replaced comes back. Answered by `Done`.
    Undo,
    /// Do again what was taken back last. Answered by `Done`.
    Redo,
    /// Look at the same run under another rule too, or not any more. Answered by `Done`.
    Compare {
        /// The pattern and its value.
        rule: Option<(String, String)>,
    },
    /// Tell the whole state. Answered by `Done`.
    Tell,
    /// Look at the places of the logs from there on, or at the newest ones again. Answered by `Done`.
    Columns {
        /// The first of them, from 1.
        first: Option<u64>,
    },
    /// Look at what is on that server's disk, or at no disk any more. Answered by `Done`.
    Disk {
        /// Whose.
        of: Option<ServerId>,
    },
    /// Tell the share string of the run at this moment. Answered by `Shared`.
    Share,
    /// Tell what the slider shows of the whole run. Answered by `Marks`.
    Marks,
}

/// What a run starts from. A run is a pure function of this and the engine's version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The lesson; absent for home and sandbox.
    pub lesson: Option<LessonId>,
    /// All chance comes from it; a lesson has one of its own ([`LessonId::seed`]).
    pub seed: u32,
    /// How many servers, 1 to 9; absent: the lesson's, or five.
    pub servers: Option<u8>,
    /// Rules other than the lesson's, as pattern and value.
    pub rules: Vec<(String, String)>,
    /// Options other than the lesson's, by their names in the table of options. The number of servers is told above.
    pub options: Vec<(String, u32)>,
    /// It is a guided run of the lesson, the one of that number, from 0: what was done is what the script of that part does.
    pub guided: Option<u8>,
    /// What was done, at its moments, which do not fall.
    pub commands: Vec<Timed>,
    /// Where to stand afterwards.
    pub at: Time,
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromWorker {
    /// The first word: who speaks.
    Hello {
        /// [`BUILD`] of the worker.
        build: String,
        /// The version of the simulation: raised whenever a committed hash changes.
        engine: u32,
    },
    /// The world at the moment that was asked for.
    Frame(Frame),
    /// Nothing visible has changed up to this moment.
    Still {
        /// The moment.
        at: Time,
    },
    /// Something was done, or was refused and changed nothing.
    Done(Done),
    /// A shared run stands at its moment.
    Opened {
        /// What it starts from, without what was done in it.
        start: Start,
        /// The version of the simulation that it was made with; another one may come out differently.
        engine: u32,
        /// The world now.
        done: Done,
    },
    /// What a link to this moment carries, and what a file does.
    Shared {
        /// The share string; absent when the run is too much for a link.
        share: Option<String>,
        /// The same without a link's limits, to be saved as a file.
        file: Option<String>,
    },
    /// Not a share string that this release can read.
    Unreadable {
        /// The reason, by the end of its word key.
        reason: String,
    },
    /// The moments that matter of the whole run, as far as it has gone.
    Marks(Track),
}

/// The answer to almost everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Why it was not done; absent when it was.
    pub refused: Option<Refusal>,
    /// The state hash, 16 hexadecimal digits.
    pub hash: String,
    /// The seed of the run.
    pub seed: u32,
    /// The world now.
    pub frame: Frame,
}
