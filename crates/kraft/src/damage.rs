//! Whether the metadata log is whole, as far as no snapshot stands for it. Everything in it was synced before it counted, so only
//! its very end, after a crash, may be torn; anything else is damage, and to go on without what is there no more would lose
//! topics silently.

use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use kampa_formats::batch::BatchView;
use kampa_formats::log_file_name::{LogFileKind, LogFileName, LogFileStage};
use kampa_storage::{LogDir, next_whole_batch};
use kampa_world::OpenOptions;

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
        let disk = dir.world().disk();
        let bytes = Bytes::from(disk.read(&path)?);
        if torn.is_some() && !bytes.is_empty() {
            return Ok(torn);
        }
        let (position, offset) = whole_until(&bytes, base_offset);
        if position == bytes.len() {
            continue;
        }
        let file = disk.open(&path, OpenOptions::READ)?;
        let later = next_whole_batch(&file, position as u64 + 1, bytes.len() as u64, offset + 1)?;
        let damage = Damage { path, position, offset };
        if dir.was_clean() || later.is_some() {
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
