//! Counts and times of delivered records, as lines of Apache's tool.

use crate::kafka::fixed::fixed;

/// All records of a run.
pub struct Stats {
    start_ms: i64,
    /// Every so many-th latency is kept.
    sampling: u64,
    samples_ms: Vec<i64>,
    seen: u64,
    whole: Window,
    window: Window,
    window_start_ms: i64,
    interval_ms: i64,
}

#[derive(Clone, Copy, Default)]
struct Window {
    count: u64,
    bytes: u64,
    latency_ms: i64,
    latency_ms_max: i64,
}

impl Stats {
    pub fn new(now_ms: i64, expected: u64, interval_ms: i64) -> Stats {
        Stats {
            start_ms: now_ms,
            sampling: expected.checked_div(expected.min(SAMPLES_MAX)).unwrap_or(1),
            samples_ms: Vec::new(),
            seen: 0,
            whole: Window::default(),
            window: Window::default(),
            window_start_ms: now_ms,
            interval_ms,
        }
    }

    /// Whether no line of progress was told yet.
    pub fn is_in_first_window(&self) -> bool {
        self.window.count == self.whole.count
    }

    /// A record was delivered; a line of progress when it is time for one.
    pub fn record(&mut self, latency_ms: i64, bytes: usize, now_ms: i64) -> Option<String> {
        self.whole.add(latency_ms, bytes);
        self.window.add(latency_ms, bytes);
        if self.seen.is_multiple_of(self.sampling) {
            self.samples_ms.push(latency_ms);
        }
        self.seen += 1;
        if now_ms - self.window_start_ms < self.interval_ms {
            return None;
        }
        let Window { count, latency_ms, latency_ms_max, .. } = self.window;
        let (records, megabytes) = self.window.rates(now_ms - self.window_start_ms);
        let average = latency_ms as f64 / count as f64;
        let line = format!(
            "{count} records sent, {records:.1} records/sec ({megabytes:.2} MB/sec), {average:.1} ms avg latency, \
             {latency_ms_max:.1} ms max latency.",
            latency_ms_max = latency_ms_max as f64,
        );
        (self.window, self.window_start_ms) = (Window::default(), now_ms);
        Some(line)
    }

    /// The last line; `which` stands before "records sent".
    pub fn total(mut self, now_ms: i64, which: &str) -> String {
        self.samples_ms.sort_unstable();
        let at = |share: f64| {
            let place = (share * self.samples_ms.len() as f64) as usize;
            self.samples_ms.get(place).copied().unwrap_or_default()
        };
        let Window { count, latency_ms, latency_ms_max, .. } = self.whole;
        let (records, megabytes) = self.whole.rates(now_ms - self.start_ms);
        let (average, longest) = (fixed(latency_ms as f64 / count as f64, 2), latency_ms_max as f64);
        format!(
            "{count}{which} records sent, {} records/sec ({} MB/sec), {average} ms avg latency, {longest:.2} ms max latency, \
             {} ms 50th, {} ms 95th, {} ms 99th, {} ms 99.9th.",
            fixed(records, 6),
            fixed(megabytes, 2),
            at(0.5),
            at(0.95),
            at(0.99),
            at(0.999),
        )
    }
}

impl Window {
    fn add(&mut self, latency_ms: i64, bytes: usize) {
        self.count += 1;
        self.bytes += bytes as u64;
        self.latency_ms += latency_ms;
        self.latency_ms_max = self.latency_ms_max.max(latency_ms);
    }

    /// Records and MiB a second.
    fn rates(&self, elapsed_ms: i64) -> (f64, f64) {
        let per_second = |amount: u64| 1000.0 * amount as f64 / elapsed_ms as f64;
        (per_second(self.count), per_second(self.bytes) / (1024.0 * 1024.0))
    }
}

/// Latencies that are kept.
const SAMPLES_MAX: u64 = 500_000;

#[cfg(test)]
mod tests;
