// Made by `cargo xtask codegen` from schema/records/group/share-group-target-assignment-metadata.kafka: edit that instead.

//! The epoch for which a share group's target was made (KIP-932).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMetadataKey {
    pub group_id: Text,
}

impl Message for ShareGroupTargetAssignmentMetadataKey {
    const NAME: &'static str = "ShareGroupTargetAssignmentMetadataKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let group_id = r.text(false)?;
        Ok(Self { group_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.group_id, false)?;
        Ok(())
    }
}

impl ToJson for ShareGroupTargetAssignmentMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMetadataValue {
    pub assignment_epoch: i32,
    /// Tag 0.
    pub assignment_timestamp: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ShareGroupTargetAssignmentMetadataValue {
    const NAME: &'static str = "ShareGroupTargetAssignmentMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let assignment_epoch = r.i32()?;
        let mut assignment_timestamp = 0;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => assignment_timestamp = r.i64()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { assignment_epoch, assignment_timestamp, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.assignment_epoch);
        let mut tags = w.tags(usize::from(self.assignment_timestamp != 0), &self.unknown_tags);
        if self.assignment_timestamp != 0 {
            tags.put(w, 0, |w| {
                w.i64(self.assignment_timestamp);
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for ShareGroupTargetAssignmentMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("assignmentEpoch", &self.assignment_epoch, version);
        if self.assignment_timestamp != 0 {
            to.put("assignmentTimestamp", &self.assignment_timestamp, version);
        }
        to.into()
    }
}
