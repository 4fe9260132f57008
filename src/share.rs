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
//! Patterns, values, options and actions are numbered from 0 by their rows in [`Rules::table`], [`Options::names`] and the table
//! of actions below; these only ever grow at their ends, so a link once made is good for ever. Rules and options stand in the
//! order of their rows, and there is one way only to write a number. An action may also be written with all its fields; but for
//! that, whatever is read here would be written just so.
//!
//! Links come from strangers. Reading one never panics, never believes a count, and refuses as a whole what it does not
//! know or what is larger than a link may be. It does not ask whether an action is possible: the run passes over one that is not.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crc::{CRC_16_IBM_SDLC, Crc, NoTable};

use crate::command::{Command, Timed};
use crate::lesson::{Demo, LessonId, NoSuchMoment};
use crate::node::{ClientId, Rules, SERVERS_MAX, ServerId};
use crate::ordered::Map;
use crate::shop::{Item, Owner};
use crate::sim::{ENGINE, Options};
use crate::time::{Span, Time};
use crate::wire::Start;

/// The most characters of a link's share string.
pub const CHARACTERS_MAX: usize = 2_048;

/// The most actions that a link carries.
pub const ACTIONS_MAX: usize = 200;

/// The last millisecond that a link may speak of: a simulated hour.
pub const MS_MAX: u64 = 60 * 60 * 1_000;

/// What the string begins with: the version of its form.
const VERSION: &str = "v1";

/// The option that [`Start`] has a field for.
const SERVERS: &str = "servers";

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

/// Why a run cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// So many characters do not fit into a link.
    Characters(usize),
    /// So many actions do not fit into a link.
    Actions(usize),
    /// It goes on for too long.
    Time,
    /// It holds what no run can hold: a rule or option that does not exist, a moment between two milliseconds or before the one
    /// before it, a server in two groups.
    Impossible,
}

/// Why a share string is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else.
    NoShare,
    /// It is of a later form than this release knows.
    OtherVersion,
    /// It has too many characters.
    TooLong,
    /// A part of it is missing or changed.
    Damaged,
    /// It is whole, and says something that this release does not know.
    Unknown,
    /// It has too many actions.
    TooManyActions,
    /// It goes on for too long.
    TooLate,
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

/// The rows of a rule's pattern and of its value.
fn rule_rows(pattern: &str, value: &str) -> Result<(u8, u8), TooMuch> {
    let table = Rules::table();
    let row = row(table.iter().map(|(name, _)| *name), pattern)?;
    Ok((row, self::row(table[usize::from(row)].1.iter().copied(), value)?))
}

fn row(mut names: impl Iterator<Item = &'static str>, name: &str) -> Result<u8, TooMuch> {
    let place = names.position(|known| known == name);
    place.and_then(|place| u8::try_from(place).ok()).ok_or(TooMuch::Impossible)
}

/// The names of the pattern and the value that the next two bytes stand for.
fn take_rule(rest: &mut Rest) -> Result<(String, String), Unreadable> {
    let (row, value) = (usize::from(rest.byte()?), usize::from(rest.byte()?));
    let table = Rules::table();
    let (pattern, values) = table.get(row).ok_or(Unreadable::Unknown)?;
    let value = values.get(value).ok_or(Unreadable::Unknown)?;
    Ok((pattern.to_string(), value.to_string()))
}

fn option_name(row: u8) -> Result<&'static str, Unreadable> {
    Options::names().nth(usize::from(row)).ok_or(Unreadable::Unknown)
}

/// Names, each with its value.
type Listed<T> = Vec<(String, T)>;

fn put_rules(rules: &[(String, String)], body: &mut Body) -> Result<(), TooMuch> {
    // The last word on a pattern counts, as it does when they are put in force one by one.
    let rows = rules.iter().map(|(pattern, value)| rule_rows(pattern, value));
    let rows: Map<u8, u8> = rows.collect::<Result<_, _>>()?;
    body.number(rows.len() as u64);
    for (pattern, value) in rows {
        body.byte(pattern);
        body.byte(value);
    }
    Ok(())
}

fn take_rules(rest: &mut Rest) -> Result<Listed<String>, Unreadable> {
    let mut rules = Vec::new();
    let mut rows = Rising::default();
    for _ in 0..rest.number()? {
        rows.next(rest)?;
        rules.push(take_rule(rest)?);
    }
    Ok(rules)
}

