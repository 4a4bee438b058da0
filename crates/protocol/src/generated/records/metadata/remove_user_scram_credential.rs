// Made by `cargo xtask codegen` from schema/records/metadata/remove-user-scram-credential.kafka: edit that instead.

//! A user's SCRAM credential is gone (KIP-900).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RemoveUserScramCredentialRecord {
    pub name: Text,
    pub mechanism: i8,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for RemoveUserScramCredentialRecord {
    const NAME: &'static str = "RemoveUserScramCredentialRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let name = r.text(true)?;
        let mechanism = r.i8()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, mechanism, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.name, true)?;
        w.i8(self.mechanism);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for RemoveUserScramCredentialRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("mechanism", &self.mechanism, version);
        to.into()
    }
}
