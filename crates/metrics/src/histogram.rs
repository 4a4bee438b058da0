//! Times, counted in buckets that grow with them: an error of a quarter at most, one addition per time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::Mutex;

/// Times seen, and how many of them fell where.
pub(crate) struct Histogram {
    buckets: Box<[AtomicU64; BUCKETS]>,
    sum_us: AtomicU64,
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
    pub(crate) sum: Duration,
    /// For each of [`QUANTILES`], how long the requests of the last minutes took; none if there were none.
    pub(crate) quantiles: Option<[Duration; QUANTILES.len()]>,
}

impl Histogram {
    pub(crate) fn new() -> Histogram {
        let empty = || vec![0; BUCKETS].into_boxed_slice();
        Histogram {
            buckets: Box::new([const { AtomicU64::new(0) }; BUCKETS]),
            sum_us: AtomicU64::new(0),
            window: Mutex::new(Window { began: Duration::ZERO, older: empty(), newer: empty() }),
        }
    }

    pub(crate) fn observe(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.buckets[bucket(us)].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
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
        let recent: Vec<u64> = counts.iter().zip(&window.older).map(|(now, then)| now - then).collect();
        Reading {
            count: counts.iter().sum(),
            sum: Duration::from_micros(self.sum_us.load(Relaxed)),
            quantiles: quantiles(&recent),
        }
    }
}

fn quantiles(counts: &[u64]) -> Option<[Duration; QUANTILES.len()]> {
    let total: u64 = counts.iter().sum();
    (total > 0).then(|| QUANTILES.map(|(_, per_thousand)| quantile(counts, total, per_thousand)))
}

fn quantile(counts: &[u64], total: u64, per_thousand: u64) -> Duration {
    let rank = (u128::from(total) * u128::from(per_thousand)).div_ceil(1000).max(1);
    let mut below = 0;
    for (index, count) in counts.iter().enumerate() {
        below += u128::from(*count);
        if below >= rank {
            return Duration::from_micros(upper_us(index));
        }
    }
    Duration::from_micros(upper_us(BUCKETS - 1))
}

/// Below 4 µs a bucket for each; above, four for each doubling.
fn bucket(us: u64) -> usize {
    if us < 4 {
        return us as usize;
    }
    let doublings = us.ilog2() as usize;
    let quarter = (us >> (doublings - 2)) as usize & 3;
    ((doublings - 1) * 4 + quarter).min(BUCKETS - 1)
}

/// The longest time that falls into a bucket.
fn upper_us(bucket: usize) -> u64 {
    if bucket < 4 {
        return bucket as u64;
    }
    let (doublings, quarter) = (bucket / 4 + 1, bucket % 4);
    ((4 + quarter as u64 + 1) << (doublings - 2)) - 1
}

/// Up to 2^30 µs, 18 minutes: longer than any request may wait.
const BUCKETS: usize = 29 * 4;

/// As long as the requests that Kafka's own quantiles mostly speak of.
const WINDOW: Duration = Duration::from_secs(300);

/// The quantiles Kafka's dashboards show: as a label, and per thousand.
pub(crate) const QUANTILES: [(&str, u64); 6] =
    [("0.50", 500), ("0.75", 750), ("0.95", 950), ("0.98", 980), ("0.99", 990), ("0.999", 999)];

#[cfg(test)]
mod tests;
