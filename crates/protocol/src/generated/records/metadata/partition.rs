// Made by `cargo xtask codegen` from schema/records/metadata/partition.kafka: edit that instead.

//! There is a partition, in full. KIP-858 brought directories, KIP-966 eligible leaders.

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    /// -1 when there is none.
    pub leader: i32,
    /// 0 recovered, 1 elected unclean and still making sense of its log.
    /// Tag 0.
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    /// Grows with every change.
    pub partition_epoch: i32,
    /// One per replica: the log directory it lies in, or one of the small reserved ids where that is not known.
    /// Since version 1.
    pub directories: Vec<Uuid>,
    /// Out of the in-sync set, yet known to have everything.
    /// Version 2, tag 1.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// The last that were eligible before an unclean stop.
    /// Version 2, tag 2.
    pub last_known_elr: Option<Vec<i32>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for PartitionRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            replicas: Vec::new(),
            isr: Vec::new(),
            removing_replicas: Vec::new(),
            adding_replicas: Vec::new(),
            leader: -1,
            leader_recovery_state: 0,
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for PartitionRecord {
    const NAME: &'static str = "PartitionRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let partition_id = r.i32()?;
        let topic_id = r.uuid()?;
        let replicas = r.array(true, Reader::i32)?;
        let isr = r.array(true, Reader::i32)?;
        let removing_replicas = r.array(true, Reader::i32)?;
        let adding_replicas = r.array(true, Reader::i32)?;
        let leader = r.i32()?;
        let mut leader_recovery_state = 0;
        let leader_epoch = r.i32()?;
        let partition_epoch = r.i32()?;
        let directories = if version >= 1 { r.array(true, Reader::uuid)? } else { Vec::new() };
        let mut eligible_leader_replicas = None;
        let mut last_known_elr = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => leader_recovery_state = r.i8()?,
                1 if version == 2 => eligible_leader_replicas = r.array_opt(true, true, Reader::i32)?,
                1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                2 if version == 2 => last_known_elr = r.array_opt(true, true, Reader::i32)?,
                2 => return Err(r.error(DecodeErrorKind::Tag(2))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            partition_id,
            topic_id,
            replicas,
            isr,
            removing_replicas,
            adding_replicas,
            leader,
            leader_recovery_state,
            leader_epoch,
            partition_epoch,
            directories,
            eligible_leader_replicas,
            last_known_elr,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.partition_id);
        w.uuid(self.topic_id);
        w.array(&self.replicas, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.array(&self.isr, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.array(&self.removing_replicas, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.array(&self.adding_replicas, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.i32(self.leader);
        w.i32(self.leader_epoch);
        w.i32(self.partition_epoch);
        if version >= 1 {
            w.array(&self.directories, true, |w, one| {
                w.uuid(*one);
                Ok(())
            })?;
        } else if !self.directories.is_empty() {
            return Err(EncodeError::NotCarried { field: "directories", version });
        }
        if version != 2 && self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::NotCarried { field: "eligible_leader_replicas", version });
        }
        if version != 2 && self.last_known_elr.is_some() {
            return Err(EncodeError::NotCarried { field: "last_known_elr", version });
        }
        let mut tags = w.tags(
            usize::from(self.leader_recovery_state != 0)
                + usize::from(version == 2 && self.eligible_leader_replicas.is_some())
                + usize::from(version == 2 && self.last_known_elr.is_some()),
            &self.unknown_tags,
        );
        if self.leader_recovery_state != 0 {
            tags.put(w, 0, |w| {
                w.i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version == 2 && self.eligible_leader_replicas.is_some() {
            tags.put(w, 1, |w| {
                w.array_opt(self.eligible_leader_replicas.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version == 2 && self.last_known_elr.is_some() {
            tags.put(w, 2, |w| {
                w.array_opt(self.last_known_elr.as_ref(), true, |w, one| {
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

impl ToJson for PartitionRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("partitionId", &self.partition_id, version);
        to.put("topicId", &self.topic_id, version);
        to.put("replicas", &self.replicas, version);
        to.put("isr", &self.isr, version);
        to.put("removingReplicas", &self.removing_replicas, version);
        to.put("addingReplicas", &self.adding_replicas, version);
        to.put("leader", &self.leader, version);
        if self.leader_recovery_state != 0 {
            to.put("leaderRecoveryState", &self.leader_recovery_state, version);
        }
        to.put("leaderEpoch", &self.leader_epoch, version);
        to.put("partitionEpoch", &self.partition_epoch, version);
        if version >= 1 {
            to.put("directories", &self.directories, version);
        }
        if version == 2 && self.eligible_leader_replicas.is_some() {
            to.put("eligibleLeaderReplicas", &self.eligible_leader_replicas, version);
        }
        if version == 2 && self.last_known_elr.is_some() {
            to.put("lastKnownElr", &self.last_known_elr, version);
        }
        to.into()
    }
}
