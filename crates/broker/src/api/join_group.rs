//! JoinGroup (key 11), v0 to v9: a member asks to be in the next generation of its group.

use std::sync::Arc;

use kampa_coordinators::{Client, GroupAnswer};
use kampa_protocol::messages::join_group::{JoinGroupRequest, JoinGroupResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

/// From this version on a protocol name may be null.
const NULL_PROTOCOL_NAME_FROM: i16 = 7;

pub fn handle(broker: &Arc<Broker>, request: JoinGroupRequest, context: &Context) -> Answer<JoinGroupResponse> {
    let (groups, version) = (broker.groups.clone(), context.version);
    let client = Client {
        client_id: context.client_id.clone().unwrap_or_default().detached(),
        host: Text::from(format!("/{}", context.peer.ip().to_canonical())),
    };
    Answer::later(async move {
        let asked = groups.ask(&request.group_id, |shard, reply_to, now, rng| {
            shard.join(reply_to, &request, version, &client, now, rng)
        });
        match asked.await {
            Ok(GroupAnswer::Join(response)) => response,
            Ok(_) => refused(ErrorCode::UNKNOWN_SERVER_ERROR, &request, version),
            Err(error) => refused(error, &request, version),
        }
    })
}

fn refused(error: ErrorCode, request: &JoinGroupRequest, version: i16) -> JoinGroupResponse {
    JoinGroupResponse {
        error_code: error.0,
        member_id: request.member_id.clone(),
        protocol_name: (version < NULL_PROTOCOL_NAME_FROM).then(Text::default),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests;
