//! DeleteRecords (key 21), v0 to v2: the start of partitions moves forward, and what lies before is gone (KIP-107).
//!
//! The new start is told at once and kept in `log-start-offset-checkpoint`; files go with the next look at retention.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_protocol::messages::delete_records::{
    DeleteRecordsPartitionResult, DeleteRecordsRequest, DeleteRecordsResponse, DeleteRecordsTopicResult,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::topics;

pub fn handle(broker: &Arc<Broker>, request: DeleteRecordsRequest, _: &Context) -> Answer<DeleteRecordsResponse> {
    let broker = broker.clone();
    Answer::later(async move {
        let mut response = DeleteRecordsResponse::default();
        for (name, partitions) in asked(request) {
            let mut results = Vec::with_capacity(partitions.len());
            for (index, before) in partitions {
                let deleted = delete(&broker, &name, index, before).await;
                results.push(DeleteRecordsPartitionResult {
                    partition_index: index,
                    low_watermark: deleted.unwrap_or(UNKNOWN),
                    error_code: deleted.err().unwrap_or(ErrorCode::NONE).0,
                    ..Default::default()
                });
            }
            response.topics.push(DeleteRecordsTopicResult { name, partitions: results, ..Default::default() });
        }
        response
    })
}

/// Every partition once; the last offset named for it counts.
fn asked(request: DeleteRecordsRequest) -> BTreeMap<Text, BTreeMap<i32, i64>> {
    let mut asked: BTreeMap<Text, BTreeMap<i32, i64>> = BTreeMap::new();
    for topic in request.topics {
        let offsets = asked.entry(topic.name).or_default();
        offsets.extend(topic.partitions.into_iter().map(|partition| (partition.partition_index, partition.offset)));
    }
    asked
}

/// The new log start.
async fn delete(broker: &Broker, name: &str, index: i32, before: i64) -> Result<i64, ErrorCode> {
    let partition = {
        let image = broker.image();
        let topic = image.topics.named(name).ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        let partition = broker.partitions.leader_of(topic, index);
        if topics::is_internal(name) && topic.partitions.contains_key(&index) {
            return Err(ErrorCode::INVALID_TOPIC_EXCEPTION);
        }
        partition?
    };
    partition.delete_records(before).await.map_err(|e| {
        if e.code() == ErrorCode::KAFKA_STORAGE_ERROR {
            tracing::error!(topic = name, partition = index, error = %e, "delete records");
        }
        e.code()
    })
}

/// A log start that is not told.
const UNKNOWN: i64 = -1;

#[cfg(test)]
mod tests;
