//! What a consumer asks about offsets: committed ones, ones by time, and where an epoch ends.
//!
//! Each function asks once; what may be tried again stands in its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use kampa_protocol::messages::list_offsets::{ListOffsetsPartition, ListOffsetsTopic};
use kampa_protocol::messages::offset_commit::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics, OffsetFetchResponsePartition,
};
use kampa_protocol::messages::offset_for_leader_epoch::{OffsetForLeaderPartition, OffsetForLeaderTopic};
use kampa_protocol::messages::{
    ListOffsetsRequest, OffsetCommitRequest, OffsetFetchRequest, OffsetFetchResponse, OffsetForLeaderEpochRequest,
};
use kampa_protocol::{ErrorCode, Uuid};

use super::membership::Seat;
use super::{OffsetAndMetadata, OffsetAndTimestamp, TopicPartition};
use crate::cluster::ClusterView;
use crate::cluster::refresh::Topics;
use crate::{Client, CoordinatorKind, Error, Isolation, To};

/// For each partition asked about what came of it.
pub(super) type Found<T> = Vec<(TopicPartition, Result<T, Error>)>;

/// ListOffsets' names for the two ends.
pub(super) const EARLIEST: i64 = -2;
/// The end as far as the isolation lets the consumer see.
pub(super) const LATEST: i64 = -1;

impl Client {
    /// The metadata of these topics, at least once heard of.
    pub(super) async fn knowing(&self, partitions: &[TopicPartition]) -> Result<std::sync::Arc<ClusterView>, Error> {
        let mut names: Vec<&str> = partitions.iter().map(|one| &*one.topic).collect();
        names.sort_unstable();
        names.dedup();
        let leads = |view: &ClusterView, one: &TopicPartition| {
            view.partition(&one.topic, one.partition).is_some_and(|found| found.leader.is_some())
        };
        self.fresh(Topics::Named(&names), |view| partitions.iter().all(|one| leads(view, one))).await
    }

    /// Partitions by the node that leads each; an error for those without.
    async fn by_leader<T, U>(
        &self,
        asked: &[(TopicPartition, T)],
        found: &mut Found<U>,
    ) -> Result<BTreeMap<i32, Vec<(TopicPartition, i32, T)>>, Error>
    where
        T: Copy,
    {
        let names: Vec<TopicPartition> = asked.iter().map(|(name, _)| name.clone()).collect();
        let view = self.knowing(&names).await?;
        let mut nodes: BTreeMap<i32, Vec<(TopicPartition, i32, T)>> = BTreeMap::new();
        for (name, what) in asked {
            let known = view.partition(&name.topic, name.partition);
            match known.and_then(|known| known.leader) {
                Some(leader) => {
                    let epoch = known.map_or(-1, |known| known.leader_epoch);
                    nodes.entry(leader).or_default().push((name.clone(), epoch, *what));
                }
                None => {
                    self.invalidate();
                    let refused = view.topics.get(&*name.topic).map(|topic| topic.error);
                    found.push((name.clone(), Err(no_leader(name, refused))));
                }
            }
        }
        Ok(nodes)
    }

    /// Offsets by timestamp, or by [`EARLIEST`] and [`LATEST`]. None: nothing is as new as that.
    pub(super) async fn offsets_by_time(
        &self,
        asked: &[(TopicPartition, i64)],
        isolation: Isolation,
    ) -> Result<Found<Option<OffsetAndTimestamp>>, Error> {
        let mut found = Vec::new();
        for (node, asked) in self.by_leader(asked, &mut found).await? {
            let mut topics: Vec<ListOffsetsTopic> = Vec::new();
            for (name, epoch, timestamp) in &asked {
                let partition = ListOffsetsPartition {
                    partition_index: name.partition,
                    current_leader_epoch: *epoch,
                    timestamp: *timestamp,
                    ..Default::default()
                };
                match topics.last_mut().filter(|topic| *topic.name == *name.topic) {
                    Some(topic) => topic.partitions.push(partition),
                    None => topics.push(ListOffsetsTopic {
                        name: (&*name.topic).into(),
                        partitions: vec![partition],
                        ..Default::default()
                    }),
                }
            }
            let request = ListOffsetsRequest {
                replica_id: -1,
                isolation_level: i8::from(isolation == Isolation::ReadCommitted),
                topics,
                timeout_ms: self.settings().request_timeout_ms as i32,
                ..Default::default()
            };
            let answer = match self.ask(To::Node(node), self.patience(), |_| Ok(request.clone())).await {
                Ok((_, answer)) => answer,
                Err(error) => {
                    found.extend(asked.into_iter().map(|(name, ..)| (name, Err(error.clone()))));
                    continue;
                }
            };
            for topic in answer.topics {
                for one in topic.partitions {
                    let name = TopicPartition::new(&*topic.name, one.partition_index);
                    let outcome = self.judged(one.error_code, &name).map(|()| {
                        let leader_epoch = Some(one.leader_epoch).filter(|&epoch| epoch >= 0);
                        let at = OffsetAndTimestamp { offset: one.offset, timestamp_ms: one.timestamp, leader_epoch };
                        Some(at).filter(|at| at.offset >= 0)
                    });
                    found.push((name, outcome));
                }
            }
        }
        Ok(found)
    }

