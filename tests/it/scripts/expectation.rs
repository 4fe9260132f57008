//! What a script may expect: a subject, and what is seen of it.
//!
//! | subject | keys |
//! |---|---|
//! | none | `leader` (a server or `none`), a promise (`kept`, `waiting`, `broken`) |
//! | `told` | a kind of event: how many lines of it there were |
//! | a server | `role`, `generation`, `voted`, `leader`, `log` (the generation of each entry), `start` (the last entry that the snapshot covers), `last`, `durable`, `mark`, `applied` |
//! | a server, an owner | `money`, an item |
//! | a client by its owner's name | the number of a request: its answer; `saw`: money and the entry up to which that is true |
//!
//! A value is compared as text; `3+` is at least three, `3-` at most.

use playground::frame::Line;
use playground::node::{Node, RequestNumber, Role, ServerId};
use playground::promise::{Promises, Verdict};
use playground::sim::{Answer, Client, Sim};

/// What can be seen of a world.
pub struct View<'a> {
    pub sim: &'a Sim,
    pub promises: &'a Promises,
    pub lines: &'a [Line],
}

/// A subject, and one key with the value that is expected.
pub struct Expectation {
    subject: Vec<String>,
    key: String,
    value: String,
}

impl Expectation {
    /// The expectations of a line: `subject… key=value…`.
    pub fn all_of(command: &goldenscript::Command) -> Result<Vec<Expectation>, String> {
        let mut arguments = command.consume_args();
        let subject: Vec<String> = std::iter::from_fn(|| arguments.next_pos().map(str::to_string)).collect();
        let pairs: Vec<(&str, &str)> = std::iter::from_fn(|| arguments.next_key()).collect();
        if pairs.is_empty() {
            return Err(format!("{command} expects nothing"));
        }
        let expectation = |(key, value): (&str, &str)| Expectation {
            subject: subject.clone(),
            key: key.to_string(),
            value: value.to_string(),
        };
        Ok(pairs.into_iter().map(expectation).collect())
    }

    /// What is seen, if that is not what is expected. An error when there is no such thing to see.
    pub fn otherwise(&self, view: &View) -> Result<Option<String>, String> {
        let seen = self.seen(view)?;
        Ok((!agree(&self.value, &seen)).then(|| format!("{}={seen}", self.key)))
    }

    fn seen(&self, view: &View) -> Result<String, String> {
        let subject: Vec<&str> = self.subject.iter().map(String::as_str).collect();
        let seen = match subject[..] {
            [] => of_the_world(view, &self.key),
            ["told"] => Some(view.lines.iter().filter(|line| line.kind == self.key).count().to_string()),
            [name] => match name.parse::<ServerId>() {
                Ok(server) => of_a_server(view.sim, server, &self.key),
                Err(_) => of_a_client(view.sim, name, &self.key),
            },
            [server, owner] => {
                server.parse().ok().and_then(|server| of_an_account(view.sim, server, owner, &self.key))
            }
            _ => None,
        };
        seen.ok_or(format!("there is no {} of {subject:?}", self.key))
    }
}

fn agree(expected: &str, seen: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    match (
        expected.strip_suffix('+').and_then(number),
        expected.strip_suffix('-').and_then(number),
        number(seen),
    ) {
        (Some(least), _, Some(seen)) => seen >= least,
        (_, Some(most), Some(seen)) => seen <= most,
        _ => expected == seen,
    }
}

fn name_or_none<T: ToString>(name: Option<T>) -> String {
    name.map_or("none".to_string(), |name| name.to_string())
}

fn of_the_world(view: &View, key: &str) -> Option<String> {
    if key == "leader" {
        return Some(name_or_none(view.sim.leader()));
    }
    let verdict = view.promises.verdicts().into_iter().find(|(name, _)| *name == key)?.1;
    let word = match verdict {
        Verdict::Kept => "kept",
        Verdict::Waiting => "waiting",
        Verdict::Broken(_) => "broken",
    };
    Some(word.to_string())
}

fn of_a_server(sim: &Sim, id: ServerId, key: &str) -> Option<String> {
    match (&sim.server(id).node, key) {
        (None, "role") => Some("down".to_string()),
        (Some(node), _) => of_a_node(node, key),
        (None, _) => None,
    }
}

fn of_a_node(node: &Node, key: &str) -> Option<String> {
    let log = node.log();
    Some(match key {
        "role" => role(node.role()).to_string(),
        "generation" => node.generation().to_string(),
        "voted" => name_or_none(node.voted_for()),
        "leader" => name_or_none(node.leader()),
        "log" => generations(node),
        "start" => log.start().index.to_string(),
        "last" => log.last().index.to_string(),
        "durable" => log.durable().to_string(),
        "mark" => node.mark().to_string(),
        "applied" => node.applied().to_string(),
        _ => return None,
    })
}

fn role(role: &Role) -> &'static str {
    match role {
        Role::Follower(_) => "follower",
        Role::PreCandidate(_) => "pre-candidate",
        Role::Candidate(_) => "candidate",
        Role::Leader(_) => "leader",
    }
}

/// The generation of each entry behind the snapshot, as in the Raft paper's figures.
fn generations(node: &Node) -> String {
    let entries = node.log().from(node.log().start().index.next());
    let generations: Vec<String> = entries.iter().map(|entry| entry.id.generation.to_string()).collect();
    generations.join(".")
}

fn of_an_account(sim: &Sim, id: ServerId, owner: &str, key: &str) -> Option<String> {
    let node = sim.server(id).node.as_ref()?;
    let (_, account) = node.shop().accounts().iter().find(|(name, _)| name.name() == owner)?;
    if key == "money" {
        return Some(account.money.to_string());
    }
    let item = playground::shop::Item::ALL.into_iter().find(|item| item.name() == key)?;
    Some(account.count(item).to_string())
}

fn of_a_client(sim: &Sim, owner: &str, key: &str) -> Option<String> {
    let client = sim.clients().iter().find(|client| client.id.owner().name() == owner)?;
    match key {
        "saw" => {
            let shown = |(_, view): &(ServerId, playground::node::View)| {
                format!("{}@{}", view.account.money, view.as_of)
            };
            Some(name_or_none(client.last_view.as_ref().map(shown)))
        }
        _ => answer(client, RequestNumber(key.parse().ok()?)),
    }
}

fn answer(client: &Client, number: RequestNumber) -> Option<String> {
    let request = client.requests.iter().find(|request| request.number == number)?;
    let word = match request.answer {
        None => "none",
        Some(Answer::Outcome(outcome)) => {
            return serde_json::to_value(outcome).ok()?.as_str().map(str::to_string);
        }
        Some(Answer::Accepted) => "accepted",
        Some(Answer::Expired) => "expired",
        Some(Answer::Busy) => "busy",
        Some(Answer::Unknown) => "unknown",
    };
    Some(word.to_string())
}
