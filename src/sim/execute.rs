//! Commands: what a visitor may do to the world. A refused command changes nothing.

use crate::command::{Command, Refusal};
use crate::node::FROM_START_OVER as FROM_START_OVER_RULES;
use crate::node::{Ask, ClientId, Index, Place, RequestNumber, Rules, ServerId, TimerKind};
use crate::ordered::Set;
use crate::shop::{Goods, Item, Trade};
use crate::time::Span;

use super::Sim;
use super::agenda::Happening;
use super::client::{Answer, Client};
use super::network::MessageId;
use super::options::{BEAT_MS_MIN, FROM_START_OVER, MS_MAX};
use super::trace::{Cause, Detail, TraceEvent};
use super::web::check_users;

type Outcome = Result<(), Refusal>;

/// The most pieces that one request may name: enough to be refused by any shop, small enough to be multiplied.
const COUNT_MAX: u32 = 1_000_000;

/// The highest number that a request may be given: a client that asks every millisecond never gets there.
const NUMBER_MAX: u64 = 1_000_000_000;

impl Sim {
    /// Does what a visitor wants, at the present moment.
    pub fn execute(&mut self, command: &Command) -> Result<TraceEvent, Refusal> {
        let mut details = Vec::new();
        self.carry_out_command(command, &mut details)?;
        Ok(self.record(Cause::Command(command.clone()), details))
    }

    fn carry_out_command(&mut self, command: &Command, details: &mut Vec<Detail>) -> Outcome {
        match command {
            Command::Crash { server } => self.crash(*server, details),
            Command::Restart { server } => self.restart(*server, details),
            Command::CrashLeader => {
                self.leader().ok_or(Refusal::NoLeader).and_then(|leader| self.crash(leader, details))
            }
            Command::PauseServer { server } => self.pause(*server),
            Command::ResumeServer { server } => self.resume(*server),
            Command::TimeOut { server } => self.time_out(*server),
            Command::Cut { from, to, both } => self.set_cut(*from, *to, *both, true),
            Command::Heal { from, to, both } => self.set_cut(*from, *to, *both, false),
            Command::Hold { from, to } => self.set_hold(*from, *to, true),
            Command::Release { from, to } => self.set_hold(*from, *to, false),
            Command::Partition { groups, customers } => self.partition(groups, *customers),
            Command::HealAll => {
                self.network.heal_all(self.now, &mut self.agenda);
                Ok(())
            }
            Command::Drop { message } => {
                self.touch(*message, details)?;
                self.network.take(MessageId(*message), &mut self.agenda);
                Ok(())
            }
            Command::Duplicate { message } => {
                self.touch(*message, details)?;
                self.network.duplicate(self.now, MessageId(*message), &mut self.agenda);
                Ok(())
            }
            Command::Delay { message, ms } => {
                self.touch(*message, details)?;
                let by = Span::from_ms(u64::from(ms.unwrap_or(1_000).min(MS_MAX)));
                self.network.delay(self.now, MessageId(*message), by, &mut self.agenda);
                Ok(())
            }
            Command::LoseAnswer { client } => {
                self.client_mut(*client).ok_or(Refusal::NoSuchServer)?.loses_next_answer = true;
                Ok(())
            }
            Command::Buy { client, item, count, server } => {
                let goods = goods(*item, *count)?;
                self.request(*client, Trade::Buy(goods), *server, details)
            }
            Command::Sell { client, item, count, server } => {
                let goods = goods(*item, *count)?;
                self.request(*client, Trade::Sell(goods), *server, details)
            }
            Command::View { client, server } => self.view(*client, *server, details),
            Command::Tear { server, index } => self.tear(*server, index.map(Index), details),
            Command::Damage { server, index } => self.damage(*server, index.map(Index)),
            Command::Option { name, value } => self.set_option(name, *value, details),
            Command::Servers { .. } => Err(Refusal::NeedsReset),
            Command::WebServers { count } => self.set_web_servers(*count, details),
            Command::Users { count } => self.set_users(*count, details),
            Command::Burst { count } => self.burst(*count, details),
            Command::SkipNumbers { client, to } => self.skip_numbers(*client, RequestNumber(*to)),
            Command::Retry { client } => self.retry(*client, details),
            Command::RetryAsNew { client } => self.retry_as_new(*client, details),
            Command::Rule { pattern, value } => self.set_rule(pattern, value),
            Command::Network { loss_percent, latency_ms, jitter_ms, reorder } => {
                self.set_network(*loss_percent, [*latency_ms, *jitter_ms], *reorder)
            }
            Command::Pace { heartbeat_ms, election_ms, sync_ms } => {
                self.set_pace([*heartbeat_ms, *election_ms, *sync_ms])
            }
        }
    }

