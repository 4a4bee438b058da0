// Made by `cargo xtask codegen` from schema/records/metadata/end-transaction.kafka: edit that instead.

//! What stands since the beginning of the transaction counts (KIP-868).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EndTransactionRecord {
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for EndTransactionRecord {
    const NAME: &'static str = "EndTransactionRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for EndTransactionRecord {
    fn to_json(&self, _version: i16) -> Json {
        let to = JsonObject::default();
        to.into()
    }
}
