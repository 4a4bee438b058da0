//! DeleteGroups (key 42), v0 to v3: empty groups and their offsets go.

use std::sync::Arc;

use kampa_coordinators::GroupAnswer;
use kampa_protocol::messages::delete_groups::{DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse};
use kampa_protocol::{ErrorCode, Text};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: DeleteGroupsRequest, _: &Context) -> Answer<DeleteGroupsResponse> {
    let groups = broker.groups.clone();
    Answer::later(async move {
        let mut results = Vec::with_capacity(request.groups_names.len());
        for group_id in request.groups_names {
            let ids = std::slice::from_ref(&group_id);
            let asked = groups.ask(&group_id, |shard, reply_to, now, _| shard.delete_groups(reply_to, ids, now));
            match asked.await {
                Ok(GroupAnswer::Delete(deleted)) => results.extend(deleted),
                Ok(_) => results.push(refused(group_id, ErrorCode::UNKNOWN_SERVER_ERROR)),
                Err(error) => results.push(refused(group_id, error)),
            }
        }
        DeleteGroupsResponse { results, ..Default::default() }
    })
}

fn refused(group_id: Text, error: ErrorCode) -> DeletableGroupResult {
    DeletableGroupResult { group_id, error_code: error.0, ..Default::default() }
}
