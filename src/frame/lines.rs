//! The event list: each thing that happened becomes one line, or none when there is nothing to tell.
//!
//! A line is a template and its arguments, so that it can be written in any language. Heartbeats are told only when they
//! change a mark, a role or a generation. Of several consequences the weightiest one is told.

use crate::command::Command;
use crate::node::{ClientId, Note, Place, RequestNumber, ServerId};
use crate::shop::{Goods, Trade};
use crate::sim::{Answer, Cause, Detail, Loss, Mail, Sim, TraceEvent, is_change};
use crate::words::{Arg, Args, grouped, plain, word};

use super::build::answer as shown_answer;
use super::notes::{disk_told, note_told};
use super::{Line, journal};

/// The line of something that happened in this world. Of the world only what stays the same during a run is looked at.
pub fn line(sim: &Sim, event: &TraceEvent) -> Option<Line> {
    let alone = sim.options().servers == 1;
    let journal = alone.then(|| journal::told(sim, event)).flatten();
    let told = journal.or_else(|| tell(sim, event))?;
    Some(Line {
        happened: event.number,
        at: event.at,
        kind: told.kind.to_string(),
        server: told.server,
        text: format!("event.{}{}", told.kind, told.variant),
        args: told.args,
        key: told.key,
    })
}

/// What is told of an event.
pub(super) struct Told {
    /// The kind of event, as in `docs/contract.md`.
    kind: &'static str,
    /// Which text of that kind: empty, or a dot and a name.
    variant: &'static str,
    server: Option<ServerId>,
    key: bool,
    args: Args,
}

impl Told {
    fn new(kind: &'static str) -> Told {
        Told { kind, variant: "", server: None, key: false, args: Args::new() }
    }

    pub(super) fn at(kind: &'static str, server: ServerId) -> Told {
        Told { server: Some(server), ..Told::new(kind) }.with("server", machine(server))
    }

    pub(super) fn variant(self, variant: &'static str) -> Told {
        Told { variant, ..self }
    }

    pub(super) fn key(self) -> Told {
        Told { key: true, ..self }
    }

    pub(super) fn with(mut self, name: &str, arg: Arg) -> Told {
        self.args.insert(name.to_string(), arg);
        self
    }
}

fn tell(sim: &Sim, event: &TraceEvent) -> Option<Told> {
    match &event.cause {
        Cause::Command(command) => Some(command_told(sim, command, &event.details)),
        Cause::Lost { mail, why } => (!mail.kind.is_beat()).then(|| lost(*mail, *why)),
        Cause::Waits(mail) => (!mail.kind.is_beat()).then(|| mail_told("waits", *mail)),
        Cause::Arrived(mail) => arrived(*mail, &event.details),
        Cause::Synced { server, upto } => weightiest(&event.details).or_else(|| {
            let entry = (*upto)?;
            Some(Told::at("synced", *server).with("entry", plain(entry)))
        }),
        Cause::UserAsked | Cause::Worked { .. } => weightiest(&event.details),
        Cause::TimerFired { .. }
        | Cause::CaughtUp { .. }
        | Cause::Impatient { .. }
        | Cause::OpensSession { .. }
        | Cause::Reported { .. } => weightiest(&event.details),
    }
}

fn arrived(mail: Mail, details: &[Detail]) -> Option<Told> {
    if mail.kind.is_beat() {
        let changes =
            details.iter().any(|detail| matches!(detail, Detail::Noted { note, .. } if is_change(note)));
        return if changes { weightiest(details) } else { None };
    }
    weightiest(details).or_else(|| Some(mail_told("arrives", mail)))
}

fn mail_told(kind: &'static str, mail: Mail) -> Told {
    let server = match mail.to {
        Place::Server(server) => Some(server),
        Place::Client(_) => None,
    };
    let refused = if mail.refused { "-no" } else { "" };
    let told = Told { server, ..Told::new(kind) }
        .with("message", word(format!("kind.{}{refused}", mail.kind.name())));
    told.with("from", place(mail.from)).with("to", place(mail.to))
}

