//! Commands about records: produce, fetch, list-offsets, epoch-end, init-producer-id.

use std::fmt::Write as _;

use bytes::Bytes;
use kampa_formats::batch::{BatchBuilder, BatchOptions, NewRecord, batches};
use kampa_formats::compression::{Codec, Compression};
use kampa_protocol::messages::fetch::{FetchPartition, FetchRequest, FetchResponse, FetchTopic, ForgottenTopic};
use kampa_protocol::messages::init_producer_id::InitProducerIdRequest;
use kampa_protocol::messages::list_offsets::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use kampa_protocol::messages::offset_for_leader_epoch::{
    OffsetForLeaderEpochRequest, OffsetForLeaderPartition, OffsetForLeaderTopic,
};
use kampa_protocol::messages::produce::{PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData};
use kampa_protocol::{ErrorCode, Records, Text, Uuid};

use super::quotas::throttled;
use super::script::{Asked, Line, Names, error, error_with, place};

const NEWEST_PRODUCE: i16 = 13;
const NEWEST_FETCH: i16 = 18;

/// `produce orders/0,orders/1 a b`: the same batch to each. A value `x*1000` is a thousand bytes.
/// Fields: acks, timeout, pid, epoch, seq, codec, at, key, transactional-id; `break=crc|magic|count|attributes|length`.
pub(super) fn produce(line: &Line, names: &Names) -> Asked {
    let by_id = line.version.unwrap_or(NEWEST_PRODUCE) >= 13;
    let batch = batch(line);
    let topic_data = line.words[0].split(',').map(|word| {
        let (topic, index, _) = place(word);
        TopicProduceData {
            topic_id: if by_id { names.topic_id(&topic) } else { Uuid::ZERO },
            name: if by_id { Text::default() } else { topic.into() },
            partition_data: vec![PartitionProduceData { index, records: batch.clone(), ..Default::default() }],
            ..Default::default()
        }
    });
    let request = ProduceRequest {
        acks: line.number("acks", -1),
        timeout_ms: line.number("timeout", 30_000),
        transactional_id: line.field("transactional-id").map(Text::from),
        topic_data: topic_data.collect(),
        ..Default::default()
    };
    let mut asked = Asked::new(line, &request, tell_produced);
    if request.acks == 0 {
        asked.telling = None;
    }
    asked
}

fn batch(line: &Line) -> Option<Records> {
    if line.field("records") == Some("null") {
        return None;
    }
    let codec = match line.field("codec").unwrap_or("none") {
        "gzip" => Codec::Gzip,
        "snappy" => Codec::Snappy,
        "lz4" => Codec::Lz4,
        "zstd" => Codec::Zstd,
        _ => Codec::None,
    };
    let mut batch = BatchBuilder::new(BatchOptions {
        compression: Compression::of(codec),
        producer_id: line.number("pid", -1),
        producer_epoch: line.number("epoch", if line.field("pid").is_some() { 0 } else { -1 }),
        base_sequence: line.number("seq", -1),
        transactional: line.field("transactional").is_some(),
        ..BatchOptions::default()
    });
    let mut timestamp = line.number("at", -1);
    for word in &line.words[1..] {
        let value = match word.split_once('*') {
            Some((letter, times)) => letter.repeat(times.parse().expect("a count")),
            None => (*word).to_owned(),
        };
        let key = line.field("key").map(str::as_bytes);
        batch.append(NewRecord { timestamp, key, value: Some(value.as_bytes()), headers: &[] });
        timestamp += if timestamp < 0 { 0 } else { 10 };
    }
    let mut bytes = batch.build(0).to_vec();
    match line.field("break") {
        Some("crc") => *bytes.last_mut()? ^= 1,
        Some("magic") => bytes[16] = 1,
        Some("length") => bytes[11] = bytes[11].wrapping_add(1),
        _ => {}
    }
    Some(Records::from(Bytes::from(bytes)))
}

