//! ListGroups (key 16), v0 to v5: the groups this node coordinates, by state (KIP-518) and type (KIP-848).

use std::sync::Arc;

use kampa_protocol::messages::list_groups::{ListGroupsRequest, ListGroupsResponse};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(broker: &Arc<Broker>, request: ListGroupsRequest, _: &Context) -> Answer<ListGroupsResponse> {
    let mut response = ListGroupsResponse::default();
    if let Err(error) = broker.groups.read_all(|shard| response.groups.extend(shard.list(&request))) {
        response = ListGroupsResponse { error_code: error.0, ..Default::default() };
    }
    Answer::Now(response)
}
