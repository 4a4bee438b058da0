// Made by `cargo xtask codegen` from schema/records/metadata/register-broker.kafka: edit that instead.

//! A broker has entered the cluster (KIP-631), with its log directories (KIP-858) and cordoned ones (KIP-1066).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterBrokerRecord {
    pub broker_id: i32,
    /// Of no use since ZooKeeper is gone.
    /// Since version 2.
    pub is_migrating_zk_broker: bool,
    /// Made anew with every start of the process.
    pub incarnation_id: Uuid,
    pub broker_epoch: i64,
    pub end_points: Vec<BrokerEndpoint>,
    pub features: Vec<BrokerFeature>,
    pub rack: Option<Text>,
    pub fenced: bool,
    /// Since version 1.
    pub in_controlled_shutdown: bool,
    /// Since version 3, tag 0.
    pub log_dirs: Vec<Uuid>,
    /// Version 4, tag 1.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for RegisterBrokerRecord {
    fn default() -> Self {
        Self {
            broker_id: 0,
            is_migrating_zk_broker: false,
            incarnation_id: Uuid::ZERO,
            broker_epoch: 0,
            end_points: Vec::new(),
            features: Vec::new(),
            rack: Some(Text::default()),
            fenced: true,
            in_controlled_shutdown: false,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for RegisterBrokerRecord {
    const NAME: &'static str = "RegisterBrokerRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let is_migrating_zk_broker = if version >= 2 { r.bool()? } else { false };
        let incarnation_id = r.uuid()?;
        let broker_epoch = r.i64()?;
        let end_points = r.array(true, |r| BrokerEndpoint::decode(r, version))?;
        let features = r.array(true, |r| BrokerFeature::decode(r, version))?;
        let rack = r.text_opt(true, true)?;
        let fenced = r.bool()?;
        let in_controlled_shutdown = if version >= 1 { r.bool()? } else { false };
        let mut log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 if version >= 3 => log_dirs = r.array(true, Reader::uuid)?,
                0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                1 if version == 4 => cordoned_log_dirs = r.array_opt(true, true, Reader::uuid)?,
                1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            broker_id,
            is_migrating_zk_broker,
            incarnation_id,
            broker_epoch,
            end_points,
            features,
            rack,
            fenced,
            in_controlled_shutdown,
            log_dirs,
            cordoned_log_dirs,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        if version >= 2 {
            w.bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::NotCarried { field: "is_migrating_zk_broker", version });
        }
        w.uuid(self.incarnation_id);
        w.i64(self.broker_epoch);
        w.array(&self.end_points, true, |w, one| one.encode(w, version))?;
        w.array(&self.features, true, |w, one| one.encode(w, version))?;
        w.text_opt(self.rack.as_ref(), true)?;
        w.bool(self.fenced);
        if version >= 1 {
            w.bool(self.in_controlled_shutdown);
        } else if self.in_controlled_shutdown {
            return Err(EncodeError::NotCarried { field: "in_controlled_shutdown", version });
        }
        if version < 3 && !self.log_dirs.is_empty() {
            return Err(EncodeError::NotCarried { field: "log_dirs", version });
        }
        if version != 4 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::NotCarried { field: "cordoned_log_dirs", version });
        }
        let mut tags = w.tags(
            usize::from(version >= 3 && !self.log_dirs.is_empty())
                + usize::from(version == 4 && self.cordoned_log_dirs.is_some()),
            &self.unknown_tags,
        );
        if version >= 3 && !self.log_dirs.is_empty() {
            tags.put(w, 0, |w| {
                w.array(&self.log_dirs, true, |w, one| {
                    w.uuid(*one);
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        if version == 4 && self.cordoned_log_dirs.is_some() {
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

impl ToJson for RegisterBrokerRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("brokerId", &self.broker_id, version);
        if version >= 2 {
            to.put("isMigratingZkBroker", &self.is_migrating_zk_broker, version);
        }
        to.put("incarnationId", &self.incarnation_id, version);
        to.put("brokerEpoch", &self.broker_epoch, version);
        to.put("endPoints", &self.end_points, version);
        to.put("features", &self.features, version);
        to.put("rack", &self.rack, version);
        to.put("fenced", &self.fenced, version);
        if version >= 1 {
            to.put("inControlledShutdown", &self.in_controlled_shutdown, version);
        }
        if version >= 3 && !self.log_dirs.is_empty() {
            to.put("logDirs", &self.log_dirs, version);
        }
        if version == 4 && self.cordoned_log_dirs.is_some() {
            to.put("cordonedLogDirs", &self.cordoned_log_dirs, version);
        }
        to.into()
    }
}

/// In `RegisterBrokerRecord::end_points`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BrokerEndpoint {
    pub name: Text,
    pub host: Text,
    pub port: u16,
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl BrokerEndpoint {
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

impl ToJson for BrokerEndpoint {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("host", &self.host, version);
        to.put("port", &self.port, version);
        to.put("securityProtocol", &self.security_protocol, version);
        to.into()
    }
}

/// In `RegisterBrokerRecord::features`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BrokerFeature {
    pub name: Text,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl BrokerFeature {
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

impl ToJson for BrokerFeature {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("minSupportedVersion", &self.min_supported_version, version);
        to.put("maxSupportedVersion", &self.max_supported_version, version);
        to.into()
    }
}
