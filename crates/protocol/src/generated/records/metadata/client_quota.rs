// Made by `cargo xtask codegen` from schema/records/metadata/client-quota.kafka: edit that instead.

//! A quota is set or removed (KIP-546).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ClientQuotaRecord {
    pub entity: Vec<EntityData>,
    pub key: Text,
    pub value: f64,
    pub remove: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ClientQuotaRecord {
    const NAME: &'static str = "ClientQuotaRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let entity = r.array(true, |r| EntityData::decode(r, version))?;
        let key = r.text(true)?;
        let value = r.f64()?;
        let remove = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { entity, key, value, remove, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.entity, true, |w, one| one.encode(w, version))?;
        w.text(&self.key, true)?;
        w.f64(self.value);
        w.bool(self.remove);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ClientQuotaRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("entity", &self.entity, version);
        to.put("key", &self.key, version);
        to.put("value", &self.value, version);
        to.put("remove", &self.remove, version);
        to.into()
    }
}

/// In `ClientQuotaRecord::entity`.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityData {
    pub entity_type: Text,
    /// Null is the default.
    pub entity_name: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for EntityData {
    fn default() -> Self {
        Self { entity_type: Text::default(), entity_name: Some(Text::default()), unknown_tags: Vec::new() }
    }
}

impl EntityData {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let entity_type = r.text(true)?;
        let entity_name = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { entity_type, entity_name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.entity_type, true)?;
        w.text_opt(self.entity_name.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for EntityData {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("entityType", &self.entity_type, version);
        to.put("entityName", &self.entity_name, version);
        to.into()
    }
}
