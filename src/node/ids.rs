//! Names and numbers that servers, clients and messages are told apart by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::shop::Owner;

/// A machine that can be asked, crashed and restarted: a server of a cluster, A to I, kept as 0 to 8; or, in a world without a
/// cluster, one with a name: `server`, `database`, `web-1` to `web-8`, kept behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ServerId(u8);

/// The most servers that a cluster may have.
pub const SERVERS_MAX: u8 = 9;

/// The most web servers that a world may have.
pub const WEB_SERVERS_MAX: u8 = 8;

/// The place of the first web server.
const FIRST_WEB: u8 = SERVERS_MAX + 2;

impl ServerId {
    /// The server at this place of the ring, counted from 0; below [`SERVERS_MAX`].
    pub const fn new(place: u8) -> ServerId {
        assert!(place < SERVERS_MAX, "a cluster has at most nine servers");
        ServerId(place)
    }

    /// The one machine that does everything itself.
    pub const SINGLE: ServerId = ServerId(SERVERS_MAX);

    /// The database behind web servers.
    pub const DATABASE: ServerId = ServerId(SERVERS_MAX + 1);

    /// A web server, counted from 1 to [`WEB_SERVERS_MAX`].
    pub const fn web(number: u8) -> ServerId {
        assert!(1 <= number && number <= WEB_SERVERS_MAX, "there are at most eight web servers");
        ServerId(FIRST_WEB + number - 1)
    }

    /// The machine that is kept as this number, if there is one.
    pub const fn of_place(place: u8) -> Option<ServerId> {
        if place < FIRST_WEB + WEB_SERVERS_MAX { Some(ServerId(place)) } else { None }
    }

    /// Whether it belongs to a cluster, and not to a world of web servers and databases.
    pub const fn is_in_a_cluster(self) -> bool {
        self.0 < SERVERS_MAX
    }

    /// Every server of a cluster of that size, A first.
    pub fn all(servers: u8) -> impl Iterator<Item = ServerId> + Clone {
        (0..servers).map(ServerId::new)
    }

    /// The place on the ring, counted from 0; the machines of a world without a cluster come behind it.
    pub const fn place(self) -> u8 {
        self.0
    }

    /// The letter shown, of a server of a cluster.
    pub const fn letter(self) -> char {
        (b'A' + self.0) as char
    }

    /// The number of a web server.
    pub const fn web_number(self) -> Option<u8> {
        if self.0 >= FIRST_WEB { Some(self.0 - FIRST_WEB + 1) } else { None }
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (*self, self.web_number()) {
            (ServerId::SINGLE, _) => f.write_str("server"),
            (ServerId::DATABASE, _) => f.write_str("database"),
            (_, Some(number)) => write!(f, "web-{number}"),
            _ => write!(f, "{}", self.letter()),
        }
    }
}

impl From<ServerId> for String {
    fn from(id: ServerId) -> String {
        id.to_string()
    }
}

impl FromStr for ServerId {
    type Err = String;

    fn from_str(text: &str) -> Result<ServerId, String> {
        match text.as_bytes() {
            [letter @ b'A'..=b'I'] => Ok(ServerId(letter - b'A')),
            b"server" => Ok(ServerId::SINGLE),
            b"database" => Ok(ServerId::DATABASE),
            [b'w', b'e', b'b', b'-', number @ b'1'..=b'8'] => Ok(ServerId::web(number - b'0')),
            _ => {
                Err(format!("no server is named {text:?}: they are A to I, server, database, web-1 to web-8"))
            }
        }
    }
}

impl TryFrom<String> for ServerId {
    type Error = String;

    fn try_from(text: String) -> Result<ServerId, String> {
        text.parse()
    }
}

/// A client program, shown as `client-123`. The first one is Cheolsu's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClientId(u32);

/// The number of the first client, Cheolsu's.
const FIRST_CLIENT: u32 = 123;

