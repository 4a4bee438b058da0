// Made by `cargo xtask codegen` from schema/records/metadata/remove-topic.kafka: edit that instead.

//! A topic and its partitions are gone.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson, Uuid};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemoveTopicRecord {
    pub topic_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RemoveTopicRecord {
    const NAME: &'static str = "RemoveTopicRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topic_id = r.uuid()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.uuid(self.topic_id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RemoveTopicRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topicId", &self.topic_id, version);
        to.into()
    }
}