fn put_options(start: &Start, body: &mut Body) -> Result<(), TooMuch> {
    let listed = start.options.iter().map(|(name, value)| (name.as_str(), *value));
    let servers = start.servers.map(|servers| (SERVERS, u32::from(servers)));
    let mut rows = Map::new();
    for (name, value) in listed.chain(servers) {
        Options::default().set(name, value).map_err(|_| TooMuch::Impossible)?;
        rows.insert(row(Options::names(), name)?, value);
    }
    body.number(rows.len() as u64);
    for (row, value) in rows {
        body.byte(row);
        body.number(u64::from(value));
    }
    Ok(())
}

/// The number of servers and the other options.
fn take_options(rest: &mut Rest) -> Result<(Option<u8>, Listed<u32>), Unreadable> {
    let (mut servers, mut options) = (None, Vec::new());
    let mut rows = Rising::default();
    for _ in 0..rest.number()? {
        rows.next(rest)?;
        let (name, value) = (option_name(rest.byte()?)?, rest.field()?);
        let mut world = Options::default();
        world.set(name, value).map_err(|_| Unreadable::Unknown)?;
        match name {
            SERVERS => servers = Some(world.servers),
            _ => options.push((name.to_string(), value)),
        }
    }
    Ok((servers, options))
}

fn put_actions(commands: &[Timed], limits: &Limits, body: &mut Body) -> Result<(), TooMuch> {
    if commands.len() > limits.actions {
        return Err(TooMuch::Actions(commands.len()));
    }
    body.number(commands.len() as u64);
    let mut before = 0;
    for Timed { at, command } in commands {
        let ms = whole_ms(*at, limits)?;
        body.number(ms.checked_sub(before).ok_or(TooMuch::Impossible)?);
        put_action(command, body)?;
        before = ms;
    }
    Ok(())
}

fn take_actions(limits: &Limits, rest: &mut Rest) -> Result<Vec<Timed>, Unreadable> {
    let count = rest.number()?;
    if count > limits.actions as u64 {
        return Err(Unreadable::TooManyActions);
    }
    let (mut commands, mut ms) = (Vec::new(), 0_u64);
    for _ in 0..count {
        ms = ms.saturating_add(rest.number()?);
        commands.push(Timed { at: moment(ms, limits)?, command: take_action(rest)? });
    }
    Ok(commands)
}

/// The table of actions: the number of each that is nothing but numbers, with its fields in their order.
///
/// Three are more than that and are written out. A number that was given is never given again.
macro_rules! actions {
    ($($row:literal $variant:ident $($field:ident)*;)*) => {
        fn put_action(command: &Command, body: &mut Body) -> Result<(), TooMuch> {
            match command {
                $(Command::$variant { $($field),* } => put_fields($row, &[$($field.number()),*], body),)*
                Command::Partition { groups, customers } => {
                    body.byte(PARTITION);
                    put_groups(groups, body)?;
                    body.number(customers.number());
                }
                Command::Rule { pattern, value } => {
                    let (pattern, value) = rule_rows(pattern, value)?;
                    [RULE, pattern, value].into_iter().for_each(|byte| body.byte(byte));
                }
                Command::Option { name, value } => {
                    body.byte(OPTION);
                    body.byte(row(Options::names(), name)?);
                    body.number(value.number());
                }
            }
            Ok(())
        }

        fn take_action(rest: &mut Rest) -> Result<Command, Unreadable> {
            let first = rest.byte()?;
            Ok(match (first & ROW, first >> ROW.count_ones()) {
                $(($row, left_out) => {
                    let [$($field),*] = take_fields(left_out, rest)?;
                    Command::$variant { $($field: known($field)?),* }
                })*
                (PARTITION, 0) => Command::Partition { groups: take_groups(rest)?, customers: rest.field()? },
                (RULE, 0) => {
                    let (pattern, value) = take_rule(rest)?;
                    Command::Rule { pattern, value }
                }
                (OPTION, 0) => Command::Option { name: option_name(rest.byte()?)?.to_string(), value: rest.field()? },
                _ => return Err(Unreadable::Unknown),
            })
        }
    };
}

/// The bits of an action's first byte that say which one it is; those above say how many zeros are left out.
const ROW: u8 = 0b0011_1111;

/// The most zeros that are left out at the end of an action.
const LEFT_OUT_MAX: usize = 3;

/// Most fields are 0 most of the time: Cheolsu, A, the sword, or nothing said at all.
fn put_fields(row: u8, fields: &[u64], body: &mut Body) {
    let zeros = fields.iter().rev().take_while(|field| **field == 0).count();
    let left_out = zeros.min(LEFT_OUT_MAX);
    body.byte(row | (left_out as u8) << ROW.count_ones());
    fields[..fields.len() - left_out].iter().for_each(|field| body.number(*field));
}

