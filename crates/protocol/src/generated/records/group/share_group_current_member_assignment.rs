// Made by `cargo xtask codegen` from schema/records/group/share-group-current-member-assignment.kafka: edit that instead.

//! What a member of a share group reads by now (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupCurrentMemberAssignmentKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for ShareGroupCurrentMemberAssignmentKey {
    const NAME: &'static str = "ShareGroupCurrentMemberAssignmentKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        let member_id = r.text(false)?;
        Ok(Self { group_id, member_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        w.text(&self.member_id, false)?;
        Ok(())
    }
}

impl ToJson for ShareGroupCurrentMemberAssignmentKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    pub state: i8,
    pub assigned_partitions: Vec<TopicPartitions>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareGroupCurrentMemberAssignmentValue {
    const NAME: &'static str = "ShareGroupCurrentMemberAssignmentValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let assigned_partitions = r.array(true, |r| TopicPartitions::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { member_epoch, previous_member_epoch, state, assigned_partitions, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.member_epoch);
        w.i32(self.previous_member_epoch);
        w.i8(self.state);
        w.array(&self.assigned_partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ShareGroupCurrentMemberAssignmentValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("memberEpoch", &self.member_epoch, version);
        to.put("previousMemberEpoch", &self.previous_member_epoch, version);
        to.put("state", &self.state, version);
        to.put("assignedPartitions", &self.assigned_partitions, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicPartitions {
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

impl ToJson for TopicPartitions {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.put("partitions", &self.partitions, version);
        to.into()
    }
}
