//! The group coordinator for classic groups: one `GroupShard` decides for all groups of one `__consumer_offsets` partition.
//!
//! How to run one. Every call returns `Effects`. Append its records, then `replay` them in order, both before the next
//! call; send its answers when everything appended so far is committed; call `on_time` at `wake_at_ms`. When the append
//! fails, hand the effects to `on_append_failed` and send what comes back. To load a shard, replay the whole partition
//! into a new one and call `on_loaded`; to give one up, call `on_unloaded`, and refuse the answers still held back.
//! Reads (`fetch_offsets`, `describe`, `list`) see everything replayed, so their answers wait for the same commit.
//!
//! What is in the log is what Kafka writes: a group's record when a round completes and when the group becomes empty, and
//! committed offsets. Who is joining or syncing, sessions and timers are soft and go when the shard goes.
//!
//! Invariants: every `ReplyTo` gets exactly one answer; a group's generation only grows while it exists; records are
//! always what replaying them makes of an empty shard.

use std::collections::BTreeMap;

use kampa_protocol::messages::delete_groups::DeletableGroupResult;
use kampa_protocol::messages::{
    HeartbeatResponse, JoinGroupResponse, LeaveGroupResponse, OffsetCommitResponse, OffsetDeleteResponse,
    SyncGroupResponse,
};
use kampa_protocol::records::group::{
    GroupMetadataKey, GroupMetadataValue, GroupRecord, OffsetCommitKey, OffsetCommitValue,
};
use kampa_protocol::{ErrorCode, Text, Uuid};

mod admin;
mod commit;
mod expiry;
mod fetch;
mod group;
mod heartbeat;
mod join;
mod leave;
mod members;
mod offset_delete;
mod offsets;
mod record;
mod round;
mod step;
mod subscription;
mod sync;
mod timers;

pub use fetch::{asked_groups, fetch_response, refuse_fetch};
pub use record::encode as encode_record;

use crate::java;
use group::{Group, State};
use offsets::Offsets;
use step::Step;
use timers::{Alarm, Timers};

/// The groups and committed offsets of one `__consumer_offsets` partition.
pub struct GroupShard {
    settings: GroupSettings,
    groups: BTreeMap<Text, Group>,
    offsets: Offsets,
    timers: Timers,
    totals: Totals,
    /// Until `on_loaded`, replayed records come from the log and not from a decision of this shard.
    loading: bool,
}

/// The settings of `server.properties` a shard obeys, under their Kafka names.
#[derive(Clone, Debug)]
pub struct GroupSettings {
    /// `group.initial.rebalance.delay.ms`
    pub initial_rebalance_delay_ms: i64,
    /// `group.min.session.timeout.ms`
    pub min_session_timeout_ms: i32,
    /// `group.max.session.timeout.ms`
    pub max_session_timeout_ms: i32,
    /// `group.max.size`
    pub max_size: usize,
    /// `offset.metadata.max.bytes`; Kafka counts UTF-16 code units, whatever the name says.
    pub offset_metadata_max: usize,
    /// `offsets.retention.minutes`
    pub offsets_retention_ms: i64,
    /// `offsets.retention.check.interval.ms`
    pub offsets_retention_check_interval_ms: i64,
}

/// Both clocks. Sessions and delays run by the monotonic one; what is recorded carries the wall clock's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    pub monotonic_ms: i64,
    pub wall_ms: i64,
}

/// Who asks to join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// From the request header; empty when it says none.
    pub client_id: Text,
    /// As Kafka shows addresses: with a leading slash, `/127.0.0.1`.
    pub host: Text,
}

/// Whom an answer is for; the caller's own numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyTo(pub u64);

/// What a call decided.
#[derive(Debug, Default)]
pub struct Effects {
    /// To be appended and replayed before anything else is asked of the shard.
    pub records: Vec<GroupRecord>,
    /// Whether the records must land in one batch. If not, they may be split anywhere.
    pub atomic: bool,
    /// To be sent when everything appended so far is committed.
    pub answers: Vec<(ReplyTo, GroupAnswer)>,
    /// When to call `on_time`, by the monotonic clock. `None`: nothing is pending.
    pub wake_at_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GroupAnswer {
    Join(JoinGroupResponse),
    Sync(SyncGroupResponse),
    Heartbeat(HeartbeatResponse),
    Leave(LeaveGroupResponse),
    Commit(OffsetCommitResponse),
    Delete(Vec<DeletableGroupResult>),
    OffsetDelete(OffsetDeleteResponse),
}

/// A topic that is gone, with the id it had: a new topic of the same name keeps its offsets.
#[derive(Clone, Debug)]
pub struct DeletedTopic {
    pub name: Text,
    pub id: Uuid,
}

/// Groups by state, and committed offsets: Kafka's `NumGroups…` and `NumOffsets` gauges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub empty: usize,
    pub preparing_rebalance: usize,
    pub completing_rebalance: usize,
    pub stable: usize,
    pub offsets: usize,
}

