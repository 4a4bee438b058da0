//! Client quotas, as their records say: how much a user, a client id or an address may take.
//!
//! Which of them holds for a client, and what happens to one that takes more, is crate `broker`'s business.

use kampa_protocol::Text;
use kampa_protocol::records::metadata::{ClientQuotaRecord, client_quota};

use crate::Map;

/// Whom a quota is for: kinds (`user`, `client-id`, `ip`) with names, by kind. The name `None` is the default of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotaEntity(Vec<(Text, Option<Text>)>);

/// Names of quotas.
pub mod quota {
    /// Bytes a second that a client may produce.
    pub const PRODUCER_BYTE_RATE: &str = "producer_byte_rate";
    /// Bytes a second that a client may fetch.
    pub const CONSUMER_BYTE_RATE: &str = "consumer_byte_rate";
    /// Share of one thread's time that a client's requests may take.
    pub const REQUEST_PERCENTAGE: &str = "request_percentage";
    /// Partitions a second that a client may create and delete (KIP-599).
    pub const CONTROLLER_MUTATION_RATE: &str = "controller_mutation_rate";
    /// Connections a second that an address may open (KIP-612).
    pub const CONNECTION_CREATION_RATE: &str = "connection_creation_rate";
}

/// Quotas by entity and key.
pub type Quotas = Map<QuotaEntity, Map<Text, f64>>;

impl QuotaEntity {
    /// A kind: the name a client proved to have.
    pub const USER: &str = "user";
    /// A kind: the name a client gave itself.
    pub const CLIENT_ID: &str = "client-id";
    /// A kind: the address a client connects from.
    pub const IP: &str = "ip";

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

    /// The name of one kind, `Some(None)` for its default; `None` if the entity does not say.
    pub fn name(&self, kind: &str) -> Option<Option<&Text>> {
        self.0.iter().find(|(known, _)| *known == *kind).map(|(_, name)| name.as_ref())
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
