//! The offsets a group has committed: read, set and deleted from outside, at the group's coordinator.

use kampa_protocol::messages::offset_commit::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kampa_protocol::messages::offset_delete::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics, OffsetFetchResponse,
};
use kampa_protocol::{ApiKey, ErrorCode};

use super::settle::{by_topic, unanswered};
use super::{Admin, Each};
use crate::{CoordinatorKind, Error, To, TopicPartition};

/// A group and what is wanted of it: some partitions, or with `None` all it has committed.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupOffsets {
    pub group: String,
    pub partitions: Option<Vec<TopicPartition>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CommittedOffset {
    pub offset: i64,
    pub leader_epoch: Option<i32>,
    pub metadata: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetToCommit {
    pub partition: TopicPartition,
    pub offset: i64,
    pub leader_epoch: Option<i32>,
    pub metadata: String,
}

impl Admin {
    /// `None` for a partition of which the group has committed nothing. With `require_stable`, offsets that a
    /// transaction is about to change are waited for.
    pub async fn list_group_offsets(
        &self,
        groups: &[GroupOffsets],
        require_stable: bool,
    ) -> Each<String, Vec<(TopicPartition, Result<Option<CommittedOffset>, Error>)>> {
        let names: Vec<String> = groups.iter().map(|one| one.group.clone()).collect();
        self.at_coordinators("listing offsets of groups", &names, |node, names| async move {
            let mut answers = Vec::with_capacity(names.len());
            while answers.len() < names.len() {
                let left: Vec<&GroupOffsets> = names[answers.len()..]
                    .iter()
                    .filter_map(|name| groups.iter().find(|one| one.group == *name))
                    .collect();
                let make = |version: i16| fetch(&left, version, require_stable);
                match self.client.call_up_to(To::Node(node), BY_NAME, make).await {
                    Ok((version, response)) => {
                        let asked = if version < BATCHED { &left[..1] } else { &left[..] };
                        answers.extend(
                            asked.iter().map(|one| (one.group.clone(), committed(&one.group, version, &response))),
                        );
                    }
                    Err(error) => answers.extend(left.iter().map(|one| (one.group.clone(), Err(error.clone())))),
                }
            }
            answers
        })
        .await
    }

    /// Sets what a group has committed. The group may have no members that would take it amiss.
    pub async fn alter_group_offsets(
        &self,
        group: &str,
        offsets: &[OffsetToCommit],
    ) -> Result<Each<TopicPartition, ()>, Error> {
        let partitions = offsets.iter().map(|one| one.partition.clone()).collect();
        let again =
            |_: &TopicPartition, code| self.coordinator_moved(group, code) || code == ErrorCode::REBALANCE_IN_PROGRESS;
        let answers = self
            .settle("altering offsets of a group", partitions, again, |left: Vec<TopicPartition>| async move {
                let wanted: Vec<&OffsetToCommit> = offsets.iter().filter(|one| left.contains(&one.partition)).collect();
                let make = |version: i16| Ok(commit(group, &wanted, version));
                let to = To::Coordinator(CoordinatorKind::Group, group);
                let (_, response) = self.client.call_up_to(to, BY_NAME, make).await?;
                Ok(left
                    .into_iter()
                    .map(|partition| {
                        let what = || format!("the offset of group {group} in {partition}");
                        let topic = response.topics.iter().find(|topic| topic.name == *partition.topic);
                        let one = topic.and_then(|topic| {
                            topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                        });
                        let done =
                            one.ok_or_else(|| unanswered(&what())).and_then(|one| Error::check(one.error_code, what));
                        (partition, done)
                    })
                    .collect())
            })
            .await;
        Ok(answers)
    }

    /// Forgets what a group has committed in these partitions, if it does not read them now.
    pub async fn delete_group_offsets(
        &self,
        group: &str,
        partitions: &[TopicPartition],
    ) -> Result<Each<TopicPartition, ()>, Error> {
        self.settle_one(
            "deleting offsets of a group",
            |code| self.coordinator_moved(group, code),
            || async {
                let numbers = |partitions: Vec<&TopicPartition>| {
                    partitions
                        .into_iter()
                        .map(|one| OffsetDeleteRequestPartition { partition_index: one.partition })
                        .collect()
                };
                let request = OffsetDeleteRequest {
                    group_id: group.into(),
                    topics: by_topic(partitions)
                        .into_iter()
                        .map(|(name, partitions)| OffsetDeleteRequestTopic {
                            name: name.into(),
                            partitions: numbers(partitions),
                        })
                        .collect(),
                };
                let response = self.client.call(To::Coordinator(CoordinatorKind::Group, group), request).await?;
                Error::check(response.error_code, || format!("group {group}"))?;
                Ok(partitions
                    .iter()
                    .map(|partition| {
                        let what = || format!("the offset of group {group} in {partition}");
                        let topic = response.topics.iter().find(|topic| topic.name == *partition.topic);
                        let one = topic.and_then(|topic| {
                            topic.partitions.iter().find(|one| one.partition_index == partition.partition)
                        });
                        let done =
                            one.ok_or_else(|| unanswered(&what())).and_then(|one| Error::check(one.error_code, what));
                        (partition.clone(), done)
                    })
                    .collect())
            },
        )
        .await
    }
}

/// OffsetFetch asks for many groups at once since this version (KIP-709).
const BATCHED: i16 = 8;
/// The last version of OffsetFetch and OffsetCommit that names topics. An id would have to be looked up, and a group may
/// have offsets in topics that are gone.
const BY_NAME: i16 = 9;

fn fetch(groups: &[&GroupOffsets], version: i16, require_stable: bool) -> Result<OffsetFetchRequest, Error> {
    if require_stable && version < 7 {
        let why = "it cannot wait for transactions before OffsetFetch 7".to_owned();
        return Err(Error::Unsupported { api: ApiKey::OffsetFetch, why });
    }
    let mut request = OffsetFetchRequest { require_stable, ..Default::default() };
    if version < BATCHED {
        request.group_id = groups[0].group.as_str().into();
        request.topics = groups[0].partitions.as_ref().map(|partitions| {
            by_topic(partitions)
                .into_iter()
                .map(|(name, partitions)| OffsetFetchRequestTopic {
                    name: name.into(),
                    partition_indexes: numbers(partitions),
                    ..Default::default()
                })
                .collect()
        });
        return Ok(request);
    }
    request.groups = groups
        .iter()
        .map(|one| OffsetFetchRequestGroup {
            group_id: one.group.as_str().into(),
            topics: one.partitions.as_ref().map(|partitions| {
                by_topic(partitions)
                    .into_iter()
                    .map(|(name, partitions)| OffsetFetchRequestTopics {
                        name: name.into(),
                        partition_indexes: numbers(partitions),
                        ..Default::default()
                    })
                    .collect()
            }),
            ..Default::default()
        })
        .collect();
    Ok(request)
}

fn numbers(partitions: Vec<&TopicPartition>) -> Vec<i32> {
    partitions.into_iter().map(|one| one.partition).collect()
}

type Committed = Vec<(TopicPartition, Result<Option<CommittedOffset>, Error>)>;

fn committed(group: &str, version: i16, response: &OffsetFetchResponse) -> Result<Committed, Error> {
    let what = || format!("group {group}");
    let read = |topic: &str, partition: i32, offset: i64, epoch: i32, metadata: Option<&str>, code: i16| {
        let partition = TopicPartition::new(topic, partition);
        let committed = (offset >= 0).then(|| CommittedOffset {
            offset,
            leader_epoch: Some(epoch).filter(|epoch| *epoch >= 0),
            metadata: metadata.unwrap_or_default().to_owned(),
        });
        let answer = Error::check(code, || format!("the offset of group {group} in {partition}")).map(|()| committed);
        (partition, answer)
    };
    if version < BATCHED {
        Error::check(response.error_code, what)?;
        return Ok(response
            .topics
            .iter()
            .flat_map(|topic| {
                topic.partitions.iter().map(|one| {
                    read(
                        &topic.name,
                        one.partition_index,
                        one.committed_offset,
                        one.committed_leader_epoch,
                        one.metadata.as_deref(),
                        one.error_code,
                    )
                })
            })
            .collect());
    }
    let found = response.groups.iter().find(|one| one.group_id == group).ok_or_else(|| unanswered(&what()))?;
    Error::check(found.error_code, what)?;
    Ok(found
        .topics
        .iter()
        .flat_map(|topic| {
            topic.partitions.iter().map(|one| {
                read(
                    &topic.name,
                    one.partition_index,
                    one.committed_offset,
                    one.committed_leader_epoch,
                    one.metadata.as_deref(),
                    one.error_code,
                )
            })
        })
        .collect())
}

fn commit(group: &str, offsets: &[&OffsetToCommit], version: i16) -> OffsetCommitRequest {
    let mut request = OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: -1,
        retention_time_ms: -1,
        ..Default::default()
    };
    for one in offsets {
        let name = &*one.partition.topic;
        let at = request.topics.iter().position(|topic| topic.name == name).unwrap_or_else(|| {
            request.topics.push(OffsetCommitRequestTopic { name: name.into(), ..Default::default() });
            request.topics.len() - 1
        });
        request.topics[at].partitions.push(OffsetCommitRequestPartition {
            partition_index: one.partition.partition,
            committed_offset: one.offset,
            committed_leader_epoch: one.leader_epoch.filter(|_| version >= 6).unwrap_or(-1),
            committed_metadata: Some(one.metadata.as_str().into()),
            ..Default::default()
        });
    }
    request
}
