// Made by `cargo xtask codegen` from schema/019-create-topics.kafka: edit that instead.

//! Makes topics.
//!
//! KIP-4 began it, KIP-464 brought the cluster's defaults for counts of -1, KIP-525 the resulting configuration,
//! KIP-599 quotas on changes (version 6), KIP-516 the new topic's id (7).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 2-7.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTopicsRequest {
    pub topics: Vec<CreatableTopic>,
    pub timeout_ms: i32,
    /// Check everything and make nothing.
    pub validate_only: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for CreateTopicsRequest {
    fn default() -> Self {
        Self { topics: Vec::new(), timeout_ms: 60000, validate_only: false, unknown_tags: Vec::new() }
    }
}

impl Message for CreateTopicsRequest {
    const NAME: &'static str = "CreateTopicsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=7;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        r.check_version(Self::VERSIONS, version)?;
        let topics = r.array(flexible, |r| CreatableTopic::decode(r, version))?;
        let timeout_ms = r.i32()?;
        let validate_only = r.bool()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topics, timeout_ms, validate_only, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        w.i32(self.timeout_ms);
        w.bool(self.validate_only);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `CreateTopicsRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreatableTopic {
    pub name: Text,
    /// -1 for the cluster's default, or when assignments are given.
    pub num_partitions: i32,
    /// -1 for the cluster's default, or when assignments are given.
    pub replication_factor: i16,
    /// Where each partition shall lie; empty leaves it to the controller.
    pub assignments: Vec<CreatableReplicaAssignment>,
    pub configs: Vec<CreatableTopicConfig>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl CreatableTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.text(flexible)?;
        let num_partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let assignments = r.array(flexible, |r| CreatableReplicaAssignment::decode(r, version))?;
        let configs = r.array(flexible, |r| CreatableTopicConfig::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, num_partitions, replication_factor, assignments, configs, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.text(&self.name, flexible)?;
        w.i32(self.num_partitions);
        w.i16(self.replication_factor);
        w.array(&self.assignments, flexible, |w, one| one.encode(w, version))?;
        w.array(&self.configs, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `CreatableTopic::assignments`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreatableReplicaAssignment {
    pub partition_index: i32,
    /// The first is the preferred leader.
    pub broker_ids: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl CreatableReplicaAssignment {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let partition_index = r.i32()?;
        let broker_ids = r.array(flexible, Reader::i32)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { partition_index, broker_ids, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.i32(self.partition_index);
        w.array(&self.broker_ids, flexible, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `CreatableTopic::configs`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicConfig {
    pub name: Text,
    pub value: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for CreatableTopicConfig {
    fn default() -> Self {
        Self { name: Text::default(), value: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl CreatableTopicConfig {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.text(flexible)?;
        let value = r.text_opt(flexible, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
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

/// What is answered; versions 2-7.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreateTopicsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<CreatableTopicResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for CreateTopicsResponse {
    const NAME: &'static str = "CreateTopicsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=7;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, |r| CreatableTopicResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for CreateTopicsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.topics {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `CreateTopicsResponse::topics`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicResult {
    pub name: Text,
    /// Version 7.
    pub topic_id: Uuid,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Why configs are missing: the asker may create but not see them.
    /// Since version 5, tag 0.
    pub topic_config_error_code: i16,
    /// Since version 5.
    pub num_partitions: i32,
    /// Since version 5.
    pub replication_factor: i16,
    /// Since version 5.
    pub configs: Option<Vec<CreatableTopicConfigs>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for CreatableTopicResult {
    fn default() -> Self {
        Self {
            name: Text::default(),
            topic_id: Uuid::ZERO,
            error_code: 0,
            error_message: Some(Text::default()),
            topic_config_error_code: 0,
            num_partitions: -1,
            replication_factor: -1,
            configs: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl CreatableTopicResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.text(flexible)?;
        let topic_id = if version == 7 { r.uuid()? } else { Uuid::ZERO };
        let error_code = r.i16()?;
        let error_message = r.text_opt(flexible, true)?;
        let mut topic_config_error_code = 0;
        let num_partitions = if version >= 5 { r.i32()? } else { -1 };
        let replication_factor = if version >= 5 { r.i16()? } else { -1 };
        let configs = if version >= 5 {
            r.array_opt(flexible, true, |r| CreatableTopicConfigs::decode(r, version))?
        } else {
            Some(Vec::new())
        };
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => topic_config_error_code = r.i16()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            name,
            topic_id,
            error_code,
            error_message,
            topic_config_error_code,
            num_partitions,
            replication_factor,
            configs,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        w.text(&self.name, flexible)?;
        if version == 7 {
            w.uuid(self.topic_id);
        }
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), flexible)?;
        if version >= 5 {
            w.i32(self.num_partitions);
        }
        if version >= 5 {
            w.i16(self.replication_factor);
        }
        if version >= 5 {
            w.array_opt(self.configs.as_ref(), flexible, |w, one| one.encode(w, version))?;
        }
        if flexible {
            let mut tags = w.tags(usize::from(self.topic_config_error_code != 0), &self.unknown_tags);
            if self.topic_config_error_code != 0 {
                tags.put(w, 0, |w| {
                    w.i16(self.topic_config_error_code);
                    Ok(())
                })?;
            }
            tags.finish(w)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl CreatableTopicResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `CreatableTopicResult::configs`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicConfigs {
    pub name: Text,
    pub value: Option<Text>,
    pub read_only: bool,
    /// As in DescribeConfigs.
    pub config_source: i8,
    pub is_sensitive: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for CreatableTopicConfigs {
    fn default() -> Self {
        Self {
            name: Text::default(),
            value: Some(Text::default()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl CreatableTopicConfigs {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let value = r.text_opt(true, true)?;
        let read_only = r.bool()?;
        let config_source = r.i8()?;
        let is_sensitive = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, value, read_only, config_source, is_sensitive, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.text_opt(self.value.as_ref(), true)?;
        w.bool(self.read_only);
        w.i8(self.config_source);
        w.bool(self.is_sensitive);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for CreateTopicsRequest {
    const KEY: ApiKey = ApiKey::CreateTopics;
    type Response = CreateTopicsResponse;
}
