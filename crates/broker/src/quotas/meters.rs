//! What was used lately, and how long it takes until a quota is kept again. Pure: time is an argument.
//!
//! The arithmetic is Kafka's to the millisecond: a rate over a window of samples, of which the last is never full, and a bucket
//! of tokens that may run into debt. A meter that says nothing any more is forgotten.

use std::collections::BTreeMap;

/// How a rate is measured: so many samples of so many milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub samples: usize,
    pub sample_ms: u64,
}

impl Window {
    fn whole_ms(self) -> u64 {
        self.samples as u64 * self.sample_ms
    }

    /// The most that can be used at once without breaking a quota of so much a second, if nothing was used before.
    pub fn burst(self, limit: f64) -> f64 {
        limit * (self.samples.saturating_sub(1)) as f64 * self.sample_ms as f64 / 1000.0
    }
}

/// What is measured for one payer.
pub trait Measure: Default {
    /// Whether a new one would say the same from now on.
    fn is_idle(&self, window: Window, now_ms: u64) -> bool;
}

/// Use per second over the window.
#[derive(Debug, Default)]
pub struct Rate {
    samples: Vec<Sample>,
    current: usize,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    start_ms: u64,
    last_ms: u64,
    sum: f64,
}

impl Rate {
    pub fn record(&mut self, window: Window, amount: f64, now_ms: u64) {
        let sample = self.current(window, now_ms);
        sample.sum += amount;
        sample.last_ms = now_ms;
    }

    /// Records and says for how many milliseconds nothing may follow, so that the rate comes down to the limit.
    pub fn charge(&mut self, window: Window, limit: f64, amount: f64, now_ms: u64) -> u64 {
        self.record(window, amount, now_ms);
        let (rate, measured_ms) = self.measure(window, now_ms);
        if rate <= limit {
            return 0;
        }
        ((rate - limit) / limit * measured_ms).round() as u64
    }

    /// Use per second, and over how many milliseconds.
    pub fn measure(&mut self, window: Window, now_ms: u64) -> (f64, f64) {
        for sample in self.samples.iter_mut().filter(|s| now_ms.saturating_sub(s.last_ms) >= window.whole_ms()) {
            *sample = Sample::new(now_ms);
        }
        let oldest_ms = self.samples.iter().map(|sample| sample.start_ms).min().unwrap_or(now_ms);
        let elapsed_ms = now_ms.saturating_sub(oldest_ms);
        // As if there had been silence before: a client that begins may not use the whole quota of the window at once.
        let missing = (window.samples as u64 - 1).saturating_sub(elapsed_ms / window.sample_ms);
        let measured_ms = (elapsed_ms + missing * window.sample_ms).max(1) as f64;
        (self.samples.iter().map(|sample| sample.sum).sum::<f64>() * 1000.0 / measured_ms, measured_ms)
    }

    fn current(&mut self, window: Window, now_ms: u64) -> &mut Sample {
        match self.samples.get(self.current) {
            None => self.samples.push(Sample::new(now_ms)),
            Some(sample) if now_ms.saturating_sub(sample.start_ms) >= window.sample_ms => {
                // One more than the window holds: the oldest overlaps its edge.
                self.current = (self.current + 1) % (window.samples + 1);
                match self.samples.get_mut(self.current) {
                    Some(next) => *next = Sample::new(now_ms),
                    None => self.samples.push(Sample::new(now_ms)),
                }
            }
            Some(_) => {}
        }
        &mut self.samples[self.current]
    }
}

impl Sample {
    fn new(now_ms: u64) -> Sample {
        Sample { start_ms: now_ms, last_ms: now_ms, sum: 0.0 }
    }
}

impl Measure for Rate {
    fn is_idle(&self, window: Window, now_ms: u64) -> bool {
        self.samples.iter().all(|sample| now_ms.saturating_sub(sample.last_ms) >= window.whole_ms())
    }
}

/// Tokens that fill up at the rate of the limit (KIP-599): a full bucket may be spent at once, and run into debt with the last.
#[derive(Debug, Default)]
pub struct TokenBucket {
    /// Tokens missing from a full bucket.
    spent: f64,
    limit: f64,
    filled_ms: u64,
}

