//! Settings of topics, brokers, loggers, groups and client metrics: described, altered, listed.
//!
//! What belongs to one broker is asked of that broker; everything else of any.

use std::collections::BTreeMap;

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::list_config_resources::ListConfigResourcesRequest;
use kampa_protocol::messages::{alter_configs, describe_configs, incremental_alter_configs};

use super::settle::{together, unanswered};
use super::{Admin, Each};
use crate::{Error, To};

/// What has settings. The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceType {
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

impl From<i8> for ResourceType {
    fn from(number: i8) -> ResourceType {
        use ResourceType::*;
        [Topic, Broker, BrokerLogger, ClientMetrics, Group]
            .into_iter()
            .find(|kind| *kind as i8 == number)
            .unwrap_or(Unknown)
    }
}

/// One thing that has settings. A broker's name is its id; an empty one means what holds for all brokers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConfigResource {
    pub kind: ResourceType,
    pub name: String,
}

impl ConfigResource {
    pub fn new(kind: ResourceType, name: impl Into<String>) -> ConfigResource {
        ConfigResource { kind, name: name.into() }
    }

    pub fn topic(name: impl Into<String>) -> ConfigResource {
        ConfigResource::new(ResourceType::Topic, name)
    }

    pub fn broker(id: i32) -> ConfigResource {
        ConfigResource::new(ResourceType::Broker, id.to_string())
    }

    /// The one node that can answer, if only one can.
    fn node(&self) -> Option<i32> {
        matches!(self.kind, ResourceType::Broker | ResourceType::BrokerLogger).then(|| self.name.parse().ok()).flatten()
    }

    pub(super) fn what(&self) -> String {
        let kind = match self.kind {
            ResourceType::Unknown => "unknown resource",
            ResourceType::Topic => "topic",
            ResourceType::Broker => "broker",
            ResourceType::BrokerLogger => "logger of broker",
            ResourceType::ClientMetrics => "client metrics",
            ResourceType::Group => "group",
        };
        format!("{kind} {}", self.name)
    }
}

/// Where a value comes from. The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigSource {
    Unknown = 0,
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    DynamicBrokerLogger = 6,
    DynamicClientMetrics = 7,
    DynamicGroup = 8,
}

impl ConfigSource {
    /// As Kafka's tools print it.
    pub fn name(self) -> &'static str {
        match self {
            ConfigSource::Unknown => "UNKNOWN",
            ConfigSource::DynamicTopic => "DYNAMIC_TOPIC_CONFIG",
            ConfigSource::DynamicBroker => "DYNAMIC_BROKER_CONFIG",
            ConfigSource::DynamicDefaultBroker => "DYNAMIC_DEFAULT_BROKER_CONFIG",
            ConfigSource::StaticBroker => "STATIC_BROKER_CONFIG",
            ConfigSource::Default => "DEFAULT_CONFIG",
            ConfigSource::DynamicBrokerLogger => "DYNAMIC_BROKER_LOGGER_CONFIG",
            ConfigSource::DynamicClientMetrics => "DYNAMIC_CLIENT_METRICS_CONFIG",
            ConfigSource::DynamicGroup => "DYNAMIC_GROUP_CONFIG",
        }
    }
}

impl From<i8> for ConfigSource {
    fn from(number: i8) -> ConfigSource {
        use ConfigSource::*;
        let known = [
            DynamicTopic,
            DynamicBroker,
            DynamicDefaultBroker,
            StaticBroker,
            Default,
            DynamicBrokerLogger,
            DynamicClientMetrics,
            DynamicGroup,
        ];
        known.into_iter().find(|source| *source as i8 == number).unwrap_or(Unknown)
    }
}

/// What a setting's value is. The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigType {
    Unknown = 0,
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}

