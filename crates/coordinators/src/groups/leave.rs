//! LeaveGroup (key 13): members go, on their own or thrown out by an admin; several at once from version 3 on.

use kampa_protocol::messages::leave_group::{MemberIdentity, MemberResponse};
use kampa_protocol::messages::{LeaveGroupRequest, LeaveGroupResponse};
use kampa_protocol::{ErrorCode, Text};

use super::group::{Group, State};
use super::step::Step;
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    /// The reasons members give (KIP-800) are for the log of whoever calls.
    pub fn leave(&mut self, reply_to: ReplyTo, request: &LeaveGroupRequest, version: i16, now: Now) -> Effects {
        let (groups, mut step) = self.step(now);
        let mut response = LeaveGroupResponse::default();
        let one_member = [MemberIdentity { member_id: request.member_id.clone(), ..Default::default() }];
        let leaving = if version < SEVERAL_MEMBERS_FROM { &one_member[..] } else { &request.members };
        match groups.get_mut(&*request.group_id) {
            _ if request.group_id.is_empty() => response.error_code = ErrorCode::INVALID_GROUP_ID.into(),
            None => {
                let unknown = |member| answer_for(member, ErrorCode::UNKNOWN_MEMBER_ID);
                response.members = leaving.iter().map(unknown).collect();
            }
            Some(group) => response.members = group.leave(leaving, &mut step),
        }
        if version < SEVERAL_MEMBERS_FROM
            && let Some(only) = response.members.pop()
        {
            response.error_code = only.error_code;
        }
        step.answer(reply_to, GroupAnswer::Leave(response));
        step.finish()
    }
}

impl Group {
    fn leave(&mut self, leaving: &[MemberIdentity], step: &mut Step) -> Vec<MemberResponse> {
        let mut left_any = false;
        let mut answers = Vec::with_capacity(leaving.len());
        for identity in leaving {
            let error = match self.find_leaving(identity) {
                Ok(member_id) => {
                    self.remove_member(&member_id, step);
                    left_any = true;
                    ErrorCode::NONE
                }
                Err(error) => error,
            };
            answers.push(answer_for(identity, error));
        }
        match self.state() {
            State::CompletingRebalance | State::Stable if left_any => self.prepare_rebalance(step),
            State::PreparingRebalance { .. } if left_any => self.complete_join_when_all_joined(step),
            _ => {}
        }
        answers
    }

    /// Admins name a static member by its instance id alone.
    fn find_leaving(&self, identity: &MemberIdentity) -> Result<Text, ErrorCode> {
        let instance_id = identity.group_instance_id.as_ref();
        if identity.member_id.is_empty() {
            let member_id = instance_id.and_then(|instance_id| self.members.of_instance(instance_id));
            return member_id.cloned().ok_or(ErrorCode::UNKNOWN_MEMBER_ID);
        }
        if !self.pending_join.contains(&identity.member_id) {
            self.check_member(&identity.member_id, instance_id)?;
        }
        Ok(identity.member_id.clone())
    }
}

fn answer_for(identity: &MemberIdentity, error: ErrorCode) -> MemberResponse {
    MemberResponse {
        member_id: identity.member_id.clone(),
        group_instance_id: identity.group_instance_id.clone(),
        error_code: error.into(),
        ..Default::default()
    }
}

/// Before this version of LeaveGroup a request names one member, and its error is the answer's.
const SEVERAL_MEMBERS_FROM: i16 = 3;
