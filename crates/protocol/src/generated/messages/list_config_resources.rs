// Made by `cargo xtask codegen` from schema/074-list-config-resources.kafka: edit that instead.

//! Lists the resources that have settings.
//!
//! KIP-714 began it for clients' metrics alone, KIP-1142 opened it to every kind (version 1).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ListConfigResourcesRequest {
    /// Numbers as in DescribeConfigs; none asks for all.
    /// Version 1.
    pub resource_types: Vec<i8>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ListConfigResourcesRequest {
    const NAME: &'static str = "ListConfigResourcesRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let resource_types = if version == 1 { r.array(true, Reader::i8)? } else { Vec::new() };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { resource_types, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        if version == 1 {
            w.array(&self.resource_types, true, |w, one| {
                w.i8(*one);
                Ok(())
            })?;
        } else if !self.resource_types.is_empty() {
            return Err(EncodeError::NotCarried { field: "resource_types", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ListConfigResourcesResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub config_resources: Vec<ConfigResource>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ListConfigResourcesResponse {
    const NAME: &'static str = "ListConfigResourcesResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let config_resources = r.array(true, |r| ConfigResource::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, config_resources, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.array(&self.config_resources, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for ListConfigResourcesResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ListConfigResourcesResponse::config_resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigResource {
    pub resource_name: Text,
    /// Version 1.
    pub resource_type: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ConfigResource {
    fn default() -> Self {
        Self { resource_name: Text::default(), resource_type: 16, unknown_tags: Vec::new() }
    }
}

impl ConfigResource {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let resource_name = r.text(true)?;
        let resource_type = if version == 1 { r.i8()? } else { 16 };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { resource_name, resource_type, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.resource_name, true)?;
        if version == 1 {
            w.i8(self.resource_type);
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for ListConfigResourcesRequest {
    const KEY: ApiKey = ApiKey::ListConfigResources;
    type Response = ListConfigResourcesResponse;
}
