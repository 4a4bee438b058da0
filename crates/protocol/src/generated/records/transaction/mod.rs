// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/transaction`.

use bytes::Bytes;

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, keyed};
use crate::{Json, ToJson};

pub mod transaction_log;

pub use transaction_log::{TransactionLogKey, TransactionLogValue};

/// Any record of this coordinator: what it is about, and what is so, or None when it is gone (a tombstone).
#[derive(Clone, Debug, PartialEq)]
pub enum TransactionRecord {
    TransactionLog(TransactionLogKey, Option<TransactionLogValue>),
}

impl TransactionRecord {
    /// The record's type number, with which its key begins.
    pub fn number(&self) -> i16 {
        match self {
            Self::TransactionLog(..) => 0,
        }
    }

    /// The versions this record's value can be written in.
    pub fn versions(&self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::TransactionLog(..) => TransactionLogValue::VERSIONS,
        }
    }

    /// Whether the record says that something is gone.
    pub fn is_tombstone(&self) -> bool {
        match self {
            Self::TransactionLog(_, value) => value.is_none(),
        }
    }

    /// Reads a record of the log. A type that is not known is `DecodeErrorKind::UnknownType`: newer versions may add some.
    pub fn decode(key: &Bytes, value: Option<&Bytes>) -> Result<Self, DecodeError> {
        let mut r = Reader::new(key);
        let number = r.i16()?;
        Ok(match number {
            0 => Self::TransactionLog(Message::decode(&mut r, 0)?, keyed::value(value)?),
            _ => return Err(r.error(DecodeErrorKind::UnknownType(number.into()))),
        })
    }

    /// The key and the value as they stand in the log, the value in the version given.
    pub fn encode(&self, version: i16) -> Result<(Bytes, Option<Bytes>), EncodeError> {
        match self {
            Self::TransactionLog(key, value) => keyed::encode(0, key, value.as_ref(), version),
        }
    }

    /// The key, and the value as the version carries it, for tools to show.
    pub fn to_json(&self, version: i16) -> (Json, Option<Json>) {
        match self {
            Self::TransactionLog(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),
        }
    }
}
