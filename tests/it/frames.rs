//! What leaves the world: it survives its way to the page, and stays small.

use playground::command::Command;
use playground::frame::{Answer, FRAME_BYTES_MAX, Frame};
use playground::lesson::LessonId;
use playground::node::ServerId;
use playground::wire::{Start, ToWorker, pack, unpack};

use crate::world::World;

/// Thirty purchases in quick succession on a slow network: full logs, many messages, many answers.
pub fn busy() -> World {
    let mut world = World::new(7);
    world.until_led();
    world.act(Command::Network {
        loss_percent: None,
        latency_ms: Some(1_000),
        jitter_ms: Some(1_000),
        reorder: None,
    });
    for _ in 0..30 {
        world.buy();
        let now = world.frame().at.ms();
        world.advance(now + 150);
    }
    world
}

#[test]
fn a_frame_survives_its_way_to_the_page() {
    let mut world = busy();
    for nth in 0..40 {
        if nth == 20 {
            world.ask(ToWorker::Columns { first: Some(2) });
            world.ask(ToWorker::Disk { of: Some("C".parse().expect("a server")) });
        }
        let frame = world.frame();
        assert_eq!(unpack::<Frame>(&pack(&frame)).expect("it can be read back"), frame);
        world.advance(frame.at.ms() + 250);
    }
}

/// The machines of lesson 2 after a purchase, and which of them keep its answer.
fn after_a_purchase(web_state: &str) -> (World, Vec<ServerId>) {
    let lesson = LessonId::StatelessWebServers;
    let rules = vec![("web-state".to_string(), web_state.to_string())];
    let start = Start { lesson: Some(lesson), seed: lesson.seed(), rules, ..Start::default() };
    let mut world = World::start(start);
    world.buy();
    let frame = world.until_answered(1);
    (world, frame.answers.iter().map(|kept| kept.server).collect())
}

#[test]
fn a_machine_with_the_data_keeps_the_answers_and_its_frame_survives_as_well() {
    let (world, kept) = after_a_purchase("none");
    assert_eq!(kept, [ServerId::DATABASE]);
    let frame = world.frame();
    assert_eq!((frame.answers[0].number, frame.answers[0].answer), (1, Answer::Done));
    let text = serde_json::to_string(&frame).expect("a frame is plain values");
    assert_eq!(serde_json::from_str::<Frame>(&text).expect("it can be read back"), frame);
    let (_, kept) = after_a_purchase("in-web-servers");
    assert!(matches!(kept[..], [one] if one.web_number().is_some()), "the one that was asked: {kept:?}");
}

#[test]
fn earlier_places_of_long_logs_are_there_on_request_also_of_a_server_that_is_down() {
    let mut world = busy();
    world.until(|frame| frame.servers.iter().all(|server| server.last_index > 30));
    let a = world.frame().servers[0].id;
    world.act(Command::Crash { server: a });
    let newest = world.frame();
    assert!(newest.servers.iter().all(|server| server.entry(2).is_none() && server.entry(30).is_some()));
    let asked = world.ask(ToWorker::Columns { first: Some(2) }).frame;
    for (server, before) in asked.servers.iter().zip(&newest.servers) {
        let indexes: Vec<u64> = server.earlier.iter().map(|entry| entry.index).collect();
        assert_eq!(indexes, (2..26).collect::<Vec<_>>(), "{}", server.id);
        assert_eq!(server.log, before.log, "the newest ones are there all the same");
    }
    let now = asked.at.ms();
    world.advance(now + 100);
    assert_eq!(world.frame().columns, Some(2), "as long as it is looked at");
    let back = world.ask(ToWorker::Columns { first: None }).frame;
    assert!(back.servers.iter().all(|server| server.earlier.is_empty()));
}

#[test]
fn a_frame_in_which_twenty_customers_press_at_once_stays_small() {
    for queue in ["batched", "one-at-a-time"] {
        let lesson = LessonId::UpdateQueue;
        let rules = vec![("queue".to_string(), queue.to_string())];
        let mut world =
            World::start(Start { lesson: Some(lesson), seed: lesson.seed(), rules, ..Start::default() });
        world.act(Command::Burst { count: 20 });
        let (mut largest, mut messages) = (pack(&world.frame()).len(), 0);
        for _ in 0..200 {
            let frame = world.frame();
            (largest, messages) = (largest.max(pack(&frame).len()), messages.max(frame.packets.len()));
            world.advance(frame.at.ms() + 33);
        }
        assert!(messages >= 20, "all of them are on their way: {messages}");
        assert!(largest <= FRAME_BYTES_MAX, "{largest} bytes");
        println!("the largest frame of twenty customers, {queue}: {largest} bytes");
    }
}

#[test]
fn a_busy_frame_stays_small() {
    let mut world = busy();
    let now = world.frame().at.ms();
    world.advance(now + 33);
    let (mut largest, mut messages, mut entries) = (0, 0, 0);
    // At twice the real time a page that draws sixty pictures a second asks for so much at once.
    for _ in 0..400 {
        let frame = world.frame();
        largest = largest.max(pack(&frame).len());
        messages = messages.max(frame.packets.len());
        entries = entries.max(frame.servers.iter().map(|server| server.log.len()).sum());
        world.advance(frame.at.ms() + 33);
    }
    assert!(messages >= 30 && entries == 5 * 24, "it is busy: {messages} messages, {entries} entries");
    assert!(largest <= FRAME_BYTES_MAX, "{largest} bytes");
    println!("the largest frame: {largest} bytes");
}