/// A group and the offsets it committed: topic, partition, offset, in the order of the names.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPosition {
    pub group: Text,
    pub members: usize,
    pub offsets: Vec<(Text, i32, i64)>,
}

/// What happened since the shard was made: Kafka's `group-coordinator-metrics` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub completed_rebalances: u64,
    pub offset_commits: u64,
    pub offset_expirations: u64,
}

/// Which of the partitions of `__consumer_offsets` a group lives in. `partitions` is at least 1.
pub fn partition_for(group_id: &str, partitions: i32) -> i32 {
    // Java has no absolute value for its smallest integer, and Kafka takes 0 for it.
    java::string_hash(group_id).checked_abs().unwrap_or(0) % partitions
}

impl GroupShard {
    /// An empty shard, ready to have its partition replayed.
    pub fn new(settings: GroupSettings) -> GroupShard {
        GroupShard {
            settings,
            groups: BTreeMap::new(),
            offsets: Offsets::default(),
            timers: Timers::default(),
            totals: Totals::default(),
            loading: true,
        }
    }

    /// The partition is replayed: from here on records are this shard's own, and every member of a loaded group has one
    /// session timeout to be heard of.
    pub fn on_loaded(&mut self, now: Now) -> Effects {
        self.loading = false;
        self.plan_retention_check(now);
        let (groups, mut step) = self.step(now);
        for group in groups.values_mut() {
            group.start_sessions(&mut step);
        }
        step.finish()
    }

    /// Acts on everything that is due. Harmless when nothing is.
    pub fn on_time(&mut self, now: Now) -> Effects {
        let mut effects = Effects::default();
        while let Some(alarm) = self.timers.take_due(now.monotonic_ms) {
            let more = match alarm {
                Alarm::Session { group, member } => {
                    self.on_group(&group, now, |g, step| g.expire_session(&member, step))
                }
                Alarm::Join { group } => self.on_group(&group, now, |g, step| g.end_join_wait(step)),
                Alarm::Sync { group } => self.on_group(&group, now, |g, step| g.expire_sync(step)),
                Alarm::Retention => self.check_retention(now),
            };
            effects.records.extend(more.records);
            effects.answers.extend(more.answers);
        }
        effects.wake_at_ms = self.timers.next_ms();
        effects
    }

    /// Applies a record: the only thing that changes what is durable. Records of other kinds of group are passed over.
    pub fn replay(&mut self, record: &GroupRecord) {
        if let Some((key, value)) = record::as_offset_commit(record) {
            self.replay_offset(&key, value.as_ref());
        } else if let GroupRecord::GroupMetadata(key, value) = record {
            self.replay_group(key, value.as_ref());
        }
    }

    /// The records of `failed` could not be appended. What comes back holds the answers to send instead.
    pub fn on_append_failed(&mut self, failed: Effects, error: ErrorCode, now: Now) -> Effects {
        let error = append_error(error);
        let (groups, mut step) = self.step(now);
        for (reply_to, answer) in failed.answers {
            step.answer(reply_to, answer.refused(error));
        }
        for record in &failed.records {
            if let GroupRecord::GroupMetadata(key, Some(value)) = record
                && let Some(group) = groups.get_mut(&*key.group)
            {
                group.withdraw_record(value, &mut step);
            }
        }
        step.finish()
    }

    /// The partition is no longer ours: answers everybody who waits, and forgets everything.
    pub fn on_unloaded(&mut self, now: Now) -> Effects {
        let (groups, mut step) = self.step(now);
        for group in groups.values_mut() {
            group.refuse_parked(ErrorCode::NOT_COORDINATOR, &mut step);
        }
        let answers = step.finish().answers;
        *self = GroupShard::new(self.settings.clone());
        Effects { answers, ..Effects::default() }
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts { offsets: self.offsets.len(), ..Counts::default() };
        for group in self.groups.values() {
            *match group.state() {
                State::Empty => &mut counts.empty,
                State::PreparingRebalance { .. } => &mut counts.preparing_rebalance,
                State::CompletingRebalance => &mut counts.completing_rebalance,
                State::Stable => &mut counts.stable,
            } += 1;
        }
        counts
    }