impl From<i8> for ConfigType {
    fn from(number: i8) -> ConfigType {
        use ConfigType::*;
        let known = [Boolean, String, Int, Short, Long, Double, List, Class, Password];
        known.into_iter().find(|kind| *kind as i8 == number).unwrap_or(Unknown)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConfigEntry {
    pub name: String,
    /// `None` for a sensitive value, which no cluster tells.
    pub value: Option<String>,
    pub source: ConfigSource,
    pub is_sensitive: bool,
    pub is_read_only: bool,
    /// Where else a value was given, the one that holds first; empty unless asked for.
    pub synonyms: Vec<ConfigSynonym>,
    pub kind: ConfigType,
    pub documentation: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConfigSynonym {
    pub name: String,
    pub value: Option<String>,
    pub source: ConfigSource,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeConfigs {
    pub include_synonyms: bool,
    pub include_documentation: bool,
}

/// The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlterOperation {
    Set = 0,
    Delete = 1,
    /// Adds to a list.
    Append = 2,
    /// Takes from a list.
    Subtract = 3,
}

/// One change of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterConfig {
    pub name: String,
    pub operation: AlterOperation,
    pub value: Option<String>,
}

impl AlterConfig {
    pub fn set(name: impl Into<String>, value: impl Into<String>) -> AlterConfig {
        AlterConfig { name: name.into(), operation: AlterOperation::Set, value: Some(value.into()) }
    }

    pub fn delete(name: impl Into<String>) -> AlterConfig {
        AlterConfig { name: name.into(), operation: AlterOperation::Delete, value: None }
    }
}

/// All the settings of a resource, by name; `None` is null.
pub type Settings = Vec<(String, Option<String>)>;

impl Admin {
    pub async fn describe_configs(
        &self,
        resources: &[ConfigResource],
        how: &DescribeConfigs,
    ) -> Each<ConfigResource, Vec<ConfigEntry>> {
        self.settle("describing settings", resources.to_vec(), never, |left: Vec<ConfigResource>| async move {
            Ok(together(
                by_node(left).into_iter().map(|(node, resources)| self.describe_at(node, resources, how)).collect(),
            )
            .await
            .into_iter()
            .flatten()
            .collect())
        })
        .await
    }

    async fn describe_at(
        &self,
        node: Option<i32>,
        resources: Vec<ConfigResource>,
        how: &DescribeConfigs,
    ) -> Each<ConfigResource, Vec<ConfigEntry>> {
        let request = describe_configs::DescribeConfigsRequest {
            resources: resources
                .iter()
                .map(|resource| describe_configs::DescribeConfigsResource {
                    resource_type: resource.kind as i8,
                    resource_name: resource.name.as_str().into(),
                    configuration_keys: None,
                    ..Default::default()
                })
                .collect(),
            include_synonyms: how.include_synonyms,
            include_documentation: how.include_documentation,
            ..Default::default()
        };
        let answered = self.client.call(node.map_or(self.any(), To::Node), request).await;
        each_of(resources, &answered, |response, resource| {
            let is_it =
                |one: &&describe_configs::DescribeConfigsResult| is(resource, one.resource_type, &one.resource_name);
            let one = response.results.iter().find(is_it).ok_or_else(|| unanswered(&resource.what()))?;
            Error::check_with(one.error_code, one.error_message.as_deref(), || resource.what())?;
            Ok(one.configs.iter().map(entry).collect())
        })
    }

    /// Changes some settings and leaves the others. Each resource is changed whole or not at all.
    pub async fn alter_configs(
        &self,
        changes: &[(ConfigResource, Vec<AlterConfig>)],
        validate_only: bool,
    ) -> Each<ConfigResource, ()> {
        let resources = changes.iter().map(|(resource, _)| resource.clone()).collect();
        self.settle(
            "altering settings",
            resources,
            |_, code| self.controller_moved(code),
            |left: Vec<ConfigResource>| async move {
                let asked = by_node(left)
                    .into_iter()
                    .map(|(node, resources)| self.alter_at(node, resources, changes, validate_only));
                Ok(together(asked.collect()).await.into_iter().flatten().collect())
            },
        )
        .await
    }

    async fn alter_at(
        &self,
        node: Option<i32>,
        resources: Vec<ConfigResource>,
        changes: &[(ConfigResource, Vec<AlterConfig>)],
        validate_only: bool,
    ) -> Each<ConfigResource, ()> {
        let altered = |(resource, changes): &(ConfigResource, Vec<AlterConfig>)| {
            incremental_alter_configs::AlterConfigsResource {
                resource_type: resource.kind as i8,
                resource_name: resource.name.as_str().into(),
                configs: changes
                    .iter()
                    .map(|change| incremental_alter_configs::AlterableConfig {
                        name: change.name.as_str().into(),
                        config_operation: change.operation as i8,
                        value: change.value.as_ref().map(Into::into),
                        ..Default::default()
                    })
                    .collect(),
                ..Default::default()
            }
        };
        let request = incremental_alter_configs::IncrementalAlterConfigsRequest {
            resources: changes.iter().filter(|(resource, _)| resources.contains(resource)).map(altered).collect(),
            validate_only,
            ..Default::default()
        };
        let answered = self.client.call(node.map_or(self.any(), To::Node), request).await;
        each_of(resources, &answered, |response, resource| {
            let is_it = |one: &&incremental_alter_configs::AlterConfigsResourceResponse| {
                is(resource, one.resource_type, &one.resource_name)
            };
            let one = response.responses.iter().find(is_it).ok_or_else(|| unanswered(&resource.what()))?;
            Error::check_with(one.error_code, one.error_message.as_deref(), || resource.what())
        })
    }

    /// Replaces all settings of each resource: what is not named falls back. Kafka keeps it for old clients; prefer
    /// [`Admin::alter_configs`].
    pub async fn replace_configs(
        &self,
        settings: &[(ConfigResource, Settings)],
        validate_only: bool,
    ) -> Each<ConfigResource, ()> {
        let resources = settings.iter().map(|(resource, _)| resource.clone()).collect();
        self.settle(
            "replacing settings",
            resources,
            |_, code| self.controller_moved(code),
            |left: Vec<ConfigResource>| async move {
                let asked = by_node(left)
                    .into_iter()
                    .map(|(node, resources)| self.replace_at(node, resources, settings, validate_only));
                Ok(together(asked.collect()).await.into_iter().flatten().collect())
            },
        )
        .await
    }

    async fn replace_at(
        &self,
        node: Option<i32>,
        resources: Vec<ConfigResource>,
        settings: &[(ConfigResource, Settings)],
        validate_only: bool,
    ) -> Each<ConfigResource, ()> {
        let replaced = |(resource, settings): &(ConfigResource, Settings)| alter_configs::AlterConfigsResource {
            resource_type: resource.kind as i8,
            resource_name: resource.name.as_str().into(),
            configs: settings
                .iter()
                .map(|(name, value)| alter_configs::AlterableConfig {
                    name: name.as_str().into(),
                    value: value.as_ref().map(Into::into),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        };
        let request = alter_configs::AlterConfigsRequest {
            resources: settings.iter().filter(|(resource, _)| resources.contains(resource)).map(replaced).collect(),
            validate_only,
            ..Default::default()
        };
        let answered = self.client.call(node.map_or(self.any(), To::Node), request).await;
        each_of(resources, &answered, |response, resource| {
            let is_it = |one: &&alter_configs::AlterConfigsResourceResponse| {
                is(resource, one.resource_type, &one.resource_name)
            };
            let one = response.responses.iter().find(is_it).ok_or_else(|| unanswered(&resource.what()))?;
            Error::check_with(one.error_code, one.error_message.as_deref(), || resource.what())
        })
    }

    /// What has settings of its own, of these kinds; no kinds mean all. Clusters before Kafka 4.1 know client metrics only.
    pub async fn list_config_resources(&self, kinds: &[ResourceType]) -> Result<Vec<ConfigResource>, Error> {
        self.settle_one(
            "listing resources with settings",
            |_| false,
            || async {
                let request = ListConfigResourcesRequest {
                    resource_types: kinds.iter().map(|kind| *kind as i8).collect(),
                    ..Default::default()
                };
                let response = self.client.call(self.any(), request).await?;
                Error::check(response.error_code, || "the resources with settings".to_owned())?;
                Ok(response
                    .config_resources
                    .iter()
                    .map(|one| ConfigResource::new(one.resource_type.into(), one.resource_name.clone()))
                    .collect())
            },
        )
        .await
    }
}

fn never<K>(_: &K, _: ErrorCode) -> bool {
    false
}

fn by_node(resources: Vec<ConfigResource>) -> BTreeMap<Option<i32>, Vec<ConfigResource>> {
    let mut nodes: BTreeMap<Option<i32>, Vec<ConfigResource>> = BTreeMap::new();
    for resource in resources {
        nodes.entry(resource.node()).or_default().push(resource);
    }
    nodes
}

fn is(resource: &ConfigResource, kind: i8, name: &str) -> bool {
    resource.kind as i8 == kind && resource.name == name
}

/// A failure of the whole request is one of each resource in it.
fn each_of<R, T>(
    resources: Vec<ConfigResource>,
    answered: &Result<R, Error>,
    read: impl Fn(&R, &ConfigResource) -> Result<T, Error>,
) -> Each<ConfigResource, T> {
    let one = |resource: ConfigResource| {
        let answer = answered.as_ref().map_err(Clone::clone).and_then(|response| read(response, &resource));
        (resource, answer)
    };
    resources.into_iter().map(one).collect()
}

fn entry(config: &describe_configs::DescribeConfigsResourceResult) -> ConfigEntry {
    ConfigEntry {
        name: config.name.clone().into(),
        value: config.value.clone().map(Into::into),
        source: config.config_source.into(),
        is_sensitive: config.is_sensitive,
        is_read_only: config.read_only,
        synonyms: config
            .synonyms
            .iter()
            .map(|synonym| ConfigSynonym {
                name: synonym.name.clone().into(),
                value: synonym.value.clone().map(Into::into),
                source: synonym.source.into(),
            })
            .collect(),
        kind: config.config_type.into(),
        documentation: config.documentation.clone().map(Into::into),
    }
}
