//! Taking records out of a batch, as compaction does: offsets, producer and sequence stay, what is left keeps its bytes.
//!
//! Decides nothing: the caller says which records stay. What is written is what Kafka's cleaner would write, to the byte where
//! nothing is compressed: the base timestamp becomes that of the first record left, or the delete horizon (KIP-534).

use bytes::Bytes;

use super::header::{Attributes, BatchHeader, HEADER_BYTES, LOG_OVERHEAD_BYTES, TimestampType};
use super::record::RecordIssue;
use super::view::BatchView;
use super::{NONE, stamp, varint};
use crate::compression::{self, Codec, Compression};

/// A record where it lies in the uncompressed bytes of its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPart<'a> {
    /// Place in the partition.
    pub offset: i64,
    /// Milliseconds since 1970, -1 for none; the batch's append time under LogAppendTime.
    pub timestamp: i64,
    /// `None` is Kafka's null.
    pub key: Option<&'a [u8]>,
    /// Without one it is a tombstone.
    pub has_value: bool,
    /// All of it.
    bytes: &'a [u8],
    /// What follows its timestamp.
    behind_timestamp: &'a [u8],
}

/// What becomes of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// It stays though no record of it does.
    pub keep_empty: bool,
    /// It is a marker whose transaction has no records left, which counts as a tombstone.
    pub is_idle_marker: bool,
    /// Until when tombstones stay that have no delete horizon yet.
    pub delete_horizon_ms: i64,
}

/// What is left of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filtered {
    /// The batch, unchanged where it could be; `None` when it goes.
    pub batch: Option<Bytes>,
    /// Records it had.
    pub records: i32,
    /// Records left.
    pub kept: i32,
}

