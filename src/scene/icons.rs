//! The signs: one for each role and one for each kind of message, as path data around the origin.
//!
//! A sign is drawn in layers; a layer's class says what it is made of, and the style sheet says how that looks: `body` is filled
//! with the colour of the generation, `paper` with the colour of the page, `mark` is a line on the body, `edge` a line beside it.

use crate::frame::{MessageKind, Role};

/// A layer of a sign: its class and its path data.
pub type Layer = (&'static str, &'static str);

/// The name of a role's sign.
pub fn role_icon(role: Role, paused: bool) -> &'static str {
    if paused && role != Role::Down {
        return "paused";
    }
    role.name()
}

/// The name of a message's sign. A refusal has a sign of its own.
pub fn message_icon(kind: MessageKind, granted: Option<bool>) -> &'static str {
    match (kind, granted) {
        (MessageKind::AppendAnswer, Some(false)) => "append-answer-no",
        (MessageKind::PreVoteAnswer, Some(false)) => "pre-vote-answer-no",
        (MessageKind::VoteAnswer, Some(false)) => "vote-answer-no",
        _ => kind.name(),
    }
}

/// The signs of the roles, about 16 units wide.
pub const ROLES: [(&str, &[Layer]); 6] = [
    // A crown.
    ("leader", &[("body", "M-9 5 L-10 -5 L-4.5 -1 L0 -8 L4.5 -1 L10 -5 L9 5 Z")]),
    // An ear to the ground: waves that come in.
    (
        "follower",
        &[("edge", "M-6 5 A8.5 8.5 0 0 1 6 5 M-2.6 6 A4 4 0 0 1 2.6 6 M-9.4 2.6 A13 13 0 0 1 9.4 2.6")],
    ),
    // A raised hand, asked about first.
    ("pre-candidate", &[("edge dashed", "M-4 7 V-2 M-4 -2 V-5 M0 7 V-7 M4 7 V-5 M-6 7 H6")]),
    // A raised hand.
    (
        "candidate",
        &[(
            "edge",
            "M-5 7 V-1 Q-5 -3 -3.5 -3 Q-2 -3 -2 -1 V-6 Q-2 -8 -0.5 -8 Q1 -8 1 -6 V-1 M1 -5 Q1 -7 2.5 -7 Q4 -7 4 -5 V0 M4 -3 Q7 -4 7 -1 V3 Q7 7 3 7 H-5",
        )],
    ),
    ("down", &[("edge", "M-6 -6 L6 6 M6 -6 L-6 6")]),
    ("paused", &[("edge", "M-4 -6 V6 M4 -6 V6")]),
];

/// The signs of the messages, about 24 units wide.
pub const MESSAGES: [(&str, &[Layer]); 15] = [
    // A heart.
    (
        "heartbeat",
        &[(
            "body",
            "M0 9 C-14 0 -10 -10 -4.5 -9 C-2 -8.6 -0.6 -7 0 -5.4 C0.6 -7 2 -8.6 4.5 -9 C10 -10 14 0 0 9 Z",
        )],
    ),
    // A small heart, hollow.
    (
        "heartbeat-answer",
        &[(
            "paper",
            "M0 6.5 C-10 0 -7 -7 -3.2 -6.4 C-1.4 -6 -0.4 -5 0 -3.8 C0.4 -5 1.4 -6 3.2 -6.4 C7 -7 10 0 0 6.5 Z",
        )],
    ),
    // A stack of boxes.
    (
        "append",
        &[
            ("body", "M-5 -10 H10 V5 H6 V-6 H-5 Z"),
            ("body", "M-10 -6 H6 V10 H-10 Z"),
            ("mark", "M-6.5 -1 H2.5 M-6.5 5 H2.5"),
        ],
    ),
    // A tick on a disc.
    (
        "append-answer",
        &[("body", "M-9 0 A9 9 0 1 1 9 0 A9 9 0 1 1 -9 0 Z"), ("mark", "M-4.5 0.5 L-1 4 L5 -3.5")],
    ),
    (
        "append-answer-no",
        &[
            ("paper", "M-9 0 A9 9 0 1 1 9 0 A9 9 0 1 1 -9 0 Z"),
            ("edge", "M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5"),
        ],
    ),
    // A ballot box with a slip, drawn with a broken line: only asked.
    (
        "pre-vote",
        &[
            ("paper dashed", "M-10 -2 H10 V9 H-10 Z"),
            ("paper dashed", "M-5 -2 V-10 H5 V-2"),
            ("edge", "M-6 2 H6"),
        ],
    ),
    ("pre-vote-answer", &[("paper dashed", "M-8 -10 H8 V10 H-8 Z"), ("edge", "M-4.5 0.5 L-1 4 L5 -3.5")]),
    (
        "pre-vote-answer-no",
        &[("paper dashed", "M-8 -10 H8 V10 H-8 Z"), ("edge", "M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5")],
    ),
    // A ballot box with a slip.
    ("vote", &[("paper", "M-5 -2 V-10 H5 V-2"), ("body", "M-10 -2 H10 V9 H-10 Z"), ("mark", "M-6 2 H6")]),
    // A ballot paper, ticked or crossed.
    ("vote-answer", &[("body", "M-8 -10 H8 V10 H-8 Z"), ("mark", "M-4.5 0.5 L-1 4 L5 -3.5")]),
    (
        "vote-answer-no",
        &[("paper", "M-8 -10 H8 V10 H-8 Z"), ("edge", "M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5")],
    ),
    // A picture of the whole, in its frame.
    ("snapshot", &[("body", "M-11 -9 H11 V9 H-11 Z"), ("mark", "M-7 5 L-2 -2 L1 2 L4 -3 L7 5 Z M4 -5 H5")]),
    // An envelope.
    ("request", &[("body", "M-11 -8 H11 V8 H-11 Z"), ("mark", "M-11 -8 L0 1.5 L11 -8")]),
    // A signpost.
    ("redirect", &[("body", "M-11 -7 H4 L11 0 L4 7 H-11 Z"), ("mark", "M-6 0 H4")]),
    // A speech bubble.
    ("answer", &[("body", "M-11 -9 H11 V5 H0 L-6 11 V5 H-11 Z"), ("mark", "M-6 -4 H6 M-6 0.5 H2")]),
];

