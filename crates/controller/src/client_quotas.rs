//! AlterClientQuotas: how much a user, a client id or an address may take, set and removed entity by entity.

use std::collections::BTreeMap;
use std::fmt::Write;

use kampa_metadata::{QuotaEntity, quota};
use kampa_protocol::messages::alter_client_quotas::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, EntityData, EntryData, EntryResult, OpData,
};
use kampa_protocol::records::metadata::{ClientQuotaRecord, MetadataRecord, client_quota};
use kampa_protocol::{ErrorCode, Text};

use crate::decision::RECORDS_PER_REQUEST_MAX;
use crate::{Controller, Decision, Refusal};

impl Controller {
    /// Decides about quotas. `is_address` says whether a name of kind `ip` has an address.
    ///
    /// Answers by entity: INVALID_REQUEST for kinds that do not exist or do not go together, keys that do not exist or do not
    /// go with the kind, numbers that are none, and an entity or a key twice: of an entity twice the first stands.
    /// POLICY_VIOLATION for all if that would be too many records.
    pub fn alter_client_quotas(
        &self,
        request: &AlterClientQuotasRequest,
        is_address: impl Fn(&str) -> bool,
    ) -> Decision<AlterClientQuotasResponse> {
        let mut records = Vec::new();
        let mut places = BTreeMap::new();
        let mut entries: Vec<EntryResult> = Vec::new();
        for entry in &request.entries {
            let entity = entity_of(entry);
            let altered = self.alter_entity(&entity, &entry.ops, places.contains_key(&entity), &is_address);
            let place = *places.entry(entity).or_insert(entries.len());
            let answer = answer(entry, altered.as_ref().err());
            match entries.get_mut(place) {
                Some(earlier) => *earlier = answer,
                None => entries.push(answer),
            }
            records.extend(altered.unwrap_or_default());
            if records.len() > RECORDS_PER_REQUEST_MAX {
                break;
            }
        }
        if records.len() > RECORDS_PER_REQUEST_MAX {
            // Nothing of what was decided is kept while the answer is made, which is as long as the request.
            drop((records, places, entries));
            let sentence = "Request parameters do not satisfy the configured policy.";
            let refusal = Refusal::new(ErrorCode::POLICY_VIOLATION, sentence);
            let entries = request.entries.iter().map(|entry| answer(entry, Some(&refusal))).collect();
            return Decision::only(AlterClientQuotasResponse { entries, ..Default::default() });
        }
        if request.validate_only {
            records.clear();
        }
        self.decided(records, AlterClientQuotasResponse { entries, ..Default::default() })
    }

    fn alter_entity(
        &self,
        entity: &QuotaEntity,
        ops: &[OpData],
        seen: bool,
        is_address: &impl Fn(&str) -> bool,
    ) -> Result<Vec<MetadataRecord>, Refusal> {
        let mut by_key: BTreeMap<&Text, &OpData> = BTreeMap::new();
        let mut twice = seen;
        for op in ops {
            twice |= by_key.insert(&op.key, op).is_some();
        }
        if twice {
            // Kafka's sentence for a key twice is this one, too.
            return Err(invalid(format!("Ignoring duplicate entity {}", in_words(entity))));
        }
        let keys = keys_of(entity, is_address)?;
        let current = self.image().quotas.get(entity);
        let mut records = Vec::new();
        for op in ops {
            let had = current.and_then(|quotas| quotas.get(&op.key)).copied();
            if !op.remove {
                check_value(keys, op)?;
            }
            let changes = if op.remove { had.is_some() } else { had != Some(op.value) };
            if changes {
                records.push(record(entity, op));
            }
        }
        Ok(records)
    }
}

/// A quota and what may be said of it.
struct QuotaKey {
    name: &'static str,
    number: Number,
}

/// Kafka's type of a quota's value; all of them travel as floating-point numbers.
#[derive(Clone, Copy)]
enum Number {
    Int,
    Long,
    Double,
}

const USER_AND_CLIENT_KEYS: &[QuotaKey] = &[
    QuotaKey { name: quota::PRODUCER_BYTE_RATE, number: Number::Long },
    QuotaKey { name: quota::CONSUMER_BYTE_RATE, number: Number::Long },
    QuotaKey { name: quota::REQUEST_PERCENTAGE, number: Number::Double },
    QuotaKey { name: quota::CONTROLLER_MUTATION_RATE, number: Number::Double },
];
const IP_KEYS: &[QuotaKey] = &[QuotaKey { name: quota::CONNECTION_CREATION_RATE, number: Number::Int }];

