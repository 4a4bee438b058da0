//! What one request uses, charged to its client when it is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kampa_protocol::Text;
use kampa_world::Monotonic;
use parking_lot::Mutex;

use super::{Payer, QuotaKind, Quotas};

/// Who everybody is while nobody logs in.
const ANONYMOUS: &str = "ANONYMOUS";

pub(super) fn user() -> Text {
    Text::from_static(ANONYMOUS)
}

/// One request on its way, its time on a thread measured; made only while there are quotas it may count against.
pub struct Usage {
    quotas: Arc<Quotas>,
    client_id: Text,
    request_bytes: usize,
    /// Nanoseconds of work, without the piece that is being done now.
    busy: AtomicU64,
    /// When that piece began.
    since: AtomicU64,
}

impl Usage {
    pub(super) fn new(quotas: Arc<Quotas>, client_id: Option<&Text>, request_bytes: usize) -> Usage {
        let client_id = client_id.cloned().unwrap_or_default();
        let since = AtomicU64::new(quotas.world.now().nanos());
        Usage { quotas, client_id, request_bytes, busy: AtomicU64::new(0), since }
    }

    /// Work on it goes on.
    pub fn resume(&self) {
        self.since.store(self.quotas.world.now().nanos(), Ordering::Relaxed);
    }

    /// It begins to wait.
    pub fn pause(&self) {
        self.busy.fetch_add(self.piece().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Charges what a Produce brought; for how long its connection is muted.
    pub fn produced(&self) -> Duration {
        self.charge(QuotaKind::Produce, |_| self.request_bytes as f64)
    }

    /// Charges the time that the request took, as percents of a thread's second; never muted for longer than a sample.
    pub fn worked(&self) -> Duration {
        self.charge(QuotaKind::Request, |usage| {
            let busy = Duration::from_nanos(usage.busy.load(Ordering::Relaxed)) + usage.piece();
            busy.as_secs_f64() * 100.0
        })
    }

    /// Charges what a Fetch would send, unless it is too much: then nothing is sent, and nothing charged but the time.
    pub fn fetched(&self, bytes: impl FnOnce() -> usize) -> Duration {
        let worked = self.worked();
        if !self.quotas.is_in_force(QuotaKind::Fetch) {
            return worked;
        }
        let Some((payer, limit)) = self.quotas.limit(QuotaKind::Fetch, &user(), &self.client_id) else { return worked };
        let bytes = bytes() as f64;
        let now_ms = self.quotas.world.now().millis();
        let mut meters = self.quotas.fetched.lock();
        let window = meters.window;
        let metered = meters.of(&payer, now_ms);
        let fetched = Duration::from_millis(metered.measure.charge(window, limit, bytes, now_ms));
        let throttle = fetched.max(worked);
        if !throttle.is_zero() {
            metered.measure.record(window, -bytes, now_ms);
            if fetched > worked {
                metered.waits(fetched.as_millis() as u64);
            }
        }
        throttle
    }

    /// The most that a Fetch may send at once: more would be held back whatever came before it.
    pub fn fetch_bytes_max(&self) -> Option<i32> {
        if !self.quotas.is_in_force(QuotaKind::Fetch) {
            return None;
        }
        let (_, limit) = self.quotas.limit(QuotaKind::Fetch, &user(), &self.client_id)?;
        let window = self.quotas.fetched.lock().window;
        Some(window.burst(limit) as i32)
    }

    fn charge(&self, kind: QuotaKind, amount: impl FnOnce(&Usage) -> f64) -> Duration {
        let quotas = &self.quotas;
        if !quotas.is_in_force(kind) {
            return Duration::ZERO;
        }
        let Some((payer, limit)) = quotas.limit(kind, &user(), &self.client_id) else { return Duration::ZERO };
        let now_ms = quotas.world.now().millis();
        let (meters, longest_ms) = match kind {
            QuotaKind::Request => (&quotas.busy, quotas.busy.lock().window.sample_ms),
            _ => (&quotas.produced, u64::MAX),
        };
        let mut meters = meters.lock();
        let window = meters.window;
        let metered = meters.of(&payer, now_ms);
        let throttle_ms = metered.measure.charge(window, limit, amount(self), now_ms).min(longest_ms);
        Duration::from_millis(metered.waits(throttle_ms))
    }

    fn piece(&self) -> Duration {
        self.quotas.world.now().since(Monotonic::from_nanos(self.since.load(Ordering::Relaxed)))
    }
}

/// What one request changes of the metadata, in partitions (KIP-599). Clones are of the same request.
#[derive(Clone)]
pub struct MutationUsage(Option<Arc<Mutation>>);

struct Mutation {
    quotas: Arc<Quotas>,
    payer: Payer,
    limit: f64,
    /// Over the quota it is refused, else done and throttled.
    strict: bool,
    /// Since when and for how long the client has to wait.
    throttled: Mutex<(Monotonic, Duration)>,
}

impl MutationUsage {
    /// Of whom nothing is counted.
    pub fn unlimited() -> MutationUsage {
        MutationUsage(None)
    }

    pub(super) fn new(quotas: Arc<Quotas>, (payer, limit): (Payer, f64), strict: bool) -> MutationUsage {
        let throttled = Mutex::default();
        MutationUsage(Some(Arc::new(Mutation { quotas, payer, limit, strict, throttled })))
    }

    /// Whether so many partitions may be made or deleted; they then count.
    pub fn permits(&self, partitions: usize) -> bool {
        let Some(mutation) = &self.0 else { return true };
        let Mutation { quotas, payer, limit, strict, throttled } = &**mutation;
        let now = quotas.world.now();
        let mut meters = quotas.mutations.lock();
        let window = meters.window;
        let metered = meters.of(payer, now.millis());
        let bucket = &mut metered.measure;
        let throttle_ms = match strict {
            true => bucket.charge_unless_in_debt(window, *limit, partitions as f64, now.millis()),
            false => bucket.charge(window, *limit, partitions as f64, now.millis()),
        };
        if throttle_ms > 0 {
            metered.waits(throttle_ms);
            *throttled.lock() = (now, Duration::from_millis(throttle_ms));
        }
        !strict || throttle_ms == 0
    }

    /// What is left of the wait.
    pub fn throttle_ms(&self) -> i32 {
        let Some(mutation) = &self.0 else { return 0 };
        let (since, throttle) = *mutation.throttled.lock();
        let left = throttle.saturating_sub(mutation.quotas.world.now().since(since));
        // Rounded up: who comes back a moment too early is refused again.
        i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
    }
}
