//! OffsetFetch (key 9): how far a group came. A read: nothing is recorded.
//!
//! The shard answers for one group. Old versions ask for one group in the request itself, later ones for several, which may
//! live in other shards: `asked_groups` takes a request of any version apart, `fetch_response` puts the answers together.
//! Topics come with their names filled in; the caller resolves ids (version 10), and answers UNKNOWN_TOPIC_ID itself.

use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopics, OffsetFetchResponseGroup, OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions, OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use kampa_protocol::messages::{OffsetFetchRequest, OffsetFetchResponse};
use kampa_protocol::{ErrorCode, Text};

use super::GroupShard;
use super::offsets::{CommittedOffset, GroupOffsets};

impl GroupShard {
    /// Without topics: everything the group has committed. A group that is not there has committed nothing, which is no error.
    pub fn fetch_offsets(&self, asked: &OffsetFetchRequestGroup) -> OffsetFetchResponseGroup {
        let offsets = self.offsets.of_group(&asked.group_id).filter(|_| self.groups.contains_key(&*asked.group_id));
        let topics = match &asked.topics {
            Some(topics) => topics.iter().map(|topic| fetch_topic(topic, offsets)).collect(),
            None => offsets.into_iter().flatten().map(|(name, partitions)| fetch_all(name, partitions)).collect(),
        };
        OffsetFetchResponseGroup { group_id: asked.group_id.clone(), topics, ..Default::default() }
    }
}

fn fetch_topic(asked: &OffsetFetchRequestTopics, offsets: Option<&GroupOffsets>) -> OffsetFetchResponseTopics {
    let committed = offsets.and_then(|topics| topics.get(&*asked.name));
    let fetch = |partition: &i32| {
        let found = committed.and_then(|partitions| partitions.get(partition));
        match found.filter(|found| found.may_belong_to(asked.topic_id)) {
            Some(found) => shown(*partition, found),
            None => absent(*partition, ErrorCode::NONE),
        }
    };
    let partitions = asked.partition_indexes.iter().map(fetch).collect();
    OffsetFetchResponseTopics { name: asked.name.clone(), topic_id: asked.topic_id, partitions, ..Default::default() }
}

fn fetch_all<'a>(
    name: &Text,
    partitions: impl IntoIterator<Item = (&'a i32, &'a CommittedOffset)>,
) -> OffsetFetchResponseTopics {
    let partitions = partitions.into_iter().map(|(partition, found)| shown(*partition, found)).collect();
    OffsetFetchResponseTopics { name: name.clone(), partitions, ..Default::default() }
}

fn shown(partition_index: i32, found: &CommittedOffset) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions {
        partition_index,
        committed_offset: found.offset,
        committed_leader_epoch: found.leader_epoch,
        metadata: Some(found.metadata.clone()),
        ..Default::default()
    }
}

fn absent(partition_index: i32, error: ErrorCode) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions {
        partition_index,
        committed_offset: NO_OFFSET,
        committed_leader_epoch: NO_EPOCH,
        metadata: Some(Text::default()),
        error_code: error.into(),
        ..Default::default()
    }
}

/// The groups a request asks for, whatever its version.
pub fn asked_groups(request: &OffsetFetchRequest, version: i16) -> Vec<OffsetFetchRequestGroup> {
    if version >= SEVERAL_GROUPS_FROM {
        return request.groups.clone();
    }
    let topics = request.topics.as_ref().map(|topics| {
        let modern =
            |topic: &kampa_protocol::messages::offset_fetch::OffsetFetchRequestTopic| OffsetFetchRequestTopics {
                name: topic.name.clone(),
                partition_indexes: topic.partition_indexes.clone(),
                ..Default::default()
            };
        topics.iter().map(modern).collect()
    });
    vec![OffsetFetchRequestGroup { group_id: request.group_id.clone(), topics, ..Default::default() }]
}

/// The answer for a group that cannot be asked. Version 1 has no room for an error of the group, so each partition says it.
pub fn refuse_fetch(asked: &OffsetFetchRequestGroup, version: i16, error: ErrorCode) -> OffsetFetchResponseGroup {
    let mut answer = OffsetFetchResponseGroup { group_id: asked.group_id.clone(), ..Default::default() };
    if version >= GROUP_ERROR_FROM {
        answer.error_code = error.into();
        return answer;
    }
    let refuse = |topic: &OffsetFetchRequestTopics| OffsetFetchResponseTopics {
        name: topic.name.clone(),
        partitions: topic.partition_indexes.iter().map(|partition| absent(*partition, error)).collect(),
        ..Default::default()
    };
    answer.topics = asked.topics.iter().flatten().map(refuse).collect();
    answer
}

/// The response to `asked_groups`, whatever its version.
pub fn fetch_response(groups: Vec<OffsetFetchResponseGroup>, version: i16) -> OffsetFetchResponse {
    if version >= SEVERAL_GROUPS_FROM {
        return OffsetFetchResponse { groups, ..Default::default() };
    }
    let only = groups.into_iter().next().unwrap_or_default();
    let topics = only.topics.into_iter().map(in_old_words).collect();
    OffsetFetchResponse { topics, error_code: only.error_code, ..Default::default() }
}

fn in_old_words(topic: OffsetFetchResponseTopics) -> OffsetFetchResponseTopic {
    let old = |partition: OffsetFetchResponsePartitions| OffsetFetchResponsePartition {
        partition_index: partition.partition_index,
        committed_offset: partition.committed_offset,
        committed_leader_epoch: partition.committed_leader_epoch,
        metadata: partition.metadata,
        error_code: partition.error_code,
        ..Default::default()
    };
    OffsetFetchResponseTopic {
        name: topic.name,
        partitions: topic.partitions.into_iter().map(old).collect(),
        ..Default::default()
    }
}

/// Nothing committed.
const NO_OFFSET: i64 = -1;

/// The epoch of nothing.
const NO_EPOCH: i32 = -1;

/// From this version of OffsetFetch on, a request names a list of groups.
const SEVERAL_GROUPS_FROM: i16 = 8;

/// From this version of OffsetFetch on, the answer has an error of its own.
const GROUP_ERROR_FROM: i16 = 2;
