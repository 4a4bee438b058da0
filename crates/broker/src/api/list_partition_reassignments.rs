//! ListPartitionReassignments (key 46), v0: the moves of partitions that are under way (KIP-455).

use std::sync::Arc;

use kampa_controller::Decision;
use kampa_protocol::messages::list_partition_reassignments::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse,
};

use crate::answer::Answer;
use crate::apis::Context;
use crate::broker::Broker;

pub fn handle(
    broker: &Arc<Broker>,
    request: ListPartitionReassignmentsRequest,
    _: &Context,
) -> Answer<ListPartitionReassignmentsResponse> {
    let controller = broker.controller.clone();
    Answer::later(async move {
        let listed = controller.decide(move |mind, _| Decision::only(mind.list_partition_reassignments(&request)));
        listed
            .await
            .unwrap_or_else(|error| ListPartitionReassignmentsResponse { error_code: error.0, ..Default::default() })
    })
}
