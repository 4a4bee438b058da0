//! One classic group: what is recorded of it, and the round its members are in.

use std::collections::BTreeSet;

use bytes::Bytes;
use kampa_protocol::messages::join_group::{JoinGroupResponse, JoinGroupResponseMember};
use kampa_protocol::records::group::group_metadata::MemberMetadata;
use kampa_protocol::records::group::{GroupMetadataKey, GroupMetadataValue, GroupRecord};
use kampa_protocol::{ErrorCode, Text};

use super::Client;
use super::members::{Member, Members, Strategy};
use super::step::Step;
use super::timers::{Alarm, Timers};
use crate::groups::subscription;

#[derive(Debug)]
pub(crate) struct Group {
    pub id: Text,
    pub members: Members,
    /// Ids given out to members that have not come back with them yet.
    pub pending_join: BTreeSet<Text>,
    /// Members of this generation that have not asked for their assignment yet.
    pub pending_sync: BTreeSet<Text>,
    pub generation: i32,
    /// Of the first member that joined; stays when the group becomes empty. `None` for a group that only holds offsets.
    pub protocol_type: Option<Text>,
    pub protocol: Option<Text>,
    pub leader: Option<Text>,
    /// Set while the first round waits for more members, see `round`.
    pub initial_delay: Option<InitialDelay>,
    state: State,
    /// When the group came into its state, by the wall clock; `None` when an old record does not say.
    state_since_ms: Option<i64>,
    /// The topics all members want; `None` when that is not known, because no round completed yet or they do not speak
    /// the consumer protocol.
    subscribed_topics: Option<BTreeSet<Text>>,
    /// The last record, for what must survive: only replay changes it.
    recorded: Option<GroupMetadataValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// No members.
    Empty,
    /// Members are asked to join again. An `initial` round starts from an empty group and does not end early.
    PreparingRebalance { initial: bool },
    /// Everybody joined; the leader's assignment is awaited.
    CompletingRebalance,
    /// The assignment is recorded.
    Stable,
}

/// How long the first round still waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitialDelay {
    pub current_ms: i64,
    pub remaining_ms: i64,
    pub new_member_added: bool,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Empty => "Empty",
            State::PreparingRebalance { .. } => "PreparingRebalance",
            State::CompletingRebalance => "CompletingRebalance",
            State::Stable => "Stable",
        }
    }
}

impl Group {
    /// An empty group.
    pub fn new(id: Text, since_ms: i64) -> Group {
        Group {
            id,
            members: Members::default(),
            pending_join: BTreeSet::new(),
            pending_sync: BTreeSet::new(),
            generation: 0,
            protocol_type: None,
            protocol: None,
            leader: None,
            initial_delay: None,
            state: State::Empty,
            state_since_ms: Some(since_ms),
            subscribed_topics: None,
            recorded: None,
        }
    }

    /// A group as its record in the log says, copied out of the log's buffers.
    pub fn loaded(key: &GroupMetadataKey, value: &GroupMetadataValue) -> Group {
        let value = detached(value);
        let mut group = Group {
            generation: value.generation,
            protocol_type: Some(value.protocol_type.clone()).filter(|name| !name.is_empty()),
            protocol: value.protocol.clone(),
            leader: value.leader.clone(),
            state: if value.members.is_empty() { State::Empty } else { State::Stable },
            state_since_ms: Some(value.current_state_timestamp).filter(|since_ms| *since_ms != NO_TIMESTAMP),
            ..Group::new(key.group.detached(), NO_TIMESTAMP)
        };
        for member in &value.members {
            // A record that names a member twice would be nobody's; the later one counts.
            group.members.remove(&member.member_id);
            group.members.insert(loaded_member(member, value.protocol.as_ref()));
        }
        group.subscribed_topics = group.find_subscribed_topics();
        group.recorded = Some(value);
        group
    }

    pub fn state(&self) -> State {
        self.state
    }

    pub fn state_since_ms(&self) -> Option<i64> {
        self.state_since_ms
    }

    pub fn change_state(&mut self, state: State, since_ms: i64) {
        self.state = state;
        self.state_since_ms = Some(since_ms);
    }

    pub fn is_leader(&self, member_id: &str) -> bool {
        self.leader.as_deref() == Some(member_id)
    }

    /// A group that only holds offsets of a consumer that never joins.
    pub fn is_simple(&self) -> bool {
        self.protocol_type.is_none()
    }

