//! kafka-configs for users, clients and addresses: their quotas, and users' SCRAM credentials.

use kampa_client::ErrorCode;
use kampa_client::admin::{QuotaAlteration, QuotaEntity, QuotaFilter, QuotaMatch};

use super::super::hash_order::{JavaHash, sized_order};
use super::super::thrown::{Died, Thrown};
use super::alter::{Changes, invalid};
use super::{Asked, text};

type Quotas = Vec<(Entity, Vec<(String, f64)>)>;

/// Whom quotas are for, as Java hashes it.
struct Entity(QuotaEntity);

impl JavaHash for Entity {
    fn java_hash(&self) -> i32 {
        let part = |(kind, name): &(String, Option<String>)| {
            kind.java_hash() ^ name.as_ref().map_or(0, |name| name.java_hash())
        };
        self.0.iter().fold(31, |sum: i32, one| sum.wrapping_add(part(one)))
    }
}

impl Asked<'_> {
    pub async fn describe_users(&self) -> Result<(), Died> {
        self.describe_quotas().await?;
        let names = &self.entities.names;
        if self.entities.kinds.iter().any(|kind| kind == "clients") || names.iter().any(String::is_empty) {
            return Ok(());
        }
        let out = &self.call.streams.out;
        let described = self.admin.describe_scram_credentials(names).await;
        for (user, infos) in described.map_err(|error| self.failed(&error, "describeUserScramCredentials"))? {
            match infos {
                Ok(infos) => {
                    let shown: Vec<String> = infos
                        .iter()
                        .map(|info| format!("{}=iterations={}", info.mechanism.name(), info.iterations))
                        .collect();
                    out.line(format_args!(
                        "SCRAM credential configs for user-principal '{user}' are {}",
                        shown.join(", ")
                    ));
                }
                Err(error) if error.code() == Some(ErrorCode::RESOURCE_NOT_FOUND) => {}
                Err(error) => {
                    let failed = self.failed(&error, "describeUserScramCredentials");
                    let (class, words) = (failed.simple_class(), failed.message());
                    out.line(format_args!(
                        "Error retrieving SCRAM credential configs for user-principal '{user}': {class}: {words}"
                    ));
                }
            }
        }
        Ok(())
    }

    pub async fn describe_quotas(&self) -> Result<(), Died> {
        for (entity, quotas) in self.quotas().await? {
            let parts = [("user", "user-principal"), ("client-id", "client-id"), ("ip", "ip")].into_iter().filter_map(
                |(kind, shown)| {
                    let (_, name) = entity.0.iter().find(|(given, _)| given == kind)?;
                    Some(name.as_ref().map_or(format!("the default {shown}"), |name| format!("{shown} '{name}'")))
                },
            );
            let quotas: Vec<String> =
                quotas.iter().map(|(key, value)| format!("{key}={}", text::show(*value))).collect();
            let parts = parts.collect::<Vec<_>>().join(", ");
            self.call.streams.out.line(format_args!("Quota configs for {parts} are {}", quotas.join(", ")));
        }
        Ok(())
    }

    pub async fn alter_quotas(&self, changes: &Changes) -> Result<(), Died> {
        let kinds = self.entities.kinds.iter().map(|kind| quota_kind(kind).to_owned());
        let names = self.entities.names.iter().map(|name| Some(name.clone()).filter(|name| !name.is_empty()));
        let entity: QuotaEntity = kinds.zip(names).collect();
        let has = self.quotas().await?;
        let has = has.first().map_or(&[][..], |(_, quotas)| quotas);
        let unknown: Vec<&str> = changes
            .deleted
            .iter()
            .map(String::as_str)
            .filter(|key| !has.iter().any(|(known, _)| known == key))
            .collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Invalid config(s): {}", unknown.join(","))).into());
        }
        let mut wanted = Vec::new();
        for (key, value) in &changes.added {
            let words = format!("Cannot parse quota configuration value for {key}: {value}");
            wanted.push((key.clone(), Some(text::double(value).ok_or_else(|| Thrown::illegal(words))?)));
        }
        wanted.extend(changes.deleted.iter().map(|key| (key.clone(), None)));
        let alteration = QuotaAlteration { entity, changes: wanted };
        match self.admin.alter_client_quotas(&[alteration], false).await.pop() {
            Some((_, Err(error))) => Err(self.failed(&error, "alterClientQuotas").into()),
            _ => Ok(()),
        }
    }

    /// The quotas of the entities meant, in Java's order.
    async fn quotas(&self) -> Result<Quotas, Died> {
        let (kinds, names) = (&self.entities.kinds, &self.entities.names);
        if names.len() > kinds.len() {
            return Err(Thrown::illegal("More entity names specified than entity types").into());
        }
        let component = |(at, kind): (usize, &String)| {
            let wanted = match names.get(at) {
                Some(name) if name.is_empty() => QuotaMatch::Default,
                Some(name) => QuotaMatch::Name(name.clone()),
                None => QuotaMatch::Any,
            };
            (quota_kind(kind).to_owned(), wanted)
        };
        let filter = QuotaFilter { components: kinds.iter().enumerate().map(component).collect(), strict: true };
        let described = self.admin.describe_client_quotas(&filter).await;
        let described = described.map_err(|error| self.failed(&error, "describeClientQuotas"))?;
        let mut quotas: Quotas = described.into_iter().map(|(entity, quotas)| (Entity(entity), quotas)).collect();
        let count = quotas.len();
        sized_order(&mut quotas, count, |(entity, _)| entity);
        for (_, values) in &mut quotas {
            let count = values.len();
            sized_order(values, count, |(key, _)| key);
        }
        Ok(quotas)
    }
}

fn quota_kind(kind: &str) -> &'static str {
    match kind {
        "users" => "user",
        "clients" => "client-id",
        _ => "ip",
    }
}
