//! What is asked of partitions: what a group has committed in them, where they begin and end, whether they are led.

use kampa_client::admin::{GroupOffsets, OffsetSpec, TopicDescription, TopicRef};
use kampa_client::{Isolation, TopicPartition};

use super::Command;
use super::description::Partition;
use crate::kafka::ended::wrapped;
use crate::kafka::hash_order::hash_order;
use crate::kafka::thrown::{Died, Thrown};

/// An offset that a group has committed.
pub(super) struct Committed {
    pub(super) offset: i64,
    pub(super) epoch: Option<i32>,
}

impl Command<'_> {
    /// In the order in which Java's map walks.
    pub(super) async fn committed(&self, group: &str) -> Result<Vec<(Partition, Committed)>, Died> {
        let failed = |error| wrapped(Thrown::of(&error, "listConsumerGroupOffsets"));
        let asked = [GroupOffsets { group: group.to_owned(), partitions: None }];
        let (_, answer) = self.admin.list_group_offsets(&asked, false).await.remove(0);
        let mut found = Vec::new();
        for (partition, committed) in answer.map_err(failed)? {
            if let Some(committed) = committed.map_err(failed)? {
                let epoch = committed.leader_epoch;
                found.push((key(&partition), Committed { offset: committed.offset, epoch }));
            }
        }
        hash_order(&mut found, |(partition, _)| partition);
        Ok(found)
    }

    pub(super) async fn starts(&self, partitions: &[Partition]) -> Result<Vec<(Partition, i64)>, Died> {
        self.listed_offsets(partitions, OffsetSpec::Earliest).await
    }

    pub(super) async fn ends(&self, partitions: &[Partition]) -> Result<Vec<(Partition, i64)>, Died> {
        self.listed_offsets(partitions, OffsetSpec::Latest).await
    }

    pub(super) async fn listed_offsets(
        &self,
        partitions: &[Partition],
        spec: OffsetSpec,
    ) -> Result<Vec<(Partition, i64)>, Died> {
        let wanted: Vec<(TopicPartition, OffsetSpec)> =
            partitions.iter().map(|(topic, number)| (TopicPartition::new(topic, *number), spec)).collect();
        let mut found = Vec::new();
        for (partition, listed) in self.admin.list_offsets(&wanted, Isolation::ReadUncommitted).await {
            let listed = listed.map_err(|error| wrapped(Thrown::of(&error, "listOffsets")))?;
            found.push((key(&partition), listed.offset));
        }
        Ok(found)
    }

    /// Those of them that have a leader.
    pub(super) async fn led(&self, partitions: &[Partition]) -> Result<Vec<Partition>, Died> {
        let topics = self.topics(topics_of(partitions)).await.map_err(wrapped)?;
        let is_led = |(topic, number): &Partition| {
            let topic = topics.iter().find(|found| found.name == *topic);
            !topic.is_some_and(|topic| {
                topic.partitions.iter().any(|one| one.partition == *number && one.leader.is_none())
            })
        };
        Ok(partitions.iter().filter(|partition| is_led(partition)).cloned().collect())
    }

    /// What Kafka's Admin would throw if one of them is not there.
    pub(super) async fn topics(&self, names: Vec<String>) -> Result<Vec<TopicDescription>, Thrown> {
        let names: Vec<TopicRef> = names.into_iter().map(TopicRef::Name).collect();
        let described = self.admin.describe_topics(&names, PAGE_PARTITIONS).await;
        described.into_iter().map(|(_, one)| one.map_err(|error| Thrown::of(&error, "describeTopics"))).collect()
    }

    /// Refuses partitions that are not there or not led.
    pub(super) async fn check_partitions(&self, partitions: &[Partition]) -> Result<(), Died> {
        let topics = self.topics(topics_of(partitions)).await.map_err(wrapped)?;
        let exists = |(name, number): &&Partition| {
            topics
                .iter()
                .any(|topic| topic.name == *name && topic.partitions.iter().any(|one| one.partition == *number))
        };
        let missing: Vec<String> = partitions.iter().filter(|one| !exists(one)).map(shown).collect();
        if !missing.is_empty() {
            let words = format!("The partitions \"{}\" do not exist", missing.join(","));
            return Err(Thrown::new("org.apache.kafka.common.errors.UnknownTopicOrPartitionException", words).into());
        }
        let led = self.led(partitions).await?;
        let leaderless: Vec<String> = partitions.iter().filter(|one| !led.contains(one)).map(shown).collect();
        if !leaderless.is_empty() {
            let words = format!("The partitions \"{}\" have no leader", leaderless.join(","));
            return Err(Thrown::new("org.apache.kafka.common.errors.LeaderNotAvailableException", words).into());
        }
        Ok(())
    }
}

fn key(partition: &TopicPartition) -> Partition {
    (partition.topic.to_string(), partition.partition)
}

pub(super) fn shown((topic, number): &Partition) -> String {
    format!("{topic}-{number}")
}

fn topics_of(partitions: &[Partition]) -> Vec<String> {
    let mut topics: Vec<String> = partitions.iter().map(|(topic, _)| topic.clone()).collect();
    topics.sort();
    topics.dedup();
    topics
}

/// Partitions that one answer may describe; what Java asks for.
const PAGE_PARTITIONS: i32 = 2000;
