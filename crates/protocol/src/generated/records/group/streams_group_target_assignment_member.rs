// Made by `cargo xtask codegen` from schema/records/group/streams-group-target-assignment-member.kafka: edit that instead.

//! The tasks that a member of a streams group shall come to run (KIP-1071).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMemberKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for StreamsGroupTargetAssignmentMemberKey {
    const NAME: &'static str = "StreamsGroupTargetAssignmentMemberKey";
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

impl ToJson for StreamsGroupTargetAssignmentMemberKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMemberValue {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupTargetAssignmentMemberValue {
    const NAME: &'static str = "StreamsGroupTargetAssignmentMemberValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let active_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let standby_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { active_tasks, standby_tasks, warmup_tasks, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.active_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.standby_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.warmup_tasks, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupTargetAssignmentMemberValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("activeTasks", &self.active_tasks, version);
        to.put("standbyTasks", &self.standby_tasks, version);
        to.put("warmupTasks", &self.warmup_tasks, version);
        to.into()
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

impl ToJson for TaskIds {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("subtopologyId", &self.subtopology_id, version);
        to.put("partitions", &self.partitions, version);
        to.into()
    }
}