fn tell_produced(response: ProduceResponse, names: &mut Names) -> String {
    let mut told = Vec::new();
    for topic in &response.responses {
        for partition in &topic.partition_responses {
            let name = names.topic(&topic.name, topic.topic_id);
            let mut one = format!("{name}/{}: ", partition.index);
            if partition.error_code == 0 {
                let _ = write!(one, "base={}", partition.base_offset);
            } else {
                one.push_str(&error_with(partition.error_code, partition.error_message.as_ref()));
            }
            for record in &partition.record_errors {
                let message = record.batch_index_error_message.as_deref().unwrap_or_default();
                let _ = write!(one, " [record {} \"{message}\"]", record.batch_index);
            }
            if partition.log_append_time_ms >= 0 {
                one.push_str(" (append time)");
            }
            told.push(one);
        }
    }
    told.join(", ") + &throttled(response.throttle_time_ms)
}

/// `fetch orders/0@5 orders/1@0`. Fields: min, wait, max, part (bytes for each partition), isolation=committed,
/// session (its number; 0 for a new one, none for no session), epoch, forget=orders:0, leader-epoch, replica.
pub(super) fn fetch(line: &Line, names: &Names) -> Asked {
    let version = line.version.unwrap_or(NEWEST_FETCH);
    let by_id = version >= 13;
    let named = |topic: &str| if by_id { Text::default() } else { Text::from(topic) };
    let id = |topic: &str| if by_id { names.topic_id(topic) } else { Uuid::ZERO };
    let topics = line.words.iter().map(|word| {
        let (topic, partition, fetch_offset) = place(word);
        let partition = FetchPartition {
            partition,
            fetch_offset,
            current_leader_epoch: line.number("leader-epoch", -1),
            partition_max_bytes: line.number("part", 1 << 20),
            ..Default::default()
        };
        FetchTopic { topic: named(&topic), topic_id: id(&topic), partitions: vec![partition], ..Default::default() }
    });
    let forgotten = line.field("forget").map(|word| {
        let (topic, partition) = word.split_once(':').expect("topic:partition");
        let partitions = vec![partition.parse().expect("a partition")];
        ForgottenTopic { topic: named(topic), topic_id: id(topic), partitions, ..Default::default() }
    });
    let session = line.field("session").map(|number| number.parse::<usize>().expect("a number"));
    let mut request = FetchRequest {
        max_wait_ms: line.number("wait", 0),
        min_bytes: line.number("min", 1),
        max_bytes: line.number("max", 1 << 20),
        isolation_level: i8::from(line.field("isolation") == Some("committed")),
        session_id: session.filter(|number| *number > 0).map_or(0, |number| names.session_id(number)),
        session_epoch: line.number("epoch", if session.is_some() { 0 } else { -1 }),
        topics: topics.collect(),
        forgotten_topics_data: forgotten.into_iter().collect(),
        ..Default::default()
    };
    match version {
        ..=14 => request.replica_id = line.number("replica", -1),
        _ => request.replica_state.replica_id = line.number("replica", -1),
    }
    Asked::new(line, &request, tell_fetched)
}

