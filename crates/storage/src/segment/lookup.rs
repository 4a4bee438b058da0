//! Finding the batch of an offset, or the place of a time, in one segment.
//!
//! Index files are not mapped into memory: a lookup is a few positioned reads of entries, the last of them a page. At the tail of
//! a busy segment the answer is in memory.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use kampa_formats::batch::{BatchHeader, HEADER_BYTES, MAGIC};
use kampa_formats::log_file_name::LogFileKind;
use kampa_formats::{offset_index, time_index};
use kampa_world::{File, OpenOptions};

use super::{FileSizes, Miss, Reach, Segment, UNCOUNTED, entry_bytes};

/// A batch in the data file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub position: u64,
    pub header: BatchHeader,
}

/// Entries read at once when a binary search has narrowed to so many: half a page of them costs no more than one.
const SCAN_ENTRIES_MAX: u32 = 256;

/// Bytes read at once while looking for a batch from an index entry on: Kafka's index interval and a header, so that small batches
/// between two entries take one read.
const PROBE_BYTES: usize = 4096 + HEADER_BYTES;

impl Segment {
    /// The first batch that ends at or after `offset`; `None` if the segment has none.
    pub fn seek(self: &Arc<Self>, offset: i64, reach: Reach) -> Result<Option<Found>, Miss> {
        if self.size() == 0 {
            return Ok(None);
        }
        self.distrust(reach);
        let relative = (offset - self.base_offset).clamp(0, i64::from(i32::MAX)) as u32;
        if let Some(position) = self.tail_floor(relative) {
            return self.seek_from(u64::from(position), i64::MAX, offset, reach);
        }
        let Some(entry) = self.file_floor(relative, reach)? else {
            return self.seek_from(0, i64::MAX, offset, reach);
        };
        let indexed_offset = self.base_offset + i64::from(entry.relative_offset);
        match self.seek_from(u64::from(entry.position), indexed_offset, offset, reach) {
            // It may be the index that is wrong: then the batches themselves tell, if it takes longer.
            Err(Miss::Corrupt(position)) if position == u64::from(entry.position) => {
                tracing::warn!(segment = %self.describe(), ?entry, "the offset index does not fit its data");
                self.seek_from(0, i64::MAX, offset, reach)
            }
            found => found,
        }
    }

    /// As [`Segment::seek`], from the start of a batch on that ends at or before `ends_by`.
    fn seek_from(
        self: &Arc<Self>,
        from: u64,
        mut ends_by: i64,
        offset: i64,
        reach: Reach,
    ) -> Result<Option<Found>, Miss> {
        let end = self.size();
        let file = self.log_file(reach)?;
        let mut probe = [0; PROBE_BYTES];
        let mut position = from;
        let mut least_offset = self.base_offset;
        while position < end {
            let len = (end - position).min(PROBE_BYTES as u64) as usize;
            read_exact(&file, &mut probe[..len], position, reach)?;
            let mut at = 0;
            // Batches whose headers lie in the probe; at least the first one does.
            while let Some(header) = BatchHeader::decode(&probe[at..len]) {
                let here = position + at as u64;
                let size = header.size_bytes() as u64;
                let sound = header.magic == MAGIC
                    && size >= HEADER_BYTES as u64
                    && size <= end - here
                    && header.base_offset >= least_offset
                    && header.last_offset_delta >= 0
                    && header.last_offset() <= ends_by;
                if !sound {
                    return Err(Miss::Corrupt(here));
                }
                if header.last_offset() >= offset {
                    return Ok(Some(Found { position: here, header }));
                }
                ends_by = i64::MAX;
                least_offset = header.next_offset();
                at += size as usize;
                if at >= len {
                    break;
                }
            }
            if at == 0 {
                return Err(Miss::Corrupt(position));
            }
            position += at as u64;
        }
        // An index that points behind the end is wrong.
        if from >= end && from > 0 { Err(Miss::Corrupt(from)) } else { Ok(None) }
    }

    /// Position and size of the batch that holds `offset`, or of the next one, if it is among the latest of a busy segment.
    pub fn recent(&self, offset: i64) -> Option<(u64, u64)> {
        let relative = u32::try_from(offset - self.base_offset).ok()?;
        let batch = self.tail.read().as_deref()?.recent(relative)?;
        Some((u64::from(batch.position), u64::from(batch.size)))
    }

    /// A position at or before the batch of `relative`, known without a read.
    fn tail_floor(&self, relative: u32) -> Option<u32> {
        let tail = self.tail.read();
        let tail = tail.as_deref()?;
        match tail.recent(relative) {
            Some(batch) => Some(batch.position),
            None => tail.floor(relative).map(|entry| entry.position),
        }
    }

