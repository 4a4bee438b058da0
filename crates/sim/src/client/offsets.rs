//! Committed offsets: writing and reading them, in every shape the versions have.
//!
//! A commit's metadata is its number in the history, so who reads an offset knows whose it is.

use kampa_protocol::messages::offset_commit::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kampa_protocol::messages::offset_fetch::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kampa_protocol::messages::{FindCoordinatorRequest, OffsetCommitRequest, OffsetFetchRequest, OffsetFetchResponse};
use kampa_protocol::{ApiKey, ErrorCode, Text, Uuid};

use super::{Client, Trouble, versions};
use crate::history::{Event, Outcome, Place};

/// Who commits.
#[derive(Clone, Debug)]
pub struct Committer {
    /// The group.
    pub group: Text,
    /// Its generation; -1 for nobody.
    pub generation: i32,
    /// The member; empty for nobody.
    pub member: Text,
    /// A static member's name.
    pub instance: Option<Text>,
}

impl Committer {
    /// Somebody outside of the group, which must have no members.
    pub fn nobody(group: &Text) -> Committer {
        Committer { group: group.clone(), generation: -1, member: Text::default(), instance: None }
    }
}

/// Asks who coordinates a group. There is one node, so it matters only that it has been asked: it makes room for offsets then.
pub async fn find_coordinator(client: &mut Client, group: &Text) -> Result<(), Trouble> {
    let version = versions::any::<FindCoordinatorRequest>(&mut client.chance);
    let mut request = FindCoordinatorRequest { key_type: 0, ..Default::default() };
    if version >= SEVERAL_KEYS_FROM {
        request.coordinator_keys = vec![group.clone()];
    } else {
        request.key = group.clone();
    }
    let answer = client.ask_as(&request, version).await?;
    let error = match answer.coordinators.first() {
        Some(coordinator) => coordinator.error_code,
        None => answer.error_code,
    };
    if error == 0 { Ok(()) } else { Err(client.refused("FindCoordinator", ErrorCode(error))) }
}

/// Commits offsets. Says the worst error among the partitions, if there is one.
pub async fn commit(client: &mut Client, who: &Committer, offsets: &[(Text, Place, i64)]) -> Result<(), Trouble> {
    let (low, high) = versions::range(ApiKey::OffsetCommit);
    let low = if who.instance.is_some() { STATIC_FROM } else { low };
    let version = client.chance.between(low as u64, high as u64) as i16;
    let mut numbers = Vec::new();
    let mut request = OffsetCommitRequest {
        group_id: who.group.clone(),
        generation_id_or_member_epoch: who.generation,
        member_id: who.member.clone(),
        group_instance_id: who.instance.clone(),
        ..Default::default()
    };
    for (topic, place, offset) in offsets {
        let number = client.recorder.new_commit();
        client.recorder.add(Event::CommitAsked {
            commit: number,
            group: who.group.clone(),
            generation: who.generation,
            place: *place,
            offset: *offset,
        });
        numbers.push((number, *place));
        let partition = OffsetCommitRequestPartition {
            partition_index: place.partition,
            committed_offset: *offset,
            committed_metadata: Some(Text::from(number.to_string())),
            ..Default::default()
        };
        match request.topics.iter_mut().find(|topic| topic.topic_id == place.topic_id) {
            Some(topic) => topic.partitions.push(partition),
            None => request.topics.push(OffsetCommitRequestTopic {
                name: topic.clone(),
                topic_id: place.topic_id,
                partitions: vec![partition],
                ..Default::default()
            }),
        }
    }
    let answer = client.ask_as(&request, version).await?;
    let mut worst = Ok(());
    for (commit, place) in numbers {
        let same = |asked: &&OffsetCommitRequestTopic| asked.topic_id == place.topic_id;
        let asked = request.topics.iter().find(same);
        let found = answer.topics.iter().find(|topic| match asked {
            Some(asked) if version < BY_ID_FROM => topic.name == asked.name,
            _ => topic.topic_id == place.topic_id,
        });
        let found = found.and_then(|topic| topic.partitions.iter().find(|it| it.partition_index == place.partition));
        let Some(found) = found else {
            client.recorder.wrong(format!("OffsetCommit was not answered for {place}"));
            return Err(Trouble::Garbled);
        };
        let error = ErrorCode(found.error_code);
        if !error.is_err() {
            client.recorder.add(Event::CommitAnswered { commit, outcome: Outcome::Done });
            continue;
        }
        if FINAL.contains(&error) {
            client.recorder.add(Event::CommitAnswered { commit, outcome: Outcome::Refused(error) });
        } else if !client.may_pass(error) {
            client.unexpected("OffsetCommit", error);
        }
        worst = Err(Trouble::Refused(error));
    }
    worst
}

