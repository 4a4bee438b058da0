// Made by `cargo xtask codegen` from schema/records/group/consumer-group-current-member-assignment.kafka: edit that instead.

//! What a member of a consumer group reads by now, and how far it has come to its target (KIP-848).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupCurrentMemberAssignmentKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for ConsumerGroupCurrentMemberAssignmentKey {
    const NAME: &'static str = "ConsumerGroupCurrentMemberAssignmentKey";
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

impl ToJson for ConsumerGroupCurrentMemberAssignmentKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    /// 0 stable, 1 giving partitions back, 2 waiting for others to do so.
    pub state: i8,
    pub assigned_partitions: Vec<TopicPartitions>,
    pub partitions_pending_revocation: Vec<TopicPartitions>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ConsumerGroupCurrentMemberAssignmentValue {
    const NAME: &'static str = "ConsumerGroupCurrentMemberAssignmentValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let assigned_partitions = r.array(true, |r| TopicPartitions::decode(r, version))?;
        let partitions_pending_revocation = r.array(true, |r| TopicPartitions::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            member_epoch,
            previous_member_epoch,
            state,
            assigned_partitions,
            partitions_pending_revocation,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.member_epoch);
        w.i32(self.previous_member_epoch);
        w.i8(self.state);
        w.array(&self.assigned_partitions, true, |w, one| one.encode(w, version))?;
        w.array(&self.partitions_pending_revocation, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupCurrentMemberAssignmentValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("memberEpoch", &self.member_epoch, version);
        to.put("previousMemberEpoch", &self.previous_member_epoch, version);
        to.put("state", &self.state, version);
        to.put("assignedPartitions", &self.assigned_partitions, version);
        to.put("partitionsPendingRevocation", &self.partitions_pending_revocation, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
    /// The member epoch each partition was given at. Starts out empty, not null.
    /// Tag 0.
    pub assignment_epochs: Option<Vec<i32>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for TopicPartitions {
    fn default() -> Self {
        Self {
            topic_id: Uuid::ZERO,
            partitions: Vec::new(),
            assignment_epochs: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl TopicPartitions {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, Reader::i32)?;
        let mut assignment_epochs = Some(Vec::new());
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => assignment_epochs = r.array_opt(true, true, Reader::i32)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { topic_id, partitions, assignment_epochs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        let mut tags = w.tags(
            usize::from(!self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty())),
            &self.unknown_tags,
        );
        if !self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty()) {
            tags.put(w, 0, |w| {
                w.array_opt(self.assignment_epochs.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for TopicPartitions {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.put("partitions", &self.partitions, version);
        if !self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty()) {
            to.put("assignmentEpochs", &self.assignment_epochs, version);
        }
        to.into()
    }
}
