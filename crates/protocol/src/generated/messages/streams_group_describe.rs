// Made by `cargo xtask codegen` from schema/089-streams-group-describe.kafka: edit that instead.

//! Shows streams groups (KIP-1071); version 1 with the described topology (KIP-1331).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupDescribeRequest {
    pub group_ids: Vec<Text>,
    pub include_authorized_operations: bool,
    /// Version 1.
    pub include_topology_description: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupDescribeRequest {
    const NAME: &'static str = "StreamsGroupDescribeRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_ids = r.array(true, |r| r.text(true))?;
        let include_authorized_operations = r.bool()?;
        let include_topology_description = if version == 1 { r.bool()? } else { false };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_ids, include_authorized_operations, include_topology_description, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.group_ids, true, |w, one| w.text(one, true))?;
        w.bool(self.include_authorized_operations);
        if version == 1 {
            w.bool(self.include_topology_description);
        } else if self.include_topology_description {
            return Err(EncodeError::NotCarried { field: "include_topology_description", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupDescribeResponse {
    const NAME: &'static str = "StreamsGroupDescribeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let groups = r.array(true, |r| DescribedGroup::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, groups, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.array(&self.groups, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for StreamsGroupDescribeResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.groups {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `StreamsGroupDescribeResponse::groups`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub group_id: Text,
    pub group_state: Text,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub topology: Option<Topology>,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
    /// Version 1.
    pub topology_description: Option<TopologyDescription>,
    /// Why the description is null.
    /// Version 1.
    pub topology_description_status: i8,
    /// Version 1.
    pub assignor_name: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: None,
            group_id: Text::default(),
            group_state: Text::default(),
            group_epoch: 0,
            assignment_epoch: 0,
            topology: None,
            members: Vec::new(),
            authorized_operations: i32::MIN,
            topology_description: None,
            topology_description_status: 0,
            assignor_name: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribedGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let group_id = r.text(true)?;
        let group_state = r.text(true)?;
        let group_epoch = r.i32()?;
        let assignment_epoch = r.i32()?;
        let topology = r.struct_opt(true, |r| Topology::decode(r, version))?;
        let members = r.array(true, |r| Member::decode(r, version))?;
        let authorized_operations = r.i32()?;
        let topology_description =
            if version == 1 { r.struct_opt(true, |r| TopologyDescription::decode(r, version))? } else { None };
        let topology_description_status = if version == 1 { r.i8()? } else { 0 };
        let assignor_name = if version == 1 { r.text_opt(true, true)? } else { None };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            group_epoch,
            assignment_epoch,
            topology,
            members,
            authorized_operations,
            topology_description,
            topology_description_status,
            assignor_name,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.text(&self.group_id, true)?;
        w.text(&self.group_state, true)?;
        w.i32(self.group_epoch);
        w.i32(self.assignment_epoch);
        w.struct_opt(self.topology.as_ref(), |w, one| one.encode(w, version))?;
        w.array(&self.members, true, |w, one| one.encode(w, version))?;
        w.i32(self.authorized_operations);
        if version == 1 {
            w.struct_opt(self.topology_description.as_ref(), |w, one| one.encode(w, version))?;
        } else if self.topology_description.is_some() {
            return Err(EncodeError::NotCarried { field: "topology_description", version });
        }
        if version == 1 {
            w.i8(self.topology_description_status);
        } else if self.topology_description_status != 0 {
            return Err(EncodeError::NotCarried { field: "topology_description_status", version });
        }
        if version == 1 {
            w.text_opt(self.assignor_name.as_ref(), true)?;
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl DescribedGroup {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `DescribedGroup::topology`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Option<Vec<Subtopology>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Topology {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let epoch = r.i32()?;
        let subtopologies = r.array_opt(true, true, |r| Subtopology::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { epoch, subtopologies, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.epoch);
        w.array_opt(self.subtopologies.as_ref(), true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `Topology::subtopologies`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: Text,
    pub source_topics: Vec<Text>,
    pub repartition_sink_topics: Vec<Text>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_source_topics: Vec<TopicInfo>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Subtopology {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let source_topics = r.array(true, |r| r.text(true))?;
        let repartition_sink_topics = r.array(true, |r| r.text(true))?;
        let state_changelog_topics = r.array(true, |r| TopicInfo::decode(r, version))?;
        let repartition_source_topics = r.array(true, |r| TopicInfo::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            subtopology_id,
            source_topics,
            repartition_sink_topics,
            state_changelog_topics,
            repartition_source_topics,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
        w.array(&self.source_topics, true, |w, one| w.text(one, true))?;
        w.array(&self.repartition_sink_topics, true, |w, one| w.text(one, true))?;
        w.array(&self.state_changelog_topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.repartition_source_topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `DescribedGroup::members`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Member {
    pub member_id: Text,
    pub member_epoch: i32,
    pub instance_id: Option<Text>,
    pub rack_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    pub topology_epoch: i32,
    pub process_id: Text,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
    pub task_offsets: Vec<TaskOffset>,
    pub task_end_offsets: Vec<TaskOffset>,
    pub assignment: Assignment,
    pub target_assignment: Assignment,
    pub is_classic: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Member {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let member_id = r.text(true)?;
        let member_epoch = r.i32()?;
        let instance_id = r.text_opt(true, true)?;
        let rack_id = r.text_opt(true, true)?;
        let client_id = r.text(true)?;
        let client_host = r.text(true)?;
        let topology_epoch = r.i32()?;
        let process_id = r.text(true)?;
        let user_endpoint = r.struct_opt(true, |r| Endpoint::decode(r, version))?;
        let client_tags = r.array(true, |r| KeyValue::decode(r, version))?;
        let task_offsets = r.array(true, |r| TaskOffset::decode(r, version))?;
        let task_end_offsets = r.array(true, |r| TaskOffset::decode(r, version))?;
        let assignment = Assignment::decode(r, version)?;
        let target_assignment = Assignment::decode(r, version)?;
        let is_classic = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            member_id,
            member_epoch,
            instance_id,
            rack_id,
            client_id,
            client_host,
            topology_epoch,
            process_id,
            user_endpoint,
            client_tags,
            task_offsets,
            task_end_offsets,
            assignment,
            target_assignment,
            is_classic,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.member_id, true)?;
        w.i32(self.member_epoch);
        w.text_opt(self.instance_id.as_ref(), true)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.text(&self.client_id, true)?;
        w.text(&self.client_host, true)?;
        w.i32(self.topology_epoch);
        w.text(&self.process_id, true)?;
        w.struct_opt(self.user_endpoint.as_ref(), |w, one| one.encode(w, version))?;
        w.array(&self.client_tags, true, |w, one| one.encode(w, version))?;
        w.array(&self.task_offsets, true, |w, one| one.encode(w, version))?;
        w.array(&self.task_end_offsets, true, |w, one| one.encode(w, version))?;
        self.assignment.encode(w, version)?;
        self.target_assignment.encode(w, version)?;
        w.bool(self.is_classic);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Endpoint {
    pub host: Text,
    pub port: u16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Endpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let host = r.text(true)?;
        let port = r.u16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { host, port, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TaskOffset {
    pub subtopology_id: Text,
    pub partition: i32,
    pub offset: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TaskOffset {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let partition = r.i32()?;
        let offset = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { subtopology_id, partition, offset, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
        w.i32(self.partition);
        w.i64(self.offset);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Assignment {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Assignment {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let active_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let standby_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { active_tasks, standby_tasks, warmup_tasks, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.array(&self.active_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.standby_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.warmup_tasks, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TaskIds {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let partitions = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { subtopology_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct KeyValue {
    pub key: Text,
    pub value: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl KeyValue {
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

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicInfo {
    pub name: Text,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<KeyValue>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicInfo {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let topic_configs = r.array(true, |r| KeyValue::decode(r, version))?;
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

impl Request for StreamsGroupDescribeRequest {
    const KEY: ApiKey = ApiKey::StreamsGroupDescribe;
    type Response = StreamsGroupDescribeResponse;
}