fn lost(mail: Mail, why: Loss) -> Told {
    mail_told("lost", mail).variant(match why {
        Loss::Chance => ".chance",
        Loss::Cut => ".cut",
        Loss::Down => ".down",
        Loss::AnswerLost => ".answer-lost",
        Loss::Full => ".full",
    })
}

fn place(place: Place) -> Arg {
    match place {
        Place::Server(server) => machine(server),
        Place::Client(client) => name(client),
    }
}

/// A letter, or the name of a machine.
fn machine(server: ServerId) -> Arg {
    if server.is_in_a_cluster() { plain(server) } else { word(format!("machine.{server}")) }
}

/// What a client's customer is called.
pub(super) fn name(client: ClientId) -> Arg {
    word(format!("name.{}", client.owner().name()))
}

/// The weightiest of what followed.
fn weightiest(details: &[Detail]) -> Option<Told> {
    details.iter().min_by_key(|detail| weight(detail)).and_then(detail_told)
}

/// The smaller, the weightier.
pub(super) fn weight(detail: &Detail) -> u8 {
    let note = match detail {
        Detail::Noted { note, .. } => note,
        Detail::OutOfMemory { .. } => return 0,
        Detail::Safe { .. } => return u8::MAX,
        _ => return 5,
    };
    match note {
        Note::RefusesToStart { .. } => 0,
        Note::Leads { .. } => 0,
        Note::StepsDown { .. } => 1,
        Note::Stands { .. } => 2,
        Note::AsksAround | Note::AsksNobody { .. } => 3,
        Note::MarkRises { decided: true, .. } => 4,
        Note::AnswersFromCache { .. } | Note::KnowsRequest { .. } | Note::Redirects { .. } => 5,
        Note::QueueFull { .. }
        | Note::RefusesExpired { .. }
        | Note::DecidesBeforeWriting { .. }
        | Note::RefusesGivenUp { .. }
        | Note::SessionExpires { .. }
        | Note::Shows { .. }
        | Note::InstallsSnapshot { .. }
        | Note::CutsTornRecord { .. }
        | Note::IgnoresRival { .. }
        | Note::OverwritesInPlace { .. } => 5,
        Note::Truncates { .. } => 6,
        Note::Votes { .. } | Note::RefusesVote { .. } | Note::WouldVote { .. } => 7,
        Note::RefusesAppend { .. } | Note::RejectsOldGeneration { .. } => 8,
        Note::Applies { duplicate: true, .. } => 9,
        Note::Appends { .. } => 10,
        Note::SendsSnapshot { .. } | Note::TakesSnapshot { .. } | Note::ConfirmsLead { .. } => 10,
        Note::Matched { .. } | Note::CountsVote { .. } | Note::SendsAgain { .. } => 11,
        Note::AdoptsGeneration { .. } => 12,
        Note::MarkRises { decided: false, .. } => 13,
        Note::Applies { .. } => 14,
        Note::Recovers { .. } | Note::Queues { .. } | Note::IgnoresSnapshot { .. } => 15,
    }
}

fn detail_told(detail: &Detail) -> Option<Told> {
    match detail {
        Detail::Noted { server, note } => Some(note_told(*server, note)),
        Detail::Crashed { server } => Some(Told::at("crash", *server).key()),
        Detail::OutOfMemory { server } => Some(Told::at("out-of-memory", *server).key()),
        Detail::Requests { .. } | Detail::Touched(_) | Detail::Safe { .. } => None,
        Detail::Torn { server, index } => Some(Told::at("torn", *server).with("entry", plain(index)).key()),
        Detail::AskedView { client, server, attempt, .. } => {
            let told =
                Told::new("asks-view-again").with("name", name(*client)).with("server", machine(*server));
            Some(told.with("attempt", plain(attempt)))
        }
        Detail::Saw { client, server, latest, view, .. } => {
            let told = Told::new("sees").variant(if *latest { ".latest" } else { ".old" });
            let told = told.with("name", name(*client)).with("server", machine(*server)).key();
            Some(told.with("entry", plain(view.as_of)).with("money", plain(grouped(view.account.money))))
        }
        Detail::SawNothing { client, .. } => {
            Some(Told::new("sees-nothing").with("name", name(*client)).key())
        }
        Detail::Asked { client, number, server, attempt, .. } => {
            let told = request_told("tries-again", *client, *number).with("server", machine(*server));
            Some(told.with("attempt", plain(attempt)))
        }
        Detail::Learned { client, number, answer: Answer::Unknown, .. } => {
            Some(request_told("gives-up", *client, *number).key())
        }
        Detail::Learned { client, number, trade, answer, .. } => {
            let text = match (trade, shown_answer(*answer).name()) {
                (Trade::Sell(_), "done") => word("answer.sold"),
                (_, answer) => word(format!("answer.{answer}")),
            };
            Some(request_told("learns", *client, *number).with("answer", text).key())
        }
    }
}

