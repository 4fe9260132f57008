//! Where a message is at an instant. Even pace from `sent` to `due`: what is seen is the network's time, not an effect.

use crate::frame::MessageKind;
use crate::time::Time;

use super::{PacketShape, ServerShape};

/// How far along its way a message gets that is lost: up to the wall.
pub const WALL: f64 = 0.74;

/// How far along its way a message waits that is held: up to the gate.
pub const GATE: f64 = 0.5;

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// To the right, in the view box.
    pub x: f64,
    /// Downwards, in the view box.
    pub y: f64,
    /// How much of its way lies behind it, 0 to 1.
    pub fraction: f64,
}

/// From which part of its way on a message bears its label: those that leave a server together begin upon each other.
const LABELLED_FROM: f64 = 0.14;

impl Placed {
    /// Whether the message bears its label here.
    pub fn is_labelled(self) -> bool {
        self.fraction >= LABELLED_FROM
    }
}

/// Where the message is at that moment.
pub fn place(packet: &PacketShape, now: Time) -> Placed {
    let passed = passed(packet.sent, packet.due, now);
    placed(packet, passed)
}

/// How far along its way a heartbeat or its answer stands when nothing may move: not beside what waits half way.
const BEAT_STILL: f64 = 0.26;

/// Where the message is drawn when nothing may move: half way, or at what stops it.
pub fn place_still(packet: &PacketShape) -> Placed {
    let beats = matches!(packet.kind, MessageKind::Heartbeat | MessageKind::HeartbeatAnswer);
    placed(
        packet,
        if packet.cut {
            WALL
        } else if beats && !packet.held {
            BEAT_STILL
        } else {
            GATE
        },
    )
}

fn placed(packet: &PacketShape, passed: f64) -> Placed {
    let stop = match packet {
        PacketShape { cut: true, .. } => WALL,
        PacketShape { held: true, .. } => GATE,
        _ => 1.0,
    };
    let fraction = passed.min(stop);
    let at = packet.route.at(fraction);
    Placed { x: at.x, y: at.y, fraction }
}

/// How much of its election time-out a server still has, 1 to 0; none when no timer runs.
pub fn timer_left(server: &ServerShape, now: Time) -> Option<f64> {
    let timer = server.timer.as_ref()?;
    Some(1.0 - passed(timer.set, timer.due, now))
}

/// The part of the time between two moments that has passed, 0 to 1.
fn passed(from: Time, to: Time, now: Time) -> f64 {
    let whole = to.since(from).us();
    if whole == 0 {
        return 1.0;
    }
    (now.since(from).us() as f64 / whole as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{packet, request_to};
    use super::*;

    #[test]
    fn the_pace_is_even_and_stays_on_the_way() {
        let packet = packet(1_000, 2_000);
        for (now, fraction) in
            [(500, 0.0), (1_000, 0.0), (1_250, 0.25), (1_500, 0.5), (2_000, 1.0), (9_000, 1.0)]
        {
            let placed = place(&packet, Time::from_ms(now));
            assert_eq!(placed.fraction, fraction);
            assert_eq!((placed.x, placed.y), (packet.route.at(fraction).x, packet.route.at(fraction).y));
        }
    }

    #[test]
    fn a_message_that_has_just_left_bears_no_label_yet() {
        let labelled = |now| place(&packet(1_000, 2_000), Time::from_ms(now)).is_labelled();
        assert_eq!([1_000, 1_100, 1_150, 2_000].map(labelled), [false, false, true, true]);
        assert!(place_still(&packet(1_000, 2_000)).is_labelled(), "without motion they stand apart");
    }

    #[test]
    fn walls_and_gates_stop_a_message() {
        let late = Time::from_ms(1_990);
        assert_eq!(place(&PacketShape { cut: true, ..packet(1_000, 2_000) }, late).fraction, WALL);
        assert_eq!(place(&PacketShape { held: true, ..packet(1_000, 2_000) }, late).fraction, GATE);
    }

    #[test]
    fn without_motion_messages_stand_apart() {
        assert_eq!(place_still(&packet(1_000, 2_000)).fraction, BEAT_STILL);
        assert_eq!(place_still(&request_to(0, 1_000, 2_000)).fraction, GATE);
        assert_eq!(place_still(&PacketShape { cut: true, ..packet(1_000, 2_000) }).fraction, WALL);
    }

    #[test]
    fn a_message_without_delay_has_arrived() {
        assert_eq!(place(&request_to(0, 700, 700), Time::from_ms(700)).fraction, 1.0);
    }
}
