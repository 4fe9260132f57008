//! How far time goes from one animation frame to the next. Pure: what the browser's clock says comes in as a number.

/// The most real time, in milliseconds, that one animation frame may make up for.
pub const STEP_MS_MAX: f64 = 100.0;

/// After a gap this long, in milliseconds, the page was not on screen: it goes on as if no time had passed.
const AWAY_MS: f64 = 500.0;

/// Remembers the last animation frame.
#[derive(Debug, Default)]
pub struct Pace {
    last_ms: Option<f64>,
}

impl Pace {
    /// Time stood still until now: the next animation frame only starts the count.
    pub fn rest(&mut self) {
        self.last_ms = None;
    }

    /// By how many simulated microseconds the world goes on at the animation frame of `now_ms`.
    pub fn step_us(&mut self, now_ms: f64, speed: f64) -> i64 {
        let gap_ms = self.last_ms.map_or(0.0, |last_ms| now_ms - last_ms);
        self.last_ms = Some(now_ms);
        if gap_ms > AWAY_MS { 0 } else { us(gap_ms.clamp(0.0, STEP_MS_MAX), speed) }
    }
}

/// Simulated microseconds of so much real time.
pub fn us(real_ms: f64, speed: f64) -> i64 {
    (real_ms * speed * 1_000.0).round() as i64
}
