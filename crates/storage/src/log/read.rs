//! Reading whole batches from an offset on.
//!
//! Tries memory first, inline; what is not there is read on the pool, checksums verified. One buffer per segment touched.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use kampa_formats::batch::{BatchHeader, BatchView, HEADER_BYTES, MAGIC};
use kampa_world::File;

use super::{Inner, Log};
use crate::segment::{Miss, Reach, Segment, read_exact};

/// What a read found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogRead {
    /// Whole batches in offset order, one piece per segment touched. The first batch may begin before the offset asked for.
    pub records: Vec<Bytes>,
    /// Base offset of the first batch; the offset asked for when there is none.
    pub first_batch_offset: i64,
    /// The offset after the last batch; the offset asked for when there is none.
    pub next_offset: i64,
}

/// Why a read found nothing it may return.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("offsets {start} to {end} are there")]
    OutOfRange { start: i64, end: i64 },
    /// The bytes on the medium are not those written, or no batch at all.
    #[error("the batch of offset {offset} is corrupt")]
    Corrupt { offset: i64 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Clone, Copy)]
struct Ask {
    offset: i64,
    max_bytes: usize,
    below: i64,
    at_least_one: bool,
}

/// The end of an attempt that brought nothing.
enum Stop {
    Cold,
    Error(ReadError),
}

/// Batches of one segment.
struct Piece {
    bytes: Bytes,
    first_batch_offset: i64,
    next_offset: i64,
    /// Nothing of the segment comes after it.
    ends_segment: bool,
}

/// Where batches may end.
#[derive(Clone, Copy)]
struct Bounds {
    /// What the reader may see lies below.
    below: i64,
    /// What the segment holds lies below.
    ends_by: i64,
}

/// What one segment has for a read.
enum Part {
    Piece(Piece),
    /// It has no batch at or after the offset: the next one may.
    Past,
    /// There is one, but it is too large or not below the bound.
    Withheld,
}

/// Bytes of one read at most, unless a single batch is larger: what a consumer asks in one go (`fetch.max.bytes` is 50 MiB) should
/// not hold memory by that measure on every connection. The rest comes with the next fetch.
const READ_BYTES_MAX: usize = 8 << 20;

/// Bytes whose checksums are verified where the network's tasks run: some ten microseconds' work.
const CHECKED_INLINE_BYTES_MAX: u64 = 64 << 10;

impl Log {
    /// Reads whole batches from the one that holds `offset` on (or the next one, where compaction left a gap): up to `max_bytes`,
    /// none that reaches `below` (a high watermark or last stable offset). With `at_least_one`, the first batch comes even if it
    /// is larger than `max_bytes`.
    ///
    /// Bytes in memory are read inline, unless there are many whose checksums must be verified; others when it is their turn, where
    /// blocking is allowed. A bad batch ends the read before it, or is the error if it comes first.
    pub async fn read(
        &self,
        offset: i64,
        max_bytes: usize,
        below: i64,
        at_least_one: bool,
    ) -> Result<LogRead, ReadError> {
        let ask = Ask { offset, max_bytes: max_bytes.min(READ_BYTES_MAX), below, at_least_one };
        match self.inner.read(ask, Reach::Memory) {
            Ok(read) => Ok(read),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::Cold) => {
                let inner = self.inner.clone();
                let volume = &self.inner.home.volume;
                volume.cold_reads.run(&volume.world, move || inner.read_from_medium(ask)).await
            }
        }
    }
}

impl Log {
    /// As [`Log::read`], from where it takes no task. Blocks.
    pub fn read_blocking(
        &self,
        offset: i64,
        max_bytes: usize,
        below: i64,
        at_least_one: bool,
    ) -> Result<LogRead, ReadError> {
        let ask = Ask { offset, max_bytes: max_bytes.min(READ_BYTES_MAX), below, at_least_one };
        self.inner.read_from_medium(ask)
    }
}

impl Inner {
    fn read_from_medium(&self, ask: Ask) -> Result<LogRead, ReadError> {
        loop {
            match self.read(ask, Reach::Medium) {
                Ok(read) => return Ok(read),
                Err(Stop::Error(error)) => return Err(error),
                // Bytes are being cut off: wait for whoever does it.
                Err(Stop::Cold) => drop(self.writer.lock()),
            }
        }
    }

    fn read(&self, ask: Ask, reach: Reach) -> Result<LogRead, Stop> {
        loop {
            let epoch = self.epoch.load(Ordering::Acquire);
            if epoch % 2 == 1 {
                return Err(Stop::Cold);
            }
            let end = self.log_end();
            let start = self.log_start();
            if ask.offset < start || ask.offset > end {
                return Err(Stop::Error(ReadError::OutOfRange { start, end }));
            }
            // The end was loaded first, so the list has every segment up to it.
            let segments = self.segments();
            // Only compaction leaves a gap at an offset, behind which a batch may lie that was appended meanwhile.
            let last_ends_by = if self.config.read().compact { i64::MAX } else { end };
            let read = read_segments(&segments, Ask { below: ask.below.min(end), ..ask }, last_ends_by, reach);
            if self.epoch.load(Ordering::Acquire) != epoch {
                continue;
            }
            match read {
                Ok(read) => return Ok(read),
                Err((Miss::Cold, _)) => return Err(Stop::Cold),
                // Retention took the file away under the reader.
                Err(_) if !Arc::ptr_eq(&segments, &self.segments()) => continue,
                // Where one may block, it is told, once.
                Err((Miss::Corrupt(_), _)) if reach == Reach::Memory => return Err(Stop::Cold),
                Err((Miss::Corrupt(position), segment)) => {
                    segment.report_damage(position);
                    return Err(Stop::Error(ReadError::Corrupt { offset: ask.offset }));
                }
                Err((Miss::Io(error), _)) => return Err(Stop::Error(ReadError::Io(error))),
            }
        }
    }
}

