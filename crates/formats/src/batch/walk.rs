//! Looking at every record of a batch without making records: a walk over lengths and deltas that skips keys, values
//! and headers. A compressed batch is unfolded as a stream, so its size in memory is a window.

use std::cell::RefCell;
use std::io::Read;
use std::ops::ControlFlow;

use super::header::{HEADER_BYTES, TimestampType};
use super::record::RecordIssue;
use super::varint;
use super::view::BatchView;
use crate::compression::{self, Codec, Unfolding};

/// A record without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordShape {
    /// Place in the batch, from 0.
    pub index: i32,
    /// Offset minus the batch's base offset.
    pub offset_delta: i32,
    /// Milliseconds since 1970, -1 for none; the batch's append time under LogAppendTime.
    pub timestamp: i64,
    /// Whether there is a key, be it empty.
    pub has_key: bool,
    /// Whether there is a value: without one it is a tombstone.
    pub has_value: bool,
    /// Bytes of the record, uncompressed, its length field included.
    pub size_bytes: usize,
}

/// Caps of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkLimits {
    /// The most one record of a compressed batch may take (`max.decompressed.message.bytes`).
    pub record_bytes_max: usize,
    /// The most a compressed batch may unfold to.
    pub batch_bytes_max: usize,
}

impl Default for WalkLimits {
    /// As far as Java's arrays reach; no reader of Kafka could hold more.
    fn default() -> WalkLimits {
        WalkLimits { record_bytes_max: JAVA_ARRAY_MAX, batch_bytes_max: JAVA_ARRAY_MAX }
    }
}

/// Also the default of `max.decompressed.message.bytes`.
const JAVA_ARRAY_MAX: usize = i32::MAX as usize - 8;

