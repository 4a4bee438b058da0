// Made by `cargo xtask codegen` from schema/records/storage/remote-log-segment-metadata-snapshot.kafka: edit that instead.

//! A segment of the remote store, as a broker's local snapshot of them keeps it (KIP-405).

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemoteLogSegmentMetadataSnapshotRecord {
    pub segment_id: Uuid,
    pub start_offset: i64,
    pub end_offset: i64,
    pub broker_id: i32,
    pub max_timestamp_ms: i64,
    pub event_timestamp_ms: i64,
    pub segment_leader_epochs: Vec<SegmentLeaderEpochEntry>,
    pub segment_size_in_bytes: i32,
    pub custom_metadata: Option<Bytes>,
    pub remote_log_segment_state: i8,
    /// Tag 0.
    pub txn_index_empty: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RemoteLogSegmentMetadataSnapshotRecord {
    const NAME: &'static str = "RemoteLogSegmentMetadataSnapshotRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let segment_id = r.uuid()?;
        let start_offset = r.i64()?;
        let end_offset = r.i64()?;
        let broker_id = r.i32()?;
        let max_timestamp_ms = r.i64()?;
        let event_timestamp_ms = r.i64()?;
        let segment_leader_epochs = r.array(true, |r| SegmentLeaderEpochEntry::decode(r, version))?;
        let segment_size_in_bytes = r.i32()?;
        let custom_metadata = r.bytes_opt(true, true)?;
        let remote_log_segment_state = r.i8()?;
        let mut txn_index_empty = false;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => txn_index_empty = r.bool()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            segment_id,
            start_offset,
            end_offset,
            broker_id,
            max_timestamp_ms,
            event_timestamp_ms,
            segment_leader_epochs,
            segment_size_in_bytes,
            custom_metadata,
            remote_log_segment_state,
            txn_index_empty,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.uuid(self.segment_id);
        w.i64(self.start_offset);
        w.i64(self.end_offset);
        w.i32(self.broker_id);
        w.i64(self.max_timestamp_ms);
        w.i64(self.event_timestamp_ms);
        w.array(&self.segment_leader_epochs, true, |w, one| one.encode(w, version))?;
        w.i32(self.segment_size_in_bytes);
        w.bytes_opt(self.custom_metadata.as_ref(), true)?;
        w.i8(self.remote_log_segment_state);
        let mut tags = w.tags(usize::from(self.txn_index_empty), &self.unknown_tags);
        if self.txn_index_empty {
            tags.put(w, 0, |w| {
                w.bool(self.txn_index_empty);
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for RemoteLogSegmentMetadataSnapshotRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("segmentId", &self.segment_id, version);
        to.put("startOffset", &self.start_offset, version);
        to.put("endOffset", &self.end_offset, version);
        to.put("brokerId", &self.broker_id, version);
        to.put("maxTimestampMs", &self.max_timestamp_ms, version);
        to.put("eventTimestampMs", &self.event_timestamp_ms, version);
        to.put("segmentLeaderEpochs", &self.segment_leader_epochs, version);
        to.put("segmentSizeInBytes", &self.segment_size_in_bytes, version);
        to.put("customMetadata", &self.custom_metadata, version);
        to.put("remoteLogSegmentState", &self.remote_log_segment_state, version);
        if self.txn_index_empty {
            to.put("txnIndexEmpty", &self.txn_index_empty, version);
        }
        to.into()
    }
}

/// In `RemoteLogSegmentMetadataSnapshotRecord::segment_leader_epochs`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SegmentLeaderEpochEntry {
    pub leader_epoch: i32,
    pub offset: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl SegmentLeaderEpochEntry {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let leader_epoch = r.i32()?;
        let offset = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { leader_epoch, offset, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.leader_epoch);
        w.i64(self.offset);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for SegmentLeaderEpochEntry {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("leaderEpoch", &self.leader_epoch, version);
        to.put("offset", &self.offset, version);
        to.into()
    }
}
