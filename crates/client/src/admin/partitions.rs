//! Partitions as the cluster runs them: elections of leaders, reassignments of replicas, and the producers a leader knows.

use kampa_protocol::messages::alter_partition_reassignments::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use kampa_protocol::messages::describe_producers::{DescribeProducersRequest, TopicRequest};
use kampa_protocol::messages::elect_leaders::{ElectLeadersRequest, TopicPartitions};
use kampa_protocol::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsTopics,
};
use kampa_protocol::{ApiKey, ErrorCode};

use super::settle::{by_topic, leader_moved, together, unanswered};
use super::{Admin, Each};
use crate::{Error, To, TopicPartition};

/// The numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElectionType {
    /// The first replica that is in sync.
    Preferred = 0,
    /// Any replica that is alive; what it has not seen is lost.
    Unclean = 1,
}

/// A reassignment under way.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionReassignment {
    pub replicas: Vec<i32>,
    pub adding: Vec<i32>,
    pub removing: Vec<i32>,
}

/// A producer as a partition's leader remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerState {
    pub producer_id: i64,
    pub epoch: i32,
    pub last_sequence: i32,
    pub last_timestamp_ms: i64,
    pub coordinator_epoch: Option<i32>,
    /// Where its open transaction began here.
    pub transaction_start_offset: Option<i64>,
}

impl Admin {
    /// `None` elects for every partition that could do with it. Answers for the partitions that were looked at.
    pub async fn elect_leaders(
        &self,
        kind: ElectionType,
        partitions: Option<&[TopicPartition]>,
    ) -> Result<Each<TopicPartition, ()>, Error> {
        self.settle_one(
            "electing leaders",
            |code| self.controller_moved(code),
            || async {
                let make = |version: i16| {
                    if version == 0 && kind == ElectionType::Unclean {
                        let why = "it elects preferred leaders only before ElectLeaders 1".to_owned();
                        return Err(Error::Unsupported { api: ApiKey::ElectLeaders, why });
                    }
                    Ok(ElectLeadersRequest {
                        election_type: kind as i8,
                        topic_partitions: partitions.map(|partitions| {
                            by_topic(partitions)
                                .into_iter()
                                .map(|(topic, partitions)| TopicPartitions {
                                    topic: topic.into(),
                                    partitions: partitions.into_iter().map(|one| one.partition).collect(),
                                    ..Default::default()
                                })
                                .collect()
                        }),
                        timeout_ms: self.timeout_ms_for_cluster(),
                        ..Default::default()
                    })
                };
                let (_, response) = self.client.call_with(To::Controller, make).await?;
                Error::check(response.error_code, || "the election".to_owned())?;
                Ok(response
                    .replica_election_results
                    .iter()
                    .flat_map(|topic| {
                        topic.partition_result.iter().map(|one| {
                            let partition = TopicPartition::new(&topic.topic, one.partition_id);
                            let elected = Error::check_with(one.error_code, one.error_message.as_deref(), || {
                                format!("the leader of {partition}")
                            });
                            (partition, elected)
                        })
                    })
                    .collect())
            },
        )
        .await
    }

    /// Gives partitions other replicas; `None` cancels what is under way.
    pub async fn alter_partition_reassignments(
        &self,
        targets: &[(TopicPartition, Option<Vec<i32>>)],
        allow_replication_factor_change: bool,
    ) -> Each<TopicPartition, ()> {
        let partitions = targets.iter().map(|(partition, _)| partition.clone()).collect();
        self.settle(
            "reassigning partitions",
            partitions,
            |_, code| self.controller_moved(code),
            |left: Vec<TopicPartition>| async move {
                let replicas = |partition: &TopicPartition| {
                    targets.iter().find(|(one, _)| one == partition).and_then(|(_, replicas)| replicas.clone())
                };
                let make = |version: i16| {
                    if version == 0 && !allow_replication_factor_change {
                        let why = "it cannot insist on the replication factor before AlterPartitionReassignments 1"
                            .to_owned();
                        return Err(Error::Unsupported { api: ApiKey::AlterPartitionReassignments, why });
                    }
                    Ok(AlterPartitionReassignmentsRequest {
                        timeout_ms: self.timeout_ms_for_cluster(),
                        allow_replication_factor_change,
                        topics: by_topic(&left)
                            .into_iter()
                            .map(|(name, partitions)| ReassignableTopic {
                                name: name.into(),
                                partitions: partitions
                                    .into_iter()
                                    .map(|one| ReassignablePartition {
                                        partition_index: one.partition,
                                        replicas: replicas(one),
                                        ..Default::default()
                                    })
                                    .collect(),
                                ..Default::default()
                            })
                            .collect(),
                        ..Default::default()
                    })
                };
                let (_, response) = self.client.call_with(To::Controller, make).await?;
                Error::check_with(response.error_code, response.error_message.as_deref(), || {
                    "the reassignment".to_owned()
                })?;
                Ok(left
                    .iter()
                    .map(|partition| {
                        let what = || format!("the reassignment of {partition}");
                        let topic = response.responses.iter().find(|topic| topic.name == *partition.topic);
                        let one = topic.and_then(|topic| {
                            topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                        });
                        let done = one
                            .ok_or_else(|| unanswered(&what()))
                            .and_then(|one| Error::check_with(one.error_code, one.error_message.as_deref(), what));
                        (partition.clone(), done)
                    })
                    .collect())
            },
        )
        .await
    }