    /// For partitions with the epoch of the last record read: the last epoch up to that, and the offset where it ends.
    pub(super) async fn ends_of_epochs(
        &self,
        asked: &[(TopicPartition, i32)],
    ) -> Result<Found<(i32, i64, i32)>, Error> {
        let mut found = Vec::new();
        for (node, asked) in self.by_leader(asked, &mut found).await? {
            let mut topics: Vec<OffsetForLeaderTopic> = Vec::new();
            for (name, current, epoch) in &asked {
                let partition = OffsetForLeaderPartition {
                    partition: name.partition,
                    current_leader_epoch: *current,
                    leader_epoch: *epoch,
                    ..Default::default()
                };
                match topics.last_mut().filter(|topic| *topic.topic == *name.topic) {
                    Some(topic) => topic.partitions.push(partition),
                    None => topics.push(OffsetForLeaderTopic {
                        topic: (&*name.topic).into(),
                        partitions: vec![partition],
                        ..Default::default()
                    }),
                }
            }
            let request = OffsetForLeaderEpochRequest { replica_id: -1, topics, ..Default::default() };
            let answer = match self.ask(To::Node(node), self.patience(), |_| Ok(request.clone())).await {
                Ok((_, answer)) => answer,
                Err(error) => {
                    found.extend(asked.into_iter().map(|(name, ..)| (name, Err(error.clone()))));
                    continue;
                }
            };
            for topic in answer.topics {
                for one in topic.partitions {
                    let name = TopicPartition::new(&*topic.topic, one.partition);
                    let current =
                        asked.iter().find(|(asked, ..)| *asked == name).map_or(-1, |(_, current, _)| *current);
                    let outcome = self.judged(one.error_code, &name);
                    found.push((name, outcome.map(|()| (one.leader_epoch, one.end_offset, current))));
                }
            }
        }
        Ok(found)
    }

    /// What a group has committed; none where it has not.
    pub(super) async fn committed_by(
        &self,
        group: &str,
        partitions: &[TopicPartition],
    ) -> Result<Found<Option<OffsetAndMetadata>>, Error> {
        let view = self.knowing(partitions).await?;
        let topics = by_topic(partitions);
        let make = |version| Ok(fetch_request(group, &topics, &view, version));
        let to = To::Coordinator(CoordinatorKind::Group, group);
        let (version, answer) = self.ask(to, self.patience(), make).await?;
        let (code, found) = fetched(answer, &view, version);
        self.judged_by_coordinator(code, group)?;
        let outcome = |(name, one): (TopicPartition, OffsetFetchResponsePartition)| {
            let outcome = Error::check(one.error_code, || format!("the committed offset of {name}")).map(|()| {
                let committed = OffsetAndMetadata {
                    offset: one.committed_offset,
                    leader_epoch: Some(one.committed_leader_epoch).filter(|&epoch| epoch >= 0),
                    metadata: one.metadata.map(|text| text.to_string()).unwrap_or_default(),
                };
                Some(committed).filter(|committed| committed.offset >= 0)
            });
            (name, outcome)
        };
        Ok(found.into_iter().map(outcome).collect())
    }

    /// Commits as a member, or as nobody (generation -1) where no member is.
    pub(super) async fn commit_as(
        &self,
        group: &str,
        seat: &Seat,
        offsets: &[(TopicPartition, OffsetAndMetadata)],
    ) -> Result<(), Error> {
        let names: Vec<TopicPartition> = offsets.iter().map(|(name, _)| name.clone()).collect();
        let view = self.knowing(&names).await?;
        let mut topics: Vec<OffsetCommitRequestTopic> = Vec::new();
        for (name, offset) in offsets {
            let partition = OffsetCommitRequestPartition {
                partition_index: name.partition,
                committed_offset: offset.offset,
                committed_leader_epoch: offset.leader_epoch.unwrap_or(-1),
                committed_metadata: Some(offset.metadata.as_str().into()),
                ..Default::default()
            };
            match topics.iter_mut().find(|topic| *topic.name == *name.topic) {
                Some(topic) => topic.partitions.push(partition),
                None => topics.push(OffsetCommitRequestTopic {
                    name: (&*name.topic).into(),
                    topic_id: topic_id(&view, &name.topic),
                    partitions: vec![partition],
                    ..Default::default()
                }),
            }
        }
        let request = OffsetCommitRequest {
            group_id: group.into(),
            generation_id_or_member_epoch: seat.generation,
            member_id: seat.member_id.as_str().into(),
            group_instance_id: seat.instance.as_deref().map(Into::into),
            topics,
            ..Default::default()
        };
        let to = To::Coordinator(CoordinatorKind::Group, group);
        let (_, answer) = self.ask(to, self.patience(), |_| Ok(request.clone())).await?;
        let partitions = answer.topics.iter().flat_map(|topic| &topic.partitions);
        let worst = partitions.map(|one| one.error_code).find(|&code| code != 0).unwrap_or(0);
        self.judged_by_coordinator(worst, group)
    }

