//! What a server notes about its own reasons, as lines of the event list.

use crate::node::{ClientId, Index, Note, Payload, ServerId, StartRefusal, StepDown, VoteRefusal};
use crate::words::{plain, word};

use super::build::of_shop;
use super::lines::{Told, name};

pub(super) fn note_told(server: ServerId, note: &Note) -> Told {
    match note {
        Note::AsksAround | Note::Stands { .. } | Note::Leads { .. } | Note::StepsDown { .. } => {
            role_told(server, note)
        }
        Note::Votes { .. } | Note::WouldVote { .. } | Note::RefusesVote { .. } | Note::CountsVote { .. } => {
            vote_told(server, note)
        }
        Note::AdoptsGeneration { from, generation } => Told::at("adopts-generation", server)
            .with("from", plain(from))
            .with("generation", plain(generation)),
        Note::RejectsOldGeneration { from, theirs, mine } => {
            let told = Told::at("rejects-old-generation", server).with("from", plain(from));
            told.with("theirs", plain(theirs)).with("mine", plain(mine))
        }
        Note::AnswersFromCache { client, number } => {
            client_told("answers-from-cache", server, *client).with("number", plain(number))
        }
        Note::KnowsRequest { client, number } => {
            client_told("knows-request", server, *client).with("number", plain(number))
        }
        Note::Redirects { client, leader: Some(leader) } => {
            client_told("redirects", server, *client).variant(".known").with("leader", plain(leader))
        }
        Note::Redirects { client, leader: None } => {
            client_told("redirects", server, *client).variant(".unknown")
        }
        Note::QueueFull { client, number } => {
            client_told("queue-full", server, *client).with("number", plain(number))
        }
        Note::DecidesBeforeWriting { client, number, outcome } => {
            let told = client_told("decides-before-writing", server, *client).with("number", plain(number));
            told.with("answer", word(format!("answer.{}", of_shop(*outcome).name())))
        }
        Note::RefusesGivenUp { client, number } => {
            client_told("refuses-given-up", server, *client).with("number", plain(number))
        }
        Note::RefusesExpired { client, number } => {
            client_told("refuses-expired", server, *client).with("number", plain(number)).key()
        }
        Note::SessionExpires { client } => client_told("session-expires", server, *client),
        Note::Queues { client, number, waiting } => {
            let told = client_told("queues", server, *client).with("number", plain(number));
            told.with("waiting", plain(waiting))
        }
        Note::ConfirmsLead { client, .. } => client_told("confirms-lead", server, *client),
        Note::Shows { client, as_of, latest, .. } => client_told("shows", server, *client)
            .variant(if *latest { ".latest" } else { ".old" })
            .with("entry", plain(as_of)),
        Note::AsksNobody { upto } => {
            Told::at("commits", server).variant(".alone").with("entry", plain(upto)).key()
        }
        Note::IgnoresRival { from } => Told::at("ignores-rival", server).with("from", plain(from)),
        Note::OverwritesInPlace { client, number, step } => {
            client_told("overwrites-in-place", server, *client)
                .variant(if *step == 1 { ".money" } else { ".rest" })
                .with("number", plain(number))
        }
        _ => disk_told(server, note).unwrap_or_else(|| log_told(server, note)),
    }
}

/// What concerns disks and snapshots.
pub(super) fn disk_told(server: ServerId, note: &Note) -> Option<Told> {
    Some(match note {
        Note::Recovers { snapshot: Index(0), last } => {
            Told::at("recovers", server).variant(".log").with("entry", plain(last))
        }
        Note::Recovers { snapshot, last } => {
            let told = Told::at("recovers", server).variant(".snapshot").with("snapshot", plain(snapshot));
            told.with("entry", plain(last))
        }
        Note::CutsTornRecord { index } => Told::at("cuts-torn-record", server).with("entry", plain(index)),
        Note::RefusesToStart { why: StartRefusal::Damaged { index } } => {
            Told::at("refuses-to-start", server).variant(".damaged").with("entry", plain(index)).key()
        }
        Note::RefusesToStart { why: StartRefusal::NoIdentity } => {
            Told::at("refuses-to-start", server).variant(".no-identity").key()
        }
        Note::TakesSnapshot { upto, .. } => {
            Told::at("takes-snapshot", server).with("entry", plain(upto.index))
        }
        Note::SendsSnapshot { follower, upto } => {
            Told::at("sends-snapshot", server).with("follower", plain(follower)).with("entry", plain(upto))
        }
        Note::InstallsSnapshot { upto, .. } => {
            Told::at("installs-snapshot", server).with("entry", plain(upto.index))
        }
        Note::IgnoresSnapshot { upto } => {
            Told::at("ignores-snapshot", server).with("entry", plain(upto.index))
        }
        _ => return None,
    })
}

