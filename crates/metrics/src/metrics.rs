//! What happens, counted where it happens.
//!
//! Handles are found once and kept by whoever counts; counting is an addition without a lock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};

use crate::connections::ListenerMetrics;
use crate::histogram::Histogram;

/// Everything a node counts.
pub struct Metrics {
    pub(crate) names: Names,
    pub(crate) all_topics: Arc<TopicCounters>,
    pub(crate) topics: RwLock<BTreeMap<Arc<str>, Arc<TopicMetrics>>>,
    pub(crate) listeners: RwLock<BTreeMap<Arc<str>, Arc<ListenerMetrics>>>,
    apis: [OnceLock<Box<ApiMetrics>>; API_KEYS],
    pub(crate) fetch_session_evictions: AtomicU64,
    pub(crate) expired_produces: AtomicU64,
    pub(crate) waiting: [AtomicU64; 2],
    pub(crate) refused: [AtomicU64; 4],
}

/// Why a batch was not fit to be appended, as far as Kafka counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Of another format than 2.
    Magic,
    /// The checksum is wrong.
    Checksum,
    /// Offsets or sequence numbers within the batch are wrong.
    Sequence,
    /// A record without key, for a compacted topic.
    NoKey,
}

/// Requests that wait for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Fetches, for records.
    Fetch,
    /// Produces, for replicas.
    Produce,
}

/// One request that waits.
#[derive(Debug)]
pub struct Waiting {
    metrics: Arc<Metrics>,
    what: Waits,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.metrics.waiting[self.what as usize].fetch_sub(1, Relaxed);
    }
}

/// How long a request took, and where the time went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// From the last byte of the request to the answer.
    pub total: Duration,
    /// Worked on where it was read; the rest of it waited for something.
    pub local: Duration,
    /// What the client was told to wait.
    pub throttle: Duration,
}

/// Where labels get the protocol's words from.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// An API key's name, such as `Produce`.
    pub api: fn(i16) -> &'static str,
    /// An error code's name, such as `NOT_LEADER_OR_FOLLOWER`.
    pub error: fn(i16) -> &'static str,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new(names: Names) -> Metrics {
        Metrics {
            names,
            all_topics: Arc::default(),
            topics: RwLock::default(),
            listeners: RwLock::default(),
            apis: [const { OnceLock::new() }; API_KEYS],
            fetch_session_evictions: AtomicU64::new(0),
            expired_produces: AtomicU64::new(0),
            waiting: Default::default(),
            refused: Default::default(),
        }
    }

    /// The counters of a topic. Only for topics that exist: a label once made stays until [`Metrics::forget_topic`].
    pub fn topic(&self, name: &str) -> Arc<TopicMetrics> {
        if let Some(topic) = self.topics.read().get(name) {
            return topic.clone();
        }
        let new = || Arc::new(TopicMetrics { own: TopicCounters::default(), all: self.all_topics.clone() });
        self.topics.write().entry(name.into()).or_insert_with(new).clone()
    }

    /// Drops the counters of a topic that was deleted; what they counted stays in those of all topics.
    pub fn forget_topic(&self, name: &str) {
        self.topics.write().remove(name);
    }

    /// The counters of a listener.
    pub fn listener(&self, name: &str) -> Arc<ListenerMetrics> {
        self.listeners.write().entry(name.into()).or_default().clone()
    }

    /// A request was answered, or ended otherwise.
    pub fn request(&self, key: i16, version: i16, request_bytes: usize, response_bytes: usize, took: Took) {
        let Some(api) = self.api(key) else { return };
        let version = usize::try_from(version).unwrap_or(0).min(VERSIONS - 1);
        api.versions[version].fetch_add(1, Relaxed);
        api.request_bytes.observe_value(request_bytes as u64);
        api.response_bytes.fetch_add(response_bytes as u64, Relaxed);
        api.total_time.observe(took.total);
        api.local_time.observe(took.local);
        api.remote_time.observe(took.total.saturating_sub(took.local));
        api.throttle_time.observe(took.throttle);
    }

    /// An answer carried this error code so many times; 0 says that something is well.
    pub fn errors(&self, key: i16, error: i16, count: u64) {
        let Some(api) = self.api(key).filter(|_| count > 0) else { return };
        if error == 0 {
            api.no_errors.fetch_add(count, Relaxed);
        } else {
            *api.errors.lock().entry(error).or_default() += count;
        }
    }

    /// A batch was refused for what it is.
    pub fn unfit(&self, why: Unfit) {
        self.refused[why as usize].fetch_add(1, Relaxed);
    }

    /// An append was not replicated in time.
    pub fn produce_expired(&self) {
        self.expired_produces.fetch_add(1, Relaxed);
    }

    /// A request waits until what comes back is dropped.
    pub fn wait(self: &Arc<Self>, what: Waits) -> Waiting {
        self.waiting[what as usize].fetch_add(1, Relaxed);
        Waiting { metrics: self.clone(), what }
    }

    /// A fetch session was dropped to make room for another.
    pub fn fetch_session_evicted(&self) {
        self.fetch_session_evictions.fetch_add(1, Relaxed);
    }

    /// The APIs that were asked for so far, by key.
    pub(crate) fn apis(&self) -> impl Iterator<Item = (i16, &ApiMetrics)> {
        (0..).zip(&self.apis).filter_map(|(key, api)| Some((key, &**api.get()?)))
    }

    fn api(&self, key: i16) -> Option<&ApiMetrics> {
        let api = self.apis.get(usize::try_from(key).ok()?)?;
        Some(api.get_or_init(Box::default))
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").field("topics", &self.topics.read().len()).finish_non_exhaustive()
    }
}

