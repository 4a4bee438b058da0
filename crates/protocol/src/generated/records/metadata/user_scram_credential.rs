// Made by `cargo xtask codegen` from schema/records/metadata/user-scram-credential.kafka: edit that instead.

//! A user has a SCRAM credential (KIP-900).

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UserScramCredentialRecord {
    pub name: Text,
    pub mechanism: i8,
    pub salt: Bytes,
    pub stored_key: Bytes,
    pub server_key: Bytes,
    pub iterations: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for UserScramCredentialRecord {
    const NAME: &'static str = "UserScramCredentialRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let name = r.text(true)?;
        let mechanism = r.i8()?;
        let salt = r.bytes(true)?;
        let stored_key = r.bytes(true)?;
        let server_key = r.bytes(true)?;
        let iterations = r.i32()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { name, mechanism, salt, stored_key, server_key, iterations, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.name, true)?;
        w.i8(self.mechanism);
        w.bytes(&self.salt, true)?;
        w.bytes(&self.stored_key, true)?;
        w.bytes(&self.server_key, true)?;
        w.i32(self.iterations);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for UserScramCredentialRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("name", &self.name, version);
        to.put("mechanism", &self.mechanism, version);
        to.put("salt", &self.salt, version);
        to.put("storedKey", &self.stored_key, version);
        to.put("serverKey", &self.server_key, version);
        to.put("iterations", &self.iterations, version);
        to.into()
    }
}
