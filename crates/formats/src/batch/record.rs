//! The records inside a batch.
//!
//! Reading checks structure only (lengths, count, nulls); what a topic demands of records is `validate`'s.

use bytes::Bytes;

use super::header::{BatchHeader, TimestampType};
use super::varint;

/// A record, its key and value slices of the batch (or of the batch's decompressed records).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Place in the partition.
    pub offset: i64,
    /// Milliseconds since 1970, -1 for none; the batch's append time under LogAppendTime.
    pub timestamp: i64,
    /// `None` is Kafka's null.
    pub key: Option<Bytes>,
    /// `None` is a tombstone.
    pub value: Option<Bytes>,
    /// In the producer's order; keys may repeat.
    pub headers: Vec<RecordHeader>,
}

/// One header of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// UTF-8 by convention; kept as sent.
    pub key: Bytes,
    /// `None` is Kafka's null.
    pub value: Option<Bytes>,
}

/// Why the bytes of a batch are no records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordIssue {
    /// A length or number that the bytes do not hold.
    #[error("record {index} is malformed")]
    Malformed {
        /// Place in the batch, from 0.
        index: i32,
    },
    /// Fewer records than the header counts.
    #[error("the batch counts {count} records but its bytes end before record {index}")]
    Missing {
        /// Place of the first absent record.
        index: i32,
        /// What the header says.
        count: i32,
    },
    /// Bytes after the last record.
    #[error("{bytes} bytes follow the last record")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A record of a compressed batch beyond the cap.
    #[error("record {index} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Place in the batch.
        index: i32,
        /// The cap.
        limit_bytes: usize,
    },
    /// A negative record count.
    #[error("the batch counts {0} records")]
    NegativeCount(i32),
    /// The codec cannot read its bytes, or they unfold beyond the cap.
    #[error(transparent)]
    Compression(#[from] crate::compression::DecompressError),
}

/// Records of one batch in order. Ends after the first error.
#[derive(Clone, Debug)]
pub struct Records {
    header: BatchHeader,
    body: Bytes,
    at: usize,
    index: i32,
    failed: bool,
}

impl Records {
    /// Over the uncompressed bytes of a batch's records.
    pub(crate) fn new(header: BatchHeader, body: Bytes) -> Records {
        Records { header, body, at: 0, index: 0, failed: false }
    }

    /// The uncompressed bytes of the records.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    fn read(&mut self) -> Result<Record, RecordIssue> {
        let index = self.index;
        if self.at == self.body.len() {
            return Err(RecordIssue::Missing { index, count: self.header.count });
        }
        self.read_fields().ok_or(RecordIssue::Malformed { index })
    }

    fn read_fields(&mut self) -> Option<Record> {
        let length = usize::try_from(varint::read_i32(&self.body, &mut self.at)?).ok()?;
        let end = self.at.checked_add(length).filter(|&end| end <= self.body.len())?;
        let body = self.body.slice(self.at..end);
        self.at = end;

        let mut at = 1; // Attributes are unused and zero.
        let timestamp_delta = varint::read_i64(&body, &mut at)?;
        let offset_delta = varint::read_i32(&body, &mut at)?;
        let key = read_nullable(&body, &mut at)?;
        let value = read_nullable(&body, &mut at)?;
        let header_count = usize::try_from(varint::read_i32(&body, &mut at)?).ok()?;
        // A header takes two bytes at least, so this is what backs the allocation.
        if header_count > (body.len() - at) / 2 {
            return None;
        }
        let mut headers = Vec::with_capacity(header_count);
        for _ in 0..header_count {
            let key = read_nullable(&body, &mut at)??;
            headers.push(RecordHeader { key, value: read_nullable(&body, &mut at)? });
        }
        if at != body.len() {
            return None;
        }
        Some(Record {
            offset: self.header.base_offset.wrapping_add(i64::from(offset_delta)),
            timestamp: match self.header.attributes.timestamp_type() {
                TimestampType::CreateTime => self.header.base_timestamp.wrapping_add(timestamp_delta),
                TimestampType::LogAppendTime => self.header.max_timestamp,
            },
            key,
            value,
            headers,
        })
    }
}

impl Iterator for Records {
    type Item = Result<Record, RecordIssue>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if self.index >= self.header.count {
            let left = self.body.len() - self.at;
            self.failed = true;
            return (left > 0).then_some(Err(RecordIssue::Trailing { bytes: left }));
        }
        let record = self.read();
        self.failed = record.is_err();
        self.index += 1;
        Some(record)
    }
}

/// Outer `None`: malformed. Inner `None`: null.
fn read_nullable(bytes: &Bytes, at: &mut usize) -> Option<Option<Bytes>> {
    let length = varint::read_i32(bytes, at)?;
    // Kafka writes -1 and takes any other negative length for null as well.
    if length < 0 {
        return Some(None);
    }
    let end = at.checked_add(length as usize).filter(|&end| end <= bytes.len())?;
    let slice = bytes.slice(*at..end);
    *at = end;
    Some(Some(slice))
}
