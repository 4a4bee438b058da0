//! How long to wait before trying again: doubled each time, up to a limit, and never the same for everybody.

use std::time::Duration;

/// The wait after so many failures, one at least; `chance` is a random number.
pub(crate) fn after(failures: u32, first_ms: u64, max_ms: u64, chance: u64) -> Duration {
    let doubled = first_ms.saturating_mul(1 << failures.saturating_sub(1).min(DOUBLINGS_MAX));
    let nanos = doubled.min(max_ms.max(first_ms)).saturating_mul(1_000_000);
    // A fifth up or down, so that clients that failed together do not come back together.
    let fifth = nanos / 5;
    Duration::from_nanos(nanos - fifth + chance % (2 * fifth + 1))
}

/// Far beyond any limit of milliseconds, and a shift that is still possible.
const DOUBLINGS_MAX: u32 = 32;

#[cfg(test)]
mod tests;