impl TokenBucket {
    /// Takes tokens and says for how many milliseconds the debt lasts.
    pub fn charge(&mut self, window: Window, limit: f64, amount: f64, now_ms: u64) -> u64 {
        self.fill(window, limit, now_ms);
        self.spent = (self.spent + amount).max(0.0);
        self.debt_ms(window)
    }

    /// Takes tokens unless there is a debt; then how many milliseconds it lasts.
    pub fn charge_unless_in_debt(&mut self, window: Window, limit: f64, amount: f64, now_ms: u64) -> u64 {
        self.fill(window, limit, now_ms);
        let debt_ms = self.debt_ms(window);
        if debt_ms == 0 {
            self.spent = (self.spent + amount).max(0.0);
        }
        debt_ms
    }

    /// What is left.
    pub fn tokens(&self, window: Window) -> f64 {
        self.limit * window.whole_ms() as f64 / 1000.0 - self.spent
    }

    fn fill(&mut self, window: Window, limit: f64, now_ms: u64) {
        let tokens = self.tokens(window);
        let flowed = limit * now_ms.saturating_sub(self.filled_ms) as f64 / 1000.0;
        let full = limit * window.whole_ms() as f64 / 1000.0;
        // A bucket that was never used is full.
        let tokens = if self.limit == 0.0 { full } else { (tokens + flowed).min(full) };
        (self.spent, self.limit, self.filled_ms) = (full - tokens, limit, now_ms);
    }

    fn debt_ms(&self, window: Window) -> u64 {
        (-self.tokens(window) / self.limit * 1000.0).max(0.0).round() as u64
    }
}

impl Measure for TokenBucket {
    fn is_idle(&self, _: Window, now_ms: u64) -> bool {
        self.spent <= self.limit * now_ms.saturating_sub(self.filled_ms) as f64 / 1000.0
    }
}

/// The meters of one quota.
pub struct Meters<K, M> {
    pub window: Window,
    by_payer: BTreeMap<K, Metered<M>>,
    /// Whoever comes when there are too many.
    crowd: Metered<M>,
    swept_ms: u64,
}

/// One payer's meter, and what it was made to wait.
#[derive(Debug, Default)]
pub struct Metered<M> {
    pub measure: M,
    pub throttled: u64,
    pub throttled_ms: u64,
}

/// Payers that are told apart at the same time. A client may call itself anything: those beyond share one meter, and none gets
/// more by it.
const METERS_MAX: usize = 65_536;

impl<M> Metered<M> {
    /// Notes a wait.
    pub fn waits(&mut self, throttle_ms: u64) -> u64 {
        self.throttled += u64::from(throttle_ms > 0);
        self.throttled_ms += throttle_ms;
        throttle_ms
    }
}

impl<K: Ord + Clone, M: Measure> Meters<K, M> {
    pub fn new(window: Window) -> Meters<K, M> {
        Meters { window, by_payer: BTreeMap::new(), crowd: Metered::default(), swept_ms: 0 }
    }

    /// The meter of a payer, made if there is none.
    pub fn of(&mut self, payer: &K, now_ms: u64) -> &mut Metered<M> {
        if !self.by_payer.contains_key(payer) {
            if now_ms.saturating_sub(self.swept_ms) >= self.window.sample_ms {
                self.sweep(now_ms);
            }
            if self.by_payer.len() >= METERS_MAX {
                return &mut self.crowd;
            }
        }
        self.by_payer.entry(payer.clone()).or_default()
    }

    /// Every payer that used something lately.
    pub fn iter(&mut self, now_ms: u64) -> impl Iterator<Item = (&K, &mut Metered<M>)> {
        self.sweep(now_ms);
        self.by_payer.iter_mut()
    }

    fn sweep(&mut self, now_ms: u64) {
        let window = self.window;
        self.by_payer.retain(|_, metered| !metered.measure.is_idle(window, now_ms));
        self.swept_ms = now_ms;
    }
}

#[cfg(test)]
mod tests;
