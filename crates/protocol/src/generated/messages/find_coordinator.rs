// Made by `cargo xtask codegen` from schema/010-find-coordinator.kafka: edit that instead.

//! Asks which broker coordinates a group, a transaction or a share partition.
//!
//! KIP-98 brought transactions, KIP-699 several keys at once (version 4), KIP-890 an error that aborts (5),
//! KIP-932 share partitions (6).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-6.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FindCoordinatorRequest {
    /// A group's id, a transactional id, or group:topic-id:partition of a share partition.
    /// Versions 0-3.
    pub key: Text,
    /// 0 group, 1 transaction, 2 share partition.
    /// Since version 1.
    pub key_type: i8,
    /// Several keys of one type.
    /// Since version 4.
    pub coordinator_keys: Vec<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for FindCoordinatorRequest {
    const NAME: &'static str = "FindCoordinatorRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let key = if version <= 3 { r.text(flexible)? } else { Text::default() };
        let key_type = if version >= 1 { r.i8()? } else { 0 };
        let coordinator_keys = if version >= 4 { r.array(flexible, |r| r.text(flexible))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { key, key_type, coordinator_keys, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version <= 3 {
            w.text(&self.key, flexible)?;
        } else if !self.key.is_empty() {
            return Err(EncodeError::NotCarried { field: "key", version });
        }
        if version >= 1 {
            w.i8(self.key_type);
        } else if self.key_type != 0 {
            return Err(EncodeError::NotCarried { field: "key_type", version });
        }
        if version >= 4 {
            w.array(&self.coordinator_keys, flexible, |w, one| w.text(one, flexible))?;
        } else if !self.coordinator_keys.is_empty() {
            return Err(EncodeError::NotCarried { field: "coordinator_keys", version });
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
#[derive(Clone, Debug, PartialEq)]
pub struct FindCoordinatorResponse {
    /// Since version 1.
    pub throttle_time_ms: i32,
    /// Versions 0-3.
    pub error_code: i16,
    /// Versions 1-3.
    pub error_message: Option<Text>,
    /// Versions 0-3.
    pub node_id: i32,
    /// Versions 0-3.
    pub host: Text,
    /// Versions 0-3.
    pub port: i32,
    /// Since version 4.
    pub coordinators: Vec<Coordinator>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for FindCoordinatorResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: Some(Text::default()),
            node_id: 0,
            host: Text::default(),
            port: 0,
            coordinators: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for FindCoordinatorResponse {
    const NAME: &'static str = "FindCoordinatorResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=6;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = if version <= 3 { r.i16()? } else { 0 };
        let error_message =
            if (1..=3).contains(&version) { r.text_opt(flexible, true)? } else { Some(Text::default()) };
        let node_id = if version <= 3 { r.i32()? } else { 0 };
        let host = if version <= 3 { r.text(flexible)? } else { Text::default() };
        let port = if version <= 3 { r.i32()? } else { 0 };
        let coordinators =
            if version >= 4 { r.array(flexible, |r| Coordinator::decode(r, version))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, error_message, node_id, host, port, coordinators, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 1 {
            w.i32(self.throttle_time_ms);
        }
        if version <= 3 {
            w.i16(self.error_code);
        } else if self.error_code != 0 {
            return Err(EncodeError::NotCarried { field: "error_code", version });
        }
        if (1..=3).contains(&version) {
            w.text_opt(self.error_message.as_ref(), flexible)?;
        }
        if version <= 3 {
            w.i32(self.node_id);
        } else if self.node_id != 0 {
            return Err(EncodeError::NotCarried { field: "node_id", version });
        }
        if version <= 3 {
            w.text(&self.host, flexible)?;
        } else if !self.host.is_empty() {
            return Err(EncodeError::NotCarried { field: "host", version });
        }
        if version <= 3 {
            w.i32(self.port);
        } else if self.port != 0 {
            return Err(EncodeError::NotCarried { field: "port", version });
        }
        if version >= 4 {
            w.array(&self.coordinators, flexible, |w, one| one.encode(w, version))?;
        } else if !self.coordinators.is_empty() {
            return Err(EncodeError::NotCarried { field: "coordinators", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for FindCoordinatorResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        if version <= 3 {
            see(self.error_code);
        }
        if version >= 4 {
            for one in &self.coordinators {
                one.each_error(version, see);
            }
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `FindCoordinatorResponse::coordinators`.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinator {
    pub key: Text,
    pub node_id: i32,
    pub host: Text,
    pub port: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for Coordinator {
    fn default() -> Self {
        Self {
            key: Text::default(),
            node_id: 0,
            host: Text::default(),
            port: 0,
            error_code: 0,
            error_message: Some(Text::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Coordinator {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let key = r.text(true)?;
        let node_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { key, node_id, host, port, error_code, error_message, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.key, true)?;
        w.i32(self.node_id);
        w.text(&self.host, true)?;
        w.i32(self.port);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Coordinator {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for FindCoordinatorRequest {
    const KEY: ApiKey = ApiKey::FindCoordinator;
    type Response = FindCoordinatorResponse;
}
