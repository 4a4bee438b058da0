// Made by `cargo xtask codegen` from schema/records/metadata/producer-ids.kafka: edit that instead.

//! Producer ids below this one are given out (KIP-730).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerIdsRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub next_producer_id: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ProducerIdsRecord {
    fn default() -> Self {
        Self { broker_id: 0, broker_epoch: -1, next_producer_id: 0, unknown_tags: Vec::new() }
    }
}

impl Message for ProducerIdsRecord {
    const NAME: &'static str = "ProducerIdsRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let next_producer_id = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { broker_id, broker_epoch, next_producer_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        w.i64(self.next_producer_id);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for ProducerIdsRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("brokerId", &self.broker_id, version);
        to.put("brokerEpoch", &self.broker_epoch, version);
        to.put("nextProducerId", &self.next_producer_id, version);
        to.into()
    }
}