fn request_told(kind: &'static str, client: ClientId, number: RequestNumber) -> Told {
    Told::new(kind).with("name", name(client)).with("client", plain(client)).with("number", plain(number))
}

fn command_told(sim: &Sim, command: &Command, details: &[Detail]) -> Told {
    match command {
        Command::Crash { server } => crash_told(*server, details).key(),
        Command::CrashLeader => weightiest(details).unwrap_or(Told::new("crash")),
        Command::Restart { server } => refused_start(details).unwrap_or(restart_told(*server)).key(),
        Command::Tear { server, .. } => torn(details).unwrap_or(Told::at("crash", *server)).key(),
        Command::Damage { server, index: Some(0) } => Told::at("damage", *server).variant(".all").key(),
        Command::Damage { server, index: Some(index) } => {
            Told::at("damage", *server).variant(".one").with("entry", plain(index)).key()
        }
        Command::Damage { server, index: None } => Told::at("damage", *server).variant(".last").key(),
        Command::View { .. } => asked_view_told(details),
        Command::Option { name, value } if name == "queue-limit" => {
            Told::new("option").variant("-queue-limit").with("count", plain(grouped(i64::from(*value)))).key()
        }
        Command::Option { name, value } => {
            Told::new("option").with("option", plain(name)).with("value", plain(value)).key()
        }
        Command::Servers { count } => Told::new("servers").with("count", plain(count)),
        Command::WebServers { count } => Told::new("web-servers").with("count", plain(count)).key(),
        Command::Users { count } => Told::new("users").with("count", plain(grouped(i64::from(*count)))).key(),
        Command::Burst { count } => burst_told(sim, *count, details),
        Command::SkipNumbers { client, to } => {
            Told::new("skip-numbers").with("name", name(*client)).with("number", plain(to))
        }
        Command::PauseServer { server } => Told::at("pause-server", *server).key(),
        Command::ResumeServer { server } => Told::at("resume-server", *server).key(),
        Command::TimeOut { server } => Told::at("time-out", *server),
        Command::Cut { from, to, both } => {
            link_told("cut", *from, *to).variant(if *both { ".both" } else { ".one" }).key()
        }
        Command::Heal { from, to, both } => {
            link_told("heal", *from, *to).variant(if *both { ".both" } else { ".one" }).key()
        }
        Command::Hold { from, to } => link_told("hold", *from, *to),
        Command::Release { from, to } => link_told("release", *from, *to),
        Command::Partition { groups, .. } => {
            Told::new("partition").with("groups", plain(groups_text(groups))).key()
        }
        Command::HealAll => Told::new("heal-all").key(),
        Command::Drop { .. } => touched_told("drop", details),
        Command::Duplicate { .. } => touched_told("duplicate", details),
        Command::Delay { .. } => touched_told("delay", details),
        Command::LoseAnswer { client } => Told::new("lose-answer").with("name", name(*client)),
        Command::Buy { .. } => asked_told("buy", details),
        Command::Sell { .. } => asked_told("sell", details),
        Command::Retry { .. } => asked_told("retry", details),
        Command::RetryAsNew { .. } => asked_told("retry-as-new", details),
        Command::Rule { pattern, value } => {
            Told::new("rule").with("pattern", plain(pattern)).with("value", plain(value)).key()
        }
        Command::Network { .. } => Told::new("network"),
        Command::Pace { .. } => Told::new("pace"),
    }
}

