//! What share of the last minutes something took, from totals that are looked at now and then.

use std::time::Duration;

use parking_lot::Mutex;

/// Totals as they stood some time ago.
#[derive(Debug, Default)]
pub struct Share {
    looks: Mutex<Looks>,
}

#[derive(Debug, Default)]
struct Looks {
    older: (Duration, Duration),
    newer: (Duration, Duration),
}

impl Share {
    /// `busy` out of `now`, both totals that never go back: the share of the last one to two [`WINDOW`]s, or of the time since
    /// somebody last looked, if that is longer. Between 0 and 1.
    pub fn of(&self, busy: Duration, now: Duration) -> f64 {
        let mut looks = self.looks.lock();
        if now.saturating_sub(looks.newer.0) >= WINDOW {
            looks.older = looks.newer;
            looks.newer = (now, busy);
        }
        let (then, busy_then) = looks.older;
        let passed = now.saturating_sub(then).as_secs_f64();
        if passed <= 0.0 { 0.0 } else { (busy.saturating_sub(busy_then).as_secs_f64() / passed).clamp(0.0, 1.0) }
    }
}

/// As often as most people scrape, or rarer.
const WINDOW: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
