// Made by `cargo xtask codegen` from schema/013-leave-group.kafka: edit that instead.

//! Leaves a classic group, alone or, for an operator, several members at once.
//!
//! KIP-345 brought several members and static ones, KIP-800 the reason.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeaveGroupRequest {
    pub group_id: Text,
    /// Versions 0-2.
    pub member_id: Text,
    /// Since version 3.
    pub members: Vec<MemberIdentity>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for LeaveGroupRequest {
    const NAME: &'static str = "LeaveGroupRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(flexible)?;
        let member_id = if version <= 2 { r.text(flexible)? } else { Text::default() };
        let members =
            if version >= 3 { r.array(flexible, |r| MemberIdentity::decode(r, version))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { group_id, member_id, members, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, flexible)?;
        if version <= 2 {
            w.text(&self.member_id, flexible)?;
        } else if !self.member_id.is_empty() {
            return Err(EncodeError::NotCarried { field: "member_id", version });
        }
        if version >= 3 {
            w.array(&self.members, flexible, |w, one| one.encode(w, version))?;
        } else if !self.members.is_empty() {
            return Err(EncodeError::NotCarried { field: "members", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `LeaveGroupRequest::members`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MemberIdentity {
    /// Empty when the operator knows only the static name.
    pub member_id: Text,
    pub group_instance_id: Option<Text>,
    /// Version 5.
    pub reason: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl MemberIdentity {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.text(flexible)?;
        let group_instance_id = r.text_opt(flexible, true)?;
        let reason = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { member_id, group_instance_id, reason, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.member_id, flexible)?;
        w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        if version == 5 {
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

/// What is answered; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeaveGroupResponse {
    /// Since version 1.
    pub throttle_time_ms: i32,
    pub error_code: i16,
    /// Since version 3.
    pub members: Vec<MemberResponse>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for LeaveGroupResponse {
    const NAME: &'static str = "LeaveGroupResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.i16()?;
        let members =
            if version >= 3 { r.array(flexible, |r| MemberResponse::decode(r, version))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, members, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        w.i16(self.error_code);
        if version >= 3 {
            w.array(&self.members, flexible, |w, one| one.encode(w, version))?;
        } else if !self.members.is_empty() {
            return Err(EncodeError::NotCarried { field: "members", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for LeaveGroupResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        if version >= 3 {
            for one in &self.members {
                one.each_error(version, see);
            }
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `LeaveGroupResponse::members`.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberResponse {
    pub member_id: Text,
    pub group_instance_id: Option<Text>,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for MemberResponse {
    fn default() -> Self {
        Self {
            member_id: Text::default(),
            group_instance_id: Some(Text::default()),
            error_code: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl MemberResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.text(flexible)?;
        let group_instance_id = r.text_opt(flexible, true)?;
        let error_code = r.i16()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { member_id, group_instance_id, error_code, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.member_id, flexible)?;
        w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        w.i16(self.error_code);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl MemberResponse {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for LeaveGroupRequest {
    const KEY: ApiKey = ApiKey::LeaveGroup;
    type Response = LeaveGroupResponse;
}