/// In a cluster customers press the button, and those who did are counted; before machines it is users of whom nobody is known.
fn burst_told(sim: &Sim, count: u32, details: &[Detail]) -> Told {
    let told = |one, several, count: i64| match count {
        1 => Told::new("burst").variant(one).key(),
        _ => Told::new("burst").variant(several).with("count", plain(grouped(count))).key(),
    };
    if sim.hosts().is_none() {
        let asked = details.iter().filter(|detail| matches!(detail, Detail::Asked { .. })).count();
        return told(".customer", ".customers", asked as i64);
    }
    let full = details.iter().find_map(|detail| match detail {
        Detail::OutOfMemory { server } => Some(*server),
        _ => None,
    });
    let too_many = |server| {
        Told::at("out-of-memory", server)
            .variant("-burst")
            .with("count", plain(grouped(i64::from(count))))
            .key()
    };
    full.map_or_else(|| told(".user", ".users", i64::from(count)), too_many)
}

/// A crash, and what became of the requests that a machine had.
fn crash_told(server: ServerId, details: &[Detail]) -> Told {
    let told = Told::at("crash", server);
    let requests = details.iter().find_map(|detail| match detail {
        Detail::Requests { server: of, moved, lost } if *of == server => Some((*moved, *lost)),
        _ => None,
    });
    match requests {
        Some((moved, 0)) if moved > 0 => told.variant("-moved").with("count", plain(grouped(moved as i64))),
        Some((_, lost)) if lost > 0 => told.variant("-lost").with("count", plain(grouped(lost as i64))),
        _ => told,
    }
}

/// A restart: all but web servers come back from their disk.
fn restart_told(server: ServerId) -> Told {
    let told = Told::at("restart", server);
    if server.web_number().is_some() { told.variant("-web") } else { told }
}

/// A restart that the server itself refused.
fn refused_start(details: &[Detail]) -> Option<Told> {
    details.iter().find_map(|detail| match detail {
        Detail::Noted { server, note: note @ Note::RefusesToStart { .. } } => disk_told(*server, note),
        _ => None,
    })
}

fn torn(details: &[Detail]) -> Option<Told> {
    details.iter().find(|detail| matches!(detail, Detail::Torn { .. })).and_then(detail_told)
}

fn asked_view_told(details: &[Detail]) -> Told {
    let asked = details.iter().find_map(|detail| match detail {
        Detail::AskedView { client, server, latest, .. } => Some((*client, *server, *latest)),
        _ => None,
    });
    let Some((client, server, latest)) = asked else { return Told::new("view") };
    let told = Told::new("view").variant(if latest { ".latest" } else { ".old" });
    told.with("name", name(client)).with("server", machine(server)).key()
}

fn touched_told(kind: &'static str, details: &[Detail]) -> Told {
    let touched = details.iter().find_map(|detail| match detail {
        Detail::Touched(mail) => Some(mail_told(kind, *mail)),
        _ => None,
    });
    touched.unwrap_or(Told::new(kind))
}

fn link_told(kind: &'static str, from: ServerId, to: ServerId) -> Told {
    Told::new(kind).with("from", plain(from)).with("to", plain(to))
}

/// Groups as they are written on a board: `AB | CDE`.
fn groups_text(groups: &[Vec<ServerId>]) -> String {
    let letters = |group: &Vec<ServerId>| group.iter().map(|server| server.letter()).collect::<String>();
    groups.iter().map(letters).collect::<Vec<_>>().join(" | ")
}

fn asked_told(kind: &'static str, details: &[Detail]) -> Told {
    let asked = details.iter().find_map(|detail| match detail {
        Detail::Asked { client, number, trade, server, .. } => Some((*client, *number, *trade, *server)),
        _ => None,
    });
    let Some((client, number, trade, server)) = asked else { return Told::new(kind) };
    let (Trade::Buy(Goods { item, count }) | Trade::Sell(Goods { item, count })) = trade;
    let told = request_told(kind, client, number).with("server", machine(server));
    told.with("item", word(format!("item.{}", item.name()))).with("count", plain(count)).key()
}