/// The counters of one topic; each counts for all topics too.
#[derive(Debug)]
pub struct TopicMetrics {
    pub(crate) own: TopicCounters,
    all: Arc<TopicCounters>,
}

#[derive(Debug, Default)]
pub(crate) struct TopicCounters {
    pub(crate) messages_in: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) bytes_rejected: AtomicU64,
    pub(crate) produces: AtomicU64,
    pub(crate) failed_produces: AtomicU64,
    pub(crate) fetches: AtomicU64,
    pub(crate) failed_fetches: AtomicU64,
}

impl TopicMetrics {
    /// Records of one partition were appended.
    pub fn produced(&self, records: usize, bytes: usize) {
        self.count(|counters| {
            counters.produces.fetch_add(1, Relaxed);
            counters.messages_in.fetch_add(records as u64, Relaxed);
            counters.bytes_in.fetch_add(bytes as u64, Relaxed);
        });
    }

    /// An append to one partition was refused.
    pub fn failed_produce(&self) {
        self.count(|counters| {
            counters.produces.fetch_add(1, Relaxed);
            counters.failed_produces.fetch_add(1, Relaxed);
        });
    }

    /// A batch was refused because it is larger than the topic allows; count the failed produce beside it.
    pub fn rejected(&self, bytes: usize) {
        self.count(|counters| {
            counters.bytes_rejected.fetch_add(bytes as u64, Relaxed);
        });
    }

    /// A fetch of one partition was answered.
    pub fn fetched(&self, bytes: usize) {
        self.count(|counters| {
            counters.fetches.fetch_add(1, Relaxed);
            counters.bytes_out.fetch_add(bytes as u64, Relaxed);
        });
    }

    /// A fetch of one partition was refused.
    pub fn failed_fetch(&self) {
        self.count(|counters| {
            counters.fetches.fetch_add(1, Relaxed);
            counters.failed_fetches.fetch_add(1, Relaxed);
        });
    }

    fn count(&self, count: impl Fn(&TopicCounters)) {
        count(&self.own);
        count(&self.all);
    }
}

/// What is counted of one API.
pub(crate) struct ApiMetrics {
    pub(crate) versions: [AtomicU64; VERSIONS],
    pub(crate) request_bytes: Histogram,
    pub(crate) response_bytes: AtomicU64,
    pub(crate) total_time: Histogram,
    pub(crate) local_time: Histogram,
    pub(crate) remote_time: Histogram,
    pub(crate) throttle_time: Histogram,
    pub(crate) no_errors: AtomicU64,
    pub(crate) errors: Mutex<BTreeMap<i16, u64>>,
}

impl Default for ApiMetrics {
    fn default() -> ApiMetrics {
        ApiMetrics {
            versions: [const { AtomicU64::new(0) }; VERSIONS],
            request_bytes: Histogram::new(),
            response_bytes: AtomicU64::new(0),
            total_time: Histogram::new(),
            local_time: Histogram::new(),
            remote_time: Histogram::new(),
            throttle_time: Histogram::new(),
            no_errors: AtomicU64::new(0),
            errors: Mutex::default(),
        }
    }
}

/// Kafka's keys end at 93; a request with another is closed before it is counted.
const API_KEYS: usize = 128;

/// Kafka's versions end at 18; later ones would count as the last.
const VERSIONS: usize = 32;
