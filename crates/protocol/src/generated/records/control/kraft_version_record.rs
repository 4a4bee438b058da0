// Made by `cargo xtask codegen` from schema/records/control/kraft-version-record.kafka: edit that instead.

//! A control record of the metadata log: the version of the quorum's own protocol (KIP-853).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct KRaftVersionRecord {
    pub version: i16,
    pub kraft_version: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for KRaftVersionRecord {
    const NAME: &'static str = "KRaftVersionRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let its_version = r.i16()?;
        let kraft_version = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { version: its_version, kraft_version, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.version);
        w.i16(self.kraft_version);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for KRaftVersionRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("version", &self.version, version);
        to.put("kRaftVersion", &self.kraft_version, version);
        to.into()
    }
}
