//! What stands before every request and response on a connection.
//!
//! The header's version follows from the API and its version, so it must be chosen while reading it.

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, Writer};
use crate::{ApiKey, Text};

pub use crate::generated::headers::request_header::RequestHeader;
pub use crate::generated::headers::response_header::ResponseHeader;

impl RequestHeader {
    pub fn new(key: ApiKey, version: i16, correlation_id: i32, client_id: Option<Text>) -> RequestHeader {
        RequestHeader { api_key: key as i16, api_version: version, correlation_id, client_id, unknown_tags: Vec::new() }
    }

    /// Reads a header of whatever version its first four bytes ask for; fails on an API key nobody knows, whose header
    /// cannot be understood. The API version may be one we do not serve: `ApiVersions` is answered even then.
    pub fn decode(r: &mut Reader<'_>) -> Result<RequestHeader, DecodeError> {
        let first = r.rest();
        let mut ahead = Reader::new(&first);
        let (number, version) = (ahead.i16()?, ahead.i16()?);
        let key = ApiKey::try_from(number).map_err(|_| r.error(DecodeErrorKind::UnknownType(number.into())))?;
        <RequestHeader as Message>::decode(r, key.request_header_version(version))
    }

    /// Writes the header in the version that its own key and version ask for.
    pub fn encode(&self, w: &mut Writer) -> Result<(), EncodeError> {
        let key = ApiKey::try_from(self.api_key).map_err(|_| EncodeError::Version(self.api_version))?;
        <RequestHeader as Message>::encode(self, w, key.request_header_version(self.api_version))
    }
}

/// What stands before the answer to a request of this API and version.
pub fn encode_response_header(w: &mut Writer, key: ApiKey, version: i16, correlation_id: i32) {
    w.i32(correlation_id);
    if key.response_header_version(version) >= 1 {
        w.varint(0);
    }
}

/// Reads what stands before the answer to a request of this API and version; a client's side of the matter.
pub fn decode_response_header(r: &mut Reader<'_>, key: ApiKey, version: i16) -> Result<ResponseHeader, DecodeError> {
    ResponseHeader::decode(r, key.response_header_version(version))
}

#[cfg(test)]
mod tests;
