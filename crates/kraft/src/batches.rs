//! Batches of the metadata log: metadata records in, metadata records or control records out.

use std::io;

use bytes::Bytes;
use kampa_formats::batch::control::{self, ControlRecord, ControlType};
use kampa_formats::batch::{BatchBuilder, BatchOptions, BatchView, NewRecord};
use kampa_metadata::Features;
use kampa_protocol::records::metadata::MetadataRecord;

/// What a batch holds.
pub(crate) enum Contents {
    /// Changes of the metadata.
    Metadata(Vec<MetadataRecord>),
    /// What the quorum tells itself.
    Control(Vec<ControlRecord>),
}

/// One batch of all these records, each in the version that `levels` asks for; levels among them count from there on.
pub(crate) fn of_records<'a>(
    records: impl IntoIterator<Item = &'a MetadataRecord>,
    levels: &mut Features,
    epoch: i32,
    base_offset: i64,
    timestamp_ms: i64,
) -> io::Result<Bytes> {
    let mut batch = empty(epoch);
    for record in records {
        let value = encode(record, levels)?;
        batch.append(NewRecord { timestamp: timestamp_ms, value: Some(&value), ..NewRecord::default() });
        if let MetadataRecord::FeatureLevel(level) = record {
            levels.apply(level);
        }
    }
    Ok(batch.build(base_offset))
}

/// One control batch.
pub(crate) fn of_control(records: &[(ControlType, Bytes)], epoch: i32, base_offset: i64, timestamp_ms: i64) -> Bytes {
    let records: Vec<(ControlType, &[u8])> = records.iter().map(|(kind, message)| (*kind, &**message)).collect();
    let options = BatchOptions { leader_epoch: epoch, ..BatchOptions::default() };
    control::batch(options, base_offset, timestamp_ms, &records)
}

pub(crate) fn empty(epoch: i32) -> BatchBuilder {
    BatchBuilder::new(BatchOptions { leader_epoch: epoch, ..BatchOptions::default() })
}

/// The value of a record.
pub(crate) fn encode(record: &MetadataRecord, levels: &Features) -> io::Result<Bytes> {
    levels.encode(record).map_err(|error| io::Error::other(format!("encode {}: {error}", record.name())))
}

/// What a batch holds.
pub(crate) fn read(batch: &BatchView) -> io::Result<Contents> {
    if batch.header().is_control() {
        return control::read(batch).map(Contents::Control).map_err(invalid);
    }
    let mut records = Vec::with_capacity(batch.header().count.clamp(0, RESERVED_MAX) as usize);
    for record in batch.records(UNFOLDED_BYTES_MAX).map_err(invalid)? {
        let record = record.map_err(invalid)?;
        let value = record.value.unwrap_or_default();
        let (decoded, _) = MetadataRecord::decode_framed(&value)
            .map_err(|error| invalid(format!("metadata record at offset {}: {error}", record.offset)))?;
        records.push(decoded);
    }
    Ok(Contents::Metadata(records))
}

/// What is on the medium is not what was meant.
pub(crate) fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Bytes one compressed batch may unfold to. Kafka does not compress this log and keeps its batches below 8 MiB.
const UNFOLDED_BYTES_MAX: usize = 256 << 20;
/// Records room is made for before they are seen: the count in a header is a claim.
const RESERVED_MAX: i32 = 1024;
