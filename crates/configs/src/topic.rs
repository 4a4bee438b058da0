//! The settings of a topic, typed: the broker's defaults with the topic's own over them.

use crate::broker::BrokerConfig;
use crate::read::{CleanupPolicy, CompressionType, FromValue, TimestampType, field};
use crate::setting::Scope;
use crate::table;
use crate::value::InvalidConfig;

macro_rules! topic_config {
    ( $( $field:ident: $type:ty = $key:literal, from $broker:ident => $default:expr; )* ) => {
        /// The settings of a topic. A field is the setting it is named after.
        #[derive(Clone, Debug, PartialEq)]
        pub struct TopicConfig {
            $( #[doc = concat!("`", $key, "`.")] pub $field: $type, )*
        }

        impl TopicConfig {
            /// Every topic setting.
            pub const KEYS: &'static [&'static str] = &[$($key,)*];

            /// What a topic has that says nothing itself.
            pub fn of(broker: &BrokerConfig) -> TopicConfig {
                TopicConfig { $( $field: { let $broker = broker; $default }, )* }
            }

            /// Takes one setting of the topic's own.
            pub fn set(&mut self, key: &str, text: &str) -> Result<(), InvalidConfig> {
                match key {
                    $( $key => self.$field = read($key, text)?, )*
                    unknown => return Err(InvalidConfig(format!("Unknown topic config name: {unknown}"))),
                }
                Ok(())
            }
        }

        #[cfg(test)]
        /// Every field's key, and whether the field's type suits the setting.
        pub(crate) const SUITS: &[(&str, fn() -> bool)] =
            &[$(($key, || crate::read::suits::<$type>(Scope::Topic, $key)),)*];
    };
}

topic_config! {
    cleanup_policy: CleanupPolicy = "cleanup.policy", from broker => broker.log_cleanup_policy;
    compression_type: CompressionType = "compression.type", from broker => broker.compression_type;
    compression_gzip_level: i32 = "compression.gzip.level", from broker => broker.compression_gzip_level;
    compression_lz4_level: i32 = "compression.lz4.level", from broker => broker.compression_lz4_level;
    compression_zstd_level: i32 = "compression.zstd.level", from broker => broker.compression_zstd_level;
    delete_retention_ms: i64 = "delete.retention.ms", from broker => broker.log_cleaner_delete_retention_ms;
    errors_deadletterqueue_group_enable: bool = "errors.deadletterqueue.group.enable", from _broker => false;
    file_delete_delay_ms: i64 = "file.delete.delay.ms", from broker => broker.log_segment_delete_delay_ms;
    flush_messages: i64 = "flush.messages", from broker => broker.log_flush_interval_messages;
    flush_ms: i64 = "flush.ms", from broker => broker.log_flush_interval_ms;
    follower_replication_throttled_replicas: Vec<String> = "follower.replication.throttled.replicas", from _broker => vec![];
    index_interval_bytes: i32 = "index.interval.bytes", from broker => broker.log_index_interval_bytes;
    internal_segment_bytes: Option<i32> = "internal.segment.bytes", from _broker => None;
    leader_replication_throttled_replicas: Vec<String> = "leader.replication.throttled.replicas", from _broker => vec![];
    local_retention_bytes: i64 = "local.retention.bytes", from broker => broker.log_local_retention_bytes;
    local_retention_ms: i64 = "local.retention.ms", from broker => broker.log_local_retention_ms;
    max_compaction_lag_ms: i64 = "max.compaction.lag.ms", from broker => broker.log_cleaner_max_compaction_lag_ms;
    max_decompressed_message_bytes: i32 = "max.decompressed.message.bytes",
        from broker => broker.max_decompressed_message_bytes;
    max_message_bytes: i32 = "max.message.bytes", from broker => broker.message_max_bytes;
    message_timestamp_after_max_ms: i64 = "message.timestamp.after.max.ms",
        from broker => broker.log_message_timestamp_after_max_ms;
    message_timestamp_before_max_ms: i64 = "message.timestamp.before.max.ms",
        from broker => broker.log_message_timestamp_before_max_ms;
    message_timestamp_type: TimestampType = "message.timestamp.type", from broker => broker.log_message_timestamp_type;
    min_cleanable_dirty_ratio: f64 = "min.cleanable.dirty.ratio", from broker => broker.log_cleaner_min_cleanable_ratio;
    min_compaction_lag_ms: i64 = "min.compaction.lag.ms", from broker => broker.log_cleaner_min_compaction_lag_ms;
    min_insync_replicas: i32 = "min.insync.replicas", from broker => broker.min_insync_replicas;
    preallocate: bool = "preallocate", from broker => broker.log_preallocate;
    remote_copy_lag_bytes: i64 = "remote.copy.lag.bytes", from broker => broker.log_remote_copy_lag_bytes;
    remote_copy_lag_ms: i64 = "remote.copy.lag.ms", from broker => broker.log_remote_copy_lag_ms;
    remote_log_copy_disable: bool = "remote.log.copy.disable", from _broker => false;
    remote_log_delete_on_disable: bool = "remote.log.delete.on.disable", from _broker => false;
    remote_storage_enable: bool = "remote.storage.enable", from _broker => false;
    retention_bytes: i64 = "retention.bytes", from broker => broker.log_retention_bytes;
    retention_ms: i64 = "retention.ms", from broker => broker.log_retention_ms;
    segment_bytes: i32 = "segment.bytes", from broker => broker.log_segment_bytes;
    segment_index_bytes: i32 = "segment.index.bytes", from broker => broker.log_index_size_max_bytes;
    segment_jitter_ms: i64 = "segment.jitter.ms", from broker => broker.log_roll_jitter_ms;
    segment_ms: i64 = "segment.ms", from broker => broker.log_roll_ms;
    unclean_leader_election_enable: bool = "unclean.leader.election.enable",
        from broker => broker.unclean_leader_election_enable;
}

