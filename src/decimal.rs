//! Numbers with a few decimals as text. The library writes any number exactly, which takes a page more code and tables than a picture
//! needs.

/// A number with so many decimals at most, without useless zeros; of two that are as near, the one that is further from zero.
pub fn short(number: f64, decimals: u32) -> String {
    let one = 10_i64.pow(decimals);
    let parts = (number * one as f64).round() as i64;
    let sign = if parts < 0 { "-" } else { "" };
    let (whole, mut fraction) = (parts.abs() / one, parts.abs() % one);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let mut places = decimals as usize;
    while fraction % 10 == 0 {
        (fraction, places) = (fraction / 10, places - 1);
    }
    format!("{sign}{whole}.{fraction:0places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, decimals, text) in [
            (0.0, 1, "0"),
            (-0.0, 1, "0"),
            (-0.04, 1, "0"),
            (3.0, 3, "3"),
            (100.0, 2, "100"),
            (0.25, 3, "0.25"),
            (-0.5, 1, "-0.5"),
            (-1.25, 1, "-1.3"),
            (22.96, 1, "23"),
            (1.005_001, 3, "1.005"),
            (12.34, 2, "12.34"),
            (7.5, 0, "8"),
        ] {
            assert_eq!(short(number, decimals), text, "{number}");
        }
    }
}
