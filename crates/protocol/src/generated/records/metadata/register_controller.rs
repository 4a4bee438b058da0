// Made by `cargo xtask codegen` from schema/records/metadata/register-controller.kafka: edit that instead.

//! A controller has made itself known (KIP-919).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RegisterControllerRecord {
    pub controller_id: i32,
    pub incarnation_id: Uuid,
    pub zk_migration_ready: bool,
    pub end_points: Vec<ControllerEndpoint>,
    pub features: Vec<ControllerFeature>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RegisterControllerRecord {
    const NAME: &'static str = "RegisterControllerRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let controller_id = r.i32()?;
        let incarnation_id = r.uuid()?;
        let zk_migration_ready = r.bool()?;
        let end_points = r.array(true, |r| ControllerEndpoint::decode(r, version))?;
        let features = r.array(true, |r| ControllerFeature::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { controller_id, incarnation_id, zk_migration_ready, end_points, features, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.controller_id);
        w.uuid(self.incarnation_id);
        w.bool(self.zk_migration_ready);
        w.array(&self.end_points, true, |w, one| one.encode(w, version))?;
        w.array(&self.features, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RegisterControllerRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("controllerId", &self.controller_id, version);
        to.put("incarnationId", &self.incarnation_id, version);
        to.put("zkMigrationReady", &self.zk_migration_ready, version);
        to.put("endPoints", &self.end_points, version);
        to.put("features", &self.features, version);
        to.into()
    }
}

/// In `RegisterControllerRecord::end_points`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ControllerEndpoint {
    pub name: Text,
    pub host: Text,
    pub port: u16,
    pub security_protocol: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ControllerEndpoint {
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

impl ToJson for ControllerEndpoint {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("host", &self.host, version);
        to.put("port", &self.port, version);
        to.put("securityProtocol", &self.security_protocol, version);
        to.into()
    }
}

/// In `RegisterControllerRecord::features`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ControllerFeature {
    pub name: Text,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ControllerFeature {
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

impl ToJson for ControllerFeature {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("minSupportedVersion", &self.min_supported_version, version);
        to.put("maxSupportedVersion", &self.max_supported_version, version);
        to.into()
    }
}
