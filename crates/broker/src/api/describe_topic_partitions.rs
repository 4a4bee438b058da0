//! DescribeTopicPartitions (key 75), v0: topics with their partitions, page by page (KIP-966).
//!
//! Topics come by name. A page ends at so many partitions, and the cursor says where the next one begins.

use std::collections::BTreeSet;
use std::sync::Arc;

use kampa_metadata::{MetadataImage, Topic};
use kampa_protocol::messages::describe_topic_partitions::{
    Cursor, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::{operations, topics};

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeTopicPartitionsRequest,
    _: &Context,
) -> Answer<DescribeTopicPartitionsResponse> {
    let image = broker.image();
    let all = request.topics.is_empty();
    let names: BTreeSet<Text> = match all {
        true => image.topics.names().cloned().collect(),
        false => request.topics.iter().map(|topic| topic.name.clone()).collect(),
    };
    if let Some(cursor) = &request.cursor
        && (cursor.partition_index < 0 || (!all && !names.contains(&cursor.topic_name)))
    {
        return Answer::Now(refused(&names));
    }
    let limit = request.response_partition_limit.min(broker.config().max_request_partition_size_limit).max(1);
    let mut page = Page { left: usize::try_from(limit).unwrap_or(1), topics: Vec::new(), next: None };
    let from = request.cursor.as_ref().map_or("", |cursor| &*cursor.topic_name);
    for name in names.iter().filter(|name| &***name >= from) {
        let first = match &request.cursor {
            Some(cursor) if cursor.topic_name == *name => cursor.partition_index,
            _ => 0,
        };
        if !page.add(&image, name, first) {
            break;
        }
    }
    Answer::Now(DescribeTopicPartitionsResponse { topics: page.topics, next_cursor: page.next, ..Default::default() })
}

struct Page {
    /// Partitions there is room for.
    left: usize,
    topics: Vec<DescribeTopicPartitionsResponseTopic>,
    next: Option<Cursor>,
}

impl Page {
    /// Adds a topic from its partition `first` on; false when the page is full.
    fn add(&mut self, image: &MetadataImage, name: &Text, first: i32) -> bool {
        let next = |partition_index| Cursor { topic_name: name.clone(), partition_index, ..Default::default() };
        if self.left == 0 {
            self.next = Some(next(0));
            return false;
        }
        let Some(topic) = image.topics.named(name) else {
            self.topics.push(unknown(name));
            return true;
        };
        let mut rest = topic.partitions.keys().copied().filter(|index| *index >= first);
        let here: Vec<i32> = rest.by_ref().take(self.left).collect();
        self.left -= here.len();
        self.topics.push(described(image, topic, &here));
        self.next = rest.next().map(next);
        self.next.is_none()
    }
}

fn described(image: &MetadataImage, topic: &Topic, indexes: &[i32]) -> DescribeTopicPartitionsResponseTopic {
    let partition = |(index, partition): (i32, &kampa_metadata::Partition)| DescribeTopicPartitionsResponsePartition {
        error_code: if partition.leader.is_none() { ErrorCode::LEADER_NOT_AVAILABLE.0 } else { 0 },
        partition_index: index,
        leader_id: partition.leader.unwrap_or(-1),
        leader_epoch: partition.leader_epoch,
        replica_nodes: partition.replicas.clone(),
        isr_nodes: partition.isr.clone(),
        eligible_leader_replicas: Some(partition.eligible_leader_replicas.clone()),
        last_known_elr: Some(partition.last_known_elr.clone()),
        offline_replicas: topics::offline(image, partition),
        ..Default::default()
    };
    let found = indexes.iter().filter_map(|index| Some((*index, &**topic.partitions.get(index)?)));
    DescribeTopicPartitionsResponseTopic {
        name: Some(topic.name.clone()),
        topic_id: topic.id,
        is_internal: topics::is_internal(&topic.name),
        partitions: found.map(partition).collect(),
        topic_authorized_operations: operations::TOPIC,
        ..Default::default()
    }
}

fn unknown(name: &Text) -> DescribeTopicPartitionsResponseTopic {
    let illegal = topics::check_name(name).is_err();
    let error = if illegal { ErrorCode::INVALID_TOPIC_EXCEPTION } else { ErrorCode::UNKNOWN_TOPIC_OR_PARTITION };
    DescribeTopicPartitionsResponseTopic {
        error_code: error.0,
        name: Some(name.clone()),
        is_internal: topics::is_internal(name),
        topic_authorized_operations: operations::TOPIC,
        ..Default::default()
    }
}

/// A cursor that does not go with the topics asked for.
fn refused(names: &BTreeSet<Text>) -> DescribeTopicPartitionsResponse {
    let topic = |name: &Text| DescribeTopicPartitionsResponseTopic {
        error_code: ErrorCode::INVALID_REQUEST.0,
        name: Some(name.clone()),
        ..Default::default()
    };
    DescribeTopicPartitionsResponse { topics: names.iter().map(topic).collect(), ..Default::default() }
}
