//! Times and sizes, counted in buckets that grow with them: an error of a quarter at most, two additions each.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::Mutex;

/// Times in microseconds, or sizes in bytes: how many fell where.
pub struct Histogram {
    buckets: Box<[AtomicU64; BUCKETS]>,
    sum: AtomicU64,
    window: Mutex<Window>,
}

/// Counts as they stood when the window began, so that quantiles forget what is long past.
struct Window {
    began: Duration,
    older: Counts,
    newer: Counts,
}

type Counts = Box<[u64]>;

/// What a histogram says at one moment.
pub(crate) struct Reading {
    pub(crate) count: u64,
    pub(crate) sum: u64,
    /// For each of [`QUANTILES`], the value of the last minutes; none if there was none.
    pub(crate) quantiles: Option<[u64; QUANTILES.len()]>,
}

impl Histogram {
    /// Nothing seen yet.
    pub fn new() -> Histogram {
        let empty = Counts::default;
        Histogram {
            buckets: Box::new([const { AtomicU64::new(0) }; BUCKETS]),
            sum: AtomicU64::new(0),
            window: Mutex::new(Window { began: Duration::ZERO, older: empty(), newer: empty() }),
        }
    }

    /// Something took so long.
    pub fn observe(&self, took: Duration) {
        self.observe_value(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Something was so large.
    pub fn observe_value(&self, value: u64) {
        self.buckets[bucket(value)].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// `now` is any clock that does not go back. Quantiles cover the last one to two [`WINDOW`]s, or all that was seen
    /// since somebody last asked, if that is longer.
    pub(crate) fn read(&self, now: Duration) -> Reading {
        let counts: Counts = self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        let mut window = self.window.lock();
        if now.saturating_sub(window.began) >= WINDOW {
            window.began = now;
            window.older = std::mem::replace(&mut window.newer, counts.clone());
        }
        // Before the first window ends nothing is forgotten.
        let then = window.older.iter().copied().chain(std::iter::repeat(0));
        let recent: Vec<u64> = counts.iter().zip(then).map(|(now, then)| now - then).collect();
        Reading { count: counts.iter().sum(), sum: self.sum.load(Relaxed), quantiles: quantiles(&recent) }
    }
}

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram::new()
    }
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Histogram").field("sum", &self.sum).finish_non_exhaustive()
    }
}

fn quantiles(counts: &[u64]) -> Option<[u64; QUANTILES.len()]> {
    let total: u64 = counts.iter().sum();
    (total > 0).then(|| QUANTILES.map(|(_, per_thousand)| quantile(counts, total, per_thousand)))
}

fn quantile(counts: &[u64], total: u64, per_thousand: u64) -> u64 {
    let rank = (u128::from(total) * u128::from(per_thousand)).div_ceil(1000).max(1);
    let mut below = 0;
    for (index, count) in counts.iter().enumerate() {
        below += u128::from(*count);
        if below >= rank {
            return upper(index);
        }
    }
    upper(BUCKETS - 1)
}

/// Below 4 a bucket for each; above, four for each doubling.
fn bucket(value: u64) -> usize {
    if value < 4 {
        return value as usize;
    }
    let doublings = value.ilog2() as usize;
    let quarter = (value >> (doublings - 2)) as usize & 3;
    ((doublings - 1) * 4 + quarter).min(BUCKETS - 1)
}

/// The greatest value that falls into a bucket.
fn upper(bucket: usize) -> u64 {
    if bucket < 4 {
        return bucket as u64;
    }
    let (doublings, quarter) = (bucket / 4 + 1, bucket % 4);
    ((4 + quarter as u64 + 1) << (doublings - 2)) - 1
}

/// Up to 2^30: 18 minutes, longer than any request may wait; 1 GiB, more than any request may have.
const BUCKETS: usize = 29 * 4;

/// As long as the requests that Kafka's own quantiles mostly speak of.
const WINDOW: Duration = Duration::from_secs(300);

/// The quantiles Kafka's dashboards show: as a label, and per thousand.
pub(crate) const QUANTILES: [(&str, u64); 6] =
    [("0.50", 500), ("0.75", 750), ("0.95", 950), ("0.98", 980), ("0.99", 990), ("0.999", 999)];

#[cfg(test)]
mod tests;
