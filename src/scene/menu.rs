//! What a visitor can do to one server now, and why not.

use crate::command::{Command, Refusal};
use crate::frame::{ClientId, Frame, Place, Role, Server, ServerId};
use crate::ordered::{sort_by, sort_by_key};
use crate::shop;

use super::{Layout, Point, is_cut, is_down, spot};

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

impl Item {
    /// Something that is possible.
    pub fn new(key: &'static str, command: Command) -> Item {
        Item { key, command, impossible: None }
    }
}

/// The menu of a server or a machine; nothing when there is none of that name.
pub fn items(frame: &Frame, id: ServerId) -> Vec<Item> {
    let mut items = crash_or_restart(frame, id);
    if let Some(server) = frame.servers.iter().find(|server| server.id == id) {
        items.extend(of_server(frame, server));
    }
    items
}

/// What can be done to a machine as well, which is all that can be done to it.
fn crash_or_restart(frame: &Frame, server: ServerId) -> Vec<Item> {
    if !spot::ids(frame).contains(&server) {
        return Vec::new();
    }
    let down = is_down(frame, server);
    let refused = |refusal: Refusal| Some(format!("refusal.{}", refusal.code()));
    let item = |key, command, impossible| Item { key, command, impossible };
    let (no_crash, no_restart) = match down {
        true => (refused(Refusal::AlreadyDown), None),
        false => (None, refused(Refusal::NotDown)),
    };
    vec![
        item("button.crash", Command::Crash { server }, no_crash),
        item("button.restart", Command::Restart { server }, no_restart),
    ]
}

fn of_server(frame: &Frame, server: &Server) -> Vec<Item> {
    let id = server.id;
    let item = |key, command, impossible| Item { key, command, impossible };
    let alone = group_of(frame, id).len() == 1 && frame.servers.len() > 1;
    vec![
        item("button.time-out", Command::TimeOut { server: id }, no_time_out(server)),
        item("button.cut-off", cut_off(frame, id), cut_off_reason(frame, alone)),
        item(
            "button.reconnect",
            reconnect(frame, id),
            (!is_cut_somewhere(frame, id)).then(|| "reason.connected".to_string()),
        ),
    ]
}

/// What a customer can ask of a server, whoever leads: its own value of the account, which may be old, and a purchase. Nobody but web
/// servers asks a database.
pub fn errands(server: ServerId, client: ClientId, item: shop::Item) -> Vec<Item> {
    if server == ServerId::DATABASE {
        return Vec::new();
    }
    let server = Some(server);
    vec![
        Item::new("button.view-here", Command::View { client, server }),
        Item::new("button.buy-here", Command::Buy { client, item, count: None, server }),
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
    sort_by_key(&mut group, |member| *member);
    group
}

/// How many servers of a kind reach each other in the largest group of such.
pub fn largest_group(frame: &Frame, of_kind: impl Fn(&&Server) -> bool) -> usize {
    let counted: Vec<ServerId> = frame.servers.iter().filter(of_kind).map(|server| server.id).collect();
    let size = |group: Vec<ServerId>| group.iter().filter(|member| counted.contains(member)).count();
    groups(frame).into_iter().map(size).max().unwrap_or(0)
}

/// A wall that was drawn from one point to another: who stands on different sides of its line cannot reach each other. None when all
/// stand on the same side.
pub fn wall(layout: &Layout, servers: &[ServerId], from: Point, to: Point) -> Option<Command> {
    let is_left = |id: &&ServerId| {
        let at = layout.at(Place::Server(**id)).unwrap_or_default();
        (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x) > 0.0
    };
    let (left, right): (Vec<ServerId>, Vec<ServerId>) = servers.iter().partition(is_left);
    let parts = !left.is_empty() && !right.is_empty();
    parts.then_some(Command::Partition { groups: vec![left, right], customers: None })
}

/// The groups of the cluster, each once, the largest first.
fn groups(frame: &Frame) -> Vec<Vec<ServerId>> {
    let mut groups: Vec<Vec<ServerId>> =
        frame.servers.iter().map(|server| group_of(frame, server.id)).collect();
    sort_by(&mut groups, |a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
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
            sort_by_key(largest, |member| *member);
            groups.retain(|group| group.len() > 1);
            Command::Partition { groups, customers: None }
        }
        _ => Command::HealAll,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::super::tests::{cut_between, frame, web_servers};
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

    /// That the core takes each of these commands, another test shows: `tests/it/hosts.rs`.
    #[test]
    fn a_machine_can_be_crashed_or_restarted_and_customers_ask_any_but_the_database() {
        let frame = web_servers();
        let possible = |id: ServerId| {
            let items = items(&frame, id).into_iter().filter(|item| item.impossible.is_none());
            items.map(|item| item.command).collect::<Vec<_>>()
        };
        let (up, down) = (ServerId::web(1), ServerId::web(2));
        assert_eq!(possible(up), [Command::Crash { server: up }]);
        assert_eq!(possible(down), [Command::Restart { server: down }]);
        assert_eq!(possible(ServerId::DATABASE), [Command::Crash { server: ServerId::DATABASE }]);
        assert_eq!(possible(ServerId::SINGLE), [], "there is none in this world");
        let errands = |id| errands(id, ClientId::of_customer(1), shop::Item::MagicShield).len();
        assert_eq!((errands(up), errands(ServerId::DATABASE)), (2, 0));
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
    fn a_wall_parts_those_on_its_two_sides() {
        let all = ids("ABCDE");
        let layout = Layout::new(Form::Wide, 5, &[]);
        let middle = Point::new(layout.width / 2.0, layout.height * 0.5);
        let across = |from: Point, to: Point| wall(&layout, &all, from, to);
        let (left, right) = (Point::new(0.0, middle.y), Point::new(layout.width, middle.y));
        let parted = across(left, right).expect("some are above it, some below");
        let Command::Partition { groups, customers: None } = parted else { panic!("a wall parts") };
        let mut together: Vec<Vec<ServerId>> = groups;
        together.sort();
        assert_eq!(together, [ids("ABE"), ids("CD")], "the ring has A at the top");
        assert_eq!(across(Point::new(0.0, 0.0), Point::new(layout.width, 0.0)), None, "all are below it");
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
