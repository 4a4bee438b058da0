// Made by `cargo xtask codegen` from schema/017-sasl-handshake.kafka: edit that instead.

//! Agrees on a SASL mechanism.
//!
//! KIP-43 began it; since version 1 the mechanism's tokens travel in SaslAuthenticate (KIP-152), in version 0
//! bare on the wire. It never became flexible: it is spoken before anything is known of the other side.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SaslHandshakeRequest {
    pub mechanism: Text,
}

impl Message for SaslHandshakeRequest {
    const NAME: &'static str = "SaslHandshakeRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let mechanism = r.text(false)?;
        Ok(Self { mechanism })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.mechanism, false)?;
        Ok(())
    }
}

/// What is answered; versions 0-1.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SaslHandshakeResponse {
    pub error_code: i16,
    /// Those the listener offers.
    pub mechanisms: Vec<Text>,
}

impl Message for SaslHandshakeResponse {
    const NAME: &'static str = "SaslHandshakeResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=1;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let error_code = r.i16()?;
        let mechanisms = r.array(false, |r| r.text(false))?;
        Ok(Self { error_code, mechanisms })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.error_code);
        w.array(&self.mechanisms, false, |w, one| w.text(one, false))?;
        Ok(())
    }
}

impl Response for SaslHandshakeResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }
}

impl Request for SaslHandshakeRequest {
    const KEY: ApiKey = ApiKey::SaslHandshake;
    type Response = SaslHandshakeResponse;
}
