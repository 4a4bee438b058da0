// Made by `cargo xtask codegen` from schema/records/storage/remote-log-segment-metadata-update.kafka: edit that instead.

//! A segment of the remote store has come further in its life (KIP-405).

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemoteLogSegmentMetadataUpdateRecord {
    pub remote_log_segment_id: RemoteLogSegmentIdEntry,
    pub broker_id: i32,
    pub event_timestamp_ms: i64,
    pub custom_metadata: Option<Bytes>,
    pub remote_log_segment_state: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RemoteLogSegmentMetadataUpdateRecord {
    const NAME: &'static str = "RemoteLogSegmentMetadataUpdateRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let remote_log_segment_id = RemoteLogSegmentIdEntry::decode(r, version)?;
        let broker_id = r.i32()?;
        let event_timestamp_ms = r.i64()?;
        let custom_metadata = r.bytes_opt(true, true)?;
        let remote_log_segment_state = r.i8()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            remote_log_segment_id,
            broker_id,
            event_timestamp_ms,
            custom_metadata,
            remote_log_segment_state,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        self.remote_log_segment_id.encode(w, version)?;
        w.i32(self.broker_id);
        w.i64(self.event_timestamp_ms);
        w.bytes_opt(self.custom_metadata.as_ref(), true)?;
        w.i8(self.remote_log_segment_state);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RemoteLogSegmentMetadataUpdateRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("remoteLogSegmentId", &self.remote_log_segment_id, version);
        to.put("brokerId", &self.broker_id, version);
        to.put("eventTimestampMs", &self.event_timestamp_ms, version);
        to.put("customMetadata", &self.custom_metadata, version);
        to.put("remoteLogSegmentState", &self.remote_log_segment_state, version);
        to.into()
    }
}

/// In `RemoteLogSegmentMetadataUpdateRecord::remote_log_segment_id`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemoteLogSegmentIdEntry {
    pub topic_id_partition: TopicIdPartitionEntry,
    pub id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl RemoteLogSegmentIdEntry {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id_partition = TopicIdPartitionEntry::decode(r, version)?;
        let id = r.uuid()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id_partition, id, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        self.topic_id_partition.encode(w, version)?;
        w.uuid(self.id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RemoteLogSegmentIdEntry {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicIdPartition", &self.topic_id_partition, version);
        to.put("id", &self.id, version);
        to.into()
    }
}

/// In `RemoteLogSegmentIdEntry::topic_id_partition`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicIdPartitionEntry {
    pub name: Text,
    pub id: Uuid,
    pub partition: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicIdPartitionEntry {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let id = r.uuid()?;
        let partition = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, id, partition, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.uuid(self.id);
        w.i32(self.partition);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicIdPartitionEntry {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("id", &self.id, version);
        to.put("partition", &self.partition, version);
        to.into()
    }
}