    /// Makes sure that a message is in flight, and tells which one it is.
    fn touch(&self, message: u64, details: &mut Vec<Detail>) -> Outcome {
        let flight = self.network.flight(MessageId(message)).ok_or(Refusal::NoSuchMessage)?;
        details.push(Detail::Touched(flight.mail()));
        Ok(())
    }

    fn check(&self, server: ServerId) -> Outcome {
        if server.place() < self.options.servers { Ok(()) } else { Err(Refusal::NoSuchServer) }
    }

    fn check_up(&self, server: ServerId) -> Outcome {
        self.check(server)?;
        if self.server(server).node.is_some() { Ok(()) } else { Err(Refusal::AlreadyDown) }
    }

    /// Makes sure that a client can ask there: a server of the cluster, or a machine to which customers come.
    fn check_asked(&self, server: Option<ServerId>) -> Outcome {
        match server {
            None => Ok(()),
            Some(ServerId::DATABASE) => Err(Refusal::NoSuchServer),
            Some(server) if server.is_in_a_cluster() => self.check(server),
            Some(server) => self.check_host(server),
        }
    }

    fn crash(&mut self, server: ServerId, details: &mut Vec<Detail>) -> Outcome {
        if !server.is_in_a_cluster() {
            self.check_host(server)?;
            return self.crash_host(server, details);
        }
        self.check_up(server)?;
        self.stop_server(server);
        details.push(Detail::Crashed { server });
        Ok(())
    }

    fn restart(&mut self, server: ServerId, details: &mut Vec<Detail>) -> Outcome {
        if !server.is_in_a_cluster() {
            self.check_host(server)?;
            return self.restart_host(server, details);
        }
        self.check(server)?;
        if self.server(server).node.is_some() {
            return Err(Refusal::NotDown);
        }
        self.start_server(server, details);
        Ok(())
    }

    /// A crash in the middle of a write: the disk has it up to a record that is torn in half.
    fn tear(&mut self, id: ServerId, index: Option<Index>, details: &mut Vec<Detail>) -> Outcome {
        self.check_up(id)?;
        self.forget_process(id);
        let torn = self.server_mut(id).disk.crash_torn(index);
        details.push(Detail::Crashed { server: id });
        details.extend(torn.map(|index| Detail::Torn { server: id, index }));
        Ok(())
    }

    fn damage(&mut self, id: ServerId, index: Option<Index>) -> Outcome {
        self.check(id)?;
        let there = self.server_mut(id).disk.damage(index);
        if there { Ok(()) } else { Err(Refusal::BadMessage) }
    }

    fn set_option(&mut self, name: &str, value: u32, details: &mut Vec<Detail>) -> Outcome {
        if FROM_START_OVER.contains(&name) {
            return Err(Refusal::NeedsReset);
        }
        match name {
            "users" => return self.set_users(value, details),
            "web-servers" => {
                let count = value.try_into().map_err(|_| Refusal::BadMessage)?;
                return self.set_web_servers(count, details);
            }
            _ => (),
        }
        self.options.set(name, value)?;
        if name == "queue-limit" {
            self.with_hosts(details, |hosts, around| hosts.limit_changes(around));
        }
        self.configure_servers();
        self.shorten_timers();
        Ok(())
    }

    fn skip_numbers(&mut self, id: ClientId, to: RequestNumber) -> Outcome {
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        if to < client.next_number || to.0 > NUMBER_MAX {
            return Err(Refusal::BadMessage);
        }
        client.next_number = to;
        Ok(())
    }

    fn view(&mut self, id: ClientId, server: Option<ServerId>, details: &mut Vec<Detail>) -> Outcome {
        self.check_asked(server)?;
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        let before = client.viewing.map(|viewing| Ask::View(viewing.number));
        if let Some(before) = before {
            self.stop_waiting(id, before);
        }
        // In front of one database every web server shows the latest; asking a certain one changes nothing about that.
        let latest = server.is_none() || self.hosts.is_some();
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        let number = client.new_view(latest);
        let believed = client.asks;
        let asked = server.unwrap_or_else(|| self.server_to_ask(believed));
        self.ask(id, Ask::View(number), asked, true, details);
        Ok(())
    }

