//! A run as a string that fits into a link, and back.
//!
//! A run is its start and its commands, so that is all a link carries: `v1` and, as base64url without padding, a body of
//!
//! ```text
//! engine  lesson:u8 (0: home and sandbox)  seed  at (ms)
//! n  n × (pattern:u8 value:u8)       rules other than the lesson's
//! n  n × (option:u8 value)           options other than the lesson's, the number of servers among them
//! n  n × (delta (ms) action:u8 …)    what was done, each after the one before it; the two upper bits of an action say
//!                                    how many zeros are left out at the end of its fields (3: three, whatever more there are)
//! check:u16                          CRC-16 (IBM-SDLC) of all before, the lower byte first
//! ```
//!
//! Every number without a size is a varint: seven bits a byte, the lowest first, the highest bit says that more follow.
//! Patterns, values, options and actions are numbered from 0 by their rows in [`crate::node::Rules::table`],
//! [`crate::sim::Options::names`] and the table of actions in `actions.rs`; these only ever grow at their ends, so a link once made is
//! good for ever. Rules and options stand in the
//! order of their rows, and there is one way only to write a number. An action may also be written with all its fields; but for
//! that, whatever is read here would be written just so.
//!
//! Links come from strangers. Reading one never panics, never believes a count, and refuses as a whole what it does not
//! know or what is larger than a link may be. It does not ask whether an action is possible: the run passes over one that is not.

mod actions;
mod error;
mod number;
mod rules;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crc::{CRC_16_IBM_SDLC, Crc, NoTable};

use crate::lesson::{Demo, LessonId, NoSuchMoment};
use crate::sim::ENGINE;
use crate::time::{Span, Time};
use crate::wire::Start;
use actions::{put_actions, take_actions};
pub use error::{TooMuch, Unreadable};
use number::{Body, Rest};
use rules::{put_options, put_rules, take_options, take_rules};

/// The most characters of a link's share string.
pub const CHARACTERS_MAX: usize = 2_048;

/// The most actions that a link carries.
pub const ACTIONS_MAX: usize = 200;

/// The last millisecond that a link may speak of: a simulated hour.
pub const MS_MAX: u64 = 60 * 60 * 1_000;

/// What the string begins with: the version of its form.
const VERSION: &str = "v1";

/// Bodies are short: a table of 256 checks would cost more than it saves.
const CHECK: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_SDLC);

/// A run, as it is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The version of the simulation that it was made with; another one may come out differently.
    pub engine: u32,
    /// What repeats it.
    pub start: Start,
}

impl Shared {
    /// A demo at its beginning, with the pattern or without it; from there on, what it does is done as time passes.
    pub fn demo(demo: &Demo, with: bool) -> Result<Shared, NoSuchMoment> {
        let owned = |(name, value): &(&str, u32)| (name.to_string(), *value);
        let (pattern, wrong) = demo.without;
        let start = Start {
            lesson: demo.world,
            seed: demo.seed(),
            rules: (!with).then(|| (pattern.to_string(), wrong.to_string())).into_iter().collect(),
            options: demo.options.iter().map(owned).collect(),
            commands: demo.commands(demo.seed())?,
            ..Start::default()
        };
        Ok(Shared { engine: ENGINE, start })
    }
}
/// What a string may hold at most.
struct Limits {
    characters: usize,
    actions: usize,
    ms: u64,
}

const LINK: Limits = Limits { characters: CHARACTERS_MAX, actions: ACTIONS_MAX, ms: MS_MAX };

/// A file has no limits but that of arithmetic: 49 days in microseconds are far from overflowing anything.
const FILE: Limits = Limits { characters: usize::MAX, actions: usize::MAX, ms: u32::MAX as u64 };

/// Writes a run as a link's share string.
pub fn encode(shared: &Shared) -> Result<String, TooMuch> {
    write(shared, &LINK)
}

/// Reads a link's share string.
pub fn decode(text: &str) -> Result<Shared, Unreadable> {
    read(text, &LINK)
}

/// Writes a run as a file: the same form, however much there is of it.
pub fn save(shared: &Shared) -> Result<String, TooMuch> {
    write(shared, &FILE)
}

/// Reads a run that was saved as a file.
pub fn open(text: &str) -> Result<Shared, Unreadable> {
    read(text, &FILE)
}

