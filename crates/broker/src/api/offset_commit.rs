//! OffsetCommit (key 8), v2 to v10: how far a group came. From v10 on topics are named by id (KIP-516).
//!
//! Partitions that do not exist are answered here; the shard hears of the others only, each with its topic's name and id.

use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic, OffsetCommitResponse,
    OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::topics;

/// From this version on topics are named by id.
const BY_ID_FROM: i16 = 10;

pub fn handle(
    broker: &Arc<Broker>,
    mut request: OffsetCommitRequest,
    context: &Context,
) -> Answer<OffsetCommitResponse> {
    let by_id = context.version >= BY_ID_FROM;
    let mut refused = Vec::new();
    let asked = std::mem::take(&mut request.topics);
    request.topics = asked.into_iter().filter_map(|topic| resolve(broker, topic, by_id, &mut refused)).collect();
    if request.topics.is_empty() {
        return Answer::Now(OffsetCommitResponse { topics: refused, ..Default::default() });
    }
    let (groups, version) = (broker.groups.clone(), context.version);
    Answer::later(async move {
        let asked = groups
            .ask(&request.group_id, |shard, reply_to, now, _| shard.commit_offsets(reply_to, &request, version, now));
        let mut response = match asked.await {
            Ok(GroupAnswer::Commit(response)) => response,
            Ok(_) => refuse_all(&request, ErrorCode::UNKNOWN_SERVER_ERROR),
            Err(error) => refuse_all(&request, error),
        };
        for topic in refused {
            let same = |known: &&mut OffsetCommitResponseTopic| {
                if by_id { known.topic_id == topic.topic_id } else { known.name == topic.name }
            };
            match response.topics.iter_mut().find(same) {
                Some(known) => known.partitions.extend(topic.partitions),
                None => response.topics.push(topic),
            }
        }
        response
    })
}

/// The topic with its name and id and the partitions it has; the others, and unknown topics, go to `refused`.
fn resolve(
    broker: &Broker,
    mut topic: OffsetCommitRequestTopic,
    by_id: bool,
    refused: &mut Vec<OffsetCommitResponseTopic>,
) -> Option<OffsetCommitRequestTopic> {
    let image = broker.image();
    let known = if by_id { image.topics.with_id(&topic.topic_id) } else { image.topics.named(&topic.name) };
    let Some(known) = known else {
        refused.push(refuse(&topic, &topic.partitions, topics::unknown(by_id)));
        return None;
    };
    topic.name = known.name.clone();
    topic.topic_id = known.id;
    let exists = |partition: &OffsetCommitRequestPartition| known.partitions.contains_key(&partition.partition_index);
    let (there, missing): (Vec<_>, Vec<_>) = topic.partitions.into_iter().partition(exists);
    topic.partitions = there;
    if !missing.is_empty() {
        refused.push(refuse(&topic, &missing, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION));
    }
    (!topic.partitions.is_empty()).then_some(topic)
}

fn refuse(
    topic: &OffsetCommitRequestTopic,
    partitions: &[OffsetCommitRequestPartition],
    error: ErrorCode,
) -> OffsetCommitResponseTopic {
    let partition = |partition: &OffsetCommitRequestPartition| OffsetCommitResponsePartition {
        partition_index: partition.partition_index,
        error_code: error.0,
        ..Default::default()
    };
    OffsetCommitResponseTopic {
        name: topic.name.clone(),
        topic_id: topic.topic_id,
        partitions: partitions.iter().map(partition).collect(),
        ..Default::default()
    }
}

fn refuse_all(request: &OffsetCommitRequest, error: ErrorCode) -> OffsetCommitResponse {
    let topics = request.topics.iter().map(|topic| refuse(topic, &topic.partitions, error)).collect();
    OffsetCommitResponse { topics, ..Default::default() }
}

#[cfg(test)]
mod tests;
