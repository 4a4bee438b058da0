//! Records that are not delivered yet: gathered by partition into batches, given out when a node has room for them.
//!
//! Pure: what time it is, what the cluster looks like and which nodes can be reached are arguments. One lock holds it.
//! Invariant: `used_bytes` is the sum of what all batches that have not landed for good were charged.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use kampa_formats::batch::{BatchBuilder, BatchOptions, HEADER_BYTES, NewRecord};
use kampa_protocol::Uuid;
use kampa_world::Monotonic;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::delivery::{Delivery, Outcome};
use super::lane::{Batch, Lane, Pace, Told, Turn, Verdict};
use super::partitioner::{Choices, Chooser};
use super::record::RecordView;
use super::session::{ProducerId, Session};
use crate::{ClusterView, Error, ProducerSettings};

/// All that waits and all that is under way.
pub(crate) struct Accumulator {
    settings: ProducerSettings,
    topics: Vec<Topic>,
    by_name: HashMap<Arc<str>, usize, RandomState>,
    lanes: Vec<Lane>,
    /// Lanes with something to send, in the order of their turns.
    listed: VecDeque<usize>,
    /// Requests under way to each node.
    in_flight: BTreeMap<i32, usize>,
    session: Option<Session>,
    used_bytes: usize,
    /// Batches that have not landed for good, by serial number: what a flush waits for.
    untold: BTreeSet<u64>,
    next_serial: u64,
    chance: SmallRng,
    /// Callers that wait for room, or for everything to be sent.
    pub hurried: usize,
    /// Whoever sends sleeps until then, if nobody wakes it.
    pub sleeps_until: Monotonic,
}

struct Topic {
    name: Arc<str>,
    id: Uuid,
    /// Lanes by partition.
    lanes: Vec<usize>,
    /// Partitions with a leader.
    available: Vec<i32>,
    chooser: Chooser,
}

/// What came of adding a record.
pub(crate) enum Added {
    /// It is in a batch. `wake` when whoever sends should look.
    Yes { delivery: Delivery, wake: bool },
    /// The buffer is full.
    Full { bytes: usize },
    /// The topic, or the partition that was asked for, is not known yet.
    Unknown,
}

/// One request's worth of batches for a node.
pub(crate) struct Load {
    pub node: i32,
    pub batches: Vec<Sent>,
}

/// A batch with its destination.
pub(crate) struct Sent {
    pub lane: usize,
    pub topic: Arc<str>,
    pub topic_id: Uuid,
    pub partition: i32,
    pub batch: Batch,
}

/// What may be sent now, and what is missing to send more.
#[derive(Default)]
pub(crate) struct Drained {
    pub loads: Vec<Load>,
    pub told: Vec<Told>,
    /// When something may be due, if nothing lands before.
    pub wake_at: Monotonic,
    pub wants_metadata: bool,
    pub wants_producer_id: bool,
    /// Nodes to connect to.
    pub wants_nodes: BTreeSet<i32>,
}

impl Accumulator {
    pub fn new(settings: ProducerSettings, seed: u64) -> Accumulator {
        Accumulator {
            session: settings.idempotence.then(Session::default),
            settings,
            topics: Vec::new(),
            by_name: HashMap::with_hasher(RandomState::default()),
            lanes: Vec::new(),
            listed: VecDeque::new(),
            in_flight: BTreeMap::new(),
            used_bytes: 0,
            untold: BTreeSet::new(),
            next_serial: 0,
            chance: SmallRng::seed_from_u64(seed),
            hurried: 0,
            sleeps_until: Monotonic::ZERO,
        }
    }

