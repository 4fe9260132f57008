//! The slider of the users: from one to a million, each power of ten as long as the next.

/// How many users a burst brings.
pub const BURST: u32 = 100_000;

/// The last step of the slider; the first one is 0.
pub const STEPS_MAX: u32 = 120;

/// Steps a power of ten.
const STEPS_A_DECADE: f64 = 20.0;

/// The users at a step, as a number that can be read: two digits and zeros.
pub fn users_at(step: u32) -> u32 {
    let exact = 10_f64.powf(f64::from(step.min(STEPS_MAX)) / STEPS_A_DECADE);
    let unit = 10_f64.powf((exact.log10().floor() - 1.0).max(0.0));
    ((exact / unit).round() * unit) as u32
}

/// The step that is nearest to so many users.
pub fn step_of(users: u32) -> u32 {
    (f64::from(users.max(1)).log10() * STEPS_A_DECADE).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_goes_from_one_user_to_a_million() {
        assert_eq!((users_at(0), users_at(STEPS_MAX), users_at(STEPS_MAX + 9)), (1, 1_000_000, 1_000_000));
        assert!((0..=STEPS_MAX).map(users_at).is_sorted());
        for (users, step) in [(1_000, 60), (50_000, 94), (100_000, 100)] {
            assert_eq!((step_of(users), users_at(step)), (step, users));
        }
    }

    #[test]
    fn where_it_stands_is_what_it_says() {
        for step in 20..=STEPS_MAX {
            assert_eq!(step_of(users_at(step)), step, "{} users", users_at(step));
        }
    }
}
