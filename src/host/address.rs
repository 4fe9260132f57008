//! What the address asks for. An unknown parameter is ignored; a bad value is the default, with one complaint.

use super::incoming::Theme;
use crate::decimal::short;
use crate::lesson::LessonId;
use crate::node::SERVERS_MAX;
use crate::time::Time;

/// The speeds that may be chosen, in simulated seconds a second.
pub const SPEEDS: [f64; 7] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0];

/// The latest moment that an address or a host may ask for: one simulated hour, in milliseconds.
pub const AT_MS_MAX: u32 = 3_600_000;

/// How much of the controls is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlsShown {
    /// Everything.
    Full,
    /// The two big buttons, Buy and playback.
    Min,
    /// The stage only.
    None,
}

/// The parameters of the address, already checked; a bad value is the default.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Such as `ko` or `en`.
    pub lang: String,
    /// The lesson; none on home and sandbox.
    pub lesson: Option<LessonId>,
    /// Inside a frame of somebody's page.
    pub embed: bool,
    /// How much of the controls is shown.
    pub controls: ControlsShown,
    /// Start by itself when visible.
    pub autoplay: bool,
    /// Simulated seconds a second.
    pub speed: f64,
    /// Large type, thick lines, no side panels.
    pub present: bool,
    /// The host is a slide deck (`Some(true)`), a page (`Some(false)`), or shows itself.
    pub slides: Option<bool>,
    /// Links may navigate away.
    pub links: bool,
    /// Less motion: messages jump.
    pub reduced_motion: bool,
    /// The page asks for a guess before the guided run; without, a lecturer asks aloud.
    pub predict: bool,
    /// Opens at that moment.
    pub at: Time,
    /// The seed; none: fresh, or the lesson's.
    pub seed: Option<u32>,
    /// How many servers; none: five.
    pub servers: Option<u8>,
    /// Rules to start with, as pattern and value.
    pub rules: Vec<(String, String)>,
    /// Post the height of the content.
    pub autosize: bool,
    /// The frame comes back to its state within the tab, under this name.
    pub id: Option<String>,
}

/// Which page it is that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The live five servers.
    Home,
    /// Everything allowed.
    Sandbox,
    /// A lesson.
    Lesson(LessonId),
}

/// What is known before the parameters are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The language of the page, such as `ko`.
    pub lang: String,
    /// The page.
    pub page: Page,
    /// It was opened in a frame.
    pub framed: bool,
    /// The visitor's system asks for less motion.
    pub prefers_reduced_motion: bool,
}

/// The settings that the parameters (decoded pairs of name and value) ask for, and a sentence for each bad value.
pub fn read(query: &[(String, String)], around: &Surroundings) -> (Settings, Vec<String>) {
    let mut reader = Reader { query, complaints: Vec::new() };
    let settings = reader.settings(around);
    (settings, reader.complaints)
}

/// What is said of a bad value.
pub fn complaint(name: &str, value: &str) -> String {
    let start: String = value.chars().take(40).collect();
    format!("{name}={start} is not known; the default is used")
}

struct Reader<'a> {
    query: &'a [(String, String)],
    complaints: Vec<String>,
}

