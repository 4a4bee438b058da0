// Made by `cargo xtask codegen` from schema/records/group/offset-commit.kafka: edit that instead.

//! A committed offset of a group of any kind; without a value it is forgotten.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetCommitKey {
    pub group: Text,
    pub topic: Text,
    pub partition: i32,
}

impl Message for OffsetCommitKey {
    const NAME: &'static str = "OffsetCommitKey";
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

impl ToJson for OffsetCommitKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("group", &self.group, version);
        to.put("topic", &self.topic, version);
        to.put("partition", &self.partition, version);
        to.into()
    }
}

/// Versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetCommitValue {
    pub offset: i64,
    /// Since version 3.
    pub leader_epoch: i32,
    pub metadata: Text,
    pub commit_timestamp: i64,
    /// Version 1 only; later the broker's own retention counts.
    /// Version 1.
    pub expire_timestamp: i64,
    /// Tells a topic from a later one of the same name; zero when not known.
    /// Version 4, tag 0.
    pub topic_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for OffsetCommitValue {
    fn default() -> Self {
        Self {
            offset: 0,
            leader_epoch: -1,
            metadata: Text::default(),
            commit_timestamp: 0,
            expire_timestamp: -1,
            topic_id: Uuid::ZERO,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for OffsetCommitValue {
    const NAME: &'static str = "OffsetCommitValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        r.check_version(Self::VERSIONS, version)?;
        let offset = r.i64()?;
        let leader_epoch = if version >= 3 { r.i32()? } else { -1 };
        let metadata = r.text(flexible)?;
        let commit_timestamp = r.i64()?;
        let expire_timestamp = if version == 1 { r.i64()? } else { -1 };
        let mut topic_id = Uuid::ZERO;
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => topic_id = r.uuid()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self { offset, leader_epoch, metadata, commit_timestamp, expire_timestamp, topic_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        w.check_version(Self::VERSIONS, version)?;
        w.i64(self.offset);
        if version >= 3 {
            w.i32(self.leader_epoch);
        }
        w.text(&self.metadata, flexible)?;
        w.i64(self.commit_timestamp);
        if version == 1 {
            w.i64(self.expire_timestamp);
        }
        if flexible {
            let mut tags = w.tags(usize::from(!self.topic_id.is_zero()), &self.unknown_tags);
            if !self.topic_id.is_zero() {
                tags.put(w, 0, |w| {
                    w.uuid(self.topic_id);
                    Ok(())
                })?;
            }
            tags.finish(w)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl ToJson for OffsetCommitValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("offset", &self.offset, version);
        if version >= 3 {
            to.put("leaderEpoch", &self.leader_epoch, version);
        }
        to.put("metadata", &self.metadata, version);
        to.put("commitTimestamp", &self.commit_timestamp, version);
        if version == 1 {
            to.put("expireTimestamp", &self.expire_timestamp, version);
        }
        if !self.topic_id.is_zero() {
            to.put("topicId", &self.topic_id, version);
        }
        to.into()
    }
}
