//! Incremental fetch sessions (KIP-227): a consumer names its partitions once, then only what changed.
//!
//! Knows what a client asked for and what it was told last; reads no log. Sessions are soft state: a client that meets
//! FETCH_SESSION_ID_NOT_FOUND sends a full request again.
//!
//! Invariant: a session's partitions keep the order in which they are served; one that was answered with records goes
//! to the end, so that a byte limit starves none.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;
use kampa_protocol::messages::fetch::{FetchPartition, FetchRequest, PartitionData};
use kampa_protocol::{ErrorCode, Text, Uuid};
use kampa_world::Monotonic;
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Which partition a client means: by topic name up to Fetch v12, by topic id from v13 on (KIP-516).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchKey {
    pub topic: TopicRef,
    pub partition: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TopicRef {
    Name(Text),
    Id(Uuid),
}

/// What a client wants of one partition.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub key: FetchKey,
    pub offset: i64,
    pub bytes_max: i32,
    /// -1 if the client does not know it.
    pub current_leader_epoch: i32,
}

/// A request, with its session if it has one.
pub struct FetchPlan {
    pub wanted: Vec<Wanted>,
    session: Option<Arc<Mutex<Session>>>,
    /// What the answer carries; 0 for none.
    pub session_id: i32,
    incremental: bool,
}

/// All sessions of a node.
pub struct FetchSessions {
    /// `max.incremental.fetch.session.cache.slots`; beyond it a full request gets no session.
    slots: usize,
    open: Mutex<Open>,
}

struct Open {
    sessions: HashMap<i32, Slot, FixedState>,
    chance: SmallRng,
}

struct Slot {
    session: Arc<Mutex<Session>>,
    last_used: Monotonic,
}

struct Session {
    /// The epoch the next incremental request must carry.
    next_epoch: i32,
    by_topic_id: bool,
    order: HashMap<FetchKey, u64, FixedState>,
    partitions: BTreeMap<u64, Cached>,
    next_order: u64,
}

struct Cached {
    wanted: Wanted,
    /// What the client was told last.
    high_watermark: i64,
    log_start: i64,
    /// Whether the client does not know the state above yet (new to the session, or the last answer was an error).
    news: bool,
}

/// The first epoch of a session, and the wish for a new one.
const INITIAL_EPOCH: i32 = 0;
/// The wish for no session.
const FINAL_EPOCH: i32 = -1;
/// A session unused for this long gives way to a new one (Kafka's `min.incremental.fetch.session.eviction.ms`).
const EVICTABLE_AFTER: std::time::Duration = std::time::Duration::from_secs(120);

impl FetchSessions {
    pub fn new(slots: usize, seed: u64) -> FetchSessions {
        let open = Open { sessions: HashMap::default(), chance: SmallRng::seed_from_u64(seed) };
        FetchSessions { slots, open: Mutex::new(open) }
    }

    /// How many sessions there are, and how many partitions they remember.
    pub fn counts(&self) -> (usize, usize) {
        let open = self.open.lock();
        let partitions = open.sessions.values().map(|slot| slot.session.lock().partitions.len()).sum();
        (open.sessions.len(), partitions)
    }

    /// What a request wants in all, its session's memory included; or the error that answers it whole.
    pub fn plan(&self, request: &FetchRequest, version: i16, now: Monotonic) -> Result<FetchPlan, ErrorCode> {
        let by_topic_id = version >= 13;
        if matches!(request.session_epoch, INITIAL_EPOCH | FINAL_EPOCH) {
            return Ok(self.plan_full(request, by_topic_id, now));
        }
        let session = {
            let mut open = self.open.lock();
            let slot = open.sessions.get_mut(&request.session_id).ok_or(ErrorCode::FETCH_SESSION_ID_NOT_FOUND)?;
            slot.last_used = now;
            slot.session.clone()
        };
        let mut held = session.lock();
        if held.next_epoch != request.session_epoch {
            return Err(ErrorCode::INVALID_FETCH_SESSION_EPOCH);
        }
        if held.by_topic_id != by_topic_id {
            return Err(ErrorCode::FETCH_SESSION_TOPIC_ID_ERROR);
        }
        held.next_epoch = if held.next_epoch == i32::MAX { 1 } else { held.next_epoch + 1 };
        held.update(request, by_topic_id);
        let wanted: Vec<Wanted> = held.partitions.values().map(|cached| cached.wanted.clone()).collect();
        drop(held);
        if wanted.is_empty() {
            self.open.lock().sessions.remove(&request.session_id);
            return Ok(FetchPlan { wanted, session: None, session_id: 0, incremental: false });
        }
        Ok(FetchPlan { wanted, session: Some(session), session_id: request.session_id, incremental: true })
    }

    /// The session of a request that is answered with nothing: 0 if it would have begun with that answer, as it then does not.
    pub fn withhold(&self, plan: &FetchPlan) -> i32 {
        if plan.incremental {
            return plan.session_id;
        }
        self.open.lock().sessions.remove(&plan.session_id);
        0
    }

    fn plan_full(&self, request: &FetchRequest, by_topic_id: bool, now: Monotonic) -> FetchPlan {
        let wanted: Vec<Wanted> = named(request, by_topic_id).collect();
        let mut open = self.open.lock();
        if request.session_id != 0 {
            open.sessions.remove(&request.session_id);
        }
        if request.session_epoch == FINAL_EPOCH || wanted.is_empty() || !open.make_room(self.slots, now) {
            return FetchPlan { wanted, session: None, session_id: 0, incremental: false };
        }
        let session_id = open.fresh_id();
        let mut session = Session {
            next_epoch: 1,
            by_topic_id,
            order: HashMap::default(),
            partitions: BTreeMap::new(),
            next_order: 0,
        };
        wanted.iter().cloned().for_each(|wanted| session.want(wanted));
        let session = Arc::new(Mutex::new(session));
        open.sessions.insert(session_id, Slot { session: session.clone(), last_used: now });
        FetchPlan { wanted, session: Some(session), session_id, incremental: false }
    }
}

