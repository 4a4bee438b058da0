//! The settings of one log: plain numbers, Kafka's topic settings by their meaning. Replaced as a whole at run time.

/// Settings of a log; the default is Kafka's. Where Kafka says "off" with -1 or the largest long, so do these.
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// `segment.bytes`: a segment that would grow beyond is rolled.
    pub segment_bytes: u64,
    /// `segment.ms`: a segment whose first batch is older than the newest record by more is rolled.
    pub segment_ms: i64,
    /// `segment.jitter.ms`: up to so much is taken off `segment_ms`, by chance per segment, so that logs do not roll together.
    pub segment_jitter_ms: i64,
    /// `index.interval.bytes`: bytes of batches between two index entries.
    pub index_interval_bytes: u32,
    /// `segment.index.bytes`: a segment whose index reaches this size is rolled.
    pub index_size_max_bytes: u32,
    /// `flush.messages`: sync when so many records are unsynced; `i64::MAX` leaves it to the system.
    pub flush_messages: i64,
    /// `flush.ms`: sync when a record has been unsynced for so long; `i64::MAX` leaves it to the system.
    pub flush_ms: i64,
    /// `retention.ms`: delete segments whose newest record is older; -1 never.
    pub retention_ms: i64,
    /// `retention.bytes`: delete the oldest segments beyond so many bytes; -1 never.
    pub retention_bytes: i64,
    /// `file.delete.delay.ms`: how long a deleted file stays, renamed, for those who still read it.
    pub file_delete_delay_ms: i64,
    /// `cleanup.policy` contains `delete`: retention by time and size applies.
    pub delete: bool,
    /// `cleanup.policy` contains `compact`.
    pub compact: bool,
    /// `min.cleanable.dirty.ratio`: compact when more than this share of the log waits for it.
    pub min_cleanable_dirty_ratio: f64,
    /// `min.compaction.lag.ms`: records stay as they are for so long.
    pub min_compaction_lag_ms: i64,
    /// `max.compaction.lag.ms`: records are offered to compaction after so long, however clean the log is; `i64::MAX` never.
    pub max_compaction_lag_ms: i64,
    /// `delete.retention.ms`: tombstones stay for so long after compaction first met them.
    pub delete_retention_ms: i64,
}

impl Default for LogConfig {
    fn default() -> LogConfig {
        LogConfig {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3_600_000,
            segment_jitter_ms: 0,
            index_interval_bytes: 4096,
            index_size_max_bytes: 10 << 20,
            flush_messages: i64::MAX,
            flush_ms: i64::MAX,
            retention_ms: 7 * 24 * 3_600_000,
            retention_bytes: -1,
            file_delete_delay_ms: 60_000,
            delete: true,
            compact: false,
            min_cleanable_dirty_ratio: 0.5,
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: i64::MAX,
            delete_retention_ms: 24 * 3_600_000,
        }
    }
}

impl LogConfig {
    /// After how much of its records' time a segment is rolled: the active one is not compacted, so a compacted log does not keep
    /// one for longer than its records may wait.
    pub(crate) fn roll_ms(&self) -> i64 {
        let is_bound = self.compact && self.max_compaction_lag_ms > 0;
        if is_bound { self.segment_ms.min(self.max_compaction_lag_ms) } else { self.segment_ms }
    }
}
