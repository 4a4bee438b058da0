//! The settings of one log: plain numbers, Kafka's topic settings by their meaning. Replaced as a whole at run time.

/// Settings of a log; the default is Kafka's. Where Kafka says "off" with -1 or the largest long, so do these.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        }
    }
}
