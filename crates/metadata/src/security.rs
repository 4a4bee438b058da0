//! Access rules, SCRAM credentials and delegation tokens, as their records say.
//!
//! Kept whole though nothing obeys all of them yet: what is in the log must be in the snapshot.

use std::sync::Arc;

use kampa_protocol::records::metadata::{AccessControlEntryRecord, DelegationTokenRecord, UserScramCredentialRecord};
use kampa_protocol::wire::{decode_whole, encode_whole};
use kampa_protocol::{Message, Text, Uuid};

use crate::Map;

/// Who may do what, and how they prove who they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// Access control entries by id.
    pub acls: Map<Uuid, Arc<AccessControlEntryRecord>>,
    /// SCRAM credentials by user and mechanism (1 SHA-256, 2 SHA-512).
    pub scram: Map<(Text, i8), Arc<UserScramCredentialRecord>>,
    /// Delegation tokens by token id.
    pub tokens: Map<Text, Arc<DelegationTokenRecord>>,
}

/// The record in a buffer of its own: what was decoded from a log would keep the whole read alive.
pub(crate) fn detached<R: Message>(record: &R, version: i16) -> Arc<R> {
    let copied = encode_whole(record, version).ok();
    let copied = copied.and_then(|bytes| decode_whole(&bytes.into_bytes(), version).ok());
    // The latest version carries every field; a record that cannot be written in it may as well keep its buffer.
    Arc::new(copied.unwrap_or_else(|| record.clone()))
}
