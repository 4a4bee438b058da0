//! What may be said of brokers while they run, and how a list grows and shrinks.
//!
//! Key by key first, as a broker would refuse each alone; then all layers together, as at a start; then what may not
//! change, or not by so much.

use crate::broker::BrokerConfig;
use crate::describe::Layers;
use crate::setting::{Scope, Setting, Stance, Update};
use crate::table;
use crate::value::{InvalidConfig, Value};

/// A change of the dynamic settings of one broker, or of all of them.
pub struct BrokerChange<'a> {
    /// As it is.
    pub before: Layers<'a>,
    /// As it would be.
    pub after: Layers<'a>,
    /// What is set, key and text; what is taken away is not here.
    pub set: Vec<(&'a str, &'a str)>,
    /// Whether it is about one broker.
    pub of_one_broker: bool,
}

impl BrokerChange<'_> {
    /// Why it is refused, if it is. Keys that nobody knows are kept, as Kafka keeps them for its plug-ins.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        let keys: Vec<DynamicKey<'_>> = self.set.iter().map(|(key, _)| DynamicKey::of(key)).collect();
        refuse_if(&keys, "Cannot update these configs dynamically", |key| {
            !key.is_of_listener && key.setting.is_some_and(Setting::is_read_only)
        })?;
        refuse_if(
            &keys,
            "These security configs can be dynamically updated only per-listener using the listener prefix",
            |key| !key.is_of_listener && is_key_store(key.base),
        )?;
        for (key, (_, text)) in keys.iter().zip(&self.set) {
            let Some(setting) = key.setting else { continue };
            setting.parse(text)?;
            refuse_dangerous(setting, text)?;
        }
        if !self.of_one_broker {
            refuse_if(
                &keys,
                "Cannot update these configs at default cluster level, broker id must be specified",
                |key| key.is_per_broker(),
            )?;
        }
        self.check_together()
    }

    fn check_together(&self) -> Result<(), InvalidConfig> {
        let outcome = BrokerConfig::resolve_layers(&self.after);
        let Some(after) = outcome.config else {
            let first = outcome.findings.into_iter().next().map(|finding| finding.sentence);
            return Err(InvalidConfig(first.unwrap_or_default()));
        };
        for key in THREADS {
            self.check_threads(key)?;
        }
        check_local_retention(&after)?;
        let Some(before) = BrokerConfig::resolve_layers(&self.before).config else { return Ok(()) };
        if after.max_connections == 0 && before.max_connections != 0 {
            return Err(InvalidConfig("Invalid max.connections 0".to_owned()));
        }
        let stays = before.listeners == after.listeners && before.advertised_listeners == after.advertised_listeners;
        if !stays || before.inter_broker_listener_name != after.inter_broker_listener_name {
            return Err(InvalidConfig(
                "Advertised listeners cannot be altered when using a Raft-based metadata quorum.".to_owned(),
            ));
        }
        Ok(())
    }

    /// Threads come and go a few at a time: a slip of the finger must not start thousands.
    fn check_threads(&self, key: &str) -> Result<(), InvalidConfig> {
        let count = |layers: &Layers<'_>| match layers.broker_value(table::find(Scope::Broker, key)?) {
            Ok(Value::Int(count)) => Some(count),
            _ => None,
        };
        let (Some(old), Some(new)) = (count(&self.before), count(&self.after)) else { return Ok(()) };
        let refuse = |why: String| {
            Err(InvalidConfig(format!("Dynamic thread count update validation failed for {key}={new}, value {why}")))
        };
        if new == old {
            Ok(())
        } else if new <= 0 {
            refuse("should be at least 1".to_owned())
        } else if new < old / 2 {
            refuse(format!("should be at least half the current value {old}"))
        } else if new > old.saturating_mul(2) {
            refuse(format!("should not be greater than double the current value {old}"))
        } else {
            Ok(())
        }
    }
}

