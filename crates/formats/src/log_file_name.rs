//! Names of the files in a partition's directory.
//!
//! ```text
//! 00000000000000001204.log           records of the segment that begins at offset 1204
//! 00000000000000001204.index         its offset index
//! 00000000000000001204.timeindex     its time index
//! 00000000000000001204.txnindex      its aborted transactions, if any
//! 00000000000000001204.snapshot      the producers just before offset 1204
//! …                .log.deleted      waits to be removed
//! …                .log.cleaned      compaction is writing it: of no use after a restart
//! …                .log.swap         compaction is done with it: takes its place at the next start
//! …                .log.1.aside      batches from there on that a recovery could not leave in the log (Kampa's own)
//! ```

use std::fmt;

/// A file's name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogFileName {
    /// First offset of the segment, or the offset of the snapshot.
    pub base_offset: i64,
    /// What is in the file.
    pub kind: LogFileKind,
    /// Where it is in its life.
    pub stage: LogFileStage,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogFileKind {
    /// Record batches.
    Log,
    /// Positions by offset.
    OffsetIndex,
    /// Offsets by time.
    TimeIndex,
    /// Aborted transactions.
    TxnIndex,
    /// Producer state.
    ProducerSnapshot,
}

/// Where a file is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogFileStage {
    /// In use.
    Live,
    /// Waits to be removed.
    Deleted,
    /// Being written by compaction.
    Cleaned,
    /// Written by compaction, about to take its place.
    Swap,
}

impl LogFileName {
    /// Name of a live file.
    pub fn live(base_offset: i64, kind: LogFileKind) -> LogFileName {
        LogFileName { base_offset, kind, stage: LogFileStage::Live }
    }

    /// From a file's name; `None` when it is none of these.
    pub fn parse(name: &str) -> Option<LogFileName> {
        let (offset, rest) = name.split_once('.')?;
        if offset.len() != OFFSET_DIGITS || !offset.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (kind, stage) = match rest.split_once('.') {
            None => (rest, LogFileStage::Live),
            Some((kind, "deleted")) => (kind, LogFileStage::Deleted),
            Some((kind, "cleaned")) => (kind, LogFileStage::Cleaned),
            Some((kind, "swap")) => (kind, LogFileStage::Swap),
            Some(_) => return None,
        };
        let kind = match kind {
            "log" => LogFileKind::Log,
            "index" => LogFileKind::OffsetIndex,
            "timeindex" => LogFileKind::TimeIndex,
            "txnindex" => LogFileKind::TxnIndex,
            "snapshot" => LogFileKind::ProducerSnapshot,
            _ => return None,
        };
        Some(LogFileName { base_offset: offset.parse().ok()?, kind, stage })
    }
}

impl fmt::Display for LogFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            LogFileKind::Log => "log",
            LogFileKind::OffsetIndex => "index",
            LogFileKind::TimeIndex => "timeindex",
            LogFileKind::TxnIndex => "txnindex",
            LogFileKind::ProducerSnapshot => "snapshot",
        };
        let stage = match self.stage {
            LogFileStage::Live => "",
            LogFileStage::Deleted => ".deleted",
            LogFileStage::Cleaned => ".cleaned",
            LogFileStage::Swap => ".swap",
        };
        write!(f, "{:020}.{kind}{stage}", self.base_offset)
    }
}

/// Name of a file with batches from an offset on that are kept but no part of the log: to Kafka, and to [`LogFileName::parse`], a
/// file that is none of theirs.
pub fn aside(offset: i64, number: u32) -> String {
    format!("{offset:020}.log.{number}.aside")
}

/// As many as the largest offset has.
const OFFSET_DIGITS: usize = 20;

#[cfg(test)]
mod tests;