fn write(shared: &Shared, limits: &Limits) -> Result<String, TooMuch> {
    let Shared { engine, start } = shared;
    let mut body = Body::default();
    body.number(u64::from(*engine));
    body.byte(start.lesson.map_or(0, LessonId::number));
    body.number(u64::from(start.seed));
    body.number(whole_ms(start.at, limits)?);
    put_rules(&start.rules, &mut body)?;
    put_options(start, &mut body)?;
    put_actions(&start.commands, limits, &mut body)?;
    let text = sealed(body);
    if text.len() > limits.characters {
        return Err(TooMuch::Characters(text.len()));
    }
    Ok(text)
}

fn sealed(Body(mut bytes): Body) -> String {
    let check = CHECK.checksum(&bytes);
    bytes.extend(check.to_le_bytes());
    format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(&bytes))
}

fn read(text: &str, limits: &Limits) -> Result<Shared, Unreadable> {
    if text.len() > limits.characters {
        return Err(Unreadable::TooLong);
    }
    let bytes = unsealed(text)?;
    let mut rest = Rest(&bytes);
    let engine = rest.field()?;
    let lesson = lesson(rest.byte()?)?;
    let seed = rest.field()?;
    let at = moment(rest.number()?, limits)?;
    let rules = take_rules(&mut rest)?;
    let (servers, options) = take_options(&mut rest)?;
    let commands = take_actions(limits, &mut rest)?;
    if !rest.0.is_empty() {
        return Err(Unreadable::Unknown);
    }
    Ok(Shared { engine, start: Start { lesson, seed, servers, rules, options, guided: None, commands, at } })
}

/// The body of a string that has arrived as it was sent.
fn unsealed(text: &str) -> Result<Vec<u8>, Unreadable> {
    let Some(body) = text.strip_prefix(VERSION) else {
        let has_version =
            text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        return Err(if has_version { Unreadable::OtherVersion } else { Unreadable::NoShare });
    };
    let mut bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| Unreadable::Damaged)?;
    let (before, check) = bytes.split_last_chunk::<2>().ok_or(Unreadable::Damaged)?;
    if CHECK.checksum(before) != u16::from_le_bytes(*check) {
        return Err(Unreadable::Damaged);
    }
    bytes.truncate(bytes.len() - 2);
    Ok(bytes)
}

fn lesson(number: u8) -> Result<Option<LessonId>, Unreadable> {
    let Some(place) = number.checked_sub(1) else { return Ok(None) };
    LessonId::ALL.get(usize::from(place)).copied().map(Some).ok_or(Unreadable::Unknown)
}

fn whole_ms(time: Time, limits: &Limits) -> Result<u64, TooMuch> {
    let ms = u64::try_from(time.ms()).map_err(|_| TooMuch::Impossible)?;
    if time.round_up_to_ms() != time {
        return Err(TooMuch::Impossible);
    }
    if ms > limits.ms { Err(TooMuch::Time) } else { Ok(ms) }
}

fn moment(ms: u64, limits: &Limits) -> Result<Time, Unreadable> {
    if ms > limits.ms { Err(Unreadable::TooLate) } else { Ok(Time::ZERO + Span::from_ms(ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, Timed};
    use crate::node::ServerId;

    #[test]
    fn the_form_is_written_down_byte_by_byte() {
        let start = Start {
            guided: None,
            lesson: Some(LessonId::Heartbeat),
            seed: 300,
            servers: Some(3),
            rules: vec![("dedupe".to_string(), "off".to_string())],
            options: vec![("latency-ms".to_string(), 200)],
            commands: vec![
                Timed { at: Time::from_ms(5), command: Command::CrashLeader },
                Timed { at: Time::from_ms(5), command: Command::Crash { server: ServerId::new(2) } },
            ],
            at: Time::from_ms(1_000),
        };
        let body = [2, 5, 0xac, 0x02, 0xe8, 0x07, 1, 12, 1, 2, 0, 3, 4, 0xc8, 0x01, 2, 5, 2, 0, 0, 2];
        let text = encode(&Shared { engine: 2, start });
        assert_eq!(text, Ok(sealed(Body(body.to_vec()))));
    }
}
