//! What is other than in the world of the lesson: rules and options, by their rows in the tables.

use crate::node::Rules;
use crate::ordered::Map;
use crate::sim::Options;
use crate::wire::Start;

use super::number::{Body, Rest, Rising};
use super::{TooMuch, Unreadable};

/// The option that [`Start`] has a field for.
const SERVERS: &str = "servers";

/// The rows of a rule's pattern and of its value.
pub(super) fn rule_rows(pattern: &str, value: &str) -> Result<(u8, u8), TooMuch> {
    let table = Rules::table();
    let row = row(table.iter().map(|(name, _)| *name), pattern)?;
    Ok((row, self::row(table[usize::from(row)].1.iter().copied(), value)?))
}

pub(super) fn row(mut names: impl Iterator<Item = &'static str>, name: &str) -> Result<u8, TooMuch> {
    let place = names.position(|known| known == name);
    place.and_then(|place| u8::try_from(place).ok()).ok_or(TooMuch::Impossible)
}

/// The names of the pattern and the value that the next two bytes stand for.
pub(super) fn take_rule(rest: &mut Rest) -> Result<(String, String), Unreadable> {
    let (row, value) = (usize::from(rest.byte()?), usize::from(rest.byte()?));
    let table = Rules::table();
    let (pattern, values) = table.get(row).ok_or(Unreadable::Unknown)?;
    let value = values.get(value).ok_or(Unreadable::Unknown)?;
    Ok((pattern.to_string(), value.to_string()))
}

pub(super) fn option_name(row: u8) -> Result<&'static str, Unreadable> {
    Options::names().nth(usize::from(row)).ok_or(Unreadable::Unknown)
}

/// Names, each with its value.
pub(super) type Listed<T> = Vec<(String, T)>;

pub(super) fn put_rules(rules: &[(String, String)], body: &mut Body) -> Result<(), TooMuch> {
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

pub(super) fn take_rules(rest: &mut Rest) -> Result<Listed<String>, Unreadable> {
    let mut rules = Vec::new();
    let mut rows = Rising::default();
    for _ in 0..rest.number()? {
        rows.next(rest)?;
        rules.push(take_rule(rest)?);
    }
    Ok(rules)
}

pub(super) fn put_options(start: &Start, body: &mut Body) -> Result<(), TooMuch> {
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
pub(super) fn take_options(rest: &mut Rest) -> Result<(Option<u8>, Listed<u32>), Unreadable> {
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