fn refuse_if(
    keys: &[DynamicKey<'_>],
    why: &str,
    is_refused: impl Fn(&DynamicKey<'_>) -> bool,
) -> Result<(), InvalidConfig> {
    let refused: Vec<&str> = keys.iter().filter(|key| is_refused(key)).map(|key| key.whole).collect();
    if refused.is_empty() { Ok(()) } else { Err(InvalidConfig(format!("{why}: [{}]", refused.join(", ")))) }
}

/// A key, and what stands behind its listener's prefix.
struct DynamicKey<'a> {
    whole: &'a str,
    base: &'a str,
    is_of_listener: bool,
    setting: Option<&'static Setting>,
}

impl<'a> DynamicKey<'a> {
    fn of(key: &'a str) -> DynamicKey<'a> {
        let of_listener = key.strip_prefix("listener.name.").and_then(|rest| rest.split_once('.'));
        let base = of_listener.map_or(key, |(_, base)| base);
        let setting = table::find(Scope::Broker, base).or_else(|| table::find(Scope::BrokerDynamic, base));
        DynamicKey { whole: key, base, is_of_listener: of_listener.is_some(), setting }
    }

    fn is_per_broker(&self) -> bool {
        let is_limit = ["max.connections", "max.connection.creation.rate", "num.network.threads"].contains(&self.base);
        let is_marked =
            self.setting.is_some_and(|setting| setting.scope == Scope::Broker && setting.update == Update::PerBroker);
        if self.is_of_listener { !is_limit } else { is_marked }
    }
}

fn is_key_store(key: &str) -> bool {
    key.starts_with("ssl.keystore.") || key.starts_with("ssl.truststore.") || key == "ssl.key.password"
}

/// What keeps a node from starting is not taken while it runs either.
fn refuse_dangerous(setting: &Setting, text: &str) -> Result<(), InvalidConfig> {
    match setting.stance {
        Stance::Refused(danger) if setting.default.text() != Some(text.trim()) => {
            Err(InvalidConfig(format!("{}={text} cannot be obeyed yet, and without it {danger}", setting.name)))
        }
        _ => Ok(()),
    }
}

fn check_local_retention(config: &BrokerConfig) -> Result<(), InvalidConfig> {
    let pairs = [
        ("log.local.retention.ms", config.log_local_retention_ms, "log.retention.ms", config.log_retention_ms),
        (
            "log.local.retention.bytes",
            config.log_local_retention_bytes,
            "log.retention.bytes",
            config.log_retention_bytes,
        ),
    ];
    for (key, local, whole_key, whole) in pairs {
        if whole <= -1 || local == AS_WHOLE {
            continue;
        }
        let refuse = |wanted: String| Err(InvalidConfig::value(&local.to_string(), key, &wanted));
        if local == -1 {
            return refuse(format!("Value must not be -1 as {whole_key} value is set as {whole}."));
        }
        if local > whole {
            return refuse(format!("Value must not be more than {whole_key} property value: {whole}"));
        }
    }
    Ok(())
}

/// A list with more elements, each once.
pub fn appended(old: &str, more: &str) -> String {
    let mut elements = elements(old);
    for element in more.split(',') {
        if !elements.contains(&element) {
            elements.push(element);
        }
    }
    elements.join(",")
}

/// A list with some elements less.
pub fn subtracted(old: &str, less: &str) -> String {
    let mut elements = elements(old);
    for element in less.split(',') {
        if let Some(place) = elements.iter().position(|known| *known == element) {
            elements.remove(place);
        }
    }
    elements.join(",")
}

fn elements(list: &str) -> Vec<&str> {
    list.split(',').filter(|element| !element.is_empty()).collect()
}

/// Of a local retention: as long or as much as the whole.
const AS_WHOLE: i64 = -2;

/// Counts of threads, which may be halved and doubled.
const THREADS: &[&str] = &[
    "background.threads",
    "log.cleaner.threads",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
    "remote.log.manager.copier.thread.pool.size",
    "remote.log.manager.expiration.thread.pool.size",
    "remote.log.manager.follower.thread.pool.size",
    "remote.log.reader.threads",
];

#[cfg(test)]
mod tests;
