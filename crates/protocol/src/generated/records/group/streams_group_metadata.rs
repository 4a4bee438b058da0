// Made by `cargo xtask codegen` from schema/records/group/streams-group-metadata.kafka: edit that instead.

//! A streams group's epoch, and which topology it was checked with (KIP-1071, KIP-1331).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StreamsGroupMetadataKey {
    pub group_id: Text,
}

impl Message for StreamsGroupMetadataKey {
    const NAME: &'static str = "StreamsGroupMetadataKey";
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

impl ToJson for StreamsGroupMetadataKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("groupId", &self.group_id, version);
        to.into()
    }
}

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupMetadataValue {
    pub epoch: i32,
    /// Over the topics of the topology: another hash asks for another target.
    pub metadata_hash: i64,
    /// Tag 0.
    pub validated_topology_epoch: i32,
    /// What the target was made with. Starts out empty, not null.
    /// Tag 1.
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig>>,
    /// Tag 2.
    pub stored_description_topology_epoch: i32,
    /// Tag 3.
    pub failed_description_topology_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for StreamsGroupMetadataValue {
    fn default() -> Self {
        Self {
            epoch: 0,
            metadata_hash: 0,
            validated_topology_epoch: -1,
            last_assignment_configs: Some(Vec::new()),
            stored_description_topology_epoch: -1,
            failed_description_topology_epoch: -1,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for StreamsGroupMetadataValue {
    const NAME: &'static str = "StreamsGroupMetadataValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let epoch = r.i32()?;
        let metadata_hash = r.i64()?;
        let mut validated_topology_epoch = -1;
        let mut last_assignment_configs = Some(Vec::new());
        let mut stored_description_topology_epoch = -1;
        let mut failed_description_topology_epoch = -1;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => validated_topology_epoch = r.i32()?,
                1 => last_assignment_configs = r.array_opt(true, true, |r| LastAssignmentConfig::decode(r, version))?,
                2 => stored_description_topology_epoch = r.i32()?,
                3 => failed_description_topology_epoch = r.i32()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self {
            epoch,
            metadata_hash,
            validated_topology_epoch,
            last_assignment_configs,
            stored_description_topology_epoch,
            failed_description_topology_epoch,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.epoch);
        w.i64(self.metadata_hash);
        let mut tags = w.tags(
            usize::from(self.validated_topology_epoch != -1)
                + usize::from(!self.last_assignment_configs.as_ref().is_some_and(|value| value.is_empty()))
                + usize::from(self.stored_description_topology_epoch != -1)
                + usize::from(self.failed_description_topology_epoch != -1),
            &self.unknown_tags,
        );
        if self.validated_topology_epoch != -1 {
            tags.put(w, 0, |w| {
                w.i32(self.validated_topology_epoch);
                Ok(())
            })?;
        }
        if !self.last_assignment_configs.as_ref().is_some_and(|value| value.is_empty()) {
            tags.put(w, 1, |w| {
                w.array_opt(self.last_assignment_configs.as_ref(), true, |w, one| one.encode(w, version))?;
                Ok(())
            })?;
        }
        if self.stored_description_topology_epoch != -1 {
            tags.put(w, 2, |w| {
                w.i32(self.stored_description_topology_epoch);
                Ok(())
            })?;
        }
        if self.failed_description_topology_epoch != -1 {
            tags.put(w, 3, |w| {
                w.i32(self.failed_description_topology_epoch);
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for StreamsGroupMetadataValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("epoch", &self.epoch, version);
        to.put("metadataHash", &self.metadata_hash, version);
        if self.validated_topology_epoch != -1 {
            to.put("validatedTopologyEpoch", &self.validated_topology_epoch, version);
        }
        if !self.last_assignment_configs.as_ref().is_some_and(|value| value.is_empty()) {
            to.put("lastAssignmentConfigs", &self.last_assignment_configs, version);
        }
        if self.stored_description_topology_epoch != -1 {
            to.put("storedDescriptionTopologyEpoch", &self.stored_description_topology_epoch, version);
        }
        if self.failed_description_topology_epoch != -1 {
            to.put("failedDescriptionTopologyEpoch", &self.failed_description_topology_epoch, version);
        }
        to.into()
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LastAssignmentConfig {
    pub key: Text,
    pub value: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl LastAssignmentConfig {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let key = r.text(true)?;
        let value = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { key, value, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.key, true)?;
        w.text(&self.value, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for LastAssignmentConfig {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("key", &self.key, version);
        to.put("value", &self.value, version);
        to.into()
    }
}
