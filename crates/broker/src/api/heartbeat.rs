//! Heartbeat (key 12), v0 to v4: a member is alive, and hears whether its group rebalances.

use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::ErrorCode;
use kampa_protocol::messages::heartbeat::{HeartbeatRequest, HeartbeatResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: HeartbeatRequest, _: &Context) -> Answer<HeartbeatResponse> {
    let groups = broker.groups.clone();
    Answer::later(async move {
        let asked = groups.ask(&request.group_id, |shard, reply_to, now, _| shard.heartbeat(reply_to, &request, now));
        let refused = |error: ErrorCode| HeartbeatResponse { error_code: error.0, ..Default::default() };
        match asked.await {
            Ok(GroupAnswer::Heartbeat(response)) => response,
            Ok(_) => refused(ErrorCode::UNKNOWN_SERVER_ERROR),
            Err(error) => refused(error),
        }
    })
}
