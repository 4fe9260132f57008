//! The text of a lesson: everything can be read from top to bottom without script; with it, one phase after the other is beside the
//! stage. The words of a lesson are a file of their own, and must be exactly those that are shown.

use std::collections::BTreeSet;

use playground::lesson::{Choice, Figure, Lesson, LessonId, Part, WrongWorld, figures, resolve_part};
use playground::scene::chart::{Axis, Chart, Look, Scale, Series};
use playground::scene::svg;
use playground::words::{Words, plain};

use super::Result;
use super::html::Html;
use super::text_pages::term;

/// The phases, in order.
pub const PHASES: [&str; 6] = ["predict", "watch", "why", "challenge", "play", "recap"];

/// The beginnings of the word keys of what is said in the guided runs.
const PARTS: [&str; 2] = ["watch", "second"];

/// How many hints a challenge has.
const HINTS: usize = 3;

/// A lesson in a language.
pub struct Text<'a> {
    words: &'a Words,
    lesson: &'static Lesson,
    figures: Vec<Figure>,
    root: &'a str,
}

impl<'a> Text<'a> {
    /// The text of a lesson; an error names the words that are missing, and those that nobody needs.
    pub fn new(words: &'a Words, id: LessonId, root: &'a str) -> Result<Text<'a>> {
        let lesson = Lesson::of(id).ok_or(format!("there is no lesson {id} yet"))?;
        let text = Text { words, lesson, figures: figures(id), root };
        text.check()?;
        Ok(text)
    }

    /// All of it, behind heading and goal.
    pub fn body(&self) -> Html {
        let facts = Html::element("p", &[("class", "before")], self.say("before"));
        let phases = PHASES.map(|phase| {
            let inside = match phase {
                "predict" => self.predict(),
                "watch" => self.watch(),
                "why" => self.why(),
                "challenge" => self.challenge(),
                "play" => self.numbered("play"),
                _ => self.recap(),
            };
            let heading = Html::element("h2", &[], self.common(&format!("phase-{phase}")));
            let attributes = [("id", phase), ("class", "phase"), ("data-phase", phase)];
            Html::element("section", &attributes, Html::all([heading, inside, self.onward(phase)]))
        });
        Html::all([facts, self.terms(), self.steps(), Html::all(phases)])
    }

    /// The words that the lesson takes for known, to be opened without leaving it; each leads on to the glossary.
    fn terms(&self) -> Html {
        let entry = |key: &&str| {
            let (name, meaning) = term(self.words.text(&format!("glossary.term.{key}")));
            let link = Html::element("a", &[("href", &format!("../glossary/#{key}"))], Html::text(&name));
            [Html::element("dt", &[], link), Html::element("dd", &[], Html::text(&meaning))]
        };
        let summary = Html::element("summary", &[], self.common("terms"));
        let entries = Html::element("dl", &[], Html::all(self.lesson.terms.iter().flat_map(entry)));
        Html::element("details", &[("class", "terms")], Html::all([summary, entries]))
    }

    /// Which phase comes when; every one can be gone to at any time.
    fn steps(&self) -> Html {
        let step = |phase: &str| {
            let link = [("href", format!("#{phase}")), ("data-to", phase.to_string())];
            let link: Vec<(&str, &str)> = link.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Html::element("li", &[], Html::element("a", &link, self.common(&format!("phase-{phase}"))))
        };
        let list = Html::element("ol", &[], Html::all(PHASES.map(step)));
        Html::element("nav", &[("class", "phases"), ("aria-label", self.words.text("lesson.phases"))], list)
    }

    /// What comes behind a phase, where no button of it leads on; behind the last one it is the next lesson.
    fn onward(&self, phase: &str) -> Html {
        let to = |next: &str| {
            let name = plain(self.words.text(&format!("lesson.phase-{next}")));
            let args = [("phase".to_string(), name)].into();
            let address = format!("#{next}");
            let text = Html::text(&self.words.fill("lesson.onward", &args));
            Html::element("a", &[("href", address.as_str()), ("data-to", next)], text)
        };
        let link = match phase {
            "why" => to("challenge"),
            "challenge" => to("play"),
            "play" => to("recap"),
            "recap" => self.next_lesson(),
            _ => return Html::default(),
        };
        Html::element("p", &[("class", "onward")], link)
    }

    fn next_lesson(&self) -> Html {
        let next = LessonId::ALL.iter().skip_while(|id| **id != self.lesson.id).nth(1);
        match next {
            Some(next) => {
                let name = plain(self.words.text(&format!("pattern.{next}.name")));
                let text = self.words.fill("lesson.next", &[("name".to_string(), name)].into());
                Html::element("a", &[("href", &format!("../{next}/"))], Html::text(&text))
            }
            None => Html::element("a", &[("href", "../sandbox/")], self.common("to-sandbox")),
        }
    }

    fn predict(&self) -> Html {
        let option = |choice: &Choice| {
            let attributes = [("type", "radio"), ("name", "predict"), ("value", choice.name)];
            let text = Html::element("span", &[], self.say(&format!("predict.{}", choice.name)));
            Html::element("label", &[], Html::all([Html::void("input", &attributes), text]))
        };
        // The right one stands where chance has put it once, the same in every language.
        let shift = self.lesson.id.number() as usize % self.lesson.predict.len();
        let (before, behind) = self.lesson.predict.split_at(shift);
        let options = behind.iter().chain(before).map(option);
        let question = Html::element("legend", &[], self.say("predict.question"));
        let fieldset =
            Html::element("fieldset", &[("class", "predict")], Html::all([question, Html::all(options)]));
        Html::all([
            fieldset,
            self.button("start", "lesson.start", &[("class", "live primary")]),
            self.button("skip", "lesson.skip", &[("class", "live")]),
        ])
    }

    fn watch(&self) -> Html {
        let parts = self.lesson.parts().enumerate().map(|(nth, part)| self.part(nth, &part));
        let next = Html::all([
            self.button("continue", "lesson.continue", &[("class", "live primary")]),
            self.button("again", "lesson.again", &[("class", "live")]),
            self.lesson.second.map(|_| self.straight_to_the_second()).unwrap_or_default(),
        ]);
        let guide = Html::all([
            Html::all(parts),
            Html::element("p", &[("class", "live left"), ("hidden", "")], self.common("left")),
            Html::element("div", &[("class", "next")], next),
        ]);
        Html::all([
            Html::element("p", &[("class", "live quiet")], self.common("watch-hint")),
            Html::element("div", &[("class", "guide")], guide),
        ])
    }

    fn straight_to_the_second(&self) -> Html {
        self.button("part", "lesson.part", &[("class", "live"), ("data-part", "1")])
    }

    /// A guided run, pause by pause; the second one has a heading.
    fn part(&self, nth: usize, part: &Part) -> Html {
        let of = nth.to_string();
        let chunk = |number: usize| {
            let pace = part.pace.get(number - 1).or(part.pace.last()).copied().unwrap_or("1");
            let attributes =
                [("data-part", of.as_str()), ("data-chunk", &number.to_string()), ("data-pace", pace)];
            let text = self.say(&format!("{}.{number}", PARTS[nth]));
            Html::element("li", &attributes, Html::element("p", &[], text))
        };
        let chunks = Html::element("ol", &[("class", "chunks")], Html::all((1..=self.stops(nth)).map(chunk)));
        if nth == 0 {
            return chunks;
        }
        let heading = Html::element("h3", &[], self.say("second.heading"));
        Html::all([heading, chunks])
    }

    fn why(&self) -> Html {
        let answer = |choice: &Choice| {
            let name = choice.name;
            let beside = choice.world.map(|(pattern, value)| self.beside(pattern, value));
            let guess = Html::element("em", &[("class", "guess"), ("hidden", "")], self.common("your-guess"));
            let parts = [
                guess,
                Html::element("strong", &[], self.say(&format!("predict.{name}"))),
                Html::element("p", &[], self.say(&format!("predict.{name}-why"))),
                beside.unwrap_or_default(),
            ];
            Html::element("li", &[("data-answer", name)], Html::all(parts))
        };
        let answers =
            Html::element("ul", &[("class", "answers")], Html::all(self.lesson.predict.iter().map(answer)));
        let wrong = |world: &WrongWorld| {
            let harm = Html::element("p", &[], self.say(&format!("wrong.{}-{}", world.pattern, world.value)));
            Html::element("li", &[], Html::all([harm, self.beside(world.pattern, world.value)]))
        };
        let worlds = Html::all([
            Html::element("h3", &[], self.common("wrong-worlds")),
            Html::element("ul", &[("class", "worlds")], Html::all(self.wrong_worlds().map(wrong))),
            self.button("alone", "lesson.alone", &[("class", "live"), ("hidden", "")]),
        ]);
        let worlds = if self.wrong_worlds().next().is_none() { Html::default() } else { worlds };
        let figures = Html::all(self.figures.iter().map(|figure| self.figure(figure)));
        Html::all([answers, self.numbered("why"), figures, worlds, self.code()])
    }

    /// A chart of what the lesson has measured, and the same numbers as a table.
    fn figure(&self, figure: &Figure) -> Html {
        let say =
            |end: &str| self.words.text(&self.key(&format!("figure.{}-{end}", figure.name))).to_string();
        let axis = |end, by_tens| Axis {
            title: say(end),
            scale: if by_tens { Scale::Tens } else { Scale::Even },
            holds: None,
        };
        let series = figure.curves.iter().map(|curve| Series {
            name: self.words.text(&self.key(&format!("figure.{}", curve.name))).to_string(),
            points: curve.points.clone(),
            look: if curve.is_theory { Look::Line } else { Look::Joined },
        });
        let (right, up) = figure.by_tens;
        let chart = Chart { x: axis("x", right), y: axis("y", up), series: series.collect() };
        let title = say("title");
        let picture = Html::drawn(svg::text(&chart.picture(&title)));
        let summary = Html::element("summary", &[], self.common("numbers"));
        let numbers = Html::element("details", &[], Html::all([summary, table(&title, chart.table())]));
        let by_tens = match figure.by_tens {
            (true, true) => Some("axes-by-tens"),
            (false, true) => Some("up-by-tens"),
            (true, false) => Some("right-by-tens"),
            (false, false) => None,
        };
        let said = ["measured"].into_iter().chain(by_tens);
        let said = said.map(|name| Html::all([Html::text(" "), self.common(name)]));
        let caption = Html::all([Html::element("strong", &[], Html::text(&title)), Html::all(said)]);
        let caption = Html::element("figcaption", &[], caption);
        Html::element("figure", &[("class", "measured")], Html::all([caption, picture, numbers]))
    }

    /// "Show the world where that is true".
    fn beside(&self, pattern: &str, value: &str) -> Html {
        let rule = format!("{pattern}:{value}");
        let part = self.lesson.part_of((pattern, value)).to_string();
        let attributes = [("class", "live beside"), ("data-rule", rule.as_str()), ("data-part", &part)];
        self.button("beside", "lesson.beside", &attributes)
    }

    fn challenge(&self) -> Html {
        let hint = |number: usize| {
            let summary = Html::element(
                "summary",
                &[],
                Html::text(&format!("{} {number}", self.words.text("lesson.hint"))),
            );
            let text = Html::element("p", &[], self.say(&format!("challenge.hint-{number}")));
            Html::element("details", &[("class", "hint")], Html::all([summary, text]))
        };
        let par = self.lesson.par.to_string();
        let fill = [("par".to_string(), plain(&par))].into();
        Html::all([
            Html::element("p", &[("class", "task")], self.say("challenge.task")),
            Html::element("p", &[("class", "quiet")], Html::text(&self.words.fill("lesson.par", &fill))),
            self.button("challenge", "lesson.begin", &[("class", "live primary")]),
            Html::element(
                "p",
                &[("class", "live done"), ("role", "status"), ("data-par", &par)],
                Html::default(),
            ),
            Html::all((1..=HINTS).map(hint)),
        ])
    }

    fn recap(&self) -> Html {
        let used = self.lesson.used.iter().map(|(name, address)| {
            Html::element(
                "li",
                &[],
                Html::all([
                    self.say(&format!("used.{name}")),
                    Html::text(" "),
                    self.link(address, self.words.text("lesson.docs")),
                ]),
            )
        });
        let sources = self
            .lesson
            .sources
            .iter()
            .map(|(title, address)| Html::element("li", &[], self.link(address, title)));
        let list = |items: Vec<Html>| Html::element("ul", &[], Html::all(items));
        Html::all([
            Html::element("p", &[], self.say("recap.1")),
            Html::element(
                "p",
                &[("class", "misconception")],
                Html::all([self.common("misconception"), Html::text(" "), self.say("misconception")]),
            ),
            Html::element("h3", &[], self.common("used")),
            list(used.collect()),
            Html::element("h3", &[], self.common("sources")),
            list(sources.collect()),
            self.button("forget", "lesson.forget", &[("class", "live")]),
        ])
    }

    /// The sources that the programs were made from, as they are.
    fn code(&self) -> Html {
        let file = |path: &&str| {
            let address = format!("{}{}", self.root, source_address(path));
            let link = Html::element("a", &[("href", &address)], Html::text(path));
            let place = Html::element(
                "pre",
                &[("class", "live"), ("tabindex", "0"), ("aria-label", path)],
                Html::default(),
            );
            let patterns: BTreeSet<&str> = self.wrong_worlds().map(|world| world.pattern).collect();
            let patterns: Vec<&str> = patterns.into_iter().collect();
            let attributes = [
                ("class", "code"),
                ("data-source", address.as_str()),
                ("data-patterns", &patterns.join(" ")),
            ];
            Html::element(
                "details",
                &attributes,
                Html::all([
                    Html::element("summary", &[], Html::text(path)),
                    Html::element("p", &[], link),
                    place,
                ]),
            )
        };
        let heading = Html::element("h3", &[], self.common("code"));
        Html::all([heading, Html::all(self.lesson.code.iter().map(file))])
    }

    fn numbered(&self, part: &str) -> Html {
        let items = (1..).map_while(|number| {
            let key = self.key(&format!("{part}.{number}"));
            let text = self.words.text(&key);
            (text != key).then(|| Html::element("li", &[], Html::text(text)))
        });
        Html::element("ol", &[("class", part)], Html::all(items))
    }

    fn button(&self, action: &str, key: &str, attributes: &[(&str, &str)]) -> Html {
        let all = [&[("type", "button"), ("data-do", action)], attributes].concat();
        Html::element("button", &all, Html::text(self.words.text(key)))
    }

    fn link(&self, address: &str, text: &str) -> Html {
        Html::element("a", &[("href", address), ("rel", "external")], Html::text(text))
    }

    fn key(&self, part: &str) -> String {
        format!("{}.{part}", self.lesson.id)
    }

    fn say(&self, part: &str) -> Html {
        Html::text(self.words.text(&self.key(part)))
    }

    fn common(&self, name: &str) -> Html {
        Html::text(self.words.text(&format!("lesson.{name}")))
    }

    /// The wrong worlds of all its guided runs.
    fn wrong_worlds(&self) -> impl Iterator<Item = &'static WrongWorld> + use<> {
        self.lesson.parts().flat_map(|part| part.wrong)
    }

    fn stops(&self, part: usize) -> usize {
        resolve_part(self.lesson, part, self.lesson.id.seed()).map_or(0, |guided| guided.stops.len())
    }

    /// The words of the lesson are those that are shown: none is missing, and none is there for nothing.
    fn check(&self) -> Result<()> {
        let prefix = self.key("");
        let there: BTreeSet<String> = self
            .words
            .iter()
            .filter(|(key, _)| key.starts_with(&prefix))
            .map(|(key, _)| key.to_string())
            .collect();
        let mut needed: BTreeSet<String> = [
            "link",
            "title",
            "description",
            "heading",
            "goal",
            "before",
            "misconception",
            "predict.question",
            "challenge.task",
            "recap.1",
        ]
        .map(|part| self.key(part))
        .into();
        for choice in self.lesson.predict {
            needed.extend(
                [format!("predict.{}", choice.name), format!("predict.{}-why", choice.name)]
                    .map(|part| self.key(&part)),
            );
        }
        for (part, name) in PARTS.iter().enumerate().take(self.lesson.parts().count()) {
            needed.extend((1..=self.stops(part)).map(|nth| self.key(&format!("{name}.{nth}"))));
        }
        needed.extend(self.lesson.second.map(|_| self.key("second.heading")));
        needed.extend((1..=HINTS).map(|nth| self.key(&format!("challenge.hint-{nth}"))));
        needed.extend(
            self.wrong_worlds().map(|world| self.key(&format!("wrong.{}-{}", world.pattern, world.value))),
        );
        needed.extend(self.lesson.used.iter().map(|(name, _)| self.key(&format!("used.{name}"))));
        for figure in &self.figures {
            let parts = ["title", "x", "y"].map(|end| format!("figure.{}-{end}", figure.name));
            let curves = figure.curves.iter().map(|curve| format!("figure.{}", curve.name));
            needed.extend(parts.into_iter().chain(curves).map(|part| self.key(&part)));
        }
        for part in ["why", "play"] {
            // As many as there are, without a gap.
            let start = self.key(&format!("{part}."));
            let count = there.iter().filter(|key| key.starts_with(&start)).count().max(1);
            needed.extend((1..=count).map(|nth| format!("{start}{nth}")));
        }
        let wrong = |kind: &str, keys: Vec<&String>| {
            keys.into_iter().map(|key| format!("{kind} {key}")).collect::<Vec<_>>()
        };
        let complaints = [
            wrong("missing:", needed.difference(&there).collect()),
            wrong("unused:", there.difference(&needed).collect()),
        ]
        .concat();
        if complaints.is_empty() {
            Ok(())
        } else {
            Err(format!("the words of lesson {}: {}", self.lesson.id, complaints.join(", ")))
        }
    }
}

/// A table with its headings above and beside the numbers.
fn table(caption: &str, (headings, rows): (Vec<String>, Vec<Vec<String>>)) -> Html {
    let heading = |scope: &str, text: &String| Html::element("th", &[("scope", scope)], Html::text(text));
    let head = Html::element("tr", &[], Html::all(headings.iter().map(|text| heading("col", text))));
    let row = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(nth, text)| match nth {
            0 => heading("row", text),
            _ => Html::element("td", &[], Html::text(text)),
        });
        Html::element("tr", &[], Html::all(cells))
    };
    let parts = [
        Html::element("caption", &[("class", "unseen")], Html::text(caption)),
        Html::element("thead", &[], head),
        Html::element("tbody", &[], Html::all(rows.iter().map(row))),
    ];
    Html::element("table", &[], Html::all(parts))
}

/// Where a source file is on the site. As text, so that browsers show it.
pub fn source_address(path: &str) -> String {
    format!("source/{path}.txt")
}
