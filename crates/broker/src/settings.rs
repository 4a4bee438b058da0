//! From settings as the operator writes them to the plain numbers each room works with: one function for each room.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kampa_configs::{self as configs, BrokerConfig, CompressionType, TopicConfig};
use kampa_coordinators::GroupSettings;
use kampa_formats::batch::TimestampType;
use kampa_formats::compression::{Codec, Compression};
use kampa_kraft::Settings as MetadataLogSettings;
use kampa_replication::{Durability, PartitionConfig, TopicCompression};
use kampa_storage::{CompactionBounds, LogConfig};
use kampa_transport::{AcceptLimits, ConnectionLimits};
use kampa_world::World;

use crate::node::StartError;
use crate::quotas::Window;

pub fn groups(config: &BrokerConfig) -> GroupSettings {
    GroupSettings {
        initial_rebalance_delay_ms: i64::from(config.group_initial_rebalance_delay_ms),
        min_session_timeout_ms: config.group_min_session_timeout_ms,
        max_session_timeout_ms: config.group_max_session_timeout_ms,
        max_size: usize::try_from(config.group_max_size).unwrap_or(usize::MAX),
        offset_metadata_max: usize::try_from(config.offset_metadata_max_bytes).unwrap_or(0),
        offsets_retention_ms: i64::from(config.offsets_retention_minutes) * 60_000,
        offsets_retention_check_interval_ms: config.offsets_retention_check_interval_ms,
    }
}

pub fn metadata_log(config: &BrokerConfig) -> MetadataLogSettings {
    MetadataLogSettings {
        segment_bytes: u64::try_from(config.metadata_log_segment_bytes).unwrap_or(0),
        segment_ms: config.metadata_log_segment_ms,
        snapshot_after_bytes: u64::try_from(config.metadata_log_max_record_bytes_between_snapshots).unwrap_or(0),
        snapshot_after_ms: config.metadata_log_max_snapshot_interval_ms,
    }
}

/// How clients' use is measured, and how their changes of the metadata are.
pub fn quota_windows(config: &BrokerConfig) -> (Window, Window) {
    let window = |samples: i32, seconds: i32| Window {
        samples: usize::try_from(samples).unwrap_or(1).max(1),
        sample_ms: u64::try_from(seconds).unwrap_or(1).max(1) * 1000,
    };
    (
        window(config.quota_window_num, config.quota_window_size_seconds),
        window(config.controller_quota_window_num, config.controller_quota_window_size_seconds),
    )
}

pub fn connection_limits(config: &BrokerConfig) -> ConnectionLimits {
    ConnectionLimits {
        request_bytes_max: usize::try_from(config.socket_request_max_bytes).unwrap_or(0),
        // Kafka counts a negative time as for ever.
        idle_max: u64::try_from(config.connections_max_idle_ms).ok().map(Duration::from_millis),
    }
}

/// Names among the exceptions are looked up once; an error says which one has no address.
pub async fn accept_limits(world: &World, config: &BrokerConfig) -> Result<AcceptLimits, StartError> {
    let count = |count: i32| usize::try_from(count).unwrap_or(0);
    let mut exceptions = BTreeMap::new();
    for (host, connections_max) in &config.max_connections_per_ip_overrides {
        let failed = |error| StartError::ConnectionOverride { host: host.clone(), error };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        for address in world.net().resolve(bare, 0).await.map_err(failed)? {
            exceptions.insert(address.ip().to_canonical(), count(*connections_max));
        }
    }
    Ok(AcceptLimits {
        connections_max: count(config.max_connections),
        connections_per_address_max: count(config.max_connections_per_ip),
        connections_by_address_max: Arc::new(exceptions),
    })
}

