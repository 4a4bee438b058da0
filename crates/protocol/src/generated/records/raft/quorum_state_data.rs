// Made by `cargo xtask codegen` from schema/records/raft/quorum-state-data.kafka: edit that instead.

//! The file quorum-state: what a voter must not forget over a restart. Kept as JSON, which names the version;
//! version 0 is that of a quorum with fixed voters, 1 that of KIP-853.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct QuorumStateData {
    /// Version 0.
    pub cluster_id: Text,
    /// -1 when not known.
    pub leader_id: i32,
    pub leader_epoch: i32,
    /// For whom this voter voted in the epoch; -1 for nobody.
    pub voted_id: i32,
    /// Version 1.
    pub voted_directory_id: Uuid,
    /// Version 0.
    pub applied_offset: i64,
    /// Version 0.
    pub current_voters: Option<Vec<Voter>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for QuorumStateData {
    fn default() -> Self {
        Self {
            cluster_id: Text::default(),
            leader_id: -1,
            leader_epoch: -1,
            voted_id: -1,
            voted_directory_id: Uuid::ZERO,
            applied_offset: 0,
            current_voters: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for QuorumStateData {
    const NAME: &'static str = "QuorumStateData";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let cluster_id = if version == 0 { r.text(true)? } else { Text::default() };
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let voted_id = r.i32()?;
        let voted_directory_id = if version == 1 { r.uuid()? } else { Uuid::ZERO };
        let applied_offset = if version == 0 { r.i64()? } else { 0 };
        let current_voters =
            if version == 0 { r.array_opt(true, true, |r| Voter::decode(r, version))? } else { Some(Vec::new()) };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            cluster_id,
            leader_id,
            leader_epoch,
            voted_id,
            voted_directory_id,
            applied_offset,
            current_voters,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        if version == 0 {
            w.text(&self.cluster_id, true)?;
        } else if !self.cluster_id.is_empty() {
            return Err(EncodeError::NotCarried { field: "cluster_id", version });
        }
        w.i32(self.leader_id);
        w.i32(self.leader_epoch);
        w.i32(self.voted_id);
        if version == 1 {
            w.uuid(self.voted_directory_id);
        } else if !self.voted_directory_id.is_zero() {
            return Err(EncodeError::NotCarried { field: "voted_directory_id", version });
        }
        if version == 0 {
            w.i64(self.applied_offset);
        } else if self.applied_offset != 0 {
            return Err(EncodeError::NotCarried { field: "applied_offset", version });
        }
        if version == 0 {
            w.array_opt(self.current_voters.as_ref(), true, |w, one| one.encode(w, version))?;
        } else if !self.current_voters.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::NotCarried { field: "current_voters", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for QuorumStateData {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        if version == 0 {
            to.put("clusterId", &self.cluster_id, version);
        }
        to.put("leaderId", &self.leader_id, version);
        to.put("leaderEpoch", &self.leader_epoch, version);
        to.put("votedId", &self.voted_id, version);
        if version == 1 {
            to.put("votedDirectoryId", &self.voted_directory_id, version);
        }
        if version == 0 {
            to.put("appliedOffset", &self.applied_offset, version);
        }
        if version == 0 {
            to.put("currentVoters", &self.current_voters, version);
        }
        to.into()
    }
}

/// In `QuorumStateData::current_voters`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Voter {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let voter_id = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { voter_id, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.voter_id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Voter {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("voterId", &self.voter_id, version);
        to.into()
    }
}