fn take_fields<const COUNT: usize>(left_out: u8, rest: &mut Rest) -> Result<[u64; COUNT], Unreadable> {
    let left_out = usize::from(left_out);
    let there = COUNT.checked_sub(left_out).ok_or(Unreadable::Unknown)?;
    let mut fields = [0; COUNT];
    for field in &mut fields[..there] {
        *field = rest.number()?;
    }
    // Whoever leaves zeros out leaves out all of them; who leaves out none may write them.
    let more_could_be = fields[..there].last() == Some(&0) && left_out < LEFT_OUT_MAX;
    if left_out > 0 && more_could_be { Err(Unreadable::Unknown) } else { Ok(fields) }
}

const PARTITION: u8 = 10;
const RULE: u8 = 23;
const OPTION: u8 = 26;

actions! {
    0 Crash server;
    1 Restart server;
    2 CrashLeader;
    3 PauseServer server;
    4 ResumeServer server;
    5 TimeOut server;
    6 Cut from to both;
    7 Heal from to both;
    8 Hold from to;
    9 Release from to;
    11 HealAll;
    12 Drop message;
    13 Duplicate message;
    14 Delay message ms;
    15 LoseAnswer client;
    16 Buy client item count server;
    17 Sell client item count server;
    18 View client server;
    19 Retry client;
    20 RetryAsNew client;
    21 Tear server index;
    22 Damage server index;
    24 Network loss_percent latency_ms jitter_ms reorder;
    25 Pace heartbeat_ms election_ms sync_ms;
    27 Servers count;
    28 WebServers count;
    29 Users count;
    30 Burst count;
    31 SkipNumbers client to;
}

/// Groups are bit masks, server A the lowest bit. An empty group says nothing and is left out.
fn put_groups(groups: &[Vec<ServerId>], body: &mut Body) -> Result<(), TooMuch> {
    let mut named = 0;
    let mut masks = Vec::new();
    for group in groups.iter().filter(|group| !group.is_empty()) {
        let mask = group.iter().fold(0_u64, |mask, server| mask | 1 << server.place());
        if mask & named != 0 || mask >> SERVERS_MAX != 0 {
            return Err(TooMuch::Impossible);
        }
        named |= mask;
        masks.push(mask);
    }
    body.number(masks.len() as u64);
    masks.into_iter().for_each(|mask| body.number(mask));
    Ok(())
}

fn take_groups(rest: &mut Rest) -> Result<Vec<Vec<ServerId>>, Unreadable> {
    let count = rest.number()?;
    if count > u64::from(SERVERS_MAX) {
        return Err(Unreadable::Unknown);
    }
    let mut named = 0;
    // Exactly as many as there are: growing by doubling, 200 partitions would take more memory than a link is worth.
    let mut groups = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let mask = rest.number()?;
        if mask == 0 || mask >> SERVERS_MAX != 0 || mask & named != 0 {
            return Err(Unreadable::Unknown);
        }
        named |= mask;
        groups.push(ServerId::all(SERVERS_MAX).filter(|server| mask >> server.place() & 1 == 1).collect());
    }
    Ok(groups)
}

/// What an action says, as one number.
trait Field: Sized {
    fn number(&self) -> u64;
    fn of(number: u64) -> Option<Self>;
}

impl Field for u64 {
    fn number(&self) -> u64 {
        *self
    }
    fn of(number: u64) -> Option<u64> {
        Some(number)
    }
}

impl Field for u32 {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<u32> {
        number.try_into().ok()
    }
}

impl Field for u8 {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<u8> {
        number.try_into().ok()
    }
}

impl Field for bool {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<bool> {
        (number <= 1).then_some(number == 1)
    }
}

impl Field for ServerId {
    fn number(&self) -> u64 {
        u64::from(self.place())
    }
    fn of(number: u64) -> Option<ServerId> {
        number.try_into().ok().and_then(ServerId::of_place)
    }
}

/// The number in `client-123` minus 123.
impl Field for ClientId {
    fn number(&self) -> u64 {
        match self.owner() {
            Owner::Customer(number) => u64::from(number) - 1,
            Owner::Shop => unreachable!("the shop is nobody's client"),
        }
    }
    fn of(number: u64) -> Option<ClientId> {
        // The name knows how many clients there may be.
        format!("client-{}", number.checked_add(123)?).parse().ok()
    }
}

