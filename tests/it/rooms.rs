//! The structure of the sources: imports point down, the core stays deterministic, the page cannot decide.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top down. A room may import from those below it (behind it in the list), and from itself.
const ROOMS: &[&str] = &[
    "bin",
    "site",
    "page",
    "worker",
    "swarm",
    "share",
    "wire",
    "host",
    "scene",
    "lesson",
    "frame",
    "promise",
    "sim",
    "command",
    "node",
    "shop",
    "words",
    "decimal",
    "escape",
    "stable_hash",
    "ordered",
    "time",
];

/// The rooms in which there is no clock, no chance but the seed, and no order but a written one.
const CORE: &[&str] = &["node", "shop", "sim", "promise", "command", "ordered", "time"];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 40, "the sources are where they are expected");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.clone(), fs::read_to_string(path).expect("UTF-8")));
        }
    }
}

/// The room that a file belongs to: the first folder below `src`, or the name of the file.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// The code of a file without its comments and without its tests, which may look everywhere.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether code names a room: what is in it, or the room itself.
fn names(code: &str, room: &str) -> bool {
    assert!(!code.contains("crate::{"), "import from one room after the other: this test reads their names");
    let paths = ["crate::", "playground::"].map(|prefix| format!("{prefix}{room}"));
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    paths.iter().any(|path| code.match_indices(path).any(|(at, _)| ends(&code[at + path.len()..])))
}

#[test]
fn rooms_are_found_in_every_form_of_import() {
    for (code, is_named) in [
        ("use crate::sim::Sim;", true),
        ("use crate::sim;", true),
        ("let sim = playground::sim::Sim::new();", true),
        ("use crate::simple::Thing;", false),
        ("use super::sim;", false),
    ] {
        assert_eq!(names(code, "sim"), is_named, "{code}");
    }
}

#[test]
fn imports_point_down() {
    for (path, text) in sources() {
        let room = room(&path);
        if room == "lib" {
            continue;
        }
        let place = ROOMS.iter().position(|name| *name == room);
        let place = place.unwrap_or_else(|| {
            panic!("{room} is a new room: give it its place in ROOMS and in the README's map")
        });
        for (above, name) in ROOMS.iter().enumerate().take(place) {
            assert!(
                !names(&code(&text), name),
                "{} imports {name}, which lies above it ({above} < {place}): move what it needs down, or hand it in",
                path.display()
            );
        }
    }
}

#[test]
fn the_core_is_deterministic() {
    for (path, text) in sources() {
        if !CORE.contains(&room(&path).as_str()) {
            continue;
        }
        for banned in [
            "HashMap",
            "HashSet",
            "Instant",
            "SystemTime",
            "f32",
            "f64",
            "getrandom",
            "std::thread",
            "println!",
            "DefaultHasher",
            "thread_local",
        ] {
            assert!(
                !code(&text).contains(banned),
                "{} uses {banned}: the core knows integers, ordered collections and one seed",
                path.display()
            );
        }
    }
}

#[test]
fn the_page_has_no_core() {
    for (path, text) in sources() {
        if room(&path) != "page" {
            continue;
        }
        for banned in
            ["crate::sim", "crate::promise", "crate::worker", "crate::frame::build", "crate::frame::line("]
        {
            assert!(
                !code(&text).contains(banned),
                "{} uses {banned}: the page cannot decide, it shows frames",
                path.display()
            );
        }
    }
}

#[test]
fn what_is_hashed_is_hashed_whole() {
    for (path, text) in sources() {
        assert!(
            !code(&text).lines().any(|line| line.starts_with("impl") && line.contains("Hash for ")),
            "{} hashes by hand: derive it, or a forgotten field makes two states look the same",
            path.display()
        );
    }
}