impl TopicConfig {
    /// The settings a topic has with these of its own, or why they are refused: an unknown name first, then a value, then
    /// what two values must not say together. A topic may not set a key to null.
    pub fn resolve<'a>(
        broker: &BrokerConfig,
        own: impl IntoIterator<Item = (&'a str, Option<&'a str>)> + Clone,
    ) -> Result<TopicConfig, InvalidConfig> {
        let nulls: Vec<&str> = own.clone().into_iter().filter(|(_, text)| text.is_none()).map(|(key, _)| key).collect();
        if !nulls.is_empty() {
            return Err(InvalidConfig(format!("Null value not supported for topic configs: {}", nulls.join(","))));
        }
        if let Some((unknown, _)) = own.clone().into_iter().find(|(key, _)| !TopicConfig::KEYS.contains(key)) {
            return Err(InvalidConfig(format!("Unknown topic config name: {unknown}")));
        }
        let mut config = TopicConfig::of(broker);
        for (key, text) in own {
            config.set(key, text.unwrap_or_default())?;
        }
        config.check()?;
        Ok(config)
    }

    /// The size at which segments roll: the internal setting, for tests, goes below the public minimum.
    pub fn segment_size_bytes(&self) -> i32 {
        self.internal_segment_bytes.unwrap_or(self.segment_bytes)
    }

    /// What two settings must not say together.
    fn check(&self) -> Result<(), InvalidConfig> {
        if self.min_compaction_lag_ms > self.max_compaction_lag_ms {
            return Err(InvalidConfig(format!(
                "conflict topic config setting min.compaction.lag.ms ({}) > max.compaction.lag.ms ({})",
                self.min_compaction_lag_ms, self.max_compaction_lag_ms
            )));
        }
        if self.remote_storage_enable {
            return Err(InvalidConfig(
                "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

fn read<T: FromValue>(key: &'static str, text: &str) -> Result<T, InvalidConfig> {
    let Some(setting) = table::find(Scope::Topic, key) else {
        return Err(InvalidConfig(format!("Unknown topic config name: {key}")));
    };
    Ok(field(key, &setting.parse(text)?))
}

#[cfg(test)]
mod tests;