    fn file_floor(self: &Arc<Self>, relative: u32, reach: Reach) -> Result<Option<offset_index::Entry>, Miss> {
        if self.offset_entries.load(Ordering::Acquire) == UNCOUNTED {
            if reach == Reach::Memory {
                return Err(Miss::Cold);
            }
            self.settle_offset_entries()?;
        }
        let count = self.offset_entries.load(Ordering::Acquire);
        if count == 0 {
            return Ok(None);
        }
        let file = self.offsets_file(reach)?;
        let entry =
            floor_entry(&file, count, reach, |bytes| offset_index::Entry::decode(bytes).relative_offset <= relative)?;
        Ok(entry.map(|bytes| offset_index::Entry::decode(&bytes)))
    }

    /// The last time entry before which no batch has a timestamp of `timestamp` or more: where to start looking. Blocks.
    pub fn offset_before_time(self: &Arc<Self>, timestamp: i64) -> io::Result<i64> {
        let waiting = {
            let tail = self.tail.read();
            tail.as_deref().and_then(|tail| {
                let after = tail.times.partition_point(|entry| entry.timestamp < timestamp);
                tail.times.get(after.checked_sub(1)?).copied()
            })
        };
        if let Some(entry) = waiting {
            return Ok(self.base_offset + i64::from(entry.relative_offset));
        }
        self.settle_time_entries()?;
        let count = self.time_entries.load(Ordering::Acquire);
        let Some(file) = self.index_file(LogFileKind::TimeIndex)? else { return Ok(self.base_offset) };
        let entry =
            floor_entry(&file, count, Reach::Medium, |bytes| time_index::Entry::decode(bytes).timestamp < timestamp)
                .map_err(Miss::into_io)?;
        Ok(entry.map_or(self.base_offset, |bytes| {
            self.base_offset + i64::from(time_index::Entry::decode(&bytes).relative_offset)
        }))
    }

    /// Counts the offset index, leaving out a tail of zeros that a crashed Kafka leaves; returns the last entry. Blocks.
    pub(super) fn settle_offset_entries(&self) -> io::Result<Option<offset_index::Entry>> {
        // A batch at position 0 never gets an entry, so one that says 0 was never written.
        let last = self.settle(LogFileKind::OffsetIndex, &self.offset_entries, |bytes: &[u8; 8]| {
            offset_index::Entry::decode(bytes).position != 0
        })?;
        Ok(last.map(|bytes| offset_index::Entry::decode(&bytes)))
    }

    /// As [`Segment::settle_offset_entries`], of the time index.
    pub(super) fn settle_time_entries(&self) -> io::Result<Option<time_index::Entry>> {
        let last = self.settle(LogFileKind::TimeIndex, &self.time_entries, |bytes: &[u8; 12]| {
            let entry = time_index::Entry::decode(bytes);
            entry.timestamp != 0 || entry.relative_offset != 0
        })?;
        Ok(last.map(|bytes| time_index::Entry::decode(&bytes)))
    }

    /// The last time entry, written or waiting. Blocks.
    pub(super) fn last_time_entry(&self) -> io::Result<Option<time_index::Entry>> {
        if let Some(entry) = self.tail.read().as_deref().and_then(|tail| tail.times.last()) {
            return Ok(Some(*entry));
        }
        self.settle_time_entries()
    }

    fn settle<const N: usize>(
        &self,
        kind: LogFileKind,
        count: &AtomicU32,
        is_written: impl Fn(&[u8; N]) -> bool,
    ) -> io::Result<Option<[u8; N]>> {
        if count.load(Ordering::Acquire) == 0 {
            return Ok(None);
        }
        let Some(file) = self.index_file(kind)? else {
            let _ = count.compare_exchange(UNCOUNTED, 0, Ordering::AcqRel, Ordering::Acquire);
            return Ok(None);
        };
        let known = count.load(Ordering::Acquire);
        if known != UNCOUNTED {
            return read_last(&file, known);
        }
        let mut entries = (file.len()? / N as u64).min(u64::from(u32::MAX - 1)) as u32;
        let mut last = read_last(&file, entries)?;
        if last.is_some_and(|bytes| !is_written(&bytes)) {
            entries = count_written(&file, entries, &is_written)?;
            last = read_last(&file, entries)?;
        }
        // Whoever counted first counted the same, and entries may have been added since.
        match count.compare_exchange(UNCOUNTED, entries, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(last),
            Err(known) => read_last(&file, known),
        }
    }

