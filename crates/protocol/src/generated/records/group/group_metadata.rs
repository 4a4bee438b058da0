// Made by `cargo xtask codegen` from schema/records/group/group-metadata.kafka: edit that instead.

//! A classic group after a round of joining.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GroupMetadataKey {
    pub group: Text,
}

impl Message for GroupMetadataKey {
    const NAME: &'static str = "GroupMetadataKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group = r.text(false)?;
        Ok(Self { group })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group, false)?;
        Ok(())
    }
}

impl ToJson for GroupMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("group", &self.group, version);
        to.into()
    }
}

/// Versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMetadataValue {
    pub protocol_type: Text,
    pub generation: i32,
    /// Null while the group has no members.
    pub protocol: Option<Text>,
    /// Null while the group has no members.
    pub leader: Option<Text>,
    /// Since when the group is in its state: offsets expire from then.
    /// Since version 2.
    pub current_state_timestamp: i64,
    pub members: Vec<MemberMetadata>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for GroupMetadataValue {
    fn default() -> Self {
        Self {
            protocol_type: Text::default(),
            generation: 0,
            protocol: Some(Text::default()),
            leader: Some(Text::default()),
            current_state_timestamp: -1,
            members: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for GroupMetadataValue {
    const NAME: &'static str = "GroupMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let protocol_type = r.text(flexible)?;
        let generation = r.i32()?;
        let protocol = r.text_opt(flexible, true)?;
        let leader = r.text_opt(flexible, true)?;
        let current_state_timestamp = if version >= 2 { r.i64()? } else { -1 };
        let members = r.array(flexible, |r| MemberMetadata::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { protocol_type, generation, protocol, leader, current_state_timestamp, members, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.protocol_type, flexible)?;
        w.i32(self.generation);
        w.text_opt(self.protocol.as_ref(), flexible)?;
        w.text_opt(self.leader.as_ref(), flexible)?;
        if version >= 2 {
            w.i64(self.current_state_timestamp);
        }
        w.array(&self.members, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl ToJson for GroupMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("protocolType", &self.protocol_type, version);
        to.put("generation", &self.generation, version);
        to.put("protocol", &self.protocol, version);
        to.put("leader", &self.leader, version);
        if version >= 2 {
            to.put("currentStateTimestamp", &self.current_state_timestamp, version);
        }
        to.put("members", &self.members, version);
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberMetadata {
    pub member_id: Text,
    /// Since version 3.
    pub group_instance_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    /// Since version 1.
    pub rebalance_timeout: i32,
    pub session_timeout: i32,
    pub subscription: Bytes,
    pub assignment: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MemberMetadata {
    fn default() -> Self {
        Self {
            member_id: Text::default(),
            group_instance_id: None,
            client_id: Text::default(),
            client_host: Text::default(),
            rebalance_timeout: -1,
            session_timeout: 0,
            subscription: Bytes::new(),
            assignment: Bytes::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl MemberMetadata {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.text(flexible)?;
        let group_instance_id = if version >= 3 { r.text_opt(flexible, true)? } else { None };
        let client_id = r.text(flexible)?;
        let client_host = r.text(flexible)?;
        let rebalance_timeout = if version >= 1 { r.i32()? } else { -1 };
        let session_timeout = r.i32()?;
        let subscription = r.bytes(flexible)?;
        let assignment = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            member_id,
            group_instance_id,
            client_id,
            client_host,
            rebalance_timeout,
            session_timeout,
            subscription,
            assignment,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.member_id, flexible)?;
        if version >= 3 {
            w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        }
        w.text(&self.client_id, flexible)?;
        w.text(&self.client_host, flexible)?;
        if version >= 1 {
            w.i32(self.rebalance_timeout);
        }
        w.i32(self.session_timeout);
        w.bytes(&self.subscription, flexible)?;
        w.bytes(&self.assignment, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl ToJson for MemberMetadata {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("memberId", &self.member_id, version);
        if version >= 3 {
            to.put("groupInstanceId", &self.group_instance_id, version);
        }
        to.put("clientId", &self.client_id, version);
        to.put("clientHost", &self.client_host, version);
        if version >= 1 {
            to.put("rebalanceTimeout", &self.rebalance_timeout, version);
        }
        to.put("sessionTimeout", &self.session_timeout, version);
        to.put("subscription", &self.subscription, version);
        to.put("assignment", &self.assignment, version);
        to.into()
    }
}
