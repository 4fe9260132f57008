//! For each pattern the rule in force: the right one by default, the wrong ones named beside it.
//!
//! A wrong rule is there to be watched breaking a promise. Each is read where its pattern decides.

macro_rules! rules {
    ($($(#[$doc:meta])* $field:ident $name:literal: $type:ident { $($(#[$value_doc:meta])* $value:ident $value_name:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $type {
                $($(#[$value_doc])* $value,)*
            }

            impl $type {
                const ALL: &'static [($type, &'static str)] = &[$(($type::$value, $value_name),)*];

                /// The name of the value in messages and addresses.
                pub fn name(self) -> &'static str {
                    $type::ALL[self as usize].1
                }
            }
        )*

        /// The rule in force for each pattern.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Rules {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Rules {
            /// Every pattern with the names of its values, the right one first.
            pub fn table() -> Vec<(&'static str, Vec<&'static str>)> {
                vec![$(($name, $type::ALL.iter().map(|(_, name)| *name).collect()),)*]
            }

            /// Every pattern with the value in force.
            pub fn in_force(&self) -> Vec<(&'static str, &'static str)> {
                vec![$(($name, self.$field.name()),)*]
            }

            /// Puts a value in force. An error when there is no such pattern or value.
            pub fn set(&mut self, pattern: &str, value: &str) -> Result<(), UnknownRule> {
                match pattern {
                    $($name => {
                        let found = $type::ALL.iter().find(|(_, name)| *name == value);
                        self.$field = found.ok_or(UnknownRule)?.0;
                    })*
                    _ => return Err(UnknownRule),
                }
                Ok(())
            }
        }
    };
}

/// There is no such pattern, or it has no such value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRule;

rules! {
    /// Ask before standing for election.
    pre_vote "pre-vote": PreVote {
        /// Ask first (Raft dissertation, section 9.6).
        #[default]
        On "on",
        /// Stand at once.
        Off "off",
    }
    /// A leader that reaches no majority steps down, and a server that hears a leader gives no vote away.
    check_quorum "check-quorum": CheckQuorum {
        /// It does (Raft dissertation, section 6.2).
        #[default]
        On "on",
        /// It goes on believing that it leads.
        Off "off",
    }
    /// How many servers must hold an entry before it is committed.
    quorum "quorum": Quorum {
        /// More than half of all.
        #[default]
        Majority "majority",
        /// The leader alone.
        One "one",
        /// Every one.
        All "all",
    }
    /// What becomes of a request that is received twice.
    dedupe "dedupe": Dedupe {
        /// Its answer is kept in the replicated state; a second time it is only answered.
        #[default]
        Replicated "replicated",
        /// It is carried out again.
        Off "off",
    }
}

impl Rules {
    /// The rules in force that are not the right ones, as `pattern:value`.
    pub fn wrong(&self) -> Vec<String> {
        let right = Rules::default().in_force();
        let in_force = self.in_force();
        let differing = in_force.iter().zip(right).filter(|(now, right)| **now != *right);
        differing.map(|((pattern, value), _)| format!("{pattern}:{value}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_each_pattern_is_the_right_one_and_every_value_can_be_set() {
        for ((pattern, values), (_, right)) in Rules::table().into_iter().zip(Rules::default().in_force()) {
            assert_eq!(values[0], right, "{pattern}");
            for value in values {
                let mut rules = Rules::default();
                assert_eq!(rules.set(pattern, value), Ok(()));
                assert!(rules.in_force().contains(&(pattern, value)));
                assert_eq!(rules.wrong().is_empty(), value == right);
            }
        }
        assert_eq!(Rules::default().set("dedupe", "perhaps"), Err(UnknownRule));
        assert_eq!(Rules::default().set("luck", "on"), Err(UnknownRule));
    }
}
