//! Where a log's bytes lie: segments, indexes, recovery, retention, the log directory.
//!
//! A [`Log`] is an ordered list of segments in one folder, in Apache Kafka's formats to the byte; a [`LogDir`] is the directory
//! those folders lie in. Neither knows topics' leaders, producers or watermarks: whoever appends has stamped the batches, and
//! whoever reads says up to which offset.
//!
//! Three ends: `log_end` is written (page cache), `durable_end` is on the medium, `recovery_point` is there in the segments.
//! Appends run inline in the caller; what may block (sync, cold reads, recovery) goes through `World::offload`. Readers never
//! wait for the writer.

mod cold_reads;
mod config;
mod damage;
mod journal;
mod log;
mod log_dir;
mod read_buffers;
mod salvage;
mod segment;
#[cfg(test)]
mod testing;
mod together;
mod volume;
mod walk;

pub use config::LogConfig;
pub use journal::JOURNAL_BYTES;
pub use log::{
    Appended, BatchSummary, CompactError, Compacted, Compaction, CompactionBounds, CompactionStep, Dirtiness, Log,
    LogRead, OpenAs, Protects, ReadError, Recovered, Retained, Scrubbed, SegmentInfo, TimestampOffset,
};
pub use log_dir::{Checkpoint, LogDir, LogDirOptions, OPEN_SEGMENTS_MAX, OpenDirError, PartitionFolder, fresh_id};
pub use salvage::next_whole_batch;
pub use together::Together;
