//! DescribeGroups (key 15), v0 to v6: state, protocol and members of classic groups.

use std::sync::Arc;

use kampa_protocol::messages::describe_groups::{DescribeGroupsRequest, DescribeGroupsResponse, DescribedGroup};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;
use crate::operations;

pub fn handle(
    broker: &Arc<Broker>,
    request: DescribeGroupsRequest,
    context: &Context,
) -> Answer<DescribeGroupsResponse> {
    let (groups, version) = (broker.groups.clone(), context.version);
    Answer::later(async move {
        let mut described = Vec::with_capacity(request.groups.len());
        for group_id in request.groups {
            let mut group = match groups.read(&group_id, |shard, _| shard.describe(&group_id, version)).await {
                Ok(group) => group,
                Err(error) => DescribedGroup { group_id, error_code: error.0, ..Default::default() },
            };
            if request.include_authorized_operations && group.error_code == 0 {
                group.authorized_operations = operations::GROUP;
            }
            described.push(group);
        }
        DescribeGroupsResponse { groups: described, ..Default::default() }
    })
}
