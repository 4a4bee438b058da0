//! Produce (key 0), v3 to v13: append batches, answer when they are as safe as `acks` asks.
//!
//! One call per partition; a partition's error is its own. acks = 0 gets no answer, unless something failed: then the
//! connection is closed, so that the client notices. From v13 on topics are named by id (KIP-516).

use std::sync::Arc;
use std::time::Duration;

use kampa_formats::batch::validate::{RecordError, Rejection};
use kampa_formats::batch::{BatchHeader, MAGIC};
use kampa_formats::compression::Codec;
use kampa_metadata::Topic;
use kampa_metrics::{Metrics, Unfit, Waits};
use kampa_protocol::messages::produce::{
    BatchIndexAndErrorMessage, PartitionProduceData, PartitionProduceResponse, ProduceRequest, ProduceResponse,
    TopicProduceData, TopicProduceResponse,
};
use kampa_protocol::{ApiKey, ErrorCode, Records, Response, Text};
use kampa_replication::{AppendError, Origin, Partition};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::topics;

pub fn handle(broker: &Arc<Broker>, request: ProduceRequest, context: &Context) -> Answer<ProduceResponse> {
    let mut appends = Appends::new(broker, context, &request);
    let (acks, timeout) = (request.acks, Duration::from_millis(u64::try_from(request.timeout_ms).unwrap_or(0)));
    let responses = request.topic_data.into_iter().map(|topic| appends.topic(topic)).collect();
    let mut response = ProduceResponse { responses, ..Default::default() };
    let Appends { waits, failed, .. } = appends;
    match acks {
        0 if failed => {
            // Nobody reads the answer; the errors count all the same.
            let key = ApiKey::Produce as i16;
            response.each_error(context.version, &mut |code| broker.metrics.errors(key, code, 1));
            Answer::Close
        }
        0 => Answer::Silent,
        _ if waits.is_empty() => Answer::Now(response),
        _ => {
            let (world, metrics) = (broker.world.clone(), broker.metrics.clone());
            Answer::later(async move {
                let _waiting = metrics.wait(Waits::Produce);
                let committed = async {
                    let mut all = true;
                    for wait in &waits {
                        all &= wait.partition.committed(wait.end).await;
                    }
                    all
                };
                if world.timeout(timeout, committed).await != Ok(true) {
                    waits.iter().for_each(|wait| wait.give_up(&mut response, &metrics));
                }
                response
            })
        }
    }
}

/// The appends of one request.
struct Appends<'a> {
    broker: &'a Arc<Broker>,
    version: i16,
    /// Topics are named by id.
    by_id: bool,
    has_transactional_id: bool,
    acks: i16,
    /// What refuses the whole request.
    refused: Option<ErrorCode>,
    /// An admin client may write internal topics, as in Kafka.
    internal_allowed: bool,
    now_ms: i64,
    topics_done: usize,
    waits: Vec<Wait>,
    failed: bool,
}

/// An append that is to be committed before it is answered, and where its answer stands.
struct Wait {
    partition: Partition,
    /// The offset after the last record.
    end: i64,
    topic: usize,
    place: usize,
}

/// The client id with which Kafka's admin client may write internal topics.
const ADMIN_CLIENT_ID: &str = "__admin_client";

