//! Record batch, format 2: what a producer sends, what lies in a `.log` file and what a fetch returns.
//!
//! ```text
//!  0  base_offset             i64   offset of the first record; stamped by the leader
//!  8  length                  i32   bytes that follow this field
//! 12  partition_leader_epoch  i32   stamped by the leader; lies before the checksum, as all of the above
//! 16  magic                   i8    2
//! 17  crc                     u32   CRC-32C of everything from attributes to the end
//! 21  attributes              i16   0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
//! 23  last_offset_delta       i32   offset of the last record minus base_offset
//! 27  base_timestamp          i64   of the first record; the delete horizon when bit 6 is set
//! 35  max_timestamp           i64   largest of the records; the append time when bit 3 is set
//! 43  producer_id             i64   -1 without idempotence
//! 51  producer_epoch          i16   -1 without idempotence
//! 53  base_sequence           i32   -1 without idempotence
//! 57  count                   i32   number of records
//! 61  records                       `count` records, compressed together when a codec is set
//! ```
//!
//! A record: length varint, attributes i8 (unused), timestamp delta varlong, offset delta varint, key length varint
//! (-1 null), key, value length varint (-1 null), value, header count varint, headers (key length, key, value length
//! -1 null, value). Varints are zig-zag.
//!
//! Formats 0 and 1 are gone since Kafka 4; they are recognised only to be refused.

mod builder;
pub mod control;
pub mod filter;
mod header;
mod record;
pub mod stamp;
pub mod validate;
mod varint;
mod view;
mod walk;

pub use builder::{BatchBuilder, BatchOptions, NewRecord};
pub use header::{Attributes, BatchHeader, HEADER_BYTES, LOG_OVERHEAD_BYTES, MAGIC, TimestampType, sequence_after};
pub use record::{Record, RecordHeader, RecordIssue, Records};
pub use validate::{RecordsSummary, Rules, ValidateError, validate_client_header, validate_records};
pub use view::{BatchError, BatchView, Batches, batches};
pub use walk::{RecordShape, WalkLimits, first_at_or_after, renumber, walk};

/// No producer id, and also no timestamp: Kafka writes -1 for what is absent.
pub const NONE: i64 = -1;

#[cfg(test)]
mod tests;
