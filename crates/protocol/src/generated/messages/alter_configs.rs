// Made by `cargo xtask codegen` from schema/033-alter-configs.kafka: edit that instead.

//! Replaces all settings of a resource with those given (KIP-133): the old way, since a setting left out is lost.
//! IncrementalAlterConfigs is the new one; clients beside Java still use this.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AlterConfigsRequest {
    pub resources: Vec<AlterConfigsResource>,
    pub validate_only: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AlterConfigsRequest {
    const NAME: &'static str = "AlterConfigsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let resources = r.array(flexible, |r| AlterConfigsResource::decode(r, version))?;
        let validate_only = r.bool()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { resources, validate_only, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.resources, flexible, |w, one| one.encode(w, version))?;
        w.bool(self.validate_only);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `AlterConfigsRequest::resources`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AlterConfigsResource {
    /// Numbers as in DescribeConfigs.
    pub resource_type: i8,
    pub resource_name: Text,
    pub configs: Vec<AlterableConfig>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AlterConfigsResource {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type = r.i8()?;
        let resource_name = r.text(flexible)?;
        let configs = r.array(flexible, |r| AlterableConfig::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { resource_type, resource_name, configs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.i8(self.resource_type);
        w.text(&self.resource_name, flexible)?;
        w.array(&self.configs, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `AlterConfigsResource::configs`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterableConfig {
    pub name: Text,
    pub value: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for AlterableConfig {
    fn default() -> Self {
        Self { name: Text::default(), value: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl AlterableConfig {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.text(flexible)?;
        let value = r.text_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.text(&self.name, flexible)?;
        w.text_opt(self.value.as_ref(), flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AlterConfigsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<AlterConfigsResourceResponse>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AlterConfigsResponse {
    const NAME: &'static str = "AlterConfigsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let responses = r.array(flexible, |r| AlterConfigsResourceResponse::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, responses, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.array(&self.responses, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for AlterConfigsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.responses {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `AlterConfigsResponse::responses`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterConfigsResourceResponse {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub resource_type: i8,
    pub resource_name: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for AlterConfigsResourceResponse {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: Some(Text::default()),
            resource_type: 0,
            resource_name: Text::default(),
            unknown_tags: Vec::new(),
        }
    }
}

impl AlterConfigsResourceResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.text(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { error_code, error_message, resource_type, resource_name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
        w.i8(self.resource_type);
        w.text(&self.resource_name, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl AlterConfigsResourceResponse {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for AlterConfigsRequest {
    const KEY: ApiKey = ApiKey::AlterConfigs;
    type Response = AlterConfigsResponse;
}
