//! Topics: create, delete, list, describe, and give more partitions.
//!
//! Describing goes page by page, so that an answer stays small however many partitions there are; clusters that cannot
//! page (before Kafka 3.8) are asked for their metadata instead.

use std::collections::BTreeMap;

use kampa_protocol::messages::create_partitions::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use kampa_protocol::messages::create_topics::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreatableTopicResult, CreateTopicsRequest,
};
use kampa_protocol::messages::delete_topics::{DeleteTopicState, DeleteTopicsRequest};
use kampa_protocol::messages::describe_topic_partitions::{
    Cursor, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponsePartition as DescribedPartition,
    DescribeTopicPartitionsResponseTopic as DescribedTopic, TopicRequest,
};
use kampa_protocol::messages::metadata::{
    MetadataRequest, MetadataRequestTopic, MetadataResponse, MetadataResponseTopic,
};
use kampa_protocol::{ApiKey, ErrorCode, Uuid};

use super::configs::{ConfigEntry, ConfigSource, ConfigType};
use super::settle::unanswered;
use super::{Admin, Each};
use crate::{Error, To};

/// A topic to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewTopic {
    pub name: String,
    /// `None` takes the cluster's `num.partitions`.
    pub partitions: Option<i32>,
    /// `None` takes the cluster's `default.replication.factor`.
    pub replication_factor: Option<i16>,
    /// The brokers of each partition, the preferred leader first. Instead of the two counts.
    pub assignments: BTreeMap<i32, Vec<i32>>,
    pub configs: Vec<(String, Option<String>)>,
}

/// How topics and partitions are made and deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTopics {
    /// Check everything and change nothing.
    pub validate_only: bool,
    /// Ask again while the controller's mutation quota is used up.
    pub retry_on_quota_violation: bool,
}

impl Default for CreateTopics {
    fn default() -> CreateTopics {
        CreateTopics { validate_only: false, retry_on_quota_violation: true }
    }
}

/// A topic as it was made. Clusters before Kafka 2.4 tell nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedTopic {
    pub id: Uuid,
    pub partitions: i32,
    pub replication_factor: i16,
    /// `Err` when the asker may create a topic but not see its settings.
    pub configs: Result<Vec<ConfigEntry>, Error>,
}

/// How many partitions a topic shall have, and where the new ones lie; no places leave it to the controller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NewPartitions {
    pub topic: String,
    pub total: i32,
    pub assignments: Option<Vec<Vec<i32>>>,
}

/// A topic by its name or its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TopicRef {
    Name(String),
    Id(Uuid),
}

impl TopicRef {
    fn what(&self) -> String {
        match self {
            TopicRef::Name(name) => format!("topic {name}"),
            TopicRef::Id(id) => format!("topic id {id}"),
        }
    }
}

