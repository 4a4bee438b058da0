// Made by `cargo xtask codegen` from schema/records/metadata/config.kafka: edit that instead.

//! A setting of a resource has a value, or none any more (KIP-631).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigRecord {
    /// Numbers as in DescribeConfigs.
    pub resource_type: i8,
    /// Empty for the default of all brokers.
    pub resource_name: Text,
    pub name: Text,
    /// Null removes it.
    pub value: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ConfigRecord {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Text::default(),
            name: Text::default(),
            value: Some(Text::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ConfigRecord {
    const NAME: &'static str = "ConfigRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let resource_type = r.i8()?;
        let resource_name = r.text(true)?;
        let name = r.text(true)?;
        let value = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { resource_type, resource_name, name, value, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i8(self.resource_type);
        w.text(&self.resource_name, true)?;
        w.text(&self.name, true)?;
        w.text_opt(self.value.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ConfigRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("resourceType", &self.resource_type, version);
        to.put("resourceName", &self.resource_name, version);
        to.put("name", &self.name, version);
        to.put("value", &self.value, version);
        to.into()
    }
}
