// Made by `cargo xtask codegen` from schema/001-fetch.kafka: edit that instead.

//! Reads record batches: for consumers, for followers and for the replicas of the metadata log.
//!
//! KIP-98 brought isolation, KIP-227 sessions that name only what changed, KIP-320 leader epochs, KIP-392 reading
//! from the nearest replica, KIP-595 divergence and snapshots for the metadata log, KIP-516 topics by id (version
//! 13), KIP-405 tiered segments (14), KIP-903 the replica's epoch (15), KIP-951 new leaders (16), KIP-853 the
//! replica's directory (17), KIP-1166 the replica's high watermark (18).

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Records, Text, Uuid};

/// What is asked; versions 4-18.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchRequest {
    /// Sent by replicas of the metadata log, whose leader compares it with its own.
    /// Since version 12, tag 0.
    pub cluster_id: Option<Text>,
    /// A follower's broker id; -1 for a consumer.
    /// Versions 4-14.
    pub replica_id: i32,
    /// A follower's broker id and broker epoch, in place of replica_id.
    /// Since version 15, tag 1.
    pub replica_state: ReplicaState,
    /// How long the answer may be held back while less than min_bytes are there.
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    /// A wish for the whole answer: the first batch is sent even when it is larger.
    pub max_bytes: i32,
    /// 0 reads everything below the high watermark, 1 only up to the last stable offset.
    pub isolation_level: i8,
    /// 0 asks for a new session or, with an epoch of -1, for none.
    /// Since version 7.
    pub session_id: i32,
    /// Counts the requests of a session: 0 begins it, -1 ends it.
    /// Since version 7.
    pub session_epoch: i32,
    /// Within a session, only what is new or changed.
    pub topics: Vec<FetchTopic>,
    /// What the session shall not watch any more.
    /// Since version 7.
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    /// Where the consumer stands, for reading from a near replica.
    /// Since version 11.
    pub rack_id: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for FetchRequest {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: ReplicaState::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            rack_id: Text::default(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for FetchRequest {
    const NAME: &'static str = "FetchRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 4..=18;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        r.check_version(Self::VERSIONS, version)?;
        let mut cluster_id = None;
        let replica_id = if version <= 14 { r.i32()? } else { -1 };
        let mut replica_state = ReplicaState::default();
        let max_wait_ms = r.i32()?;
        let min_bytes = r.i32()?;
        let max_bytes = r.i32()?;
        let isolation_level = r.i8()?;
        let session_id = if version >= 7 { r.i32()? } else { 0 };
        let session_epoch = if version >= 7 { r.i32()? } else { -1 };
        let topics = r.array(flexible, |r| FetchTopic::decode(r, version))?;
        let forgotten_topics_data =
            if version >= 7 { r.array(flexible, |r| ForgottenTopic::decode(r, version))? } else { Vec::new() };
        let rack_id = if version >= 11 { r.text(flexible)? } else { Text::default() };
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => cluster_id = r.text_opt(true, true)?,
                    1 if version >= 15 => replica_state = ReplicaState::decode(r, version)?,
                    1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            cluster_id,
            replica_id,
            replica_state,
            max_wait_ms,
            min_bytes,
            max_bytes,
            isolation_level,
            session_id,
            session_epoch,
            topics,
            forgotten_topics_data,
            rack_id,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        w.check_version(Self::VERSIONS, version)?;
        if version <= 14 {
            w.i32(self.replica_id);
        } else if self.replica_id != -1 {
            return Err(EncodeError::NotCarried { field: "replica_id", version });
        }
        if version < 15 && self.replica_state != ReplicaState::default() {
            return Err(EncodeError::NotCarried { field: "replica_state", version });
        }
        w.i32(self.max_wait_ms);
        w.i32(self.min_bytes);
        w.i32(self.max_bytes);
        w.i8(self.isolation_level);
        if version >= 7 {
            w.i32(self.session_id);
        }
        if version >= 7 {
            w.i32(self.session_epoch);
        }
        w.array(&self.topics, flexible, |w, one| one.encode(w, version))?;
        if version >= 7 {
            w.array(&self.forgotten_topics_data, flexible, |w, one| one.encode(w, version))?;
        } else if !self.forgotten_topics_data.is_empty() {
            return Err(EncodeError::NotCarried { field: "forgotten_topics_data", version });
        }
        if version >= 11 {
            w.text(&self.rack_id, flexible)?;
        }
        if flexible {
            let mut tags = w.tags(
                usize::from(self.cluster_id.is_some())
                    + usize::from(version >= 15 && self.replica_state != ReplicaState::default()),
                &self.unknown_tags,
            );
            if self.cluster_id.is_some() {
                tags.put(w, 0, |w| {
                    w.text_opt(self.cluster_id.as_ref(), true)?;
                    Ok(())
                })?;
            }
            if version >= 15 && self.replica_state != ReplicaState::default() {
                tags.put(w, 1, |w| {
                    self.replica_state.encode(w, version)?;
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

/// In `FetchRequest::replica_state`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_epoch: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self { replica_id: -1, replica_epoch: -1, unknown_tags: Vec::new() }
    }
}

impl ReplicaState {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let replica_id = r.i32()?;
        let replica_epoch = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { replica_id, replica_epoch, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.replica_id);
        w.i64(self.replica_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `FetchRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchTopic {
    /// Versions 4-12.
    pub topic: Text,
    /// Since version 13.
    pub topic_id: Uuid,
    pub partitions: Vec<FetchPartition>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl FetchTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 { r.text(flexible)? } else { Text::default() };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, |r| FetchPartition::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topic, topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            w.text(&self.topic, flexible)?;
        }
        if version >= 13 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partitions, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `FetchTopic::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    /// The epoch the reader knows, so that a stale leader or reader is found out; -1 skips the check.
    /// Since version 9.
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    /// The epoch of the last record the replica has, for finding out where logs part ways.
    /// Since version 12.
    pub last_fetched_epoch: i32,
    /// The follower's own log start; -1 from consumers.
    /// Since version 5.
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    /// Which of a voter's directories asks.
    /// Since version 17, tag 0.
    pub replica_directory_id: Uuid,
    /// What the replica takes for the high watermark: the leader answers at once when it knows of a
    /// higher one.
    /// Version 18, tag 1.
    pub high_watermark: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for FetchPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            fetch_offset: 0,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: 0,
            replica_directory_id: Uuid::ZERO,
            high_watermark: i64::MAX,
            unknown_tags: Vec::new(),
        }
    }
}

impl FetchPartition {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let partition = r.i32()?;
        let current_leader_epoch = if version >= 9 { r.i32()? } else { -1 };
        let fetch_offset = r.i64()?;
        let last_fetched_epoch = if version >= 12 { r.i32()? } else { -1 };
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let partition_max_bytes = r.i32()?;
        let mut replica_directory_id = Uuid::ZERO;
        let mut high_watermark = i64::MAX;
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 17 => replica_directory_id = r.uuid()?,
                    0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                    1 if version == 18 => high_watermark = r.i64()?,
                    1 => return Err(r.error(DecodeErrorKind::Tag(1))),
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            partition,
            current_leader_epoch,
            fetch_offset,
            last_fetched_epoch,
            log_start_offset,
            partition_max_bytes,
            replica_directory_id,
            high_watermark,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        w.i32(self.partition);
        if version >= 9 {
            w.i32(self.current_leader_epoch);
        }
        w.i64(self.fetch_offset);
        if version >= 12 {
            w.i32(self.last_fetched_epoch);
        } else if self.last_fetched_epoch != -1 {
            return Err(EncodeError::NotCarried { field: "last_fetched_epoch", version });
        }
        if version >= 5 {
            w.i64(self.log_start_offset);
        }
        w.i32(self.partition_max_bytes);
        if flexible {
            let mut tags = w.tags(
                usize::from(version >= 17 && !self.replica_directory_id.is_zero())
                    + usize::from(version == 18 && self.high_watermark != i64::MAX),
                &self.unknown_tags,
            );
            if version >= 17 && !self.replica_directory_id.is_zero() {
                tags.put(w, 0, |w| {
                    w.uuid(self.replica_directory_id);
                    Ok(())
                })?;
            }
            if version == 18 && self.high_watermark != i64::MAX {
                tags.put(w, 1, |w| {
                    w.i64(self.high_watermark);
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

/// In `FetchRequest::forgotten_topics_data`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ForgottenTopic {
    /// Versions 7-12.
    pub topic: Text,
    /// Since version 13.
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl ForgottenTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 { r.text(flexible)? } else { Text::default() };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, Reader::i32)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topic, topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            w.text(&self.topic, flexible)?;
        }
        if version >= 13 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partitions, flexible, |w, one| {
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

/// What is answered; versions 4-18.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchResponse {
    pub throttle_time_ms: i32,
    /// Since version 7.
    pub error_code: i16,
    /// 0 when there is no session.
    /// Since version 7.
    pub session_id: i32,
    /// Within a session, only partitions with news.
    pub responses: Vec<FetchableTopicResponse>,
    /// Since version 16, tag 0.
    pub node_endpoints: Vec<NodeEndpoint>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for FetchResponse {
    const NAME: &'static str = "FetchResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 4..=18;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 7 { r.i16()? } else { 0 };
        let session_id = if version >= 7 { r.i32()? } else { 0 };
        let responses = r.array(flexible, |r| FetchableTopicResponse::decode(r, version))?;
        let mut node_endpoints = Vec::new();
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 if version >= 16 => node_endpoints = r.array(true, |r| NodeEndpoint::decode(r, version))?,
                    0 => return Err(r.error(DecodeErrorKind::Tag(0))),
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self { throttle_time_ms, error_code, session_id, responses, node_endpoints, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        if version >= 7 {
            w.i16(self.error_code);
        }
        if version >= 7 {
            w.i32(self.session_id);
        } else if self.session_id != 0 {
            return Err(EncodeError::NotCarried { field: "session_id", version });
        }
        w.array(&self.responses, flexible, |w, one| one.encode(w, version))?;
        if version < 16 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::NotCarried { field: "node_endpoints", version });
        }
        if flexible {
            let mut tags = w.tags(usize::from(version >= 16 && !self.node_endpoints.is_empty()), &self.unknown_tags);
            if version >= 16 && !self.node_endpoints.is_empty() {
                tags.put(w, 0, |w| {
                    w.array(&self.node_endpoints, true, |w, one| one.encode(w, version))?;
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

impl Response for FetchResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        if version >= 7 {
            see(self.error_code);
        }
        for one in &self.responses {
            one.each_error(version, see);
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `FetchResponse::responses`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FetchableTopicResponse {
    /// Versions 4-12.
    pub topic: Text,
    /// Since version 13.
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl FetchableTopicResponse {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 { r.text(flexible)? } else { Text::default() };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, |r| PartitionData::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topic, topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            w.text(&self.topic, flexible)?;
        }
        if version >= 13 {
            w.uuid(self.topic_id);
        }
        w.array(&self.partitions, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl FetchableTopicResponse {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `FetchableTopicResponse::partitions`.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    /// Below it, every in-sync replica has the records.
    pub high_watermark: i64,
    /// Below it, no transaction is open.
    pub last_stable_offset: i64,
    /// Since version 5.
    pub log_start_offset: i64,
    /// Set instead of records when the replica's log has parted from the leader's: truncate to here and
    /// ask again.
    /// Since version 12, tag 0.
    pub diverging_epoch: EpochEndOffset,
    /// Since version 12, tag 1.
    pub current_leader: LeaderIdAndEpoch,
    /// Set instead of records when the offset is older than the metadata log: fetch this snapshot.
    /// Since version 12, tag 2.
    pub snapshot_id: SnapshotId,
    /// What a reader of committed records must skip; null when it reads everything.
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    /// Read from this broker instead; -1 when here is fine.
    /// Since version 11.
    pub preferred_read_replica: i32,
    /// Whole batches. The first may begin before the offset asked for.
    pub records: Option<Records>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
            aborted_transactions: Some(Vec::new()),
            preferred_read_replica: -1,
            records: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl PartitionData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let partition_index = r.i32()?;
        let error_code = r.i16()?;
        let high_watermark = r.i64()?;
        let last_stable_offset = r.i64()?;
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let mut diverging_epoch = EpochEndOffset::default();
        let mut current_leader = LeaderIdAndEpoch::default();
        let mut snapshot_id = SnapshotId::default();
        let aborted_transactions = r.array_opt(flexible, true, |r| AbortedTransaction::decode(r, version))?;
        let preferred_read_replica = if version >= 11 { r.i32()? } else { -1 };
        let records = r.records_opt(flexible, true)?;
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => diverging_epoch = EpochEndOffset::decode(r, version)?,
                    1 => current_leader = LeaderIdAndEpoch::decode(r, version)?,
                    2 => snapshot_id = SnapshotId::decode(r, version)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            partition_index,
            error_code,
            high_watermark,
            last_stable_offset,
            log_start_offset,
            diverging_epoch,
            current_leader,
            snapshot_id,
            aborted_transactions,
            preferred_read_replica,
            records,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        w.i32(self.partition_index);
        w.i16(self.error_code);
        w.i64(self.high_watermark);
        w.i64(self.last_stable_offset);
        if version >= 5 {
            w.i64(self.log_start_offset);
        }
        if version < 12 && self.diverging_epoch != EpochEndOffset::default() {
            return Err(EncodeError::NotCarried { field: "diverging_epoch", version });
        }
        if version < 12 && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::NotCarried { field: "current_leader", version });
        }
        if version < 12 && self.snapshot_id != SnapshotId::default() {
            return Err(EncodeError::NotCarried { field: "snapshot_id", version });
        }
        w.array_opt(self.aborted_transactions.as_ref(), flexible, |w, one| one.encode(w, version))?;
        if version >= 11 {
            w.i32(self.preferred_read_replica);
        } else if self.preferred_read_replica != -1 {
            return Err(EncodeError::NotCarried { field: "preferred_read_replica", version });
        }
        w.records_opt(self.records.as_ref(), flexible)?;
        if flexible {
            let mut tags = w.tags(
                usize::from(self.diverging_epoch != EpochEndOffset::default())
                    + usize::from(self.current_leader != LeaderIdAndEpoch::default())
                    + usize::from(self.snapshot_id != SnapshotId::default()),
                &self.unknown_tags,
            );
            if self.diverging_epoch != EpochEndOffset::default() {
                tags.put(w, 0, |w| {
                    self.diverging_epoch.encode(w, version)?;
                    Ok(())
                })?;
            }
            if self.current_leader != LeaderIdAndEpoch::default() {
                tags.put(w, 1, |w| {
                    self.current_leader.encode(w, version)?;
                    Ok(())
                })?;
            }
            if self.snapshot_id != SnapshotId::default() {
                tags.put(w, 2, |w| {
                    self.snapshot_id.encode(w, version)?;
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

impl PartitionData {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

/// In `PartitionData::diverging_epoch`.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochEndOffset {
    pub epoch: i32,
    pub end_offset: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self { epoch: -1, end_offset: -1, unknown_tags: Vec::new() }
    }
}

impl EpochEndOffset {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let epoch = r.i32()?;
        let end_offset = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { epoch, end_offset, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.epoch);
        w.i64(self.end_offset);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `PartitionData::current_leader`.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self { leader_id: -1, leader_epoch: -1, unknown_tags: Vec::new() }
    }
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

/// In `PartitionData::snapshot_id`.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for SnapshotId {
    fn default() -> Self {
        Self { end_offset: -1, epoch: -1, unknown_tags: Vec::new() }
    }
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

/// In `PartitionData::aborted_transactions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    /// Where the producer's aborted transaction begins.
    pub first_offset: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AbortedTransaction {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let producer_id = r.i64()?;
        let first_offset = r.i64()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { producer_id, first_offset, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        w.i64(self.producer_id);
        w.i64(self.first_offset);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `FetchResponse::node_endpoints`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: Text,
    pub port: i32,
    pub rack: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl NodeEndpoint {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let node_id = r.i32()?;
        let host = r.text(true)?;
        let port = r.i32()?;
        let rack = r.text_opt(true, true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { node_id, host, port, rack, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.node_id);
        w.text(&self.host, true)?;
        w.i32(self.port);
        w.text_opt(self.rack.as_ref(), true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for FetchRequest {
    const KEY: ApiKey = ApiKey::Fetch;
    type Response = FetchResponse;
}
