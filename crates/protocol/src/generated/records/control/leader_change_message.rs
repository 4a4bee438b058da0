// Made by `cargo xtask codegen` from schema/records/control/leader-change-message.kafka: edit that instead.

//! A control record of the metadata log: the first that a new leader writes (KIP-595).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeaderChangeMessage {
    /// The version this message is written in.
    pub version: i16,
    pub leader_id: i32,
    pub voters: Vec<Voter>,
    /// Those that voted for the leader.
    pub granting_voters: Vec<Voter>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for LeaderChangeMessage {
    const NAME: &'static str = "LeaderChangeMessage";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let its_version = r.i16()?;
        let leader_id = r.i32()?;
        let voters = r.array(true, |r| Voter::decode(r, version))?;
        let granting_voters = r.array(true, |r| Voter::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { version: its_version, leader_id, voters, granting_voters, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.version);
        w.i32(self.leader_id);
        w.array(&self.voters, true, |w, one| one.encode(w, version))?;
        w.array(&self.granting_voters, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for LeaderChangeMessage {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("version", &self.version, version);
        to.put("leaderId", &self.leader_id, version);
        to.put("voters", &self.voters, version);
        to.put("grantingVoters", &self.granting_voters, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    /// Version 1.
    pub voter_directory_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Voter {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let voter_id = r.i32()?;
        let voter_directory_id = if version == 1 { r.uuid()? } else { Uuid::ZERO };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { voter_id, voter_directory_id, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.voter_id);
        if version == 1 {
            w.uuid(self.voter_directory_id);
        } else if !self.voter_directory_id.is_zero() {
            return Err(EncodeError::NotCarried { field: "voter_directory_id", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for Voter {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("voterId", &self.voter_id, version);
        if version == 1 {
            to.put("voterDirectoryId", &self.voter_directory_id, version);
        }
        to.into()
    }
}
