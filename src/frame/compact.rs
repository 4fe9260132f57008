//! How a frame travels: what several servers have in common is written once, so that a frame stays below [`FRAME_BYTES_MAX`].
//!
//! Five logs mostly hold the same entries and keep the same answers. Each different one goes over once, and each server names its own by
//! their places in the list. Only the form on the wire is different; the values are the same on both sides.
//!
//! [`FRAME_BYTES_MAX`]: super::FRAME_BYTES_MAX

use std::collections::BTreeMap;

/// Logs and disks: each different entry once, and for each server the places of its own.
pub(super) mod servers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::place_of;
    use crate::frame::{Entry, Record, RecordState, Server};

    /// Places that follow each other: the first, and how many.
    type Run = (u32, u32);

    #[derive(Serialize)]
    struct Sent<'a> {
        servers: &'a [Server],
        entries: Vec<Entry>,
        logs: Vec<Vec<Run>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        earlier: Vec<Vec<Run>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        disks: Vec<Vec<(Run, RecordState)>>,
    }

    #[derive(Deserialize)]
    struct Received {
        servers: Vec<Server>,
        entries: Vec<Entry>,
        logs: Vec<Vec<Run>>,
        #[serde(default)]
        earlier: Vec<Vec<Run>>,
        #[serde(default)]
        disks: Vec<Vec<(Run, RecordState)>>,
    }

    /// Entries as runs of places in the list of different ones.
    fn fold<'a>(log: impl IntoIterator<Item = &'a Entry>, entries: &mut Vec<Entry>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for entry in log {
            let place = place_of(entry, entries);
            match runs.last_mut() {
                Some((first, length)) if *first + *length == place => *length += 1,
                _ => runs.push((place, 1)),
            }
        }
        runs
    }

    fn unfold(runs: Vec<Run>, entries: &[Entry]) -> Vec<Entry> {
        let places = runs.into_iter().flat_map(|(first, length)| first..first.saturating_add(length));
        // Whoever counts beyond what there is has nothing to say.
        places.map_while(|place| entries.get(place as usize).cloned()).collect()
    }

    /// Writes the servers with their logs folded together.
    pub fn serialize<S: Serializer>(servers: &[Server], serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = Vec::new();
        let logs = servers.iter().map(|server| fold(&server.log, &mut entries)).collect();
        let looked_at = servers.iter().any(|server| !server.earlier.is_empty());
        let earlier = servers.iter().filter(|_| looked_at);
        let earlier = earlier.map(|server| fold(&server.earlier, &mut entries)).collect();
        let disks = servers.iter().filter_map(|server| server.disk.as_ref());
        let disks = disks.map(|disk| fold_records(&disk.records, &mut entries)).collect();
        Sent { servers, entries, logs, earlier, disks }.serialize(serializer)
    }

    fn fold_records(records: &[Record], entries: &mut Vec<Entry>) -> Vec<(Run, RecordState)> {
        let alike = records.chunk_by(|one, other| one.state == other.state);
        let runs =
            alike.map(|alike| (fold(alike.iter().map(|record| &record.entry), entries), alike[0].state));
        runs.flat_map(|(runs, state)| runs.into_iter().map(move |run| (run, state))).collect()
    }

    /// Reads the servers and unfolds their logs.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Server>, D::Error> {
        let Received { mut servers, entries, logs, earlier, disks } = Received::deserialize(deserializer)?;
        for (server, runs) in servers.iter_mut().zip(logs) {
            server.log = unfold(runs, &entries);
        }
        for (server, runs) in servers.iter_mut().zip(earlier) {
            server.earlier = unfold(runs, &entries);
        }
        let records = |(run, state): (Run, RecordState)| {
            unfold(vec![run], &entries).into_iter().map(move |entry| Record { entry, state })
        };
        for (disk, runs) in servers.iter_mut().filter_map(|server| server.disk.as_mut()).zip(disks) {
            disk.records = runs.into_iter().flat_map(records).collect();
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