/// A miss comes with the segment it happened in.
fn read_segments(
    segments: &[Arc<Segment>],
    ask: Ask,
    last_ends_by: i64,
    reach: Reach,
) -> Result<LogRead, (Miss, Arc<Segment>)> {
    let mut read = LogRead { records: Vec::new(), first_batch_offset: ask.offset, next_offset: ask.offset };
    let mut left = ask.max_bytes;
    let first = segments.partition_point(|segment| segment.base_offset <= ask.offset).saturating_sub(1);
    for (at, segment) in segments.iter().enumerate().skip(first) {
        if segment.base_offset >= ask.below || ask.offset >= ask.below {
            break;
        }
        let whole_first = ask.at_least_one && read.records.is_empty();
        let ends_by = segments.get(at + 1).map_or(last_ends_by, |next| next.base_offset);
        let bounds = Bounds { below: ask.below, ends_by };
        let part = read_segment(segment, read.next_offset, left, bounds, whole_first, reach);
        match part {
            Ok(Part::Past) => {}
            Ok(Part::Withheld) => break,
            Ok(Part::Piece(piece)) => {
                if read.records.is_empty() {
                    read.first_batch_offset = piece.first_batch_offset;
                }
                left = left.saturating_sub(piece.bytes.len());
                read.next_offset = piece.next_offset;
                read.records.push(piece.bytes);
                if left == 0 || !piece.ends_segment {
                    break;
                }
            }
            // What was found before is good; the next read meets the trouble first.
            Err(_) if !read.records.is_empty() => break,
            Err(miss) => return Err((miss, segment.clone())),
        }
    }
    Ok(read)
}

fn read_segment(
    segment: &Arc<Segment>,
    offset: i64,
    max_bytes: usize,
    Bounds { below, ends_by }: Bounds,
    whole_first: bool,
    reach: Reach,
) -> Result<Part, Miss> {
    let (position, first_size) = match segment.recent(offset) {
        Some(place) => place,
        None => match segment.seek(offset, reach)? {
            None => return Ok(Part::Past),
            // The checksum does not cover the offset: what lies outside of its segment has rotted, and waiting for it is in vain.
            Some(found) if found.header.last_offset() >= ends_by => return Err(Miss::Corrupt(found.position)),
            Some(found) if found.header.last_offset() >= below => return Ok(Part::Withheld),
            Some(found) => (found.position, found.header.size_bytes() as u64),
        },
    };
    let max_bytes = max_bytes as u64;
    if first_size > max_bytes && !whole_first {
        return Ok(Part::Withheld);
    }
    let size = segment.size();
    let available = size - position;
    let wanted = available.min(max_bytes.max(first_size));
    if reach == Reach::Memory && wanted > CHECKED_INLINE_BYTES_MAX && !segment.is_trusted(position) {
        // Somebody catches up: who waits at the tail should not wait for that.
        return Err(Miss::Cold);
    }
    segment.distrust(reach);
    let file = segment.log_file(reach)?;
    let mut buffer = segment.read_buffers().take(wanted as usize);
    fill(segment, &file, buffer.as_mut_slice(), position, reach)?;

    let verify = !segment.is_trusted(position);
    let bytes = buffer.freeze();
    let mut whole = 0;
    let mut first_batch_offset = offset;
    let mut next_offset = offset;
    while let Some(header) = BatchHeader::decode(&bytes[whole..]) {
        let batch_size = header.size_bytes();
        // The checksum does not cover the offset.
        let fits = if whole == 0 { header.last_offset() >= offset } else { header.base_offset >= next_offset };
        if header.magic != MAGIC || batch_size < HEADER_BYTES || !fits || header.last_offset() >= ends_by {
            break;
        }
        if batch_size > bytes.len() - whole || header.last_offset() >= below {
            break;
        }
        if verify && BatchView::check(bytes.slice(whole..whole + batch_size)).is_err() {
            break;
        }
        if whole == 0 {
            first_batch_offset = header.base_offset;
        }
        whole += batch_size;
        next_offset = header.next_offset();
    }
    if whole == 0 {
        let ends = BatchHeader::decode(&bytes).map(|header| header.last_offset());
        let bounded = ends.is_some_and(|last_offset| (below..ends_by).contains(&last_offset));
        return if bounded { Ok(Part::Withheld) } else { Err(Miss::Corrupt(position)) };
    }
    let ends_segment = position + whole as u64 == size;
    Ok(Part::Piece(Piece { bytes: bytes.slice(..whole), first_batch_offset, next_offset, ends_segment }))
}

/// As [`read_exact`]; what had to be brought into memory for it leaves again in time.
fn fill(segment: &Segment, file: &Arc<File>, buffer: &mut [u8], position: u64, reach: Reach) -> Result<(), Miss> {
    match read_exact(file, buffer, position, Reach::Memory) {
        Err(Miss::Cold) if reach == Reach::Medium => {
            read_exact(file, buffer, position, reach)?;
            segment.cold_reads().brought(file, position, buffer.len() as u64);
            Ok(())
        }
        done => done,
    }
}