    /// Adds a record to its partition's batch. `now` is asked for when a batch begins.
    pub fn add(&mut self, record: &RecordView<'_>, timestamp_ms: i64, now: impl FnOnce() -> Monotonic) -> Added {
        let Some(&at) = self.by_name.get(record.topic) else { return Added::Unknown };
        let (topic, chance) = (&mut self.topics[at], &mut self.chance);
        let choices = Choices { count: topic.lanes.len() as i32, available: &topic.available };
        let chooses = record.partition.is_none();
        let partition = match record.partition {
            Some(partition) => partition,
            None => topic.chooser.choose(record.key, &choices, || chance.random()),
        };
        let Some(&lane_at) = usize::try_from(partition).ok().and_then(|at| topic.lanes.get(at)) else {
            return Added::Unknown;
        };
        let new = NewRecord { timestamp: timestamp_ms, key: record.key, value: record.value, headers: record.headers };
        let before = self.used_bytes;
        let (delivery, is_new) = match self.append(lane_at, &new, now) {
            Ok(added) => added,
            Err(bytes) => return Added::Full { bytes },
        };
        let lane = &self.lanes[lane_at];
        let topic = &mut self.topics[at];
        if chooses && topic.chooser.sticks(record.key) {
            let is_full = lane.waiting.back().is_none_or(|last| last.size_bytes() >= self.settings.batch_bytes);
            let choices = Choices { count: topic.lanes.len() as i32, available: &topic.available };
            let (bytes, chance) = (self.used_bytes - before, &mut self.chance);
            topic.chooser.appended(bytes, self.settings.batch_bytes, is_full, &choices, || chance.random());
        }
        Added::Yes { delivery, wake: is_new.is_some_and(|created| self.wakes(lane_at, created)) }
    }

    /// Into the lane's last batch, or a new one: then with the time it began. The bytes that are missing, if it is full.
    fn append(
        &mut self,
        lane_at: usize,
        new: &NewRecord<'_>,
        now: impl FnOnce() -> Monotonic,
    ) -> Result<(Delivery, Option<Monotonic>), usize> {
        let batch_bytes = self.settings.batch_bytes;
        let room_bytes = self.settings.buffer_bytes.saturating_sub(self.used_bytes);
        let last = self.lanes[lane_at].waiting.back_mut().filter(|batch| !batch.is_closed);
        if let Some(batch) = last {
            match batch.add(new, batch_bytes, room_bytes) {
                Some(Ok((delivery, bytes))) => {
                    self.used_bytes += bytes;
                    return Ok((delivery, None));
                }
                Some(Err(bytes)) => return Err(bytes),
                None => batch.is_closed = true,
            }
        }
        let options = BatchOptions { compression: self.settings.compression, ..BatchOptions::default() };
        let bytes = BatchBuilder::with_capacity(options, 0).size_bytes_with(new);
        if bytes > room_bytes {
            return Err(bytes);
        }
        let room = (bytes - HEADER_BYTES).max(batch_bytes.min(FIRST_ROOM_BYTES_MAX));
        let builder = BatchBuilder::with_capacity(options, room);
        let lane = &mut self.lanes[lane_at];
        let outcome = Outcome::new(self.topics[lane.topic].name.clone(), lane.partition);
        let (created, life) = (now(), Duration::from_millis(self.settings.delivery_timeout_ms));
        let mut batch = Batch::new(self.next_serial, outcome, builder, created, life);
        self.next_serial += 1;
        self.used_bytes += bytes;
        self.untold.insert(batch.serial);
        let delivery = batch.add_first(new);
        lane.waiting.push_back(batch);
        if !lane.is_listed {
            lane.is_listed = true;
            self.listed.push_back(lane_at);
        }
        Ok((delivery, Some(created)))
    }

    /// A batch began: whether whoever sends would sleep past what is due now.
    fn wakes(&mut self, lane_at: usize, created: Monotonic) -> bool {
        let lane = &self.lanes[lane_at];
        let may_go = lane.leader.is_none_or(|node| self.has_room(node));
        let due = if lane.waiting.len() > 1 { created } else { created + self.linger() };
        if !may_go || due >= self.sleeps_until {
            return false;
        }
        // One call is enough.
        self.sleeps_until = Monotonic::ZERO;
        true
    }

    fn has_room(&self, node: i32) -> bool {
        self.in_flight.get(&node).copied().unwrap_or(0) < self.settings.max_in_flight
    }

    fn linger(&self) -> Duration {
        Duration::from_millis(self.settings.linger_ms)
    }

