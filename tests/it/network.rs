//! Nothing bypasses the network: taking one message of each kind away changes what comes out.

use playground::command::Command;
use playground::frame::{Frame, MessageKind, Place, Role};
use playground::node::Rules;
use playground::sim::{MessageId, Options, Sim};
use playground::time::{Span, Time};

use crate::world::{World, leader};

/// What came out, without the messages themselves.
fn outcome(frame: &Frame) -> Frame {
    Frame { packets: Vec::new(), lines: Vec::new(), ..frame.clone() }
}

/// The same run with and without one message of that kind being taken away; both observed `after_ms` later.
fn with_and_without(prepare: impl Fn(&mut World), kind: MessageKind, after_ms: i64) -> (Frame, Frame) {
    let observe = |drop: bool| {
        let mut world = World::new(7);
        prepare(&mut world);
        let frame = world.until(|frame| frame.packets.iter().any(|packet| packet.kind == kind));
        let packet = frame.packets.iter().find(|packet| packet.kind == kind).expect("just found");
        // Both runs get a command at the same moment, so that only the loss differs.
        world.act(if drop { Command::Drop { message: packet.id } } else { Command::HealAll });
        let now = world.frame().at.ms();
        world.advance(now + after_ms);
        world.frame()
    };
    (outcome(&observe(false)), outcome(&observe(true)))
}

fn led(world: &mut World) {
    world.until_led();
}

fn bought(world: &mut World) {
    world.until_led();
    world.buy();
}

#[test]
fn a_vote_request() {
    let (kept, dropped) = with_and_without(|_| (), MessageKind::Vote, 300);
    let voters = |frame: &Frame| frame.servers.iter().filter(|server| server.voted_for.is_some()).count();
    assert_eq!((voters(&kept), voters(&dropped)), (5, 4));
}

#[test]
fn a_vote() {
    let led_after = |drops: usize| {
        let mut world = World::new(7);
        for _ in 0..drops {
            world.drop_next(MessageKind::VoteAnswer);
        }
        world.until_led();
        world.frame().servers.iter().map(|server| server.generation).max()
    };
    assert_eq!((led_after(0), led_after(4)), (Some(1), Some(2)), "without votes nobody leads generation 1");
}

#[test]
fn an_append() {
    let (kept, dropped) = with_and_without(led, MessageKind::Append, 300);
    let holders = |frame: &Frame| frame.servers.iter().filter(|server| server.last_index == 1).count();
    assert_eq!((holders(&kept), holders(&dropped)), (5, 4));
}

#[test]
fn an_acknowledgement() {
    let (kept, dropped) = with_and_without(led, MessageKind::AppendAnswer, 400);
    let known = |frame: &Frame| {
        let leading = frame.servers.iter().find(|server| server.role == Role::Leader).expect("one leads");
        leading.progress.iter().filter(|progress| progress.matched == 1).count()
    };
    assert_eq!((known(&kept), known(&dropped)), (4, 3));
}

#[test]
fn a_heartbeat() {
    let (kept, dropped) = with_and_without(
        |world| {
            while leader(&world.frame()).is_none() {
                world.until_led();
            }
        },
        MessageKind::Heartbeat,
        900,
    );
    let timers = |frame: &Frame| frame.servers.iter().map(|server| server.timer.clone()).collect::<Vec<_>>();
    assert_ne!(timers(&kept), timers(&dropped), "whoever missed the beat waits with an older timer");
}

#[test]
fn all_heartbeats() {
    let mut world = World::new(7);
    let first = world.until_led();
    let others: Vec<_> =
        world.frame().servers.iter().map(|server| server.id).filter(|id| *id != first).collect();
    for to in others {
        world.act(Command::Cut { from: first, to, both: false });
    }
    world.until(|frame| leader(frame).is_some_and(|leading| leading != first));
}

#[test]
fn a_request() {
    let (kept, dropped) = with_and_without(bought, MessageKind::Request, 1_000);
    let answered = |frame: &Frame| frame.clients[0].requests[0].answer.is_some();
    assert_eq!((answered(&kept), answered(&dropped)), (true, false));
}

#[test]
fn an_answer() {
    let (kept, dropped) = with_and_without(bought, MessageKind::Answer, 1_000);
    let answered = |frame: &Frame| frame.clients[0].requests[0].answer.is_some();
    assert_eq!((answered(&kept), answered(&dropped)), (true, false));
}

/// What waited at the end of a held link arrives before what is due at the very moment at which it is released.
#[test]
fn a_link_keeps_its_order_when_it_is_released() {
    let options = Options { latency: Span::from_ms(1_500), jitter: Span::ZERO, ..Options::default() };
    let mut sim =
        Sim::new(Options { election: Span::from_ms(20_000), ..options }, Rules::default(), 7, Time::ZERO);
    let leader = loop {
        sim.step();
        if let Some(leader) = sim.leader() {
            break leader;
        }
    };
    let other = sim.servers().map(|(id, _)| id).find(|id| *id != leader).expect("there are others");
    let (from, to) = (Place::Server(leader), Place::Server(other));
    let under_way = |sim: &Sim| -> Vec<MessageId> {
        let flights = sim.network().flights().filter(|(_, flight)| (flight.from, flight.to) == (from, to));
        flights.map(|(id, _)| id).collect()
    };
    sim.execute(&Command::Hold { from: leader, to: other }).expect("the link is there");
    // Up to the moment at which the third message is due; the two before it wait.
    while under_way(&sim).len() < 4 {
        sim.step();
    }
    let third = under_way(&sim)[2];
    let due = sim.network().flight(third).expect("it is under way").due;
    while sim.next_due().is_some_and(|next| next < due) {
        sim.step();
    }
    sim.pass_to(due);
    sim.execute(&Command::Release { from: leader, to: other }).expect("the link is held");
    let sent = under_way(&sim);
    let mut arrived: Vec<MessageId> = Vec::new();
    while arrived.len() < 3 {
        sim.step();
        let left = under_way(&sim);
        arrived.extend(sent.iter().find(|id| !left.contains(id) && !arrived.contains(*id)).copied());
    }
    assert_eq!(arrived, sent[..3]);
}
