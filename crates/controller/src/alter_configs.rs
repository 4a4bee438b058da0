//! AlterConfigs and IncrementalAlterConfigs: settings of topics, brokers, groups and subscriptions to client metrics.
//!
//! Resource by resource, all or nothing of each. The older request names all that shall be set and takes the rest away; the
//! newer one sets, takes away, appends and subtracts. Levels of loggers are nobody's records: they pass here, and are judged and
//! changed by the node that was asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kampa_configs::{
    BrokerChange, InvalidConfig, InvalidSubscription, Kind, Layers, Scope, Subscription, TopicConfig, appended,
    check_group, subtracted, table,
};
use kampa_metadata::ResourceKind;
use kampa_protocol::records::metadata::{ConfigRecord, MetadataRecord};
use kampa_protocol::{ErrorCode, Text};

use crate::layers::with_layers;
use crate::{Controller, Decision, Refusal, check_topic_name};

/// What a request says of one resource's settings.
#[derive(Clone, Debug)]
pub struct Alteration {
    /// What it is.
    pub kind: ResourceKind,
    /// Which one; of brokers, nothing stands for all of them.
    pub name: Text,
    /// Name by name.
    pub settings: Vec<SettingAlteration>,
    /// Whether settings that are not named are taken away.
    pub replaces_all: bool,
}

/// What a request says of one setting.
#[derive(Clone, Debug)]
pub struct SettingAlteration {
    /// The setting.
    pub name: Text,
    /// What to do, by Kafka's number.
    pub operation: i8,
    /// With what.
    pub value: Option<Text>,
}

/// Sets a setting.
pub const SET: i8 = 0;
/// Takes a setting away.
pub const DELETE: i8 = 1;
/// Adds to a list.
pub const APPEND: i8 = 2;
/// Takes from a list.
pub const SUBTRACT: i8 = 3;

/// Settings of one resource that may change at once, as in Kafka.
const SETTINGS_PER_RESOURCE_MAX: usize = 10_000;
/// Bytes of names and values that one request may change: what Kafka puts into one batch of the metadata log.
const BYTES_PER_REQUEST_MAX: usize = 8 << 20;
/// Under eligible leader replicas (KIP-966) the cluster says it for all.
const MIN_ISR: &str = "min.insync.replicas";

/// What is set on a resource, by name.
type Own = BTreeMap<Text, Text>;

