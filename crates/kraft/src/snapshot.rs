//! Snapshots: the image as a file, so that the log before it may go (KIP-630).
//!
//! A snapshot is named after the offset it ends before and the epoch of the last record in it. It begins with a header and ends with a
//! footer; without the footer it does not count.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use kampa_formats::batch::control::ControlType;
use kampa_formats::batch::{BatchView, NewRecord, batches as split};
use kampa_formats::snapshot_name::{BOOTSTRAP, SnapshotName, SnapshotStage};
use kampa_metadata::{Changes, Features, LogPosition, MetadataImage};
use kampa_protocol::records::metadata::MetadataRecord;
use kampa_storage::LogDir;

use crate::batches::{self, Contents, invalid};
use crate::files::{folder, put};
use crate::quorum::{self, Quorum};
use crate::{MetadataLog, Settings};

/// A snapshot as read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) image: MetadataImage,
    pub(crate) quorum: Quorum,
}

/// Bytes of one batch in a snapshot. KRaft's readers make room for so much.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// Snapshots that are kept. The one before the newest, with the log since, is for the day when the newest cannot be read.
const KEPT: usize = 2;

impl MetadataLog {
    /// Writes a snapshot if enough was written, or long enough ago, since the last one, and lets go of what is older than the one
    /// before. `image` is at the log's end. Blocks.
    pub fn snapshot_if_due(&mut self, image: &MetadataImage) -> io::Result<()> {
        let Settings { snapshot_after_bytes, snapshot_after_ms, .. } = self.settings;
        let age_ms = self.dir.world().wall_ms() - self.last_snapshot_ms;
        let is_old = snapshot_after_ms > 0 && age_ms >= snapshot_after_ms;
        let is_due = self.bytes_since_snapshot >= snapshot_after_bytes || is_old;
        // Within a metadata transaction the image stands still.
        if is_due && self.bytes_since_snapshot > 0 && !image.in_transaction() { self.snapshot(image) } else { Ok(()) }
    }

    /// Writes a snapshot of the image and lets go of what is older than the one before. Blocks.
    pub fn snapshot(&mut self, image: &MetadataImage) -> io::Result<()> {
        let world = self.dir.world().clone();
        let (disk, now_ms) = (world.disk(), world.wall_ms());
        let (end_offset, epoch) = (image.position.offset + 1, image.position.epoch);
        let name = SnapshotName { end_offset, epoch, stage: SnapshotStage::Whole };
        let file = file(
            image.to_records(),
            &image.features,
            &self.quorum,
            SnapshotOf { epoch, timestamp_ms: image.position.timestamp_ms },
            now_ms,
        )?;
        put(disk, &folder(&self.dir), &[(&name.to_string(), &file)])?;
        disk.sync_dir(folder(&self.dir))?;
        // So that the log before it can go as a whole, and a start after a crash has little to write again.
        self.log.roll()?;
        self.bytes_since_snapshot = 0;
        self.last_snapshot_ms = now_ms;
        self.forget_before_snapshots(now_ms)
    }

    fn forget_before_snapshots(&mut self, now_ms: i64) -> io::Result<()> {
        let snapshots = list(&self.dir)?;
        let (gone, kept) = snapshots.split_at(snapshots.len().saturating_sub(KEPT));
        let Some((oldest, _)) = kept.first() else { return Ok(()) };
        // Only log that a kept snapshot stands for may go; one that was never read stands for nothing.
        self.log.advance_log_start(oldest.end_offset);
        self.log.retain(now_ms, oldest.end_offset)?;
        for (_, path) in gone {
            self.dir.world().disk().remove_file(path)?;
        }
        Ok(())
    }
}

/// What a snapshot stands for.
pub(crate) struct SnapshotOf {
    /// Of its last record.
    pub(crate) epoch: i32,
    /// Of its last record.
    pub(crate) timestamp_ms: i64,
}

/// The bytes of a snapshot: its head, the records in batches, its foot.
pub(crate) fn file(
    records: impl Iterator<Item = MetadataRecord>,
    levels: &Features,
    quorum: &Quorum,
    of: SnapshotOf,
    now_ms: i64,
) -> io::Result<Vec<u8>> {
    let mut head = vec![quorum::snapshot_header(of.timestamp_ms)?];
    head.extend(quorum.records()?);
    let mut next_offset = head.len() as i64;
    let mut file = batches::of_control(&head, of.epoch, 0, now_ms).to_vec();
    let mut batch = batches::empty(of.epoch);
    for record in records {
        let value = batches::encode(&record, levels)?;
        let new = NewRecord { timestamp: now_ms, value: Some(&value), ..NewRecord::default() };
        if !batch.is_empty() && batch.size_bytes_with(&new) > BATCH_BYTES_MAX {
            let full = std::mem::replace(&mut batch, batches::empty(of.epoch));
            let count = i64::from(full.count());
            file.extend_from_slice(&full.build(next_offset));
            next_offset += count;
        }
        batch.append(new);
    }
    if !batch.is_empty() {
        let count = i64::from(batch.count());
        file.extend_from_slice(&batch.build(next_offset));
        next_offset += count;
    }
    file.extend_from_slice(&batches::of_control(&[quorum::snapshot_footer()?], of.epoch, next_offset, now_ms));
    Ok(file)
}

/// The snapshots that are whole, oldest first.
pub(crate) fn list(dir: &LogDir) -> io::Result<Vec<(SnapshotName, PathBuf)>> {
    let folder = folder(dir);
    if !dir.world().disk().is_dir(&folder) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in dir.world().disk().read_dir(&folder)? {
        if let Some(name) = SnapshotName::parse(&entry.name)
            && name.stage == SnapshotStage::Whole
        {
            found.push((name, folder.join(&entry.name)));
        }
    }
    found.sort_by_key(|(name, _)| (name.end_offset, name.epoch));
    Ok(found)
}

/// Reads a snapshot. The one that formatting left says what to begin with: nothing of the log is in it.
pub(crate) fn read(dir: &LogDir, name: SnapshotName, path: &PathBuf) -> io::Result<Snapshot> {
    let (mut snapshot, timestamp_ms) = parse(dir.world().disk().read(path)?.into())?;
    if name != BOOTSTRAP {
        let position = LogPosition { offset: name.end_offset - 1, epoch: name.epoch, timestamp_ms };
        snapshot.image.advance_to(position);
    }
    Ok(snapshot)
}

/// What the bytes of a snapshot say, and the time of its last record in ms.
pub(crate) fn parse(bytes: Bytes) -> io::Result<(Snapshot, i64)> {
    let mut snapshot = Snapshot::default();
    let mut changes = Changes::default();
    let (mut timestamp_ms, mut has_foot) = (None, false);
    for batch in split(bytes) {
        let batch = BatchView::check(batch.map_err(invalid)?.into_bytes()).map_err(invalid)?;
        match batches::read(&batch)? {
            Contents::Metadata(records) => {
                for record in records {
                    snapshot.image.apply(&record, &mut changes).map_err(invalid)?;
                }
            }
            Contents::Control(records) => {
                for record in records {
                    match record.kind {
                        ControlType::SnapshotHeader => timestamp_ms = Some(quorum::header_timestamp(&record)?),
                        ControlType::SnapshotFooter => has_foot = true,
                        _ => snapshot.quorum.apply(&record)?,
                    }
                }
            }
        }
    }
    match timestamp_ms {
        Some(timestamp_ms) if has_foot => Ok((snapshot, timestamp_ms)),
        _ => Err(invalid("the snapshot has no header or no footer: it was never finished")),
    }
}
