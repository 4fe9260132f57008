//! What a host page may say to the frame. Whatever it sends, the worst that it gets is an answer with a code.

use serde::Deserialize;
use serde::de::Deserializer;

use super::address::{AT_MS_MAX, SPEEDS};
use super::tagged::Tagged;
use crate::command::{Command, Refusal};
use crate::lesson::LessonId;
use crate::time::Time;

/// The longest message, in bytes of its JSON text.
pub const BYTES_MAX: usize = 8 * 1024;

/// The deepest nesting in a message: the groups of a partition.
const DEPTH_MAX: usize = 3;

/// The longest `ref`, in characters.
const REF_CHARS_MAX: usize = 32;

/// What reveal.js sends when a slide is shown or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slide {
    /// The slide is shown.
    Start,
    /// The slide was left.
    Stop,
}

impl Slide {
    /// The signal that this string is, if it is one.
    pub fn of(text: &str) -> Option<Slide> {
        match text {
            "slide:start" => Some(Slide::Start),
            "slide:stop" => Some(Slide::Stop),
            _ => None,
        }
    }
}

/// A look of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the visitor's system has it.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// The strongest contrast.
    Contrast,
    /// For a projector.
    Projector,
}

impl Theme {
    const ALL: [Theme; 5] = [Theme::Auto, Theme::Light, Theme::Dark, Theme::Contrast, Theme::Projector];

    /// The look of that name, if there is one.
    pub fn of(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The name in addresses, messages and style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Contrast => "contrast",
            Theme::Projector => "projector",
        }
    }
}

/// What a host asks for; each is answered by the state or by an error.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Let time run.
    Play,
    /// Let time stand.
    Pause,
    /// To the next line of the event list.
    Step,
    /// To the previous line.
    Back,
    /// A new run with the same start.
    Reset,
    /// Tell the state.
    State,
    /// To the state after everything due at that moment.
    Seek {
        /// The moment.
        #[serde(deserialize_with = "moment")]
        at: Time,
    },
    /// Simulated seconds a second.
    Speed {
        /// One of [`SPEEDS`].
        #[serde(deserialize_with = "speed")]
        value: f64,
    },
    /// How the page looks.
    Theme {
        /// The look.
        value: Theme,
    },
    /// Another lesson, or a shared run, in the place of this one. At least one of the two; a shared run names its lesson itself.
    Load {
        /// The lesson.
        #[serde(default)]
        lesson: Option<LessonId>,
        /// The share string.
        #[serde(default)]
        share: Option<String>,
    },
    /// Do this to the world.
    Act(Command),
}

/// Why a message is answered by an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The code.
    pub code: Refusal,
    /// A sentence for whoever wrote the host page.
    pub text: String,
}

/// Whether a message of this JSON text may be read at all: an object, neither long nor deep.
pub fn admit(json: &str) -> Result<(), Bad> {
    if json.len() > BYTES_MAX {
        return Err(bad(format!("a message has at most {BYTES_MAX} bytes")));
    }
    if !json.starts_with('{') || depth(json) > DEPTH_MAX {
        return Err(bad("a message is a flat object".to_string()));
    }
    Ok(())
}

/// Whether the message is one for the playground, rather than one that other scripts of the host send around.
pub fn is_ours<'de, D: Deserializer<'de>>(message: D) -> bool {
    #[derive(Deserialize)]
    struct Marked {
        playground: u8,
    }
    Marked::deserialize(message).is_ok_and(|marked| marked.playground == 1)
}

