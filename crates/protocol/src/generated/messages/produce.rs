// Made by `cargo xtask codegen` from schema/000-produce.kafka: edit that instead.

//! Appends record batches to partitions, and says when they are safe.
//!
//! KIP-98 brought transactions, KIP-107 the log start offset, KIP-110 zstd (version 7), KIP-467 errors of single
//! records, KIP-951 the new leader beside an error, KIP-890 partitions that join a transaction by being written
//! to (version 12), KIP-516 topics by id (version 13). Versions 0 to 2 are refused, and yet answers to
//! ApiVersions must go on offering version 0: a librdkafka in the field takes its absence for "no compression"
//! (KAFKA-18659).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Records, Text, Uuid};

/// What is asked; versions 3-13.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProduceRequest {
    /// Null outside of transactions.
    pub transactional_id: Option<Text>,
    /// Who must have the records before the answer: 0 nobody, and there is no answer; 1 the leader; -1 all
    /// in-sync replicas.
    pub acks: i16,
    /// How long to wait for the replicas when acks is -1.
    pub timeout_ms: i32,
    pub topic_data: Vec<TopicProduceData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ProduceRequest {
    const NAME: &'static str = "ProduceRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 3..=13;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        r.check_version(Self::VERSIONS, version)?;
        let transactional_id = r.text_opt(flexible, true)?;
        let acks = r.i16()?;
        let timeout_ms = r.i32()?;
        let topic_data = r.array(flexible, |r| TopicProduceData::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { transactional_id, acks, timeout_ms, topic_data, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.transactional_id.as_ref(), flexible)?;
        w.i16(self.acks);
        w.i32(self.timeout_ms);
        w.array(&self.topic_data, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `ProduceRequest::topic_data`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicProduceData {
    /// Versions 3-12.
    pub name: Text,
    /// Version 13.
    pub topic_id: Uuid,
    pub partition_data: Vec<PartitionProduceData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicProduceData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let name = if version <= 12 { r.text(flexible)? } else { Text::default() };
        let topic_id = if version == 13 { r.uuid()? } else { Uuid::ZERO };
        let partition_data = r.array(flexible, |r| PartitionProduceData::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, topic_id, partition_data, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            w.text(&self.name, flexible)?;
        }
        if version == 13 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partition_data, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `TopicProduceData::partition_data`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionProduceData {
    pub index: i32,
    /// Exactly one batch, in the format of magic 2.
    pub records: Option<Records>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionProduceData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let index = r.i32()?;
        let records = r.records_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { index, records, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i32(self.index);
        w.records_opt(self.records.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 3-13.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProduceResponse {
    pub responses: Vec<TopicProduceResponse>,
    pub throttle_time_ms: i32,
    /// Addresses of the leaders named above.
    /// Since version 10, tag 0.
    pub node_endpoints: Vec<NodeEndpoint>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ProduceResponse {
    const NAME: &'static str = "ProduceResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 3..=13;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        r.check_version(Self::VERSIONS, version)?;
        let responses = r.array(flexible, |r| TopicProduceResponse::decode(r, version))?;
        let throttle_time_ms = r.i32()?;
        let mut node_endpoints = Vec::new();
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 10 => node_endpoints = r.array(true, |r| NodeEndpoint::decode(r, version))?,
                    0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self { responses, throttle_time_ms, node_endpoints, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.responses, flexible, |w, one| one.encode(w, version))?;
        w.i32(self.throttle_time_ms);
        if version < 10 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::NotCarried { field: "node_endpoints", version });
        }
        if flexible {
            let mut tags = w.tags(usize::from(version >= 10 && !self.node_endpoints.is_empty()), &self.unknown_tags);
            if version >= 10 && !self.node_endpoints.is_empty() {
                tags.put(w, 0, |w| {
                    w.array(&self.node_endpoints, true, |w, one| one.encode(w, version))?;
                    Ok(())
                })?;
            }
            tags.finish(w)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for ProduceResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.responses {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ProduceResponse::responses`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicProduceResponse {
    /// Versions 3-12.
    pub name: Text,
    /// Version 13.
    pub topic_id: Uuid,
    pub partition_responses: Vec<PartitionProduceResponse>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicProduceResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let name = if version <= 12 { r.text(flexible)? } else { Text::default() };
        let topic_id = if version == 13 { r.uuid()? } else { Uuid::ZERO };
        let partition_responses = r.array(flexible, |r| PartitionProduceResponse::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, topic_id, partition_responses, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            w.text(&self.name, flexible)?;
        }
        if version == 13 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partition_responses, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl TopicProduceResponse {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partition_responses {
            one.each_error(version, see);
        }
    }
}

/// In `TopicProduceResponse::partition_responses`.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionProduceResponse {
    pub index: i32,
    pub error_code: i16,
    /// Of the first record, or -1 with an error. A duplicate gets the offset it had the first time.
    pub base_offset: i64,
    /// The time the broker stamped, or -1 when the topic keeps the producer's.
    pub log_append_time_ms: i64,
    /// Since version 5.
    pub log_start_offset: i64,
    /// The records that made their batch fail.
    /// Since version 8.
    pub record_errors: Vec<BatchIndexAndErrorMessage>,
    /// Since version 8.
    pub error_message: Option<Text>,
    /// With NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH: where to go instead.
    /// Since version 10, tag 0.
    pub current_leader: LeaderIdAndEpoch,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for PartitionProduceResponse {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: 0,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Vec::new(),
            error_message: None,
            current_leader: LeaderIdAndEpoch::default(),
            unknown_tags: Vec::new(),
        }
    }
}

impl PartitionProduceResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let index = r.i32()?;
        let error_code = r.i16()?;
        let base_offset = r.i64()?;
        let log_append_time_ms = r.i64()?;
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let record_errors = if version >= 8 {
            r.array(flexible, |r| BatchIndexAndErrorMessage::decode(r, version))?
        } else {
            Vec::new()
        };
        let error_message = if version >= 8 { r.text_opt(flexible, true)? } else { None };
        let mut current_leader = LeaderIdAndEpoch::default();
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 10 => current_leader = LeaderIdAndEpoch::decode(r, version)?,
                    0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            index,
            error_code,
            base_offset,
            log_append_time_ms,
            log_start_offset,
            record_errors,
            error_message,
            current_leader,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i32(self.index);
        w.i16(self.error_code);
        w.i64(self.base_offset);
        w.i64(self.log_append_time_ms);
        if version >= 5 {
            w.i64(self.log_start_offset);
        }
        if version >= 8 {
            w.array(&self.record_errors, flexible, |w, one| one.encode(w, version))?;
        }
        if version >= 8 {
            w.text_opt(self.error_message.as_ref(), flexible)?;
        }
        if version < 10 && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::NotCarried { field: "current_leader", version });
        }
        if flexible {
            let mut tags = w.tags(
                usize::from(version >= 10 && self.current_leader != LeaderIdAndEpoch::default()),
                &self.unknown_tags,
            );
            if version >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                tags.put(w, 0, |w| {
                    self.current_leader.encode(w, version)?;
                    Ok(())
                })?;
            }
            tags.finish(w)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl PartitionProduceResponse {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `PartitionProduceResponse::record_errors`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BatchIndexAndErrorMessage {
    /// Counted within the batch, from 0.
    pub batch_index: i32,
    pub batch_index_error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl BatchIndexAndErrorMessage {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let batch_index = r.i32()?;
        let batch_index_error_message = r.text_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { batch_index, batch_index_error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        w.i32(self.batch_index);
        w.text_opt(self.batch_index_error_message.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `PartitionProduceResponse::current_leader`.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self { leader_id: -1, leader_epoch: -1, unknown_tags: Vec::new() }
    }
}

impl LeaderIdAndEpoch {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { leader_id, leader_epoch, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.leader_id);
        w.i32(self.leader_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `ProduceResponse::node_endpoints`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: Text,
    pub port: i32,
    pub rack: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl NodeEndpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let node_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.i32()?;
        let rack = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { node_id, host, port, rack, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.node_id);
        w.text(&self.host, true)?;
        w.i32(self.port);
        w.text_opt(self.rack.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for ProduceRequest {
    const KEY: ApiKey = ApiKey::Produce;
    type Response = ProduceResponse;
}
