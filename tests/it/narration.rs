//! What is told while time runs, message by message, as the page asks for it every two seconds: a text that is read by a human.
//! `UPDATE=1 cargo test --test it narration` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use playground::command::Command;
use playground::frame::{Line, ServerId};
use playground::lesson::LessonId;
use playground::scene::narrate::{SEVERAL, Verbosity, narrate};
use playground::wire::Start;
use playground::words::{Args, places, plain};

use crate::world::{World, words};

const STEP_MS: i64 = 2_000;

/// The purchase, the crash and the retry of the home page, with the messages of each two seconds.
fn messages(verbosity: Verbosity, lang: &str) -> Vec<(i64, String)> {
    let mut world = World::new(7);
    let words = words(lang);
    let mut messages = Vec::new();
    for nth in 1..=14 {
        match nth {
            4 => world.buy(),
            6 => world.act(Command::CrashLeader),
            12 => world.retry(),
            _ => (),
        }
        world.advance(nth * STEP_MS);
        let lines = std::mem::take(&mut world.lines);
        let text = narrate(&lines, &world.frame(), verbosity, false, &words);
        messages.push((nth * STEP_MS, text));
    }
    messages
}

#[test]
fn the_story_is_told_in_few_messages() {
    let mut text = String::new();
    for lang in ["en", "ko"] {
        for verbosity in [Verbosity::Short, Verbosity::Full] {
            writeln!(text, "# {lang}, {}", verbosity.name()).expect("a string");
            for (ms, message) in messages(verbosity, lang) {
                writeln!(text, "{:>2} s  {message}", ms / 1_000).expect("a string");
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/known/narration.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).expect("the tests' folder can be written");
    }
    let known = std::fs::read_to_string(path).expect("the known narration");
    assert_eq!(text, known);
}

#[test]
fn nothing_is_told_when_it_is_off_and_nothing_twice_while_nothing_happens() {
    assert!(messages(Verbosity::Off, "en").iter().all(|(_, message)| message.is_empty()));
    let short = messages(Verbosity::Short, "en");
    assert!(
        short.iter().filter(|(_, message)| message.is_empty()).count() >= 3,
        "heartbeats alone: {short:?}"
    );
}

fn line(happened: u64, kind: &str, text: &str, server: &str, args: &[(&str, &str)]) -> Line {
    let mut filled: Args = args.iter().map(|(name, value)| (name.to_string(), plain(value))).collect();
    filled.insert("server".into(), plain(server));
    Line {
        happened,
        at: playground::time::Time::from_ms(happened as i64),
        kind: kind.into(),
        server: Some(server.parse::<ServerId>().expect("a server")),
        text: text.into(),
        args: filled,
        key: false,
    }
}

#[test]
fn what_several_did_is_one_sentence_and_an_outcome_stands_for_what_led_to_it() {
    let mut world = World::new(7);
    let frame = world.frame();
    let vote = |happened, server| line(happened, "votes", "event.votes", server, &[("candidate", "D")]);
    let mut leads = line(5, "leads", "event.leads", "D", &[("generation", "4"), ("votes", "3")]);
    leads.key = true;
    let stands = line(1, "stands", "event.stands", "D", &[("generation", "4")]);
    let lines = [stands, vote(2, "C"), vote(3, "B"), leads];
    let told = |verbosity| narrate(&lines, &frame, verbosity, false, &words("en"));
    assert_eq!(told(Verbosity::Full), "B and C vote for D · D leads generation 4 with 3 votes");
    assert_eq!(told(Verbosity::Short), "D leads generation 4 with 3 votes");
    assert_eq!(told(Verbosity::Off), "");
    let commits =
        |entry| line(entry, "commits", "event.commits.quorum", "D", &[("entry", &entry.to_string())]);
    let lines = [commits(6), commits(7)];
    let full = narrate(&lines, &frame, Verbosity::Full, false, &words("en"));
    assert_eq!(full, "D commits entry 7: a quorum holds it");
    world.advance(100);
}

/// Machines have names, and web servers have no disk to restart from.
#[test]
fn machines_are_told_by_their_names() {
    let lesson = LessonId::StatelessWebServers;
    let start = Start { lesson: Some(lesson), seed: lesson.seed(), ..Start::default() };
    let mut world = World::start(start);
    world.act(Command::Users { count: 0 });
    world.advance(1_000);
    world.lines.clear();
    let told = |world: &mut World, command: fn(ServerId) -> Command| {
        [2, 1].map(ServerId::web).map(command).into_iter().for_each(|command| world.act(command));
        let lines = std::mem::take(&mut world.lines);
        narrate(&lines, &world.frame(), Verbosity::Short, false, &words("en"))
    };
    let crashed = told(&mut world, |server| Command::Crash { server });
    assert_eq!(crashed, "web server 1 and web server 2 crash");
    let restarted = told(&mut world, |server| Command::Restart { server });
    let again = "starts again, with an empty memory";
    assert_eq!(restarted, format!("web server 2 {again} · web server 1 {again}"));
    world.act(Command::Option { name: "queue-limit".into(), value: 1_000 });
    let told = narrate(&world.lines, &world.frame(), Verbosity::Short, false, &words("en"));
    assert_eq!(told, "From now on at most 1,000 requests may wait in line");
}

#[test]
fn every_sentence_about_several_has_a_text_with_the_same_places() {
    for lang in ["en", "ko"] {
        let words = words(lang);
        for one in SEVERAL {
            let several = one.replacen("event.", "several.", 1);
            assert_ne!(words.text(&several), several, "{lang} has no text");
            let of = |key: &str| places(words.text(key)).into_iter().collect::<BTreeSet<_>>();
            let mut expected = of(one);
            expected.remove("server");
            expected.insert("servers".into());
            assert_eq!(of(&several), expected, "{lang} {one}");
        }
    }
}
