//! What a visitor can do to one server now, and why not.

use crate::command::{Command, Refusal};
use crate::frame::{Frame, Role, Server, ServerId};

use super::is_cut;

/// An item of a server's menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The key of its words.
    pub key: &'static str,
    /// What it does.
    pub command: Command,
    /// The key of the reason why it is impossible now; absent when it is possible.
    pub impossible: Option<String>,
}

/// The menu of a server; nothing when the cluster has no such server.
pub fn items(frame: &Frame, id: ServerId) -> Vec<Item> {
    let Some(server) = frame.servers.iter().find(|server| server.id == id) else { return Vec::new() };
    let down = server.role == Role::Down;
    let refused = |refusal: Refusal| format!("refusal.{}", refusal.code());
    let item = |key, command, impossible| Item { key, command, impossible };
    let alone = group_of(frame, id).len() == 1 && frame.servers.len() > 1;
    vec![
        item("button.crash", Command::Crash { server: id }, down.then(|| refused(Refusal::AlreadyDown))),
        item("button.restart", Command::Restart { server: id }, (!down).then(|| refused(Refusal::NotDown))),
        item("button.time-out", Command::TimeOut { server: id }, no_time_out(server)),
        item("button.cut-off", cut_off(frame, id), cut_off_reason(frame, alone)),
        item(
            "button.reconnect",
            reconnect(frame, id),
            (!is_cut_somewhere(frame, id)).then(|| "reason.connected".to_string()),
        ),
    ]
}

fn no_time_out(server: &Server) -> Option<String> {
    match server.role {
        Role::Down => Some(format!("refusal.{}", Refusal::AlreadyDown.code())),
        Role::Leader => Some("reason.leads".to_string()),
        _ => None,
    }
}

fn cut_off_reason(frame: &Frame, alone: bool) -> Option<String> {
    if frame.servers.len() == 1 {
        return Some("reason.only-one".to_string());
    }
    alone.then(|| "reason.already-cut".to_string())
}

fn is_cut_somewhere(frame: &Frame, id: ServerId) -> bool {
    frame.servers.iter().any(|other| is_cut(frame, id, other.id) || is_cut(frame, other.id, id))
}

/// The servers that can reach each other both ways, directly or through others, as far as links are concerned.
fn group_of(frame: &Frame, id: ServerId) -> Vec<ServerId> {
    let mut group = vec![id];
    let mut next = 0;
    while let Some(member) = group.get(next).copied() {
        next += 1;
        for other in frame.servers.iter().map(|server| server.id) {
            if !group.contains(&other) && !is_cut(frame, member, other) && !is_cut(frame, other, member) {
                group.push(other);
            }
        }
    }
    group.sort();
    group
}

/// The groups of the cluster, each once, the largest first.
fn groups(frame: &Frame) -> Vec<Vec<ServerId>> {
    let mut groups: Vec<Vec<ServerId>> =
        frame.servers.iter().map(|server| group_of(frame, server.id)).collect();
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    groups.dedup();
    groups
}

/// Everybody stays with whom they are, except this server, which is alone.
fn cut_off(frame: &Frame, id: ServerId) -> Command {
    let mut groups = groups(frame);
    groups.iter_mut().for_each(|group| group.retain(|member| *member != id));
    groups.retain(|group| group.len() > 1);
    Command::Partition { groups, customers: None }
}

/// This server joins the largest group; when that is everybody, all walls go.
fn reconnect(frame: &Frame, id: ServerId) -> Command {
    let mut groups = groups(frame);
    groups.iter_mut().for_each(|group| group.retain(|member| *member != id));
    groups.retain(|group| !group.is_empty());
    match groups.first_mut() {
        Some(largest) if largest.len() + 1 < frame.servers.len() => {
            largest.push(id);
            largest.sort();
            groups.retain(|group| group.len() > 1);
            Command::Partition { groups, customers: None }
        }
        _ => Command::HealAll,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cut_between, frame};
    use super::*;

    fn id(letter: char) -> ServerId {
        letter.to_string().parse().unwrap()
    }

    fn ids(letters: &str) -> Vec<ServerId> {
        letters.chars().map(id).collect()
    }

    fn possible(frame: &Frame, letter: char) -> Vec<&'static str> {
        items(frame, id(letter))
            .into_iter()
            .filter(|item| item.impossible.is_none())
            .map(|item| item.key)
            .collect()
    }

    #[test]
    fn what_is_offered_is_what_can_be_done() {
        let frame = frame();
        assert_eq!(possible(&frame, 'A'), ["button.crash", "button.cut-off"], "A leads");
        assert_eq!(possible(&frame, 'B'), ["button.crash", "button.time-out", "button.cut-off"], "B follows");
        assert_eq!(possible(&frame, 'E'), ["button.restart", "button.cut-off"], "E is down");
        assert!(items(&frame, id('I')).is_empty());
    }

    #[test]
    fn cutting_off_leaves_the_others_together() {
        let mut frame = frame();
        assert_eq!(
            cut_off(&frame, id('B')),
            Command::Partition { groups: vec![ids("ACDE")], customers: None }
        );
        cut_between(&mut frame, &ids("B"), &ids("ACDE"));
        assert_eq!(possible(&frame, 'B'), ["button.crash", "button.time-out", "button.reconnect"]);
        assert_eq!(
            cut_off(&frame, id('C')),
            Command::Partition { groups: vec![ids("ADE")], customers: None }
        );
    }

    #[test]
    fn reconnecting_keeps_the_walls_of_others() {
        let mut frame = frame();
        cut_between(&mut frame, &ids("B"), &ids("ACDE"));
        assert_eq!(reconnect(&frame, id('B')), Command::HealAll);
        cut_between(&mut frame, &ids("C"), &ids("ADE"));
        assert_eq!(
            reconnect(&frame, id('B')),
            Command::Partition { groups: vec![ids("ABDE")], customers: None }
        );
    }
}
