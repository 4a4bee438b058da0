//! The metadata log of a quorum of one: append, sync, snapshot, replay.
//!
//! `__cluster_metadata-0` in Kafka's files: segments of batches of metadata records, snapshots, `quorum-state`. What a record
//! means is `metadata`'s business, which records to write `controller`'s. With one voter there is nothing to elect and
//! nothing to wait for but the medium; epochs and control records are kept as KRaft keeps them, so that more voters,
//! Kampa's or Apache Kafka's, can take over from here.
//!
//! Apache Kafka also writes a no-op record every 500 ms, by which brokers tell how far behind they are, and by which a leader's
//! high watermark moves. A lone node is never behind itself, no client can ask for either, and an idle node shall be idle: we
//! write none. (Of such a log `kafka-metadata-quorum` shows an end offset that stands still while nothing changes.)
//!
//! Invariant: a record counts when it is on the medium, never before. What is appended at once is there at once or not at all.

mod batches;
mod damage;
mod files;
mod format;
mod open;
mod quorum;
mod snapshot;

use std::io;

use bytes::Bytes;
use kampa_formats::batch::BatchHeader;
use kampa_formats::leader_epoch_checkpoint::EpochStart;
use kampa_metadata::{LogPosition, MetadataImage};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_storage::{BatchSummary, Log, LogDir};

pub use format::format;
pub use open::{OpenError, Opened};
pub use quorum::{Quorum, Voter};

/// The folder of the metadata log in its log directory.
pub const FOLDER: &str = "__cluster_metadata-0";

/// Plain numbers, named after Kafka's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `metadata.log.segment.bytes`
    pub segment_bytes: u64,
    /// `metadata.log.segment.ms`
    pub segment_ms: i64,
    /// `metadata.log.max.record.bytes.between.snapshots`: a snapshot is due after so many bytes of records.
    pub snapshot_after_bytes: u64,
    /// `metadata.log.max.snapshot.interval.ms`: a snapshot is due so long after the last one, if anything was written; 0 never.
    pub snapshot_after_ms: i64,
}

/// The metadata log, led by this node.
pub struct MetadataLog {
    dir: LogDir,
    log: Log,
    settings: Settings,
    quorum: Quorum,
    /// The epoch this start began.
    epoch: i32,
    epochs: Vec<EpochStart>,
    /// Files of this start have names that a power cut may still take.
    is_folder_unsynced: bool,
    bytes_since_snapshot: u64,
    last_snapshot_ms: i64,
}

impl MetadataLog {
    /// Where the next record goes.
    pub fn next_offset(&self) -> i64 {
        self.log.log_end()
    }

    /// The epoch this node leads in.
    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    /// Who votes, and the level of `kraft.version`.
    pub fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// Appends records as one batch, each in the version that the levels of `image` ask for (and levels among the records, from there
    /// on), and returns when they are on the medium.
    ///
    /// A full disk ([`MetadataLog::has_room_later`]) leaves the log as it was. After any other error nothing more can be written: the
    /// node stops, and what it finds at its next start counts.
    pub async fn append(&mut self, records: &[MetadataRecord], image: &MetadataImage) -> io::Result<LogPosition> {
        let timestamp_ms = self.dir.world().wall_ms();
        let mut levels = image.latest().features.clone();
        let batch = batches::of_records(records, &mut levels, self.epoch, self.next_offset(), timestamp_ms)?;
        self.write(batch)?;
        self.log.sync().await?;
        if self.is_folder_unsynced {
            // Right after the log, as the file system has both to commit.
            let dir = self.dir.clone();
            let sync = move || dir.world().disk().sync_dir(files::folder(&dir));
            self.dir.world().offload(sync).await?;
            self.is_folder_unsynced = false;
        }
        Ok(LogPosition { offset: self.next_offset() - 1, epoch: self.epoch, timestamp_ms })
    }

    /// Whether an append that failed with `error` may be tried again once there is room on the disk: nothing of it was written.
    pub fn has_room_later(&self, error: &io::Error) -> bool {
        let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        is_full && self.dir.offline().is_none()
    }

    /// Closes the files. Everything is on the medium already.
    pub fn close(&self) -> io::Result<()> {
        self.log.close()
    }

    fn write(&mut self, batch: Bytes) -> io::Result<()> {
        let header = BatchHeader::decode(&batch).expect("a batch just built has a header");
        self.log.append(&[batch], &[BatchSummary::of(&header)])?;
        self.bytes_since_snapshot += header.size_bytes() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