    /// Takes what the cluster's view says of the topics known here, and of `also`.
    pub fn learn(&mut self, view: &ClusterView, also: Option<&str>) {
        if let Some(name) = also.filter(|name| !self.by_name.contains_key(*name)) {
            let known = view.topics.get(name).is_some_and(|topic| !topic.partitions.is_empty());
            if known {
                let name: Arc<str> = Arc::from(name);
                self.by_name.insert(name.clone(), self.topics.len());
                let chooser = Chooser::new(self.settings.partitioner);
                self.topics.push(Topic { name, id: Uuid::ZERO, lanes: Vec::new(), available: Vec::new(), chooser });
            }
        }
        for (at, topic) in self.topics.iter_mut().enumerate() {
            let Some(seen) = view.topics.get(&*topic.name).filter(|seen| !seen.partitions.is_empty()) else { continue };
            topic.id = seen.id;
            for partition in topic.lanes.len()..seen.partitions.len() {
                topic.lanes.push(self.lanes.len());
                self.lanes.push(Lane::new(at, partition as i32));
            }
            topic.available.clear();
            for (lane, partition) in topic.lanes.iter().zip(&seen.partitions) {
                self.lanes[*lane].leader = partition.leader;
                topic.available.extend(partition.leader.map(|_| partition.index));
            }
        }
    }

    /// The topics records were added to.
    pub fn topics(&self) -> Vec<Arc<str>> {
        self.topics.iter().map(|topic| topic.name.clone()).collect()
    }

    /// Everything that may be sent now. `is_open` says whether a node can be sent to.
    pub fn drain(&mut self, now: Monotonic, is_open: impl Fn(i32) -> bool) -> Drained {
        let mut drained = Drained { wake_at: Monotonic::MAX, ..Drained::default() };
        let pace = Pace { now, linger: self.linger(), hurry: self.hurried > 0, idempotent: self.session.is_some() };
        self.expire(now, &mut drained);
        let mut begun: BTreeMap<i32, (Load, usize)> = BTreeMap::new();
        let mut found = true;
        while found {
            found = false;
            let (mut served, mut passed_over) = (VecDeque::new(), VecDeque::new());
            for lane_at in std::mem::take(&mut self.listed) {
                let goes = self.drain_lane(lane_at, pace, &is_open, &mut begun, &mut drained);
                found |= goes;
                let lane = &mut self.lanes[lane_at];
                lane.is_listed = !lane.waiting.is_empty() || lane.flying() > 0;
                if lane.is_listed {
                    if goes { served.push_back(lane_at) } else { passed_over.push_back(lane_at) }
                }
            }
            // Who was passed over comes first next time.
            passed_over.append(&mut served);
            self.listed = passed_over;
            // What was begun for a node has had every lane's share: further batches of a lane go in a request of their own.
            for (_, (load, _)) in std::mem::take(&mut begun) {
                *self.in_flight.entry(load.node).or_default() += 1;
                drained.loads.push(load);
            }
        }
        self.weigh();
        self.sleeps_until = drained.wake_at;
        drained
    }

    /// One lane's turn: true if a batch of it goes.
    fn drain_lane(
        &mut self,
        lane_at: usize,
        pace: Pace,
        is_open: &impl Fn(i32) -> bool,
        begun: &mut BTreeMap<i32, (Load, usize)>,
        drained: &mut Drained,
    ) -> bool {
        let lane = &self.lanes[lane_at];
        drained.wake_at = drained.wake_at.min(lane.next_expiry());
        match lane.turn(pace) {
            Turn::Now => {}
            Turn::Later => return false,
            Turn::At(due) => {
                drained.wake_at = drained.wake_at.min(due);
                return false;
            }
        }
        let Some(node) = lane.leader else {
            drained.wants_metadata = true;
            return false;
        };
        if self.session.is_some_and(|session| session.current().is_none()) {
            drained.wants_producer_id = true;
            return false;
        }
        if !is_open(node) {
            drained.wants_nodes.insert(node);
            return false;
        }
        let bytes = lane.waiting.front().map_or(0, Batch::size_bytes);
        let fits = match begun.get(&node) {
            Some((_, sum)) => sum + bytes <= self.settings.request_bytes_max,
            None => self.has_room(node),
        };
        let lane = &mut self.lanes[lane_at];
        let Some(batch) = fits.then(|| lane.take(self.session.as_mut())).flatten() else { return false };
        let topic = &self.topics[lane.topic];
        let sent =
            Sent { lane: lane_at, topic: topic.name.clone(), topic_id: topic.id, partition: lane.partition, batch };
        let (load, sum) = begun.entry(node).or_insert_with(|| (Load { node, batches: Vec::new() }, 0));
        load.batches.push(sent);
        *sum += bytes;
        true
    }

