//! From a request's bytes to a batch that may be appended: Kafka's checks, in Kafka's order, and what the topic makes of the batch.
//!
//! Pure, and done before the partition's lock is taken: what depends on the log (offsets, producers) comes after.

use bytes::Bytes;
use kampa_formats::batch::control::{self, EndMarker};
use kampa_formats::batch::validate::ValidateError;
use kampa_formats::batch::{
    BatchHeader, BatchView, LOG_OVERHEAD_BYTES, MAGIC, RecordIssue, Rules, TimestampType, WalkLimits, renumber,
    validate_client_header, validate_records,
};
use kampa_formats::compression::{self, Codec, Compression, DecompressError};

use crate::config::PartitionConfig;
use crate::error::AppendError;

/// Who appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A producer, whose bytes are checked to the last record.
    Client,
    /// This node's own coordinators, whose batches are taken as they are: no offsets or sequence numbers are asked of them, and they
    /// may write control records.
    Coordinator,
}

/// A batch that lacks only its place: base offset and leader epoch.
#[derive(Debug)]
pub(crate) struct Checked {
    /// As it will be written, the checksum included.
    pub header: BatchHeader,
    /// What follows the header.
    pub body: Bytes,
    /// What a transaction's marker says.
    pub marker: Option<(EndMarker, i64)>,
    pub origin: Origin,
}

/// The most a compressed batch may unfold to. Kafka streams and has no cap but its record size; a reader must hold the whole, and
/// Java's arrays end here.
const UNFOLDED_BYTES_MAX: usize = i32::MAX as usize;

pub(crate) fn check(
    records: &Bytes,
    origin: Origin,
    config: &PartitionConfig,
    now_ms: i64,
) -> Result<Checked, AppendError> {
    let view = sole_batch(records)?;
    if origin == Origin::Client && view.base_offset != 0 {
        return Err(AppendError::BaseOffset(view.base_offset));
    }
    check_size(view.size_bytes(), config)?;
    if origin == Origin::Coordinator {
        return finish(&view, origin, config, now_ms, view.max_timestamp, view.body(), None);
    }
    let view = BatchView::check(view.into_bytes())?;
    let source = view.attributes.codec().map_err(unknown_codec)?;
    validate_client_header(&view)?;
    let summary = validate_records(&view, &rules(config, now_ms)).map_err(|error| match error {
        ValidateError::Broken(issue) => AppendError::Records(issue),
        ValidateError::Rejected(records) => AppendError::Rejected(records),
    })?;

    let target = config.compression.target(source);
    let recompressed = (target.codec != source).then_some(target);
    let body = match recompressed {
        None if summary.is_sequential => view.body(),
        // Kafka fails here, too, though not on purpose.
        None if source != Codec::None => return Err(AppendError::Gaps),
        _ => transcode(&view, source, target, summary.is_sequential)?,
    };
    let checked = finish(&view, origin, config, now_ms, summary.max_timestamp, body, recompressed)?;
    if recompressed.is_some() {
        check_size(checked.header.size_bytes(), config)?;
    }
    Ok(checked)
}

fn rules(config: &PartitionConfig, now_ms: i64) -> Rules {
    Rules {
        require_key: config.log.compact,
        now_ms,
        before_max_ms: config.timestamp_before_max_ms,
        after_max_ms: config.timestamp_after_max_ms,
        timestamp_type: config.timestamp_type,
        limits: WalkLimits {
            record_bytes_max: config.max_decompressed_message_bytes,
            batch_bytes_max: UNFOLDED_BYTES_MAX,
        },
    }
}

fn check_size(bytes: usize, config: &PartitionConfig) -> Result<(), AppendError> {
    let bytes_max = config.max_message_bytes;
    if bytes > bytes_max { Err(AppendError::TooLarge { bytes, bytes_max }) } else { Ok(()) }
}