/// The `ref` that the answer carries back; none when there is none or it is not a short string.
pub fn reference<'de, D: Deserializer<'de>>(message: D) -> Option<String> {
    #[derive(Deserialize)]
    struct Referring {
        r#ref: String,
    }
    let found = Referring::deserialize(message).ok()?;
    (found.r#ref.chars().count() <= REF_CHARS_MAX).then_some(found.r#ref)
}

/// What the message asks for. A server or client that cannot exist has the code `no-such-server`, all else `bad-message`.
/// The message is asked for once for each reading.
pub fn wish<'de, D: Deserializer<'de>>(message: impl Fn() -> D + Copy) -> Result<Wish, Bad> {
    match Wish::deserialize(Tagged { message, fields: &["cmd", "action"] }) {
        Ok(Wish::Load { lesson: None, share: None }) => {
            Err(bad("load what? a lesson or a share".to_string()))
        }
        other => other.map_err(|error| named(&error.to_string())),
    }
}

/// The ids say themselves what is wrong with a name; serde has only their sentence to pass on.
fn named(error: &str) -> Bad {
    let no_such = error.contains("no server is named") || error.contains("no client is named");
    let code = if no_such { Refusal::NoSuchServer } else { Refusal::BadMessage };
    Bad { code, text: error.chars().take(200).collect() }
}

fn bad(text: String) -> Bad {
    Bad { code: Refusal::BadMessage, text }
}

/// How deep the brackets of a JSON text go; those inside strings do not count.
fn depth(json: &str) -> usize {
    let (mut now, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => now += 1,
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

fn moment<'de, D: Deserializer<'de>>(value: D) -> Result<Time, D::Error> {
    let ms = u32::deserialize(value)?;
    if ms > AT_MS_MAX {
        return Err(serde::de::Error::custom(format!("a run has at most {AT_MS_MAX} ms")));
    }
    Ok(Time::from_ms(i64::from(ms)))
}

fn speed<'de, D: Deserializer<'de>>(value: D) -> Result<f64, D::Error> {
    let speed = f64::deserialize(value)?;
    if !SPEEDS.contains(&speed) {
        return Err(serde::de::Error::custom(format!("the speeds are {SPEEDS:?}")));
    }
    Ok(speed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn wished(message: Value) -> Result<Wish, Refusal> {
        wish(|| &message).map_err(|bad| bad.code)
    }

    fn command(fields: &str) -> Value {
        serde_json::from_str(&format!(r#"{{"playground":1,"cmd":{fields},"ref":"r"}}"#)).unwrap()
    }

    #[test]
    fn every_command_is_understood() {
        for (fields, expected) in [
            (r#""play""#, Wish::Play),
            (r#""pause""#, Wish::Pause),
            (r#""step""#, Wish::Step),
            (r#""back""#, Wish::Back),
            (r#""reset""#, Wish::Reset),
            (r#""state""#, Wish::State),
            (r#""seek","at":1500"#, Wish::Seek { at: Time::from_ms(1500) }),
            (r#""speed","value":0.25"#, Wish::Speed { value: 0.25 }),
            (r#""speed","value":4"#, Wish::Speed { value: 4.0 }),
            (r#""theme","value":"projector""#, Wish::Theme { value: Theme::Projector }),
            (r#""load","lesson":"heartbeat""#, Wish::Load { lesson: Some(LessonId::Heartbeat), share: None }),
            (r#""load","share":"v1AB""#, Wish::Load { lesson: None, share: Some("v1AB".to_string()) }),
            (r#""act","action":"crash-leader""#, Wish::Act(Command::CrashLeader)),
        ] {
            assert_eq!(wished(command(fields)), Ok(expected), "{fields}");
        }
    }

    #[test]
    fn an_action_has_its_fields_beside_it() {
        let partition = r#""act","action":"partition","groups":[["A","B"],["C"]],"customers":"A""#;
        let Ok(Wish::Act(Command::Partition { groups, customers })) = wished(command(partition)) else {
            panic!("not understood");
        };
        assert_eq!((groups.len(), groups[0].len()), (2, 2));
        assert_eq!(customers.map(|server| server.letter()), Some('A'));
        let buy = r#""act","action":"buy","client":"client-124","item":"magic-shield""#;
        assert!(matches!(
            wished(command(buy)),
            Ok(Wish::Act(Command::Buy { count: None, server: None, .. }))
        ));
    }

    #[test]
    fn nonsense_has_a_code() {
        for fields in [
            r#""dance""#,
            r#"7"#,
            r#""load""#,
            r#""load","lesson":"juggling""#,
            r#""load","share":7"#,
            r#""act""#,
            r#""act","action":"crash""#,
            r#""act","action":"crash","server":7"#,
            r#""act","action":"buy","client":"client-123","item":"moon""#,
            r#""act","action":"partition","groups":"all""#,
            r#""seek""#,
            r#""seek","at":"noon""#,
            r#""seek","at":-1"#,
            r#""seek","at":1.5"#,
            r#""seek","at":1e300"#,
            r#""seek","at":3600001"#,
            r#""speed","value":3"#,
            r#""speed","value":"fast""#,
            r#""theme","value":"pink""#,
        ] {
            assert_eq!(wished(command(fields)), Err(Refusal::BadMessage), "{fields}");
        }
        for fields in
            [r#""act","action":"crash","server":"Z""#, r#""act","action":"retry","client":"client-9""#]
        {
            assert_eq!(wished(command(fields)), Err(Refusal::NoSuchServer), "{fields}");
        }
    }

    #[test]
    fn the_ref_is_found_even_when_the_rest_is_bad() {
        assert_eq!(
            reference(json!({"playground": 1, "cmd": "dance", "ref": "r-1"})),
            Some("r-1".to_string())
        );
        for message in [
            json!({"cmd": "play"}),
            json!({"ref": 7}),
            json!({"ref": "x".repeat(33)}),
            json!("ref"),
            json!(null),
        ] {
            assert_eq!(reference(message.clone()), None, "{message}");
        }
    }

    #[test]
    fn other_peoples_messages_are_not_ours() {
        assert!(is_ours(json!({"playground": 1})));
        for message in [
            json!({}),
            json!({"playground": 2}),
            json!({"playground": "1"}),
            json!("setImmediate$0"),
            json!(null),
        ] {
            assert!(!is_ours(message.clone()), "{message}");
        }
    }

    #[test]
    fn long_and_deep_messages_are_not_read() {
        assert_eq!(admit(r#"{"groups":[["A"],["B"]],"ref":"[[[[\"[[[["}"#), Ok(()));
        assert!(admit(&"[".repeat(BYTES_MAX)).is_err());
        assert!(admit(r#"{"a":[[[1]]]}"#).is_err());
        assert!(admit("[1]").is_err(), "a list could pass for an object's fields in their order");
        assert!(admit(&format!(r#"{{"ref":"{}"}}"#, "x".repeat(BYTES_MAX))).is_err());
    }

    #[test]
    fn signals_of_a_deck() {
        assert_eq!(Slide::of("slide:start"), Some(Slide::Start));
        assert_eq!(Slide::of("slide:stop"), Some(Slide::Stop));
        assert_eq!(Slide::of("slide:"), None);
    }
}
