//! Fetch (key 1), v4 to v18: records from an offset on, for consumers.
//!
//! Answers when `min_bytes` are there, when something went wrong, or when `max_wait_ms` is over (long polling). Byte
//! limits hold for the request and for each partition; the first partition with records gives at least one batch,
//! however large (KIP-74). Sessions (KIP-227) live in `fetch_sessions`. READ_COMMITTED ends at the last stable offset
//! and lists aborted transactions.
//!
//! Fetches of followers come with replication between nodes; until then whoever calls itself a replica hears
//! NOT_LEADER_OR_FOLLOWER, as one that is not assigned does.

use std::sync::Arc;
use std::time::Duration;

use kampa_metrics::Waits;
use kampa_protocol::messages::fetch::{
    AbortedTransaction, FetchRequest, FetchResponse, FetchableTopicResponse, PartitionData,
};
use kampa_protocol::{ErrorCode, Message, Records, Text, Uuid, Writer};
use kampa_replication::{Isolation, Partition, ReadRequest, Waiter};
use kampa_world::Monotonic;

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::fetch_sessions::{FetchKey, FetchPlan, TopicRef, Wanted};
use crate::quotas::Usage;
use crate::topics;

pub fn handle(broker: &Arc<Broker>, request: FetchRequest, context: &Context) -> Answer<FetchResponse> {
    let now = broker.world.now();
    let plan = match broker.fetch_sessions.plan(&request, context.version, now) {
        Ok(plan) => plan,
        Err(error) => {
            return Answer::Now(FetchResponse { error_code: error.0, ..Default::default() });
        }
    };
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let quota_max = context.usage.as_ref().and_then(|usage| usage.fetch_bytes_max());
    let asked_max = request.max_bytes.min(quota_max.unwrap_or(i32::MAX));
    let fetch = Fetch {
        broker: broker.clone(),
        bytes_max: asked_max.min(broker.config().fetch_max_bytes),
        bytes_min: usize::try_from(request.min_bytes.min(asked_max)).unwrap_or(0),
        isolation: if request.isolation_level == 1 { Isolation::ReadCommitted } else { Isolation::ReadUncommitted },
        by_replica: request.replica_id.max(request.replica_state.replica_id) >= 0,
        deadline: now + wait,
        version: context.version,
        usage: context.usage.clone(),
        plan,
    };
    Answer::later(fetch.run())
}

struct Fetch {
    broker: Arc<Broker>,
    plan: FetchPlan,
    /// Most bytes of records in the whole answer, the first batch excepted.
    bytes_max: i32,
    /// Fewer bytes than this wait for more.
    bytes_min: usize,
    isolation: Isolation,
    /// Asked by somebody who calls itself a replica.
    by_replica: bool,
    deadline: Monotonic,
    version: i16,
    /// What it counts against, if there are quotas.
    usage: Option<Arc<Usage>>,
}

/// A place in every partition's list of those who wait, given back when it is dropped.
struct Watch {
    waiter: Arc<Waiter>,
    partitions: Vec<Partition>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.partitions.iter().for_each(|partition| partition.unwatch(&self.waiter));
    }
}

/// What one round over the partitions found.
struct Round {
    answers: Vec<(FetchKey, PartitionData)>,
    bytes: usize,
    /// Something the client should hear of at once, an error.
    urgent: bool,
}

impl Fetch {
    async fn run(self) -> FetchResponse {
        loop {
            // Who finds enough at once, a consumer that catches up, registers nowhere.
            let round = self.read_all().await;
            if self.is_enough(&round) {
                return self.respond(round);
            }
            // Registered before looking again: records that arrive in between wake the watch.
            let watch = self.watch();
            let round = self.read_all().await;
            if self.is_enough(&round) {
                drop(watch);
                return self.respond(round);
            }
            drop(round);
            let _waiting = self.broker.metrics.wait(Waits::Fetch);
            let wait = self.deadline.since(self.broker.world.now());
            let _ = self.broker.world.timeout(wait, watch.waiter.woken()).await;
        }
    }

    /// Whether the answer leaves now.
    fn is_enough(&self, round: &Round) -> bool {
        let over = self.broker.world.now() >= self.deadline || self.plan.wanted.is_empty();
        over || round.urgent || round.bytes >= self.bytes_min
    }

    /// Asks every partition to tell when it has more to read.
    fn watch(&self) -> Watch {
        let partitions: Vec<_> = self.plan.wanted.iter().filter_map(|wanted| self.find(wanted).ok()).collect();
        let waiter = Arc::new(Waiter::default());
        partitions.iter().for_each(|partition| partition.watch(&waiter));
        Watch { waiter, partitions }
    }

    fn find(&self, wanted: &Wanted) -> Result<Partition, ErrorCode> {
        let image = self.broker.image();
        let (topic, by_id) = match &wanted.key.topic {
            TopicRef::Name(name) => (image.topics.named(name), false),
            TopicRef::Id(id) => (image.topics.with_id(id), true),
        };
        let topic = topic.ok_or(topics::unknown(by_id))?;
        self.broker.partitions.leader_of(topic, wanted.key.partition)
    }

    async fn read_all(&self) -> Round {
        let mut round = Round { answers: Vec::with_capacity(self.plan.wanted.len()), bytes: 0, urgent: false };
        for wanted in &self.plan.wanted {
            let data = match self.find(wanted) {
                Ok(partition) => self.read(&partition, wanted, round.bytes).await,
                Err(error) => failed(wanted.key.partition, error),
            };
            round.bytes += data.records.as_ref().map_or(0, Records::len);
            round.urgent |= data.error_code != ErrorCode::NONE.0;
            round.answers.push((wanted.key.clone(), data));
        }
        round
    }

