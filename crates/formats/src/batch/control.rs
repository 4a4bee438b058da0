//! Control batches: one record that tells brokers something and that no consumer sees.
//!
//! ```text
//! key     version i16 (0), type i16: 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer,
//!         5 kraft version, 6 kraft voters
//! value   transaction markers: version i16 (0), coordinator epoch i32; the others: a message of Kafka's schemas, which
//!         begins with its version i16
//! ```

use bytes::Bytes;

use super::builder::{BatchBuilder, BatchOptions, NewRecord};
use super::record::RecordIssue;
use super::view::BatchView;

/// What a control record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlType {
    /// The producer's transaction is aborted here.
    Abort,
    /// The producer's transaction is committed here.
    Commit,
    /// A raft leader began its epoch.
    LeaderChange,
    /// First record of a metadata snapshot.
    SnapshotHeader,
    /// Last record of a metadata snapshot.
    SnapshotFooter,
    /// Level of the feature `kraft.version` (KIP-853).
    KraftVersion,
    /// The set of voters (KIP-853).
    KraftVoters,
    /// One we do not know; readers pass over it.
    Unknown(i16),
}

impl ControlType {
    /// Number in the record's key.
    pub fn id(self) -> i16 {
        match self {
            ControlType::Abort => 0,
            ControlType::Commit => 1,
            ControlType::LeaderChange => 2,
            ControlType::SnapshotHeader => 3,
            ControlType::SnapshotFooter => 4,
            ControlType::KraftVersion => 5,
            ControlType::KraftVoters => 6,
            ControlType::Unknown(id) => id,
        }
    }

    /// The reverse of [`ControlType::id`].
    pub fn from_id(id: i16) -> ControlType {
        match id {
            0 => ControlType::Abort,
            1 => ControlType::Commit,
            2 => ControlType::LeaderChange,
            3 => ControlType::SnapshotHeader,
            4 => ControlType::SnapshotFooter,
            5 => ControlType::KraftVersion,
            6 => ControlType::KraftVoters,
            id => ControlType::Unknown(id),
        }
    }

    /// From a control record's key; `None` when it is too short or of a negative version.
    pub fn from_key(key: &[u8]) -> Option<ControlType> {
        let [v0, v1, t0, t1] = *key.first_chunk()?;
        (i16::from_be_bytes([v0, v1]) >= 0).then(|| ControlType::from_id(i16::from_be_bytes([t0, t1])))
    }

    /// A control record's key.
    pub fn key(self) -> [u8; 4] {
        let [t0, t1] = self.id().to_be_bytes();
        [0, 0, t0, t1]
    }
}

/// A control record as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlRecord {
    /// Place in the partition.
    pub offset: i64,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// What it tells.
    pub kind: ControlType,
    /// The message, version first.
    pub value: Bytes,
}

/// A transaction's end in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndMarker {
    /// Committed, or aborted.
    pub committed: bool,
    /// Epoch of the transaction coordinator that wrote it.
    pub coordinator_epoch: i32,
}

impl EndMarker {
    /// From a control record; `None` when it is none of the two markers or malformed.
    pub fn from_record(record: &ControlRecord) -> Option<EndMarker> {
        let committed = match record.kind {
            ControlType::Commit => true,
            ControlType::Abort => false,
            _ => return None,
        };
        let [v0, v1, epoch @ ..] = *record.value.first_chunk::<6>()?;
        (i16::from_be_bytes([v0, v1]) >= 0)
            .then(|| EndMarker { committed, coordinator_epoch: i32::from_be_bytes(epoch) })
    }

    /// The batch that ends the transaction of `producer_id`.
    pub fn batch(self, base_offset: i64, timestamp: i64, producer_id: i64, producer_epoch: i16) -> Bytes {
        let options = BatchOptions { transactional: true, producer_id, producer_epoch, ..BatchOptions::default() };
        let kind = if self.committed { ControlType::Commit } else { ControlType::Abort };
        let mut value = [0; 6];
        value[2..].copy_from_slice(&self.coordinator_epoch.to_be_bytes());
        batch(options, base_offset, timestamp, &[(kind, &value)])
    }
}

/// A control batch of these records (`message` begins with its version), none of them compressed.
pub fn batch(options: BatchOptions, base_offset: i64, timestamp: i64, records: &[(ControlType, &[u8])]) -> Bytes {
    let mut builder = BatchBuilder::new(BatchOptions { control: true, ..options });
    for (kind, message) in records {
        builder.append(NewRecord { timestamp, key: Some(&kind.key()), value: Some(message), headers: &[] });
    }
    builder.build(base_offset)
}

/// The records of a control batch. The first record decides what a transaction marker is; Kafka writes but one.
pub fn read(batch: &BatchView) -> Result<Vec<ControlRecord>, RecordIssue> {
    let mut records = Vec::new();
    for (index, record) in batch.records(CONTROL_BYTES_MAX)?.enumerate() {
        let record = record?;
        let malformed = RecordIssue::Malformed { index: index as i32 };
        let Some(kind) = record.key.as_deref().and_then(ControlType::from_key) else { return Err(malformed) };
        let value = record.value.unwrap_or_default();
        records.push(ControlRecord { offset: record.offset, timestamp: record.timestamp, kind, value });
    }
    Ok(records)
}

/// Control batches are small and never compressed by Kafka; this is room for a voter set of thousands.
const CONTROL_BYTES_MAX: usize = 1 << 20;
