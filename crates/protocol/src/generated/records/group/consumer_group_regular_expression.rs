// Made by `cargo xtask codegen` from schema/records/group/consumer-group-regular-expression.kafka: edit that instead.

//! The topics that a regular expression of a consumer group stands for (KIP-848).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupRegularExpressionKey {
    pub group_id: Text,
    pub regular_expression: Text,
}

impl Message for ConsumerGroupRegularExpressionKey {
    const NAME: &'static str = "ConsumerGroupRegularExpressionKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        let regular_expression = r.text(false)?;
        Ok(Self { group_id, regular_expression })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        w.text(&self.regular_expression, false)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupRegularExpressionKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("regularExpression", &self.regular_expression, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConsumerGroupRegularExpressionValue {
    pub topics: Vec<Text>,
    /// The metadata image it was worked out with.
    pub version: i64,
    pub timestamp: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ConsumerGroupRegularExpressionValue {
    const NAME: &'static str = "ConsumerGroupRegularExpressionValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let topics = r.array(true, |r| r.text(true))?;
        let its_version = r.i64()?;
        let timestamp = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topics, version: its_version, timestamp, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.topics, true, |w, one| w.text(one, true))?;
        w.i64(self.version);
        w.i64(self.timestamp);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ConsumerGroupRegularExpressionValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topics", &self.topics, version);
        to.put("version", &self.version, version);
        to.put("timestamp", &self.timestamp, version);
        to.into()
    }
}
