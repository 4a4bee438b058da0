// Made by `cargo xtask codegen` from schema/headers/response-header.kafka: edit that instead.

//! What stands before every answer: 1 when the answer is flexible, else 0; for ApiVersions always 0.

use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};

/// Versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ResponseHeader {
    pub correlation_id: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ResponseHeader {
    const NAME: &'static str = "ResponseHeader";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        r.check_version(Self::VERSIONS, version)?;
        let correlation_id = r.i32()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { correlation_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.correlation_id);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}
