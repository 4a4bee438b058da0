//! `leader-epoch-checkpoint`: where each leader's records begin in a partition.
//!
//! ```text
//! 0          version
//! 2          entries
//! 0 0        epoch, offset of its first record
//! 3 1204
//! ```
//!
//! Epochs rise and offsets rise; the first entry moves up with the log start offset.

pub use crate::checkpoint::CheckpointError;

use crate::checkpoint;

/// Name of the file in a partition's directory.
pub const FILE_NAME: &str = "leader-epoch-checkpoint";

/// Where an epoch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochStart {
    /// The leader's epoch.
    pub epoch: i32,
    /// Offset of the first record it wrote.
    pub start_offset: i64,
}

/// The file.
pub fn encode(entries: &[EpochStart]) -> String {
    checkpoint::encode(entries.iter().map(|entry| format!("{} {}", entry.epoch, entry.start_offset)))
}

/// The reverse of [`encode`].
pub fn decode(file: &[u8]) -> Result<Vec<EpochStart>, CheckpointError> {
    checkpoint::decode(file, "an epoch and an offset", |fields| {
        let epoch = fields.next()?.parse().ok().filter(|epoch| *epoch >= 0)?;
        let start_offset = fields.next()?.parse().ok().filter(|offset| *offset >= 0)?;
        Some(EpochStart { epoch, start_offset })
    })
}

#[cfg(test)]
mod tests;
