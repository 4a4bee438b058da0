// Made by `cargo xtask codegen` from schema/records/metadata/abort-transaction.kafka: edit that instead.

//! What stands since the beginning of the transaction never was (KIP-868).

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};
use crate::{Json, JsonObject, Text, ToJson};

/// Versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AbortTransactionRecord {
    /// Tag 0.
    pub reason: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AbortTransactionRecord {
    const NAME: &'static str = "AbortTransactionRecord";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let mut reason = None;
        let unknown_tags = r.tags(|tag, r| {
            match tag {
                0 => reason = r.text_opt(true, true)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { reason, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        let mut tags = w.tags(usize::from(self.reason.is_some()), &self.unknown_tags);
        if self.reason.is_some() {
            tags.put(w, 0, |w| {
                w.text_opt(self.reason.as_ref(), true)?;
                Ok(())
            })?;
        }
        tags.finish(w)?;
        Ok(())
    }
}

impl ToJson for AbortTransactionRecord {
    fn to_json(&self, version: i16) -> Json {
        let mut to = JsonObject::default();
        if self.reason.is_some() {
            to.put("reason", &self.reason, version);
        }
        to.into()
    }
}
