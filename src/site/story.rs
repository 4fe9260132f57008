//! The map on the home page: the whole story in one picture. Ten stations, each with the trouble that leads to it, its pattern, and what
//! breaks without it; below them the principles that close the story. The sandbox lists the demos of the same patterns.

use playground::lesson::{Demo, LessonId, STORY};
use playground::share::{self, Shared};
use playground::words::{Words, plain};

use super::Result;
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
pub fn map(words: &Words, home: &str) -> Result<Html> {
    let story = Story { words, home, sandbox: &format!("{home}sandbox/") };
    let stations = STORY.iter().map(|(lesson, demo)| story.station(*lesson, demo.as_ref()));
    let principles = PRINCIPLES.iter().map(|(key, lesson, promise)| story.principle(key, *lesson, promise));
    Ok(Html::all([
        story.heading("story.heading"),
        Html::element("p", &[("class", "story-intro")], story.say("story.intro")),
        Html::element(
            "ol",
            &[("class", "patterns"), ("id", "patterns")],
            Html::all(stations.collect::<Result<Vec<_>>>()?),
        ),
        story.heading("story.principles"),
        Html::element("ul", &[("class", "principles")], Html::all(principles)),
    ]))
}

/// The demos, for the sandbox, in which they open.
pub fn demos(words: &Words, home: &str) -> Result<Html> {
    let story = Story { words, home, sandbox: "" };
    let demos = STORY.iter().filter_map(|(lesson, demo)| Some(story.demo(*lesson, demo.as_ref()?)));
    Ok(Html::all([
        story.heading("story.demos"),
        Html::element("p", &[("class", "story-intro")], story.say("story.demos-intro")),
        Html::element("ul", &[("class", "demos")], Html::all(demos.collect::<Result<Vec<_>>>()?)),
    ]))
}

struct Story<'a> {
    words: &'a Words,
    home: &'a str,
    /// How the sandbox is reached; nothing when this is it.
    sandbox: &'a str,
}

impl Story<'_> {
    fn say(&self, key: &str) -> Html {
        Html::text(self.words.text(key))
    }

    fn heading(&self, key: &str) -> Html {
        Html::element("h2", &[], self.say(key))
    }

    /// What goes wrong, the pattern that answers it, and what leaving it out would break.
    fn station(&self, lesson: LessonId, demo: Option<&Demo>) -> Result<Html> {
        let trouble =
            Html::element("span", &[("class", "trouble")], self.say(&format!("story.trouble.{lesson}")));
        let name = Html::element("strong", &[], self.pattern(lesson));
        let line = Html::element("span", &[("class", "line")], self.say(&format!("pattern.{lesson}.line")));
        let switch = demo.map(|demo| self.switch(lesson, demo)).transpose()?.unwrap_or_default();
        Ok(Html::element("li", &[], Html::all([trouble, name, line, switch])))
    }

    /// What happens in a demo, and what breaks in it without the pattern.
    fn demo(&self, lesson: LessonId, demo: &Demo) -> Result<Html> {
        let name = Html::element("strong", &[], self.pattern(lesson));
        let line = Html::element("span", &[("class", "line")], self.say(&format!("story.demo.{lesson}")));
        Ok(Html::element("li", &[], Html::all([name, line, self.switch(lesson, demo)?])))
    }

    /// The switch: the promise that breaks without the pattern, and the demo of it, without the pattern and with it.
    fn switch(&self, lesson: LessonId, demo: &Demo) -> Result<Html> {
        // Without heartbeats nothing would move; what its demo leaves out is the rule by which an election has one winner.
        let without = if lesson == LessonId::Heartbeat { "story.without-votes" } else { "story.without" };
        let label = Html::element("span", &[("class", "label")], self.say(without));
        let broken = Html::element("span", &[("class", "broken")], self.promise(demo.breaks));
        let off = self.link(lesson, "off", demo.breaks, &shared(lesson, demo, false)?);
        let on = self.link(lesson, "on", demo.breaks, &shared(lesson, demo, true)?);
        let space = || Html::text(" ");
        let inside = Html::all([label, space(), broken, space(), off, space(), on]);
        Ok(Html::element("p", &[("class", "without")], inside))
    }

    /// In the sandbox the link carries what the page says while its demo is open, and at which promise it stops.
    fn link(&self, lesson: LessonId, side: &str, breaks: &str, run: &str) -> Html {
        let (class, address) = (format!("switch-{side}"), format!("{}#s={run}", self.sandbox));
        let mut attributes = vec![("class", class.as_str()), ("href", address.as_str())];
        let told = self.told(lesson, side);
        if self.sandbox.is_empty() {
            attributes.push(("data-told", &told));
            attributes.push(("data-breaks", breaks));
        }
        Html::element("a", &attributes, self.say(&format!("story.{side}")))
    }

    fn told(&self, lesson: LessonId, side: &str) -> String {
        let text = |key: String| plain(self.words.text(&key));
        let args = [
            ("pattern".to_string(), text(format!("pattern.{lesson}.name"))),
            ("what".to_string(), text(format!("story.demo.{lesson}"))),
        ];
        self.words.fill(&format!("story.told-{side}"), &args.into())
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

/// The share string of a demo.
fn shared(lesson: LessonId, demo: &Demo, with: bool) -> Result<String> {
    let run = Shared::demo(demo, with).map_err(|step| format!("the demo of {lesson}: {step:?}"))?;
    share::encode(&run).map_err(|error| format!("the demo of {lesson}: {error}"))
}