/// The signs of log entries and goods, about 14 units wide: what is traded, or what else an entry is.
pub const ENTRIES: [(&str, &[Layer]); 4] = [
    ("legendary-sword", &[("edge", "M6 -6 L-2.5 2.5 M-5.5 0.5 L-0.5 5.5 M-3 3 L-6 6")]),
    ("magic-shield", &[("edge", "M0 -6.5 L5.5 -4.5 V0 Q5.5 4.5 0 6.5 Q-5.5 4.5 -5.5 0 V-4.5 Z")]),
    // A key: opens a session.
    ("open", &[("edge", "M-6 0 A2.5 2.5 0 1 1 -1 0 A2.5 2.5 0 1 1 -6 0 M-1 0 H6 M3.5 0 V3 M6 0 V3")]),
    // A flag: a leader's generation starts.
    ("empty", &[("edge", "M-4 6 V-6 M-4 -6 L5 -3.5 L-4 -1")]),
];

/// A customer: head and shoulders.
pub const PERSON: &[Layer] = &[
    ("figure", "M-5.5 -6 A5.5 5.5 0 1 1 5.5 -6 A5.5 5.5 0 1 1 -5.5 -6 Z"),
    ("figure", "M-12 13 Q-12 2 0 2 Q12 2 12 13 Z"),
];

/// The layers of a sign of `signs`; nothing for a name that has none.
pub fn layers(signs: &[(&str, &'static [Layer])], name: &str) -> &'static [Layer] {
    signs.iter().find(|(sign, _)| *sign == name).map_or(&[], |(_, layers)| layers)
}

/// The name of the line of a kind of message: the class of the way that it leaves.
pub fn line_style(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Heartbeat => "dots",
        MessageKind::HeartbeatAnswer => "sparse-dots",
        MessageKind::Append => "solid",
        MessageKind::AppendAnswer => "thin",
        MessageKind::PreVote | MessageKind::PreVoteAnswer => "short-dashes",
        MessageKind::Vote => "dashes",
        MessageKind::VoteAnswer => "long-dashes",
        MessageKind::Snapshot => "thick",
        MessageKind::Request => "dash-dot",
        MessageKind::Answer => "dash-dot-dot",
        MessageKind::Redirect => "dot-dash",
    }
}

/// Every kind of message, in the order of the legend.
pub const KINDS: [MessageKind; 12] = [
    MessageKind::Heartbeat,
    MessageKind::HeartbeatAnswer,
    MessageKind::Append,
    MessageKind::AppendAnswer,
    MessageKind::PreVote,
    MessageKind::PreVoteAnswer,
    MessageKind::Vote,
    MessageKind::VoteAnswer,
    MessageKind::Snapshot,
    MessageKind::Request,
    MessageKind::Redirect,
    MessageKind::Answer,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_sign_unlike_all_others() {
        let answers = [None, Some(true), Some(false)];
        for kind in KINDS {
            for granted in answers {
                assert!(!layers(&MESSAGES, message_icon(kind, granted)).is_empty(), "{kind:?}");
            }
        }
        for (nth, (name, layers)) in MESSAGES.iter().enumerate() {
            for (other, others) in &MESSAGES[..nth] {
                assert!(layers != others, "{name} looks like {other}");
            }
        }
    }

    #[test]
    fn every_role_has_a_sign() {
        for role in [Role::Follower, Role::PreCandidate, Role::Candidate, Role::Leader, Role::Down] {
            for paused in [false, true] {
                assert!(!layers(&ROLES, role_icon(role, paused)).is_empty(), "{role:?}");
            }
        }
        assert_eq!(role_icon(Role::Down, true), "down");
    }
}
