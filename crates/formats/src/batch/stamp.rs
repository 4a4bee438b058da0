//! Changing a batch in place.
//!
//! Base offset and leader epoch lie before the checksum, so stamping them leaves it valid and costs nothing. The
//! others are covered by it and compute it anew.
//!
//! All of them want a whole batch (that was checked), of which `batch` holds at least the header.

use super::header::{Attributes, CRC_FROM, TimestampType};
use super::view::checksum;

/// Sets the offset of the first record.
pub fn base_offset(batch: &mut [u8], offset: i64) {
    batch[0..8].copy_from_slice(&offset.to_be_bytes());
}

/// Sets the epoch of the leader that appends.
pub fn leader_epoch(batch: &mut [u8], epoch: i32) {
    batch[12..16].copy_from_slice(&epoch.to_be_bytes());
}

/// Makes it a LogAppendTime batch of `time_ms`; every record then has that time. Needs the whole batch.
pub fn log_append_time(batch: &mut [u8], time_ms: i64) {
    timestamp(batch, TimestampType::LogAppendTime, time_ms);
}

/// Sets timestamp type and largest timestamp. Needs the whole batch; leaves it alone when nothing changes.
pub fn timestamp(batch: &mut [u8], kind: TimestampType, max_timestamp: i64) {
    let attributes = Attributes(i16::from_be_bytes([batch[21], batch[22]]));
    let stamped = attributes.with_timestamp_type(kind);
    if stamped == attributes && batch[35..43] == max_timestamp.to_be_bytes() {
        return;
    }
    batch[21..23].copy_from_slice(&stamped.0.to_be_bytes());
    batch[35..43].copy_from_slice(&max_timestamp.to_be_bytes());
    crc(batch);
}

/// Sets producer id, epoch and the first record's sequence number. Needs the whole batch.
pub fn producer(batch: &mut [u8], producer_id: i64, producer_epoch: i16, base_sequence: i32) {
    batch[43..51].copy_from_slice(&producer_id.to_be_bytes());
    batch[51..53].copy_from_slice(&producer_epoch.to_be_bytes());
    batch[53..57].copy_from_slice(&base_sequence.to_be_bytes());
    crc(batch);
}

/// Sets the checksum to what the bytes give. Needs the whole batch.
pub fn crc(batch: &mut [u8]) {
    debug_assert!(batch.len() > CRC_FROM);
    let crc = checksum(batch);
    batch[17..21].copy_from_slice(&crc.to_be_bytes());
}
