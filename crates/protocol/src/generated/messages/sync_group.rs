// Made by `cargo xtask codegen` from schema/014-sync-group.kafka: edit that instead.

//! Hands in the assignment of a classic group, if one is its leader, and waits for one's own part of it.
//!
//! KIP-345 brought static members, KIP-559 the protocol, so that a client can check it.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SyncGroupRequest {
    pub group_id: Text,
    pub generation_id: i32,
    pub member_id: Text,
    /// Since version 3.
    pub group_instance_id: Option<Text>,
    /// Version 5.
    pub protocol_type: Option<Text>,
    /// Version 5.
    pub protocol_name: Option<Text>,
    /// From the leader alone.
    pub assignments: Vec<SyncGroupRequestAssignment>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for SyncGroupRequest {
    const NAME: &'static str = "SyncGroupRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(flexible)?;
        let generation_id = r.i32()?;
        let member_id = r.text(flexible)?;
        let group_instance_id = if version >= 3 { r.text_opt(flexible, true)? } else { None };
        let protocol_type = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let protocol_name = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let assignments = r.array(flexible, |r| SyncGroupRequestAssignment::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            group_id,
            generation_id,
            member_id,
            group_instance_id,
            protocol_type,
            protocol_name,
            assignments,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, flexible)?;
        w.i32(self.generation_id);
        w.text(&self.member_id, flexible)?;
        if version >= 3 {
            w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::NotCarried { field: "group_instance_id", version });
        }
        if version == 5 {
            w.text_opt(self.protocol_type.as_ref(), flexible)?;
        }
        if version == 5 {
            w.text_opt(self.protocol_name.as_ref(), flexible)?;
        }
        w.array(&self.assignments, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `SyncGroupRequest::assignments`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SyncGroupRequestAssignment {
    pub member_id: Text,
    /// For consumers a ConsumerProtocolAssignment.
    pub assignment: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl SyncGroupRequestAssignment {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.text(flexible)?;
        let assignment = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { member_id, assignment, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.member_id, flexible)?;
        w.bytes(&self.assignment, flexible)?;
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
pub struct SyncGroupResponse {
    /// Since version 1.
    pub throttle_time_ms: i32,
    pub error_code: i16,
    /// Version 5.
    pub protocol_type: Option<Text>,
    /// Version 5.
    pub protocol_name: Option<Text>,
    pub assignment: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for SyncGroupResponse {
    const NAME: &'static str = "SyncGroupResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.i16()?;
        let protocol_type = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let protocol_name = if version == 5 { r.text_opt(flexible, true)? } else { None };
        let assignment = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, protocol_type, protocol_name, assignment, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        w.i16(self.error_code);
        if version == 5 {
            w.text_opt(self.protocol_type.as_ref(), flexible)?;
        }
        if version == 5 {
            w.text_opt(self.protocol_name.as_ref(), flexible)?;
        }
        w.bytes(&self.assignment, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for SyncGroupResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for SyncGroupRequest {
    const KEY: ApiKey = ApiKey::SyncGroup;
    type Response = SyncGroupResponse;
}
