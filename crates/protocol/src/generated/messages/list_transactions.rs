// Made by `cargo xtask codegen` from schema/066-list-transactions.kafka: edit that instead.

//! Lists the transactions of a coordinator.
//!
//! KIP-664 began it, KIP-994 brought the filter by age, KIP-1152 the one by name.

use crate::wire::{DecodeError, EncodeError, Message, Reader, Request, Response, UnknownTag, Writer};
use crate::{ApiKey, Text};

/// What is asked; versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ListTransactionsRequest {
    pub state_filters: Vec<Text>,
    pub producer_id_filters: Vec<i64>,
    /// Only transactions open for longer, in milliseconds; negative means all.
    /// Since version 1.
    pub duration_filter: i64,
    /// A regular expression for the whole id; null means all.
    /// Version 2.
    pub transactional_id_pattern: Option<Text>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Default for ListTransactionsRequest {
    fn default() -> Self {
        Self {
            state_filters: Vec::new(),
            producer_id_filters: Vec::new(),
            duration_filter: -1,
            transactional_id_pattern: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl Message for ListTransactionsRequest {
    const NAME: &'static str = "ListTransactionsRequest";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let state_filters = r.array(true, |r| r.text(true))?;
        let producer_id_filters = r.array(true, Reader::i64)?;
        let duration_filter = if version >= 1 { r.i64()? } else { -1 };
        let transactional_id_pattern = if version == 2 { r.text_opt(true, true)? } else { None };
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { state_filters, producer_id_filters, duration_filter, transactional_id_pattern, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.array(&self.state_filters, true, |w, one| w.text(one, true))?;
        w.array(&self.producer_id_filters, true, |w, one| {
            w.i64(*one);
            Ok(())
        })?;
        if version >= 1 {
            w.i64(self.duration_filter);
        } else if self.duration_filter != -1 {
            return Err(EncodeError::NotCarried { field: "duration_filter", version });
        }
        if version == 2 {
            w.text_opt(self.transactional_id_pattern.as_ref(), true)?;
        } else if self.transactional_id_pattern.is_some() {
            return Err(EncodeError::NotCarried { field: "transactional_id_pattern", version });
        }
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

/// What is answered; versions 0-2.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ListTransactionsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub unknown_state_filters: Vec<Text>,
    pub transaction_states: Vec<TransactionState>,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl Message for ListTransactionsResponse {
    const NAME: &'static str = "ListTransactionsResponse";
    const VERSIONS: std::ops::RangeInclusive<i16> = 0..=2;

    fn decode(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        r.check_version(Self::VERSIONS, version)?;
        let throttle_time_ms = r.i32()?;
        let error_code = r.i16()?;
        let unknown_state_filters = r.array(true, |r| r.text(true))?;
        let transaction_states = r.array(true, |r| TransactionState::decode(r, version))?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { throttle_time_ms, error_code, unknown_state_filters, transaction_states, unknown_tags })
    }

    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {
        w.check_version(Self::VERSIONS, version)?;
        w.i32(self.throttle_time_ms);
        w.i16(self.error_code);
        w.array(&self.unknown_state_filters, true, |w, one| w.text(one, true))?;
        w.array(&self.transaction_states, true, |w, one| one.encode(w, version))?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Response for ListTransactionsResponse {
    fn each_error(&self, _version: i16, see: &mut dyn FnMut(i16)) {
        see(self.error_code);
    }

    fn throttle_time_ms(&mut self) -> Option<&mut i32> {
        Some(&mut self.throttle_time_ms)
    }
}

/// In `ListTransactionsResponse::transaction_states`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TransactionState {
    pub transactional_id: Text,
    pub producer_id: i64,
    pub transaction_state: Text,
    /// Tagged fields that have no name here.
    pub unknown_tags: Vec<UnknownTag>,
}

impl TransactionState {
    pub(crate) fn decode(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let transactional_id = r.text(true)?;
        let producer_id = r.i64()?;
        let transaction_state = r.text(true)?;
        let unknown_tags = r.unknown_tags()?;
        Ok(Self { transactional_id, producer_id, transaction_state, unknown_tags })
    }

    pub(crate) fn encode(&self, w: &mut Writer, _version: i16) -> Result<(), EncodeError> {
        w.text(&self.transactional_id, true)?;
        w.i64(self.producer_id);
        w.text(&self.transaction_state, true)?;
        w.unknown_tags(&self.unknown_tags)?;
        Ok(())
    }
}

impl Request for ListTransactionsRequest {
    const KEY: ApiKey = ApiKey::ListTransactions;
    type Response = ListTransactionsResponse;
}
