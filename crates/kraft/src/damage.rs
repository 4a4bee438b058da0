//! Whether the metadata log is whole, as far as no snapshot stands for it. Everything in it was synced before it counted, so only
//! its very end, after a crash, may be torn; anything else is damage, and to go on without what is there no more would lose
//! topics silently.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use kampa_formats::batch::{BatchView, HEADER_BYTES, MAGIC};
use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_storage::LogDir;

use crate::files::folder;

/// A place in the log that should hold a batch and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub path: PathBuf,
    /// Bytes from the start of the file.
    pub position: usize,
    /// Which offset comes there.
    pub offset: i64,
}

/// Names of the data files that hold `from` and what follows, in order.
pub(crate) fn segments(dir: &LogDir, from: i64) -> io::Result<Vec<(i64, String)>> {
    let (disk, folder) = (dir.world().disk(), folder(dir));
    if !disk.is_dir(&folder) {
        return Ok(Vec::new());
    }
    let mut segments: Vec<(i64, String)> = Vec::new();
    for entry in disk.read_dir(&folder)? {
        let name = LogFileName::parse(&entry.name);
        if let Some(LogFileName { base_offset, kind: LogFileKind::Log, stage: LogFileStage::Live }) = name {
            segments.push((base_offset, entry.name));
        }
    }
    let first = segments.partition_point(|(base_offset, _)| *base_offset <= from).saturating_sub(1);
    Ok(segments.split_off(first))
}

/// The first damage at or after the segment that holds `from`. After a stop that was not clean, a last batch that is not whole is
/// none.
pub(crate) fn find(dir: &LogDir, from: i64) -> io::Result<Option<Damage>> {
    let folder = folder(dir);
    let mut torn: Option<Damage> = None;
    for (base_offset, name) in segments(dir, from)? {
        let path = folder.join(name);
        let bytes = Bytes::from(dir.world().disk().read(&path)?);
        if torn.is_some() && !bytes.is_empty() {
            return Ok(torn);
        }
        let (position, offset) = whole_until(&bytes, base_offset);
        if position == bytes.len() {
            continue;
        }
        let damage = Damage { path, position, offset };
        if dir.was_clean() || has_batch_after(&bytes, position, offset) {
            return Ok(Some(damage));
        }
        torn = Some(damage);
    }
    Ok(None)
}

/// Up to where a data file holds whole batches, one after the other, and the offset that comes there.
fn whole_until(bytes: &Bytes, base_offset: i64) -> (usize, i64) {
    let (mut position, mut offset) = (0, base_offset);
    while let Ok(batch) = BatchView::check(bytes.slice(position..)) {
        // The checksum does not cover the offset.
        if batch.header().base_offset != offset {
            break;
        }
        position += batch.bytes().len();
        offset = batch.header().next_offset();
    }
    (position, offset)
}

/// Whether a whole batch of a later offset lies somewhere behind `position`.
fn has_batch_after(bytes: &Bytes, position: usize, offset: i64) -> bool {
    let ends = bytes.len().saturating_sub(HEADER_BYTES);
    (position + 1..=ends)
        .filter(|at| bytes[at + MAGIC_AT] == MAGIC as u8)
        .any(|at| BatchView::check(bytes.slice(at..)).is_ok_and(|batch| batch.header().base_offset > offset))
}

/// Where a batch says its version.
const MAGIC_AT: usize = 16;
