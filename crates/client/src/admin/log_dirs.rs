//! Log directories: what lies in them, and moving a replica from one to another on the same broker.

use std::collections::BTreeMap;

use kampa_protocol::messages::alter_replica_log_dirs::{
    AlterReplicaLogDir, AlterReplicaLogDirTopic, AlterReplicaLogDirsRequest,
};
use kampa_protocol::messages::describe_log_dirs::{
    DescribableLogDirTopic, DescribeLogDirsRequest, DescribeLogDirsResult,
};

use super::settle::{by_topic, together, unanswered};
use super::{Admin, Each};
use crate::{Error, To, TopicPartition};

#[derive(Clone, Debug, PartialEq)]
pub struct LogDir {
    pub path: String,
    /// Why the broker cannot use it, if it cannot.
    pub error: Option<Error>,
    pub replicas: Vec<(TopicPartition, ReplicaOnDisk)>,
    /// Of its volume; `None` from clusters before Kafka 3.3.
    pub total_bytes: Option<i64>,
    pub usable_bytes: Option<i64>,
    /// Takes no new replicas.
    pub is_cordoned: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaOnDisk {
    pub bytes: i64,
    /// How far it is behind the high watermark, or, when it is on its way here, behind the replica it follows.
    pub offset_lag: i64,
    /// On its way here from another directory.
    pub is_future: bool,
}

impl Admin {
    /// `partitions` = `None` tells of every replica.
    pub async fn describe_log_dirs(
        &self,
        brokers: &[i32],
        partitions: Option<&[TopicPartition]>,
    ) -> Each<i32, Vec<LogDir>> {
        let topics: Option<Vec<DescribableLogDirTopic>> = partitions.map(|partitions| {
            by_topic(partitions)
                .into_iter()
                .map(|(topic, partitions)| {
                    let partitions = partitions.into_iter().map(|one| one.partition).collect();
                    DescribableLogDirTopic { topic: topic.into(), partitions, ..Default::default() }
                })
                .collect()
        });
        let topics = &topics;
        self.settle(
            "describing log directories",
            brokers.to_vec(),
            |_, _| false,
            |left: Vec<i32>| async move {
                let asked = left.into_iter().map(|broker| async move {
                    let request = DescribeLogDirsRequest { topics: topics.clone(), ..Default::default() };
                    let answered = self.client.call(To::Node(broker), request).await;
                    let dirs = answered.and_then(|response| {
                        Error::check(response.error_code, || format!("the log directories of broker {broker}"))?;
                        Ok(response.results.into_iter().map(log_dir).collect())
                    });
                    (broker, dirs)
                });
                Ok(together(asked.collect()).await)
            },
        )
        .await
    }

    /// Moves replicas: partition, the broker it lies on, the directory it shall lie in.
    pub async fn alter_replica_log_dirs(
        &self,
        moves: &[(TopicPartition, i32, String)],
    ) -> Each<(TopicPartition, i32), ()> {
        let keys = moves.iter().map(|(partition, broker, _)| (partition.clone(), *broker)).collect();
        self.settle(
            "moving replicas between log directories",
            keys,
            |_, _| false,
            |left: Vec<(TopicPartition, i32)>| async move {
                let mut brokers: BTreeMap<i32, Vec<&(TopicPartition, i32, String)>> = BTreeMap::new();
                for one in moves
                    .iter()
                    .filter(|(partition, broker, _)| left.iter().any(|left| left.0 == *partition && left.1 == *broker))
                {
                    brokers.entry(one.1).or_default().push(one);
                }
                let asked = brokers.into_iter().map(|(broker, moves)| self.move_at(broker, moves)).collect();
                Ok(together(asked).await.into_iter().flatten().collect())
            },
        )
        .await
    }

    async fn move_at(
        &self,
        broker: i32,
        moves: Vec<&(TopicPartition, i32, String)>,
    ) -> Each<(TopicPartition, i32), ()> {
        let mut dirs: BTreeMap<&str, Vec<&TopicPartition>> = BTreeMap::new();
        for (partition, _, dir) in moves.iter().copied() {
            dirs.entry(dir).or_default().push(partition);
        }
        let dirs = dirs.into_iter().map(|(path, partitions)| AlterReplicaLogDir {
            path: path.into(),
            topics: by_topic(partitions)
                .into_iter()
                .map(|(name, partitions)| AlterReplicaLogDirTopic {
                    name: name.into(),
                    partitions: partitions.into_iter().map(|one| one.partition).collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        });
        let request = AlterReplicaLogDirsRequest { dirs: dirs.collect(), ..Default::default() };
        let answered = self.client.call(To::Node(broker), request).await;
        moves
            .into_iter()
            .map(|(partition, _, dir)| {
                let what = || format!("the move of {partition} to {dir} on broker {broker}");
                let done = answered.as_ref().map_err(Clone::clone).and_then(|response| {
                    let topic = response.results.iter().find(|topic| topic.topic_name == *partition.topic);
                    let one = topic.and_then(|topic| {
                        topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                    });
                    Error::check(one.ok_or_else(|| unanswered(&what()))?.error_code, what)
                });
                ((partition.clone(), broker), done)
            })
            .collect()
    }
}

fn log_dir(one: DescribeLogDirsResult) -> LogDir {
    let told = |bytes: i64| Some(bytes).filter(|bytes| *bytes >= 0);
    LogDir {
        error: Error::check(one.error_code, || format!("log directory {}", one.log_dir)).err(),
        replicas: one
            .topics
            .iter()
            .flat_map(|topic| {
                topic.partitions.iter().map(|partition| {
                    let replica = ReplicaOnDisk {
                        bytes: partition.partition_size,
                        offset_lag: partition.offset_lag,
                        is_future: partition.is_future_key,
                    };
                    (TopicPartition::new(&topic.name, partition.partition_index), replica)
                })
            })
            .collect(),
        path: one.log_dir.into(),
        total_bytes: told(one.total_bytes),
        usable_bytes: told(one.usable_bytes),
        is_cordoned: one.is_cordoned,
    }
}
