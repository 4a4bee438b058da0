// Made by `cargo xtask codegen` from schema/records/group/streams-group-current-member-assignment.kafka: edit that instead.

//! The tasks that a member of a streams group runs by now (KIP-1071).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupCurrentMemberAssignmentKey {
    pub group_id: Text,
    pub member_id: Text,
}

impl Message for StreamsGroupCurrentMemberAssignmentKey {
    const NAME: &'static str = "StreamsGroupCurrentMemberAssignmentKey";
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

impl ToJson for StreamsGroupCurrentMemberAssignmentKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("memberId", &self.member_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    pub state: i8,
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
    pub active_tasks_pending_revocation: Vec<TaskIds>,
    pub standby_tasks_pending_revocation: Vec<TaskIds>,
    pub warmup_tasks_pending_revocation: Vec<TaskIds>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for StreamsGroupCurrentMemberAssignmentValue {
    const NAME: &'static str = "StreamsGroupCurrentMemberAssignmentValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let active_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let standby_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks = r.array(true, |r| TaskIds::decode(r, version))?;
        let active_tasks_pending_revocation = r.array(true, |r| TaskIds::decode(r, version))?;
        let standby_tasks_pending_revocation = r.array(true, |r| TaskIds::decode(r, version))?;
        let warmup_tasks_pending_revocation = r.array(true, |r| TaskIds::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            member_epoch,
            previous_member_epoch,
            state,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            active_tasks_pending_revocation,
            standby_tasks_pending_revocation,
            warmup_tasks_pending_revocation,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.member_epoch);
        w.i32(self.previous_member_epoch);
        w.i8(self.state);
        w.array(&self.active_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.standby_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.warmup_tasks, true, |w, one| one.encode(w, version))?;
        w.array(&self.active_tasks_pending_revocation, true, |w, one| one.encode(w, version))?;
        w.array(&self.standby_tasks_pending_revocation, true, |w, one| one.encode(w, version))?;
        w.array(&self.warmup_tasks_pending_revocation, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupCurrentMemberAssignmentValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("memberEpoch", &self.member_epoch, version);
        to.put("previousMemberEpoch", &self.previous_member_epoch, version);
        to.put("state", &self.state, version);
        to.put("activeTasks", &self.active_tasks, version);
        to.put("standbyTasks", &self.standby_tasks, version);
        to.put("warmupTasks", &self.warmup_tasks, version);
        to.put("activeTasksPendingRevocation", &self.active_tasks_pending_revocation, version);
        to.put("standbyTasksPendingRevocation", &self.standby_tasks_pending_revocation, version);
        to.put("warmupTasksPendingRevocation", &self.warmup_tasks_pending_revocation, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskIds {
    pub subtopology_id: Text,
    pub partitions: Vec<i32>,
    /// The member epoch each task was given at. Starts out empty, not null.
    /// Tag 0.
    pub assignment_epochs: Option<Vec<i32>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for TaskIds {
    fn default() -> Self {
        Self {
            subtopology_id: Text::default(),
            partitions: Vec::new(),
            assignment_epochs: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl TaskIds {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let subtopology_id = r.text(true)?;
        let partitions = r.array(true, Reader::i32)?;
        let mut assignment_epochs = Some(Vec::new());
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => assignment_epochs = r.array_opt(true, true, Reader::i32)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { subtopology_id, partitions, assignment_epochs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.subtopology_id, true)?;
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

impl ToJson for TaskIds {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("subtopologyId", &self.subtopology_id, version);
        to.put("partitions", &self.partitions, version);
        if !self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty()) {
            to.put("assignmentEpochs", &self.assignment_epochs, version);
        }
        to.into()
    }
}