    /// What a leader said of a partition; also notes that what is known of leaders may be old.
    fn judged(&self, code: i16, name: &TopicPartition) -> Result<(), Error> {
        let outcome = Error::check(code, || format!("partition {name}"));
        if outcome.as_ref().is_err_and(Error::is_retriable) {
            self.invalidate();
        }
        outcome
    }

    fn judged_by_coordinator(&self, code: i16, group: &str) -> Result<(), Error> {
        if matches!(ErrorCode(code), ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE) {
            self.forget_coordinator(CoordinatorKind::Group, group);
        }
        Error::check(code, || format!("group {group}"))
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_millis(self.settings().request_timeout_ms)
    }
}

fn no_leader(name: &TopicPartition, refused: Option<ErrorCode>) -> Error {
    match refused.filter(|&code| code != ErrorCode::NONE) {
        Some(code) => Error::Broker { code, what: format!("topic {}", name.topic), message: None },
        None => Error::Unknown { what: format!("a leader of {name}") },
    }
}

fn topic_id(view: &ClusterView, topic: &str) -> Uuid {
    view.topics.get(topic).map_or(Uuid::ZERO, |topic| topic.id)
}

fn by_topic(partitions: &[TopicPartition]) -> Vec<(String, Vec<i32>)> {
    let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for one in partitions {
        topics.entry(&one.topic).or_default().push(one.partition);
    }
    topics.into_iter().map(|(name, partitions)| (name.to_owned(), partitions)).collect()
}

fn fetch_request(group: &str, topics: &[(String, Vec<i32>)], view: &ClusterView, version: i16) -> OffsetFetchRequest {
    // Offsets that an open transaction may still change are not given away (KIP-447).
    let mut request = OffsetFetchRequest { require_stable: version >= STABLE_FROM, ..Default::default() };
    if version >= GROUPS_FROM {
        let topic = |(name, partitions): &(String, Vec<i32>)| OffsetFetchRequestTopics {
            name: name.as_str().into(),
            topic_id: topic_id(view, name),
            partition_indexes: partitions.clone(),
            ..Default::default()
        };
        let topics = Some(topics.iter().map(topic).collect());
        request.groups = vec![OffsetFetchRequestGroup { group_id: group.into(), topics, ..Default::default() }];
        return request;
    }
    let topic = |(name, partitions): &(String, Vec<i32>)| OffsetFetchRequestTopic {
        name: name.as_str().into(),
        partition_indexes: partitions.clone(),
        ..Default::default()
    };
    request.group_id = group.into();
    request.topics = Some(topics.iter().map(topic).collect());
    request
}

/// The group's code and its partitions, from either shape.
fn fetched(
    answer: OffsetFetchResponse,
    view: &ClusterView,
    version: i16,
) -> (i16, Vec<(TopicPartition, OffsetFetchResponsePartition)>) {
    let mut found = Vec::new();
    if version < GROUPS_FROM {
        for topic in answer.topics {
            let name: std::sync::Arc<str> = (&*topic.name).into();
            let named = |one: OffsetFetchResponsePartition| {
                (TopicPartition { topic: name.clone(), partition: one.partition_index }, one)
            };
            found.extend(topic.partitions.into_iter().map(named));
        }
        return (answer.error_code, found);
    }
    let Some(group) = answer.groups.into_iter().next() else { return (0, found) };
    for topic in group.topics {
        let by_id = view.topic_by_id(topic.topic_id).map(|topic| topic.name.as_str());
        let name: std::sync::Arc<str> = by_id.unwrap_or(&topic.name).into();
        for one in topic.partitions {
            let same = OffsetFetchResponsePartition {
                partition_index: one.partition_index,
                committed_offset: one.committed_offset,
                committed_leader_epoch: one.committed_leader_epoch,
                metadata: one.metadata,
                error_code: one.error_code,
                ..Default::default()
            };
            found.push((TopicPartition { topic: name.clone(), partition: one.partition_index }, same));
        }
    }
    (group.error_code, found)
}

/// From these versions on OffsetFetch can leave out what an open transaction may change, and ask for several groups.
const STABLE_FROM: i16 = 7;
const GROUPS_FROM: i16 = 8;
