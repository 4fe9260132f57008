//! Pages that are text: for lecturers, and the gallery with live frames in it.

use playground::host::snippet::{Place, Wanted};
use playground::lesson::Lesson;
use playground::wire::VERSION;
use playground::words::{Args, Words, plain};

use super::html::Html;
use super::pages::{Address, Kind, heading};

/// Stands for the site's address where none was given.
const SOMEWHERE: &str = "https://example.org/playground";

/// Width and height of the gallery's frames in pixels.
const SIZE: (u32, u32) = (800, 450);

/// Parameters of an address.
type Parameters = &'static [(&'static str, &'static str)];

/// The gallery's frames: the end of the word key, where they lead, and their parameters.
const EXAMPLES: [(&str, Kind, Parameters); 4] = [
    ("plain", Kind::Lesson(playground::lesson::LessonId::Heartbeat), &[]),
    (
        "dark",
        Kind::Lesson(playground::lesson::LessonId::MajorityQuorum),
        &[("theme", "dark"), ("speed", "0.25")],
    ),
    ("stage", Kind::Sandbox, &[("controls", "none"), ("seed", "7")]),
    ("wrong", Kind::Sandbox, &[("rule", "dedupe:off"), ("seed", "7")]),
];

/// What such a page is made with.
pub struct Text<'a> {
    /// The words of its language.
    pub words: &'a Words,
    /// Its language.
    pub lang: &'static str,
    /// How the root of the site is reached.
    pub root: &'a str,
    /// Where the site will be.
    pub site: Option<&'a str>,
}

/// The name of a term, and what it means.
pub fn term(text: &str) -> (String, String) {
    let (name, meaning) = text.split_once(": ").unwrap_or((text, ""));
    (name.to_string(), meaning.to_string())
}

