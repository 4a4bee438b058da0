// Made by `cargo xtask codegen` from schema/records/group/share-group-state-partition-metadata.kafka: edit that instead.

//! For which partitions a share group has state, is about to have it, or is losing it (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupStatePartitionMetadataKey {
    pub group_id: Text,
}

impl Message for ShareGroupStatePartitionMetadataKey {
    const NAME: &'static str = "ShareGroupStatePartitionMetadataKey";
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

impl ToJson for ShareGroupStatePartitionMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupStatePartitionMetadataValue {
    pub initializing_topics: Vec<TopicPartitionsInfo>,
    pub initialized_topics: Vec<TopicPartitionsInfo>,
    pub deleting_topics: Vec<TopicInfo>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareGroupStatePartitionMetadataValue {
    const NAME: &'static str = "ShareGroupStatePartitionMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let initializing_topics = r.array(true, |r| TopicPartitionsInfo::decode(r, version))?;
        let initialized_topics = r.array(true, |r| TopicPartitionsInfo::decode(r, version))?;
        let deleting_topics = r.array(true, |r| TopicInfo::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { initializing_topics, initialized_topics, deleting_topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.initializing_topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.initialized_topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.deleting_topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ShareGroupStatePartitionMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("initializingTopics", &self.initializing_topics, version);
        to.put("initializedTopics", &self.initialized_topics, version);
        to.put("deletingTopics", &self.deleting_topics, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicPartitionsInfo {
    pub topic_id: Uuid,
    pub topic_name: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicPartitionsInfo {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let topic_name = r.text(true)?;
        let partitions = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, topic_name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.text(&self.topic_name, true)?;
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicPartitionsInfo {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.put("topicName", &self.topic_name, version);
        to.put("partitions", &self.partitions, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicInfo {
    pub topic_id: Uuid,
    pub topic_name: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicInfo {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let topic_name = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, topic_name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.text(&self.topic_name, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicInfo {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.put("topicName", &self.topic_name, version);
        to.into()
    }
}
