// Made by `cargo xtask codegen` from schema/011-join-group.kafka: edit that instead.

//! Enters a classic group, or enters it again when it rebalances; the answer waits for the others.
//!
//! KIP-62 brought the rebalance timeout, KIP-394 the first round that only hands out a member id, KIP-345 static
//! members, KIP-559 the protocol's type in the answer, KIP-800 the reason, KIP-814 the leader that need not
//! assign again.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-9.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinGroupRequest {
    pub group_id: Text,
    /// Without a heartbeat for so long, the member is out.
    pub session_timeout_ms: i32,
    /// How long the others wait for it to join again; -1 in version 0, which uses the session's.
    /// Since version 1.
    pub rebalance_timeout_ms: i32,
    /// Empty the first time.
    pub member_id: Text,
    /// The name of a static member, which it keeps over restarts.
    /// Since version 5.
    pub group_instance_id: Option<Text>,
    /// What kind of group: `consumer`, `connect`, ….
    pub protocol_type: Text,
    /// Ways of assigning that the member speaks, the dearest first.
    pub protocols: Vec<JoinGroupRequestProtocol>,
    /// For the broker's log.
    /// Since version 8.
    pub reason: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for JoinGroupRequest {
    fn default() -> Self {
        Self {
            group_id: Text::default(),
            session_timeout_ms: 0,
            rebalance_timeout_ms: -1,
            member_id: Text::default(),
            group_instance_id: None,
            protocol_type: Text::default(),
            protocols: Vec::new(),
            reason: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for JoinGroupRequest {
    const NAME: &'static str = "JoinGroupRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=9;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(flexible)?;
        let session_timeout_ms = r.i32()?;
        let rebalance_timeout_ms = if version >= 1 { r.i32()? } else { -1 };
        let member_id = r.text(flexible)?;
        let group_instance_id = if version >= 5 { r.text_opt(flexible, true)? } else { None };
        let protocol_type = r.text(flexible)?;
        let protocols = r.array(flexible, |r| JoinGroupRequestProtocol::decode(r, version))?;
        let reason = if version >= 8 { r.text_opt(flexible, true)? } else { None };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            group_id,
            session_timeout_ms,
            rebalance_timeout_ms,
            member_id,
            group_instance_id,
            protocol_type,
            protocols,
            reason,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, flexible)?;
        w.i32(self.session_timeout_ms);
        if version >= 1 {
            w.i32(self.rebalance_timeout_ms);
        }
        w.text(&self.member_id, flexible)?;
        if version >= 5 {
            w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::NotCarried { field: "group_instance_id", version });
        }
        w.text(&self.protocol_type, flexible)?;
        w.array(&self.protocols, flexible, |w, one| one.encode(w, version))?;
        if version >= 8 {
            w.text_opt(self.reason.as_ref(), flexible)?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `JoinGroupRequest::protocols`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct JoinGroupRequestProtocol {
    pub name: Text,
    /// For consumers a ConsumerProtocolSubscription.
    pub metadata: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl JoinGroupRequestProtocol {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.text(flexible)?;
        let metadata = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, metadata, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.text(&self.name, flexible)?;
        w.bytes(&self.metadata, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-9.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinGroupResponse {
    /// Since version 2.
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub generation_id: i32,
    /// Since version 7.
    pub protocol_type: Option<Text>,
    /// The way of assigning that all members speak and most prefer.
    /// May be null since version 7.
    pub protocol_name: Option<Text>,
    /// The member that assigns.
    pub leader: Text,
    /// The leader came back and the old assignment stands.
    /// Version 9.
    pub skip_assignment: bool,
    pub member_id: Text,
    /// For the leader alone; the others get none.
    pub members: Vec<JoinGroupResponseMember>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for JoinGroupResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            generation_id: -1,
            protocol_type: None,
            protocol_name: Some(Text::default()),
            leader: Text::default(),
            skip_assignment: false,
            member_id: Text::default(),
            members: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for JoinGroupResponse {
    const NAME: &'static str = "JoinGroupResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=9;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 2 { r.i32()? } else { 0 };
        let error_code = r.i16()?;
        let generation_id = r.i32()?;
        let protocol_type = if version >= 7 { r.text_opt(flexible, true)? } else { None };
        let protocol_name = r.text_opt(flexible, version >= 7)?;
        let leader = r.text(flexible)?;
        let skip_assignment = if version == 9 { r.bool()? } else { false };
        let member_id = r.text(flexible)?;
        let members = r.array(flexible, |r| JoinGroupResponseMember::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            throttle_time_ms,
            error_code,
            generation_id,
            protocol_type,
            protocol_name,
            leader,
            skip_assignment,
            member_id,
            members,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 2 {
            w.i32(self.throttle_time_ms);
        }
        w.i16(self.error_code);
        w.i32(self.generation_id);
        if version >= 7 {
            w.text_opt(self.protocol_type.as_ref(), flexible)?;
        }
        if version < 7 && self.protocol_name.is_none() {
            return Err(EncodeError::Null { field: "protocol_name" });
        }
        w.text_opt(self.protocol_name.as_ref(), flexible)?;
        w.text(&self.leader, flexible)?;
        if version == 9 {
            w.bool(self.skip_assignment);
        } else if self.skip_assignment {
            return Err(EncodeError::NotCarried { field: "skip_assignment", version });
        }
        w.text(&self.member_id, flexible)?;
        w.array(&self.members, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for JoinGroupResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `JoinGroupResponse::members`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct JoinGroupResponseMember {
    pub member_id: Text,
    /// Since version 5.
    pub group_instance_id: Option<Text>,
    pub metadata: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl JoinGroupResponseMember {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let member_id = r.text(flexible)?;
        let group_instance_id = if version >= 5 { r.text_opt(flexible, true)? } else { None };
        let metadata = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { member_id, group_instance_id, metadata, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.text(&self.member_id, flexible)?;
        if version >= 5 {
            w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        }
        w.bytes(&self.metadata, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Request for JoinGroupRequest {
    const KEY: ApiKey = ApiKey::JoinGroup;
    type Response = JoinGroupResponse;
}
