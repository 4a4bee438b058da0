//! What a leader demands of a batch before it appends it. Kafka's rules, in Kafka's order.
//!
//! The partition maps these to error codes: a [`BatchIssue`] and a [`RecordIssue`] are INVALID_RECORD (damaged compressed data
//! is UNKNOWN_SERVER_ERROR), [`Rejection`]s are INVALID_TIMESTAMP when one of them concerns a time and INVALID_RECORD otherwise, with every
//! rejected record named in the answer.

use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;

use super::header::{BatchHeader, TimestampType};
use super::record::RecordIssue;
use super::view::BatchView;
use super::walk::{RecordShape, WalkLimits, walk};

/// What a topic demands of records, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Compacted topics take no record without a key.
    pub require_key: bool,
    /// The leader's clock, ms since 1970.
    pub now_ms: i64,
    /// How far a CreateTime may lie in the past (`message.timestamp.before.max.ms`).
    pub before_max_ms: i64,
    /// How far a CreateTime may lie in the future (`message.timestamp.after.max.ms`).
    pub after_max_ms: i64,
    /// The topic's, whatever the batch says.
    pub timestamp_type: TimestampType,
    /// Caps on what compressed records unfold to.
    pub limits: WalkLimits,
}

/// What the walk found out about records that may be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordsSummary {
    /// Largest timestamp of the records, -1 for none; the rules' now under LogAppendTime.
    pub max_timestamp: i64,
    /// Offset of the batch's last record minus its base: Kafka's indexes name it as the place of the largest timestamp.
    pub offset_delta_of_max_timestamp: i32,
    /// Whether the offset deltas are 0, 1, 2 …; a batch of which that is not true has to be built anew.
    pub is_sequential: bool,
    /// Bytes of the records, uncompressed.
    pub uncompressed_bytes: usize,
}

/// Why the records are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidateError {
    /// The bytes are no records.
    #[error(transparent)]
    Broken(#[from] RecordIssue),
    /// They are, but not such as the topic takes. Never empty.
    #[error("{} records are rejected", .0.len())]
    Rejected(Vec<RecordError>),
}

/// A record that the topic does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// Place in the batch, from 0.
    pub batch_index: i32,
    /// Why.
    pub rejection: Rejection,
}

/// Why a topic does not take a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No key in a compacted topic.
    MissingKey,
    /// Outside of the time the topic allows.
    TimestampOutOfRange {
        /// The record's.
        timestamp: i64,
        /// The record's, as the producer counts.
        offset: i64,
        /// The earliest allowed.
        from: i64,
        /// The latest allowed.
        to: i64,
    },
    /// LogAppendTime is the leader's to set.
    ProducerSetAppendTime,
}

impl Rejection {
    /// Whether the whole batch is then refused with INVALID_TIMESTAMP rather than INVALID_RECORD.
    pub fn concerns_time(&self) -> bool {
        !matches!(self, Rejection::MissingKey)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::MissingKey => f.write_str("a compacted topic takes no record without a key"),
            Rejection::TimestampOutOfRange { timestamp, offset, from, to } => {
                write!(f, "timestamp {timestamp} of the record at {offset} is outside of {from} to {to}")
            }
            Rejection::ProducerSetAppendTime => f.write_str("a producer may not set the timestamp type LogAppendTime"),
        }
    }
}

/// Why a client's batch is refused before its records are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchIssue {
    /// The last offset lies before the first.
    #[error("the batch ends before it begins: offset delta {0}")]
    OffsetRange(i32),
    /// Zero records or fewer.
    #[error("the batch counts {0} records")]
    Count(i32),
    /// Offsets and count disagree.
    #[error("the batch spans {offsets} offsets but counts {count} records")]
    Span {
        /// Of the header's offsets.
        offsets: i64,
        /// What it counts.
        count: i32,
    },
    /// Control records are the brokers' own.
    #[error("a client may not write control records")]
    Control,
    /// A producer id without a sequence number.
    #[error("sequence number {sequence} of producer {producer_id} is negative")]
    Sequence {
        /// The batch's.
        producer_id: i64,
        /// The batch's.
        sequence: i32,
    },
}

/// Checks what Kafka demands of the header of a client's batch; what a broker writes itself is not held to it.
pub fn validate_client_header(header: &BatchHeader) -> Result<(), BatchIssue> {
    if header.last_offset_delta < 0 {
        return Err(BatchIssue::OffsetRange(header.last_offset_delta));
    }
    if header.count <= 0 {
        return Err(BatchIssue::Count(header.count));
    }
    let offsets = i64::from(header.last_offset_delta) + 1;
    if offsets != i64::from(header.count) {
        return Err(BatchIssue::Span { offsets, count: header.count });
    }
    if header.is_control() {
        return Err(BatchIssue::Control);
    }
    if header.has_producer_id() && header.base_sequence < 0 {
        return Err(BatchIssue::Sequence { producer_id: header.producer_id, sequence: header.base_sequence });
    }
    Ok(())
}

/// Walks over the records, compressed or not, and holds each against the rules. Allocates only to name rejected records.
pub fn validate_records(batch: &BatchView, rules: &Rules) -> Result<RecordsSummary, ValidateError> {
    let mut max_timestamp = -1;
    let mut is_sequential = true;
    let mut uncompressed_bytes = 0_usize;
    let mut rejected = Vec::new();
    let walked: ControlFlow<Infallible> = walk(batch, rules.limits, &mut |record| {
        if let Err(rejection) = rules.check(batch, &record) {
            rejected.push(RecordError { batch_index: record.index, rejection });
        }
        max_timestamp = max_timestamp.max(record.timestamp);
        is_sequential &= record.offset_delta == record.index;
        uncompressed_bytes += record.size_bytes;
        ControlFlow::Continue(())
    })?;
    let ControlFlow::Continue(()) = walked;
    if !rejected.is_empty() {
        return Err(ValidateError::Rejected(rejected));
    }
    if rules.timestamp_type == TimestampType::LogAppendTime {
        max_timestamp = rules.now_ms;
    }
    Ok(RecordsSummary {
        max_timestamp,
        offset_delta_of_max_timestamp: batch.last_offset_delta,
        is_sequential,
        uncompressed_bytes,
    })
}

impl Rules {
    fn check(&self, batch: &BatchHeader, record: &RecordShape) -> Result<(), Rejection> {
        if self.require_key && !record.has_key {
            return Err(Rejection::MissingKey);
        }
        if self.timestamp_type == TimestampType::CreateTime && record.timestamp != -1 {
            // Java's arithmetic, which wraps: the defaults allow 2^63 - 1 ms.
            let age_ms = self.now_ms.wrapping_sub(record.timestamp);
            if age_ms > self.before_max_ms || age_ms.wrapping_neg() > self.after_max_ms {
                return Err(Rejection::TimestampOutOfRange {
                    timestamp: record.timestamp,
                    offset: batch.base_offset.wrapping_add(i64::from(record.offset_delta)),
                    from: self.now_ms.wrapping_sub(self.before_max_ms),
                    to: self.now_ms.wrapping_add(self.after_max_ms),
                });
            }
        } else if batch.attributes.timestamp_type() == TimestampType::LogAppendTime {
            return Err(Rejection::ProducerSetAppendTime);
        }
        Ok(())
    }
}
