//! What the page knows, and the one thing a component may do: a [`Click`].

use leptos::prelude::*;

use crate::command::Command;
use crate::frame::{ClientId, Frame, Line, ServerId, Track};
use crate::scene::inspect::Chosen;
use crate::scene::narrate::Verbosity;
use crate::shop::Item;
use crate::time::Time;
use crate::words::{Args, Words};

use super::demo::Demo;
use super::settings::Settings;
use super::share::Shared;

/// What a visitor did, whatever by: mouse, key, touch. Carried out by the playhead and the link.
#[derive(Clone, Debug, PartialEq)]
pub enum Click {
    /// Let time run.
    Play,
    /// Let time stand.
    Pause,
    /// To the next line of the event list; pauses.
    Step,
    /// To the previous line; pauses.
    Back,
    /// To the next key event; pauses.
    NextKey,
    /// To the key event before; pauses.
    PreviousKey,
    /// Take back the last action.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// To that moment.
    Seek(Time),
    /// To the position right after that line.
    GoTo(u64),
    /// Look at the places of the logs from there on, or at the newest ones again.
    Columns(Option<u64>),
    /// Look at what is on that server's disk, or at no disk any more.
    Disk(Option<ServerId>),
    /// Simulated seconds a second.
    Speed(f64),
    /// A new run with the same start.
    StartOver,
    /// A new run with another rule from its start.
    StartWithRule(String, String),
    /// A new run with so many servers.
    StartWithServers(u8),
    /// A guided run of the lesson, the one of that number, from its beginning.
    Guide(u8),
    /// A run of the visitor's own in the world of the lesson, from its beginning.
    Free,
    /// A guided run again, the one of that number, with the same run under another rule beside it.
    Beside(u8, (String, String)),
    /// Only the right world again.
    Alone,
    /// Offer this moment to be shared; pauses.
    Share,
    /// Make ready what is printed below the picture.
    PreparePaper,
    /// The run that a file holds; none when it holds no run for sure.
    OpenFile(Option<String>),
    /// Do this to the world.
    Do(Command),
}

/// Everything that is on screen, in signals. Cheap to copy; handed to components as a prop.
#[derive(Clone, Copy)]
pub struct Store {
    /// The texts of the page's language.
    pub words: StoredValue<Words>,
    /// What the address asks for.
    pub settings: StoredValue<Settings>,
    /// The newest frame; none until the worker has sent the first.
    pub frame: RwSignal<Option<Frame>>,
    /// The event list, oldest first.
    pub lines: RwSignal<Vec<Line>>,
    /// The same moment under another rule, while it is looked at beside this one.
    pub twin: RwSignal<Option<Frame>>,
    /// What the other rule does, in a sentence.
    pub twin_harm: RwSignal<String>,
    /// What the slider shows of the whole run.
    pub marks: RwSignal<Track>,
    /// Time runs (or will as soon as the page is visible).
    pub playing: RwSignal<bool>,
    /// Simulated seconds a second.
    pub speed: RwSignal<f64>,
    /// The customer on whose behalf Buy and Retry ask.
    pub client: RwSignal<ClientId>,
    /// What Buy buys.
    pub item: RwSignal<Item>,
    /// What the visitor looks at more closely.
    pub chosen: RwSignal<Option<Chosen>>,
    /// The demo that is open.
    pub demo: RwSignal<Option<Demo>>,
    /// What is being shared.
    pub shared: RwSignal<Option<Shared>>,
    /// What is printed below the picture; none while time runs.
    pub paper: RwSignal<Option<Shared>>,
    /// All of the program is here: what nobody needs first can be put in.
    pub complete: RwSignal<bool>,
    /// The menu with theme and keys is open.
    pub view_open: RwSignal<bool>,
    /// Single letters are heard as keys.
    pub letters: RwSignal<bool>,
    /// How much the narration tells.
    pub verbosity: RwSignal<Verbosity>,
    /// How often the visitor has acted: what follows is told at once.
    pub acted: RwSignal<u64>,
    /// What the visitor should know now, such as why something was refused.
    pub notice: RwSignal<Option<String>>,
    /// Where clicks go; set once by [`super::playhead`].
    pub(super) clicks: StoredValue<Option<Callback<Click>>>,
    /// Who moves things on each animation frame while time runs, and once after each new frame; set by the stage.
    pub(super) motion: StoredValue<Option<Callback<Time>>>,
    /// The same for the world beside it.
    pub(super) twin_motion: StoredValue<Option<Callback<Time>>>,
}

impl Store {
    /// An empty page.
    pub fn new(words: Words, settings: Settings) -> Store {
        let speed = settings.speed;
        Store {
            words: StoredValue::new(words),
            settings: StoredValue::new(settings),
            frame: RwSignal::new(None),
            lines: RwSignal::new(Vec::new()),
            twin: RwSignal::new(None),
            twin_harm: RwSignal::default(),
            marks: RwSignal::default(),
            playing: RwSignal::new(false),
            speed: RwSignal::new(speed),
            client: RwSignal::new(ClientId::of_customer(1)),
            item: RwSignal::new(Item::LegendarySword),
            chosen: RwSignal::new(None),
            demo: RwSignal::new(None),
            shared: RwSignal::new(None),
            paper: RwSignal::new(None),
            complete: RwSignal::new(false),
            view_open: RwSignal::new(false),
            letters: RwSignal::new(true),
            verbosity: RwSignal::default(),
            acted: RwSignal::new(0),
            notice: RwSignal::new(None),
            clicks: StoredValue::new(None),
            motion: StoredValue::new(None),
            twin_motion: StoredValue::new(None),
        }
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> String {
        self.words.with_value(|words| words.text(key).to_string())
    }

    /// The text of a key with its arguments.
    pub fn fill(&self, key: &str, args: &Args) -> String {
        self.words.with_value(|words| words.fill(key, args))
    }

    /// Does what the visitor wants.
    pub fn click(&self, click: Click) {
        if let Some(carry_out) = self.clicks.get_value() {
            carry_out.run(click);
        }
    }

    /// The world beside this one as a store of its own: it shows the same moment, and takes no clicks.
    pub fn beside(&self) -> Store {
        Store {
            frame: self.twin,
            motion: self.twin_motion,
            chosen: RwSignal::new(None),
            clicks: StoredValue::new(None),
            ..*self
        }
    }

    /// Names who moves the things in flight: called with the moment to be drawn.
    pub fn on_motion(&self, mover: Callback<Time>) {
        self.motion.set_value(Some(mover));
    }
}
