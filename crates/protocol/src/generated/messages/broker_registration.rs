// Made by `cargo xtask codegen` from schema/062-broker-registration.kafka: edit that instead.

//! A broker enters the cluster.
//!
//! KIP-631 began it, KIP-866 brought the migration from ZooKeeper, KIP-858 log directories, KIP-966 the epoch the
//! broker had before it stopped cleanly; version 4 offers features whose lowest level is 0.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerRegistrationRequest {
    pub broker_id: i32,
    pub cluster_id: Text,
    /// Made anew with every start of the process.
    pub incarnation_id: Uuid,
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
    pub rack: Option<Text>,
    /// Since version 1.
    pub is_migrating_zk_broker: bool,
    /// Ids of the directories that work.
    /// Since version 2.
    pub log_dirs: Vec<Uuid>,
    /// The one the broker had when it last stopped cleanly; -1 when it did not.
    /// Since version 3.
    pub previous_broker_epoch: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for BrokerRegistrationRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            cluster_id: Text::default(),
            incarnation_id: Uuid::ZERO,
            listeners: Vec::new(),
            features: Vec::new(),
            rack: Some(Text::default()),
            is_migrating_zk_broker: false,
            log_dirs: Vec::new(),
            previous_broker_epoch: -1,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for BrokerRegistrationRequest {
    const NAME: &'static str = "BrokerRegistrationRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let cluster_id = r.text(true)?;
        let incarnation_id = r.uuid()?;
        let listeners = r.array(true, |r| Listener::decode(r, version))?;
        let features = r.array(true, |r| Feature::decode(r, version))?;
        let rack = r.text_opt(true, true)?;
        let is_migrating_zk_broker = if version >= 1 { r.bool()? } else { false };
        let log_dirs = if version >= 2 { r.array(true, Reader::uuid)? } else { Vec::new() };
        let previous_broker_epoch = if version >= 3 { r.i64()? } else { -1 };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            broker_id,
            cluster_id,
            incarnation_id,
            listeners,
            features,
            rack,
            is_migrating_zk_broker,
            log_dirs,
            previous_broker_epoch,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        w.text(&self.cluster_id, true)?;
        w.uuid(self.incarnation_id);
        w.array(&self.listeners, true, |w, one| one.encode(w, version))?;
        w.array(&self.features, true, |w, one| one.encode(w, version))?;
        w.text_opt(self.rack.as_ref(), true)?;
        if version >= 1 {
            w.bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::NotCarried { field: "is_migrating_zk_broker", version });
        }
        if version >= 2 {
            w.array(&self.log_dirs, true, |w, one| {
                w.uuid(*one);
                Ok(())
            })?;
        }
        if version >= 3 {
            w.i64(self.previous_broker_epoch);
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `BrokerRegistrationRequest::listeners`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Listener {
    pub name: Text,
    pub host: Text,
    pub port: u16,
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Listener {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let host = r.text(true)?;
        let port = r.u16()?;
        let security_protocol = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, host, port, security_protocol, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.i16(self.security_protocol);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `BrokerRegistrationRequest::features`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Feature {
    pub name: Text,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Feature {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let min_supported_version = r.i16()?;
        let max_supported_version = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, min_supported_version, max_supported_version, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.i16(self.min_supported_version);
        w.i16(self.max_supported_version);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerRegistrationResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    /// Names this stay in the cluster: the offset of its registration in the metadata log.
    pub broker_epoch: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for BrokerRegistrationResponse {
    fn default() -> Self {
        Self { throttle_time_ms: 0, error_code: 0, broker_epoch: -1, unknown_tags: Vec::new() }
    }
}

impl Message for BrokerRegistrationResponse {
    const NAME: &'static str = "BrokerRegistrationResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let broker_epoch = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, broker_epoch, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.i64(self.broker_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for BrokerRegistrationResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for BrokerRegistrationRequest {
    const KEY: ApiKey = ApiKey::BrokerRegistration;
    type Response = BrokerRegistrationResponse;
}