    fn pause(&mut self, server: ServerId) -> Outcome {
        self.check_up(server)?;
        if self.server(server).paused {
            return Err(Refusal::AlreadyDown);
        }
        self.server_mut(server).paused = true;
        Ok(())
    }

    fn resume(&mut self, server: ServerId) -> Outcome {
        self.check(server)?;
        if !self.server(server).paused {
            return Err(Refusal::NotDown);
        }
        self.server_mut(server).paused = false;
        for _ in 0..self.server(server).backlog.len() {
            self.agenda.add(self.now, Happening::CatchUp(server));
        }
        Ok(())
    }

    fn time_out(&mut self, server: ServerId) -> Outcome {
        self.check_up(server)?;
        self.shorten_timer(server, TimerKind::Election, Span::ZERO);
        Ok(())
    }

    fn check_pair(&self, from: ServerId, to: ServerId) -> Outcome {
        self.check(from)?;
        self.check(to)?;
        if from == to { Err(Refusal::BadMessage) } else { Ok(()) }
    }

    fn set_cut(&mut self, from: ServerId, to: ServerId, both: bool, cut: bool) -> Outcome {
        self.check_pair(from, to)?;
        self.network.set_cut(Place::Server(from), Place::Server(to), cut);
        if both {
            self.network.set_cut(Place::Server(to), Place::Server(from), cut);
        }
        Ok(())
    }

    fn set_hold(&mut self, from: ServerId, to: ServerId, hold: bool) -> Outcome {
        self.check_pair(from, to)?;
        let (from, to) = (Place::Server(from), Place::Server(to));
        if hold {
            self.network.hold(from, to);
        } else {
            self.network.release(self.now, from, to, &mut self.agenda);
        }
        Ok(())
    }

    /// Cuts what lies between the groups, and only that.
    fn partition(&mut self, groups: &[Vec<ServerId>], customers: Option<ServerId>) -> Outcome {
        let named: Set<ServerId> = groups.iter().flatten().copied().collect();
        let mentioned = groups.iter().map(Vec::len).sum();
        if named.len() < mentioned {
            return Err(Refusal::BadMessage);
        }
        named.into_iter().chain(customers).try_for_each(|server| self.check(server))?;
        let together = |one: ServerId, other: ServerId| {
            one == other || groups.iter().any(|group| group.contains(&one) && group.contains(&other))
        };
        for from in ServerId::all(self.options.servers) {
            for to in ServerId::all(self.options.servers).filter(|to| *to != from) {
                self.network.set_cut(Place::Server(from), Place::Server(to), !together(from, to));
            }
            let reachable = customers.is_none_or(|side| together(side, from));
            for customer in 1..=self.options.customers {
                let client = Place::Client(ClientId::of_customer(customer));
                self.network.set_cut(client, Place::Server(from), !reachable);
                self.network.set_cut(Place::Server(from), client, !reachable);
            }
        }
        Ok(())
    }

    fn request(
        &mut self,
        id: ClientId,
        trade: Trade,
        server: Option<ServerId>,
        details: &mut Vec<Detail>,
    ) -> Outcome {
        self.check_asked(server)?;
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        let number = client.new_request(trade);
        let believed = client.asks;
        let server = server.unwrap_or_else(|| self.server_to_ask(believed));
        self.ask(id, Ask::Request(number), server, true, details);
        Ok(())
    }

    fn retry(&mut self, id: ClientId, details: &mut Vec<Detail>) -> Outcome {
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        let number = client.requests.last().ok_or(Refusal::NothingToRetry)?.number;
        let believed = client.asks;
        let server = self.server_to_ask(believed);
        self.ask(id, Ask::Request(number), server, false, details);
        Ok(())
    }

    /// So many ask at this moment: users who are not known, or, in a cluster, customers.
    fn burst(&mut self, count: u32, details: &mut Vec<Detail>) -> Outcome {
        check_users(count)?;
        match count {
            0 => Err(Refusal::BadMessage),
            _ if self.hosts.is_some() => {
                self.with_hosts(details, |hosts, around| hosts.burst(count, around));
                Ok(())
            }
            _ => self.customers_press(count, details),
        }
    }