/// Shows the records of `header`'s batch, whose uncompressed bytes are `body`, until `visit` says no.
pub fn parts<'a>(
    header: &BatchHeader,
    body: &'a [u8],
    mut visit: impl FnMut(RecordPart<'a>) -> bool,
) -> Result<(), RecordIssue> {
    if header.count < 0 {
        return Err(RecordIssue::NegativeCount(header.count));
    }
    let mut rest = body;
    for index in 0..header.count {
        if rest.is_empty() {
            return Err(RecordIssue::Missing { index, count: header.count });
        }
        let (part, behind) = split(header, rest).ok_or(RecordIssue::Malformed { index })?;
        rest = behind;
        if !visit(part) {
            return Ok(());
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(RecordIssue::Trailing { bytes: rest.len() }) }
}

/// The batch without the records that `keep` does not want. `limit_bytes` caps what a compressed batch may unfold to.
pub fn filter(
    batch: &BatchView,
    limit_bytes: usize,
    filter: Filter,
    mut keep: impl FnMut(&RecordPart<'_>) -> bool,
) -> Result<Filtered, RecordIssue> {
    let records = batch.records(limit_bytes)?;
    let body = records.body();
    let mut kept = Vec::new();
    let mut has_tombstone = false;
    parts(batch, body, |part| {
        if keep(&part) {
            has_tombstone |= !part.has_value;
            kept.push(part);
        }
        true
    })?;
    let horizon = match batch.delete_horizon_ms() {
        None if has_tombstone || filter.is_idle_marker => Some(filter.delete_horizon_ms),
        old => old,
    };
    let left = if kept.is_empty() {
        filter.keep_empty.then(|| empty(batch))
    } else if kept.len() == batch.count as usize && horizon == batch.delete_horizon_ms() {
        Some(batch.bytes().clone())
    } else {
        Some(rebuild(batch, &kept, horizon))
    };
    let count = if left.is_some() { kept.len() as i32 } else { 0 };
    Ok(Filtered { batch: left, records: batch.count, kept: count })
}

/// The batch without any record: what keeps a producer's sequence number, or a log's last offset.
pub fn empty(batch: &BatchHeader) -> Bytes {
    let header = BatchHeader {
        length: (HEADER_BYTES - LOG_OVERHEAD_BYTES) as i32,
        attributes: batch.attributes.with_codec(Codec::None).with_delete_horizon(false),
        base_timestamp: NONE,
        count: 0,
        ..*batch
    };
    let mut bytes = header.encode().to_vec();
    stamp::crc(&mut bytes);
    Bytes::from(bytes)
}

fn rebuild(batch: &BatchHeader, kept: &[RecordPart<'_>], horizon: Option<i64>) -> Bytes {
    let append_time = batch.attributes.timestamp_type() == TimestampType::LogAppendTime;
    let base_timestamp = horizon.unwrap_or(kept[0].timestamp);
    // Every record of an appended-at batch has that time, whatever its own delta says.
    let as_they_are = base_timestamp == batch.base_timestamp && !append_time;
    let mut bytes = Vec::with_capacity(HEADER_BYTES + kept.iter().map(|part| part.bytes.len() + 9).sum::<usize>());
    bytes.resize(HEADER_BYTES, 0);
    for part in kept {
        if as_they_are {
            bytes.extend_from_slice(part.bytes);
        } else {
            write_part(&mut bytes, part, base_timestamp);
        }
    }
    let codec = batch.attributes.codec().unwrap_or_default();
    if codec != Codec::None {
        let compressed = compression::compress(Compression::of(codec), &bytes[HEADER_BYTES..]);
        bytes.truncate(HEADER_BYTES);
        bytes.extend_from_slice(&compressed);
    }
    let newest = kept.iter().map(|part| part.timestamp).max().unwrap_or(NONE).max(NONE);
    let header = BatchHeader {
        length: (bytes.len() - LOG_OVERHEAD_BYTES) as i32,
        // Bits that nobody has given a meaning yet are not carried on.
        attributes: Attributes(0)
            .with_codec(codec)
            .with_timestamp_type(batch.attributes.timestamp_type())
            .with_transactional(batch.is_transactional())
            .with_control(batch.is_control())
            .with_delete_horizon(horizon.is_some()),
        base_timestamp,
        max_timestamp: if append_time { batch.max_timestamp } else { newest },
        count: kept.len() as i32,
        ..*batch
    };
    bytes[..HEADER_BYTES].copy_from_slice(&header.encode());
    stamp::crc(&mut bytes);
    Bytes::from(bytes)
}

fn write_part(out: &mut Vec<u8>, part: &RecordPart<'_>, base_timestamp: i64) {
    let delta = part.timestamp.wrapping_sub(base_timestamp);
    let length = 1 + varint::size_i64(delta) + part.behind_timestamp.len();
    varint::write_i32(out, length as i32);
    out.push(0);
    varint::write_i64(out, delta);
    out.extend_from_slice(part.behind_timestamp);
}

/// The first record and what lies behind it.
fn split<'a>(header: &BatchHeader, bytes: &'a [u8]) -> Option<(RecordPart<'a>, &'a [u8])> {
    let mut at = 0;
    let length = usize::try_from(varint::read_i32(bytes, &mut at)?).ok()?;
    let end = at.checked_add(length).filter(|end| *end <= bytes.len())?;
    let record = &bytes[at..end];
    let mut at = 1;
    let timestamp_delta = varint::read_i64(record, &mut at)?;
    let behind_timestamp = &record[at..];
    let offset_delta = varint::read_i32(record, &mut at)?;
    let key = read_nullable(record, &mut at)?;
    let has_value = read_nullable(record, &mut at)?.is_some();
    let part = RecordPart {
        offset: header.base_offset.wrapping_add(i64::from(offset_delta)),
        timestamp: match header.attributes.timestamp_type() {
            TimestampType::CreateTime => header.base_timestamp.wrapping_add(timestamp_delta),
            TimestampType::LogAppendTime => header.max_timestamp,
        },
        key,
        has_value,
        bytes: &bytes[..end],
        behind_timestamp,
    };
    Some((part, &bytes[end..]))
}

/// Outer `None`: malformed. Inner `None`: null.
fn read_nullable<'a>(record: &'a [u8], at: &mut usize) -> Option<Option<&'a [u8]>> {
    let Ok(length) = usize::try_from(varint::read_i32(record, at)?) else { return Some(None) };
    let end = at.checked_add(length).filter(|end| *end <= record.len())?;
    let bytes = &record[*at..end];
    *at = end;
    Some(Some(bytes))
}

#[cfg(test)]
mod tests;
