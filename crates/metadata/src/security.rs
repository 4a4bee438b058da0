//! Access rules, SCRAM credentials, delegation tokens and client quotas, as their records say.
//!
//! Kept whole though nothing obeys all of them yet: what is in the log must be in the snapshot.

use std::sync::Arc;

use kampa_protocol::records::metadata::{
    AccessControlEntryRecord, ClientQuotaRecord, DelegationTokenRecord, UserScramCredentialRecord, client_quota,
};
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

/// Whom a quota is for: kinds (`user`, `client-id`, `ip`) with names, by kind. The name `None` is the default of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotaEntity(Vec<(Text, Option<Text>)>);

/// Quotas by entity and key.
pub type Quotas = Map<QuotaEntity, Map<Text, f64>>;

impl QuotaEntity {
    /// From kinds and names in any order.
    pub fn new(parts: impl IntoIterator<Item = (Text, Option<Text>)>) -> QuotaEntity {
        let mut parts: Vec<_> = parts.into_iter().collect();
        parts.sort();
        QuotaEntity(parts)
    }

    /// Kinds and names, by kind.
    pub fn parts(&self) -> &[(Text, Option<Text>)] {
        &self.0
    }
}

/// What a record says about a quota, added to those known.
pub(crate) fn apply_quota(quotas: &mut Quotas, record: &ClientQuotaRecord) {
    let part = |e: &client_quota::EntityData| (e.entity_type.detached(), e.entity_name.as_ref().map(Text::detached));
    let entity = QuotaEntity::new(record.entity.iter().map(part));
    let mut keys = quotas.get(&entity).cloned().unwrap_or_default();
    if record.remove {
        keys.remove_mut(&record.key);
    } else {
        keys.insert_mut(record.key.detached(), record.value);
    }
    if keys.is_empty() {
        quotas.remove_mut(&entity);
    } else {
        quotas.insert_mut(entity, keys);
    }
}

/// The record in a buffer of its own: what was decoded from a log would keep the whole read alive.
pub(crate) fn detached<R: Message>(record: &R, version: i16) -> Arc<R> {
    let copied = encode_whole(record, version).ok();
    let copied = copied.and_then(|bytes| decode_whole(&bytes.into_bytes(), version).ok());
    // The latest version carries every field; a record that cannot be written in it may as well keep its buffer.
    Arc::new(copied.unwrap_or_else(|| record.clone()))
}
