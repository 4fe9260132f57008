//! What was done: the table of actions, and how each one is written.

use crate::command::{Command, Timed};
use crate::node::{SERVERS_MAX, ServerId};
use crate::sim::Options;

use super::number::{Body, Field, Rest, known};
use super::rules::{option_name, row, rule_rows, take_rule};
use super::{Limits, TooMuch, Unreadable, moment, whole_ms};

pub(super) fn put_actions(commands: &[Timed], limits: &Limits, body: &mut Body) -> Result<(), TooMuch> {
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

pub(super) fn take_actions(limits: &Limits, rest: &mut Rest) -> Result<Vec<Timed>, Unreadable> {
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
