//! A driver as tests use it: with words, and with short ways to say what happens.

use playground::command::{Command, Refusal, Timed};
use playground::frame::{Account, ClientId, Frame, Line, Mark, MessageKind, ServerId, Track};
use playground::ordered::Map;
use playground::shop::Item;
use playground::time::Time;
use playground::wire::{Done, FromWorker, Start, ToWorker};
use playground::words::Words;
use playground::worker::driver::Driver;

pub const CHEOLSU: ClientId = ClientId::of_customer(1);

/// A running world; what the page would have collected of its lines.
pub struct World {
    driver: Driver,
    newest: Option<Frame>,
    pub lines: Vec<Line>,
}

impl World {
    pub fn new(seed: u32) -> World {
        World::start(Start { seed, ..Start::default() })
    }

    pub fn start(start: Start) -> World {
        let mut world = World { driver: Driver::new(), newest: None, lines: Vec::new() };
        world.ask(ToWorker::Load(start));
        world
    }

    pub fn ask(&mut self, request: ToWorker) -> Done {
        let FromWorker::Done(done) = self.driver.receive(request) else {
            panic!("a request other than Advance is answered by Done")
        };
        self.take(done.frame.clone());
        done
    }

    /// What was done in the run.
    pub fn commands(&self) -> Vec<Timed> {
        self.driver.commands().to_vec()
    }

    /// What the slider shows of the whole run.
    pub fn marks(&mut self) -> Vec<Mark> {
        self.track().run
    }

    /// That, and the future that was replaced.
    pub fn track(&mut self) -> Track {
        let FromWorker::Marks(track) = self.driver.receive(ToWorker::Marks) else {
            panic!("Marks is answered by Marks")
        };
        track
    }

    /// Lets time pass to a moment, in milliseconds.
    pub fn advance(&mut self, to_ms: i64) {
        match self.driver.receive(ToWorker::Advance { to: Time::from_ms(to_ms) }) {
            FromWorker::Frame(frame) => self.take(frame),
            FromWorker::Still { at } => self.newest.as_mut().expect("something was loaded").at = at,
            other => panic!("Advance is answered by Frame or Still, not {other:?}"),
        }
    }

    fn take(&mut self, frame: Frame) {
        if frame.lines_anew {
            self.lines.clear();
        }
        self.lines.extend(frame.lines.iter().cloned());
        self.newest = Some(frame);
    }

    /// The world as the page would show it now.
    pub fn frame(&self) -> Frame {
        self.newest.clone().expect("something was loaded")
    }

    /// The link's share string of this moment.
    pub fn share(&mut self) -> String {
        let FromWorker::Shared { share, .. } = self.driver.receive(ToWorker::Share) else {
            panic!("Share is answered by Shared")
        };
        share.expect("it fits into a link")
    }

    /// Opens a shared run; gives what it starts from.
    pub fn open(&mut self, share: String) -> Start {
        let FromWorker::Opened { start, done, .. } = self.driver.receive(ToWorker::Open { share }) else {
            panic!("it can be read")
        };
        self.take(done.frame);
        start
    }

    pub fn hash(&mut self) -> String {
        self.ask(ToWorker::Tell).hash
    }

    pub fn try_act(&mut self, command: Command) -> Result<(), Refusal> {
        self.ask(ToWorker::Do(command)).refused.map_or(Ok(()), Err)
    }

    pub fn act(&mut self, command: Command) {
        assert_eq!(self.try_act(command.clone()), Ok(()), "{command:?}");
    }

    pub fn buy(&mut self) {
        self.act(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None });
    }

    pub fn retry(&mut self) {
        self.act(Command::Retry { client: CHEOLSU });
    }

    /// Lets time pass, a hundredth of a second at a time, until something is so; at most a simulated minute.
    pub fn until(&mut self, mut so: impl FnMut(&Frame) -> bool) -> Frame {
        for _ in 0..6_000 {
            let frame = self.frame();
            if so(&frame) {
                return frame;
            }
            self.advance(frame.at.ms() + 10);
        }
        panic!("it did not come to pass within a simulated minute:\n{}", self.story());
    }

    pub fn until_led(&mut self) -> ServerId {
        let frame = self.until(|frame| leader(frame).is_some());
        leader(&frame).expect("just found")
    }

    pub fn until_answered(&mut self, number: u64) -> Frame {
        self.until(|frame| {
            let request = frame.clients[0].requests.iter().find(|request| request.number == number);
            request.is_some_and(|request| !request.waiting && request.answer.is_some())
        })
    }

    /// Waits for a message of that kind and takes it away.
    pub fn drop_next(&mut self, kind: MessageKind) {
        let frame = self.until(|frame| frame.packets.iter().any(|packet| packet.kind == kind));
        let packet = frame.packets.iter().find(|packet| packet.kind == kind).expect("just found");
        self.act(Command::Drop { message: packet.id });
    }

    /// The event list in English.
    pub fn story(&self) -> String {
        let words = words("en");
        self.lines
            .iter()
            .map(|line| format!("{} {}\n", line.at, words.fill(&line.text, &line.args)))
            .collect()
    }
}

/// The one server that leads the newest generation and is known to the others, if there is one.
pub fn leader(frame: &Frame) -> Option<ServerId> {
    use playground::frame::Role;
    let leaders = frame.servers.iter().filter(|server| server.role == Role::Leader);
    leaders.max_by_key(|server| server.generation).map(|server| server.id)
}

/// Cheolsu's account on every server that is up.
pub fn cheolsu(frame: &Frame) -> Vec<&Account> {
    frame.accounts.iter().filter(|account| account.owner == "Cheolsu").collect()
}

/// The texts of a language, as the pages carry them.
pub fn words(lang: &str) -> Words {
    let mut texts = Map::new();
    let folder = format!("{}/words/{lang}", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(folder).expect("the words are there") {
        let text = std::fs::read_to_string(file.expect("readable").path()).expect("readable");
        let table: toml::Table = toml::from_str(&text).expect("words are TOML");
        flatten("", &table, &mut texts);
    }
    Words::new(texts)
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut Map<String, String>) {
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => flatten(&format!("{prefix}{key}."), inner, texts),
            toml::Value::String(text) => drop(texts.insert(format!("{prefix}{key}"), text.clone())),
            other => panic!("{prefix}{key} is no text: {other}"),
        }
    }
}

/// A list of commands with their moments in milliseconds.
pub fn timed(commands: &[(i64, Command)]) -> Vec<Timed> {
    commands.iter().map(|(ms, command)| Timed { at: Time::from_ms(*ms), command: command.clone() }).collect()
}