impl Field for Item {
    fn number(&self) -> u64 {
        *self as u64
    }
    fn of(number: u64) -> Option<Item> {
        Item::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

/// 0 when absent, or one more than it is.
impl<T: Field> Field for Option<T> {
    fn number(&self) -> u64 {
        // The very last index becomes the one before it. No log has either.
        self.as_ref().map_or(0, |value| value.number().saturating_add(1))
    }
    fn of(number: u64) -> Option<Option<T>> {
        match number.checked_sub(1) {
            Some(number) => T::of(number).map(Some),
            None => Some(None),
        }
    }
}

/// What a number says, if it says anything.
fn known<T: Field>(number: u64) -> Result<T, Unreadable> {
    T::of(number).ok_or(Unreadable::Unknown)
}

/// A body that is being written.
#[derive(Default)]
struct Body(Vec<u8>);

impl Body {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }
}

/// What is still to be read of a body.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.0.split_first().ok_or(Unreadable::Unknown)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let is_too_large = bits << shift >> shift != bits;
            let is_longer_than_needed = byte == 0 && shift > 0;
            if is_too_large || is_longer_than_needed {
                return Err(Unreadable::Unknown);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Unreadable::Unknown)
    }

    fn field<T: Field>(&mut self) -> Result<T, Unreadable> {
        known(self.number()?)
    }
}

/// Rows rise: none stands twice, so there cannot be more of them than the table has.
#[derive(Default)]
struct Rising(Option<u8>);

impl Rising {
    /// Looks at the row that comes next, without taking it.
    fn next(&mut self, rest: &Rest) -> Result<(), Unreadable> {
        let row = rest.0.first().copied();
        if row <= self.0 {
            return Err(Unreadable::Unknown);
        }
        self.0 = row;
        Ok(())
    }
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TooMuch::Characters(count) => {
                write!(
                    f,
                    "this run would make a link of {count} characters, and {CHARACTERS_MAX} are the most: save it as a file"
                )
            }
            TooMuch::Actions(count) => {
                write!(f, "this run has {count} actions, and a link holds {ACTIONS_MAX}: save it as a file")
            }
            TooMuch::Time => {
                write!(f, "this run is longer than the simulated hour that a link holds: save it as a file")
            }
            TooMuch::Impossible => {
                write!(f, "this run holds something that no run can hold, and cannot be handed on")
            }
        }
    }
}

impl Unreadable {
    /// The end of the key of its words.
    pub const fn name(self) -> &'static str {
        match self {
            Unreadable::NoShare => "no-share",
            Unreadable::OtherVersion => "other-version",
            Unreadable::TooLong => "too-long",
            Unreadable::Damaged => "damaged",
            Unreadable::Unknown => "unknown",
            Unreadable::TooManyActions => "too-many-actions",
            Unreadable::TooLate => "too-late",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreadable::NoShare => "this is not a shared run: one begins with v1",
            Unreadable::OtherVersion => "this shared run is of a newer form than this playground knows",
            Unreadable::TooLong => "this link is too long: 2,048 characters are the most",
            Unreadable::Damaged => "a part of this shared run is missing or changed: copy the whole of it once more",
            Unreadable::Unknown => "this shared run speaks of something that this playground does not know; perhaps a newer one made it",
            Unreadable::TooManyActions => "this link has too many actions: 200 are the most",
            Unreadable::TooLate => "this link goes on for longer than a simulated hour",
        })
    }
}

impl std::error::Error for TooMuch {}
impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut body = Body::default();
            body.number(number);
            let mut rest = Rest(&body.0);
            assert_eq!((rest.number(), rest.0), (Ok(number), &[][..]));
        }
        let too_long = [0xff; 11];
        for wrong in [&[][..], &[0x80], &[0x80, 0x00], &[0xff, 0x80, 0x00], &too_long, &[0xff; 10]] {
            assert_eq!(Rest(wrong).number(), Err(Unreadable::Unknown), "{wrong:?}");
        }
        let mut just_too_large = [0xff; 10];
        just_too_large[9] = 0x02;
        assert_eq!(Rest(&just_too_large).number(), Err(Unreadable::Unknown));
    }

    #[test]
    fn what_is_absent_is_zero_and_what_is_there_is_one_more() {
        for number in [0, 1, 2, 9, 10, 19, 20, 300, u64::MAX] {
            let read = <Option<ServerId> as Field>::of(number);
            assert_eq!(read.is_some(), number <= 19, "{number}");
            assert!(read.is_none_or(|server| server.number() == number));
        }
        assert_eq!(<Option<bool> as Field>::of(2), Some(Some(true)));
        assert_eq!(<Option<bool> as Field>::of(3), None);
        assert_eq!(Some(u64::MAX).number(), u64::MAX);
    }

    #[test]
    fn clients_and_items_are_their_places() {
        assert_eq!(ClientId::of_customer(1).number(), 0);
        assert_eq!(<ClientId as Field>::of(1), Some(ClientId::of_customer(2)));
        assert_eq!(<ClientId as Field>::of(u64::MAX), None);
        for item in Item::ALL {
            assert_eq!(<Item as Field>::of(item.number()), Some(item));
        }
        assert_eq!(<Item as Field>::of(2), None);
    }

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
