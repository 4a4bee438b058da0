// Made by `cargo xtask codegen` from schema/records/metadata/access-control-entry.kafka: edit that instead.

//! There is an access rule (KIP-801).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AccessControlEntryRecord {
    pub id: Uuid,
    /// Numbers as in DescribeAcls.
    pub resource_type: i8,
    pub resource_name: Text,
    pub pattern_type: i8,
    pub principal: Text,
    pub host: Text,
    pub operation: i8,
    pub permission_type: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AccessControlEntryRecord {
    const NAME: &'static str = "AccessControlEntryRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let id = r.uuid()?;
        let resource_type = r.i8()?;
        let resource_name = r.text(true)?;
        let pattern_type = r.i8()?;
        let principal = r.text(true)?;
        let host = r.text(true)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            id,
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission_type,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.uuid(self.id);
        w.i8(self.resource_type);
        w.text(&self.resource_name, true)?;
        w.i8(self.pattern_type);
        w.text(&self.principal, true)?;
        w.text(&self.host, true)?;
        w.i8(self.operation);
        w.i8(self.permission_type);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for AccessControlEntryRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("id", &self.id, version);
        to.put("resourceType", &self.resource_type, version);
        to.put("resourceName", &self.resource_name, version);
        to.put("patternType", &self.pattern_type, version);
        to.put("principal", &self.principal, version);
        to.put("host", &self.host, version);
        to.put("operation", &self.operation, version);
        to.put("permissionType", &self.permission_type, version);
        to.into()
    }
}
