//! The settings of one partition: plain numbers, Kafka's topic settings by their meaning. Replaced as a whole at run time, and shared
//! by a topic's partitions.

use std::sync::Arc;

use kampa_formats::batch::TimestampType;
use kampa_formats::compression::{Codec, Compression};
use kampa_storage::LogConfig;

/// Settings of a partition; the default is Kafka's.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionConfig {
    /// Where the bytes lie; `compact` also demands a key of every record, and `delete` allows DeleteRecords.
    pub log: Arc<LogConfig>,
    /// `max.message.bytes`: the largest batch.
    pub max_message_bytes: usize,
    /// `max.decompressed.message.bytes`: the largest record a compressed batch may hold.
    pub max_decompressed_message_bytes: usize,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`.
    pub timestamp_after_max_ms: i64,
    /// `compression.type` and the level that goes with it.
    pub compression: TopicCompression,
    /// `min.insync.replicas`.
    pub min_insync_replicas: i32,
    /// What an acknowledgement and the high watermark wait for.
    pub durability: Durability,
    /// `producer.id.expiration.ms`: producers that are silent for so long are forgotten.
    pub producer_id_expiration_ms: i64,
}

/// How batches lie in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicCompression {
    /// As the producer sent them.
    Producer,
    /// With this codec: batches that come with another are compressed anew.
    As(Compression),
}

impl TopicCompression {
    /// The codec and level for a batch that came with `source`.
    pub(crate) fn target(self, source: Codec) -> Compression {
        match self {
            TopicCompression::Producer => Compression::of(source),
            TopicCompression::As(compression) => compression,
        }
    }
}

/// How safe a record is before it is acknowledged and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The system has it: it outlives the process, not a power cut. Kafka's way, which relies on replicas.
    PageCache,
    /// It is on the medium. Appends that come while a sync runs share the next one.
    Synced,
}

impl Default for PartitionConfig {
    fn default() -> PartitionConfig {
        PartitionConfig {
            log: Arc::default(),
            max_message_bytes: 1_048_588,
            max_decompressed_message_bytes: 2_147_483_639,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: i64::MAX,
            timestamp_after_max_ms: 3_600_000,
            compression: TopicCompression::Producer,
            min_insync_replicas: 1,
            durability: Durability::PageCache,
            producer_id_expiration_ms: 86_400_000,
        }
    }
}

impl PartitionConfig {
    /// Whether nobody hears of a record before it is on the medium: `flush.messages=1` means the same in Kafka's words.
    pub(crate) fn is_synced(&self) -> bool {
        self.durability == Durability::Synced || self.log.flush_messages <= 1
    }
}
