//! Kafka's bytes on disk: record batches, indexes, checkpoints; one module per kind of file.
//!
//! Pure: takes bytes, gives bytes. Knows no file system, no clock and no partition. Whatever the bytes hold, nothing
//! here panics or allocates more than they back; where a format can unfold (compression), the caller names the cap.
//! A directory written by Apache Kafka is read, and Apache Kafka reads ours: `golden/` holds files that it wrote.

pub mod batch;
pub mod clean_shutdown;
pub mod compression;
pub mod leader_epoch_checkpoint;
pub mod log_file_name;
pub mod meta_properties;
pub mod offset_checkpoint;
pub mod offset_index;
pub mod partition_dir_name;
pub mod partition_metadata;
pub mod producer_snapshot;
pub mod quorum_state;
pub mod snapshot_name;
pub mod sync_journal;
pub mod time_index;
pub mod txn_index;

mod checkpoint;
mod json;

#[cfg(test)]
mod testing;
