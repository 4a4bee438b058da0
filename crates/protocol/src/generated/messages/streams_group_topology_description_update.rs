// Made by `cargo xtask codegen` from schema/093-streams-group-topology-description-update.kafka: edit that instead.

//! A member of a streams group delivers a readable description of its topology (KIP-1331).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTopologyDescriptionUpdateRequest {
    pub group_id: Text,
    pub member_id: Text,
    pub topology_epoch: i32,
    pub topology_description: TopologyDescription,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupTopologyDescriptionUpdateRequest {
    const NAME: &'static str = "StreamsGroupTopologyDescriptionUpdateRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(true)?;
        let member_id = r.text(true)?;
        let topology_epoch = r.i32()?;
        let topology_description = TopologyDescription::decode(r, version)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_id, member_id, topology_epoch, topology_description, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, true)?;
        w.text(&self.member_id, true)?;
        w.i32(self.topology_epoch);
        self.topology_description.encode(w, version)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopologyDescription {
    pub subtopologies: Vec<TopologyDescriptionSubtopology>,
    pub global_stores: Vec<TopologyDescriptionGlobalStore>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopologyDescription {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let subtopologies = r.array(true, |r| TopologyDescriptionSubtopology::decode(r, version))?;
        let global_stores = r.array(true, |r| TopologyDescriptionGlobalStore::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { subtopologies, global_stores, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.array(&self.subtopologies, true, |w, one| one.encode(w, version))?;
        w.array(&self.global_stores, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopologyDescriptionSubtopology {
    pub subtopology_id: Text,
    pub nodes: Vec<TopologyDescriptionNode>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopologyDescriptionSubtopology {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let nodes = r.array(true, |r| TopologyDescriptionNode::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { subtopology_id, nodes, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
        w.array(&self.nodes, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopologyDescriptionNode {
    pub name: Text,
    pub node_type: i8,
    pub source_topics: Vec<Text>,
    pub sink_topic: Option<Text>,
    pub stores: Vec<Text>,
    pub successors: Vec<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopologyDescriptionNode {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let node_type = r.i8()?;
        let source_topics = r.array(true, |r| r.text(true))?;
        let sink_topic = r.text_opt(true, true)?;
        let stores = r.array(true, |r| r.text(true))?;
        let successors = r.array(true, |r| r.text(true))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, node_type, source_topics, sink_topic, stores, successors, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.i8(self.node_type);
        w.array(&self.source_topics, true, |w, one| w.text(one, true))?;
        w.text_opt(self.sink_topic.as_ref(), true)?;
        w.array(&self.stores, true, |w, one| w.text(one, true))?;
        w.array(&self.successors, true, |w, one| w.text(one, true))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopologyDescriptionGlobalStore {
    pub source: TopologyDescriptionNode,
    pub processor: TopologyDescriptionNode,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopologyDescriptionGlobalStore {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let source = TopologyDescriptionNode::decode(r, version)?;
        let processor = TopologyDescriptionNode::decode(r, version)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { source, processor, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        self.source.encode(w, version)?;
        self.processor.encode(w, version)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTopologyDescriptionUpdateResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupTopologyDescriptionUpdateResponse {
    const NAME: &'static str = "StreamsGroupTopologyDescriptionUpdateResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, error_message, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for StreamsGroupTopologyDescriptionUpdateResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for StreamsGroupTopologyDescriptionUpdateRequest {
    const KEY: ApiKey = ApiKey::StreamsGroupTopologyDescriptionUpdate;
    type Response = StreamsGroupTopologyDescriptionUpdateResponse;
}
