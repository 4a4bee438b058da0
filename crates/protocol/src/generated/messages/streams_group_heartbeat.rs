// Made by `cargo xtask codegen` from schema/088-streams-group-heartbeat.kafka: edit that instead.

//! Everything a member of a streams group says and hears: topology, tasks, progress.
//!
//! KIP-1071 began it; version 1 wants topologies described in words (KIP-1331).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupHeartbeatRequest {
    pub group_id: Text,
    pub member_id: Text,
    /// 0 joins, -1 leaves, -2 leaves for a while and comes back under the same static name.
    pub member_epoch: i32,
    /// Which list of endpoints the member has; the answer brings a newer one.
    pub endpoint_information_epoch: i32,
    pub instance_id: Option<Text>,
    pub rack_id: Option<Text>,
    pub rebalance_timeout_ms: i32,
    /// Sent when joining; null when unchanged.
    pub topology: Option<Topology>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    /// The same for all members of one process, which share a state directory.
    pub process_id: Option<Text>,
    /// Where the application can be asked for its state.
    pub user_endpoint: Option<Endpoint>,
    /// For spreading standby tasks over racks.
    pub client_tags: Option<Vec<KeyValue>>,
    /// How far the member's state stores have been restored.
    pub task_offsets: Option<Vec<TaskOffset>>,
    /// Where those changelogs end.
    pub task_end_offsets: Option<Vec<TaskOffset>>,
    /// Every member shall stop.
    pub shutdown_application: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for StreamsGroupHeartbeatRequest {
    fn default() -> Self {
        Self {
            group_id: Text::default(),
            member_id: Text::default(),
            member_epoch: 0,
            endpoint_information_epoch: 0,
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            topology: None,
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            process_id: None,
            user_endpoint: None,
            client_tags: None,
            task_offsets: None,
            task_end_offsets: None,
            shutdown_application: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for StreamsGroupHeartbeatRequest {
    const NAME: &'static str = "StreamsGroupHeartbeatRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(true)?;
        let member_id = r.text(true)?;
        let member_epoch = r.i32()?;
        let endpoint_information_epoch = r.i32()?;
        let instance_id = r.text_opt(true, true)?;
        let rack_id = r.text_opt(true, true)?;
        let rebalance_timeout_ms = r.i32()?;
        let topology = r.struct_opt(true, |r| Topology::decode(r, version))?;
        let active_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let standby_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let process_id = r.text_opt(true, true)?;
        let user_endpoint = r.struct_opt(true, |r| Endpoint::decode(r, version))?;
        let client_tags = r.array_opt(true, true, |r| KeyValue::decode(r, version))?;
        let task_offsets = r.array_opt(true, true, |r| TaskOffset::decode(r, version))?;
        let task_end_offsets = r.array_opt(true, true, |r| TaskOffset::decode(r, version))?;
        let shutdown_application = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            group_id,
            member_id,
            member_epoch,
            endpoint_information_epoch,
            instance_id,
            rack_id,
            rebalance_timeout_ms,
            topology,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            process_id,
            user_endpoint,
            client_tags,
            task_offsets,
            task_end_offsets,
            shutdown_application,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, true)?;
        w.text(&self.member_id, true)?;
        w.i32(self.member_epoch);
        w.i32(self.endpoint_information_epoch);
        w.text_opt(self.instance_id.as_ref(), true)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.i32(self.rebalance_timeout_ms);
        w.struct_opt(self.topology.as_ref(), |w, one| one.encode(w, version))?;
        w.array_opt(self.active_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.standby_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.warmup_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        w.text_opt(self.process_id.as_ref(), true)?;
        w.struct_opt(self.user_endpoint.as_ref(), |w, one| one.encode(w, version))?;
        w.array_opt(self.client_tags.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.task_offsets.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.task_end_offsets.as_ref(), true, |w, one| one.encode(w, version))?;
        w.bool(self.shutdown_application);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `StreamsGroupHeartbeatRequest::topology`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Vec<Subtopology>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Topology {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let epoch = r.i32()?;
        let subtopologies = r.array(true, |r| Subtopology::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { epoch, subtopologies, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.epoch);
        w.array(&self.subtopologies, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `Topology::subtopologies`.
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

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub member_id: Text,
    pub member_epoch: i32,
    pub heartbeat_interval_ms: i32,
    /// Unused: too narrow for an offset.
    /// Version 0.
    pub acceptable_recovery_lag_legacy: i32,
    /// How often the member shall tell its task offsets.
    pub task_offset_interval_ms: i32,
    /// A warm-up task that is less far behind may become active.
    /// Version 1.
    pub acceptable_recovery_lag: i64,
    /// What is amiss: a stale topology, missing topics, wrong partition counts, a shutdown ….
    pub status: Option<Vec<Status>>,
    pub active_tasks: Option<Vec<TaskIds>>,
    pub standby_tasks: Option<Vec<TaskIds>>,
    pub warmup_tasks: Option<Vec<TaskIds>>,
    /// The coordinator would like a StreamsGroupTopologyDescriptionUpdate.
    /// Version 1.
    pub topology_description_required: bool,
    pub endpoint_information_epoch: i32,
    /// Null when unchanged.
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for StreamsGroupHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            member_id: Text::default(),
            member_epoch: 0,
            heartbeat_interval_ms: 0,
            acceptable_recovery_lag_legacy: 0,
            task_offset_interval_ms: 0,
            acceptable_recovery_lag: -1,
            status: Some(Vec::new()),
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            topology_description_required: false,
            endpoint_information_epoch: 0,
            partitions_by_user_endpoint: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for StreamsGroupHeartbeatResponse {
    const NAME: &'static str = "StreamsGroupHeartbeatResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let member_id = r.text(true)?;
        let member_epoch = r.i32()?;
        let heartbeat_interval_ms = r.i32()?;
        let acceptable_recovery_lag_legacy = if version == 0 { r.i32()? } else { 0 };
        let task_offset_interval_ms = r.i32()?;
        let acceptable_recovery_lag = if version == 1 { r.i64()? } else { -1 };
        let status = r.array_opt(true, true, |r| Status::decode(r, version))?;
        let active_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let standby_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks = r.array_opt(true, true, |r| TaskIds::decode(r, version))?;
        let topology_description_required = if version == 1 { r.bool()? } else { false };
        let endpoint_information_epoch = r.i32()?;
        let partitions_by_user_endpoint = r.array_opt(true, true, |r| EndpointToPartitions::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            member_id,
            member_epoch,
            heartbeat_interval_ms,
            acceptable_recovery_lag_legacy,
            task_offset_interval_ms,
            acceptable_recovery_lag,
            status,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            topology_description_required,
            endpoint_information_epoch,
            partitions_by_user_endpoint,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.text(&self.member_id, true)?;
        w.i32(self.member_epoch);
        w.i32(self.heartbeat_interval_ms);
        if version == 0 {
            w.i32(self.acceptable_recovery_lag_legacy);
        } else if self.acceptable_recovery_lag_legacy != 0 {
            return Err(EncodeError::NotCarried { field: "acceptable_recovery_lag_legacy", version });
        }
        w.i32(self.task_offset_interval_ms);
        if version == 1 {
            w.i64(self.acceptable_recovery_lag);
        }
        w.array_opt(self.status.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.active_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.standby_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        w.array_opt(self.warmup_tasks.as_ref(), true, |w, one| one.encode(w, version))?;
        if version == 1 {
            w.bool(self.topology_description_required);
        } else if self.topology_description_required {
            return Err(EncodeError::NotCarried { field: "topology_description_required", version });
        }
        w.i32(self.endpoint_information_epoch);
        w.array_opt(self.partitions_by_user_endpoint.as_ref(), true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for StreamsGroupHeartbeatResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `StreamsGroupHeartbeatResponse::partitions_by_user_endpoint`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EndpointToPartitions {
    pub user_endpoint: Endpoint,
    pub active_partitions: Vec<TopicPartition>,
    pub standby_partitions: Vec<TopicPartition>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl EndpointToPartitions {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let user_endpoint = Endpoint::decode(r, version)?;
        let active_partitions = r.array(true, |r| TopicPartition::decode(r, version))?;
        let standby_partitions = r.array(true, |r| TopicPartition::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { user_endpoint, active_partitions, standby_partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        self.user_endpoint.encode(w, version)?;
        w.array(&self.active_partitions, true, |w, one| one.encode(w, version))?;
        w.array(&self.standby_partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Status {
    pub status_code: i8,
    pub status_detail: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Status {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let status_code = r.i8()?;
        let status_detail = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { status_code, status_detail, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i8(self.status_code);
        w.text(&self.status_detail, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicPartition {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic = r.text(true)?;
        let partitions = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic, true)?;
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for StreamsGroupHeartbeatRequest {
    const KEY: ApiKey = ApiKey::StreamsGroupHeartbeat;
    type Response = StreamsGroupHeartbeatResponse;
}
