//! `kafka-configs --alter`.

use kampa_client::admin::{AlterConfig, ConfigResource, ResourceType, ScramAlteration, ScramInfo, ScramMechanism};
use kampa_client::{Error, ErrorCode};

use super::super::connect::load;
use super::super::thrown::{Died, Thrown};
use super::{Asked, text};
use crate::options::flags::Given;

/// Settings to give and keys to take away.
pub struct Changes {
    pub added: Vec<(String, String)>,
    pub deleted: Vec<String>,
}

impl Asked<'_> {
    pub async fn alter(&self, given: &Given) -> Result<(), Died> {
        let changes = self.changes(given)?;
        let (kind, name) = (self.entities.kinds[0].as_str(), self.entities.names[0].as_str());
        match kind {
            "users" | "clients" => self.alter_user(&changes).await?,
            "ips" => self.alter_ip(&changes).await?,
            "broker-loggers" => self.alter_loggers(name, &changes).await?,
            "topics" => self.alter_resource(ResourceType::Topic, name, &changes).await?,
            "client-metrics" => self.alter_resource(ResourceType::ClientMetrics, name, &changes).await?,
            "brokers" => self.alter_resource(ResourceType::Broker, name, &changes).await?,
            _ => self.alter_resource(ResourceType::Group, name, &changes).await?,
        }
        self.call.streams.out.line(match name {
            "" => format!("Completed updating default config for {kind} in the cluster."),
            name => format!("Completed updating config for {} {name}.", &kind[..kind.len() - 1]),
        });
        Ok(())
    }

    fn changes(&self, given: &Given) -> Result<Changes, Died> {
        let mut added: Vec<(String, String)> = Vec::new();
        for (key, value) in load(&self.call.world, given.value("add-config-file")?)? {
            added.retain(|(earlier, _)| *earlier != key);
            added.push((key, value));
        }
        if let Some(settings) = given.value("add-config")? {
            added.extend(text::settings(settings)?);
        }
        text::check_keys(&added)?;
        let deleted = given.values("delete-config").into_iter().map(|key| key.trim().to_owned()).collect();
        Ok(Changes { added, deleted })
    }

    async fn alter_resource(&self, kind: ResourceType, name: &str, changes: &Changes) -> Result<(), Died> {
        let deleted =
            changes.deleted.iter().map(|key| AlterConfig { value: Some(String::new()), ..AlterConfig::delete(key) });
        let added = changes.added.iter().map(|(key, value)| AlterConfig::set(key, value));
        let change = (ConfigResource::new(kind, name), deleted.chain(added).collect());
        let altered = self.admin.alter_configs(&[change], false).await.pop();
        match altered {
            Some((_, Err(Error::Unsupported { .. }))) if kind != ResourceType::BrokerLogger => {
                let words = "The INCREMENTAL_ALTER_CONFIGS API is not supported by the cluster. The API is supported starting from version 2.3.0. \
                             You may want to use an older version of this tool to interact with your cluster, or upgrade your brokers to version 2.3.0 or newer to avoid this error.";
                Err(Thrown::of_code(ErrorCode::UNSUPPORTED_VERSION, Some(words.to_owned())).into())
            }
            Some((_, Err(error))) => Err(self.failed(&error, "incrementalAlterConfigs").into()),
            _ => Ok(()),
        }
    }

    async fn alter_loggers(&self, broker: &str, changes: &Changes) -> Result<(), Died> {
        let known = self.settings_of("broker-loggers", broker, false, false).await?;
        let is_unknown = |key: &&String| !known.iter().any(|entry| entry.name == **key);
        let keys = changes.deleted.iter().chain(changes.added.iter().map(|(key, _)| key));
        let unknown: Vec<&str> = keys.filter(is_unknown).map(String::as_str).collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Invalid broker logger(s): {}", unknown.join(","))).into());
        }
        self.alter_resource(ResourceType::BrokerLogger, broker, changes).await
    }

    async fn alter_user(&self, changes: &Changes) -> Result<(), Died> {
        let is_quota = |key: &str| USER_QUOTAS.contains(&key);
        let is_scram = |key: &str| ScramMechanism::from_name(key).is_some();
        let added: Vec<&str> = changes.added.iter().map(|(key, _)| key.as_str()).collect();
        let deleted: Vec<&str> = changes.deleted.iter().map(String::as_str).collect();
        let other: fn(&str) -> bool = |key| !USER_QUOTAS.contains(&key) && ScramMechanism::from_name(key).is_none();
        let scram: fn(&str) -> bool = |key| ScramMechanism::from_name(key).is_some();
        let has_quota = added.iter().chain(&deleted).any(|key| is_quota(key));
        let refuse = |words: String| Err(Died::from(Thrown::illegal(words)));
        if self.entities.kinds[0] == "clients" || self.entities.kinds.len() == 2 {
            for (done, keys, shown) in [("added", &added, "Set"), ("deleted", &deleted, "ArrayBuffer")] {
                let wrong = [picked(keys, other), picked(keys, scram)].concat();
                if !wrong.is_empty() {
                    return refuse(format!(
                        "Only quota configs can be {done} for 'clients' using --bootstrap-server. Unexpected config names: {shown}({})",
                        wrong.join(", ")
                    ));
                }
            }
        } else {
            for (done, keys, shown) in [("added", &added, "Set"), ("deleted", &deleted, "ArrayBuffer")] {
                let wrong = picked(keys, other);
                if !wrong.is_empty() {
                    return refuse(format!(
                        "Only quota and SCRAM credential configs can be {done} for 'users' using --bootstrap-server. Unexpected config names: {shown}({})",
                        wrong.join(", ")
                    ));
                }
            }
            if added.iter().chain(&deleted).any(|key| is_scram(key)) {
                if self.entities.names.iter().any(String::is_empty) {
                    return refuse("The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.".into());
                }
                if has_quota {
                    return refuse("Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.".into());
                }
            }
        }
        match has_quota {
            true => self.alter_quotas(changes).await,
            false => self.alter_scram(&self.entities.names[0], changes).await,
        }
    }

    async fn alter_ip(&self, changes: &Changes) -> Result<(), Died> {
        let keys = changes.added.iter().map(|(key, _)| key).chain(&changes.deleted);
        let unknown: Vec<&str> = keys.map(String::as_str).filter(|key| *key != IP_QUOTA).collect();
        if !unknown.is_empty() {
            let unknown = unknown.join(",");
            let words = format!(
                "Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: {unknown}"
            );
            return Err(Thrown::illegal(words).into());
        }
        self.alter_quotas(changes).await
    }

    async fn alter_scram(&self, user: &str, changes: &Changes) -> Result<(), Died> {
        let mut alterations = Vec::new();
        for key in &changes.deleted {
            if let Some(mechanism) = ScramMechanism::from_name(key) {
                alterations.push(ScramAlteration::Delete { user: user.to_owned(), mechanism });
            }
        }
        for (key, value) in &changes.added {
            let Some(mechanism) = ScramMechanism::from_name(key) else { continue };
            let (iterations, password) = credential(mechanism, value)?;
            let info = ScramInfo { mechanism, iterations };
            alterations.push(ScramAlteration::Upsert { user: user.to_owned(), info, password: password.to_owned() });
        }
        match self.admin.alter_scram_credentials(&alterations).await.pop() {
            // Not worth hashing: no cluster takes so many.
            Some((_, Err(Error::Setting { .. }))) => {
                Err(Thrown::of_code(ErrorCode::UNACCEPTABLE_CREDENTIAL, Some("Too many iterations".to_owned()))
                    .executed()
                    .into())
            }
            Some((_, Err(error))) => Err(self.failed(&error, "alterUserScramCredentials").into()),
            _ => Ok(()),
        }
    }
}

