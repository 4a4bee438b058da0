// Made by `cargo xtask codegen` from schema/025-add-offsets-to-txn.kafka: edit that instead.

//! Announces a group's offsets to a transaction before they are committed in it (KIP-98). Clients of transactions
//! version 2 need it no more (KIP-890).

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-4.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddOffsetsToTxnRequest {
    pub transactional_id: Text,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub group_id: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AddOffsetsToTxnRequest {
    const NAME: &'static str = "AddOffsetsToTxnRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let transactional_id = r.text(flexible)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let group_id = r.text(flexible)?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { transactional_id, producer_id, producer_epoch, group_id, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        w.text(&self.transactional_id, flexible)?;
        w.i64(self.producer_id);
        w.i16(self.producer_epoch);
        w.text(&self.group_id, flexible)?;
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

/// What is answered; versions 0-4.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddOffsetsToTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for AddOffsetsToTxnResponse {
    const NAME: &'static str = "AddOffsetsToTxnResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=4;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let unknown_tags = if flexible { r.unknown_tags()? } else { Vec::new() };
        Ok(Self { throttle_time_ms, error_code, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        if flexible {
            w.unknown_tags(&self.unknown_tags)?;
        } else if !self.unknown_tags.is_empty() {
            return Err(EncodeError::NotCarried { field: "unknown_tags", version });
        }
        Ok(())
    }
}

impl Response for AddOffsetsToTxnResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

impl Request for AddOffsetsToTxnRequest {
    const KEY: ApiKey = ApiKey::AddOffsetsToTxn;
    type Response = AddOffsetsToTxnResponse;
}
