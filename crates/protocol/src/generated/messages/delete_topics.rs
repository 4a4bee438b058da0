// Made by `cargo xtask codegen` from schema/020-delete-topics.kafka: edit that instead.

//! Deletes topics with all they hold.
//!
//! KIP-599 brought quotas on changes, KIP-516 topics by id (version 6).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 1-6.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DeleteTopicsRequest {
    /// By name or by id.
    /// Version 6.
    pub topics: Vec<DeleteTopicState>,
    /// Versions 1-5.
    pub topic_names: Vec<Text>,
    pub timeout_ms: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DeleteTopicsRequest {
    const NAME: &'static str = "DeleteTopicsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let topics =
            if version == 6 { r.array(flexible, |r| DeleteTopicState::decode(r, version))? } else { Vec::new() };
        let topic_names = if version <= 5 { r.array(flexible, |r| r.text(flexible))? } else { Vec::new() };
        let timeout_ms = r.i32()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topics, topic_names, timeout_ms, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        if version == 6 {
            w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        } else if !self.topics.is_empty() {
            return Err(EncodeError::NotCarried { field: "topics", version });
        }
        if version <= 5 {
            w.array(&self.topic_names, flexible, |w, one| w.text(one, flexible))?;
        }
        w.i32(self.timeout_ms);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `DeleteTopicsRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DeleteTopicState {
    pub name: Option<Text>,
    pub topic_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DeleteTopicState {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text_opt(true, true)?;
        let topic_id = r.uuid()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, topic_id, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text_opt(self.name.as_ref(), true)?;
        w.uuid(self.topic_id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 1-6.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DeleteTopicsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<DeletableTopicResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DeleteTopicsResponse {
    const NAME: &'static str = "DeleteTopicsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let responses = r.array(flexible, |r| DeletableTopicResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, responses, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
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

impl Response for DeleteTopicsResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.responses {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DeleteTopicsResponse::responses`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletableTopicResult {
    /// Null when the asker may not know it.
    /// May be null since version 6.
    pub name: Option<Text>,
    /// Version 6.
    pub topic_id: Uuid,
    pub error_code: i16,
    /// Since version 5.
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DeletableTopicResult {
    fn default() -> Self {
        Self {
            name: Some(Text::default()),
            topic_id: Uuid::ZERO,
            error_code: 0,
            error_message: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl DeletableTopicResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.text_opt(flexible, version == 6)?;
        let topic_id = if version == 6 { r.uuid()? } else { Uuid::ZERO };
        let error_code = r.i16()?;
        let error_message = if version >= 5 { r.text_opt(flexible, true)? } else { None };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, topic_id, error_code, error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if version != 6 && self.name.is_none() {
            return Err(EncodeError::Null { field: "name" });
        }
        w.text_opt(self.name.as_ref(), flexible)?;
        if version == 6 {
            w.uuid(self.topic_id);
        }
        w.i16(self.error_code);
        if version >= 5 {
            w.text_opt(self.error_message.as_ref(), flexible)?;
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl DeletableTopicResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for DeleteTopicsRequest {
    const KEY: ApiKey = ApiKey::DeleteTopics;
    type Response = DeleteTopicsResponse;
}