/// How far from a whole number a whole number may be.
const FRACTION_MAX: f64 = 1e-6;

/// The quotas an entity can have, if it is one.
fn keys_of(entity: &QuotaEntity, is_address: impl Fn(&str) -> bool) -> Result<&'static [QuotaKey], Refusal> {
    for (kind, name) in entity.parts() {
        if ![QuotaEntity::USER, QuotaEntity::CLIENT_ID, QuotaEntity::IP].contains(&kind.as_str()) {
            return Err(invalid(format!("Unhandled client quota entity type: {kind}")));
        }
        if name.as_ref().is_some_and(|name| name.is_empty()) {
            return Err(invalid(format!("Empty {kind} not supported")));
        }
    }
    match (entity.name(QuotaEntity::IP), entity.parts().len()) {
        (_, 0) => Err(invalid("Invalid empty client quota entity".to_owned())),
        (None, _) => Ok(USER_AND_CLIENT_KEYS),
        (Some(Some(name)), 1) if !is_address(name) => {
            Err(invalid(format!("{name} is not a valid IP or resolvable host.")))
        }
        (Some(_), 1) => Ok(IP_KEYS),
        (Some(_), _) => {
            let sentence = "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId";
            Err(invalid(sentence.to_owned()))
        }
    }
}

fn check_value(keys: &[QuotaKey], op: &OpData) -> Result<(), Refusal> {
    let OpData { key, value, .. } = op;
    let Some(known) = keys.iter().find(|known| *key == *known.name) else {
        return Err(invalid(format!("Invalid configuration key {key}")));
    };
    if !value.is_finite() {
        return Err(invalid(format!("Quota {key} must be a finite number")));
    }
    if *value <= 0.0 {
        return Err(invalid(format!("Quota {key} must be greater than 0")));
    }
    let (largest, name) = match known.number {
        Number::Double => return Ok(()),
        Number::Int => (f64::from(i32::MAX), "an INT"),
        Number::Long => (i64::MAX as f64, "a LONG"),
    };
    if *value > largest {
        return Err(invalid(format!("Proposed value for {key} is too large for {name}.")));
    }
    if value % 1.0 > FRACTION_MAX {
        return Err(invalid(format!("{key} cannot be a fractional value.")));
    }
    Ok(())
}

/// Of a kind given twice, the last counts.
fn entity_of(entry: &EntryData) -> QuotaEntity {
    let last: BTreeMap<&Text, &Option<Text>> =
        entry.entity.iter().map(|part| (&part.entity_type, &part.entity_name)).collect();
    QuotaEntity::new(last.into_iter().map(|(kind, name)| (kind.clone(), name.clone())))
}

fn record(entity: &QuotaEntity, op: &OpData) -> MetadataRecord {
    let part = |(kind, name): &(Text, Option<Text>)| client_quota::EntityData {
        entity_type: kind.clone(),
        entity_name: name.clone(),
        ..Default::default()
    };
    let entity = entity.parts().iter().map(part).collect();
    let value = if op.remove { 0.0 } else { op.value };
    ClientQuotaRecord { entity, key: op.key.clone(), value, remove: op.remove, ..Default::default() }.into()
}

fn answer(entry: &EntryData, refusal: Option<&Refusal>) -> EntryResult {
    let entity = entity_of(entry);
    let part = |(kind, name): &(Text, Option<Text>)| EntityData {
        entity_type: kind.clone(),
        entity_name: name.clone(),
        ..Default::default()
    };
    EntryResult {
        error_code: refusal.map_or(ErrorCode::NONE, |refusal| refusal.code).0,
        error_message: refusal.and_then(|refusal| refusal.message.clone()),
        entity: entity.parts().iter().map(part).collect(),
        ..Default::default()
    }
}

fn invalid(sentence: String) -> Refusal {
    Refusal::new(ErrorCode::INVALID_REQUEST, sentence)
}

/// An entity as Kafka's sentences write it.
fn in_words(entity: &QuotaEntity) -> String {
    let mut words = String::from("ClientQuotaEntity(entries={");
    for (place, (kind, name)) in entity.parts().iter().enumerate() {
        let separator = if place == 0 { "" } else { ", " };
        let _ = write!(words, "{separator}{kind}={}", name.as_deref().unwrap_or("null"));
    }
    words + "})"
}

#[cfg(test)]
mod tests;
