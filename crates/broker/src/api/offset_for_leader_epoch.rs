//! OffsetForLeaderEpoch (key 23), v2 to v4: where an epoch ended, for clients that look for truncation (KIP-320).

use std::sync::Arc;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::offset_for_leader_epoch::{
    EpochEndOffset, OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse, OffsetForLeaderPartition,
    OffsetForLeaderTopicResult,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: OffsetForLeaderEpochRequest,
    _: &Context,
) -> Answer<OffsetForLeaderEpochResponse> {
    let topics = request.topics.into_iter().map(|topic| OffsetForLeaderTopicResult {
        partitions: topic.partitions.iter().map(|wanted| find(broker, &topic.topic, wanted)).collect(),
        topic: topic.topic,
        ..Default::default()
    });
    Answer::Now(OffsetForLeaderEpochResponse { topics: topics.collect(), ..Default::default() })
}

fn find(broker: &Broker, topic: &str, wanted: &OffsetForLeaderPartition) -> EpochEndOffset {
    let blank = EpochEndOffset { partition: wanted.partition, ..Default::default() };
    let image = broker.image();
    let current = (wanted.current_leader_epoch >= 0).then_some(wanted.current_leader_epoch);
    let found = image
        .topics
        .named(topic)
        .ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
        .and_then(|topic| broker.partitions.leader_of(topic, wanted.partition))
        .and_then(|partition| partition.offset_for_leader_epoch(wanted.leader_epoch, current).map_err(|e| e.code()));
    match found {
        Ok(end) => EpochEndOffset { leader_epoch: end.leader_epoch, end_offset: end.end_offset, ..blank },
        Err(error) => EpochEndOffset { error_code: error.0, ..blank },
    }
}

#[cfg(test)]
mod tests;
