// Made by `cargo xtask codegen` from schema/records/embedded/default-principal-data.kafka: edit that instead.

//! Who asked, in an Envelope: the bytes of its principal, after a version of 16 bits (KIP-590).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DefaultPrincipalData {
    pub r#type: Text,
    pub name: Text,
    /// It came with a delegation token, and so may not ask for another.
    pub token_authenticated: bool,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for DefaultPrincipalData {
    const NAME: &'static str = "DefaultPrincipalData";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let r#type = r.text(true)?;
        let name = r.text(true)?;
        let token_authenticated = r.bool()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { r#type, name, token_authenticated, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.r#type, true)?;
        w.text(&self.name, true)?;
        w.bool(self.token_authenticated);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl ToJson for DefaultPrincipalData {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        to.put("type", &self.r#type, version);
        to.put("name", &self.name, version);
        to.put("tokenAuthenticated", &self.token_authenticated, version);
        to.into()
    }
}