/// A line of the list of topics.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicListing {
    pub name: String,
    pub id: Uuid,
    pub is_internal: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicDescription {
    pub name: String,
    pub id: Uuid,
    pub is_internal: bool,
    pub partitions: Vec<PartitionDescription>,
    /// A bit for each operation the asker may do; `None` when it was not asked for.
    pub authorized_operations: Option<i32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PartitionDescription {
    pub partition: i32,
    pub leader: Option<i32>,
    pub leader_epoch: Option<i32>,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    /// Replicas that may lead without losing acknowledged records; `None` from clusters that do not tell.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
    pub offline_replicas: Vec<i32>,
}

impl Admin {
    pub async fn create_topics(&self, topics: &[NewTopic], how: &CreateTopics) -> Each<String, CreatedTopic> {
        let names = topics.iter().map(|topic| topic.name.clone()).collect();
        let again = |_: &String, code| self.topic_again(code, how);
        self.settle("creating topics", names, again, |left: Vec<String>| async move {
            let request = CreateTopicsRequest {
                topics: topics.iter().filter(|topic| left.contains(&topic.name)).map(creatable).collect(),
                timeout_ms: self.timeout_ms_for_cluster(),
                validate_only: how.validate_only,
                ..Default::default()
            };
            let response = self.client.call(To::Controller, request).await?;
            Ok(left
                .into_iter()
                .map(|name| {
                    let one = response.topics.iter().find(|one| one.name == name.as_str());
                    let created = one.ok_or_else(|| unanswered(&format!("topic {name}"))).and_then(created);
                    (name, created)
                })
                .collect())
        })
        .await
    }

    /// Deletes by name or by id; ids need Kafka 2.8.
    pub async fn delete_topics(&self, topics: &[TopicRef], how: &CreateTopics) -> Each<TopicRef, ()> {
        let again = |_: &TopicRef, code| self.topic_again(code, how);
        self.settle("deleting topics", topics.to_vec(), again, |left: Vec<TopicRef>| async move {
            let make = |version| Ok(deletion(&left, version, self.timeout_ms_for_cluster()));
            let (_, response) = self.client.call_with(To::Controller, make).await?;
            Ok(left
                .iter()
                .map(|topic| {
                    let is_it = |name: Option<&str>, id: Uuid| match topic {
                        TopicRef::Name(wanted) => name == Some(wanted),
                        TopicRef::Id(wanted) => id == *wanted,
                    };
                    let one = response.responses.iter().find(|one| is_it(one.name.as_deref(), one.topic_id));
                    let deleted = one.ok_or_else(|| unanswered(&topic.what())).and_then(|one| {
                        Error::check_with(one.error_code, one.error_message.as_deref(), || topic.what())
                    });
                    (topic.clone(), deleted)
                })
                .collect())
        })
        .await
    }

    pub async fn create_partitions(&self, topics: &[NewPartitions], how: &CreateTopics) -> Each<String, ()> {
        let names = topics.iter().map(|topic| topic.topic.clone()).collect();
        let again = |_: &String, code| self.topic_again(code, how);
        self.settle("creating partitions", names, again, |left: Vec<String>| async move {
            let request = CreatePartitionsRequest {
                topics: topics.iter().filter(|topic| left.contains(&topic.topic)).map(more_partitions).collect(),
                timeout_ms: self.timeout_ms_for_cluster(),
                validate_only: how.validate_only,
                ..Default::default()
            };
            let response = self.client.call(To::Controller, request).await?;
            Ok(left
                .into_iter()
                .map(|name| {
                    let what = || format!("topic {name}");
                    let one = response.results.iter().find(|one| one.name == name.as_str());
                    let done = one
                        .ok_or_else(|| unanswered(&what()))
                        .and_then(|one| Error::check_with(one.error_code, one.error_message.as_deref(), what));
                    (name, done)
                })
                .collect())
        })
        .await
    }

    /// Every topic the asker may see, by name.
    pub async fn list_topics(&self, include_internal: bool) -> Result<Vec<TopicListing>, Error> {
        let response = self.topics_metadata(None).await?;
        let mut topics: Vec<TopicListing> = response.topics.iter().filter_map(listed).collect();
        topics.retain(|topic| include_internal || !topic.is_internal);
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(topics)
    }

    /// `page_partitions` bounds how many partitions one answer may carry; the cluster may carry fewer.
    pub async fn describe_topics(&self, topics: &[TopicRef], page_partitions: i32) -> Each<TopicRef, TopicDescription> {
        if topics.iter().any(|topic| matches!(topic, TopicRef::Id(_))) {
            return self.describe_by_metadata(topics).await;
        }
        let names: BTreeMap<&str, &TopicRef> = topics
            .iter()
            .map(|topic| match topic {
                TopicRef::Name(name) => (name.as_str(), topic),
                TopicRef::Id(_) => ("", topic),
            })
            .collect();
        match self.describe_by_page(names.keys().copied().collect(), page_partitions).await {
            Ok(mut described) => topics
                .iter()
                .map(|topic| {
                    let TopicRef::Name(name) = topic else { return (topic.clone(), Err(unanswered(&topic.what()))) };
                    let answer = described.remove(name).unwrap_or_else(|| Err(unanswered(&topic.what())));
                    (topic.clone(), answer)
                })
                .collect(),
            Err(Error::Unsupported { api: ApiKey::DescribeTopicPartitions, .. }) => {
                self.describe_by_metadata(topics).await
            }
            Err(error) => topics.iter().map(|topic| (topic.clone(), Err(error.clone()))).collect(),
        }
    }

    /// `names` must be sorted: a page ends at a topic's partition, and the next begins there.
    async fn describe_by_page(&self, names: Vec<&str>, page_partitions: i32) -> Result<Described, Error> {
        let mut described = Described::new();
        let mut from: Option<Cursor> = None;
        loop {
            let left = names.iter().skip_while(|name| from.as_ref().is_some_and(|from| ***name < *from.topic_name));
            let request = DescribeTopicPartitionsRequest {
                topics: left.map(|name| TopicRequest { name: (*name).into(), ..Default::default() }).collect(),
                response_partition_limit: page_partitions,
                cursor: from.take(),
                ..Default::default()
            };
            if request.topics.is_empty() {
                return Ok(described);
            }
            let asked_from = request.cursor.clone();
            let response =
                self.settle_one("describing topics", |_| false, || self.client.call(To::Any, request.clone())).await?;
            for topic in response.topics {
                page_into(&mut described, topic);
            }
            match response.next_cursor {
                None => return Ok(described),
                // A cursor that stands still would be asked for without end.
                Some(cursor) if asked_from.as_ref() == Some(&cursor) => {
                    let why = format!("its cursor stays at {}-{}", cursor.topic_name, cursor.partition_index);
                    return Err(Error::Garbled { what: "DescribeTopicPartitions".to_owned(), why });
                }
                Some(cursor) => from = Some(cursor),
            }
        }
    }

    async fn describe_by_metadata(&self, topics: &[TopicRef]) -> Each<TopicRef, TopicDescription> {
        let response = match self.topics_metadata(Some(topics)).await {
            Ok(response) => response,
            Err(error) => return topics.iter().map(|topic| (topic.clone(), Err(error.clone()))).collect(),
        };
        topics
            .iter()
            .map(|topic| {
                let one = response.topics.iter().find(|one| match topic {
                    TopicRef::Name(name) => one.name.as_deref() == Some(name),
                    TopicRef::Id(id) => one.topic_id == *id,
                });
                let described = one
                    .ok_or_else(|| unanswered(&topic.what()))
                    .and_then(|one| Error::check(one.error_code, || topic.what()).map(|()| from_metadata(one)));
                (topic.clone(), described)
            })
            .collect()
    }

    /// `None` asks for every topic.
    async fn topics_metadata(&self, topics: Option<&[TopicRef]>) -> Result<MetadataResponse, Error> {
        let make = |version: i16| {
            let by_id = topics.is_some_and(|topics| topics.iter().any(|topic| matches!(topic, TopicRef::Id(_))));
            if by_id && version < 10 {
                let why = "topics are asked for by id, which it cannot before Metadata 10".to_owned();
                return Err(Error::Unsupported { api: ApiKey::Metadata, why });
            }
            let mut request = MetadataRequest {
                topics: topics.map(|topics| topics.iter().map(wanted).collect()),
                ..Default::default()
            };
            if version == 0 && topics.is_none() {
                request.topics = Some(Vec::new());
            }
            // Looking at a topic must not make it.
            request.allow_auto_topic_creation = version < 4;
            Ok(request)
        };
        Ok(self.client.call_with(To::Any, make).await?.1)
    }

    fn topic_again(&self, code: ErrorCode, how: &CreateTopics) -> bool {
        self.controller_moved(code) || (how.retry_on_quota_violation && code == ErrorCode::THROTTLING_QUOTA_EXCEEDED)
    }
}

type Described = BTreeMap<String, Result<TopicDescription, Error>>;

fn creatable(topic: &NewTopic) -> CreatableTopic {
    let given = topic.assignments.is_empty();
    CreatableTopic {
        name: topic.name.as_str().into(),
        num_partitions: topic.partitions.filter(|_| given).unwrap_or(-1),
        replication_factor: topic.replication_factor.filter(|_| given).unwrap_or(-1),
        assignments: topic
            .assignments
            .iter()
            .map(|(partition_index, broker_ids)| CreatableReplicaAssignment {
                partition_index: *partition_index,
                broker_ids: broker_ids.clone(),
                ..Default::default()
            })
            .collect(),
        configs: topic
            .configs
            .iter()
            .map(|(name, value)| CreatableTopicConfig {
                name: name.as_str().into(),
                value: value.as_ref().map(Into::into),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

fn created(one: &CreatableTopicResult) -> Result<CreatedTopic, Error> {
    let what = || format!("topic {}", one.name);
    Error::check_with(one.error_code, one.error_message.as_deref(), what)?;
    let configs = one.configs.iter().flatten().map(|config| ConfigEntry {
        name: config.name.clone().into(),
        value: config.value.clone().map(Into::into),
        source: ConfigSource::from(config.config_source),
        is_sensitive: config.is_sensitive,
        is_read_only: config.read_only,
        synonyms: Vec::new(),
        kind: ConfigType::Unknown,
        documentation: None,
    });
    Ok(CreatedTopic {
        id: one.topic_id,
        partitions: one.num_partitions,
        replication_factor: one.replication_factor,
        configs: Error::check(one.topic_config_error_code, || format!("the settings of topic {}", one.name))
            .map(|()| configs.collect()),
    })
}

/// Since version 6 a topic may be named by its id.
fn deletion(topics: &[TopicRef], version: i16, timeout_ms: i32) -> DeleteTopicsRequest {
    let mut request = DeleteTopicsRequest { timeout_ms, ..Default::default() };
    for topic in topics {
        match topic {
            TopicRef::Name(name) if version < 6 => request.topic_names.push(name.into()),
            TopicRef::Name(name) => {
                request.topics.push(DeleteTopicState { name: Some(name.into()), ..Default::default() });
            }
            TopicRef::Id(id) => {
                request.topics.push(DeleteTopicState { name: None, topic_id: *id, ..Default::default() })
            }
        }
    }
    request
}

fn more_partitions(topic: &NewPartitions) -> CreatePartitionsTopic {
    let assignment =
        |broker_ids: &Vec<i32>| CreatePartitionsAssignment { broker_ids: broker_ids.clone(), ..Default::default() };
    CreatePartitionsTopic {
        name: topic.topic.as_str().into(),
        count: topic.total,
        assignments: topic.assignments.as_ref().map(|all| all.iter().map(assignment).collect()),
        ..Default::default()
    }
}

fn wanted(topic: &TopicRef) -> MetadataRequestTopic {
    match topic {
        TopicRef::Name(name) => MetadataRequestTopic { name: Some(name.into()), ..Default::default() },
        TopicRef::Id(id) => MetadataRequestTopic { name: None, topic_id: *id, ..Default::default() },
    }
}

fn listed(topic: &MetadataResponseTopic) -> Option<TopicListing> {
    let name = topic.name.clone().filter(|_| topic.error_code == 0)?;
    Some(TopicListing { name: name.into(), id: topic.topic_id, is_internal: topic.is_internal })
}

/// A topic may go on over several pages.
fn page_into(described: &mut Described, page: DescribedTopic) {
    let name = String::from(page.name.clone().unwrap_or_default());
    if let Err(error) = Error::check(page.error_code, || format!("topic {name}")) {
        described.insert(name, Err(error));
        return;
    }
    let partitions = page.partitions.into_iter().map(paged_partition);
    match described.get_mut(&name) {
        Some(Ok(topic)) => topic.partitions.extend(partitions),
        _ => {
            let partitions = partitions.collect();
            let authorized_operations = operations(page.topic_authorized_operations);
            let topic = TopicDescription {
                name: name.clone(),
                id: page.topic_id,
                is_internal: page.is_internal,
                partitions,
                authorized_operations,
            };
            described.insert(name, Ok(topic));
        }
    }
}

fn paged_partition(partition: DescribedPartition) -> PartitionDescription {
    PartitionDescription {
        partition: partition.partition_index,
        leader: Some(partition.leader_id).filter(|id| *id >= 0),
        leader_epoch: Some(partition.leader_epoch).filter(|epoch| *epoch >= 0),
        replicas: partition.replica_nodes,
        isr: partition.isr_nodes,
        eligible_leader_replicas: Some(partition.eligible_leader_replicas.unwrap_or_default()),
        last_known_elr: Some(partition.last_known_elr.unwrap_or_default()),
        offline_replicas: partition.offline_replicas,
    }
}

fn from_metadata(topic: &MetadataResponseTopic) -> TopicDescription {
    TopicDescription {
        name: topic.name.clone().unwrap_or_default().into(),
        id: topic.topic_id,
        is_internal: topic.is_internal,
        partitions: topic
            .partitions
            .iter()
            .map(|partition| PartitionDescription {
                partition: partition.partition_index,
                leader: Some(partition.leader_id).filter(|id| *id >= 0),
                leader_epoch: Some(partition.leader_epoch).filter(|epoch| *epoch >= 0),
                replicas: partition.replica_nodes.clone(),
                isr: partition.isr_nodes.clone(),
                eligible_leader_replicas: None,
                last_known_elr: None,
                offline_replicas: partition.offline_replicas.clone(),
            })
            .collect(),
        authorized_operations: operations(topic.topic_authorized_operations),
    }
}

/// Kafka says "not asked for" with the smallest number.
pub(super) fn operations(bits: i32) -> Option<i32> {
    Some(bits).filter(|bits| *bits != i32::MIN)
}
