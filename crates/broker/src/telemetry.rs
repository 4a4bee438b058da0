//! What clients measure of themselves and push (KIP-714): who shall push what how often, and who keeps to it.
//!
//! Subscriptions follow the metadata; a client is known while its connection lives. What it pushes is unfolded, counted and let
//! go: nobody here reads it yet.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use foldhash::fast::FixedState;
use kampa_configs::{ClientTold, Subscription};
use kampa_metadata::{MetadataImage, ResourceKind};
use kampa_metrics::{ConnectionMetrics, TelemetryGauges};
use kampa_protocol::{ErrorCode, Text, Uuid};
use kampa_world::Monotonic;
use parking_lot::Mutex;

#[derive(Default)]
pub struct Telemetry {
    subscriptions: ArcSwap<Subscriptions>,
    clients: Mutex<Clients>,
    unknown_subscriptions: AtomicU64,
    throttled: AtomicU64,
    pushes: AtomicU64,
    unreadable: AtomicU64,
}

/// Who asks.
pub struct Asker {
    /// Its own id is not among it yet.
    pub told: ClientTold,
    pub connection: Weak<ConnectionMetrics>,
    pub now: Monotonic,
}

/// What a client shall push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub client: Uuid,
    pub subscription_id: i32,
    pub metrics: Vec<Text>,
    pub interval: Duration,
}

/// What a client says of its push.
#[derive(Clone, Copy, Debug)]
pub struct Push {
    pub client: Uuid,
    pub subscription_id: i32,
    /// It will not push again.
    pub is_last: bool,
    pub codec: i8,
    pub bytes: usize,
    pub bytes_max: usize,
}

impl Telemetry {
    /// Takes the subscriptions that the image has.
    pub fn follow(&self, image: &MetadataImage) {
        let read = |(name, own): (&Text, &kampa_metadata::Settings)| {
            let pairs: Vec<(&str, &str)> = own.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
            Subscription::read(pairs)
                .inspect_err(|error| tracing::warn!(subscription = %name, %error, "a subscription to client metrics"))
                .ok()
        };
        let all = image.configs.resources(ResourceKind::CLIENT_METRICS).filter_map(read).collect();
        let version = self.subscriptions.load().version + 1;
        self.subscriptions.store(Arc::new(Subscriptions { version, all }));
    }

    /// Whether anybody wants to know anything.
    pub fn is_wanted(&self) -> bool {
        !self.subscriptions.load().all.is_empty()
    }

    /// What a client shall push. THROTTLING_QUOTA_EXCEEDED if it asks before its next push is due, though
    /// nothing has changed and nobody told it to ask.
    pub fn assign(&self, client: Uuid, asker: Asker) -> Result<Assignment, ErrorCode> {
        let subscriptions = self.subscriptions.load();
        let now = asker.now;
        let mut clients = self.clients.lock();
        let known = clients.known(client, asker, &subscriptions);
        let is_early = known.last_asked.max(known.last_pushed).is_some_and(|last| now.since(last) < known.interval);
        if is_early && !std::mem::take(&mut known.must_ask) {
            self.throttled.fetch_add(1, Relaxed);
            return Err(ErrorCode::THROTTLING_QUOTA_EXCEEDED);
        }
        known.last_asked = Some(now);
        let Client { subscription_id, metrics, interval, .. } = known;
        Ok(Assignment { client, subscription_id: *subscription_id, metrics: metrics.clone(), interval: *interval })
    }

