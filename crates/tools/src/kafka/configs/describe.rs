//! `kafka-configs --describe` of what has settings: topics, brokers, loggers, groups, client metrics.

use kampa_client::ErrorCode;
use kampa_client::admin::{
    ConfigEntry, ConfigResource, ConfigSource, DescribeCluster, DescribeConfigs, ListGroups, ResourceType,
};

use super::super::hash_order::hash_order;
use super::super::thrown::{Died, Thrown};
use super::Asked;

impl Asked<'_> {
    pub async fn describe(&self, all: bool) -> Result<(), Died> {
        match self.entities.kinds[0].as_str() {
            "users" | "clients" => self.describe_users().await,
            "ips" => self.describe_quotas().await,
            _ => self.describe_resources(all).await,
        }
    }

    async fn describe_resources(&self, all: bool) -> Result<(), Died> {
        let (kind, name) = (self.entities.kinds[0].as_str(), self.entities.names.first());
        let out = &self.call.streams.out;
        if let Some(name) = name.filter(|_| !all)
            && !self.exists(kind, name).await?
        {
            out.line(format_args!(
                "The {} '{name}' doesn't exist and doesn't have dynamic config.",
                &kind[..kind.len() - 1]
            ));
            return Ok(());
        }
        let entities = match name {
            Some(name) => vec![name.clone()],
            None => self.all_of(kind).await?,
        };
        for entity in entities {
            match entity.as_str() {
                "" => out.line(format_args!("Default configs for {kind} in the cluster are:")),
                name => {
                    let which = if all { "All" } else { "Dynamic" };
                    out.line(format_args!("{which} configs for {} {name} are:", &kind[..kind.len() - 1]));
                }
            }
            for entry in self.settings_of(kind, &entity, true, all).await? {
                let told = |value: &Option<String>| value.clone().unwrap_or("null".to_owned());
                let synonyms: Vec<String> = entry
                    .synonyms
                    .iter()
                    .map(|synonym| format!("{}:{}={}", synonym.source.name(), synonym.name, told(&synonym.value)))
                    .collect();
                let (value, synonyms) = (told(&entry.value), synonyms.join(", "));
                out.line(format_args!(
                    "  {}={value} sensitive={} synonyms={{{synonyms}}}",
                    entry.name, entry.is_sensitive
                ));
            }
        }
        Ok(())
    }

    async fn exists(&self, kind: &str, name: &str) -> Result<bool, Died> {
        Ok(match kind {
            "topics" => {
                check_topic(name)?;
                self.topics().await?.iter().any(|topic| topic == name)
            }
            "brokers" | "broker-loggers" => name.is_empty() || self.brokers().await?.iter().any(|id| id == name),
            "client-metrics" => self.resources(ResourceType::ClientMetrics).await?.iter().any(|other| other == name),
            _ => {
                // Who may not list the settings of groups is shown what there is.
                let configured = self.group_resources().await?;
                self.groups().await?.iter().any(|group| group == name)
                    || configured.is_none_or(|configured| configured.iter().any(|group| group == name))
            }
        })
    }

    async fn all_of(&self, kind: &str) -> Result<Vec<String>, Died> {
        match kind {
            "topics" => self.topics().await,
            "brokers" | "broker-loggers" => {
                let mut brokers = self.brokers().await?;
                brokers.push(String::new());
                Ok(brokers)
            }
            "client-metrics" => self.resources(ResourceType::ClientMetrics).await,
            _ => {
                let mut groups = self.groups().await?;
                let configured = self.group_resources().await?.unwrap_or_default();
                groups.extend(configured);
                let mut seen = std::collections::HashSet::new();
                groups.retain(|group| seen.insert(group.clone()));
                Ok(groups)
            }
        }
    }

    async fn topics(&self) -> Result<Vec<String>, Died> {
        let listed = self.admin.list_topics(true).await.map_err(|error| self.failed(&error, "listTopics"))?;
        let mut names: Vec<String> = listed.into_iter().map(|topic| topic.name).collect();
        hash_order(&mut names, |name| name);
        Ok(names)
    }

    async fn brokers(&self) -> Result<Vec<String>, Died> {
        let cluster = self.admin.describe_cluster(&DescribeCluster::default()).await;
        let mut ids: Vec<i32> =
            cluster.map_err(|error| self.failed(&error, "listNodes"))?.nodes.iter().map(|node| node.id).collect();
        hash_order(&mut ids, |id| id);
        Ok(ids.iter().map(i32::to_string).collect())
    }

    async fn groups(&self) -> Result<Vec<String>, Died> {
        let listed = self.admin.list_groups(&ListGroups::default()).await;
        let (groups, failed) = listed.map_err(|error| self.failed(&error, "findAllBrokers"))?;
        match failed.first() {
            Some(error) => Err(self.failed(error, "listGroups").into()),
            None => Ok(groups.into_iter().map(|group| group.id).collect()),
        }
    }

    async fn resources(&self, kind: ResourceType) -> Result<Vec<String>, Died> {
        let listed = self.admin.list_config_resources(&[kind]).await;
        let listed = listed.map_err(|error| self.failed(&error, "listConfigResources"))?;
        Ok(listed.into_iter().map(|resource| resource.name).collect())
    }

    /// `None` where the cluster does not tell.
    async fn group_resources(&self) -> Result<Option<Vec<String>>, Died> {
        match self.admin.list_config_resources(&[ResourceType::Group]).await {
            Ok(listed) => Ok(Some(listed.into_iter().map(|resource| resource.name).collect())),
            Err(error) => {
                let is_hidden = matches!(
                    error.code(),
                    Some(ErrorCode::UNSUPPORTED_VERSION | ErrorCode::CLUSTER_AUTHORIZATION_FAILED)
                ) || matches!(error, kampa_client::Error::Unsupported { .. });
                if is_hidden { Ok(None) } else { Err(self.cause(&error, "listConfigResources").into()) }
            }
        }
    }

    /// A resource's settings by name; without `all`, those that were changed while the cluster ran.
    pub async fn settings_of(
        &self,
        kind: &str,
        name: &str,
        include_synonyms: bool,
        all: bool,
    ) -> Result<Vec<ConfigEntry>, Died> {
        let (resource, changed) = match kind {
            "topics" => (ResourceType::Topic, Some(ConfigSource::DynamicTopic)),
            "brokers" if name.is_empty() => (ResourceType::Broker, Some(ConfigSource::DynamicDefaultBroker)),
            "brokers" => (ResourceType::Broker, Some(ConfigSource::DynamicBroker)),
            "broker-loggers" => (ResourceType::BrokerLogger, None),
            "client-metrics" => (ResourceType::ClientMetrics, Some(ConfigSource::DynamicClientMetrics)),
            _ => (ResourceType::Group, Some(ConfigSource::DynamicGroup)),
        };
        if kind == "topics" && !name.is_empty() {
            check_topic(name)?;
        }
        let how = DescribeConfigs { include_synonyms, include_documentation: false };
        let mut described = self.admin.describe_configs(&[ConfigResource::new(resource, name)], &how).await;
        let Some((_, described)) = described.pop() else { return Ok(Vec::new()) };
        let mut entries = described.map_err(|error| self.failed(&error, "describeConfigs"))?;
        entries.retain(|entry| all || changed.is_none_or(|changed| entry.source == changed));
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }
}

/// What no topic can be called is not asked for.
fn check_topic(name: &str) -> Result<(), Thrown> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let why = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." | ".." => format!("'{name}' is not allowed"),
        _ if name.encode_utf16().count() > NAME_MAX => {
            format!("the length of '{name}' is longer than the max allowed length {NAME_MAX}")
        }
        _ if !name.chars().all(is_part) => {
            format!("'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")
        }
        _ => return Ok(()),
    };
    Err(Thrown::of_code(ErrorCode::INVALID_TOPIC_EXCEPTION, Some(format!("Topic name is invalid: {why}"))))
}

/// A topic's directory adds its partition's number, and file names end at 255.
const NAME_MAX: usize = 249;
