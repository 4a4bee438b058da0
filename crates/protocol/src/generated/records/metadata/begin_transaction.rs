// Made by `cargo xtask codegen` from schema/records/metadata/begin-transaction.kafka: edit that instead.

//! What follows counts only with the end of this transaction (KIP-868).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BeginTransactionRecord {
    /// Tag 0.
    pub name: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for BeginTransactionRecord {
    const NAME: &'static str = "BeginTransactionRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let mut name = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => name = r.text_opt(true, true)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { name, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        let mut tags = w.tags(usize::from(self.name.is_some()), &self.unknown_tags);
        if self.name.is_some() {
            tags.put(w, 0, |w| {
                w.text_opt(self.name.as_ref(), true)?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for BeginTransactionRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        if self.name.is_some() {
            to.put("name", &self.name, version);
        }
        to.into()
    }
}
