//! Batches to a Produce request, and its answer to a verdict on each batch.

use std::time::Duration;

use kampa_formats::compression::Codec;
use kampa_protocol::messages::produce::{PartitionProduceData, PartitionProduceResponse, TopicProduceData};
use kampa_protocol::messages::{ProduceRequest, ProduceResponse};
use kampa_protocol::{ApiKey, ErrorCode, Records, Text, Uuid};

use super::accumulator::Sent;
use super::delivery::Landed;
use super::lane::Verdict;
use crate::connection::Versions;
use crate::{Error, ProducerSettings};

/// The newest version that both sides know and that these batches can be sent in.
pub(super) fn version(versions: &Versions, batches: &[Sent], codec: Codec) -> Result<i16, Error> {
    let best = versions.best::<ProduceRequest>()?;
    if codec == Codec::Zstd && best < ZSTD_FROM {
        let why = format!("zstd needs version {ZSTD_FROM}, and the node serves no newer one than {best}");
        return Err(Error::Unsupported { api: ApiKey::Produce, why });
    }
    // A topic whose id nobody told us is named.
    let named = batches.iter().any(|sent| sent.topic_id == Uuid::ZERO);
    Ok(if named { best.min(BY_ID_FROM - 1) } else { best })
}

/// A request with every batch. Batches of a topic stand together.
pub(super) fn build(
    batches: &mut [Sent],
    settings: &ProducerSettings,
    timeout_ms: u64,
    version: i16,
) -> ProduceRequest {
    let mut topic_data: Vec<TopicProduceData> = Vec::new();
    for sent in batches.iter_mut() {
        let records = Some(Records::from(sent.batch.bytes()));
        let data = PartitionProduceData { index: sent.partition, records, ..Default::default() };
        let is_of = |topic: &TopicProduceData| match version >= BY_ID_FROM {
            true => topic.topic_id == sent.topic_id,
            false => topic.name == *sent.topic,
        };
        match topic_data.iter_mut().find(|topic| is_of(topic)) {
            Some(topic) => topic.partition_data.push(data),
            None => {
                let (name, topic_id) = match version >= BY_ID_FROM {
                    true => (Text::default(), sent.topic_id),
                    false => (Text::from(&*sent.topic), Uuid::ZERO),
                };
                topic_data.push(TopicProduceData { name, topic_id, partition_data: vec![data], ..Default::default() });
            }
        }
    }
    ProduceRequest {
        acks: settings.acks.number(),
        timeout_ms: i32::try_from(timeout_ms).unwrap_or(i32::MAX),
        topic_data,
        ..Default::default()
    }
}

/// The answer's part about a batch.
pub(super) fn part<'a>(answer: &'a ProduceResponse, sent: &Sent, version: i16) -> Option<&'a PartitionProduceResponse> {
    let is_of = |topic: &&kampa_protocol::messages::produce::TopicProduceResponse| match version >= BY_ID_FROM {
        true => topic.topic_id == sent.topic_id,
        false => topic.name == *sent.topic,
    };
    // A topic may stand in an answer more than once.
    let partitions = answer.responses.iter().filter(is_of).flat_map(|topic| &topic.partition_responses);
    partitions.into_iter().find(|partition| partition.index == sent.partition)
}

/// What an answer says about a batch.
pub(super) fn judge(
    part: Option<&PartitionProduceResponse>,
    sent: &Sent,
    settings: &ProducerSettings,
    pause: impl FnOnce() -> Duration,
) -> Verdict {
    let about = || format!("records to {}-{}", sent.topic, sent.partition);
    let Some(part) = part else {
        let why = format!("it says nothing of {}-{}", sent.topic, sent.partition);
        return Verdict::Failed(Error::Garbled { what: "Produce".to_owned(), why });
    };
    let code = ErrorCode(part.error_code);
    let error = || Error::Broker { code, what: about(), message: reason(part) };
    match code {
        ErrorCode::NONE | ErrorCode::DUPLICATE_SEQUENCE_NUMBER => Verdict::Delivered(Landed {
            base_offset: if code.is_err() && part.base_offset == 0 { -1 } else { part.base_offset },
            append_time_ms: part.log_append_time_ms,
        }),
        ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER
        | ErrorCode::UNKNOWN_PRODUCER_ID
        | ErrorCode::INVALID_PRODUCER_EPOCH
            if settings.idempotence =>
        {
            Verdict::OutOfOrder(error())
        }
        ErrorCode::MESSAGE_TOO_LARGE => Verdict::TooLarge {
            error: error(),
            records_bytes_max: settings.batch_bytes.max(settings.request_bytes_max),
        },
        code if code.is_retriable() => Verdict::Again { error: error(), pause: pause() },
        _ => Verdict::Failed(error()),
    }
}

/// Why the broker refused, in its own words; with what it says of single records.
fn reason(part: &PartitionProduceResponse) -> Option<String> {
    let records = part.record_errors.iter().filter_map(|record| {
        let message = record.batch_index_error_message.as_ref()?;
        Some(format!("record {}: {message}", record.batch_index))
    });
    let all: Vec<String> = part.error_message.iter().map(ToString::to_string).chain(records).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Whether the code says that the partition is led elsewhere, or not at all.
pub(super) fn is_about_leader(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NOT_LEADER_OR_FOLLOWER
            | ErrorCode::LEADER_NOT_AVAILABLE
            | ErrorCode::FENCED_LEADER_EPOCH
            | ErrorCode::UNKNOWN_LEADER_EPOCH
            | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            | ErrorCode::UNKNOWN_TOPIC_ID
            | ErrorCode::INCONSISTENT_TOPIC_ID
            | ErrorCode::KAFKA_STORAGE_ERROR
            | ErrorCode::NETWORK_EXCEPTION
    )
}

/// From this version on records may be compressed with zstd.
const ZSTD_FROM: i16 = 7;
/// From this version on topics are named by id.
const BY_ID_FROM: i16 = 13;
