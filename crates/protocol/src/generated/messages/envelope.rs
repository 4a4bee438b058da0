// Made by `cargo xtask codegen` from schema/058-envelope.kafka: edit that instead.

//! A broker hands a client's request on to the controller, with the name of who asked (KIP-590).

use bytes::Bytes;

use crate::ApiKey;
use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};

/// What is asked; versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvelopeRequest {
    /// The request with its header, without its size.
    pub request_data: Bytes,
    /// A DefaultPrincipalData; null when there is none.
    pub request_principal: Option<Bytes>,
    /// The bytes of the IP address.
    pub client_host_address: Bytes,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for EnvelopeRequest {
    fn default() -> Self {
        Self {
            request_data: Bytes::new(),
            request_principal: Some(Bytes::new()),
            client_host_address: Bytes::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for EnvelopeRequest {
    const NAME: &'static str = "EnvelopeRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let request_data = r.bytes(true)?;
        let request_principal = r.bytes_opt(true, true)?;
        let client_host_address = r.bytes(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { request_data, request_principal, client_host_address, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.bytes(&self.request_data, true)?;
        w.bytes_opt(self.request_principal.as_ref(), true)?;
        w.bytes(&self.client_host_address, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EnvelopeResponse {
    pub response_data: Option<Bytes>,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for EnvelopeResponse {
    const NAME: &'static str = "EnvelopeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=0;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let response_data = r.bytes_opt(true, true)?;
        let error_code = r.i16()?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { response_data, error_code, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.bytes_opt(self.response_data.as_ref(), true)?;
        w.i16(self.error_code);
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for EnvelopeResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for EnvelopeRequest {
    const KEY: ApiKey = ApiKey::Envelope;
    type Response = EnvelopeResponse;
}