    pub fn uses_consumer_protocol(&self) -> bool {
        self.protocol_type.as_deref() == Some(subscription::PROTOCOL_TYPE)
    }

    pub fn knows_subscribed_topics(&self) -> bool {
        self.subscribed_topics.is_some()
    }

    /// Whether a member may want this topic: a consumer group whose members' wishes are not known may want any.
    pub fn is_subscribed_to(&self, topic: &str) -> bool {
        match &self.subscribed_topics {
            Some(topics) => topics.contains(topic),
            None => self.uses_consumer_protocol(),
        }
    }

    /// Starts the next generation with the members there are.
    pub fn next_generation(&mut self, since_ms: i64) {
        self.generation = self.generation.wrapping_add(1);
        self.protocol = self.members.elect_strategy();
        self.change_state(if self.members.is_empty() { State::Empty } else { State::CompletingRebalance }, since_ms);
        self.subscribed_topics = self.find_subscribed_topics();
        self.pending_sync.clear();
    }

    /// Whether a member may act under this id; a static member's instance id must belong to it.
    pub fn check_member(&self, member_id: &str, instance_id: Option<&Text>) -> Result<(), ErrorCode> {
        if let Some(instance_id) = instance_id {
            match self.members.of_instance(instance_id) {
                None => return Err(ErrorCode::UNKNOWN_MEMBER_ID),
                Some(current) if **current != *member_id => return Err(ErrorCode::FENCED_INSTANCE_ID),
                Some(_) => {}
            }
        }
        if self.members.contains(member_id) { Ok(()) } else { Err(ErrorCode::UNKNOWN_MEMBER_ID) }
    }

    /// Takes a member or a pending member out, and answers what it still waits for.
    pub fn remove_member(&mut self, member_id: &Text, step: &mut Step) {
        if let Some(parked) = self.members.take_join(member_id) {
            step.refuse_join(parked, Text::default(), ErrorCode::UNKNOWN_MEMBER_ID);
        }
        if let Some(mut member) = self.members.remove(member_id)
            && let Some(reply_to) = member.parked_sync.take()
        {
            step.refuse_sync(reply_to, ErrorCode::UNKNOWN_MEMBER_ID);
        }
        self.pending_join.remove(member_id);
        self.pending_sync.remove(member_id);
        step.timers.cancel(&self.session_alarm(member_id));
        if self.is_leader(member_id) {
            self.leader = self.members.iter().next().map(|member| member.id.clone());
        }
    }

    /// What a member of the current generation is told; only the leader is shown the members.
    pub fn joined(&self, member_id: &Text) -> JoinGroupResponse {
        JoinGroupResponse {
            generation_id: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            leader: self.leader.clone().unwrap_or_default(),
            member_id: member_id.clone(),
            members: if self.is_leader(member_id) { self.shown_members() } else { Vec::new() },
            ..Default::default()
        }
    }

    fn shown_members(&self) -> Vec<JoinGroupResponseMember> {
        let show = |member: &Member| JoinGroupResponseMember {
            member_id: member.id.clone(),
            group_instance_id: member.instance_id.clone(),
            metadata: member.metadata(self.protocol.as_ref()),
            ..Default::default()
        };
        self.members.iter().map(show).collect()
    }

    /// The group's record, with an assignment for each member.
    pub fn record(&self, assignment: impl Fn(&Member) -> Bytes) -> GroupRecord {
        let describe = |member: &Member| MemberMetadata {
            member_id: member.id.clone(),
            group_instance_id: member.instance_id.clone(),
            client_id: member.client.client_id.clone(),
            client_host: member.client.host.clone(),
            rebalance_timeout: member.rebalance_timeout_ms,
            session_timeout: member.session_timeout_ms,
            subscription: member.metadata(self.protocol.as_ref()),
            assignment: assignment(member),
            ..Default::default()
        };
        let value = GroupMetadataValue {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            current_state_timestamp: self.state_since_ms.unwrap_or(NO_TIMESTAMP),
            members: self.members.iter().map(describe).collect(),
            ..Default::default()
        };
        GroupRecord::GroupMetadata(self.key(), Some(value))
    }

    /// What is written when somebody comes to a group that was not there: nothing has happened in it yet.
    pub fn birth_record(&self, now_ms: i64) -> GroupRecord {
        let value =
            GroupMetadataValue { protocol: None, leader: None, current_state_timestamp: now_ms, ..Default::default() };
        GroupRecord::GroupMetadata(self.key(), Some(value))
    }