/// Shows every record to `visit`, in order, until it breaks; checks the structure of those it passes over and, at the
/// end, that as many records are there as the header counts and nothing after them.
pub fn walk<B>(
    batch: &BatchView,
    limits: WalkLimits,
    visit: &mut impl FnMut(RecordShape) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, RecordIssue> {
    if batch.count < 0 {
        return Err(RecordIssue::NegativeCount(batch.count));
    }
    let body = &batch.bytes()[HEADER_BYTES..];
    let attributes = batch.attributes;
    if !attributes.is_compressed() {
        // An uncompressed record is as long as its bytes: no cap is needed.
        return walk_source(batch, Slice(body), usize::MAX, visit);
    }
    let codec = attributes.codec().map_err(compression::DecompressError::from)?;
    let source = Window::new(codec, body, limits.batch_bytes_max)?;
    walk_source(batch, source, limits.record_bytes_max, visit)
}

/// The first record at or after a time, as (offset, timestamp).
pub fn first_at_or_after(
    batch: &BatchView,
    timestamp: i64,
    limits: WalkLimits,
) -> Result<Option<(i64, i64)>, RecordIssue> {
    let base = batch.base_offset;
    let found = walk(batch, limits, &mut |record| {
        if record.timestamp >= timestamp {
            ControlFlow::Break((base.wrapping_add(i64::from(record.offset_delta)), record.timestamp))
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(found.break_value())
}

/// The uncompressed records of a batch with offset deltas 0, 1, 2 …, whatever the producer wrote there.
pub fn renumber(body: &[u8]) -> Result<Vec<u8>, RecordIssue> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    for index in 0.. {
        if rest.is_empty() {
            break;
        }
        let malformed = RecordIssue::Malformed { index };
        let (head, record, after) = split_record(rest).ok_or(malformed)?;
        let fresh = varint::size_i32(index);
        varint::write_i32(&mut out, (head.len() + fresh + record.len()) as i32);
        out.extend_from_slice(head);
        varint::write_i32(&mut out, index);
        out.extend_from_slice(record);
        rest = after;
    }
    Ok(out)
}

/// What lies before the offset delta of the first record, what after it, and the records behind.
fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut at = 0;
    let length = usize::try_from(varint::read_i32(bytes, &mut at)?).ok()?;
    let (record, after) = bytes[at..].split_at_checked(length)?;
    let mut at = 1;
    varint::read_i64(record, &mut at)?;
    let head = at;
    varint::read_i32(record, &mut at)?;
    Some((&record[..head], &record[at..], after))
}

fn walk_source<B>(
    batch: &BatchView,
    mut source: impl Source,
    record_bytes_max: usize,
    visit: &mut impl FnMut(RecordShape) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, RecordIssue> {
    let append_time = match batch.attributes.timestamp_type() {
        TimestampType::CreateTime => None,
        TimestampType::LogAppendTime => Some(batch.max_timestamp),
    };
    for index in 0..batch.count {
        if source.look(1)?.is_empty() {
            return Err(RecordIssue::Missing { index, count: batch.count });
        }
        let (head, size_bytes) = pass_record(&mut source, index, record_bytes_max)?;
        let shape = RecordShape {
            index,
            offset_delta: head.offset_delta,
            timestamp: append_time.unwrap_or(batch.base_timestamp.wrapping_add(head.timestamp_delta)),
            has_key: head.has_key,
            has_value: head.has_value,
            size_bytes,
        };
        if let ControlFlow::Break(found) = visit(shape) {
            return Ok(ControlFlow::Break(found));
        }
    }
    match source.look(1)?.len() {
        0 => Ok(ControlFlow::Continue(())),
        bytes => Err(RecordIssue::Trailing { bytes }),
    }
}

struct Head {
    timestamp_delta: i64,
    offset_delta: i32,
    has_key: bool,
    has_value: bool,
}

/// Moves past one record and gives what of it counts, with its size.
fn pass_record(source: &mut impl Source, index: i32, bytes_max: usize) -> Result<(Head, usize), RecordIssue> {
    let malformed = RecordIssue::Malformed { index };
    let mut at = 0;
    let length = varint::read_i32(source.look(VARINT_MAX)?, &mut at).and_then(|length| usize::try_from(length).ok());
    let Some(length) = length else { return Err(malformed) };
    if length > bytes_max {
        return Err(RecordIssue::TooLarge { index, limit_bytes: bytes_max });
    }
    source.skip(at, index)?;
    let size_bytes = at + length;

    // The usual record lies in the window as a whole: one look, no more calls.
    let look = source.look(length.min(WINDOW_BYTES))?;
    if let Some(record) = look.get(..length) {
        let head = read_whole(record).ok_or(malformed)?;
        source.skip(length, index)?;
        return Ok((head, size_bytes));
    }
    let head = pass_in_pieces(&mut Pieces { source, left: length, index })?;
    Ok((head, size_bytes))
}

fn read_whole(record: &[u8]) -> Option<Head> {
    let mut at = 1; // Attributes are unused.
    let timestamp_delta = varint::read_i64(record, &mut at)?;
    let offset_delta = varint::read_i32(record, &mut at)?;
    let has_key = skip_nullable(record, &mut at)?;
    let has_value = skip_nullable(record, &mut at)?;
    let headers = varint::read_i32(record, &mut at)?;
    if headers < 0 {
        return None;
    }
    for _ in 0..headers {
        if !skip_nullable(record, &mut at)? {
            return None;
        }
        skip_nullable(record, &mut at)?;
    }
    (at == record.len()).then_some(Head { timestamp_delta, offset_delta, has_key, has_value })
}

/// `None`: malformed. Otherwise whether it is not null.
fn skip_nullable(record: &[u8], at: &mut usize) -> Option<bool> {
    let Ok(length) = usize::try_from(varint::read_i32(record, at)?) else { return Some(false) };
    *at = at.checked_add(length).filter(|&at| at <= record.len())?;
    Some(true)
}

/// A record longer than the window.
struct Pieces<'s, S> {
    source: &'s mut S,
    left: usize,
    index: i32,
}

impl<S: Source> Pieces<'_, S> {
    fn varint(&mut self) -> Result<i64, RecordIssue> {
        let mut at = 0;
        let look = self.source.look(VARINT_MAX)?;
        let value = varint::read_i64(&look[..look.len().min(self.left)], &mut at);
        let value = value.ok_or(RecordIssue::Malformed { index: self.index })?;
        self.skip(at)?;
        Ok(value)
    }

    fn skip(&mut self, bytes: usize) -> Result<(), RecordIssue> {
        self.left = self.left.checked_sub(bytes).ok_or(RecordIssue::Malformed { index: self.index })?;
        self.source.skip(bytes, self.index)
    }

    fn nullable(&mut self) -> Result<bool, RecordIssue> {
        let Ok(length) = usize::try_from(self.varint()?) else { return Ok(false) };
        self.skip(length)?;
        Ok(true)
    }
}

fn pass_in_pieces<S: Source>(record: &mut Pieces<'_, S>) -> Result<Head, RecordIssue> {
    let malformed = RecordIssue::Malformed { index: record.index };
    record.skip(1)?;
    let timestamp_delta = record.varint()?;
    let offset_delta = record.varint()? as i32;
    let has_key = record.nullable()?;
    let has_value = record.nullable()?;
    for _ in 0..record.varint()? {
        if !record.nullable()? {
            return Err(malformed);
        }
        record.nullable()?;
    }
    if record.left > 0 {
        return Err(malformed);
    }
    Ok(Head { timestamp_delta, offset_delta, has_key, has_value })
}

/// The most bytes a variable-length number takes.
const VARINT_MAX: usize = 10;

/// Uncompressed records: all there, or coming through a window.
trait Source {
    /// The next bytes, at least `want` unless the end is nearer.
    fn look(&mut self, want: usize) -> Result<&[u8], RecordIssue>;

    /// Moves on; malformed when the end is nearer.
    fn skip(&mut self, bytes: usize, index: i32) -> Result<(), RecordIssue>;
}

struct Slice<'a>(&'a [u8]);

