// Made by `cargo xtask codegen` from schema/records/metadata/clear-elr.kafka: edit that instead.

//! The eligible leaders of a topic, or of all when its name is empty, are forgotten (KIP-966).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ClearElrRecord {
    pub topic_name: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ClearElrRecord {
    const NAME: &'static str = "ClearElrRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topic_name = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_name, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.topic_name, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ClearElrRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicName", &self.topic_name, version);
        to.into()
    }
}