    /// Drops index entries of offsets at or after `end`, in the files.
    pub(super) fn cut_indexes(&self, end: i64) -> io::Result<()> {
        let relative = end - self.base_offset;
        self.settle_offset_entries()?;
        self.cut(LogFileKind::OffsetIndex, &self.offset_entries, |b: &[u8; 8]| {
            i64::from(offset_index::Entry::decode(b).relative_offset) < relative
        })?;
        self.settle_time_entries()?;
        self.cut(LogFileKind::TimeIndex, &self.time_entries, |b: &[u8; 12]| {
            i64::from(time_index::Entry::decode(b).relative_offset) < relative
        })?;
        let aborted = self.aborted()?;
        let kept = aborted.partition_point(|transaction| transaction.last_offset < end) as u32;
        self.set_entries(LogFileKind::TxnIndex, &self.aborted_entries, kept)
    }

    fn cut<const N: usize>(
        &self,
        kind: LogFileKind,
        count: &AtomicU32,
        keep: impl Fn(&[u8; N]) -> bool,
    ) -> io::Result<()> {
        let Some(file) = self.index_file(kind)? else { return Ok(()) };
        let kept = count_written(&file, count.load(Ordering::Acquire), &keep)?;
        self.set_entries(kind, count, kept)
    }

    pub(super) fn set_entries(&self, kind: LogFileKind, count: &AtomicU32, kept: u32) -> io::Result<()> {
        count.store(kept, Ordering::Release);
        self.index_unsynced.store(true, Ordering::Release);
        match self.open_once(kind, OpenOptions::READ_WRITE) {
            Ok(_) if self.check_here().is_err() => Ok(()),
            Ok(file) => file.set_len(u64::from(kept) * entry_bytes(kind)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Cuts what lies behind the counted entries of files that were found with these sizes, so that they hold nothing else.
    pub fn trim_indexes(&self, found: FileSizes) -> io::Result<()> {
        let (offsets, times) = (&self.offset_entries, &self.time_entries);
        for (kind, count, len) in
            [(LogFileKind::OffsetIndex, offsets, found.offsets), (LogFileKind::TimeIndex, times, found.times)]
        {
            let entries = count.load(Ordering::Acquire);
            if len.is_some_and(|len| len > u64::from(entries) * entry_bytes(kind)) {
                self.set_entries(kind, count, entries)?;
            }
        }
        Ok(())
    }

    /// An index file opened for this once.
    fn index_file(&self, kind: LogFileKind) -> io::Result<Option<File>> {
        match self.open_once(kind, OpenOptions::READ) {
            Ok(file) => self.check_here().map(|()| Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Fills `buffer` from as far as `reach` goes.
pub(crate) fn read_exact(file: &File, buffer: &mut [u8], position: u64, reach: Reach) -> Result<(), Miss> {
    match reach {
        Reach::Medium => Ok(file.read_exact_at(buffer, position)?),
        Reach::Memory => match file.try_read_at_cached(buffer, position)? {
            Some(count) if count == buffer.len() => Ok(()),
            _ => Err(Miss::Cold),
        },
    }
}

/// The last of `count` sorted entries for which `is_before` holds.
fn floor_entry<const N: usize>(
    file: &File,
    count: u32,
    reach: Reach,
    is_before: impl Fn(&[u8; N]) -> bool,
) -> Result<Option<[u8; N]>, Miss> {
    // It is among the entries from `low`, exclusive of `high`, or just before `low`.
    let (mut low, mut high) = (0, count);
    let mut found = None;
    while high - low > SCAN_ENTRIES_MAX {
        let middle = low + (high - low) / 2;
        let mut entry = [0; N];
        read_exact(file, &mut entry, u64::from(middle) * N as u64, reach)?;
        if is_before(&entry) {
            found = Some(entry);
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let mut page = [0; SCAN_ENTRIES_MAX as usize * 12];
    let page = &mut page[..(high - low) as usize * N];
    read_exact(file, page, u64::from(low) * N as u64, reach)?;
    let (entries, _) = page.as_chunks::<N>();
    let after = entries.partition_point(|entry| is_before(entry));
    Ok(after.checked_sub(1).map(|last| entries[last]).or(found))
}

/// How many of the first `count` entries `is_written` holds for; those for which it does not come last.
fn count_written<const N: usize>(file: &File, count: u32, is_written: &impl Fn(&[u8; N]) -> bool) -> io::Result<u32> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        let mut entry = [0; N];
        file.read_exact_at(&mut entry, u64::from(middle) * N as u64)?;
        if is_written(&entry) { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

fn read_last<const N: usize>(file: &File, count: u32) -> io::Result<Option<[u8; N]>> {
    let Some(last) = count.checked_sub(1) else { return Ok(None) };
    let mut entry = [0; N];
    file.read_exact_at(&mut entry, u64::from(last) * N as u64)?;
    Ok(Some(entry))
}
