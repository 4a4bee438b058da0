//! What a consumer hands out: records, and offsets with what belongs to them.

use std::sync::Arc;

use bytes::Bytes;
pub use kampa_formats::batch::{RecordHeader, TimestampType};

use super::TopicPartition;

/// A record that was read. Key, value and headers share the buffer of the answer they came in.
#[derive(Clone, Debug)]
pub struct ConsumerRecord {
    pub topic: Arc<str>,
    pub partition: i32,
    pub offset: i64,
    /// Of the leader that wrote it, where it is known.
    pub leader_epoch: Option<i32>,
    /// Milliseconds since 1970; -1 for none.
    pub timestamp_ms: i64,
    pub timestamp_type: TimestampType,
    pub key: Option<Bytes>,
    /// None is a tombstone.
    pub value: Option<Bytes>,
    pub headers: Vec<RecordHeader>,
}

/// What one poll gave: partition by partition, each in the order of its offsets.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub(super) partitions: Vec<(TopicPartition, Vec<ConsumerRecord>)>,
}

impl Records {
    pub fn len(&self) -> usize {
        self.partitions.iter().map(|(_, records)| records.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &ConsumerRecord> {
        self.partitions.iter().flat_map(|(_, records)| records)
    }

    /// The records of each partition that has some.
    pub fn partitions(&self) -> impl Iterator<Item = (&TopicPartition, &[ConsumerRecord])> {
        self.partitions.iter().map(|(partition, records)| (partition, records.as_slice()))
    }
}

impl IntoIterator for Records {
    type Item = ConsumerRecord;
    type IntoIter = std::iter::FlatMap<
        std::vec::IntoIter<(TopicPartition, Vec<ConsumerRecord>)>,
        Vec<ConsumerRecord>,
        fn((TopicPartition, Vec<ConsumerRecord>)) -> Vec<ConsumerRecord>,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.partitions.into_iter().flat_map(|(_, records)| records)
    }
}

/// An offset to go on from, as it is committed: of the next record to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetAndMetadata {
    pub offset: i64,
    /// Of the record before: shows whether the log was cut back below it meanwhile.
    pub leader_epoch: Option<i32>,
    pub metadata: String,
}

impl From<i64> for OffsetAndMetadata {
    fn from(offset: i64) -> OffsetAndMetadata {
        OffsetAndMetadata { offset, ..OffsetAndMetadata::default() }
    }
}

/// The first record at or after a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffsetAndTimestamp {
    pub offset: i64,
    pub timestamp_ms: i64,
    pub leader_epoch: Option<i32>,
}
