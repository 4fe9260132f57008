//! Replays a shared run as text: `replay <share string, link or file>`.
//!
//! Prints what the run starts from, the event list up to the moment that it was shared at, and what became of each promise. Ends with
//! 1 when a promise was broken and with 2 when there is nothing to replay.

#[cfg(not(target_arch = "wasm32"))]
#[path = "../site/texts.rs"]
#[expect(dead_code, reason = "the texts as JSON are for the pages")]
mod texts;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    match replay::run() {
        Ok(replay::Ending::Kept) => std::process::ExitCode::SUCCESS,
        Ok(replay::Ending::Broken) => std::process::ExitCode::from(1),
        Err(error) => {
            eprintln!("replay: {error}");
            std::process::ExitCode::from(2)
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// An error is a sentence for whoever asked.
#[cfg(not(target_arch = "wasm32"))]
type Result<T> = std::result::Result<T, String>;

#[cfg(not(target_arch = "wasm32"))]
mod replay {
    use std::fs;
    use std::io::{self, ErrorKind, Write as _};
    use std::path::Path;

    use lexopt::prelude::*;

    use playground::frame::{Frame, Line, Verdict};
    use playground::share::{self, Shared};
    use playground::time::{Span, Time};
    use playground::wire::{FromWorker, Start, ToWorker};
    use playground::words::Words;
    use playground::worker::driver::Driver;

    use super::{Result, texts};

    const USAGE: &str = "replay <share string, link or file>";

    /// How far the world goes between two looks at its lines.
    const STEP: Span = Span::from_ms(1_000);

    /// What became of the promises.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Ending {
        /// None was broken, or help was asked for.
        Kept,
        /// At least one was broken.
        Broken,
    }

    /// Replays what the command line names.
    pub fn run() -> Result<Ending> {
        let Some(source) = argument()? else { return print(&format!("{USAGE}\n"), Ending::Kept) };
        let shared = read(&source)?;
        let words = english()?;
        let (lines, last) = play(shared.start.clone())?;
        let broken = last.promises.iter().any(|promise| promise.verdict == Verdict::Broken);
        let told: String = lines.iter().map(|line| told(line, &words)).collect();
        let report = format!("{}\n{told}\n{}", header(&shared, &last), verdicts(&last, &words));
        print(&report, if broken { Ending::Broken } else { Ending::Kept })
    }

    /// The one argument; nothing when help is asked for.
    fn argument() -> Result<Option<String>> {
        let mut parser = lexopt::Parser::from_env();
        let mut source = None;
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Value(value) if source.is_none() => source = Some(value.to_string_lossy().into_owned()),
                other => return Err(format!("{}; use {USAGE}", other.unexpected())),
            }
        }
        source.map(Some).ok_or(format!("there is nothing to replay; use {USAGE}"))
    }

    /// A file has no limits; a link has those of a link. Of a whole address only what follows `s=` matters.
    fn read(source: &str) -> Result<Shared> {
        let file = Path::new(source);
        if file.is_file() {
            let text = fs::read_to_string(file).map_err(|error| format!("{source}: {error}"))?;
            return share::open(text.trim()).map_err(|reason| format!("{source}: {reason}"));
        }
        let share = source.rsplit_once("#s=").map_or(source, |(_, share)| share);
        share::decode(share.trim()).map_err(|reason| reason.to_string())
    }

    fn english() -> Result<Words> {
        let languages = texts::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/words")))?;
        let english = languages.into_iter().find(|language| language.lang == "en");
        Ok(english.ok_or("there are no English words")?.words)
    }

    /// Plays a run up to its moment, and collects its event list and the last frame.
    fn play(start: Start) -> Result<(Vec<Line>, Frame)> {
        let (mut driver, until) = (Driver::new(), start.at);
        // From the beginning in steps: after a jump the driver tells only the latest lines.
        let first = frame_of(driver.receive(ToWorker::Load(Start { at: Time::ZERO, ..start })))?;
        let (mut lines, mut now) = (first.lines, Time::ZERO);
        while now < until {
            now = until.min(now + STEP);
            if let FromWorker::Frame(frame) = driver.receive(ToWorker::Advance { to: now }) {
                lines.extend(frame.lines);
            }
        }
        Ok((lines, frame_of(driver.receive(ToWorker::Tell))?))
    }

    fn frame_of(answer: FromWorker) -> Result<Frame> {
        match answer {
            FromWorker::Done(done) => Ok(done.frame),
            other => Err(format!("the simulation answered out of turn: {other:?}")),
        }
    }

    fn header(shared: &Shared, last: &Frame) -> String {
        let Shared { engine, start } = shared;
        let lesson = start.lesson.map_or("sandbox", |lesson| lesson.name());
        let rules = if last.wrong.is_empty() { "all right".to_string() } else { last.wrong.join(" ") };
        let options: String = start.options.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
        format!(
            "engine {engine}{}\nlesson {lesson}\nseed {}\nservers {}\nrules {rules}\n{options}actions {}\n",
            other_engine(*engine),
            start.seed,
            last.servers.len(),
            start.commands.len(),
        )
    }

    fn other_engine(engine: u32) -> String {
        match playground::sim::ENGINE {
            ours if ours == engine => String::new(),
            ours => format!(" (replayed by engine {ours}: it may come out differently)"),
        }
    }

    fn told(line: &Line, words: &Words) -> String {
        format!("{} {}\n", line.at, words.fill(&line.text, &line.args))
    }

    fn verdicts(last: &Frame, words: &Words) -> String {
        let verdict = |promise: &playground::frame::Promise| {
            let key = format!("promise.{}", promise.name);
            match (promise.verdict, promise.broken_at) {
                (Verdict::Kept, _) => format!("kept     {}\n", words.text(&key)),
                (Verdict::Waiting, _) => format!("waiting  {}\n", words.text(&key)),
                (Verdict::Broken, at) => {
                    let at = at.map(|at| format!(" (at {at})")).unwrap_or_default();
                    format!("broken   {}{at}\n", words.text(&key))
                }
            }
        };
        last.promises.iter().map(verdict).collect()
    }

    /// A reader that has seen enough (`| head`) is no error.
    fn print(text: &str, ending: Ending) -> Result<Ending> {
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
            _ => Ok(ending),
        }
    }
}
