// Made by `cargo xtask codegen` from schema/060-describe-cluster.kafka: edit that instead.

//! Shows the cluster's nodes.
//!
//! KIP-700 began it, KIP-919 lets controllers answer for controllers, KIP-1073 shows fenced brokers.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeClusterRequest {
    pub include_cluster_authorized_operations: bool,
    /// 1 brokers, 2 controllers.
    /// Since version 1.
    pub endpoint_type: i8,
    /// Version 2.
    pub include_fenced_brokers: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeClusterRequest {
    fn default() -> Self {
        Self {
            include_cluster_authorized_operations: false,
            endpoint_type: 1,
            include_fenced_brokers: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for DescribeClusterRequest {
    const NAME: &'static str = "DescribeClusterRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let include_cluster_authorized_operations = r.bool()?;
        let endpoint_type = if version >= 1 { r.i8()? } else { 1 };
        let include_fenced_brokers = if version == 2 { r.bool()? } else { false };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { include_cluster_authorized_operations, endpoint_type, include_fenced_brokers, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.bool(self.include_cluster_authorized_operations);
        if version >= 1 {
            w.i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::NotCarried { field: "endpoint_type", version });
        }
        if version == 2 {
            w.bool(self.include_fenced_brokers);
        } else if self.include_fenced_brokers {
            return Err(EncodeError::NotCarried { field: "include_fenced_brokers", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeClusterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<Text>,
    /// Since version 1.
    pub endpoint_type: i8,
    pub cluster_id: Text,
    /// From brokers: any broker that is alive; from controllers: the leader.
    pub controller_id: i32,
    pub brokers: Vec<DescribeClusterBroker>,
    /// What the asker may do, one bit per operation; the smallest number when it did not ask.
    pub cluster_authorized_operations: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for DescribeClusterResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            endpoint_type: 1,
            cluster_id: Text::default(),
            controller_id: -1,
            brokers: Vec::new(),
            cluster_authorized_operations: i32::MIN,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for DescribeClusterResponse {
    const NAME: &'static str = "DescribeClusterResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let error_message = r.text_opt(true, true)?;
        let endpoint_type = if version >= 1 { r.i8()? } else { 1 };
        let cluster_id = r.text(true)?;
        let controller_id = r.i32()?;
        let brokers = r.array(true, |r| DescribeClusterBroker::decode(r, version))?;
        let cluster_authorized_operations = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            endpoint_type,
            cluster_id,
            controller_id,
            brokers,
            cluster_authorized_operations,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.text_opt(self.error_message.as_ref(), true)?;
        if version >= 1 {
            w.i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::NotCarried { field: "endpoint_type", version });
        }
        w.text(&self.cluster_id, true)?;
        w.i32(self.controller_id);
        w.array(&self.brokers, true, |w, one| one.encode(w, version))?;
        w.i32(self.cluster_authorized_operations);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for DescribeClusterResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `DescribeClusterResponse::brokers`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DescribeClusterBroker {
    pub broker_id: i32,
    pub host: Text,
    pub port: i32,
    pub rack: Option<Text>,
    /// Version 2.
    pub is_fenced: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl DescribeClusterBroker {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let broker_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.i32()?;
        let rack = r.text_opt(true, true)?;
        let is_fenced = if version == 2 { r.bool()? } else { false };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { broker_id, host, port, rack, is_fenced, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.broker_id);
        w.text(&self.host, true)?;
        w.i32(self.port);
        w.text_opt(self.rack.as_ref(), true)?;
        if version == 2 {
            w.bool(self.is_fenced);
        } else if self.is_fenced {
            return Err(EncodeError::NotCarried { field: "is_fenced", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for DescribeClusterRequest {
    const KEY: ApiKey = ApiKey::DescribeCluster;
    type Response = DescribeClusterResponse;
}