/// A topic's log.
pub fn log(topic: &TopicConfig) -> LogConfig {
    LogConfig {
        segment_bytes: u64::try_from(topic.segment_size_bytes()).unwrap_or(0),
        segment_ms: topic.segment_ms,
        segment_jitter_ms: topic.segment_jitter_ms,
        index_interval_bytes: u32::try_from(topic.index_interval_bytes).unwrap_or(0),
        index_size_max_bytes: u32::try_from(topic.segment_index_bytes).unwrap_or(0),
        flush_messages: topic.flush_messages,
        flush_ms: topic.flush_ms,
        retention_ms: topic.retention_ms,
        retention_bytes: topic.retention_bytes,
        file_delete_delay_ms: topic.file_delete_delay_ms,
        delete: topic.cleanup_policy.delete,
        compact: topic.cleanup_policy.compact,
        min_cleanable_dirty_ratio: topic.min_cleanable_dirty_ratio,
        min_compaction_lag_ms: topic.min_compaction_lag_ms,
        max_compaction_lag_ms: topic.max_compaction_lag_ms,
        delete_retention_ms: topic.delete_retention_ms,
    }
}

/// What the cleaner may take.
pub struct CleanerSettings {
    /// Partitions compacted at once.
    pub threads: usize,
    /// Pause when there is nothing to do.
    pub backoff: Duration,
    /// Bytes read and written in a second, by all together.
    pub bytes_per_second: f64,
    /// Of one compaction: what is for all is shared out.
    pub bounds: CompactionBounds,
}

pub fn cleaner(config: &BrokerConfig) -> CleanerSettings {
    let threads = usize::try_from(config.log_cleaner_threads).unwrap_or(0);
    let share = |bytes: i64| usize::try_from(bytes).unwrap_or(0) / threads.max(1);
    CleanerSettings {
        threads,
        backoff: Duration::from_millis(u64::try_from(config.log_cleaner_backoff_ms).unwrap_or(0).max(1)),
        bytes_per_second: config.log_cleaner_io_max_bytes_per_second,
        bounds: CompactionBounds {
            key_bytes_max: share(config.log_cleaner_dedupe_buffer_size),
            load_factor: config.log_cleaner_io_buffer_load_factor,
            // One half to read into, one to write from.
            io_bytes: share(config.log_cleaner_io_buffer_size.into()) / 2,
        },
    }
}

/// A topic's partitions.
pub fn partition(topic: &TopicConfig, broker: &BrokerConfig) -> PartitionConfig {
    PartitionConfig {
        log: Arc::new(log(topic)),
        max_message_bytes: usize::try_from(topic.max_message_bytes).unwrap_or(0),
        max_decompressed_message_bytes: usize::try_from(topic.max_decompressed_message_bytes).unwrap_or(0),
        timestamp_type: match topic.message_timestamp_type {
            configs::TimestampType::CreateTime => TimestampType::CreateTime,
            configs::TimestampType::LogAppendTime => TimestampType::LogAppendTime,
        },
        timestamp_before_max_ms: topic.message_timestamp_before_max_ms,
        timestamp_after_max_ms: topic.message_timestamp_after_max_ms,
        compression: compression(topic),
        min_insync_replicas: topic.min_insync_replicas,
        // What Kafka promises a topic that asks for nothing; `flush.messages=1` asks for more.
        durability: Durability::PageCache,
        producer_id_expiration_ms: i64::from(broker.producer_id_expiration_ms),
    }
}

fn compression(topic: &TopicConfig) -> TopicCompression {
    let of = |codec, level| TopicCompression::As(Compression { codec, level: Some(level) });
    let plain = |codec| TopicCompression::As(Compression::of(codec));
    match topic.compression_type {
        CompressionType::Producer => TopicCompression::Producer,
        CompressionType::Uncompressed => plain(Codec::None),
        CompressionType::Gzip => of(Codec::Gzip, topic.compression_gzip_level),
        CompressionType::Snappy => plain(Codec::Snappy),
        CompressionType::Lz4 => of(Codec::Lz4, topic.compression_lz4_level),
        CompressionType::Zstd => of(Codec::Zstd, topic.compression_zstd_level),
    }
}
