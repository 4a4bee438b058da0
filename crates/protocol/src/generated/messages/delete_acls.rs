// Made by `cargo xtask codegen` from schema/031-delete-acls.kafka: edit that instead.

//! Deletes the access rules that match filters, and says which they were.
//!
//! KIP-140 began it, KIP-290 brought patterns by prefix, KIP-373 the resource type "user".

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 1-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DeleteAclsRequest {
    pub filters: Vec<DeleteAclsFilter>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DeleteAclsRequest {
    const NAME: &'static str = "DeleteAclsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let filters = r.array(flexible, |r| DeleteAclsFilter::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { filters, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.filters, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `DeleteAclsRequest::filters`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsFilter {
    /// Numbers as in DescribeAcls.
    pub resource_type_filter: i8,
    pub resource_name_filter: Option<Text>,
    pub pattern_type_filter: i8,
    pub principal_filter: Option<Text>,
    pub host_filter: Option<Text>,
    pub operation: i8,
    pub permission_type: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DeleteAclsFilter {
    fn default() -> Self {
        Self {
            resource_type_filter: 0,
            resource_name_filter: Some(Text::default()),
            pattern_type_filter: 3,
            principal_filter: Some(Text::default()),
            host_filter: Some(Text::default()),
            operation: 0,
            permission_type: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl DeleteAclsFilter {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type_filter = r.i8()?;
        let resource_name_filter = r.text_opt(flexible, true)?;
        let pattern_type_filter = r.i8()?;
        let principal_filter = r.text_opt(flexible, true)?;
        let host_filter = r.text_opt(flexible, true)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            resource_type_filter,
            resource_name_filter,
            pattern_type_filter,
            principal_filter,
            host_filter,
            operation,
            permission_type,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.i8(self.resource_type_filter);
        w.text_opt(self.resource_name_filter.as_ref(), flexible)?;
        w.i8(self.pattern_type_filter);
        w.text_opt(self.principal_filter.as_ref(), flexible)?;
        w.text_opt(self.host_filter.as_ref(), flexible)?;
        w.i8(self.operation);
        w.i8(self.permission_type);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 1-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DeleteAclsResponse {
    pub throttle_time_ms: i32,
    pub filter_results: Vec<DeleteAclsFilterResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DeleteAclsResponse {
    const NAME: &'static str = "DeleteAclsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let filter_results = r.array(flexible, |r| DeleteAclsFilterResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, filter_results, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.array(&self.filter_results, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for DeleteAclsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.filter_results {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DeleteAclsResponse::filter_results`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsFilterResult {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub matching_acls: Vec<DeleteAclsMatchingAcl>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DeleteAclsFilterResult {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: Some(Text::default()),
            matching_acls: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl DeleteAclsFilterResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let matching_acls = r.array(flexible, |r| DeleteAclsMatchingAcl::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { error_code, error_message, matching_acls, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
        w.array(&self.matching_acls, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl DeleteAclsFilterResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        for one in &self.matching_acls {
            one.each_error(version, see);
        }
    }
}

/// In `DeleteAclsFilterResult::matching_acls`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsMatchingAcl {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub resource_type: i8,
    pub resource_name: Text,
    pub pattern_type: i8,
    pub principal: Text,
    pub host: Text,
    pub operation: i8,
    pub permission_type: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DeleteAclsMatchingAcl {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: Some(Text::default()),
            resource_type: 0,
            resource_name: Text::default(),
            pattern_type: 3,
            principal: Text::default(),
            host: Text::default(),
            operation: 0,
            permission_type: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl DeleteAclsMatchingAcl {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.text(flexible)?;
        let pattern_type = r.i8()?;
        let principal = r.text(flexible)?;
        let host = r.text(flexible)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            error_code,
            error_message,
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission_type,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
        w.i8(self.resource_type);
        w.text(&self.resource_name, flexible)?;
        w.i8(self.pattern_type);
        w.text(&self.principal, flexible)?;
        w.text(&self.host, flexible)?;
        w.i8(self.operation);
        w.i8(self.permission_type);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl DeleteAclsMatchingAcl {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for DeleteAclsRequest {
    const KEY: ApiKey = ApiKey::DeleteAcls;
    type Response = DeleteAclsResponse;
}