    /// Reads one partition, of an answer that has `bytes` already.
    async fn read(&self, partition: &Partition, wanted: &Wanted, bytes: usize) -> PartitionData {
        let refused = if self.by_replica {
            Some(ErrorCode::NOT_LEADER_OR_FOLLOWER)
        } else if wanted.bytes_max < 0 || (bytes == 0 && self.bytes_max < 0) {
            // No client means that; Kafka trips over it with this answer.
            Some(ErrorCode::UNKNOWN_SERVER_ERROR)
        } else {
            None
        };
        if let Some(error) = refused {
            return unread(wanted.key.partition, error);
        }
        let limit = |bytes: i32| usize::try_from(bytes).unwrap_or(0);
        let bytes_max = limit(wanted.bytes_max).min(limit(self.bytes_max).saturating_sub(bytes));
        let request = ReadRequest {
            offset: wanted.offset,
            max_bytes: bytes_max,
            at_least_one: bytes == 0,
            isolation: self.isolation,
            current_leader_epoch: (wanted.current_leader_epoch >= 0).then_some(wanted.current_leader_epoch),
        };
        let index = wanted.key.partition;
        match partition.read(request).await {
            Ok(read) => PartitionData {
                partition_index: index,
                high_watermark: read.high_watermark,
                last_stable_offset: read.last_stable_offset,
                log_start_offset: read.log_start,
                aborted_transactions: read.aborted.map(|aborted| {
                    let listed = |a: kampa_replication::AbortedTxn| AbortedTransaction {
                        producer_id: a.producer_id,
                        first_offset: a.first_offset,
                        ..Default::default()
                    };
                    aborted.into_iter().map(listed).collect()
                }),
                records: Some(Records::from(read.records)),
                ..Default::default()
            },
            Err(e) => unread(index, e.code()),
        }
    }

    /// Over a quota, Kafka sends nothing and lets the client ask again when it may; a session that would begin does not.
    fn respond(self, round: Round) -> FetchResponse {
        if let Some(usage) = &self.usage {
            let throttle = usage.fetched(|| self.size(self.assemble(self.plan.news(&round.answers))));
            if !throttle.is_zero() {
                let session_id = self.broker.fetch_sessions.withhold(&self.plan);
                let throttle_time_ms = i32::try_from(throttle.as_millis()).unwrap_or(i32::MAX);
                return FetchResponse { session_id, throttle_time_ms, ..Default::default() };
            }
        }
        let told = self.plan.told(round.answers);
        told.iter().for_each(|(key, data)| self.count(&self.named(&key.topic), data));
        self.assemble(told)
    }

    /// Bytes of the answer's frame.
    fn size(&self, response: FetchResponse) -> usize {
        let mut writer = Writer::framed();
        // What cannot be written is found out when it is sent.
        let _ = response.encode(&mut writer, self.version);
        writer.finish().len()
    }

    fn assemble(&self, told: Vec<(FetchKey, PartitionData)>) -> FetchResponse {
        let mut response = FetchResponse { session_id: self.plan.session_id, ..Default::default() };
        for (key, data) in told {
            let topic = self.named(&key.topic);
            match response.responses.last_mut() {
                Some(last) if same_topic(last, &topic, self.version) => last.partitions.push(data),
                _ => response.responses.push(FetchableTopicResponse {
                    topic: topic.name.unwrap_or_default(),
                    topic_id: topic.id,
                    partitions: vec![data],
                    ..Default::default()
                }),
            }
        }
        response
    }

    /// Counts under the topic only if there is one: names that clients make up are not kept.
    fn count(&self, topic: &Named, data: &PartitionData) {
        let metrics = &self.broker.metrics;
        let known = topic.name.as_ref().filter(|name| self.broker.image().topics.named(name).is_some());
        let bytes = data.records.as_ref().map_or(0, Records::len);
        match (known, data.error_code) {
            (Some(name), 0) => metrics.topic(name).fetched(bytes),
            (Some(name), _) => metrics.topic(name).failed_fetch(),
            (None, _) => {}
        }
    }

    fn named(&self, topic: &TopicRef) -> Named {
        match topic {
            TopicRef::Name(name) => Named { name: Some(name.clone()), id: Uuid::ZERO },
            TopicRef::Id(id) => Named { name: self.broker.image().topics.name(id).cloned(), id: *id },
        }
    }
}

/// A topic as the answer names it: by name up to v12, by id from v13 on. The name is for the metrics, too.
struct Named {
    name: Option<Text>,
    id: Uuid,
}

fn same_topic(last: &FetchableTopicResponse, topic: &Named, version: i16) -> bool {
    if version >= 13 { last.topic_id == topic.id } else { Some(&last.topic) == topic.name.as_ref() }
}

/// A partition that is there but was not read: Kafka leaves out the list that it sends empty for one that is not there.
fn unread(partition: i32, error: ErrorCode) -> PartitionData {
    PartitionData { aborted_transactions: None, ..failed(partition, error) }
}

fn failed(partition: i32, error: ErrorCode) -> PartitionData {
    PartitionData {
        partition_index: partition,
        error_code: error.0,
        high_watermark: -1,
        records: Some(Records::default()),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