impl Controller {
    /// Decides about settings; the answer has a result for each resource, in their order.
    ///
    /// INVALID_REQUEST, INVALID_CONFIG, UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION; POLICY_VIOLATION for all if
    /// too much would change at once.
    pub fn alter_configs(&self, alterations: &[Alteration], validate_only: bool) -> Decision<Vec<Result<(), Refusal>>> {
        let mut mentions: HashMap<(ResourceKind, &Text), usize> = HashMap::new();
        for one in alterations {
            *mentions.entry((one.kind, &one.name)).or_default() += 1;
        }
        let decide = |one: &Alteration| match mentions[&(one.kind, &one.name)] {
            1 => self.alter_one(one),
            _ => Err(invalid_request("Each resource must appear at most once.")),
        };
        let decided: Vec<Result<Vec<ConfigRecord>, Refusal>> = alterations.iter().map(decide).collect();
        let records = decided.iter().filter_map(|one| one.as_ref().ok());
        if decided.iter().any(|one| one.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::POLICY_VIOLATION))
            || records.clone().any(|one| one.len() > SETTINGS_PER_RESOURCE_MAX)
            || records.clone().flatten().map(size).sum::<usize>() > BYTES_PER_REQUEST_MAX
        {
            return Decision::only(alterations.iter().map(|_| Err(too_large())).collect());
        }
        let records: Vec<MetadataRecord> = match validate_only {
            true => Vec::new(),
            false => records.flatten().map(|record| record.clone().into()).collect(),
        };
        self.decided(records, decided.into_iter().map(|one| one.map(|_| ())).collect())
    }

    fn alter_one(&self, one: &Alteration) -> Result<Vec<ConfigRecord>, Refusal> {
        check_names_and_nulls(one)?;
        if one.settings.len() > SETTINGS_PER_RESOURCE_MAX {
            // Not worth a look at each of them.
            return Err(too_large());
        }
        let name = match one.kind {
            ResourceKind::BROKER if !one.name.is_empty() => self.own_id(&one.name)?,
            ResourceKind::BROKER_LOGGER if !one.replaces_all => return Ok(Vec::new()),
            ResourceKind::BROKER | ResourceKind::TOPIC | ResourceKind::CLIENT_METRICS | ResourceKind::GROUP => {
                one.name.clone()
            }
            ResourceKind(unknown) => return Err(invalid_request(format!("Unknown resource type {unknown}"))),
        };
        let own = self.image().configs.of(one.kind, &name);
        let before: Own =
            own.into_iter().flat_map(|own| own.iter()).map(|(key, text)| (key.clone(), text.clone())).collect();
        let after = altered(one, &before)?;
        match one.kind {
            ResourceKind::TOPIC => self.check_topic(&name, &after)?,
            ResourceKind::BROKER => self.check_brokers(&name, one, &after)?,
            ResourceKind::GROUP => self.check_group(&name, &after)?,
            _ => check_subscription(&name, &after)?,
        }
        Ok(difference(one, &name, &before, &after))
    }

    /// The id of this node as it is written in records.
    fn own_id(&self, name: &Text) -> Result<Text, Refusal> {
        match name.parse::<i32>() {
            Err(_) => Err(invalid_request(format!("Node id must be an integer, but it is: {name}"))),
            Ok(id) if id != self.node_id => {
                Err(invalid_request(format!("Unexpected broker id, expected {}, but received {name}", self.node_id)))
            }
            Ok(id) => Ok(id.to_string().into()),
        }
    }

    fn check_topic(&self, name: &Text, after: &Own) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(invalid_request("Default topic resources are not allowed."));
        }
        check_topic_name(name).map_err(|error| {
            Refusal::new(ErrorCode::INVALID_TOPIC_EXCEPTION, format!("Topic name is invalid: {error}"))
        })?;
        let pairs = after.iter().map(|(key, text)| (key.as_str(), Some(text.as_str())));
        TopicConfig::resolve(self.config(), pairs).map_err(invalid_config)?;
        match self.image().topics.named(name) {
            Some(_) => Ok(()),
            None => {
                let sentence = format!("The topic '{name}' does not exist.");
                Err(Refusal::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, sentence))
            }
        }
    }

    /// A change of brokers is judged by all layers as they will be.
    fn check_brokers(&self, name: &Text, one: &Alteration, after: &Own) -> Result<(), Refusal> {
        let of_one_broker = !name.is_empty();
        let set = |it: &SettingAlteration| Some((it.name.clone(), after.get(&it.name)?.clone()));
        let set: Vec<(Text, Text)> = one.settings.iter().filter(|it| it.operation != DELETE).filter_map(set).collect();
        let lookup = |key: &str| after.get(key).map(Text::to_string);
        with_layers(self.image(), &self.given, self.node_id, |before| {
            let after = if of_one_broker {
                Layers { broker: &lookup, ..*before }
            } else {
                Layers { cluster: &lookup, ..*before }
            };
            let set = set.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
            BrokerChange { before: *before, after, set, of_one_broker }.check()
        })
        // Kafka calls a value that does not fit a malformed request, and admin tools know it so.
        .map_err(|InvalidConfig(sentence)| invalid_request(sentence))?;
        if !self.image().features.has_elr() {
            return Ok(());
        }
        let is_named = one.settings.iter().any(|it| it.name == MIN_ISR);
        let is_gone = !after.contains_key(MIN_ISR) && (is_named || one.replaces_all);
        match of_one_broker {
            true if is_named => Err("Broker-level min.insync.replicas cannot be altered while ELR is enabled."),
            false if is_gone => Err("Cluster-level min.insync.replicas cannot be removed while ELR is enabled."),
            _ => Ok(()),
        }
        .map_err(|sentence| Refusal::new(ErrorCode::INVALID_CONFIG, sentence))
    }

    fn check_group(&self, name: &Text, after: &Own) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(invalid_request("Default group resources are not allowed."));
        }
        let pairs = after.iter().map(|(key, text)| (key.as_str(), text.as_str()));
        with_layers(self.image(), &self.given, self.node_id, |layers| check_group(layers, pairs))
            .map_err(invalid_config)
    }
}

