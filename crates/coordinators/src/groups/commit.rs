//! OffsetCommit (key 8): a member, or a consumer that manages its partitions itself, remembers how far it came.
//!
//! Topics come with their names filled in, and with their ids wherever the caller knows them, in every version: the caller
//! resolves one from the other, and answers UNKNOWN_TOPIC_ID or UNKNOWN_TOPIC_OR_PARTITION itself for what there is not.

use kampa_protocol::messages::offset_commit::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use kampa_protocol::messages::{OffsetCommitRequest, OffsetCommitResponse};
use kampa_protocol::records::group::{GroupRecord, OffsetCommitKey, OffsetCommitValue};
use kampa_protocol::{ErrorCode, Text};

use super::group::{Group, State};
use super::record::NEVER;
use super::step::Step;
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    pub fn commit_offsets(
        &mut self,
        reply_to: ReplyTo,
        request: &OffsetCommitRequest,
        version: i16,
        now: Now,
    ) -> Effects {
        let (groups, mut step) = self.step(now);
        let refusal = match groups.get(&*request.group_id) {
            Some(group) => group.accept_commit(request, &mut step),
            // Admins, and consumers that take no part in a group.
            None if request.generation_id_or_member_epoch < 0 => Ok(()),
            None if version >= GROUP_ID_NOT_FOUND_FROM => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            None => Err(ErrorCode::ILLEGAL_GENERATION),
        };
        let topics = request.topics.iter().map(|topic| commit_topic(request, topic, refusal, &mut step)).collect();
        let response = OffsetCommitResponse { topics, ..Default::default() };
        step.answer(reply_to, GroupAnswer::Commit(response));
        step.finish()
    }
}

impl Group {
    /// Whether the request may commit; a member's commit shows that it lives.
    fn accept_commit(&self, request: &OffsetCommitRequest, step: &mut Step) -> Result<(), ErrorCode> {
        let generation = request.generation_id_or_member_epoch;
        let instance_id = request.group_instance_id.as_ref();
        let is_member = generation >= 0 || !request.member_id.is_empty() || instance_id.is_some();
        match self.state() {
            State::Empty if generation < 0 => return Ok(()),
            State::Empty | State::PreparingRebalance { .. } | State::CompletingRebalance | State::Stable => {}
        }
        if !is_member {
            return Err(ErrorCode::UNKNOWN_MEMBER_ID);
        }
        self.check_member(&request.member_id, instance_id)?;
        if generation != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        if self.state() == State::CompletingRebalance {
            // The member knows the new generation, so it may retry once it has its assignment.
            return Err(ErrorCode::REBALANCE_IN_PROGRESS);
        }
        self.renew_session(&request.member_id, step);
        Ok(())
    }
}

fn commit_topic(
    request: &OffsetCommitRequest,
    topic: &OffsetCommitRequestTopic,
    refusal: Result<(), ErrorCode>,
    step: &mut Step,
) -> OffsetCommitResponseTopic {
    let mut partitions = Vec::with_capacity(topic.partitions.len());
    for partition in &topic.partitions {
        let verdict = refusal.and_then(|()| check_metadata(partition, step.settings.offset_metadata_max));
        if verdict.is_ok() {
            step.record(offset_record(request, topic, partition, step.now));
            step.totals.offset_commits += 1;
        }
        partitions.push(OffsetCommitResponsePartition {
            partition_index: partition.partition_index,
            error_code: verdict.err().unwrap_or(ErrorCode::NONE).into(),
            ..Default::default()
        });
    }
    OffsetCommitResponseTopic { name: topic.name.clone(), topic_id: topic.topic_id, partitions, ..Default::default() }
}

fn check_metadata(partition: &OffsetCommitRequestPartition, max: usize) -> Result<(), ErrorCode> {
    let metadata = partition.committed_metadata.as_deref().unwrap_or("");
    // A text has at most as many UTF-16 units as bytes, so the short ones need no counting.
    let fits = metadata.len() <= max || metadata.encode_utf16().count() <= max;
    if fits { Ok(()) } else { Err(ErrorCode::OFFSET_METADATA_TOO_LARGE) }
}

fn offset_record(
    request: &OffsetCommitRequest,
    topic: &OffsetCommitRequestTopic,
    partition: &OffsetCommitRequestPartition,
    now: Now,
) -> GroupRecord {
    let key = OffsetCommitKey {
        group: request.group_id.clone(),
        topic: topic.name.clone(),
        partition: partition.partition_index,
    };
    let has_retention = request.retention_time_ms != DEFAULT_RETENTION;
    let value = OffsetCommitValue {
        offset: partition.committed_offset,
        leader_epoch: partition.committed_leader_epoch,
        metadata: partition.committed_metadata.clone().unwrap_or(Text::from_static("")),
        commit_timestamp: now.wall_ms,
        expire_timestamp: if has_retention { now.wall_ms.saturating_add(request.retention_time_ms) } else { NEVER },
        topic_id: topic.topic_id,
        ..Default::default()
    };
    GroupRecord::OffsetCommit(key, Some(value))
}

/// What versions 2 to 4 send when the group's retention is good enough for them; later ones have no say.
const DEFAULT_RETENTION: i64 = -1;

/// From this version of OffsetCommit on, clients of either group protocol understand that the group is not there.
const GROUP_ID_NOT_FOUND_FROM: i16 = 9;
