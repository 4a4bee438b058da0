//! The high watermark and the last stable offset: how they move, and who hears of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_storage::Log;

use super::{Inner, Partition, State, Watermarks};
use crate::progress::Waiter;

impl Partition {
    /// All four, in one look.
    pub fn watermarks(&self) -> Watermarks {
        self.inner.watermarks()
    }

    /// Everything below is on the medium.
    pub fn durable_end(&self) -> i64 {
        self.inner.durable_end()
    }

    /// Wakes `waiter` when more may be read, once. Register before looking whether there is something, so that nothing is missed.
    pub fn watch(&self, waiter: &Arc<Waiter>) {
        self.inner.waiters.add(waiter);
    }

    /// Takes the waiter back.
    pub fn unwatch(&self, waiter: &Arc<Waiter>) {
        self.inner.waiters.remove(waiter);
    }

    /// Resolves once the high watermark has reached `offset`: everything below is committed. `false` once the partition is offline,
    /// since it will not. Whoever waits has a time limit.
    pub async fn committed(&self, offset: i64) -> bool {
        if self.inner.high_watermark() >= offset {
            return true;
        }
        let waiter = Arc::new(Waiter::default());
        loop {
            self.watch(&waiter);
            let is_committed = self.inner.high_watermark() >= offset;
            if is_committed || self.is_offline() {
                self.unwatch(&waiter);
                return is_committed;
            }
            waiter.woken().await;
        }
    }
}

impl Inner {
    pub(super) fn high_watermark(&self) -> i64 {
        self.high_watermark.load(Ordering::Acquire)
    }

    pub(super) fn watermarks(&self) -> Watermarks {
        // From the lowest to the highest: as they only rise, what is read later is not below what was read before.
        let log_start = self.log_start();
        let last_stable_offset = self.last_stable_offset.load(Ordering::Acquire).max(log_start);
        let high_watermark = self.high_watermark().max(last_stable_offset);
        Watermarks { log_start, last_stable_offset, high_watermark, log_end: self.log_end().max(high_watermark) }
    }

    /// Moves the high watermark up to `offset` and the last stable offset after it. Whether anything moved: then, after the
    /// lock, the waiters are to be woken.
    pub(super) fn advance(&self, state: &mut State, offset: i64) -> bool {
        let before = (self.high_watermark(), self.last_stable_offset.load(Ordering::Acquire));
        let high_watermark = before.0.max(offset);
        let log_end = self.log_end();
        assert!(high_watermark <= log_end, "high watermark {high_watermark} passed the log end {log_end}");
        state.producers.on_high_watermark(high_watermark);
        let stable = state.producers.first_unstable().unwrap_or(high_watermark).min(high_watermark);
        self.high_watermark.store(high_watermark, Ordering::Release);
        let stable = self.last_stable_offset.fetch_max(stable, Ordering::AcqRel).max(stable);
        let moved = (high_watermark, stable) != before;
        if moved {
            self.place.read().dir.stir();
        }
        moved
    }

    /// Up to where records are as safe as the topic asks, so far.
    pub(super) fn safe_end(&self) -> i64 {
        if self.config.read().is_synced() { self.durable_end() } else { self.log_end() }
    }

    /// Everything below is on the medium.
    pub(super) fn durable_end(&self) -> i64 {
        self.log().map_or(0, |log| log.durable_end())
    }

    /// Has the log, once it is this partition's, tell what became durable.
    pub(super) fn hear_of(self: &Arc<Self>, log: &Log) {
        let weak = Arc::downgrade(self);
        log.on_durable(move |end| {
            if let Some(inner) = weak.upgrade() {
                inner.on_durable(end);
            }
        });
    }

    /// The log is on the medium up to `end`: where that is what the topic asks for, it is committed.
    pub(super) fn on_durable(&self, end: i64) {
        let moved = self.advance(&mut self.state.lock(), end);
        if moved {
            self.waiters.wake_all();
        }
    }
}
