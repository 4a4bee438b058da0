//! Names of metadata snapshots: the end offset and epoch of the log they stand for.
//!
//! ```text
//! 00000000000000000194-0000000001.checkpoint           whole
//! 00000000000000000194-0000000001.checkpoint.part      being written or fetched
//! 00000000000000000194-0000000001.checkpoint.deleted   about to go
//! ```

use std::fmt;

/// Name of the snapshot that a formatted directory begins with.
pub const BOOTSTRAP: SnapshotName = SnapshotName { end_offset: 0, epoch: 0, stage: SnapshotStage::Whole };

/// A snapshot's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotName {
    /// Offset after the last record it stands for.
    pub end_offset: i64,
    /// Leader epoch of that record.
    pub epoch: i32,
    /// Of its life.
    pub stage: SnapshotStage,
}

/// Where a snapshot is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnapshotStage {
    /// To be read.
    Whole,
    /// Being written or fetched: of no use after a restart.
    Part,
    /// About to be removed.
    Deleted,
}

impl SnapshotName {
    /// From a file's name; `None` when it is no snapshot's.
    pub fn parse(name: &str) -> Option<SnapshotName> {
        let (offset, rest) = name.split_once('-')?;
        let (epoch, suffix) = rest.split_at_checked(EPOCH_DIGITS)?;
        let stage = match suffix {
            ".checkpoint" => SnapshotStage::Whole,
            ".checkpoint.deleted" => SnapshotStage::Deleted,
            // Kafka puts something random between the two, so that there may be several.
            part if part.ends_with(".checkpoint.part") => SnapshotStage::Part,
            _ => return None,
        };
        let end_offset = digits(offset, OFFSET_DIGITS)?;
        Some(SnapshotName { end_offset, epoch: digits(epoch, EPOCH_DIGITS)?.try_into().ok()?, stage })
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = match self.stage {
            SnapshotStage::Whole => "",
            SnapshotStage::Part => ".part",
            SnapshotStage::Deleted => ".deleted",
        };
        write!(f, "{:020}-{:010}.checkpoint{suffix}", self.end_offset, self.epoch)
    }
}

fn digits(text: &str, width: usize) -> Option<i64> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

const OFFSET_DIGITS: usize = 20;
const EPOCH_DIGITS: usize = 10;

#[cfg(test)]
mod tests;