fn unknown_codec(error: compression::UnknownCodec) -> AppendError {
    AppendError::Records(RecordIssue::Compression(DecompressError::Unknown(error)))
}

/// The one batch that a produce request holds; a cut second one after it is ignored, as Kafka does. Its checksum is not looked at.
fn sole_batch(records: &Bytes) -> Result<BatchView, AppendError> {
    let size = match peek(records)? {
        Some((size, _)) if size > records.len() => return Err(AppendError::NoBatch),
        Some((_, magic)) if magic < MAGIC => return Err(AppendError::OldFormat(magic)),
        Some((size, _)) => size,
        None => return Err(AppendError::NoBatch),
    };
    match peek(&records[size..]) {
        Ok(Some((second, _))) if second <= records.len() - size => return Err(AppendError::SeveralBatches),
        Ok(_) => {}
        Err(_) => return Err(AppendError::Tail),
    }
    // All its bytes are here: a batch that seems cut claims fewer than a header takes.
    BatchView::trust(records.slice(..size)).map_err(AppendError::Corrupt)
}

/// Bytes and format that the next batch claims; `None` when it is cut before it could say.
fn peek(bytes: &[u8]) -> Result<Option<(usize, i8)>, AppendError> {
    let Some(&[_, _, _, _, _, _, _, _, a, b, c, d]) = bytes.first_chunk() else { return Ok(None) };
    let length = i32::from_be_bytes([a, b, c, d]);
    if length < OLD_RECORD_BYTES {
        return Err(AppendError::Length(length));
    }
    match bytes.get(16).map(|&magic| magic as i8) {
        None => Ok(None),
        Some(magic @ 0..=MAGIC) => Ok(Some((length as usize + LOG_OVERHEAD_BYTES, magic))),
        Some(magic) => Err(AppendError::UnknownFormat(magic)),
    }
}

/// What the smallest message of format 0 took; Kafka still takes it for the least a batch may be.
const OLD_RECORD_BYTES: i32 = 14;

/// The records in another codec, numbered anew where needed.
fn transcode(view: &BatchView, source: Codec, target: Compression, sequential: bool) -> Result<Bytes, AppendError> {
    let body = view.body();
    let plain = match source {
        Codec::None => body,
        codec => {
            Bytes::from(compression::decompress(codec, &body, UNFOLDED_BYTES_MAX).map_err(RecordIssue::Compression)?)
        }
    };
    let plain = if sequential { plain } else { Bytes::from(renumber(&plain)?) };
    Ok(match target.codec {
        Codec::None => plain,
        _ => Bytes::from(compression::compress(target, &plain)),
    })
}

fn finish(
    view: &BatchView,
    origin: Origin,
    config: &PartitionConfig,
    now_ms: i64,
    max_timestamp: i64,
    body: Bytes,
    recompressed: Option<Compression>,
) -> Result<Checked, AppendError> {
    let mut header = *view.header();
    header.attributes = header.attributes.with_timestamp_type(config.timestamp_type);
    header.max_timestamp = match config.timestamp_type {
        TimestampType::CreateTime => max_timestamp,
        TimestampType::LogAppendTime => now_ms,
    };
    if let Some(target) = recompressed {
        header.attributes = header.attributes.with_codec(target.codec);
    }
    let head_bytes = view.size_bytes() - view.body().len();
    header.length = (head_bytes - LOG_OVERHEAD_BYTES + body.len()) as i32;
    if header != *view.header() || body.as_ptr() != view.body().as_ptr() {
        header.crc = header.checksum(&body);
    }
    let marker = if header.is_control() && header.has_producer_id() { read_marker(view)? } else { None };
    Ok(Checked { header, body, marker, origin })
}

fn read_marker(view: &BatchView) -> Result<Option<(EndMarker, i64)>, AppendError> {
    let records = control::read(view)?;
    Ok(records.first().and_then(|record| Some((EndMarker::from_record(record)?, record.timestamp))))
}

#[cfg(test)]
mod tests;
