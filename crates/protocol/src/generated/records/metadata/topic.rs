// Made by `cargo xtask codegen` from schema/records/metadata/topic.kafka: edit that instead.

//! There is a topic; its partitions follow (KIP-631).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicRecord {
    pub name: Text,
    pub topic_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for TopicRecord {
    const NAME: &'static str = "TopicRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let name = r.text(true)?;
        let topic_id = r.uuid()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, topic_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.name, true)?;
        w.uuid(self.topic_id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for TopicRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("topicId", &self.topic_id, version);
        to.into()
    }
}
