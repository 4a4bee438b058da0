// Made by `cargo xtask codegen` from schema/records/storage/remote-partition-delete-metadata.kafka: edit that instead.

//! A deleted partition's segments are being removed from the remote store (KIP-405).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemotePartitionDeleteMetadataRecord {
    pub topic_id_partition: TopicIdPartitionEntry,
    pub broker_id: i32,
    pub event_timestamp_ms: i64,
    /// 0 marked, 1 begun, 2 finished.
    pub remote_partition_delete_state: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RemotePartitionDeleteMetadataRecord {
    const NAME: &'static str = "RemotePartitionDeleteMetadataRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topic_id_partition = TopicIdPartitionEntry::decode(r, version)?;
        let broker_id = r.i32()?;
        let event_timestamp_ms = r.i64()?;
        let remote_partition_delete_state = r.i8()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id_partition, broker_id, event_timestamp_ms, remote_partition_delete_state, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        self.topic_id_partition.encode(w, version)?;
        w.i32(self.broker_id);
        w.i64(self.event_timestamp_ms);
        w.i8(self.remote_partition_delete_state);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RemotePartitionDeleteMetadataRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicIdPartition", &self.topic_id_partition, version);
        to.put("brokerId", &self.broker_id, version);
        to.put("eventTimestampMs", &self.event_timestamp_ms, version);
        to.put("remotePartitionDeleteState", &self.remote_partition_delete_state, version);
        to.into()
    }
}

/// In `RemotePartitionDeleteMetadataRecord::topic_id_partition`.
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
