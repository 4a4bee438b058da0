//! SyncGroup (key 14), v0 to v5: a member asks for its assignment; the leader brings them all.

use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::sync_group::{SyncGroupRequest, SyncGroupResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: SyncGroupRequest, context: &Context) -> Answer<SyncGroupResponse> {
    let (groups, version) = (broker.groups.clone(), context.version);
    Answer::later(async move {
        let asked =
            groups.ask(&request.group_id, |shard, reply_to, now, _| shard.sync(reply_to, &request, version, now));
        let refused = |error: ErrorCode| SyncGroupResponse { error_code: error.0, ..Default::default() };
        match asked.await {
            Ok(GroupAnswer::Sync(response)) => response,
            Ok(_) => refused(ErrorCode::UNKNOWN_SERVER_ERROR),
            Err(error) => refused(error),
        }
    })
}
