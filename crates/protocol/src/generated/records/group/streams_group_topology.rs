// Made by `cargo xtask codegen` from schema/records/group/streams-group-topology.kafka: edit that instead.

//! A streams group's topology: its parts and the topics between them (KIP-1071).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTopologyKey {
    pub group_id: Text,
}

impl Message for StreamsGroupTopologyKey {
    const NAME: &'static str = "StreamsGroupTopologyKey";
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

impl ToJson for StreamsGroupTopologyKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTopologyValue {
    pub epoch: i32,
    pub subtopologies: Vec<Subtopology>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupTopologyValue {
    const NAME: &'static str = "StreamsGroupTopologyValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let epoch = r.i32()?;
        let subtopologies = r.array(true, |r| Subtopology::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { epoch, subtopologies, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.epoch);
        w.array(&self.subtopologies, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupTopologyValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("epoch", &self.epoch, version);
        to.put("subtopologies", &self.subtopologies, version);
        to.into()
    }
}

/// In `StreamsGroupTopologyValue::subtopologies`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: Text,
    pub source_topics: Vec<Text>,
    pub source_topic_regex: Vec<Text>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_sink_topics: Vec<Text>,
    pub repartition_source_topics: Vec<TopicInfo>,
    /// Topics that must have equally many partitions, as places in the lists above.
    pub copartition_groups: Vec<CopartitionGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Subtopology {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let source_topics = r.array(true, |r| r.text(true))?;
        let source_topic_regex = r.array(true, |r| r.text(true))?;
        let state_changelog_topics = r.array(true, |r| TopicInfo::decode(r, version))?;
        let repartition_sink_topics = r.array(true, |r| r.text(true))?;
        let repartition_source_topics = r.array(true, |r| TopicInfo::decode(r, version))?;
        let copartition_groups = r.array(true, |r| CopartitionGroup::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            subtopology_id,
            source_topics,
            source_topic_regex,
            state_changelog_topics,
            repartition_sink_topics,
            repartition_source_topics,
            copartition_groups,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
        w.array(&self.source_topics, true, |w, one| w.text(one, true))?;
        w.array(&self.source_topic_regex, true, |w, one| w.text(one, true))?;
        w.array(&self.state_changelog_topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.repartition_sink_topics, true, |w, one| w.text(one, true))?;
        w.array(&self.repartition_source_topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.copartition_groups, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Subtopology {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("subtopologyId", &self.subtopology_id, version);
        to.put("sourceTopics", &self.source_topics, version);
        to.put("sourceTopicRegex", &self.source_topic_regex, version);
        to.put("stateChangelogTopics", &self.state_changelog_topics, version);
        to.put("repartitionSinkTopics", &self.repartition_sink_topics, version);
        to.put("repartitionSourceTopics", &self.repartition_source_topics, version);
        to.put("copartitionGroups", &self.copartition_groups, version);
        to.into()
    }
}

/// In `Subtopology::copartition_groups`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CopartitionGroup {
    pub source_topics: Vec<i16>,
    pub source_topic_regex: Vec<i16>,
    pub repartition_source_topics: Vec<i16>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl CopartitionGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let source_topics = r.array(true, Reader::i16)?;
        let source_topic_regex = r.array(true, Reader::i16)?;
        let repartition_source_topics = r.array(true, Reader::i16)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { source_topics, source_topic_regex, repartition_source_topics, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.array(&self.source_topics, true, |w, one| {
            w.i16(*one);
            Ok(())
        })?;
        w.array(&self.source_topic_regex, true, |w, one| {
            w.i16(*one);
            Ok(())
        })?;
        w.array(&self.repartition_source_topics, true, |w, one| {
            w.i16(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for CopartitionGroup {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("sourceTopics", &self.source_topics, version);
        to.put("sourceTopicRegex", &self.source_topic_regex, version);
        to.put("repartitionSourceTopics", &self.repartition_source_topics, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicConfig {
    pub key: Text,
    pub value: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicConfig {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let key = r.text(true)?;
        let value = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { key, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.key, true)?;
        w.text(&self.value, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicConfig {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("key", &self.key, version);
        to.put("value", &self.value, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicInfo {
    pub name: Text,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<TopicConfig>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicInfo {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let topic_configs = r.array(true, |r| TopicConfig::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, partitions, replication_factor, topic_configs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.i32(self.partitions);
        w.i16(self.replication_factor);
        w.array(&self.topic_configs, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicInfo {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("partitions", &self.partitions, version);
        to.put("replicationFactor", &self.replication_factor, version);
        to.put("topicConfigs", &self.topic_configs, version);
        to.into()
    }
}
