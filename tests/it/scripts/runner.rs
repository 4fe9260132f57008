//! The commands of a script.
//!
//! | command | what it does |
//! |---|---|
//! | `world seed=7 servers=3 latency-ms=10 commit=index-only` | the world, first of all: a seed, options, rules; without jitter unless it says so |
//! | `pass ms=100` | lets time pass |
//! | `until <expectation>` | lets time pass until that is seen, at most a minute |
//! | `expect <expectation>` | what must be seen now: [`super::expectation`] |
//! | `drop kind=vote from=B to=C`, `delay … ms=`, `duplicate …` | lets time pass until such a message is in flight, and lays hands on the oldest one, or on the one that `nth=2` says |
//! | `under commit=index-only` | the whole script once more with that rule: what it breaks, and which expectation fails first; with `breaks=` that promise must be broken |
//!
//! All others are the actions of `docs/contract.md`, such as `buy client=Cheolsu item=legendary-sword`; groups are `groups=AB/CDE`.
//! Like everything that a visitor does they take effect at a whole millisecond. When a script is over, every promise must have been kept.

use std::error::Error;

use goldenscript::{Command as Line, Context};
use playground::command::Command;
use playground::frame;
use playground::host::action;
use playground::node::{ClientId, Rules};
use playground::promise::Promises;
use playground::shop::Owner;
use playground::sim::{MessageId, Options, Sim, TraceEvent};
use playground::time::{Span, Time};
use playground::words::Words;
use serde_json::{Map, Value, json};

use super::expectation::{Expectation, View};
use crate::world::words;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The longest time that a script waits for something.
const LONGEST: Span = Span::from_ms(60_000);

/// Plays one script.
pub struct Runner<'a> {
    script: &'a str,
    /// A rule in force over those of the script. What goes wrong then is noticed, and no error.
    wrong: Option<(String, String)>,
    noticed: Option<String>,
    world: Option<World>,
    words: Words,
}

/// The world that a script speaks of.
struct World {
    sim: Sim,
    promises: Promises,
    lines: Vec<frame::Line>,
    /// How many of the lines are written down already.
    told: usize,
}

impl World {
    fn see(&mut self, event: &TraceEvent) {
        self.promises.see(&self.sim, event);
        self.lines.extend(frame::line(&self.sim, event));
    }

    fn step(&mut self) {
        if let Some(event) = self.sim.step() {
            self.see(&event);
        }
    }

    /// Lets everything before that moment happen.
    fn go_on_to(&mut self, moment: Time) {
        while self.sim.next_due().is_some_and(|due| due < moment) {
            self.step();
        }
        self.sim.pass_to(moment);
    }

    /// Lets things happen until something is so; not for longer than [`LONGEST`].
    fn go_on_until(&mut self, mut so: impl FnMut(&World) -> Result<bool>) -> Result<bool> {
        let end = self.sim.now() + LONGEST;
        while !so(self)? {
            if self.sim.next_due().is_none_or(|due| due > end) {
                return Ok(false);
            }
            self.step();
        }
        Ok(true)
    }

