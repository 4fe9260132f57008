//! The lessons: each script comes out as its timeline says, the right world keeps all promises and the wrong ones break theirs.

use playground::command::Timed;
use playground::frame::{Line, line};
use playground::lesson::{Guided, Lesson, LessonId, STOPS_MAX, Setup, resolve};
use playground::node::Rules;
use playground::promise::Promises;
use playground::sim::{Sim, TraceEvent};
use playground::time::{Span, Time};

use crate::world::words;

/// A lesson's world with some rules, given a guided run's commands.
struct Played {
    sim: Sim,
    promises: Promises,
    events: Vec<TraceEvent>,
}

fn play(lesson: &Lesson, seed: u32, commands: &[Timed], wrong: Option<(&str, &str)>, until: Time) -> Played {
    let setup: Setup = (lesson.setup)();
    let mut rules = Rules::default();
    if let Some((pattern, value)) = wrong {
        rules.set(pattern, value).expect("a rule");
    }
    let mut promises = Promises::default();
    let sim = setup.world(setup.options.clone(), rules, seed, |sim, event| promises.see(sim, event));
    let mut played = Played { sim, promises, events: Vec::new() };
    for timed in commands {
        played.run_before(timed.at);
        if let Ok(event) = played.sim.execute(&timed.command) {
            played.see(event);
        }
    }
    played.run_before(until + Span::from_us(1));
    played
}

impl Played {
    fn run_before(&mut self, moment: Time) {
        while self.sim.next_due().is_some_and(|due| due < moment) {
            let event = self.sim.step().expect("something is due");
            self.see(event);
        }
        self.sim.pass_to(moment);
    }

    fn see(&mut self, event: TraceEvent) {
        self.promises.see(&self.sim, &event);
        self.events.push(event);
    }

    fn lines(&self) -> Vec<Line> {
        self.events.iter().filter_map(line).collect()
    }

    fn broken(&self) -> Vec<&'static str> {
        self.promises.broken().map(|(name, _)| name).collect()
    }
}

fn end(guided: &Guided) -> Time {
    guided.stops.last().expect("a guided run pauses").1
}

#[test]
fn explore() {
    let words = words("en");
    for lesson in Lesson::ALL {
        let seed = lesson.id.seed();
        match resolve(lesson, seed) {
            Err(missing) => println!("{}: {missing:?}", lesson.id),
            Ok(guided) => {
                println!("== {} {:?}", lesson.id, guided.stops);
                let played = play(lesson, seed, &guided.commands, None, end(&guided));
                for line in played.lines() {
                    println!("{} {}", line.at, words.fill(&line.text, &line.args));
                }
                println!("broken {:?}", played.broken());
            }
        }
        for wrong in lesson.wrong {
            let (mut missing, mut right, mut broke) = (0, 0, 0);
            for seed in 0..100 {
                let guided = match resolve(lesson, seed) {
                    Ok(guided) => guided,
                    Err(step) => {
                        println!("{seed} {step:?}");
                        missing += 1;
                        continue;
                    }
                };
                right +=
                    usize::from(play(lesson, seed, &guided.commands, None, end(&guided)).broken().is_empty());
                let wrong_world =
                    play(lesson, seed, &guided.commands, Some((wrong.pattern, wrong.value)), end(&guided));
                broke += usize::from(wrong.breaks.is_some_and(|name| wrong_world.broken().contains(&name)));
            }
            println!(
                "{} {}:{} missing {missing} right {right} broke {broke}",
                lesson.id, wrong.pattern, wrong.value
            );
        }
    }
    let _ = (STOPS_MAX, LessonId::ALL);
}