    fn expire(&mut self, now: Monotonic, drained: &mut Drained) {
        for &lane_at in &self.listed {
            let lane = &mut self.lanes[lane_at];
            if lane.next_expiry() > now {
                continue;
            }
            for batch in lane.expire(now, self.settings.delivery_timeout_ms, &mut drained.told) {
                self.used_bytes -= batch.charged_bytes;
                self.untold.remove(&batch.serial);
            }
        }
    }

    /// Tells each topic's chooser how long its partitions' queues are.
    fn weigh(&mut self) {
        for topic in self.topics.iter_mut().filter(|topic| topic.lanes.len() > 1 && topic.chooser.is_adaptive()) {
            let lanes = topic.lanes.iter().map(|lane| &self.lanes[*lane]);
            let open = lanes.filter(|lane| lane.leader.is_some());
            let queues: Vec<(i32, u32)> = open.map(|lane| (lane.partition, lane.waiting.len() as u32)).collect();
            topic.chooser.weigh(&queues, topic.lanes.len() as i32);
        }
    }

    /// A request to this node is not under way any more.
    pub fn request_landed(&mut self, node: i32) {
        if let Some(count) = self.in_flight.get_mut(&node) {
            *count = count.saturating_sub(1);
        }
    }

    /// What came of one batch of a request.
    pub fn batch_landed(
        &mut self,
        lane_at: usize,
        batch: Batch,
        verdict: Verdict,
        now: Monotonic,
        told: &mut Vec<Told>,
    ) {
        let verdict = match verdict {
            Verdict::Again { error, .. } if batch.attempts > self.settings.retries => Verdict::Failed(error),
            verdict => verdict,
        };
        let (serial, lane) = (batch.serial, &mut self.lanes[lane_at]);
        if let Some(free) = lane.land(batch, verdict, now, told) {
            self.used_bytes -= free;
            // A batch that was cut is told of in parts; the last one counts.
            if !lane.waiting.iter().any(|part| part.serial == serial) {
                self.untold.remove(&serial);
            }
        }
        lane.settle(self.session.as_mut());
    }

    /// A broker gave this producer an id.
    pub fn begin_session(&mut self, producer: ProducerId) {
        if let Some(session) = &mut self.session {
            session.begin(producer);
        }
    }

    /// Fails all that waits; what is under way fails when it lands.
    pub fn fail_all(&mut self, error: &Error) -> Vec<Told> {
        let mut told = Vec::new();
        for lane in &mut self.lanes {
            for batch in lane.waiting.drain(..) {
                self.used_bytes -= batch.charged_bytes;
                self.untold.remove(&batch.serial);
                let Batch { outcome, first, count, .. } = batch;
                told.push(Told { outcome, first, count, result: Err(error.clone()) });
            }
        }
        told
    }

    /// The number of the batch that will be begun next.
    pub fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// Whether every batch before this one has landed for good.
    pub fn has_landed_before(&self, serial: u64) -> bool {
        self.untold.first().is_none_or(|oldest| *oldest >= serial)
    }

    /// Whether nothing waits and nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.untold.is_empty()
    }

    /// Bytes of records that are not delivered.
    pub fn used_bytes(&self) -> usize {
        self.used_bytes
    }
}

/// A batch's buffer begins with so much room, and grows from there when `batch.size` is larger.
const FIRST_ROOM_BYTES_MAX: usize = 16 << 10;

#[cfg(test)]
mod tests;