impl FetchPlan {
    /// What [`FetchPlan::told`] would give; nothing is remembered.
    pub fn news(&self, answers: &[(FetchKey, PartitionData)]) -> Vec<(FetchKey, PartitionData)> {
        let Some(session) = self.session.as_ref().filter(|_| self.incremental) else { return answers.to_vec() };
        let session = session.lock();
        answers.iter().filter(|(key, data)| session.is_news(key, data)).cloned().collect()
    }

    /// Remembers what the client is told and leaves out what it knows already (incremental requests only).
    pub fn told(&self, answers: Vec<(FetchKey, PartitionData)>) -> Vec<(FetchKey, PartitionData)> {
        let Some(session) = &self.session else { return answers };
        let mut session = session.lock();
        let told = |(key, data): &(FetchKey, PartitionData)| session.tell(key, data) || !self.incremental;
        let mut told = told;
        answers.into_iter().filter(|answer| told(answer)).collect()
    }
}

impl Open {
    fn make_room(&mut self, slots: usize, now: Monotonic) -> bool {
        if self.sessions.len() < slots {
            return true;
        }
        let oldest = self.sessions.iter().min_by_key(|(id, slot)| (slot.last_used, **id));
        let Some((&id, slot)) = oldest else { return false };
        let evictable = now.since(slot.last_used) > EVICTABLE_AFTER;
        if evictable {
            self.sessions.remove(&id);
        }
        evictable
    }

    fn fresh_id(&mut self) -> i32 {
        loop {
            let id = self.chance.random_range(1..i32::MAX);
            if !self.sessions.contains_key(&id) {
                return id;
            }
        }
    }
}

impl Session {
    fn update(&mut self, request: &FetchRequest, by_topic_id: bool) {
        for forgotten in &request.forgotten_topics_data {
            let topic = topic_ref(by_topic_id, &forgotten.topic, forgotten.topic_id);
            for &partition in &forgotten.partitions {
                if let Some(order) = self.order.remove(&FetchKey { topic: topic.clone(), partition }) {
                    self.partitions.remove(&order);
                }
            }
        }
        named(request, by_topic_id).for_each(|wanted| self.want(wanted));
    }

    fn want(&mut self, mut wanted: Wanted) {
        if let Some(order) = self.order.get(&wanted.key) {
            if let Some(cached) = self.partitions.get_mut(order) {
                cached.wanted = Wanted { key: cached.wanted.key.clone(), ..wanted };
            }
            return;
        }
        // What a session remembers must not hold the whole request it came in.
        if let TopicRef::Name(name) = &mut wanted.key.topic {
            *name = name.detached();
        }
        self.order.insert(wanted.key.clone(), self.next_order);
        let cached = Cached { wanted, high_watermark: -1, log_start: -1, news: true };
        self.partitions.insert(self.next_order, cached);
        self.next_order += 1;
    }

    /// True if the answer tells the client something new.
    fn tell(&mut self, key: &FetchKey, data: &PartitionData) -> bool {
        let news = self.is_news(key, data);
        let Some(&order) = self.order.get(key) else { return news };
        let Some(cached) = self.partitions.get_mut(&order) else { return news };
        let error = data.error_code != ErrorCode::NONE.0;
        cached.high_watermark = data.high_watermark;
        cached.log_start = data.log_start_offset;
        // After an error the client must hear of the partition again even if nothing else changes.
        cached.news = error;
        if has_records(data) {
            self.move_to_end(order);
        }
        news
    }

    fn is_news(&self, key: &FetchKey, data: &PartitionData) -> bool {
        let cached = self.order.get(key).and_then(|order| self.partitions.get(order));
        let Some(cached) = cached else { return true };
        let moved = cached.high_watermark != data.high_watermark || cached.log_start != data.log_start_offset;
        let error = data.error_code != ErrorCode::NONE.0;
        cached.news || has_records(data) || error || moved || data.diverging_epoch.epoch >= 0
    }

    fn move_to_end(&mut self, order: u64) {
        let Some(cached) = self.partitions.remove(&order) else { return };
        self.order.insert(cached.wanted.key.clone(), self.next_order);
        self.partitions.insert(self.next_order, cached);
        self.next_order += 1;
    }
}

fn has_records(data: &PartitionData) -> bool {
    data.records.as_ref().is_some_and(|records| !records.is_empty())
}

/// The partitions a request names itself.
fn named(request: &FetchRequest, by_topic_id: bool) -> impl Iterator<Item = Wanted> + '_ {
    request.topics.iter().flat_map(move |topic| {
        let named = topic_ref(by_topic_id, &topic.topic, topic.topic_id);
        topic.partitions.iter().map(move |partition: &FetchPartition| Wanted {
            key: FetchKey { topic: named.clone(), partition: partition.partition },
            offset: partition.fetch_offset,
            bytes_max: partition.partition_max_bytes,
            current_leader_epoch: partition.current_leader_epoch,
        })
    })
}

fn topic_ref(by_topic_id: bool, name: &Text, id: Uuid) -> TopicRef {
    if by_topic_id { TopicRef::Id(id) } else { TopicRef::Name(name.clone()) }
}

#[cfg(test)]
mod tests;
