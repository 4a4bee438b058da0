//! Heartbeat (key 12): a member is alive, and learns whether a round has started.

use kampa_protocol::ErrorCode;
use kampa_protocol::messages::{HeartbeatRequest, HeartbeatResponse};

use super::group::{Group, State};
use super::step::Step;
use super::{Effects, GroupAnswer, GroupShard, Now, ReplyTo};

impl GroupShard {
    pub fn heartbeat(&mut self, reply_to: ReplyTo, request: &HeartbeatRequest, now: Now) -> Effects {
        let (groups, mut step) = self.step(now);
        let error = match groups.get(&*request.group_id) {
            _ if request.group_id.is_empty() => ErrorCode::INVALID_GROUP_ID,
            None => ErrorCode::UNKNOWN_MEMBER_ID,
            Some(group) => match group.check_heartbeat(request) {
                Ok(()) => group.heartbeat(request, &mut step),
                Err(error) => error,
            },
        };
        let response = HeartbeatResponse { error_code: error.into(), ..Default::default() };
        step.answer(reply_to, GroupAnswer::Heartbeat(response));
        step.finish()
    }
}

impl Group {
    fn check_heartbeat(&self, request: &HeartbeatRequest) -> Result<(), ErrorCode> {
        self.check_member(&request.member_id, request.group_instance_id.as_ref())?;
        if request.generation_id == self.generation { Ok(()) } else { Err(ErrorCode::ILLEGAL_GENERATION) }
    }

    fn heartbeat(&self, request: &HeartbeatRequest, step: &mut Step) -> ErrorCode {
        self.renew_session(&request.member_id, step);
        match self.state() {
            State::PreparingRebalance { .. } => ErrorCode::REBALANCE_IN_PROGRESS,
            State::Empty | State::CompletingRebalance | State::Stable => ErrorCode::NONE,
        }
    }
}
