// Made by `cargo xtask codegen` from schema/024-add-partitions-to-txn.kafka: edit that instead.

//! Announces partitions to a transaction before they are written to.
//!
//! Clients use versions 0 to 3 (KIP-98). Versions 4 and 5 are for brokers, which ask about several transactions
//! at once whether a partition belongs to them (KIP-890).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnRequest {
    /// Since version 4.
    pub transactions: Vec<AddPartitionsToTxnTransaction>,
    /// Versions 0-3.
    pub v3_and_below_transactional_id: Text,
    /// Versions 0-3.
    pub v3_and_below_producer_id: i64,
    /// Versions 0-3.
    pub v3_and_below_producer_epoch: i16,
    /// Versions 0-3.
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AddPartitionsToTxnRequest {
    const NAME: &'static str = "AddPartitionsToTxnRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let transactions = if version >= 4 {
            r.array(flexible, |r| AddPartitionsToTxnTransaction::decode(r, version))?
        } else {
            Vec::new()
        };
        let v3_and_below_transactional_id = if version <= 3 { r.text(flexible)? } else { Text::default() };
        let v3_and_below_producer_id = if version <= 3 { r.i64()? } else { 0 };
        let v3_and_below_producer_epoch = if version <= 3 { r.i16()? } else { 0 };
        let v3_and_below_topics =
            if version <= 3 { r.array(flexible, |r| AddPartitionsToTxnTopic::decode(r, version))? } else { Vec::new() };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            transactions,
            v3_and_below_transactional_id,
            v3_and_below_producer_id,
            v3_and_below_producer_epoch,
            v3_and_below_topics,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        if version >= 4 {
            w.array(&self.transactions, flexible, |w, one| one.encode(w, version))?;
        } else if !self.transactions.is_empty() {
            return Err(EncodeError::NotCarried { field: "transactions", version });
        }
        if version <= 3 {
            w.text(&self.v3_and_below_transactional_id, flexible)?;
        } else if !self.v3_and_below_transactional_id.is_empty() {
            return Err(EncodeError::NotCarried { field: "v3_and_below_transactional_id", version });
        }
        if version <= 3 {
            w.i64(self.v3_and_below_producer_id);
        } else if self.v3_and_below_producer_id != 0 {
            return Err(EncodeError::NotCarried { field: "v3_and_below_producer_id", version });
        }
        if version <= 3 {
            w.i16(self.v3_and_below_producer_epoch);
        } else if self.v3_and_below_producer_epoch != 0 {
            return Err(EncodeError::NotCarried { field: "v3_and_below_producer_epoch", version });
        }
        if version <= 3 {
            w.array(&self.v3_and_below_topics, flexible, |w, one| one.encode(w, version))?;
        } else if !self.v3_and_below_topics.is_empty() {
            return Err(EncodeError::NotCarried { field: "v3_and_below_topics", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `AddPartitionsToTxnRequest::transactions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnTransaction {
    pub transactional_id: Text,
    pub producer_id: i64,
    pub producer_epoch: i16,
    /// Only ask whether they belong to it; do not add them.
    pub verify_only: bool,
    pub topics: Vec<AddPartitionsToTxnTopic>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AddPartitionsToTxnTransaction {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let transactional_id = r.text(true)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let verify_only = r.bool()?;
        let topics = r.array(true, |r| AddPartitionsToTxnTopic::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { transactional_id, producer_id, producer_epoch, verify_only, topics, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.transactional_id, true)?;
        w.i64(self.producer_id);
        w.i16(self.producer_epoch);
        w.bool(self.verify_only);
        w.array(&self.topics, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnTopic {
    pub name: Text,
    pub partitions: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AddPartitionsToTxnTopic {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = r.text(flexible)?;
        let partitions = r.array(flexible, Reader::i32)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, partitions, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.text(&self.name, flexible)?;
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

/// What is answered; versions 0-5.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnResponse {
    pub throttle_time_ms: i32,
    /// Since version 4.
    pub error_code: i16,
    /// Since version 4.
    pub results_by_transaction: Vec<AddPartitionsToTxnResult>,
    /// Versions 0-3.
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AddPartitionsToTxnResponse {
    const NAME: &'static str = "AddPartitionsToTxnResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=5;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 4 { r.i16()? } else { 0 };
        let results_by_transaction = if version >= 4 {
            r.array(flexible, |r| AddPartitionsToTxnResult::decode(r, version))?
        } else {
            Vec::new()
        };
        let results_by_topic_v3_and_below = if version <= 3 {
            r.array(flexible, |r| AddPartitionsToTxnTopicResult::decode(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, results_by_transaction, results_by_topic_v3_and_below, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        if version >= 4 {
            w.i16(self.error_code);
        }
        if version >= 4 {
            w.array(&self.results_by_transaction, flexible, |w, one| one.encode(w, version))?;
        } else if !self.results_by_transaction.is_empty() {
            return Err(EncodeError::NotCarried { field: "results_by_transaction", version });
        }
        if version <= 3 {
            w.array(&self.results_by_topic_v3_and_below, flexible, |w, one| one.encode(w, version))?;
        } else if !self.results_by_topic_v3_and_below.is_empty() {
            return Err(EncodeError::NotCarried { field: "results_by_topic_v3_and_below", version });
        }
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for AddPartitionsToTxnResponse {
    fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        if version >= 4 {
            see(self.error_code);
        }
        if version >= 4 {
            for one in &self.results_by_transaction {
                one.each_error(version, see);
            }
        }
        if version <= 3 {
            for one in &self.results_by_topic_v3_and_below {
                one.each_error(version, see);
            }
        }
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `AddPartitionsToTxnResponse::results_by_transaction`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnResult {
    pub transactional_id: Text,
    pub topic_results: Vec<AddPartitionsToTxnTopicResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AddPartitionsToTxnResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let transactional_id = r.text(true)?;
        let topic_results = r.array(true, |r| AddPartitionsToTxnTopicResult::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { transactional_id, topic_results, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.text(&self.transactional_id, true)?;
        w.array(&self.topic_results, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl AddPartitionsToTxnResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.topic_results {
            one.each_error(version, see);
        }
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnTopicResult {
    pub name: Text,
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AddPartitionsToTxnTopicResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = r.text(flexible)?;
        let results_by_partition = r.array(flexible, |r| AddPartitionsToTxnPartitionResult::decode(r, version))?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { name, results_by_partition, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.text(&self.name, flexible)?;
        w.array(&self.results_by_partition, flexible, |w, one| one.encode(w, version))?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl AddPartitionsToTxnTopicResult {
    pub(crate) fn each_error(&self, version: i16, see: &mut dyn FnMut(i16)) {
        for one in &self.results_by_partition {
            one.each_error(version, see);
        }
    }
}

/// In several places of this message.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddPartitionsToTxnPartitionResult {
    pub partition_index: i32,
    pub partition_error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl AddPartitionsToTxnPartitionResult {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let partition_index = r.i32()?;
        let partition_error_code = r.i16()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { partition_index, partition_error_code, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.i32(self.partition_index);
        w.i16(self.partition_error_code);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl AddPartitionsToTxnPartitionResult {
    pub(crate) fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.partition_error_code);
    }
}

impl Request for AddPartitionsToTxnRequest {
    const KEY: ApiKey = ApiKey::AddPartitionsToTxn;
    type Response = AddPartitionsToTxnResponse;
}
