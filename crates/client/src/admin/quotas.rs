//! Client quotas: what users, client ids and addresses may do, as the cluster keeps it.

use kampa_protocol::messages::alter_client_quotas::{AlterClientQuotasRequest, EntityData, EntryData, OpData};
use kampa_protocol::messages::describe_client_quotas::{ComponentData, DescribeClientQuotasRequest};

use super::settle::unanswered;
use super::{Admin, Each};
use crate::{Error, To};

/// Whom a quota is for: pairs of a type (`user`, `client-id`, `ip`) and a name, where `None` means "whoever has no
/// quota of their own".
pub type QuotaEntity = Vec<(String, Option<String>)>;

/// Which entities to tell of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuotaFilter {
    pub components: Vec<(String, QuotaMatch)>,
    /// Leave out entities that have types the filter does not name.
    pub strict: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum QuotaMatch {
    Name(String),
    Default,
    /// Any name, the default too.
    Any,
}

/// Changes to one entity's quotas; `None` takes one away.
#[derive(Clone, Debug, PartialEq)]
pub struct QuotaAlteration {
    pub entity: QuotaEntity,
    pub changes: Vec<(String, Option<f64>)>,
}

impl Admin {
    /// Entities and their quotas, in the cluster's order.
    pub async fn describe_client_quotas(
        &self,
        filter: &QuotaFilter,
    ) -> Result<Vec<(QuotaEntity, Vec<(String, f64)>)>, Error> {
        let component = |(kind, wanted): &(String, QuotaMatch)| {
            let (match_type, name) = match wanted {
                QuotaMatch::Name(name) => (0, Some(name.into())),
                QuotaMatch::Default => (1, None),
                QuotaMatch::Any => (2, None),
            };
            ComponentData { entity_type: kind.into(), match_type, r#match: name, ..Default::default() }
        };
        let request = DescribeClientQuotasRequest {
            components: filter.components.iter().map(component).collect(),
            strict: filter.strict,
            ..Default::default()
        };
        let response = self.client.call(self.any(), request).await?;
        Error::check_with(response.error_code, response.error_message.as_deref(), || "the client quotas".to_owned())?;
        Ok(response
            .entries
            .into_iter()
            .flatten()
            .map(|entry| {
                let entity =
                    entry.entity.into_iter().map(|one| (one.entity_type.into(), one.entity_name.map(Into::into)));
                let quotas = entry.values.into_iter().map(|one| (one.key.into(), one.value));
                (entity.collect(), quotas.collect())
            })
            .collect())
    }

    pub async fn alter_client_quotas(
        &self,
        alterations: &[QuotaAlteration],
        validate_only: bool,
    ) -> Each<QuotaEntity, ()> {
        let entities = alterations.iter().map(|one| one.entity.clone()).collect();
        self.settle(
            "altering client quotas",
            entities,
            |_, code| self.controller_moved(code),
            |left: Vec<QuotaEntity>| async move {
                let request = AlterClientQuotasRequest {
                    entries: alterations.iter().filter(|one| left.contains(&one.entity)).map(altered).collect(),
                    validate_only,
                    ..Default::default()
                };
                let response = self.client.call(To::Controller, request).await?;
                Ok(left
                    .into_iter()
                    .map(|entity| {
                        let what = || format!("the quotas of {}", spoken(&entity));
                        // A cluster may name the parts of an entity in another order.
                        let is_it = |given: &[kampa_protocol::messages::alter_client_quotas::EntityData]| {
                            given.len() == entity.len()
                                && entity.iter().all(|(kind, name)| {
                                    given.iter().any(|one| {
                                        one.entity_type == kind.as_str()
                                            && one.entity_name.as_deref() == name.as_deref()
                                    })
                                })
                        };
                        let one = response.entries.iter().find(|one| is_it(&one.entity));
                        let done = one
                            .ok_or_else(|| unanswered(&what()))
                            .and_then(|one| Error::check_with(one.error_code, one.error_message.as_deref(), what));
                        (entity, done)
                    })
                    .collect())
            },
        )
        .await
    }
}

fn altered(one: &QuotaAlteration) -> EntryData {
    let part = |(kind, name): &(String, Option<String>)| EntityData {
        entity_type: kind.into(),
        entity_name: name.as_ref().map(Into::into),
        ..Default::default()
    };
    let change = |(key, value): &(String, Option<f64>)| OpData {
        key: key.into(),
        value: value.unwrap_or(0.0),
        remove: value.is_none(),
        ..Default::default()
    };
    EntryData {
        entity: one.entity.iter().map(part).collect(),
        ops: one.changes.iter().map(change).collect(),
        ..Default::default()
    }
}

fn spoken(entity: &QuotaEntity) -> String {
    let part = |(kind, name): &(String, Option<String>)| format!("{kind} {}", name.as_deref().unwrap_or("<default>"));
    entity.iter().map(part).collect::<Vec<_>>().join(", ")
}
