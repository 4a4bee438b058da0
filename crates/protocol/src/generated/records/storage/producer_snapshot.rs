// Made by `cargo xtask codegen` from schema/records/storage/producer-snapshot.kafka: edit that instead.

//! The producers a log remembers, as they stood at an offset: a .snapshot file, after a version of 16 bits.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProducerSnapshot {
    /// CRC-32C of what follows.
    pub crc: u32,
    pub producer_entries: Vec<ProducerEntry>,
}

impl Message for ProducerSnapshot {
    const NAME: &'static str = "ProducerSnapshot";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let crc = r.u32()?;
        let producer_entries = r.array(false, |r| ProducerEntry::decode(r, version))?;
        Ok(Self { crc, producer_entries })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.u32(self.crc);
        w.array(&self.producer_entries, false, |w, one| one.encode(w, version))?;
        Ok(())
    }
}

impl ToJson for ProducerSnapshot {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("crc", &self.crc, version);
        to.put("producerEntries", &self.producer_entries, version);
        to.into()
    }
}

/// In `ProducerSnapshot::producer_entries`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProducerEntry {
    pub producer_id: i64,
    pub epoch: i16,
    pub last_sequence: i32,
    pub last_offset: i64,
    /// Records of the last batch, less one.
    pub offset_delta: i32,
    pub timestamp: i64,
    pub coordinator_epoch: i32,
    /// -1 when no transaction is open.
    pub current_txn_first_offset: i64,
}

impl ProducerEntry {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let producer_id = r.i64()?;
        let epoch = r.i16()?;
        let last_sequence = r.i32()?;
        let last_offset = r.i64()?;
        let offset_delta = r.i32()?;
        let timestamp = r.i64()?;
        let coordinator_epoch = r.i32()?;
        let current_txn_first_offset = r.i64()?;
        Ok(Self {
            producer_id,
            epoch,
            last_sequence,
            last_offset,
            offset_delta,
            timestamp,
            coordinator_epoch,
            current_txn_first_offset,
        })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.i64(self.producer_id);
        w.i16(self.epoch);
        w.i32(self.last_sequence);
        w.i64(self.last_offset);
        w.i32(self.offset_delta);
        w.i64(self.timestamp);
        w.i32(self.coordinator_epoch);
        w.i64(self.current_txn_first_offset);
        Ok(())
    }
}

impl ToJson for ProducerEntry {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("producerId", &self.producer_id, version);
        to.put("epoch", &self.epoch, version);
        to.put("lastSequence", &self.last_sequence, version);
        to.put("lastOffset", &self.last_offset, version);
        to.put("offsetDelta", &self.offset_delta, version);
        to.put("timestamp", &self.timestamp, version);
        to.put("coordinatorEpoch", &self.coordinator_epoch, version);
        to.put("currentTxnFirstOffset", &self.current_txn_first_offset, version);
        to.into()
    }
}
