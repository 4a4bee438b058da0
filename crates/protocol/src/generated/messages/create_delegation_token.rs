// Made by `cargo xtask codegen` from schema/038-create-delegation-token.kafka: edit that instead.

//! Makes a token that lets others act in one's name.
//!
//! KIP-48 began it, KIP-373 brought tokens made for somebody else.

use bytes::Bytes;

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDelegationTokenRequest {
    /// Null when the asker shall own it.
    /// Version 3.
    pub owner_principal_type: Option<Text>,
    /// Version 3.
    pub owner_principal_name: Option<Text>,
    /// Who else may prolong it.
    pub renewers: Vec<CreatableRenewers>,
    /// -1 for the cluster's limit.
    pub max_lifetime_ms: i64,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for CreateDelegationTokenRequest {
    fn default() -> Self {
        Self {
            owner_principal_type: Some(Text::default()),
            owner_principal_name: Some(Text::default()),
            renewers: Vec::new(),
            max_lifetime_ms: 0,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for CreateDelegationTokenRequest {
    const NAME: &'static str = "CreateDelegationTokenRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let owner_principal_type = if version == 3 { r.text_opt(flexible, true)? } else { Some(Text::default()) };
        let owner_principal_name = if version == 3 { r.text_opt(flexible, true)? } else { Some(Text::default()) };
        let renewers = r.array(flexible, |r| CreatableRenewers::decode(r, version))?;
        let max_lifetime_ms = r.i64()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { owner_principal_type, owner_principal_name, renewers, max_lifetime_ms, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        if version == 3 {
            w.text_opt(self.owner_principal_type.as_ref(), flexible)?;
        } else if !self.owner_principal_type.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::NotCarried { field: "owner_principal_type", version });
        }
        if version == 3 {
            w.text_opt(self.owner_principal_name.as_ref(), flexible)?;
        } else if !self.owner_principal_name.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::NotCarried { field: "owner_principal_name", version });
        }
        w.array(&self.renewers, flexible, |w, one| one.encode(w, version))?;
        w.i64(self.max_lifetime_ms);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// In `CreateDelegationTokenRequest::renewers`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreatableRenewers {
    pub principal_type: Text,
    pub principal_name: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl CreatableRenewers {
    pub(crate) fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let principal_type = r.text(flexible)?;
        let principal_name = r.text(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { principal_type, principal_name, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.text(&self.principal_type, flexible)?;
        w.text(&self.principal_name, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 1-3.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CreateDelegationTokenResponse {
    pub error_code: i16,
    pub principal_type: Text,
    pub principal_name: Text,
    /// Version 3.
    pub token_requester_principal_type: Text,
    /// Version 3.
    pub token_requester_principal_name: Text,
    pub issue_timestamp_ms: i64,
    pub expiry_timestamp_ms: i64,
    pub max_timestamp_ms: i64,
    pub token_id: Text,
    /// The secret, which serves as the password.
    pub hmac: Bytes,
    pub throttle_time_ms: i32,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for CreateDelegationTokenResponse {
    const NAME: &'static str = "CreateDelegationTokenResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 1..=3;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        r.check_version(Self::VERSIONS, version)?;
        let error_code = r.i16()?;
        let principal_type = r.text(flexible)?;
        let principal_name = r.text(flexible)?;
        let token_requester_principal_type = if version == 3 { r.text(flexible)? } else { Text::default() };
        let token_requester_principal_name = if version == 3 { r.text(flexible)? } else { Text::default() };
        let issue_timestamp_ms = r.i64()?;
        let expiry_timestamp_ms = r.i64()?;
        let max_timestamp_ms = r.i64()?;
        let token_id = r.text(flexible)?;
        let hmac = r.bytes(flexible)?;
        let throttle_time_ms = r.i32()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self {
            error_code,
            principal_type,
            principal_name,
            token_requester_principal_type,
            token_requester_principal_name,
            issue_timestamp_ms,
            expiry_timestamp_ms,
            max_timestamp_ms,
            token_id,
            hmac,
            throttle_time_ms,
            unknown_tags,
        })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        w.check_version(Self::VERSIONS, version)?;
        w.i16(self.error_code);
        w.text(&self.principal_type, flexible)?;
        w.text(&self.principal_name, flexible)?;
        if version == 3 {
            w.text(&self.token_requester_principal_type, flexible)?;
        } else if !self.token_requester_principal_type.is_empty() {
            return Err(EncodeError::NotCarried { field: "token_requester_principal_type", version });
        }
        if version == 3 {
            w.text(&self.token_requester_principal_name, flexible)?;
        } else if !self.token_requester_principal_name.is_empty() {
            return Err(EncodeError::NotCarried { field: "token_requester_principal_name", version });
        }
        w.i64(self.issue_timestamp_ms);
        w.i64(self.expiry_timestamp_ms);
        w.i64(self.max_timestamp_ms);
        w.text(&self.token_id, flexible)?;
        w.bytes(&self.hmac, flexible)?;
        w.i32(self.throttle_time_ms);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for CreateDelegationTokenResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for CreateDelegationTokenRequest {
    const KEY: ApiKey = ApiKey::CreateDelegationToken;
    type Response = CreateDelegationTokenResponse;
}
