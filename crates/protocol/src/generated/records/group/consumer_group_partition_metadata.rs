// Made by `cargo xtask codegen` from schema/records/group/consumer-group-partition-metadata.kafka: edit that instead.

//! The partitions of the topics a consumer group reads, as known when its target was made. Since the hash in
//! ConsumerGroupMetadata (KIP-1101) it is only deleted.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupPartitionMetadataKey {
    pub group_id: Text,
}

impl Message for ConsumerGroupPartitionMetadataKey {
    const NAME: &'static str = "ConsumerGroupPartitionMetadataKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        Ok(Self { group_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupPartitionMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupPartitionMetadataValue {
    pub topics: Vec<TopicMetadata>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ConsumerGroupPartitionMetadataValue {
    const NAME: &'static str = "ConsumerGroupPartitionMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topics = r.array(true, |r| TopicMetadata::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupPartitionMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topics", &self.topics, version);
        to.into()
    }
}

/// In `ConsumerGroupPartitionMetadataValue::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicMetadata {
    pub topic_id: Uuid,
    pub topic_name: Text,
    pub num_partitions: i32,
    pub partition_metadata: Vec<PartitionMetadata>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicMetadata {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let topic_name = r.text(true)?;
        let num_partitions = r.i32()?;
        let partition_metadata = r.array(true, |r| PartitionMetadata::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, topic_name, num_partitions, partition_metadata, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.text(&self.topic_name, true)?;
        w.i32(self.num_partitions);
        w.array(&self.partition_metadata, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicMetadata {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.put("topicName", &self.topic_name, version);
        to.put("numPartitions", &self.num_partitions, version);
        to.put("partitionMetadata", &self.partition_metadata, version);
        to.into()
    }
}

/// In `TopicMetadata::partition_metadata`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionMetadata {
    pub partition: i32,
    pub racks: Vec<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionMetadata {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition = r.i32()?;
        let racks = r.array(true, |r| r.text(true))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { partition, racks, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition);
        w.array(&self.racks, true, |w, one| w.text(one, true))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for PartitionMetadata {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("partition", &self.partition, version);
        to.put("racks", &self.racks, version);
        to.into()
    }
}