fn picked<'a>(keys: &[&'a str], wanted: fn(&str) -> bool) -> Vec<&'a str> {
    keys.iter().copied().filter(|key| wanted(key)).collect()
}

/// `iterations=8192,password=secret`, or the password alone.
fn credential(mechanism: ScramMechanism, text: &str) -> Result<(i32, &str), Thrown> {
    let wrong =
        || Thrown::illegal(format!("Invalid credential property {}={text}", mechanism.name().replace('-', "_")));
    let (iterations, rest) = match text.strip_prefix("iterations=") {
        None => (None, text),
        Some(rest) => {
            let (count, rest) = rest.split_once(',').ok_or_else(wrong)?;
            let digits = count.strip_prefix('-').unwrap_or(count);
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            (Some(count).filter(|count| *count != "-1"), rest)
        }
    };
    let password = rest.strip_prefix("password=").ok_or_else(wrong)?;
    let number = |count: &str| {
        let words = format!("For input string: \"{count}\"");
        count.parse().map_err(|_| Thrown::new("java.lang.NumberFormatException", words))
    };
    let iterations: i32 = iterations.map_or(Ok(ITERATIONS), number)?;
    if iterations < ITERATIONS {
        let words =
            format!("Iterations {iterations} is less than the minimum {ITERATIONS} required for {}", mechanism.name());
        return Err(Thrown::illegal(words));
    }
    Ok((iterations, password))
}

/// `InvalidConfigurationException`.
pub fn invalid(words: String) -> Thrown {
    Thrown::of_code(ErrorCode::INVALID_CONFIG, Some(words))
}

/// The fewest, and as many as are taken when none are given.
const ITERATIONS: i32 = 4096;
const USER_QUOTAS: [&str; 4] =
    ["producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate"];
const IP_QUOTA: &str = "connection_creation_rate";
