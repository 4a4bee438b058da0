// Made by `cargo xtask codegen` from schema/records/metadata/partition-change.kafka: edit that instead.

//! Something about a partition has changed; what is not named stays. Its leader's epoch grows by one whenever the
//! leader is named, its own epoch with every record.

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionChangeRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    /// Tag 0.
    pub isr: Option<Vec<i32>>,
    /// -1 for none, -2 for unchanged.
    /// Tag 1.
    pub leader: i32,
    /// Tag 2.
    pub replicas: Option<Vec<i32>>,
    /// Tag 3.
    pub removing_replicas: Option<Vec<i32>>,
    /// Tag 4.
    pub adding_replicas: Option<Vec<i32>>,
    /// -1 for unchanged.
    /// Tag 5.
    pub leader_recovery_state: i8,
    /// Since version 1, tag 8.
    pub directories: Option<Vec<Uuid>>,
    /// Version 2, tag 6.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// Version 2, tag 7.
    pub last_known_elr: Option<Vec<i32>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for PartitionChangeRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for PartitionChangeRecord {
    const NAME: &'static str = "PartitionChangeRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let partition_id = r.i32()?;
        let topic_id = r.uuid()?;
        let mut isr = None;
        let mut leader = -2;
        let mut replicas = None;
        let mut removing_replicas = None;
        let mut adding_replicas = None;
        let mut leader_recovery_state = -1;
        let mut directories = None;
        let mut eligible_leader_replicas = None;
        let mut last_known_elr = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => isr = r.array_opt(true, true, Reader::i32)?,
                1 => leader = r.i32()?,
                2 => replicas = r.array_opt(true, true, Reader::i32)?,
                3 => removing_replicas = r.array_opt(true, true, Reader::i32)?,
                4 => adding_replicas = r.array_opt(true, true, Reader::i32)?,
                5 => leader_recovery_state = r.i8()?,
                8 if version >= 1 => directories = r.array_opt(true, true, Reader::uuid)?,
                8 => return Err(r.error(DecodeErrorKind::Tag(8))),
                6 if version == 2 => eligible_leader_replicas = r.array_opt(true, true, Reader::i32)?,
                6 => return Err(r.error(DecodeErrorKind::Tag(6))),
                7 if version == 2 => last_known_elr = r.array_opt(true, true, Reader::i32)?,
                7 => return Err(r.error(DecodeErrorKind::Tag(7))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            partition_id,
            topic_id,
            isr,
            leader,
            replicas,
            removing_replicas,
            adding_replicas,
            leader_recovery_state,
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
        if version < 1 && self.directories.is_some() {
            return Err(EncodeError::NotCarried { field: "directories", version });
        }
        if version != 2 && self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::NotCarried { field: "eligible_leader_replicas", version });
        }
        if version != 2 && self.last_known_elr.is_some() {
            return Err(EncodeError::NotCarried { field: "last_known_elr", version });
        }
        let mut tags = w.tags(
            usize::from(self.isr.is_some())
                + usize::from(self.leader != -2)
                + usize::from(self.replicas.is_some())
                + usize::from(self.removing_replicas.is_some())
                + usize::from(self.adding_replicas.is_some())
                + usize::from(self.leader_recovery_state != -1)
                + usize::from(version == 2 && self.eligible_leader_replicas.is_some())
                + usize::from(version == 2 && self.last_known_elr.is_some())
                + usize::from(version >= 1 && self.directories.is_some()),
            &self.unknown_tags,
        );
        if self.isr.is_some() {
            tags.put(w, 0, |w| {
                w.array_opt(self.isr.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if self.leader != -2 {
            tags.put(w, 1, |w| {
                w.i32(self.leader);
                Ok(())
            })?;
        }
        if self.replicas.is_some() {
            tags.put(w, 2, |w| {
                w.array_opt(self.replicas.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if self.removing_replicas.is_some() {
            tags.put(w, 3, |w| {
                w.array_opt(self.removing_replicas.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if self.adding_replicas.is_some() {
            tags.put(w, 4, |w| {
                w.array_opt(self.adding_replicas.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if self.leader_recovery_state != -1 {
            tags.put(w, 5, |w| {
                w.i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version == 2 && self.eligible_leader_replicas.is_some() {
            tags.put(w, 6, |w| {
                w.array_opt(self.eligible_leader_replicas.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version == 2 && self.last_known_elr.is_some() {
            tags.put(w, 7, |w| {
                w.array_opt(self.last_known_elr.as_ref(), true, |w, one| {
                    w.i32(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version >= 1 && self.directories.is_some() {
            tags.put(w, 8, |w| {
                w.array_opt(self.directories.as_ref(), true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for PartitionChangeRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("partitionId", &self.partition_id, version);
        to.put("topicId", &self.topic_id, version);
        if self.isr.is_some() {
            to.put("isr", &self.isr, version);
        }
        if self.leader != -2 {
            to.put("leader", &self.leader, version);
        }
        if self.replicas.is_some() {
            to.put("replicas", &self.replicas, version);
        }
        if self.removing_replicas.is_some() {
            to.put("removingReplicas", &self.removing_replicas, version);
        }
        if self.adding_replicas.is_some() {
            to.put("addingReplicas", &self.adding_replicas, version);
        }
        if self.leader_recovery_state != -1 {
            to.put("leaderRecoveryState", &self.leader_recovery_state, version);
        }
        if version >= 1 && self.directories.is_some() {
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
