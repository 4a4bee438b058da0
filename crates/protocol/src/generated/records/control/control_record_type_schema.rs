// Made by `cargo xtask codegen` from schema/records/control/control-record-type-schema.kafka: edit that instead.

//! The key of a control record: what kind of control record it is, after a version of 16 bits.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ControlRecordTypeSchema {
    /// 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer, 5 KRaft version, 6 voters.
    pub r#type: i16,
}

impl Message for ControlRecordTypeSchema {
    const NAME: &'static str = "ControlRecordTypeSchema";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let r#type = r.i16()?;
        Ok(Self { r#type })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.r#type);
        Ok(())
    }
}

impl ToJson for ControlRecordTypeSchema {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("type", &self.r#type, version);
        to.into()
    }
}
