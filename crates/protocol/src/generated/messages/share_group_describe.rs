// Made by `cargo xtask codegen` from schema/077-share-group-describe.kafka: edit that instead.

//! Shows share groups (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupDescribeRequest {
    pub group_ids: Vec<Text>,
    pub include_authorized_operations: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareGroupDescribeRequest {
    const NAME: &'static str = "ShareGroupDescribeRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_ids = r.array(true, |r| r.text(true))?;
        let include_authorized_operations = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_ids, include_authorized_operations, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.group_ids, true, |w, one| w.text(one, true))?;
        w.bool(self.include_authorized_operations);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareGroupDescribeResponse {
    const NAME: &'static str = "ShareGroupDescribeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=1;

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

impl Response for ShareGroupDescribeResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.groups {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ShareGroupDescribeResponse::groups`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub group_id: Text,
    pub group_state: Text,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub assignor_name: Text,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
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
            assignor_name: Text::default(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
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
        let assignor_name = r.text(true)?;
        let members = r.array(true, |r| Member::decode(r, version))?;
        let authorized_operations = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            group_epoch,
            assignment_epoch,
            assignor_name,
            members,
            authorized_operations,
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
        w.text(&self.assignor_name, true)?;
        w.array(&self.members, true, |w, one| one.encode(w, version))?;
        w.i32(self.authorized_operations);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl DescribedGroup {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `DescribedGroup::members`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Member {
    pub member_id: Text,
    pub rack_id: Option<Text>,
    pub member_epoch: i32,
    pub client_id: Text,
    pub client_host: Text,
    pub subscribed_topic_names: Vec<Text>,
    pub assignment: Assignment,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Member {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let member_id = r.text(true)?;
        let rack_id = r.text_opt(true, true)?;
        let member_epoch = r.i32()?;
        let client_id = r.text(true)?;
        let client_host = r.text(true)?;
        let subscribed_topic_names = r.array(true, |r| r.text(true))?;
        let assignment = Assignment::decode(r, version)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            member_id,
            rack_id,
            member_epoch,
            client_id,
            client_host,
            subscribed_topic_names,
            assignment,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.member_id, true)?;
        w.text_opt(self.rack_id.as_ref(), true)?;
        w.i32(self.member_epoch);
        w.text(&self.client_id, true)?;
        w.text(&self.client_host, true)?;
        w.array(&self.subscribed_topic_names, true, |w, one| w.text(one, true))?;
        self.assignment.encode(w, version)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub topic_name: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicPartitions {
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

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Assignment {
    pub topic_partitions: Vec<TopicPartitions>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Assignment {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_partitions = r.array(true, |r| TopicPartitions::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.array(&self.topic_partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for ShareGroupDescribeRequest {
    const KEY: ApiKey = ApiKey::ShareGroupDescribe;
    type Response = ShareGroupDescribeResponse;
}
