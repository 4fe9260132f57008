//! What a visitor downloads.

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The level that static hosts use.
const GZIP_LEVEL: u32 = 6;

/// The first lesson, in the language of its longer page.
const FIRST_LESSON: &str = "ko/single-server/index.html";

/// How many bytes, compressed, somebody may wait for who opens the first lesson, until it can be used (docs/measurements.md).
const FIRST_LOAD_GZIP_MAX: usize = 250_000;

/// The same with what comes behind it: later parts of the programs, words and styles of the panels. What was measured last, and one in
/// twenty more.
const WHOLE_LOAD_GZIP_MAX: usize = 744_000;

/// How the name of the later words begins, in the language of the first lesson.
const LATER_WORDS: &str = "words-ko-";

/// How the names of the later parts end, in the order in which they come.
pub const LATER: [&str; 2] = ["_next.wasm", "_rest.wasm"];

/// One file of the site.
#[derive(Debug, PartialEq)]
struct Entry {
    /// Below the site, with slashes.
    name: String,
    raw_bytes: usize,
    gzip_bytes: usize,
    /// Whether somebody who comes for the first time waits for it before the first lesson can be used.
    first_load: bool,
}

/// Prints every file with its size, raw and compressed, and the sum of those that the first lesson needs.
///
/// # Errors
/// When the folder cannot be read, or that sum has grown beyond what is allowed.
pub fn print(site: &Path) -> Result<()> {
    let entries = measure(site)?;
    print!("{}", table(&entries));
    let sum = |with_later: bool| -> usize {
        let counted = |entry: &&Entry| entry.first_load || (with_later && is_behind(entry));
        entries.iter().filter(counted).map(|entry| entry.gzip_bytes).sum()
    };
    for (bytes, max, what) in [
        (sum(false), FIRST_LOAD_GZIP_MAX, "the first lesson"),
        (sum(true), WHOLE_LOAD_GZIP_MAX, "a page with everything"),
    ] {
        ensure!(bytes <= max, "{what} now takes {bytes} bytes, compressed; {max} are allowed");
    }
    Ok(())
}

/// The names of all files below the site, with slashes, sorted.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(site: &Path) -> Result<Vec<String>> {
    let mut names: Vec<_> = files(site)?.iter().map(|file| relative_name(site, file)).collect();
    names.sort();
    Ok(names)
}

fn measure(site: &Path) -> Result<Vec<Entry>> {
    let lesson = fs::read_to_string(site.join(FIRST_LESSON)).context("the site has no first lesson")?;
    let ladder = fs::read_to_string(site.join("ladder.js"))
        .context("the site has no script that starts the programs")?;
    let naming = lesson + &ladder;
    let mut entries = Vec::new();
    for file in files(site)? {
        let content = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        let name = relative_name(site, &file);
        let first_load = is_first_load(&name, &naming);
        entries.push(Entry { raw_bytes: content.len(), gzip_bytes: gzip_bytes(&content)?, first_load, name });
    }
    entries.sort_by(|a, b| b.first_load.cmp(&a.first_load).then_with(|| a.name.cmp(&b.name)));
    Ok(entries)
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut todo) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = todo.pop() {
        let read = fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))?;
        for entry in read {
            let path = entry?.path();
            if path.is_dir() { todo.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}

fn relative_name(site: &Path, file: &Path) -> String {
    let below = file.strip_prefix(site).unwrap_or(file);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The page of the first lesson, the code that it or `ladder.js` names, its styles, and the worker, whose names are put together. Of the
/// programs the packed first parts: others come behind it (the browser tests see to that: `parts.spec.mjs`).
fn is_first_load(name: &str, naming: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let worker = name.starts_with("worker") && !name.contains('/');
    match extension {
        "html" => name == FIRST_LESSON,
        "js" => worker || naming.contains(name),
        // A style sheet that is linked; another one is only named.
        "css" => naming.contains(&format!("/{name}")),
        "packed" => worker || naming.contains(&name.replace(".packed", ".wasm")),
        _ => false,
    }
}

/// Whether a page has this file when everything has come: a style sheet that is no first one is that of the panels.
fn is_behind(entry: &Entry) -> bool {
    let name = &entry.name;
    let is_part = LATER.iter().any(|end| name.ends_with(end));
    is_part || name.starts_with(LATER_WORDS) || (name.ends_with(".css") && !entry.first_load)
}

fn gzip_bytes(content: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

/// What the first lesson needs first, then its sum, then the rest.
fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0).max(16);
    let line = |name: &str, raw: usize, gzip: usize| format!("{name:<width$} {raw:>10} {gzip:>10}\n");
    let row = |entry: &Entry| line(&entry.name, entry.raw_bytes, entry.gzip_bytes);
    let first: Vec<_> = entries.iter().filter(|entry| entry.first_load).collect();
    let sum = |of: fn(&Entry) -> usize| first.iter().map(|entry| of(entry)).sum::<usize>();

    let mut text = format!("\n{:<width$} {:>10} {:>10}\n", "bytes", "raw", "gzip -6");
    first.iter().for_each(|entry| text += &row(entry));
    text += &line("= the first lesson", sum(|entry| entry.raw_bytes), sum(|entry| entry.gzip_bytes));
    entries.iter().filter(|entry| !entry.first_load).for_each(|entry| text += &row(entry));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMING: &str = r#"<link rel="stylesheet" href="./style-12.css">
        <script defer src="./start.js" data-page-js="./page-34.js" data-page-wasm="./page-34_bg.wasm" data-later="_next.wasm _rest.wasm" data-style="style-56.css"></script>
        <a href="./ko/index.html"> inWorker('boot.js')"#;

    #[test]
    fn the_first_load_is_what_the_first_lesson_names_and_the_worker() {
        for name in [
            FIRST_LESSON,
            "style-12.css",
            "start.js",
            "boot.js",
            "page-34.js",
            "page-34_bg.packed",
            "worker.js",
            "worker_bg.packed",
        ] {
            assert!(is_first_load(name, NAMING), "{name}");
        }
        for name in [
            "index.html",
            "embed.js",
            "page-99.js",
            "icon.svg",
            "ko/worker.js",
            "page-34_bg.wasm",
            "page-34_rest.wasm",
            "style-56.css",
            "worker_next.wasm",
        ] {
            assert!(!is_first_load(name, NAMING), "{name}");
        }
    }

    #[test]
    fn compression_is_counted_with_its_header() {
        let zeros = vec![0; 100_000];
        let bytes = gzip_bytes(&zeros).unwrap();
        assert!((20..400).contains(&bytes), "{bytes}");
        assert!(gzip_bytes(b"").unwrap() >= 18, "header and check sum alone take 18 bytes");
    }

    #[test]
    fn the_table_sums_the_first_load_only() {
        let entry = |name: &str, raw_bytes, gzip_bytes, first_load| Entry {
            name: name.into(),
            raw_bytes,
            gzip_bytes,
            first_load,
        };
        let text = table(&[
            entry("index.html", 100, 40, true),
            entry("worker.js", 900, 300, true),
            entry("a.svg", 7, 5, false),
        ]);
        let sums = text.lines().find(|line| line.starts_with("= the first lesson")).unwrap();
        assert_eq!(sums.split_whitespace().skip(4).collect::<Vec<_>>(), ["1000", "340"]);
        assert!(text.lines().last().unwrap().starts_with("a.svg"), "{text}");
    }
}
