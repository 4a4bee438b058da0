// Made by `cargo xtask codegen` from schema/056-alter-partition.kafka: edit that instead.

//! A leader proposes a new set of in-sync replicas to the controller.
//!
//! KIP-497 began it, KIP-704 brought recovery after an unclean election, KIP-841 refuses replicas that must not
//! be in it, KIP-903 compares broker epochs.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Uuid};

/// What is asked; versions 2-3.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPartitionRequest {
    pub broker_id: i32,
    /// Of the leader, so that one that was forgotten is refused.
    pub broker_epoch: i64,
    pub topics: Vec<TopicData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for AlterPartitionRequest {
    fn default() -> Self {
        Self { broker_id: 0, broker_epoch: -1, topics: Vec::new(), unknown_tags: Vec::new() }
    }
}

impl Message for AlterPartitionRequest {
    const NAME: &'static str = "AlterPartitionRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let topics = r.array(true, |r| TopicData::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { broker_id, broker_epoch, topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `AlterPartitionRequest::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicData {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, |r| PartitionData::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `TopicData::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub leader_epoch: i32,
    /// Version 2.
    pub new_isr: Vec<i32>,
    /// Version 3.
    pub new_isr_with_epochs: Vec<BrokerState>,
    /// 0 recovered, 1 elected unclean and still making sense of its log.
    pub leader_recovery_state: i8,
    /// What the leader's proposal builds upon; another has come between when it is not the present one.
    pub partition_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionData {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let leader_epoch = r.i32()?;
        let new_isr = if version == 2 { r.array(true, Reader::i32)? } else { Vec::new() };
        let new_isr_with_epochs =
            if version == 3 { r.array(true, |r| BrokerState::decode(r, version))? } else { Vec::new() };
        let leader_recovery_state = r.i8()?;
        let partition_epoch = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            partition_index,
            leader_epoch,
            new_isr,
            new_isr_with_epochs,
            leader_recovery_state,
            partition_epoch,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i32(self.leader_epoch);
        if version == 2 {
            w.array(&self.new_isr, true, |w, one| {
                w.i32(*one);
                Ok(())
            })?;
        } else if !self.new_isr.is_empty() {
            return Err(EncodeError::NotCarried { field: "new_isr", version });
        }
        if version == 3 {
            w.array(&self.new_isr_with_epochs, true, |w, one| one.encode(w, version))?;
        } else if !self.new_isr_with_epochs.is_empty() {
            return Err(EncodeError::NotCarried { field: "new_isr_with_epochs", version });
        }
        w.i8(self.leader_recovery_state);
        w.i32(self.partition_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In `PartitionData::new_isr_with_epochs`.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerState {
    pub broker_id: i32,
    /// Of the replica; -1 when the leader does not know it.
    pub broker_epoch: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for BrokerState {
    fn default() -> Self {
        Self { broker_id: 0, broker_epoch: -1, unknown_tags: Vec::new() }
    }
}

impl BrokerState {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { broker_id, broker_epoch, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 2-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AlterPartitionResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub topics: Vec<TopicResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AlterPartitionResponse {
    const NAME: &'static str = "AlterPartitionResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 2..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let topics = r.array(true, |r| TopicResult::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, topics, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for AlterPartitionResponse {
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

/// In `AlterPartitionResponse::topics`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopicResult {
    pub topic_id: Uuid,
    pub partitions: Vec<PartitionResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TopicResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let topic_id = r.uuid()?;
        let partitions = r.array(true, |r| PartitionResult::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { topic_id, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.array(&self.partitions, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl TopicResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.partitions {
            one.each_error(version, see);
        }
    }
}

/// In `TopicResult::partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionResult {
    pub partition_index: i32,
    pub error_code: i16,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub isr: Vec<i32>,
    pub leader_recovery_state: i8,
    pub partition_epoch: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionResult {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let error_code = r.i16()?;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let isr = r.array(true, Reader::i32)?;
        let leader_recovery_state = r.i8()?;
        let partition_epoch = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self {
            partition_index,
            error_code,
            leader_id,
            leader_epoch,
            isr,
            leader_recovery_state,
            partition_epoch,
            unknown_tags,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i32(self.partition_index);
        w.i16(self.error_code);
        w.i32(self.leader_id);
        w.i32(self.leader_epoch);
        w.array(&self.isr, true, |w, one| {
            w.i32(*one);
            Ok(())
        })?;
        w.i8(self.leader_recovery_state);
        w.i32(self.partition_epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl PartitionResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for AlterPartitionRequest {
    const KEY: ApiKey = ApiKey::AlterPartition;
    type Response = AlterPartitionResponse;
}
