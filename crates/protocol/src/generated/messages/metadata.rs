// Made by `cargo xtask codegen` from schema/003-metadata.kafka: edit that instead.

//! Tells a client who the brokers are, and for topics who leads and follows each partition.
//!
//! KIP-4 brought topics that may be created in passing, KIP-112 offline replicas, KIP-320 leader epochs, KIP-430
//! authorized operations, KIP-516 topics by id, KIP-700 moved the cluster's operations to DescribeCluster,
//! KIP-1102 an error for the whole answer.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequest {
    /// Null asks for all; in version 0 an empty list does, later it asks for none.
    /// May be null since version 1.
    pub topics: Option<Vec<MetadataRequestTopic>>,
    /// Since version 4.
    pub allow_auto_topic_creation: bool,
    /// Versions 8-10.
    pub include_cluster_authorized_operations: bool,
    /// Since version 8.
    pub include_topic_authorized_operations: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MetadataRequest {
    fn default() -> Self {
        Self {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for MetadataRequest {
    const NAME: &'static str = "MetadataRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=13;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        r.check_version(Self::VERSIONS, version)?;
        let topics = r.array_opt(flexible, version >= 1, |r| MetadataRequestTopic::decode(r, version))?;
        let allow_auto_topic_creation = if version >= 4 { r.bool()? } else { true };
        let include_cluster_authorized_operations = if (8..=10).contains(&version) { r.bool()? } else { false };
        let include_topic_authorized_operations = if version >= 8 { r.bool()? } else { false };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            topics,
            allow_auto_topic_creation,
            include_cluster_authorized_operations,
            include_topic_authorized_operations,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.check_version(Self::VERSIONS, version)?;
        if version < 1 && self.topics.is_none() {
            return Err(EncodeError::Null { field: "topics" });
        }
        w.array_opt(self.topics.as_ref(), flexible, |w, one| one.encode(w, version))?;
        if version >= 4 {
            w.bool(self.allow_auto_topic_creation);
        } else if !self.allow_auto_topic_creation {
            return Err(EncodeError::NotCarried { field: "allow_auto_topic_creation", version });
        }
        if (8..=10).contains(&version) {
            w.bool(self.include_cluster_authorized_operations);
        } else if self.include_cluster_authorized_operations {
            return Err(EncodeError::NotCarried { field: "include_cluster_authorized_operations", version });
        }
        if version >= 8 {
            w.bool(self.include_topic_authorized_operations);
        } else if self.include_topic_authorized_operations {
            return Err(EncodeError::NotCarried { field: "include_topic_authorized_operations", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `MetadataRequest::topics`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequestTopic {
    /// With it the name may be null.
    /// Since version 10.
    pub topic_id: Uuid,
    /// May be null since version 10.
    pub name: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MetadataRequestTopic {
    fn default() -> Self {
        Self { topic_id: Uuid::ZERO, name: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl MetadataRequestTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let name = r.text_opt(flexible, version >= 10)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topic_id, name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version >= 10 {
            w.uuid(self.topic_id);
        }
        if version < 10 && self.name.is_none() {
            return Err(EncodeError::Null { field: "name" });
        }
        w.text_opt(self.name.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponse {
    /// Since version 3.
    pub throttle_time_ms: i32,
    pub brokers: Vec<MetadataResponseBroker>,
    /// Since version 2.
    pub cluster_id: Option<Text>,
    /// Where to send requests for the controller: with KRaft, any broker that is alive.
    /// Since version 1.
    pub controller_id: i32,
    pub topics: Vec<MetadataResponseTopic>,
    /// What the asker may do, one bit per operation; the smallest number when it did not ask.
    /// Versions 8-10.
    pub cluster_authorized_operations: i32,
    /// REBOOTSTRAP_REQUIRED sends the client back to the addresses it began with.
    /// Version 13.
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MetadataResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            brokers: Vec::new(),
            cluster_id: None,
            controller_id: -1,
            topics: Vec::new(),
            cluster_authorized_operations: i32::MIN,
            error_code: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for MetadataResponse {
    const NAME: &'static str = "MetadataResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=13;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 3 { r.i32()? } else { 0 };
        let brokers = r.array(flexible, |r| MetadataResponseBroker::decode(r, version))?;
        let cluster_id = if version >= 2 { r.text_opt(flexible, true)? } else { None };
        let controller_id = if version >= 1 { r.i32()? } else { -1 };
        let topics = r.array(flexible, |r| MetadataResponseTopic::decode(r, version))?;
        let cluster_authorized_operations = if (8..=10).contains(&version) { r.i32()? } else { i32::MIN };
        let error_code = if version == 13 { r.i16()? } else { 0 };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            throttle_time_ms,
            brokers,
            cluster_id,
            controller_id,
            topics,
            cluster_authorized_operations,
            error_code,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 3 {
            w.i32(self.throttle_time_ms);
        }
        w.array(&self.brokers, flexible, |w, one| one.encode(w, version))?;
        if version >= 2 {
            w.text_opt(self.cluster_id.as_ref(), flexible)?;
        }
        if version >= 1 {
            w.i32(self.controller_id);
        }
        w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        if (8..=10).contains(&version) {
            w.i32(self.cluster_authorized_operations);
        } else if self.cluster_authorized_operations != i32::MIN {
            return Err(EncodeError::NotCarried { field: "cluster_authorized_operations", version });
        }
        if version == 13 {
            w.i16(self.error_code);
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for MetadataResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.topics {
            one.each_error(version, see);
        }
        if version == 13 {
            see(self.error_code);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `MetadataResponse::brokers`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MetadataResponseBroker {
    pub node_id: i32,
    pub host: Text,
    pub port: i32,
    /// Since version 1.
    pub rack: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl MetadataResponseBroker {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let node_id = r.i32()?;
        let host = r.text(flexible)?;
        let port = r.i32()?;
        let rack = if version >= 1 { r.text_opt(flexible, true)? } else { None };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { node_id, host, port, rack, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i32(self.node_id);
        w.text(&self.host, flexible)?;
        w.i32(self.port);
        if version >= 1 {
            w.text_opt(self.rack.as_ref(), flexible)?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `MetadataResponse::topics`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponseTopic {
    pub error_code: i16,
    /// Null when the topic was asked for by an id that nobody knows.
    /// May be null since version 12.
    pub name: Option<Text>,
    /// Since version 10.
    pub topic_id: Uuid,
    /// Since version 1.
    pub is_internal: bool,
    pub partitions: Vec<MetadataResponsePartition>,
    /// What the asker may do, one bit per operation; the smallest number when it did not ask.
    /// Since version 8.
    pub topic_authorized_operations: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MetadataResponseTopic {
    fn default() -> Self {
        Self {
            error_code: 0,
            name: Some(Text::default()),
            topic_id: Uuid::ZERO,
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: i32::MIN,
            unknown_tags: Vec::new(),
        }
    }
}

impl MetadataResponseTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let error_code = r.i16()?;
        let name = r.text_opt(flexible, version >= 12)?;
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let is_internal = if version >= 1 { r.bool()? } else { false };
        let partitions = r.array(flexible, |r| MetadataResponsePartition::decode(r, version))?;
        let topic_authorized_operations = if version >= 8 { r.i32()? } else { i32::MIN };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { error_code, name, topic_id, is_internal, partitions, topic_authorized_operations, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i16(self.error_code);
        if version < 12 && self.name.is_none() {
            return Err(EncodeError::Null { field: "name" });
        }
        w.text_opt(self.name.as_ref(), flexible)?;
        if version >= 10 {
            w.uuid(self.topic_id);
        }
        if version >= 1 {
            w.bool(self.is_internal);
        }
        w.array(&self.partitions, flexible, |w, one| one.encode(w, version))?;
        if version >= 8 {
            w.i32(self.topic_authorized_operations);
        } else if self.topic_authorized_operations != i32::MIN {
            return Err(EncodeError::NotCarried { field: "topic_authorized_operations", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl MetadataResponseTopic {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `MetadataResponseTopic::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    /// -1 when there is none.
    pub leader_id: i32,
    /// Since version 7.
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    /// Replicas whose broker or disk is away.
    /// Since version 5.
    pub offline_replicas: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MetadataResponsePartition {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            offline_replicas: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl MetadataResponsePartition {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let error_code = r.i16()?;
        let partition_index = r.i32()?;
        let leader_id = r.i32()?;
        let leader_epoch = if version >= 7 { r.i32()? } else { -1 };
        let replica_nodes = r.array(flexible, Reader::i32)?;
        let isr_nodes = r.array(flexible, Reader::i32)?;
        let offline_replicas = if version >= 5 { r.array(flexible, Reader::i32)? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            error_code,
            partition_index,
            leader_id,
            leader_epoch,
            replica_nodes,
            isr_nodes,
            offline_replicas,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i16(self.error_code);
        w.i32(self.partition_index);
        w.i32(self.leader_id);
        if version >= 7 {
            w.i32(self.leader_epoch);
        }
        w.array(&self.replica_nodes, flexible, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.array(&self.isr_nodes, flexible, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        if version >= 5 {
            w.array(&self.offline_replicas, flexible, |w, one| {
                w.i32(*one);
                Ok(())
            })?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl MetadataResponsePartition {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for MetadataRequest {
    const KEY: ApiKey = ApiKey::Metadata;
    type Response = MetadataResponse;
}
