//! A segment that compaction made: how it comes to be, and to its names.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kampa_formats::log_file_name::{LogFileKind, LogFileName};

use super::{FileSizes, Home, KINDS, Segment};
use crate::log::Complete;

impl Segment {
    /// A segment whose files are complete and on the medium, and whose names end in `.swap` until
    /// [`Segment::take_own_names`]. `seen_ms` is that of those it replaces.
    pub fn swapped_in(home: &Arc<Home>, files: &Complete, seen_ms: i64) -> Arc<Segment> {
        let Complete { base_offset, sizes, .. } = *files;
        let entries = |kind, bytes| (bytes / super::entry_bytes(kind)) as u32;
        let FileSizes { log, offsets, times, aborted } = sizes;
        let mut segment = Segment::of(home, base_offset, log);
        segment.seen_ms = seen_ms;
        *segment.newest.get_mut() = files.newest;
        segment.first_timestamp = if log == 0 { super::UNKNOWN } else { files.first_timestamp }.into();
        segment.offset_entries = entries(LogFileKind::OffsetIndex, offsets.unwrap_or(0)).into();
        segment.time_entries = entries(LogFileKind::TimeIndex, times.unwrap_or(0)).into();
        segment.aborted_entries = entries(LogFileKind::TxnIndex, aborted).into();
        segment.last_entry_timestamp = files.last_entry_timestamp.into();
        segment.bytes_since_entry = files.bytes_since_entry.into();
        segment.is_swap = true.into();
        Arc::new(segment)
    }

    /// Gives the files the names of a segment in use, which those it replaces have left. Blocks.
    pub fn take_own_names(&self) -> io::Result<()> {
        // Whoever opens a file by its name waits.
        let _names = self.open.write();
        if self.gone.load(Ordering::Acquire) || !self.is_swap.load(Ordering::Acquire) {
            return Ok(());
        }
        let disk = self.home.volume.world.disk();
        for kind in KINDS {
            let own = self.home.dir.join(LogFileName::live(self.base_offset, kind).to_string());
            match disk.rename(self.path(kind), own) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && kind != LogFileKind::Log => {}
                renamed => renamed?,
            }
        }
        self.is_swap.store(false, Ordering::Release);
        Ok(())
    }
}
