//! Where customers and visitors meet the machines of a world without a cluster: messages come in through the network, and answers leave
//! through it, like those of a cluster's clients.

use crate::command::Refusal;
use crate::node::{Event, Place, ServerId, WEB_SERVERS_MAX};

use super::Sim;
use super::hosts::{Around, Hosts, Letter, Wish};
use super::network::Content;
use super::options::USERS_MAX;
use super::trace::Detail;

type Outcome = Result<(), Refusal>;

impl Sim {
    /// Lets the machines, if there are any, do something, and sends the answers that come of it.
    pub(super) fn with_hosts(
        &mut self,
        details: &mut Vec<Detail>,
        act: impl FnOnce(&mut Hosts, &mut Around),
    ) {
        let Some(hosts) = &mut self.hosts else { return };
        let (now, options, agenda) = (self.now, &self.options, &mut self.agenda);
        let mut around = Around { now, options, agenda, details, letters: Vec::new() };
        act(hosts, &mut around);
        for Letter { from, client, ask, reply } in around.letters {
            self.send(Place::Server(from), Place::Client(client), Content::Reply { ask, reply });
        }
    }

    /// Whether a server or a machine runs.
    pub fn is_up(&self, id: ServerId) -> bool {
        self.node(id).is_some() || self.hosts().is_some_and(|hosts| hosts.is_up(id))
    }

    /// The server that a client asks when it was told none: the one that it believes to lead, or the machine whose turn it is.
    pub(super) fn server_to_ask(&mut self, believed: ServerId) -> ServerId {
        self.hosts.as_mut().map_or(believed, Hosts::next_entry)
    }

    /// Hands a machine what a client has sent.
    pub(super) fn tell_host(&mut self, id: ServerId, event: Event, details: &mut Vec<Detail>) {
        let (client, wish) = match event {
            Event::Request { client, request } => (client, Wish::Trade(request)),
            Event::View { client, number, latest } => (client, Wish::View { number, latest }),
            _ => unreachable!("machines hear of nothing but clients"),
        };
        self.with_hosts(details, |hosts, around| hosts.customer_asks(id, client, wish, around));
    }

    pub(super) fn crash_host(&mut self, id: ServerId, details: &mut Vec<Detail>) -> Outcome {
        if !self.is_up(id) {
            return Err(Refusal::AlreadyDown);
        }
        self.with_hosts(details, |hosts, around| hosts.crash(id, around));
        Ok(())
    }

    pub(super) fn restart_host(&mut self, id: ServerId, details: &mut Vec<Detail>) -> Outcome {
        if self.is_up(id) {
            return Err(Refusal::NotDown);
        }
        self.with_hosts(details, |hosts, around| hosts.restart(id, around));
        Ok(())
    }

    /// Whether there is that machine.
    pub(super) fn check_host(&self, id: ServerId) -> Outcome {
        let there = self.hosts().is_some_and(|hosts| hosts.get(id).is_some());
        if there { Ok(()) } else { Err(Refusal::NoSuchServer) }
    }

    /// How many users there are from now on.
    pub(super) fn set_users(&mut self, count: u32, details: &mut Vec<Detail>) -> Outcome {
        if self.hosts.is_none() {
            return Err(Refusal::NotInThisLesson);
        }
        check_users(count)?;
        self.options.users = count;
        self.with_hosts(details, |hosts, around| hosts.users_change(around));
        Ok(())
    }

    /// How many web servers stand before the database from now on.
    pub(super) fn set_web_servers(&mut self, count: u8, details: &mut Vec<Detail>) -> Outcome {
        if self.hosts.is_none() || self.options.web_servers == 0 {
            return Err(Refusal::NotInThisLesson);
        }
        if !(1..=WEB_SERVERS_MAX).contains(&count) {
            return Err(Refusal::BadMessage);
        }
        self.options.web_servers = count;
        self.with_hosts(details, |hosts, around| hosts.set_web_servers(count, around));
        Ok(())
    }
}

/// There are never more users than that, whatever they do.
pub(super) fn check_users(count: u32) -> Outcome {
    if count <= USERS_MAX { Ok(()) } else { Err(Refusal::TooLarge) }
}
