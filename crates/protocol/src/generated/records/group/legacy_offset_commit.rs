// Made by `cargo xtask codegen` from schema/records/group/legacy-offset-commit.kafka: edit that instead.

//! A committed offset, as the oldest brokers wrote it. Still read, never written.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LegacyOffsetCommitKey {
    pub group: Text,
    pub topic: Text,
    pub partition: i32,
}

impl Message for LegacyOffsetCommitKey {
    const NAME: &'static str = "LegacyOffsetCommitKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group = r.text(false)?;
        let topic = r.text(false)?;
        let partition = r.i32()?;
        Ok(Self { group, topic, partition })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group, false)?;
        w.text(&self.topic, false)?;
        w.i32(self.partition);
        Ok(())
    }
}

impl ToJson for LegacyOffsetCommitKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("group", &self.group, version);
        to.put("topic", &self.topic, version);
        to.put("partition", &self.partition, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LegacyOffsetCommitValue {
    pub offset: i64,
    pub metadata: Text,
    pub commit_timestamp: i64,
}

impl Message for LegacyOffsetCommitValue {
    const NAME: &'static str = "LegacyOffsetCommitValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let offset = r.i64()?;
        let metadata = r.text(false)?;
        let commit_timestamp = r.i64()?;
        Ok(Self { offset, metadata, commit_timestamp })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i64(self.offset);
        w.text(&self.metadata, false)?;
        w.i64(self.commit_timestamp);
        Ok(())
    }
}

impl ToJson for LegacyOffsetCommitValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("offset", &self.offset, version);
        to.put("metadata", &self.metadata, version);
        to.put("commitTimestamp", &self.commit_timestamp, version);
        to.into()
    }
}
