//! OffsetDelete (key 47), v0: a group forgets its offsets of topics that it does not read any more (KIP-496).
//!
//! Partitions that do not exist are answered here; the shard hears of the others only.

use std::collections::BTreeMap;
use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic, OffsetDeleteResponse,
    OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, mut request: OffsetDeleteRequest, _: &Context) -> Answer<OffsetDeleteResponse> {
    let mut refused = Vec::new();
    for topic in &mut request.topics {
        refused.extend(refuse_unknown(broker, topic));
    }
    request.topics.retain(|topic| !topic.partitions.is_empty());
    let groups = broker.groups.clone();
    Answer::later(async move {
        let asked =
            groups.ask(&request.group_id, |shard, reply_to, now, _| shard.delete_offsets(reply_to, &request, now));
        let decided = match asked.await {
            Ok(GroupAnswer::OffsetDelete(response)) => response,
            Ok(_) => whole(ErrorCode::UNKNOWN_SERVER_ERROR),
            Err(error) => whole(error),
        };
        if decided.error_code != ErrorCode::NONE.0 || refused.is_empty() {
            return decided;
        }
        OffsetDeleteResponse { topics: together(refused, decided.topics), ..decided }
    })
}

/// Takes partitions that do not exist out of the topic.
fn refuse_unknown(broker: &Broker, topic: &mut OffsetDeleteRequestTopic) -> Option<OffsetDeleteResponseTopic> {
    let image = broker.image();
    let known = image.topics.named(&topic.name);
    let exists = |partition: &OffsetDeleteRequestPartition| {
        known.is_some_and(|topic| topic.partitions.contains_key(&partition.partition_index))
    };
    let asked = std::mem::take(&mut topic.partitions);
    let (there, missing): (Vec<_>, Vec<_>) = asked.into_iter().partition(exists);
    topic.partitions = there;
    let partition = |partition: OffsetDeleteRequestPartition| OffsetDeleteResponsePartition {
        partition_index: partition.partition_index,
        error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION.0,
    };
    let partitions: Vec<_> = missing.into_iter().map(partition).collect();
    (!partitions.is_empty()).then(|| OffsetDeleteResponseTopic { name: topic.name.clone(), partitions })
}

/// Both answers about a topic in one place.
fn together(
    mut refused: Vec<OffsetDeleteResponseTopic>,
    decided: Vec<OffsetDeleteResponseTopic>,
) -> Vec<OffsetDeleteResponseTopic> {
    let mut places: BTreeMap<_, _> =
        refused.iter().enumerate().map(|(place, topic)| (topic.name.clone(), place)).collect();
    for topic in decided {
        match places.get(&topic.name) {
            Some(place) => refused[*place].partitions.extend(topic.partitions),
            None => {
                places.insert(topic.name.clone(), refused.len());
                refused.push(topic);
            }
        }
    }
    refused
}

fn whole(error: ErrorCode) -> OffsetDeleteResponse {
    OffsetDeleteResponse { error_code: error.0, ..Default::default() }
}

#[cfg(test)]
mod tests;
