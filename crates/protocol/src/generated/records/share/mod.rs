// Made by `cargo xtask codegen` from the files in schema/: edit those instead.

//! Schemas of `records/share`.

use bytes::Bytes;

use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Message, Reader, keyed};
use crate::{Json, ToJson};

pub mod share_snapshot;
pub mod share_update;

pub use share_snapshot::{ShareSnapshotKey, ShareSnapshotValue};
pub use share_update::{ShareUpdateKey, ShareUpdateValue};

/// Any record of this coordinator: what it is about, and what is so, or None when it is gone (a tombstone).
#[derive(Clone, Debug, PartialEq)]
pub enum ShareRecord {
    ShareSnapshot(ShareSnapshotKey, Option<ShareSnapshotValue>),
    ShareUpdate(ShareUpdateKey, Option<ShareUpdateValue>),
}

impl ShareRecord {
    /// The record's type number, with which its key begins.
    pub fn number(&self) -> i16 {
        match self {
            Self::ShareSnapshot(..) => 0,
            Self::ShareUpdate(..) => 1,
        }
    }

    /// The versions this record's value can be written in.
    pub fn versions(&self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::ShareSnapshot(..) => ShareSnapshotValue::VERSIONS,
            Self::ShareUpdate(..) => ShareUpdateValue::VERSIONS,
        }
    }

    /// Whether the record says that something is gone.
    pub fn is_tombstone(&self) -> bool {
        match self {
            Self::ShareSnapshot(_, value) => value.is_none(),
            Self::ShareUpdate(_, value) => value.is_none(),
        }
    }

    /// Reads a record of the log. A type that is not known is `DecodeErrorKind::UnknownType`: newer versions may add some.
    pub fn decode(key: &Bytes, value: Option<&Bytes>) -> Result<Self, DecodeError> {
        let mut r = Reader::new(key);
        let number = r.i16()?;
        Ok(match number {
            0 => Self::ShareSnapshot(Message::decode(&mut r, 0)?, keyed::value(value)?),
            1 => Self::ShareUpdate(Message::decode(&mut r, 0)?, keyed::value(value)?),
            _ => return Err(r.error(DecodeErrorKind::UnknownType(number.into()))),
        })
    }

    /// The key and the value as they stand in the log, the value in the version given.
    pub fn encode(&self, version: i16) -> Result<(Bytes, Option<Bytes>), EncodeError> {
        match self {
            Self::ShareSnapshot(key, value) => keyed::encode(0, key, value.as_ref(), version),
            Self::ShareUpdate(key, value) => keyed::encode(1, key, value.as_ref(), version),
        }
    }

    /// The key, and the value as the version carries it, for tools to show.
    pub fn to_json(&self, version: i16) -> (Json, Option<Json>) {
        match self {
            Self::ShareSnapshot(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),
            Self::ShareUpdate(key, value) => (key.to_json(0), value.as_ref().map(|value| value.to_json(version))),
        }
    }
}
