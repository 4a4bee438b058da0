// Made by `cargo xtask codegen` from schema/records/control/snapshot-footer-record.kafka: edit that instead.

//! A control record: the last of a snapshot. Without it the snapshot is torn (KIP-630).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SnapshotFooterRecord {
    pub version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for SnapshotFooterRecord {
    const NAME: &'static str = "SnapshotFooterRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let its_version = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { version: its_version, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.version);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for SnapshotFooterRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("version", &self.version, version);
        to.into()
    }
}
