// Made by `cargo xtask codegen` from schema/078-share-fetch.kafka: edit that instead.

//! Takes records from a share partition for a while, and settles earlier ones in passing.
//!
//! KIP-932 began it, KIP-1206 brought the choice how strictly limits are kept, KIP-1222 the renewal of locks.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Records, Text, Uuid};

/// What is asked; versions 1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareFetchRequest {
    pub group_id: Option<Text>,
    pub member_id: Option<Text>,
    /// 0 begins a session, -1 ends it, else the count of its requests.
    pub share_session_epoch: i32,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    /// How many to take at most, rounded up to whole batches unless the mode is strict.
    pub max_records: i32,
    /// How many records one acquired range should hold.
    pub batch_size: i32,
    /// 0 by whole batches, 1 never more records than asked for.
    /// Version 2.
    pub share_acquire_mode: i8,
    /// Some of the acknowledgements prolong locks; then nothing is fetched.
    /// Version 2.
    pub is_renew_ack: bool,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ShareFetchRequest {
    fn default() -> Self {
        Self {
            group_id: None,
            member_id: Some(Text::default()),
            share_session_epoch: 0,
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            max_records: 0,
            batch_size: 0,
            share_acquire_mode: 0,
            is_renew_ack: false,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ShareFetchRequest {
    const NAME: &'static str = "ShareFetchRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text_opt(true, true)?;
        let member_id = r.text_opt(true, true)?;
        let share_session_epoch = r.i32()?;
        let max_wait_ms = r.i32()?;
        let min_bytes = r.i32()?;
        let max_bytes = r.i32()?;
        let max_records = r.i32()?;
        let batch_size = r.i32()?;
        let share_acquire_mode = if version == 2 { r.i8()? } else { 0 };
        let is_renew_ack = if version == 2 { r.bool()? } else { false };
        let topics = r.array(true, |r| FetchTopic::decode(r, version))?;
        let forgotten_topics_data = r.array(true, |r| ForgottenTopic::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            group_id,
            member_id,
            share_session_epoch,
            max_wait_ms,
            min_bytes,
            max_bytes,
            max_records,
            batch_size,
            share_acquire_mode,
            is_renew_ack,
            topics,
            forgotten_topics_data,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.group_id.as_ref(), true)?;
        w.text_opt(self.member_id.as_ref(), true)?;
        w.i32(self.share_session_epoch);
        w.i32(self.max_wait_ms);
        w.i32(self.min_bytes);
        w.i32(self.max_bytes);
        w.i32(self.max_records);
        w.i32(self.batch_size);
        if version == 2 {
            w.i8(self.share_acquire_mode);
        }
        if version == 2 {
            w.bool(self.is_renew_ack);
        } else if self.is_renew_ack {
            return Err(EncodeError::NotCarried { field: "is_renew_ack", version });
        }
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.array(&self.forgotten_topics_data, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `ShareFetchRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl FetchTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, |r| FetchPartition::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `FetchTopic::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchPartition {
    pub partition_index: i32,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl FetchPartition {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let acknowledgement_batches = r.array(true, |r| AcknowledgementBatch::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { partition_index, acknowledgement_batches, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.array(&self.acknowledgement_batches, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `FetchPartition::acknowledgement_batches`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AcknowledgementBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    /// One for the whole range, or one per offset: 0 gap, 1 accept, 2 release, 3 reject, 4 renew.
    pub acknowledge_types: Vec<i8>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AcknowledgementBatch {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let acknowledge_types = r.array(true, Reader::i8)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { first_offset, last_offset, acknowledge_types, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i64(self.first_offset);
        w.i64(self.last_offset);
        w.array(&self.acknowledge_types, true, |w, one| {
            w.i8(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `ShareFetchRequest::forgotten_topics_data`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ForgottenTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 1-2.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareFetchResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// How long the records are lent.
    pub acquisition_lock_timeout_ms: i32,
    pub responses: Vec<ShareFetchableTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareFetchResponse {
    const NAME: &'static str = "ShareFetchResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let acquisition_lock_timeout_ms = r.i32()?;
        let responses = r.array(true, |r| ShareFetchableTopicResponse::decode(r, version))?;
        let node_endpoints = r.array(true, |r| NodeEndpoint::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            acquisition_lock_timeout_ms,
            responses,
            node_endpoints,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.i32(self.acquisition_lock_timeout_ms);
        w.array(&self.responses, true, |w, one| one.encode(w, version))?;
        w.array(&self.node_endpoints, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for ShareFetchResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        for one in &self.responses {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ShareFetchResponse::responses`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareFetchableTopicResponse {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ShareFetchableTopicResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, |r| PartitionData::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ShareFetchableTopicResponse {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `ShareFetchableTopicResponse::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// About the acknowledgements sent along.
    pub acknowledge_error_code: i16,
    pub acknowledge_error_message: Option<Text>,
    pub current_leader: LeaderIdAndEpoch,
    /// May hold more than was acquired: whole batches.
    pub records: Records,
    /// The ranges that are lent to this member.
    pub acquired_records: Vec<AcquiredRecords>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let acknowledge_error_code = r.i16()?;
        let acknowledge_error_message = r.text_opt(true, true)?;
        let current_leader = LeaderIdAndEpoch::decode(r, version)?;
        let records = r.records(true)?;
        let acquired_records = r.array(true, |r| AcquiredRecords::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            partition_index,
            error_code,
            error_message,
            acknowledge_error_code,
            acknowledge_error_message,
            current_leader,
            records,
            acquired_records,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.i16(self.acknowledge_error_code);
        w.text_opt(self.acknowledge_error_message.as_ref(), true)?;
        self.current_leader.encode(w, version)?;
        w.records(&self.records, true)?;
        w.array(&self.acquired_records, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl PartitionData {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `PartitionData::current_leader`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
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

/// In `PartitionData::acquired_records`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AcquiredRecords {
    pub first_offset: i64,
    pub last_offset: i64,
    /// How often they have been lent, this time included.
    pub delivery_count: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AcquiredRecords {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let delivery_count = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { first_offset, last_offset, delivery_count, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i64(self.first_offset);
        w.i64(self.last_offset);
        w.i16(self.delivery_count);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `ShareFetchResponse::node_endpoints`.
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

impl Request for ShareFetchRequest {
    const KEY: ApiKey = ApiKey::ShareFetch;
    type Response = ShareFetchResponse;
}
