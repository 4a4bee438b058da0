// Made by `cargo xtask codegen` from schema/records/control/snapshot-header-record.kafka: edit that instead.

//! A control record: the first of a snapshot (KIP-630).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SnapshotHeaderRecord {
    pub version: i16,
    /// Of the last batch that the snapshot stands for.
    pub last_contained_log_timestamp: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for SnapshotHeaderRecord {
    const NAME: &'static str = "SnapshotHeaderRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let its_version = r.i16()?;
        let last_contained_log_timestamp = r.i64()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { version: its_version, last_contained_log_timestamp, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.version);
        w.i64(self.last_contained_log_timestamp);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for SnapshotHeaderRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("version", &self.version, version);
        to.put("lastContainedLogTimestamp", &self.last_contained_log_timestamp, version);
        to.into()
    }
}
