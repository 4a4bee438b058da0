//! ListOffsets (key 2), v1 to v11: the first record at or after a time, or a named end of the log.
//!
//! Times below zero name an offset: -1 latest, -2 earliest, -3 the record with the greatest timestamp (KIP-734), -4 the
//! earliest on local disk, -5 the latest in tiered storage (KIP-1005), -6 the earliest waiting for upload (KIP-1023).

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::messages::list_offsets::{
    ListOffsetsPartition, ListOffsetsPartitionResponse, ListOffsetsRequest, ListOffsetsResponse,
    ListOffsetsTopicResponse,
};
use kampa_protocol::{ErrorCode, Text};
use kampa_replication::{Isolation, OffsetSpec};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on an answer tells the epoch of the record found (KIP-320).
const EPOCH_TOLD_FROM: i16 = 4;

pub fn handle(broker: &Arc<Broker>, request: ListOffsetsRequest, context: &Context) -> Answer<ListOffsetsResponse> {
    let (broker, version) = (broker.clone(), context.version);
    Answer::later(async move {
        let repeated = repeated(&request);
        let isolation =
            if request.isolation_level == 1 { Isolation::ReadCommitted } else { Isolation::ReadUncommitted };
        let mut response = ListOffsetsResponse::default();
        for topic in request.topics {
            let mut partitions = Vec::with_capacity(topic.partitions.len());
            for wanted in &topic.partitions {
                let found = if repeated.contains_key(&(topic.name.clone(), wanted.partition_index)) {
                    Err(ErrorCode::INVALID_REQUEST)
                } else {
                    find(&broker, &topic.name, wanted, isolation, version).await
                };
                partitions.push(answer(wanted.partition_index, found));
            }
            response.topics.push(ListOffsetsTopicResponse { name: topic.name, partitions, ..Default::default() });
        }
        response
    })
}

/// Partitions named more than once: each is answered INVALID_REQUEST.
fn repeated(request: &ListOffsetsRequest) -> BTreeMap<(Text, i32), usize> {
    let mut seen = BTreeMap::new();
    for topic in &request.topics {
        for partition in &topic.partitions {
            *seen.entry((topic.name.clone(), partition.partition_index)).or_insert(0) += 1;
        }
    }
    seen.retain(|_, times| *times > 1);
    seen
}

struct Found {
    timestamp: i64,
    offset: i64,
    leader_epoch: i32,
}

async fn find(
    broker: &Broker,
    topic: &Text,
    wanted: &ListOffsetsPartition,
    isolation: Isolation,
    version: i16,
) -> Result<Option<Found>, ErrorCode> {
    let partition = {
        let image = broker.image();
        let topic = image.topics.named(topic).ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        broker.partitions.leader_of(topic, wanted.partition_index)?
    };
    let spec = spec(wanted.timestamp, version)?;
    let current_leader_epoch = (wanted.current_leader_epoch >= 0).then_some(wanted.current_leader_epoch);
    let found = partition.find_offset(spec, isolation, current_leader_epoch).await.map_err(|e| e.code())?;
    Ok(found.map(|found| Found {
        timestamp: found.timestamp,
        offset: found.offset,
        leader_epoch: found.leader_epoch.filter(|_| version >= EPOCH_TOLD_FROM).unwrap_or(-1),
    }))
}

/// What a time means; a special one only in the versions that know it.
fn spec(timestamp: i64, version: i16) -> Result<OffsetSpec, ErrorCode> {
    Ok(match timestamp {
        0.. => OffsetSpec::AtOrAfter(timestamp),
        -1 => OffsetSpec::Latest,
        -2 => OffsetSpec::Earliest,
        -3 if version >= 7 => OffsetSpec::MaxTimestamp,
        -4 if version >= 8 => OffsetSpec::EarliestLocal,
        -5 if version >= 9 => OffsetSpec::LatestTiered,
        -6 if version >= 11 => OffsetSpec::EarliestPendingUpload,
        _ => return Err(ErrorCode::UNSUPPORTED_VERSION),
    })
}

fn answer(index: i32, found: Result<Option<Found>, ErrorCode>) -> ListOffsetsPartitionResponse {
    let blank = ListOffsetsPartitionResponse { partition_index: index, ..Default::default() };
    match found {
        Ok(None) => blank,
        Ok(Some(found)) => ListOffsetsPartitionResponse {
            timestamp: found.timestamp,
            offset: found.offset,
            leader_epoch: found.leader_epoch,
            ..blank
        },
        Err(error) => ListOffsetsPartitionResponse { error_code: error.0, ..blank },
    }
}

#[cfg(test)]
mod tests;
