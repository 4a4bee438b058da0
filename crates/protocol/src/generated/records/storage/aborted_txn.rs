// Made by `cargo xtask codegen` from schema/records/storage/aborted-txn.kafka: edit that instead.

//! An entry of a transaction index, after a version of 16 bits.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AbortedTxn {
    pub producer_id: i64,
    pub first_offset: i64,
    pub last_offset: i64,
    /// Where it stood after the transaction was aborted.
    pub last_stable_offset: i64,
}

impl Message for AbortedTxn {
    const NAME: &'static str = "AbortedTxn";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let producer_id = r.i64()?;
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let last_stable_offset = r.i64()?;
        Ok(Self { producer_id, first_offset, last_offset, last_stable_offset })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i64(self.producer_id);
        w.i64(self.first_offset);
        w.i64(self.last_offset);
        w.i64(self.last_stable_offset);
        Ok(())
    }
}

impl ToJson for AbortedTxn {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("producerId", &self.producer_id, version);
        to.put("firstOffset", &self.first_offset, version);
        to.put("lastOffset", &self.last_offset, version);
        to.put("lastStableOffset", &self.last_stable_offset, version);
        to.into()
    }
}