impl Text<'_> {
    /// Everything in `<main>`.
    pub fn main(&self, kind: Kind) -> Html {
        let parts = match kind {
            Kind::Gallery => self.gallery(),
            Kind::Glossary => self.glossary(),
            _ => self.lecturers(),
        };
        Html::element(
            "main",
            &[("class", "text")],
            Html::all([heading(self.words, kind, Html::default()), parts]),
        )
    }

    fn text(&self, key: &str) -> String {
        self.words.text(key).to_string()
    }

    fn say(&self, key: &str) -> Html {
        Html::text(self.words.text(key))
    }

    fn h2(&self, key: &str) -> Html {
        Html::element("h2", &[], self.say(key))
    }

    fn p(&self, key: &str) -> Html {
        Html::element("p", &[], self.say(key))
    }

    /// The texts `1`, `2`, … below a key.
    fn list(&self, key: &str) -> Html {
        let prefix = format!("{key}.");
        let items = self.words.iter().filter(|(key, _)| key.starts_with(&prefix));
        Html::element("ol", &[], Html::all(items.map(|(_, text)| Html::element("li", &[], Html::text(text)))))
    }

    fn lecturers(&self) -> Html {
        let mut version = Args::new();
        version.insert("version".to_string(), plain(VERSION));
        let cite = Html::element("p", &[], Html::text(&self.words.fill("lecturers.cite-text", &version)));
        Html::all([
            self.h2("lecturers.ten"),
            self.list("lecturers.plan-ten"),
            self.h2("lecturers.fifty"),
            self.list("lecturers.plan-fifty"),
            self.h2("lecturers.slides"),
            self.list("lecturers.embed"),
            self.h2("lecturers.cite"),
            cite,
            self.h2("lecturers.privacy"),
            self.p("lecturers.privacy-text"),
            Html::element("section", &[("class", "sheet")], self.questions()),
            Html::element("section", &[("class", "sheet")], self.answers()),
        ])
    }

    fn questions(&self) -> Html {
        let asked = Lesson::ALL.iter().map(|lesson| {
            let choices = self.sorted_choices(lesson).into_iter().map(|(letter, name)| {
                let text = self.text(&format!("{}.predict.{name}", lesson.id));
                Html::element("li", &[], Html::text(&format!("☐ {letter}. {text}")))
            });
            let question = self.p(&format!("{}.predict.question", lesson.id));
            let title = Html::element("h3", &[], self.say(&format!("{}.link", lesson.id)));
            let choices = Html::element("ul", &[("class", "choices")], Html::all(choices));
            Html::element("section", &[("class", "question")], Html::all([title, question, choices]))
        });
        Html::all(
            [self.h2("lecturers.questions"), self.p("lecturers.questions-how")].into_iter().chain(asked),
        )
    }

    fn answers(&self) -> Html {
        let answers = Lesson::ALL.iter().map(|lesson| {
            let choices = self.sorted_choices(lesson);
            let letter = choices.iter().find(|(_, name)| *name == "right").map_or('?', |(letter, _)| *letter);
            let why = self.text(&format!("{}.predict.right-why", lesson.id));
            let name = self.text(&format!("{}.link", lesson.id));
            Html::element("p", &[], Html::text(&format!("{name}: {letter}. {why}")))
        });
        Html::all([self.h2("lecturers.answers")].into_iter().chain(answers))
    }

    /// The choices with a letter each, in the order of their names, so that the right one has no place of its own.
    fn sorted_choices(&self, lesson: &Lesson) -> Vec<(char, &'static str)> {
        let mut names: Vec<&str> = lesson.predict.iter().map(|choice| choice.name).collect();
        names.sort_unstable();
        ('A'..='Z').zip(names).collect()
    }

    /// Every term, to be linked to by its key.
    fn glossary(&self) -> Html {
        let mut terms: Vec<(&str, (String, String))> = self
            .words
            .iter()
            .filter_map(|(key, text)| Some((key.strip_prefix("glossary.term.")?, term(text))))
            .collect();
        terms.sort_by(|(_, one), (_, other)| one.cmp(other));
        let entries = terms.into_iter().flat_map(|(key, (name, meaning))| {
            let name = Html::element("dt", &[("id", key)], Html::text(&name));
            [name, Html::element("dd", &[], Html::text(&meaning))]
        });
        Html::element("dl", &[], Html::all(entries))
    }

    fn gallery(&self) -> Html {
        let examples = EXAMPLES.iter().map(|(name, kind, parameters)| self.example(name, *kind, parameters));
        let places = Place::ALL.into_iter().map(|place| self.place(place));
        Html::all(examples.chain([self.h2("gallery.places"), self.p("gallery.places-how")]).chain(places))
    }

    fn example(&self, name: &str, kind: Kind, parameters: &[(&str, &str)]) -> Html {
        let path = Address { lang: self.lang, kind }.path();
        let title = self.text(&format!("gallery.example.{name}"));
        let here = self.wanted(format!("{}{path}", self.root), &title, parameters).address(Place::Html);
        let elsewhere = self.wanted(self.absolute(&path), &title, parameters).snippet(Place::Html);
        let (width, height) = (SIZE.0.to_string(), SIZE.1.to_string());
        let frame = [
            ("src", here.as_str()),
            ("title", title.as_str()),
            ("width", &width),
            ("height", &height),
            ("loading", "lazy"),
            ("allow", "fullscreen; clipboard-write"),
        ];
        Html::all([
            Html::element("h2", &[], Html::text(&title)),
            self.p(&format!("gallery.example.{name}-why")),
            Html::element("iframe", &frame, Html::default()),
            self.to_be_copied(&elsewhere),
        ])
    }

    fn place(&self, place: Place) -> Html {
        let kind = EXAMPLES[0].1;
        let path = self.absolute(&Address { lang: self.lang, kind }.path());
        let title = self.text(&format!("{}.title", kind.name()));
        Html::all([
            Html::element("h3", &[], self.say(&format!("share.place-{}", place.name()))),
            self.p(&format!("share.note-{}", place.name())),
            Html::element("pre", &[], Html::text(&self.wanted(path, &title, &[]).snippet(place))),
        ])
    }

    fn to_be_copied(&self, snippet: &str) -> Html {
        let summary = Html::element("summary", &[], self.say("gallery.copy"));
        let code = Html::element("pre", &[], Html::text(snippet));
        Html::element("details", &[], Html::all([summary, code]))
    }

    fn absolute(&self, path: &str) -> String {
        format!("{}/{path}", self.site.unwrap_or(SOMEWHERE))
    }

    fn wanted(&self, page: String, title: &str, parameters: &[(&str, &str)]) -> Wanted {
        let kept = parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Wanted { kept, size: SIZE, ..Wanted::whole(page, title.to_string()) }
    }
}
