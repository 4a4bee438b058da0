// Made by `cargo xtask codegen` from schema/headers/request-header.kafka: edit that instead.

//! What stands before every request. The API key and version come first, in every version of the header, and
//! decide which it is: 2 when the request is flexible, else 1.

use crate::Text;
use crate::wire::{DecodeError, EncodeError, Message, Reader, UnknownTag, Writer};

/// Versions 1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestHeader {
    pub api_key: i16,
    pub api_version: i16,
    /// Comes back with the answer.
    pub correlation_id: i32,
    /// Keeps the length of 16 bits even in flexible headers, so that ApiVersions can be read by whoever knows
    /// only the older.
    pub client_id: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for RequestHeader {
    fn default() -> Self {
        Self {
            api_key: 0,
            api_version: 0,
            correlation_id: 0,
            client_id: Some(Text::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for RequestHeader {
    const NAME: &'static str = "RequestHeader";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let api_key = r.i16()?;
        let api_version = r.i16()?;
        let correlation_id = r.i32()?;
        let client_id = r.text_opt(false, true)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { api_key, api_version, correlation_id, client_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.api_key);
        w.i16(self.api_version);
        w.i32(self.correlation_id);
        w.text_opt(self.client_id.as_ref(), false)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}
