//! SyncGroup (key 14): the leader brings the assignment, everybody else asks for its share.

use std::collections::BTreeMap;

use bytes::Bytes;
use kampa_protocol::messages::{SyncGroupRequest, SyncGroupResponse};
use kampa_protocol::{ErrorCode, Text};

use super::group::{Group, State};
use super::step::Step;
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    pub fn sync(&mut self, reply_to: ReplyTo, request: &SyncGroupRequest, version: i16, now: Now) -> Effects {
        let (groups, mut step) = self.step(now);
        let group = groups.get_mut(&*request.group_id).filter(|group| group.state() != State::Empty);
        let lacks_protocol = request.protocol_type.is_none() || request.protocol_name.is_none();
        match group {
            _ if version >= PROTOCOL_DEMANDED_FROM && lacks_protocol => {
                step.refuse_sync(reply_to, ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
            }
            _ if request.group_id.is_empty() => step.refuse_sync(reply_to, ErrorCode::INVALID_GROUP_ID),
            None => step.refuse_sync(reply_to, ErrorCode::UNKNOWN_MEMBER_ID),
            Some(group) => match group.check_sync(request) {
                Ok(()) => group.sync(reply_to, request, &mut step),
                Err(error) => step.refuse_sync(reply_to, error),
            },
        }
        step.finish()
    }
}

impl Group {
    fn check_sync(&self, request: &SyncGroupRequest) -> Result<(), ErrorCode> {
        self.check_member(&request.member_id, request.group_instance_id.as_ref())?;
        if request.generation_id != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        let contradicts = |theirs: &Option<Text>, ours: &Option<Text>| {
            theirs.as_ref().zip(ours.as_ref()).is_some_and(|(theirs, ours)| theirs != ours)
        };
        if contradicts(&request.protocol_type, &self.protocol_type)
            || contradicts(&request.protocol_name, &self.protocol)
        {
            return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
        }
        match self.state() {
            State::PreparingRebalance { .. } => Err(ErrorCode::REBALANCE_IN_PROGRESS),
            State::Empty | State::CompletingRebalance | State::Stable => Ok(()),
        }
    }

    fn sync(&mut self, reply_to: ReplyTo, request: &SyncGroupRequest, step: &mut Step) {
        self.pending_sync.remove(&request.member_id);
        if self.pending_sync.is_empty() {
            step.timers.cancel(&self.sync_alarm());
        }
        let is_stable = self.state() == State::Stable;
        let Some(member) = self.members.get_mut(&request.member_id) else { return };
        if is_stable {
            let assignment = member.assignment.clone();
            step.answer(reply_to, self.assigned(assignment));
            return;
        }
        if let Some(superseded) = member.parked_sync.replace(reply_to) {
            step.refuse_sync(superseded, ErrorCode::REBALANCE_IN_PROGRESS);
        }
        if self.is_leader(&request.member_id) {
            self.assign(request, step);
        }
    }

    /// The round is over once this is recorded; whoever waits for its assignment gets it then.
    fn assign(&mut self, request: &SyncGroupRequest, step: &mut Step) {
        let by_member: BTreeMap<&Text, Bytes> = request
            .assignments
            .iter()
            .map(|assigned| (&assigned.member_id, Bytes::copy_from_slice(&assigned.assignment)))
            .collect();
        let assignment_of = |member_id: &Text| by_member.get(member_id).cloned().unwrap_or_default();
        step.record(self.record(|member| assignment_of(&member.id)));
        for member_id in self.members.ids() {
            let parked = self.members.get_mut(&member_id).and_then(|member| member.parked_sync.take());
            if let Some(reply_to) = parked {
                step.answer(reply_to, self.assigned(assignment_of(&member_id)));
                self.renew_session(&member_id, step);
            }
        }
        // Replay makes the group stable; the record itself still carries the time the round was joined.
        self.change_state(State::CompletingRebalance, step.now.wall_ms);
        step.totals.completed_rebalances += 1;
    }

    fn assigned(&self, assignment: Bytes) -> GroupAnswer {
        GroupAnswer::Sync(SyncGroupResponse {
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            assignment,
            ..Default::default()
        })
    }
}

/// From this version of SyncGroup on, members say what they think the group has agreed on (KIP-559).
const PROTOCOL_DEMANDED_FROM: i16 = 5;
