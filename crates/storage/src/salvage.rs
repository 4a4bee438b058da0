//! Keeping aside what a recovery cuts off a log although it could be read: whole batches behind damaged ones.
//!
//! A torn tail is what a crash leaves: nothing whole comes after it, and it goes. Where whole batches do come after it, a disk has
//! damaged the log. They cannot stay, since a hole must not be served; but they are somebody's records. They go to plain files
//! beside the segments, `<first offset>.log.<n>.aside`, which neither Kafka nor Kampa looks at again.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES, MAGIC};
use kampa_formats::log_file_name;
use kampa_world::{Disk, File, OpenOptions};

/// The position of the first whole batch that begins at or after `from` and below `end`, of offsets from `least_offset` on. Blocks.
pub fn next_whole_batch(file: &File, from: u64, end: u64, least_offset: i64) -> io::Result<Option<u64>> {
    let mut position = from;
    while end.saturating_sub(position) >= HEADER_BYTES as u64 {
        let mut piece = vec![0; (end - position).min(PIECE_BYTES) as usize];
        file.read_exact_at(&mut piece, position)?;
        // A header that lies across the end of a piece is looked at with the next one.
        let starts = piece.len() - HEADER_BYTES + 1;
        for at in 0..starts {
            if piece[at + MAGIC_AT] != MAGIC as u8 {
                continue;
            }
            let Some(header) = BatchHeader::decode(&piece[at..]) else { continue };
            let here = position + at as u64;
            let is_likely = header.size_bytes() >= HEADER_BYTES
                && header.size_bytes() as u64 <= end - here
                && header.base_offset >= least_offset
                && header.last_offset_delta >= 0;
            if is_likely && is_whole(file, here, header.size_bytes())? {
                return Ok(Some(here));
            }
        }
        position += starts as u64;
    }
    Ok(None)
}

fn is_whole(file: &File, position: u64, size: usize) -> io::Result<bool> {
    let mut batch = vec![0; size];
    file.read_exact_at(&mut batch, position)?;
    Ok(BatchView::check(Bytes::from(batch)).is_ok())
}

/// Copies the bytes between two positions of a data file to a new file beside it, on the medium when this returns. `offset` is the one
/// that would come next at `from`. Blocks.
pub(crate) fn copy_aside(
    disk: &Disk,
    dir: &Path,
    file: &File,
    range: std::ops::Range<u64>,
    offset: i64,
) -> io::Result<PathBuf> {
    let path = free_name(disk, dir, offset);
    let aside = disk.open(&path, OpenOptions::CREATE_NEW)?;
    let mut position = range.start;
    while position < range.end {
        let mut piece = vec![0; (range.end - position).min(PIECE_BYTES) as usize];
        file.read_exact_at(&mut piece, position)?;
        aside.write_all_at(&piece, position - range.start)?;
        position += piece.len() as u64;
    }
    aside.sync_data()?;
    disk.sync_dir(dir)?;
    Ok(path)
}

/// Gives a segment's data file a name that nobody looks at. The directory is the caller's to sync. Blocks.
pub(crate) fn rename_aside(disk: &Disk, dir: &Path, file: &Path, base_offset: i64) -> io::Result<PathBuf> {
    let path = free_name(disk, dir, base_offset);
    disk.rename(file, &path)?;
    Ok(path)
}

/// An earlier recovery may have kept something of the same offset.
fn free_name(disk: &Disk, dir: &Path, offset: i64) -> PathBuf {
    let names = (1_u32..).map(|number| dir.join(log_file_name::aside(offset, number)));
    names.into_iter().find(|path| !disk.exists(path)).unwrap_or_else(|| dir.to_owned())
}

/// Where a batch says its format.
const MAGIC_AT: usize = 16;

/// What one read brings, as in `walk`.
const PIECE_BYTES: u64 = 1 << 20;