impl<'a> Appends<'a> {
    fn new(broker: &'a Arc<Broker>, context: &Context, request: &ProduceRequest) -> Appends<'a> {
        Appends {
            broker,
            version: context.version,
            by_id: context.version >= 13,
            has_transactional_id: request.transactional_id.is_some(),
            acks: request.acks,
            refused: (!matches!(request.acks, -1..=1)).then_some(ErrorCode::INVALID_REQUIRED_ACKS),
            internal_allowed: context.client_id.as_deref() == Some(ADMIN_CLIENT_ID),
            now_ms: broker.world.wall_ms(),
            topics_done: 0,
            waits: Vec::new(),
            failed: false,
        }
    }

    fn topic(&mut self, topic: TopicProduceData) -> TopicProduceResponse {
        let image = self.broker.image();
        let known = if self.by_id { image.topics.with_id(&topic.topic_id) } else { image.topics.named(&topic.name) };
        let mut answer = TopicProduceResponse { name: topic.name, topic_id: topic.topic_id, ..Default::default() };
        for (place, data) in topic.partition_data.into_iter().enumerate() {
            let index = data.index;
            let partition = match self.append(known, data, place) {
                Ok(appended) => appended,
                Err(refusal) => {
                    self.failed = true;
                    refusal.answer(index)
                }
            };
            answer.partition_responses.push(partition);
        }
        self.topics_done += 1;
        answer
    }

    fn append(
        &mut self,
        topic: Option<&Topic>,
        data: PartitionProduceData,
        place: usize,
    ) -> Result<PartitionProduceResponse, Refusal> {
        if let Some(error) = self.refused {
            return Err(error.into());
        }
        let topic = topic.ok_or(topics::unknown(self.by_id))?;
        if topics::is_internal(&topic.name) && !self.internal_allowed {
            let message = format!("Cannot append to internal topic {}", topic.name);
            return Err(Refusal { message: Some(message.into()), ..ErrorCode::INVALID_TOPIC_EXCEPTION.into() });
        }
        let partition = self.broker.partitions.leader_of(topic, data.index)?;
        let records = data.records.unwrap_or_default();
        self.check_served(&records)?;
        let metrics = &self.broker.metrics;
        let appended = partition.append_as_leader(records, Origin::Client, self.now_ms).map_err(|e| {
            metrics.topic(&topic.name).failed_produce();
            if let Some(why) = unfit(&e) {
                metrics.unfit(why);
            }
            let log_start = if e.tells_log_start() { partition.watermarks().log_start } else { -1 };
            Refusal { log_start, ..e.into() }
        })?;
        if !appended.is_duplicate {
            metrics.topic(&topic.name).produced(appended.records as usize, appended.bytes as usize);
        }
        let end = appended.last_offset + 1;
        // With one replica the high watermark is the end that the topic's durability asks for, and acks = 1 waits for that
        // as well: with `flush.messages=1` for the medium.
        if self.acks != 0 && partition.watermarks().high_watermark < end {
            self.waits.push(Wait { partition, end, topic: self.topics_done, place });
        }
        Ok(PartitionProduceResponse {
            index: data.index,
            base_offset: appended.base_offset,
            log_append_time_ms: appended.log_append_time_ms,
            log_start_offset: appended.log_start,
            ..Default::default()
        })
    }

    /// What the request's version or this node cannot carry, though the batch may be good.
    fn check_served(&self, records: &Records) -> Result<(), ErrorCode> {
        let Some(header) = records.0.first().and_then(|piece| BatchHeader::decode(piece)) else { return Ok(()) };
        if header.magic != MAGIC {
            return Ok(());
        }
        if self.version < ZSTD_SINCE && header.attributes.codec() == Ok(Codec::Zstd) {
            return Err(ErrorCode::UNSUPPORTED_COMPRESSION_TYPE);
        }
        // There is no transaction coordinator yet, so none knows the producer: with its records in the log and nobody to end the
        // transaction, readers of committed records would stop there for ever.
        match header.is_transactional() {
            true if self.has_transactional_id => Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING),
            true => Err(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
            false => Ok(()),
        }
    }
}

/// Producers that speak older versions may have consumers that cannot read zstd (KIP-110).
const ZSTD_SINCE: i16 = 7;

impl Wait {
    fn give_up(&self, response: &mut ProduceResponse, metrics: &Metrics) {
        if self.partition.watermarks().high_watermark >= self.end {
            return;
        }
        let error = if self.partition.is_offline() {
            ErrorCode::KAFKA_STORAGE_ERROR
        } else {
            metrics.produce_expired();
            ErrorCode::REQUEST_TIMED_OUT
        };
        let answer = &mut response.responses[self.topic].partition_responses[self.place];
        *answer = Refusal::from(error).answer(answer.index);
    }
}

/// What Kafka counts of refused batches.
fn unfit(e: &AppendError) -> Option<Unfit> {
    let keyless =
        |records: &[RecordError]| records.iter().any(|record| matches!(record.rejection, Rejection::MissingKey));
    match e {
        AppendError::OldFormat(_) | AppendError::UnknownFormat(_) => Some(Unfit::Magic),
        AppendError::Corrupt(_) => Some(Unfit::Checksum),
        AppendError::BaseOffset(_) | AppendError::Batch(_) | AppendError::Gaps => Some(Unfit::Sequence),
        AppendError::Rejected(records) if keyless(records) => Some(Unfit::NoKey),
        _ => None,
    }
}

/// Why a partition's batches were not appended.
struct Refusal {
    error: ErrorCode,
    message: Option<Text>,
    records: Vec<BatchIndexAndErrorMessage>,
    /// -1 where Kafka tells none.
    log_start: i64,
}

impl Refusal {
    fn answer(self, index: i32) -> PartitionProduceResponse {
        PartitionProduceResponse {
            index,
            error_code: self.error.0,
            base_offset: -1,
            error_message: self.message,
            record_errors: self.records,
            log_start_offset: self.log_start,
            ..Default::default()
        }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(error: ErrorCode) -> Refusal {
        Refusal { error, message: None, records: Vec::new(), log_start: -1 }
    }
}

impl From<AppendError> for Refusal {
    fn from(e: AppendError) -> Refusal {
        let records = e.record_errors().map(|(batch_index, message)| BatchIndexAndErrorMessage {
            batch_index,
            batch_index_error_message: message.map(Text::from),
            ..Default::default()
        });
        Refusal { error: e.code(), message: e.message().map(Text::from), records: records.collect(), log_start: -1 }
    }
}

#[cfg(test)]
mod tests;
