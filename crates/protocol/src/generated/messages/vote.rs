// Made by `cargo xtask codegen` from schema/052-vote.kafka: edit that instead.

//! A candidate of the metadata quorum asks for a vote.
//!
//! KIP-595 began it, KIP-853 brought directory ids, KIP-996 the question before the question (pre-vote).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct VoteRequest {
    pub cluster_id: Option<Text>,
    /// Whom the candidate takes the receiver for; -1 skips the check.
    /// Since version 1.
    pub voter_id: i32,
    pub topics: Vec<TopicData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for VoteRequest {
    fn default() -> Self {
        Self { cluster_id: None, voter_id: -1, topics: Vec::new(), unknown_tags: Vec::new() }
    }
}

impl Message for VoteRequest {
    const NAME: &'static str = "VoteRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let cluster_id = r.text_opt(true, true)?;
        let voter_id = if version >= 1 { r.i32()? } else { -1 };
        let topics = r.array(true, |r| TopicData::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { cluster_id, voter_id, topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text_opt(self.cluster_id.as_ref(), true)?;
        if version >= 1 {
            w.i32(self.voter_id);
        }
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `VoteRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicData {
    pub topic_name: Text,
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_name = r.text(true)?;
        let partitions = r.array(true, |r| PartitionData::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic_name, true)?;
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `TopicData::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    /// The epoch the candidate stands for; in a pre-vote, the one it is in.
    pub replica_epoch: i32,
    /// The candidate.
    pub replica_id: i32,
    /// Since version 1.
    pub replica_directory_id: Uuid,
    /// Since version 1.
    pub voter_directory_id: Uuid,
    pub last_offset_epoch: i32,
    /// Where the candidate's log ends.
    pub last_offset: i64,
    /// Only asks whether it would win; binds nobody.
    /// Version 2.
    pub pre_vote: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let replica_epoch = r.i32()?;
        let replica_id = r.i32()?;
        let replica_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let voter_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let last_offset_epoch = r.i32()?;
        let last_offset = r.i64()?;
        let pre_vote = if version == 2 { r.bool()? } else { false };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            partition_index,
            replica_epoch,
            replica_id,
            replica_directory_id,
            voter_directory_id,
            last_offset_epoch,
            last_offset,
            pre_vote,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i32(self.replica_epoch);
        w.i32(self.replica_id);
        if version >= 1 {
            w.uuid(self.replica_directory_id);
        }
        if version >= 1 {
            w.uuid(self.voter_directory_id);
        }
        w.i32(self.last_offset_epoch);
        w.i64(self.last_offset);
        if version == 2 {
            w.bool(self.pre_vote);
        } else if self.pre_vote {
            return Err(EncodeError::NotCarried { field: "pre_vote", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VoteResponse {
    pub error_code: i16,
    pub topics: Vec<TopicResult>,
    /// Since version 1, tag 0.
    pub node_endpoints: Vec<NodeEndpoint>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for VoteResponse {
    const NAME: &'static str = "VoteResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let error_code = r.i16()?;
        let topics = r.array(true, |r| TopicResult::decode(r, version))?;
        let mut node_endpoints = Vec::new();
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => node_endpoints = r.array(true, |r| NodeEndpoint::decode(r, version))?,
                0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { error_code, topics, node_endpoints, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.error_code);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        if version < 1 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::NotCarried { field: "node_endpoints", version });
        }
        let mut tags = w.tags(usize::from(version >= 1 && !self.node_endpoints.is_empty()), &self.unknown_tags);
        if version >= 1 && !self.node_endpoints.is_empty() {
            tags.put(w, 0, |w| {
                w.array(&self.node_endpoints, true, |w, one| one.encode(w, version))?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl Response for VoteResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        for one in &self.topics {
            one.each_error(version, see);
        }
    }
}

/// In `VoteResponse::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicResult {
    pub topic_name: Text,
    pub partitions: Vec<PartitionResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_name = r.text(true)?;
        let partitions = r.array(true, |r| PartitionResult::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic_name, true)?;
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl TopicResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `TopicResult::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionResult {
    pub partition_index: i32,
    pub error_code: i16,
    /// Whom the voter knows for leader; -1 for none.
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub vote_granted: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionResult {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let error_code = r.i16()?;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let vote_granted = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { partition_index, error_code, leader_id, leader_epoch, vote_granted, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i16(self.error_code);
        w.i32(self.leader_id);
        w.i32(self.leader_epoch);
        w.bool(self.vote_granted);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl PartitionResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `VoteResponse::node_endpoints`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: Text,
    pub port: u16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl NodeEndpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let node_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.u16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { node_id, host, port, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.node_id);
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for VoteRequest {
    const KEY: ApiKey = ApiKey::Vote;
    type Response = VoteResponse;
}
