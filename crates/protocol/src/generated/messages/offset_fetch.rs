// Made by `cargo xtask codegen` from schema/009-offset-fetch.kafka: edit that instead.

//! Asks how far a group has read.
//!
//! KIP-88 brought "all topics", KIP-320 leader epochs, KIP-447 waiting for pending transactions, KIP-709 several
//! groups in one request (version 8), KIP-848 member epochs (9) and topics by id (10).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text, Uuid};

/// What is asked; versions 1-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchRequest {
    /// Versions 1-7.
    pub group_id: Text,
    /// Null asks for every offset of the group.
    /// Versions 1-7, may be null since version 2.
    pub topics: Option<Vec<OffsetFetchRequestTopic>>,
    /// Since version 8.
    pub groups: Vec<OffsetFetchRequestGroup>,
    /// Refuse partitions whose offset a transaction is about to change, with UNSTABLE_OFFSET_COMMIT.
    /// Since version 7.
    pub require_stable: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for OffsetFetchRequest {
    fn default() -> Self {
        Self {
            group_id: Text::default(),
            topics: Some(Vec::new()),
            groups: Vec::new(),
            require_stable: false,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for OffsetFetchRequest {
    const NAME: &'static str = "OffsetFetchRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=10;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        r.check_version(Self::VERSIONS, version)?;
        let group_id = if version <= 7 { r.text(flexible)? } else { Text::default() };
        let topics = if version <= 7 {
            r.array_opt(flexible, version >= 2, |r| OffsetFetchRequestTopic::decode(r, version))?
        } else {
            Some(Vec::new())
        };
        let groups =
            if version >= 8 { r.array(flexible, |r| OffsetFetchRequestGroup::decode(r, version))? } else { Vec::new() };
        let require_stable = if version >= 7 { r.bool()? } else { false };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { group_id, topics, groups, require_stable, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.check_version(Self::VERSIONS, version)?;
        if version <= 7 {
            w.text(&self.group_id, flexible)?;
        } else if !self.group_id.is_empty() {
            return Err(EncodeError::NotCarried { field: "group_id", version });
        }
        if version <= 7 {
            if version < 2 && self.topics.is_none() {
                return Err(EncodeError::Null { field: "topics" });
            }
            w.array_opt(self.topics.as_ref(), flexible, |w, one| one.encode(w, version))?;
        } else if !self.topics.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::NotCarried { field: "topics", version });
        }
        if version >= 8 {
            w.array(&self.groups, flexible, |w, one| one.encode(w, version))?;
        } else if !self.groups.is_empty() {
            return Err(EncodeError::NotCarried { field: "groups", version });
        }
        if version >= 7 {
            w.bool(self.require_stable);
        } else if self.require_stable {
            return Err(EncodeError::NotCarried { field: "require_stable", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `OffsetFetchRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchRequestTopic {
    pub name: Text,
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl OffsetFetchRequestTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.text(flexible)?;
        let partition_indexes = r.array(flexible, Reader::i32)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, partition_indexes, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.text(&self.name, flexible)?;
        w.array(&self.partition_indexes, flexible, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `OffsetFetchRequest::groups`.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchRequestGroup {
    pub group_id: Text,
    /// Since version 9.
    pub member_id: Option<Text>,
    /// -1 from whoever is not in the group.
    /// Since version 9.
    pub member_epoch: i32,
    /// Null asks for every offset of the group.
    pub topics: Option<Vec<OffsetFetchRequestTopics>>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for OffsetFetchRequestGroup {
    fn default() -> Self {
        Self {
            group_id: Text::default(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl OffsetFetchRequestGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let group_id = r.text(true)?;
        let member_id = if version >= 9 { r.text_opt(true, true)? } else { None };
        let member_epoch = if version >= 9 { r.i32()? } else { -1 };
        let topics = r.array_opt(true, true, |r| OffsetFetchRequestTopics::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_id, member_id, member_epoch, topics, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.group_id, true)?;
        if version >= 9 {
            w.text_opt(self.member_id.as_ref(), true)?;
        }
        if version >= 9 {
            w.i32(self.member_epoch);
        }
        w.array_opt(self.topics.as_ref(), true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `OffsetFetchRequestGroup::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchRequestTopics {
    /// Versions 8-9.
    pub name: Text,
    /// Version 10.
    pub topic_id: Uuid,
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl OffsetFetchRequestTopics {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = if version <= 9 { r.text(true)? } else { Text::default() };
        let topic_id = if version == 10 { r.uuid()? } else { Uuid::ZERO };
        let partition_indexes = r.array(true, Reader::i32)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, topic_id, partition_indexes, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.text(&self.name, true)?;
        }
        if version == 10 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partition_indexes, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 1-10.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchResponse {
    /// Since version 3.
    pub throttle_time_ms: i32,
    /// Versions 1-7.
    pub topics: Vec<OffsetFetchResponseTopic>,
    /// Versions 2-7.
    pub error_code: i16,
    /// Since version 8.
    pub groups: Vec<OffsetFetchResponseGroup>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for OffsetFetchResponse {
    const NAME: &'static str = "OffsetFetchResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=10;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = if version >= 3 { r.i32()? } else { 0 };
        let topics = if version <= 7 {
            r.array(flexible, |r| OffsetFetchResponseTopic::decode(r, version))?
        } else {
            Vec::new()
        };
        let error_code = if (2..=7).contains(&version) { r.i16()? } else { 0 };
        let groups = if version >= 8 {
            r.array(flexible, |r| OffsetFetchResponseGroup::decode(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, topics, error_code, groups, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 3 {
            w.i32(self.throttle_time_ms);
        }
        if version <= 7 {
            w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        } else if !self.topics.is_empty() {
            return Err(EncodeError::NotCarried { field: "topics", version });
        }
        if (2..=7).contains(&version) {
            w.i16(self.error_code);
        }
        if version >= 8 {
            w.array(&self.groups, flexible, |w, one| one.encode(w, version))?;
        } else if !self.groups.is_empty() {
            return Err(EncodeError::NotCarried { field: "groups", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for OffsetFetchResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        if version <= 7 {
            for one in &self.topics {
                one.each_error(version, see);
            }
        }
        if (2..=7).contains(&version) {
            see(self.error_code);
        }
        if version >= 8 {
            for one in &self.groups {
                one.each_error(version, see);
            }
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `OffsetFetchResponse::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchResponseTopic {
    pub name: Text,
    pub partitions: Vec<OffsetFetchResponsePartition>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl OffsetFetchResponseTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.text(flexible)?;
        let partitions = r.array(flexible, |r| OffsetFetchResponsePartition::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.text(&self.name, flexible)?;
        w.array(&self.partitions, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl OffsetFetchResponseTopic {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `OffsetFetchResponseTopic::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchResponsePartition {
    pub partition_index: i32,
    /// -1 when there is none.
    pub committed_offset: i64,
    /// Since version 5.
    pub committed_leader_epoch: i32,
    pub metadata: Option<Text>,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for OffsetFetchResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(Text::default()),
            error_code: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl OffsetFetchResponsePartition {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = if version >= 5 { r.i32()? } else { -1 };
        let metadata = r.text_opt(flexible, true)?;
        let error_code = r.i16()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { partition_index, committed_offset, committed_leader_epoch, metadata, error_code, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        w.i32(self.partition_index);
        w.i64(self.committed_offset);
        if version >= 5 {
            w.i32(self.committed_leader_epoch);
        }
        w.text_opt(self.metadata.as_ref(), flexible)?;
        w.i16(self.error_code);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl OffsetFetchResponsePartition {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `OffsetFetchResponse::groups`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchResponseGroup {
    pub group_id: Text,
    pub topics: Vec<OffsetFetchResponseTopics>,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl OffsetFetchResponseGroup {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let group_id = r.text(true)?;
        let topics = r.array(true, |r| OffsetFetchResponseTopics::decode(r, version))?;
        let error_code = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { group_id, topics, error_code, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.group_id, true)?;
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.i16(self.error_code);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl OffsetFetchResponseGroup {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.topics {
            one.each_error(version, see);
        }
        see(self.error_code);
    }
}

/// In `OffsetFetchResponseGroup::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OffsetFetchResponseTopics {
    /// Versions 8-9.
    pub name: Text,
    /// Version 10.
    pub topic_id: Uuid,
    pub partitions: Vec<OffsetFetchResponsePartitions>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl OffsetFetchResponseTopics {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = if version <= 9 { r.text(true)? } else { Text::default() };
        let topic_id = if version == 10 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(true, |r| OffsetFetchResponsePartitions::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            w.text(&self.name, true)?;
        }
        if version == 10 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl OffsetFetchResponseTopics {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `OffsetFetchResponseTopics::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchResponsePartitions {
    pub partition_index: i32,
    /// -1 when there is none.
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<Text>,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for OffsetFetchResponsePartitions {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(Text::default()),
            error_code: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl OffsetFetchResponsePartitions {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = r.i32()?;
        let metadata = r.text_opt(true, true)?;
        let error_code = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { partition_index, committed_offset, committed_leader_epoch, metadata, error_code, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i64(self.committed_offset);
        w.i32(self.committed_leader_epoch);
        w.text_opt(self.metadata.as_ref(), true)?;
        w.i16(self.error_code);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl OffsetFetchResponsePartitions {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for OffsetFetchRequest {
    const KEY: ApiKey = ApiKey::OffsetFetch;
    type Response = OffsetFetchResponse;
}
