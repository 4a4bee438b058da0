// Made by `cargo xtask codegen` from schema/063-broker-heartbeat.kafka: edit that instead.

//! A broker tells the controller that it lives, how far it has read the metadata, and what it wants.
//!
//! KIP-631 began it, KIP-858 brought lost log directories, KIP-1066 cordoned ones.

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Uuid};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerHeartbeatRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    /// How far the broker has applied the metadata log.
    pub current_metadata_offset: i64,
    /// True until the broker is ready to serve.
    pub want_fence: bool,
    /// The broker wants to be relieved of what it leads.
    pub want_shut_down: bool,
    /// Directories lost since the registration.
    /// Since version 1, tag 0.
    pub offline_log_dirs: Vec<Uuid>,
    /// Directories that get no new replicas; null when unchanged.
    /// Version 2, tag 1.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for BrokerHeartbeatRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            current_metadata_offset: 0,
            want_fence: false,
            want_shut_down: false,
            offline_log_dirs: Vec::new(),
            cordoned_log_dirs: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for BrokerHeartbeatRequest {
    const NAME: &'static str = "BrokerHeartbeatRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let current_metadata_offset = r.i64()?;
        let want_fence = r.bool()?;
        let want_shut_down = r.bool()?;
        let mut offline_log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 if version >= 1 => offline_log_dirs = r.array(true, Reader::uuid)?,
                0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                1 if version == 2 => cordoned_log_dirs = r.array_opt(true, true, Reader::uuid)?,
                1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            broker_id,
            broker_epoch,
            current_metadata_offset,
            want_fence,
            want_shut_down,
            offline_log_dirs,
            cordoned_log_dirs,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        w.i64(self.current_metadata_offset);
        w.bool(self.want_fence);
        w.bool(self.want_shut_down);
        if version < 1 && !self.offline_log_dirs.is_empty() {
            return Err(EncodeError::NotCarried { field: "offline_log_dirs", version });
        }
        if version != 2 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::NotCarried { field: "cordoned_log_dirs", version });
        }
        let mut tags = w.tags(
            usize::from(version >= 1 && !self.offline_log_dirs.is_empty())
                + usize::from(version == 2 && self.cordoned_log_dirs.is_some()),
            &self.unknown_tags,
        );
        if version >= 1 && !self.offline_log_dirs.is_empty() {
            tags.put(w, 0, |w| {
                w.array(&self.offline_log_dirs, true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version == 2 && self.cordoned_log_dirs.is_some() {
            tags.put(w, 1, |w| {
                w.array_opt(self.cordoned_log_dirs.as_ref(), true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub is_caught_up: bool,
    /// The controller gives the broker nothing to lead.
    pub is_fenced: bool,
    /// The broker leads nothing any more and may stop.
    pub should_shut_down: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for BrokerHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            is_caught_up: false,
            is_fenced: true,
            should_shut_down: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for BrokerHeartbeatResponse {
    const NAME: &'static str = "BrokerHeartbeatResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let is_caught_up = r.bool()?;
        let is_fenced = r.bool()?;
        let should_shut_down = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, is_caught_up, is_fenced, should_shut_down, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.bool(self.is_caught_up);
        w.bool(self.is_fenced);
        w.bool(self.should_shut_down);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for BrokerHeartbeatResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for BrokerHeartbeatRequest {
    const KEY: ApiKey = ApiKey::BrokerHeartbeat;
    type Response = BrokerHeartbeatResponse;
}
