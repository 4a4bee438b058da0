// Made by `cargo xtask codegen` from schema/records/share/share-snapshot.kafka: edit that instead.

//! The whole state of a share partition (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson, Uuid};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareSnapshotKey {
    pub group_id: Text,
    pub topic_id: Uuid,
    pub partition: i32,
}

impl Message for ShareSnapshotKey {
    const NAME: &'static str = "ShareSnapshotKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        let topic_id = r.uuid()?;
        let partition = r.i32()?;
        Ok(Self { group_id, topic_id, partition })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        w.uuid(self.topic_id);
        w.i32(self.partition);
        Ok(())
    }
}

impl ToJson for ShareSnapshotKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.put("topicId", &self.topic_id, version);
        to.put("partition", &self.partition, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareSnapshotValue {
    pub snapshot_epoch: i32,
    pub state_epoch: i32,
    pub leader_epoch: i32,
    pub start_offset: i64,
    /// Tag 0.
    pub delivery_complete_count: i32,
    pub create_timestamp: i64,
    pub write_timestamp: i64,
    pub state_batches: Vec<StateBatch>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ShareSnapshotValue {
    fn default() -> Self {
        Self {
            snapshot_epoch: 0,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
            create_timestamp: 0,
            write_timestamp: 0,
            state_batches: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ShareSnapshotValue {
    const NAME: &'static str = "ShareSnapshotValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let snapshot_epoch = r.i32()?;
        let state_epoch = r.i32()?;
        let leader_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let mut delivery_complete_count = -1;
        let create_timestamp = r.i64()?;
        let write_timestamp = r.i64()?;
        let state_batches = r.array(true, |r| StateBatch::decode(r, version))?;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => delivery_complete_count = r.i32()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            snapshot_epoch,
            state_epoch,
            leader_epoch,
            start_offset,
            delivery_complete_count,
            create_timestamp,
            write_timestamp,
            state_batches,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.snapshot_epoch);
        w.i32(self.state_epoch);
        w.i32(self.leader_epoch);
        w.i64(self.start_offset);
        w.i64(self.create_timestamp);
        w.i64(self.write_timestamp);
        w.array(&self.state_batches, true, |w, one| one.encode(w, version))?;
        let mut tags = w.tags(usize::from(self.delivery_complete_count != -1), &self.unknown_tags);
        if self.delivery_complete_count != -1 {
            tags.put(w, 0, |w| {
                w.i32(self.delivery_complete_count);
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for ShareSnapshotValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("snapshotEpoch", &self.snapshot_epoch, version);
        to.put("stateEpoch", &self.state_epoch, version);
        to.put("leaderEpoch", &self.leader_epoch, version);
        to.put("startOffset", &self.start_offset, version);
        if self.delivery_complete_count != -1 {
            to.put("deliveryCompleteCount", &self.delivery_complete_count, version);
        }
        to.put("createTimestamp", &self.create_timestamp, version);
        to.put("writeTimestamp", &self.write_timestamp, version);
        to.put("stateBatches", &self.state_batches, version);
        to.into()
    }
}

/// In `ShareSnapshotValue::state_batches`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StateBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    /// 0 available, 2 acknowledged, 4 archived.
    pub delivery_state: i8,
    pub delivery_count: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl StateBatch {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let delivery_state = r.i8()?;
        let delivery_count = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { first_offset, last_offset, delivery_state, delivery_count, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i64(self.first_offset);
        w.i64(self.last_offset);
        w.i8(self.delivery_state);
        w.i16(self.delivery_count);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for StateBatch {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("firstOffset", &self.first_offset, version);
        to.put("lastOffset", &self.last_offset, version);
        to.put("deliveryState", &self.delivery_state, version);
        to.put("deliveryCount", &self.delivery_count, version);
        to.into()
    }
}
