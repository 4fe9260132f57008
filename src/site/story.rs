//! The map on the home page: the whole story in one picture. Ten stations, each with the trouble that leads to it, its pattern, and what
//! breaks without it; below them the principles that close the story.

use playground::lesson::{LessonId, STORY, WrongWorld};
use playground::words::Words;

use super::html::Html;

/// The principles: the end of the word key, the pattern that stands for each, and the promise that it keeps.
const PRINCIPLES: [(&str, LessonId, &str); 8] = [
    ("durability", LessonId::WriteAheadLog, "done-is-kept"),
    ("one-source", LessonId::LeaderAndFollowers, "same-order"),
    ("detection", LessonId::Heartbeat, "serves-again"),
    ("versions", LessonId::GenerationClock, "one-leader-per-generation"),
    ("majority", LessonId::MajorityQuorum, "committed-stays"),
    ("explicit", LessonId::HighWaterMark, "latest-is-latest"),
    ("asynchronous", LessonId::UpdateQueue, "money-and-goods"),
    ("idempotence", LessonId::IdempotentReceiver, "at-most-once"),
];

/// The map and the principles, for the home page of a language; `home` is how that page's folder is reached.
pub fn map(words: &Words, home: &str) -> Html {
    let map = Map { words, home };
    let stations = STORY.iter().map(|(lesson, without)| map.station(*lesson, without.as_ref()));
    let principles = PRINCIPLES.iter().map(|(key, lesson, promise)| map.principle(key, *lesson, promise));
    Html::all([
        map.heading("story.heading"),
        Html::element("p", &[("class", "story-intro")], map.say("story.intro")),
        Html::element("ol", &[("class", "patterns"), ("id", "patterns")], Html::all(stations)),
        map.heading("story.principles"),
        Html::element("ul", &[("class", "principles")], Html::all(principles)),
    ])
}

struct Map<'a> {
    words: &'a Words,
    home: &'a str,
}

impl Map<'_> {
    fn say(&self, key: &str) -> Html {
        Html::text(self.words.text(key))
    }

    fn heading(&self, key: &str) -> Html {
        Html::element("h2", &[], self.say(key))
    }

    /// What goes wrong, the pattern that answers it, and what leaving it out would break.
    fn station(&self, lesson: LessonId, without: Option<&WrongWorld>) -> Html {
        let trouble =
            Html::element("span", &[("class", "trouble")], self.say(&format!("story.trouble.{lesson}")));
        let name = Html::element("strong", &[], self.pattern(lesson));
        let line = Html::element("span", &[("class", "line")], self.say(&format!("pattern.{lesson}.line")));
        let without = without.map(|without| self.without(lesson, without)).unwrap_or_default();
        Html::element("li", &[], Html::all([trouble, name, line, without]))
    }

    /// The switch: a world of the pattern without it, and the promise that breaks there.
    fn without(&self, lesson: LessonId, world: &WrongWorld) -> Html {
        let WrongWorld { pattern, value, breaks } = world;
        // A world without a cluster, or with a single server, is that of its lesson.
        let place = match *pattern {
            "web-state" | "log" => lesson.name(),
            _ => "sandbox",
        };
        let address = format!("{}{place}/?rule={pattern}:{value}", self.home);
        let broken = Html::element(
            "span",
            &[("class", "broken")],
            breaks.map(|promise| self.promise(promise)).unwrap_or_default(),
        );
        let switch =
            Html::element("a", &[("class", "switch-off"), ("href", &address)], self.say("story.off"));
        let label = Html::element("span", &[("class", "label")], self.say("story.without"));
        Html::element(
            "p",
            &[("class", "without")],
            Html::all([label, Html::text(" "), broken, Html::text(" "), switch]),
        )
    }

    fn principle(&self, key: &str, lesson: LessonId, promise: &str) -> Html {
        let name = Html::element("strong", &[], self.say(&format!("story.principle.{key}")));
        let why =
            Html::element("span", &[("class", "line")], self.say(&format!("story.principle.{key}-why")));
        let kept = Html::all([self.pattern(lesson), Html::text(" · "), self.promise(promise)]);
        Html::element("li", &[], Html::all([name, why, Html::element("span", &[("class", "kept")], kept)]))
    }

    fn pattern(&self, lesson: LessonId) -> Html {
        let address = format!("{}{lesson}/", self.home);
        Html::element("a", &[("href", &address)], self.say(&format!("pattern.{lesson}.name")))
    }

    fn promise(&self, name: &str) -> Html {
        self.say(&format!("promise.{name}"))
    }
}
