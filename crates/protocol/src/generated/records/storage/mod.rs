// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/storage`.

use bytes::Bytes;

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, frame};
use crate::{Json, ToJson};

pub mod aborted_txn;
pub mod producer_snapshot;
pub mod remote_log_segment_metadata;
pub mod remote_log_segment_metadata_snapshot;
pub mod remote_log_segment_metadata_update;
pub mod remote_partition_delete_metadata;

pub use aborted_txn::AbortedTxn;
pub use producer_snapshot::ProducerSnapshot;
pub use remote_log_segment_metadata::RemoteLogSegmentMetadataRecord;
pub use remote_log_segment_metadata_snapshot::RemoteLogSegmentMetadataSnapshotRecord;
pub use remote_log_segment_metadata_update::RemoteLogSegmentMetadataUpdateRecord;
pub use remote_partition_delete_metadata::RemotePartitionDeleteMetadataRecord;

/// Any record of this group; what is on disk says which.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoteLogRecord {
    RemoteLogSegmentMetadata(RemoteLogSegmentMetadataRecord),
    RemoteLogSegmentMetadataUpdate(RemoteLogSegmentMetadataUpdateRecord),
    RemotePartitionDeleteMetadata(RemotePartitionDeleteMetadataRecord),
    RemoteLogSegmentMetadataSnapshot(RemoteLogSegmentMetadataSnapshotRecord),
}

impl RemoteLogRecord {
    /// The record's type number.
    pub fn number(&self) -> i16 {
        match self {
            Self::RemoteLogSegmentMetadata(_) => 0,
            Self::RemoteLogSegmentMetadataUpdate(_) => 1,
            Self::RemotePartitionDeleteMetadata(_) => 2,
            Self::RemoteLogSegmentMetadataSnapshot(_) => 3,
        }
    }

    /// The record's name in its schema.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RemoteLogSegmentMetadata(_) => RemoteLogSegmentMetadataRecord::NAME,
            Self::RemoteLogSegmentMetadataUpdate(_) => RemoteLogSegmentMetadataUpdateRecord::NAME,
            Self::RemotePartitionDeleteMetadata(_) => RemotePartitionDeleteMetadataRecord::NAME,
            Self::RemoteLogSegmentMetadataSnapshot(_) => RemoteLogSegmentMetadataSnapshotRecord::NAME,
        }
    }

    /// The versions this record can be written in.
    pub fn versions(&self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::RemoteLogSegmentMetadata(_) => RemoteLogSegmentMetadataRecord::VERSIONS,
            Self::RemoteLogSegmentMetadataUpdate(_) => RemoteLogSegmentMetadataUpdateRecord::VERSIONS,
            Self::RemotePartitionDeleteMetadata(_) => RemotePartitionDeleteMetadataRecord::VERSIONS,
            Self::RemoteLogSegmentMetadataSnapshot(_) => RemoteLogSegmentMetadataSnapshotRecord::VERSIONS,
        }
    }

    /// Reads a record's value: which record, which version, and the record. Nothing may be left over.
    pub fn decode_framed(value: &Bytes) -> Result<(Self, i16), DecodeError> {
        let (mut r, number, version) = frame::open(value)?;
        let record = match number {
            0 => Self::RemoteLogSegmentMetadata(Message::decode(&mut r, version)?),
            1 => Self::RemoteLogSegmentMetadataUpdate(Message::decode(&mut r, version)?),
            2 => Self::RemotePartitionDeleteMetadata(Message::decode(&mut r, version)?),
            3 => Self::RemoteLogSegmentMetadataSnapshot(Message::decode(&mut r, version)?),
            _ => return Err(r.error(DecodeErrorKind::UnknownType(number))),
        };
        r.finish()?;
        Ok((record, version))
    }

    /// Writes the value of a record.
    pub fn encode_framed(&self, version: i16) -> Result<Bytes, EncodeError> {
        let mut w = frame::begin(self.number(), version);
        match self {
            Self::RemoteLogSegmentMetadata(record) => record.encode(&mut w, version)?,
            Self::RemoteLogSegmentMetadataUpdate(record) => record.encode(&mut w, version)?,
            Self::RemotePartitionDeleteMetadata(record) => record.encode(&mut w, version)?,
            Self::RemoteLogSegmentMetadataSnapshot(record) => record.encode(&mut w, version)?,
        }
        Ok(w.finish().into_bytes())
    }
}

impl ToJson for RemoteLogRecord {
    fn to_json(&self, version: i16) -> Json {
        match self {
            Self::RemoteLogSegmentMetadata(record) => record.to_json(version),
            Self::RemoteLogSegmentMetadataUpdate(record) => record.to_json(version),
            Self::RemotePartitionDeleteMetadata(record) => record.to_json(version),
            Self::RemoteLogSegmentMetadataSnapshot(record) => record.to_json(version),
        }
    }
}

impl From<RemoteLogSegmentMetadataRecord> for RemoteLogRecord {
    fn from(record: RemoteLogSegmentMetadataRecord) -> Self {
        Self::RemoteLogSegmentMetadata(record)
    }
}

impl From<RemoteLogSegmentMetadataUpdateRecord> for RemoteLogRecord {
    fn from(record: RemoteLogSegmentMetadataUpdateRecord) -> Self {
        Self::RemoteLogSegmentMetadataUpdate(record)
    }
}

impl From<RemotePartitionDeleteMetadataRecord> for RemoteLogRecord {
    fn from(record: RemotePartitionDeleteMetadataRecord) -> Self {
        Self::RemotePartitionDeleteMetadata(record)
    }
}

impl From<RemoteLogSegmentMetadataSnapshotRecord> for RemoteLogRecord {
    fn from(record: RemoteLogSegmentMetadataSnapshotRecord) -> Self {
        Self::RemoteLogSegmentMetadataSnapshot(record)
    }
}