/// The committed offsets of some partitions, -1 where there is none.
pub async fn committed(
    client: &mut Client,
    group: &Text,
    places: &[(Text, Place)],
) -> Result<Vec<(Text, Place, i64)>, Trouble> {
    let (low, high) = versions::range(ApiKey::OffsetFetch);
    let version = client.chance.between(low as u64, high as u64) as i16;
    let begun = client.recorder.now();
    let answer = client.ask_as(&request(group, places, version), version).await?;
    let found = flatten(answer, version).map_err(|error| client.refused("OffsetFetch", error))?;
    let mut offsets = Vec::new();
    for (topic, place) in places {
        let is_it = |found: &&Found| {
            let named = if version >= BY_ID_FROM { found.topic_id == place.topic_id } else { found.topic == *topic };
            named && found.partition == place.partition
        };
        let Some(found) = found.iter().find(is_it) else {
            client.recorder.wrong(format!("OffsetFetch was not answered for {place}"));
            return Err(Trouble::Garbled);
        };
        let error = ErrorCode(found.error);
        if error.is_err() {
            return Err(client.refused("OffsetFetch of a partition", error));
        }
        let seen = (found.offset >= 0).then(|| (found.metadata.parse().unwrap_or(0), found.offset));
        client.recorder.add(Event::CommitSeen { group: group.clone(), place: *place, begun, found: seen });
        offsets.push((topic.clone(), *place, found.offset));
    }
    Ok(offsets)
}

fn request(group: &Text, places: &[(Text, Place)], version: i16) -> OffsetFetchRequest {
    let mut topics: Vec<OffsetFetchRequestTopics> = Vec::new();
    for (name, place) in places {
        match topics.iter_mut().find(|topic| topic.topic_id == place.topic_id) {
            Some(topic) => topic.partition_indexes.push(place.partition),
            None => topics.push(OffsetFetchRequestTopics {
                name: name.clone(),
                topic_id: place.topic_id,
                partition_indexes: vec![place.partition],
                ..Default::default()
            }),
        }
    }
    if version >= GROUPS_FROM {
        let group = OffsetFetchRequestGroup { group_id: group.clone(), topics: Some(topics), ..Default::default() };
        return OffsetFetchRequest { groups: vec![group], ..Default::default() };
    }
    let of = |topic: OffsetFetchRequestTopics| OffsetFetchRequestTopic {
        name: topic.name,
        partition_indexes: topic.partition_indexes,
        ..Default::default()
    };
    let topics = Some(topics.into_iter().map(of).collect());
    OffsetFetchRequest { group_id: group.clone(), topics, ..Default::default() }
}

/// One partition of an answer, whatever its shape.
struct Found {
    topic: Text,
    topic_id: Uuid,
    partition: i32,
    offset: i64,
    metadata: Text,
    error: i16,
}

fn flatten(answer: OffsetFetchResponse, version: i16) -> Result<Vec<Found>, ErrorCode> {
    let failed = |error: i16| if error == 0 { Ok(()) } else { Err(ErrorCode(error)) };
    let mut found = Vec::new();
    if version < GROUPS_FROM {
        failed(answer.error_code)?;
        for topic in answer.topics {
            for partition in topic.partitions {
                found.push(Found {
                    topic: topic.name.clone(),
                    topic_id: Uuid::ZERO,
                    partition: partition.partition_index,
                    offset: partition.committed_offset,
                    metadata: partition.metadata.unwrap_or_default(),
                    error: partition.error_code,
                });
            }
        }
        return Ok(found);
    }
    for group in answer.groups {
        failed(group.error_code)?;
        for topic in group.topics {
            for partition in topic.partitions {
                found.push(Found {
                    topic: topic.name.clone(),
                    topic_id: topic.topic_id,
                    partition: partition.partition_index,
                    offset: partition.committed_offset,
                    metadata: partition.metadata.unwrap_or_default(),
                    error: partition.error_code,
                });
            }
        }
    }
    Ok(found)
}

/// Errors after which a commit never happens.
const FINAL: &[ErrorCode] = &[
    ErrorCode::ILLEGAL_GENERATION,
    ErrorCode::UNKNOWN_MEMBER_ID,
    ErrorCode::REBALANCE_IN_PROGRESS,
    ErrorCode::FENCED_INSTANCE_ID,
];
/// OffsetCommit and OffsetFetch name topics by id from this version on.
const BY_ID_FROM: i16 = 10;
/// OffsetFetch asks for several groups from this version on.
const GROUPS_FROM: i16 = 8;
/// FindCoordinator asks for several groups from this version on.
const SEVERAL_KEYS_FROM: i16 = 4;
/// OffsetCommit knows static members from this version on.
const STATIC_FROM: i16 = 7;