impl ClientId {
    /// The client of a customer: customer 1 (Cheolsu) has `client-123`, customer 2 (Yeonghui) `client-124`, and so on.
    pub const fn of_customer(number: u8) -> ClientId {
        ClientId(FIRST_CLIENT - 1 + number as u32)
    }

    /// The account that this client trades for.
    pub const fn owner(self) -> Owner {
        Owner::Customer((self.0 - FIRST_CLIENT + 1) as u8)
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client-{}", self.0)
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> String {
        id.to_string()
    }
}

impl FromStr for ClientId {
    type Err = String;

    fn from_str(text: &str) -> Result<ClientId, String> {
        let number = text.strip_prefix("client-").and_then(|number| number.parse().ok());
        match number {
            Some(number @ FIRST_CLIENT..=300) => Ok(ClientId(number)),
            _ => Err(format!("no client is named {text:?}: the first one is client-{FIRST_CLIENT}")),
        }
    }
}

impl TryFrom<String> for ClientId {
    type Error = String;

    fn try_from(text: String) -> Result<ClientId, String> {
        text.parse()
    }
}

/// One end of a link: a server or a client. In messages its name, `A` or `client-123`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    /// A server.
    Server(ServerId),
    /// A client.
    Client(ClientId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Server(id) => id.fmt(f),
            Place::Client(id) => id.fmt(f),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Place, String> {
        match text.parse() {
            Ok(client) => Ok(Place::Client(client)),
            Err(_) => ServerId::try_from(text).map(Place::Server),
        }
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The one after it.
            pub const fn next(self) -> $name {
                $name(self.0 + 1)
            }

            /// The one before it; the first one stays.
            pub const fn before(self) -> $name {
                $name(self.0.saturating_sub(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

number! {
    /// The generation clock (Raft: term). Each election raises it; a server obeys the highest it has heard of. Zero: before the first election.
    Generation
}
number! {
    /// The place of an entry in the log, counted from 1. Zero: before the first entry.
    Index
}
number! {
    /// A client's own number of a request, counted from 1; a retry keeps it.
    RequestNumber
}
number! {
    /// A client's own number of a question for its account, counted from 1; a second try keeps it.
    ViewNumber
}
number! {
    /// A round of heartbeats, counted by its leader: an answer names the round that it answers.
    Round
}
number! {
    /// A write that a server has asked its disk for. Ids rise; a durable write means that all before it are durable too.
    WriteId
}

/// What a client has asked, by its own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// To trade something.
    Request(RequestNumber),
    /// What its account holds.
    View(ViewNumber),
}

/// An entry named by where it stands and the generation that wrote it. Two logs that hold the same `EntryId` agree up to it
/// (Raft paper, section 5.3, Log Matching). Ordered by generation, then index: the order of "up to date" (section 5.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId {
    /// The generation of the leader that wrote it.
    pub generation: Generation,
    /// Its place.
    pub index: Index,
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} of generation {}", self.index, self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_strangers_are_refused() {
        let machines: Vec<ServerId> = (0..=u8::MAX).map_while(ServerId::of_place).collect();
        assert_eq!(machines.len(), 9 + 2 + 8);
        for id in machines {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!(ServerId::web(8).to_string(), "web-8");
        assert_eq!("database".parse(), Ok(ServerId::DATABASE));
        for text in ["", "J", "a", "AB", "서버", "web-0", "web-9", "web-10", "web", "Database"] {
            assert!(text.parse::<ServerId>().is_err(), "{text}");
        }
        assert_eq!(ClientId::of_customer(2).to_string(), "client-124");
        assert_eq!("client-123".parse::<ClientId>().map(ClientId::owner), Ok(Owner::Customer(1)));
        for text in ["client-", "client-1", "client-4294967295", "123"] {
            assert!(text.parse::<ClientId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_later_generation_is_more_up_to_date_than_a_longer_log() {
        let id = |generation, index| EntryId { generation: Generation(generation), index: Index(index) };
        assert!(id(3, 1) > id(2, 9));
        assert!(id(2, 3) > id(2, 2));
    }
}
