//! Prints a run as text: what it starts from, the event list up to the moment that it was shared at, and what became of each promise.

use std::fs;
use std::path::Path;

use playground::frame::{Frame, Line, Verdict};
use playground::share::{self, Shared};
use playground::time::{Span, Time};
use playground::wire::{FromWorker, Start, ToWorker};
use playground::words::Words;
use playground::worker::driver::Driver;

use crate::{Ending, Result, print, texts};

/// How far the world goes between two looks at its lines.
const STEP: Span = Span::from_ms(1_000);

/// Replays what a share string, a link or a file holds.
pub fn replay(source: &str) -> Result<Ending> {
    let shared = read(source)?;
    let words = english()?;
    let (lines, last) = play(shared.start.clone())?;
    let broken = last.promises.iter().any(|promise| promise.verdict == Verdict::Broken);
    let told: String = lines.iter().map(|line| told(line, &words)).collect();
    let report = format!("{}\n{told}\n{}", header(&shared, &last), verdicts(&last, &words));
    print(&report, if broken { Ending::Broken } else { Ending::Kept })
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