    pub fn tombstone(&self) -> GroupRecord {
        GroupRecord::GroupMetadata(self.key(), None)
    }

    fn key(&self) -> GroupMetadataKey {
        GroupMetadataKey { group: self.id.clone() }
    }

    /// A record this group decided on is in the log: if it ends the round, members have their assignments.
    pub fn follow(&mut self, value: &GroupMetadataValue) {
        if self.state == State::CompletingRebalance && self.is_of_this_round(value) {
            for recorded in &value.members {
                if let Some(member) = self.members.get_mut(&recorded.member_id) {
                    member.assignment = recorded.assignment.clone();
                }
            }
            self.state = State::Stable;
        }
        self.recorded = Some(value.clone());
    }

    pub fn is_of_this_round(&self, value: &GroupMetadataValue) -> bool {
        value.generation == self.generation && !value.members.is_empty()
    }

    pub fn recorded(&self) -> Option<&GroupMetadataValue> {
        self.recorded.as_ref()
    }

    pub fn session_alarm(&self, member_id: &Text) -> Alarm {
        Alarm::Session { group: self.id.clone(), member: member_id.clone() }
    }

    pub fn join_alarm(&self) -> Alarm {
        Alarm::Join { group: self.id.clone() }
    }

    pub fn sync_alarm(&self) -> Alarm {
        Alarm::Sync { group: self.id.clone() }
    }

    pub fn cancel_alarms(&self, timers: &mut Timers) {
        for member_id in self.members.ids().iter().chain(&self.pending_join) {
            timers.cancel(&self.session_alarm(member_id));
        }
        timers.cancel(&self.join_alarm());
        timers.cancel(&self.sync_alarm());
    }

    /// Gives a member its whole session timeout from now.
    pub fn renew_session(&self, member_id: &Text, step: &mut Step) {
        if let Some(member) = self.members.get(member_id) {
            // The id of a request would keep the request's buffer.
            step.wake_in(self.session_alarm(&member.id), i64::from(member.session_timeout_ms));
        }
    }

    fn find_subscribed_topics(&self) -> Option<BTreeSet<Text>> {
        if !self.uses_consumer_protocol() {
            return None;
        }
        if self.members.is_empty() {
            return Some(BTreeSet::new());
        }
        let protocol = Some(self.protocol.as_ref()?);
        let mut topics = BTreeSet::new();
        for member in self.members.iter() {
            topics.extend(subscription::topics(&member.metadata(protocol))?);
        }
        Some(topics)
    }
}

fn loaded_member(recorded: &MemberMetadata, protocol: Option<&Text>) -> Member {
    let client = Client { client_id: recorded.client_id.clone(), host: recorded.client_host.clone() };
    let strategy = Strategy { name: protocol.cloned().unwrap_or_default(), metadata: recorded.subscription.clone() };
    let mut member =
        Member::new(recorded.member_id.clone(), recorded.group_instance_id.clone(), client, vec![strategy]);
    // The first version of the record has no rebalance timeout.
    let has_rebalance_timeout = recorded.rebalance_timeout != -1;
    member.rebalance_timeout_ms =
        if has_rebalance_timeout { recorded.rebalance_timeout } else { recorded.session_timeout };
    member.session_timeout_ms = recorded.session_timeout;
    member.assignment = recorded.assignment.clone();
    member
}

fn detached(value: &GroupMetadataValue) -> GroupMetadataValue {
    let member = |member: &MemberMetadata| MemberMetadata {
        member_id: member.member_id.detached(),
        group_instance_id: member.group_instance_id.as_ref().map(Text::detached),
        client_id: member.client_id.detached(),
        client_host: member.client_host.detached(),
        rebalance_timeout: member.rebalance_timeout,
        session_timeout: member.session_timeout,
        subscription: Bytes::copy_from_slice(&member.subscription),
        assignment: Bytes::copy_from_slice(&member.assignment),
        ..Default::default()
    };
    GroupMetadataValue {
        protocol_type: value.protocol_type.detached(),
        generation: value.generation,
        protocol: value.protocol.as_ref().map(Text::detached),
        leader: value.leader.as_ref().map(Text::detached),
        current_state_timestamp: value.current_state_timestamp,
        members: value.members.iter().map(member).collect(),
        ..Default::default()
    }
}

/// A record's "not known".
const NO_TIMESTAMP: i64 = -1;
