//! The committed offsets of a shard's groups, as replay has left them.
//!
//! They live beside the groups and not in them: a group of another kind that takes over an id takes its offsets too.
//! Invariant: no group and no topic is kept without offsets in it.

use std::collections::BTreeMap;

use kampa_protocol::records::group::{OffsetCommitKey, OffsetCommitValue};
use kampa_protocol::{Text, Uuid};

use super::record::NEVER;

#[derive(Default)]
pub(crate) struct Offsets {
    by_group: BTreeMap<Text, GroupOffsets>,
    count: usize,
}

/// By topic name, then by partition.
pub(crate) type GroupOffsets = BTreeMap<Text, BTreeMap<i32, CommittedOffset>>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommittedOffset {
    pub offset: i64,
    /// -1 when the client did not say.
    pub leader_epoch: i32,
    pub metadata: Text,
    pub commit_timestamp_ms: i64,
    /// Set only by clients that still send a retention time of their own.
    pub expire_timestamp_ms: Option<i64>,
    /// Zero when the record is older than topic ids.
    pub topic_id: Uuid,
}

impl CommittedOffset {
    fn from_record(value: &OffsetCommitValue) -> CommittedOffset {
        CommittedOffset {
            offset: value.offset,
            leader_epoch: value.leader_epoch,
            metadata: value.metadata.detached(),
            commit_timestamp_ms: value.commit_timestamp,
            expire_timestamp_ms: Some(value.expire_timestamp).filter(|expire_ms| *expire_ms != NEVER),
            topic_id: value.topic_id,
        }
    }

    /// Whether the offset may have been committed to a topic with this id. Either side may not know.
    pub fn may_belong_to(&self, topic_id: Uuid) -> bool {
        topic_id.is_zero() || self.topic_id.is_zero() || self.topic_id == topic_id
    }
}

/// Topic, partition and offset, in the order of the names.
pub(crate) fn positions(group: &GroupOffsets) -> Vec<(Text, i32, i64)> {
    let of_topic = |(topic, all): (&Text, &BTreeMap<i32, CommittedOffset>)| -> Vec<_> {
        all.iter().map(|(partition, committed)| (topic.clone(), *partition, committed.offset)).collect()
    };
    group.iter().flat_map(of_topic).collect()
}

impl Offsets {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn of_group(&self, group_id: &str) -> Option<&GroupOffsets> {
        self.by_group.get(group_id)
    }

    pub fn groups(&self) -> impl Iterator<Item = (&Text, &GroupOffsets)> {
        self.by_group.iter()
    }

    pub fn put(&mut self, key: &OffsetCommitKey, value: &OffsetCommitValue) {
        let topics = match self.by_group.get_mut(&*key.group) {
            Some(topics) => topics,
            None => self.by_group.entry(key.group.detached()).or_default(),
        };
        let partitions = match topics.get_mut(&*key.topic) {
            Some(partitions) => partitions,
            None => topics.entry(key.topic.detached()).or_default(),
        };
        if partitions.insert(key.partition, CommittedOffset::from_record(value)).is_none() {
            self.count += 1;
        }
    }

    pub fn remove(&mut self, group_id: &str, topic: &str, partition: i32) {
        let Some(topics) = self.by_group.get_mut(group_id) else { return };
        let Some(partitions) = topics.get_mut(topic) else { return };
        if partitions.remove(&partition).is_some() {
            self.count -= 1;
        }
        if partitions.is_empty() {
            topics.remove(topic);
        }
        if topics.is_empty() {
            self.by_group.remove(group_id);
        }
    }
}
