// Made by `cargo xtask codegen` from schema/016-list-groups.kafka: edit that instead.

//! Lists the groups a broker coordinates, of every kind.
//!
//! KIP-518 brought states, KIP-848 types.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ListGroupsRequest {
    /// Empty means all.
    /// Since version 4.
    pub states_filter: Vec<Text>,
    /// Empty means all.
    /// Version 5.
    pub types_filter: Vec<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ListGroupsRequest {
    const NAME: &'static str = "ListGroupsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let states_filter = if version >= 4 { r.array(flexible, |r| r.text(flexible))? } else { Vec::new() };
        let types_filter = if version == 5 { r.array(flexible, |r| r.text(flexible))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { states_filter, types_filter, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 4 {
            w.array(&self.states_filter, flexible, |w, one| w.text(one, flexible))?;
        } else if !self.states_filter.is_empty() {
            return Err(EncodeError::NotCarried { field: "states_filter", version });
        }
        if version == 5 {
            w.array(&self.types_filter, flexible, |w, one| w.text(one, flexible))?;
        } else if !self.types_filter.is_empty() {
            return Err(EncodeError::NotCarried { field: "types_filter", version });
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
pub struct ListGroupsResponse {
    /// Since version 1.
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub groups: Vec<ListedGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ListGroupsResponse {
    const NAME: &'static str = "ListGroupsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.i16()?;
        let groups = r.array(flexible, |r| ListedGroup::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, groups, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        w.i16(self.error_code);
        w.array(&self.groups, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for ListGroupsResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ListGroupsResponse::groups`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ListedGroup {
    pub group_id: Text,
    pub protocol_type: Text,
    /// Since version 4.
    pub group_state: Text,
    /// Version 5.
    pub group_type: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ListedGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let group_id = r.text(flexible)?;
        let protocol_type = r.text(flexible)?;
        let group_state = if version >= 4 { r.text(flexible)? } else { Text::default() };
        let group_type = if version == 5 { r.text(flexible)? } else { Text::default() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { group_id, protocol_type, group_state, group_type, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.text(&self.group_id, flexible)?;
        w.text(&self.protocol_type, flexible)?;
        if version >= 4 {
            w.text(&self.group_state, flexible)?;
        }
        if version == 5 {
            w.text(&self.group_type, flexible)?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Request for ListGroupsRequest {
    const KEY: ApiKey = ApiKey::ListGroups;
    type Response = ListGroupsResponse;
}