impl Source for Slice<'_> {
    fn look(&mut self, _want: usize) -> Result<&[u8], RecordIssue> {
        Ok(self.0)
    }

    fn skip(&mut self, bytes: usize, index: i32) -> Result<(), RecordIssue> {
        self.0 = self.0.get(bytes..).ok_or(RecordIssue::Malformed { index })?;
        Ok(())
    }
}

struct Window<'a> {
    codec: Codec,
    reader: Unfolding<'a>,
    /// [`WINDOW_BYTES`] long.
    bytes: Vec<u8>,
    /// What of `bytes` is read and not yet passed.
    from: usize,
    to: usize,
    /// What may still come out of the reader.
    left: usize,
    limit_bytes: usize,
}

/// Room for a batch of the usual size and more, small enough to stay in the processor's cache.
const WINDOW_BYTES: usize = 64 * 1024;

thread_local! {
    /// The window of the last walk: clearing a new one would cost as much as unfolding a small batch.
    static SPARE_WINDOW: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl<'a> Window<'a> {
    fn new(codec: Codec, body: &'a [u8], limit_bytes: usize) -> Result<Window<'a>, RecordIssue> {
        let reader = Unfolding::new(codec, body)?;
        let mut bytes = SPARE_WINDOW.take();
        bytes.resize(WINDOW_BYTES, 0);
        Ok(Window { codec, reader, bytes, from: 0, to: 0, left: limit_bytes, limit_bytes })
    }

    /// Reads more to the end of the window; false at the end of the stream.
    fn fill(&mut self) -> Result<bool, RecordIssue> {
        let read = self.reader.read(&mut self.bytes[self.to..]);
        let size = read.map_err(|error| compression::damaged(self.codec, error))?;
        self.left = self
            .left
            .checked_sub(size)
            .ok_or(compression::DecompressError::TooLarge { limit_bytes: self.limit_bytes })?;
        self.to += size;
        Ok(size > 0)
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        SPARE_WINDOW.set(std::mem::take(&mut self.bytes));
    }
}

impl Source for Window<'_> {
    fn look(&mut self, want: usize) -> Result<&[u8], RecordIssue> {
        debug_assert!(want <= WINDOW_BYTES);
        if self.to - self.from < want {
            self.bytes.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.from = 0;
            while self.to < want {
                if !self.fill()? {
                    break;
                }
            }
        }
        Ok(&self.bytes[self.from..self.to])
    }

    fn skip(&mut self, mut bytes: usize, index: i32) -> Result<(), RecordIssue> {
        while bytes > self.to - self.from {
            bytes -= self.to - self.from;
            (self.from, self.to) = (0, 0);
            if !self.fill()? {
                return Err(RecordIssue::Malformed { index });
            }
        }
        self.from += bytes;
        Ok(())
    }
}
