// Made by `cargo xtask codegen` from schema/059-fetch-snapshot.kafka: edit that instead.

//! Reads a snapshot of the metadata log piece by piece (KIP-630, KIP-853).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Records, Text, Uuid};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchSnapshotRequest {
    /// Tag 0.
    pub cluster_id: Option<Text>,
    pub replica_id: i32,
    pub max_bytes: i32,
    pub topics: Vec<TopicSnapshot>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for FetchSnapshotRequest {
    fn default() -> Self {
        Self { cluster_id: None, replica_id: -1, max_bytes: i32::MAX, topics: Vec::new(), unknown_tags: Vec::new() }
    }
}

impl Message for FetchSnapshotRequest {
    const NAME: &'static str = "FetchSnapshotRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let mut cluster_id = None;
        let replica_id = r.i32()?;
        let max_bytes = r.i32()?;
        let topics = r.array(true, |r| TopicSnapshot::decode(r, version))?;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => cluster_id = r.text_opt(true, true)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { cluster_id, replica_id, max_bytes, topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.replica_id);
        w.i32(self.max_bytes);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        let mut tags = w.tags(usize::from(self.cluster_id.is_some()), &self.unknown_tags);
        if self.cluster_id.is_some() {
            tags.put(w, 0, |w| {
                w.text_opt(self.cluster_id.as_ref(), true)?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

/// In `FetchSnapshotRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicSnapshot {
    pub name: Text,
    pub partitions: Vec<PartitionSnapshot>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicSnapshot {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let partitions = r.array(true, |r| PartitionSnapshot::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `TopicSnapshot::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionSnapshot {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub snapshot_id: SnapshotId,
    /// Bytes into the snapshot.
    pub position: i64,
    /// Version 1, tag 0.
    pub replica_directory_id: Uuid,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionSnapshot {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition = r.i32()?;
        let current_leader_epoch = r.i32()?;
        let snapshot_id = SnapshotId::decode(r, version)?;
        let position = r.i64()?;
        let mut replica_directory_id = Uuid::ZERO;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 if version == 1 => replica_directory_id = r.uuid()?,
                0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { partition, current_leader_epoch, snapshot_id, position, replica_directory_id, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition);
        w.i32(self.current_leader_epoch);
        self.snapshot_id.encode(w, version)?;
        w.i64(self.position);
        let mut tags = w.tags(usize::from(version == 1 && !self.replica_directory_id.is_zero()), &self.unknown_tags);
        if version == 1 && !self.replica_directory_id.is_zero() {
            tags.put(w, 0, |w| {
                w.uuid(self.replica_directory_id);
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl SnapshotId {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let end_offset = r.i64()?;
        let epoch = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { end_offset, epoch, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i64(self.end_offset);
        w.i32(self.epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchSnapshotResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub topics: Vec<TopicSnapshotResult>,
    /// Version 1, tag 0.
    pub node_endpoints: Vec<NodeEndpoint>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for FetchSnapshotResponse {
    const NAME: &'static str = "FetchSnapshotResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let topics = r.array(true, |r| TopicSnapshotResult::decode(r, version))?;
        let mut node_endpoints = Vec::new();
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 if version == 1 => node_endpoints = r.array(true, |r| NodeEndpoint::decode(r, version))?,
                0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { throttle_time_ms, error_code, topics, node_endpoints, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        if version != 1 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::NotCarried { field: "node_endpoints", version });
        }
        let mut tags = w.tags(usize::from(version == 1 && !self.node_endpoints.is_empty()), &self.unknown_tags);
        if version == 1 && !self.node_endpoints.is_empty() {
            tags.put(w, 0, |w| {
                w.array(&self.node_endpoints, true, |w, one| one.encode(w, version))?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl Response for FetchSnapshotResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
        for one in &self.topics {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `FetchSnapshotResponse::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicSnapshotResult {
    pub name: Text,
    pub partitions: Vec<PartitionSnapshotResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicSnapshotResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let name = r.text(true)?;
        let partitions = r.array(true, |r| PartitionSnapshotResult::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.name, true)?;
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl TopicSnapshotResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `TopicSnapshotResult::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionSnapshotResult {
    pub index: i32,
    pub error_code: i16,
    pub snapshot_id: SnapshotId,
    /// Tag 0.
    pub current_leader: LeaderIdAndEpoch,
    /// Bytes of the whole snapshot.
    pub size: i64,
    pub position: i64,
    /// A stretch of the snapshot, not cut where batches end.
    pub unaligned_records: Records,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionSnapshotResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let index = r.i32()?;
        let error_code = r.i16()?;
        let snapshot_id = SnapshotId::decode(r, version)?;
        let mut current_leader = LeaderIdAndEpoch::default();
        let size = r.i64()?;
        let position = r.i64()?;
        let unaligned_records = r.records(true)?;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => current_leader = LeaderIdAndEpoch::decode(r, version)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { index, error_code, snapshot_id, current_leader, size, position, unaligned_records, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.index);
        w.i16(self.error_code);
        self.snapshot_id.encode(w, version)?;
        w.i64(self.size);
        w.i64(self.position);
        w.records(&self.unaligned_records, true)?;
        let mut tags = w.tags(usize::from(self.current_leader != LeaderIdAndEpoch::default()), &self.unknown_tags);
        if self.current_leader != LeaderIdAndEpoch::default() {
            tags.put(w, 0, |w| {
                self.current_leader.encode(w, version)?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl PartitionSnapshotResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `PartitionSnapshotResult::current_leader`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl LeaderIdAndEpoch {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { leader_id, leader_epoch, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.leader_id);
        w.i32(self.leader_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `FetchSnapshotResponse::node_endpoints`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: Text,
    pub port: u16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl NodeEndpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let node_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.u16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { node_id, host, port, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.node_id);
        w.text(&self.host, true)?;
        w.u16(self.port);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for FetchSnapshotRequest {
    const KEY: ApiKey = ApiKey::FetchSnapshot;
    type Response = FetchSnapshotResponse;
}
