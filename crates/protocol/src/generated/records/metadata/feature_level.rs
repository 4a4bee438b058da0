// Made by `cargo xtask codegen` from schema/records/metadata/feature-level.kafka: edit that instead.

//! A feature of the cluster has a level; 0 means off (KIP-584).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FeatureLevelRecord {
    pub name: Text,
    pub feature_level: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for FeatureLevelRecord {
    const NAME: &'static str = "FeatureLevelRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let name = r.text(true)?;
        let feature_level = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, feature_level, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.name, true)?;
        w.i16(self.feature_level);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for FeatureLevelRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("featureLevel", &self.feature_level, version);
        to.into()
    }
}