    /// Those under way among the partitions named; `None` looks at all.
    pub async fn list_partition_reassignments(
        &self,
        partitions: Option<&[TopicPartition]>,
    ) -> Result<Vec<(TopicPartition, PartitionReassignment)>, Error> {
        self.settle_one(
            "listing reassignments",
            |code| self.controller_moved(code),
            || async {
                let request = ListPartitionReassignmentsRequest {
                    timeout_ms: self.timeout_ms_for_cluster(),
                    topics: partitions.map(|partitions| {
                        by_topic(partitions)
                            .into_iter()
                            .map(|(name, partitions)| ListPartitionReassignmentsTopics {
                                name: name.into(),
                                partition_indexes: partitions.into_iter().map(|one| one.partition).collect(),
                                ..Default::default()
                            })
                            .collect()
                    }),
                    ..Default::default()
                };
                let response = self.client.call(To::Controller, request).await?;
                Error::check_with(response.error_code, response.error_message.as_deref(), || {
                    "the reassignments".to_owned()
                })?;
                Ok(response
                    .topics
                    .into_iter()
                    .flat_map(|topic| {
                        let name = topic.name;
                        topic.partitions.into_iter().map(move |one| {
                            let reassignment = PartitionReassignment {
                                replicas: one.replicas,
                                adding: one.adding_replicas,
                                removing: one.removing_replicas,
                            };
                            (TopicPartition::new(&name, one.partition_index), reassignment)
                        })
                    })
                    .collect())
            },
        )
        .await
    }

    /// Asked of each partition's leader, or of `broker` whether it leads or follows.
    pub async fn describe_producers(
        &self,
        partitions: &[TopicPartition],
        broker: Option<i32>,
    ) -> Each<TopicPartition, Vec<ProducerState>> {
        // A named broker is taken at its word; only a leader may have moved.
        let again = |_: &TopicPartition, code: ErrorCode| broker.is_none() && leader_moved(code);
        self.settle("describing producers", partitions.to_vec(), again, |left: Vec<TopicPartition>| async move {
            let (led, mut answers) = match broker {
                Some(broker) => ([(broker, left)].into(), Vec::new()),
                None => self.leaders(&left).await?,
            };
            let asked = led.into_iter().map(|(node, partitions)| self.describe_producers_at(node, partitions));
            answers.extend(together(asked.collect()).await.into_iter().flatten());
            Ok(answers)
        })
        .await
    }

    async fn describe_producers_at(
        &self,
        node: i32,
        partitions: Vec<TopicPartition>,
    ) -> Each<TopicPartition, Vec<ProducerState>> {
        let request = DescribeProducersRequest {
            topics: by_topic(&partitions)
                .into_iter()
                .map(|(name, partitions)| TopicRequest {
                    name: name.into(),
                    partition_indexes: partitions.into_iter().map(|one| one.partition).collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        };
        let answered = self.client.call(To::Node(node), request).await;
        partitions
            .into_iter()
            .map(|partition| {
                let what = || format!("the producers of {partition}");
                let producers = answered.as_ref().map_err(Clone::clone).and_then(|response| {
                    let topic = response.topics.iter().find(|topic| topic.name == *partition.topic);
                    let one = topic.and_then(|topic| {
                        topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                    });
                    let one = one.ok_or_else(|| unanswered(&what()))?;
                    Error::check_with(one.error_code, one.error_message.as_deref(), what)?;
                    Ok(one
                        .active_producers
                        .iter()
                        .map(|one| ProducerState {
                            producer_id: one.producer_id,
                            epoch: one.producer_epoch,
                            last_sequence: one.last_sequence,
                            last_timestamp_ms: one.last_timestamp,
                            coordinator_epoch: Some(one.coordinator_epoch).filter(|epoch| *epoch >= 0),
                            transaction_start_offset: Some(one.current_txn_start_offset).filter(|offset| *offset >= 0),
                        })
                        .collect())
                });
                (partition, producers)
            })
            .collect()
    }
}
