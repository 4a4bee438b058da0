// Made by `cargo xtask codegen` from schema/015-describe-groups.kafka: edit that instead.

//! Shows classic groups: state, protocol, members.
//!
//! KIP-430 brought authorized operations, KIP-345 static members, KIP-1043 an error for a group that is not there
//! (version 6), where older versions show a dead one.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-6.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeGroupsRequest {
    pub groups: Vec<Text>,
    /// Since version 3.
    pub include_authorized_operations: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeGroupsRequest {
    const NAME: &'static str = "DescribeGroupsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        r.check_version(Self::VERSIONS, version)?;
        let groups = r.array(flexible, |r| r.text(flexible))?;
        let include_authorized_operations = if version >= 3 { r.bool()? } else { false };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { groups, include_authorized_operations, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.groups, flexible, |w, one| w.text(one, flexible))?;
        if version >= 3 {
            w.bool(self.include_authorized_operations);
        } else if self.include_authorized_operations {
            return Err(EncodeError::NotCarried { field: "include_authorized_operations", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-6.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeGroupsResponse {
    /// Since version 1.
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeGroupsResponse {
    const NAME: &'static str = "DescribeGroupsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let groups = r.array(flexible, |r| DescribedGroup::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, groups, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        w.array(&self.groups, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for DescribeGroupsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.groups {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DescribeGroupsResponse::groups`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    /// Version 6.
    pub error_message: Option<Text>,
    pub group_id: Text,
    pub group_state: Text,
    pub protocol_type: Text,
    /// The way of assigning, when the group is stable.
    pub protocol_data: Text,
    pub members: Vec<DescribedGroupMember>,
    /// What the asker may do, one bit per operation; the smallest number when it did not ask.
    /// Since version 3.
    pub authorized_operations: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribedGroup {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: None,
            group_id: Text::default(),
            group_state: Text::default(),
            protocol_type: Text::default(),
            protocol_data: Text::default(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribedGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let error_code = r.i16()?;
        let error_message = if version == 6 { r.text_opt(flexible, true)? } else { None };
        let group_id = r.text(flexible)?;
        let group_state = r.text(flexible)?;
        let protocol_type = r.text(flexible)?;
        let protocol_data = r.text(flexible)?;
        let members = r.array(flexible, |r| DescribedGroupMember::decode(r, version))?;
        let authorized_operations = if version >= 3 { r.i32()? } else { i32::MIN };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            protocol_type,
            protocol_data,
            members,
            authorized_operations,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.i16(self.error_code);
        if version == 6 {
            w.text_opt(self.error_message.as_ref(), flexible)?;
        } else if self.error_message.is_some() {
            return Err(EncodeError::NotCarried { field: "error_message", version });
        }
        w.text(&self.group_id, flexible)?;
        w.text(&self.group_state, flexible)?;
        w.text(&self.protocol_type, flexible)?;
        w.text(&self.protocol_data, flexible)?;
        w.array(&self.members, flexible, |w, one| one.encode(w, version))?;
        if version >= 3 {
            w.i32(self.authorized_operations);
        } else if self.authorized_operations != i32::MIN {
            return Err(EncodeError::NotCarried { field: "authorized_operations", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl DescribedGroup {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `DescribedGroup::members`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribedGroupMember {
    pub member_id: Text,
    /// Since version 4.
    pub group_instance_id: Option<Text>,
    pub client_id: Text,
    pub client_host: Text,
    pub member_metadata: Bytes,
    pub member_assignment: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DescribedGroupMember {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let member_id = r.text(flexible)?;
        let group_instance_id = if version >= 4 { r.text_opt(flexible, true)? } else { None };
        let client_id = r.text(flexible)?;
        let client_host = r.text(flexible)?;
        let member_metadata = r.bytes(flexible)?;
        let member_assignment = r.bytes(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            member_id,
            group_instance_id,
            client_id,
            client_host,
            member_metadata,
            member_assignment,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.text(&self.member_id, flexible)?;
        if version >= 4 {
            w.text_opt(self.group_instance_id.as_ref(), flexible)?;
        }
        w.text(&self.client_id, flexible)?;
        w.text(&self.client_host, flexible)?;
        w.bytes(&self.member_metadata, flexible)?;
        w.bytes(&self.member_assignment, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Request for DescribeGroupsRequest {
    const KEY: ApiKey = ApiKey::DescribeGroups;
    type Response = DescribeGroupsResponse;
}
