//! LeaveGroup (key 13), v0 to v5: members go, several at once and by instance id from v3 on (KIP-345).

use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::leave_group::{LeaveGroupRequest, LeaveGroupResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: LeaveGroupRequest, context: &Context) -> Answer<LeaveGroupResponse> {
    let (groups, version) = (broker.groups.clone(), context.version);
    Answer::later(async move {
        let asked =
            groups.ask(&request.group_id, |shard, reply_to, now, _| shard.leave(reply_to, &request, version, now));
        let refused = |error: ErrorCode| LeaveGroupResponse { error_code: error.0, ..Default::default() };
        match asked.await {
            Ok(GroupAnswer::Leave(response)) => response,
            Ok(_) => refused(ErrorCode::UNKNOWN_SERVER_ERROR),
            Err(error) => refused(error),
        }
    })
}
