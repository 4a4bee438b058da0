// Made by `cargo xtask codegen` from schema/records/metadata/unfence-broker.kafka: edit that instead.

//! A broker is back. Written by early versions only; now BrokerRegistrationChange.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnfenceBrokerRecord {
    pub id: i32,
    pub epoch: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for UnfenceBrokerRecord {
    const NAME: &'static str = "UnfenceBrokerRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let id = r.i32()?;
        let epoch = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { id, epoch, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.id);
        w.i64(self.epoch);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for UnfenceBrokerRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("id", &self.id, version);
        to.put("epoch", &self.epoch, version);
        to.into()
    }
}
