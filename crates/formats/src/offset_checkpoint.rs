//! The four files of a log directory that hold one offset per partition.
//!
//! ```text
//! 0               version
//! 2               entries
//! orders 0 120    topic, partition, offset
//! orders 1 97
//! ```
//!
//! In no order. A partition that is not listed stands at the default: recovery point 0, high watermark 0, log start at
//! the first segment, cleaner at the beginning.

use kampa_protocol::Text;

pub use crate::checkpoint::CheckpointError;

use crate::checkpoint;

/// Up to where each partition is known to be on the medium.
pub const RECOVERY_POINT: &str = "recovery-point-offset-checkpoint";
/// High watermarks.
pub const REPLICATION: &str = "replication-offset-checkpoint";
/// Log start offsets that records deletion moved beyond the first segment's base.
pub const LOG_START: &str = "log-start-offset-checkpoint";
/// Up to where each compacted partition is clean.
pub const CLEANER: &str = "cleaner-offset-checkpoint";

/// A partition's offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionOffset {
    /// The topic's name.
    pub topic: Text,
    /// The partition's number.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
}

/// The file.
pub fn encode(entries: &[PartitionOffset]) -> String {
    checkpoint::encode(entries.iter().map(|entry| format!("{} {} {}", &*entry.topic, entry.partition, entry.offset)))
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<Vec<PartitionOffset>, CheckpointError> {
    checkpoint::decode(file, "a topic, a partition and an offset", |fields| {
        let topic = Text::from(fields.next()?);
        Some(PartitionOffset { topic, partition: fields.next()?.parse().ok()?, offset: fields.next()?.parse().ok()? })
    })
}

#[cfg(test)]
mod tests;