fn check_subscription(name: &Text, after: &Own) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(invalid_request("Subscription name can't be empty"));
    }
    let pairs = after.iter().map(|(key, text)| (key.as_str(), text.as_str()));
    match Subscription::read(pairs) {
        Ok(_) => Ok(()),
        Err(InvalidSubscription::Request(sentence)) => Err(invalid_request(sentence)),
        Err(InvalidSubscription::Config(refusal)) => Err(invalid_config(refusal)),
    }
}

fn check_names_and_nulls(one: &Alteration) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    if !one.settings.iter().all(|it| seen.insert(&it.name)) {
        return Err(invalid_request("Error due to duplicate config keys"));
    }
    let is_null = |it: &&SettingAlteration| it.operation != DELETE && it.value.is_none();
    let nulls: Vec<&str> = one.settings.iter().filter(is_null).map(|it| it.name.as_str()).collect();
    match nulls.is_empty() {
        true => Ok(()),
        false => Err(invalid_request(format!("Null value not supported for : {}", nulls.join(", ")))),
    }
}

/// What is set after the change.
fn altered(one: &Alteration, before: &Own) -> Result<Own, Refusal> {
    let mut after = if one.replaces_all { Own::new() } else { before.clone() };
    for SettingAlteration { name, operation, value } in &one.settings {
        let value = value.clone().unwrap_or_default();
        let text = match *operation {
            SET => value,
            DELETE => {
                after.remove(name);
                continue;
            }
            APPEND => appended(&list_before(one.kind, name, before, "append")?, &value).into(),
            SUBTRACT => subtracted(&list_before(one.kind, name, before, "subtract")?, &value).into(),
            unknown => return Err(invalid_request(format!("Unknown operations type {unknown}"))),
        };
        after.insert(name.clone(), text);
    }
    Ok(after)
}

/// A list as it is set, or its default. Only lists of topics and brokers grow and shrink.
fn list_before(kind: ResourceKind, key: &Text, before: &Own, operation: &str) -> Result<String, Refusal> {
    let of_brokers = kind == ResourceKind::BROKER;
    let setting = match kind {
        ResourceKind::TOPIC => table::find(Scope::Topic, key),
        ResourceKind::BROKER => table::find(Scope::Broker, key),
        _ => None,
    };
    match setting {
        Some(setting) if setting.kind == Kind::List => {
            let text = before.get(key).map(Text::as_str).or(setting.default.text());
            Ok(text.unwrap_or_default().to_owned())
        }
        None if of_brokers => Err(format!("Unknown config name: {key}")),
        Some(_) if of_brokers => Err(format!("Config value {operation} is not allowed for config key: {key}")),
        _ => Err(format!("Can't {} to key {key} because its type is not LIST.", operation.to_uppercase())),
    }
    .map_err(|sentence| Refusal::new(ErrorCode::INVALID_CONFIG, sentence))
}

/// The records that lead from one to the other. A broker's are written even when nothing changes, as in Kafka, where that makes it
/// read its key stores again.
fn difference(one: &Alteration, name: &Text, before: &Own, after: &Own) -> Vec<ConfigRecord> {
    let record = |key: &Text, value: Option<&Text>| ConfigRecord {
        resource_type: one.kind.0,
        resource_name: name.clone(),
        name: key.clone(),
        value: value.cloned(),
        ..Default::default()
    };
    let named: BTreeSet<&Text> = one.settings.iter().map(|it| &it.name).collect();
    let is_written = |key: &&Text| one.kind == ResourceKind::BROKER || before.get(*key) != after.get(*key);
    let set = one.settings.iter().map(|it| &it.name).filter(is_written).map(|key| record(key, after.get(key)));
    let gone = before.keys().filter(|key| !named.contains(key) && !after.contains_key(*key));
    set.chain(gone.map(|key| record(key, None))).collect()
}

fn size(record: &ConfigRecord) -> usize {
    record.resource_name.len() + record.name.len() + record.value.as_ref().map_or(0, |value| value.len())
}

fn too_large() -> Refusal {
    Refusal::told(ErrorCode::POLICY_VIOLATION, "Unable to perform excessively large batch operation.")
}

fn invalid_request(sentence: impl Into<Text>) -> Refusal {
    Refusal::new(ErrorCode::INVALID_REQUEST, sentence)
}

fn invalid_config(InvalidConfig(sentence): InvalidConfig) -> Refusal {
    Refusal::new(ErrorCode::INVALID_CONFIG, sentence)
}
