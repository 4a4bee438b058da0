//! Making a batch, for coordinators, the metadata log, compaction and clients.

use bytes::Bytes;

use super::header::{Attributes, BatchHeader, HEADER_BYTES, LOG_OVERHEAD_BYTES, MAGIC, TimestampType};
use super::{stamp, varint};
use crate::compression::{self, Codec, Compression};

/// What all records of a batch share. The default is a plain batch without producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchOptions {
    /// How the records are compressed.
    pub compression: Compression,
    /// Under LogAppendTime, the time of the last [`BatchBuilder::append`] counts for all records.
    pub timestamp_type: TimestampType,
    /// Records of a transaction, or its marker.
    pub transactional: bool,
    /// A control record.
    pub control: bool,
    /// Delete horizon in ms, written where the base timestamp is.
    pub delete_horizon_ms: Option<i64>,
    /// -1 without idempotence.
    pub producer_id: i64,
    /// -1 without idempotence.
    pub producer_epoch: i16,
    /// -1 without idempotence.
    pub base_sequence: i32,
    /// -1 until a leader stamps it.
    pub leader_epoch: i32,
}

impl Default for BatchOptions {
    fn default() -> BatchOptions {
        BatchOptions {
            compression: Compression::NONE,
            timestamp_type: TimestampType::CreateTime,
            transactional: false,
            control: false,
            delete_horizon_ms: None,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            leader_epoch: -1,
        }
    }
}

/// A record to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewRecord<'a> {
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// `None` is Kafka's null.
    pub key: Option<&'a [u8]>,
    /// `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Keys with nullable values.
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
}

/// Collects records and makes one batch of them.
#[derive(Clone, Debug)]
pub struct BatchBuilder {
    options: BatchOptions,
    /// Room for the header, then the records, uncompressed.
    bytes: Vec<u8>,
    count: i32,
    last_offset_delta: i32,
    base_timestamp: i64,
    max_timestamp: i64,
}

impl BatchBuilder {
    /// An empty batch.
    pub fn new(options: BatchOptions) -> BatchBuilder {
        BatchBuilder::with_capacity(options, 512)
    }

    /// An empty batch with room for `bytes` of records.
    pub fn with_capacity(options: BatchOptions, bytes: usize) -> BatchBuilder {
        let mut buffer = Vec::with_capacity(HEADER_BYTES + bytes);
        buffer.resize(HEADER_BYTES, 0);
        BatchBuilder {
            options,
            bytes: buffer,
            count: 0,
            last_offset_delta: -1,
            base_timestamp: options.delete_horizon_ms.unwrap_or(-1),
            max_timestamp: -1,
        }
    }

    /// Adds a record at the next offset.
    pub fn append(&mut self, record: NewRecord<'_>) {
        self.append_at(self.last_offset_delta + 1, record);
    }

    /// Adds a record `offset_delta` after the base offset; deltas must grow. For compaction, which leaves gaps.
    pub fn append_at(&mut self, offset_delta: i32, record: NewRecord<'_>) {
        assert!(offset_delta > self.last_offset_delta, "offset delta {offset_delta} after {}", self.last_offset_delta);
        if self.count == 0 && self.options.delete_horizon_ms.is_none() {
            self.base_timestamp = record.timestamp;
        }
        let timestamp_delta = record.timestamp.wrapping_sub(self.base_timestamp);
        let length = body_size(timestamp_delta, offset_delta, &record);
        let out = &mut self.bytes;
        varint::write_i32(out, length as i32);
        out.push(0);
        varint::write_i64(out, timestamp_delta);
        varint::write_i32(out, offset_delta);
        write_nullable(out, record.key);
        write_nullable(out, record.value);
        varint::write_i32(out, record.headers.len() as i32);
        for (key, value) in record.headers {
            write_nullable(out, Some(key.as_bytes()));
            write_nullable(out, *value);
        }
        self.count += 1;
        self.last_offset_delta = offset_delta;
        self.max_timestamp = self.max_timestamp.max(record.timestamp);
    }

    /// Keeps the batch's end at `offset_delta` though the records there are gone; for compaction.
    pub fn keep_last_offset_delta(&mut self, offset_delta: i32) {
        assert!(offset_delta >= self.last_offset_delta, "the batch already ends at {}", self.last_offset_delta);
        self.last_offset_delta = offset_delta;
    }

    /// Says whose batch it is and which place its first record has among that producer's; a producer knows it only when the
    /// batch is sent.
    pub fn set_producer(&mut self, producer_id: i64, producer_epoch: i16, base_sequence: i32) {
        self.options = BatchOptions { producer_id, producer_epoch, base_sequence, ..self.options };
    }

    /// Records so far.
    pub fn count(&self) -> i32 {
        self.count
    }

    /// Whether there is no record yet.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the batch so far, header included, before compression.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes the batch would have, before compression, with `record` too.
    pub fn size_bytes_with(&self, record: &NewRecord<'_>) -> usize {
        let base = if self.count == 0 { record.timestamp } else { self.base_timestamp };
        let body = body_size(record.timestamp.wrapping_sub(base), self.last_offset_delta + 1, record);
        self.bytes.len() + varint::size_i32(body as i32) + body
    }

    /// The batch, its first record at `base_offset`.
    pub fn build(self, base_offset: i64) -> Bytes {
        let options = self.options;
        let codec = if self.count == 0 { Codec::None } else { options.compression.codec };
        let mut bytes = self.bytes;
        if codec != Codec::None {
            let compressed = compression::compress(options.compression, &bytes[HEADER_BYTES..]);
            bytes.truncate(HEADER_BYTES);
            bytes.extend_from_slice(&compressed);
        }
        let header = BatchHeader {
            base_offset,
            length: (bytes.len() - LOG_OVERHEAD_BYTES) as i32,
            partition_leader_epoch: options.leader_epoch,
            magic: MAGIC,
            crc: 0,
            attributes: Attributes(0)
                .with_codec(codec)
                .with_timestamp_type(options.timestamp_type)
                .with_transactional(options.transactional)
                .with_control(options.control)
                .with_delete_horizon(options.delete_horizon_ms.is_some()),
            last_offset_delta: self.last_offset_delta,
            base_timestamp: self.base_timestamp,
            max_timestamp: self.max_timestamp,
            producer_id: options.producer_id,
            producer_epoch: options.producer_epoch,
            base_sequence: options.base_sequence,
            count: self.count,
        };
        bytes[..HEADER_BYTES].copy_from_slice(&header.encode());
        stamp::crc(&mut bytes);
        Bytes::from(bytes)
    }
}

/// Bytes of a record after its length field.
fn body_size(timestamp_delta: i64, offset_delta: i32, record: &NewRecord<'_>) -> usize {
    let headers: usize =
        record.headers.iter().map(|(key, value)| nullable_size(Some(key.as_bytes())) + nullable_size(*value)).sum();
    1 + varint::size_i64(timestamp_delta)
        + varint::size_i32(offset_delta)
        + nullable_size(record.key)
        + nullable_size(record.value)
        + varint::size_i32(record.headers.len() as i32)
        + headers
}

fn nullable_size(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |bytes| varint::size_i32(bytes.len() as i32) + bytes.len())
}

fn write_nullable(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => varint::write_i32(out, -1),
        Some(bytes) => {
            varint::write_i32(out, bytes.len() as i32);
            out.extend_from_slice(bytes);
        }
    }
}
