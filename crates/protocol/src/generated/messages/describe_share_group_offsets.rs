// Made by `cargo xtask codegen` from schema/090-describe-share-group-offsets.kafka: edit that instead.

//! Shows how far share groups have read (KIP-932); version 1 how far behind they are (KIP-1226).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsRequest {
    pub groups: Vec<DescribeShareGroupOffsetsRequestGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeShareGroupOffsetsRequest {
    const NAME: &'static str = "DescribeShareGroupOffsetsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let groups = r.array(true, |r| DescribeShareGroupOffsetsRequestGroup::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { groups, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.groups, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `DescribeShareGroupOffsetsRequest::groups`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeShareGroupOffsetsRequestGroup {
    pub group_id: Text,
    /// Null asks for all.
    pub topics: Option<Vec<DescribeShareGroupOffsetsRequestTopic>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeShareGroupOffsetsRequestGroup {
    fn default() -> Self {
        Self { group_id: Text::default(), topics: Some(Vec::new()), unknown_tags: Vec::new() }
    }
}

impl DescribeShareGroupOffsetsRequestGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let group_id = r.text(true)?;
        let topics = r.array_opt(true, true, |r| DescribeShareGroupOffsetsRequestTopic::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_id, topics, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.group_id, true)?;
        w.array_opt(self.topics.as_ref(), true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `DescribeShareGroupOffsetsRequestGroup::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsRequestTopic {
    pub topic_name: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DescribeShareGroupOffsetsRequestTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic_name = r.text(true)?;
        let partitions = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic_name, true)?;
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribeShareGroupOffsetsResponseGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeShareGroupOffsetsResponse {
    const NAME: &'static str = "DescribeShareGroupOffsetsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let groups = r.array(true, |r| DescribeShareGroupOffsetsResponseGroup::decode(r, version))?;
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

impl Response for DescribeShareGroupOffsetsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.groups {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DescribeShareGroupOffsetsResponse::groups`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponseGroup {
    pub group_id: Text,
    pub topics: Vec<DescribeShareGroupOffsetsResponseTopic>,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DescribeShareGroupOffsetsResponseGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let group_id = r.text(true)?;
        let topics = r.array(true, |r| DescribeShareGroupOffsetsResponseTopic::decode(r, version))?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_id, topics, error_code, error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.group_id, true)?;
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl DescribeShareGroupOffsetsResponseGroup {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.topics {
            one.each_error(version, see);
        }
        see(self.error_code);
    }
}

/// In `DescribeShareGroupOffsetsResponseGroup::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeShareGroupOffsetsResponseTopic {
    pub topic_name: Text,
    pub topic_id: Uuid,
    pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DescribeShareGroupOffsetsResponseTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_name = r.text(true)?;
        let topic_id = r.uuid()?;
        let partitions = r.array(true, |r| DescribeShareGroupOffsetsResponsePartition::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_name, topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.topic_name, true)?;
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl DescribeShareGroupOffsetsResponseTopic {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `DescribeShareGroupOffsetsResponseTopic::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeShareGroupOffsetsResponsePartition {
    pub partition_index: i32,
    /// -1 when there is none yet.
    pub start_offset: i64,
    pub leader_epoch: i32,
    /// Records still to be delivered; -1 when not known.
    /// Version 1.
    pub lag: i64,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeShareGroupOffsetsResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            start_offset: 0,
            leader_epoch: 0,
            lag: -1,
            error_code: 0,
            error_message: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribeShareGroupOffsetsResponsePartition {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let start_offset = r.i64()?;
        let leader_epoch = r.i32()?;
        let lag = if version == 1 { r.i64()? } else { -1 };
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { partition_index, start_offset, leader_epoch, lag, error_code, error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i64(self.start_offset);
        w.i32(self.leader_epoch);
        if version == 1 {
            w.i64(self.lag);
        }
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl DescribeShareGroupOffsetsResponsePartition {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for DescribeShareGroupOffsetsRequest {
    const KEY: ApiKey = ApiKey::DescribeShareGroupOffsets;
    type Response = DescribeShareGroupOffsetsResponse;
}
