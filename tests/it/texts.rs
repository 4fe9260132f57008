//! Every text that the code asks for exists, in both languages, and says the same things.

use std::collections::BTreeSet;

use playground::command::Command;
use playground::lesson::Lesson;
use playground::words::{Args, places};

use crate::world::{CHEOLSU, World, words};

#[test]
fn both_languages_have_the_same_keys_and_places() {
    let (en, ko) = (words("en"), words("ko"));
    let keys = |words: &playground::words::Words| {
        words.iter().map(|(key, _)| key.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        keys(&en).symmetric_difference(&keys(&ko)).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "keys of one language only"
    );
    for (key, text) in en.iter() {
        assert_eq!(places(text), places(ko.text(key)), "{key}");
    }
}

/// A run in which much happens: each of its lines has a text, and all of the text's places are filled.
#[test]
fn every_line_of_an_eventful_run_can_be_told() {
    let mut world = World::new(7);
    let (first, other) = ("A".parse().expect("a server"), "B".parse().expect("a server"));
    let mut told = Vec::new();
    world.buy();
    world.until_led();
    for command in [
        Command::LoseAnswer { client: CHEOLSU },
        Command::Sell {
            client: CHEOLSU,
            item: playground::shop::Item::MagicShield,
            count: Some(2),
            server: None,
        },
        Command::RetryAsNew { client: CHEOLSU },
        Command::Cut { from: first, to: other, both: true },
        Command::Heal { from: first, to: other, both: false },
        Command::Hold { from: first, to: other },
        Command::Release { from: first, to: other },
        Command::Partition { groups: vec![vec![first, other]], customers: None },
        Command::HealAll,
        Command::PauseServer { server: other },
        Command::ResumeServer { server: other },
        Command::Network { loss_percent: Some(30), latency_ms: None, jitter_ms: None, reorder: None },
        Command::Pace { heartbeat_ms: Some(900), election_ms: None, sync_ms: None },
        Command::Rule { pattern: "pre-vote".into(), value: "off".into() },
        Command::CrashLeader,
        Command::Retry { client: CHEOLSU },
        Command::TimeOut { server: other },
        Command::Rule { pattern: "pre-vote".into(), value: "on".into() },
        Command::Network { loss_percent: Some(0), latency_ms: None, jitter_ms: None, reorder: None },
        Command::HealAll,
    ] {
        let _ = world.try_act(command);
        let message = world.frame().packets.first().map(|packet| packet.id);
        for command in message
            .into_iter()
            .flat_map(|message| [Command::Delay { message, ms: None }, Command::Duplicate { message }])
        {
            world.act(command);
        }
        let now = world.frame().at.ms();
        world.advance(now + 3_000);
        told.append(&mut world.lines);
    }
    let kinds: BTreeSet<&str> = told.iter().map(|line| line.kind.as_str()).collect();
    assert!(kinds.len() > 35, "much happened: {kinds:?}");
    for lang in ["en", "ko"] {
        let words = words(lang);
        for line in &told {
            assert_ne!(words.text(&line.text), line.text, "{} has no text in {lang}", line.text);
            let filled = words.fill(&line.text, &line.args);
            assert!(!filled.contains(['{', '}']), "{lang}: {filled}");
            for place in places(words.text(&line.text)) {
                assert!(line.args.contains_key(&place), "{}: {{{place}}} is never filled", line.text);
            }
            for arg in line.args.values() {
                if let playground::words::Arg::Word(key) = arg {
                    assert_ne!(words.text(key), key, "{key} has no text in {lang}");
                }
            }
        }
    }
    assert_eq!(
        words("en").fill("event.crash", &Args::new()),
        "server crashes",
        "an unfilled place shows its name"
    );
}

/// Beside a stage nobody reads long: a piece of a lesson has at most sixty words, or a hundred and twenty syllables.
#[test]
fn the_pieces_of_a_lesson_are_short() {
    for lesson in Lesson::ALL {
        for lang in ["en", "ko"] {
            let prefix = format!("{}.", lesson.id);
            for (key, text) in words(lang).iter().filter(|(key, _)| key.starts_with(&prefix)) {
                let (length, most) = match lang {
                    "en" => (text.split_whitespace().count(), 60),
                    _ => (text.chars().filter(|c| ('가'..='힣').contains(c)).count(), 120),
                };
                assert!(length <= most, "{lang} {key}: {length}, {most} are the most");
            }
        }
    }
}
