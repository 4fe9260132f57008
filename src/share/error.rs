//! Why a run cannot be written, and why a string cannot be read.

use std::fmt;

use super::{ACTIONS_MAX, CHARACTERS_MAX};

/// Why a run cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// So many characters do not fit into a link.
    Characters(usize),
    /// So many actions do not fit into a link.
    Actions(usize),
    /// It goes on for too long.
    Time,
    /// It holds what no run can hold: a rule or option that does not exist, a moment between two milliseconds or before the one
    /// before it, a server in two groups.
    Impossible,
}

/// Why a share string is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else.
    NoShare,
    /// It is of a later form than this release knows.
    OtherVersion,
    /// It has too many characters.
    TooLong,
    /// A part of it is missing or changed.
    Damaged,
    /// It is whole, and says something that this release does not know.
    Unknown,
    /// It has too many actions.
    TooManyActions,
    /// It goes on for too long.
    TooLate,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TooMuch::Characters(count) => {
                write!(
                    f,
                    "this run would make a link of {count} characters, and {CHARACTERS_MAX} are the most: save it as a file"
                )
            }
            TooMuch::Actions(count) => {
                write!(f, "this run has {count} actions, and a link holds {ACTIONS_MAX}: save it as a file")
            }
            TooMuch::Time => {
                write!(f, "this run is longer than the simulated hour that a link holds: save it as a file")
            }
            TooMuch::Impossible => {
                write!(f, "this run holds something that no run can hold, and cannot be handed on")
            }
        }
    }
}

impl Unreadable {
    /// The end of the key of its words.
    pub const fn name(self) -> &'static str {
        match self {
            Unreadable::NoShare => "no-share",
            Unreadable::OtherVersion => "other-version",
            Unreadable::TooLong => "too-long",
            Unreadable::Damaged => "damaged",
            Unreadable::Unknown => "unknown",
            Unreadable::TooManyActions => "too-many-actions",
            Unreadable::TooLate => "too-late",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreadable::NoShare => "this is not a shared run: one begins with v1",
            Unreadable::OtherVersion => "this shared run is of a newer form than this playground knows",
            Unreadable::TooLong => "this link is too long: 2,048 characters are the most",
            Unreadable::Damaged => "a part of this shared run is missing or changed: copy the whole of it once more",
            Unreadable::Unknown => "this shared run speaks of something that this playground does not know; perhaps a newer one made it",
            Unreadable::TooManyActions => "this link has too many actions: 200 are the most",
            Unreadable::TooLate => "this link goes on for longer than a simulated hour",
        })
    }
}

impl std::error::Error for TooMuch {}
impl std::error::Error for Unreadable {}
