//! Reads the words of both languages and makes sure that they fit each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use playground::lesson::Lesson;
use playground::words::{self, Words};

use super::Result;

/// The languages, the first one being the default.
const LANGUAGES: [&str; 2] = ["en", "ko"];

/// The files that every page needs: what the live page says, what happened, and what only the static pages say.
const FILES: [&str; 3] = ["page.toml", "events.toml", "site.toml"];

/// All files of a language: those, and one a lesson.
fn files() -> impl Iterator<Item = String> {
    let lessons = Lesson::ALL.iter().map(|lesson| format!("{}.toml", lesson.id));
    FILES.into_iter().map(str::to_string).chain(lessons)
}

/// The parts that are put into the page as data: what its programs say.
fn is_shared(file: &str, key: &str) -> bool {
    match file {
        "page.toml" | "events.toml" => true,
        "site.toml" => SHARED.iter().any(|start| key.starts_with(start)),
        _ => false,
    }
}

/// The parts of `site.toml` that scripts need as well.
const SHARED: [&str; 2] = ["card.", "host."];

/// The texts of one language.
pub struct Language {
    /// `ko` or `en`.
    pub lang: &'static str,
    /// All texts.
    pub words: Words,
    /// Those that the programs need, as JSON.
    pub json: String,
}

type Texts = BTreeMap<String, String>;

/// Both languages. An error names every key that the other language lacks or that has other places.
pub fn load(folder: &Path) -> Result<Vec<Language>> {
    let read = LANGUAGES.map(|lang| read_language(&folder.join(lang)));
    let [first, second] = read;
    let (first, second) = (first?, second?);
    let complaints: Vec<String> = differences(&first, &second);
    if !complaints.is_empty() {
        return Err(format!(
            "the words of {} and {} do not fit:\n  {}",
            LANGUAGES[0],
            LANGUAGES[1],
            complaints.join("\n  ")
        ));
    }
    LANGUAGES.into_iter().zip([first, second]).map(|(lang, files)| language(lang, files)).collect()
}

fn language(lang: &'static str, files: BTreeMap<String, Texts>) -> Result<Language> {
    let all = files.iter().flat_map(|(file, texts)| texts.iter().map(move |(key, text)| (file, key, text)));
    let shared: BTreeMap<&String, &String> =
        all.clone().filter(|(file, key, _)| is_shared(file, key)).map(|(_, key, text)| (key, text)).collect();
    let json = serde_json::to_string(&shared).map_err(|error| error.to_string())?;
    let words = Words::new(all.map(|(_, key, text)| (key.clone(), text.clone())).collect());
    Ok(Language { lang, words, json })
}

fn read_language(folder: &Path) -> Result<BTreeMap<String, Texts>> {
    let mut read = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for file in files() {
        let texts = read_file(&folder.join(&file))?;
        for key in texts.keys() {
            if let Some(other) = seen.insert(key.clone(), file.clone()) {
                return Err(format!("{}: {key} is in {other} and in {file}", folder.display()));
            }
        }
        read.insert(file, texts);
    }
    Ok(read)
}

fn read_file(path: &Path) -> Result<Texts> {
    let named = |error: String| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| named(error.to_string()))?;
    let mut texts = Texts::new();
    flatten("", table, &mut texts).map_err(named)?;
    Ok(texts)
}

/// `[button]` with `crash-leader` inside is the key `button.crash-leader`.
fn flatten(prefix: &str, table: toml::Table, texts: &mut Texts) -> Result<()> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => drop(texts.insert(key, text)),
            toml::Value::Table(table) => flatten(&key, table, texts)?,
            _ => return Err(format!("{key} is not a text")),
        }
    }
    Ok(())
}

fn differences(first: &BTreeMap<String, Texts>, second: &BTreeMap<String, Texts>) -> Vec<String> {
    files().flat_map(|file| differences_in(&file, &first[&file], &second[&file])).collect()
}

fn differences_in(file: &str, first: &Texts, second: &Texts) -> Vec<String> {
    let [lang, other] = LANGUAGES;
    let lacking = |has: &Texts, lacks: &Texts, lang: &str| -> Vec<String> {
        has.keys()
            .filter(|key| !lacks.contains_key(*key))
            .map(|key| format!("{lang}/{file} lacks {key}"))
            .collect()
    };
    let unequal = first.iter().filter_map(|(key, text)| {
        let (here, there) = (words::places(text), words::places(second.get(key)?));
        (here != there)
            .then(|| format!("{file}, {key}: {lang} has the places {here:?}, {other} has {there:?}"))
    });
    [lacking(first, second, other), lacking(second, first, lang), unequal.collect()].concat()
}
