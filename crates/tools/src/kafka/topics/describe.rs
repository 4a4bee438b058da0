//! `kafka-topics --describe`: a line for each topic, a line for each of its partitions.

use std::collections::{HashMap, HashSet};

use kampa_client::admin::{
    Admin, ConfigEntry, ConfigResource, ConfigSource, DescribeCluster, DescribeConfigs, PartitionDescription,
    PartitionReassignment, TopicDescription, TopicRef,
};
use kampa_client::{Error, ErrorCode, TopicPartition, Uuid};

use super::super::hash_order::{hash_order, sized_order};
use super::super::thrown::{Died, Thrown};
use super::super::uuid;
use super::{ensure_found, named};
use crate::options::flags::Given;
use crate::{Call, Output};

pub async fn describe(call: &Call, given: &Given, admin: &Admin) -> Result<(), Died> {
    let id = given.value("topic-id")?.map(uuid::parse).transpose()?.filter(|id| *id != Uuid::ZERO);
    let (topics, page_partitions) = match id {
        Some(id) => (by_id(given, admin, id).await?, PAGE_PARTITIONS),
        None => {
            let names = named(given, admin).await?;
            ensure_found(given, &names)?;
            let limit = if names.is_empty() { None } else { given.number("partition-size-limit-per-response")? };
            (names.into_iter().map(TopicRef::Name).collect(), limit.unwrap_or(PAGE_PARTITIONS))
        }
    };
    let mut described = Vec::with_capacity(topics.len());
    for (_, topic) in admin.describe_topics(&topics, page_partitions).await {
        described.push(topic.map_err(|error| Thrown::of(&error, "describeTopicPartitions"))?);
    }
    sized_order(&mut described, topics.len(), |topic: &TopicDescription| &topic.name);
    let report = Report::read(given, admin, &described).await?;
    let resources: Vec<ConfigResource> = described.iter().map(|topic| ConfigResource::topic(&*topic.name)).collect();
    let configs = admin.describe_configs(&resources, &DescribeConfigs::default()).await;
    for (topic, (_, configs)) in described.into_iter().zip(configs) {
        let mut configs = configs.map_err(|error| Thrown::of(&error, "describeConfigs"))?;
        hash_order(&mut configs, |entry| &entry.name);
        report.print(&call.streams.out, topic, &configs)?;
    }
    Ok(())
}

async fn by_id(given: &Given, admin: &Admin, id: Uuid) -> Result<Vec<TopicRef>, Died> {
    let listed =
        admin.list_topics(!given.has("exclude-internal")).await.map_err(|error| Thrown::of(&error, "listTopics"))?;
    if listed.iter().any(|topic| topic.id == id) {
        return Ok(vec![TopicRef::Id(id)]);
    }
    if given.has("if-exists") {
        return Ok(Vec::new());
    }
    Err(Thrown::illegal(format!("TopicId '{id}' does not exist as expected")).into())
}

/// What is printed of a topic, and what is known of the cluster to decide it.
struct Report<'a> {
    given: &'a Given,
    live: HashSet<i32>,
    reassignments: HashMap<TopicPartition, PartitionReassignment>,
    has_topics: bool,
    has_partitions: bool,
}

