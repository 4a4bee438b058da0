// Made by `cargo xtask codegen` from schema/records/control/end-txn-marker.kafka: edit that instead.

//! The value of a control record that ends a transaction, after a version of 16 bits (KIP-98).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EndTxnMarker {
    /// Leader epoch of the coordinator's partition that wrote it.
    pub coordinator_epoch: i32,
}

impl Message for EndTxnMarker {
    const NAME: &'static str = "EndTxnMarker";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let coordinator_epoch = r.i32()?;
        Ok(Self { coordinator_epoch })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.coordinator_epoch);
        Ok(())
    }
}

impl ToJson for EndTxnMarker {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("coordinatorEpoch", &self.coordinator_epoch, version);
        to.into()
    }
}