    fn view(&self) -> View<'_> {
        View { sim: &self.sim, promises: &self.promises, lines: &self.lines }
    }

    /// The first expectation that is not met, and what is seen instead.
    fn otherwise(&self, expectations: &[Expectation]) -> Result<Option<String>> {
        for expectation in expectations {
            if let Some(seen) = expectation.otherwise(&self.view())? {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }

    fn act(&mut self, command: &Command) -> Result<()> {
        let moment = self.sim.now().round_up_to_ms();
        self.go_on_to(moment);
        let event = self.sim.execute(command).map_err(|why| format!("it is refused: {}", why.code()))?;
        self.see(&event);
        Ok(())
    }

    fn broken(&self) -> Vec<String> {
        let mut broken: Vec<_> = self.promises.broken().collect();
        broken.sort_by_key(|(_, at)| *at);
        broken.into_iter().map(|(name, at)| format!("{name} is broken at {at}")).collect()
    }
}

impl<'a> Runner<'a> {
    pub fn new(script: &'a str) -> Runner<'a> {
        Runner { script, wrong: None, noticed: None, world: None, words: words("en") }
    }

    fn world(&mut self) -> Result<&mut World> {
        self.world.as_mut().ok_or("a script begins with its world".into())
    }

    fn begin(&mut self, line: &Line) -> Result<()> {
        let (mut options, mut rules, mut seed) = (Options::default(), Rules::default(), 1);
        options.set("jitter-ms", 0).map_err(|_| "there is an option for jitter")?;
        for (name, value) in pairs(line) {
            let number = value.parse();
            match (name, number) {
                ("seed", Ok(number)) => seed = number,
                (_, Ok(number)) => {
                    options.set(name, number).map_err(|_| format!("no option: {name}={value}"))?
                }
                (_, Err(_)) => rules.set(name, value).map_err(|_| format!("no rule: {name}={value}"))?,
            }
        }
        if let Some((pattern, value)) = &self.wrong {
            rules.set(pattern, value).map_err(|_| format!("no rule: {pattern}={value}"))?;
        }
        let sim = Sim::new(options, rules, seed, Time::ZERO);
        self.world = Some(World { sim, promises: Promises::default(), lines: Vec::new(), told: 0 });
        Ok(())
    }

    fn pass(&mut self, line: &Line) -> Result<()> {
        let ms = line.consume_args().take_key("ms").ok_or("how many ms?")?.parse()?;
        let world = self.world()?;
        let moment = world.sim.now() + Span::from_ms(ms);
        world.go_on_to(moment);
        Ok(())
    }

    fn expect(&mut self, line: &Line) -> Result<()> {
        let expectations = Expectation::all_of(line)?;
        let seen = self.world()?.otherwise(&expectations)?;
        self.notice(line, seen)
    }

    fn until(&mut self, line: &Line) -> Result<()> {
        let expectations = Expectation::all_of(line)?;
        let world = self.world()?;
        world.go_on_until(|world| Ok(world.otherwise(&expectations)?.is_none()))?;
        let seen = world.otherwise(&expectations)?;
        self.notice(line, seen)
    }

    /// Something is not as expected: an error, unless that is what a wrong rule is there for.
    fn notice(&mut self, line: &Line, seen: Option<String>) -> Result<()> {
        match (seen, &self.wrong) {
            (None, _) => Ok(()),
            (Some(seen), None) => Err(format!("{line}: it is {seen}").into()),
            (Some(seen), Some(_)) => {
                self.noticed.get_or_insert(format!("{line}: it is {seen}"));
                Ok(())
            }
        }
    }

    /// What a visitor can do.
    fn act(&mut self, line: &Line) -> Result<()> {
        let mut fields = fields(line)?;
        if let Some(kind) = fields.remove("kind") {
            let (from, to) = (fields.remove("from"), fields.remove("to"));
            let nth = fields.remove("nth").and_then(|nth| nth.as_u64()).unwrap_or(1) as usize;
            match self.catch([Some(kind), from, to], nth)? {
                Some(MessageId(id)) => drop(fields.insert("message".to_string(), json!(id))),
                None => return self.cannot("no such message is sent"),
            }
        }
        let fields = Value::Object(fields);
        let command = action(|| &fields)?;
        match self.world()?.act(&command) {
            Ok(()) => Ok(()),
            Err(why) => self.cannot(&why.to_string()),
        }
    }

    /// In a world with a wrong rule a click may come to nothing.
    fn cannot(&self, why: &str) -> Result<()> {
        if self.wrong.is_some() { Ok(()) } else { Err(why.into()) }
    }

    /// Waits for a message of a kind, from a place, to a place; what is absent may be any.
    fn catch(&mut self, wanted: [Option<Value>; 3], nth: usize) -> Result<Option<MessageId>> {
        let found = |world: &World| {
            let is_wanted = |mail: &playground::sim::Mail| {
                let is = [json!(mail.kind), json!(mail.from), json!(mail.to)];
                is.iter().zip(&wanted).all(|(is, wanted)| wanted.as_ref().is_none_or(|wanted| wanted == is))
            };
            let moment = world.sim.now().round_up_to_ms();
            let flights = world.sim.network().flights();
            let mut wanted = flights.filter(|(_, flight)| {
                is_wanted(&flight.mail()) && (flight.is_held() || flight.due >= moment)
            });
            wanted.nth(nth - 1).map(|(id, _)| id)
        };
        let world = self.world()?;
        world.go_on_until(|world| Ok(found(world).is_some()))?;
        Ok(found(world))
    }

    /// The whole script under another rule.
    fn under(&self, line: &Line) -> Result<String> {
        let (pattern, value, breaks) = match pairs(line)[..] {
            [(pattern, value)] => (pattern, value, ""),
            [(pattern, value), ("breaks", promise)] => (pattern, value, promise),
            _ => return Err("under one rule at a time".into()),
        };
        let mut runner = Runner::new(self.script);
        runner.wrong = Some((pattern.to_string(), value.to_string()));
        goldenscript::generate(&mut runner, self.script)?;
        let broken = runner.world.map(|world| world.broken()).unwrap_or_default();
        if !breaks.is_empty() && !broken.iter().any(|broken| broken.starts_with(breaks)) {
            return Err(format!("{pattern}={value} does not break {breaks}, but {broken:?}").into());
        }
        let noticed: Vec<String> = broken.into_iter().chain(runner.noticed).collect();
        if noticed.is_empty() {
            return Err(format!("nobody notices {pattern}={value}").into());
        }
        Ok(noticed.iter().map(|noticed| format!("{pattern}={value}: {noticed}\n")).collect())
    }

    /// The lines that were not written down yet.
    fn news(&mut self) -> String {
        let Some(world) = &mut self.world else { return String::new() };
        let news = world.lines[world.told..].iter();
        let text =
            news.map(|line| format!("{} {}\n", line.at, self.words.fill(&line.text, &line.args))).collect();
        world.told = world.lines.len();
        text
    }
}

impl goldenscript::Runner for Runner<'_> {
    type Command = Line;

    fn run(&mut self, line: &Line, _: &Context) -> Result<String> {
        match line.name.as_str() {
            "world" => self.begin(line)?,
            "pass" => self.pass(line)?,
            "expect" => self.expect(line)?,
            "until" => self.until(line)?,
            "under" if self.wrong.is_some() => {}
            "under" => return self.under(line),
            _ => self.act(line)?,
        }
        Ok(self.news())
    }

    fn end_script(&mut self) -> Result<()> {
        let broken = self.world()?.broken();
        if broken.is_empty() || self.wrong.is_some() { Ok(()) } else { Err(broken.join(", ").into()) }
    }
}

/// The `key=value` arguments of a line.
fn pairs(line: &Line) -> Vec<(&str, &str)> {
    let mut arguments = line.consume_args();
    std::iter::from_fn(|| arguments.next_key()).collect()
}

/// An action as a message of a host page has it.
fn fields(line: &Line) -> Result<Map<String, Value>> {
    let mut fields = Map::new();
    fields.insert("action".to_string(), json!(line.name));
    for (key, value) in pairs(line) {
        let value = match (key, value.parse::<u64>(), value) {
            ("groups", _, groups) => groups.split('/').map(letters).collect(),
            (_, Ok(number), _) if key != "value" || line.name == "option" => json!(number),
            (_, _, "true") => json!(true),
            ("client" | "from" | "to", _, name) if name.len() > 1 => json!(client(name)?),
            _ => json!(value),
        };
        fields.insert(key.to_string(), value);
    }
    Ok(fields)
}

fn letters(group: &str) -> Value {
    group.chars().map(|letter| letter.to_string()).collect()
}

/// The client of a customer by name.
fn client(name: &str) -> Result<ClientId> {
    let all = (1..=20).map(ClientId::of_customer);
    let mut named = all.filter(|client| client.owner() != Owner::Shop && client.owner().name() == name);
    named.next().ok_or(format!("nobody is called {name}").into())
}