fn client_told(kind: &'static str, server: ServerId, client: ClientId) -> Told {
    Told::at(kind, server).with("name", name(client)).with("client", plain(client))
}

fn role_told(server: ServerId, note: &Note) -> Told {
    match note {
        Note::Stands { generation } => Told::at("stands", server).with("generation", plain(generation)),
        Note::Leads { generation, votes } => {
            let told = Told::at("leads", server).with("generation", plain(generation)).key();
            if *votes == 1 { told.variant("-alone") } else { told.with("votes", plain(votes)) }
        }
        Note::StepsDown { why } => {
            let told = Told::at("steps-down", server).key();
            match why {
                StepDown::NewerGeneration => told.variant(".newer-generation"),
                StepDown::NoMajority => told.variant(".no-majority"),
                StepDown::AnotherLeads(leader) => {
                    told.variant(".another-leads").with("leader", plain(leader))
                }
            }
        }
        _ => Told::at("asks-around", server),
    }
}

fn vote_told(server: ServerId, note: &Note) -> Told {
    match note {
        Note::Votes { candidate } => Told::at("votes", server).with("candidate", plain(candidate)),
        Note::WouldVote { candidate } => Told::at("would-vote", server).with("candidate", plain(candidate)),
        Note::RefusesVote { candidate, why } => {
            refusal_told(Told::at("refuses-vote", server).with("candidate", plain(candidate)), *why)
        }
        Note::CountsVote { from, votes, needed } => {
            let told = Told::at("counts-vote", server)
                .variant(if *from == server { ".own" } else { ".other" })
                .with("from", plain(from));
            told.with("votes", plain(votes)).with("needed", plain(needed))
        }
        _ => unreachable!("note_told sends only these"),
    }
}

fn refusal_told(told: Told, why: VoteRefusal) -> Told {
    match why {
        VoteRefusal::OldGeneration => told.variant(".old-generation"),
        VoteRefusal::LeaderAlive => told.variant(".leader-alive"),
        VoteRefusal::VotedFor(other) => told.variant(".voted-for").with("other", plain(other)),
        VoteRefusal::LogBehind { mine, theirs } => {
            let told = told
                .variant(".log-behind")
                .with("mine", plain(mine.index))
                .with("mine-generation", plain(mine.generation));
            told.with("theirs", plain(theirs.index)).with("theirs-generation", plain(theirs.generation))
        }
    }
}

fn log_told(server: ServerId, note: &Note) -> Told {
    match note {
        Note::Appends { first, last } if first == last => {
            Told::at("appends", server).variant(".one").with("entry", plain(first))
        }
        Note::Appends { first, last } => Told::at("appends", server)
            .variant(".several")
            .with("first", plain(first))
            .with("last", plain(last)),
        Note::Truncates { from, to } => {
            Told::at("truncates", server).with("first", plain(from.index)).with("last", plain(to))
        }
        Note::RefusesAppend { prev } => {
            let told = Told::at("refuses-append", server).with("entry", plain(prev.index));
            told.with("generation", plain(prev.generation))
        }
        Note::Matched { follower, upto, holders } => {
            let told = Told::at("matched", server).with("follower", plain(follower));
            told.with("entry", plain(upto)).with("holders", plain(holders))
        }
        Note::SendsAgain { follower } => Told::at("sends-again", server).with("follower", plain(follower)),
        Note::MarkRises { mark, decided: true } => {
            Told::at("commits", server).variant(".quorum").with("entry", plain(mark)).key()
        }
        Note::MarkRises { mark, decided: false } => {
            Told::at("learns-mark", server).with("entry", plain(mark))
        }
        Note::Applies { entry, duplicate, .. } => {
            let told = Told::at("applies", server).with("entry", plain(entry.id.index));
            match entry.payload {
                Payload::Request { client, number, .. } if *duplicate => {
                    told.variant(".duplicate").with("name", name(client)).with("number", plain(number))
                }
                // Machines have books and no log.
                Payload::Request { client, number, .. } if !server.is_in_a_cluster() => {
                    told.variant(".machine").with("name", name(client)).with("number", plain(number))
                }
                _ => told.variant(".first"),
            }
        }
        _ => unreachable!("note_told sends only these"),
    }
}
