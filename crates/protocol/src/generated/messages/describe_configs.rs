// Made by `cargo xtask codegen` from schema/032-describe-configs.kafka: edit that instead.

//! Shows settings: their values, where those come from, and what they mean.
//!
//! KIP-133 began it, KIP-226 brought synonyms, KIP-569 types and documentation.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 1-4.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeConfigsRequest {
    pub resources: Vec<DescribeConfigsResource>,
    pub include_synonyms: bool,
    /// Since version 3.
    pub include_documentation: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeConfigsRequest {
    const NAME: &'static str = "DescribeConfigsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let resources = r.array(flexible, |r| DescribeConfigsResource::decode(r, version))?;
        let include_synonyms = r.bool()?;
        let include_documentation = if version >= 3 { r.bool()? } else { false };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { resources, include_synonyms, include_documentation, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.resources, flexible, |w, one| one.encode(w, version))?;
        w.bool(self.include_synonyms);
        if version >= 3 {
            w.bool(self.include_documentation);
        } else if self.include_documentation {
            return Err(EncodeError::NotCarried { field: "include_documentation", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `DescribeConfigsRequest::resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResource {
    /// 2 topic, 4 broker, 8 a broker's loggers, 16 client metrics, 32 group.
    pub resource_type: i8,
    pub resource_name: Text,
    /// Null asks for all.
    pub configuration_keys: Option<Vec<Text>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeConfigsResource {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Text::default(),
            configuration_keys: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribeConfigsResource {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let resource_type = r.i8()?;
        let resource_name = r.text(flexible)?;
        let configuration_keys = r.array_opt(flexible, true, |r| r.text(flexible))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { resource_type, resource_name, configuration_keys, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.i8(self.resource_type);
        w.text(&self.resource_name, flexible)?;
        w.array_opt(self.configuration_keys.as_ref(), flexible, |w, one| w.text(one, flexible))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 1-4.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeConfigsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<DescribeConfigsResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DescribeConfigsResponse {
    const NAME: &'static str = "DescribeConfigsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let results = r.array(flexible, |r| DescribeConfigsResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, results, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.array(&self.results, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for DescribeConfigsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.results {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DescribeConfigsResponse::results`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResult {
    pub error_code: i16,
    pub error_message: Option<Text>,
    pub resource_type: i8,
    pub resource_name: Text,
    pub configs: Vec<DescribeConfigsResourceResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeConfigsResult {
    fn default() -> Self {
        Self {
            error_code: 0,
            error_message: Some(Text::default()),
            resource_type: 0,
            resource_name: Text::default(),
            configs: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribeConfigsResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.text(flexible)?;
        let configs = r.array(flexible, |r| DescribeConfigsResourceResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { error_code, error_message, resource_type, resource_name, configs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
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

impl DescribeConfigsResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `DescribeConfigsResult::configs`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResourceResult {
    pub name: Text,
    /// Null when it is secret.
    pub value: Option<Text>,
    pub read_only: bool,
    /// 1 set on the topic, 2 on the broker while it runs, 3 on all brokers while they run, 4 in the
    /// broker's file, 5 the default, 6 a logger's level, 7 client metrics, 8 set on the group.
    pub config_source: i8,
    pub is_sensitive: bool,
    /// Every place that has a say, the winning one first.
    pub synonyms: Vec<DescribeConfigsSynonym>,
    /// 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.
    /// Since version 3.
    pub config_type: i8,
    /// Since version 3.
    pub documentation: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeConfigsResourceResult {
    fn default() -> Self {
        Self {
            name: Text::default(),
            value: Some(Text::default()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            synonyms: Vec::new(),
            config_type: 0,
            documentation: Some(Text::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl DescribeConfigsResourceResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.text(flexible)?;
        let value = r.text_opt(flexible, true)?;
        let read_only = r.bool()?;
        let config_source = r.i8()?;
        let is_sensitive = r.bool()?;
        let synonyms = r.array(flexible, |r| DescribeConfigsSynonym::decode(r, version))?;
        let config_type = if version >= 3 { r.i8()? } else { 0 };
        let documentation = if version >= 3 { r.text_opt(flexible, true)? } else { Some(Text::default()) };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            name,
            value,
            read_only,
            config_source,
            is_sensitive,
            synonyms,
            config_type,
            documentation,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.name, flexible)?;
        w.text_opt(self.value.as_ref(), flexible)?;
        w.bool(self.read_only);
        w.i8(self.config_source);
        w.bool(self.is_sensitive);
        w.array(&self.synonyms, flexible, |w, one| one.encode(w, version))?;
        if version >= 3 {
            w.i8(self.config_type);
        }
        if version >= 3 {
            w.text_opt(self.documentation.as_ref(), flexible)?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `DescribeConfigsResourceResult::synonyms`.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsSynonym {
    pub name: Text,
    pub value: Option<Text>,
    pub source: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeConfigsSynonym {
    fn default() -> Self {
        Self { name: Text::default(), value: Some(Text::default()), source: 0, unknown_tags: Vec::new() }
    }
}

impl DescribeConfigsSynonym {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.text(flexible)?;
        let value = r.text_opt(flexible, true)?;
        let source = r.i8()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, value, source, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.text(&self.name, flexible)?;
        w.text_opt(self.value.as_ref(), flexible)?;
        w.i8(self.source);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Request for DescribeConfigsRequest {
    const KEY: ApiKey = ApiKey::DescribeConfigs;
    type Response = DescribeConfigsResponse;
}
