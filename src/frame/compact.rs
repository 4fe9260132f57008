//! How a frame travels: what several servers have in common is written once, so that a frame stays below [`FRAME_BYTES_MAX`].
//!
//! Five logs mostly hold the same entries and keep the same answers. Each different one goes over once, and each server names it
//! by its place in the list. Only the form on the wire is different; the values are the same on both sides.
//!
//! [`FRAME_BYTES_MAX`]: super::FRAME_BYTES_MAX

use std::collections::BTreeMap;

/// Logs: each different entry once, and for each server the places of its own.
pub(super) mod servers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::place_of;
    use crate::frame::{Entry, Server};

    #[derive(Serialize)]
    struct Sent<'a> {
        servers: &'a [Server],
        entries: Vec<Entry>,
        logs: Vec<Vec<u32>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        earlier: Vec<Vec<u32>>,
    }

    #[derive(Deserialize)]
    struct Received {
        servers: Vec<Server>,
        entries: Vec<Entry>,
        logs: Vec<Vec<u32>>,
        #[serde(default)]
        earlier: Vec<Vec<u32>>,
    }

    /// Writes the servers with their logs folded together.
    pub fn serialize<S: Serializer>(servers: &[Server], serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = Vec::new();
        let mut fold = |log: &[Entry]| log.iter().map(|entry| place_of(entry, &mut entries)).collect();
        let logs = servers.iter().map(|server| fold(&server.log)).collect();
        let looked_at = servers.iter().any(|server| !server.earlier.is_empty());
        let earlier = servers.iter().filter(|_| looked_at).map(|server| fold(&server.earlier)).collect();
        Sent { servers, entries, logs, earlier }.serialize(serializer)
    }

    /// Reads the servers and unfolds their logs.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Server>, D::Error> {
        let Received { mut servers, entries, logs, earlier } = Received::deserialize(deserializer)?;
        let unfold = |places: Vec<u32>| -> Vec<Entry> {
            places.into_iter().filter_map(|place| entries.get(place as usize).cloned()).collect()
        };
        for (server, places) in servers.iter_mut().zip(logs) {
            server.log = unfold(places);
        }
        for (server, places) in servers.iter_mut().zip(earlier) {
            server.earlier = unfold(places);
        }
        Ok(servers)
    }
}

/// Accounts: each different one once, and for each server the places of its own.
pub(super) mod accounts {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{BTreeMap, place_of};
    use crate::frame::{Account, ServerId};
    use crate::shop::Item;

    /// What may be the same on several servers: owner, money, items.
    type Holding = (String, i64, BTreeMap<Item, i64>);

    #[derive(Default, Serialize, Deserialize)]
    struct Folded {
        holdings: Vec<Holding>,
        servers: Vec<(ServerId, Vec<u32>)>,
    }

    /// Writes the accounts with equal ones folded together.
    pub fn serialize<S: Serializer>(accounts: &[Account], serializer: S) -> Result<S::Ok, S::Error> {
        let mut folded = Folded::default();
        for of_one in accounts.chunk_by(|one, other| one.server == other.server) {
            let mut fold = |account: &Account| {
                let holding = (account.owner.clone(), account.money, account.items.clone());
                place_of(&holding, &mut folded.holdings)
            };
            let places = of_one.iter().map(&mut fold).collect();
            folded.servers.push((of_one[0].server, places));
        }
        folded.serialize(serializer)
    }

    /// Reads them back, in the same order.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Account>, D::Error> {
        let Folded { holdings, servers } = Folded::deserialize(deserializer)?;
        let unfold = |(server, places): (ServerId, Vec<u32>)| {
            let held = places.into_iter().filter_map(|place| holdings.get(place as usize).cloned());
            held.map(move |(owner, money, items)| Account { server, owner, money, items }).collect::<Vec<_>>()
        };
        Ok(servers.into_iter().flat_map(unfold).collect())
    }
}

/// Kept answers: each different one once, with the servers that keep it.
pub(super) mod answers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::BTreeMap;
    use crate::frame::{Answer, ClientId, KeptAnswer, ServerId};

    type Shared = (ClientId, u64, Answer);

    /// Writes each answer with all who keep it.
    pub fn serialize<S: Serializer>(answers: &[KeptAnswer], serializer: S) -> Result<S::Ok, S::Error> {
        let mut keepers: BTreeMap<Shared, Vec<ServerId>> = BTreeMap::new();
        for kept in answers {
            keepers.entry((kept.client, kept.number, kept.answer)).or_default().push(kept.server);
        }
        keepers.into_iter().collect::<Vec<_>>().serialize(serializer)
    }

    /// Reads them back, in the order of servers, clients and numbers.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<KeptAnswer>, D::Error> {
        let keepers = Vec::<(Shared, Vec<ServerId>)>::deserialize(deserializer)?;
        let each = |((client, number, answer), servers): (Shared, Vec<ServerId>)| {
            servers.into_iter().map(move |server| KeptAnswer { server, client, number, answer })
        };
        let mut answers: Vec<KeptAnswer> = keepers.into_iter().flat_map(each).collect();
        answers.sort_by_key(|kept| (kept.server, kept.client, kept.number));
        Ok(answers)
    }
}

/// The place of a value in a list of different ones; it is added when it is new.
fn place_of<T: Clone + PartialEq>(value: &T, list: &mut Vec<T>) -> u32 {
    let known = list.iter().rposition(|other| other == value);
    let place = known.unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    });
    place as u32
}