    /// So many customers want a sword at this moment: the first ones, each of whom asks for the first time, or asks again for what was not
    /// accepted or not answered. Whoever waits or has an answer does not press the button.
    fn customers_press(&mut self, count: u32, details: &mut Vec<Detail>) -> Outcome {
        let sword = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });
        let wishes = |client: &Client| match client.requests.last() {
            None => Some((client.id, client.asks, None)),
            Some(last)
                if last.waiting.is_none() && matches!(last.answer, Some(Answer::Busy | Answer::Unknown)) =>
            {
                Some((client.id, client.asks, Some(last.number)))
            }
            Some(_) => None,
        };
        let press: Vec<_> = self.clients.iter().filter_map(wishes).take(count as usize).collect();
        if press.is_empty() {
            return Err(Refusal::EverybodyAsked);
        }
        for (id, server, number) in press {
            let Some(client) = self.client_mut(id) else { continue };
            let again = number.is_some();
            let number = number.unwrap_or_else(|| client.new_request(sword));
            self.ask(id, Ask::Request(number), server, !again, details);
        }
        Ok(())
    }

    fn retry_as_new(&mut self, id: ClientId, details: &mut Vec<Detail>) -> Outcome {
        let client = self.client_mut(id).ok_or(Refusal::NoSuchServer)?;
        let trade = client.requests.last().ok_or(Refusal::NothingToRetry)?.trade;
        self.request(id, trade, None, details)
    }

    fn set_rule(&mut self, pattern: &str, value: &str) -> Outcome {
        if FROM_START_OVER_RULES.contains(&pattern) {
            return Err(Refusal::NeedsReset);
        }
        let mut rules: Rules = self.rules;
        rules.set(pattern, value).map_err(|_| Refusal::BadMessage)?;
        self.rules = rules;
        self.configure_servers();
        Ok(())
    }

    fn set_network(
        &mut self,
        loss_percent: Option<u8>,
        times: [Option<u32>; 2],
        reorder: Option<bool>,
    ) -> Outcome {
        if loss_percent.is_some_and(|percent| percent > 100)
            || times.into_iter().flatten().any(|ms| ms > MS_MAX)
        {
            return Err(Refusal::BadMessage);
        }
        let options = &mut self.options;
        options.loss_percent = loss_percent.unwrap_or(options.loss_percent);
        options.reorder = reorder.unwrap_or(options.reorder);
        let [latency, jitter] = times.map(|ms| ms.map(|ms| Span::from_ms(u64::from(ms))));
        options.latency = latency.unwrap_or(options.latency);
        options.jitter = jitter.unwrap_or(options.jitter);
        Ok(())
    }

    fn set_pace(&mut self, times: [Option<u32>; 3]) -> Outcome {
        let [heartbeat, election, sync] = times;
        let too_short = [heartbeat, election].into_iter().flatten().any(|ms| ms < BEAT_MS_MIN);
        if too_short || times.into_iter().flatten().any(|ms| ms > MS_MAX) {
            return Err(Refusal::BadMessage);
        }
        let span = |ms: u32| Span::from_ms(u64::from(ms));
        let options = &mut self.options;
        options.heartbeat = heartbeat.map_or(options.heartbeat, span);
        options.election = election.map_or(options.election, span);
        options.sync = sync.map_or(options.sync, span);
        self.configure_servers();
        self.shorten_timers();
        Ok(())
    }

    /// A timer that runs longer than the new pace would ever let it fires as late as that pace allows.
    fn shorten_timers(&mut self) {
        for id in ServerId::all(self.options.servers) {
            let running: Vec<TimerKind> = self.server(id).timers.keys().copied().collect();
            for kind in running {
                let longest = match kind {
                    TimerKind::Election => self.options.election.doubled(),
                    TimerKind::LeaderSilent | TimerKind::CheckQuorum | TimerKind::Living(_) => {
                        self.options.election
                    }
                    TimerKind::UpdateQueue => self.options.queue_time,
                    TimerKind::Heartbeat | TimerKind::Resend(_) => self.options.heartbeat,
                };
                self.shorten_timer(id, kind, longest);
            }
        }
    }

    /// Tells every running server the rules and the pace in force.
    fn configure_servers(&mut self) {
        for (id, server) in ServerId::all(self.options.servers).zip(&mut self.servers) {
            if let Some(node) = &mut server.node {
                node.configure(self.options.config(id, self.rules));
            }
        }
    }
}

fn goods(item: Item, count: Option<u32>) -> Result<Goods, Refusal> {
    let count = count.unwrap_or(1);
    if (1..=COUNT_MAX).contains(&count) { Ok(Goods { item, count }) } else { Err(Refusal::BadMessage) }
}