fn tell_fetched(response: FetchResponse, names: &mut Names) -> String {
    let mut told = Vec::new();
    if response.error_code != 0 {
        told.push(error(response.error_code).to_owned());
    }
    if response.throttle_time_ms != 0 {
        told.push(throttled(response.throttle_time_ms).split_off(2));
    }
    if response.session_id != 0 {
        told.push(format!("session {}", names.session(response.session_id)));
    }
    for topic in &response.responses {
        for partition in &topic.partitions {
            let mut one = format!("{}/{}:", names.topic(&topic.topic, topic.topic_id), partition.partition_index);
            if partition.error_code == 0 {
                let _ = write!(one, " hw={}", partition.high_watermark);
            } else {
                let _ = write!(one, " {}", error(partition.error_code));
            }
            if partition.log_start_offset > 0 {
                let _ = write!(one, " start={}", partition.log_start_offset);
            }
            if let Some(aborted) = &partition.aborted_transactions {
                let _ = write!(one, " lso={} aborted={}", partition.last_stable_offset, aborted.len());
            }
            one.push_str(&records(partition.records.as_ref()));
            told.push(one);
        }
    }
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

fn records(records: Option<&Records>) -> String {
    let mut told = String::new();
    let bytes = records.map(Records::to_bytes).unwrap_or_default();
    for batch in batches(bytes) {
        let Ok(batch) = batch else {
            told.push_str(" (cut batch)");
            break;
        };
        for record in batch.records(1 << 20).expect("records") {
            let record = record.expect("a record");
            let value = record.value.unwrap_or_default();
            let shown = if value.len() > 20 {
                format!("{} bytes", value.len())
            } else {
                String::from_utf8_lossy(&value).into_owned()
            };
            let _ = write!(told, " {}:{shown}", record.offset);
        }
    }
    told
}

/// `list-offsets orders/0=-1`: -1 latest, -2 earliest, and so on, or a time in ms.
pub(super) fn list_offsets(line: &Line) -> Asked {
    let topics = line.words.iter().map(|word| {
        let (topic, partition_index, timestamp) = place(word);
        let current_leader_epoch = line.number("leader-epoch", -1);
        let partition = ListOffsetsPartition { partition_index, timestamp, current_leader_epoch, ..Default::default() };
        ListOffsetsTopic { name: topic.into(), partitions: vec![partition], ..Default::default() }
    });
    let isolation_level = i8::from(line.field("isolation") == Some("committed"));
    let request =
        ListOffsetsRequest { replica_id: -1, isolation_level, topics: topics.collect(), ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let mut told = Vec::new();
        for topic in &response.topics {
            for partition in &topic.partitions {
                let place = format!("{}/{}", topic.name, partition.partition_index);
                told.push(match partition.error_code {
                    0 => format!("{place}: {} at {}", partition.offset, partition.timestamp),
                    code => format!("{place}: {}", error(code)),
                });
            }
        }
        told.join(", ")
    })
}

/// `epoch-end orders/0=5`: where epoch 5 ends.
pub(super) fn epoch_end(line: &Line) -> Asked {
    let topics = line.words.iter().map(|word| {
        let (topic, partition, epoch) = place(word);
        let leader_epoch = i32::try_from(epoch).expect("an epoch");
        let current_leader_epoch = line.number("leader-epoch", -1);
        let wanted = OffsetForLeaderPartition { partition, leader_epoch, current_leader_epoch, ..Default::default() };
        OffsetForLeaderTopic { topic: topic.into(), partitions: vec![wanted], ..Default::default() }
    });
    let request = OffsetForLeaderEpochRequest { replica_id: -1, topics: topics.collect(), ..Default::default() };
    Asked::new(line, &request, |response, _| {
        let mut told = Vec::new();
        for topic in &response.topics {
            for end in &topic.partitions {
                let place = format!("{}/{}", topic.topic, end.partition);
                told.push(match ErrorCode(end.error_code) {
                    ErrorCode::NONE => format!("{place}: epoch {} ends at {}", end.leader_epoch, end.end_offset),
                    code => format!("{place}: {}", code.name()),
                });
            }
        }
        told.join(", ")
    })
}

/// `init-producer-id`. Fields: transactional-id, pid, epoch.
pub(super) fn init_producer_id(line: &Line) -> Asked {
    let request = InitProducerIdRequest {
        transactional_id: line.field("transactional-id").map(Text::from),
        transaction_timeout_ms: 60_000,
        producer_id: line.number("pid", -1),
        producer_epoch: line.number("epoch", -1),
        ..Default::default()
    };
    Asked::new(line, &request, |response, _| match response.error_code {
        0 => format!("id {} epoch {}", response.producer_id, response.producer_epoch),
        code => error(code).to_owned(),
    })
}
