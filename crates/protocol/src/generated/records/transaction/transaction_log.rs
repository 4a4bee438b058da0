// Made by `cargo xtask codegen` from schema/records/transaction/transaction-log.kafka: edit that instead.

//! All that the coordinator knows of a transactional id.
//!
//! KIP-98 began it, KIP-890 brought the ids before and after and the client's version of transactions.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// What the record is about.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TransactionLogKey {
    pub transactional_id: Text,
}

impl Message for TransactionLogKey {
    const NAME: &'static str = "TransactionLogKey";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let transactional_id = r.text(false)?;
        Ok(Self { transactional_id })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.transactional_id, false)?;
        Ok(())
    }
}

impl ToJson for TransactionLogKey {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("transactionalId", &self.transactional_id, version);
        to.into()
    }
}

/// Versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct TransactionLogValue {
    pub producer_id: i64,
    /// The one before it ran out of epochs.
    /// Version 1, tag 0.
    pub previous_producer_id: i64,
    /// The one after the transaction ends, when epochs run out.
    /// Version 1, tag 1.
    pub next_producer_id: i64,
    pub producer_epoch: i16,
    /// Version 1, tag 3.
    pub next_producer_epoch: i16,
    pub transaction_timeout_ms: i32,
    /// 0 Empty, 1 Ongoing, 2 PrepareCommit, 3 PrepareAbort, 4 CompleteCommit, 5 CompleteAbort, 6 Dead, 7
    /// PrepareEpochFence.
    pub transaction_status: i8,
    /// Null while no transaction is open.
    pub transaction_partitions: Option<Vec<PartitionsSchema>>,
    pub transaction_last_update_timestamp_ms: i64,
    pub transaction_start_timestamp_ms: i64,
    /// With 2, the epoch grows with every transaction.
    /// Version 1, tag 2.
    pub client_transaction_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for TransactionLogValue {
    fn default() -> Self {
        Self {
            producer_id: 0,
            previous_producer_id: -1,
            next_producer_id: -1,
            producer_epoch: 0,
            next_producer_epoch: -1,
            transaction_timeout_ms: 0,
            transaction_status: 0,
            transaction_partitions: Some(Vec::new()),
            transaction_last_update_timestamp_ms: 0,
            transaction_start_timestamp_ms: 0,
            client_transaction_version: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for TransactionLogValue {
    const NAME: &'static str = "TransactionLogValue";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        r.check_version(Self::VERSIONS, version)?;
        let producer_id = r.i64()?;
        let mut previous_producer_id = -1;
        let mut next_producer_id = -1;
        let producer_epoch = r.i16()?;
        let mut next_producer_epoch = -1;
        let transaction_timeout_ms = r.i32()?;
        let transaction_status = r.i8()?;
        let transaction_partitions = r.array_opt(flexible, true, |r| PartitionsSchema::decode(r, version))?;
        let transaction_last_update_timestamp_ms = r.i64()?;
        let transaction_start_timestamp_ms = r.i64()?;
        let mut client_transaction_version = 0;
        let unknown_tags = if flexible {
            r.tags(|tag, r| {
                match tag {
                    0 => previous_producer_id = r.i64()?,
                    1 => next_producer_id = r.i64()?,
                    3 => next_producer_epoch = r.i16()?,
                    2 => client_transaction_version = r.i16()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?
        } else {
            Vec::new()
        };
        Ok(Self {
            producer_id,
            previous_producer_id,
            next_producer_id,
            producer_epoch,
            next_producer_epoch,
            transaction_timeout_ms,
            transaction_status,
            transaction_partitions,
            transaction_last_update_timestamp_ms,
            transaction_start_timestamp_ms,
            client_transaction_version,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.check_version(Self::VERSIONS, version)?;
        w.i64(self.producer_id);
        if version != 1 && self.previous_producer_id != -1 {
            return Err(EncodeError::NotCarried { field: "previous_producer_id", version });
        }
        if version != 1 && self.next_producer_id != -1 {
            return Err(EncodeError::NotCarried { field: "next_producer_id", version });
        }
        w.i16(self.producer_epoch);
        if version != 1 && self.next_producer_epoch != -1 {
            return Err(EncodeError::NotCarried { field: "next_producer_epoch", version });
        }
        w.i32(self.transaction_timeout_ms);
        w.i8(self.transaction_status);
        w.array_opt(self.transaction_partitions.as_ref(), flexible, |w, one| one.encode(w, version))?;
        w.i64(self.transaction_last_update_timestamp_ms);
        w.i64(self.transaction_start_timestamp_ms);
        if version != 1 && self.client_transaction_version != 0 {
            return Err(EncodeError::NotCarried { field: "client_transaction_version", version });
        }
        if flexible {
            let mut tags = w.tags(
                usize::from(self.previous_producer_id != -1)
                    + usize::from(self.next_producer_id != -1)
                    + usize::from(self.client_transaction_version != 0)
                    + usize::from(self.next_producer_epoch != -1),
                &self.unknown_tags,
            );
            if self.previous_producer_id != -1 {
                tags.put(w, 0, |w| {
                    w.i64(self.previous_producer_id);
                    Ok(())
                })?;
            }
            if self.next_producer_id != -1 {
                tags.put(w, 1, |w| {
                    w.i64(self.next_producer_id);
                    Ok(())
                })?;
            }
            if self.client_transaction_version != 0 {
                tags.put(w, 2, |w| {
                    w.i16(self.client_transaction_version);
                    Ok(())
                })?;
            }
            if self.next_producer_epoch != -1 {
                tags.put(w, 3, |w| {
                    w.i16(self.next_producer_epoch);
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

impl ToJson for TransactionLogValue {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("producerId", &self.producer_id, version);
        if self.previous_producer_id != -1 {
            to.put("previousProducerId", &self.previous_producer_id, version);
        }
        if self.next_producer_id != -1 {
            to.put("nextProducerId", &self.next_producer_id, version);
        }
        to.put("producerEpoch", &self.producer_epoch, version);
        if self.next_producer_epoch != -1 {
            to.put("nextProducerEpoch", &self.next_producer_epoch, version);
        }
        to.put("transactionTimeoutMs", &self.transaction_timeout_ms, version);
        to.put("transactionStatus", &self.transaction_status, version);
        to.put("transactionPartitions", &self.transaction_partitions, version);
        to.put("transactionLastUpdateTimestampMs", &self.transaction_last_update_timestamp_ms, version);
        to.put("transactionStartTimestampMs", &self.transaction_start_timestamp_ms, version);
        if self.client_transaction_version != 0 {
            to.put("clientTransactionVersion", &self.client_transaction_version, version);
        }
        to.into()
    }
}

/// In `TransactionLogValue::transaction_partitions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PartitionsSchema {
    pub topic: Text,
    pub partition_ids: Vec<i32>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl PartitionsSchema {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let topic = r.text(flexible)?;
        let partition_ids = r.array(flexible, Reader::i32)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { topic, partition_ids, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.text(&self.topic, flexible)?;
        w.array(&self.partition_ids, flexible, |w, one| {
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

impl ToJson for PartitionsSchema {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("topic", &self.topic, version);
        to.put("partitionIds", &self.partition_ids, version);
        to.into()
    }
}
