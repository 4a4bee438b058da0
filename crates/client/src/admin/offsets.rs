//! A partition's offsets and its records: which offset stands where, and cutting the log's beginning off; at the leaders.

use kampa_protocol::ApiKey;
use kampa_protocol::messages::delete_records::{DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic};
use kampa_protocol::messages::list_offsets::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};

use super::settle::{by_topic, leader_moved, together, unanswered};
use super::{Admin, Each};
use crate::{Error, Isolation, To, TopicPartition};

/// Which offset is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OffsetSpec {
    Earliest,
    /// The end of the log, or of what is committed there.
    Latest,
    /// Of the record with the largest timestamp. Needs Kafka 3.0.
    MaxTimestamp,
    /// The first that lies on the leader's own disk. Needs Kafka 3.4.
    EarliestLocal,
    /// The last that lies in tiered storage. Needs Kafka 3.9.
    LatestTiered,
    /// The first that does not lie in tiered storage yet. Needs Kafka 4.2.
    EarliestPendingUpload,
    /// The first record at or after this time, in milliseconds since 1970.
    AtOrAfter(i64),
}

impl OffsetSpec {
    fn timestamp(self) -> i64 {
        match self {
            OffsetSpec::Latest => -1,
            OffsetSpec::Earliest => -2,
            OffsetSpec::MaxTimestamp => -3,
            OffsetSpec::EarliestLocal => -4,
            OffsetSpec::LatestTiered => -5,
            OffsetSpec::EarliestPendingUpload => -6,
            OffsetSpec::AtOrAfter(time_ms) => time_ms,
        }
    }

    /// The first version of ListOffsets that can be asked this.
    fn since(self) -> i16 {
        match self {
            OffsetSpec::Latest | OffsetSpec::Earliest | OffsetSpec::AtOrAfter(_) => 1,
            OffsetSpec::MaxTimestamp => 7,
            OffsetSpec::EarliestLocal => 8,
            OffsetSpec::LatestTiered => 9,
            OffsetSpec::EarliestPendingUpload => 11,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedOffset {
    /// -1 when there is no such offset.
    pub offset: i64,
    /// Of the record there; `None` where a place was asked for and not a record.
    pub timestamp_ms: Option<i64>,
    pub leader_epoch: Option<i32>,
}

impl Admin {
    pub async fn list_offsets(
        &self,
        wanted: &[(TopicPartition, OffsetSpec)],
        isolation: Isolation,
    ) -> Each<TopicPartition, ListedOffset> {
        let partitions = wanted.iter().map(|(partition, _)| partition.clone()).collect();
        self.settle(
            "listing offsets",
            partitions,
            |_, code| leader_moved(code),
            |left: Vec<TopicPartition>| async move {
                let (led, mut answers) = self.leaders(&left).await?;
                let asked =
                    led.into_iter().map(|(node, partitions)| self.list_offsets_at(node, partitions, wanted, isolation));
                answers.extend(together(asked.collect()).await.into_iter().flatten());
                Ok(answers)
            },
        )
        .await
    }

    async fn list_offsets_at(
        &self,
        node: i32,
        partitions: Vec<TopicPartition>,
        wanted: &[(TopicPartition, OffsetSpec)],
        isolation: Isolation,
    ) -> Each<TopicPartition, ListedOffset> {
        let spec = |partition: &TopicPartition| {
            wanted.iter().find(|(one, _)| one == partition).map_or(OffsetSpec::Latest, |(_, spec)| *spec)
        };
        let make = |version: i16| {
            if let Some(partition) = partitions.iter().find(|one| spec(one).since() > version) {
                let why = format!("{:?} needs ListOffsets {}", spec(partition), spec(partition).since());
                return Err(Error::Unsupported { api: ApiKey::ListOffsets, why });
            }
            let partition = |one: &TopicPartition| ListOffsetsPartition {
                partition_index: one.partition,
                timestamp: spec(one).timestamp(),
                ..Default::default()
            };
            Ok(ListOffsetsRequest {
                replica_id: CONSUMER,
                isolation_level: if version >= 2 { isolation as i8 } else { 0 },
                topics: by_topic(&partitions)
                    .into_iter()
                    .map(|(name, partitions)| ListOffsetsTopic {
                        name: name.into(),
                        partitions: partitions.into_iter().map(partition).collect(),
                        ..Default::default()
                    })
                    .collect(),
                timeout_ms: if version >= 10 { self.timeout_ms_for_cluster() } else { 0 },
                ..Default::default()
            })
        };
        let answered = self.client.call_with(To::Node(node), make).await;
        partitions
            .iter()
            .map(|partition| {
                let what = || format!("the offsets of {partition}");
                let listed = answered.as_ref().map_err(Clone::clone).and_then(|(_, response)| {
                    let topic = response.topics.iter().find(|topic| topic.name == *partition.topic);
                    let one = topic.and_then(|topic| {
                        topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                    });
                    let one = one.ok_or_else(|| unanswered(&what()))?;
                    Error::check(one.error_code, what)?;
                    Ok(ListedOffset {
                        offset: one.offset,
                        timestamp_ms: Some(one.timestamp).filter(|time_ms| *time_ms >= 0),
                        leader_epoch: Some(one.leader_epoch).filter(|epoch| *epoch >= 0),
                    })
                });
                (partition.clone(), listed)
            })
            .collect()
    }

    /// Deletes what is before each offset (-1: everything committed) and tells the offset that is the first then.
    pub async fn delete_records(&self, before: &[(TopicPartition, i64)]) -> Each<TopicPartition, i64> {
        let partitions = before.iter().map(|(partition, _)| partition.clone()).collect();
        self.settle(
            "deleting records",
            partitions,
            |_, code| leader_moved(code),
            |left: Vec<TopicPartition>| async move {
                let (led, mut answers) = self.leaders(&left).await?;
                let asked = led.into_iter().map(|(node, partitions)| self.delete_records_at(node, partitions, before));
                answers.extend(together(asked.collect()).await.into_iter().flatten());
                Ok(answers)
            },
        )
        .await
    }

    async fn delete_records_at(
        &self,
        node: i32,
        partitions: Vec<TopicPartition>,
        before: &[(TopicPartition, i64)],
    ) -> Each<TopicPartition, i64> {
        let offset = |partition: &TopicPartition| {
            before.iter().find(|(one, _)| one == partition).map_or(0, |(_, offset)| *offset)
        };
        let request = DeleteRecordsRequest {
            topics: by_topic(&partitions)
                .into_iter()
                .map(|(name, partitions)| DeleteRecordsTopic {
                    name: name.into(),
                    partitions: partitions
                        .into_iter()
                        .map(|one| DeleteRecordsPartition {
                            partition_index: one.partition,
                            offset: offset(one),
                            ..Default::default()
                        })
                        .collect(),
                    ..Default::default()
                })
                .collect(),
            timeout_ms: self.timeout_ms_for_cluster(),
            ..Default::default()
        };
        let answered = self.client.call(To::Node(node), request).await;
        partitions
            .iter()
            .map(|partition| {
                let what = || format!("the records of {partition}");
                let low = answered.as_ref().map_err(Clone::clone).and_then(|response| {
                    let topic = response.topics.iter().find(|topic| topic.name == *partition.topic);
                    let one = topic.and_then(|topic| {
                        topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                    });
                    let one = one.ok_or_else(|| unanswered(&what()))?;
                    Error::check(one.error_code, what).map(|()| one.low_watermark)
                });
                (partition.clone(), low)
            })
            .collect()
    }
}

/// Who asks as an ordinary client.
const CONSUMER: i32 = -1;