    /// Whether a push may be taken.
    ///
    /// INVALID_REQUEST for a client without an id and after its last push, THROTTLING_QUOTA_EXCEEDED before it is due,
    /// UNKNOWN_SUBSCRIPTION_ID if the subscriptions have changed, UNSUPPORTED_COMPRESSION_TYPE, TELEMETRY_TOO_LARGE.
    pub fn admit(&self, push: Push, asker: Asker) -> Result<(), ErrorCode> {
        if push.client.is_reserved() {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        let subscriptions = self.subscriptions.load();
        let now = asker.now;
        let mut clients = self.clients.lock();
        let known = clients.known(push.client, asker, &subscriptions);
        let admitted = self.judge(known, push, now);
        // As in Kafka, a refusal after the last push is the end of it: the next one counts again.
        known.is_done = push.is_last;
        let cures = [ErrorCode::UNKNOWN_SUBSCRIPTION_ID, ErrorCode::UNSUPPORTED_COMPRESSION_TYPE];
        known.must_ask = admitted.is_err_and(|error| cures.contains(&error));
        admitted
    }

    fn judge(&self, known: &mut Client, push: Push, now: Monotonic) -> Result<(), ErrorCode> {
        if known.is_done {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        // The first push after a question may come at any time: clients draw its moment by chance.
        let is_first = known.last_asked > known.last_pushed;
        let is_due = known.last_pushed.is_none_or(|last| now.since(last) >= known.interval);
        if is_first || is_due {
            known.last_pushed = Some(now);
        } else if !push.is_last {
            self.throttled.fetch_add(1, Relaxed);
            return Err(ErrorCode::THROTTLING_QUOTA_EXCEEDED);
        }
        if push.subscription_id != known.subscription_id {
            self.unknown_subscriptions.fetch_add(1, Relaxed);
            return Err(ErrorCode::UNKNOWN_SUBSCRIPTION_ID);
        }
        if !CODECS.contains(&push.codec) && push.codec != UNCOMPRESSED {
            return Err(ErrorCode::UNSUPPORTED_COMPRESSION_TYPE);
        }
        if push.bytes > push.bytes_max {
            return Err(ErrorCode::TELEMETRY_TOO_LARGE);
        }
        Ok(())
    }

    /// Counts what was pushed, or that it could not be unfolded.
    pub fn took(&self, is_readable: bool) {
        let count = if is_readable { &self.pushes } else { &self.unreadable };
        count.fetch_add(1, Relaxed);
    }

    pub fn gauges(&self) -> TelemetryGauges {
        TelemetryGauges {
            clients: self.clients.lock().by_id.values().filter(|client| client.connection.strong_count() > 0).count(),
            unknown_subscriptions: self.unknown_subscriptions.load(Relaxed),
            throttled: self.throttled.load(Relaxed),
            pushes: self.pushes.load(Relaxed),
            unreadable: self.unreadable.load(Relaxed),
        }
    }
}

/// Subscriptions as they stand, counted each time they change.
#[derive(Default)]
struct Subscriptions {
    version: u64,
    all: Vec<Subscription>,
}

impl Subscriptions {
    /// The metrics a client is asked for, and how often.
    fn of(&self, told: &ClientTold) -> (Vec<Text>, Duration) {
        let mut metrics: Vec<&str> = Vec::new();
        let mut interval_ms = i32::MAX;
        for subscription in self.all.iter().filter(|subscription| subscription.matches(told)) {
            metrics.extend(subscription.metrics.iter().map(String::as_str));
            interval_ms = interval_ms.min(subscription.interval_ms);
        }
        metrics.sort_unstable();
        metrics.dedup();
        if metrics.contains(&EVERY_METRIC) {
            metrics = vec![EVERY_METRIC];
        }
        if interval_ms == i32::MAX {
            interval_ms = INTERVAL_MS_UNASKED;
        }
        let interval = Duration::from_millis(u64::try_from(interval_ms).unwrap_or(0));
        (metrics.into_iter().map(Text::from).collect(), interval)
    }
}

/// The clients that have asked or pushed, and the order in which they did last.
#[derive(Default)]
struct Clients {
    by_id: HashMap<Uuid, Client, FixedState>,
    by_use: BTreeMap<u64, Uuid>,
    uses: u64,
}

struct Client {
    told: ClientTold,
    connection: Weak<ConnectionMetrics>,
    version: u64,
    subscription_id: i32,
    metrics: Vec<Text>,
    interval: Duration,
    last_asked: Option<Monotonic>,
    last_pushed: Option<Monotonic>,
    last_use: u64,
    is_done: bool,
    /// Its last push was refused for what asking again will cure.
    must_ask: bool,
}

impl Clients {
    /// The client, known or new; new again if its connection is gone or the subscriptions have changed.
    fn known(&mut self, id: Uuid, asker: Asker, subscriptions: &Subscriptions) -> &mut Client {
        self.uses += 1;
        let before = self.by_id.remove(&id);
        if let Some(before) = &before {
            self.by_use.remove(&before.last_use);
        }
        self.make_room();
        let mut client = match before.filter(|before| before.connection.strong_count() > 0) {
            Some(before) if before.version == subscriptions.version => before,
            Some(before) => Client::new(id, before.told, before.connection, subscriptions),
            None => {
                let told = ClientTold { instance_id: id.to_string(), ..asker.told };
                Client::new(id, told, asker.connection, subscriptions)
            }
        };
        client.last_use = self.uses;
        self.by_use.insert(self.uses, id);
        self.by_id.entry(id).insert_entry(client).into_mut()
    }

    /// Forgets those whose connection is gone, the ones unheard of longest first, and as many more as there are too many.
    fn make_room(&mut self) {
        while let Some((last_use, id)) = self.by_use.first_key_value().map(|(last_use, id)| (*last_use, *id)) {
            let is_gone = self.by_id.get(&id).is_none_or(|client| client.connection.strong_count() == 0);
            if !is_gone && self.by_id.len() < CLIENTS_MAX {
                return;
            }
            self.by_use.remove(&last_use);
            self.by_id.remove(&id);
        }
    }
}

impl Client {
    fn new(id: Uuid, told: ClientTold, connection: Weak<ConnectionMetrics>, subscriptions: &Subscriptions) -> Client {
        let (metrics, interval) = subscriptions.of(&told);
        // The same for the same wishes, another for others: a client that pushes by an old one is told so.
        let words: Vec<&str> = metrics.iter().map(Text::as_str).collect();
        let hash = FixedState::with_seed(0).hash_one((&id.0, words, interval));
        Client {
            told,
            connection,
            version: subscriptions.version,
            subscription_id: (hash ^ hash >> 32) as i32,
            metrics,
            interval,
            last_asked: None,
            last_pushed: None,
            last_use: 0,
            is_done: false,
            must_ask: false,
        }
    }
}

/// Codecs a push may have beside none, the one we like best first, as in Kafka: zstd, lz4, gzip, snappy.
pub const CODECS: [i8; 4] = [4, 3, 1, 2];
const UNCOMPRESSED: i8 = 0;
/// Clients that are remembered, as in Kafka; the one unheard of longest makes room.
const CLIENTS_MAX: usize = 16_384;
/// In a subscription: all of them.
const EVERY_METRIC: &str = "*";
/// How often a client asks again that is asked for nothing.
const INTERVAL_MS_UNASKED: i32 = 300_000;

#[cfg(test)]
mod tests;