    /// Every group, its members and where it is: for those who watch how far behind groups are.
    pub fn positions(&self) -> impl Iterator<Item = GroupPosition> + '_ {
        self.groups.values().map(|group| GroupPosition {
            group: group.id.clone(),
            members: group.members.len(),
            offsets: self.offsets.of_group(&group.id).map(offsets::positions).unwrap_or_default(),
        })
    }

    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The groups beside everything a decision about one of them needs.
    fn step(&mut self, now: Now) -> (&mut BTreeMap<Text, Group>, Step<'_>) {
        (&mut self.groups, Step::new(&self.settings, &mut self.timers, &mut self.totals, now))
    }

    fn on_group(&mut self, group_id: &str, now: Now, act: impl FnOnce(&mut Group, &mut Step)) -> Effects {
        let (groups, mut step) = self.step(now);
        if let Some(group) = groups.get_mut(group_id) {
            act(group, &mut step);
        }
        step.finish()
    }

    fn replay_offset(&mut self, key: &OffsetCommitKey, value: Option<&OffsetCommitValue>) {
        let Some(value) = value else { return self.offsets.remove(&key.group, &key.topic, key.partition) };
        if !self.groups.contains_key(&*key.group) {
            // A consumer that only commits, and never joins, makes a group too: an empty one without a protocol type.
            let group_id = key.group.detached();
            self.groups.insert(group_id.clone(), Group::new(group_id, value.commit_timestamp));
        }
        self.offsets.put(key, value);
    }

    fn replay_group(&mut self, key: &GroupMetadataKey, value: Option<&GroupMetadataValue>) {
        match value {
            Some(value) if self.loading => {
                self.groups.insert(key.group.detached(), Group::loaded(key, value));
            }
            Some(value) => {
                if let Some(group) = self.groups.get_mut(&*key.group) {
                    group.follow(value);
                }
            }
            None => {
                if let Some(group) = self.groups.remove(&*key.group) {
                    group.cancel_alarms(&mut self.timers);
                }
            }
        }
    }
}

impl GroupAnswer {
    /// The same answer as a refusal: for answers whose records did not make it.
    pub fn refused(self, error: ErrorCode) -> GroupAnswer {
        let error_code = i16::from(error);
        match self {
            GroupAnswer::Join(answer) => {
                // A null name is not in the language of old versions; the answer before knew which it must be.
                let protocol_name = answer.protocol_name.map(|_| Text::default());
                GroupAnswer::Join(JoinGroupResponse { error_code, protocol_name, ..Default::default() })
            }
            GroupAnswer::Sync(_) => GroupAnswer::Sync(SyncGroupResponse { error_code, ..Default::default() }),
            GroupAnswer::Heartbeat(_) => GroupAnswer::Heartbeat(HeartbeatResponse { error_code, ..Default::default() }),
            GroupAnswer::Leave(_) => GroupAnswer::Leave(LeaveGroupResponse { error_code, ..Default::default() }),
            GroupAnswer::Commit(mut answer) => {
                let partitions = answer.topics.iter_mut().flat_map(|topic| &mut topic.partitions);
                partitions.for_each(|partition| partition.error_code = error_code);
                GroupAnswer::Commit(answer)
            }
            GroupAnswer::Delete(mut results) => {
                results.iter_mut().for_each(|result| result.error_code = error_code);
                GroupAnswer::Delete(results)
            }
            GroupAnswer::OffsetDelete(_) => {
                GroupAnswer::OffsetDelete(OffsetDeleteResponse { error_code, ..Default::default() })
            }
        }
    }
}

/// What clients are told when the offsets partition refuses an append: its own errors would send them to the wrong place.
fn append_error(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION | ErrorCode::NOT_ENOUGH_REPLICAS | ErrorCode::REQUEST_TIMED_OUT => {
            ErrorCode::COORDINATOR_NOT_AVAILABLE
        }
        ErrorCode::NOT_LEADER_OR_FOLLOWER | ErrorCode::KAFKA_STORAGE_ERROR => ErrorCode::NOT_COORDINATOR,
        ErrorCode::MESSAGE_TOO_LARGE | ErrorCode::RECORD_LIST_TOO_LARGE | ErrorCode::INVALID_FETCH_SIZE => {
            ErrorCode::UNKNOWN_SERVER_ERROR
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