impl Reader<'_> {
    fn settings(&mut self, around: &Surroundings) -> Settings {
        let embed = self.switch("embed", false);
        // The start script gives the page its theme before anything is seen; complaining is left to this place.
        let _ = self.one("theme", Theme::of);
        let reduced_motion = self.reduced_motion(around.prefers_reduced_motion);
        let plays_by_itself =
            !embed && !around.framed && !reduced_motion && !matches!(around.page, Page::Lesson(_));
        Settings {
            lang: around.lang.clone(),
            lesson: match around.page {
                Page::Lesson(lesson) => Some(lesson),
                Page::Home | Page::Sandbox => None,
            },
            embed,
            controls: self.controls(embed),
            autoplay: self.switch("autoplay", plays_by_itself),
            speed: self.one("speed", speed).unwrap_or(1.0),
            present: self.switch("present", false),
            slides: self.one("host", slides).flatten(),
            links: self.switch("links", true),
            reduced_motion,
            predict: self.switch("predict", true),
            at: self.one("at", at).unwrap_or(Time::ZERO),
            seed: self.one("seed", |value| value.parse().ok()),
            servers: self.one("servers", servers).filter(|_| around.page == Page::Sandbox),
            rules: self.rules(),
            autosize: self.switch("autosize", false),
            id: self.one("id", id).filter(|_| embed),
        }
    }

    fn reduced_motion(&mut self, preferred: bool) -> bool {
        let chosen = self.one("motion", |value| match value {
            "auto" => Some(preferred),
            "reduce" => Some(true),
            "full" => Some(false),
            _ => None,
        });
        chosen.unwrap_or(preferred)
    }

    fn controls(&mut self, embed: bool) -> ControlsShown {
        let chosen = self.one("controls", |value| match value {
            "full" => Some(ControlsShown::Full),
            "min" => Some(ControlsShown::Min),
            "none" => Some(ControlsShown::None),
            _ => None,
        });
        chosen.unwrap_or(if embed { ControlsShown::Min } else { ControlsShown::Full })
    }

    fn rules(&mut self) -> Vec<(String, String)> {
        let given: Vec<String> = self.values("rule").map(str::to_string).collect();
        given.iter().filter_map(|value| self.checked("rule", value, rule)).collect()
    }

    fn switch(&mut self, name: &str, default: bool) -> bool {
        let chosen = self.one(name, |value| match value {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        });
        chosen.unwrap_or(default)
    }

    /// The first value given for a name, if it is a good one.
    fn one<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.values(name).next()?.to_string();
        self.checked(name, &value, parse)
    }

    fn checked<T>(&mut self, name: &str, value: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let parsed = parse(value);
        if parsed.is_none() {
            self.complaints.push(complaint(name, value));
        }
        parsed
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// The speed that is written so, if it is offered. Reading numbers with fractions in general takes tables of 12 KB, compressed.
pub fn speed(value: &str) -> Option<f64> {
    SPEEDS.into_iter().find(|speed| speed_name(*speed) == value)
}

/// A speed as addresses write it.
pub fn speed_name(speed: f64) -> String {
    short(speed, 2)
}

/// Unlike elsewhere the default, `auto`, is a value of its own: the host shows itself.
fn slides(value: &str) -> Option<Option<bool>> {
    match value {
        "auto" => Some(None),
        "slides" => Some(Some(true)),
        "page" => Some(Some(false)),
        _ => None,
    }
}

fn at(value: &str) -> Option<Time> {
    let ms: u32 = value.parse().ok()?;
    (ms <= AT_MS_MAX).then(|| Time::from_ms(i64::from(ms)))
}

fn id(value: &str) -> Option<String> {
    let good = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    ((1..=32).contains(&value.len()) && value.bytes().all(good)).then(|| value.to_string())
}

fn servers(value: &str) -> Option<u8> {
    value.parse().ok().filter(|count| (1..=SERVERS_MAX).contains(count))
}

/// Only the form is checked here: which rules there are is the world's knowledge.
fn rule(value: &str) -> Option<(String, String)> {
    let (pattern, value) = value.split_once(':')?;
    let is_name = |text: &str| {
        (1..=32).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    (is_name(pattern) && is_name(value)).then(|| (pattern.to_string(), value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Lesson;

    fn around(page: Page, framed: bool) -> Surroundings {
        Surroundings { lang: "en".to_string(), page, framed, prefers_reduced_motion: false }
    }

    fn read_at(around: &Surroundings, query: &str) -> (Settings, Vec<String>) {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        read(&pairs, around)
    }

    fn home(query: &str) -> (Settings, Vec<String>) {
        read_at(&around(Page::Home, false), query)
    }

    #[test]
    fn lessons_go_at_speeds_that_are_offered() {
        let paces = Lesson::ALL.iter().flat_map(Lesson::parts).flat_map(|part| part.pace);
        for pace in paces {
            assert!(speed(pace).is_some(), "{pace}");
        }
        for unknown in ["1.0", "01", "3", "", " 1", "NaN"] {
            assert_eq!(speed(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn nothing_asked_gives_the_defaults() {
        let (settings, complaints) = home("");
        assert!(complaints.is_empty());
        assert_eq!(settings.controls, ControlsShown::Full);
        assert_eq!((settings.speed, settings.at, settings.seed), (1.0, Time::ZERO, None));
        assert_eq!((settings.embed, settings.links, settings.slides), (false, true, None));
    }

    #[test]
    fn it_plays_by_itself_only_on_home_and_sandbox_at_top_level() {
        let plays = |around: &Surroundings, query| read_at(around, query).0.autoplay;
        let lesson = Page::Lesson(LessonId::Heartbeat);
        assert!(plays(&around(Page::Home, false), ""));
        assert!(plays(&around(Page::Sandbox, false), ""));
        assert!(!plays(&around(lesson, false), ""));
        assert!(!plays(&around(Page::Home, true), ""));
        assert!(!plays(&around(Page::Home, false), "embed=1"));
        assert!(!plays(&around(Page::Home, false), "motion=reduce"));
        assert!(plays(&around(lesson, true), "autoplay=1"));
        assert!(!plays(&around(Page::Home, false), "autoplay=0"));
    }

    #[test]
    fn less_motion_is_the_visitors_wish_unless_the_address_says_otherwise() {
        let mut calm = around(Page::Home, false);
        calm.prefers_reduced_motion = true;
        assert!(read_at(&calm, "").0.reduced_motion);
        assert!(!read_at(&calm, "").0.autoplay);
        assert!(!read_at(&calm, "motion=full").0.reduced_motion);
    }

    #[test]
    fn an_embed_shows_few_controls_unless_it_asks_for_more() {
        assert_eq!(home("embed=1").0.controls, ControlsShown::Min);
        assert_eq!(home("embed=1&controls=full").0.controls, ControlsShown::Full);
        assert_eq!(home("controls=none").0.controls, ControlsShown::None);
    }

    #[test]
    fn good_values_are_taken() {
        let (settings, complaints) =
            home("speed=0.25&at=1500&seed=4294967295&host=slides&links=0&present=1&autosize=1&theme=dark");
        assert_eq!(complaints, Vec::<String>::new());
        assert_eq!((settings.speed, settings.at), (0.25, Time::from_ms(1500)));
        assert_eq!((settings.seed, settings.slides), (Some(u32::MAX), Some(true)));
        assert!(!settings.links && settings.present && settings.autosize);
        assert_eq!(home("embed=1&id=slide-3").0.id.as_deref(), Some("slide-3"));
        assert_eq!(home("id=slide-3").0.id, None, "a page that is no frame keeps nothing");
    }

    #[test]
    fn a_bad_value_is_the_default_and_is_complained_about_once() {
        let bad = "speed=3 speed=NaN at=-1 at=3600001 seed=-1 seed=x host=deck embed=yes autoplay=2 motion=slow theme=pink \
                   controls=all rule=dedupe rule=Dedupe:off rule=:off servers=0 servers=10 id=A id=a_b";
        for query in bad.split(' ') {
            let (settings, complaints) = home(query);
            assert_eq!(settings, home("").0, "{query}");
            assert_eq!(complaints.len(), 1, "{query}");
        }
    }

    #[test]
    fn unknown_parameters_are_ignored_and_the_first_of_two_counts() {
        assert_eq!(home("fbclid=abc&speed=2&speed=nonsense").0.speed, 2.0);
        assert!(home("fbclid=abc&speed=2&speed=nonsense").1.is_empty());
    }

    #[test]
    fn rules_repeat_and_the_number_of_servers_is_the_sandboxs() {
        let sandbox = around(Page::Sandbox, false);
        let (settings, _) = read_at(&sandbox, "rule=dedupe:off&rule=mark:blind&servers=3");
        let expected = [("dedupe", "off"), ("mark", "blind")];
        assert_eq!(settings.rules, expected.map(|(pattern, value)| (pattern.to_string(), value.to_string())));
        assert_eq!(settings.servers, Some(3));
        assert_eq!(home("servers=3").0.servers, None);
    }
}
