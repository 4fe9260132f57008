//! Texts: a template per key, filled with arguments, with the right Korean particles.
//!
//! Templates name their arguments in braces: `{server} voted for {candidate}`. A Korean template may put a particle
//! behind an argument, named by its form after a consonant: `{item:을}` becomes 검을 or 방패를.

use crate::ordered::{Map, Set};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Every text of one language, by key. A text is plain: it is only ever put into text nodes.
#[derive(Clone, Debug, Default)]
pub struct Words {
    texts: Map<String, String>,
    later: Option<Later>,
}

/// Texts that are fetched when one of them is needed.
#[derive(Clone, Debug)]
struct Later {
    fetch: fn() -> Map<String, String>,
    texts: OnceLock<Map<String, String>>,
}

/// What is put into a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// Shown as it is: a server's letter, a number.
    Plain(String),
    /// The key of another text, such as `item.legendary-sword`.
    Word(String),
}

/// The arguments of a template, by name.
pub type Args = Map<String, Arg>;

impl Words {
    /// The texts of a language.
    pub fn new(texts: Map<String, String>) -> Words {
        Words { texts, later: None }
    }

    /// The same with more texts, fetched when one is asked for that is not here.
    pub fn and_later(self, fetch: fn() -> Map<String, String>) -> Words {
        Words { later: Some(Later { fetch, texts: OnceLock::new() }), ..self }
    }

    /// All keys and texts that are here, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// The text of a key, as written. A key without text shows itself; a test makes sure that none does.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        let later = || self.later.as_ref()?.texts.get_or_init(self.later.as_ref()?.fetch).get(key);
        self.texts.get(key).or_else(later).map_or(key, String::as_str)
    }

    /// The text of a key with its arguments put in.
    pub fn fill(&self, key: &str, args: &Args) -> String {
        let mut filled = String::new();
        let mut rest = self.text(key);
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open..].find('}') else { break };
            filled.push_str(&rest[..open]);
            self.push_argument(&mut filled, &rest[open + 1..open + length], args);
            rest = &rest[open + length + 1..];
        }
        filled.push_str(rest);
        filled
    }

    /// What an owner is called: `Cheolsu`, `customer-3`, `shop`. Customers from the third on have a number.
    pub fn name(&self, owner: &str) -> String {
        match owner.strip_prefix("customer-") {
            Some(number) => self.fill("name.customer", &Args::from([("number".to_string(), plain(number))])),
            None => self.text(&format!("name.{owner}")).to_string(),
        }
    }

    /// Appends the argument that `place` names: `name` or `name:particle`.
    fn push_argument(&self, filled: &mut String, place: &str, args: &Args) {
        let (name, particle) = place.split_once(':').unwrap_or((place, ""));
        match args.get(name) {
            Some(Arg::Plain(text)) => filled.push_str(text),
            Some(Arg::Word(key)) => match key.strip_prefix("name.") {
                Some(owner) => filled.push_str(&self.name(owner)),
                None => filled.push_str(self.text(key)),
            },
            None => filled.push_str(place),
        }
        if !particle.is_empty() {
            filled.push_str(particle_after(filled, particle));
        }
    }
}

/// Shorthand for [`Arg::Plain`].
pub fn plain(value: impl ToString) -> Arg {
    Arg::Plain(value.to_string())
}

/// Shorthand for [`Arg::Word`].
pub fn word(key: impl Into<String>) -> Arg {
    Arg::Word(key.into())
}

/// The names of the places of a template, sorted and each once: what two languages must agree about.
pub fn places(template: &str) -> Set<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(place, _)| place.split(':').next().unwrap_or(place).to_string())
        .collect()
}

/// How the last sound of a word ends, which decides the form of a particle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

/// The form of the particle (named by its form after a consonant) that fits what `text` ends with.
fn particle_after<'a>(text: &str, particle: &'a str) -> &'a str {
    let is_read_out = |c: &char| c.is_ascii_alphanumeric() || ('가'..='힣').contains(c);
    let ending = text.chars().rev().find(is_read_out).map_or(Ending::Vowel, ending_of);
    match (particle, ending) {
        ("으로", Ending::Vowel | Ending::Rieul) => "로",
        (_, Ending::Consonant | Ending::Rieul) => particle,
        ("을", _) => "를",
        ("이", _) => "가",
        ("은", _) => "는",
        ("과", _) => "와",
        ("이라", _) => "라",
        _ => particle,
    }
}

/// How a character is read out at the end of a word: Hangul by its final consonant, digits and letters by their Korean names.
fn ending_of(last: char) -> Ending {
    match last {
        '가'..='힣' => match (last as u32 - '가' as u32) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        '1' | '7' | '8' | 'l' | 'L' | 'r' | 'R' => Ending::Rieul,
        '0' | '3' | '6' | 'm' | 'M' | 'n' | 'N' => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

/// "90,000": digits in groups of three, behind a minus sign of their width where something is owed.
pub fn grouped(number: i64) -> String {
    if number < 0 {
        return format!("−{}", grouped(number.saturating_neg()));
    }
    let digits = number.to_string();
    let lead = digits.len() % 3;
    let groups: Vec<&str> = digits.as_bytes()[lead..]
        .chunks(3)
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    let joined = groups.join(",");
    match (lead, joined.is_empty()) {
        (0, _) => joined,
        (_, true) => digits,
        (_, false) => format!("{},{joined}", &digits[..lead]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, value: &str) -> String {
        let words = Words::new([("key".to_string(), template.to_string())].into());
        words.fill("key", &[("x".to_string(), plain(value))].into())
    }

    #[test]
    fn particles_follow_the_last_sound() {
        for (template, value, expected) in [
            ("{x:을} 샀다", "전설의 검", "전설의 검을 샀다"),
            ("{x:을} 샀다", "마법의 방패", "마법의 방패를 샀다"),
            ("{x:이} 리더", "A", "A가 리더"),
            ("{x:이} 리더", "N", "N이 리더"),
            ("{x:은}", "서버 B", "서버 B는"),
            ("{x:과}", "철수", "철수와"),
            ("{x:으로}", "1", "1로"),
            ("{x:으로}", "3", "3으로"),
            ("{x:으로}", "서울", "서울로"),
            ("{x:을}", "(검)", "(검)을"),
        ] {
            assert_eq!(filled(template, value), expected);
        }
    }

    #[test]
    fn customers_without_a_name_have_a_number() {
        let texts = [("name.customer", "손님 {number}"), ("name.shop", "상점"), ("asks", "{who:이} 묻는다")];
        let words = Words::new(texts.map(|(key, text)| (key.to_string(), text.to_string())).into());
        for (owner, asks) in
            [("shop", "상점이 묻는다"), ("customer-3", "손님 3이 묻는다"), ("customer-4", "손님 4가 묻는다")]
        {
            let who = Args::from([("who".to_string(), word(format!("name.{owner}")))]);
            assert_eq!(words.fill("asks", &who), asks);
        }
    }

    #[test]
    fn unknown_keys_places_and_open_braces_show_themselves() {
        assert_eq!(Words::default().text("no.such.key"), "no.such.key");
        assert_eq!(filled("{y} and {x", "1"), "y and {x");
    }

    #[test]
    fn places_are_sorted_and_without_particles() {
        assert_eq!(places("{b:을} {a} {b}"), Set::from(["a".to_string(), "b".to_string()]));
    }

    #[test]
    fn digits_come_in_groups_of_three() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (5_000, "5,000"),
            (90_000, "90,000"),
            (1_234_567, "1,234,567"),
            (-10_000, "−10,000"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