impl<'a> Report<'a> {
    async fn read(given: &'a Given, admin: &Admin, topics: &[TopicDescription]) -> Result<Report<'a>, Died> {
        let cluster = admin
            .describe_cluster(&DescribeCluster::default())
            .await
            .map_err(|error| Thrown::of(&error, "listNodes"))?;
        let partitions: Vec<TopicPartition> = topics
            .iter()
            .flat_map(|topic| topic.partitions.iter().map(|one| TopicPartition::new(&topic.name, one.partition)))
            .collect();
        let reassignments = match admin.list_partition_reassignments(Some(&partitions)).await {
            Ok(reassignments) => reassignments,
            // Old brokers cannot be asked; and who may not ask still sees the rest.
            Err(Error::Unsupported { .. }) => Vec::new(),
            Err(error) if error.code() == Some(ErrorCode::CLUSTER_AUTHORIZATION_FAILED) => Vec::new(),
            Err(error) => {
                let executed = Thrown::of(&error, "listPartitionReassignments").executed();
                return Err(Thrown::runtime(executed.to_string()).into());
            }
        };
        let reports = [
            "unavailable-partitions",
            "under-replicated-partitions",
            "under-min-isr-partitions",
            "at-min-isr-partitions",
        ];
        Ok(Report {
            given,
            live: cluster.nodes.iter().map(|node| node.id).collect(),
            reassignments: reassignments.into_iter().collect(),
            has_topics: !reports.iter().any(|report| given.has(report)),
            has_partitions: !given.has("topics-with-overrides"),
        })
    }

    fn print(&self, out: &Output, mut topic: TopicDescription, configs: &[ConfigEntry]) -> Result<(), Thrown> {
        topic.partitions.sort_by_key(|one| one.partition);
        let own: Vec<String> = configs
            .iter()
            .filter(|entry| entry.source != ConfigSource::Default)
            .map(|entry| format!("{}={}", entry.name, entry.value.as_deref().unwrap_or("null")))
            .collect();
        if self.has_topics && (!self.given.has("topics-with-overrides") || !own.is_empty()) {
            let first = topic.partitions.first().map_or(0, |first| self.replication_factor(&topic.name, first));
            let id = if topic.id == Uuid::ZERO { String::new() } else { format!("\tTopicId: {}", topic.id) };
            out.line(format_args!(
                "Topic: {}{id}\tPartitionCount: {}\tReplicationFactor: {first}\tConfigs: {}",
                topic.name,
                topic.partitions.len(),
                own.join(",")
            ));
        }
        for partition in topic.partitions.iter().filter(|_| self.has_partitions) {
            if self.has_topics || self.reports(&topic.name, partition, configs)? {
                self.print_partition(out, &topic.name, partition);
            }
        }
        Ok(())
    }

    fn reports(&self, topic: &str, one: &PartitionDescription, configs: &[ConfigEntry]) -> Result<bool, Thrown> {
        let asked = |report| self.given.has(report);
        let in_sync_min =
            configs.iter().find(|entry| entry.name == "min.insync.replicas").and_then(|entry| entry.value.as_ref());
        let in_sync_min: usize = in_sync_min.and_then(|value| value.parse().ok()).unwrap_or(1);
        let is_led = one.leader.is_some();
        Ok(asked("under-replicated-partitions") && self.replication_factor(topic, one) > one.isr.len()
            || asked("unavailable-partitions") && one.leader.is_none_or(|leader| !self.live.contains(&leader))
            || asked("under-min-isr-partitions") && (!is_led || one.isr.len() < in_sync_min)
            || asked("at-min-isr-partitions") && one.isr.len() == in_sync_min)
    }

    /// Without the replicas that are only on their way in.
    fn replication_factor(&self, topic: &str, one: &PartitionDescription) -> usize {
        match self.reassignments.get(&TopicPartition::new(topic, one.partition)) {
            Some(moving)
                if one.replicas.iter().any(|id| moving.adding.contains(id) || moving.removing.contains(id)) =>
            {
                moving.replicas.len() - moving.adding.len()
            }
            _ => one.replicas.len(),
        }
    }

    fn print_partition(&self, out: &Output, topic: &str, one: &PartitionDescription) {
        let leader = one.leader.map_or("none".to_owned(), |leader| leader.to_string());
        let moving = self.reassignments.get(&TopicPartition::new(topic, one.partition)).map(|moving| {
            format!("\tAdding Replicas: {}\tRemoving Replicas: {}", ids(&moving.adding), ids(&moving.removing))
        });
        let told = |replicas: &Option<Vec<i32>>| replicas.as_ref().map_or("N/A".to_owned(), |replicas| ids(replicas));
        out.line(format_args!(
            "\tTopic: {topic}\tPartition: {}\tLeader: {leader}\tReplicas: {}\tIsr: {}{}\tElr: {}\tLastKnownElr: {}",
            one.partition,
            ids(&one.replicas),
            ids(&one.isr),
            moving.unwrap_or_default(),
            told(&one.eligible_leader_replicas),
            told(&one.last_known_elr)
        ));
    }
}

fn ids(ids: &[i32]) -> String {
    ids.iter().map(i32::to_string).collect::<Vec<_>>().join(",")
}

/// Partitions that one answer may tell of, unless told otherwise: as Kafka's tool.
pub const PAGE_PARTITIONS: i32 = 2000;
