//! Share strings: what is written is read again, whole, and nothing else is read at all.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use playground::command::{Command, Timed};
use playground::lesson::LessonId;
use playground::node::{ClientId, Rules, ServerId};
use playground::share::{self, Shared, TooMuch, Unreadable};
use playground::shop::Item;
use playground::sim::Options;
use playground::time::Time;
use playground::wire::{FromWorker, Start, ToWorker};
use playground::worker::driver::Driver;

use crate::world::{World, timed};

/// Strings that were released once: every later release opens them. New forms are added at the end.
const RELEASED: &str = include_str!("../shares.txt");

fn released() -> impl Iterator<Item = &'static str> {
    RELEASED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A small generator of its own (Marsaglia's xorshift64), so that these runs stay what they are.
struct Chance(u64);

impl Chance {
    fn of(seed: u64) -> Chance {
        Chance(seed * 0x9e37_79b9 + 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// A number of any size.
    fn number(&mut self) -> u64 {
        let bits = self.below(60);
        self.below(1 << bits)
    }

    /// Nothing, or a number of any size.
    fn perhaps(&mut self) -> Option<u32> {
        (self.below(2) == 0).then(|| self.number() as u32)
    }

    /// One of the shapes of one of the commands.
    fn command(&mut self) -> Command {
        let shapes = shapes(self);
        shapes[self.below(shapes.len() as u64) as usize].clone()
    }

    fn start(&mut self, commands: u64) -> Start {
        let mut at = 0;
        let commands = (0..self.below(commands + 1)).map(|_| {
            at += self.below(4) * self.below(2_000);
            Timed { at: Time::from_ms(at as i64), command: self.command() }
        });
        let commands = commands.collect();
        let (rules, options) = (self.rules(), self.options());
        Start {
            guided: None,
            lesson: (self.below(2) == 0).then(|| self.pick(LessonId::ALL)),
            seed: self.number() as u32,
            servers: (self.below(2) == 0).then(|| 1 + self.below(9) as u8),
            rules,
            options,
            commands,
            at: Time::from_ms(self.below(20_000) as i64),
        }
    }

    fn rules(&mut self) -> Vec<(String, String)> {
        let table = Rules::table();
        let chosen = table.iter().filter(|_| self.below(5) == 0).collect::<Vec<_>>();
        chosen.iter().map(|(pattern, values)| (pattern.to_string(), self.pick(values).to_string())).collect()
    }

    fn options(&mut self) -> Vec<(String, u32)> {
        let names = Options::names().filter(|name| *name != "servers" && self.below(5) == 0);
        let names: Vec<_> = names.collect();
        let within = |name: &str, value| Options::default().set(name, value).is_ok();
        let options = names.into_iter().map(|name| (name.to_string(), [1, 10, 20][self.below(3) as usize]));
        options.filter(|(name, value)| within(name, *value)).collect()
    }
}

/// Every command with every shape of its fields, the values drawn by chance.
fn shapes(chance: &mut Chance) -> Vec<Command> {
    let server = ServerId::new(chance.below(9) as u8);
    let (from, to) = (ServerId::new(chance.below(9) as u8), ServerId::new(chance.below(9) as u8));
    let client = ClientId::of_customer(1 + chance.below(178) as u8);
    let (item, message) = (chance.pick(&Item::ALL), chance.number());
    let (pattern, values) = &Rules::table()[chance.below(Rules::table().len() as u64) as usize];
    let rule = (pattern.to_string(), chance.pick(values).to_string());
    let name = chance.pick(&Options::names().collect::<Vec<_>>()).to_string();
    let mut shapes = vec![
        Command::Crash { server },
        Command::Restart { server },
        Command::CrashLeader,
        Command::PauseServer { server },
        Command::ResumeServer { server },
        Command::TimeOut { server },
        Command::Hold { from, to },
        Command::Release { from, to },
        Command::HealAll,
        Command::Drop { message },
        Command::Duplicate { message },
        Command::LoseAnswer { client },
        Command::Retry { client },
        Command::RetryAsNew { client },
        Command::Rule { pattern: rule.0, value: rule.1 },
        Command::Option { name, value: chance.number() as u32 },
        Command::Servers { count: chance.below(256) as u8 },
        Command::WebServers { count: chance.below(256) as u8 },
        Command::Users { count: chance.number() as u32 },
        Command::Burst { count: chance.number() as u32 },
        Command::Crash { server: ServerId::DATABASE },
        Command::Restart { server: ServerId::web(1 + chance.below(8) as u8) },
        Command::SkipNumbers { client, to: chance.number() },
    ];
    for both in [false, true] {
        shapes.extend([Command::Cut { from, to, both }, Command::Heal { from, to, both }]);
    }
    for server in [None, Some(server)] {
        shapes.push(Command::View { client, server });
        for count in [None, Some(0), Some(u32::MAX), chance.perhaps()] {
            shapes.push(Command::Buy { client, item, count, server });
            shapes.push(Command::Sell { client, item, count, server });
        }
    }
    for index in [None, Some(0), Some(chance.number()), Some(u64::MAX - 1)] {
        shapes.extend([Command::Tear { server, index }, Command::Damage { server, index }]);
    }
    for ms in [None, Some(0), Some(u32::MAX)] {
        shapes.push(Command::Delay { message, ms });
        let [latency_ms, jitter_ms, heartbeat_ms, sync_ms] = [(); 4].map(|()| chance.perhaps());
        let loss_percent = ms.map(|_| chance.below(101) as u8);
        for reorder in [None, Some(false), Some(true)] {
            shapes.push(Command::Network { loss_percent, latency_ms, jitter_ms, reorder });
        }
        shapes.push(Command::Pace { heartbeat_ms, election_ms: ms, sync_ms });
    }
    for customers in [None, Some(server)] {
        shapes.extend(groups(chance).map(|groups| Command::Partition { groups, customers }));
    }
    shapes
}

/// No group, one, all nine alone, and any.
fn groups(chance: &mut Chance) -> [Vec<Vec<ServerId>>; 4] {
    let mut any = vec![Vec::new(); 4];
    ServerId::all(9).for_each(|server| any[chance.below(4) as usize].push(server));
    any.retain(|group| !group.is_empty());
    [vec![], vec![ServerId::all(9).collect()], ServerId::all(9).map(|server| vec![server]).collect(), any]
}

fn shared(start: Start) -> Shared {
    Shared { engine: 2, start }
}

fn with(commands: Vec<Timed>) -> Shared {
    shared(Start { seed: 7, commands, ..Start::default() })
}

/// A body of any bytes with the right check: the form once more, in words of its own.
fn sealed(body: &[u8]) -> String {
    let check = crc::Crc::<u16>::new(&crc::CRC_16_IBM_SDLC).checksum(body);
    format!("v1{}", URL_SAFE_NO_PAD.encode([body, &check.to_le_bytes()].concat()))
}

fn body(share: &str) -> Vec<u8> {
    let mut bytes = URL_SAFE_NO_PAD.decode(&share[2..]).expect("it was written just now");
    bytes.truncate(bytes.len() - 2);
    bytes
}

/// Whatever the string: it is refused, or it is within the limits, and no shorter than it would be written here.
fn refused_or_sound(text: &str) {
    let Ok(read) = share::decode(text) else { return };
    let hour = Time::from_ms(60 * 60 * 1_000);
    let commands = &read.start.commands;
    assert!(text.len() <= 2_048 && commands.len() <= 200 && read.start.at <= hour, "{text}");
    assert!(commands.is_sorted_by_key(|timed| timed.at), "{text}");
    assert!(commands.iter().all(|timed| timed.at >= Time::ZERO && timed.at <= hour), "{text}");
    assert!(read.start.servers.is_none_or(|servers| (1..=9).contains(&servers)), "{text}");
    let mut options = Options::default();
    assert!(read.start.options.iter().all(|(name, value)| options.set(name, *value).is_ok()), "{text}");
    let written = share::encode(&read).expect("it is within the limits");
    assert!(written.len() <= text.len(), "{text}");
    assert_eq!(share::decode(&written), Ok(read), "{text}");
}

#[test]
fn every_command_in_every_shape_is_read_as_it_was_written() {
    for command in (1..=20).flat_map(|seed| shapes(&mut Chance::of(seed))) {
        let run = with(vec![Timed { at: Time::from_ms(1_234), command }]);
        let text = share::encode(&run).expect("one action fits");
        assert_eq!(share::decode(&text), Ok(run), "{text}");
    }
}

#[test]
fn five_hundred_random_runs_are_read_as_they_were_written() {
    for seed in 1..=500 {
        let run = shared(Chance::of(seed).start(100));
        let text = share::encode(&run).expect("a hundred actions fit");
        assert_eq!(share::decode(&text).as_ref(), Ok(&run), "{text}");
        assert_eq!(share::save(&run).as_ref(), Ok(&text), "a file has the same form");
        assert_eq!(share::open(&text), Ok(run));
    }
}

#[test]
fn what_says_the_same_is_written_the_same() {
    let pair = |pattern: &str, value: &str| (pattern.to_string(), value.to_string());
    let rules = vec![pair("dedupe", "off"), pair("log", "in-place"), pair("dedupe", "last-five")];
    let options = vec![("money".to_string(), 5), ("latency-ms".to_string(), 9)];
    let start = Start { rules, options, servers: Some(3), ..Start::default() };
    let text = share::encode(&shared(start)).expect("it is short");
    let read = share::decode(&text).expect("just written").start;
    assert_eq!(read.rules, [pair("log", "in-place"), pair("dedupe", "last-five")]);
    assert_eq!(read.options, [("latency-ms".to_string(), 9), ("money".to_string(), 5)]);
    assert_eq!(read.servers, Some(3));
}

/// Presses of the buttons that the page shows, each as likely as the others, one every few seconds.
fn presses(chance: &mut Chance, count: usize) -> Shared {
    let mut at = 0;
    let commands = (0..count).map(|_| {
        at += 200 + chance.below(6_000);
        Timed { at: Time::from_ms(at as i64), command: press(chance) }
    });
    let commands = commands.collect();
    let rules = vec![("dedupe".to_string(), "off".to_string())];
    let at = Time::from_ms(at as i64);
    shared(Start { seed: u32::MAX, servers: Some(5), rules, commands, at, ..Start::default() })
}

fn press(chance: &mut Chance) -> Command {
    let (server, to) = (ServerId::new(chance.below(5) as u8), ServerId::new(chance.below(5) as u8));
    let client = ClientId::of_customer(1 + chance.below(2) as u8);
    match chance.below(11) {
        0 | 1 => Command::Buy { client, item: Item::LegendarySword, count: None, server: None },
        2 => Command::Retry { client },
        3 => Command::LoseAnswer { client },
        4 => Command::CrashLeader,
        5 => Command::Crash { server },
        6 | 7 => Command::Restart { server },
        8 => Command::TimeOut { server },
        9 => Command::Cut { from: server, to, both: true },
        _ => Command::HealAll,
    }
}

#[test]
fn an_action_may_be_written_with_all_its_fields() {
    let plain = sealed(&[2, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0, 16, 1, 0, 0, 0]);
    let (client, item) = (ClientId::of_customer(2), Item::LegendarySword);
    let crash = Command::Crash { server: ServerId::new(0) };
    let run = with(timed(&[(0, crash), (0, Command::Buy { client, item, count: None, server: None })]));
    assert_eq!(share::decode(&plain), Ok(run.clone()));
    assert_eq!(share::encode(&run), Ok(sealed(&[2, 0, 7, 0, 0, 0, 2, 0, 1 << 6, 0, 16 | 3 << 6, 1])));
}

#[test]
fn sixty_presses_of_a_button_stay_under_four_hundred_characters() {
    for seed in 1..=200 {
        let text = share::encode(&presses(&mut Chance::of(seed), 60)).expect("sixty actions fit");
        assert!(text.len() < 400, "{} characters: {text}", text.len());
    }
}

#[test]
fn what_is_too_much_for_a_link_fits_into_a_file() {
    let wait = Timed { at: Time::ZERO, command: Command::HealAll };
    assert!(share::encode(&with(vec![wait.clone(); 200])).is_ok());
    let many = with(vec![wait; 201]);
    assert_eq!(share::encode(&many), Err(TooMuch::Actions(201)));

    let network = Command::Network {
        loss_percent: Some(100),
        latency_ms: Some(60_000),
        jitter_ms: Some(60_000),
        reorder: Some(true),
    };
    let wide = with(vec![Timed { at: Time::ZERO, command: network }; 190]);
    assert!(matches!(share::encode(&wide), Err(TooMuch::Characters(count)) if count > 2_048));

    let hour = 60 * 60 * 1_000;
    assert!(share::encode(&with(timed(&[(hour, Command::HealAll)]))).is_ok());
    let late = with(timed(&[(hour + 1, Command::HealAll)]));
    assert_eq!(share::encode(&late), Err(TooMuch::Time));

    let reasons = [Unreadable::TooManyActions, Unreadable::TooLong, Unreadable::TooLate];
    for (run, reason) in [many, wide, late].into_iter().zip(reasons) {
        let text = share::save(&run).expect("a file has no limits");
        assert_eq!(share::decode(&text), Err(reason));
        assert_eq!(share::open(&text), Ok(run));
    }
}

#[test]
fn what_no_run_can_hold_is_not_written() {
    let (a, b) = (ServerId::new(0), ServerId::new(1));
    let rule = |value: &str| Command::Rule { pattern: "dedupe".into(), value: value.into() };
    let twice = Command::Partition { groups: vec![vec![a, b], vec![b]], customers: None };
    let option = Command::Option { name: "luck".into(), value: 1 };
    let falling = with(timed(&[(5, Command::HealAll), (4, Command::HealAll)]));
    let between = with(vec![Timed { at: Time::from_us(1_500), command: Command::HealAll }]);
    let before = with(timed(&[(-1, Command::HealAll)]));
    let servers = shared(Start { servers: Some(10), ..Start::default() });
    let options = shared(Start { options: vec![("loss-percent".into(), 101)], ..Start::default() });
    let rules = shared(Start { rules: vec![("luck".into(), "on".into())], ..Start::default() });
    let commands = [rule("perhaps"), twice, option].map(|command| with(timed(&[(0, command)])));
    for run in commands.into_iter().chain([falling, between, before, servers, options, rules]) {
        assert_eq!(share::save(&run), Err(TooMuch::Impossible), "{run:?}");
    }
}

#[test]
fn a_changed_or_missing_part_is_noticed() {
    for seed in 1..=12 {
        let text = share::encode(&shared(Chance::of(seed).start(20))).expect("twenty actions fit");
        for place in 0..text.len() {
            assert!(share::decode(&text[..place]).is_err(), "{text} up to {place}");
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let flipped = String::from_utf8(bytes).expect("still ASCII");
                assert!(share::decode(&flipped).is_err(), "{text} became {flipped}");
            }
        }
    }
}

#[test]
fn what_is_no_link_of_ours_is_refused_with_its_reason() {
    let long = format!("v1{}", "A".repeat(2_047));
    let many = sealed(&[2, 0, 7, 0, 0, 0, 0xc9, 0x01]);
    let endless = sealed(&[2, 0, 7, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    let lesson = sealed(&[2, 11, 7, 0, 0, 0, 0]);
    let burst = sealed(&[2, 0, 7, 0, 0, 0, 1, 0, 30]);
    let more = sealed(&[2, 0, 7, 0, 0, 0, 0, 0]);
    let half = sealed(&[2, 0, 7, 0, 0, 0, 1, 0, 16 | 1 << 6, 0, 0, 0]);
    let fewer = sealed(&[2, 0, 7, 0, 0, 0, 1, 0, 2 << 6]);
    let late = sealed(&[2, 0, 7, 0x81, 0xdd, 0xdb, 0x01, 0, 0, 0]);
    for (text, reason) in [
        ("", Unreadable::NoShare),
        ("hello", Unreadable::NoShare),
        ("v2AAAA", Unreadable::OtherVersion),
        ("v1", Unreadable::Damaged),
        ("v1AAAA", Unreadable::Damaged),
        ("v1검", Unreadable::Damaged),
        (&long, Unreadable::TooLong),
        (&many, Unreadable::TooManyActions),
        (&endless, Unreadable::Unknown),
        (&lesson, Unreadable::Unknown),
        (&burst, Unreadable::Unknown),
        (&more, Unreadable::Unknown),
        (&half, Unreadable::Unknown),
        (&fewer, Unreadable::Unknown),
        (&late, Unreadable::TooLate),
    ] {
        assert_eq!(share::decode(text), Err(reason), "{text}");
    }
}

#[test]
fn five_thousand_hostile_strings_are_refused_or_harmless() {
    let mut chance = Chance::of(2026);
    for round in 0..5_000 {
        let honest = share::encode(&shared(chance.start(12))).expect("twelve actions fit");
        let mut bytes = body(&honest);
        match round % 5 {
            0 => bytes = (0..chance.below(200)).map(|_| chance.below(256) as u8).collect(),
            1 => bytes.truncate(chance.below(bytes.len() as u64) as usize),
            2 => {
                let place = chance.below(bytes.len() as u64) as usize;
                bytes[place] ^= 1 << chance.below(8);
            }
            3 => {
                let place = chance.below(bytes.len() as u64) as usize;
                bytes.splice(place..place, [0xff; 9]);
            }
            _ => bytes[0..2].swap(0, 1),
        }
        // With the right check, so that what stands behind it is put to the test.
        refused_or_sound(&sealed(&bytes));
        refused_or_sound(&String::from_utf8_lossy(&bytes));
        refused_or_sound(&format!("v{}{}", chance.below(3), URL_SAFE_NO_PAD.encode(&bytes)));
    }
}

#[test]
fn a_decoded_run_ends_like_the_run_that_was_shared() {
    for seed in 1..=30 {
        let start = Chance::of(seed).start(30);
        let text = share::encode(&shared(start.clone())).expect("thirty actions fit");
        let read = share::decode(&text).expect("just written");
        assert_eq!(World::start(read.start).hash(), World::start(start).hash(), "{text}");
    }
}

#[test]
fn the_worker_opens_a_shared_run_at_its_moment_and_keeps_what_it_has_when_it_cannot() {
    let start = Start { at: Time::from_ms(9_000), ..presses(&mut Chance::of(3), 10).start };
    let text = share::encode(&shared(start.clone())).expect("ten actions fit");
    let mut driver = Driver::new();
    let opened = driver.receive(ToWorker::Open { share: text });
    let FromWorker::Opened { start: from, engine, done } = opened else {
        panic!("it can be read: {opened:?}")
    };
    assert_eq!((engine, done.frame.at, driver.commands().len()), (2, start.at, 10));
    assert_eq!(done.hash, World::start(start.clone()).hash());
    assert_eq!(from, Start { commands: vec![], at: Time::ZERO, ..start });

    let refused = driver.receive(ToWorker::Open { share: "v1AAAA".into() });
    assert_eq!(refused, FromWorker::Unreadable { reason: "damaged".into() });
    let FromWorker::Done(after) = driver.receive(ToWorker::Tell) else { panic!("Tell is answered by Done") };
    assert_eq!(after.hash, done.hash);
}

#[test]
fn what_the_worker_shares_opens_as_the_same_world() {
    for seed in 1..=20 {
        let start = presses(&mut Chance::of(seed), 12).start;
        let mut driver = Driver::new();
        driver.receive(ToWorker::Load(start.clone()));
        // Between two of its own events, and at some of them.
        let at = Time::from_ms(start.at.ms() * seed as i64 / 20);
        let FromWorker::Done(there) = driver.receive(ToWorker::Seek { at }) else {
            panic!("answered by Done")
        };
        let shared = driver.receive(ToWorker::Share);
        let FromWorker::Shared { share: Some(text), .. } = shared else {
            panic!("twelve actions fit: {shared:?}")
        };
        let opened = Driver::new().receive(ToWorker::Open { share: text });
        let FromWorker::Opened { done, .. } = opened else { panic!("just written: {opened:?}") };
        assert_eq!(done.hash, there.hash, "seed {seed} at {at}");
    }
}

#[test]
fn rules_and_options_of_a_link_hold_from_the_start() {
    let rules =
        vec![("log".to_string(), "in-place".to_string()), ("disk".to_string(), "amnesia".to_string())];
    let options = vec![("money".to_string(), 1_000), ("customers".to_string(), 3)];
    let start = Start { rules, options, servers: Some(3), ..Start::default() };
    let text = share::encode(&shared(start)).expect("it is short");
    let frame = World::start(share::decode(&text).expect("just written").start).frame();
    assert_eq!((frame.rules["log"].as_str(), frame.rules["disk"].as_str()), ("in-place", "amnesia"));
    assert_eq!((frame.servers.len(), frame.clients.len()), (3, 3));
    assert!(
        frame.accounts.iter().filter(|account| account.owner == "Cheolsu").all(|held| held.money == 1_000)
    );
}

#[test]
fn every_released_string_opens_and_is_written_the_same_again() {
    assert!(released().count() >= 5);
    for text in released() {
        let read = share::decode(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
        assert_eq!(share::encode(&read).as_deref(), Ok(text));
        // It can still be run.
        World::start(read.start);
    }
}

#[test]
fn replay_tells_the_run_and_ends_with_what_became_of_it() {
    let replay = |argument: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_replay")).arg(argument).output();
        let output = output.expect("it was built with the tests");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let mut released = released();
    let (code, told) = replay(released.nth(1).expect("there are six"));
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("lesson heartbeat") && told.contains("1.250 s A crashes"), "{told}");
    let (code, told) =
        replay(&format!("https://example.org/ko/sandbox/#s={}", released.last().expect("there are six")));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("rules dedupe:off") && told.contains("broken"), "{told}");
    let (code, told) = replay("v1AAAA");
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains(&Unreadable::Damaged.to_string()), "{told}");
}
